package proc

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/vfs"
)

// Address families of Socket. Linux: include/linux/socket.h
const (
	AF_INET  = 2
	AF_INET6 = 10
)

// SocketType says what a socket carries.
type SocketType int

// Types of sockets.
const (
	SockStream SocketType = iota // TCP
	SockDgram                    // UDP
	SockICMP                     // echo requests, for groups in net.ipv4.ping_group_range
	SockRaw                      // all of ICMP, with CAP_NET_RAW
)

// socket is the Handle on a socket of the process's network namespace. Waiting for it is done here.
type socket struct {
	netsim.Socket
	family  int
	kind    SocketType
	stack   *netsim.Stack
	open    *Open
	changed Queue
	stat    vfs.Stat
}

// socketDev is the device number of sockets' own file system.
var socketDev = vfs.MakeDev(0, 8)

// Network is the network namespace of the process. Programs that speak netlink (ip, ss, iptables) use it.
func (s Sys) Network() *netsim.Stack {
	s.p.enter()
	return s.p.ns.Net
}

// Socket makes a socket and returns its descriptor.
func (s Sys) Socket(family int, t SocketType) (int, error) {
	s.p.enter()
	if family != AF_INET && family != AF_INET6 {
		return -1, vfs.EAFNOSUPPORT
	}
	if err := s.maySocket(t); err != nil {
		return -1, err
	}
	stack := s.p.ns.Net
	var x netsim.Socket
	switch t {
	case SockStream:
		x = stack.NewTCP()
	case SockDgram:
		x = stack.NewUDP()
	case SockICMP:
		x = stack.NewPing(family == AF_INET6)
	case SockRaw:
		x = stack.NewICMP(family == AF_INET6)
	default:
		return -1, vfs.ESOCKTNOSUPPORT
	}
	x.Follow(s.p.cause)
	return s.installSocket(x, family, t)
}

// maySocket asks for the rights that a type of socket needs. Linux: net/ipv4/af_inet.c, net/ipv4/ping.c
func (s Sys) maySocket(t SocketType) error {
	switch {
	case t == SockRaw && !s.p.cred.Effective.Has(CAP_NET_RAW):
		return EPERM
	case t == SockICMP && !s.mayPing():
		return EACCES
	}
	return nil
}

func (s Sys) mayPing() bool {
	low, high := s.p.ns.Net.PingGroups()
	in := func(gid uint32) bool { return gid >= low && gid <= high }
	return in(s.p.cred.EGID) || slices.ContainsFunc(s.p.cred.Groups, in)
}

func (s Sys) installSocket(x netsim.Socket, family int, t SocketType) (int, error) {
	k := s.p.kernel
	k.lastPipe++
	now := k.sim.Now().UnixNano()
	h := &socket{Socket: x, family: family, kind: t, stack: s.p.ns.Net, stat: vfs.Stat{
		Dev: socketDev, Ino: k.lastPipe, Mode: vfs.S_IFSOCK | 0o777, Nlink: 1, Atime: now, Mtime: now, Ctime: now,
		UID: s.p.cred.UID, GID: s.p.cred.GID,
	}}
	x.Notify(h.changed.Wake)
	h.stack.SetOwner(x, SocketOwner{Process: s.p, Inode: uint64(h.stat.Ino)})
	fd, err := s.Install(h, h.name(), O_RDWR)
	if err == nil {
		h.open, err = s.p.files.get(fd)
	}
	return fd, err
}

// SocketOwner is what a socket of the network namespace is to proc: netsim.SocketInfo's Owner.
type SocketOwner struct {
	Process *Process // that made or accepted it
	Inode   uint64
}

// name is what /proc/PID/fd shows for a socket.
func (h *socket) name() string { return "socket:[" + strconv.FormatUint(uint64(h.stat.Ino), 10) + "]" }

// Read waits for data, a datagram, or the end.
func (h *socket) Read(s Sys, b []byte) (n int, err error) {
	err = h.wait(s, h.nonblock(), "sk_wait_data", func() error {
		n, err = h.Socket.Read(b)
		return err
	})
	return n, err
}

// nonblock reports whether calls on the socket are not to wait.
func (h *socket) nonblock() bool { return h.open.Flags.has(O_NONBLOCK) }

// Write waits until all of b has found room; one that does not wait takes what there is room for.
func (h *socket) Write(s Sys, b []byte) (int, error) {
	done := 0
	for {
		err := h.wait(s, h.nonblock(), "sk_stream_wait_memory", func() error {
			n, err := h.Socket.Write(b[done:])
			done += n
			return err
		})
		switch {
		case err == nil && done < len(b):
			continue
		case err == EPIPE:
			s.p.raise(SIGPIPE)
		case (err == EINTR || err == EAGAIN) && done > 0:
			return done, nil
		}
		return done, err
	}
}

