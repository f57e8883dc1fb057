package bench

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/charmbracelet/x/ansi"

	"dockerlearn/internal/pace"
	"dockerlearn/labs"
)

// Size of a terminal in columns and rows.
type size struct{ columns, rows int }

// deed is what a lab is asked to do, all in one call: whatever is not zero, in this order.
type deed struct {
	back   bool // to the moment before the last step
	to     *int // to the moment before this step
	fork   *int // the same, and keeps what came since
	swap   bool // to the other branch
	reset  bool
	size   size
	keys   []byte
	skip   bool // to what happens next by itself
	hints  int  // were shown
	why    *question
	glance *int                  // at the moment before this step, or at the other branch with -1
	look   func(labs.Looker) any // what a panel wants to know
}

// question is what is asked why: a condition, or a line that a step printed.
type question struct {
	check int // -1: a line
	step  int
	line  string
}

// turned answers a deed.
type turned struct {
	screen *Screen
	out    []byte // what the terminal showed
	fresh  bool   // it was begun anew before that
	rest   time.Duration
	over   bool
	at     time.Duration
	state  *state      // nil: as before
	why    []labs.Link // answers deed.why, never nil then
	sight  *Sight      // answers deed.glance
	seen   any         // answers deed.look
	parted bool        // another window has gone on with the lab
	err    error
}

// state is what is known of a lab between commands.
type state struct {
	findings []labs.Finding
	picture  labs.Picture
	steps    []labs.Step
	forked   bool
}

// solved reports whether every condition holds.
func (s state) solved() bool { return len(s.findings) > 0 && s.met() == len(s.findings) }

// met is how many conditions hold.
func (s state) met() int {
	n := 0
	for _, f := range s.findings {
		if f.State == labs.Met {
			n++
		}
	}
	return n
}

const (
	// patience is how long the keyboard waits for a busy host, on the wall.
	patience = 5 * time.Millisecond
	// escapes is how many sequences that control the terminal, which are slow, it takes at once.
	escapes = 400
)

// pacer drives a lab. It belongs to the Cmd that runs; there is never more than one.
type pacer struct {
	lab   Lab
	now   func() time.Time
	pace  *pace.Follower // nil before the first turn
	out   []byte
	escs  int  // in out
	past  bool // what happened before is happening again
	stale bool // the state may be another one now
}

// begin follows the wall from where the host is now.
func (p *pacer) begin() {
	p.pace = &pace.Follower{World: p.lab, Now: p.now, Patience: patience, Full: p.full}
	p.pace.Begin()
	p.stale = true
}

// full reports whether the terminal has enough to do for now.
func (p *pacer) full() bool { return len(p.out) > pace.Screens || p.escs > escapes }

func (p *pacer) show(b []byte) {
	p.out = append(p.out, b...)
	p.escs += bytes.Count(b, []byte{ansi.ESC})
	if p.past {
		p.out = pace.Recent(p.out)
	}
}

// turn does what is asked and lets the host have the time that passed on the wall.
func (p *pacer) turn(d deed) turned {
	t := turned{}
	if p.pace == nil {
		p.lab.Output(p.show)
		p.begin()
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
	if d.skip && !p.lab.Busy() && p.pace.Skip() { // a busy host would work all that time through
		p.stale = true
		t.err = errors.Join(t.err, p.lab.Skip(p.pace.Target()))
	}
	p.goOn(pace.Soon)
	p.look(d, &t)
	p.tell(&t)
	return t
}

// look looks up what is asked for: that changes nothing.
func (p *pacer) look(d deed, t *turned) {
	if d.hints > 0 {
		t.err = errors.Join(t.err, p.lab.Hinted(d.hints))
	}
	switch q := d.why; {
	case q == nil:
	case q.check >= 0:
		t.why = append([]labs.Link{}, p.lab.Why(q.check)...)
	default:
		t.why = append([]labs.Link{}, p.lab.WhyLine(q.step, q.line)...)
	}
	if d.glance != nil {
		sight, err := p.lab.Glance(*d.glance)
		t.sight, t.err = &sight, errors.Join(t.err, err)
	}
	if d.look != nil {
		t.seen = d.look(p.lab)
	}
}

// travel goes back where that is asked for.
func (p *pacer) travel(d deed) (fresh bool, err error) {
	steps := p.lab.Timeline()
	if d.back && len(steps) > 0 {
		last := len(steps) - 1
		d.to = &last
	}
	if d.to == nil && d.fork == nil && !d.reset && !d.swap {
		return false, nil
	}
	p.out, p.past = p.out[:0], true
	switch {
	case d.reset:
		err = p.lab.Reset()
	case d.swap:
		err = p.lab.Swap()
	case d.fork != nil:
		err = p.lab.Fork(*d.fork)
	default:
		err = p.lab.Go(*d.to)
	}
	p.past = false
	p.begin()
	return true, err
}

// tell says what has come of it.
func (p *pacer) tell(t *turned) {
	if p.stale && p.lab.AtPrompt() {
		p.stale = false
		found, err := p.lab.Check()
		t.err = errors.Join(t.err, err)
		t.state = &state{found, p.lab.Picture(), p.lab.Timeline(), p.lab.Forked()}
		if t.state.solved() {
			t.err = errors.Join(t.err, p.lab.Solve())
		}
		p.pace.Ask(p.lab.Elapsed())
	}
	t.parted = p.lab.Parted()
	t.out, t.at, t.over = slices.Clone(p.out), p.lab.Elapsed()-p.lab.Began(), p.lab.Over()
	p.out, p.escs, t.rest = p.out[:0], 0, p.pace.Rest()
}

// goOn lets the host have the time that passed, and a little more. What it does by itself may change the state.
func (p *pacer) goOn(more time.Duration) {
	p.stale = p.pace.GoOn(more) || p.stale
}
