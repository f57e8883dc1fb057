package progress_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// monday is the first day of most stories here, on a learner's clock in Shanghai.
func monday() time.Time {
	return time.Date(2026, 11, 23, 9, 12, 0, 0, time.FixedZone("", 8*60*60))
}

// clock is a learner's clock that stands still until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func options(dir string) progress.Options {
	return progress.Options{Dir: dir, Now: monday, Wait: 200 * time.Millisecond, Version: "1.0"}
}

func open(t testing.TB, o progress.Options) *progress.Store {
	t.Helper()
	s, err := progress.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// openIn opens a folder's file and expects it to be in a state.
func openIn(t testing.TB, dir string, want progress.State) *progress.Store {
	t.Helper()
	s := open(t, options(dir))
	if c := s.Condition(); c.State != want {
		t.Fatalf("opened %q, want %q: %+v", c.State, want, c)
	}
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[T any](t testing.TB) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// reviewID is the same for the same number.
func reviewID(at time.Time, n uint64) quiz.ReviewID {
	var chance [10]byte
	binary.BigEndian.PutUint64(chance[2:], n)
	return quiz.NewReviewID(at, chance)
}

// answer is the n-th answer, n minutes into the morning.
func answer(n int, q lessons.QuestionID, r quiz.Rating) quiz.Review {
	at := monday().Add(time.Duration(n) * time.Minute)
	verdict := quiz.Right
	if r == quiz.Again {
		verdict = quiz.Wrong
	}
	return quiz.Review{
		ID: reviewID(at, uint64(n)), Event: quiz.Answered, Question: q, At: at, Mode: quiz.Today, Session: "s1", Rev: 1,
		Lang: lessons.ZH, Seed: 1<<63 + uint64(n), Answer: quiz.Answer{Choices: []int{n % 4}, Text: "层"}, Verdict: verdict,
		Score: 0.5, Beliefs: []int{2}, Rating: r, Confidence: quiz.ThinkSo, Elapsed: 3500 * time.Millisecond,
	}
}

func undo(n int, of quiz.Review) quiz.Review {
	at := monday().Add(time.Duration(n) * time.Minute)
	return quiz.Review{ID: reviewID(at, uint64(n)), Event: quiz.Undid, Undoes: of.ID, Question: of.Question, At: at}
}

func record(t testing.TB, s *progress.Store, all ...quiz.Review) {
	t.Helper()
	for _, r := range all {
		if _, err := s.Record(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnAnswerIsKeptAsItWasGiven(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir, progress.Fresh)
	first, second := answer(1, "union-fs-01", quiz.Good), answer(2, "union-fs-01", quiz.Again)
	record(t, s, first, second)
	card := got[quiz.Card](t)(s.Card(t.Context(), "union-fs-01"))
	must(t, s.Close())

	s = openIn(t, dir, progress.Fine)
	log := got[[]quiz.Review](t)(s.Reviews(t.Context(), "union-fs-01"))
	if diff := cmp.Diff([]quiz.Review{first, second}, log); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(card, got[quiz.Card](t)(s.Card(t.Context(), "union-fs-01"))); diff != "" {
		t.Errorf("card (-before +after the restart):\n%s", diff)
	}
	want, facts := quiz.Fold(quiz.NewFSRS(quiz.DefaultParameters()), []quiz.Review{first, second})
	if diff := cmp.Diff(want, card); diff != "" {
		t.Errorf("card (-folded +stored):\n%s", diff)
	}
	must(t, s.Facts(t.Context(), func(q lessons.QuestionID, got []quiz.Fact) error {
		if diff := cmp.Diff(facts, got); diff != "" || q != "union-fs-01" {
			t.Errorf("facts of %s (-folded +stored):\n%s", q, diff)
		}
		return nil
	}))
}

func TestAnAnswerSavedAgainIsSavedOnce(t *testing.T) {
	s := openIn(t, t.TempDir(), progress.Fresh)
	r := answer(1, "q", quiz.Good)
	record(t, s, r)
	again := got[progress.Recorded](t)(s.Record(t.Context(), r))
	if !again.Known || again.Card.Reps != 1 {
		t.Errorf("saved again: %+v", again)
	}
	r.Rating = quiz.Easy
	if _, err := s.Record(t.Context(), r); !errors.Is(err, progress.ErrConflict) {
		t.Errorf("another review with the same id: %v", err)
	}
}

func TestUndoRestoresTheCard(t *testing.T) {
	s := openIn(t, t.TempDir(), progress.Fresh)
	record(t, s, answer(1, "q", quiz.Good))
	wrong := got[progress.Recorded](t)(s.Record(t.Context(), answer(2, "q", quiz.Again)))
	undone := got[progress.Recorded](t)(s.Record(t.Context(), undo(3, answer(2, "q", quiz.Again))))
	if diff := cmp.Diff(wrong.Before, undone.Card); diff != "" {
		t.Errorf("card (-before the answer +after taking it back):\n%s", diff)
	}
}

func TestAQuestionThatLeftTheCourseKeepsItsLines(t *testing.T) {
	dir := t.TempDir()
	record(t, openIn(t, dir, progress.Fresh), answer(1, "retired-01", quiz.Good))
	s := openIn(t, dir, progress.Fine)
	if cards := got[map[lessons.QuestionID]quiz.Card](t)(s.Cards(t.Context())); cards["retired-01"].Reps != 1 {
		t.Errorf("cards: %v", cards)
	}
}

func TestWhereTheLearnerIs(t *testing.T) {
	s := openIn(t, t.TempDir(), progress.Fresh)
	if _, err := s.LastPlace(t.Context()); !errors.Is(err, progress.ErrNotFound) {
		t.Errorf("before the first place: %v", err)
	}
	at := monday()
	place := func(l lessons.LessonID, part int, at time.Time) progress.Place {
		return progress.Place{Lesson: l, Section: "answer", Part: part, Lang: lessons.ZH, At: at}
	}
	must(t, s.SavePlace(t.Context(), place("union-fs", 0, at)))
	must(t, s.SavePlace(t.Context(), place("volumes", 0, at.Add(time.Minute))))
	must(t, s.SavePlace(t.Context(), place("union-fs", 1, at.Add(-time.Hour)))) // the clock was set back
	last := got[progress.Place](t)(s.LastPlace(t.Context()))
	if last.Lesson != "union-fs" || last.Part != 1 {
		t.Errorf("last place: %+v", last)
	}
	if all := got[map[lessons.LessonID]progress.Place](t)(s.Places(t.Context())); len(all) != 2 {
		t.Errorf("places: %v", all)
	}
	must(t, s.MarkRead(t.Context(), place("volumes", 0, at.Add(time.Hour))))
	want := map[lessons.LessonID]map[progress.Screen]time.Time{
		"union-fs": {{"answer", 0}: at, {"answer", 1}: at.Add(-time.Hour)},
		"volumes":  {{"answer", 0}: at.Add(time.Minute)},
	}
	read := got[map[lessons.LessonID]map[progress.Screen]time.Time](t)(s.ReadScreens(t.Context()))
	if diff := cmp.Diff(want, read); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

func TestMarksNotesAndSettings(t *testing.T) {
	s := openIn(t, t.TempDir(), progress.Fresh)
	ctx := t.Context()
	mark := progress.Bookmark{
		Lesson:  "union-fs",
		Section: "wrong",
		Part:    1,
		At:      monday(),
		Note:    "ask about this\x00\xff",
	}
	must(t, s.AddBookmark(ctx, mark))
	mark.Note = "ask about this\uFFFD\uFFFD"
	if diff := cmp.Diff([]progress.Bookmark{mark}, got[[]progress.Bookmark](t)(s.Bookmarks(ctx))); diff != "" {
		t.Errorf("bookmarks (-want +got):\n%s", diff)
	}
	must(t, s.RemoveBookmark(ctx, mark))
	if all := got[[]progress.Bookmark](t)(s.Bookmarks(ctx)); len(all) != 0 {
		t.Errorf("bookmarks after removing: %v", all)
	}

	must(t, s.SetNote(ctx, "q", "first"))
	must(t, s.SetNote(ctx, "q", "second, in the same millisecond"))
	if n := got[progress.Note](t)(s.Note(ctx, "q")); n.Text != "second, in the same millisecond" {
		t.Errorf("note: %+v", n)
	}
	must(t, s.SetNote(ctx, "q", ""))
	if all := got[[]progress.Note](t)(s.Notes(ctx)); len(all) != 0 {
		t.Errorf("notes after removing: %v", all)
	}

	must(t, s.Set(ctx, "theme", "dark"))
	must(t, s.Set(ctx, "language", "zh"))
	must(t, s.Set(ctx, "theme", ""))
	if diff := cmp.Diff(map[string]string{"language": "zh"}, got[map[string]string](t)(s.Settings(ctx))); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestReportsAreComparedWithTheLast(t *testing.T) {
	s := openIn(t, t.TempDir(), progress.Fresh)
	for n := range 3 {
		at := monday().Add(time.Duration(n) * time.Hour)
		data := fmt.Sprintf("{\n \"coverage\": %d, \"said\": \"<层>\"}", n)
		r := progress.Report{ID: reviewID(at, uint64(n)), Schema: "interview/1", At: at, Data: []byte(data)}
		must(t, s.SaveReport(t.Context(), r))
	}
	all := got[[]progress.Report](t)(s.Reports(t.Context(), "interview/1", 2))
	if len(all) != 2 || string(all[0].Data) != `{"coverage":2,"said":"<层>"}` ||
		string(all[1].Data) != `{"coverage":1,"said":"<层>"}` {
		t.Errorf("reports: %s", all)
	}
	if err := s.SaveReport(t.Context(), progress.Report{ID: all[0].ID, Data: []byte("{")}); err == nil {
		t.Error("a report that is no JSON was stored")
	}
}

func TestTheFileIsTheLearnersOnly(t *testing.T) {
	if os.PathSeparator == '\\' {
		t.Skip("Windows keeps permissions elsewhere")
	}
	dir := filepath.Join(t.TempDir(), "new", "folder")
	s := openIn(t, dir, progress.Fresh)
	must(t, s.SavePlace(t.Context(), progress.Place{Lesson: "l"}))
	must(t, s.Upkeep(t.Context()))
	must(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: mode %v", path, info.Mode())
		}
		return err
	}))
}
