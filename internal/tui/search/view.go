package search

import (
	"fmt"
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/internal/wording"
)

// resultsTop is the row of the body on which the first result stands: below the line to type into and its frame.
const resultsTop = 3

// room is how many results are visible: two lines each.
func room(env screen.Env) int { return max(1, (env.H-resultsTop-1)/2) }

// View draws the screen.
func (m *Search) View(env screen.Env) screen.View {
	line, x := m.input.View(env.W - 7)
	asked := widget.Pane{Lines: []string{"  " + env.Theme.Key.Paint("/") + " " + line}}
	results := widget.Pane{Title: m.title(env), Lines: m.lines(env)}
	return screen.View{
		Title: env.Say(screen.Say{EN: "Search", ZH: "搜索"}),
		Body: widget.Frame(env.Theme, env.W, env.H,
			widget.Row{Height: 1, Panes: []widget.Pane{asked}}, widget.Row{Panes: []widget.Pane{results}}),
		Cursor: &screen.Cursor{X: 5 + x, Y: 1},
	}
}

func (m *Search) title(env screen.Env) string {
	n := len(m.found.Hits)
	switch {
	case m.input.Text() == "":
		return ""
	case n == 0 && m.found.query == m.input.Text():
		return env.Theme.Heading.Paint(env.Say(screen.Say{EN: "nothing found", ZH: "没有找到"}))
	case n == 0:
		return ""
	}
	return env.Theme.Heading.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "%d found", ZH: "找到 %d 处"}), n+m.found.More))
}

func (m *Search) lines(env screen.Env) []string {
	if strings.TrimSpace(m.input.Text()) == "" {
		return m.hints(env)
	}
	hits := m.found.hits()
	if len(m.found.Hits) > 0 {
		return m.hitLines(env, hits)
	}
	if m.found.query != m.input.Text() {
		return nil
	}
	says := screen.Say{
		EN: "Found in neither language. The nearest titles are above.",
		ZH: "两种语言里都没有。上面是最接近的标题。",
	}
	if len(hits) == 0 {
		says = screen.Say{
			EN: "Found in neither language, and no title comes near. Try another word, or fewer.",
			ZH: "两种语言里都没有，也没有相近的标题。换一个词，或少写几个词再试。",
		}
	}
	return append(append(m.hitLines(env, hits), ""), dim(env, says)...)
}

// dim draws a sentence in as many lines as it takes.
func dim(env screen.Env, says screen.Say) []string {
	var lines []string
	for _, l := range render.WrapText(env.Say(says), env.W-8) {
		lines = append(lines, "   "+env.Theme.Dim.Paint(l))
	}
	return lines
}

// hitLines draws the results around the cursor, two lines each.
func (m *Search) hitLines(env screen.Env, hits []study.Hit) []string {
	from, to := m.list.Window(room(env))
	var lines []string
	for i := from; i < to; i++ {
		h, chosen := hits[i], i == m.list.At
		title := " " + widget.Pointer(env.Theme, chosen) + widget.Title(env.Theme, chosen, m.name(env, h))
		lines = append(lines,
			widget.Spread(env.Theme, title, env.Theme.Dim.Paint(m.kind(env, h))+"  ", env.W-2),
			"     "+m.excerpt(env, h))
	}
	return lines
}

// name is what a hit is called: a screen by its section, a question by what it asks.
func (m *Search) name(env screen.Env, h study.Hit) string {
	if h.Title == "" {
		return h.Excerpt.Text // a cloze has no heading
	}
	if h.Kind != study.HitScreen {
		return h.Title
	}
	l := m.study.Course().Lesson(h.Place.Lesson)
	return h.Title + env.Theme.Dim.Paint("  "+l.Title.In(h.Lang))
}

func (m *Search) kind(env screen.Env, h study.Hit) string {
	switch h.Kind {
	case study.HitLesson:
		return env.Say(screen.Say{EN: "lesson", ZH: "课程"})
	case study.HitScreen:
		l := m.study.Course().Lesson(h.Place.Lesson)
		return env.Say(phrase.Place(h.Place.Screen, study.Screens(l)))
	case study.HitQuestion:
		return env.Say(screen.Say{EN: "question", ZH: "题目"})
	case study.HitLab:
		return env.Say(screen.Say{EN: "lab", ZH: "实验"})
	}
	return env.Say(screen.Say{EN: "term", ZH: "术语"})
}

// excerpt is the text around what was found, with the words found in it marked; or else what is known of the lesson.
func (m *Search) excerpt(env screen.Env, h study.Hit) string {
	l := m.study.Course().Lesson(h.Place.Lesson)
	if h.Excerpt.Text == "" && h.Kind == study.HitTerm {
		return env.Theme.Dim.Paint(render.Truncate(m.says(h), env.W-10, env.Theme.Ellipsis))
	}
	if h.Excerpt.Text == "" && l != nil {
		return env.Theme.Dim.Paint(widget.Dots(env.Theme, phrase.Number(m.study.Course(), l, env.Lang),
			wording.Level(l.Level, env.Lang), wording.Minutes(l.Minutes, env.Lang)))
	}
	var b strings.Builder
	at := 0
	for _, match := range h.Excerpt.Match {
		b.WriteString(env.Theme.Dim.Paint(render.Clean(h.Excerpt.Text[at:match[0]])))
		b.WriteString(env.Theme.Accent.Paint(render.Clean(h.Excerpt.Text[match[0]:match[1]])))
		at = match[1]
	}
	b.WriteString(env.Theme.Dim.Paint(render.Clean(h.Excerpt.Text[at:])))
	return render.Truncate(b.String(), env.W-10, env.Theme.Ellipsis)
}

// says is what a term means.
func (m *Search) says(h study.Hit) string {
	for _, t := range m.study.Course().Glossary {
		if t.ID == h.Term {
			return t.Says.In(h.Lang)
		}
	}
	return ""
}

func (m *Search) hints(env screen.Env) []string {
	lines := []string{""}
	for _, h := range []screen.Say{
		{EN: "Type what you look for: titles, texts, questions, terms, in both languages.", ZH: "输入要找的词：标题、正文、题目、术语，中英文都行。"},
		{EN: "Several words: each must occur.  whiteout delete", ZH: "多个词：每个都要出现。  whiteout 删除"},
		{EN: "Chinese titles by their pinyin initials.  xsfz finds 写时复制", ZH: "标题也认拼音首字母。  xsfz 找到 写时复制"},
	} {
		lines = append(lines, dim(env, h)...)
	}
	return lines
}
