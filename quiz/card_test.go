package quiz

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var monday = time.Date(2026, 8, 24, 20, 0, 0, 0, time.FixedZone("CST", 8*3600))

// id is the n-th review id of a test.
func id(at time.Time, n int) ReviewID {
	return NewReviewID(at, [10]byte{8: byte(n >> 8), 9: byte(n)})
}

// answered is an answer to union-fs-01.
func answered(n int, at time.Time, r Rating) Review {
	v := Right
	if r == Again {
		v = Wrong
	}
	return Review{
		ID: id(at, n), Event: Answered, Question: "union-fs-01", At: at, Mode: Today, Session: "s1",
		Rev: 1, Verdict: v, Rating: r, Elapsed: 9 * time.Second,
	}
}

// drawLog is a random history of one question: answers, some of them taken back, fresh starts, rising revs.
func drawLog(t *rapid.T) []Review {
	at, rev := monday, 1
	var log []Review
	for n := range rapid.IntRange(1, 12).Draw(t, "lines") {
		at = at.Add(time.Duration(rapid.Int64Range(0, int64(40*24*time.Hour)).Draw(t, "later"))).
			Truncate(time.Millisecond)
		switch rapid.IntRange(0, 9).Draw(t, "event") {
		case 0:
			log = append(log, Review{ID: id(at, n), Event: Reset, Question: "union-fs-01", At: at})
			continue
		case 1:
			if len(log) > 0 {
				what := rapid.SampledFrom(log).Draw(t, "undone").ID
				log = append(log, Review{ID: id(at, n), Event: Undid, Undoes: what, Question: "union-fs-01", At: at})
				continue
			}
		case 2:
			rev++
		}
		r := answered(n, at, rapid.SampledFrom([]Rating{Again, Hard, Good, Easy}).Draw(t, "rating"))
		r.Rev = rev
		log = append(log, r)
	}
	return log
}

func copied(log []Review) []Review { return append([]Review(nil), log...) }

