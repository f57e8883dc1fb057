package dockernet

import (
	"fmt"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// walker writes down what happens in a copy.
type walker struct {
	world  *sim.Sim
	copied *netsim.Copy
	hops   []Hop
	frames []Captured
	answer *dns.Message
}

// watch notes every step of every packet, every frame on a link, and every rule that did something.
func (w *walker) watch() {
	w.copied.Fabric.Trace(func(h netsim.Hop) {
		w.add(Hop{
			Stack: w.copied.Original(h.Stack), Link: h.Link, Stage: h.Stage, What: h.What, Frame: h.Frame,
			Drop: h.Drop,
		})
	})
	for _, original := range w.copied.Originals() {
		s := w.copied.Stack(original)
		s.Filter().Trace(func(r netfilter.Step) { w.rule(original, s, r) })
		s.Capture("any", func(_ time.Time, dir netsim.Direction, l *netsim.Link, f *packet.Frame) {
			w.capture(original, l, dir == netsim.Sent, f)
		}) // any is there always
	}
}

// add notes a hop with the frame as it is now: a kernel goes on with it, and rewrites it.
func (w *walker) add(h Hop) {
	if len(w.hops) >= maxHops {
		return
	}
	h.At, h.Where = w.world.Elapsed(), h.Stack.Name()
	if h.Frame.IP != nil {
		h.Frame.IP = h.Frame.IP.Clone()
	}
	w.hops = append(w.hops, h)
}

// capture notes a frame on a link. Of what asks for neighbours there are steps.
func (w *walker) capture(s *netsim.Stack, l *netsim.Link, sent bool, f *packet.Frame) {
	if len(w.frames) < maxFrames {
		x := Captured{At: w.world.Elapsed(), Stack: s, Link: l.Name(), Sent: sent, Frame: *f}
		if wire := f.Wire(l.MTU()); len(wire) > 0 {
			x.Wire = wire[0]
		}
		w.frames = append(w.frames, x)
	}
	if f.IP == nil || l.Kind() == "loopback" {
		return
	}
	h := Hop{Stack: s, Link: l.Name(), Stage: "received", What: "a frame comes in", Frame: *f}
	if sent {
		h.Stage, h.What = "sent", "a frame goes out"
	}
	w.add(h)
}

// rule notes what a rule did. One that did not match is among the neighbours of the one that did.
func (w *walker) rule(original, s *netsim.Stack, r netfilter.Step) {
	if !r.Matched || r.What == "" {
		return
	}
	h := Hop{
		Stack: original, Stage: r.Hook.String(), What: r.What, State: r.State, Frame: packet.Frame{IP: r.Packet},
		Rule: fmt.Sprintf("%s %s policy", r.Table, r.Chain),
		By:   RuleAt{original, netfilter.Ref{Family: r.Family, Table: r.Table, Chain: r.Chain}, r.Number},
	}
	if r.Rule != nil {
		h.Rule, h.Origin = fmt.Sprintf("%s %s %d: %s", r.Table, r.Chain, r.Number, r.Rule), r.Rule.Origin
	}
	if n := len(w.hops); n > 0 && w.hops[n-1].Stack == original {
		h.Frame = w.hops[n-1].Frame
		h.Frame.IP = r.Packet
	}
	h.Near = near(s.Filter(), h.By)
	w.add(h)
}

// near is a rule with those around it, and the policy behind them if that is not far.
func near(t *netfilter.Tables, at RuleAt) []RuleLine {
	rules := t.Listed(at.At)
	number := at.Number
	if number == 0 {
		number = len(rules) + 1
	}
	var lines []RuleLine
	for i := max(number-maxNear, 1); i <= min(number+maxNear, len(rules)); i++ {
		lines = append(lines, RuleLine{i, rules[i-1].String(), rules[i-1].Origin})
	}
	if v, ok := t.Policy(at.At); ok && number+maxNear > len(rules) {
		lines = append(lines, RuleLine{Text: "policy " + v.String()})
	}
	return lines
}
