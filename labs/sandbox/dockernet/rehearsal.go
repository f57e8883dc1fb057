package dockernet

import (
	"net/netip"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// Suppose is what is otherwise in a rehearsal than in the network.
type Suppose struct {
	Without   []RuleAt // these rules are not there
	Listening []Listening
	Published []Published
}

// Listening is a port of a namespace on which one socket listens, at this address, whoever does so now.
type Listening struct {
	Stack *netsim.Stack
	Port  Port
	At    netip.Addr
}

// Published is a published port of the host that is on this address of it alone.
type Published struct {
	Port Port
	On   netip.Addr
}

// rehearsal is a copy of the network with what Docker has in it: proxies and servers of names.
type rehearsal struct {
	of      *Controller
	copied  *netsim.Copy
	ctl     *Controller // writes into the copy; nil if the host is not connected with what was copied
	proxies map[netsim.Socket]netip.AddrPort
}

func (c *Controller) rehearse(copied *netsim.Copy) *rehearsal {
	r := &rehearsal{of: c, copied: copied, proxies: map[netsim.Socket]netip.AddrPort{}}
	if host := copied.Stack(c.host); host != nil {
		ctl := *c
		ctl.host, ctl.firewall = host, c.firewall.on(host.Filter())
		ctl.shuffle = host.Sim().Chance("docker network names")
		r.ctl = &ctl
	}
	c.bindings(func(_ *Endpoint, b Binding) {
		if x := listener(b.socket); x != nil {
			if y := copied.Socket(x); y != nil {
				r.proxies[y] = b.containerPort()
			}
		}
	})
	return r
}

// bindings calls f with each published port.
func (c *Controller) bindings(f func(*Endpoint, Binding)) {
	for _, n := range c.networks {
		for _, e := range n.endpoints {
			for _, b := range e.Bindings {
				f(e, b)
			}
		}
	}
}

// listener is the socket of a proxy that a published port has; nil if it has none.
func listener(b boundPort) netsim.Socket {
	switch x := b.(type) {
	case *proxied:
		return listener(x.proxy)
	case *tcpProxy:
		return x.listener
	case *udpProxy:
		return x.listener
	}
	return nil
}

// suppose makes the copy otherwise.
func (r *rehearsal) suppose(s Suppose) error {
	for _, p := range s.Published {
		r.republish(p)
	}
	for _, l := range s.Listening {
		if err := r.listen(l); err != nil {
			return refuse(Invalid, "nobody could listen on %s: %s", netip.AddrPortFrom(l.At, l.Port.Number), words(err))
		}
	}
	for i, w := range s.Without {
		for _, before := range s.Without[:i] { // the numbers are those of the network
			if before.Stack == w.Stack && before.At == w.At && before.Number < w.Number {
				w.Number--
			}
		}
		if t := r.copied.Stack(w.Stack); t != nil {
			if err := t.Filter().Remove(w.At, w.Number); err != nil {
				return refuse(NotFound, "%s", err)
			}
		}
	}
	return nil
}

// listen lets one socket listen on a port, in place of those that do.
func (r *rehearsal) listen(l Listening) error {
	s := r.copied.Stack(l.Stack)
	if s == nil {
		return nil // nothing leads there
	}
	for _, x := range r.copied.Listening(l.Stack) {
		if x.Local().Port() == l.Port.Number && isOf(x, l.Port.Proto) {
			delete(r.proxies, x)
			x.Close()
		}
	}
	_, err := bindTo(s, netip.AddrPortFrom(l.At, l.Port.Number), l.Port.Proto)
	return err
}

func isOf(x netsim.Socket, p packet.Proto) bool {
	_, udp := x.(*netsim.UDPSocket)
	return udp == (p == packet.ProtoUDP)
}

func bindTo(s *netsim.Stack, at netip.AddrPort, p packet.Proto) (netsim.Socket, error) {
	if p == packet.ProtoUDP {
		u := s.NewUDP()
		u.Notify(func() { echo(u) })
		return u, u.Bind(at)
	}
	t := s.NewTCP()
	if err := t.Bind(at); err != nil {
		return t, err
	}
	return t, t.Listen(backlog)
}

// republish moves a published port of the host to one address: rules and proxy as Docker would make them for it.
func (r *rehearsal) republish(p Published) {
	if r.ctl == nil {
		return
	}
	is := func(b Binding) bool { return b.HostPort == p.Port.Number && b.Proto == p.Port.Proto && !b.routed }
	r.of.bindings(func(e *Endpoint, b Binding) {
		if is(b) {
			r.ctl.firewall.port(e, b, false)
			r.silence(b)
		}
	})
	moved := false
	r.of.bindings(func(e *Endpoint, b Binding) {
		switch {
		case !is(b):
			r.ctl.firewall.port(e, b, true) // it may have had a rule in common with what was taken away
		case !moved && b.HostIP.Is6() == p.On.Is6():
			moved = true
			b.HostIP = p.On
			r.publish(e, b)
		}
	})
}

func (r *rehearsal) publish(e *Endpoint, b Binding) {
	r.ctl.firewall.port(e, b, true)
	x, err := bindTo(r.ctl.host, netip.AddrPortFrom(b.HostIP, b.HostPort), b.Proto)
	if err == nil && !r.of.c.NoProxy {
		r.proxies[x] = b.containerPort()
	}
}

// silence closes the copy of the socket that holds a published port.
func (r *rehearsal) silence(b Binding) {
	x := listener(b.socket)
	if own, ok := b.socket.(netsim.Socket); ok { // without a proxy the socket only holds the port
		x = own
	}
	if y := r.copied.Socket(x); x != nil && y != nil {
		delete(r.proxies, y)
		y.Close()
	}
}

// answer lets servers work in the copy: of names as Docker's own do, and any other of UDP by sending back what came.
func (r *rehearsal) answer(others func(*netsim.Copy)) {
	for _, s := range r.copied.Originals() {
		for _, x := range r.copied.Listening(s) {
			if u, ok := x.(*netsim.UDPSocket); ok {
				u.Notify(func() { echo(u) })
			}
		}
	}
	seen := map[*Sandbox]bool{}
	for _, n := range r.of.networks {
		for _, e := range n.endpoints {
			if s := e.Sandbox; s != nil && s.resolver != nil && !seen[s] {
				seen[s] = true
				r.resolve(s)
			}
		}
	}
	if others != nil {
		others(r.copied)
	}
}

// resolve lets a container's server of names work in the copy.
func (r *rehearsal) resolve(s *Sandbox) {
	u, ok := r.copied.Socket(s.resolver.udp).(*netsim.UDPSocket)
	if !ok || r.ctl == nil {
		return
	}
	box := *s
	box.ctl, box.stack = r.ctl, r.copied.Stack(s.stack)
	x := &resolver{of: &box, udp: u}
	u.Notify(x.receive)
}

// echo sends back what came.
func echo(u *netsim.UDPSocket) {
	b := make([]byte, maxDatagram)
	for {
		n, from, err := u.RecvFrom(b)
		if err == netsim.EAGAIN {
			return
		}
		if err == nil {
			u.SendTo(b[:n], from) // what is lost is lost
		}
	}
}
