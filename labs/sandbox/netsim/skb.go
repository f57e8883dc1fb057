package netsim

import (
	"fmt"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// skb is a frame in the hands of a kernel, with what that knows about it. One owner has it at a time; a copy is made
// where it goes two ways. Linux: struct sk_buff
type skb struct {
	frame    packet.Frame
	in       *Link // by which it came, as IP sees it; nil for what was made here
	phys     *Link // the port of a bridge by which it came, where the firewall saw it there. Linux: nf_bridge_info
	detour   bool  // its destination was rewritten on a bridge, which it does not leave
	hops     uint8 // links crossed since an IP layer sent it
	filtered bool  // PREROUTING was done by a bridge
	private  bool  // nobody else holds frame.IP: it may be changed
	trail    uint64
	why      sim.EventID // the last event about it
	origin   sim.EventID // what had it sent
}

// cause is what the next event about the frame follows from.
func (b *skb) cause() sim.EventID {
	if b.why != 0 {
		return b.why
	}
	return b.origin
}

// fork is a copy for another way.
func (b *skb) fork() *skb {
	c := *b
	b.private, c.private = false, false
	return &c
}

// own makes the packet changeable.
func (b *skb) own() *packet.IP {
	if !b.private {
		b.frame.IP = b.frame.IP.Clone()
		b.private = true
	}
	return b.frame.IP
}

// leave takes off what only the namespace knows, where the frame goes out of it. Linux: skb_scrub_packet
func (b *skb) leave() {
	b.in, b.phys, b.filtered, b.detour = nil, nil, false, false
	if p := b.frame.IP; p != nil && (p.Track != nil || p.Mark != 0) {
		p = b.own()
		p.Track, p.Mark = nil, 0
	}
	b.private = false
}

// Fate is the Detail of an event in which a frame was lost or refused.
type Fate struct {
	Frame packet.Frame
	Link  string // "" is before any link was chosen
	Why   string
}

func (x Fate) String() string {
	if x.Link == "" {
		return fmt.Sprintf("%s: %s", x.Frame.String(), x.Why)
	}
	return fmt.Sprintf("%s at %s: %s", x.Frame.String(), x.Link, x.Why)
}

// event logs something about the namespace.
func (s *Stack) event(rule sim.Rule, detail fmt.Stringer, because ...sim.EventID) sim.EventID {
	return s.fabric.sim.Log.Add(rule, s.name, detail, because...)
}

// Hop is one step of a packet's way, for those who follow it (Fabric.Trace).
type Hop struct {
	At    time.Time
	Trail uint64 // the same for a packet and what it became by forwarding, translation and encapsulation
	Stack *Stack
	Link  string
	Stage string // "bridge", "route", "neighbour", "PREROUTING", …; of a drop, the event's rule
	Frame packet.Frame
	What  string
	Drop  bool
	Event sim.EventID // 0: none was logged
}

// Trace calls f with every step of every packet from now on; nil ends that. Drops come after their event was logged.
func (f *Fabric) Trace(to func(Hop)) { f.tracer = to }

// step tells the tracer. Callers ask whether there is one first where the text costs something.
func (s *Stack) step(b *skb, at *Link, stage, what string, drop bool) {
	f := s.fabric
	if f.tracer == nil {
		return
	}
	h := Hop{At: f.sim.Now(), Trail: f.follow(b), Stack: s, Stage: stage, Frame: b.frame, What: what, Drop: drop}
	if at != nil {
		h.Link = at.name
	}
	if drop {
		h.Event = b.why
	}
	f.tracer(h)
}

func (f *Fabric) follow(b *skb) uint64 {
	if b.trail == 0 {
		f.trail++
		b.trail = f.trail
	}
	return b.trail
}
