package dockernet

import "slices"

// Restart is what a daemon does to the networks when it starts again: the default bridge becomes a new network on the
// old interface, and the rules are written anew, so that what somebody has done to them is undone. Nobody is in a
// network then. moby: daemon/daemon_unix.go, initBridgeDriver; iptabler.go, removeIPChains
func (c *Controller) Restart() {
	c.firewall.flush()
	c.firewall.boot()
	var anew *Network
	for _, n := range c.networks {
		switch {
		case n.Driver != "bridge" || n.ConfigOnly:
		case n.bridge.isDefault && len(n.endpoints) == 0:
			anew = n
		default:
			c.makeBridge(n) // it is there
			c.firewall.network(n, true)
			c.host.Link(n.bridge.name).Up()
		}
	}
	if anew != nil {
		c.renew(anew)
	}
}

// renew makes a network anew: it has another id.
func (c *Controller) renew(n *Network) {
	n.free(&c.ipam)
	c.networks = slices.DeleteFunc(c.networks, func(o *Network) bool { return o == n })
	_, err := c.add(n.NetworkOptions)
	must(err) // it was there a moment ago
}
