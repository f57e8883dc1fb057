package netsim

import (
	"net/netip"
	"slices"

	"dockerlearn/labs/sandbox/sim"
)

// Ready is a set of things that a socket can do at once. The bits are poll(2)'s.
type Ready uint16

// Bits of Ready.
const (
	Readable Ready = 0x001
	Writable Ready = 0x004
	Failed   Ready = 0x008
	HungUp   Ready = 0x010
)

// Socket is an end of communication. Its calls never wait: what would is EAGAIN.
type Socket interface {
	Bind(netip.AddrPort) error
	// Connect names the other side. TCP answers EINPROGRESS: the socket is writable when that has ended, and Err says
	// how.
	Connect(netip.AddrPort) error
	Local() netip.AddrPort
	Remote() netip.AddrPort
	// Peer is the other side while there is one: getpeername(2).
	Peer() (netip.AddrPort, error)
	Read([]byte) (int, error)
	Write([]byte) (int, error)
	Ready() Ready
	// Notify sets what is called when Ready may have changed. It must not call the socket.
	Notify(func())
	// Err takes the error that waits for the next call, SO_ERROR.
	Err() error
	SetOption(Option, int) error
	Option(Option) (int, error)
	// Follow says what the socket was made for: what becomes of the frames that it sends follows from that.
	Follow(sim.EventID)
	Close()

	common() *endpoint
}

// Option is something that can be set on a socket.
type Option int

// Options. What a kind of socket does not know is ENOPROTOOPT.
const (
	OptReuseAddr    Option = iota // SO_REUSEADDR
	OptReusePort                  // SO_REUSEPORT: several UDP sockets or listeners on one port; the first one gets it all
	OptBroadcast                  // SO_BROADCAST: without it, sending to a broadcast address is EACCES
	OptV6Only                     // IPV6_V6ONLY
	OptTTL                        // IP_TTL, IPV6_UNICAST_HOPS
	OptMark                       // SO_MARK
	OptDontFragment               // IP_MTU_DISCOVER: 1 is IP_PMTUDISC_DO
	optionCount
)

// endpoint is what all sockets have.
type endpoint struct {
	stack   *Stack
	local   netip.AddrPort
	remote  netip.AddrPort
	options [optionCount]int
	notify  func()
	err     error
	why     sim.EventID // of err
	origin  sim.EventID // what it was made for; 0 if nobody said
	owner   any
	closed  bool
}

func (e *endpoint) common() *endpoint { return e }

// Local is the socket's own address, invalid before it has one.
func (e *endpoint) Local() netip.AddrPort { return e.local }

// Remote is the address of the other side, invalid before there is one.
func (e *endpoint) Remote() netip.AddrPort { return e.remote }

// Peer is the address of the other side; ENOTCONN if there is none.
func (e *endpoint) Peer() (netip.AddrPort, error) {
	if !e.remote.IsValid() {
		return e.remote, ENOTCONN
	}
	return e.remote, nil
}

// Notify sets what is called when Ready may have changed.
func (e *endpoint) Notify(f func()) { e.notify = f }

// Err takes the error that waits for the next call.
func (e *endpoint) Err() error {
	err := e.err
	e.err = nil
	return err
}

// Cause is the event that led to the error that Err told last, 0 if none did.
func (e *endpoint) Cause() sim.EventID { return e.why }

// Follow says what the socket was made for: what becomes of the frames that it sends follows from that.
func (e *endpoint) Follow(id sim.EventID) { e.origin = id }

func (e *endpoint) wake() {
	if e.notify != nil {
		e.notify()
	}
}

// SetOption sets an option.
func (e *endpoint) SetOption(o Option, value int) error {
	if o < 0 || o >= optionCount {
		return ENOPROTOOPT
	}
	if o == OptTTL && (value < 1 || value > 255) {
		return EINVAL
	}
	e.options[o] = value
	return nil
}

// Option reads an option.
func (e *endpoint) Option(o Option) (int, error) {
	if o < 0 || o >= optionCount {
		return 0, ENOPROTOOPT
	}
	if o == OptTTL && e.options[o] == 0 {
		return e.stack.settings.ttl, nil
	}
	return e.options[o], nil
}

// v6only reports whether a wildcard IPv6 address leaves IPv4 out.
func (e *endpoint) v6only() bool { return e.options[OptV6Only] != 0 }

// accepts reports whether packets to an address are for this socket, and whether by name.
func (e *endpoint) accepts(dst netip.Addr) (ok, exact bool) {
	own := e.local.Addr()
	switch {
	case own.WithZone("") == dst:
		return true, true
	case !own.IsUnspecified():
		return false, false
	case own.Is4():
		return dst.Is4(), false
	}
	return dst.Is6() || !e.v6only(), false
}

