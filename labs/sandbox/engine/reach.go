package engine

import (
	"net/netip"

	"dockerlearn/labs/sandbox/api"
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

// Names is what the embedded name server of a container knows of a name. Asks reports whether it may pass on to others
// what it does not know.
func (e *Engine) Names(id, name string) (addrs []netip.Addr, known, asks bool, err error) {
	ct, err := e.findAlive(id)
	if err != nil {
		return nil, false, false, err
	}
	if other, joins := ct.host.NetworkMode.Container(); joins {
		return e.Names(other, name)
	}
	if ct.sandbox == nil {
		return nil, false, false, api.Errorf(api.NotFound, "container %s has no network", ct.name)
	}
	addrs, known = ct.sandbox.Resolve(name, false)
	return addrs, known, ct.sandbox.Forwards(), nil
}

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
