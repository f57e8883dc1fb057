package xray

import (
	"fmt"
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	look "dockerlearn/labs/xray"
)

// row is a line of the stack: a place that can be chosen, or a step that made no layer.
type row struct {
	place  look.Place
	text   string
	size   string
	silent bool // it cannot be chosen
}

// rows are the lines of the stack, the top first.
func (p *Panel) rows(env screen.Env) []row {
	s := p.view.Stack
	var all []row
	for _, m := range s.Mounts {
		if m.Kind != look.Docker {
			all = append(all, row{place: m.Place, text: render.Clean(m.Dest), size: short(env, m.Place)})
		}
	}
	own := row{place: look.Place{Kind: look.Upper}, text: said(env, "own layer", "可写层"), size: look.Bytes(s.Size)}
	all = append(all, own)
	for _, st := range s.Steps {
		r := row{place: st.Place, size: look.Bytes(st.Size)}
		switch st.Kind {
		case look.Init:
			r.text = said(env, "init: Docker's own", "init：Docker 自带")
		case look.Layer:
			r.text = fmt.Sprintf("%d %s", st.Level, render.Clean(st.Instruction))
		default:
			r.text, r.silent, r.size = env.Theme.Dot+" "+render.Clean(st.Instruction), true, said(env, "no layer", "无层")
		}
		all = append(all, r)
	}
	return all
}

// places are what can be chosen of the stack, the top first.
func (p *Panel) places() []look.Place {
	var all []look.Place
	for _, m := range p.view.Stack.Mounts {
		if m.Kind != look.Docker {
			all = append(all, m.Place)
		}
	}
	all = append(all, look.Place{Kind: look.Upper})
	for _, st := range p.view.Stack.Steps {
		if st.Kind != "" {
			all = append(all, st.Place)
		}
	}
	return all
}

// roomy is how many lines the stack has when there is room for what one can do without.
const roomy = 18

// stackPane draws the stack on h lines of w columns: what is mounted, the own layer, the image.
func (p *Panel) stackPane(env screen.Env, w, h int) []string {
	foot := p.stackFoot(env, w, h >= roomy)
	if len(foot) > h/2 {
		foot = foot[:h/2]
	}
	rows := p.rows(env)
	if h < roomy {
		rows = together(env, rows)
	}
	lines, at := p.stackLines(env, rows, w)
	room := h - len(foot)
	top := max(min(at-room/2, len(lines)-room), 0)
	left := len(lines) - top - room
	lines = lines[top:min(top+room, len(lines))]
	if left > 0 && room > 1 && at < top+room-1 {
		more := said(env, "%d more lines: {right}", "下面还有 %d 行：{right}")
		more = screen.Binding{Show: fmt.Sprintf(more, left+1)}.Label(env.Theme.Frames)
		lines[room-1] = env.Theme.Dim.Paint("  " + more)
	}
	for len(lines) < room {
		lines = append(lines, "")
	}
	return append(lines, foot...)
}

// together puts steps without a layer that follow one another on one line: CMD EXPOSE ENV.
func together(env screen.Env, rows []row) []row {
	var out []row
	for _, r := range rows {
		if n := len(out); r.silent && n > 0 && out[n-1].silent {
			out[n-1].text = words(env, out[n-1].text) + " " + words(env, r.text)[len(env.Theme.Dot)+1:]
			continue
		}
		out = append(out, r)
	}
	return out
}

// words is what a step does, without with what.
func words(env screen.Env, text string) string {
	dot := env.Theme.Dot + " "
	var all []string
	for _, w := range strings.Fields(strings.TrimPrefix(text, dot)) {
		if strings.ToUpper(w) != w || strings.ContainsAny(w, "=[\"/") {
			break
		}
		all = append(all, w)
	}
	return dot + strings.Join(all, " ")
}

