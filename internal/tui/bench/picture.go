package bench

import (
	"slices"
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/labs"
)

// picture draws what there is on the host: networks with their containers in boxes, and below them volumes and images,
// on h lines of w columns.
func (s *Screen) picture(env screen.Env, w, h int) []string { return drawn(env, s.state.picture, w, h) }

func drawn(env screen.Env, p labs.Picture, w, h int) []string {
	var blocks [][]string
	var bare []labs.Thing
	for _, n := range p.Networks {
		if len(n.Containers) == 0 {
			bare = append(bare, labs.Thing{Name: n.Name, Change: n.Change})
			continue
		}
		blocks = append(blocks, network(env, n, w))
	}
	if len(p.Apart) > 0 {
		says := env.Theme.Dim.Paint(env.Say(screen.Say{EN: "on no network", ZH: "不在任何网络上"}))
		blocks = append(blocks, append([]string{says}, boxes(env, p.Apart, w)...))
	}
	lines := flow(blocks, w)
	foot := append(things(env, p, bare, w), changed(env, p, w))
	if len(lines) == 0 {
		lines = []string{env.Theme.Dim.Paint(env.Say(screen.Say{EN: "no containers", ZH: "没有容器"}))}
	}
	if len(lines)+len(foot) > h {
		foot = foot[len(foot)-1:]
	}
	if room := max(h-len(foot), 0); len(lines) > room {
		more := env.Theme.Dim.Paint(env.Say(screen.Say{EN: "more: ctrl+o d", ZH: "更多：ctrl+o d"}))
		lines = append(lines[:max(room-1, 0):max(room-1, 0)], more)
	}
	return append(lines, foot...)
}

// flow puts blocks side by side while they fit.
func flow(blocks [][]string, w int) []string {
	const gap = 1
	var lines, row []string
	used := 0
	for _, b := range blocks {
		n := widest(b)
		if used > 0 && used+gap+n > w {
			lines, row, used = append(lines, row...), nil, 0
		}
		row = beside(row, used, b, gap)
		used = widest(row)
	}
	return append(lines, row...)
}

// beside puts a block to the right of others that are used columns wide.
func beside(row []string, used int, b []string, gap int) []string {
	if used == 0 {
		return append(row, b...)
	}
	out := make([]string, max(len(row), len(b)))
	for i := range out {
		left, right := "", ""
		if i < len(row) {
			left = row[i]
		}
		if i < len(b) {
			right = b[i]
		}
		out[i] = render.Pad(left, used+gap) + right
	}
	return out
}

func widest(lines []string) int {
	n := 0
	for _, l := range lines {
		n = max(n, render.Width(l))
	}
	return n
}

// network is a network's name and its containers.
func network(env screen.Env, n labs.Network, w int) []string {
	head := marked(env, n.Change, env.Theme.Strong.Paint(render.Clean(n.Name))) + " " + env.Theme.Dim.Paint(render.Clean(n.Subnet))
	return append([]string{head}, boxes(env, n.Containers, w)...)
}

// boxes draws containers side by side, as many as fit into a row.
func boxes(env screen.Env, all []labs.Container, w int) []string {
	var drawn [][]string
	for _, c := range all {
		drawn = append(drawn, box(env, c, w))
	}
	return flow(drawn, w)
}

const (
	widestBox = 30 // columns inside a container's box, at most
	roomy     = 56 // columns from which on a container's address stands beside its name, not below it
)

// box is a container.
func box(env screen.Env, c labs.Container, w int) []string {
	state := env.Theme.Style.Right.Paint(env.Theme.Frames.Right)
	look := env.Theme.Strong
	if c.State != "running" {
		state, look = env.Theme.Style.Wrong.Paint(env.Theme.Frames.Wrong+" "+render.Clean(c.State)), env.Theme.Dim
	}
	first := marked(env, c.Change, look.Paint(render.Clean(c.Name))) + " " + state
	text := []string{first, env.Theme.Dim.Paint(render.Clean(c.Image))}
	switch {
	case c.Address != "" && w < roomy:
		text = append(text, render.Clean(c.Address))
	case c.Address != "":
		text[0] += " " + render.Clean(c.Address)
	}
	if len(c.Ports) > 0 {
		text = append(text, render.Clean(strings.Join(c.Ports, " ")))
	}
	inner := min(widest(text), widestBox, max(w-4, 1))
	t := env.Theme
	lines := []string{t.Dim.Paint(t.TopLeft + strings.Repeat(t.Horizontal, inner+2) + t.TopRight)}
	for _, l := range text {
		bar := t.Dim.Paint(t.Vertical)
		lines = append(lines, bar+" "+render.Fit(l, inner, t.Ellipsis)+" "+bar)
	}
	return append(lines, t.Dim.Paint(t.BottomLeft+strings.Repeat(t.Horizontal, inner+2)+t.BottomRight))
}

// marked puts what the last command did before a name.
func marked(env screen.Env, c labs.Change, name string) string {
	if c == labs.Same {
		return name
	}
	return env.Theme.Accent.Paint(string(c)) + " " + name
}

// things are the lines of what has only a name.
func things(env screen.Env, p labs.Picture, bare []labs.Thing, w int) []string {
	var lines []string
	for _, kind := range []struct {
		says screen.Say
		all  []labs.Thing
	}{
		{screen.Say{EN: "empty networks:", ZH: "空网络："}, bare},
		{screen.Say{EN: "volumes:", ZH: "卷："}, p.Volumes},
		{screen.Say{EN: "images:", ZH: "镜像："}, p.Images},
	} {
		if len(kind.all) == 0 {
			continue
		}
		line := env.Theme.Dim.Paint(env.Say(kind.says))
		for _, t := range kind.all {
			line += " " + marked(env, t.Change, render.Clean(t.Name))
		}
		lines = append(lines, render.Truncate(line, w, env.Theme.Ellipsis))
	}
	return lines
}

// changed says what the last command did.
func changed(env screen.Env, p labs.Picture, w int) string {
	says := env.Theme.Dim.Paint(env.Say(screen.Say{EN: "changed by the last command:", ZH: "上一条命令改变了："}))
	var names []string
	add := func(c labs.Change, name string) {
		says := env.Theme.Accent.Paint(string(c) + " " + render.Clean(name))
		if c != labs.Same && !slices.Contains(names, says) {
			names = append(names, says)
		}
	}
	for _, n := range p.Networks {
		add(n.Change, n.Name)
		for _, c := range n.Containers {
			add(c.Change, c.Name)
		}
	}
	for _, c := range p.Apart {
		add(c.Change, c.Name)
	}
	for _, t := range append(append([]labs.Thing{}, p.Volumes...), p.Images...) {
		add(t.Change, t.Name)
	}
	for _, name := range p.Gone {
		add("-", name)
	}
	if len(names) == 0 {
		none := screen.Say{EN: "the last command changed nothing", ZH: "上一条命令没有改变什么"}
		return render.Truncate(env.Theme.Dim.Paint(env.Say(none)), w, env.Theme.Ellipsis)
	}
	return render.Truncate(says+" "+strings.Join(names, "  "), w, env.Theme.Ellipsis)
}
