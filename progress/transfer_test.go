package progress_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

func export(t testing.TB, s *progress.Store) string {
	t.Helper()
	var b bytes.Buffer
	must(t, s.Export(t.Context(), &b))
	return b.String()
}

func importAll(t testing.TB, s *progress.Store, text string) progress.Imported {
	t.Helper()
	return got[progress.Imported](t)(s.Import(t.Context(), strings.NewReader(text), progress.ImportOptions{}))
}

// live fills a store with everything that a learner makes.
func live(t *testing.T, rt *rapid.T, s *progress.Store) {
	ctx := t.Context()
	record(t, s, logs().Draw(rt, "log")...)
	for range rapid.IntRange(0, 8).Draw(rt, "acts") {
		at := monday().Add(time.Duration(rapid.IntRange(0, 1e6).Draw(rt, "seconds")) * time.Second)
		lesson := lessons.LessonID(rapid.SampledFrom([]string{"a", "b", "层"}).Draw(rt, "lesson"))
		part := rapid.IntRange(0, 2).Draw(rt, "part")
		text := rapid.String().Draw(rt, "text")
		mark := progress.Bookmark{Lesson: lesson, Section: "answer", Part: part, At: at, Note: text}
		switch rapid.IntRange(0, 8).Draw(rt, "act") {
		case 0:
			must(t, s.SavePlace(ctx, progress.Place{Lesson: lesson, Part: part, Lang: lessons.EN, At: at}))
		case 1:
			must(t, s.MarkRead(ctx, progress.Place{Lesson: lesson, Part: part, At: at}))
		case 2:
			must(t, s.AddBookmark(ctx, mark))
		case 3:
			must(t, s.RemoveBookmark(ctx, mark))
		case 4:
			must(t, s.SetNote(ctx, lessons.QuestionID(lesson), text))
		case 5:
			must(t, s.Set(ctx, string(lesson), text))
		case 6:
			data := []byte(fmt.Sprintf(`{"score": %d, "said": "<&\u2028>"}`, part))
			must(t, s.SaveReport(ctx, progress.Report{ID: reviewID(at, 1), Schema: "interview/1", At: at, Data: data}))
		case 7:
			data := []byte(fmt.Sprintf(`{"hints": %d}`, part))
			must(t, s.SaveLabRun(ctx, progress.LabRun{Lab: lessons.LabID(lesson), Run: reviewID(monday(), uint64(part)), At: at, Data: data}))
		case 8:
			e := progress.LabEntry{Lab: lessons.LabID(lesson), Run: reviewID(monday(), 1), N: part, At: at, Data: []byte(`{"keys":"ls"}`)}
			if err := s.AppendLabEntry(ctx, e); err != nil && !errors.Is(err, progress.ErrConflict) {
				t.Fatal(err)
			}
		}
	}
}

func TestAnExportLosesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		from, to := openMemory(t), openMemory(t)
		defer from.Close()
		defer to.Close()
		live(t, rt, from)
		text := export(t, from)
		importAll(t, to, text)
		if diff := cmp.Diff(text, export(t, to)); diff != "" {
			rt.Fatalf("exported, imported, exported (-first +second):\n%s", diff)
		}
		if diff := cmp.Diff(allFacts(t, from), allFacts(t, to)); diff != "" {
			rt.Fatalf("facts (-from +to):\n%s", diff)
		}
		if again := importAll(t, to, text); again.New != 0 {
			rt.Fatalf("imported twice: %+v", again)
		}
	})
}

func TestTwoMachinesMergeInEitherOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b, ab, ba := openMemory(t), openMemory(t), openMemory(t), openMemory(t)
		for _, s := range []*progress.Store{a, b, ab, ba} {
			defer s.Close()
		}
		live(t, rt, a)
		importAll(t, b, export(t, a)) // they once were the same
		must(t, b.Set(t.Context(), "machine", "b"))
		record(t, b, answer(1e6, "q-1", quiz.Again))
		record(t, a, answer(1e6+1, "q-1", quiz.Good))
		fromA, fromB := export(t, a), export(t, b)
		importAll(t, ab, fromA)
		importAll(t, ab, fromB)
		importAll(t, ba, fromB)
		importAll(t, ba, fromA)
		if diff := cmp.Diff(export(t, ab), export(t, ba)); diff != "" {
			rt.Fatalf("merged (-a then b, +b then a):\n%s", diff)
		}
		for _, s := range []*progress.Store{ab, ba} {
			if r := got[progress.Rebuilt](t)(s.Rebuild(t.Context())); len(r.Wrong) > 0 || r.Facts > 0 {
				rt.Fatalf("rebuilding after a merge found %+v", r)
			}
		}
	})
}

const firstLine = `{"kind":"dockerlearn","schema":1}` + "\n"

