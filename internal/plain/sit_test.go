package plain

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/internal/study"
	"dockerlearn/internal/study/studytest"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// asked is one question, answered with what is typed: what was printed, and how many answers the log holds.
func asked(t *testing.T, q lessons.QuestionID, typed string) (printed string, answers int) {
	t.Helper()
	ctx, l := context.Background(), studytest.New(t)
	x, err := l.Practise(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	o := Options{Study: l.Study, In: strings.NewReader(typed), Out: &out, Lang: lessons.EN, Now: l.Clock.Now, Width: 60}
	if err := Sit(ctx, o, x); err != nil {
		t.Fatal(err)
	}
	log, err := l.Store.Recent(ctx, 100)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), len(log)
}

// Whoever leaves while the points of an open question are on display has not said that they forgot all of them.
func TestLeavingAtThePointsIsNoAnswer(t *testing.T) {
	for _, typed := range []string{"said aloud\n", "said aloud\nq\n", "said aloud\nb\n", "\n/layer\nb\nb\n"} {
		if out, n := asked(t, "layers-03", typed); n != 0 || strings.Contains(out, "Counts as") {
			t.Errorf("%q stored %d answers:\n%s", typed, n, out)
		}
	}
	for _, typed := range []string{"\n\n\nb\n", "\n1 x\n1\n\nb\n"} {
		if out, n := asked(t, "layers-03", typed); n != 1 || !strings.Contains(out, "You said") {
			t.Errorf("%q stored %d answers:\n%s", typed, n, out)
		}
	}
}

func TestGapsKeepTheirPlaces(t *testing.T) {
	for line, want := range map[string][]string{
		"a": {"a"}, "a; b": {"a", "b"}, "; b": {"", "b"}, "a;;c": {"a", "", "c"}, "甲；乙；": {"甲", "乙", ""},
	} {
		if diff := cmp.Diff(want, splitGaps(line)); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
	}
	if out, n := asked(t, "volumes-01", "a;b;c;d;e\n:b\n"); n != 0 || !strings.Contains(out, "and you filled 5") {
		t.Errorf("too many gaps: stored %d\n%s", n, out)
	}
}

func TestNoLineIsWiderThanAsked(t *testing.T) {
	for _, q := range []lessons.QuestionID{"layers-01", "layers-02", "layers-03", "volumes-01", "volumes-02"} {
		out, _ := asked(t, q, "\nd\n:d\n\nb\n")
		for _, line := range strings.Split(out, "\n") {
			if line = strings.TrimPrefix(line, "> "); len(line) > 60 && !strings.Contains(line, "Saved in") { // with its path in one piece
				t.Errorf("%s: %q", q, line)
			}
		}
	}
}

func TestAnExamGivesNoHints(t *testing.T) {
	ctx, l := context.Background(), studytest.New(t)
	x, err := l.Begin(ctx, study.Wish{Mode: quiz.Exam, Count: 1})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	o := Options{Study: l.Study, In: strings.NewReader(":h\n"), Out: &out, Lang: lessons.EN, Now: l.Clock.Now}
	if err := Sit(ctx, o, x); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); strings.Contains(got, "where to read") || !strings.Contains(got, "no hints") {
		t.Errorf("an exam helps:\n%s", got)
	}
}
