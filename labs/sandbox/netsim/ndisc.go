package netsim

import (
	"net/netip"

	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// Neighbour discovery. RFC 4861; Linux: net/ipv6/ndisc.c

func allNodes() netip.Addr { return netip.IPv6LinkLocalAllNodes() }

// solicitedNode is the group that whoever has an address listens to. RFC 4291 2.7.1
func solicitedNode(a netip.Addr) netip.Addr {
	b := a.As16()
	return netip.AddrFrom16([16]byte{0: 0xff, 1: 2, 11: 1, 12: 0xff, 13: b[13], 14: b[14], 15: b[15]})
}

// groupMAC is the hardware address of a group.
func groupMAC(a netip.Addr) packet.MAC {
	if a.Is4() {
		if a == limitedBroadcast() {
			return packet.Broadcast()
		}
		b := a.As4()
		return packet.MAC{1, 0, 0x5e, b[1] & 0x7f, b[2], b[3]}
	}
	b := a.As16()
	return packet.MAC{0x33, 0x33, b[12], b[13], b[14], b[15]}
}

// solicit asks for the hardware address of an IPv6 neighbour: from src, or else from the link-local address.
func (s *Stack) solicit(l *Link, a netip.Addr, to packet.MAC, src netip.Addr) {
	if !src.IsValid() {
		src, _ = l.sourceOn(allNodes())
	}
	if !src.IsValid() {
		src, _ = l.sourceOn(a)
	}
	if !src.IsValid() {
		return // without an address of its own on the link nobody can answer; the tries run out
	}
	dst := a
	if to == (packet.MAC{}) {
		dst = solicitedNode(a)
		to = groupMAC(dst)
	}
	l.sendND(src, dst, to, packet.ICMP{Type: packet.NeighborSolicit, Target: a, LinkAddr: l.mac})
}

// sendND sends a message of neighbour discovery. Rules see it as any packet. Linux: ndisc_send_skb
func (l *Link) sendND(src, dst netip.Addr, to packet.MAC, m packet.ICMP) {
	s := l.stack
	b := &skb{private: true, frame: packet.Frame{Dst: to, Src: l.mac, Type: packet.TypeIPv6, IP: &packet.IP{
		Src: src, Dst: dst, Proto: packet.ProtoICMPv6, TTL: 255, ICMP: &m,
	}}}
	if s.filter(netfilter.Output, b, nil, l) && s.filter(netfilter.PostRouting, b, nil, l) {
		l.transmit(b)
	}
}

// Flags of an advertisement. They stand where an echo has its ID.
const (
	advertRouter    = 0x80
	advertSolicited = 0x40
	advertOverride  = 0x20
)

// advertise says that an address is here, and whether it is a router's. Linux: ndisc_recv_ns
func (l *Link) advertise(a, dst netip.Addr, to packet.MAC) {
	var flags uint16 = advertOverride
	if !dst.IsMulticast() {
		flags |= advertSolicited
	}
	if l.conf.forward6 {
		flags |= advertRouter
	}
	l.sendND(a, dst, to, packet.ICMP{Type: packet.NeighborAdvert, Target: a, LinkAddr: l.mac, ID: flags << 8})
}

// ndInput handles a message of neighbour discovery, and says whether it was one.
func (s *Stack) ndInput(l *Link, b *skb) bool {
	p := b.frame.IP
	m := p.ICMP
	switch {
	case m.Type != packet.NeighborSolicit && m.Type != packet.NeighborAdvert:
		return false
	case p.TTL != 255:
		s.lost(b, l, "net.forged", "neighbour discovery from behind a router is forged (its hop limit is not 255)")
		return true
	}
	if m.Type == packet.NeighborAdvert {
		if n := s.neighbours[neighbourKey{l, m.Target}]; n != nil {
			n.router = m.ID>>8&advertRouter != 0
			n.heard(m.LinkAddr, m.ID>>8&advertSolicited != 0)
		}
		return true
	}
	if x, ok := s.localTo(m.Target); !ok || x.link != l {
		return true
	}
	if n := s.neighbourFor(l, p.Src); n != nil && m.LinkAddr != (packet.MAC{}) {
		n.heard(m.LinkAddr, false)
	}
	l.advertise(m.Target, p.Src, b.frame.Src)
	return true
}

// inGroup reports whether a link listens to an IPv6 group: all nodes, all routers if it is one, and those of its
// addresses.
func (l *Link) inGroup(group netip.Addr) bool {
	if group == allNodes() || (l.conf.forward6 && group == netip.IPv6LinkLocalAllRouters()) {
		return true
	}
	for _, a := range l.addrs {
		if addr := a.Prefix.Addr(); addr.Is6() && solicitedNode(addr) == group {
			return true
		}
	}
	return false
}