func (p *Panel) stackLines(env screen.Env, rows []row, w int) (lines []string, chosen int) {
	t := env.Theme
	dim := func(en, zh string) string { return t.Dim.Paint(env.Say(screen.Say{EN: en, ZH: zh})) }
	n := -1
	last := look.Kind("")
	for _, r := range rows {
		switch {
		case !r.place.InLayers() && last == "" && !r.silent:
			lines = append(lines, dim("mounted over the layers", "挂在各层之上"))
		case last == look.Upper:
			lines = append(lines, dim("below: these never change", "以下各层从不改动"))
		}
		last = r.place.Kind
		if r.silent {
			last = look.Layer
			lines = append(lines, t.Dim.Paint(widget.Spread(t, "  "+r.text, r.size, w)))
			continue
		}
		n++
		if n == p.stack.At {
			chosen = len(lines)
		}
		left := widget.Pointer(t, n == p.stack.At) + widget.Title(t, n == p.stack.At, r.text)
		lines = append(lines, widget.Spread(t, left, r.size, w))
	}
	return lines, chosen
}

// stackFoot says who else stands on the chosen layer, and what sharing saves; with room, what would become of it all.
func (p *Panel) stackFoot(env screen.Env, w int, all bool) []string {
	s, at := p.view.Stack, p.layer()
	text := p.shared(env, at)
	if at.Kind == look.Upper {
		text = append(text, fmt.Sprintf(said(env, "only %s has this layer", "这一层只属于 %s"), render.Clean(s.Name)))
	}
	if len(s.Users) > 1 {
		says := said(env, "on disk once: %s, not %s", "各层只存一份：%s，而不是 %s")
		text = append(text, fmt.Sprintf(says, look.Bytes(s.Once), look.Bytes(s.Apart)))
	}
	if all {
		text = append(text, p.future(env)...)
	}
	lines := []string{""}
	for _, l := range text {
		for _, part := range render.WrapText(l, w) {
			lines = append(lines, env.Theme.Dim.Paint(part))
		}
	}
	return lines
}

// shared says who else has a layer.
func (p *Panel) shared(env screen.Env, at look.Place) []string {
	for _, st := range p.view.Stack.Steps {
		switch {
		case st.Place != at || st.Kind == "":
		case len(st.Containers) > 1:
			says := said(env, "%s is shared by %s", "%s由 %s 共用")
			return []string{fmt.Sprintf(says, at.Says(env.Lang), render.Clean(names(env, st.Containers)))}
		case len(st.Images) > 1:
			says := said(env, "%s is in %d images", "%s在 %d 个镜像里都有")
			return []string{fmt.Sprintf(says, at.Says(env.Lang), len(st.Images))}
		}
	}
	return nil
}

// names are the first few of a list.
func names(env screen.Env, all []string) string {
	const most = 4
	between := said(env, ", ", "、")
	if len(all) > most {
		return strings.Join(all[:most], between) + said(env, " and others", " 等")
	}
	return strings.Join(all, between)
}

// future says what would become of the own layer.
func (p *Panel) future(env screen.Env) []string {
	level := 0
	for _, st := range p.view.Stack.Steps {
		if st.Kind == look.Layer {
			level = max(level, st.Level)
		}
	}
	name := render.Clean(p.view.Stack.Name)
	rm := said(env, "docker rm %s: the own layer goes, those below stay", "docker rm %s：可写层没了，下面的层都还在")
	commit := said(env,
		"docker commit %s: the own layer becomes layer %d of a new image",
		"docker commit %s：可写层变成新镜像的第 %d 层",
	)
	return []string{"", fmt.Sprintf(rm, name), fmt.Sprintf(commit, name, level+1)}
}

// short is a place in one word, for a narrow column.
func short(env screen.Env, p look.Place) string {
	switch p.Kind {
	case look.Upper:
		return said(env, "own", "可写层")
	case look.Layer:
		return fmt.Sprint(p.Level)
	case look.Init:
		return "init"
	case look.Volume:
		return said(env, "volume", "数据卷")
	case look.Bind:
		return said(env, "host", "宿主机")
	case look.Tmpfs:
		return said(env, "memory", "内存")
	case look.Image:
		return said(env, "image", "镜像")
	case look.Docker:
		return "Docker"
	}
	return said(env, "kernel", "内核")
}
