package app

import (
	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
)

// mouse gives a click or a turn of the wheel to the top screen, in the coordinates of its body. A click on the help
// line presses the key; beside a popup it closes it; on the languages it switches them.
func (m *Model) mouse(msg tea.MouseMsg) tea.Cmd {
	if m.small() || m.state.Mouse == MouseOff {
		return nil
	}
	m.asked = false
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		return m.give(m.top(), msg)
	case tea.MouseClickMsg:
		if msg.Button == tea.MouseLeft {
			m.notice = ""
			return m.click(msg)
		}
	}
	return nil
}

func (m *Model) click(c tea.MouseClickMsg) tea.Cmd {
	switch {
	case c.Y == m.state.H-1:
		_, spans := m.helpLine(m.state.W)
		for _, s := range spans {
			if c.X >= s.from && c.X < s.to {
				return m.key(screen.Key(s.key))
			}
		}
		return nil
	case c.Y < m.above():
		if c.X >= m.state.W-1-render.Width("EN|中文") {
			return m.asking(m.otherLang)
		}
		return nil
	}
	c.Y -= m.above()
	env := m.env()
	if v := m.top().View(env); v.Popup {
		w, h := render.Width(v.Body[0]), len(v.Body)
		x, y := widget.Centre(w, h, env.W, env.H)
		if c.X -= x; c.X < 0 || c.X >= w || c.Y < y || c.Y >= y+h {
			return m.back()
		}
		c.Y -= y
	}
	return m.give(m.top(), c)
}
