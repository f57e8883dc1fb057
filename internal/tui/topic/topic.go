// Package topic shows the lessons of one topic in the order in which they are taught: how deep, how often asked, how
// long, and what was read of each.
package topic

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

// Topic is the screen.
type Topic struct {
	study *study.Study
	topic *lessons.Topic
	read  map[lessons.LessonID]study.LessonProgress
	list  widget.List
	moved bool // by the learner
}

// New returns the screen of a topic. The cursor stands on the first lesson that is not finished.
func New(s *study.Study, t *lessons.Topic) *Topic {
	return &Topic{study: s, topic: t, list: widget.List{N: len(t.Lessons)}}
}

// gathered answers gather.
type gathered struct {
	topic lessons.TopicID
	data  study.Home
	err   error
}

// Init asks what was read.
func (t *Topic) Init(screen.Env) tea.Cmd { return t.gather() }

func (t *Topic) gather() tea.Cmd {
	s, id := t.study, t.topic.ID
	return func() tea.Msg {
		data, err := s.Home(context.Background())
		return gathered{id, data, err}
	}
}

func (t *Topic) take(data study.Home) {
	t.read = map[lessons.LessonID]study.LessonProgress{}
	for _, tp := range data.Topics {
		if tp.Topic.ID != t.topic.ID {
			continue
		}
		for i, p := range tp.Lessons {
			t.read[p.Lesson.ID] = p
			if !t.moved && !p.Done() {
				t.list.At, t.moved = i, true
			}
		}
	}
}

// Update takes a message in.
func (t *Topic) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Shown:
		return t.gather()
	case gathered:
		switch {
		case msg.topic != t.topic.ID:
		case msg.err != nil:
			return env.Ask(phrase.Unreadable(msg.err))
		default:
			t.take(msg.data)
		}
	case tea.KeyPressMsg:
		if cmd, ok := screen.Run(acts(), t, env, msg); ok {
			return cmd
		}
		t.moved = t.list.Key(msg, room(env)) || t.moved
	case tea.MouseWheelMsg:
		t.list.Wheel(msg)
	case tea.MouseClickMsg:
		if t.list.Click((msg.Y - 1) / height(env)) {
			return t.open(env)
		}
	}
	return nil
}

// height is how many lines a lesson takes: where there is no room for its card, what is known of it stands below its
// title.
func height(env screen.Env) int {
	if env.Wide() {
		return 1
	}
	return 2
}

// room is how many lessons are visible.
func room(env screen.Env) int { return max((env.H-2)/height(env), 1) }

func (t *Topic) open(env screen.Env) tea.Cmd {
	if t.list.N == 0 {
		return nil
	}
	return env.Ask(phrase.Open(t.progress(t.list.At)))
}

func (t *Topic) progress(i int) study.LessonProgress {
	l := t.topic.Lessons[i]
	if p, ok := t.read[l.ID]; ok {
		return p
	}
	return study.LessonProgress{Lesson: l, Screens: study.Screens(l)}
}

func acts() []screen.Act[*Topic] {
	return []screen.Act[*Topic]{{
		Binding: screen.Binding{Keys: []string{"enter", "right", "l"}, Says: screen.Say{EN: "read", ZH: "阅读"}, Line: true},
		Do:      (*Topic).open,
	}}
}

// Keys returns what can be pressed.
func (t *Topic) Keys(screen.Env) []screen.Binding { return Keys() }

// Keys returns the keys of this screen.
func Keys() []screen.Binding {
	return append(screen.Bindings(acts()), widget.ListKeys()...)
}

// View draws the screen.
func (t *Topic) View(env screen.Env) screen.View {
	done := 0
	for i := range t.topic.Lessons {
		if t.progress(i).Done() {
			done++
		}
	}
	side := 0
	if env.Wide() {
		side = min(50, env.W/3)
	}
	main := env.W - 2
	n := fmt.Sprintf(env.Say(screen.Say{EN: "%d lessons", ZH: "%d 课"}), len(t.topic.Lessons))
	panes := []widget.Pane{{Title: env.Theme.Heading.Paint(n)}}
	if side > 0 {
		main = env.W - 3 - side
		panes = append(panes, widget.Pane{Width: side, Lines: t.card(env, side)})
	}
	panes[0].Lines = t.lines(env, main)
	return screen.View{
		Title: t.topic.Title.In(env.Lang),
		Status: widget.Bar(env.Theme, 10, done, len(t.topic.Lessons)) + " " +
			fmt.Sprintf(env.Say(screen.Say{EN: "%d of %d read", ZH: "读完 %d/%d 课"}), done, len(t.topic.Lessons)),
		Body: widget.Frame(env.Theme, env.W, env.H, widget.Row{Panes: panes}),
	}
}

func (t *Topic) lines(env screen.Env, w int) []string {
	from, to := t.list.Window(room(env))
	var lines []string
	for i := from; i < to; i++ {
		p, chosen := t.progress(i), i == t.list.At
		minutes := wording.Minutes(p.Lesson.Minutes, env.Lang)
		left := " " + widget.Pointer(env.Theme, chosen) + phrase.State(env.Theme, p) + "  " +
			widget.Title(env.Theme, chosen, p.Lesson.Title.In(env.Lang))
		lines = append(lines, widget.Spread(env.Theme, left, env.Theme.Dim.Paint(minutes)+"  ", w))
		if !env.Wide() {
			lines = append(lines, "          "+env.Theme.Dim.Paint(phrase.Facts(env, p.Lesson)))
		}
	}
	return lines
}

// card tells what the chosen lesson holds.
func (t *Topic) card(env screen.Env, w int) []string {
	if t.list.N == 0 {
		return nil
	}
	return phrase.Card(env, t.progress(t.list.At), w)
}
