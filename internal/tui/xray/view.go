package xray

import (
	"fmt"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	look "dockerlearn/labs/xray"
)

func said(env screen.Env, en, zh string) string { return env.Say(screen.Say{EN: en, ZH: zh}) }

// Title is what the header shows while the panel is open.
func (p *Panel) Title(env screen.Env) string {
	s := said(env, "Layers", "层")
	if p.seen && p.view.Stack.Name != "" {
		s += " " + env.Theme.Dot + " " + render.Clean(p.view.Stack.Name)
	}
	return s
}

// Status is what the header shows at its right.
func (p *Panel) Status(env screen.Env) string {
	s := p.view.Stack
	if s.Name == "" {
		return ""
	}
	return widget.Dots(env.Theme, render.Clean(look.Short(s.Container.Image)), render.Clean(s.Container.State),
		fmt.Sprintf(said(env, "%s (virtual %s)", "%s（virtual %s）"), look.Bytes(s.Size), look.Bytes(s.Virtual())))
}

// wide is from how many columns on a file's difference has a pane of its own.
const wide = 104

// View draws the panel: exactly env.H lines of env.W columns.
func (p *Panel) View(env screen.Env) []string {
	say := func(en, zh string) string { return env.Say(screen.Say{EN: en, ZH: zh}) }
	switch {
	case p.failed != "":
		return whole(env, p.Title(env), wrapped(say("This cannot be shown: ", "看不了：")+p.failed, env.W-4))
	case !p.seen:
		return whole(env, p.Title(env), []string{env.Theme.Dim.Paint(say("looking …", "正在看……"))})
	case len(p.view.Containers) == 0:
		return whole(env, p.Title(env), render.WrapText(say(
			"There is no container yet. Go back and start one: docker run -d --name web nginx",
			"还没有容器。先回去启动一个：docker run -d --name web nginx",
		), max(env.W-4, 1)))
	case p.page == filePage || p.page == comparePage:
		return p.filePane(env)
	}
	lines := widget.Frame(env.Theme, env.W, env.H, p.panes(env)...)
	if p.page == containerPage {
		return p.overContainers(env, lines)
	}
	return lines
}

func (p *Panel) panes(env screen.Env) []widget.Row {
	t := env.Theme
	left := min(max((env.W-3)*42/100, 28), 46)
	right := env.W - 3 - left
	width, least := env.W-2, 4
	if env.W >= wide {
		width, least = env.W-3-env.W*45/100, 9
	}
	most := max((env.H-3)*2/5, 1)
	story := p.story(env, width-2, most)
	low := min(max(len(story), least), most)
	top := max(env.H-3-low, 1)
	heading := func(en, zh string) string {
		return t.Heading.Paint(fmt.Sprintf(said(env, en, zh), render.Clean(p.view.Stack.Name)))
	}
	rows := []widget.Row{{Height: top, Panes: []widget.Pane{
		{
			Title: heading("Layers of %s", "%s 的层"), Width: left,
			Right: t.Dim.Paint(said(env, "top wins", "上层优先")),
			Lines: widget.Indent(1, p.stackPane(env, left-2, top)),
		},
		{
			Title: p.treeTitle(env), Width: right,
			Right: p.filterName(env),
			Lines: widget.Indent(1, p.treePane(env, right-2, top)),
		},
	}}}
	last := widget.Row{Height: low}
	if env.W >= wide {
		last.Panes = append(last.Panes, p.preview(env, env.W*45/100))
	}
	last.Panes = append(last.Panes, widget.Pane{
		Title: p.storyTitle(env), Width: width, Right: p.next(env), Lines: widget.Indent(1, story),
	})
	return append(rows, last)
}

func (p *Panel) treeTitle(env screen.Env) string {
	if p.ask.Changed {
		return env.Theme.Heading.Paint(said(env, "Changed files", "改动过的文件"))
	}
	return env.Theme.Heading.Paint(said(env, "Files in ", "文件 ") + render.Clean(p.view.Listing.Dir))
}

func (p *Panel) filterName(env screen.Env) string {
	if !p.only {
		return ""
	}
	return env.Theme.Warn.Paint(said(env, "only ", "只看") + render.Clean(p.layer().Says(env.Lang)))
}

