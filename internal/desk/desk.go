// Package desk is a person at a terminal of a simulated host: real keys go in, what the host's terminal shows comes out,
// and the host's time follows the clock on the wall.
//
// Laws: everything goes to the host, ^C and ^D too, except ctrl+o, which opens the bar; the world is used from one
// goroutine; with a Journal, every key is on disk before the host sees it.
package desk

import (
	"context"
	"io"
	"time"

	"dockerlearn/internal/pace"
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

// patience is how long the keyboard waits for a busy host, on the wall.
const patience = 25 * time.Millisecond

// Run sits at the desk until the shell has ended, the person leaves, or the context ends. It returns the shell's exit
// status, and whether it has ended.
func Run(ctx context.Context, o Options) (exit int, ended bool, err error) {
	d := &desk{Options: o, keys: make(chan []byte)}
	d.pace = pace.Follower{World: world{o.World}, Now: o.Now, Patience: patience, Full: d.full}
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
	d.pace.Begin()
	d.goOn(pace.Soon)
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

// world leaves out why a host came to rest: what it has shown, and Over, say it.
type world struct{ *sandbox.World }

func (w world) AdvanceTo(t time.Duration) { w.World.AdvanceTo(t) }

// desk is a sitting as it goes.
type desk struct {
	Options
	terminal *sandbox.Terminal
	keys     chan []byte
	pace     pace.Follower
	screen   []byte // what is to be shown
	past     bool   // the journal is being replayed
	barOpen  bool
	over     bool // the host has done all that it may, and that was said
	left     bool
	failed   error
}

func (d *desk) show(b []byte) {
	d.screen = append(d.screen, b...)
	if d.past {
		d.screen = pace.Recent(d.screen)
	}
}

// full reports whether the terminal has enough to do for now.
func (d *desk) full() bool { return len(d.screen) > pace.Screens }

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

// goOn lets the host have the time that passed, and a little more, and shows what came of it.
func (d *desk) goOn(more time.Duration) {
	d.pace.GoOn(more)
	if d.World.Over() {
		d.tellOver()
	}
	d.flush()
}

// tellOver says once that nothing will happen here any more.
func (d *desk) tellOver() {
	if !d.over {
		d.over = true
		d.say(BarOver)
	}
}

// wait waits for a key, a new size or the host's next event, and lets the host go on.
func (d *desk) wait(ctx context.Context) {
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
		d.goOn(pace.Soon)
	case <-d.After(d.pace.Rest()):
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
			d.goOn(pace.Soon)
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
	if !d.pace.Skip() {
		return
	}
	d.record(Entry{})
	d.goOn(pace.Soon)
}

// record keeps what is about to happen. The host goes on until it is past that moment: what it was when its last turn
// happened to end could not be asked for by its time.
func (d *desk) record(e Entry) {
	if d.Journal == nil || d.failed != nil {
		return
	}
	e.At = max(d.pace.Target(), d.World.Elapsed()+1)
	d.World.AdvanceTo(e.At)
	d.pace.Ask(e.At)
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
		d.pace.Ask(e.At)
		if e.Size != nil {
			d.terminal.Resize(e.Size.Columns, e.Size.Rows)
		}
		if len(e.Keys) > 0 {
			d.terminal.Type(e.Keys)
		}
	}
}
