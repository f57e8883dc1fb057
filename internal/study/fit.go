package study

import (
	"context"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Fitted is what fitting the memory model to the learner's own answers came to.
type Fitted struct {
	quiz.Fit
	Moved int // cards whose dates changed with the new weights
}

// FitMemory fits the weights of the memory model to the learner's own answers, and uses them from now on if they
// predict better. It takes seconds: run it off the screen. progress is told how far it is, 0 to 1.
func (s *Study) FitMemory(ctx context.Context, progress func(done float64)) (Fitted, error) {
	m, err := s.memory(ctx)
	if err != nil {
		return Fitted{}, err
	}
	var histories []quiz.History
	err = s.store.Facts(ctx, func(_ lessons.QuestionID, facts []quiz.Fact) error {
		histories = append(histories, quiz.Histories(facts)...)
		return ctx.Err()
	})
	if err != nil {
		return Fitted{}, err
	}
	fit := quiz.FitWeights(histories, m.parameters.Weights, func(done float64) bool {
		progress(done)
		return ctx.Err() == nil
	})
	if err := ctx.Err(); err != nil || fit.End != quiz.FitBetter {
		return Fitted{Fit: fit}, err
	}
	m.parameters.Weights = fit.Weights
	if err := s.setJSON(ctx, Model, m.parameters); err != nil {
		return Fitted{Fit: fit}, err
	}
	s.store.UseScheduler(quiz.NewFSRS(m.parameters))
	rebuilt, err := s.store.Rebuild(ctx)
	return Fitted{Fit: fit, Moved: len(rebuilt.Wrong)}, err
}
