package app

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

// The smallest window that can show the screens.
const (
	MinWidth  = 60
	MinHeight = 16
)

func (m *Model) small() bool { return m.state.W < MinWidth || m.state.H < MinHeight }

// View draws the program.
func (m *Model) View() tea.View {
	v := tea.View{AltScreen: true, WindowTitle: "dockerlearn"}
	switch {
	case m.state.W == 0:
	case m.small():
		v.Content = strings.Join(m.tooSmall(), "\n")
	default:
		m.draw(&v)
	}
	return v
}

// tooSmall says what size is needed, in as many lines as that takes.
func (m *Model) tooSmall() []string {
	says := fmt.Sprintf(m.say(screen.Say{
		EN: "This window is %dx%d; dockerlearn needs %dx%d. Enlarge it, or run with --plain.",
		ZH: "这个窗口是 %dx%d；dockerlearn 需要 %dx%d。请放大窗口，或加 --plain 运行。",
	}), m.state.W, m.state.H, MinWidth, MinHeight)
	lines := render.WrapText(says, max(m.state.W, 2))
	return lines[:min(len(lines), max(m.state.H, 1))]
}

// popups returns the views of the screens on display: the topmost that fills the place, and the popups above it.
func (m *Model) views() []screen.View {
	var views []screen.View
	for i := len(m.stack) - 1; i >= 0; i-- {
		v := m.stack[i].View(m.env())
		views = append([]screen.View{v}, views...)
		if !v.Popup {
			break
		}
	}
	return views
}

func (m *Model) draw(v *tea.View) {
	views := m.views()
	base, env := views[0], m.env()
	body, cursor := base.Body, base.Cursor
	for _, p := range views[1:] {
		x, y := widget.Centre(render.Width(p.Body[0]), len(p.Body), env.W, env.H)
		body = widget.Over(widget.Behind(m.theme, body), p.Body, x, y)
		if cursor = p.Cursor; cursor != nil {
			cursor = &screen.Cursor{X: cursor.X + x, Y: cursor.Y + y}
		}
	}
	lines := body
	if env.Short {
		lines = append(lines[:len(lines):len(lines)], m.shortLine(base))
	} else {
		lines = append(append([]string{m.header(base)}, lines...), m.bottom())
	}
	v.Content = strings.Join(lines, "\n")
	if cursor != nil {
		v.Cursor = tea.NewCursor(cursor.X, cursor.Y+m.above())
		v.Cursor.Blink = false
	}
	v.MouseMode = m.mouseMode(views[len(views)-1])
}

// above is how many rows stand above the body.
func (m *Model) above() int {
	if m.short() {
		return 0
	}
	return 1
}

func (m *Model) mouseMode(v screen.View) tea.MouseMode {
	if m.state.Mouse == MouseOff || m.state.Mouse != MouseOn && v.Select {
		return tea.MouseModeNone
	}
	return tea.MouseModeCellMotion
}

// header is the first row: where one is, how far, and the languages.
func (m *Model) header(v screen.View) string {
	right := m.status(v)
	if right != "" {
		right += "   "
	}
	right += m.languages() + " "
	return widget.Spread(m.theme, " "+m.theme.Strong.Paint(v.Title), right, m.state.W)
}

// languages shows which language is on.
func (m *Model) languages() string {
	en, zh := m.theme.Dim, m.theme.Strong
	if m.state.Lang != lessons.ZH {
		en, zh = zh, en
	}
	return en.Paint("EN") + m.theme.Dim.Paint("|") + zh.Paint("中文")
}

// status is what the screen says about itself, unless there is something to say about saving.
func (m *Model) status(v screen.View) string {
	says := screen.Say{EN: "not saved", ZH: "没有保存"}.In(m.state.Lang)
	switch {
	case m.failed != nil:
		why := wording.Why(m.failed, m.state.Lang)
		return m.theme.Warn.Paint(says + ": " + render.Truncate(why, m.state.W/2, m.theme.Ellipsis))
	case m.lost && v.Status != "":
		return m.theme.Warn.Paint(says) + "   " + v.Status
	case m.lost:
		return m.theme.Warn.Paint(says)
	}
	return v.Status
}

// bottom is the last row: a notice if there is one, or else the keys.
func (m *Model) bottom() string {
	if m.notice != "" {
		return render.Fit(" "+m.theme.Accent.Paint(m.notice), m.state.W, m.theme.Ellipsis)
	}
	line, _ := m.helpLine(m.state.W)
	return line
}

// shortLine is header and help line in one, for windows with few rows.
func (m *Model) shortLine(v screen.View) string {
	if m.notice != "" {
		return m.bottom()
	}
	right := m.status(v)
	room := m.state.W - render.Width(right) - 3
	line, _ := m.helpLine(room)
	return widget.Spread(m.theme, line, right+" ", m.state.W)
}

// span is the columns of the help line that press a key when they are clicked.
type span struct {
	from, to int
	key      string
}

// helpLine names as many keys as fit into w columns. Those that work everywhere come last, and the one that shows all
// keys is never left out.
func (m *Model) helpLine(w int) (string, []span) {
	var shown []screen.Binding
	for _, b := range m.keys() {
		if b.Line {
			shown = append(shown, b)
		}
	}
	for len(shown) > 1 && m.lineWidth(shown) > w {
		shown = without(shown)
	}
	line, at := " ", 1
	var spans []span
	for _, b := range shown {
		label, says := b.Label(m.theme.Frames), b.Says.In(m.state.Lang)
		n := render.Width(label) + 1 + render.Width(says)
		spans = append(spans, span{at, at + n, b.Keys[0]})
		line += m.theme.Key.Paint(label) + " " + m.theme.Dim.Paint(says) + "   "
		at += n + 3
	}
	return render.Fit(line, w, ""), spans
}

func (m *Model) lineWidth(all []screen.Binding) int {
	n := 1
	for _, b := range all {
		n += render.Width(b.Label(m.theme.Frames)) + 1 + render.Width(b.Says.In(m.state.Lang)) + 3
	}
	return n - 3
}

// without drops the key that is missed least: the last one before those that lead away.
func without(all []screen.Binding) []screen.Binding {
	for i := len(all) - 1; i >= 0; i-- {
		if b := all[i]; !b.Has("?") && !b.Has("esc") && !b.Has("q") && i > 0 {
			return append(all[:i:i], all[i+1:]...)
		}
	}
	return all[:len(all)-1]
}

func lookName(l theme.Look) screen.Say {
	switch l {
	case theme.Dark:
		return screen.Say{EN: "Theme: dark", ZH: "主题：深色"}
	case theme.Light:
		return screen.Say{EN: "Theme: light", ZH: "主题：浅色"}
	case theme.Mono:
		return screen.Say{EN: "Theme: no colours", ZH: "主题：无色"}
	}
	return screen.Say{EN: "Theme: by the terminal's background", ZH: "主题：随终端背景"}
}
