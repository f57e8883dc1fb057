package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dockerlearn/internal/render"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

// read prints a lesson, a section of it, or a question.
func (c *command) read() *cobra.Command {
	var width int
	var questions bool
	cmd := &cobra.Command{
		Use:   "read ID",
		Short: "Print a lesson, a section of it or a question as plain lines",
		Long: `Print as plain lines: a lesson (union-fs), one section of it (union-fs#copy-up),
or a question with its answer (union-fs-01). dockerlearn list names them all.`,
		Example: "  dockerlearn read union-fs\n  dockerlearn read union-fs#copy-up --lang zh --width 60\n  dockerlearn read union-fs --questions",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("read takes one id; dockerlearn list shows them")}
			}
			return nil
		},
		ValidArgsFunction: c.completeIDs,
		RunE: func(cmd *cobra.Command, args []string) error {
			course, _, err := c.course()
			if err != nil {
				return err
			}
			switch {
			case width == 0:
				width = c.textWidth()
			case width < render.MinWidth:
				return usageError{fmt.Errorf("--width is a number from %d on", render.MinWidth)}
			}
			p := printer{out: c.out, lang: c.chosen(cmd.Context()), opt: render.Options{Width: width}}
			p.opt.Lang = string(p.lang)
			if c.frames == "ascii" {
				p.opt.Frames = render.ASCIIFrames()
			}
			return p.read(course, args[0], questions)
		},
	}
	cmd.Flags().IntVar(&width, "width", 0, "columns of text (default: the terminal's, at most 76)")
	cmd.Flags().BoolVar(&questions, "questions", false, "the lesson's questions with their answers instead of its text")
	return cmd
}

// printer writes parts of the course as plain lines.
type printer struct {
	out  io.Writer
	lang lessons.Lang
	opt  render.Options
	err  error
}

func (p *printer) lines(lines ...string) {
	for _, l := range lines {
		if p.err == nil {
			_, p.err = fmt.Fprintln(p.out, l)
		}
	}
}

func (p *printer) wrapped(text string) { p.lines(render.WrapText(text, p.opt.Width)...) }

func (p *printer) read(course *lessons.Course, id string, questions bool) error {
	name, section, _ := strings.Cut(id, "#")
	if q := course.Question(lessons.QuestionID(name)); q != nil {
		p.question(q)
		return p.err
	}
	l := course.Lesson(lessons.LessonID(name))
	switch {
	case l == nil || l.Body(p.lang) == nil:
		return unknownID(course, name)
	case questions:
		for _, q := range l.Questions {
			p.question(q)
			p.lines("")
		}
		return p.err
	}
	return p.lesson(l, lessons.SectionID(section))
}

// lesson prints all sections, or the one asked for.
func (p *printer) lesson(l *lessons.Lesson, only lessons.SectionID) error {
	b := l.Body(p.lang)
	if only == "" {
		p.wrapped("# " + l.Title.In(p.lang))
	}
	found := only == ""
	for _, s := range b.Sections {
		if only != "" && s.ID != only {
			continue
		}
		found = true
		p.lines("")
		p.wrapped("## " + s.Title)
		for _, screen := range b.Screens[s.First : s.First+s.Count] {
			p.lines("")
			p.lines(render.Render(screen.Doc, p.opt).Lines...)
		}
	}
	if !found {
		var ids []string
		for _, s := range b.Sections {
			ids = append(ids, string(s.ID))
		}
		return fmt.Errorf("the lesson %s has no section %q; it has %s", l.ID, only, strings.Join(ids, ", "))
	}
	if only == "" && len(l.Questions) > 0 {
		p.lines("")
		p.wrapped(wording.Sayf(p.lang, "%d questions: dockerlearn read %s --questions", "%d 道题：dockerlearn read %s --questions",
			len(l.Questions), l.ID))
	}
	return p.err
}

// unknownID says what is nearest to an id that does not exist.
func unknownID(course *lessons.Course, id string) error {
	var ids []string
	for _, l := range course.Lessons() {
		ids = append(ids, string(l.ID))
	}
	near := slices.MinFunc(ids, func(a, b string) int { return distance(id, a) - distance(id, b) })
	if distance(id, near) <= 1+len(id)/3 {
		return fmt.Errorf("there is no %q; did you mean %s? dockerlearn list shows all ids", id, near)
	}
	return fmt.Errorf("there is no %q; dockerlearn list shows all ids", id)
}

// distance is how many letters must be added, dropped or changed to make one word the other (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// completeIDs offers ids to the shell.
func (c *command) completeIDs(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	course, _, err := c.course()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var ids []string
	lang := c.chosen(cmd.Context())
	for _, l := range course.Lessons() {
		ids = append(ids, string(l.ID)+"\t"+l.Title.In(lang))
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
