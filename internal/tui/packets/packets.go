// Package packets is a panel that the screen of a lab lays over everything: the way of a packet, step by step, with the
// rule that decides, the packet before and after, and what would happen if one thing were otherwise.
//
// Laws: space alone leads through the whole way. What is shown is a trace that was computed (labs/trace); the panel adds
// nothing to it. The panel asks nobody (panel.Panel), and hands what is saved or copied to whoever may do that.
package packets

import (
	"bytes"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/labs"
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/trace"
)

// Options are what a panel can do besides showing. A nil function has no key.
type Options struct {
	Ask  *sandbox.Ask // nil: the last connection that failed, or what else there is to see
	Save func(name string, capture []byte)
	Copy func(text string)
}

// Panel is the panel.
type Panel struct {
	o      Options
	ask    *sandbox.Ask // that is to be traced next
	what   *trace.WhatIf
	due    bool
	flying bool
	failed string

	now  seen
	past []seen // what was shown before a what if
	at   int    // the step
	page page
	list widget.List // of the page
	pane pane        // which one scrolls
	top  int         // of that pane
	next sandbox.Ask // that is being chosen
	port string      // that is being typed
	note screen.Say  // until the next key

	closed bool
}

// seen is a trace with what follows from it.
type seen struct {
	trace   *trace.Trace
	whatIfs []consequence
	without map[int]consequence // by step: without its rule
	ends    []string
	goals   []trace.Goal
	at      int // where one was when something else was looked at
}

// consequence is a what if, and what comes of it.
type consequence struct {
	trace.WhatIf
	trace *trace.Trace
}

// page is what fills the panel.
type page int

const (
	walkPage page = iota
	whatIfPage
	whyPage
	fromPage
	toPage
	portPage
)

// pane is a part of the page that can be longer than its place.
type pane int

const (
	storyPane pane = iota
	rulePane
	packetPane
	panes
)

// New returns a panel.
func New(o Options) *Panel { return &Panel{o: o, ask: o.Ask, due: true} }

// answer is what came of a trace.
type answer struct {
	seen
	err error
}

// Wants is a trace that has to be computed.
func (p *Panel) Wants() func(labs.Looker) any {
	if !p.due || p.flying {
		return nil
	}
	p.due, p.flying = false, true
	ask := p.ask
	return func(l labs.Looker) any {
		a := look(l.Host(), ask)
		if a.err == nil {
			a.trace.Credit(lines(l.Commands()))
		}
		return a
	}
}

func lines(all []sandbox.Command) []string {
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = c.Line
	}
	return out
}

// look computes a trace, and what would come of all that could be otherwise.
func look(h *sandbox.Host, ask *sandbox.Ask) answer {
	a := sandbox.Ask{}
	if ask != nil {
		a = *ask
	} else {
		a = trace.First(h)
	}
	t, err := trace.Run(h, a)
	if err != nil {
		return answer{err: err}
	}
	s := seen{trace: t, ends: trace.Ends(h), goals: trace.Goals(h), without: map[int]consequence{}}
	for i := range t.Steps {
		if w, ok := t.Without(i); ok {
			if c, err := follow(h, w); err == nil {
				s.without[i] = c
			}
		}
	}
	for _, w := range t.WhatIfs(h) {
		if c, err := follow(h, w); err == nil {
			s.whatIfs = append(s.whatIfs, c)
		}
	}
	return answer{seen: s}
}

func follow(h *sandbox.Host, w trace.WhatIf) (consequence, error) {
	t, err := w.Run(h)
	return consequence{w, t}, err
}

// Take takes in what came of what it wanted.
func (p *Panel) Take(msg any) {
	a, ok := msg.(answer)
	if !ok {
		return
	}
	p.flying, p.failed = false, ""
	if a.err != nil {
		p.failed = a.err.Error()
		return
	}
	if p.what != nil {
		a.trace.What, p.what = p.what.Says, nil
	}
	p.now, p.at, p.page, p.top, p.pane = a.seen, 0, walkPage, 0, storyPane
}

// Refresh makes the panel look again: something may have changed on the host.
func (p *Panel) Refresh() { p.due = true }

// Key does what a key stands for, and reports whether that closed the panel.
func (p *Panel) Key(env screen.Env, k tea.KeyPressMsg) (closed bool) {
	p.note = screen.Say{}
	if _, ok := screen.Run(p.acts(), p, env, k); !ok && p.page == portPage {
		p.typed(k.Text)
	}
	return p.closed
}

// Keys are the keys of what is shown now, for the help.
func (p *Panel) Keys() []screen.Binding { return screen.Bindings(p.acts()) }

// step is the one that is shown; nil if there is none.
func (p *Panel) step() *trace.Step {
	if t := p.now.trace; t != nil && p.at < len(t.Steps) {
		return &t.Steps[p.at]
	}
	return nil
}

// suppose shows what would come of something, with the way back to what was shown before.
func (p *Panel) suppose(c consequence) {
	p.now.at = p.at
	p.past = append(p.past, p.now)
	p.ask, p.what, p.due = &c.Ask, &c.WhatIf, true
	p.page = walkPage
}

// back leaves what is supposed, or else the panel.
func (p *Panel) back(screen.Env) {
	n := len(p.past)
	if n == 0 {
		p.closed = true
		return
	}
	p.now, p.past = p.past[n-1], p.past[:n-1]
	p.ask, p.at, p.top, p.failed = &p.now.trace.Ask, p.now.at, 0, ""
}

// save hands the capture to whoever may write files.
func (p *Panel) save(screen.Env) {
	var b bytes.Buffer
	if err := trace.PCAPNG(&b, p.now.trace); err != nil {
		p.note = screen.Say{EN: "It cannot be saved: " + err.Error(), ZH: "存不了：" + err.Error()}
		return
	}
	p.o.Save(name(p.now.trace.Ask), b.Bytes())
}

// name is a file's name for a capture.
func name(a sandbox.Ask) string {
	clean := func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '-'
	}
	return strings.Map(clean, fmt.Sprintf("%s-%s", a.From, trace.Target(a))) + ".pcapng"
}

// copyText hands the trace in words to whoever has a clipboard.
func (p *Panel) copyText(env screen.Env) {
	p.o.Copy(strings.Join(trace.Words(p.now.trace, env.Lang), "\n") + "\n")
}
