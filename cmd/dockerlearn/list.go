package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

// list prints what the course holds.
func (c *command) list() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List topics, lessons and how many questions they have, and labs",
		Example: "  dockerlearn list\n  dockerlearn list --json | jq '.topics[].lessons[].id'",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			course, _, err := c.course()
			if err != nil {
				return err
			}
			if asJSON {
				return c.listJSON(course)
			}
			c.listLines(cmd.Context(), course)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON, with both languages")
	return cmd
}

func (c *command) listLines(ctx context.Context, course *lessons.Course) {
	lang := c.chosen(ctx)
	for i, t := range course.Topics {
		if i > 0 {
			fmt.Fprintln(c.out)
		}
		fmt.Fprintf(c.out, "%s (%s)\n", t.Title.In(lang), t.ID)
		for _, l := range t.Lessons {
			fmt.Fprintf(c.out, "  %s  %s  %s  %s\n", render.Pad(string(l.ID), 26), render.Pad(wording.Level(l.Level, lang), 12),
				wording.Sayf(lang, "%2d questions", "%2d 道题", len(l.Questions)), l.Title.In(lang))
		}
	}
	for _, g := range course.Labs {
		fmt.Fprintf(c.out, "\n%s\n", wording.Sayf(lang, "Labs: %s (%s)", "实验：%s (%s)", g.Title.In(lang), g.ID))
		for _, l := range g.Labs {
			fmt.Fprintf(c.out, "  %s  %s  %s  %s\n", render.Pad(string(l.ID), 26), render.Pad(wording.Level(l.Level, lang), 12),
				render.Pad(wording.Sayf(lang, "%2d minutes", "%2d 分钟", l.Minutes), 12), l.Title.In(lang))
		}
	}
}

// The JSON form of the course's table of contents. Its members are a promise to scripts.
type (
	listedCourse struct {
		ID      string         `json:"id"`
		Version string         `json:"version"`
		Title   lessons.Text   `json:"title"`
		Langs   []lessons.Lang `json:"languages"`
		Topics  []listedTopic  `json:"topics"`
		Labs    []listedGroup  `json:"labs"`
	}
	listedTopic struct {
		ID      lessons.TopicID `json:"id"`
		Title   lessons.Text    `json:"title"`
		Lessons []listedLesson  `json:"lessons"`
	}
	listedLesson struct {
		ID        lessons.LessonID   `json:"id"`
		Title     lessons.Text       `json:"title"`
		Level     lessons.Level      `json:"level"`
		Asked     lessons.Asked      `json:"asked"`
		Minutes   int                `json:"minutes"`
		Needs     []lessons.LessonID `json:"needs"`
		Screens   int                `json:"screens"`
		Questions []listedQuestion   `json:"questions"`
	}
	listedGroup struct {
		ID    string       `json:"id"`
		Title lessons.Text `json:"title"`
		Labs  []listedLab  `json:"labs"`
	}
	listedLab struct {
		ID      lessons.LabID        `json:"id"`
		Title   lessons.Text         `json:"title"`
		Level   lessons.Level        `json:"level"`
		Minutes int                  `json:"minutes"`
		Needs   []lessons.LabID      `json:"needs"`
		Teaches []lessons.QuestionID `json:"teaches"`
	}
	listedQuestion struct {
		ID    lessons.QuestionID `json:"id"`
		Kind  lessons.Kind       `json:"kind"`
		Level int                `json:"level"`
	}
)

func (c *command) listJSON(course *lessons.Course) error {
	out := listedCourse{ID: course.ID, Version: course.Version, Title: course.Title, Langs: course.Langs, Topics: []listedTopic{}, Labs: []listedGroup{}}
	for _, t := range course.Topics {
		topic := listedTopic{ID: t.ID, Title: t.Title, Lessons: []listedLesson{}}
		for _, l := range t.Lessons {
			topic.Lessons = append(topic.Lessons, listed(l))
		}
		out.Topics = append(out.Topics, topic)
	}
	for _, g := range course.Labs {
		out.Labs = append(out.Labs, listedLabs(g))
	}
	enc := json.NewEncoder(c.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func listed(l *lessons.Lesson) listedLesson {
	out := listedLesson{
		ID: l.ID, Title: l.Title, Level: l.Level, Asked: l.Asked, Minutes: l.Minutes,
		Needs: append([]lessons.LessonID{}, l.Needs...), Screens: study.Screens(l), Questions: []listedQuestion{},
	}
	for _, q := range l.Questions {
		out.Questions = append(out.Questions, listedQuestion{q.ID, q.Kind, q.Level})
	}
	return out
}

func listedLabs(g *lessons.LabGroup) listedGroup {
	out := listedGroup{ID: g.ID, Title: g.Title, Labs: []listedLab{}}
	for _, l := range g.Labs {
		out.Labs = append(out.Labs, listedLab{
			ID: l.ID, Title: l.Title, Level: l.Level, Minutes: l.Minutes,
			Needs: append([]lessons.LabID{}, l.Needs...), Teaches: append([]lessons.QuestionID{}, l.Teaches...),
		})
	}
	return out
}
