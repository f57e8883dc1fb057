// Package home is the first screen of every day: today's plan with the one next thing on its first line, the topics with
// what was read of each, the bookmarks, and where the progress is kept. Enter does the next thing.
package home

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
)

// Kept says where the learner's progress is and whether all is well with it.
type Kept struct {
	Where   string     // the file, shortened with ~
	Copied  screen.Say // when it was copied last; empty if it never was
	Trouble screen.Say // what is wrong, in a sentence; empty when nothing is
}

// Home is the screen.
type Home struct {
	study *study.Study
	kept  Kept
	data  Data
	items []item
	list  widget.List
}

// Data is what the screen shows.
type Data struct {
	study.Home
	Today study.Today
	Labs  []study.LabGroupProgress
}

// Gather asks study for it.
func Gather(ctx context.Context, s *study.Study) (Data, error) {
	h, err := s.Home(ctx)
	if err != nil {
		return Data{}, err
	}
	today, err := s.Today(ctx)
	if err != nil {
		return Data{Home: h, Today: today}, err
	}
	labs, err := s.Labs(ctx)
	return Data{Home: h, Today: today, Labs: labs}, err
}

// New returns the screen, showing what was gathered already.
func New(s *study.Study, kept Kept, data Data) *Home {
	h := &Home{study: s, kept: kept}
	h.take(data)
	return h
}

// gathered answers gather.
type gathered struct {
	data Data
	err  error
}

// Init has nothing to do: the data came with New.
func (h *Home) Init(screen.Env) tea.Cmd { return nil }

func (h *Home) gather() tea.Cmd {
	s := h.study
	return func() tea.Msg {
		data, err := Gather(context.Background(), s)
		return gathered{data, err}
	}
}

func (h *Home) take(data Data) {
	h.data = data
	h.items = items(data)
	h.list.Set(len(h.items))
}

// Update takes a message in. Whoever comes back finds the cursor on the next thing.
func (h *Home) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Shown:
		h.list.At = 0
		return h.gather()
	case gathered:
		if msg.err != nil {
			return env.Ask(phrase.Unreadable(msg.err))
		}
		h.take(msg.data)
	case tea.KeyPressMsg:
		return h.key(env, msg)
	case tea.MouseWheelMsg:
		h.list.Wheel(msg)
	case tea.MouseClickMsg:
		if i, ok := h.layout(env).hit(msg.X, msg.Y); ok {
			h.list.At = i
			return h.open(env)
		}
	}
	return nil
}

func (h *Home) key(env screen.Env, key tea.KeyPressMsg) tea.Cmd {
	if cmd, ok := screen.Run(acts(), h, env, key); ok {
		return cmd
	}
	if digits().Has(key.String()) {
		for i, it := range h.items {
			if it.number == int(key.Code-'0') {
				h.list.At = i
				return h.open(env)
			}
		}
		return nil
	}
	h.list.Key(key, env.H/2)
	return nil
}

func (h *Home) open(env screen.Env) tea.Cmd {
	if h.list.At >= len(h.items) {
		return nil
	}
	return env.Ask(h.items[h.list.At].request())
}

func acts() []screen.Act[*Home] {
	return []screen.Act[*Home]{
		{
			Binding: screen.Binding{Keys: []string{"enter"}, Says: screen.Say{EN: "go on", ZH: "继续"}, Line: true},
			Do:      (*Home).open,
		},
		{
			Binding: screen.Binding{Keys: []string{"p"}, Says: screen.Say{EN: "practise", ZH: "练习"}, Line: true},
			Do:      func(_ *Home, env screen.Env) tea.Cmd { return env.Ask(screen.OpenBegin{}) },
		},
		{
			Binding: screen.Binding{Keys: []string{"e"}, Says: screen.Say{EN: "labs", ZH: "实验"}, Line: true},
			Do:      func(_ *Home, env screen.Env) tea.Cmd { return env.Ask(screen.OpenLabs{}) },
		},
		{
			Binding: screen.Binding{Keys: []string{"s"}, Says: screen.Say{EN: "statistics", ZH: "统计"}},
			Do:      func(_ *Home, env screen.Env) tea.Cmd { return env.Ask(screen.OpenStatistics{}) },
		},
		{
			Binding: screen.Binding{Keys: []string{"b"}, Says: screen.Say{EN: "bookmarks", ZH: "书签"}},
			Do:      func(_ *Home, env screen.Env) tea.Cmd { return env.Ask(screen.OpenBookmarks{}) },
		},
	}
}

func digits() screen.Binding {
	return screen.Binding{
		Keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, Show: "1-9",
		Says: screen.Say{EN: "open", ZH: "打开"}, Line: true,
	}
}

// Keys returns what can be pressed.
func (h *Home) Keys(screen.Env) []screen.Binding { return Keys() }

// Keys returns the keys of this screen.
func Keys() []screen.Binding {
	return append(append(screen.Bindings(acts()), digits()), widget.ListKeys()...)
}
