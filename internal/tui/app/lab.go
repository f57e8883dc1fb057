package app

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/bench"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

var _ bench.Lab = (*study.LabSitting)(nil)

// labOpened answers openLab.
type labOpened struct {
	sitting *study.LabSitting // nil: it does not open
	err     error
}

// openLab sets a lab up, away from the loop: that takes some ten milliseconds.
func (m *Model) openLab(msg screen.OpenLab) tea.Cmd {
	s := m.study
	return func() tea.Msg {
		lab := msg.Lab
		if lab == "" {
			lab = s.LabOf(context.Background(), msg.Lesson)
		}
		sitting, err := s.OpenLab(context.Background(), lab, msg.Fresh)
		return labOpened{sitting, err}
	}
}

// labOpened shows a lab that was set up. What was wrong with its past is said; the lab begins anew then.
func (m *Model) labOpened(msg labOpened) tea.Cmd {
	if msg.err != nil {
		why := wording.Why(msg.err, m.state.Lang)
		m.notice = screen.Say{EN: "The lab: " + why, ZH: "实验：" + why}.In(m.state.Lang)
	}
	if msg.sitting == nil {
		return nil
	}
	lab := msg.sitting.Lab()
	return m.push(bench.New(bench.Options{
		Task: lab, Lab: msg.sitting, Cache: m.cache, Tick: m.state.Tick, Now: m.study.Now,
		Hints: msg.sitting.Record().Hints, Next: m.labAfter(lab), Export: m.state.Export,
	}))
}

// labAfter is the lab that follows another in the course, or nil.
func (m *Model) labAfter(lab *lessons.Lab) *lessons.Lab {
	all := m.study.Course().AllLabs()
	if i := slices.Index(all, lab); i >= 0 && i+1 < len(all) {
		return all[i+1]
	}
	return nil
}
