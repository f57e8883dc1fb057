package netsim

import (
	"net/netip"

	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// input takes a frame that reached the namespace on l. Linux: ip_rcv, ipv6_rcv, arp_rcv
func (s *Stack) input(l *Link, b *skb) {
	f := &b.frame
	if f.Dst != l.mac && !f.Dst.IsMulticast() && l.Kind() != "loopback" {
		s.step(b, l, "link", "the frame is for another hardware address", true)
		return
	}
	if f.VLAN != 0 {
		s.lost(b, l, "net.vlan", "no link stands for this VLAN")
		return
	}
	switch {
	case f.ARP != nil:
		s.arpInput(l, b)
	case f.IP == nil:
		s.lost(b, l, "net.protocol", "nobody knows this ethertype")
	case f.IP.V6() && l.noIPv6():
		s.lost(b, l, "net.disabled", "IPv6 is switched off (disable_ipv6)")
	default:
		b.in = l
		s.ipInput(l, b)
	}
}

// ipInput lets the firewall see a packet that came in, and then checks where it says that it comes from and goes.
func (s *Stack) ipInput(l *Link, b *skb) {
	if !b.filtered && !s.filter(netfilter.PreRouting, b, l, nil) {
		return
	}
	b.filtered = false
	if why := s.martian(l, b.frame.IP); why != "" {
		s.lost(b, l, "net.martian", why)
		if p := b.frame.IP; p.V6() && p.Dst.IsLoopback() { // a rule sent it there; of IPv6 the sender is told
			s.icmpError(b, unreachableNet, 0)
		}
		return
	}
	s.routeInput(l, b)
}

// martian says why a packet cannot come from where it came. Linux: ip_route_input_slow, fib_validate_source
func (s *Stack) martian(l *Link, p *packet.IP) string {
	if l.Kind() == "loopback" {
		return ""
	}
	switch {
	case (p.Src.IsLoopback() || p.Dst.IsLoopback()) && !s.routesLocalnet(l):
		return "a loopback address on a wire (route_localnet is 0)"
	case p.Src.IsMulticast() || p.Src == limitedBroadcast():
		return "nobody is a group"
	case s.IsLocal(p.Src) && !p.V6() && !p.Src.IsLoopback():
		return "it comes from outside with an own address"
	}
	return s.reversePath(l, p)
}

// reversePath is rp_filter: 1 wants the way back to be the way in, 2 any way back.
func (s *Stack) reversePath(l *Link, p *packet.IP) string {
	mode := max(s.settings.all.rpFilter, l.conf.rpFilter)
	if mode == 0 || p.V6() || p.Src.IsUnspecified() {
		return ""
	}
	r := s.lookup(p.Src, nil)
	switch {
	case r == nil || r.link == nil:
		return "there is no way back to its source (rp_filter)"
	case mode == 1 && r.link != l:
		return "the way back to its source is another link (rp_filter=1)"
	}
	return ""
}

// routeInput decides whether a packet is for this namespace.
func (s *Stack) routeInput(l *Link, b *skb) {
	p := b.frame.IP
	if s.isForMe(l, p.Dst) {
		s.step(b, l, "route", "the address is local", false)
		if s.filter(netfilter.Input, b, l, nil) {
			s.deliver(l, b)
		}
		return
	}
	s.forward(l, b)
}

func (s *Stack) isForMe(l *Link, dst netip.Addr) bool {
	if _, ok := s.localTo(dst); ok {
		return true
	}
	if dst.IsMulticast() {
		return dst.Is4() || l.inGroup(dst)
	}
	return dst == limitedBroadcast()
}

// forward sends a packet on that is for somebody else. Linux: ip_forward, ip6_forward
func (s *Stack) forward(l *Link, b *skb) {
	p := b.frame.IP
	switch {
	case p.Dst.IsMulticast() || b.frame.Dst.IsMulticast():
		s.step(b, l, "route", "multicast is not forwarded", true)
		return
	case !p.V6() && !s.forwards(l, false):
		s.lost(b, l, "net.noforward", "it is for somebody else, and forwarding is off (ip_forward=0)")
		return
	case p.V6() && p.Src.IsLinkLocalUnicast():
		s.lost(b, l, "net.scope", "a link-local address does not cross a router")
		return
	}
	r := s.lookup(p.Dst, nil)
	switch {
	case p.V6() && r != nil && r.link != nil && !s.forwards(l, true): // of IPv6 the route is asked first
		s.lost(b, l, "net.noforward", "it is for somebody else, and forwarding is off (ipv6.conf.all.forwarding=0)")
	case r == nil:
		s.lost(b, l, "net.noroute", "there is no route to the destination")
		s.icmpError(b, unreachableNet, 0)
	case r.link == nil:
		s.lost(b, l, "net.noroute", "the route says "+r.kind)
		s.answerRefusal(b, r)
	case p.TTL <= 1:
		s.lost(b, l, "net.ttl", "its time to live is over")
		s.icmpError(b, timeExceeded, 0)
	default:
		s.forwardBy(l, r, b)
	}
}

func (s *Stack) answerRefusal(b *skb, r *route) {
	switch r.kind {
	case "prohibit":
		s.icmpError(b, prohibited, 0)
	case "unreachable":
		if b.frame.IP.V6() {
			s.icmpError(b, unreachableNet, 0) // Linux: ip6_pkt_discard
			return
		}
		s.icmpError(b, unreachableHost, 0)
	}
}

// forwardBy sends a packet on by a route.
func (s *Stack) forwardBy(l *Link, r *route, b *skb) {
	d := decision{link: r.link, gateway: r.gateway, route: r}
	if p := b.frame.IP; (p.DF || p.V6()) && p.Size() > s.mtuTo(&d, p.Dst) {
		s.lost(b, l, "net.mtu", "it does not fit into the next link's MTU and may not be cut")
		s.icmpError(b, tooBig, s.mtuTo(&d, p.Dst))
		return
	}
	b.own().TTL--
	s.step(b, r.link, "route", "forward", false)
	if s.filter(netfilter.Forward, b, l, r.link) {
		s.finish(&d, b)
	}
}

// send sends a packet that was made here. The error is what sendmsg(2) says: EPERM if OUTPUT or POSTROUTING dropped it.
// Linux: ip_local_out
func (s *Stack) send(d decision, b *skb) error {
	p := b.frame.IP
	s.packetID++
	p.ID = s.packetID
	if s.strayLoopback(&d, p) {
		return EINVAL
	}
	s.stepOut(&d, b)
	if s.unfiltered() {
		s.finish(&d, b)
		return nil
	}
	dst, mark, src := p.Dst, p.Mark, p.Src
	if !s.filter(netfilter.Output, b, nil, d.link) {
		return EPERM
	}
	if p = b.frame.IP; p.Dst != dst || p.Mark != mark || p.Src != src { // Linux: ip_route_me_harder
		again, err := s.routeOut(p.Dst, nil)
		if err != nil {
			s.lost(b, nil, "net.noroute", "there is no route to the destination that OUTPUT gave it")
			return EPERM
		}
		d = again
		if s.strayLoopback(&d, p) {
			s.lost(b, d.link, "net.martian", "OUTPUT sends a loopback address out of the machine (route_localnet is 0)")
			return EINVAL
		}
	}
	if !s.finish(&d, b) {
		return EPERM
	}
	return nil
}

// stepOut tells by which link a packet leaves that was made here.
func (s *Stack) stepOut(d *decision, b *skb) {
	if s.fabric.tracer == nil {
		return
	}
	by := "the destination is on this link"
	if hop := d.hop(b.frame.IP.Dst); hop != b.frame.IP.Dst {
		by = "by way of " + hop.String()
	}
	s.step(b, d.link, "output", by, false)
}

// strayLoopback: what comes from a loopback address does not leave the machine. Linux: __mkroute_output
func (s *Stack) strayLoopback(d *decision, p *packet.IP) bool {
	return p.Src.Is4() && p.Src.IsLoopback() && d.link.Kind() != "loopback" && !s.routesLocalnet(d.link)
}

// finish hands a routed packet to the link, after POSTROUTING. Linux: ip_output, ip_finish_output
func (s *Stack) finish(d *decision, b *skb) bool {
	if !s.filter(netfilter.PostRouting, b, b.in, d.link) {
		return false
	}
	p := b.frame.IP
	b.in, b.hops = nil, 0
	b.frame.Type = packet.TypeIPv4
	if p.V6() {
		b.frame.Type = packet.TypeIPv6
	}
	l := d.link
	switch {
	case l.Kind() == "loopback":
		l.transmit(b)
	case d.cast:
		b.frame.Dst, b.frame.Src = groupOrBroadcast(p.Dst), l.mac
		l.transmit(b)
	case l.noARP():
		b.frame.Dst, b.frame.Src = l.mac, l.mac
		l.transmit(b)
	default:
		s.sendTo(l, d.hop(p.Dst), b)
	}
	return true
}

func groupOrBroadcast(a netip.Addr) packet.MAC {
	if a.IsMulticast() {
		return groupMAC(a)
	}
	return packet.Broadcast()
}

// deliver hands a packet for this namespace to its protocol.
func (s *Stack) deliver(l *Link, b *skb) {
	p := b.frame.IP
	switch {
	case p.ICMP != nil:
		s.icmpInput(l, b)
	case p.UDP != nil:
		s.udpInput(l, b)
	case p.TCP != nil:
		s.tcpInput(l, b)
	default:
		s.lost(b, l, "net.protocol", "nobody knows this protocol")
		s.icmpError(b, unreachableProto, 0)
	}
}
