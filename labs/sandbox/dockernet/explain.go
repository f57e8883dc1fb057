package dockernet

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// Probe is a connection, a datagram or a ping of which somebody wants to know what becomes of it.
type Probe struct {
	From  *netsim.Stack
	To    netip.AddrPort // of a ping, only the address
	Proto packet.Proto
}

// Hop is one thing that happened on a probe's way.
type Hop struct {
	Where  string // the namespace
	Stage  string // where in the kernel: bridge, route, neighbour, PREROUTING …
	What   string
	Rule   string // with table and chain, if one did it
	Origin string // the docker command that made the rule
	Drop   bool
}

// Explanation is a probe's way, and how it ended.
type Explanation struct {
	Hops    []Hop
	Outcome Outcome
	Proxied *Explanation // the proxy's own connection to the container, if one took the probe
}

// Outcome is how a probe ended.
type Outcome string

// Outcomes. Others are the errors of sockets.
const (
	Reached     Outcome = "reached"
	Refused     Outcome = "refused"
	TimedOut    Outcome = "timeout"
	Unreachable Outcome = "network is unreachable"
	NoRoute     Outcome = "no route to host"
)

// maxHops bounds an explanation; a way that is longer goes in circles.
const maxHops = 400

// explanationPatience is how long a probe waits for an answer: longer than a neighbour is asked for.
const explanationPatience = 5 * time.Second

// Explain follows a probe through a copy of everything that is connected: nothing happens to the network itself. A
// probe that reaches a proxy goes on from there to the container.
//
// No screen and no command asks for it yet: it is for the lessons' labs, to tell a learner why a container cannot be
// reached, and which docker command made the rule. Until then it is a second way to compute what packets do, which the
// tests compare with the packets.
func (c *Controller) Explain(p Probe) (*Explanation, error) { return c.explain(p, true) }

// explain follows the probe, and what a proxy makes of it if it may be by proxy.
func (c *Controller) explain(p Probe, byProxy bool) (*Explanation, error) {
	world := sim.New(sim.Config{Start: c.host.Sim().Now()})
	defer world.Close()
	copied, err := p.From.Copy(world)
	if err != nil {
		return nil, refuse(Invalid, "cannot copy the network: %s", words(err))
	}
	w := &walker{world: world}
	w.watch(copied)
	var reached netip.AddrPort
	if byProxy {
		for socket, to := range c.proxies(copied) { // any order: a probe reaches one of them
			socket.Notify(func() { reached = to })
		}
	}
	x := &Explanation{Outcome: w.try(copied.Stack(p.From), p)}
	if x.Hops = w.hops; !reached.IsValid() {
		return x, nil
	}
	x.Proxied, err = c.explain(Probe{From: c.host, To: reached, Proto: p.Proto}, false)
	if err == nil {
		x.Outcome = x.Proxied.Outcome
	}
	return x, err
}

// proxies are the sockets of the copy behind which a proxy is, and where that leads.
func (c *Controller) proxies(copied *netsim.Copy) map[netsim.Socket]netip.AddrPort {
	all := map[netsim.Socket]netip.AddrPort{}
	for _, n := range c.networks {
		for _, e := range n.endpoints {
			for _, b := range e.Bindings {
				if x := listener(b.socket); x != nil {
					if y := copied.Socket(x); y != nil {
						all[y] = b.containerPort()
					}
				}
			}
		}
	}
	return all
}

// listener is the socket that a published port has; nil if it has none.
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

// walker writes down what happens in a copy.
type walker struct {
	world *sim.Sim
	hops  []Hop
}

// watch notes every step of every packet, and every rule that did something.
func (w *walker) watch(copied *netsim.Copy) {
	copied.Fabric.Trace(func(h netsim.Hop) {
		w.add(Hop{Where: h.Stack.Name(), Stage: h.Stage, What: h.What, Drop: h.Drop})
	})
	for _, s := range copied.Stacks() {
		s.Filter().Trace(func(r netfilter.Step) {
			if !r.Matched || r.What == "" {
				return
			}
			h := Hop{Where: s.Name(), Stage: r.Hook.String(), What: r.What, Rule: fmt.Sprintf("%s %s policy", r.Table, r.Chain)}
			if r.Rule != nil {
				h.Rule, h.Origin = fmt.Sprintf("%s %s %d: %s", r.Table, r.Chain, r.Number, r.Rule), r.Rule.Origin
			}
			w.add(h)
		})
	}
}