// overlaps reports whether two sockets on one port could both be meant by an address.
func (e *endpoint) overlaps(o *endpoint) bool {
	a, b := e.local.Addr(), o.local.Addr()
	switch {
	case a.WithZone("") == b.WithZone(""):
		return true
	case a.IsUnspecified() && b.IsUnspecified(): // one of each family
		return (a.Is4() || !e.v6only()) && (b.Is4() || !o.v6only())
	case a.IsUnspecified():
		ok, _ := e.accepts(b.WithZone(""))
		return ok
	case b.IsUnspecified():
		ok, _ := o.accepts(a.WithZone(""))
		return ok
	}
	return false
}

// toSelf: the unspecified address means this host: the socket's own address, or the loopback one.
// Linux: ip_route_output_key_hash
func (e *endpoint) toSelf(a netip.AddrPort) netip.AddrPort {
	self := loopback4()
	switch a.Addr() {
	case netip.IPv4Unspecified():
		if own := e.local.Addr(); own.Is4() && !own.IsUnspecified() {
			self = own
		}
	case netip.IPv6Unspecified():
		self = netip.IPv6Loopback()
	default:
		return a
	}
	return netip.AddrPortFrom(self, a.Port())
}

// mayBind checks an address to bind.
func (s *Stack) mayBind(a netip.Addr) error {
	switch {
	case s.closed:
		return ENETDOWN
	case !a.IsValid() || a.Is4In6():
		return EINVAL
	case a.Is6() && a.IsLinkLocalUnicast() && a.Zone() == "":
		return EINVAL
	case a.IsUnspecified() || a.IsMulticast() || s.isBroadcast(a) || s.IsLocal(a):
		return nil
	}
	return EADDRNOTAVAIL
}

// settle gives the socket its own address, with a free port where it has none. EADDRINUSE if the port cannot be had.
func (e *endpoint) settle(a netip.AddrPort, free func(port uint16) bool) error {
	e.local = a // whether a port is free depends on the address
	port := a.Port()
	var err error
	if port == 0 {
		port, err = e.stack.ephemeral(free)
	} else if !free(port) {
		err = EADDRINUSE
	}
	if err != nil {
		e.local = netip.AddrPort{}
		return EADDRINUSE
	}
	e.local = netip.AddrPortFrom(a.Addr(), port)
	return nil
}

// ephemeral chooses a free port of net.ipv4.ip_local_port_range, beginning at a random one.
func (s *Stack) ephemeral(free func(port uint16) bool) (uint16, error) {
	low, high := s.settings.ports[0], s.settings.ports[1]
	n := high - low + 1
	at := s.fabric.random.IntN(n)
	for i := range n {
		port := low + (at+i)%n
		if !s.settings.isReserved(port) && free(uint16(port)) {
			return uint16(port), nil
		}
	}
	return 0, EADDRNOTAVAIL
}

// SocketInfo is a socket as ss and netstat show it.
type SocketInfo struct {
	Proto        string // tcp, udp, icmp, raw
	V6           bool   // bound to an IPv6 address
	V6Only       bool   // leaves IPv4 out, though bound to all addresses
	State        string // LISTEN, ESTAB, TIME-WAIT …; UNCONN and ESTAB for udp
	Local        netip.AddrPort
	Remote       netip.AddrPort
	RecvQ, SendQ int
	Owner        any // what SetOwner said; nil for what the kernel keeps alone, as TIME-WAIT
}

// SetOwner says whose socket it is; SocketInfo tells.
func (s *Stack) SetOwner(x Socket, owner any) { x.common().owner = owner }

func (e *endpoint) info(proto, state string) SocketInfo {
	i := SocketInfo{Proto: proto, State: state, Local: e.local, Remote: e.remote, Owner: e.owner}
	i.V6 = e.local.IsValid() && e.local.Addr().Is6()
	i.V6Only = i.V6 && e.v6only()
	return i
}

// Sockets lists the namespace's sockets that have an address: listeners, connections, then datagram and ICMP sockets,
// each by port and address.
func (s *Stack) Sockets() []SocketInfo {
	list := s.tcpInfo()
	list = append(list, s.udpInfo()...)
	for _, x := range s.icmp {
		list = append(list, x.info(x.proto(), "UNCONN"))
	}
	return list
}

func byAddress(a, b SocketInfo) int {
	if c := int(a.Local.Port()) - int(b.Local.Port()); c != 0 {
		return c
	}
	if c := a.Local.Compare(b.Local); c != 0 {
		return c
	}
	return a.Remote.Compare(b.Remote)
}

// closeSockets ends all sockets of a namespace that goes away. Nothing is sent.
func (s *Stack) closeSockets() {
	s.tcpAbandon()
	for _, x := range slices.Clone(s.icmp) {
		x.Close()
	}
	for _, port := range sortedKeys(s.udp) {
		for _, u := range slices.Clone(s.udp[port]) {
			u.fail(ENETDOWN, 0)
			u.Close()
		}
	}
}
