package app

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/bench"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

var _ bench.Lab = (*study.DoSitting)(nil)

// doOpened answers openDo.
type doOpened struct {
	question lessons.QuestionID
	sitting  *study.DoSitting // nil: it does not open
	err      error
}

// openDo sets the host of a do question up, away from the loop.
func (m *Model) openDo(q lessons.QuestionID) tea.Cmd {
	s := m.study
	return func() tea.Msg {
		sitting, err := s.OpenDo(q)
		if err != nil {
			return doOpened{q, nil, err}
		}
		return doOpened{q, sitting, nil}
	}
}

// doOpened shows the host. Its time runs from now on.
func (m *Model) doOpened(msg doOpened) tea.Cmd {
	if msg.err != nil {
		why := wording.Why(msg.err, m.state.Lang)
		m.notice = screen.Say{EN: "The host: " + why, ZH: "主机：" + why}.In(m.state.Lang)
		return nil
	}
	limit := time.Duration(m.study.Course().Question(msg.question).Seconds) * time.Second
	return m.push(bench.New(bench.Options{
		Task: msg.sitting.Lab(), Lab: msg.sitting, Cache: m.cache, Tick: m.state.Tick, Now: m.study.Now,
		Question: &bench.Question{ID: msg.question, Limit: limit}, Export: m.state.Export,
	}))
}
