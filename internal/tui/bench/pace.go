package bench

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// Size of a terminal in columns and rows.
type size struct{ columns, rows int }

// deed is what a lab is asked to do, all in one call: whatever is not zero, in this order.
type deed struct {
	back  bool // to the moment before the last step
	to    *int // to the moment before this step
	reset bool
	size  size
	keys  []byte
	skip  bool // to what happens next by itself
	why   *int // the condition that is asked about
}

// turned answers a deed.
type turned struct {
	screen *Screen
	out    []byte // what the terminal showed
	fresh  bool   // it was begun anew before that
	rest   time.Duration
	over   bool
	at     time.Duration
	state  *state // nil: as before
	why    []Link // answers deed.why, never nil then
	err    error
}

// state is what is known of a lab between commands.
type state struct {
	findings []Finding
	picture  Picture
	steps    []Step
}

// How a host's time follows the wall, as internal/desk has it: a busy host that gets no further within its patience, or
// that shows more than a terminal takes, is a slow machine. It does not catch up, so that a ^C is seen at once.
const (
	soon     = 2 * time.Millisecond
	slice    = time.Millisecond / 2
	patience = 5 * time.Millisecond // on the wall, without a key
	screens  = 32 << 10             // bytes to show at once
	escapes  = 400                  // of them that control the terminal, which is slow
	kept     = 256 << 10            // bytes of what is shown again of the past
	rests    = 5 * time.Millisecond
	idle     = time.Hour
)

// pacer drives a lab. It belongs to the Cmd that runs; there is never more than one.
type pacer struct {
	lab    Lab
	now    func() time.Time
	target time.Duration // how far the host was asked to go
	wall   time.Time     // when that was; zero before the first turn
	out    []byte
	escs   int  // in out
	past   bool // what happened before is happening again
	stale  bool // the state may be another one now
}

func (p *pacer) show(b []byte) {
	p.out = append(p.out, b...)
	p.escs += bytes.Count(b, []byte{ansi.ESC})
	if p.past && len(p.out) > kept {
		p.out = slices.Clone(p.out[len(p.out)-kept/2:])
		if line := bytes.IndexByte(p.out, '\n'); line >= 0 {
			p.out = p.out[line+1:]
		}
	}
}

// turn does what is asked and lets the host have the time that passed on the wall.
func (p *pacer) turn(d deed) turned {
	t := turned{}
	if p.wall.IsZero() {
		p.lab.Output(p.show)
		p.target, p.wall, p.stale = p.lab.Elapsed(), p.now(), true
	}
	t.fresh, t.err = p.travel(d)
	if !p.lab.Busy() { // a busy host is behind the wall already
		p.goOn(0)
	}
	if d.size != (size{}) {
		t.err = errors.Join(t.err, p.lab.Resize(d.size.columns, d.size.rows))
	}
	if len(d.keys) > 0 {
		t.err = errors.Join(t.err, p.lab.Type(d.keys))
		p.stale = p.stale || bytes.ContainsAny(d.keys, "\r\n\x03\x04\x1a")
	}
	if next, ok := p.lab.Next(); d.skip && ok {
		p.target, p.stale = max(p.target, next), true
		t.err = errors.Join(t.err, p.lab.Skip(p.target))
	}
	p.goOn(soon)
	if d.why != nil {
		t.why = append([]Link{}, p.lab.Why(*d.why)...)
	}
	p.tell(&t)
	return t
}

// travel goes back where that is asked for.
func (p *pacer) travel(d deed) (fresh bool, err error) {
	steps := p.lab.Timeline()
	if d.back && len(steps) > 0 {
		last := len(steps) - 1
		d.to = &last
	}
	if d.to == nil && !d.reset {
		return false, nil
	}
	p.out, p.past = p.out[:0], true
	if d.reset {
		err = p.lab.Reset()
	} else {
		err = p.lab.Go(*d.to)
	}
	p.past, p.stale = false, true
	p.target, p.wall = p.lab.Elapsed(), p.now()
	return true, err
}

// tell says what has come of it.
func (p *pacer) tell(t *turned) {
	if p.stale && p.lab.AtPrompt() {
		p.stale = false
		t.state = &state{p.lab.Check(), p.lab.Picture(), p.lab.Timeline()}
		p.target = max(p.target, p.lab.Elapsed())
	}
	t.out, t.at, t.over = slices.Clone(p.out), p.lab.Elapsed(), p.lab.Over()
	p.out, p.escs = p.out[:0], 0
	t.rest = idle
	if next, ok := p.lab.Next(); ok {
		t.rest = max(next-p.target, time.Millisecond)
	}
	if p.lab.Busy() {
		t.rest = rests
	}
}

// goOn lets the host have what passed on the wall since the last time, and a little more.
func (p *pacer) goOn(more time.Duration) {
	now := p.now()
	p.target += now.Sub(p.wall) + more
	p.wall = now
	if !p.reach(now.Add(patience)) {
		p.target, p.wall = p.lab.Elapsed(), p.now()
	}
	p.target = max(p.target, p.lab.Elapsed())
}

// reach brings the host to where it should be by now, and reports whether it got there in time.
func (p *pacer) reach(until time.Time) bool {
	for p.lab.Elapsed() < p.target {
		to := p.lab.Elapsed() + slice
		if next, ok := p.lab.Next(); !p.lab.Busy() && (!ok || next > to) {
			to = p.target
			if ok {
				to = min(to, next)
				p.stale = p.stale || next <= p.target
			}
		}
		p.lab.Advance(min(to, p.target))
		if p.lab.Over() {
			return false
		}
		if len(p.out) > screens || p.escs > escapes || p.now().After(until) {
			return p.lab.Elapsed() >= p.target
		}
	}
	return true
}
