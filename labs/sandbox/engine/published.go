package engine

import "dockerlearn/labs/sandbox/proc"

// Published is the first process of the running container that publishes a TCP port of the host, and the container's
// id; false if nobody does. It is how a program of the host finds what a real one would reach through the network.
func (e *Engine) Published(port uint16) (first *proc.Process, id string, ok bool) {
	for _, ct := range e.order {
		for at, owner := range e.net.ports { // any order: is there one
			if owner == ct && at.port == port && at.proto == "tcp" && ct.run != nil {
				return ct.run.init, ct.id, true
			}
		}
	}
	return nil, "", false
}
