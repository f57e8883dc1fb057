package netsim

import (
	"net/netip"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// trouble is what an ICMP error reports.
type trouble uint8

const (
	unreachableNet trouble = iota
	unreachableHost
	unreachableProto
	unreachablePort
	tooBig
	timeExceeded
	prohibited
)

// message is the ICMP or ICMPv6 error for a trouble.
func (t trouble) message(v6 bool) packet.ICMP {
	v4 := [...]packet.ICMP{
		unreachableNet:   {Type: packet.Unreachable, Code: packet.NetUnreachable},
		unreachableHost:  {Type: packet.Unreachable, Code: packet.HostUnreachable},
		unreachableProto: {Type: packet.Unreachable, Code: packet.ProtoUnreachable},
		unreachablePort:  {Type: packet.Unreachable, Code: packet.PortUnreachable},
		tooBig:           {Type: packet.Unreachable, Code: packet.FragNeeded},
		timeExceeded:     {Type: packet.TimeExceeded},
		prohibited:       {Type: packet.Unreachable, Code: packet.AdminProhibited},
	}
	if !v6 {
		return v4[t]
	}
	return [...]packet.ICMP{
		unreachableNet:   {Type: packet.Unreachable6, Code: packet.NoRoute6},
		unreachableHost:  {Type: packet.Unreachable6, Code: packet.AddrUnreachable6},
		unreachableProto: {Type: 4, Code: 1},
		unreachablePort:  {Type: packet.Unreachable6, Code: packet.PortUnreachable6},
		tooBig:           {Type: packet.PacketTooBig},
		timeExceeded:     {Type: packet.TimeExceeded6},
		prohibited:       {Type: packet.Unreachable6, Code: packet.AdminProhibited6},
	}[t]
}

// icmpError tells the sender of a packet what became of it. Linux: icmp_send
func (s *Stack) icmpError(b *skb, t trouble, mtu int) {
	m := t.message(b.frame.IP.V6())
	m.MTU = uint16(min(mtu, 65535))
	s.icmpAbout(b, m)
}

// icmpAbout sends an error about b, unless b is nothing to complain about.
func (s *Stack) icmpAbout(b *skb, m packet.ICMP) {
	p := b.frame.IP
	if !s.answerable(b) {
		return
	}
	d, err := s.routeOut(p.Src, linkScope(p.Src, b.in))
	if err != nil {
		return
	}
	from, ok := p.Dst, true
	if !s.IsLocal(from) {
		from, ok = s.errorSource(&d, b)
	}
	if !ok {
		return
	}
	inner := p.Clone()
	inner.Mark, inner.Track = 0, nil
	m.Inner = inner
	e := s.icmpPacket(from, p.Src, m, 0)
	e.TOS = 0xc0
	e.Track = p.Track
	s.send(d, &skb{frame: packet.Frame{IP: e}, private: true, why: b.why, origin: b.origin, trail: b.trail})
}

// linkScope is the link that a link-local address belongs to.
func linkScope(a netip.Addr, in *Link) *Link {
	if a.Is6() && a.IsLinkLocalUnicast() {
		return in
	}
	return nil
}

// errorSource is the address that an error comes from: that of the way back. Linux: icmp_route_lookup
func (s *Stack) errorSource(d *decision, b *skb) (netip.Addr, bool) {
	if d.local { // about a packet of our own
		return b.frame.IP.Src, true
	}
	return s.sourceOf(d, b.frame.IP.Src)
}

// answerable: no errors about errors, about what went to many, or to nobody.
func (s *Stack) answerable(b *skb) bool {
	p := b.frame.IP
	switch {
	case p.ICMP != nil && p.ICMP.IsError(p.V6()):
	case p.Dst.IsMulticast() || s.isBroadcast(p.Dst):
	case b.in != nil && b.frame.Dst.IsMulticast():
	case p.Src.IsUnspecified() || p.Src.IsMulticast() || s.isBroadcast(p.Src):
	default:
		return true
	}
	return false
}

// hostUnreachable tells whoever sent a packet that its next hop does not answer.
func (s *Stack) hostUnreachable(b *skb) { s.icmpError(b, unreachableHost, 0) }

// icmpPacket makes a packet; ttl 0 is the namespace's default.
func (s *Stack) icmpPacket(src, dst netip.Addr, m packet.ICMP, ttl int) *packet.IP {
	proto := packet.ProtoICMP
	if src.Is6() {
		proto = packet.ProtoICMPv6
	}
	return &packet.IP{Src: src, Dst: dst.WithZone(""), Proto: proto, TTL: s.ttl(ttl, src.Is6()), ICMP: &m}
}

// icmpInput handles a message for this namespace.
func (s *Stack) icmpInput(l *Link, b *skb) {
	p := b.frame.IP
	if p.V6() && s.ndInput(l, b) {
		return
	}
	for _, x := range s.icmp {
		x.offer(b)
	}
	s.step(b, l, "icmp", "a message arrived", false)
	switch {
	case p.ICMP.Type == echoRequest(p.V6()):
		s.echo(l, b)
	case p.ICMP.IsError(p.V6()) && p.ICMP.Inner != nil:
		s.troubleAt(b)
	}
}

func echoRequest(v6 bool) uint8 {
	if v6 {
		return packet.EchoRequest6
	}
	return packet.EchoRequest
}

func echoReply(v6 bool) uint8 {
	if v6 {
		return packet.EchoReply6
	}
	return packet.EchoReply
}

// echo answers an echo request.
func (s *Stack) echo(l *Link, b *skb) {
	p := b.frame.IP
	many := p.Dst.IsMulticast() || s.isBroadcast(p.Dst)
	if many && !p.V6() { // Linux: icmp_echo_ignore_broadcasts=1
		s.lost(b, l, "net.broadcastping", "echo requests to everybody are not answered (icmp_echo_ignore_broadcasts=1)")
		return
	}
	if s.settings.ignoreEcho && !p.V6() {
		s.lost(b, l, "net.ignored", "echo requests are not answered (icmp_echo_ignore_all=1)")
		return
	}
	d, err := s.routeOut(p.Src, linkScope(p.Src, l))
	if err != nil {
		s.lost(b, l, "net.noroute", "there is no route back to who asked")
		return
	}
	src, ok := p.Dst, true
	if many {
		src, ok = s.sourceOf(&d, p.Src)
	}
	if !ok {
		s.lost(b, l, "net.noaddress", "no address here could answer who asked")
		return
	}
	m := *p.ICMP
	m.Type = echoReply(p.V6())
	r := s.icmpPacket(src, p.Src, m, 0)
	r.TOS = p.TOS
	s.send(d, &skb{frame: packet.Frame{IP: r}, private: true, why: b.why, origin: b.origin, trail: b.trail})
}

// troubleAt gives an error to the socket that it is about. Linux: icmp_socket_deliver
func (s *Stack) troubleAt(b *skb) {
	m := b.frame.IP.ICMP
	in := m.Inner
	if mtu, ok := toldMTU(b.frame.IP); ok {
		s.learnMTU(in.Dst, mtu)
	}
	err, hard := troubleErrno(m, in.V6())
	switch {
	case in.UDP != nil:
		s.udpTrouble(b, err, hard)
	case in.TCP != nil:
		s.tcpTrouble(b, err, hard)
	}
}

func toldMTU(p *packet.IP) (int, bool) {
	m := p.ICMP
	if p.V6() {
		return int(m.MTU), m.Type == packet.PacketTooBig
	}
	return int(m.MTU), m.Type == packet.Unreachable && m.Code == packet.FragNeeded
}

// troubleErrno is what a socket hears of an ICMP error; hard ones end what they are about.
// Linux: icmp_err_convert in net/ipv4/icmp.c, icmpv6_err_convert
func troubleErrno(m *packet.ICMP, v6 bool) (err Errno, hard bool) {
	if v6 {
		return troubleErrno6(m)
	}
	switch m.Type {
	case packet.TimeExceeded:
		return EHOSTUNREACH, false
	case packet.ParameterError:
		return EPROTO, true
	}
	switch m.Code {
	case packet.NetUnreachable, 6, packet.NetProhibited, 11:
		return ENETUNREACH, m.Code == 6 || m.Code == packet.NetProhibited
	case packet.ProtoUnreachable:
		return ENOPROTOOPT, true
	case packet.PortUnreachable:
		return ECONNREFUSED, true
	case packet.FragNeeded:
		return EMSGSIZE, false
	case 7, packet.HostProhibited, packet.AdminProhibited, 14, 15:
		return EHOSTUNREACH, m.Code != 12
	}
	return EHOSTUNREACH, false
}

func troubleErrno6(m *packet.ICMP) (Errno, bool) {
	switch {
	case m.Type == packet.PacketTooBig:
		return EMSGSIZE, false
	case m.Type == 4:
		return EPROTO, true
	case m.Type != packet.Unreachable6:
		return EHOSTUNREACH, false
	case m.Code == packet.NoRoute6:
		return ENETUNREACH, false
	case m.Code == packet.AdminProhibited6:
		return EACCES, true
	case m.Code == packet.PortUnreachable6:
		return ECONNREFUSED, true
	}
	return EHOSTUNREACH, false
}
