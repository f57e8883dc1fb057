package lineedit

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

// drawn is what stands on the screen: where the cursor is, counted from the prompt's beginning.
type drawn struct{ row int }

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

// draw shows prompt and line anew, and puts the cursor where it belongs.
func (e *Editor) draw() {
	width := e.columns()
	var b strings.Builder
	if e.drawn.row > 0 {
		b.WriteString("\x1b[" + strconv.Itoa(e.drawn.row) + "A")
	}
	b.WriteString("\r" + e.prompt)
	end := advance(place{}, e.prompt, width)
	cursor := advance(end, string(e.line[:e.at]), width)
	end = advance(end, string(e.line), width)
	b.WriteString(laid(advance(place{}, e.prompt, width), string(e.line), width))
	if end.col == 0 && end.row > 0 {
		b.WriteString(" \r") // the terminal wraps only when another character comes
	}
	b.WriteString("\x1b[J")
	if up := end.row - cursor.row; up > 0 {
		b.WriteString("\x1b[" + strconv.Itoa(up) + "A")
	}
	b.WriteString("\r")
	if cursor.col > 0 {
		b.WriteString("\x1b[" + strconv.Itoa(cursor.col) + "C")
	}
	e.drawn.row = cursor.row
	e.write(b.String())
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
