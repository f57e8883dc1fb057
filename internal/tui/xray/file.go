package xray

import (
	"fmt"
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/labs"
	look "dockerlearn/labs/xray"
)

// reading is a file in every place that has it.
type reading struct {
	container, path string
	places          []look.Place
	contents        []look.Content
	failed          string
	at, top         int // the place that is shown, and its first line
}

// mostCopies is how many places a file is read in.
const mostCopies = 6

// fileCopies are the places of a file: what is mounted first, then the layers from the top.
func fileCopies(e look.Entry) []look.Place {
	var all []look.Place
	if e.Type == look.File && !e.From.InLayers() && e.From.Kind != look.Kernel {
		all = append(all, e.From)
	}
	for _, c := range e.Copies {
		if c.Type == look.File {
			all = append(all, c.Place)
		}
	}
	return all[:min(len(all), mostCopies)]
}

// wantsFile is what has to be read for the entry under the cursor.
func (p *Panel) wantsFile() (reading, bool) {
	e := p.entry()
	if p.failed != "" || e == nil || e.Type != look.File {
		return reading{}, false
	}
	id := p.view.Stack.ID
	if p.read.container == id && p.read.path == e.Path {
		return reading{}, false
	}
	return reading{container: id, path: e.Path, places: fileCopies(*e)}, true
}

func (r reading) fetch(l labs.Looker) reading {
	for _, at := range r.places {
		c, err := look.Read(l.Host(), r.container, r.path, at)
		if err != nil {
			r.failed = err.Error()
			return r
		}
		r.contents = append(r.contents, c)
	}
	return r
}

// last is how far one can go through the copies: a comparison takes two.
func (r reading) last(p page) int {
	if p == comparePage {
		return len(r.contents) - 2
	}
	return len(r.contents) - 1
}

// filePane is a file, or a comparison, on the whole panel.
func (p *Panel) filePane(env screen.Env) []string {
	r := &p.read
	e := p.entry()
	if e == nil || r.path != e.Path {
		return whole(env, "", []string{env.Theme.Dim.Paint(said(env, "reading …", "正在读……"))})
	}
	if r.failed != "" || len(r.contents) == 0 {
		why := said(env, "It cannot be read: ", "读不了：") + render.Clean(r.failed)
		return whole(env, render.Clean(r.path), []string{why})
	}
	r.at = max(min(r.at, r.last(p.page)), 0)
	title, lines := r.fileText(env)
	if p.page == comparePage && len(r.contents) > 1 {
		title, lines = r.comparison(env, r.at)
	}
	room := env.H - 2
	r.top = max(min(r.top, len(lines)-room), 0)
	return whole(env, title, lines[r.top:min(r.top+room, len(lines))])
}

func whole(env screen.Env, title string, lines []string) []string {
	return widget.Frame(env.Theme, env.W, env.H, widget.Row{Panes: []widget.Pane{{
		Title: env.Theme.Heading.Paint(title), Right: env.Theme.Dim.Paint("esc"), Lines: widget.Indent(1, lines),
	}}})
}

func (r reading) fileText(env screen.Env) (title string, lines []string) {
	c := r.contents[r.at]
	which := ""
	if len(r.contents) > 1 {
		which = fmt.Sprintf("%d/%d", r.at+1, len(r.contents))
	}
	title = widget.Dots(env.Theme, render.Clean(c.Path), render.Clean(c.Place.Says(env.Lang)), look.Bytes(c.Size), which)
	return title, contentLines(env, c)
}

func contentLines(env screen.Env, c look.Content) []string {
	if c.Binary {
		return []string{env.Theme.Dim.Paint(said(env, "no text, ", "不是文本，") + look.Bytes(c.Size))}
	}
	if c.Size == 0 {
		return []string{env.Theme.Dim.Paint(said(env, "empty", "空文件"))}
	}
	var lines []string
	for _, l := range c.Lines {
		lines = append(lines, shownLine(l))
	}
	if c.Cut {
		lines = append(lines, env.Theme.Dim.Paint(said(env, "(there is more)", "（后面还有）")))
	}
	return lines
}

func shownLine(l string) string { return render.Clean(strings.ReplaceAll(l, "\t", "    ")) }

// comparison is how the copy below became the one above.
func (r reading) comparison(env screen.Env, at int) (title string, lines []string) {
	now, old := r.contents[at], r.contents[at+1]
	title = fmt.Sprintf("%s %s %s", old.Place.Says(env.Lang), env.Theme.Arrow, now.Place.Says(env.Lang))
	if now.Binary || old.Binary {
		return title, []string{fmt.Sprintf("%s %s %s", look.Bytes(old.Size), env.Theme.Arrow, look.Bytes(now.Size))}
	}
	same := true
	for _, l := range look.Compare(old, now) {
		text := string(l.Op) + " " + shownLine(l.Text)
		switch l.Op {
		case '+':
			text, same = env.Theme.Style.Right.Paint(text), false
		case '-':
			text, same = env.Theme.Style.Wrong.Paint(text), false
		}
		lines = append(lines, text)
	}
	if same {
		lines = append([]string{env.Theme.Dim.Paint(said(env, "The contents are the same.", "内容一样。"))}, lines...)
	}
	return title, lines
}
