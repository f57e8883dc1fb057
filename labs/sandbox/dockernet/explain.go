package dockernet

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// Probe is a connection, a datagram or a ping of which somebody wants to know what becomes of it.
type Probe struct {
	From  *netsim.Stack
	To    netip.AddrPort // of a ping, only the address
	Proto packet.Proto
	Ask   string // a name: the probe is a question for its addresses, a datagram to a server of names

	Suppose Suppose
	// Serve lets servers work in the copy that are none of Docker's. nil: there are none.
	Serve func(*netsim.Copy)
}

// Hop is one thing that happened on a probe's way.
type Hop struct {
	At     time.Duration // since the probe was sent
	Stack  *netsim.Stack // the namespace: the original, not its copy
	Where  string        // its name
	Link   string
	Stage  string // where in the kernel: output, sent, received, bridge, route, neighbour, PREROUTING …
	What   string
	Frame  packet.Frame // as it is then
	State  string       // of its connection, where a rule saw it: NEW, ESTABLISHED, …
	Rule   string       // with table and chain, if one did it
	Origin string       // the docker command that made the rule
	By     RuleAt       // where the rule stands; zero where none did it
	Near   []RuleLine   // the rule's chain around it
	Drop   bool
}

// RuleAt is the place of a rule. Number 0 is the policy of a chain.
type RuleAt struct {
	Stack  *netsim.Stack
	At     netfilter.Ref
	Number int // from 1
}

// RuleLine is a rule as it is listed.
type RuleLine struct {
	Number       int // 0 is the policy
	Text, Origin string
}

// Captured is a frame that passed a link.
type Captured struct {
	At    time.Duration // since the probe was sent
	Stack *netsim.Stack
	Link  string
	Sent  bool
	Frame packet.Frame
	Wire  []byte
}

// Explanation is a probe's way, and how it ended.
type Explanation struct {
	Probe   Probe
	Hops    []Hop
	Frames  []Captured
	Outcome Outcome
	Answer  *dns.Message // what a server answered to a question
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

// Bounds of an explanation; a way that is longer goes in circles.
const (
	maxHops   = 1000
	maxFrames = 1000
	maxNear   = 3 // rules before and behind the one that decided
)

// explanationPatience is how long a probe waits for an answer: longer than a neighbour is asked for.
const explanationPatience = 5 * time.Second

// Explain follows a probe through a copy of everything that is connected: nothing happens to the network itself. A
// probe that reaches a proxy goes on from there to the container. It is a second way to compute what packets do, which
// the tests compare with the packets.
func (c *Controller) Explain(p Probe) (*Explanation, error) { return c.explain(p, true) }

// explain follows the probe, and what a proxy makes of it if it may be by proxy.
func (c *Controller) explain(p Probe, byProxy bool) (*Explanation, error) {
	world := sim.New(sim.Config{Start: c.host.Sim().Now()})
	defer world.Close()
	copied, err := p.From.Copy(world)
	if err != nil {
		return nil, refuse(Invalid, "cannot copy the network: %s", words(err))
	}
	r := c.rehearse(copied)
	if err := r.suppose(p.Suppose); err != nil {
		return nil, err
	}
	r.answer(p.Serve)
	w := &walker{world: world, copied: copied}
	w.watch()
	var reached netip.AddrPort
	if byProxy {
		for socket, to := range r.proxies { // any order: a probe reaches one of them
			socket.Notify(func() { reached = to })
		}
	}
	x := &Explanation{Probe: p}
	x.Outcome = w.try(copied.Stack(p.From), p)
	x.Hops, x.Frames, x.Answer = w.hops, w.frames, w.answer
	if !reached.IsValid() {
		return x, nil
	}
	second := Probe{From: c.host, To: reached, Proto: p.Proto, Suppose: p.Suppose, Serve: p.Serve}
	x.Proxied, err = c.explain(second, false)
	if err == nil {
		x.Outcome = x.Proxied.Outcome
	}
	return x, err
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
