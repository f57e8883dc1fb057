// Package trace is the way of a packet, step by step and in plain words: where it is, what is decided there, which rule
// decided and who made that rule, and how the packet looks before and after. It is for the labs' packet stepper.
//
// Laws: a trace is computed in a copy of the network (sandbox.Host.Try) and touches nothing; what it says would happen
// is what happens, and so it is with what if (WhatIf), which is another trace and no guess. A trace is a value: whoever
// has one needs no host any more.
//
// Left out: how a program of musl differs from one of glibc where a name has search domains, and addresses of IPv6 that
// a name has.
package trace

import (
	"net/netip"
	"time"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/lessons"
)

// Trace is the way of a packet and of its answer.
type Trace struct {
	Ask     sandbox.Ask
	To      netip.AddrPort // what was tried; invalid if a name has no address
	Steps   []Step
	Path    []Node // the places that it comes through, the sender first
	Outcome Outcome
	Says    lessons.Text // how it ended
	Decides int          // the step that decided how it ended
	Frames  []dockernet.Captured
	What    lessons.Text // what was supposed; nil if nothing was

	published []netip.Addr // of the host, on which the port is published
	names     naming
}

// Outcome is how a trace ended.
type Outcome = dockernet.Outcome

// NoName is the outcome of a name without an address. The others are dockernet's.
const NoName Outcome = "no address"

// OK reports whether it was reached what was asked for.
func (t *Trace) OK() bool { return t.Outcome == dockernet.Reached }

// Node is a namespace on the way.
type Node struct {
	Name    lessons.Text
	Addr    netip.Addr // by which the packet was sent, or is known there
	Devices []string   // on the way through, as they came
}

// Step is one thing that happened.
type Step struct {
	At     time.Duration
	Node   int // in Trace.Path
	Device string
	Stage  Stage
	Says   lessons.Text // what happened, in a few words
	Why    lessons.Text // more about it
	Rule   *Rule        // that decided; nil if none did
	Before Packet
	After  Packet
	Answer bool // on the way back
	Drop   bool

	stack *netsim.Stack
}

// Stage is what kind of thing decides at a step.
type Stage string

// The stages, in the order in which a packet usually comes through them.
const (
	Name      Stage = "name"
	Send      Stage = "send"
	Link      Stage = "link"
	Bridge    Stage = "bridge"
	Neighbour Stage = "neighbour"
	Translate Stage = "nat"
	Filter    Stage = "filter"
	Route     Stage = "route"
	Socket    Stage = "socket"
	Proxy     Stage = "proxy"
	Result    Stage = "result"
)

// Rule is a rule of the packet filter where it stood when it decided.
type Rule struct {
	Table, Chain string
	Number       int // from 1; 0 is the chain's policy
	Hook         string
	Text         string
	Origin       string // who made it: a docker command, dockerd, or "" for somebody's own
	Near         []dockernet.RuleLine
	Verdict      Verdict

	at dockernet.RuleAt
}

// Verdict is what a rule did.
type Verdict string

// The verdicts.
const (
	Accepts    Verdict = "accepts"
	Drops      Verdict = "drops"
	Rejects    Verdict = "rejects"
	Translates Verdict = "translates"
)

// Packet is how a packet looks. The zero Packet is none.
type Packet struct {
	FromMAC, ToMAC packet.MAC
	From, To       netip.AddrPort // port 0: none
	Proto          packet.Proto
	Flags          string // of TCP: SYN, SYN ACK, RST; of ICMP: what it is
	TTL            uint8
	State          string // of its connection, once that is looked up
}

// RuleLine is a rule as it is listed.
type RuleLine = dockernet.RuleLine

// Captured is what had passed links by a step, a line each, as tcpdump prints it behind the link's name.
func (t *Trace) Captured(step int) []string {
	var lines []string
	for _, f := range t.Frames {
		if f.At > t.Steps[step].At {
			break
		}
		if t.names[f.Stack] == nil {
			continue // the LAN's switch
		}
		lines = append(lines, ifaceName(t, f)+"  "+f.Frame.String())
	}
	return lines
}

// Run follows what is asked for.
func Run(h *sandbox.Host, a sandbox.Ask) (*Trace, error) {
	trial, err := h.Try(a)
	if err != nil {
		return nil, err
	}
	t := &Trace{Ask: a, Decides: -1, published: published(h, a)}
	s := &story{t: t, names: nameAll(trial.Places, a.From)}
	t.names = s.names
	s.lookups(trial.Lookup)
	if way := trial.Way; way != nil {
		t.To, t.Outcome = way.Probe.To, way.Outcome
		s.tell(way)
	} else {
		t.Outcome = NoName
	}
	s.end(trial)
	return t, nil
}
