package engine

import (
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/proc"
)

// Stack is the network namespace of a container that runs, be it its own or not.
func (e *Engine) Stack(id string) (*netsim.Stack, error) {
	ct, err := e.findAlive(id)
	if err != nil {
		return nil, err
	}
	return ct.run.ns.Net, nil
}

// Explain says what would become of a connection. Nothing happens to the network.
func (e *Engine) Explain(p dockernet.Probe) (*dockernet.Explanation, error) { return e.dock.Explain(p) }

// Place is a running container on the network.
type Place struct {
	Name  string
	First *proc.Process
	Net   *netsim.Stack
}

// Places are the running containers, as they were made. Those that share a network share it here too.
func (e *Engine) Places() []Place {
	var all []Place
	for _, ct := range e.order {
		if ct.run != nil && ct.run.init != nil {
			all = append(all, Place{ct.name, ct.run.init, ct.run.ns.Net})
		}
	}
	return all
}
