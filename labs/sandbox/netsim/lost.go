package netsim

import (
	"fmt"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/sim"
)

// lost logs that a frame goes no further. When very many are lost for one reason, one event counts most of them.
func (s *Stack) lost(b *skb, at *Link, rule sim.Rule, why string) {
	fate := Fate{Frame: b.frame, Why: why}
	if at != nil {
		fate.Link = at.name
	}
	x := s.fabric.burst(s, rule)
	if x.storm != nil {
		x.storm.Frames++
		b.why = x.event
	} else {
		b.why = s.event(rule, x.detail(fate), b.cause())
		x.event = b.why
	}
	s.note(b)
	if s.fabric.tracer != nil {
		s.step(b, at, string(rule), why, true)
	}
}

// Storm is the Detail of an event that stands for many frames: what is said of the first holds for all.
type Storm struct {
	Fate
	Frames int
}

func (x *Storm) String() string { return fmt.Sprintf("%s (and so for %d frames)", x.Fate, x.Frames) }

// burst is the losses of a namespace by one rule in a second.
type burst struct {
	stack *Stack
	rule  sim.Rule
	since time.Duration
	n     int
	storm *Storm // counts those after the first
	event sim.EventID
}

// How many losses in a second are logged each for itself, and how many kinds are watched.
const (
	maxSingleLosses = 32
	maxBursts       = 16
)

// burst finds the running second of a namespace and rule, or begins one.
func (f *Fabric) burst(s *Stack, rule sim.Rule) *burst {
	now := f.sim.Elapsed()
	i := slices.IndexFunc(f.bursts, func(x *burst) bool { return x.rule == rule && x.stack == s })
	switch {
	case i >= 0 && now-f.bursts[i].since < time.Second:
	case i >= 0:
		*f.bursts[i] = burst{stack: s, rule: rule, since: now}
	case len(f.bursts) < maxBursts:
		i = len(f.bursts)
		f.bursts = append(f.bursts, &burst{stack: s, rule: rule, since: now})
	default: // the oldest makes room
		i = maxBursts - 1
		copy(f.bursts, f.bursts[1:])
		f.bursts[i] = &burst{stack: s, rule: rule, since: now}
	}
	return f.bursts[i]
}

// detail is what the event of a further loss says.
func (x *burst) detail(fate Fate) fmt.Stringer {
	if x.n++; x.n <= maxSingleLosses {
		return fate
	}
	x.storm = &Storm{Fate: fate, Frames: 1}
	return x.storm
}
