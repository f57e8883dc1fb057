package trace

import (
	"net/netip"
	"slices"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/lessons"
)

// WhatIf is the same once more, with one thing otherwise. Run with its Ask computes what would happen.
type WhatIf struct {
	Says lessons.Text
	Ask  sandbox.Ask
}

// Run follows what is asked for with that one thing otherwise.
func (w WhatIf) Run(h *sandbox.Host) (*Trace, error) {
	t, err := Run(h, w.Ask)
	if err == nil {
		t.What = w.Says
	}
	return t, err
}

// Without is what if the rule of a step were gone; false if no rule decided there, or only a policy.
func (t *Trace) Without(step int) (WhatIf, bool) {
	if step < 0 || step >= len(t.Steps) {
		return WhatIf{}, false
	}
	r := t.Steps[step].Rule
	if r == nil || r.Number == 0 {
		return WhatIf{}, false
	}
	a := t.Ask
	a.Suppose.Without = append(slices.Clone(a.Suppose.Without), t.standing(r.at))
	return WhatIf{say("if %s were gone", "如果没有 %s", ruleName(r)), a}, true
}

// standing is a rule's place in the network itself, where the rules are still there that are supposed to be gone.
func (t *Trace) standing(r dockernet.RuleAt) dockernet.RuleAt {
	gone := slices.Clone(t.Ask.Suppose.Without)
	slices.SortFunc(gone, func(a, b dockernet.RuleAt) int { return a.Number - b.Number })
	for _, g := range gone {
		if g.Stack == r.Stack && g.At == r.At && g.Number <= r.Number {
			r.Number++
		}
	}
	return r
}

// WhatIfs are the questions that suit a trace.
func (t *Trace) WhatIfs(h *sandbox.Host) []WhatIf {
	var all []WhatIf
	if w, ok := t.Without(t.Decides); ok {
		all = append(all, w)
	}
	all = append(all, t.listens()...)
	all = append(all, t.publishes()...)
	return append(all, t.fromElsewhere(h)...)
}

func (t *Trace) proto() packet.Proto {
	if t.Ask.UDP {
		return packet.ProtoUDP
	}
	return packet.ProtoTCP
}

// listens is what if the program at the end of the way listened on other addresses.
func (t *Trace) listens() []WhatIf {
	i := t.server()
	if i < 0 || t.Ask.Port == 0 {
		return nil
	}
	x := t.Steps[i]
	if name := t.names.of(x.stack).In(lessons.EN); name == "outside" || name == "LAN" {
		return nil // nobody here has a say there
	}
	to := x.Before.To
	var all []WhatIf
	for _, at := range []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv4Unspecified()} {
		a := t.Ask
		port := dockernet.Port{Number: to.Port(), Proto: t.proto()}
		a.Suppose.Listening = []dockernet.Listening{{Stack: x.stack, Port: port, At: at}}
		w := WhatIf{Says: say("if the program in %s listened on %s:%d", "如果%s里的程序监听 %s:%d", t.names.spoken(x.stack), at,
			to.Port()), Ask: a}
		if at.IsLoopback() {
			w.Says = say("if the program in %s listened on %s:%d only", "如果%s里的程序只监听 %s:%d", t.names.spoken(x.stack),
				at, to.Port())
		}
		all = append(all, w)
	}
	return all
}

// server is the step at which the way comes to whoever is to answer, or would be; -1 if it does not.
func (t *Trace) server() int {
	at := -1
	for i, x := range t.Steps {
		if x.Stage == Socket && !x.Answer && x.Before.To.IsValid() {
			at = i
		}
	}
	return at
}

// publishes is what if the port were published elsewhere on the host.
func (t *Trace) publishes() []WhatIf {
	if len(t.published) == 0 {
		return nil
	}
	var all []WhatIf
	for _, on := range []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv4Unspecified()} {
		if slices.Contains(t.published, on) {
			continue
		}
		a := t.Ask
		port := dockernet.Port{Number: a.Port, Proto: t.proto()}
		a.Suppose.Published = []dockernet.Published{{Port: port, On: on}}
		all = append(all, WhatIf{
			say("if it were published on %s (-p %s:%d:…)", "如果发布在 %s（-p %s:%d:…）", on, on, a.Port),
			a,
		})
	}
	return all
}

// maxElsewhere is how many others are offered as senders.
const maxElsewhere = 12

func (t *Trace) fromElsewhere(h *sandbox.Host) []WhatIf {
	var all []WhatIf
	for _, from := range Ends(h) {
		if from == t.Ask.From || len(all) >= maxElsewhere {
			continue
		}
		a := t.Ask
		a.From = from
		all = append(all, WhatIf{say("from %s", "改从%s发", spoken(EndName(from))), a})
	}
	return all
}
