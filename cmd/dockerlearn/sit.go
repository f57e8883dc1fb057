package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"dockerlearn/internal/plain"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// withStudy opens course and progress, does something, and closes.
func (c *command) withStudy(ctx context.Context, do func(*study.Study, *progress.Store) error) (err error) {
	s, store, err := c.study(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if closing := store.Close(); err == nil {
			err = closing
		}
	}()
	return do(s, store)
}

// sit holds a session: on the screen, or as a conversation in lines.
func (c *command) sit(ctx context.Context, w study.Wish) error {
	return c.withStudy(ctx, func(s *study.Study, store *progress.Store) error {
		if err := c.knownTopics(s.Course(), w.Topics); err != nil {
			return err
		}
		if c.plainly || c.plain() {
			return c.converse(ctx, s, store, w)
		}
		if today, err := s.Today(ctx); w.Mode == quiz.Today && err == nil && today.Asks == 0 {
			return c.nothingToAsk(ctx, s, w)
		}
		return c.draw(ctx, s, store, screen.OpenDrill{Wish: w})
	})
}

// converse holds a session in lines.
func (c *command) converse(ctx context.Context, s *study.Study, store *progress.Store, w study.Wish) error {
	o, err := c.plainOptions(ctx, s)
	if err != nil {
		return err
	}
	x, err := s.Begin(ctx, w)
	switch {
	case errors.Is(err, study.ErrNothingToAsk):
		return c.nothingToAsk(ctx, s, w)
	case x == nil:
		return err
	case err != nil:
		fmt.Fprintln(c.err, wording.Why(err, o.Lang))
	}
	defer c.upkeep(ctx, store)()
	return plain.Sit(ctx, o, x)
}

// nothingToAsk says why, and when there is something again. It is no failure: all is done.
func (c *command) nothingToAsk(ctx context.Context, s *study.Study, w study.Wish) error {
	o, err := c.plainOptions(ctx, s)
	if err != nil {
		return err
	}
	if w.Mode == quiz.Today {
		today, err := s.Today(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintln(c.out, wording.NothingDue(today.Answered, today.Next, c.now(), o.Lang))
		return nil
	}
	fmt.Fprintln(c.out, wording.Say(o.Lang, "There is nothing to ask.", "没有可问的题目。"))
	return nil
}

func (c *command) knownTopics(course *lessons.Course, asked []lessons.TopicID) error {
	for _, id := range asked {
		known := false
		var all []string
		for _, t := range course.Topics {
			known = known || t.ID == id
			all = append(all, string(t.ID))
		}
		if !known {
			return usageError{fmt.Errorf("there is no topic %q; there is %v", id, all)}
		}
	}
	return nil
}

// review asks what is due today.
func (c *command) review() *cobra.Command {
	var n int
	cmd := &cobra.Command{
		Use:     "review",
		Short:   "Answer the questions that are due today",
		Long:    "Answer the questions that are due today, and new ones of lessons that you have read.\nEach answer is stored when it is given; end at any time.",
		Example: "  dockerlearn review\n  dockerlearn review -n 10 --plain",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.sit(cmd.Context(), study.Wish{Mode: quiz.Today, Count: n})
		},
	}
	cmd.Flags().IntVarP(&n, "count", "n", 0, "at most so many questions (default: all that the day allows)")
	return cmd
}

// drill asks for a number of minutes, due or not.
func (c *command) drill() *cobra.Command {
	var minutes int
	var topics []string
	var weak bool
	cmd := &cobra.Command{
		Use:     "drill",
		Short:   "Practise for some minutes, by topic or on your weak spots",
		Example: "  dockerlearn drill --minutes 10\n  dockerlearn drill --topic storage\n  dockerlearn drill --weak",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if minutes < 1 || minutes > 600 {
				return usageError{errors.New("--minutes is a number from 1 to 600")}
			}
			w := study.Wish{Mode: quiz.Drill, Length: time.Duration(minutes) * time.Minute, Topics: topicIDs(topics)}
			if weak {
				w.Mode = quiz.Weak
			}
			return c.sit(cmd.Context(), w)
		},
	}
	cmd.Flags().IntVar(&minutes, "minutes", 10, "how long")
	cmd.Flags().StringSliceVar(&topics, "topic", nil, "only these topics")
	cmd.Flags().BoolVar(&weak, "weak", false, "what you forget, instead of what is due")
	return cmd
}

func topicIDs(names []string) []lessons.TopicID {
	var ids []lessons.TopicID
	for _, n := range names {
		ids = append(ids, lessons.TopicID(n))
	}
	return ids
}

// interview holds a mock interview.
func (c *command) interview() *cobra.Command {
	var minutes int
	var topics []string
	level := string(lessons.Advanced)
	cmd := &cobra.Command{
		Use:   "interview",
		Short: "Hold a mock interview: open questions, answered aloud",
		Long: `Hold a mock interview: open questions, answered aloud. You tick what you said, and
what was left out is asked again. At the end: how much you covered, and three
questions to practise, beside the last time.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch lessons.Level(level) {
			case lessons.Basic, lessons.Intermediate, lessons.Advanced:
			default:
				return usageError{fmt.Errorf("--level cannot be %q: it is one of basic, intermediate, advanced", level)}
			}
			if minutes < 5 || minutes > 240 {
				return usageError{errors.New("--minutes is a number from 5 to 240")}
			}
			return c.sit(cmd.Context(), study.Wish{
				Mode: quiz.Interview, Length: time.Duration(minutes) * time.Minute, Topics: topicIDs(topics),
				Level: lessons.Level(level),
			})
		},
	}
	cmd.Flags().IntVar(&minutes, "minutes", 20, "how long")
	cmd.Flags().StringSliceVar(&topics, "topic", nil, "only these topics")
	cmd.Flags().StringVar(&level, "level", level, "nothing harder than: basic, intermediate or advanced")
	return cmd
}

// exam asks without help and tells the score at the end.
func (c *command) exam() *cobra.Command {
	var n int
	var topics []string
	cmd := &cobra.Command{
		Use:   "exam",
		Short: "Take an exam: no help, the score at the end",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if n < 1 {
				return usageError{errors.New("--count is a number from 1 on")}
			}
			return c.sit(cmd.Context(), study.Wish{Mode: quiz.Exam, Count: n, Topics: topicIDs(topics)})
		},
	}
	cmd.Flags().IntVarP(&n, "count", "n", 20, "how many questions")
	cmd.Flags().StringSliceVar(&topics, "topic", nil, "only these topics")
	return cmd
}
