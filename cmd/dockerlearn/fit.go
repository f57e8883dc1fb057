package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// fit fits the memory model to the learner.
func (c *command) fit() *cobra.Command {
	return &cobra.Command{
		Use:   "fit",
		Short: "Fit the memory model to your own answers",
		Long: fmt.Sprintf(`Fit the memory model to your own answers, so that questions come back when you are
about to forget them, not when people on average are. The new weights are used only if
they predict your answers better. It is worth trying from about %d answers on.`, quiz.FewestToFit),
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withStudy(cmd.Context(), func(s *study.Study, _ *progress.Store) error {
				done, err := s.FitMemory(cmd.Context(), func(float64) {})
				if err != nil {
					return err
				}
				fmt.Fprintln(c.out, fitted(done, c))
				return nil
			})
		},
	}
}

func fitted(f study.Fitted, c *command) string {
	lang := c.language("")
	switch f.End {
	case quiz.FitBetter:
		return wording.Sayf(lang, "Fitted to %d answers; they are predicted better now (log loss %.3f, before %.3f). %d cards have new dates.",
			"已按 %d 次作答拟合，预测更准（对数损失 %.3f，原为 %.3f）。%d 张卡片的日期有变。", f.Answers, f.After, f.Before, f.Moved)
	case quiz.FitTooFew:
		return wording.Sayf(lang, "%d answers tell too little yet; it is worth trying from %d on. Nothing was changed.",
			"目前只有 %d 次有效作答，%d 次以上才值得拟合。没有改动。", f.Answers, quiz.FewestToFit)
	case quiz.FitStopped:
		return wording.Say(lang, "Stopped. Nothing was changed.", "已停止，没有改动。")
	}
	return wording.Sayf(lang, "The weights in use predict your %d answers as well as any. Nothing was changed.",
		"现有参数对你的 %d 次作答已经预测得足够好。没有改动。", f.Answers)
}
