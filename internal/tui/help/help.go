// Package help shows what the keys do on the screen below it. Typing narrows the list, Enter presses the chosen key
// there.
package help

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
)

// Help is the popup.
type Help struct {
	all   []screen.Binding
	input widget.Input
	list  widget.List
}

// New returns the popup for keys: those of a screen, then those that work everywhere.
func New(keys []screen.Binding) *Help {
	return &Help{all: keys, list: widget.List{N: len(keys)}}
}

// Init has nothing to do.
func (h *Help) Init(screen.Env) tea.Cmd { return nil }

// Typing is true: letters narrow the list.
func (h *Help) Typing() bool { return true }

// matching returns the keys whose name or meaning contains what was typed, in either language.
func (h *Help) matching() []screen.Binding {
	want := strings.ToLower(strings.TrimSpace(h.input.Text()))
	var found []screen.Binding
	for _, b := range h.all {
		text := strings.ToLower(strings.Join(append(b.Keys, b.Says.EN, b.Says.ZH), "\n"))
		if strings.Contains(text, want) {
			found = append(found, b)
		}
	}
	return found
}

// Update takes a message in.
func (h *Help) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		h.input.Insert(msg.Content)
		h.narrow()
	case tea.KeyPressMsg:
		if cmd, ok := screen.Run(acts(), h, env, msg); ok {
			return cmd
		}
		if h.input.Key(msg) {
			h.narrow()
		}
	case tea.MouseWheelMsg:
		h.list.Wheel(msg)
	case tea.MouseClickMsg:
		if h.list.Click(msg.Y - listTop) {
			return h.run(env)
		}
	}
	return nil
}

func (h *Help) narrow() { h.list = widget.List{N: len(h.matching())} }

func (h *Help) run(env screen.Env) tea.Cmd {
	found := h.matching()
	if h.list.At >= len(found) {
		return nil
	}
	return env.Ask(screen.Replace{Then: screen.Press{Key: found[h.list.At].Keys[0]}})
}

func acts() []screen.Act[*Help] {
	run := screen.Act[*Help]{
		Binding: screen.Binding{Keys: []string{"enter"}, Says: screen.Say{EN: "press this key", ZH: "按下这个键"}, Line: true},
		Do:      (*Help).run,
	}
	list := func(h *Help) *widget.List { return &h.list }
	return append([]screen.Act[*Help]{run}, widget.MoveActs(list, (*Help).room)...)
}

// Keys returns what can be pressed.
func (h *Help) Keys(screen.Env) []screen.Binding { return screen.Bindings(acts()) }

// listTop is the row of the box on which the first key stands.
const listTop = 3

// height is how many lines the box has.
func (h *Help) height(env screen.Env) int { return min(env.H-4, len(h.all)+listTop+1) }

// room is how many keys are visible.
func (h *Help) room(env screen.Env) int { return h.height(env) - listTop - 1 }

// View draws the popup.
func (h *Help) View(env screen.Env) screen.View {
	w := min(env.W-8, 64)
	line, x := h.input.View(w - 7)
	found := h.matching()
	from, to := h.list.Window(h.room(env))
	var lines []string
	for i := from; i < to; i++ {
		chosen := i == h.list.At
		key := render.Fit(found[i].Label(env.Theme.Frames), 14, env.Theme.Ellipsis)
		lines = append(lines, " "+widget.Pointer(env.Theme, chosen)+env.Theme.Key.Paint(key)+" "+
			widget.Title(env.Theme, chosen, env.Say(found[i].Says)))
	}
	if len(found) == 0 {
		lines = append(lines, "   "+env.Theme.Dim.Paint(env.Say(screen.Say{EN: "no such key here", ZH: "这里没有这样的键"})))
	}
	return screen.View{
		Popup:  true,
		Title:  env.Say(screen.Say{EN: "Keys", ZH: "按键"}),
		Cursor: &screen.Cursor{X: 5 + x, Y: 1},
		Body: widget.Frame(env.Theme, w, h.height(env),
			widget.Row{Height: 1, Panes: []widget.Pane{{
				Title: env.Theme.Heading.Paint(env.Say(screen.Say{EN: "Keys of this screen", ZH: "这一屏的按键"})),
				Lines: []string{"  " + env.Theme.Key.Paint("?") + " " + line},
			}}},
			widget.Row{Panes: []widget.Pane{{Lines: lines}}}),
	}
}
