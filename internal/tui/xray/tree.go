package xray

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	look "dockerlearn/labs/xray"
)

// columns are the widths of the tree's columns.
type columns struct{ name, size, from, state int }

func treeColumns(w int) columns {
	c := columns{size: 7, from: 7, state: 12}
	if w >= 64 {
		c.from, c.state = 16, 24
	}
	c.name = w - c.size - c.from - c.state - 3
	return c
}

// treePane draws the files on h lines of w columns, and below them the copies of the one under the cursor.
func (p *Panel) treePane(env screen.Env, w, h int) []string {
	all := p.shown()
	p.entries.Set(len(all))
	foot := p.copiesOf(env, w, min(6, h/2))
	room := max(h-len(foot)-1, 1)
	c := treeColumns(w)
	head := "  " + render.Fit(said(env, "name", "名字"), c.name-2, "") + " " +
		render.PadLeft(said(env, "size", "大小"), c.size) + " " +
		render.Fit(said(env, "from", "来自"), c.from, "") + " " +
		p.stateHead(env)
	lines := []string{env.Theme.Dim.Paint(render.Truncate(head, w, env.Theme.Ellipsis))}
	if len(all) == 0 {
		lines = append(lines, "  "+env.Theme.Dim.Paint(p.nothing(env)))
	}
	from, to := p.entries.Window(room)
	for i := from; i < to; i++ {
		lines = append(lines, p.entryLine(env, all[i], i == p.entries.At, c))
	}
	for len(lines) < room+1 {
		lines = append(lines, "")
	}
	return append(lines, foot...)
}

// stateHead is the title of the last column.
func (p *Panel) stateHead(env screen.Env) string {
	if p.only {
		return said(env, "its copy is", "这一份")
	}
	return "docker diff"
}

// nothing says why there is no entry.
func (p *Panel) nothing(env screen.Env) string {
	switch {
	case p.view.Listing.Hidden:
		return said(env, "made by the kernel when it is read", "由内核在读取时生成")
	case p.only:
		return said(env, "this layer has nothing here (space: all)", "这一层在这里没有东西（空格：全部）")
	case p.ask.Changed:
		return said(env, "nothing was changed (f: all)", "没有改动（f：全部）")
	}
	return said(env, "empty", "空目录")
}

func (p *Panel) entryLine(env screen.Env, e look.Entry, chosen bool, c columns) string {
	t := env.Theme
	name := p.name(env, e, c.name-2)
	size, from, state := e.Size, e.From, p.state(env, e, c)
	if in, ok := copyIn(e, p.layer()); p.only && ok {
		size, from, state = in.Size, in.Place, inLayer(env, in, c)
	}
	amount := look.Bytes(size)
	if e.Type != look.File {
		amount = ""
	}
	place := short(env, from)
	if c.from > 7 {
		place = from.Says(env.Lang)
	}
	painted := widget.Title(t, chosen, render.Fit(name, c.name-2, t.Ellipsis))
	if e.Gone && !chosen {
		painted = t.Dim.Paint(render.Fit(name, c.name-2, t.Ellipsis))
	}
	look := t.Dim
	if e.Change != 0 {
		look = t.Accent
	}
	at := render.Fit(render.Clean(place), c.from, t.Ellipsis)
	return widget.Pointer(t, chosen) + strings.Join([]string{
		painted, render.PadLeft(amount, c.size), at, look.Paint(render.Truncate(state, c.state, t.Ellipsis)),
	}, " ")
}

// name is what an entry is called on w columns. Of a long path the end tells more than the beginning.
func (p *Panel) name(env screen.Env, e look.Entry, w int) string {
	name := render.Clean(e.Name())
	if p.ask.Changed {
		name = render.Clean(e.Path)
	}
	switch e.Type {
	case look.Dir:
		name += "/"
	case look.Link:
		name += " " + env.Theme.Arrow + " " + render.Clean(e.Target)
	}
	if p.ask.Changed {
		if over := render.Width(name) - w; over > 0 {
			name = env.Theme.Ellipsis + ansi.TruncateLeft(name, over+1, "")
		}
	}
	return name
}

