package packets

import (
	"fmt"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/labs/trace"
	"dockerlearn/lessons"
)

// Title is what is traced, and what is supposed.
func (p *Panel) Title(env screen.Env) string {
	title := env.Say(screen.Say{EN: "Packet", ZH: "数据包"})
	if t := p.now.trace; t != nil {
		from := render.Clean(trace.EndName(t.Ask.From).In(env.Lang))
		title += " " + env.Theme.Dot + " " + from + " " + env.Theme.Arrow + " " + render.Clean(trace.Target(t.Ask))
	}
	return title
}

// Status is where one is, and how it ends.
func (p *Panel) Status(env screen.Env) string {
	t := p.now.trace
	if t == nil {
		return ""
	}
	return fmt.Sprintf(env.Say(screen.Say{EN: "step %d of %d", ZH: "第 %d 步，共 %d 步"}), p.at+1, len(t.Steps)) +
		"   " + env.Theme.Here + " space"
}

// View draws the panel.
func (p *Panel) View(env screen.Env) []string {
	if p.now.trace == nil {
		return p.empty(env)
	}
	body := widget.Frame(env.Theme, env.W, env.H, p.rows(env)...)
	if p.page != walkPage {
		body = p.lay(env, body)
	}
	return body
}

// empty is what is shown before there is a trace, or where there can be none.
func (p *Panel) empty(env screen.Env) []string {
	says := env.Say(screen.Say{EN: "following the packet", ZH: "正在跟踪数据包"}) + env.Theme.Ellipsis
	if p.failed != "" {
		says = env.Say(screen.Say{EN: "There is nothing to follow: ", ZH: "没有可跟踪的："}) + render.Clean(p.failed)
	}
	return widget.Frame(env.Theme, env.W, env.H, widget.Row{Panes: []widget.Pane{{
		Title: env.Theme.Heading.Paint(p.Title(env)), Lines: widget.Indent(1, render.WrapText(says, max(env.W-4, 1))),
	}}})
}

const (
	pathHeight = 4
	tall       = 34 // lines from which on there is room for what was captured
	captured   = 3
)

// rows are the parts of the page.
func (p *Panel) rows(env screen.Env) []widget.Row {
	t := env.Theme
	wide := env.Wide()
	inner := env.H - 4 - pathHeight
	capture := 0
	if env.H >= tall {
		capture = captured
		inner -= captured + 1
	}
	rule := max(min(inner*9/20, 11), 1)
	path := widget.Row{Height: pathHeight, Panes: []widget.Pane{{
		Title: t.Heading.Paint(env.Say(screen.Say{EN: "Path", ZH: "路径"})) + p.supposed(env), Right: p.ending(env),
		Lines: p.path(env, env.W-4),
	}}}
	middle := widget.Row{Height: rule, Panes: p.deciding(env, wide, rule)}
	story := widget.Row{Height: inner - rule, Panes: p.telling(env, wide, inner-rule)}
	rows := []widget.Row{path, middle, story}
	if capture > 0 {
		rows = append(rows, widget.Row{Height: capture, Panes: []widget.Pane{{
			Title: t.Heading.Paint(env.Say(screen.Say{EN: "Capture, up to here", ZH: "抓包（到这一步为止）"})),
			Lines: p.capture(env, capture),
		}}})
	}
	return rows
}

// supposed says what is otherwise.
func (p *Panel) supposed(env screen.Env) string {
	if w := p.now.trace.What; w != nil {
		return "  " + env.Theme.Warn.Paint(render.Clean(w.In(env.Lang)))
	}
	return ""
}

// ending is how it ends: only at the end, so that one walks there.
func (p *Panel) ending(env screen.Env) string {
	t := p.now.trace
	switch {
	case p.note != screen.Say{}:
		return env.Theme.Warn.Paint(env.Say(p.note))
	case p.at < len(t.Steps)-1:
		return ""
	case t.OK():
		return env.Theme.Style.Right.Paint(env.Theme.Frames.Right + " " + trace.OutcomeWords(t.Outcome).In(env.Lang))
	}
	return env.Theme.Style.Wrong.Paint(env.Theme.Frames.Wrong + " " + trace.OutcomeWords(t.Outcome).In(env.Lang))
}

