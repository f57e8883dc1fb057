package quiz

import (
	"cmp"
	"math"
	"slices"

	"dockerlearn/lessons"
)

// QuestionFacts is what answers say about a question: for its author. The logs of a class may be tallied together.
type QuestionFacts struct {
	Question lessons.QuestionID `json:"question"`
	Answers  Rate               `json:"answers"`         // all of them
	First    Rate               `json:"first"`           // first answers: their share is how easy the question is
	Guessed  int                `json:"guessed"`         // right by a guess
	Seconds  float64            `json:"seconds"`         // to answer, on average
	Wrong    map[int]int        `json:"wrong,omitempty"` // how often each of Grade.Beliefs was given

	// Discrimination is the correlation between being right here and being right in the rest of the same sitting:
	// whether those who know, know this. Below 0.2 a question tells little; below 0 look for a mistake in it (Ebel and
	// Frisbie, Essentials of Educational Measurement, 1991). With one learner it follows one person through time, and
	// is a weak hint only.
	Discrimination Correlation `json:"discrimination"`
}

// Correlation of N pairs, -1 to 1.
type Correlation struct {
	R float64 `json:"r"`
	N int     `json:"n"`
}

// Known reports whether there are enough pairs to say anything.
func (c Correlation) Known() bool { return c.N >= enough }

// sample is an answer within a sitting, the first one to its question there.
type sample struct {
	sitting uint32
	right   bool
}

// mostSamples are kept of one question, the latest.
const mostSamples = 512

// fewestOthers is how many other answers a sitting must have for its score to say something.
const fewestOthers = 4

// questionTally counts one question.
type questionTally struct {
	QuestionFacts
	samples  []sample
	believed believed
	millis   uint64
	sitting  uint32 // of the answer before
}

func (q *questionTally) add(f *Fact, sittings map[uint32]Rate) {
	right := f.Verdict == Right
	q.Answers.add(right)
	if f.Class == ClassNew {
		q.First.add(right)
	}
	if right && f.Confidence == Guess {
		q.Guessed++
	}
	q.millis += uint64(min(f.Millis, awayMillis))
	q.believed.add(f)
	if f.Sitting != 0 && f.Sitting != q.sitting {
		score := sittings[f.Sitting]
		score.add(right)
		sittings[f.Sitting] = score
		q.sample(sample{f.Sitting, right})
	}
	q.sitting = f.Sitting
}

// sample keeps the latest samples.
func (q *questionTally) sample(s sample) {
	if len(q.samples) == 2*mostSamples {
		q.samples = slices.Delete(q.samples, 0, mostSamples)
	}
	q.samples = append(q.samples, s)
}

// counted is a question of which all facts were seen.
type counted struct {
	QuestionFacts
	samples []sample
}

func (q *questionTally) counted() counted {
	f := q.QuestionFacts
	if f.Answers.N > 0 {
		f.Seconds = float64(q.millis) / 1000 / float64(f.Answers.N)
	}
	for i, n := range q.believed.times {
		if n > 0 {
			if f.Wrong == nil {
				f.Wrong = map[int]int{}
			}
			f.Wrong[i] = int(n)
		}
	}
	return counted{f, slices.Clone(q.samples[max(0, len(q.samples)-mostSamples):])}
}

// Questions are the questions that were answered, by their ids.
func (t *Tally) Questions() []QuestionFacts {
	all := make([]QuestionFacts, 0, len(t.questions))
	for _, q := range t.questions {
		q.Discrimination = t.discrimination(q.samples)
		all = append(all, q.QuestionFacts)
	}
	slices.SortFunc(all, func(a, b QuestionFacts) int { return cmp.Compare(a.Question, b.Question) })
	return all
}

// discrimination correlates each answer with the score of the rest of its sitting. (The corrected point-biserial
// correlation: the answer itself is taken out of the score, else every question would correlate with itself.)
func (t *Tally) discrimination(samples []sample) Correlation {
	var n, x, y, xx, yy, xy float64
	for _, s := range samples {
		rest := t.sittings[s.sitting]
		rest.N--
		rest.Right -= one(s.right)
		if rest.N < fewestOthers {
			continue
		}
		a, b := float64(one(s.right)), rest.Share()
		n, x, y, xx, yy, xy = n+1, x+a, y+b, xx+a*a, yy+b*b, xy+a*b
	}
	c := Correlation{N: int(n)}
	if spread := (n*xx - x*x) * (n*yy - y*y); spread > 1e-9 {
		c.R = (n*xy - x*y) / math.Sqrt(spread)
	}
	return c
}
