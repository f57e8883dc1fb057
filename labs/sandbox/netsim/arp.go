package netsim

import (
	"net/netip"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// arpRequest asks who has an address: everybody, or the one who had it. src may be left to the link.
func (s *Stack) arpRequest(l *Link, a netip.Addr, to packet.MAC, src netip.Addr) {
	if !src.IsValid() {
		src, _ = s.sourceFor(l, a)
	}
	q := &packet.ARP{SenderMAC: l.mac, SenderIP: src, TargetMAC: to, TargetIP: a}
	if to == (packet.MAC{}) {
		to = packet.Broadcast()
	}
	l.sendARP(q, to)
}

func (l *Link) sendARP(a *packet.ARP, to packet.MAC) {
	l.transmit(&skb{frame: packet.Frame{Dst: to, Src: l.mac, Type: packet.TypeARP, ARP: a}})
}

// Announce tells everybody on the link that an address is here: a gratuitous ARP, or an unsolicited advertisement.
// moby: daemon/libnetwork/osl/interface_linux.go, advertiseAddrs
func (l *Link) Announce(a netip.Addr) {
	if !l.up {
		return
	}
	if a.Is4() {
		l.sendARP(&packet.ARP{SenderMAC: l.mac, SenderIP: a, TargetIP: a}, packet.Broadcast())
		return
	}
	l.advertise(a, allNodes(), packet.MAC{0x33, 0x33, 0, 0, 0, 1})
}

// arpInput answers questions for own addresses and learns from answers. Linux: arp_process
func (s *Stack) arpInput(l *Link, b *skb) {
	a := b.frame.ARP
	if l.noARP() {
		return
	}
	if a.Reply {
		s.arpReply(l, b)
		return
	}
	if !s.answersARP(l, a.TargetIP) {
		if n := s.neighbours[neighbourKey{l, a.SenderIP}]; n != nil {
			n.heard(a.SenderMAC, false)
		}
		return
	}
	if a.SenderIP.IsValid() && !a.SenderIP.IsUnspecified() {
		if n := s.neighbourFor(l, a.SenderIP); n != nil {
			n.heard(a.SenderMAC, false)
		}
	}
	s.step(b, l, "arp", "that is me", false)
	l.sendARP(&packet.ARP{
		Reply: true, SenderMAC: l.mac, SenderIP: a.TargetIP, TargetMAC: a.SenderMAC, TargetIP: a.SenderIP,
	}, a.SenderMAC)
}

// answersARP: a namespace answers for all its addresses on each of its links, and with proxy_arp for what it would
// forward to another link.
func (s *Stack) answersARP(l *Link, a netip.Addr) bool {
	if a.IsLoopback() && !s.routesLocalnet(l) {
		return false
	}
	if s.IsLocal(a) {
		return true
	}
	if !s.proxiesARP(l) || !s.forwards(l, false) {
		return false
	}
	r := s.lookup(a, nil)
	return r != nil && r.link != nil && r.link != l
}

// arpReply learns from an answer, but only about those who were asked for.
func (s *Stack) arpReply(l *Link, b *skb) {
	a := b.frame.ARP
	n := s.neighbours[neighbourKey{l, a.SenderIP}]
	if n == nil {
		return
	}
	n.heard(a.SenderMAC, b.frame.Dst == l.mac)
}
