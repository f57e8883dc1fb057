package quiz

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dockerlearn/lessons"
)

func TestTheDateAloneSetsTheLoad(t *testing.T) {
	s := NewFSRS(Parameters{})
	d := NewDeck(course(topics(), 10, 5), nil, nil) // a hundred new questions
	for _, tt := range []struct{ days, new int }{
		{60, 6}, {30, 6}, {20, 7}, {10, 13}, {5, 25}, {2, 40}, {1, 40}, {0, 40},
	} {
		g := Goal{By: DayOf(monday) + Day(tt.days)}
		if got := g.limits(d, DayOf(monday), Limits{}.sound()).New; got != tt.new {
			t.Errorf("ready in %d days: %d new a day, want %d", tt.days, got, tt.new)
		}
		p := PlanToday(d, s, start, Daily{Goal: g})
		if got := reasons(p)[IsNew]; got != tt.new {
			t.Errorf("ready in %d days: today has %d new ones, want %d", tt.days, got, tt.new)
		}
	}
	if got := (Goal{By: DayOf(monday) - 1}).limits(d, DayOf(monday), DefaultLimits()); got != DefaultLimits() {
		t.Errorf("when the day is over: %+v", got)
	}
}

func TestReadiness(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course([]lessons.TopicID{"storage"}, 1, 3) // asked often, sometimes, rarely: weights 3, 2, 1
	d := NewDeck(c, seen(s, c, monday, 0, -1, -1), nil)
	if got := Readiness(d, s, monday); got != 0.5 {
		t.Errorf("knowing half of what counts: %g", got)
	}
	if later := Readiness(d, s, monday.AddDate(0, 1, 0)); later >= 0.45 || later < 0.3 {
		t.Errorf("a month later: %g", later)
	}
	if got := Readiness(nil, s, monday); got != 0 {
		t.Errorf("of nothing: %g", got)
	}
}

func TestKeepingThePlanMakesReady(t *testing.T) {
	s := NewFSRS(Parameters{})
	d := NewDeck(course(topics(), 10, 5), nil, nil)
	for _, days := range []int{9, 30} {
		load := Goal{By: DayOf(monday) + Day(days)}.Plan(d, s, monday, Daily{}, Learner{})
		if load.Now != 0 || load.Then < 0.9 || load.Unbegun != 0 || len(load.Forecast) != days {
			t.Errorf("%d days: %+v", days, load)
		}
		t.Logf("%d days, 100 questions: %d new and %.0f answers a day (%s), %d at most; readiness %.3f",
			days, load.New, load.ADay, load.Minutes.Round(time.Minute), load.Most, load.Then)
	}
}

func TestTooSoonIsToldSo(t *testing.T) {
	s := NewFSRS(Parameters{})
	d := NewDeck(course(topics(), 10, 5), nil, nil)
	load := Goal{By: DayOf(monday) + 1}.Plan(d, s, monday, Daily{}, Learner{})
	if load.New != 40 || load.Unbegun != 60 || load.Then > 0.6 {
		t.Errorf("a hundred questions in a day: %+v", load)
	}
	if load = (Goal{By: DayOf(monday)}).Plan(d, s, monday, Daily{}, Learner{}); load.Days != 0 || load.Then != 0 {
		t.Errorf("today: %+v", load)
	}
}

func TestBeforeTheDayWhatWouldFadeIsRefreshed(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 4, 3)
	cards := seen(s, c, monday, 1) // due tomorrow, or the day after
	d := NewDeck(c, cards, nil)
	for i := range d {
		d[i].Card.Due = monday.AddDate(0, 0, 30) // as if they were not due for long
		d[i].Card.Stability = []float64{2, 500}[i%2]
	}
	g := Goal{By: DayOf(monday) + 2}
	p := PlanToday(d, s, start, Daily{Goal: g})
	if got := reasons(p); got[IsFading] != 12 || len(p.Asks) != 12 {
		t.Errorf("two days before: %v", got)
	}
	if p = PlanToday(d, s, start, Daily{Goal: Goal{By: DayOf(monday) + 20}}); len(p.Asks) != 0 {
		t.Errorf("twenty days before: %v", reasons(p))
	}
}

