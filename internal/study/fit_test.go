package study_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"dockerlearn/internal/study/studytest"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

func TestFittingNeedsAnswers(t *testing.T) {
	l := studytest.New(t)
	f, err := l.FitMemory(context.Background(), func(float64) {})
	if err != nil || f.End != quiz.FitTooFew || f.Moved != 0 {
		t.Errorf("%+v, %v", f, err)
	}
}

// Somebody who forgets much faster than the published weights say gets weights of their own, and keeps them.
func TestFittingSomebodyWhoForgetsQuickly(t *testing.T) {
	ctx := context.Background()
	l := studytest.New(t)
	chance := rand.New(rand.NewPCG(3, 4))
	model := quiz.NewFSRS(quiz.Parameters{})
	for card := range 150 {
		q := lessons.QuestionID("gone-" + string(rune('a'+card%26)) + string(rune('a'+card/26)))
		at := studytest.Start.Add(time.Duration(card) * time.Minute)
		c := quiz.Card{Question: q, Rev: 1}
		for range 6 {
			rating, verdict := quiz.Good, quiz.Right
			days := at.Sub(c.Last).Hours() / 24
			if c.State != quiz.New && chance.Float64() > 1/(1+days/3) { // half is gone after three days
				rating, verdict = quiz.Again, quiz.Wrong
			}
			r := quiz.Review{
				ID: quiz.NewReviewID(at, [10]byte{byte(card), byte(chance.Uint32()), byte(chance.Uint32())}), Event: quiz.Answered, Question: q,
				At: at, Mode: quiz.Today, Rev: 1, Lang: lessons.EN, Answer: quiz.Answer{Text: "x"}, Verdict: verdict, Rating: rating,
			}
			if _, err := l.Store.Record(ctx, r); err != nil {
				t.Fatal(err)
			}
			c = quiz.Apply(model, c, r)
			at = c.Due.Add(time.Hour)
		}
	}
	f, err := l.FitMemory(ctx, func(float64) {})
	if err != nil || f.End != quiz.FitBetter || f.After >= f.Before || f.Moved == 0 {
		t.Fatalf("%s on %d answers, %.3f from %.3f, %d cards moved, %v", f.End, f.Answers, f.After, f.Before, f.Moved, err)
	}
	again, err := l.FitMemory(ctx, func(float64) {})
	if err != nil || again.Before >= f.Before {
		t.Errorf("the weights were not kept: %.3f, at first %.3f, %v", again.Before, f.Before, err)
	}
}
