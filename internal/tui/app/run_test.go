package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockerlearn/internal/study"
	"dockerlearn/internal/study/studytest"
	"dockerlearn/quiz"
)

// Who began with questions, from the command line, is not welcomed as somebody new.
func TestWelcomeOnlyTheNew(t *testing.T) {
	ctx, l := context.Background(), studytest.New(t)
	welcomes := func() bool {
		t.Helper()
		s, err := Options{Study: l.Study, Now: l.Clock.Now}.state(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return s.First
	}
	if !welcomes() {
		t.Error("a new learner is not welcomed")
	}
	x, err := l.Begin(ctx, study.Wish{Mode: quiz.Exam, Count: 1})
	if err != nil {
		t.Fatal(err)
	}
	if welcomes() {
		t.Error("welcomed with a session under way")
	}
	x.Answer(ctx, x.Turn(), study.Given{})
	x.Finish(ctx)
	if welcomes() {
		t.Error("welcomed after an answer")
	}
}

// Whoever lost everything is told so on the home screen, not welcomed.
func TestWhoLostAllIsNotWelcomed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "progress.db"), []byte(strings.Repeat("rubbish ", 2000)), 0o600); err != nil {
		t.Fatal(err)
	}
	l := studytest.Open(t, dir, &studytest.Clock{})
	s, err := Options{Study: l.Study, Now: l.Clock.Now}.state(context.Background())
	if err != nil || s.First || !strings.Contains(s.Kept.Trouble.EN, "was damaged") {
		t.Errorf("welcomed %v, told %q, %v", s.First, s.Kept.Trouble.EN, err)
	}
}
