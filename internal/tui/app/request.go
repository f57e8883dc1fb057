package app

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/begin"
	"dockerlearn/internal/tui/bookmarks"
	"dockerlearn/internal/tui/drill"
	"dockerlearn/internal/tui/firstrun"
	"dockerlearn/internal/tui/help"
	"dockerlearn/internal/tui/lablist"
	"dockerlearn/internal/tui/palette"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/reader"
	"dockerlearn/internal/tui/report"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/search"
	"dockerlearn/internal/tui/stats"
	"dockerlearn/internal/tui/topic"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// answer does what a screen asks for. It reports false when the message is no request.
func (m *Model) answer(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case nil:
	case screen.Home:
		return m.close(1), true
	case screen.Back:
		return m.back(), true
	case screen.Quit:
		return tea.Quit, true
	case screen.Press:
		return m.key(screen.Key(msg.Key)), true
	case screen.Replace:
		return m.replace(msg.Then), true
	case screen.SetLang:
		return m.setLang(msg.Lang), true
	case screen.SetLook:
		m.state.Look = msg.Look
		return tea.Batch(m.changed(), m.set(study.Theme, string(msg.Look))), true
	case screen.Notice:
		m.notice = msg.Text.In(m.state.Lang)
	case screen.Saved:
		m.failed = msg.Err
	case screen.Try:
		return m.try(msg.Lines), true
	case screen.OpenLab:
		return m.openLab(msg), true
	case screen.OpenDo:
		return m.openDo(msg.Question), true
	case doOpened:
		return m.doOpened(msg), true
	case screen.Did:
		return tea.Batch(m.back(), m.give(m.top(), msg)), true
	case labOpened:
		return m.labOpened(msg), true
	case tried:
		m.notice = msg.notice().In(m.state.Lang)
	default:
		s := m.open(msg)
		if s == nil {
			return nil, false
		}
		return m.push(s), true
	}
	return nil, true
}

// open makes the screen that a request is for, or nil if it is for none.
func (m *Model) open(msg tea.Msg) screen.Screen {
	switch msg := msg.(type) {
	case screen.OpenTopic:
		return m.topic(msg.Topic)
	case screen.OpenLesson:
		if l := m.study.Course().Lesson(msg.Lesson); l != nil && l.Body(m.state.Lang) != nil {
			return reader.New(m.study, m.cache, m.saver, l, reader.Options{
				Screen: msg.Screen, Resume: msg.Resume, Question: msg.Question, One: m.state.One,
			})
		}
	case screen.OpenSearch:
		return search.New(m.study, msg.Query)
	case screen.OpenBookmarks:
		return bookmarks.New(m.study)
	case screen.OpenBegin:
		return begin.New(m.study, msg.Mode)
	case screen.OpenDrill:
		return drill.New(m.study, m.cache, m.state.Tick, msg)
	case screen.OpenReport:
		return report.New(m.study, m.state.Tick, msg)
	case screen.OpenStatistics:
		return stats.New(m.study)
	case screen.OpenLabs:
		return lablist.New(m.study)
	case screen.OpenKeys:
		return help.New(m.keys())
	case screen.OpenPalette:
		return palette.New(m.commands())
	}
	return nil
}

func (m *Model) topic(id lessons.TopicID) screen.Screen {
	for _, t := range m.study.Course().Topics {
		if t.ID == id {
			return topic.New(m.study, t)
		}
	}
	return nil
}

func (m *Model) firstRun() screen.Screen { return firstrun.New(m.study, m.state.Kept.Trouble) }

func (m *Model) push(s screen.Screen) tea.Cmd {
	m.stack = append(m.stack, s)
	return m.asking(s.Init)
}

// back closes the top screen. Home stays.
func (m *Model) back() tea.Cmd { return m.close(len(m.stack) - 1) }

// close closes all screens from the n-th on. The one on top then is told that it is on display again.
func (m *Model) close(n int) tea.Cmd {
	if n = max(n, 1); n >= len(m.stack) {
		return nil
	}
	clear(m.stack[n:])
	m.stack = m.stack[:n]
	return m.give(m.top(), screen.Shown{})
}

// replace puts what a request opens in the place of the top screen.
func (m *Model) replace(then tea.Msg) tea.Cmd {
	closed := m.back()
	if then == nil {
		return closed
	}
	cmd, _ := m.answer(then)
	return tea.Batch(closed, cmd)
}

func (m *Model) setLang(l lessons.Lang) tea.Cmd {
	m.state.Lang = l
	return tea.Batch(m.changed(), m.set(study.Language, string(l)))
}

// tried says that the learner is back from a simulated host.
type tried struct{ err error }

func (t tried) notice() screen.Say {
	if t.err == nil {
		return screen.Say{}
	}
	return screen.Say{EN: t.err.Error(), ZH: t.err.Error()}
}

// try gives the terminal to a simulated host until the learner leaves it.
func (m *Model) try(lines []string) tea.Cmd {
	if m.state.Host == nil {
		return nil
	}
	return tea.Exec(m.state.Host(m.state.Lang, lines), func(err error) tea.Msg { return tried{err} })
}

// commands lists what the palette offers: the keys of the present screen, then the places of the course.
func (m *Model) commands() []palette.Command {
	var all []palette.Command
	add := func(says screen.Say, kind string, request tea.Msg) {
		all = append(all, palette.Command{Says: says, Kind: kind, Request: request})
	}
	for _, b := range m.keys() {
		add(b.Says, b.Label(m.theme.Frames), screen.Press{Key: b.Keys[0]})
	}
	practice := m.say(screen.Say{EN: "practice", ZH: "练习"})
	for _, mode := range []quiz.Mode{quiz.Today, quiz.Drill, quiz.Topic, quiz.Weak, quiz.Interview, quiz.Exam} {
		add(phrase.Mode(mode), practice, screen.OpenBegin{Mode: mode})
	}
	add(screen.Say{EN: "Statistics", ZH: "统计"}, practice, screen.OpenStatistics{})
	if labs := m.study.Course().AllLabs(); len(labs) > 0 {
		kind := m.say(screen.Say{EN: "lab", ZH: "实验"})
		add(screen.Say{EN: "Labs", ZH: "实验"}, practice, screen.OpenLabs{})
		for _, l := range labs {
			add(both(l.Title), kind, screen.OpenLab{Lab: l.ID})
		}
	}
	for _, t := range m.study.Course().Topics {
		add(both(t.Title), m.say(screen.Say{EN: "topic", ZH: "主题"}), screen.OpenTopic{Topic: t.ID})
		for i, l := range t.Lessons {
			kind := fmt.Sprintf("%s %d/%d", t.Title.In(m.state.Lang), i+1, len(t.Lessons))
			add(both(l.Title), kind, screen.OpenLesson{Lesson: l.ID, Resume: true})
		}
	}
	return all
}

func both(t lessons.Text) screen.Say {
	return screen.Say{EN: t.In(lessons.EN), ZH: t.In(lessons.ZH)}
}

func (m *Model) say(s screen.Say) string { return strings.TrimSpace(s.In(m.state.Lang)) }
