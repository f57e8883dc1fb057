package widget

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/clipperhouse/uax29/v2/graphemes"

	"dockerlearn/internal/render"
)

// Input is a line to type into. The editing is done by bubbles' text field, which counts in runes; this keeps graphemes
// whole and knows the cursor's column, by which input methods open their window. The zero Input is empty.
type Input struct {
	field textinput.Model
	ready bool
	from  int // the first grapheme that is visible
}

// longest is how many runes an Input takes.
const longest = 4096

// edit is the text field, made when it is first needed.
func (in *Input) edit() *textinput.Model {
	if !in.ready {
		in.field = textinput.New()
		in.field.CharLimit = longest
		in.field.SetVirtualCursor(false)
		in.field.Focus()
		in.ready = true
	}
	return &in.field
}

// Text returns what was typed.
func (in *Input) Text() string { return in.edit().Value() }

// Set replaces the text and puts the cursor behind it.
func (in *Input) Set(s string) {
	in.edit().Reset()
	in.from = 0
	in.Insert(s)
}

// Insert types a text at the cursor, as much of it as there is room for. Line feeds become spaces, what cannot be
// printed is shown or dropped as render.Clean does.
func (in *Input) Insert(s string) {
	s = render.Clean(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " "))
	f := in.edit()
	text, at, typed := []rune(f.Value()), f.Position(), []rune(s)
	typed = typed[:min(len(typed), max(longest-len(text), 0))]
	in.replace(slices.Insert(text, at, typed...), at+len(typed))
}

// replace sets text and cursor, which it moves behind the grapheme that it would stand in.
func (in *Input) replace(text []rune, at int) {
	f := in.edit()
	f.SetValue(string(text))
	ends := 0
	for _, g := range split(string(text)) {
		if ends >= at {
			break
		}
		ends += len([]rune(g))
	}
	f.SetCursor(ends)
}

func split(s string) []string {
	var out []string
	for g := graphemes.FromString(s); g.Next(); {
		out = append(out, g.Value())
	}
	return out
}

// around returns the graphemes before the cursor and those behind it.
func (in *Input) around() (before, behind []string) {
	f := in.edit()
	text := []rune(f.Value())
	return split(string(text[:f.Position()])), split(string(text[f.Position():]))
}

// Key edits by the usual keys and reports whether the key was one.
func (in *Input) Key(k tea.KeyPressMsg) bool {
	f := in.edit()
	keys := f.KeyMap
	before, behind := in.around()
	text, at := []rune(f.Value()), f.Position()
	switch {
	case key.Matches(k, keys.CharacterBackward):
		f.SetCursor(at - last(before))
	case key.Matches(k, keys.CharacterForward):
		f.SetCursor(at + first(behind))
	case key.Matches(k, keys.DeleteCharacterBackward):
		in.replace(slices.Delete(text, at-last(before), at), at-last(before))
	case key.Matches(k, keys.DeleteCharacterForward):
		in.replace(slices.Delete(text, at, at+first(behind)), at)
	case key.Matches(k, keys.WordBackward, keys.WordForward, keys.DeleteWordBackward, keys.DeleteWordForward,
		keys.DeleteBeforeCursor, keys.DeleteAfterCursor, keys.LineStart, keys.LineEnd):
		in.field, _ = f.Update(k)
		in.replace([]rune(in.field.Value()), in.field.Position())
	case k.Text == "":
		return false
	default:
		in.Insert(k.Text)
	}
	return true
}

// last is how many runes the grapheme before the cursor has, first the one behind it.
func last(before []string) int {
	if len(before) == 0 {
		return 0
	}
	return len([]rune(before[len(before)-1]))
}

func first(behind []string) int {
	if len(behind) == 0 {
		return 0
	}
	return len([]rune(behind[0]))
}

// View returns the part of the text around the cursor that fits into w columns, filled up with spaces, and the column
// of the cursor in it.
func (in *Input) View(w int) (line string, cursor int) {
	before, behind := in.around()
	in.from = max(min(in.from, len(before)), firstVisible(before, w-1))
	shown := before[in.from:]
	cursor = render.Width(strings.Join(shown, ""))
	room := w - cursor
	for i := 0; i < len(behind) && room > 0; i++ {
		room -= render.Width(behind[i])
		shown = append(shown, behind[i])
	}
	return render.Fit(strings.Join(shown, ""), w, ""), cursor
}

// firstVisible is the first grapheme from which on the text before the cursor fits into w columns.
func firstVisible(before []string, w int) int {
	i := len(before)
	for i > 0 && render.Width(before[i-1]) <= w {
		i--
		w -= render.Width(before[i])
	}
	return i
}
