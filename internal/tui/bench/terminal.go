package bench

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"dockerlearn/internal/render"
)

const (
	history = 5000 // lines that scrolled away, at least so many of them
	piece   = 4096 // bytes for the emulator at a time: no more lines scroll away meanwhile than it keeps
)

// terminal is the host's terminal as one sees it.
type terminal struct {
	size
	em      *vt.Emulator
	answers []byte   // what the terminal itself answers to programs that ask it
	past    []string // drawn lines that scrolled away, oldest first
	up      int      // lines that are scrolled back
	modes   map[ansi.Mode]bool
	lines   []string // drawn, nil when something changed
	mono    bool     // how they were drawn
}

func newTerminal(s size) *terminal {
	t := &terminal{size: s, modes: map[ansi.Mode]bool{}}
	t.em = vt.NewEmulator(s.columns, s.rows)
	t.em.SetScrollbackSize(piece)
	// What the emulator answers goes into a pipe that blocks until somebody reads. It is closed, and the two questions
	// that programs of a host ask are answered here.
	if c, ok := t.em.InputPipe().(io.Closer); ok {
		_ = c.Close()
	}
	t.em.RegisterCsiHandler('n', t.report)
	t.em.RegisterCsiHandler('c', func(ansi.Params) bool { t.answer("\x1b[?6c"); return true })
	t.em.SetCallbacks(vt.Callbacks{
		EnableMode:  func(m ansi.Mode) { t.modes[m] = true },
		DisableMode: func(m ansi.Mode) { delete(t.modes, m) },
	})
	return t
}

// report answers how the terminal is and where its cursor stands.
func (t *terminal) report(p ansi.Params) bool {
	switch n, _, _ := p.Param(0, 0); n {
	case 5:
		t.answer("\x1b[0n")
	case 6:
		at := t.em.CursorPosition()
		t.answer(ansi.CursorPositionReport(at.Y+1, at.X+1))
	}
	return true
}

func (t *terminal) answer(s string) { t.answers = append(t.answers, s...) }

// asked returns what programs are to be answered.
func (t *terminal) asked() []byte {
	a := t.answers
	t.answers = nil
	return a
}

// write shows what the host wrote.
func (t *terminal) write(b []byte) {
	if len(b) == 0 {
		return
	}
	before := len(t.past)
	if rest, ok := t.skim(b); ok {
		b = rest
	}
	for len(b) > 0 {
		n := min(len(b), piece)
		_, _ = t.em.Write(b[:n]) // it fails only when it is closed
		t.keep()
		b = b[n:]
	}
	if t.up > 0 { // what one looks at stays where it is
		t.up += len(t.past) - before
	}
	if n := len(t.past) - history; n > history {
		t.past = slices.Clone(t.past[n:])
	}
	t.up = min(t.up, len(t.past))
	t.lines = nil
}

// keep draws the lines that the emulator let scroll away, and has it forget them: a cell takes 112 bytes there.
func (t *terminal) keep() {
	n := t.em.ScrollbackLen()
	for y := range n {
		t.past = append(t.past, t.line(func(x int) *uv.Cell { return t.em.ScrollbackCellAt(x, y) }).Render())
	}
	if n > 0 {
		t.em.ClearScrollback()
	}
}

// skim takes a flood of plain lines to where it can only be looked back at, since the emulator moves every cell of the
// screen for each of them. It returns the rest: the lines that stay on the screen.
func (t *terminal) skim(b []byte) (rest []byte, ok bool) {
	lines := bytes.Count(b, []byte("\r\n"))
	if lines < 2*t.rows || t.em.IsAltScreen() || bytes.ContainsFunc(b, controls) || !plain(b, lines) {
		return b, false
	}
	head := bytes.Index(b, []byte("\r\n")) + len("\r\n") // it may end what the emulator is in the middle of
	_, _ = t.em.Write(b[:head])
	t.keep()
	at := len(b)
	for range t.rows {
		at = bytes.LastIndex(b[:at], []byte("\r\n"))
	}
	at += len("\r\n")
	for y := range t.em.CursorPosition().Y {
		t.past = append(t.past, t.line(func(x int) *uv.Cell { return t.em.CellAt(x, y) }).Render())
	}
	_, _ = t.em.Write([]byte(ansi.EraseEntireDisplay + ansi.CursorHomePosition))
	t.em.ClearScrollback()
	away := bytes.Split(b[head:max(at, head)], []byte("\r\n"))
	away = away[:len(away)-1]
	for _, l := range away[max(len(away)-history, 0):] {
		t.past = append(t.past, strings.Split(ansi.Hardwrap(render.Clean(string(l)), t.columns, true), "\n")...)
	}
	return b[max(at, head):], true
}

// plain reports whether carriage returns and newlines do nothing but end that many lines: a terminal within a terminal
// sends "\r\r\n", and a program that shows how far it is overwrites its line.
func plain(b []byte, lines int) bool {
	return bytes.Count(b, []byte{'\r'}) == lines && bytes.Count(b, []byte{'\n'}) == lines
}

// controls reports whether a rune does anything but be shown or end a line.
func controls(r rune) bool {
	return r < ' ' && r != '\r' && r != '\n' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError
}

func (t *terminal) resize(s size) {
	if s == t.size {
		return
	}
	t.size, t.lines = s, nil
	t.em.Resize(s.columns, s.rows)
}

// scroll looks further back, or forward with a negative number.
func (t *terminal) scroll(by int) {
	t.up = max(min(t.up+by, len(t.past)), 0)
	t.lines = nil
}

// draw returns the visible lines, each complete in itself.
func (t *terminal) draw(mono bool) []string {
	if t.lines != nil && t.mono == mono {
		return t.lines
	}
	t.mono = mono
	t.lines = make([]string, t.rows)
	for i := range t.rows {
		if y := i - t.up; y < 0 {
			t.lines[i] = t.past[len(t.past)+y]
		} else {
			t.lines[i] = t.line(func(x int) *uv.Cell { return t.em.CellAt(x, y) }).Render()
		}
		if mono {
			t.lines[i] = ansi.Strip(t.lines[i])
		}
	}
	return t.lines
}

// line is a line that can be drawn. A wide character that the edge cuts in two is left out.
func (t *terminal) line(cell func(x int) *uv.Cell) uv.Line {
	line := uv.NewLine(t.columns)
	for x := 0; x < t.columns; {
		c := cell(x)
		if c == nil || c.Width < 1 || c.Content == "" || x+c.Width > t.columns {
			x++
			continue
		}
		at := *c
		at.Link = uv.Link{}
		if at.Content = render.Clean(at.Content); render.Width(at.Content) != at.Width {
			at.Content, at.Width = " ", 1
		}
		line.Set(x, &at)
		x += at.Width
	}
	return line
}

// text is what is visible, to be copied.
func (t *terminal) text() string {
	var b strings.Builder
	for _, l := range t.draw(t.mono) {
		b.WriteString(strings.TrimRight(ansi.Strip(l), " ") + "\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// cursor is where one types, if that is visible.
func (t *terminal) cursor() (x, y int, ok bool) {
	at := t.em.CursorPosition()
	y = at.Y + t.up
	return min(at.X, t.columns-1), y, y < t.rows && !t.em.CursorHidden()
}
