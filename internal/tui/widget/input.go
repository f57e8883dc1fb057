package widget

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/clipperhouse/uax29/v2/graphemes"

	"dockerlearn/internal/render"
)

// Input is a line to type into. It counts in graphemes, and its cursor in columns: that of bubbles' text field counts
// runes, so after Chinese it stands too far left, and input methods open their window by it. The zero Input is empty.
type Input struct {
	text []string // graphemes
	at   int      // the cursor stands before this one
	from int      // the first one that is visible
}

// Text returns what was typed.
func (in *Input) Text() string { return strings.Join(in.text, "") }

// Set replaces the text and puts the cursor behind it.
func (in *Input) Set(s string) {
	in.text, in.at, in.from = nil, 0, 0
	in.Insert(s)
}

// longest is how many graphemes an Input takes.
const longest = 4096

// Insert types a text at the cursor, as much of it as there is room for. Line feeds become spaces, what cannot be
// printed is shown or dropped as render.Clean does.
func (in *Input) Insert(s string) {
	s = render.Clean(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " "))
	tail := append([]string(nil), in.text[in.at:]...)
	typed := split(s)
	in.text = append(in.text[:in.at], typed[:min(len(typed), max(longest-len(in.text), 0))]...)
	in.at = len(in.text)
	in.text = append(in.text, tail...)
	in.join()
}

// join splits the text anew: what was inserted may have joined its neighbours, as a combining accent does.
func (in *Input) join() {
	before := strings.Join(in.text[:in.at], "")
	in.text = split(in.Text())
	n := 0
	for in.at = 0; in.at < len(in.text) && n < len(before); in.at++ {
		n += len(in.text[in.at])
	}
}

func split(s string) []string {
	var out []string
	for g := graphemes.FromString(s); g.Next(); {
		out = append(out, g.Value())
	}
	return out
}

// Key edits by the usual keys and reports whether the key was one.
func (in *Input) Key(key tea.KeyPressMsg) bool {
	switch key.String() {
	case "left", "ctrl+b":
		in.at = max(in.at-1, 0)
	case "right", "ctrl+f":
		in.at = min(in.at+1, len(in.text))
	case "home", "ctrl+a":
		in.at = 0
	case "end", "ctrl+e":
		in.at = len(in.text)
	case "alt+left", "ctrl+left", "alt+b":
		in.at = in.word()
	case "backspace", "ctrl+h":
		in.cut(max(in.at-1, 0), in.at)
	case "delete", "ctrl+d":
		in.cut(in.at, min(in.at+1, len(in.text)))
	case "ctrl+w", "alt+backspace":
		in.cut(in.word(), in.at)
	case "ctrl+u":
		in.cut(0, in.at)
	case "ctrl+k":
		in.cut(in.at, len(in.text))
	default:
		if key.Text == "" {
			return false
		}
		in.Insert(key.Text)
	}
	return true
}

func (in *Input) cut(from, to int) {
	in.text = append(in.text[:from], in.text[to:]...)
	in.at = from
	in.join()
}

// word returns where the word before the cursor begins.
func (in *Input) word() int {
	at := in.at
	for at > 0 && !isWord(in.text[at-1]) {
		at--
	}
	for at > 0 && isWord(in.text[at-1]) {
		at--
	}
	return at
}

func isWord(g string) bool {
	r, _ := utf8.DecodeRuneInString(g)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// View returns the part of the text around the cursor that fits into w columns, filled up with spaces, and the column
// of the cursor in it. Only that part is looked at, however long the text is.
func (in *Input) View(w int) (line string, cursor int) {
	in.from = max(min(in.from, in.at), in.first(w-1))
	to := in.from
	for room := w; to < len(in.text) && room > 0; to++ {
		room -= render.Width(in.text[to])
	}
	line = render.Fit(strings.Join(in.text[in.from:to], ""), w, "")
	return line, render.Width(strings.Join(in.text[in.from:in.at], ""))
}

// first is the first grapheme from which on the text before the cursor fits into w columns.
func (in *Input) first(w int) int {
	i := in.at
	for i > 0 && render.Width(in.text[i-1]) <= w {
		i--
		w -= render.Width(in.text[i])
	}
	return i
}
