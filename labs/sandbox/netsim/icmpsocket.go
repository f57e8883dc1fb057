package netsim

import (
	"net/netip"
	"slices"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// ICMPSocket sends and receives ICMP messages, as ping and traceroute do.
type ICMPSocket struct {
	endpoint
	v6    bool
	ping  bool // only the answers to its own requests
	queue []packet.IP
}

// maxMessages is how many messages wait at a socket.
const maxMessages = 256

// NewICMP makes a socket for ICMP or ICMPv6 that sees every message that reaches the namespace: a raw socket.
func (s *Stack) NewICMP(v6 bool) *ICMPSocket { return s.newICMP(v6, false) }

// NewPing makes a socket that sends echo requests under a number of its own (Local's port) and sees their answers,
// and errors about them, alone.
func (s *Stack) NewPing(v6 bool) *ICMPSocket {
	x := s.newICMP(v6, true)
	id := uint16(1 + s.fabric.random.IntN(65535))
	for slices.ContainsFunc(s.icmp, func(o *ICMPSocket) bool { return o != x && o.ping && o.local.Port() == id }) {
		id = id%65535 + 1
	}
	x.local = netip.AddrPortFrom(x.local.Addr(), id)
	return x
}

func (s *Stack) newICMP(v6, ping bool) *ICMPSocket {
	x := &ICMPSocket{endpoint: endpoint{stack: s}, v6: v6, ping: ping}
	x.local = netip.AddrPortFrom(netip.IPv4Unspecified(), 0)
	if v6 {
		x.local = netip.AddrPortFrom(netip.IPv6Unspecified(), 0)
	}
	s.icmp = append(s.icmp, x)
	return x
}

func (x *ICMPSocket) proto() string {
	if x.ping {
		return "icmp"
	}
	return "raw"
}

// Bind chooses the source address, and for a ping socket its number.
func (x *ICMPSocket) Bind(a netip.AddrPort) error {
	if a.Addr().Is6() != x.v6 {
		return EAFNOSUPPORT
	}
	if err := x.stack.mayBind(a.Addr()); err != nil {
		return err
	}
	if a.Port() == 0 {
		a = netip.AddrPortFrom(a.Addr(), x.local.Port())
	}
	x.local = a
	return nil
}

// Connect fixes whom Write sends to.
func (x *ICMPSocket) Connect(a netip.AddrPort) error {
	if a.Addr().Is6() != x.v6 {
		return EAFNOSUPPORT
	}
	if _, err := x.stack.routeOut(a.Addr(), nil); err != nil {
		return err
	}
	x.remote = a
	return nil
}

// SendTo sends a message; ttl 0 is the namespace's default. A ping socket puts its own number into the request.
func (x *ICMPSocket) SendTo(m packet.ICMP, to netip.Addr, ttl int) error {
	if err := x.Err(); err != nil {
		return err
	}
	if to.Is6() != x.v6 {
		return EINVAL
	}
	if len(m.Payload) > maxDatagram {
		return EMSGSIZE
	}
	s := x.stack
	d, err := s.routeOut(to, nil)
	if err != nil {
		return err
	}
	if d.cast && s.isBroadcast(to) && x.options[OptBroadcast] == 0 {
		return EACCES
	}
	return x.send(d, m, to, ttl)
}

func (x *ICMPSocket) send(d decision, m packet.ICMP, to netip.Addr, ttl int) error {
	s := x.stack
	src, ok := x.local.Addr(), true
	if src.IsUnspecified() {
		src, ok = s.sourceOf(&d, to)
	}
	if !ok {
		return EADDRNOTAVAIL
	}
	if x.ping {
		m.ID = x.local.Port()
	}
	if ttl == 0 {
		ttl = x.options[OptTTL]
	}
	p := s.icmpPacket(src.WithZone(""), to, m, ttl)
	p.Mark = uint32(x.options[OptMark])
	p.DF = x.options[OptDontFragment] != 0
	if p.DF && p.Size() > s.mtuTo(&d, p.Dst) {
		return EMSGSIZE
	}
	return s.send(d, &skb{frame: packet.Frame{IP: p}, private: true, origin: x.origin})
}

// offer gives a message that reached the namespace to the socket, if that wants it.
func (x *ICMPSocket) offer(b *skb) {
	p := b.frame.IP
	if p.V6() != x.v6 || (x.ping && !x.mine(p)) {
		return
	}
	if own := x.local.Addr(); !own.IsUnspecified() && own != p.Dst {
		return
	}
	if len(x.queue) >= maxMessages {
		x.stack.lost(b.fork(), b.in, "net.full", "the socket's receive buffer is full") // others still have it
		return
	}
	x.why = b.why
	x.queue = append(x.queue, *p)
	x.wake()
}

// mine: the answer to a request of this socket, or an error about one.
func (x *ICMPSocket) mine(p *packet.IP) bool {
	m := p.ICMP
	if in := m.Inner; in != nil {
		return in.ICMP != nil && in.ICMP.Type == echoRequest(x.v6) && in.ICMP.ID == x.local.Port()
	}
	return m.Type == echoReply(x.v6) && m.ID == x.local.Port()
}

// RecvFrom takes the packet that has waited longest; EAGAIN if there is none.
func (x *ICMPSocket) RecvFrom() (packet.IP, error) {
	if err := x.Err(); err != nil {
		return packet.IP{}, err
	}
	if len(x.queue) == 0 {
		return packet.IP{}, EAGAIN
	}
	p := x.queue[0]
	if x.queue = x.queue[1:]; len(x.queue) == 0 {
		x.queue = nil
	}
	return p, nil
}

// Read and Write are for bytes, and messages here are values.
func (x *ICMPSocket) Read([]byte) (int, error) { return 0, EOPNOTSUPP }

// Write is refused as Read is.
func (x *ICMPSocket) Write([]byte) (int, error) { return 0, EOPNOTSUPP }

// Ready is what can be done now.
func (x *ICMPSocket) Ready() Ready {
	r := Writable
	if len(x.queue) > 0 {
		r |= Readable
	}
	if x.err != nil {
		r |= Failed
	}
	return r
}

// Close ends the socket.
func (x *ICMPSocket) Close() {
	x.closed = true
	x.queue = nil
	x.stack.icmp = slices.DeleteFunc(x.stack.icmp, func(o *ICMPSocket) bool { return o == x })
}
