package main

import (
	"fmt"
	"strings"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/render"
	"dockerlearn/internal/wording"
	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// question prints a question and, below it, what is right and why.
func (p *printer) question(q *lessons.Question) {
	w := q.In(p.lang)
	p.wrapped(fmt.Sprintf("%s · %s", q.ID, w.Prompt))
	if !w.Stem.Empty() {
		p.lines("")
		p.lines(render.Render(w.Stem, p.opt).Lines...)
	}
	p.lines("")
	switch q.Kind {
	case lessons.OneChoice, lessons.ManyChoices, lessons.Predict:
		p.options(q, w)
	case lessons.Typed:
		p.wrapped(wording.Sayf(p.lang, "Answer: %s", "答案：%s", w.Accept[0]))
		for _, wrong := range w.Wrong {
			p.item("-", wording.Sayf(p.lang, "not %s: %s", "不是 %s：%s", wrong.Answers[0], wrong.Feedback))
		}
	case lessons.Cloze:
		p.wrapped(filled(w.Cloze))
	case lessons.Order:
		for i, step := range w.Steps {
			p.fragmentItem(fmt.Sprintf("%d.", i+1), step)
		}
	case lessons.Open:
		for _, point := range w.Rubric {
			p.item("-", fmt.Sprintf("(%+d) %s", point.Weight, point.Text))
		}
	case lessons.Do:
		p.task(q)
	}
	if !w.Why.Empty() {
		p.lines("")
		p.lines(render.Render(w.Why, p.opt).Lines...)
	}
}

// task prints what a host is given, what must hold there, and a way to get there.
func (p *printer) task(q *lessons.Question) {
	p.lines(strings.Split(strings.TrimRight(q.Setup.Text, "\n"), "\n")...)
	for _, says := range labs.Says(q.Lab()) {
		p.item("[ ]", says.In(p.lang))
	}
	for _, way := range q.Solutions {
		for line := range strings.Lines(way.Text) {
			p.item("$", strings.TrimRight(line, "\n"))
		}
	}
}

// options prints the options, each with its mark and what it stands for.
func (p *printer) options(q *lessons.Question, w *lessons.Words) {
	for i, o := range w.Options {
		mark := "[ ]"
		if q.Right[i] {
			mark = "[x]"
		}
		p.fragmentItem(mark, o.Doc)
		if !o.Feedback.Empty() {
			p.fragmentItem("   ", o.Feedback)
		}
	}
}

// item prints a text that hangs behind its mark.
func (p *printer) item(mark, text string) {
	for i, l := range render.WrapText(text, p.opt.Width-len(mark)-1) {
		if i > 0 {
			mark = strings.Repeat(" ", len(mark))
		}
		p.lines(mark + " " + l)
	}
}

func (p *printer) fragmentItem(mark string, f mdoc.Fragment) {
	o := p.opt
	o.Width -= len(mark) + 1
	for i, l := range render.Render(f, o).Lines {
		if i > 0 {
			mark = strings.Repeat(" ", len(mark))
		}
		p.lines(strings.TrimRight(mark+" "+l, " "))
	}
}

// filled is a cloze with its gaps filled in, in brackets.
func filled(parts []lessons.ClozePart) string {
	var b strings.Builder
	for _, part := range parts {
		if len(part.Accept) > 0 {
			b.WriteString("[" + part.Accept[0] + "]")
		} else {
			b.WriteString(part.Text)
		}
	}
	return b.String()
}
