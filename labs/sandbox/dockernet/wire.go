package dockernet

import (
	"fmt"
	"net/netip"
)

// listen holds a port of the host.
func (c *Controller) listen(b Binding) (boundPort, error) {
	key := hostPort{b.HostIP, b.Proto, int(b.HostPort)}
	if c.listening[key] {
		return nil, fmt.Errorf("failed to bind host port %s/%s: address already in use",
			netip.AddrPortFrom(b.HostIP, b.HostPort), ProtoName(b.Proto))
	}
	c.listening[key] = true
	return &heldPort{c, key}, nil
}

type heldPort struct {
	c   *Controller
	key hostPort
}

func (h *heldPort) Close() { delete(h.c.listening, h.key) }
