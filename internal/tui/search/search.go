// Package search looks for words in the whole course while they are typed, in both languages, and opens what was found
// at the exact screen.
package search

import (
	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
)

// Search is the screen.
type Search struct {
	study *study.Study
	input widget.Input
	found answer
	list  widget.List
}

// answer is what was found, and for what.
type answer struct {
	query string
	lang  lessons.Lang
	study.Found
}

// hits is what can be chosen: what was found, or else the nearest titles.
func (a answer) hits() []study.Hit {
	if len(a.Hits) == 0 {
		return a.Nearest
	}
	return a.Hits
}

// New returns the screen with something to look for already.
func New(s *study.Study, query string) *Search {
	m := &Search{study: s}
	m.input.Set(query)
	return m
}

// Init looks for what stands there already.
func (m *Search) Init(env screen.Env) tea.Cmd { return m.look(env) }

// Typing is true: letters are what one looks for.
func (m *Search) Typing() bool { return true }

// look searches. Answers that come too late are for another query, and are dropped.
func (m *Search) look(env screen.Env) tea.Cmd {
	query, lang := m.input.Text(), env.Lang
	if query == m.found.query && lang == m.found.lang {
		return nil
	}
	s := m.study
	return func() tea.Msg { return answer{query, lang, s.Search(query, lang)} }
}

// Update takes a message in.
func (m *Search) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case answer:
		if msg.query == m.input.Text() && msg.lang == env.Lang {
			m.found = msg
			m.list = widget.List{N: len(msg.hits())}
		}
	case screen.Changed:
		return m.look(env)
	case tea.PasteMsg:
		m.input.Insert(msg.Content)
		return m.look(env)
	case tea.KeyPressMsg:
		return m.key(env, msg)
	case tea.MouseWheelMsg:
		m.list.Wheel(msg)
	case tea.MouseClickMsg:
		if m.list.Click((msg.Y - resultsTop) / 2) {
			return m.open(env)
		}
	}
	return nil
}

func (m *Search) key(env screen.Env, key tea.KeyPressMsg) tea.Cmd {
	if cmd, ok := screen.Run(acts(), m, env, key); ok {
		return cmd
	}
	if m.input.Key(key) {
		return m.look(env)
	}
	return nil
}

// open opens the chosen hit.
func (m *Search) open(env screen.Env) tea.Cmd {
	hits := m.found.hits()
	if m.list.At >= len(hits) {
		return nil
	}
	hit := hits[m.list.At]
	if hit.Kind == study.HitTerm {
		return m.openTerm(hit)
	}
	if hit.Kind == study.HitLab {
		return env.Ask(screen.OpenLab{Lab: hit.Lab})
	}
	return env.Ask(screen.OpenLesson{Lesson: hit.Place.Lesson, Screen: hit.Place.Screen, Question: hit.Question})
}

// openTerm looks for the term by its name, whatever it was found by: a term has no screen of its own, so the first one
// that uses it opens.
func (m *Search) openTerm(term study.Hit) tea.Cmd {
	s := m.study
	return func() tea.Msg {
		for _, h := range s.Search(term.Title, term.Lang).Hits {
			if h.Kind == study.HitScreen {
				return screen.OpenLesson{Lesson: h.Place.Lesson, Screen: h.Place.Screen}
			}
		}
		return screen.Notice{Text: screen.Say{EN: "No screen uses this term.", ZH: "没有哪一屏用到这个术语。"}}
	}
}

func acts() []screen.Act[*Search] {
	open := screen.Act[*Search]{
		Binding: screen.Binding{Keys: []string{"enter"}, Says: screen.Say{EN: "open", ZH: "打开"}, Line: true},
		Do:      (*Search).open,
	}
	empty := screen.Act[*Search]{
		Binding: screen.Binding{Keys: []string{"ctrl+u"}, Says: screen.Say{EN: "clear", ZH: "清空"}},
		Do:      func(m *Search, env screen.Env) tea.Cmd { m.input.Set(""); return m.look(env) },
	}
	list := func(m *Search) *widget.List { return &m.list }
	moves := widget.MoveActs(list, func(_ *Search, env screen.Env) int { return room(env) })
	return append(append([]screen.Act[*Search]{open}, moves...), empty)
}

// Keys returns what can be pressed.
func (m *Search) Keys(screen.Env) []screen.Binding { return Keys() }

// Keys returns the keys of this screen.
func Keys() []screen.Binding { return screen.Bindings(acts()) }
