package netfilter

import (
	"encoding/binary"
	"net/netip"

	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// walk is a packet's way through a hook.
type walk struct {
	tables   *Tables
	hook     Hook
	packet   *packet.IP
	at       Place
	flow     *flow // nil: no connection is known
	info     relation
	src, dst wide
	size     uint64

	asked   int      // rules so far
	to      *Chain   // of actJump and actGoto
	reject  Reject   // of actReject
	becomes sim.Rule // what a translating target did
	result  Result
}

// wide is an address as two numbers; an IPv4 address is the end of the second.
type wide struct{ hi, lo uint64 }

func wideOf(a netip.Addr) wide {
	if a.Is4() {
		b := a.As4()
		return wide{0, uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return wide{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func (x wide) and(m wide) wide { return wide{x.hi & m.hi, x.lo & m.lo} }

func (x wide) less(y wide) bool { return x.hi < y.hi || x.hi == y.hi && x.lo < y.lo }

// Run lets the rules of a hook see a packet. It rewrites the packet where it is translated or marked, so the caller
// must own it. An answer that was made for a packet carries that packet's Track when it comes to Output.
func (t *Tables) Run(h Hook, p *packet.IP, at *Place) Result {
	if t.Empty() {
		return Result{Why: at.Why}
	}
	w := t.borrow()
	w.start(t, h, p, at)
	w.run()
	r := w.result
	*w = walk{}
	t.idle = w
	return r
}

// borrow takes the walk that was used last. Whoever reads an event may send a packet while another is on its way.
func (t *Tables) borrow() *walk {
	w := t.idle
	if w == nil {
		w = new(walk)
	}
	t.idle = nil
	return w
}

// Empty reports whether no packet can be touched here.
func (t *Tables) Empty() bool { return t == nil || t.active == 0 }

func (w *walk) start(t *Tables, h Hook, p *packet.IP, at *Place) {
	w.tables, w.hook, w.packet, w.at = t, h, p, *at
	w.size = uint64(p.Size())
	w.result = Result{Why: at.Why}
	w.readdress()
	w.recall()
}

// readdress takes the packet's addresses anew.
func (w *walk) readdress() { w.src, w.dst = wideOf(w.packet.Src), wideOf(w.packet.Dst) }

// run does what is to be done at a hook, until somebody lets the packet go no further.
func (w *walk) run() {
	t := w.tables
	for _, s := range t.plan(w.packet.V6(), w.hook) {
		switch s.do {
		case stageTrack:
			if !w.trackPacket() {
				return
			}
		case stageTranslate:
			if !w.translate(s.chains) {
				return
			}
		case stageRules:
			if !w.base(s.chains[0]) {
				return
			}
		}
	}
	if w.hook == Input || w.hook == PostRouting {
		w.confirm()
	}
}

// base asks a base chain, and reports whether the packet goes on.
func (w *walk) base(c *Chain) bool {
	a := w.chain(c, 0)
	if a == actContinue || a == actReturn || a == actNone {
		a = w.policy(c)
	}
	switch a {
	case actDrop:
		w.lose(Drop, ruleDrop)
	case actReject:
		w.lose(Refuse, ruleReject)
		w.result.Reject = w.reject
	default:
		return true
	}
	return false
}

// policy is what becomes of a packet that no rule of a base chain decided about.
func (w *walk) policy(c *Chain) action {
	if c.base.counts {
		c.Packets++
		c.Bytes += w.size
	}
	w.decided(c, 0, nil)
	if w.tables.step != nil {
		w.tell(c, 0, nil, true, "policy "+c.base.policy.String())
	}
	if c.base.policy == Drop {
		return actDrop
	}
	return actAccept
}

// decided keeps who spoke last.
func (w *walk) decided(c *Chain, number int, r *Rule) {
	x := &w.result
	x.Table, x.Chain, x.Number, x.Rule = c.table.Name, c.Name, number, r
}

// chain asks the rules of a chain one after the other. actContinue is the end of the chain.
func (w *walk) chain(c *Chain, depth int) action {
	if depth > maxDepth {
		w.decided(c, 0, nil)
		return actDrop
	}
	if len(c.rules) > indexFrom && w.tables.step == nil {
		return w.indexed(c, depth)
	}
	for i := range c.rules {
		if a := w.rule(c, i, depth); a != actNone {
			return a
		}
	}
	return actContinue
}

// maxAsked is how many rules a packet meets at a hook before it is dropped: chains that jump to each other many times
// could keep it for ever. The kernel has no such bound, only that on depth.
const maxAsked = 1 << 18

// rule asks one rule, and goes where it leads. actNone is that the next one is to be asked.
func (w *walk) rule(c *Chain, i, depth int) action {
	r := c.rules[i]
	if w.asked++; w.asked > maxAsked {
		w.decided(c, i+1, nil)
		return actDrop
	}
	a := r.body.eval(w, r)
	if w.tables.step != nil {
		w.tellRule(c, i+1, r, a)
	}
	switch a {
	case actNone, actContinue:
		return actNone
	case actReturn:
		return actContinue
	case actJump:
		if a = w.chain(w.to, depth+1); a == actContinue {
			return actNone
		}
		return a
	case actGoto:
		return w.chain(w.to, depth+1)
	}
	w.decided(c, i+1, r)
	return a
}

// lose says that the packet goes no further, and why.
func (w *walk) lose(v Verdict, rule sim.Rule) {
	w.result.Verdict = v
	w.result.Why = w.event(rule, w.decision(v))
}