// wait calls try until it says something other than EAGAIN, or just once.
func (h *socket) wait(s Sys, once bool, why string, try func() error) error {
	for {
		err := errnoOf(try())
		if err != EAGAIN || once {
			return err
		}
		if err := h.changed.Wait(s, why); err != nil {
			return err
		}
	}
}

func (h *socket) Ready() Ready            { return Ready(h.Socket.Ready()) }
func (h *socket) Changes() *Queue         { return &h.changed }
func (h *socket) Stat() (vfs.Stat, error) { return h.stat, nil }

// errnoOf is a network error as the kernel's; they have the same numbers.
func errnoOf(err error) error {
	var e netsim.Errno
	if errors.As(err, &e) {
		return Errno(e)
	}
	return err
}

// socketAt is the socket behind a descriptor.
func (s Sys) socketAt(fd int) (*socket, error) {
	s.p.enter()
	o, err := s.p.files.get(fd)
	if err != nil {
		return nil, err
	}
	h, ok := o.Handle.(*socket)
	if !ok {
		return nil, vfs.ENOTSOCK
	}
	return h, nil
}

// kindAt is the socket behind a descriptor, and as what it is to netsim; EOPNOTSUPP if it is of another kind.
func kindAt[T netsim.Socket](s Sys, fd int) (x T, h *socket, err error) {
	if h, err = s.socketAt(fd); err != nil {
		return x, nil, err
	}
	x, ok := h.Socket.(T)
	if !ok {
		return x, nil, vfs.EOPNOTSUPP
	}
	return x, h, nil
}

// SetNonblock decides whether calls on the descriptor's description wait or say EAGAIN.
func (s Sys) SetNonblock(fd int, on bool) error {
	s.p.enter()
	o, err := s.p.files.get(fd)
	if err != nil {
		return err
	}
	o.Flags &^= O_NONBLOCK
	if on {
		o.Flags |= O_NONBLOCK
	}
	return nil
}

// Bind gives a socket its own address.
func (s Sys) Bind(fd int, a netip.AddrPort) error {
	h, err := s.socketAt(fd)
	if err != nil {
		return err
	}
	if !h.speaks(a.Addr()) {
		return vfs.EAFNOSUPPORT
	}
	privileged := int(a.Port()) < h.stack.UnprivilegedPort() && a.Port() != 0
	if privileged && h.kind <= SockDgram && !s.p.cred.Effective.Has(CAP_NET_BIND_SERVICE) {
		return EACCES
	}
	return errnoOf(h.Socket.Bind(a))
}

// speaks reports whether the socket's family has such addresses: an AF_INET6 socket knows IPv4 ones too.
func (h *socket) speaks(a netip.Addr) bool { return !a.IsValid() || a.Is4() || h.family == AF_INET6 }

// Listen makes a stream socket accept connections.
func (s Sys) Listen(fd, backlog int) error {
	t, h, err := kindAt[*netsim.TCPSocket](s, fd)
	if err != nil {
		return err
	}
	if !t.Local().IsValid() {
		if err := t.Bind(netip.AddrPortFrom(h.wildcard(), 0)); err != nil {
			return errnoOf(err)
		}
	}
	return errnoOf(t.Listen(backlog))
}

func (h *socket) wildcard() netip.Addr {
	if h.family == AF_INET6 {
		return netip.IPv6Unspecified()
	}
	return netip.IPv4Unspecified()
}

// Accept waits for a connection and returns its descriptor and who called.
func (s Sys) Accept(fd int) (conn int, from netip.AddrPort, err error) {
	t, h, err := kindAt[*netsim.TCPSocket](s, fd)
	if err != nil {
		return -1, from, err
	}
	var x *netsim.TCPSocket
	err = h.wait(s, h.nonblock(), "inet_csk_accept", func() (err error) {
		x, err = t.Accept()
		return err
	})
	if err != nil {
		return -1, from, err
	}
	conn, err = s.installSocket(x, h.family, SockStream)
	return conn, x.Remote(), err
}

// Connect names the other side, and waits for a stream to be established: ETIMEDOUT, ECONNREFUSED, EHOSTUNREACH,
// ENETUNREACH, EINTR if it is not.
func (s Sys) Connect(fd int, a netip.AddrPort) error {
	h, err := s.socketAt(fd)
	if err != nil {
		return err
	}
	if !h.speaks(a.Addr()) {
		return vfs.EAFNOSUPPORT
	}
	for {
		err := errnoOf(h.Socket.Connect(a))
		s.noWay(err, a)
		if (err != vfs.EINPROGRESS && err != vfs.EALREADY) || h.nonblock() {
			return err
		}
		if err := h.changed.Wait(s, "inet_stream_connect"); err != nil {
			return err
		}
	}
}

