// Package desk is a person at a terminal of a simulated host: real keys go in, what the host's terminal shows comes out,
// and the host's time follows the clock on the wall.
//
// Laws: everything goes to the host, ^C and ^D too, except ctrl+o, which opens the bar; the world is used from one
// goroutine; with a Journal, every key is on disk before the host sees it.
package desk

import (
	"bytes"
	"context"
	"io"
	"slices"
	"time"

	"dockerlearn/labs/sandbox"
)

// Options say what to sit down at.
type Options struct {
	World   *sandbox.World
	Host    *sandbox.Host
	Journal *Journal // nil: nothing is kept

	Lines []string         // typed for the person to begin with, each when the shell waits for it
	In    io.Reader        // keys; it ends when the person leaves
	Out   io.Writer        // the real terminal
	Sizes <-chan Size      // changes of the real terminal's size; may be nil
	Size  Size             // to begin with
	Term  string           // TERM for the host's programs
	Say   func(Bar) string // the bar's text, in the person's language
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
}

// Size of a terminal in columns and rows.
type Size struct{ Columns, Rows int }

// Bar is what the bar has to say.
type Bar int

// The bar's texts.
const (
	BarKeys Bar = iota // which keys there are
	BarOver            // the world's budget is used up
)

// bar is the one key that does not go to the host: ctrl+o.
const bar = 0x0f

// How a host's time follows the wall. A busy host that gets no further within its patience, or that has more to show
// than a terminal takes, is a slow machine: it does not catch up, so that a ^C is seen at once.
const (
	soon     = 2 * time.Millisecond  // what a key gets at once, so that its echo is there with the next frame
	slice    = time.Millisecond / 2  // of a busy host's time, between looks at the wall
	patience = 25 * time.Millisecond // on the wall, between looks at the keyboard
	screens  = 32 << 10              // bytes to show at once
	kept     = 256 << 10             // bytes of what is shown again after a journal
)

// Run sits at the desk until the shell has ended, the person leaves, or the context ends. It returns the shell's exit
// status, and whether it has ended.
func Run(ctx context.Context, o Options) (exit int, ended bool, err error) {
	d := &desk{Options: o, keys: make(chan []byte)}
	begin, term := o.Size, o.Term
	if o.Journal != nil {
		begin, term = o.Journal.Size, o.Journal.Term
	}
	d.terminal, err = o.Host.OpenTerminal(begin.Columns, begin.Rows, term, d.show)
	if err != nil {
		return 0, false, err
	}
	d.replay()
	d.flush()
	if begin != o.Size {
		d.resize(o.Size)
	}
	stop := make(chan struct{})
	defer close(stop)
	go d.read(stop)
	d.begin()
	for !d.left && d.failed == nil {
		if exit, ended = d.terminal.Done(); ended {
			break
		}
		if !d.typeLine() {
			d.wait(ctx)
		}
	}
	return exit, ended, d.failed
}

// desk is a sitting as it goes.
type desk struct {
	Options
	terminal *sandbox.Terminal
	keys     chan []byte
	target   time.Duration // how far the host was asked to go
	wall     time.Time     // when that was
	screen   []byte        // what is to be shown
	past     bool          // the journal is being replayed
	barOpen  bool
	over     bool // the host has done all that it may, and that was said
	left     bool
	failed   error
}

func (d *desk) show(b []byte) {
	d.screen = append(d.screen, b...)
	if d.past && len(d.screen) > kept {
		d.forget()
	}
}

// flush shows what is to be shown.
func (d *desk) flush() {
	if len(d.screen) > 0 && d.failed == nil {
		_, d.failed = d.Out.Write(d.screen)
	}
	d.screen = d.screen[:0]
}

