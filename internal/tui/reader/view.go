package reader

import (
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
)

// View draws the screen.
func (r *Reader) View(env screen.Env) screen.View {
	v := screen.View{
		Title:  widget.Dots(env.Theme, phrase.Number(r.study.Course(), r.lesson, env.Lang), r.lesson.Title.In(env.Lang)),
		Status: r.status(env),
		Select: true,
	}
	if r.at == r.n {
		v.Body = r.questionsBody(env)
	} else {
		v.Body = r.textBody(env)
	}
	if r.popup != none {
		b := r.box(env)
		v.Body = widget.Over(widget.Behind(env.Theme, v.Body), b.lines, b.x, b.y)
	}
	return v
}

func (r *Reader) status(env screen.Env) string {
	marked := ""
	if r.at < r.n && r.marked[r.at] {
		marked = env.Theme.Accent.Paint(env.Say(screen.Say{EN: "bookmarked", ZH: "书签"})) + "  "
	}
	where := fmt.Sprintf("%d/%d", min(r.at+1, r.n), r.n)
	return marked + widget.Bar(env.Theme, 10, r.at+1, r.n) + " " + where
}

// textBody is the text, with the terms below it or beside it.
func (r *Reader) textBody(env screen.Env) []string {
	g := r.geometry(env)
	var panes, terms []widget.Pane
	for i, lang := range g.langs {
		p := widget.Pane{
			Title: env.Theme.Heading.Paint(r.heading(lang)), Right: r.more(env, g, i), Width: g.panes[i],
			Lines: r.text(env, g, i),
		}
		if g.terms == 1 {
			p.Lines = append(p.Lines, strings.Repeat(" ", g.pad)+r.termLine(env, lang, g.text))
		}
		panes = append(panes, p)
		terms = append(terms, widget.Pane{
			Title: env.Theme.Dim.Paint(termsTitle(lang)), Width: g.panes[i],
			Lines: widget.Indent(g.pad, r.definitions(env, lang, g.text, g.terms)),
		})
	}
	if g.side > 0 {
		panes = append(panes, widget.Pane{
			Title: env.Theme.Dim.Paint(env.Say(screen.Say{EN: "Sections", ZH: "目录"})), Width: g.side,
			Lines: r.notes(env, g.side, env.H-2),
		})
	}
	rows := []widget.Row{{Panes: panes}}
	if g.terms > 1 {
		rows = append(rows, widget.Row{Height: g.terms, Panes: terms})
	}
	return widget.Frame(env.Theme, env.W, env.H, rows...)
}

func termsTitle(l lessons.Lang) string {
	return screen.Say{EN: "Terms on this screen", ZH: "这一屏的术语"}.In(l)
}

// heading is the title of the section on display; where it has several screens, with their number.
func (r *Reader) heading(lang lessons.Lang) string {
	body := r.lesson.Body(lang)
	s := body.Screens[r.at]
	section := body.Sections[s.Section]
	if section.Count < 2 {
		return section.Title
	}
	return fmt.Sprintf("%s (%d/%d)", section.Title, s.Part+1, section.Count)
}

// more says how many lines are hidden below.
func (r *Reader) more(env screen.Env, g geometry, i int) string {
	if i >= len(r.shown) {
		return ""
	}
	hidden := len(r.pages[r.shown[i]].Lines) - r.top - g.rows
	if hidden <= 0 {
		return ""
	}
	return env.Theme.Accent.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "space: %d more", ZH: "空格：还有 %d 行"}), hidden))
}

// text returns the visible lines of a language, exactly as many as have room. Where there is room to spare, the first
// one is empty.
func (r *Reader) text(env screen.Env, g geometry, i int) []string {
	out := make([]string, 0, g.rows+1)
	if i >= len(r.shown) {
		return append(out, make([]string, g.rows)...)
	}
	page := r.pages[r.shown[i]]
	if r.height() < g.rows {
		out = append(out, "")
	}
	for n := r.top; n < len(page.Lines) && len(out) < g.rows; n++ {
		out = append(out, r.margin(env, g, i, page, n)+page.Lines[n])
	}
	for len(out) < g.rows {
		out = append(out, "")
	}
	return out
}

// margin is what stands before a line: the mark of the chosen code block, or spaces.
func (r *Reader) margin(env screen.Env, g geometry, i int, page render.Page, line int) string {
	pad, mark := strings.Repeat(" ", g.pad), ""
	if r.block > 0 && i == 0 && r.block <= len(page.Blocks) {
		switch b := page.Blocks[r.block-1]; {
		case line == b.First:
			mark = env.Theme.Here
		case line > b.First && line <= b.Last:
			mark = env.Theme.Vertical
		}
	}
	if mark == "" {
		return pad
	}
	return pad[1:] + env.Theme.Accent.Paint(mark)
}

