package quiz

import (
	"math"
	"testing"
	"time"

	fsrs "github.com/open-spaced-repetition/go-fsrs/v4"
	"pgregory.net/rapid"
)

// drawWeights are weights within their ranges.
func drawWeights(t *rapid.T) Weights {
	w := DefaultWeights()
	for i := range w {
		w[i] = min(max(w[i]*rapid.Float64Range(0.5, 1.8).Draw(t, "factor"), ranges[i][0]), ranges[i][1])
	}
	return w
}

// The model with slopes is the model of go-fsrs: over a random history both have the same states and recalls.
func TestTheModelWithSlopesIsTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWeights(t)
		model := fsrs.NewFSRS(fsrs.Parameters{
			W: fsrs.Weights(w), RequestRetention: 0.9, MaximumInterval: 36500, EnableShortTerm: true,
		})
		if w != Weights(model.W) {
			t.Fatalf("go-fsrs clips %v to %v", w, model.W)
		}
		s := slopesOf(&w)
		var m memory
		var state *fsrs.MemoryState
		for n := range rapid.IntRange(1, 12).Draw(t, "answers") {
			r := Rating(rapid.IntRange(1, 4).Draw(t, "rating"))
			days := float64(rapid.IntRange(0, 200).Draw(t, "days"))
			if n == 0 {
				m = s.first(r)
			} else {
				recall := s.recall(m, days)
				if want := model.ForgettingCurve(days, state.Stability); math.Abs(recall.v-want) > 1e-9 {
					t.Fatalf("recall %g, want %g", recall.v, want)
				}
				m = s.next(m, r, days, recall)
			}
			next := model.NextState(state, 0.9, uint64(days), fsrs.Rating(r)).Memory
			state = &next
			if offBy(m.stability.v, next.Stability) > 1e-9 || offBy(m.difficulty.v, next.Difficulty) > 1e-9 {
				t.Fatalf("answer %d: stability %g, difficulty %g; want %+v", n, m.stability.v, m.difficulty.v, next)
			}
		}
	})
}

// The slopes are those that one finds by moving each weight a little.
func TestSlopesAreSlopes(t *testing.T) {
	h := History{
		{0, 0, Good},
		{1, 3, Good},
		{2, 0, Hard},
		{3, 9, Again},
		{4, 0, Good},
		{5, 2, Easy},
		{6, 30, Hard},
		{7, 12, Again},
		{8, 1, Good},
	}
	for _, first := range Ratings() {
		h[0].Rating = first
		w := DefaultWeights()
		w[7] = 0.1 // the published one lies on its limit
		var slope [21]float64
		addSlope(&slope, slopesOf(&w), h)
		loss := func(w Weights) float64 {
			sum := 0.0
			for _, l := range losses([]History{h}, w) {
				sum += l
			}
			return sum
		}
		for i := range w {
			const little = 1e-6
			up, down := w, w
			up[i] += little
			down[i] -= little
			want := (loss(up) - loss(down)) / (2 * little)
			if math.Abs(slope[i]-want) > 1e-4*max(1, math.Abs(want)) {
				t.Errorf("first answer %s, weight %d: slope %g, by moving it %g", first, i, slope[i], want)
			}
		}
	}
}

// live simulates a learner who forgets by these weights, with a scheduler that does not know them.
func live(w Weights, cards, days int, seed uint64) []History {
	chance := newChance(seed)
	s := NewFSRS(Parameters{})
	truth := NewFSRS(Parameters{Weights: w, NoFuzz: true})
	firsts := []Rating{Again, Again, Hard, Good, Good, Good, Easy}
	var all []History
	for i := range cards {
		var facts []Fact
		planned, real := Card{Question: questionNumber(i)}, Card{Question: questionNumber(i)}
		at := monday.AddDate(0, 0, chance.IntN(days/2))
		for at.Before(monday.AddDate(0, 0, days)) {
			r := firsts[chance.IntN(len(firsts))]
			if planned.State != New {
				r = Again
				if chance.Float64() < truth.Recall(real, at) {
					r = []Rating{Hard, Good, Good, Good, Good, Easy}[chance.IntN(6)]
				}
			}
			facts = append(
				facts,
				Tell(s, planned, Review{Event: Answered, Question: planned.Question, At: at, Rating: r}),
			)
			planned, real = s.Next(planned, r, at), truth.Next(real, r, at)
			at = planned.Due
			if planned.State == Reviewing {
				at = at.Add(time.Duration(chance.IntN(3*24)) * time.Hour)
			}
		}
		all = append(all, Histories(facts)...)
	}
	return all
}

// forgetful are weights of learners who differ from the average one.
func forgetful() map[string]Weights {
	quick, steady := DefaultWeights(), DefaultWeights()
	for i := range 4 {
		quick[i] *= 0.35
		steady[i] *= 3
	}
	quick[8], quick[11], quick[20] = 1.2, 0.8, 0.35
	steady[8], steady[20] = 2.3, 0.1
	return map[string]Weights{"forgets quickly": quick, "keeps long": steady}
}

