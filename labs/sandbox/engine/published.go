package engine

import (
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/proc"
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