// noWay notes that nothing leads to where a process wanted to send.
func (s Sys) noWay(err error, to netip.AddrPort) {
	if err == vfs.ENETUNREACH {
		s.Event("net.unreachable", to.Addr().String(), NoRoute{s.p.ns.Net.Name()})
	}
}

// NoRoute is the detail of net.unreachable, whose subject is the address: in which network namespace.
type NoRoute struct{ Net string }

func (x NoRoute) String() string { return "no route in " + x.Net }

// SendTo sends a datagram to an address; a stream takes the bytes and not the address.
func (s Sys) SendTo(fd int, b []byte, to netip.AddrPort) (n int, err error) {
	h, err := s.socketAt(fd)
	if err != nil {
		return 0, err
	}
	u, ok := h.Socket.(*netsim.UDPSocket)
	if !ok {
		return s.Write(fd, b)
	}
	if !h.speaks(to.Addr()) {
		return 0, vfs.EAFNOSUPPORT
	}
	err = h.wait(s, h.nonblock(), "sock_alloc_send_pskb", func() (err error) {
		n, err = u.SendTo(b, to)
		return err
	})
	s.noWay(err, to)
	s.transferred(n)
	return n, err
}

// RecvFrom waits for a datagram, or for bytes of a stream. What does not fit of a datagram is lost.
func (s Sys) RecvFrom(fd int, b []byte) (n int, from netip.AddrPort, err error) {
	h, err := s.socketAt(fd)
	if err != nil {
		return 0, from, err
	}
	u, ok := h.Socket.(*netsim.UDPSocket)
	if !ok {
		n, err = s.Read(fd, b)
		return n, h.Socket.Remote(), err
	}
	err = h.wait(s, h.nonblock(), "__skb_wait_for_more_packets", func() (err error) {
		n, from, err = u.RecvFrom(b)
		return err
	})
	s.transferred(n)
	return n, from, err
}

// Shutdown ends reading from a stream, writing to it, or both.
func (s Sys) Shutdown(fd int, read, write bool) error {
	t, _, err := kindAt[*netsim.TCPSocket](s, fd)
	if err != nil {
		return err
	}
	return errnoOf(t.Shutdown(read, write))
}

// LocalAddr is a socket's own address.
func (s Sys) LocalAddr(fd int) (netip.AddrPort, error) {
	h, err := s.socketAt(fd)
	if err != nil {
		return netip.AddrPort{}, err
	}
	a := h.Socket.Local()
	if !a.IsValid() {
		a = netip.AddrPortFrom(h.wildcard(), 0)
	}
	return a, nil
}

// PeerAddr is the address of the other side.
func (s Sys) PeerAddr(fd int) (netip.AddrPort, error) {
	h, err := s.socketAt(fd)
	if err != nil {
		return netip.AddrPort{}, err
	}
	a, err := h.Socket.Peer()
	return a, errnoOf(err)
}

// SetSockOpt sets an option of a socket.
func (s Sys) SetSockOpt(fd int, o netsim.Option, value int) error {
	h, err := s.socketAt(fd)
	switch {
	case err != nil:
		return err
	case o == netsim.OptMark && !s.mayMark():
		return EPERM
	}
	return errnoOf(h.Socket.SetOption(o, value))
}

// mayMark asks for the rights that SO_MARK needs. Linux: net/core/sock.c, sk_setsockopt
func (s Sys) mayMark() bool {
	return s.p.cred.Effective.Has(CAP_NET_RAW) || s.p.cred.Effective.Has(CAP_NET_ADMIN)
}

// SockOpt reads an option of a socket.
func (s Sys) SockOpt(fd int, o netsim.Option) (int, error) {
	h, err := s.socketAt(fd)
	if err != nil {
		return 0, err
	}
	n, err := h.Socket.Option(o)
	return n, errnoOf(err)
}

// SockError takes the error that waits at a socket, nil if there is none: SO_ERROR, after a Connect that did not wait.
func (s Sys) SockError(fd int) error {
	h, err := s.socketAt(fd)
	if err != nil {
		return err
	}
	return errnoOf(h.Socket.Err())
}

// ICMPSend sends a message; ttl 0 is the machine's default.
func (s Sys) ICMPSend(fd int, m packet.ICMP, to netip.Addr, ttl int) error {
	x, _, err := kindAt[*netsim.ICMPSocket](s, fd)
	if err != nil {
		return err
	}
	err = errnoOf(x.SendTo(m, to, ttl))
	s.noWay(err, netip.AddrPortFrom(to, 0))
	return err
}

// ICMPRecv waits for a message.
func (s Sys) ICMPRecv(fd int) (p packet.IP, err error) {
	x, h, err := kindAt[*netsim.ICMPSocket](s, fd)
	if err != nil {
		return p, err
	}
	err = h.wait(s, h.nonblock(), "__skb_wait_for_more_packets", func() (err error) {
		p, err = x.RecvFrom()
		return err
	})
	return p, err
}
