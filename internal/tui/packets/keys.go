package packets

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/screen"
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/trace"
)

type act = screen.Act[*Panel]

func on(keys []string, show, en, zh string, line bool, do func(*Panel, screen.Env)) act {
	return act{
		Binding: screen.Binding{Keys: keys, Show: show, Says: screen.Say{EN: en, ZH: zh}, Line: line},
		Do:      func(p *Panel, env screen.Env) tea.Cmd { do(p, env); return nil },
	}
}

// acts are the keys of the page that is shown.
func (p *Panel) acts() []act {
	switch {
	case p.page == whyPage:
		return whyActs()
	case p.page != walkPage:
		return p.choosingActs()
	case p.now.trace == nil:
		return []act{on([]string{"esc", "q", "ctrl+o"}, "esc", "back", "返回", true, (*Panel).back)}
	}
	all := append(walkActs(), tryActs()...)
	if p.o.Save != nil {
		all = append(all, on([]string{"s"}, "", "save", "存成抓包", true, (*Panel).save))
	}
	if p.o.Copy != nil {
		all = append(all, on([]string{"c"}, "", "copy", "复制", true, (*Panel).copyText))
	}
	return append(all, scrollActs()...)
}

func walkActs() []act {
	return []act{
		on([]string{"space", "right", "enter"}, "space", "step", "前进", true, moving(1)),
		on([]string{"b", "left", "backspace"}, "b", "back", "退回", true, moving(-1)),
		on([]string{"g", "end"}, "g", "end", "到头", true, moving(1<<20)),
		on([]string{"G", "home"}, "G", "begin", "从头", false, moving(-1<<20)),
		on([]string{"d"}, "d", "what decides", "到关键步", false, func(p *Panel, _ screen.Env) {
			p.at, p.top = p.now.trace.Decides, 0
		}),
	}
}

func tryActs() []act {
	return []act{
		on([]string{"x"}, "", "break", "去掉", true, (*Panel).breakRule),
		on([]string{"!"}, "", "what if", "如果…", true, func(p *Panel, _ screen.Env) {
			p.choose(whatIfPage, len(p.now.whatIfs))
		}),
		on([]string{"n"}, "", "new", "换包", true, func(p *Panel, _ screen.Env) { p.choose(fromPage, len(p.now.ends)) }),
		on([]string{"w"}, "", "why", "为何", true, func(p *Panel, _ screen.Env) { p.page, p.top = whyPage, 0 }),
		on([]string{"esc", "q", "ctrl+o"}, "esc", "back", "返回", true, (*Panel).back),
	}
}

func scrollActs() []act {
	return []act{
		on([]string{"tab"}, "", "pane", "换一栏", false, func(p *Panel, _ screen.Env) {
			p.pane, p.top = (p.pane+1)%panes, 0
		}),
		on([]string{"up", "k"}, "{up}/{down}", "scroll", "滚动", false, scrolling(-1)),
		on([]string{"down", "j"}, "{down}", "down", "往下", false, scrolling(1)),
	}
}

func whyActs() []act {
	return []act{
		on([]string{"esc", "w", "q", "space", "enter"}, "esc", "back", "返回", true, (*Panel).walk),
		on([]string{"up", "k"}, "{up}/{down}", "scroll", "滚动", true, scrolling(-1)),
		on([]string{"down", "j"}, "{down}", "down", "往下", false, scrolling(1)),
	}
}

// walk goes back from what lies over the walk.
func (p *Panel) walk(screen.Env) { p.page, p.top = walkPage, 0 }

func moving(by int) func(*Panel, screen.Env) {
	return func(p *Panel, _ screen.Env) {
		last := len(p.now.trace.Steps) - 1
		if by == 1 && p.at == last {
			p.note = screen.Say{
				EN: "That was the end. ! asks what if, n takes another packet.", ZH: "走完了。按 ! 看“如果……”，按 n 换一个包。",
			}
		}
		p.at, p.top = max(min(p.at+by, last), 0), 0
	}
}

