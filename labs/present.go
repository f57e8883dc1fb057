package labs

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"dockerlearn/internal/transcript"
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/lessons"
)

// present is the host as the entries that count have made it.
type present struct {
	world    *sandbox.World
	host     *sandbox.Host
	terminal *sandbox.Terminal
	began    time.Duration // when the setup had run
	size     size
	entries  []placed  // that count
	typed    int       // keys so far
	before   inventory // the last step
}

// placed is an entry that counts.
type placed struct {
	place int // in the past
	from  int // which of all keys its first one is
	keys  int
}

// newHost is a host on which a lab's setup has run.
func newHost(lab *lessons.Lab, limits sim.Limits, ran func(Ran)) (*sandbox.World, error) {
	w, err := sandbox.New(sandbox.Config{Seed: seed, Limits: limits, Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		return nil, err
	}
	if err := runBlock(w.Host(""), lab.Setup.Text, ran); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// Ran is a command of a block that has run.
type Ran struct {
	Line   string
	Number int // of its first line in the block, counted from 1
	sandbox.Result
	Err error
}

// runBlock runs a block's commands one by one and tells what came of each.
func runBlock(h *sandbox.Host, text string, ran func(Ran)) error {
	commands, err := blockCommands(text)
	if err != nil || len(commands) == 0 {
		return err
	}
	s, err := h.NewSession()
	if err != nil {
		return err
	}
	for _, c := range commands {
		c.Result, c.Err = s.Run(c.Line)
		if ran != nil {
			ran(c)
		}
		if errors.Is(c.Err, sandbox.ErrEnded) || errors.Is(c.Err, sandbox.ErrExhausted) {
			return fmt.Errorf("%s: %w", firstLine(c.Line), c.Err)
		}
	}
	s.Close()
	return nil
}

// blockCommands divides a block into its commands.
func blockCommands(text string) ([]Ran, error) {
	script, err := transcript.ParseScript(text)
	if err != nil {
		return nil, err
	}
	var all []Ran
	number := 1
	for _, s := range script.Steps {
		line := s.Line + s.Comment
		at := strings.Index(text, line)
		number += strings.Count(text[:max(at, 0)], "\n")
		text = text[max(at, 0):]
		if s.Comment == "" {
			all = append(all, Ran{Line: s.Line, Number: number})
		}
	}
	return all, nil
}

// replay makes the present of the past.
func (b *Bench) replay() error {
	w, err := newHost(b.lab, sim.Limits{}, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoStart, err)
	}
	p := &present{world: w, host: w.Host(""), began: w.Elapsed(), size: size{80, 24}}
	b.judge.begin(p.host)
	p.terminal, err = p.host.OpenTerminal(p.size.columns, p.size.rows, terminalEnv, b.write)
	if err != nil {
		w.Close()
		return fmt.Errorf("%w: %w", errNoStart, err)
	}
	p.before = takeInventory(p.host)
	p.terminal.Before(func() { p.before = takeInventory(p.host) })
	for _, i := range counting(b.past) {
		p.advance(b.past[i].At)
		p.happen(i, b.past[i])
	}
	p.advance(b.lastAt())
	b.present = p
	return nil
}

// happen has an entry take effect.
func (p *present) happen(place int, e Entry) {
	p.entries = append(p.entries, placed{place, p.typed, len(e.Keys)})
	if e.Columns > 0 {
		p.size = size{e.Columns, max(e.Rows, 1)}
		p.terminal.Resize(p.size.columns, p.size.rows)
	}
	if len(e.Keys) > 0 {
		p.terminal.Type(e.Keys)
		p.typed += len(e.Keys)
	}
}

// advance lets the host go on until then. That what its programs print was too much for somebody interrupts a host, and
// stops no time: what came later must come again when it came.
func (p *present) advance(to time.Duration) {
	for p.world.AdvanceTo(to) == sim.Interrupted {
	}
}

// moment is a time at which something can come from outside, and come again: the host goes on until it is past it. What
// a host is at the time where its last turn happened to end cannot be asked for by that time.
func (p *present) moment() time.Duration {
	at := p.world.Elapsed() + 1
	p.advance(at)
	return at
}

// Elapsed is the host's time.
func (p *present) Elapsed() time.Duration { return p.world.Elapsed() }

// Began is what time it was when the setup had run.
func (p *present) Began() time.Duration { return p.began }

// Next is when something happens next by itself; false if nothing ever will.
func (p *present) Next() (time.Duration, bool) { return p.world.Next() }

// Busy reports whether some program could go on at once.
func (p *present) Busy() bool { return p.world.Busy() }

// Over reports whether nothing can be done here any more: the world has done all the work that it may, or the login
// shell has ended. What can be done is to go back.
func (p *present) Over() bool {
	_, done := p.terminal.Done()
	return done || p.world.Over()
}

// AtPrompt reports whether the login shell waits for a command.
func (p *present) AtPrompt() bool { return p.terminal.Idle() }

// Host is the host.
func (p *present) Host() *sandbox.Host { return p.host }

// Commands are the command lines that were typed at the host's own prompt, with what the shell reports of each.
func (p *present) Commands() []sandbox.Command { return p.terminal.Commands() }
