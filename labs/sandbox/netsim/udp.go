package netsim

import (
	"maps"
	"net/netip"
	"slices"

	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// UDPSocket sends and receives datagrams.
type UDPSocket struct {
	endpoint
	queue  []datagram
	queued int  // bytes
	fixed  bool // the local address was bound, not chosen by Connect
}

type datagram struct {
	data []byte
	from netip.AddrPort
}

// Linux: net.core.rmem_default, and what a datagram costs besides its data; the largest datagram.
const (
	receiveBuffer = 212992
	datagramCost  = 768
	maxDatagram   = 65507
)

// NewUDP makes a socket.
func (s *Stack) NewUDP() *UDPSocket { return &UDPSocket{endpoint: endpoint{stack: s}} }

// Bind gives the socket its own address; port 0 chooses one.
func (u *UDPSocket) Bind(a netip.AddrPort) error {
	if err := u.stack.mayBind(a.Addr()); err != nil {
		return err
	}
	if u.local.IsValid() || u.closed {
		return EINVAL
	}
	u.fixed = !a.Addr().IsUnspecified()
	return u.claim(a)
}

// claim takes a port.
func (u *UDPSocket) claim(a netip.AddrPort) error {
	if err := u.settle(a, u.free); err != nil {
		return err
	}
	s := u.stack
	if s.udp == nil {
		s.udp = map[uint16][]*UDPSocket{}
	}
	s.udp[u.local.Port()] = append(s.udp[u.local.Port()], u)
	return nil
}

// free reports whether the port can be had for the socket's address. Linux: inet_rcv_saddr_equal in udp_lib_get_port
func (u *UDPSocket) free(port uint16) bool {
	return !slices.ContainsFunc(u.stack.udp[port], func(o *UDPSocket) bool {
		share := (u.options[OptReuseAddr] != 0 && o.options[OptReuseAddr] != 0) ||
			(u.options[OptReusePort] != 0 && o.options[OptReusePort] != 0)
		return o != u && !share && u.overlaps(&o.endpoint)
	})
}

// Connect fixes the other side: only its datagrams are received, and Write sends to it.
func (u *UDPSocket) Connect(to netip.AddrPort) error {
	if err := u.autobind(to.Addr()); err != nil {
		return err
	}
	to = u.toSelf(to)
	d, err := u.stack.routeOut(to.Addr(), nil)
	if err != nil {
		return err
	}
	if d.cast && u.stack.isBroadcast(to.Addr()) && u.options[OptBroadcast] == 0 {
		return EACCES
	}
	src, ok := u.stack.sourceOf(&d, to.Addr())
	if !ok {
		return EADDRNOTAVAIL
	}
	if !u.fixed {
		u.local = netip.AddrPortFrom(src, u.local.Port())
	}
	u.remote = to
	return nil
}

// Write sends a datagram to the other side.
func (u *UDPSocket) Write(b []byte) (int, error) {
	if !u.remote.IsValid() {
		u.autobind(netip.IPv4Unspecified()) // Linux does that first
		return 0, EDESTADDRREQ
	}
	if err := u.Err(); err != nil {
		return 0, err
	}
	if len(b) > maxDatagram {
		return 0, EMSGSIZE
	}
	return len(b), u.send(b, u.remote)
}

// Peer is the other side; one without a port is none to getpeername(2).
func (u *UDPSocket) Peer() (netip.AddrPort, error) {
	if !u.remote.IsValid() || u.remote.Port() == 0 {
		return netip.AddrPort{}, ENOTCONN
	}
	return u.remote, nil
}

// SendTo sends a datagram. EPERM if a rule of the namespace dropped it.
func (u *UDPSocket) SendTo(b []byte, to netip.AddrPort) (int, error) {
	if err := u.Err(); err != nil {
		return 0, err
	}
	if len(b) > maxDatagram {
		return 0, EMSGSIZE
	}
	if !to.IsValid() || to.Port() == 0 {
		return 0, EINVAL
	}
	to = u.toSelf(to)
	if err := u.autobind(to.Addr()); err != nil {
		return 0, err
	}
	return len(b), u.send(b, to)
}

// autobind gives a socket that has none a port, for all addresses of a family.
func (u *UDPSocket) autobind(family netip.Addr) error {
	if u.local.IsValid() {
		return nil
	}
	if err := u.claim(netip.AddrPortFrom(anyOf(family), 0)); err != nil {
		return EAGAIN
	}
	return nil
}

func anyOf(a netip.Addr) netip.Addr {
	if a.Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

func (u *UDPSocket) send(b []byte, to netip.AddrPort) error {
	s := u.stack
	d, err := s.routeOut(to.Addr(), nil)
	if err != nil {
		return err
	}
	if d.cast && s.isBroadcast(to.Addr()) && u.options[OptBroadcast] == 0 {
		return EACCES
	}
	src, ok := u.local.Addr(), true
	if src.IsUnspecified() {
		src, ok = s.sourceOf(&d, to.Addr())
	}
	if !ok {
		return EADDRNOTAVAIL
	}
	if src.Is4() != to.Addr().Is4() {
		return EINVAL
	}
	p := &packet.IP{
		Src: src.WithZone(
			"",
		), Dst: to.Addr().WithZone(""), Proto: packet.ProtoUDP, TTL: s.ttl(u.options[OptTTL], to.Addr().Is6()),
		Mark: uint32(u.options[OptMark]), DF: u.options[OptDontFragment] != 0,
		UDP: &packet.UDP{SrcPort: u.local.Port(), DstPort: to.Port(), Payload: slices.Clone(b)},
	}
	if p.DF && p.Size() > s.mtuTo(&d, p.Dst) {
		return EMSGSIZE
	}
	return s.send(d, &skb{frame: packet.Frame{IP: p}, private: true, origin: u.origin})
}

// RecvFrom takes the datagram that has waited longest. What does not fit into b is lost.
func (u *UDPSocket) RecvFrom(b []byte) (int, netip.AddrPort, error) {
	if err := u.Err(); err != nil {
		return 0, netip.AddrPort{}, err
	}
	if len(u.queue) == 0 {
		return 0, netip.AddrPort{}, EAGAIN
	}
	d := u.queue[0]
	u.queue[0] = datagram{}
	if u.queue = u.queue[1:]; len(u.queue) == 0 {
		u.queue = nil
	}
	u.account(-len(d.data) - datagramCost)
	return copy(b, d.data), d.from, nil
}

// Read takes a datagram.
func (u *UDPSocket) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, _, err := u.RecvFrom(b)
	return n, err
}

// Ready is what can be done now.
func (u *UDPSocket) Ready() Ready {
	r := Writable
	if len(u.queue) > 0 {
		r |= Readable
	}
	if u.err != nil {
		r |= Failed
	}
	return r
}

// Close gives the port back.
func (u *UDPSocket) Close() {
	if u.closed {
		return
	}
	u.closed = true
	u.queue = nil
	u.account(-u.queued)
	if !u.local.IsValid() {
		return
	}
	port := u.local.Port()
	left := slices.DeleteFunc(u.stack.udp[port], func(o *UDPSocket) bool { return o == u })
	if u.stack.udp[port] = left; len(left) == 0 {
		delete(u.stack.udp, port)
	}
}

func (u *UDPSocket) fail(err error, why sim.EventID) {
	u.err, u.why = err, why
	u.wake()
}

// udpInput gives a datagram to its socket, or says that there is none. Linux: __udp4_lib_rcv
func (s *Stack) udpInput(l *Link, b *skb) {
	p := b.frame.IP
	if s.tunnelInput(b) {
		return
	}
	if p.Dst.IsMulticast() || s.isBroadcast(p.Dst) {
		s.udpToAll(l, b)
		return
	}
	u := s.udpSocket(p)
	if u == nil {
		s.lost(b, l, "net.refused", "no socket has this UDP port")
		s.icmpError(b, unreachablePort, 0)
		return
	}
	u.receive(l, b)
}

// udpSocket finds the socket that fits best: connected before bound before wildcard.
func (s *Stack) udpSocket(p *packet.IP) *UDPSocket {
	var best *UDPSocket
	score := -1
	from := netip.AddrPortFrom(p.Src, p.UDP.SrcPort)
	for _, u := range s.udp[p.UDP.DstPort] {
		if n := u.score(p.Dst, from); n > score {
			best, score = u, n
		}
	}
	return best
}

func (u *UDPSocket) score(dst netip.Addr, from netip.AddrPort) int {
	ok, exact := u.accepts(dst)
	switch {
	case !ok:
		return -1
	case u.remote.IsValid() && !u.hears(from):
		return -1
	}
	n := 0
	if exact {
		n++
	}
	if u.remote.IsValid() {
		n += 2
	}
	return n
}

// hears reports whether a connected socket takes datagrams from an address. Connected to port 0, it takes those from
// any. Linux: compute_score
func (u *UDPSocket) hears(from netip.AddrPort) bool {
	r := withoutZone(u.remote)
	return r.Addr() == from.Addr() && (r.Port() == 0 || r.Port() == from.Port())
}

func withoutZone(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().WithZone(""), a.Port())
}