// scrolling moves in a pane; in the story that is from step to step.
func scrolling(by int) func(*Panel, screen.Env) {
	return func(p *Panel, env screen.Env) {
		if p.pane == storyPane && p.page == walkPage {
			moving(by)(p, env)
			return
		}
		p.top = max(p.top+by, 0)
	}
}

// breakRule supposes that the rule of this step were gone, or else that of the step that decided.
func (p *Panel) breakRule(screen.Env) {
	for _, i := range []int{p.at, p.now.trace.Decides} {
		if c, ok := p.now.without[i]; ok {
			p.suppose(c)
			return
		}
	}
	p.note = screen.Say{EN: "No rule decided here: there is nothing to break.", ZH: "这里不是规则决定的，没有可去掉的规则。"}
}

// choose opens a list.
func (p *Panel) choose(which page, n int) {
	p.page, p.top, p.port = which, 0, ""
	p.list.Set(n)
	p.list.At = 0
}

func (p *Panel) choosingActs() []act {
	move := func(by int) func(*Panel, screen.Env) { return func(p *Panel, _ screen.Env) { p.list.Move(by) } }
	keys := []string{"enter", "space"}
	up, down := []string{"up", "k"}, []string{"down", "j"}
	if p.page == portPage {
		keys, up, down = []string{"enter"}, []string{"up"}, []string{"down"}
	}
	all := []act{
		on(up, "{up}/{down}", "move", "移动", true, move(-1)),
		on(down, "{down}", "down", "下移", false, move(1)),
		on(keys, "enter", "take it", "选它", true, (*Panel).chosen),
		on([]string{"esc"}, "", "back", "返回", true, (*Panel).walk),
	}
	if p.page == portPage {
		all = append(all, on([]string{"backspace"}, "0-9 u", "type a port, u: udp", "键入端口，u 是 udp", true, (*Panel).untype))
	}
	return all
}

func (p *Panel) untype(screen.Env) { p.port = p.port[:max(len(p.port)-1, 0)] }

// typed adds to the port that is being typed: digits, and u for UDP.
func (p *Panel) typed(s string) {
	digits := strings.TrimSuffix(p.port, "u")
	switch {
	case s == "u" && digits != "" && digits == p.port:
		p.port += s
	case len(s) == 1 && s >= "0" && s <= "9" && digits == p.port && len(digits) < 5:
		p.port += s
	}
}

// chosen goes on with what the cursor is on.
func (p *Panel) chosen(screen.Env) {
	i := p.list.At
	switch {
	case p.page == portPage:
		p.send()
	case p.page == whatIfPage && i < len(p.now.whatIfs):
		p.suppose(p.now.whatIfs[i])
	case p.page == fromPage && i < len(p.now.ends):
		p.next = sandbox.Ask{From: p.now.ends[i]}
		p.choose(toPage, len(p.now.goals))
	case p.page == toPage && i < len(p.now.goals):
		p.next.To = p.now.goals[i].To
		p.choose(portPage, len(p.ports()))
	}
}

// ports are what can be chosen at a goal: 0 is a ping.
func (p *Panel) ports() []trace.Port {
	for _, g := range p.now.goals {
		if g.To == p.next.To {
			return append(g.Ports[:len(g.Ports):len(g.Ports)], trace.Port{})
		}
	}
	return []trace.Port{{}}
}

// send asks for the packet that was chosen.
func (p *Panel) send() {
	a := p.next
	if p.port != "" {
		n, err := strconv.ParseUint(strings.TrimSuffix(p.port, "u"), 10, 16)
		if err != nil || n == 0 {
			p.note = screen.Say{EN: "Ports are 1 to 65535.", ZH: "端口是 1 到 65535。"}
			return
		}
		a.Port, a.UDP = uint16(n), strings.HasSuffix(p.port, "u")
	} else if all := p.ports(); p.list.At < len(all) {
		a.Port, a.UDP = all[p.list.At].Number, all[p.list.At].UDP
	}
	p.ask, p.what, p.past, p.due, p.page = &a, nil, nil, true, walkPage
}
