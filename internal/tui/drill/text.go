package drill

import (
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
)

// text is the main column: its lines, what can be clicked on them, and where one types.
type text struct {
	lines  []string
	spots  []spot // their rows count from the first line
	cursor *screen.Cursor
	from   int // the line from which on the card says what matters most now
	to     int // the line after it
}

func (t *text) add(lines ...string) {
	for _, l := range lines {
		t.lines = append(t.lines, strings.Repeat(" ", pad)+l)
	}
}

// space puts an empty line between two parts.
func (t *text) space() {
	if len(t.lines) > 0 && t.lines[len(t.lines)-1] != "" {
		t.lines = append(t.lines, "")
	}
}

// item adds a line with something in front, its other lines below the first.
func (t *text) item(mark string, lines []string) {
	w := render.Width(mark)
	for i, l := range lines {
		if i > 0 {
			mark = strings.Repeat(" ", w)
		}
		t.add(mark + l)
	}
	if len(lines) == 0 {
		t.add(mark)
	}
}

// clickable makes the lines from y on one thing to click on.
func (t *text) clickable(w what, index, y, width int) {
	for ; y < len(t.lines); y++ {
		t.spots = append(t.spots, spot{w, index, y, 0, width})
	}
}

// prose adds plain text, wrapped.
func (t *text) prose(look render.SGR, s string, w int) {
	for _, l := range render.WrapText(s, w) {
		t.add(look.Paint(l))
	}
}

// text puts the main column together.
func (d *Drill) text(env screen.Env) text {
	s, ok := d.sheet()
	if !ok || d.phase == waiting {
		return text{}
	}
	if d.tells() {
		return d.verdict(env, s)
	}
	return d.card(env, s)
}

// scroll moves the text by so many lines, as far as there are any.
func (d *Drill) scroll(env screen.Env, by int) {
	rows := d.geometry(env).rows
	d.top = max(0, min(d.top+by, len(d.text(env).lines)-rows))
}

// reveal scrolls until what matters now is visible, its beginning before its end.
func (d *Drill) reveal(env screen.Env) {
	t, rows := d.text(env), d.geometry(env).rows
	if t.to > d.top+rows {
		d.top = t.to - rows
	}
	d.top = max(0, min(d.top, t.from))
	d.scroll(env, 0)
}

// telling is the line at which the card begins after the answer: the question scrolls away where there is not room for
// all, the options and the explanation stay.
func (d *Drill) telling(env screen.Env) int {
	t, rows := d.text(env), d.geometry(env).rows
	return max(0, min(t.from, len(t.lines)-rows))
}

// pointed is what stands before an item: the pointer on the chosen one, and its letter or digit.
func pointed(env screen.Env, here bool, label string) string {
	return widget.Pointer(env.Theme, here) + env.Theme.Key.Paint(label) + "  "
}
