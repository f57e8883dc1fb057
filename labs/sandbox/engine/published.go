package engine

import (
	"strings"

	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// Published is the first process of the running container that publishes a TCP port of the host, and the container's
// id; false if nobody does. It is how a program of the host finds what a real one would reach through the network.
func (e *Engine) Published(port uint16) (first *proc.Process, id string, ok bool) {
	for _, ct := range e.order {
		if ct.run == nil || ct.sandbox == nil {
			continue
		}
		for _, b := range ct.sandbox.Bindings() {
			if b.HostPort == port && b.Proto == packet.ProtoTCP {
				return ct.run.init, ct.id, true
			}
		}
	}
	return nil, "", false
}

// portHolder is why a port that the container wants is taken: what began the container, or the process, that has it.
func (ct *container) portHolder(why error) sim.EventID {
	if !strings.Contains(why.Error(), "already") {
		return 0
	}
	_, wanted := ct.publishing()
	for _, w := range wanted {
		if other := ct.e.publisher(w); other != nil && other != ct {
			return other.began
		}
		for _, s := range ct.e.kernel.Namespaces().Net.Sockets() {
			if owner, ok := s.Owner.(proc.SocketOwner); ok && s.Local.Port() == w.HostFirst {
				return owner.Process.Cause()
			}
		}
	}
	return 0
}

// publisher is the container that has the host's port.
func (e *Engine) publisher(p dockernet.Publish) *container {
	for _, ct := range e.order {
		if ct.sandbox == nil {
			continue
		}
		for _, b := range ct.sandbox.Bindings() {
			if b.Proto == p.Proto && b.HostPort != 0 && b.HostPort >= p.HostFirst && b.HostPort <= p.HostLast {
				return ct
			}
		}
	}
	return nil
}
