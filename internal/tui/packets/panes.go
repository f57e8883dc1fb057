package packets

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/labs/trace"
)

// path draws the places on the way with their addresses and devices, and where the packet is.
func (p *Panel) path(env screen.Env, w int) []string {
	t := p.now.trace
	if len(t.Path) == 0 {
		return nil
	}
	column := w / len(t.Path)
	var names, addrs, way, mark string
	for i, n := range t.Path {
		name := render.Truncate(in(n.Name, env), column-2, env.Theme.Ellipsis)
		look := env.Theme.Text
		if x := p.step(); x != nil && x.Node == i {
			look = env.Theme.Strong
		}
		addr := ""
		if n.Addr.IsValid() {
			addr = n.Addr.String()
		}
		names += render.Pad(look.Paint(name), column)
		addrs += render.Pad(env.Theme.Dim.Paint(render.Truncate(addr, column-2, env.Theme.Ellipsis)), column)
		way += p.devices(env, i, column)
		mark += render.Pad(p.mark(env, i), column)
	}
	return []string{" " + names, " " + addrs, " " + way, " " + mark}
}

// devices draws the links of a place, and the line to the next.
func (p *Panel) devices(env screen.Env, i, column int) string {
	t := p.now.trace
	here := p.step()
	var parts []string
	for _, d := range t.Path[i].Devices {
		s := "[" + render.Clean(d) + "]"
		if here != nil && here.Node == i && here.Device == d {
			s = env.Theme.Accent.Paint(s)
		}
		parts = append(parts, s)
	}
	s := strings.Join(parts, env.Theme.Horizontal)
	if i == len(t.Path)-1 {
		return render.Truncate(s, column-1, env.Theme.Ellipsis)
	}
	s = render.Truncate(s, column-4, env.Theme.Ellipsis)
	line := strings.Repeat(env.Theme.Horizontal, max(column-render.Width(s)-3, 0))
	return s + " " + env.Theme.Dim.Paint(line+env.Theme.Arrow) + " "
}

// mark is the packet where it is, and what becomes of it there.
func (p *Panel) mark(env screen.Env, i int) string {
	x := p.step()
	if x == nil || x.Node != i {
		return ""
	}
	word := env.Say(stages()[x.Stage])
	if x.Rule != nil {
		word = x.Rule.Hook
	}
	switch {
	case x.Drop:
		return env.Theme.Style.Wrong.Paint(env.Theme.Frames.Wrong + " " + word)
	case x.Answer && x.Stage != trace.Result:
		return env.Theme.Accent.Paint(back(env) + " " + word)
	}
	return env.Theme.Accent.Paint(env.Theme.Here + " " + word)
}

// stages are the kinds of steps, in a word.
func stages() map[trace.Stage]screen.Say {
	return map[trace.Stage]screen.Say{
		trace.Name:      {EN: "name", ZH: "查名字"},
		trace.Send:      {EN: "sends", ZH: "发出"},
		trace.Link:      {EN: "comes in", ZH: "进入"},
		trace.Bridge:    {EN: "bridge", ZH: "网桥"},
		trace.Neighbour: {EN: "ARP", ZH: "ARP"},
		trace.Translate: {EN: "nat", ZH: "nat"},
		trace.Filter:    {EN: "filter", ZH: "filter"},
		trace.Route:     {EN: "route", ZH: "路由"},
		trace.Socket:    {EN: "socket", ZH: "套接字"},
		trace.Proxy:     {EN: "docker-proxy", ZH: "docker-proxy"},
		trace.Result:    {EN: "the end", ZH: "结果"},
	}
}

// ruleTitle is which chain is asked, or what else decides.
func (p *Panel) ruleTitle(env screen.Env) string {
	x := p.step()
	if x == nil || x.Rule == nil {
		return env.Say(screen.Say{EN: "What decides", ZH: "由什么决定"})
	}
	return env.Say(screen.Say{EN: "Rule that decides: ", ZH: "决定的规则："}) + render.Clean(x.Rule.Table+" "+x.Rule.Chain)
}

// rule is the rule of the step among its neighbours, who made it, what it is for, and what would be without it.
func (p *Panel) rule(env screen.Env, w int) []string {
	x := p.step()
	if x == nil {
		return nil
	}
	var lines []string
	if r := x.Rule; r != nil {
		lines = append(lines, p.near(env, r, w)...)
		if by := r.By(); by != nil {
			lines = append(lines, wrapped(env.Theme.Text, in(by, env), w)...)
		}
	}
	if c, ok := p.now.without[p.at]; ok {
		says := env.Say(screen.Say{EN: "without it: ", ZH: "去掉它："}) + in(trace.OutcomeWords(c.trace.Outcome), env)
		lines = append(lines, env.Theme.Warn.Paint(render.Truncate(says, w, env.Theme.Ellipsis)))
	}
	if x.Why != nil {
		lines = append(lines, wrapped(env.Theme.Dim, in(x.Why, env), w)...)
	}
	return lines
}

func wrapped(look render.SGR, s string, w int) []string {
	var lines []string
	for _, l := range render.WrapText(s, max(w, 1)) {
		lines = append(lines, look.Paint(l))
	}
	return lines
}