func (w *walker) add(h Hop) {
	if len(w.hops) < maxHops {
		w.hops = append(w.hops, h)
	}
}

// try sends the probe and waits for what comes of it.
func (w *walker) try(from *netsim.Stack, p Probe) Outcome {
	switch p.Proto {
	case packet.ProtoUDP:
		return w.tryUDP(from, p.To)
	case packet.ProtoICMP, packet.ProtoICMPv6:
		return w.tryPing(from, p.To.Addr())
	}
	return w.tryTCP(from, p.To)
}

func ended(err error) Outcome {
	switch err {
	case netsim.ECONNREFUSED:
		return Refused
	case netsim.ENETUNREACH:
		return Unreachable
	case netsim.ETIMEDOUT:
		return TimedOut
	case netsim.EHOSTUNREACH:
		return NoRoute
	}
	return Outcome(words(err))
}

// until lets time pass until something has an end, or patience has.
func (w *walker) until(done func() (Outcome, bool)) Outcome {
	for end := w.world.Elapsed() + explanationPatience; w.world.Elapsed() < end; w.world.Advance(time.Millisecond) {
		if o, ok := done(); ok {
			return o
		}
	}
	return TimedOut
}

func (w *walker) tryTCP(from *netsim.Stack, to netip.AddrPort) Outcome {
	x := from.NewTCP()
	if err := x.Connect(to); err != netsim.EINPROGRESS && err != nil {
		return ended(err)
	}
	return w.until(func() (Outcome, bool) {
		if err := x.Err(); err != nil {
			return ended(err), true
		}
		return Reached, x.Ready()&netsim.Writable != 0
	})
}

// tryUDP: nobody answers in a copy; who is not refused has arrived if the last thing that happened was no drop.
func (w *walker) tryUDP(from *netsim.Stack, to netip.AddrPort) Outcome {
	x := from.NewUDP()
	err := x.Connect(to)
	if err == nil {
		_, err = x.Write([]byte("?"))
	}
	if err != nil {
		return ended(err)
	}
	o := w.until(func() (Outcome, bool) {
		if err := x.Err(); err != nil {
			return ended(err), true
		}
		return "", false
	})
	if last := len(w.hops) - 1; o == TimedOut && last >= 0 && !w.hops[last].Drop {
		return Reached
	}
	return o
}

func (w *walker) tryPing(from *netsim.Stack, to netip.Addr) Outcome {
	x := from.NewPing(to.Is6())
	m := packet.ICMP{Type: packet.EchoRequest, Seq: 1}
	if to.Is6() {
		m.Type = packet.EchoRequest6
	}
	if err := x.SendTo(m, to, 0); err != nil {
		return ended(err)
	}
	return w.until(func() (Outcome, bool) {
		if err := x.Err(); err != nil {
			return ended(err), true
		}
		answer, err := x.RecvFrom()
		if err == nil && answer.ICMP != nil && answer.ICMP.Inner != nil {
			return NoRoute, true
		}
		return Reached, err == nil
	})
}

// String is the way in lines, as a learner reads it.
func (x *Explanation) String() string {
	var b strings.Builder
	for _, h := range x.Hops {
		fmt.Fprintf(&b, "%-12s %-12s %s", h.Where, h.Stage, h.What)
		if h.Rule != "" {
			fmt.Fprintf(&b, "  [%s", h.Rule)
			if h.Origin != "" {
				fmt.Fprintf(&b, "; made by %s", h.Origin)
			}
			b.WriteString("]")
		}
		b.WriteString("\n")
	}
	if x.Proxied != nil {
		fmt.Fprintf(&b, "docker-proxy takes it, and connects to the container:\n%s", x.Proxied)
	} else {
		fmt.Fprintf(&b, "%s\n", x.Outcome)
	}
	return b.String()
}
