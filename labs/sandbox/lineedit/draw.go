package lineedit

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

// drawn is what stands on the screen. Its zero value: nothing.
type drawn struct {
	prompt string
	line   []rune
	width  int   // of the terminal, when it was drawn
	cursor place // counted from where the prompt begins
	there  bool
}

// place is a cell of the terminal, counted from where the prompt begins.
type place struct{ row, col int }

// columns is the terminal's width.
func (e *Editor) columns() int {
	size, err := e.sys.TerminalSize(out)
	if err != nil || size.Cols < 2 {
		return 80
	}
	return int(size.Cols)
}

// draw makes the screen show prompt, line and cursor: what stands there already is left alone.
func (e *Editor) draw() {
	width := e.columns()
	var b strings.Builder
	d := &e.drawn
	if d.there && (d.width != width || d.prompt != e.prompt) {
		move(&b, d.cursor, place{})
		b.WriteString("\r\x1b[J")
		*d = drawn{}
	}
	if !d.there {
		*d = drawn{prompt: e.prompt, width: width, cursor: e.placeOf(nil, width), there: true}
		b.WriteString(e.prompt + wrap(d.cursor))
	}
	at := d.cursor
	if same := commonRunes(d.line, e.line); same < max(len(d.line), len(e.line)) {
		move(&b, at, e.placeOf(e.line[:same], width))
		at = e.drawFrom(&b, same)
	}
	d.line, d.cursor = slices.Clone(e.line), e.placeOf(e.line[:e.at], width)
	move(&b, at, d.cursor)
	e.write(b.String())
}

// drawFrom writes the line from its n-th character on, clears what is left of a longer one, and returns where it ends.
func (e *Editor) drawFrom(b *strings.Builder, n int) (end place) {
	d := &e.drawn
	b.WriteString(laid(e.placeOf(e.line[:n], d.width), string(e.line[n:]), d.width))
	end = e.placeOf(e.line, d.width)
	b.WriteString(wrap(end))
	if before(end, e.placeOf(d.line, d.width)) {
		b.WriteString("\x1b[J")
	}
	return end
}

// wrap takes the cursor to the next row where the last column was written: the terminal itself goes on only when
// another character comes.
func wrap(at place) string {
	if at.col == 0 && at.row > 0 {
		return " \r"
	}
	return ""
}

// placeOf is where the cursor is behind the prompt and some of the line.
func (e *Editor) placeOf(line []rune, width int) place {
	return advance(advance(place{}, e.prompt, width), string(line), width)
}

func before(a, b place) bool { return a.row < b.row || a.row == b.row && a.col < b.col }

func commonRunes(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// move goes from one place to another, with few bytes.
func move(b *strings.Builder, from, to place) {
	switch rows := from.row - to.row; {
	case rows > 0:
		b.WriteString("\x1b[" + strconv.Itoa(rows) + "A")
	case rows < 0:
		b.WriteString("\x1b[" + strconv.Itoa(-rows) + "B")
	}
	back := from.col - to.col
	switch {
	case back > 0 && back <= 4:
		b.WriteString(strings.Repeat("\b", back))
	case back > 0:
		b.WriteString("\r")
		if to.col > 0 {
			b.WriteString("\x1b[" + strconv.Itoa(to.col) + "C")
		}
	case back < 0:
		b.WriteString("\x1b[" + strconv.Itoa(-back) + "C")
	}
}

// redraw draws everything anew: the terminal has another size. Busybox's begins a new prompt below.
func (e *Editor) redraw() {
	if !e.drawn.there {
		return
	}
	var b strings.Builder
	move(&b, place{e.drawn.cursor.row, 0}, place{})
	if e.busybox {
		b.WriteString("\r" + e.prompt + printable(string(e.line)) + "\x1b[J\n")
	} else {
		b.WriteString("\r\x1b[J")
	}
	e.write(b.String())
	e.drawn = drawn{}
	e.draw()
}

// clear empties the screen and draws the line at the top.
func (e *Editor) clear() {
	e.write("\x1b[H\x1b[2J")
	e.drawn = drawn{}
}

// advance is where the cursor is after a text. Escape sequences in a prompt take no room; a wide character that does
// not fit goes to the next row as a whole; after the last column the next row begins.
func advance(p place, text string, width int) place {
	for i := 0; i < len(text); {
		if n := sequence(text[i:]); n > 0 {
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		if r == '\n' {
			p = place{p.row + 1, 0}
			continue
		}
		w := proc.StringWidth(printable(string(r)))
		if p.col+w > width {
			p = place{p.row + 1, 0}
		}
		p.col += w
		if p.col >= width {
			p = place{p.row + 1, 0}
		}
	}
	return p
}

// laid is a text as it is written from a place on: where a wide character goes to the next row, the cell that it leaves
// free is emptied.
func laid(p place, text string, width int) string {
	var b strings.Builder
	for _, r := range text {
		shown := printable(string(r))
		next := advance(p, string(r), width)
		if next.row > p.row && p.col+proc.StringWidth(shown) > width {
			b.WriteString("\x1b[K")
		}
		b.WriteString(shown)
		p = next
	}
	return b.String()
}

// sequence is the length of the escape sequence that a text begins with, or 0.
func sequence(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	for i := 2; i < len(s); i++ {
		if s[i] >= 0x40 && s[i] <= 0x7e {
			return i + 1
		}
	}
	return 0
}

// printable shows control characters as ^X, so that a pasted one does nothing.
func printable(s string) string {
	if !strings.ContainsFunc(s, isControl) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isControl(r) {
			b.WriteString("^" + string('@'+r&0x1f))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
