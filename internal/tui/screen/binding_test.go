package screen

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
)

func TestKeyIsTheReverseOfItsName(t *testing.T) {
	for _, name := range []string{
		"enter", "esc", "space", "tab", "shift+tab", "left", "pgdown", "ctrl+c", "ctrl+d", "L", "q", "?", "/", ":", "1", "+", "alt+left",
	} {
		if got := Key(name).String(); got != name {
			t.Errorf("Key(%q) is called %q", name, got)
		}
	}
}

func TestLabel(t *testing.T) {
	b := Binding{Keys: []string{"left"}, Show: "{left}/{right}"}
	if got := b.Label(render.LightFrames()); got != "←/→" {
		t.Errorf("light: %q", got)
	}
	if got := b.Label(render.ASCIIFrames()); got != "left/right" {
		t.Errorf("ascii: %q", got)
	}
	if got := (Binding{Keys: []string{"enter"}}).Label(render.LightFrames()); got != "↵" {
		t.Errorf("enter: %q", got)
	}
}

func TestRun(t *testing.T) {
	type counter struct{ n int }
	acts := []Act[*counter]{
		{Binding{Keys: []string{"up", "k"}}, func(c *counter, _ Env) tea.Cmd { c.n++; return nil }},
		{Binding{Keys: []string{"down"}}, func(c *counter, _ Env) tea.Cmd { c.n--; return nil }},
	}
	c := &counter{}
	for _, key := range []string{"up", "k", "down", "x"} {
		_, ok := Run(acts, c, Env{}, Key(key))
		if ok != (key != "x") {
			t.Errorf("%s: taken %v", key, ok)
		}
	}
	if c.n != 1 {
		t.Errorf("n = %d", c.n)
	}
}
