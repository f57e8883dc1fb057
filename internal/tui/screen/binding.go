package screen

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
)

// Binding is a key, or several with the same effect, and what it does.
type Binding struct {
	Keys []string // by Bubble Tea's names: "enter", "shift+tab", "L"; the first is the one to run it by
	Show string   // how the help shows the keys; empty for the first key's own look
	Says Say      // what it does, in a few words
	Line bool     // it also stands in the help line at the bottom
}

// Has reports whether a key is one of the binding's.
func (b Binding) Has(key string) bool { return slices.Contains(b.Keys, key) }

// Label returns how the help shows the keys.
func (b Binding) Label(f *render.Frames) string {
	show := b.Show
	if show == "" {
		show = b.Keys[0]
	}
	if f.Name == render.ASCIIFrames().Name {
		return spelled.Replace(show)
	}
	return drawn.Replace(show)
}

// Labels are written with the names of keys between braces where a sign is nicer: "{left}/{right}".
var (
	drawn = strings.NewReplacer("{left}", "←", "{right}", "→", "{up}", "↑", "{down}", "↓", "{enter}", "↵",
		"enter", "↵")
	spelled = strings.NewReplacer("{", "", "}", "")
)

// Act is a binding and what it does to a screen of type S.
type Act[S any] struct {
	Binding
	Do func(S, Env) tea.Cmd
}

// Run does what a pressed key stands for. It reports false when the key is none of the table's.
func Run[S any](acts []Act[S], s S, env Env, key tea.KeyPressMsg) (tea.Cmd, bool) {
	name := key.String()
	for _, a := range acts {
		if a.Has(name) {
			return a.Do(s, env), true
		}
	}
	return nil, false
}

// Bindings returns the keys of a table.
func Bindings[S any](acts []Act[S]) []Binding {
	all := make([]Binding, len(acts))
	for i, a := range acts {
		all[i] = a.Binding
	}
	return all
}

// Key returns the message that pressing a key sends: the reverse of the key's name.
func Key(name string) tea.KeyPressMsg {
	k := tea.KeyPressMsg{}
	rest := name
	for prefix, mod := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "alt+": tea.ModAlt, "shift+": tea.ModShift} {
		if cut, ok := strings.CutPrefix(rest, prefix); ok && cut != "" {
			rest, k.Mod = cut, k.Mod|mod
		}
	}
	if code, ok := named[rest]; ok {
		k.Code = code
		if code == tea.KeySpace {
			k.Text = " "
		}
		return k
	}
	k.Code = []rune(rest)[0]
	if k.Mod == 0 {
		k.Text = rest
	}
	return k
}

var named = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace,
	"delete": tea.KeyDelete, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"space": tea.KeySpace, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
}