// udpToAll gives a broadcast to each socket that listens for it.
func (s *Stack) udpToAll(l *Link, b *skb) {
	p := b.frame.IP
	from := netip.AddrPortFrom(p.Src, p.UDP.SrcPort)
	for _, u := range slices.Clone(s.udp[p.UDP.DstPort]) {
		if u.score(p.Dst, from) >= 0 {
			u.receive(l, b)
		}
	}
}

func (u *UDPSocket) receive(l *Link, b *skb) {
	p := b.frame.IP
	cost := len(p.UDP.Payload) + datagramCost
	if u.queued+cost > receiveBuffer || u.stack.fabric.tight() {
		u.stack.lost(b, l, "net.full", "the socket's receive buffer is full")
		return
	}
	u.stack.step(b, l, "udp", "delivered to a socket", false)
	from := p.Src
	if from.Is6() && from.IsLinkLocalUnicast() {
		from = from.WithZone(l.name)
	}
	u.queue = append(u.queue, datagram{p.UDP.Payload, netip.AddrPortFrom(from, p.UDP.SrcPort)})
	u.account(cost)
	u.wake()
}

// account notes that the socket holds more, or less.
func (u *UDPSocket) account(n int) {
	u.queued += n
	u.stack.fabric.held += n
}

// udpTrouble tells a connected socket what became of its datagram.
func (s *Stack) udpTrouble(b *skb, err Errno, hard bool) {
	in := b.frame.IP.ICMP.Inner
	to := netip.AddrPortFrom(in.Dst, in.UDP.DstPort)
	for _, u := range s.udp[in.UDP.SrcPort] {
		if hard && u.remote.IsValid() && withoutZone(u.remote) == to {
			u.fail(err, b.why)
			return
		}
	}
}

func (s *Stack) udpInfo() []SocketInfo {
	var list []SocketInfo
	for _, port := range sortedKeys(s.udp) {
		for _, u := range s.udp[port] {
			state := "UNCONN"
			if u.remote.IsValid() {
				state = "ESTAB"
			}
			i := u.info("udp", state)
			i.RecvQ = u.queued
			list = append(list, i)
		}
	}
	return list
}

func sortedKeys[V any](m map[uint16]V) []uint16 { return slices.Sorted(maps.Keys(m)) }
