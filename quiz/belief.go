package quiz

import (
	"cmp"
	"slices"
	"time"

	"dockerlearn/lessons"
)

// Belief is a wrong option that was chosen, a named wrong answer that was typed, or a falsehood that was said: what the
// learner believed, which the question's feedback explains.
type Belief struct {
	Question  lessons.QuestionID `json:"question"`
	Index     int                `json:"index"` // as in Grade.Beliefs
	Times     int                `json:"times"`
	Last      time.Time          `json:"last"`  // when it was seen last, in UTC
	Day       Day                `json:"day"`   // and on which day of the learner
	Right     int                `json:"right"` // right answers to the question since, without a wrong one between
	Gone      bool               `json:"gone"`
	GoneSince Day                `json:"goneSince,omitempty"`
}

// goneAfter is how many right answers in a row make a belief count as gone. One may be luck, one more the memory of
// being corrected a minute ago.
const goneAfter = 3

// Beliefs are all that were seen: those still held first, the most frequent first, then the latest.
func (t *Tally) Beliefs() []Belief {
	all := slices.Clone(t.beliefs)
	slices.SortFunc(all, func(a, b Belief) int {
		return cmp.Or(
			cmp.Compare(one(a.Gone), one(b.Gone)), cmp.Compare(b.Times, a.Times), b.Last.Compare(a.Last),
			cmp.Compare(a.Question, b.Question), cmp.Compare(a.Index, b.Index),
		)
	})
	return all
}

// believed follows the beliefs of one question.
type believed struct {
	last   [32]int64 // when, in Unix milliseconds
	day    [32]Day
	times  [32]int32
	streak int // right answers in a row, the latest ones
	third  Day // the day on which the streak reached goneAfter
}

func (b *believed) add(f *Fact) {
	if f.Verdict == Right && f.Beliefs == 0 { // an open answer may be good and hold a falsehood
		if b.streak++; b.streak == goneAfter {
			b.third = f.Day
		}
	} else {
		b.streak = 0
	}
	for bits, i := f.Beliefs, 0; bits != 0; bits, i = bits>>1, i+1 {
		if bits&1 != 0 {
			b.times[i]++
			b.last[i], b.day[i] = f.At, f.Day
		}
	}
}

func (b *believed) all(q lessons.QuestionID) []Belief {
	var all []Belief
	for i, n := range b.times {
		if n == 0 {
			continue
		}
		held := Belief{
			Question: q, Index: i, Times: int(n), Last: time.UnixMilli(b.last[i]).UTC(), Day: b.day[i], Right: b.streak,
		}
		if b.streak >= goneAfter {
			held.Gone, held.GoneSince = true, b.third
		}
		all = append(all, held)
	}
	return all
}
