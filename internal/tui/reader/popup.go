package reader

import (
	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
)

// terms returns the glossary's terms on the present screen.
func (r *Reader) terms(lang lessons.Lang) []lessons.Term {
	if r.at >= r.n {
		return nil
	}
	of := termsOf{r.at, lang}
	list, ok := r.known[of]
	if !ok {
		body := r.lesson.Body(lang)
		list = occurring(r.study.Course().Glossary, body.Screens[r.at].Text, body.Lang)
		r.known[of] = list
	}
	return list
}

// termsOf is what a list of terms is for.
type termsOf struct {
	screen int
	lang   lessons.Lang
}

func (r *Reader) openTerms(env screen.Env) tea.Cmd {
	terms := r.terms(env.Lang)
	if len(terms) == 0 {
		return env.Ask(screen.Notice{Text: screen.Say{
			EN: "No term of the glossary on this screen.", ZH: "这一屏没有词汇表里的术语。",
		}})
	}
	r.popup, r.list = termsPopup, widget.List{N: len(terms)}
	return nil
}

func (r *Reader) openSections(env screen.Env) tea.Cmd {
	body := r.lesson.Body(env.Lang)
	r.popup, r.list = sectionsPopup, widget.List{N: len(body.Sections) + 1}
	r.list.At = r.section(env.Lang)
	return nil
}

// section is the index of the section on display; at the questions, that of one after the last.
func (r *Reader) section(lang lessons.Lang) int {
	body := r.lesson.Body(lang)
	if r.at >= r.n {
		return len(body.Sections)
	}
	return body.Screens[r.at].Section
}

func (r *Reader) closePopup(screen.Env) tea.Cmd {
	r.popup = none
	return nil
}

func (r *Reader) choose(env screen.Env) tea.Cmd {
	at := r.list.At
	r.closePopup(env)
	body := r.lesson.Body(env.Lang)
	if at >= len(body.Sections) {
		return r.turn(env, r.n)
	}
	return r.turn(env, body.Sections[at].First)
}

// box is a popup's box and where it stands.
type box struct {
	lines []string
	x, y  int
	items []int // which item each line inside belongs to, from the first visible one on
}

func (r *Reader) box(env screen.Env) box {
	w := min(env.W-8, 72)
	title, lines, items := r.sectionLines(env, w-2)
	if r.popup == termsPopup {
		title, lines, items = r.termLines(env, w-2)
	}
	h := min(len(lines)+2, env.H-2)
	from := start(items, r.list.At, h-2)
	var b box
	b.lines = widget.Frame(env.Theme, w, h, widget.Row{Panes: []widget.Pane{{
		Title: env.Theme.Heading.Paint(title), Lines: lines[from:],
	}}})
	b.items = items[from:]
	b.x, b.y = widget.Centre(w, h, env.W, env.H)
	return b
}

// start is the line from which on the chosen item is visible whole, if it is not longer than the place.
func start(items []int, chosen, room int) int {
	first, last := 0, 0
	for i, it := range items {
		if it < chosen {
			first = i + 1
		}
		if it <= chosen {
			last = i
		}
	}
	return max(0, min(first, last-room+1, len(items)-room))
}

func (r *Reader) termLines(env screen.Env, w int) (title string, lines []string, items []int) {
	add := func(i int, line string) { lines, items = append(lines, line), append(items, i) }
	for i, t := range r.terms(env.Lang) {
		chosen := i == r.list.At
		name := t.Name.In(env.Lang)
		if o := t.Name.In(other(env.Lang)); o != name {
			name += "  " + o
		}
		add(i, " "+widget.Pointer(env.Theme, chosen)+env.Theme.Term.Paint(render.Truncate(name, w-4, env.Theme.Ellipsis)))
		for _, l := range render.WrapText(t.Says.In(env.Lang), w-6) {
			add(i, "     "+l)
		}
	}
	return termsTitle(env.Lang), lines, items
}

func (r *Reader) sectionLines(env screen.Env, w int) (title string, lines []string, items []int) {
	for i, l := range r.outline(env, w-2, r.list.At) {
		lines, items = append(lines, " "+l), append(items, i)
	}
	return env.Say(screen.Say{EN: "Sections", ZH: "目录"}), lines, items
}

// outline lists the sections and the questions, one of them marked.
func (r *Reader) outline(env screen.Env, w, marked int) []string {
	body := r.lesson.Body(env.Lang)
	var lines []string
	for i, s := range body.Sections {
		title := widget.Title(env.Theme, i == marked, s.Title)
		lines = append(lines, widget.Spread(env.Theme, widget.Pointer(env.Theme, i == marked)+title,
			env.Theme.Dim.Paint(screens(s)), w))
	}
	last := len(body.Sections)
	return append(lines, widget.Pointer(env.Theme, last == marked)+
		widget.Title(env.Theme, last == marked, questions(env, len(r.lesson.Questions))))
}

func (r *Reader) clickPopup(env screen.Env, m tea.MouseClickMsg) tea.Cmd {
	b := r.box(env)
	x, y := m.X-b.x, m.Y-b.y
	if x < 0 || y < 0 || y >= len(b.lines) || x >= render.Width(b.lines[0]) {
		return r.closePopup(env)
	}
	if y >= 1 && y-1 < len(b.items) {
		r.list.At = b.items[y-1]
		if r.popup == sectionsPopup {
			return r.choose(env)
		}
	}
	return nil
}
