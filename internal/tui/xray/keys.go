package xray

import (
	"path"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/screen"
	look "dockerlearn/labs/xray"
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
	case p.page == filePage || p.page == comparePage:
		return fileActs()
	case p.page == containerPage:
		return containerActs()
	case p.failed != "" || len(p.view.Containers) == 0:
		return []act{leaving()}
	}
	all := append(movingActs(), leaving())
	if p.Why != nil {
		all = append(all, on([]string{"w"}, "", "why?", "为什么", true, (*Panel).wonder))
	}
	return append(all, lookingActs()...)
}

func leaving() act {
	return on([]string{"esc", "q", "ctrl+o"}, "esc", "back", "返回", true, func(p *Panel, _ screen.Env) { p.closed = true })
}

// movingActs and lookingActs are the keys of the main page; where there is no room for all, the first ones are shown.
func movingActs() []act {
	return []act{
		on([]string{"up", "k"}, "{up}/{down}", "move", "移动", true, moving(-1)),
		on([]string{"down", "j"}, "{down}", "down", "下移", false, moving(1)),
		on([]string{"left", "h"}, "{left}/{right}", "layer", "选层", true, choosing(-1)),
		on([]string{"right", "l"}, "{right}", "the layer below", "下面一层", false, choosing(1)),
		on([]string{"enter"}, "", "open", "打开", true, (*Panel).open),
	}
}

func lookingActs() []act {
	return []act{
		on([]string{"="}, "", "diff", "比较", true, (*Panel).compare),
		on([]string{"f"}, "", "changed", "改动", true, (*Panel).changed),
		on([]string{"backspace"}, "bksp", "up", "上级", true, (*Panel).up),
		on([]string{"space"}, "", "this layer", "只看这层", true, (*Panel).filter),
		on([]string{"v"}, "", "file", "看文件", true, (*Panel).viewFile),
		on([]string{"c"}, "", "container", "换容器", true, (*Panel).chooseContainer),
		on([]string{"pgup"}, "", "a page up", "上一页", false, moving(-8)),
		on([]string{"pgdown"}, "", "a page down", "下一页", false, moving(8)),
		on([]string{"home", "g"}, "", "first", "第一项", false, moving(-1<<20)),
		on([]string{"end", "G"}, "", "last", "最后一项", false, moving(1<<20)),
	}
}

func moving(by int) func(*Panel, screen.Env) {
	return func(p *Panel, _ screen.Env) {
		p.entries.Set(len(p.shown()))
		p.entries.Move(by)
		p.read.at, p.read.top = 0, 0
	}
}

// choosing goes to another layer. Where only that layer's files are shown, the cursor stays on its path if it can.
func choosing(by int) func(*Panel, screen.Env) {
	return func(p *Panel, _ screen.Env) {
		at := p.cursorPath()
		p.stack.Move(by)
		if p.only {
			p.point(at)
		}
	}
}

func (p *Panel) cursorPath() string {
	if e := p.entry(); e != nil {
		return e.Path
	}
	return ""
}

// open goes into a directory, or shows a file.
func (p *Panel) open(env screen.Env) {
	e := p.entry()
	switch {
	case e == nil:
	case e.Type != look.Dir:
		p.viewFile(env)
	default:
		p.ask.Dir, p.ask.Changed, p.due, p.entries.At = e.Path, false, true, 0
	}
}

// up goes to the directory above, with the cursor on the one that was left.
func (p *Panel) up(screen.Env) {
	if p.ask.Changed {
		p.ask.Changed, p.due, p.goTo = false, true, p.cursorPath()
		p.ask.Dir = path.Dir(p.goTo)
		return
	}
	if p.ask.Dir == "/" || p.ask.Dir == "" {
		return
	}
	p.goTo = p.ask.Dir
	p.ask.Dir, p.due = path.Dir(p.ask.Dir), true
}

func (p *Panel) filter(screen.Env) {
	at := p.cursorPath()
	p.only = !p.only
	p.point(at)
}

// changed shows only what docker diff shows, or a directory again: the one of the change under the cursor.
func (p *Panel) changed(screen.Env) {
	p.goTo = p.cursorPath()
	p.ask.Changed, p.due = !p.ask.Changed, true
	if !p.ask.Changed && p.goTo != "" {
		p.ask.Dir = path.Dir(p.goTo)
	}
}

func (p *Panel) viewFile(screen.Env) {
	switch e := p.entry(); {
	case e == nil:
	case e.Type != look.File:
		p.note = screen.Say{EN: "Only files can be shown.", ZH: "只有文件才能看内容。"}
	default:
		p.page, p.read.top, p.read.at = filePage, 0, 0
	}
}

func (p *Panel) compare(screen.Env) {
	e := p.entry()
	if e == nil || len(fileCopies(*e)) < 2 {
		p.note = screen.Say{
			EN: "Only one layer has this file: there is nothing to compare.", ZH: "只有一层有这个文件，没有可比的。",
		}
		return
	}
	p.page, p.read.top, p.read.at = comparePage, 0, 0
}

func (p *Panel) wonder(screen.Env) {
	if e := p.entry(); e != nil {
		p.Why(p.view.Stack.Name, e.Path)
	}
}

func (p *Panel) chooseContainer(screen.Env) {
	p.page = containerPage
	p.choice.Set(len(p.view.Containers))
	for i, c := range p.view.Containers {
		if c.ID == p.view.Stack.ID {
			p.choice.At = i
		}
	}
}

func containerActs() []act {
	move := func(by int) func(*Panel, screen.Env) { return func(p *Panel, _ screen.Env) { p.choice.Move(by) } }
	return []act{
		on([]string{"up", "k"}, "{up}/{down}", "move", "移动", true, move(-1)),
		on([]string{"down", "j"}, "{down}", "down", "下移", false, move(1)),
		on([]string{"enter", "space"}, "enter", "look into it", "看这个", true, func(p *Panel, _ screen.Env) {
			why := p.Why
			*p = *New(p.view.Containers[p.choice.At].ID)
			p.Why = why
		}),
		on([]string{"esc", "c", "q"}, "esc", "back", "返回", true, func(p *Panel, _ screen.Env) { p.page = mainPage }),
	}
}

func fileActs() []act {
	move := func(by int) func(*Panel, screen.Env) {
		return func(p *Panel, _ screen.Env) { p.read.top = max(p.read.top+by, 0) }
	}
	choose := func(by int) func(*Panel, screen.Env) {
		return func(p *Panel, _ screen.Env) {
			p.read.at, p.read.top = max(min(p.read.at+by, p.read.last(p.page)), 0), 0
		}
	}
	return []act{
		on([]string{"up", "k"}, "{up}/{down}", "scroll", "滚动", true, move(-1)),
		on([]string{"down", "j"}, "{down}", "down", "往下", false, move(1)),
		on([]string{"pgup"}, "", "a page up", "上一页", false, move(-15)),
		on([]string{"pgdown", "space"}, "pgdown", "a page down", "下一页", false, move(15)),
		on([]string{"left", "h"}, "{left}/{right}", "another layer's copy", "别的层的副本", true, choose(-1)),
		on([]string{"right", "l"}, "{right}", "the copy below", "下面的副本", false, choose(1)),
		on([]string{"="}, "", "diff", "比较", true, func(p *Panel, env screen.Env) { p.compare(env) }),
		on([]string{"v"}, "", "file", "看文件", true, func(p *Panel, env screen.Env) { p.viewFile(env) }),
		on([]string{"esc", "q", "backspace"}, "esc", "back", "返回", true, func(p *Panel, _ screen.Env) { p.page = mainPage }),
	}
}
