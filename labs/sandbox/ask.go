package sandbox

import (
	"fmt"
	"iter"
	"net/netip"

	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// Ask is a connection, a datagram or a ping that somebody might try.
type Ask struct {
	From    string // FromHost, FromLAN, or a running container's name
	To      string // an address, or a name as the sender would look it up
	Port    uint16 // 0: it is pinged
	UDP     bool
	Suppose dockernet.Suppose
}

// Trial is an Ask and what would become of it.
type Trial struct {
	Ask    Ask
	Lookup []Lookup               // where the sender looks for the name; nothing for an address
	Addr   netip.Addr             // that was tried; invalid if the name has none
	Way    *dockernet.Explanation // nil without an address
	Places []Place                // all of them, to tell whose a namespace is
}

// OK reports whether somebody was reached who answers.
func (r *Trial) OK() bool { return r.Way != nil && r.Way.Outcome == Reached }

// Place is somewhere on the network, from where something can be sent.
type Place struct {
	Name  string // as in Ask.From
	Net   *netsim.Stack
	files *vfs.Mounts
}

// Places are the host, its running containers, and another machine of the LAN.
func (h *Host) Places() []Place {
	all := []Place{{FromHost, h.kernel.Namespaces().Net, h.view.Mounts()}}
	if h.engine != nil {
		for _, p := range h.engine.Places() {
			all = append(all, Place{p.Name, p.Net, p.First.View().Mounts()})
		}
	}
	return append(all, Place{FromLAN, h.world.lan.gateway, h.view.Mounts()})
}

// Events are what has happened in the host's world after an event, oldest first; zero is the beginning.
func (h *Host) Events(after sim.EventID) iter.Seq[sim.Event] { return h.world.Events(after) }

// maxLooked is how much of a file is read.
const maxLooked = 1 << 16

// read is a file as it lies there, without anybody reading it; nothing if there is none.
func (p Place) read(path string) []byte {
	at, err := p.files.Sight(path)
	if err != nil {
		return nil
	}
	b := make([]byte, min(at.Stat().Size, maxLooked))
	return b[:at.ReadAt(b, 0)]
}

func (h *Host) place(name string) (Place, error) {
	for _, p := range h.Places() {
		if p.Name == name {
			return p, nil
		}
	}
	return Place{}, fmt.Errorf("no running container is named %s", name)
}

// Try says what would become of a connection, a datagram or a ping, without sending anything: it is tried in a copy of
// the network. A program that is sent a datagram is taken to answer.
func (h *Host) Try(a Ask) (*Trial, error) {
	if h.engine == nil {
		return nil, fmt.Errorf("%s has no Docker", h.Name())
	}
	from, err := h.place(a.From)
	if err != nil {
		return nil, err
	}
	r := &Trial{Ask: a, Places: h.Places()}
	if r.Addr, err = netip.ParseAddr(a.To); err != nil {
		if r.Addr, r.Lookup, err = h.lookUp(from, a); err != nil {
			return nil, err
		}
	}
	if r.Addr.IsValid() {
		r.Way, err = h.explain(a.probe(from.Net, r.Addr.Unmap()))
	}
	return r, err
}

func (a Ask) probe(from *netsim.Stack, to netip.Addr) dockernet.Probe {
	p := dockernet.Probe{From: from, To: netip.AddrPortFrom(to, a.Port), Proto: packet.ProtoTCP, Suppose: a.Suppose}
	switch {
	case a.Port == 0 && to.Is6():
		p.Proto = packet.ProtoICMPv6
	case a.Port == 0:
		p.Proto = packet.ProtoICMP
	case a.UDP:
		p.Proto = packet.ProtoUDP
	}
	return p
}

// explain follows a probe, with the LAN's server of names at work.
func (h *Host) explain(p dockernet.Probe) (*dockernet.Explanation, error) {
	p.Serve = func(c *netsim.Copy) {
		if u, ok := c.Socket(h.world.lan.names).(*netsim.UDPSocket); ok {
			u.Notify(func() { answerAll(u) })
		}
	}
	return h.engine.Explain(p)
}
