package app

import (
	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/firstrun"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
)

// key gives a key to the screen that knows it, or does what it does everywhere.
func (m *Model) key(key tea.KeyPressMsg) tea.Cmd {
	m.notice = ""
	if m.owned() && !m.small() {
		return m.give(m.top(), key)
	}
	key = m.narrow(key)
	name := key.String()
	if name == "ctrl+c" {
		return m.interrupt()
	}
	m.asked = false
	if m.small() {
		return nil
	}
	return m.asking(func(env screen.Env) tea.Cmd {
		if !m.belongs(key) {
			if cmd, ok := screen.Run(everywhere(), m, env, key); ok {
				return cmd
			}
		}
		return m.top().Update(env, key)
	})
}

// owned reports whether every key is the top screen's.
func (m *Model) owned() bool {
	o, ok := m.top().(screen.Owner)
	return ok && o.Owns()
}

// narrow reads the full-width signs of a Chinese input method as the keys that they are meant for.
func (m *Model) narrow(key tea.KeyPressMsg) tea.KeyPressMsg {
	if t, ok := m.top().(screen.Typist); ok && t.Typing() {
		return key
	}
	switch key.Text {
	case "？":
		return screen.Key("?")
	case "：":
		return screen.Key(":")
	case "、", "／":
		return screen.Key("/")
	}
	return key
}

// belongs reports whether a key is the top screen's own: one of its bindings, or a letter where one types.
func (m *Model) belongs(key tea.KeyPressMsg) bool {
	if t, ok := m.top().(screen.Typist); ok && t.Typing() && key.Text != "" {
		return true
	}
	for _, b := range m.top().Keys(m.env()) {
		if b.Has(key.String()) {
			return true
		}
	}
	return false
}

// interrupt ends the program at the second ctrl+c in a row.
func (m *Model) interrupt() tea.Cmd {
	if m.asked {
		return tea.Quit
	}
	m.asked = true
	says := screen.Say{EN: "Press ctrl+c again to leave. Everything is saved.", ZH: "再按一次 ctrl+c 退出。一切都已保存。"}
	if m.failed != nil || m.lost {
		says = screen.Say{EN: "Press ctrl+c again to leave. Not everything is saved.", ZH: "再按一次 ctrl+c 退出。有内容没有保存。"}
	}
	m.notice = m.say(says)
	return nil
}

type act = screen.Act[*Model]

// everywhere are the keys that work on every screen, unless the screen has its own use for them.
func everywhere() []act {
	do := func(keys []string, en, zh string, line bool, do func(*Model, screen.Env) tea.Cmd) act {
		return act{Binding: screen.Binding{Keys: keys, Says: screen.Say{EN: en, ZH: zh}, Line: line}, Do: do}
	}
	ask := func(request tea.Msg) func(*Model, screen.Env) tea.Cmd {
		return func(_ *Model, env screen.Env) tea.Cmd { return env.Ask(request) }
	}
	return []act{
		do([]string{"/"}, "search", "搜索", true, ask(screen.OpenSearch{})),
		do([]string{"L"}, "Chinese", "英文", true, (*Model).otherLang),
		do([]string{":"}, "commands", "命令", true, ask(screen.OpenPalette{})),
		do([]string{"?"}, "keys", "按键", true, ask(screen.OpenKeys{})),
		do([]string{"esc"}, "back", "返回", true, ask(screen.Back{})),
		do([]string{"q"}, "home", "主页", true, (*Model).homeOrQuit),
		do([]string{"T"}, "theme: auto, dark, light, no colours", "主题：自动、深色、浅色、无色", false, (*Model).nextLook),
		do([]string{"ctrl+z"}, "suspend (fg comes back)", "挂起（fg 回来）", false, suspend),
		do([]string{"ctrl+c"}, "leave (twice)", "退出（按两次）", false, nil),
	}
}

func (m *Model) otherLang(env screen.Env) tea.Cmd {
	if m.state.Lang == lessons.ZH {
		return env.Ask(screen.SetLang{Lang: lessons.EN})
	}
	return env.Ask(screen.SetLang{Lang: lessons.ZH})
}

func (m *Model) homeOrQuit(env screen.Env) tea.Cmd {
	if m.outermost() {
		return env.Ask(screen.Quit{})
	}
	return env.Ask(screen.Home{})
}

// outermost reports whether there is nothing to go back to: at home, and on the screen that welcomes a new learner, who
// has not seen home yet.
func (m *Model) outermost() bool {
	_, welcome := m.top().(*firstrun.FirstRun)
	return welcome || len(m.stack) == 1
}

func suspend(*Model, screen.Env) tea.Cmd { return tea.Suspend }

func (m *Model) nextLook(env screen.Env) tea.Cmd {
	next := m.state.Look.Next()
	return tea.Batch(env.Ask(screen.SetLook{Look: next}), env.Ask(screen.Notice{Text: lookName(next)}))
}

// keys returns the keys that work now: the top screen's, then those that work everywhere.
func (m *Model) keys() []screen.Binding {
	own := m.top().Keys(m.env())
	all := append([]screen.Binding(nil), own...)
	if m.owned() {
		return all
	}
	for _, b := range screen.Bindings(everywhere()) {
		if !shadowed(b, own) && !m.useless(b) {
			all = append(all, m.named(b))
		}
	}
	return all
}

func shadowed(b screen.Binding, own []screen.Binding) bool {
	for _, o := range own {
		if o.Has(b.Keys[0]) {
			return true
		}
	}
	return false
}

// useless reports whether a key does nothing here: on the outermost screen there is no way back.
func (m *Model) useless(b screen.Binding) bool {
	if t, ok := m.top().(screen.Typist); ok && t.Typing() {
		return len(b.Keys[0]) == 1 // a letter, which is typed
	}
	return b.Has("esc") && m.outermost()
}

// named says what a key does here: q leads home, and from there out.
func (m *Model) named(b screen.Binding) screen.Binding {
	if b.Has("q") && m.outermost() {
		b.Says = screen.Say{EN: "quit", ZH: "退出"}
	}
	return b
}
