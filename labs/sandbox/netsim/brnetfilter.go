package netsim

import (
	"net/netip"

	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// What br_netfilter does: bridged IP packets pass the hooks of the IP layer, once each, with the bridge as the link by
// which they came and leave. Linux: net/bridge/br_netfilter_hooks.c

// callsFirewall reports whether a bridge shows its frames to the rules.
func (d *bridge) callsFirewall(br *Link, b *skb) bool {
	s := br.stack
	if b.frame.IP == nil || b.frame.VLAN != 0 || s.unfiltered() {
		return false
	}
	if b.frame.IP.V6() {
		return s.settings.bridgeNF6
	}
	return s.settings.bridgeNF4
}

// preRoute runs PREROUTING for a frame that arrived at a port, and says whether the bridge goes on with it. Where a
// rule gave the packet another destination it may have to go another way. Linux: br_nf_pre_routing_finish
func (d *bridge) preRoute(p *bridgePort, b *skb) bool {
	br := p.bridge
	s := br.stack
	dst := b.frame.IP.Dst
	b.phys = p.link
	if !s.filterAt(netfilter.PreRouting, b, netfilter.Place{In: br.name, Bridged: true}) {
		return false
	}
	b.filtered = true
	next := b.frame.IP.Dst
	if next == dst {
		return true
	}
	if s.staysOn(br, next, b.frame.IP.V6()) {
		s.step(b, br, "bridge", "the new destination is behind the same bridge: it stays at layer 2", false)
		b.detour = true
		d := decision{gateway: s.lookup(next, nil).gateway}
		s.sendTo(br, d.hop(next), b) // comes back to bridgeOn when the neighbour is known
		return false
	}
	s.step(b, br, "bridge", "the destination was rewritten: it is routed", false)
	b.frame.Dst = br.mac
	return true
}

// staysOn reports whether a rewritten destination is behind the same bridge. That is asked of the routing table for
// incoming packets, which leads nowhere when forwarding is off.
func (s *Stack) staysOn(br *Link, dst netip.Addr, v6 bool) bool {
	r := s.lookup(dst, nil)
	return r != nil && r.link == br && !s.IsLocal(dst) && s.forwards(br, v6)
}

// bridgeOn continues with a frame whose destination was rewritten to a neighbour behind the same bridge. Only its
// receiver changes; hairpin decides whether it may go back where it came from.
func (d *bridge) bridgeOn(br *Link, b *skb) {
	p := b.phys.bridgePort()
	if p == nil || p.bridge != br {
		br.stack.lost(b, br, "net.bridge", "the port by which it came is gone")
		return
	}
	d.forwardFrom(p, b)
}

// filterBridged runs FORWARD and POSTROUTING for a frame between two ports.
func (s *Stack) filterBridged(br *Link, from, to *bridgePort, b *skb) bool {
	b.phys = from.link
	at := netfilter.Place{In: br.name, Out: br.name, PhysOut: to.link.name, Bridged: true}
	if !s.filterAt(netfilter.Forward, b, at) {
		return false
	}
	at.In = ""
	return s.filterAt(netfilter.PostRouting, b, at)
}
