// Package bookmarks lists the screens that the learner marked, newest first.
package bookmarks

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
)

// Bookmarks is the screen.
type Bookmarks struct {
	study  *study.Study
	marks  []study.Bookmark
	loaded bool
	list   widget.List
}

// New returns the screen.
func New(s *study.Study) *Bookmarks { return &Bookmarks{study: s} }

type (
	// gathered answers gather.
	gathered struct {
		marks []study.Bookmark
		err   error
	}
	// removed answers remove.
	removed struct{ err error }
)

// Init asks for the bookmarks.
func (b *Bookmarks) Init(screen.Env) tea.Cmd { return b.gather() }

func (b *Bookmarks) gather() tea.Cmd {
	s := b.study
	return func() tea.Msg {
		marks, err := s.Bookmarks(context.Background())
		return gathered{marks, err}
	}
}

// Update takes a message in.
func (b *Bookmarks) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Shown:
		return b.gather()
	case gathered:
		if msg.err != nil {
			return env.Ask(phrase.Unreadable(msg.err))
		}
		b.marks, b.loaded = msg.marks, true
		b.list.Set(len(b.marks))
	case removed:
		return tea.Batch(env.Ask(screen.Saved{Err: msg.err}), b.gather())
	case tea.KeyPressMsg:
		if cmd, ok := screen.Run(acts(), b, env, msg); ok {
			return cmd
		}
		b.list.Key(msg, room(env))
	case tea.MouseWheelMsg:
		b.list.Wheel(msg)
	case tea.MouseClickMsg:
		if b.list.Click((msg.Y - 1) / 2) {
			return b.open(env)
		}
	}
	return nil
}

// room is how many bookmarks are visible: two lines each.
func room(env screen.Env) int { return (env.H - 2) / 2 }

func (b *Bookmarks) open(env screen.Env) tea.Cmd {
	if b.list.N == 0 {
		return nil
	}
	p := b.marks[b.list.At].Place
	return env.Ask(screen.OpenLesson{Lesson: p.Lesson, Screen: p.Screen})
}

func (b *Bookmarks) remove(screen.Env) tea.Cmd {
	if b.list.N == 0 {
		return nil
	}
	s, p := b.study, b.marks[b.list.At].Place
	return func() tea.Msg {
		_, err := s.ToggleBookmark(context.Background(), p)
		return removed{err}
	}
}

func acts() []screen.Act[*Bookmarks] {
	return []screen.Act[*Bookmarks]{
		{
			Binding: screen.Binding{Keys: []string{"enter", "right", "l"}, Says: screen.Say{EN: "read", ZH: "阅读"}, Line: true},
			Do:      (*Bookmarks).open,
		},
		{
			Binding: screen.Binding{Keys: []string{"b", "delete"}, Says: screen.Say{EN: "take away", ZH: "去掉书签"}, Line: true},
			Do:      (*Bookmarks).remove,
		},
	}
}

// Keys returns what can be pressed.
func (b *Bookmarks) Keys(screen.Env) []screen.Binding { return Keys() }

// Keys returns the keys of this screen.
func Keys() []screen.Binding {
	return append(screen.Bindings(acts()), widget.ListKeys()...)
}

// View draws the screen.
func (b *Bookmarks) View(env screen.Env) screen.View {
	title := env.Say(screen.Say{EN: "Bookmarks", ZH: "书签"})
	pane := widget.Pane{Title: env.Theme.Heading.Paint(title), Lines: b.lines(env)}
	return screen.View{Title: title, Body: widget.Frame(env.Theme, env.W, env.H, widget.Row{Panes: []widget.Pane{pane}})}
}

func (b *Bookmarks) lines(env screen.Env) []string {
	if len(b.marks) == 0 && b.loaded {
		return []string{"", "   " + env.Say(screen.Say{
			EN: "No bookmarks yet. Press b while reading to keep a screen here.",
			ZH: "还没有书签。阅读时按 b，就能把那一屏记在这里。",
		})}
	}
	from, to := b.list.Window(room(env))
	var lines []string
	for i := from; i < to; i++ {
		m, chosen := b.marks[i], i == b.list.At
		section := phrase.Section(m.Lesson, m.Place.Screen, env.Lang)
		lines = append(lines,
			widget.Spread(env.Theme, " "+widget.Pointer(env.Theme, chosen)+widget.Title(env.Theme, chosen, section),
				env.Theme.Dim.Paint(m.At.Local().Format("2006-01-02"))+"  ", env.W-2),
			"     "+env.Theme.Dim.Paint(widget.Dots(env.Theme, phrase.Number(b.study.Course(), m.Lesson, env.Lang),
				m.Lesson.Title.In(env.Lang), env.Say(phrase.Place(m.Place.Screen, study.Screens(m.Lesson))))))
	}
	return lines
}
