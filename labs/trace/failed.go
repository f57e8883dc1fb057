package trace

import (
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// LastFailed is the last connection of the world that came to nothing, as somebody would ask for it; false if there was
// none, or if who tried it is gone.
func LastFailed(h *sandbox.Host) (sandbox.Ask, bool) {
	events := map[sim.EventID]sim.Event{}
	var last sandbox.Ask
	found := false
	for e := range h.Events(0) {
		switch e.Detail.(type) {
		case netfilter.Translation, netfilter.Decision, netsim.Fate:
			events[e.ID] = e
		}
		if a, ok := failed(h, e, events); ok {
			last, found = a, true
		}
	}
	return last, found
}

// First is what there is to see on a host before anybody has chosen: the last connection that failed, or else a published
// port from outside, a container that speaks to another, or one to the world outside.
func First(h *sandbox.Host) sandbox.Ask {
	if a, ok := LastFailed(h); ok {
		return a
	}
	if port := anyPublished(h); port != 0 {
		return sandbox.Ask{From: sandbox.FromLAN, To: h.Address().String(), Port: port}
	}
	from := Ends(h)[0]
	for _, g := range Goals(h) {
		if g.To == from || len(g.Ports) == 0 {
			continue
		}
		return sandbox.Ask{From: from, To: g.To, Port: g.Ports[0].Number, UDP: g.Ports[0].UDP}
	}
	return sandbox.Ask{From: from, To: "example.com", Port: 80}
}

// failed is what failed at an event.
func failed(h *sandbox.Host, e sim.Event, events map[sim.EventID]sim.Event) (sandbox.Ask, bool) {
	switch d := e.Detail.(type) {
	case resolve.Failure:
		for _, p := range h.Places() {
			if p.Net.Name() == d.Net {
				return sandbox.Ask{From: p.Name, To: e.Subject, Port: 80}, true
			}
		}
	case netfilter.Decision:
		return attempt(h, &d.Packet, e, events)
	case netsim.Fate:
		if p := d.Frame.IP; p != nil && e.Rule == "net.connrefused" || p != nil && e.Rule == "net.connreset" {
			return attempt(h, turned(p), e, events)
		}
		return attempt(h, d.Frame.IP, e, events)
	}
	return sandbox.Ask{}, false
}

// turned is the packet that was answered.
func turned(p *packet.IP) *packet.IP {
	q := p.Clone()
	q.Src, q.Dst = p.Dst, p.Src
	if q.TCP != nil {
		q.TCP.SrcPort, q.TCP.DstPort, q.TCP.Flags = p.TCP.DstPort, p.TCP.SrcPort, packet.SYN
	}
	return q
}

// attempt is what a first packet was to come to, before the host gave it another destination.
func attempt(h *sandbox.Host, p *packet.IP, e sim.Event, events map[sim.EventID]sim.Event) (sandbox.Ask, bool) {
	if p == nil || !first(p) {
		return sandbox.Ask{}, false
	}
	x := packetOfIP(p)
	from, to, where := x.From, x.To, e.Subject
	for range maxCauses {
		t, ok := e.Detail.(netfilter.Translation)
		switch {
		case ok && t.End == "destination" && t.After == to:
			to = t.Before
		case ok && t.End == "source" && t.After == from:
			from = t.Before
		}
		if e, ok = cause(e, events); !ok {
			break
		}
	}
	a := sandbox.Ask{To: to.Addr().String(), Port: to.Port(), UDP: p.UDP != nil}
	for _, place := range h.Places() {
		if place.Net.IsLocal(from.Addr()) && (!from.Addr().IsLoopback() || place.Net.Name() == where) {
			a.From = place.Name
			return a, true
		}
	}
	return a, false
}

// maxCauses is how far back a packet's own events are followed.
const maxCauses = 16

func cause(e sim.Event, events map[sim.EventID]sim.Event) (sim.Event, bool) {
	for _, id := range e.Because {
		if x, ok := events[id]; ok {
			return x, true
		}
	}
	return sim.Event{}, false
}

// first reports whether a packet is one with which somebody begins.
func first(p *packet.IP) bool {
	switch {
	case p.TCP != nil:
		return p.TCP.Flags&(packet.SYN|packet.ACK|packet.RST) == packet.SYN
	case p.UDP != nil:
		return p.UDP.DstPort != 53
	case p.ICMP != nil:
		return message(p) == "echo request"
	}
	return false
}
