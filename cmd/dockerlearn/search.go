package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

// search prints where words occur.
func (c *command) search() *cobra.Command {
	return &cobra.Command{
		Use:     "search WORDS",
		Short:   "Find lessons, screens, questions, labs and terms",
		Long:    "Find every place where all the words occur, in both languages. Chinese titles are\nalso found by the first letters of their pinyin. Exit code 1 when nothing is found.",
		Example: "  dockerlearn search whiteout\n  dockerlearn search 写时复制\n  dockerlearn search xsfz",
		Args: func(_ *cobra.Command, args []string) error {
			if strings.TrimSpace(strings.Join(args, "")) == "" {
				return usageError{errors.New("search for what? Name a word or several")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			course, found, err := c.course()
			if err != nil {
				return err
			}
			lang := c.chosen(cmd.Context())
			words := strings.Join(args, " ")
			result := study.New(course, found, nil, c.now).Search(words, lang)
			if len(result.Hits) == 0 {
				return c.nothingFound(words, result.Nearest, lang)
			}
			for _, h := range result.Hits {
				fmt.Fprintln(c.out, hitLine(h, course, c.lineWidth()))
			}
			if result.More > 0 {
				fmt.Fprintln(c.err, wording.Sayf(lang, "%d more are not listed.", "还有 %d 条没有列出。", result.More))
			}
			return nil
		},
	}
}

// lineWidth is where lines of a list end; 0 when nothing limits them.
func (c *command) lineWidth() int { return c.columns() }

// hitLine is "ID  title  excerpt", cut where the terminal ends.
func hitLine(h study.Hit, course *lessons.Course, width int) string {
	id := string(h.Place.Lesson)
	switch h.Kind {
	case study.HitQuestion:
		id = string(h.Question)
	case study.HitLab:
		id = "lab:" + string(h.Lab)
	case study.HitTerm:
		id = "term:" + h.Term
	case study.HitScreen:
		b := course.Lesson(h.Place.Lesson).Body(h.Lang)
		id += "#" + string(b.Sections[b.Screens[h.Place.Screen].Section].ID)
	}
	line := render.Pad(id, 28) + "  " + h.Title
	if h.Excerpt.Text != "" {
		line += "  … " + h.Excerpt.Text
	}
	if width > 0 {
		line = render.Truncate(line, width, "…")
	}
	return line
}

func (c *command) nothingFound(words string, nearest []study.Hit, lang lessons.Lang) error {
	fmt.Fprintln(c.err, wording.Sayf(lang, "Nothing is found for %q.", "没有找到 %q。", words))
	for _, h := range nearest {
		fmt.Fprintln(c.err, wording.Say(lang, "near: ", "相近：")+h.Title)
	}
	return errTold
}