// preview shows how the file under the cursor differs between the two highest layers that have it, or what is in it.
func (p *Panel) preview(env screen.Env, w int) widget.Pane {
	pane := widget.Pane{Width: w}
	e := p.entry()
	if e == nil || e.Type != look.File || p.read.path != e.Path || len(p.read.contents) == 0 {
		pane.Title = env.Theme.Heading.Paint(said(env, "File", "文件内容"))
		hint := said(env, "move to a file to see what is in it", "移到一个文件上，这里就显示它的内容")
		pane.Lines = []string{" " + env.Theme.Dim.Paint(hint)}
		return pane
	}
	r := p.read
	r.at = 0
	_, lines := r.fileText(env)
	title := render.Clean(e.Name()) + " " + env.Theme.Dot + " " + r.contents[0].Place.Says(env.Lang)
	if len(r.contents) > 1 {
		title, lines = r.comparison(env, 0)
		title = render.Clean(e.Name()) + ": " + title
	}
	pane.Title, pane.Lines = env.Theme.Heading.Paint(title), widget.Indent(1, lines)
	return pane
}

// next is what went wrong with the last key, or the key that shows most now.
func (p *Panel) next(env screen.Env) string {
	e := p.entry()
	switch {
	case p.note != screen.Say{}:
		return env.Theme.Warn.Paint(env.Say(p.note))
	case e != nil && len(fileCopies(*e)) > 1 && env.W < wide:
		return env.Theme.Dim.Paint(said(env, "= shows the difference", "按 = 看差别"))
	case p.view.Stack.Changes > 0 && !p.ask.Changed:
		return env.Theme.Dim.Paint(said(env, "f shows all changes", "按 f 看全部改动"))
	}
	return ""
}

func (p *Panel) storyTitle(env screen.Env) string {
	s := screen.Say{EN: "What just happened", ZH: "刚才发生了什么"}
	if len(p.view.Happened.Deeds) > 0 && !p.view.Happened.Latest {
		s = screen.Say{EN: "The last change", ZH: "最近一次改动"}
	}
	return env.Theme.Heading.Paint(env.Say(s))
}

// story tells the last command's deeds: the most telling one in full, the others in few words.
func (p *Panel) story(env screen.Env, w, h int) []string {
	t, name, happened := env.Theme, render.Clean(p.view.Stack.Name), p.view.Happened
	telling := happened.Telling()
	if telling == nil {
		return p.untouched(env, name, w)
	}
	lines := []string{t.Style.Prompt.Paint(render.Truncate("$ "+render.Clean(happened.Line), w, t.Ellipsis))}
	for _, says := range telling.Says(name, env.Lang) {
		lines = append(lines, wrapped(says, w)...)
	}
	for i := range happened.Deeds {
		d := &happened.Deeds[i]
		if d != telling {
			line := t.Dot + " " + render.Clean(d.Path) + ": " + render.Clean(d.Brief(env.Lang))
			lines = append(lines, render.Truncate(line, w, t.Ellipsis))
		}
	}
	if len(lines) > h && h > 1 {
		more := said(env, "%d changes in all: f shows them", "一共 %d 处改动，按 f 全看")
		lines = append(lines[:h-1], t.Dim.Paint(fmt.Sprintf(more, len(happened.Deeds)+happened.More)))
	}
	return lines
}

// untouched says that nothing was changed, and what one could do.
func (p *Panel) untouched(env screen.Env, name string, w int) []string {
	text := fmt.Sprintf(said(env, "No command has changed a file of %s yet.", "还没有命令改过 %s 的文件。"), name)
	try := said(env, " Try it: docker exec %s sh -c 'echo hi > /hello'", "可以试试：docker exec %s sh -c 'echo hi > /hello'")
	if p.view.Stack.Container.State != "running" {
		try = said(env, " It does not run now; what it wrote is still here.", "它现在没有运行，写过的东西都还在。")
	} else {
		try = fmt.Sprintf(try, name)
	}
	return wrapped(text+try, w)
}

func wrapped(s string, w int) []string { return render.WrapText(render.Clean(s), max(w, 1)) }

// overContainers lays the list of containers over the panel.
func (p *Panel) overContainers(env screen.Env, lines []string) []string {
	t := env.Theme
	w, h := min(env.W-6, 60), min(len(p.view.Containers)+2, env.H-2)
	from, to := p.choice.Window(h - 2)
	var list []string
	for i := from; i < to; i++ {
		c := p.view.Containers[i]
		left := widget.Pointer(t, i == p.choice.At) + widget.Title(t, i == p.choice.At, render.Clean(c.Name))
		right := t.Dim.Paint(widget.Dots(t, render.Clean(look.Short(c.Image)), render.Clean(c.State)))
		list = append(list, widget.Spread(t, left, right, w-4))
	}
	box := widget.Frame(t, w, h, widget.Row{Panes: []widget.Pane{{
		Title: t.Heading.Paint(said(env, "Which container?", "看哪个容器？")), Lines: widget.Indent(1, list),
	}}})
	x, y := widget.Centre(w, h, env.W, env.H)
	return widget.Over(widget.Behind(t, lines), box, x, y)
}
