package quiz

import (
	"cmp"
	"slices"
	"time"

	"dockerlearn/lessons"
)

// State is where a card stands in its life.
type State uint8

// The states, as FSRS numbers them.
const (
	New        State = iota // never answered
	Learning                // answered, still within the learning steps
	Reviewing               // comes back after days
	Relearning              // forgotten, within the relearning steps
)

// Card is what the log says about one question. The zero Card of a question is a new one.
type Card struct {
	Question   lessons.QuestionID
	Rev        int // of the question, when it was answered last
	State      State
	Due        time.Time // when it is asked again
	Stability  float64   // days until recall falls to 90 %
	Difficulty float64   // 1 to 10
	Days       int       // the interval to Due, 0 within the steps
	Reps       int       // answers that count
	Lapses     int       // how often it was forgotten
	Steps      int       // learning steps that remain
	Last       time.Time // the last answer, or the fresh start
	LastDay    Day       // and its day
	LastID     ReviewID
}

// Mature is the interval in days from which a card counts as mature, as in Anki.
const Mature = 21

// Seen reports whether the question, as it stands in the course today, was ever answered: a question whose meaning
// changed (its rev grew) is new.
func (c Card) Seen(q *lessons.Question) bool { return c.State != New && c.Rev >= q.Rev }

// Apply moves a card by one line of the log.
func Apply(s Scheduler, c Card, r Review) Card {
	switch r.Event {
	case Reset:
		return Card{Question: r.Question, Rev: c.Rev, Last: moment(r.At), LastDay: DayOf(r.At), LastID: r.ID}
	case Answered:
		if r.Rev > c.Rev {
			c = Card{Question: r.Question, Rev: r.Rev}
		}
		next := s.Next(c, r.Rating, r.At)
		next.Question, next.Rev, next.LastID = r.Question, max(c.Rev, r.Rev), r.ID
		return next
	}
	return c
}

// Before orders reviews as they are folded: by time, then by id. Logs of two machines merge into one order.
func Before(a, b Review) int {
	if n := cmp.Compare(a.At.UnixMilli(), b.At.UnixMilli()); n != 0 {
		return n
	}
	return cmp.Compare(a.ID, b.ID)
}

// After reports whether a review comes after everything that the card has seen, so that Apply alone keeps it right.
func (c Card) After(r Review) bool {
	if c.LastID == "" {
		return true
	}
	last := Review{ID: c.LastID, At: c.Last}
	return Before(last, r) < 0
}

// Fold computes a question's card from its log, and beside it what each review meant at its time. The reviews are
// sorted in place. Answers that were taken back are left out: their facts say so, and the card is as if they had
// never been given.
func Fold(s Scheduler, reviews []Review) (Card, []Fact) {
	slices.SortFunc(reviews, Before)
	undone := map[ReviewID]bool{}
	for _, r := range reviews {
		if r.Event == Undid {
			undone[r.Undoes] = true
		}
	}
	var card Card
	facts := make([]Fact, len(reviews))
	for i, r := range reviews {
		if undone[r.ID] {
			facts[i] = Fact{Status: Undone, At: r.At.UnixMilli()}
			continue
		}
		facts[i] = Tell(s, card, r)
		card = Apply(s, card, r)
	}
	if card.Question == "" && len(reviews) > 0 {
		card.Question = reviews[0].Question
	}
	return card, facts
}
