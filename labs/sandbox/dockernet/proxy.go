package dockernet

import (
	"net/netip"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/sim"
)

// The userland proxy, docker-proxy: it takes what reaches a published port of the host and is not translated, and
// speaks with the container itself. That is what the host says to its own addresses on the loopback, what containers
// say to ports of their own network, and IPv6 to containers without. moby: cmd/docker-proxy

// tcpProxy accepts connections.
type tcpProxy struct {
	host     *netsim.Stack
	listener *netsim.TCPSocket
	to       netip.AddrPort
	pairs    []*pair // as they were made: a capture shows in which order they end
	buffer   []byte  // for what is on its way through
}

func newTCPProxy(host *netsim.Stack, l *netsim.TCPSocket, to netip.AddrPort) *tcpProxy {
	p := &tcpProxy{host: host, listener: l, to: to}
	l.Notify(p.accept)
	return p
}

func (p *tcpProxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.serve(c)
	}
}

// serve opens a second connection, to the container, and couples both.
func (p *tcpProxy) serve(client *netsim.TCPSocket) {
	server := p.host.NewTCP()
	if err := server.Connect(p.to); err != nil && err != netsim.EINPROGRESS {
		client.Close()
		server.Close()
		return
	}
	if p.buffer == nil {
		p.buffer = make([]byte, 16<<10)
	}
	x := &pair{buffer: p.buffer, over: func(x *pair) {
		p.pairs = slices.DeleteFunc(p.pairs, func(o *pair) bool { return o == x })
	}}
	x.flows = [2]flow{{from: client, to: server}, {from: server, to: client}}
	p.pairs = append(p.pairs, x)
	client.Notify(x.move)
	server.Notify(x.move)
	x.move()
}

// Close ends the proxy with its connections.
func (p *tcpProxy) Close() {
	p.listener.Close()
	for _, x := range slices.Clone(p.pairs) {
		x.close()
	}
}

// pair is two connections that are coupled.
type pair struct {
	flows  [2]flow
	buffer []byte // the proxy's
	closed bool
	over   func(*pair)
}

// flow is one direction.
type flow struct {
	from, to *netsim.TCPSocket
	held     []byte // read and not yet written
	ended    bool   // the end has been passed on
}

// move passes on what there is.
func (x *pair) move() {
	if x.closed {
		return
	}
	for i := range x.flows {
		if !x.flows[i].move(x.buffer) {
			x.close()
			return
		}
	}
	if x.flows[0].ended && x.flows[1].ended {
		x.close()
	}
}

// move passes on what there is by way of a buffer, and says whether the connection is whole.
func (f *flow) move(buffer []byte) bool {
	for !f.ended {
		if len(f.held) == 0 {
			n, err := f.from.Read(buffer)
			switch {
			case waits(err):
				return true
			case err != nil:
				return false
			case n == 0:
				f.ended = true
				f.to.Shutdown(false, true)
				return true
			}
			f.held = buffer[:n]
		}
		n, err := f.to.Write(f.held)
		f.held = f.held[n:]
		if err != nil {
			f.held = slices.Clone(f.held) // the buffer is others' now
			return waits(err)
		}
	}
	return true
}

// waits reports whether an error only says to come back later. A socket whose handshake goes on is not connected yet.
func waits(err error) bool {
	return err == netsim.EAGAIN || err == netsim.EINPROGRESS
}

func (x *pair) close() {
	if x.closed {
		return
	}
	x.closed = true
	for _, f := range x.flows {
		f.from.Notify(nil)
		f.from.Close()
	}
	x.over(x)
}

// udpProxy has a socket of its own for each client, for a while.
type udpProxy struct {
	host     *netsim.Stack
	listener *netsim.UDPSocket
	to       netip.AddrPort
	clients  map[netip.AddrPort]*udpClient
	buffer   []byte // for a datagram on its way through
}

type udpClient struct {
	socket *netsim.UDPSocket
	timer  *sim.Timer
}

// What the proxy holds for clients. moby: cmd/docker-proxy/udp_proxy_linux.go, UDPConnTrackTimeout
const (
	udpPatience   = 90 * time.Second
	maxUDPClients = 4096
	maxDatagram   = 65507
)

func newUDPProxy(host *netsim.Stack, l *netsim.UDPSocket, to netip.AddrPort) *udpProxy {
	p := &udpProxy{host: host, listener: l, to: to, clients: map[netip.AddrPort]*udpClient{}}
	l.Notify(p.receive)
	return p
}

func (p *udpProxy) receive() {
	b := p.space()
	for {
		n, from, err := p.listener.RecvFrom(b)
		if err == netsim.EAGAIN {
			return
		}
		if err != nil {
			continue // what a client's host said: there is nobody to tell
		}
		if c := p.client(from); c != nil {
			c.socket.Write(b[:n]) // what cannot be sent is lost, as datagrams are
		}
	}
}

// space is the buffer, made for the first datagram.
func (p *udpProxy) space() []byte {
	if p.buffer == nil {
		p.buffer = make([]byte, maxDatagram)
	}
	return p.buffer
}

func (p *udpProxy) client(from netip.AddrPort) *udpClient {
	if c := p.clients[from]; c != nil {
		c.timer.Stop()
		c.timer = p.forgetLater(from)
		return c
	}
	if len(p.clients) >= maxUDPClients {
		return nil
	}
	c := &udpClient{socket: p.host.NewUDP()}
	if err := c.socket.Connect(p.to); err != nil {
		c.socket.Close()
		return nil
	}
	p.clients[from] = c
	c.timer = p.forgetLater(from)
	c.socket.Notify(func() { p.answer(c, from) })
	return c
}

func (p *udpProxy) answer(c *udpClient, to netip.AddrPort) {
	b := p.space()
	for {
		n, err := c.socket.Read(b)
		if err != nil {
			return
		}
		p.listener.SendTo(b[:n], to)
	}
}

func (p *udpProxy) forgetLater(from netip.AddrPort) *sim.Timer {
	return p.host.Sim().After(udpPatience, func() { p.forget(from) })
}

func (p *udpProxy) forget(from netip.AddrPort) {
	c := p.clients[from]
	c.timer.Stop()
	c.socket.Notify(nil)
	c.socket.Close()
	delete(p.clients, from)
}

// Close ends the proxy.
func (p *udpProxy) Close() {
	p.listener.Notify(nil)
	p.listener.Close()
	for from := range p.clients { // any order: all of them go
		p.forget(from)
	}
}
