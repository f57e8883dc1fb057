package bench

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"dockerlearn/internal/tui/packets"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/xray"
)

// The modes of a terminal that change what keys send.
const (
	cursorKeys     = ansi.DECMode(1)
	bracketedPaste = ansi.DECMode(2004)
)

// barActs are the keys while the bar is open.
func barActs() []screen.Act[*Screen] {
	do := func(key, en, zh string, line bool, do func(*Screen, screen.Env) tea.Cmd) screen.Act[*Screen] {
		return screen.Act[*Screen]{
			Binding: screen.Binding{Keys: []string{key}, Says: screen.Say{EN: en, ZH: zh}, Line: line},
			Do:      do,
		}
	}
	scroll := func(by int) func(*Screen, screen.Env) tea.Cmd {
		return func(s *Screen, _ screen.Env) tea.Cmd { s.terminal.scroll(by * max(s.terminal.rows-1, 1)); return nil }
	}
	return []screen.Act[*Screen]{
		do("h", "hint", "提示", true, (*Screen).hint),
		do("w", "why?", "为什么", true, opening(askSheet)),
		do("z", "undo", "撤销", true, (*Screen).undo),
		do("t", "timeline", "时间线", true, opening(timelineSheet)),
		do("d", "map", "全图", true, opening(pictureSheet)),
		do("x", "layers", "分层", true, (*Screen).layers),
		do("n", "packets", "数据包", true, (*Screen).packets),
		do("q", "leave", "离开", true, (*Screen).leave),
		do("s", "skip", "跳过", true, (*Screen).skip),
		do("r", "begin this lab anew", "本实验重来", false, (*Screen).reset),
		do("b", "the other branch", "另一条分支", false, (*Screen).swap),
		do("i", "the task again", "再看任务", false, opening(taskSheet)),
		do("f", "terminal on the whole window", "终端占满窗口", false, (*Screen).zoom),
		do("y", "copy what the terminal shows", "复制终端内容", false, (*Screen).copy),
		do("pgup", "back in what was shown", "往回看", false, scroll(1)),
		do("pgdown", "forward again", "往后看", false, scroll(-1)),
		do("ctrl+o", "back to the terminal", "回到终端", false, (*Screen).shut),
		do("esc", "terminal", "终端", false, (*Screen).shut),
	}
}

func (s *Screen) shut(screen.Env) tea.Cmd {
	s.bar, s.sure = false, false
	return nil
}

func opening(which sheet) func(*Screen, screen.Env) tea.Cmd {
	return func(s *Screen, _ screen.Env) tea.Cmd { s.open(which); return nil }
}

// hint shows one more.
func (s *Screen) hint(env screen.Env) tea.Cmd {
	if len(s.words(env).Hints) == 0 {
		s.bar = false
		return env.Ask(screen.Notice{Text: screen.Say{EN: "There are no hints to this one.", ZH: "这里没有提示。"}})
	}
	s.hints = min(s.hints+1, len(s.words(env).Hints))
	s.open(hintSheet)
	return s.ask(deed{hints: s.hints})
}

// layers opens the layers of the last container, packets the way of a packet.
func (s *Screen) layers(screen.Env) tea.Cmd {
	p := xray.New("")
	p.Why = func(_, path string) { s.asked = &question{check: -1, step: len(s.state.steps) - 1, line: path} }
	return s.lift(p)
}

func (s *Screen) packets(screen.Env) tea.Cmd {
	return s.lift(packets.New(packets.Options{
		Save: func(name string, b []byte) { s.capture = &capture{name, b} },
		Copy: func(text string) { s.clip = text },
	}))
}

func (s *Screen) undo(env screen.Env) tea.Cmd {
	s.bar = false
	if len(s.state.steps) == 0 {
		return env.Ask(screen.Notice{Text: screen.Say{EN: "Nothing was done yet.", ZH: "还没有做过什么。"}})
	}
	return s.ask(deed{back: true})
}

// swap goes on with the other branch.
func (s *Screen) swap(env screen.Env) tea.Cmd {
	s.bar = false
	if !s.state.forked {
		return env.Ask(screen.Notice{Text: screen.Say{
			EN: "There is no other branch: fork one in the timeline (ctrl+o t, f).",
			ZH: "还没有另一条分支：在时间线里按 f 分出一条（ctrl+o t）。",
		}})
	}
	return s.ask(deed{swap: true})
}

func (s *Screen) skip(screen.Env) tea.Cmd {
	s.bar = false
	return s.ask(deed{skip: true})
}

// reset begins anew when it is asked for twice.
func (s *Screen) reset(env screen.Env) tea.Cmd {
	if !s.sure {
		s.sure = true
		return env.Ask(screen.Notice{Text: screen.Say{
			EN: "Press r again to begin this lab anew.", ZH: "再按一次 r，本实验从头开始。",
		}})
	}
	s.bar, s.sure, s.solved = false, false, false
	return s.ask(deed{reset: true})
}

func (s *Screen) zoom(env screen.Env) tea.Cmd {
	s.whole, s.bar = !s.whole, false
	return s.fit(env)
}

func (s *Screen) copy(env screen.Env) tea.Cmd {
	s.bar = false
	return clip(env, s.terminal.text())
}

// Keys returns what can be pressed now.
func (s *Screen) Keys(screen.Env) []screen.Binding {
	switch {
	case s.sheet != none:
		return screen.Bindings(s.sheetActs())
	case s.panel != nil:
		return s.panel.Keys()
	case s.bar:
		return screen.Bindings(barActs())
	}
	return []screen.Binding{{
		Keys: []string{"ctrl+o"}, Line: true,
		Says: screen.Say{
			EN: "then h hint, w why?, z undo, t timeline, x layers, n packets, q leave",
			ZH: "再按 h 提示、w 为什么、z 撤销、t 时间线、x 分层、n 数据包、q 离开",
		},
	}}
}

// Keys returns the keys behind ctrl+o.
func Keys() []screen.Binding {
	all := screen.Bindings(barActs())
	for i := range all {
		all[i].Keys = append([]string{"ctrl+o"}, all[i].Keys...)
	}
	return all
}
