package dockernet

import (
	"fmt"
	"net/netip"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// listen holds a port of the host with a socket, so that no process can have it, and serves what comes by it. moby:
// daemon/libnetwork/portallocator/osallocator_linux.go
func (c *Controller) listen(b Binding) (boundPort, error) {
	at := netip.AddrPortFrom(b.HostIP, b.HostPort)
	switch b.Proto {
	case packet.ProtoTCP:
		return c.listenTCP(at, b)
	case packet.ProtoUDP:
		return c.listenUDP(at, b)
	}
	return reserved{}, nil // SCTP: the allocator alone knows
}

// proxied is a port that a proxy serves, which somebody follows.
type proxied struct {
	proxy  boundPort
	ended  func()
	closed bool
}

// follow lets somebody know of a proxy.
func (c *Controller) follow(b Binding, listens netsim.Socket, proxy boundPort) boundPort {
	if c.c.Proxied == nil {
		return proxy
	}
	p := &proxied{proxy: proxy}
	p.ended = c.c.Proxied(b, listens, p.stop)
	return p
}

// stop ends the proxy; the port stays the container's.
func (p *proxied) stop() {
	if !p.closed {
		p.closed = true
		p.proxy.Close()
	}
}

// Close ends the proxy and says so.
func (p *proxied) Close() {
	p.stop()
	p.ended()
}

func (b Binding) containerPort() netip.AddrPort { return netip.AddrPortFrom(b.IP, b.Number) }

// reserved is a port that no socket holds.
type reserved struct{}

func (reserved) Close() {}

func cannotBind(at netip.AddrPort, p packet.Proto, err error) error {
	return fmt.Errorf("failed to bind host port %s/%s: %s", at, ProtoName(p), words(err))
}

func (c *Controller) listenTCP(at netip.AddrPort, b Binding) (boundPort, error) {
	l := c.host.NewTCP()
	l.SetOption(netsim.OptReuseAddr, 1)
	if at.Addr().Is6() {
		l.SetOption(netsim.OptV6Only, 1)
	}
	err := l.Bind(at)
	if err == nil {
		err = l.Listen(backlog)
	}
	if err != nil {
		l.Close()
		return nil, cannotBind(at, packet.ProtoTCP, err)
	}
	if c.c.NoProxy {
		return l, nil // rules take what comes; nobody answers here
	}
	return c.follow(b, l, newTCPProxy(c.host, l, b.containerPort())), nil
}

// backlog is what -1 means: as much as net.core.somaxconn allows.
const backlog = 4096

func (c *Controller) listenUDP(at netip.AddrPort, b Binding) (boundPort, error) {
	l := c.host.NewUDP()
	if at.Addr().Is6() {
		l.SetOption(netsim.OptV6Only, 1)
	}
	if err := l.Bind(at); err != nil {
		l.Close()
		return nil, cannotBind(at, packet.ProtoUDP, err)
	}
	if c.c.NoProxy {
		return l, nil
	}
	return c.follow(b, l, newUDPProxy(c.host, l, b.containerPort())), nil
}
