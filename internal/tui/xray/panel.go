// Package xray is a panel that the screen of a lab lays over everything: the layers that a container is made of, its
// files with the layer that each comes from, and what the last command cost.
//
// Laws: the panel asks nobody. What it needs it Wants; the lab's screen has that looked up between the lab's other calls,
// and gives the panel what came of it to Take. Drawing takes exactly the room that there is. What it says in colour it
// says in words or signs too.
package xray

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/labs"
	look "dockerlearn/labs/xray"
)

// Panel is the panel.
type Panel struct {
	// Why is told which path of which container somebody wants to be explained. Nil: there is no key for that.
	Why func(container, path string)

	ask    look.Ask
	due    bool // the view has to be asked for
	flying bool // an answer is on its way
	view   look.View
	failed string
	seen   bool   // there is a view
	goTo   string // the path to put the cursor on when the view comes

	stack   widget.List // the rows of the stack that can be chosen
	entries widget.List // the entries that are shown
	only    bool        // only what the chosen layer has
	page    page
	read    reading
	choice  widget.List // of containers
	note    screen.Say  // until the next key
	closed  bool
}

// page is what fills the panel.
type page int

const (
	mainPage page = iota
	filePage
	comparePage
	containerPage
)

// New returns a panel on a container; "" is the one whose files were changed last.
func New(container string) *Panel {
	return &Panel{ask: look.Ask{Container: container}, due: true}
}

// Refresh makes the panel look again: something may have changed on the host.
func (p *Panel) Refresh() { p.due = true }

// answer is what came of a look. One of the two was asked for.
type answer struct {
	ask  look.Ask
	view look.View
	read *reading
	err  error
}

// Wants is what the panel has to have looked up next; nil is nothing.
func (p *Panel) Wants() func(labs.Looker) any {
	switch {
	case p.flying:
		return nil
	case p.due:
		p.due, p.flying = false, true
		ask := p.ask
		return func(l labs.Looker) any {
			v, err := look.See(l.Host(), l.Commands(), ask)
			return answer{ask: ask, view: v, err: err}
		}
	}
	want, ok := p.wantsFile()
	if !ok {
		return nil
	}
	p.flying = true
	return func(l labs.Looker) any {
		r := want.fetch(l)
		return answer{read: &r}
	}
}

// Take takes in what came of what it wanted.
func (p *Panel) Take(msg any) {
	a, ok := msg.(answer)
	if !ok {
		return
	}
	p.flying = false
	switch {
	case a.read != nil:
		a.read.at, a.read.top = p.read.at, p.read.top
		p.read = *a.read
	case a.ask == p.ask:
		p.show(a)
	}
}

// show puts the cursor where it is most telling.
func (p *Panel) show(a answer) {
	first := !p.seen
	p.failed = ""
	if a.err != nil {
		p.fail(a.err)
		return
	}
	if len(a.view.Containers) == 0 {
		p.view, p.seen = a.view, true
		return
	}
	stay := p.goTo
	if e := p.entry(); stay == "" && e != nil {
		stay = e.Path
	}
	if d := a.view.Happened.Telling(); first && d != nil {
		stay = d.Path
	}
	p.view, p.seen, p.goTo, p.read = a.view, true, "", reading{}
	p.ask.Container, p.ask.Dir = a.view.Stack.ID, a.view.Listing.Dir
	all := p.places()
	if p.stack.Set(len(all)); first {
		p.stack.At = slices.Index(all, look.Place{Kind: look.Upper})
	}
	p.point(stay)
}

// fail says why nothing can be seen. Where it is only that a container or a directory is gone, there are others.
func (p *Panel) fail(err error) {
	if p.seen && p.ask != (look.Ask{}) {
		*p = Panel{Why: p.Why, due: true}
		return
	}
	p.failed = err.Error()
}

// point puts the cursor on a path, or on the first entry.
func (p *Panel) point(path string) {
	all := p.shown()
	p.entries.Set(len(all))
	p.entries.At = min(p.entries.At, max(len(all)-1, 0))
	for i, e := range all {
		if e.Path == path {
			p.entries.At = i
			return
		}
	}
	if path != "" {
		p.entries.At = 0
	}
}

// shown are the entries that pass the filter.
func (p *Panel) shown() []look.Entry {
	if !p.only {
		return p.view.Listing.Entries
	}
	at := p.layer()
	var out []look.Entry
	for _, e := range p.view.Listing.Entries {
		if has(e, at) {
			out = append(out, e)
		}
	}
	return out
}

// has reports whether a layer, or what is mounted, has an entry.
func has(e look.Entry, at look.Place) bool {
	_, ok := copyIn(e, at)
	return ok || e.From == at
}

func copyIn(e look.Entry, at look.Place) (look.Copy, bool) {
	for _, c := range e.Copies {
		if c.Place == at {
			return c, true
		}
	}
	return look.Copy{}, false
}

// entry is the one under the cursor, nil if there is none.
func (p *Panel) entry() *look.Entry {
	all := p.shown()
	if p.entries.At < 0 || p.entries.At >= len(all) {
		return nil
	}
	return &all[p.entries.At]
}

// layer is the chosen place of the stack.
func (p *Panel) layer() look.Place {
	all := p.places()
	if p.stack.At < 0 || p.stack.At >= len(all) {
		return look.Place{Kind: look.Upper}
	}
	return all[p.stack.At]
}

// Key does what a key stands for, and reports whether that closed the panel.
func (p *Panel) Key(env screen.Env, k tea.KeyPressMsg) (closed bool) {
	p.note = screen.Say{}
	screen.Run(p.acts(), p, env, k)
	return p.closed
}

// Keys are the keys of what is shown now, for the help.
func (p *Panel) Keys() []screen.Binding { return screen.Bindings(p.acts()) }
