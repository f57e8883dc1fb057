package progress_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// logs draws a log with taking back and fresh starts, in the order in which its lines were made.
func logs() *rapid.Generator[[]quiz.Review] {
	return rapid.Custom(func(t *rapid.T) []quiz.Review {
		at := monday()
		var all []quiz.Review
		for n := range rapid.IntRange(0, 40).Draw(t, "lines") {
			// Some lines are of the same millisecond.
			at = at.Add(time.Duration(rapid.Int64Range(0, 20*24*60).Draw(t, "minutes")) * time.Minute)
			q := lessons.QuestionID(fmt.Sprintf("q-%d", rapid.IntRange(0, 3).Draw(t, "question")))
			all = append(all, line(t, uint64(n), q, at, all))
		}
		return all
	})
}

func line(t *rapid.T, n uint64, q lessons.QuestionID, at time.Time, before []quiz.Review) quiz.Review {
	r := answer(0, q, quiz.Rating(rapid.IntRange(1, 4).Draw(t, "rating")))
	zone := rapid.SampledFrom([]int{8 * 60, 0, -9*60 - 30, 5*60 + 45}).Draw(t, "zone")
	r.At = at.In(time.FixedZone("", zone*60))
	r.ID = reviewID(at, n)
	r.Rev = rapid.IntRange(1, 3).Draw(t, "rev")
	r.Hint, r.Slow, r.ByHand = rapid.Bool().
		Draw(t, "hint"),
		rapid.Bool().
			Draw(t, "slow"),
		rapid.Bool().
			Draw(t, "by hand")
	r.Answer.Text = rapid.String().Draw(t, "text")
	r.Score = rapid.Float64Range(0, 1).Draw(t, "score")
	r.Seed = rapid.Uint64().Draw(t, "seed")
	switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
	case kind == 0:
		return quiz.Review{ID: r.ID, Event: quiz.Reset, Question: q, At: r.At}
	case kind <= 2 && len(before) > 0:
		of := rapid.SampledFrom(before).Draw(t, "of")
		return quiz.Review{ID: r.ID, Event: quiz.Undid, Undoes: of.ID, Question: of.Question, At: r.At}
	}
	return r
}

// shuffled is another order of arrival.
func shuffled(all []quiz.Review, seed uint64) []quiz.Review {
	all = slices.Clone(all)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// Whatever arrives in whichever order: what the store says of each question is quiz.Fold of its lines, and rebuilding
// finds nothing to mend.
func TestCardsAreWhatTheLogSays(t *testing.T) {
	model := quiz.NewFSRS(quiz.DefaultParameters())
	rapid.Check(t, func(rt *rapid.T) {
		s := openMemory(t)
		defer s.Close()
		log := logs().Draw(rt, "log")
		arrival := log
		if rapid.Bool().Draw(rt, "out of order") {
			arrival = shuffled(log, rapid.Uint64().Draw(rt, "seed"))
		}
		record(t, s, arrival...)
		byQuestion := map[lessons.QuestionID][]quiz.Review{}
		for _, r := range log {
			byQuestion[r.Question] = append(byQuestion[r.Question], r)
		}
		wantCards, wantFacts := map[lessons.QuestionID]quiz.Card{}, map[lessons.QuestionID][]quiz.Fact{}
		for q, reviews := range byQuestion {
			wantCards[q], wantFacts[q] = quiz.Fold(model, reviews)
		}
		if diff := cmp.Diff(wantCards, got[map[lessons.QuestionID]quiz.Card](t)(s.Cards(t.Context()))); diff != "" {
			rt.Fatalf("cards (-folded +stored):\n%s", diff)
		}
		if diff := cmp.Diff(wantFacts, allFacts(t, s)); diff != "" {
			rt.Fatalf("facts (-folded +stored):\n%s", diff)
		}
		rebuilt := got[progress.Rebuilt](t)(s.Rebuild(t.Context()))
		if len(rebuilt.Wrong) > 0 || rebuilt.Facts > 0 || rebuilt.Reviews != len(log) {
			rt.Fatalf("rebuilding found %+v", rebuilt)
		}
	})
}

// openMemory is a store without a disk under it, for properties that are tried a hundred times.
func openMemory(t testing.TB) *progress.Store {
	t.Helper()
	o := options("/dev/null/no-folder")
	s := open(t, o)
	if s.Condition().State != progress.Memory {
		t.Fatalf("condition: %+v", s.Condition())
	}
	return s
}

func allFacts(t testing.TB, s *progress.Store) map[lessons.QuestionID][]quiz.Fact {
	t.Helper()
	all := map[lessons.QuestionID][]quiz.Fact{}
	must(t, s.Facts(context.Background(), func(q lessons.QuestionID, facts []quiz.Fact) error {
		all[q] = facts
		return nil
	}))
	return all
}

func TestRebuildSaysWhatWasWrong(t *testing.T) {
	o := options(t.TempDir())
	s := open(t, o)
	record(t, s, answer(1, "q", quiz.Good), answer(2, "q", quiz.Good), answer(3, "other", quiz.Good))
	before := got[quiz.Card](t)(s.Card(t.Context(), "q"))

	strict := quiz.DefaultParameters()
	strict.Retention = 0.97
	s.UseScheduler(quiz.NewFSRS(strict))
	rebuilt := got[progress.Rebuilt](t)(s.Rebuild(t.Context()))
	if len(rebuilt.Wrong) != 2 || rebuilt.Questions != 2 || rebuilt.Reviews != 3 {
		t.Fatalf("rebuilt: %+v", rebuilt)
	}
	after := got[quiz.Card](t)(s.Card(t.Context(), "q"))
	if !after.Due.Before(before.Due) {
		t.Errorf("due %v before, %v with a stricter target", before.Due, after.Due)
	}
	if again := got[progress.Rebuilt](t)(s.Rebuild(t.Context())); len(again.Wrong) > 0 || again.Facts > 0 {
		t.Errorf("rebuilt again: %+v", again)
	}
}

func TestFactsThatAreGoneKeepNoAnswerOut(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir, progress.Fresh)
	record(t, s, answer(1, "q", quiz.Good), answer(2, "q", quiz.Again))
	behind(t, s.Path(), `DELETE FROM fact`)
	record(t, s, answer(3, "q", quiz.Good))
	if r := got[progress.Rebuilt](t)(s.Rebuild(t.Context())); len(r.Wrong) > 0 || r.Facts > 0 {
		t.Errorf("rebuilding found %+v", r)
	}
}

func TestWhatCannotBeLogged(t *testing.T) {
	nan := answer(1, "q", quiz.Good)
	nan.Score -= nan.Score
	nan.Score /= nan.Score
	late := answer(1, "q", quiz.Good)
	late.At = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, r := range map[string]quiz.Review{
		"nothing":        {},
		"no rating":      answer(1, "q", 0),
		"no such rating": answer(1, "q", 9),
		"no number":      nan,
		"year 12000":     late,
	} {
		s := openMemory(t)
		if _, err := s.Record(t.Context(), r); err == nil {
			t.Errorf("%s: stored", name)
		}
		if all := got[[]quiz.Review](t)(s.Recent(t.Context(), 10)); len(all) > 0 {
			t.Errorf("%s: left %v in the log", name, all)
		}
	}
}
