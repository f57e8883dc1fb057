package netsim

import (
	"fmt"
	"math/rand/v2"
	"time"

	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// Filter is the namespace's rules and connection tracking.
func (s *Stack) Filter() *netfilter.Tables {
	if s.tables == nil {
		s.tables = netfilter.NewTables()
		s.tables.ShareMaxConns(&s.first().settings.maxConns)
	}
	return s.tables
}

// Now is the virtual time since the world began.
func (s *Stack) Now() time.Duration { return s.fabric.sim.Elapsed() }

// Chance is the network's source of random numbers.
func (s *Stack) Chance() *rand.Rand { return s.fabric.random }

// Event logs what a rule did.
func (s *Stack) Event(rule sim.Rule, subject string, detail fmt.Stringer, because ...sim.EventID) sim.EventID {
	return s.fabric.sim.Log.Add(rule, subject, detail, because...)
}

// unfiltered reports whether no rule can touch a packet.
func (s *Stack) unfiltered() bool { return s.tables.Empty() }

// filter lets the rules of a hook see a packet, and says whether it goes on.
func (s *Stack) filter(h netfilter.Hook, b *skb, in, out *Link) bool {
	if s.unfiltered() {
		return true
	}
	return s.filterAt(h, b, netfilter.Place{In: nameOf(in), Out: nameOf(out)})
}

func nameOf(l *Link) string {
	if l == nil {
		return ""
	}
	return l.name
}

// filterAt completes the place and lets the rules see the packet there.
func (s *Stack) filterAt(h netfilter.Hook, b *skb, at netfilter.Place) bool {
	at.Stack, at.Why, at.MAC, at.ToMAC = s, b.cause(), b.frame.Src, b.frame.Dst
	if b.phys != nil {
		at.PhysIn = b.phys.name
	}
	p := b.own()
	dst, src := p.Dst, p.Src
	r := s.tables.Run(h, p, &at)
	if b.cause() != r.Why {
		b.why = r.Why
		s.note(b)
	}
	if r.Verdict == netfilter.Accept {
		if s.fabric.tracer != nil && (p.Dst != dst || p.Src != src) {
			s.step(b, s.Link(at.In), h.String(), "the addresses were translated", false)
		}
		return true
	}
	if s.fabric.tracer != nil {
		s.step(b, s.Link(at.In), h.String(), "a rule of "+r.Table+" "+r.Chain+" says "+r.Verdict.String(), true)
	}
	if r.Verdict == netfilter.Refuse {
		s.reject(b, r.Reject)
	}
	return false
}

// reject answers a packet that a rule refused. Linux: net/ipv4/netfilter/nf_reject_ipv4.c
func (s *Stack) reject(b *skb, how netfilter.Reject) {
	if dst := b.frame.IP.Dst; dst.IsMulticast() || s.isBroadcast(dst) {
		return
	}
	answer := how.Answer(b.frame.IP)
	if answer == nil {
		return
	}
	if answer.TTL == 0 {
		answer.TTL = s.ttl(0, answer.V6())
	}
	if answer.TCP != nil && b.phys != nil && !b.phys.gone() {
		b.resetByPort(answer)
		return
	}
	d, err := s.routeOut(answer.Dst, linkScope(answer.Dst, b.in))
	if err != nil {
		return
	}
	if !answer.Src.IsValid() {
		src, ok := b.frame.IP.Dst, true
		if !s.IsLocal(src) {
			src, ok = s.errorSource(&d, b)
		}
		if !ok {
			return
		}
		answer.Src = src
	}
	s.send(d, &skb{frame: packet.Frame{IP: answer}, private: true, why: b.why, origin: b.origin, trail: b.trail})
}

// resetByPort sends the reset for a segment that came by a bridge back out of that port, with the addresses turned
// round: no hook sees it. Linux: nf_send_reset
func (b *skb) resetByPort(answer *packet.IP) {
	answer.Track = nil
	b.phys.transmit(&skb{why: b.why, origin: b.origin, trail: b.trail, frame: packet.Frame{
		Dst: b.frame.Src, Src: b.frame.Dst, Type: b.frame.Type, IP: answer,
	}})
}
