package quiz

import (
	"math"

	fsrs "github.com/open-spaced-repetition/go-fsrs/v4"
)

// History is the life of one card: its answers from the first one on.
type History []Recalled

// Recalled is an answer as a fit sees it.
type Recalled struct {
	At     int64   // Unix milliseconds
	Days   float64 // whole days since the answer before, 0 for the first
	Rating Rating
}

// scored reports whether the answer says something about forgetting: it came on a later day than the one before.
func (r Recalled) scored() bool { return r.Days >= 1 }

// Histories cuts a question's facts, in the order of Before, into lives: a fresh start, or a new meaning, begins
// another one.
func Histories(facts []Fact) []History {
	var all []History
	for _, f := range facts {
		if f.Status != Counted || f.Rating < Again || f.Rating > Easy {
			continue
		}
		if f.Class == ClassNew || len(all) == 0 {
			all = append(all, nil)
		}
		last := &all[len(all)-1]
		*last = append(*last, Recalled{At: f.At, Days: float64(max(0, f.Since)), Rating: f.Rating})
	}
	return all
}

// FewestToFit is from how many answers, each on a later day than the one before to the same question, fitting is worth
// trying. Anki asked for 1,000, then for 400 (fsrs4anki's tutorial, "Find optimal parameters"; ankitects/anki#2999),
// and now for none, since its defaults pull weakly supported weights back, as they do here. Of simulated learners,
// those who forget much faster than the average are told apart with 450 answers; those who keep things longer, and so
// are wrong less often, with about 900; with fewer than 400 nobody is.
const FewestToFit = 400

// folds is into how many parts the cards are divided. Each part is predicted by weights that were fitted to the others.
const folds = 4

// FitEnd says how a fit ended.
type FitEnd string

// The ends of a fit.
const (
	FitBetter  FitEnd = "better"  // use the weights
	FitNoGain  FitEnd = "no gain" // the weights do not predict the latest answers better than the defaults
	FitTooFew  FitEnd = "too few" // fewer than FewestToFit answers
	FitStopped FitEnd = "stopped" // by the callback
)

// Fit is what fitting came to. Unless it is FitBetter, Weights are those in use before.
type Fit struct {
	End     FitEnd  `json:"end"`
	Weights Weights `json:"weights"`
	Answers int     `json:"answers"` // on which it rests: each on a later day than the one before
	Before  float64 `json:"before"`  // mean log loss of the answers with the weights used until now
	After   float64 `json:"after"`   // and with weights that were fitted to the answers to other questions
}

// FitWeights looks for the weights that predict a learner's answers best. They count as better only if weights fitted
// in the same way to three quarters of the cards predict the answers to the last quarter better than the weights in
// use (the zero Weights: the published ones) do: over all four quarters, by more than one standard error. On the way it
// tells how far it is, 0 to 1, and stops if the callback, which may be nil, answers false. It takes a second or
// two whatever the size of the log, so run it off the screen's loop. The same log gives the same weights.
//
// Method: the weights are the most probable ones given the answers (log loss of the recall before each answer that came
// on a later day) and how weights differ among learners (deviations), by gradient descent with Adam.
func FitWeights(histories []History, inUse Weights, progress func(done float64) bool) Fit {
	if inUse == (Weights{}) {
		inUse = DefaultWeights()
	}
	fit := Fit{End: FitTooFew, Weights: inUse, Answers: scoredIn(histories)}
	if fit.Answers < FewestToFit {
		return fit
	}
	part := 0
	step := func(done float64) bool { return progress == nil || progress((float64(part)+done)/(folds+1)) }
	var old, new []float64
	for ; part < folds; part++ {
		train, test := fold(histories, part)
		w, ok := descend(train, step)
		if !ok {
			fit.End = FitStopped
			return fit
		}
		old, new = append(old, losses(test, inUse)...), append(new, losses(test, w)...)
	}
	fit.Before, fit.After = mean(old), mean(new)
	fit.End = FitNoGain
	if !clearlyLess(new, old) {
		return fit
	}
	w, ok := descend(histories, step)
	if !ok {
		fit.End = FitStopped
		return fit
	}
	fit.End, fit.Weights = FitBetter, w
	return fit
}

func scoredIn(histories []History) int {
	n := 0
	for _, h := range histories {
		for _, r := range h {
			n += one(r.scored())
		}
	}
	return n
}

// fold divides the cards into those to fit and those to test.
func fold(histories []History, part int) (train, test []History) {
	for i, h := range histories {
		if i%folds == part {
			test = append(test, h)
		} else {
			train = append(train, h)
		}
	}
	return train, test
}

// losses are the log losses of the scored answers.
func losses(histories []History, w Weights) []float64 {
	model := fsrs.NewFSRS(fsrs.Parameters{
		W: fsrs.Weights(w), RequestRetention: 0.9, MaximumInterval: maxStability, EnableShortTerm: true,
	})
	var all []float64
	for _, h := range histories {
		var state fsrs.MemoryState // none before the first answer
		for i, r := range h {
			if i > 0 && r.scored() {
				all = append(all, logLoss(model.ForgettingCurve(r.Days, state.Stability), r.Rating))
			}
			state = model.NextState(&state, 0.9, uint64(r.Days), fsrs.Rating(r.Rating)).Memory
		}
	}
	return all
}

func logLoss(recall float64, r Rating) float64 {
	recall = min(max(recall, 1e-6), 1-1e-6)
	if r == Again {
		return -math.Log(1 - recall)
	}
	return -math.Log(recall)
}

func mean(all []float64) float64 {
	sum := 0.0
	for _, x := range all {
		sum += x
	}
	return sum / float64(max(1, len(all)))
}

// clearlyLess reports whether the losses are less by more than one standard error of the difference.
func clearlyLess(a, b []float64) bool {
	gain := make([]float64, len(a))
	for i := range a {
		gain[i] = b[i] - a[i]
	}
	m, square := mean(gain), 0.0
	for _, g := range gain {
		square += (g - m) * (g - m)
	}
	n := float64(len(gain))
	return n > 1 && m > math.Sqrt(square/(n-1)/n)
}
