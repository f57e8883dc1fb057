package study_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"dockerlearn/internal/study"
	"dockerlearn/internal/study/studytest"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

func TestPractise(t *testing.T) {
	l := studytest.New(t)
	questions := l.Course().Lessons()[0].Questions
	if len(questions) < 2 {
		t.Fatal("the small course needs a lesson of two questions")
	}
	last := questions[len(questions)-1].ID
	x, err := l.Practise(context.Background(), last, questions[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if turn := x.Turn(); turn.Item.Question.ID != last {
		t.Errorf("asks %s first, want %s", turn.Item.Question.ID, last)
	}
	if x, err = l.Practise(context.Background(), last); err != nil || x.Plan().Mode != quiz.Weak {
		t.Errorf("one question is a session of mode %v (%v)", x.Plan().Mode, err)
	}
	if _, err := l.Practise(context.Background(), "no-such"); !errors.Is(err, study.ErrNothingToAsk) {
		t.Errorf("an unknown question: %v", err)
	}
}

// A skipped question is gone from the session, also after a restart, and nothing is logged of it.
func TestSkip(t *testing.T) {
	ctx := context.Background()
	l := studytest.New(t)
	x, err := l.Begin(ctx, study.Wish{Mode: quiz.Topic})
	if err != nil {
		t.Fatal(err)
	}
	all := len(x.Plan().Asks)
	answered := x.Turn()
	x.Answer(ctx, answered, study.Given{Answer: quiz.Answer{GaveUp: true}})
	skipped := x.Turn().Item.Question.ID
	if err := x.Skip(ctx, skipped); err != nil {
		t.Fatal(err)
	}
	again, err := l.Unfinished(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*study.Sitting{x, again} {
		if turn := s.Turn(); turn.Item.Question.ID == skipped || turn.Count != 2 || len(s.Plan().Asks) != all-1 {
			t.Errorf("asks %s, the %d., of %d", turn.Item.Question.ID, turn.Count, len(s.Plan().Asks))
		}
	}
	if log, err := l.History(ctx, skipped); len(log) > 0 || err != nil {
		t.Errorf("logged %v (%v)", log, err)
	}
}

func TestComplain(t *testing.T) {
	l := studytest.New(t)
	q := l.Course().Lessons()[0].Questions[0]
	path, err := l.Complain(q, lessons.ZH, &quiz.Review{Verdict: quiz.Wrong, Seed: 7}, "两个都对。")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	for _, want := range []string{"两个都对。", string(q.ID), "answered: wrong", q.In(lessons.ZH).Prompt} {
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%q is not in the report (%v):\n%s", want, err, text)
		}
	}
}
