package engine

import (
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/sim"
)

// NetworkRemove removes a network that no running container is in. moby: daemon/network.go, deleteNetwork
func (e *Engine) NetworkRemove(c api.Caller, id string) error {
	n, err := e.findNetwork(id)
	if err != nil {
		return err
	}
	e.work(c, networkTime)
	return e.removeNetwork(n, c.Cause())
}

func (e *Engine) removeNetwork(n *dockernet.Network, because sim.EventID) error {
	if err := e.dock.Remove(n); err != nil {
		return netError(err)
	}
	if !n.ConfigOnly {
		e.emitNetwork("destroy", n, nil, because)
	}
	return nil
}

// NetworkPrune removes all networks that nobody is in. moby: daemon/prune.go, localNetworksPrune
func (e *Engine) NetworkPrune(c api.Caller, f api.Filters) (api.NetworksPruned, error) {
	var p api.NetworksPruned
	if err := e.up(); err != nil {
		return p, err
	}
	fs := filters(f)
	if err := fs.only("label", "label!", "until"); err != nil {
		return p, err
	}
	until, bounded, err := e.untilFilter(fs)
	if err != nil {
		return p, err
	}
	for _, n := range e.dock.Networks() {
		if n.ConfigOnly || dockernet.Predefined(n.Name) || len(n.Endpoints()) > 0 || !fs.labels(n.Labels) ||
			bounded && n.Created.After(until) {
			continue
		}
		if e.removeNetwork(n, c.Cause()) == nil { // what cannot be removed after all stays
			p.NetworksDeleted = append(p.NetworksDeleted, n.Name)
		}
	}
	e.emit(api.EventNetwork, "prune", "", "", map[string]string{"reclaimed": "0"}, c.Cause())
	return p, nil
}