func TestAForecastIsTheSameEachTime(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 5, 4)
	d := NewDeck(c, seen(s, c, monday, 0, 5, -1), nil)
	before := append(Deck(nil), d...)
	one := Forecast(d, s, monday, 14, Daily{}, Learner{})
	if diff := cmp.Diff(one, Forecast(d, s, monday, 14, Daily{}, Learner{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, d, cmp.Comparer(func(a, b *lessons.Question) bool { return a == b }),
		cmp.Comparer(func(a, b *lessons.Lesson) bool { return a == b })); diff != "" {
		t.Errorf("the forecast changed the deck: %s", diff)
	}
}

// A learner who forgets as the model says needs, in the end, what the forecast said.
func TestAForecastComesTrue(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 10, 5)
	d := NewDeck(c, seen(s, c, monday, 0, 3, 6, 9), nil)
	foretold, lived := 0.0, 0.0
	for _, day := range Forecast(d, s, monday, 20, Daily{}, Learner{}) {
		foretold += day.Reviews
	}
	chance := newChance(3)
	for i := range 20 {
		at := monday.AddDate(0, 0, i)
		for _, a := range PlanToday(d, s, Start{At: at, Seed: 1}, Daily{}).Asks {
			e := find(d, a.Question)
			lived++
			r := Good
			if chance.Float64() > s.Recall(e.Card, at) {
				r = Again
			}
			if e.Card = s.Next(e.Card, r, at); r == Again {
				e.Card = s.Next(e.Card, Good, at.Add(10*time.Minute))
			}
		}
	}
	if off := foretold/lived - 1; off < -0.1 || off > 0.1 {
		t.Errorf("foretold %.0f reviews, lived %.0f", foretold, lived)
	}
}

func TestAHigherTargetCostsMore(t *testing.T) {
	c := course(topics(), 10, 5)
	s := NewFSRS(Parameters{})
	d := NewDeck(c, seen(s, c, monday, 0, 3, 6, 9), nil)
	got := Targets(d, Parameters{}, monday, 60, Daily{Limits: Limits{All: 100}}, Learner{}, 0.8, 0.9, 0.95)
	t.Logf("%+v", got)
	if !(got[0].ADay < got[1].ADay && got[1].ADay < got[2].ADay) {
		t.Errorf("%+v", got)
	}
}

func TestAnIntervalEndsAtTheTarget(t *testing.T) {
	for _, target := range []float64{0.75, 0.9, 0.97} {
		s := NewFSRS(Parameters{Retention: target})
		if got := s.model.ForgettingCurve(s.interval(42), 42); got < target-1e-9 || got > target+1e-9 {
			t.Errorf("recall falls to %g, the target is %g", got, target)
		}
	}
}

func find(d Deck, q lessons.QuestionID) *Entry {
	for i := range d {
		if d[i].Question.ID == q {
			return &d[i]
		}
	}
	panic(fmt.Sprintf("%s is not in the deck", q))
}

func TestDueLosesNothingAndKeepsTheLimit(t *testing.T) {
	s := NewFSRS(Parameters{})
	rapid.Check(t, func(t *rapid.T) {
		c := course(topics(), 10, 5)
		ago := rapid.SliceOfN(rapid.IntRange(-1, 60), 1, 20).Draw(t, "days ago")
		d := NewDeck(c, seen(s, c, monday, ago...), nil)
		limit := rapid.IntRange(1, 30).Draw(t, "limit")
		known := 0
		for _, e := range d {
			known += one(e.Card.State != New)
		}
		sum := 0
		for i, n := range Due(d, monday, 200, Limits{All: limit}) {
			if n > limit {
				t.Fatalf("day %d has %d, the limit is %d", i, n, limit)
			}
			sum += n
		}
		if sum != known {
			t.Fatalf("%d cards are due on some day, of %d", sum, known)
		}
	})
}

func BenchmarkPlanToday(b *testing.B) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 100, 5)
	d := NewDeck(c, seen(s, c, monday, 0, 3, 6, 9, -1), nil)
	for b.Loop() {
		PlanToday(d, s, start, Daily{})
	}
}

func BenchmarkForecast(b *testing.B) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 100, 5)
	d := NewDeck(c, seen(s, c, monday, 0, 3, 6, 9, -1), nil)
	for b.Loop() {
		Forecast(d, s, monday, 30, Daily{}, Learner{})
	}
}

func BenchmarkPlanTopic(b *testing.B) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 100, 5)
	d := NewDeck(c, seen(s, c, monday, 0, 3, 6, 9, -1), nil)
	for b.Loop() {
		PlanTopic(d, s, start)
	}
}
