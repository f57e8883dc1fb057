package labs

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"dockerlearn/internal/pace"
	"dockerlearn/labs/sandbox"
	"dockerlearn/lessons"
)

// Bench is a lab in progress: a host's terminal that somebody works at, and all that can be asked about the host. It
// belongs to one goroutine at a time.
//
// Laws: what came from outside is kept before it takes effect; the lab is a function of its setup and of what was kept,
// so opening it with that past brings it back, and going back is forgetting some of it; what cannot be kept is tried
// again with the next entry, in order, and the lab goes on.
type Bench struct {
	lab     *lessons.Lab
	keep    func(Entry) error
	past    []Entry
	kept    int // of past
	size    size
	show    func([]byte) // nil: nobody looks yet
	unshown []byte
	failed  error // what could not be kept while nobody could be told
	judge   *judge

	*present
}

// size of a terminal in columns and rows.
type size struct{ columns, rows int }

const (
	seed        = 1
	terminalEnv = "xterm-256color"
	longWait    = time.Second // a command that takes longer is not waited for again
)

// Open begins a lab, or goes on with one that has this past. keep is given everything that comes from outside; nil keeps
// nothing.
func Open(lab *lessons.Lab, past []Entry, keep func(Entry) error) (*Bench, error) {
	b := &Bench{lab: lab, keep: keep, past: slices.Clone(past), kept: len(past), size: lastSize(past), judge: newJudge(lab)}
	if keep == nil {
		b.keep = func(Entry) error { return nil }
	}
	if err := b.replay(); err != nil {
		return nil, err
	}
	return b, nil
}

func lastSize(past []Entry) size {
	s := size{80, 24}
	for _, e := range past {
		if e.Columns > 0 {
			s = size{e.Columns, e.Rows}
		}
	}
	return s
}

// Output says who is given everything that the terminal shows, from its beginning: where that is very much, its end.
// After Go and Reset it begins anew.
func (b *Bench) Output(show func([]byte)) {
	b.show = show
	if len(b.unshown) > 0 {
		show(b.unshown)
	}
	b.unshown = nil
}

func (b *Bench) write(p []byte) {
	if b.show != nil {
		b.show(p)
		return
	}
	b.unshown = pace.Recent(append(b.unshown, p...))
}

// Type presses keys. Those behind an Enter are an entry of their own, so that a command begins where an entry does.
func (b *Bench) Type(keys []byte) error {
	var err error
	for len(keys) > 0 {
		n := len(keys)
		if enter := bytes.IndexAny(keys, "\r\n"); enter >= 0 {
			n = enter + 1
		}
		err = b.do(Entry{Keys: slices.Clone(keys[:n])})
		keys = keys[n:]
	}
	return err
}

// Resize gives the terminal another size.
func (b *Bench) Resize(columns, rows int) error {
	b.size = size{max(columns, 1), max(rows, 1)}
	if b.size == b.present.size {
		return nil
	}
	return b.do(Entry{Columns: b.size.columns, Rows: b.size.rows})
}

// Skip lets the host's time jump, and keeps that.
func (b *Bench) Skip(to time.Duration) error {
	b.present.advance(to)
	return b.do(Entry{})
}

// do keeps an entry and has it happen, now.
func (b *Bench) do(e Entry) error {
	e.At = b.moment()
	err := b.add(e)
	b.present.happen(len(b.past)-1, e)
	return err
}

// add appends an entry to the past. It is kept when add returns without an error.
func (b *Bench) add(e Entry) error {
	b.past = append(b.past, e)
	err := b.failed
	b.failed = nil
	for err == nil && b.kept < len(b.past) {
		if err = b.keep(b.past[b.kept]); err == nil {
			b.kept++
		}
	}
	return err
}

// AdvanceTo lets the host go on until so much time has passed since it began. That a command which took long has ended
// is kept: nobody waits for it twice.
func (b *Bench) AdvanceTo(to time.Duration) {
	ended := b.terminal.Ended()
	b.present.advance(to)
	if b.terminal.Ended() == ended || b.Elapsed()-b.lastAt() < longWait {
		return
	}
	if err := b.do(Entry{}); err != nil {
		b.failed = err
	}
}

func (b *Bench) lastAt() time.Duration {
	if len(b.past) == 0 {
		return 0
	}
	return b.past[len(b.past)-1].At
}

// Lab is the lab that is worked at.
func (b *Bench) Lab() *lessons.Lab { return b.lab }

// Close ends the host. What time it is there is kept.
func (b *Bench) Close() {
	if b.Elapsed()-b.lastAt() >= longWait {
		_ = b.do(Entry{}) // nobody is there who could be told, and only a wait is lost
	}
	b.world.Close()
}

// Fork is the same lab once more, with a life of its own that nobody keeps.
func (b *Bench) Fork() (*Bench, error) {
	at := b.moment()
	f, err := Open(b.lab, b.past, nil)
	if err != nil {
		return nil, fmt.Errorf("fork the lab: %w", err)
	}
	f.present.advance(at)
	return f, nil
}

// Try runs a command on a fork.
func (b *Bench) Try(command string) (sandbox.Result, error) {
	f, err := b.Fork()
	if err != nil {
		return sandbox.Result{}, err
	}
	defer f.world.Close()
	s, err := f.host.NewSession()
	if err != nil {
		return sandbox.Result{}, err
	}
	return s.Run(command)
}

// errNoStart wraps what keeps a lab from beginning.
var errNoStart = errors.New("the lab does not start")
