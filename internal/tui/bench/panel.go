package bench

import (
	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/panel"
	"dockerlearn/internal/tui/screen"
)

// lift lays a panel over the lab.
func (s *Screen) lift(p panel.Panel) tea.Cmd {
	s.panel, s.bar, s.sure = p, false, false
	return s.wants()
}

// wants has looked up what the panel needs.
func (s *Screen) wants() tea.Cmd {
	if look := s.panel.Wants(); look != nil {
		return s.ask(deed{look: look})
	}
	return nil
}

func (s *Screen) panelKey(env screen.Env, k tea.KeyPressMsg) tea.Cmd {
	if k.String() == "ctrl+o" || s.panel.Key(env, k) {
		s.panel = nil
		return nil
	}
	cmds := []tea.Cmd{s.wants()}
	if s.clip != "" {
		cmds = append(cmds, clip(env, s.clip))
		s.clip = ""
	}
	if s.capture != nil {
		cmds = append(cmds, s.store(env, *s.capture))
		s.capture = nil
	}
	if q := s.asked; q != nil {
		s.asked = nil
		cmds = append(cmds, s.ask(deed{why: q}))
	}
	return tea.Batch(cmds...)
}

// capture is frames for programs like Wireshark.
type capture struct {
	name  string
	bytes []byte
}

func (s *Screen) store(env screen.Env, c capture) tea.Cmd {
	export := s.Export
	if export == nil {
		return env.Ask(screen.Notice{Text: screen.Say{EN: "Nothing can be stored here.", ZH: "这里无法保存文件。"}})
	}
	return func() tea.Msg {
		at, err := export(c.name, c.bytes)
		if err != nil {
			return screen.Notice{Text: screen.Say{EN: "Not saved: " + err.Error(), ZH: "未保存：" + err.Error()}}
		}
		return screen.Notice{Text: screen.Say{EN: "Saved as " + at, ZH: "已保存为 " + at}}
	}
}

func clip(env screen.Env, text string) tea.Cmd {
	return tea.Batch(tea.SetClipboard(text), env.Ask(screen.Notice{Text: screen.Say{
		EN: "Copied, if your terminal allows it.", ZH: "已复制（如果终端允许）。",
	}}))
}
