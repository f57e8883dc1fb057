package dockernet

import (
	"cmp"
	"net/netip"
	"slices"
)

// Publish is a port of a container that is to be reached through the host. HostFirst 0 is any port.
type Publish struct {
	Port
	HostIP              netip.Addr // invalid: all of them
	HostFirst, HostLast uint16
}

// Binding is a port that is published.
type Binding struct {
	Port
	HostIP   netip.Addr
	HostPort uint16
	IP       netip.Addr // the container's; not of HostIP's family if only a proxy can serve it
	routed   bool       // only a hole in the rules: nothing listens on the host
	socket   boundPort
}

// boundPort is the host's socket that holds the port.
type boundPort interface{ Close() }

// mapping is a binding that is to be made.
type mapping struct {
	Publish
	ip     netip.Addr
	routed bool
}

// publish makes the bindings of an endpoint that is the gateway of these families. moby:
// daemon/libnetwork/drivers/bridge/port_mapping_linux.go, addPortMappings
func (c *Controller) publish(e *Endpoint, asked []Publish, v4, v6 bool) ([]Binding, error) {
	all := c.mappings(e, asked, v4, v6)
	var made []Binding
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].routed == all[from].routed && all[from].sameHostPort(all[to].Publish) {
			to++
		}
		b, err := c.bind(e, all[from:to])
		if err != nil {
			c.unpublish(e, made)
			return nil, err
		}
		made = append(made, b...)
		from = to
	}
	return made, nil
}

// sameHostPort reports whether two differ only in the host's address, which is why they get the same port.
func (p Publish) sameHostPort(o Publish) bool {
	o.HostIP = p.HostIP
	return p == o
}

// mappings is what is asked for, one entry for each address, those next to each other that get the same port.
func (c *Controller) mappings(e *Endpoint, asked []Publish, v4, v6 bool) []mapping {
	var all []mapping
	for _, p := range asked {
		p.HostLast = max(p.HostLast, p.HostFirst)
		for _, family := range []struct{ on, v6 bool }{{v4, false}, {v6, true}} {
			if family.on {
				if m, ok := e.mapping(p, family.v6, c.c.NoProxy); ok {
					all = append(all, m)
				}
			}
		}
	}
	slices.SortStableFunc(all, compareMappings)
	return all
}

// mapping is what a request is for one family: its address of the host, and of the container. Without an IPv6 address
// the proxy leads from the host's to the container's IPv4 address. moby: configurePortBindingIPv4 and IPv6
func (e *Endpoint) mapping(p Publish, v6, noProxy bool) (mapping, bool) {
	b := &e.Network.bridge
	m := mapping{Publish: p, ip: e.addr(v6), routed: b.mode(v6) == modeRouted}
	if !m.ip.IsValid() && v6 && !noProxy {
		m.ip = e.addr(false)
	}
	any := netip.IPv4Unspecified()
	if v6 {
		any = netip.IPv6Unspecified()
	}
	switch byDefault := b.binding; {
	case !m.ip.IsValid():
		return m, false
	case p.HostIP.IsValid() && p.HostIP.Is6() != v6:
		return m, false
	case p.HostIP.IsValid():
	case !byDefault.IsValid() || byDefault == netip.IPv4Unspecified():
		m.HostIP = any
	case byDefault.Is6() != v6:
		return m, false
	default:
		m.HostIP = byDefault
	}
	if m.routed {
		m.HostIP = any
	}
	return m, true
}

// compareMappings: moby: cmpPortBindingReqs. Exact ports come before ranges, which could take them away.
func compareMappings(a, b mapping) int {
	order := func(v bool) int {
		if v {
			return 1
		}
		return 0
	}
	ranged := func(p Publish) int { return order(p.HostFirst == 0 || p.HostFirst != p.HostLast) }
	return cmp.Or(
		order(a.routed)-order(b.routed), ranged(a.Publish)-ranged(b.Publish),
		int(a.Number)-int(b.Number), int(a.Proto)-int(b.Proto), int(a.HostFirst)-int(b.HostFirst),
		int(a.HostLast)-int(b.HostLast), a.HostIP.Compare(b.HostIP), a.ip.Compare(b.ip),
	)
}

// bindAttempts is how often a port is tried that somebody else on the host turns out to have. moby:
// portmappers/nat/mapper_linux.go
const bindAttempts = 10

// bind takes one port of the host for all of these.
func (c *Controller) bind(e *Endpoint, group []mapping) ([]Binding, error) {
	first, last := group[0].HostFirst, group[0].HostLast
	if group[0].routed {
		return c.admit(e, group)
	}
	var made []Binding
	var err error
	for range bindAttempts {
		if made, err = c.tryBind(e, group); err == nil {
			return made, nil
		}
		if first != 0 && first == last {
			break
		}
	}
	return nil, err
}

// tryBind takes a port, and opens it. moby: attemptBindHostPorts
func (c *Controller) tryBind(e *Endpoint, group []mapping) ([]Binding, error) {
	var addrs []netip.Addr
	for _, m := range group {
		addrs = append(addrs, m.HostIP)
	}
	proto := group[0].Proto
	port, err := c.ports.request(addrs, proto, int(group[0].HostFirst), int(group[0].HostLast))
	if err != nil {
		return nil, err
	}
	var made []Binding
	for _, m := range group {
		b := Binding{Port: m.Port, HostIP: m.HostIP, HostPort: uint16(port), IP: m.ip}
		if b.socket, err = c.listen(b); err != nil {
			for _, m := range made {
				m.socket.Close()
			}
			c.ports.release(addrs, proto, port)
			return nil, err
		}
		made = append(made, b)
	}
	if err := c.open(e, made); err != nil {
		c.unpublish(e, made)
		return nil, err
	}
	return made, nil
}

// admit opens ports to those who have a route to the container: the host has no part in it. moby: portmappers/routed
func (c *Controller) admit(e *Endpoint, group []mapping) ([]Binding, error) {
	var made []Binding
	for _, m := range group {
		made = append(made, Binding{Port: m.Port, HostIP: m.HostIP, IP: m.ip, routed: true})
	}
	if err := c.open(e, made); err != nil {
		c.unpublish(e, made)
		return nil, err
	}
	return made, nil
}

// open lets packets through to ports that were bound.
func (c *Controller) open(e *Endpoint, bindings []Binding) error {
	for _, b := range bindings {
		if err := c.firewall.port(e, b, true); err != nil {
			return err
		}
	}
	return nil
}

func (c *Controller) unpublish(e *Endpoint, bindings []Binding) {
	for _, b := range bindings {
		c.firewall.port(e, b, false)
		if !b.routed {
			b.socket.Close()
			c.ports.release([]netip.Addr{b.HostIP}, b.Proto, int(b.HostPort))
		}
	}
}

// withdraw takes the bindings of some families of the host back.
func (c *Controller) withdraw(e *Endpoint, v4, v6 bool) {
	var kept, gone []Binding
	for _, b := range e.Bindings {
		if b.HostIP.Is6() && v6 || !b.HostIP.Is6() && v4 {
			gone = append(gone, b)
		} else {
			kept = append(kept, b)
		}
	}
	c.unpublish(e, gone)
	e.Bindings = kept
	e.bound4, e.bound6 = e.bound4 && !v4, e.bound6 && !v6
}