func TestAFitFindsALearnerWhoDiffers(t *testing.T) {
	for name, truth := range forgetful() {
		log := live(truth, 300, 400, 1)
		fit := FitWeights(log, Weights{}, nil)
		t.Logf("%s: %d answers: log loss %.4f, before %.4f", name, fit.Answers, fit.After, fit.Before)
		if fit.End != FitBetter {
			t.Errorf("%s: %s", name, fit.End)
			continue
		}
		// On answers of the same learner that nobody has seen yet, at least two thirds of what can be gained is gained.
		unseen := live(truth, 400, 400, 2)
		old, best := mean(losses(unseen, DefaultWeights())), mean(losses(unseen, truth))
		fitted := mean(losses(unseen, fit.Weights))
		t.Logf("unseen answers: published %.4f, fitted %.4f, true %.4f", old, fitted, best)
		if old-fitted < (old-best)*2/3 {
			t.Errorf("%s: unseen answers: published %.4f, fitted %.4f, true %.4f", name, old, fitted, best)
		}
	}
}

func TestAFitLeavesTheAverageLearnerAlone(t *testing.T) {
	worst, better := 0.0, 0
	unseen := live(DefaultWeights(), 400, 400, 100)
	best := mean(losses(unseen, DefaultWeights()))
	for seed := range uint64(3) {
		fit := FitWeights(live(DefaultWeights(), 100, 300, seed), Weights{}, nil)
		better += one(fit.End == FitBetter)
		worst = max(worst, mean(losses(unseen, fit.Weights))-best)
	}
	t.Logf("%d of 3 fits accepted; at most %.4f lost", better, worst)
	if worst > 0.01 {
		t.Errorf("a fit made the average learner worse by %.4f", worst)
	}
}

func TestAFitWantsEnoughAnswers(t *testing.T) {
	log := live(forgetful()["forgets quickly"], 10, 100, 1)
	fit := FitWeights(log, Weights{}, func(float64) bool { t.Fatal("it began"); return false })
	if fit.End != FitTooFew || fit.Weights != DefaultWeights() || fit.Answers == 0 {
		t.Errorf("%+v", fit)
	}
	if fit := FitWeights(nil, Weights{}, nil); fit.End != FitTooFew {
		t.Errorf("of nothing: %s", fit.End)
	}
}

func TestAFitTellsHowFarItIsAndStops(t *testing.T) {
	log := live(forgetful()["forgets quickly"], 100, 200, 1)
	last, calls := -1.0, 0
	fit := FitWeights(log, Weights{}, func(done float64) bool {
		if done <= last || done < 0 || done >= 1 {
			t.Errorf("%g comes after %g", done, last)
		}
		last = done
		calls++
		return calls < 5
	})
	if fit.End != FitStopped || calls != 5 || fit.Weights != DefaultWeights() {
		t.Errorf("%d calls, %s", calls, fit.End)
	}
}

// Whatever the log holds, the weights are usable ones.
func TestNoLogSpoilsTheWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var log []History
		for range rapid.IntRange(1, 6).Draw(t, "cards") {
			var h History
			for n := range rapid.IntRange(0, 8).Draw(t, "answers") {
				r := Recalled{At: int64(n), Rating: Rating(rapid.IntRange(1, 4).Draw(t, "rating"))}
				if n > 0 {
					r.Days = float64(rapid.IntRange(0, 40000).Draw(t, "days"))
				}
				h = append(h, r)
			}
			log = append(log, h)
		}
		w, ok := descend(log, nil)
		for i, x := range w {
			if !ok || !(x >= ranges[i][0] && x <= ranges[i][1]) {
				t.Fatalf("weight %d is %g", i, x)
			}
		}
		s := NewFSRS(Parameters{Weights: w})
		for i, c := range Preview(s, Card{Question: "q"}, monday) {
			if i > 0 && c.In < Preview(s, Card{Question: "q"}, monday)[i-1].In {
				t.Fatalf("%s comes back too soon with %v", c.Rating, w)
			}
		}
	})
}

func TestHistories(t *testing.T) {
	facts := []Fact{
		fact(0, ClassNew, Again),
		{Status: Undone},
		with(fact(0, ClassSteps, Good), func(f *Fact) { f.Since = 0 }), fact(3, ClassYoung, Good),
		{Status: Other},
		fact(9, ClassNew, Good),
	}
	all := Histories(facts)
	if len(all) != 2 || len(all[0]) != 3 || len(all[1]) != 1 {
		t.Fatalf("%+v", all)
	}
	if all[0][1].scored() || !all[0][2].scored() || all[0][0].Days != 0 || all[0][2].Days != 3 {
		t.Errorf("%+v", all[0])
	}
}

func BenchmarkFit(b *testing.B) {
	log := live(forgetful()["forgets quickly"], 1000, 400, 1)
	for b.Loop() {
		FitWeights(log, Weights{}, nil)
	}
	b.ReportMetric(float64(scoredIn(log)), "answers")
}
