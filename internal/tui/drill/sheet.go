package drill

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
)

// sheet is a question drawn: the parts of which the card is put together.
type sheet struct {
	head  []string   // the question
	items [][]string // options, steps or points, by the author's index
	means [][]string // what choosing an option would mean; of a typed answer the named wrong ones
	side  [][]string // the same for the second column
	why   []string
	gaps  filling // a cloze, its gaps empty
	full  filling // the same with the accepted answers
}

// sheetKey is what a sheet depends on.
type sheetKey struct {
	question lessons.QuestionID
	side     int // columns of the second column, 0 for none
	options  render.Options
}

// drawn answers a request for a sheet.
type drawn struct {
	to    *Drill
	key   sheetKey
	sheet sheet
}

// Where the parts stand in the text.
const (
	pad    = 3 // before and after everything
	hang   = 6 // of an item: pointer or mark, and its letter
	widest = 76

	sidePad = 1 // before and after everything in the second column
)

// wanted is the sheet of this question at this size, in this language and look.
func (d *Drill) wanted(env screen.Env) sheetKey {
	g := d.geometry(env)
	return sheetKey{d.question().ID, g.side, render.Options{
		Width: g.text, Style: env.Theme.Style, Frames: env.Theme.Frames, Links: env.Links, Lang: string(env.Lang),
	}}
}

// draw asks for the sheet of the question on display, off the event loop. Until it is there, the old one stays.
func (d *Drill) draw(env screen.Env) tea.Cmd {
	if d.question() == nil {
		return nil
	}
	k := d.wanted(env)
	if _, ok := d.sheets[k]; ok {
		d.shown = k
		return nil
	}
	if d.asked[k] {
		return nil
	}
	d.asked[k] = true
	cache, q, s := d.cache, d.question(), d.study
	return func() tea.Msg {
		sheet := drawSheet(cache, q, k)
		if q.Kind == lessons.Do {
			sheet.items = drawConditions(s.Conditions(q), k.options)
		}
		return drawn{d, k, sheet}
	}
}

func (d *Drill) take(env screen.Env, m drawn) {
	if m.to != d {
		return
	}
	delete(d.asked, m.key)
	if d.question() == nil || m.key != d.wanted(env) {
		return // the learner was quicker
	}
	clear(d.sheets) // the cache has the others still
	d.sheets[m.key], d.shown = m.sheet, m.key
	if d.tells() {
		d.top = d.telling(env)
	}
}

// sheet is what is on display: nothing before the first drawing.
func (d *Drill) sheet() (s sheet, ok bool) {
	s, ok = d.sheets[d.shown]
	return s, ok && d.question() != nil && d.shown.question == d.question().ID
}

// drawSheet draws all parts of a question.
func drawSheet(c *render.Cache, q *lessons.Question, k sheetKey) sheet {
	p := parts{c, q, k.options}
	w := q.In(lessons.Lang(k.options.Lang))
	narrow := k.options.Width - hang
	var s sheet
	mean := func(part string, f mdoc.Fragment) {
		s.means = append(s.means, p.draw(part, f, narrow))
		if k.side > 0 {
			s.side = append(s.side, p.draw(part, f, k.side-2*sidePad-3))
		}
	}
	if w.Prompt != "" {
		s.head = p.draw("heading", w.Heading, k.options.Width)
	}
	if !w.Stem.Empty() {
		if s.head != nil {
			s.head = append(s.head[:len(s.head):len(s.head)], "")
		}
		s.head = append(s.head, p.draw("stem", w.Stem, k.options.Width)...)
	}
	for i, o := range w.Options {
		s.items = append(s.items, p.draw(fmt.Sprint("option/", i), o.Doc, narrow-boxed(q.Kind)))
		mean(fmt.Sprint("means/", i), o.Feedback)
	}
	for i, step := range w.Steps {
		s.items = append(s.items, p.draw(fmt.Sprint("step/", i), step, narrow))
	}
	for i, point := range w.Rubric {
		w := narrow - boxed(q.Kind)
		if point.Weight < 0 {
			w -= render.Width(mistake.In(lessons.Lang(k.options.Lang)))
		}
		s.items = append(s.items, p.draw(fmt.Sprint("point/", i), point.Doc, w))
	}
	for i, wrong := range w.Wrong {
		mean(fmt.Sprint("wrong/", i), mdoc.ParseText(wrong.Feedback))
	}
	s.why = p.draw("why", w.Why, k.options.Width)
	if len(w.Cloze) > 0 {
		s.gaps = fill(w.Cloze, k.options, func(lessons.ClozePart) int { return gapWidth })
		s.full = fill(w.Cloze, k.options, func(p lessons.ClozePart) int { return max(1, render.Width(p.Accept[0])) })
	}
	return s
}

// boxed is how many columns the box takes in which an item is ticked.
func boxed(k lessons.Kind) int {
	if k == lessons.ManyChoices || k == lessons.Open {
		return 4
	}
	return 0
}

// parts draws parts of a question and keeps them.
type parts struct {
	cache    *render.Cache
	question *lessons.Question
	options  render.Options
}

func (p parts) draw(part string, f mdoc.Fragment, w int) []string {
	if f.Empty() {
		return nil
	}
	o := p.options
	o.Width = w
	return p.cache.Render("question/"+string(p.question.ID)+"/"+part, f, o).Lines
}

// gapWidth is how many columns a gap has, whatever belongs into it: its length is no hint.
const gapWidth = 14

// blank stands for one column of a gap while the text around it is laid out. No course uses it.
const blank = "▁"

// filling is a cloze laid out, with the places of its gaps.
type filling struct {
	lines []string
	gaps  []gap
}

// gap is a place in a line, counted in bytes.
type gap struct{ line, from, to int }

// fill lays a cloze out. width says how many columns a gap takes.
func fill(cloze []lessons.ClozePart, o render.Options, width func(lessons.ClozePart) int) filling {
	var text strings.Builder
	var widths []int
	for _, p := range cloze {
		if len(p.Accept) == 0 {
			text.WriteString(p.Text)
			continue
		}
		w := width(p)
		widths = append(widths, w)
		text.WriteString(strings.Repeat(blank, w))
	}
	f := filling{lines: render.Render(mdoc.ParseText(text.String()), o).Lines}
	line, from := 0, 0
	for _, w := range widths {
		run := strings.Repeat(blank, w)
		for line < len(f.lines) && !strings.Contains(f.lines[line][from:], run) {
			line, from = line+1, 0
		}
		if line == len(f.lines) {
			break // cannot happen while a gap is narrower than the page
		}
		at := from + strings.Index(f.lines[line][from:], run)
		from = at + len(run)
		f.gaps = append(f.gaps, gap{line, at, from})
	}
	return f
}

// with returns the lines with the gaps replaced, and the column at which each begins.
func (f filling) with(text func(gap int) string) (lines []string, columns []int) {
	lines = append(lines, f.lines...)
	columns = make([]int, len(f.gaps))
	for i := len(f.gaps) - 1; i >= 0; i-- {
		g := f.gaps[i]
		lines[g.line] = lines[g.line][:g.from] + text(i) + lines[g.line][g.to:]
	}
	for i, g := range f.gaps {
		columns[i] = render.Width(f.lines[g.line][:g.from])
	}
	return lines, columns
}
