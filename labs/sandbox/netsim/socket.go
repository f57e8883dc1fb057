package netsim

import (
	"net/netip"

	"dockerlearn/labs/sandbox/netsim/packet"
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
	Read([]byte) (int, error)
	Write([]byte) (int, error)
	Ready() Ready
	// Notify sets what is called between turns when Ready may have changed.
	Notify(func())
	// Err takes the error that waits for the next call, SO_ERROR.
	Err() error
	SetOption(Option, int) error
	Option(Option) (int, error)
	Close()
}

// Option is something that can be set on a socket.
type Option int

// Options. What a kind of socket does not know is ENOPROTOOPT.
const (
	OptReuseAddr Option = iota // SO_REUSEADDR
	OptReusePort               // SO_REUSEPORT
	OptBroadcast               // SO_BROADCAST: without it, sending to a broadcast address is EACCES
	OptV6Only                  // IPV6_V6ONLY
	OptTTL                     // IP_TTL, IPV6_UNICAST_HOPS
	OptMark                    // SO_MARK
	OptDontRoute               // refused
)

// SocketInfo is a socket as ss and netstat show it.
type SocketInfo struct {
	Proto        string // tcp, udp, icmp, raw
	V6           bool   // made for, or bound to, an IPv6 address
	State        string // LISTEN, ESTAB, TIME-WAIT …; UNCONN and ESTAB for udp
	Local        netip.AddrPort
	Remote       netip.AddrPort
	RecvQ, SendQ int
	Owner        any // what SetOwner said; nil for what the kernel keeps alone, as TIME-WAIT
	Inode        uint64
}

// Sockets lists the namespace's sockets: listeners, then connections, then datagram sockets, each by age.
func (s *Stack) Sockets() []SocketInfo { return nil }

// SetOwner says whose socket it is; SocketInfo tells.
func (s *Stack) SetOwner(x Socket, owner any) {}

type base struct{}

func (base) Bind(netip.AddrPort) error    { return ENOSYS }
func (base) Connect(netip.AddrPort) error { return ENOSYS }
func (base) Local() netip.AddrPort        { return netip.AddrPort{} }
func (base) Remote() netip.AddrPort       { return netip.AddrPort{} }
func (base) Read([]byte) (int, error)     { return 0, ENOSYS }
func (base) Write([]byte) (int, error)    { return 0, ENOSYS }
func (base) Ready() Ready                 { return 0 }
func (base) Notify(func())                {}
func (base) Err() error                   { return nil }
func (base) SetOption(Option, int) error  { return ENOPROTOOPT }
func (base) Option(Option) (int, error)   { return 0, ENOPROTOOPT }
func (base) Close()                       {}

// TCPSocket is a stream, or listens for some.
type TCPSocket struct{ base }

// NewTCP makes a socket.
func (s *Stack) NewTCP() *TCPSocket { return &TCPSocket{} }

// Listen makes the socket accept connections, at most backlog at once waiting.
func (t *TCPSocket) Listen(backlog int) error { return ENOSYS }

// Accept takes the connection that has waited longest; EAGAIN if there is none.
func (t *TCPSocket) Accept() (*TCPSocket, error) { return nil, EAGAIN }

// Shutdown ends reading, writing or both.
func (t *TCPSocket) Shutdown(read, write bool) error { return ENOSYS }

// UDPSocket sends and receives datagrams.
type UDPSocket struct{ base }

// NewUDP makes a socket.
func (s *Stack) NewUDP() *UDPSocket { return &UDPSocket{} }

// SendTo sends a datagram.
func (u *UDPSocket) SendTo(b []byte, to netip.AddrPort) (int, error) { return 0, ENOSYS }

// RecvFrom takes the datagram that has waited longest. What does not fit into b is lost.
func (u *UDPSocket) RecvFrom(b []byte) (int, netip.AddrPort, error) {
	return 0, netip.AddrPort{}, EAGAIN
}

// ICMPSocket sends and receives ICMP messages, as ping and traceroute do.
type ICMPSocket struct{ base }

// NewICMP makes a socket for ICMP or ICMPv6 that sees every message that reaches the namespace: a raw socket.
func (s *Stack) NewICMP(v6 bool) *ICMPSocket { return &ICMPSocket{} }

// SendTo sends a message; ttl 0 is the namespace's default.
func (x *ICMPSocket) SendTo(m packet.ICMP, to netip.Addr, ttl int) error { return ENOSYS }

// RecvFrom takes the packet that has waited longest; EAGAIN if there is none.
func (x *ICMPSocket) RecvFrom() (packet.IP, error) { return packet.IP{}, EAGAIN }

// NewPing makes a socket that sends echo requests under a number of its own and sees their answers alone.
func (s *Stack) NewPing(v6 bool) *ICMPSocket { return &ICMPSocket{} }
