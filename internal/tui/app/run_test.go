package app

import (
	"context"
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