// termLine names the terms on the screen, in both languages, as many as fit.
func (r *Reader) termLine(env screen.Env, lang lessons.Lang, w int) string {
	label := screen.Say{EN: "terms", ZH: "术语"}.In(lang)
	line, used := env.Theme.Dim.Paint(label), render.Width(label)
	n := 0
	for _, t := range r.terms(lang) {
		name := t.Name.In(lang)
		if o := t.Name.In(other(lang)); o != name && !r.two(env) {
			name += " " + o
		}
		size := 2 + render.Width(name)
		if n > 0 {
			size++
		}
		if used+size > w {
			break
		}
		sep := "  "
		if n > 0 {
			sep = " " + env.Theme.Dot + " "
		}
		line += env.Theme.Dim.Paint(sep) + name
		used += size
		n++
	}
	if n == 0 {
		return ""
	}
	return line
}

// notes is the third column: the sections, and below them what the terms on the screen mean.
func (r *Reader) notes(env screen.Env, w, h int) []string {
	lines := append([]string{""}, widget.Indent(1, r.outline(env, w-2, r.section(env.Lang)))...)
	lines = append(lines, "", " "+env.Theme.Dim.Paint(termsTitle(env.Lang)))
	return append(lines, widget.Indent(1, r.definitions(env, env.Lang, w-2, h-len(lines)))...)
}

// definitions says what the terms on the screen mean, as many as have room.
func (r *Reader) definitions(env screen.Env, lang lessons.Lang, w, h int) []string {
	var lines []string
	for _, t := range r.terms(lang) {
		name := t.Name.In(lang)
		if o := t.Name.In(other(lang)); o != name && !r.two(env) {
			name += "  " + o
		}
		entry := []string{env.Theme.Term.Paint(render.Truncate(name, w, env.Theme.Ellipsis))}
		for _, l := range render.WrapText(t.Says.In(lang), w-2) {
			entry = append(entry, "  "+env.Theme.Dim.Paint(l))
		}
		if len(lines)+len(entry) > h {
			break
		}
		lines = append(lines, entry...)
	}
	return lines
}

func screens(s lessons.Section) string {
	if s.Count < 2 {
		return ""
	}
	return strconv.Itoa(s.Count)
}

// questions says how many questions wait at the end.
func questions(env screen.Env, n int) string {
	if n == 1 {
		return env.Say(screen.Say{EN: "1 question at the end", ZH: "末尾有 1 道题"})
	}
	return fmt.Sprintf(env.Say(screen.Say{EN: "%d questions at the end", ZH: "末尾有 %d 道题"}), n)
}

// questionsTop is the row of the body on which the first question stands.
const questionsTop = 4

// questionsBody lists the questions that belong to the lesson, to be answered aloud, and names what comes next.
func (r *Reader) questionsBody(env screen.Env) []string {
	n := len(r.lesson.Questions)
	lines := []string{"", "   " + env.Say(screen.Say{
		EN: "Read to the end. Enter asks these questions.", ZH: "读完了。按回车，答这些题。",
	}), ""}
	from, to := r.asks.Window(env.H - 8)
	for i := from; i < to; i++ {
		q, chosen := r.lesson.Questions[i], i == r.asks.At
		left := " " + widget.Pointer(env.Theme, chosen) + widget.Title(env.Theme, chosen, prompt(q.In(env.Lang)))
		kind := env.Theme.Dim.Paint(env.Say(phrase.Kind(q.Kind)))
		lines = append(lines, widget.Spread(env.Theme, left, kind+"  ", env.W-2))
	}
	lines = append(lines, "")
	onward := screen.Say{EN: "This was the last lesson. Back to the home screen", ZH: "这是最后一课，回主页"}.In(env.Lang)
	if l := r.following(); l != nil {
		onward = env.Say(screen.Say{EN: "Next  ", ZH: "下一课  "}) + l.Title.In(env.Lang)
	}
	lines = append(lines, "   "+env.Theme.Accent.Paint(env.Theme.Arrow)+" "+env.Theme.Strong.Paint(onward))
	return widget.Frame(env.Theme, env.W, env.H, widget.Row{Panes: []widget.Pane{{
		Title: env.Theme.Heading.Paint(questions(env, n)), Lines: lines,
	}}})
}

// prompt is a question on one line. A cloze has no heading; its text stands for it, with its gaps.
func prompt(w *lessons.Words) string {
	if w.Prompt != "" {
		return w.Prompt
	}
	var b strings.Builder
	for _, p := range w.Cloze {
		if len(p.Accept) > 0 {
			b.WriteString("____")
		}
		b.WriteString(strings.ReplaceAll(p.Text, "\n", " "))
	}
	return b.String()
}