// inLayer is what becomes of one layer's copy, in as many words as there is room for.
func inLayer(env screen.Env, in look.Copy, c columns) string {
	switch {
	case c.state > 12:
		return in.Says(env.Lang)
	case in.Whiteout:
		return "whiteout"
	case in.Answers:
		return said(env, "seen", "看得到")
	}
	return said(env, "under ", "压在下面：") + short(env, in.By)
}

// state is what is to be said of an entry, in as many words as there is room for.
func (p *Panel) state(env screen.Env, e look.Entry, c columns) string {
	if c.state > 12 {
		return e.State(env.Lang)
	}
	switch {
	case e.Change == look.Added:
		return said(env, "A new", "A 新增")
	case e.Change == look.Changed:
		return said(env, "C changed", "C 改动")
	case e.Change == look.Deleted:
		return said(env, "D deleted", "D 已删")
	case e.Gone && hiddenByMount(e):
		return said(env, "under mount", "被挂载遮住")
	case e.Gone:
		return said(env, "removed", "已被删掉")
	}
	return ""
}

// copiesOf says which layers have the entry under the cursor, on at most h lines.
func (p *Panel) copiesOf(env screen.Env, w, h int) []string {
	e := p.entry()
	if e == nil {
		return nil
	}
	t := env.Theme
	lines := []string{""}
	title := render.Clean(e.Name())
	switch n := len(e.Copies); {
	case !e.From.InLayers() && n == 0:
		from := e.From.Says(env.Lang)
		if w < 64 {
			from = short(env, e.From)
		}
		title += fmt.Sprintf(said(env, ": %s, in no layer", "：%s，不在任何一层"), render.Clean(from))
	case e.Type == look.Dir:
		title += fmt.Sprintf(said(env, "/, layers that have it: %d", "/，有它的层：%d"), n)
	default:
		title += fmt.Sprintf(said(env, ", copies: %d", "，有 %d 份"), copies(e))
		if waste := e.Wasted(); waste > 0 {
			title += fmt.Sprintf(said(env, ", %s hidden", "，其中 %s 看不到"), look.Bytes(waste))
		}
	}
	lines = append(lines, t.Strong.Paint(render.Truncate(title, w, t.Ellipsis)))
	for _, c := range e.Copies {
		if len(lines) == h && len(e.Copies) > h-2 {
			lines[h-1] = t.Dim.Paint("  " + t.Ellipsis)
			break
		}
		lines = append(lines, copyLine(env, c, len(e.Copies) == 1, w))
	}
	return lines
}

// copies is how many levels have something, and not only hide it.
func copies(e *look.Entry) int {
	n := 0
	for _, c := range e.Copies {
		if !c.Whiteout {
			n++
		}
	}
	return n
}

func copyLine(env screen.Env, c look.Copy, alone bool, w int) string {
	t, says := env.Theme, c.Says(env.Lang)
	if alone && c.Answers && c.Type == look.Dir {
		says = said(env, "only this one", "只有这一层")
	}
	place := 10
	if w >= 64 {
		place = 18
	}
	mark, paint := t.Dot, t.Dim
	if c.Answers {
		mark, paint = t.Frames.Right, t.Style.Right
	}
	size := ""
	if c.Type == look.File {
		size = look.Bytes(c.Size)
	}
	at := render.Fit(c.Place.Says(env.Lang), place, t.Ellipsis)
	left := "  " + paint.Paint(mark) + " " + at + " " + render.PadLeft(size, 7) + "  "
	return render.Truncate(left+render.Clean(says), w, t.Ellipsis)
}

func hiddenByMount(e look.Entry) bool {
	by := e.Copies[0].By
	return by != look.Place{} && !by.InLayers()
}