// deciding are the panes of the rule and of the packet.
func (p *Panel) deciding(env screen.Env, wide bool, h int) []widget.Pane {
	w := (env.W - 3) * 57 / 100
	if wide {
		w = (env.W - 4) * 44 / 100
	}
	all := []widget.Pane{p.scrolled(env, rulePane, p.ruleTitle(env), p.rule(env, w-2), w, h)}
	now := screen.Say{EN: "Packet now", ZH: "现在的包"}
	if !wide {
		return append(all, p.scrolled(env, packetPane, env.Say(now), p.packet(env), env.W-3-w, h))
	}
	half := (env.W - 4 - w) / 2
	all = append(all, p.scrolled(env, packetPane, env.Say(now), p.packet(env), half, h))
	before := env.Say(screen.Say{EN: "Same packet, before", ZH: "这一步之前的包"})
	return append(all, widget.Pane{
		Title: env.Theme.Heading.Paint(before), Width: env.W - 4 - w - half, Lines: widget.Indent(1, p.before(env)),
	})
}

// scrolled is a pane that may have more lines than room.
func (p *Panel) scrolled(env screen.Env, which pane, title string, lines []string, w, h int) widget.Pane {
	look := env.Theme.Heading
	right := ""
	if p.pane == which {
		p.top = max(min(p.top, len(lines)-h), 0)
		lines, right = lines[p.top:], env.Theme.Dim.Paint("tab")
	}
	return widget.Pane{Title: look.Paint(title), Right: right, Width: w, Lines: widget.Indent(1, lines)}
}

// telling are the panes of the story, and of what can be tried.
func (p *Panel) telling(env screen.Env, wide bool, h int) []widget.Pane {
	w := env.W - 2
	if wide {
		w = (env.W - 3) * 64 / 100
	}
	story := widget.Pane{
		Title: env.Theme.Heading.Paint(env.Say(screen.Say{EN: "Story", ZH: "经过"})), Width: w,
		Lines: widget.Indent(1, p.story(env, w-2, h)),
	}
	if !wide {
		return []widget.Pane{story}
	}
	try := widget.Pane{
		Title: env.Theme.Heading.Paint(env.Say(screen.Say{EN: "Try", ZH: "试一试"})), Right: env.Theme.Key.Paint("!"),
		Width: env.W - 3 - w, Lines: widget.Indent(1, p.tries(env, env.W-5-w, h)),
	}
	return []widget.Pane{story, try}
}

// story is the steps, with the one that is shown in sight.
func (p *Panel) story(env screen.Env, w, h int) []string {
	steps := p.now.trace.Steps
	list := widget.List{At: p.at}
	list.Set(len(steps))
	list.At = p.at
	from, to := list.Window(h)
	column := 0
	for _, n := range p.now.trace.Path {
		column = max(column, min(render.Width(n.Name.In(env.Lang)), 12))
	}
	var lines []string
	for i := from; i < to; i++ {
		lines = append(lines, p.line(env, i, column, w))
	}
	return lines
}

func (p *Panel) line(env screen.Env, i, column, w int) string {
	t := env.Theme
	x := p.now.trace.Steps[i]
	mark, look := t.Style.Right.Paint(t.Frames.Right), t.Text
	switch {
	case i > p.at:
		mark, look = " ", t.Dim
	case x.Drop:
		mark = t.Style.Wrong.Paint(t.Frames.Wrong)
	}
	if i == p.at {
		look = t.Strong
		if !x.Drop {
			mark = t.Accent.Paint(t.Here)
		}
	}
	way := t.Arrow
	if x.Answer {
		way = back(env)
	}
	if x.Stage == trace.Result || x.Stage == trace.Name {
		way = t.Dot
	}
	name := render.Fit(render.Clean(p.now.trace.Path[x.Node].Name.In(env.Lang)), column, t.Ellipsis)
	text := fmt.Sprintf("%2d %s %s %s", i+1, name, way, render.Clean(x.Says.In(env.Lang)))
	return mark + " " + look.Paint(render.Truncate(text, w-2, t.Ellipsis))
}

// back is the arrow of an answer.
func back(env screen.Env) string {
	if env.Theme.Frames.Name == render.ASCIIFrames().Name {
		return "<"
	}
	return "←"
}

func in(t lessons.Text, env screen.Env) string { return render.Clean(t.In(env.Lang)) }