func TestBadLines(t *testing.T) {
	good := `{"kind":"setting","key":"theme","at":"2026-11-23T09:12:00.000+08:00","value":"dark"}` + "\n"
	for name, c := range map[string]struct {
		text string
		line int
		says string
	}{
		"empty":            {"", 1, "empty"},
		"another file":     {"PK\x03\x04\n", 1, "no JSON object"},
		"no header":        {good, 1, "no export of dockerlearn"},
		"newer":            {`{"kind":"dockerlearn","schema":2,"program":"9.0"}` + "\n" + good, 1, "schema is 2"},
		"unknown kind":     {firstLine + good + `{"kind":"card"}`, 3, `unknown kind "card"`},
		"cut off":          {firstLine + good + good[:30], 3, "unexpected end"},
		"missing field":    {firstLine + `{"kind":"setting","key":"theme","value":"x"}`, 2, `no "at"`},
		"unknown field":    {firstLine + `{"kind":"review","when":1}`, 2, `unknown field "when"`},
		"bad time":         {firstLine + strings.Replace(good, "2026", "0026", 1), 2, "a year from 1970"},
		"two in a line":    {firstLine + strings.TrimSpace(good) + good, 2, "invalid character"},
		"no id":            {firstLine + `{"kind":"review","id":"1","event":"answer"}`, 2, "no review id"},
		"no such rating":   {firstLine + `{"kind":"review","rating":"great"}`, 2, `"great" is no rating`},
		"null instead":     {firstLine + strings.Replace(good, `"dark"`, "null", 1), 2, "null"},
		"a number too big": {firstLine + `{"kind":"seen","lesson":"l","section":"s","part":1e99,"at":""}`, 2, "part"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openMemory(t)
			_, err := s.Import(t.Context(), strings.NewReader(c.text), progress.ImportOptions{})
			var bad *progress.BadLines
			if !errors.As(err, &bad) {
				t.Fatalf("no bad lines: %v", err)
			}
			if first := bad.Lines[0]; first.Line != c.line || !strings.Contains(first.Reason, c.says) {
				t.Errorf("line %d: %s; want line %d: %s", first.Line, first.Reason, c.line, c.says)
			}
			if all := got[map[string]string](t)(s.Settings(t.Context())); len(all) > 0 {
				t.Errorf("half imported: %v", all)
			}
		})
	}
}

func TestGoodLinesAmongBadOnes(t *testing.T) {
	s := openMemory(t)
	text := firstLine + "{}\n" + `{"kind":"setting","key":"theme","at":"2026-11-23T09:12:00Z","value":"dark"}`
	done := got[progress.Imported](
		t,
	)(
		s.Import(t.Context(), strings.NewReader(text), progress.ImportOptions{SkipBad: true}),
	)
	if done.New != 1 || len(done.Skipped) != 1 || done.Skipped[0].Line != 2 {
		t.Errorf("imported: %+v", done)
	}
}

var update = flag.Bool("update", false, "write testdata/export.jsonl afresh")

// The example shows each kind of line once; it is part of the format's documentation.
func TestTheExample(t *testing.T) {
	s := openMemory(t)
	ctx := t.Context()
	first := answer(0, "union-fs-01", quiz.Good)
	first.Answer.Text = ""
	start := quiz.Review{
		ID:       reviewID(monday().Add(time.Hour), 9),
		Event:    quiz.Reset,
		Question: "union-fs-01",
		At:       monday().Add(time.Hour),
	}
	record(t, s, first, undo(1, first), start)
	must(
		t,
		s.SavePlace(
			ctx,
			progress.Place{Lesson: "union-fs", Section: "answer", Part: 1, Lang: lessons.ZH, At: monday()},
		),
	)
	mark := progress.Bookmark{Lesson: "union-fs", Section: "wrong", At: monday(), Note: "再看一遍"}
	must(t, s.AddBookmark(ctx, mark))
	must(t, s.SetNote(ctx, "union-fs-01", "upper, not lower"))
	must(t, s.Set(ctx, "language", "zh"))
	must(
		t,
		s.SaveReport(
			ctx,
			progress.Report{
				ID:     reviewID(monday(), 7),
				Schema: "interview/1",
				At:     monday(),
				Data:   []byte(`{"coverage":0.6}`),
			},
		),
	)
	lab, run := lessons.LabID("two-services"), reviewID(monday(), 8)
	must(t, s.SaveLabRun(ctx, progress.LabRun{Lab: lab, Run: run, At: monday(), Data: []byte(`{"hints":1,"solved":true}`)}))
	must(t, s.AppendLabEntry(ctx, progress.LabEntry{Lab: lab, Run: run, At: monday(), Data: []byte(`{"at":5,"keys":"docker ps\\r"}`)}))
	const path = "testdata/export.jsonl"
	if *update {
		must(t, os.WriteFile(path, []byte(export(t, s)), 0o644))
	}
	want := got[[]byte](t)(os.ReadFile(path))
	if diff := cmp.Diff(string(want), export(t, s)); diff != "" {
		t.Errorf("export (-example +now):\n%s", diff)
	}
	other := openMemory(t)
	importAll(t, other, string(want))
	if diff := cmp.Diff(string(want), export(t, other)); diff != "" {
		t.Errorf("the example, imported and exported:\n%s", diff)
	}
}