// near is the rule as it is listed, whole, and one before and one behind it.
func (p *Panel) near(env screen.Env, r *trace.Rule, w int) []string {
	at := slices.IndexFunc(r.Near, func(l trace.RuleLine) bool { return l.Number == r.Number })
	var lines []string
	for i := max(at-1, 0); i < min(at+2, len(r.Near)); i++ {
		l := r.Near[i]
		text := "  " + numbered(l) + render.Clean(l.Text)
		if i != at {
			lines = append(lines, env.Theme.Dim.Paint(render.Truncate(text, w, env.Theme.Ellipsis)))
			continue
		}
		for k, part := range render.WrapText(numbered(l)+render.Clean(l.Text), max(w-2, 1)) {
			mark := "  "
			if k == 0 {
				mark = env.Theme.Accent.Paint(env.Theme.Here) + " "
			}
			lines = append(lines, mark+env.Theme.Strong.Paint(part))
		}
	}
	return lines
}

func numbered(l trace.RuleLine) string {
	if l.Number == 0 {
		return ""
	}
	return fmt.Sprintf("%d ", l.Number)
}

// packet is how the packet looks now, and what this step has changed of it.
func (p *Panel) packet(env screen.Env) []string {
	x := p.step()
	switch {
	case x == nil:
		return nil
	case x.Drop && x.Stage != trace.Name && x.Stage != trace.Result && x.Before.Proto != 0:
		gone := env.Say(screen.Say{EN: "it goes no further", ZH: "到此为止"})
		gone = env.Theme.Style.Wrong.Paint(env.Theme.Frames.Wrong + " " + gone)
		return append([]string{gone}, looks(env, x.Before, trace.Packet{})...)
	case x.After.Proto == 0:
		return []string{env.Theme.Dim.Paint(env.Say(screen.Say{EN: "no packet is under way", ZH: "路上没有包"}))}
	}
	return looks(env, x.After, x.Before)
}

// before is how it looked before the step.
func (p *Panel) before(env screen.Env) []string {
	x := p.step()
	if x == nil || x.Before.Proto == 0 {
		return []string{env.Theme.Dim.Paint(env.Say(screen.Say{EN: "there was none", ZH: "还没有"}))}
	}
	return looks(env, x.Before, trace.Packet{})
}

// looks is a packet in lines; what was otherwise before is said.
func looks(env screen.Env, now, was trace.Packet) []string {
	changed := func(line, before string, is bool) []string {
		if was.Proto == 0 || !is {
			return []string{line}
		}
		old := env.Say(screen.Say{EN: "    was ", ZH: "    原来 "}) + before
		return []string{env.Theme.Strong.Paint(line), env.Theme.Warn.Paint(old)}
	}
	lines := changed("src "+trace.End(now.From), end(was.From), now.From != was.From)
	lines = append(lines, changed("dst "+trace.End(now.To), end(was.To), now.To != was.To)...)
	kind := strings.TrimSpace(now.Proto.String() + " " + now.Flags)
	ttl := fmt.Sprintf("ttl %d", now.TTL)
	if was.Proto != 0 && was.TTL != now.TTL {
		ttl += fmt.Sprintf(env.Say(screen.Say{EN: " (was %d)", ZH: "（原来 %d）"}), was.TTL)
	}
	lines = append(lines, kind+"   "+ttl)
	if now.State != "" {
		lines = append(lines, "conntrack "+now.State)
	}
	if now.ToMAC.String() != "00:00:00:00:00:00" {
		lines = append(lines, env.Theme.Dim.Paint("MAC "+now.FromMAC.String()),
			env.Theme.Dim.Paint("  "+env.Theme.Arrow+" "+now.ToMAC.String()))
	}
	return lines
}

func end(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	return trace.End(a)
}

// tries are the what ifs with what comes of them.
func (p *Panel) tries(env screen.Env, w, h int) []string {
	var lines []string
	for _, c := range p.now.whatIfs {
		says := in(c.Says, env)
		lines = append(lines, render.Truncate(says, w, env.Theme.Ellipsis), "  "+p.comes(env, c))
	}
	return lines[:min(len(lines), h/2*2)]
}

// comes is how a what if ends.
func (p *Panel) comes(env screen.Env, c consequence) string {
	look, mark := env.Theme.Style.Wrong, env.Theme.Frames.Wrong
	if c.trace.OK() {
		look, mark = env.Theme.Style.Right, env.Theme.Frames.Right
	}
	return look.Paint(mark + " " + in(trace.OutcomeWords(c.trace.Outcome), env))
}

// capture is the last frames that passed a link until this step, as tcpdump prints them.
func (p *Panel) capture(env screen.Env, n int) []string {
	x := p.step()
	if x == nil || x.Stage == trace.Name {
		return nil
	}
	var lines []string
	for _, f := range p.now.trace.Captured(p.at) {
		lines = append(lines, " "+env.Theme.Dim.Paint(render.Clean(f)))
	}
	return lines[max(len(lines)-n, 0):]
}