func TestFoldDoesNotDependOnTheOrderOfArrival(t *testing.T) {
	s := NewFSRS(Parameters{})
	rapid.Check(t, func(t *rapid.T) {
		log := drawLog(t)
		want, wantFacts := Fold(s, copied(log))
		shuffled := copied(log)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Shuffle(len(shuffled), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		got, gotFacts := Fold(s, shuffled)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(wantFacts, gotFacts); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The live card moves line by line; where a line comes late or takes another back, the log is folded again. That is
// how a store is to do it, and it must give what folding everything gives.
func TestMovingTheCardLineByLineEqualsFolding(t *testing.T) {
	s := NewFSRS(Parameters{})
	rapid.Check(t, func(t *rapid.T) {
		log := drawLog(t)
		live := Card{Question: "union-fs-01"}
		for i, r := range log {
			if r.Event != Undid && live.After(r) {
				live = Apply(s, live, r)
			} else {
				live, _ = Fold(s, copied(log[:i+1]))
			}
			folded, _ := Fold(s, copied(log[:i+1]))
			if diff := cmp.Diff(folded, live); diff != "" {
				t.Fatalf("after line %d: %s", i, diff)
			}
		}
	})
}

func TestUndoRestoresTheCardExactly(t *testing.T) {
	s := NewFSRS(Parameters{})
	rapid.Check(t, func(t *rapid.T) {
		log := drawLog(t)
		before, _ := Fold(s, copied(log))
		at := log[len(log)-1].At.Add(time.Duration(rapid.Int64Range(1, int64(90*24*time.Hour)).Draw(t, "later"))).
			Truncate(time.Millisecond)
		r := answered(900, at, rapid.SampledFrom([]Rating{Again, Hard, Good, Easy}).Draw(t, "rating"))
		r.Rev = 99
		undo := Review{ID: id(at, 901), Event: Undid, Undoes: r.ID, Question: r.Question, At: at.Add(time.Second)}
		after, facts := Fold(s, append(copied(log), r, undo))
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatal(diff)
		}
		if facts[len(facts)-2].Status != Undone || facts[len(facts)-1].Status != Other {
			t.Fatalf("facts end in %+v", facts[len(facts)-2:])
		}
	})
}

func TestAFreshStartMakesTheCardNew(t *testing.T) {
	s := NewFSRS(Parameters{})
	at := monday.Add(48 * time.Hour)
	fresh := Review{ID: id(at, 2), Event: Reset, Question: "union-fs-01", At: at}
	card, _ := Fold(s, []Review{answered(1, monday, Good), fresh})
	if card.State != New || card.Reps != 0 || card.Stability != 0 || !card.Due.IsZero() || s.Recall(card, at) != 0 {
		t.Errorf("after a fresh start: %+v", card)
	}
	if card.After(answered(3, monday.Add(time.Hour), Good)) {
		t.Error("an answer from before the fresh start counts as coming after it")
	}
	again := answered(4, at.Add(time.Hour), Good)
	one := Apply(s, card, again)
	other := Apply(s, Card{Question: "union-fs-01", Rev: 1}, again)
	if diff := cmp.Diff(one, other); diff != "" {
		t.Errorf("the first answer after a fresh start differs from a first answer: %s", diff)
	}
}

func TestANewRevStartsOver(t *testing.T) {
	s := NewFSRS(Parameters{})
	old, _ := Fold(s, []Review{answered(1, monday, Good), answered(2, monday.Add(72*time.Hour), Good)})
	newer := answered(3, monday.Add(96*time.Hour), Good)
	newer.Rev = 2
	got := Apply(s, old, newer)
	if got.Rev != 2 || got.Reps != 1 {
		t.Errorf("answered with another meaning: %+v", got)
	}
	if f := Tell(s, old, newer); f.Class != ClassNew || f.Since != -1 {
		t.Errorf("its fact: %+v", f)
	}
	q := choice("one", "x.")
	q.Rev = 2
	if old.Seen(q) || !got.Seen(q) {
		t.Error("Seen does not follow the rev")
	}
}

func TestBetterGradesComeBackLater(t *testing.T) {
	s := NewFSRS(Parameters{})
	rapid.Check(t, func(t *rapid.T) {
		log := drawLog(t)
		card, _ := Fold(s, copied(log))
		now := log[len(log)-1].At.Add(time.Duration(rapid.Int64Range(0, int64(400*24*time.Hour)).Draw(t, "later")))
		all := Preview(s, card, now)
		for i := 1; i < len(all); i++ {
			worse, better := all[i-1], all[i]
			if better.In < worse.In || better.Card.Stability < worse.Card.Stability ||
				better.Card.Difficulty > worse.Card.Difficulty {
				t.Fatalf(
					"%s: in %s, %+v\n%s: in %s, %+v",
					worse.Rating,
					worse.In,
					worse.Card,
					better.Rating,
					better.In,
					better.Card,
				)
			}
		}
		if all[3].In <= all[0].In {
			t.Fatalf("easy (%s) does not come after again (%s)", all[3].In, all[0].In)
		}
	})
}

func TestAPreviewHolds(t *testing.T) {
	s := NewFSRS(Parameters{})
	rapid.Check(t, func(t *rapid.T) {
		card, _ := Fold(s, drawLog(t))
		now := monday.Add(1000 * 24 * time.Hour)
		r := rapid.SampledFrom([]Rating{Again, Hard, Good, Easy}).Draw(t, "rating")
		shown := Preview(s, card, now)[r-1].Card
		// Chosen a little later than shown: the days are those that stood on the screen.
		if got := s.Next(card, r, now.Add(40*time.Second)); got.Days != shown.Days || got.Stability != shown.Stability {
			t.Fatalf("shown %d days, got %d", shown.Days, got.Days)
		}
	})
}

func TestRecallFallsWithTime(t *testing.T) {
	s := NewFSRS(Parameters{})
	rapid.Check(t, func(t *rapid.T) {
		card, _ := Fold(s, drawLog(t))
		if card.State == New {
			return
		}
		early := rapid.Int64Range(0, 5000*24).Draw(t, "hours")
		later := early + rapid.Int64Range(1, 1000).Draw(t, "more hours")
		at := func(h int64) float64 { return s.Recall(card, card.Last.Add(time.Duration(h)*time.Hour)) }
		if a, b := at(early), at(later); !(a > b) || a > 1 || b < 0 {
			t.Fatalf("recall is %g after %d h and %g after %d h", a, early, b, later)
		}
	})
}

func TestRecallIsNinetyPercentAfterTheStability(t *testing.T) {
	s := NewFSRS(Parameters{})
	card := s.Next(Card{Question: "q"}, Good, monday)
	at := card.Last.Add(time.Duration(card.Stability * 24 * float64(time.Hour)))
	if r := s.Recall(card, at); r < 0.8999 || r > 0.9001 {
		t.Errorf("recall after %g days is %g", card.Stability, r)
	}
}

func TestADamagedCardDoesNotStopTheLearner(t *testing.T) {
	s := NewFSRS(Parameters{})
	for _, c := range []Card{
		{State: 9, Stability: 3, Difficulty: 5},
		{State: Reviewing, Stability: -1, Difficulty: 5},
		{State: Reviewing, Stability: 3, Difficulty: 0},
		{State: Learning, Stability: 3, Difficulty: 5, Steps: -7, Days: -3, Reps: -1, LastDay: 1 << 30},
	} {
		if next := s.Next(c, Good, monday); next.Stability <= 0 || !next.Due.After(monday) {
			t.Errorf("%+v became %+v", c, next)
		}
	}
}

func TestDueIsNeverBeyondTheLongestInterval(t *testing.T) {
	for _, noFuzz := range []bool{false, true} {
		s := NewFSRS(Parameters{MaxDays: 30, NoFuzz: noFuzz})
		card, at := Card{Question: "q"}, monday
		for range 20 {
			card = s.Next(card, Easy, at)
			if card.Days > 30 {
				t.Fatalf("no fuzz %v: %d days", noFuzz, card.Days)
			}
			at = card.Due
		}
	}
}

func TestFuzzSpreadsWhatWasNewOnOneDay(t *testing.T) {
	s := NewFSRS(Parameters{})
	days := map[int]int{}
	for i := range 200 {
		card := Card{Question: questionNumber(i)}
		card = s.Next(card, Easy, monday)
		days[card.Days]++
	}
	if len(days) < 3 {
		t.Errorf("two hundred cards stand on %d days: %v", len(days), days)
	}
	for d, n := range days {
		if n > 100 {
			t.Errorf("%d of 200 stand on day %d", n, d)
		}
	}
}

func BenchmarkNext(b *testing.B) {
	s := NewFSRS(Parameters{})
	card := s.Next(s.Next(Card{Question: "union-fs-01"}, Good, monday), Good, monday.Add(72*time.Hour))
	at := monday.Add(14 * 24 * time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		s.Next(card, Good, at)
	}
}

func BenchmarkFold(b *testing.B) {
	s := NewFSRS(Parameters{})
	for _, n := range []int{1, 10, 100} {
		var log []Review
		for i := range n {
			log = append(log, answered(i, monday.Add(time.Duration(i)*50*time.Hour), Good))
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Fold(s, log)
			}
		})
	}
}
