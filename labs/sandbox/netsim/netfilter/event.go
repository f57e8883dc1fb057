package netfilter

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// Names of events.
const (
	ruleDrop       sim.Rule = "net.drop"
	ruleReject     sim.Rule = "net.reject"
	ruleDNAT       sim.Rule = "net.dnat"
	ruleSNAT       sim.Rule = "net.snat"
	ruleMasquerade sim.Rule = "net.masquerade"
	ruleLog        sim.Rule = "net.log"
)

// credit names a rule where it stood when it decided.
type credit struct {
	Table, Chain string
	Number       int // 0 is no rule
	Rule         *Rule
}

func (x credit) String() string {
	s := x.Table + "/" + x.Chain
	switch {
	case x.Rule == nil && x.Table == "conntrack":
		return s
	case x.Rule == nil:
		return s + " policy"
	}
	s += " rule " + strconv.Itoa(x.Number) + ": " + x.Rule.String()
	if x.Rule.Origin != "" {
		s += " (" + x.Rule.Origin + ")"
	}
	return s
}

func (w *walk) credit() credit {
	r := &w.result
	return credit{r.Table, r.Chain, r.Number, r.Rule}
}

// Decision is the detail of net.drop and net.reject.
type Decision struct {
	Verdict Verdict
	Hook    Hook
	In, Out string
	By      credit
	Packet  packet.IP // its headers may be shared with the packet
}

func (d Decision) String() string {
	return fmt.Sprintf("%s at %s%s%s: %s by %s",
		d.Packet.String(), d.Hook, linked(" in ", d.In), linked(" out ", d.Out), d.Verdict, d.By)
}

func linked(word, link string) string {
	if link == "" {
		return ""
	}
	return word + link
}

func (w *walk) decision(v Verdict) fmt.Stringer {
	return Decision{v, w.hook, w.at.In, w.at.Out, w.credit(), *w.packet}
}

func (w *walk) event(rule sim.Rule, detail fmt.Stringer) sim.EventID {
	return w.at.Stack.Event(rule, w.result.Table+"/"+w.result.Chain, detail, w.at.Why)
}

// Translation is the detail of net.dnat, net.snat and net.masquerade.
type Translation struct {
	End           string // source or destination
	Proto         packet.Proto
	Before, After netip.AddrPort
	By            credit
}

func (x Translation) String() string {
	return fmt.Sprintf(
		"%s %s %s becomes %s by %s",
		x.Proto,
		x.End,
		ended(x.Proto, x.Before),
		ended(x.Proto, x.After),
		x.By,
	)
}

// ended is an end of a connection, without a port where the protocol has none.
func ended(p packet.Proto, a netip.AddrPort) string {
	if hasPorts(p) {
		return a.String()
	}
	return a.Addr().String()
}

// translated says that a connection's end was changed, if it was.
func (w *walk) translated(m manip, before tuple, by credit) {
	after := w.flow.tuples[1].inverse()
	if before == after {
		return
	}
	w.flow.by[m] = by
	rule := w.becomes
	if rule == "" {
		rule = ruleSNAT
	}
	x := Translation{m.String(), before.proto, before.end(m), after.end(m), by}
	w.result.Why = w.at.Stack.Event(rule, by.Table+"/"+by.Chain, x, w.at.Why)
	if w.tables.step != nil {
		w.tellStep(Step{
			Table: by.Table, Chain: by.Chain, Number: by.Number, Rule: by.Rule, Matched: true, What: x.String(),
		})
	}
}

// end is the address and port of one end.
func (x tuple) end(m manip) netip.AddrPort {
	if m == manipSrc {
		return netip.AddrPortFrom(x.src.addr(x.v6), x.sport)
	}
	return netip.AddrPortFrom(x.dst.addr(x.v6), x.dport)
}

// Step is a rule that was looked at, for those who follow a packet.
type Step struct {
	Hook    Hook
	Family  Family
	Table   string
	Chain   string
	Number  int   // from 1; 0 is the chain's policy
	Rule    *Rule // nil is the policy
	Matched bool
	What    string     // what the rule did: "DROP", "jump DOCKER", …; of one that did not match, nothing
	State   string     // of the packet's connection: NEW, ESTABLISHED, …
	Packet  *packet.IP // as the rule saw it; it is the packet's own, and changes with it
}

func (s Step) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s/%s", s.Hook, s.Table, s.Chain)
	if s.Number > 0 {
		fmt.Fprintf(&b, " rule %d", s.Number)
	}
	if s.Rule != nil {
		fmt.Fprintf(&b, " (%s)", s.Rule)
	}
	if !s.Matched {
		return b.String() + ": no match"
	}
	return b.String() + ": " + s.What
}

// Trace calls f with every rule that a packet meets from now on; nil ends that.
func (t *Tables) Trace(f func(Step)) { t.step = f }

func (w *walk) family() Family {
	if w.packet.V6() {
		return IPv6
	}
	return IPv4
}

func (w *walk) tell(c *Chain, number int, r *Rule, matched bool, what string) {
	w.tellStep(Step{Table: c.table.Name, Chain: c.Name, Number: number, Rule: r, Matched: matched, What: what})
}

// tellStep completes a step with what the walk knows.
func (w *walk) tellStep(s Step) {
	s.Hook, s.Family, s.State, s.Packet = w.hook, w.family(), w.state().word(), w.packet
	w.tables.step(s)
}

// tellRewrite says that a packet is translated because an earlier one of its connection was, and by which rule.
func (w *walk) tellRewrite(m manip, to tuple) {
	by := w.flow.by[m]
	if w.info.replies() {
		by = w.flow.by[1-m]
	}
	end := to.end(m)
	w.tellStep(Step{
		Table: by.Table, Chain: by.Chain, Number: by.Number, Rule: by.Rule, Matched: true,
		What: m.String() + " becomes " + ended(to.proto, end) + ", as the connection says",
	})
}

func (w *walk) tellRule(c *Chain, number int, r *Rule, a action) {
	what := ""
	switch a {
	case actNone:
	case actContinue:
		what = "goes on"
	case actReturn:
		what = "returns"
	case actJump:
		what = "jumps to " + w.to.Name
	case actGoto:
		what = "goes to " + w.to.Name
	case actAccept:
		what = "accepts"
	case actDrop:
		what = "drops"
	case actReject:
		what = "rejects with " + w.reject.name(w.packet.V6())
	}
	w.tell(c, number, r, a != actNone, what)
}
