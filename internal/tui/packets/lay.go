package packets

import (
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/labs/trace"
)

// lay lays a list to choose from, or a text, over the walk.
func (p *Panel) lay(env screen.Env, body []string) []string {
	w, h := min(env.W-6, 84), env.H-4
	title, lines := p.sheet(env, w-4)
	room := max(min(len(lines), h-2), 1)
	if p.page == whyPage {
		p.top = max(min(p.top, len(lines)-room), 0)
		lines = lines[p.top:]
	} else if head := p.head(); len(lines) > room {
		from, to := p.list.Window(room - head)
		lines = append(lines[:head:head], lines[head+from:head+to]...)
	}
	box := widget.Frame(env.Theme, w, room+2, widget.Row{Panes: []widget.Pane{{
		Title: env.Theme.Heading.Paint(title), Right: env.Theme.Dim.Paint("esc"), Lines: widget.Indent(1, lines),
	}}})
	x, y := widget.Centre(w, room+2, env.W, env.H)
	return widget.Over(widget.Behind(env.Theme, body), box, x, y)
}

// head is how many lines stand above a list.
func (p *Panel) head() int {
	if p.page == portPage {
		return 1
	}
	return 0
}

// sheet is what lies over the walk.
func (p *Panel) sheet(env screen.Env, w int) (title string, lines []string) {
	say := func(en, zh string) string { return env.Say(screen.Say{EN: en, ZH: zh}) }
	switch p.page {
	case whatIfPage:
		return say("What if: each is computed", "如果……（都是算出来的）"), p.whatIfs(env, w)
	case whyPage:
		return say("Why", "为什么"), p.why(env, w)
	case fromPage:
		return say("Who sends?", "谁来发？"), p.rowsOf(env, w, len(p.now.ends), func(i int) (string, string) {
			return in(trace.EndName(p.now.ends[i]), env), p.whose(env, p.now.ends[i])
		})
	case toPage:
		return say("To whom?", "发给谁？"), p.rowsOf(env, w, len(p.now.goals), func(i int) (string, string) {
			return p.now.goals[i].To, in(p.now.goals[i].Says, env)
		})
	case portPage:
		return say("To which port?", "发到哪个端口？"), p.portRows(env, w)
	}
	return "", nil
}

// whose says what a sender is that is no container.
func (p *Panel) whose(env screen.Env, from string) string {
	switch in(trace.EndName(from), screen.Env{Lang: "en"}) {
	case "host":
		return env.Say(screen.Say{EN: "the machine that Docker runs on", ZH: "运行 Docker 的机器"})
	case "LAN":
		return env.Say(screen.Say{EN: "another machine on the host's network", ZH: "与宿主机同一局域网的另一台机器"})
	}
	return env.Say(screen.Say{EN: "container", ZH: "容器"})
}

// rowsOf are the rows of a list: a name, and what it is.
func (p *Panel) rowsOf(env screen.Env, w, n int, row func(int) (name, says string)) []string {
	var lines []string
	for i := range n {
		name, says := row(i)
		chosen := i == p.list.At
		left := widget.Pointer(env.Theme, chosen) + widget.Title(env.Theme, chosen, render.Clean(name))
		lines = append(lines, widget.Spread(env.Theme, left, env.Theme.Dim.Paint(render.Clean(says)), w))
	}
	return lines
}

func (p *Panel) whatIfs(env screen.Env, w int) []string {
	var lines []string
	for i, c := range p.now.whatIfs {
		chosen := i == p.list.At
		left := widget.Pointer(env.Theme, chosen) + widget.Title(env.Theme, chosen, in(c.Says, env))
		lines = append(lines, widget.Spread(env.Theme, left, p.comes(env, c), w))
	}
	return lines
}

func (p *Panel) portRows(env screen.Env, w int) []string {
	port := strings.Replace(p.port, "u", "/udp", 1) + "_"
	typed := env.Say(screen.Say{EN: "type one: ", ZH: "键入："}) + env.Theme.Strong.Paint(port)
	all := p.ports()
	return append([]string{typed}, p.rowsOf(env, w, len(all), func(i int) (string, string) {
		if all[i].Number == 0 {
			return "ping", env.Say(screen.Say{EN: "no port: is the machine there?", ZH: "不用端口：只看机器在不在"})
		}
		return all[i].String(), env.Say(screen.Say{EN: "somebody listens there", ZH: "有程序在监听"})
	})...)
}

// why is all that there is to say about a step.
func (p *Panel) why(env screen.Env, w int) []string {
	x := p.step()
	if x == nil {
		return nil
	}
	lines := wrapped(env.Theme.Strong, in(x.Says, env), w)
	lines = append(lines, "")
	if x.Why != nil {
		lines = append(lines, wrapped(env.Theme.Text, in(x.Why, env), w)...)
	}
	if r := x.Rule; r != nil {
		lines = append(lines, "", env.Theme.Dim.Paint(render.Clean(r.Table+" "+r.Chain)))
		for _, l := range r.Near {
			mark, look := "  ", env.Theme.Dim
			if l.Number == r.Number {
				mark, look = env.Theme.Accent.Paint(env.Theme.Here)+" ", env.Theme.Text
			}
			for _, part := range render.WrapText(numbered(l)+render.Clean(l.Text), max(w-2, 1)) {
				lines = append(lines, mark+look.Paint(part))
				mark = "  "
			}
		}
		if by := r.By(); by != nil {
			lines = append(lines, "", in(by, env))
		}
	}
	if c, ok := p.now.without[p.at]; ok {
		lines = append(lines, env.Say(screen.Say{EN: "without it: ", ZH: "去掉它："})+p.comes(env, c))
	}
	return lines
}