// read hands over keys as they come.
func (d *desk) read(stop <-chan struct{}) {
	defer close(d.keys)
	for {
		b := make([]byte, 1024)
		n, err := d.In.Read(b)
		if n > 0 {
			select {
			case d.keys <- b[:n]:
			case <-stop:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (d *desk) begin() {
	d.target = max(d.target, d.World.Elapsed())
	d.wall = d.Now()
	d.goOn(soon)
}

// goOn lets the host have what passed on the wall since the last time, and a little more.
func (d *desk) goOn(more time.Duration) {
	now := d.Now()
	d.target += now.Sub(d.wall) + more
	d.wall = now
	if !d.reach(now.Add(patience)) {
		d.target, d.wall = d.World.Elapsed(), d.Now()
	}
	d.target = max(d.target, d.World.Elapsed())
	d.flush()
}

// reach brings the host to where it should be by now, and reports whether it got there in time.
func (d *desk) reach(until time.Time) bool {
	for d.World.Elapsed() < d.target {
		to := d.World.Elapsed() + slice
		if next, ok := d.World.Next(); !d.World.Busy() && (!ok || next > to) {
			to = d.target
			if ok {
				to = min(to, next)
			}
		}
		d.World.AdvanceTo(min(to, d.target))
		if d.World.Over() {
			d.tellOver()
			return false
		}
		if len(d.screen) > screens || d.Now().After(until) {
			return d.World.Elapsed() >= d.target
		}
	}
	return true
}

// tellOver says once that nothing will happen here any more.
func (d *desk) tellOver() {
	if !d.over {
		d.over = true
		d.say(BarOver)
	}
}

// idle is how often a host is looked after that has nothing to do by itself.
const idle = time.Hour

// wait waits for a key, a new size or the host's next event, and lets the host go on.
func (d *desk) wait(ctx context.Context) {
	rest := idle
	if next, ok := d.World.Next(); ok {
		rest = min(rest, max(next-d.target, time.Millisecond))
	}
	if d.World.Busy() {
		rest = 5 * time.Millisecond
	}
	select {
	case <-ctx.Done():
		d.left = true
	case keys, ok := <-d.keys:
		if !ok {
			d.left = true
			return
		}
		d.typed(keys)
	case size := <-d.Sizes:
		d.resize(size)
		d.goOn(soon)
	case <-d.After(rest):
		d.goOn(0)
	}
}

// typeLine types the next of the lines that were given, if the shell waits for one.
func (d *desk) typeLine() bool {
	if len(d.Lines) == 0 || !d.terminal.AtPrompt() {
		return false
	}
	line := d.Lines[0]
	d.Lines = d.Lines[1:]
	d.typed([]byte(line + "\r"))
	return true
}

// typed sends keys to the host, except what concerns the bar.
func (d *desk) typed(keys []byte) {
	for len(keys) > 0 && !d.left {
		if d.barOpen {
			d.choose(keys[0])
			keys = keys[1:]
			continue
		}
		n := 0
		for n < len(keys) && keys[n] != bar {
			n++
		}
		if n > 0 {
			d.goOn(0)
			d.record(Entry{Keys: keys[:n]})
			d.terminal.Type(keys[:n])
			d.goOn(soon)
		}
		if n < len(keys) {
			d.barOpen = true
			d.say(BarKeys)
			d.flush()
			n++
		}
		keys = keys[n:]
	}
}

func (d *desk) say(b Bar) {
	if d.Say != nil {
		d.show([]byte("\r\n\x1b[2m" + d.Say(b) + "\x1b[m\r\n"))
	}
}

// choose does what a key says while the bar is open. Any other key closes it.
func (d *desk) choose(key byte) {
	d.barOpen = false
	switch key {
	case 'q':
		d.left = true
	case 's':
		d.skip()
	case bar:
		d.barOpen = true
		d.say(BarKeys)
		d.flush()
	}
}

// skip jumps to the host's next event: the end of a sleep, say.
func (d *desk) skip() {
	next, ok := d.World.Next()
	if !ok {
		return
	}
	d.target = max(d.target, next)
	d.record(Entry{})
	d.wall = d.Now()
	d.goOn(soon)
}

// record keeps what is about to happen.
func (d *desk) record(e Entry) {
	if d.Journal == nil || d.failed != nil {
		return
	}
	e.At = d.target
	d.failed = d.Journal.Add(e)
}

func (d *desk) resize(to Size) {
	d.record(Entry{Size: &to})
	d.terminal.Resize(to.Columns, to.Rows)
}

// replay brings the host to where the journal ends.
func (d *desk) replay() {
	if d.Journal == nil {
		return
	}
	d.past = true
	defer func() { d.past = false }()
	for _, e := range d.Journal.Entries() {
		d.World.AdvanceTo(e.At)
		d.target = max(e.At, d.target)
		if e.Size != nil {
			d.terminal.Resize(e.Size.Columns, e.Size.Rows)
		}
		if len(e.Keys) > 0 {
			d.terminal.Type(e.Keys)
		}
	}
}

// forget keeps only the end of what a host has shown before: it is there to be gone on from, not to be read again.
func (d *desk) forget() {
	d.screen = d.screen[len(d.screen)-kept/2:]
	if line := bytes.IndexByte(d.screen, '\n'); line >= 0 {
		d.screen = d.screen[line+1:]
	}
	d.screen = slices.Clone(d.screen) // the beginning of what was is let go
}
