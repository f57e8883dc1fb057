package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// due prints one line for a shell prompt.
func (c *command) due() *cobra.Command {
	return &cobra.Command{
		Use:   "due",
		Short: "Print in one line what there is to review",
		Long:  "Print in one line what there is to review: nothing at all when there is nothing, so\nthat it fits into a shell prompt.",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withStudy(cmd.Context(), func(s *study.Study, _ *progress.Store) error {
				today, err := s.Today(cmd.Context())
				if err != nil || today.Asks == 0 {
					return err
				}
				fmt.Fprintln(c.out, wording.Sayf(c.chosen(cmd.Context()), "%d to review (%s)", "待复习 %d 题（%s）",
					today.Asks, wording.ToReview(today.Due, today.New, today.Slips, c.chosen(cmd.Context()))))
				return nil
			})
		},
	}
}

// goal sets the day by which the learner wants to be ready.
func (c *command) goal() *cobra.Command {
	var clear bool
	cmd := &cobra.Command{
		Use:     "goal [DATE]",
		Short:   "Be ready by a date: an interview, an exam",
		Long:    "Say by which day you want to be ready, and see what that asks of you each day.\nWithout a date the goal is shown; --clear takes it away.",
		Example: "  dockerlearn goal 2026-12-24",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withStudy(cmd.Context(), func(s *study.Study, _ *progress.Store) error {
				if err := c.setGoal(cmd, s, args, clear); err != nil {
					return err
				}
				return c.showGoal(cmd, s)
			})
		},
	}
	cmd.Flags().BoolVar(&clear, "clear", false, "have no goal any more")
	return cmd
}

func (c *command) setGoal(cmd *cobra.Command, s *study.Study, args []string, clear bool) error {
	if clear {
		return s.SetGoal(cmd.Context(), 0)
	}
	if len(args) == 0 {
		return nil
	}
	day, err := study.ParseDay(args[0], c.now().Location())
	if err != nil {
		return usageError{err}
	}
	if day <= quiz.DayOf(c.now()) {
		return usageError{fmt.Errorf("%s is not in the future", args[0])}
	}
	return s.SetGoal(cmd.Context(), day)
}

func (c *command) showGoal(cmd *cobra.Command, s *study.Study) error {
	lang := c.chosen(cmd.Context())
	today, err := s.Today(cmd.Context())
	if err != nil {
		return err
	}
	if today.Goal.By == 0 {
		fmt.Fprintln(c.out, wording.Say(lang, "There is no goal. Set one with: dockerlearn goal 2026-12-24", "还没有目标。设定方法：dockerlearn goal 2026-12-24"))
		return nil
	}
	load, err := s.Load(cmd.Context())
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out, wording.Sayf(lang, "Ready by %s, in %d days.", "目标：%s 之前准备好，还有 %d 天。", today.Goal.By, load.Days))
	fmt.Fprintln(c.out, wording.Sayf(lang, "Each day about %.0f questions, %.0f minutes; the fullest day %d.",
		"每天约 %.0f 题，%.0f 分钟；最多的一天 %d 题。", load.ADay, load.Minutes.Minutes(), load.Most))
	fmt.Fprintln(c.out, wording.Sayf(lang, "On that day you would answer about %.0f %% right; without doing more, %.0f %%.",
		"到那天预计能答对约 %.0f %%；如果不再复习，约 %.0f %%。", 100*load.Then, 100*load.Now))
	if load.Unbegun > 0 {
		fmt.Fprintln(c.out, wording.Sayf(lang, "%d questions would still be new: read their lessons soon.", "还有 %d 道题来不及开始：请尽快读完相应课文。", load.Unbegun))
	}
	return nil
}
