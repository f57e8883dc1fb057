package bench

import (
	"fmt"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/labs"
)

// comparison is two states of the lab side by side: their conditions and pictures, and below them in words what is
// different.
func (s *Screen) comparison(env screen.Env) []string {
	say := func(en, zh string) string { return env.Say(screen.Say{EN: en, ZH: zh}) }
	was := say("The other branch", "另一条分支")
	if s.compared >= 0 && s.compared < len(s.state.steps) {
		was = say("Before ", "之前：") + render.Clean(s.state.steps[s.compared].Line)
	} else if s.compared >= 0 {
		was = say("Now", "现在")
	}
	left, right := (env.W-3)/2, env.W-3-(env.W-3)/2
	var words []string
	for _, d := range differences(env, s.glance.Picture, s.state.picture) {
		words = append(words, render.WrapText(d, env.W-4)...)
	}
	foot := min(max(len(words), 1), max(env.H/4, 2))
	top := max(env.H-foot-3, 1)
	pane := func(title string, w int, f []labs.Finding, p labs.Picture) widget.Pane {
		title = render.Truncate(title, w-4, env.Theme.Ellipsis)
		lines := s.brief(env, f, w-2)
		lines = append(lines, "")
		lines = append(lines, drawn(env, p, w-2, max(top-len(lines), 0))...)
		return widget.Pane{Title: env.Theme.Heading.Paint(title), Width: w, Lines: widget.Indent(1, lines)}
	}
	return widget.Frame(
		env.Theme, env.W, env.H,
		widget.Row{Height: top, Panes: []widget.Pane{
			pane(was, left, s.glance.Findings, s.glance.Picture),
			pane(say("Now", "现在"), right, s.state.findings, s.state.picture),
		}},
		widget.Row{Height: foot, Panes: []widget.Pane{{
			Title: env.Theme.Heading.Paint(say("What is different", "不同之处")), Lines: widget.Indent(1, words[:min(foot, len(words))]),
		}}},
	)
}

// differences says what is there only now, what is there no more, and what is another.
func differences(env screen.Env, was, is labs.Picture) []string {
	before, now := everything(was), everything(is)
	var lines []string
	add := func(en, zh, name string, more ...any) {
		lines = append(lines, fmt.Sprintf(env.Say(screen.Say{EN: en, ZH: zh}), append([]any{render.Clean(name)}, more...)...))
	}
	for _, t := range now {
		old, known := find(before, t.kind+t.name)
		switch {
		case !known:
			add("+ %s %s", "+ %s %s", env.Say(kinds(t.kind)), t.name)
		case old.how != t.how:
			add("~ %s: %s, before %s", "~ %s：%s，之前 %s", t.name, render.Clean(t.how), render.Clean(old.how))
		}
	}
	for _, t := range before {
		if _, still := find(now, t.kind+t.name); !still {
			add("- %s %s", "- %s %s", env.Say(kinds(t.kind)), t.name)
		}
	}
	if lines == nil {
		lines = []string{env.Say(screen.Say{EN: "What is drawn is the same.", ZH: "画出来的部分完全相同。"})}
	}
	return lines
}

// thing is something of a picture: its kind and name, and how it is.
type thing struct{ kind, name, how string }

func everything(p labs.Picture) []thing {
	var all []thing
	for _, n := range p.Networks {
		all = append(all, thing{"network", n.Name, n.Subnet})
		for _, c := range n.Containers {
			all = append(all, thing{"container", c.Name, c.State + " " + n.Name + " " + c.Address})
		}
	}
	for _, c := range p.Apart {
		all = append(all, thing{"container", c.Name, c.State})
	}
	for _, v := range p.Volumes {
		all = append(all, thing{"volume", v.Name, ""})
	}
	for _, i := range p.Images {
		all = append(all, thing{"image", i.Name, ""})
	}
	return joinedUp(all)
}

// joinedUp makes one thing of a container that is on several networks.
func joinedUp(all []thing) []thing {
	var out []thing
	for _, t := range all {
		known := false
		for i := range out {
			if out[i].kind == t.kind && out[i].name == t.name {
				out[i].how += ", " + t.how
				known = true
			}
		}
		if !known {
			out = append(out, t)
		}
	}
	return out
}

func find(all []thing, key string) (thing, bool) {
	for _, t := range all {
		if t.kind+t.name == key {
			return t, true
		}
	}
	return thing{}, false
}

func kinds(kind string) screen.Say {
	return screen.Say{EN: kind, ZH: map[string]string{
		"network": "网络", "container": "容器", "volume": "卷", "image": "镜像",
	}[kind]}
}
