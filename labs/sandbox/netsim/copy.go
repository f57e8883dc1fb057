package netsim

import (
	"maps"
	"net/netip"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// Copy is a network as it was at a moment, in a simulation of its own: what is tried in it does not happen.
//
// It has the links, addresses, routes, neighbours, what bridges have learned, the rules and the sockets that listen.
// Connections are in the rules' tables, but their sockets are not copied: nobody is there to go on with them. Frames
// that were on their way, faults of links and who watches them are left out.
type Copy struct {
	Fabric  *Fabric
	stacks  map[*Stack]*Stack
	links   map[*Link]*Link
	sockets map[Socket]Socket
	waiting map[*Stack][]Socket // copies of those that listen, by original namespace
	order   []*Stack            // originals, as they were found
	behind  time.Duration
}

// Copy copies the namespace and everything that it is connected with. EOPNOTSUPP if there is a tunnel.
func (s *Stack) Copy(to *sim.Sim) (*Copy, error) {
	c := &Copy{
		Fabric: New(to), stacks: map[*Stack]*Stack{}, links: map[*Link]*Link{}, sockets: map[Socket]Socket{},
		waiting: map[*Stack][]Socket{},
		behind:  s.fabric.sim.Elapsed() - to.Elapsed(),
	}
	c.find(s)
	for i := 0; i < len(c.order); i++ { // find adds to it
		for _, l := range c.order[i].links {
			if err := c.follow(l); err != nil {
				return nil, err
			}
		}
	}
	for _, s := range c.order {
		c.fill(s)
	}
	return c, nil
}

// Stack is the copy of a namespace; nil if it was not connected.
func (c *Copy) Stack(s *Stack) *Stack { return c.stacks[s] }

// Stacks are the copies of all namespaces.
func (c *Copy) Stacks() []*Stack {
	var all []*Stack
	for _, s := range c.order {
		all = append(all, c.stacks[s])
	}
	return all
}

// Socket is the copy of a socket that listens; nil if it does not.
func (c *Copy) Socket(x Socket) Socket { return c.sockets[x] }

// Listening is the copies of the sockets that listen in a namespace, by port; those of TCP come first.
func (c *Copy) Listening(s *Stack) []Socket { return c.waiting[s] }

// Originals are the namespaces that were copied, in the order in which they were found.
func (c *Copy) Originals() []*Stack { return slices.Clone(c.order) }

// Original is the namespace that a copy was made of; nil for others.
func (c *Copy) Original(s *Stack) *Stack {
	for _, o := range c.order {
		if c.stacks[o] == s {
			return o
		}
	}
	return nil
}

// find notes a namespace and its links.
func (c *Copy) find(s *Stack) {
	if c.stacks[s] != nil || s.closed {
		return
	}
	c.order = append(c.order, s)
	t := &Stack{
		fabric: c.Fabric, name: s.name, id: s.id, lastIndex: s.lastIndex, settings: s.settings, packetID: s.packetID,
		pathMTU: maps.Clone(s.pathMTU), byName: map[string]*Link{},
	}
	if s.tables != nil {
		t.tables = s.tables.Clone() // with the bound of the original's machine
	}
	c.stacks[s] = t
	for _, l := range s.links {
		m := &Link{
			stack: t, name: l.name, index: l.index, mac: l.mac, mtu: l.mtu, up: l.up, ran: l.ran, addrs: slices.Clone(l.addrs),
			conf: l.conf, stats: l.stats,
		}
		c.links[l] = m
		t.links = append(t.links, m)
		if l == s.lo {
			t.lo = m
		} else {
			t.byName[m.name] = m
		}
	}
}

// follow finds the namespaces that a link leads to.
func (c *Copy) follow(l *Link) error {
	switch d := l.device.(type) {
	case *veth:
		c.find(d.peer.stack)
	case *vxlan:
		return EOPNOTSUPP
	}
	if p := l.Parent(); p != nil {
		c.find(p.stack)
	}
	for _, above := range l.above() {
		c.find(above.stack)
	}
	return nil
}

// fill connects the copy of a namespace.
func (c *Copy) fill(s *Stack) {
	t := c.stacks[s]
	for _, l := range s.links {
		m := c.links[l]
		m.device, m.port, m.vlans = c.device(l), c.port(l), c.all(l.vlans)
	}
	t.local = make(map[netip.Addr]localAddr, len(s.local))
	for a, x := range s.local { // any order: into a map
		t.local[a] = localAddr{link: c.links[x.link], broadcast: x.broadcast}
	}
	for v, table := range s.routes {
		for _, r := range table {
			q := *r
			q.link = c.links[r.link]
			t.routes[v] = append(t.routes[v], &q)
		}
	}
	c.neighbours(s, t)
	c.listeners(s, t)
}

func (c *Copy) all(links []*Link) []*Link {
	var copies []*Link
	for _, l := range links {
		copies = append(copies, c.links[l])
	}
	return copies
}

func (c *Copy) device(l *Link) device {
	switch d := l.device.(type) {
	case *veth:
		return &veth{peer: c.links[d.peer]}
	case *bridge:
		return c.bridge(d)
	case *macvlan:
		return &macvlan{parent: c.links[d.parent], mode: d.mode}
	case *ipvlan:
		return &ipvlan{parent: c.links[d.parent], mode: d.mode}
	case *vlan:
		return &vlan{parent: c.links[d.parent], id: d.id}
	}
	return l.device // loopback and dummy have nothing of their own
}

// port is what takes a link's frames. A bridge's ports were made with the bridge, or are made with the link, whichever
// comes first.
func (c *Copy) port(l *Link) port {
	switch p := l.port.(type) {
	case *bridgePort:
		return c.bridgePort(p)
	case *macvlanPort:
		return &macvlanPort{links: c.all(p.links)}
	case *ipvlanPort:
		return &ipvlanPort{links: c.all(p.links)}
	}
	return nil
}

func (c *Copy) bridgePort(p *bridgePort) *bridgePort {
	m := c.links[p.link]
	if made, ok := m.port.(*bridgePort); ok {
		return made
	}
	q := &bridgePort{bridge: c.links[p.bridge], link: m, hairpin: p.hairpin, isolated: p.isolated}
	m.port = q
	return q
}

func (c *Copy) bridge(d *bridge) *bridge {
	b := &bridge{fdb: make(map[packet.MAC]*fdbEntry, len(d.fdb)), fixed: d.fixed, aging: d.aging}
	for _, p := range d.ports {
		b.ports = append(b.ports, c.bridgePort(p))
	}
	for _, e := range d.order {
		f := *e
		f.seen -= c.behind
		f.port = c.bridgePort(e.port)
		b.order = append(b.order, &f)
		b.fdb[f.mac] = &f
	}
	return b
}

// neighbours copies what is known; what is being asked is asked anew.
func (c *Copy) neighbours(s, t *Stack) {
	t.neighbours = map[neighbourKey]*neighbour{}
	for _, n := range s.order {
		state := n.state
		switch state {
		case incomplete, failed:
			continue
		case delayed, probing:
			state = stale
		}
		m := &neighbour{
			stack: t, key: neighbourKey{c.links[n.key.link], n.key.addr}, mac: n.mac, state: state, router: n.router,
			confirmed: n.confirmed - c.behind,
		}
		t.order = append(t.order, m)
		t.neighbours[m.key] = m
	}
}

// listeners copies the sockets that wait for somebody.
func (c *Copy) listeners(s, t *Stack) {
	for _, port := range sortedKeys(s.tcp.bound) {
		for _, x := range s.tcp.bound[port] {
			if x.state != tcpListen {
				continue
			}
			y := t.NewTCP()
			y.options = x.options
			if y.Bind(x.local) == nil && y.Listen(x.backlog) == nil {
				c.sockets[x] = y
				c.waiting[s] = append(c.waiting[s], y)
			}
		}
	}
	for _, port := range sortedKeys(s.udp) {
		for _, x := range s.udp[port] {
			if x.remote.IsValid() {
				continue
			}
			y := t.NewUDP()
			y.options = x.options
			if y.Bind(x.local) == nil {
				c.sockets[x] = y
				c.waiting[s] = append(c.waiting[s], y)
			}
		}
	}
}
