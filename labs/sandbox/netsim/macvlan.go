package netsim

import "slices"

// macvlan is a link with an address of its own on its parent's wire. It never speaks with the parent's own host: what
// it sends goes to its siblings or out. Linux: drivers/net/macvlan.c
type macvlan struct {
	parent *Link
	mode   string
}

// macvlanPort is what a parent does with what comes in for its links.
type macvlanPort struct{ links []*Link }

// AddMacvlan makes a link with a MAC address of its own on parent's wire. Modes are bridge, private, vepa, passthru.
func (s *Stack) AddMacvlan(name string, parent *Link, mode string) (*Link, error) {
	if err := s.newName(name); err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"bridge", "private", "vepa", "passthru"}, mode) {
		return nil, EINVAL
	}
	if parent.Kind() == "loopback" {
		return nil, EINVAL
	}
	if d, ok := parent.device.(*macvlan); ok {
		parent = d.parent
	}
	if err := parent.mayCarry(); err != nil {
		return nil, err
	}
	p, err := parent.macvlanPort()
	if err != nil {
		return nil, err
	}
	if p.alone() || (mode == "passthru" && len(p.links) > 0) {
		return nil, EINVAL
	}
	l := s.newLink(name, &macvlan{parent, mode})
	l.mtu = parent.mtu
	if mode == "passthru" {
		l.mac = parent.mac
	}
	p.links = append(p.links, l)
	return l, nil
}

// macvlanPort is the link's port, made where nothing else has the link.
func (l *Link) macvlanPort() (*macvlanPort, error) {
	if l.port == nil {
		l.port = &macvlanPort{}
	}
	p, ok := l.port.(*macvlanPort)
	if !ok {
		return nil, EBUSY
	}
	return p, nil
}

// alone reports whether a passthru link has the parent to itself.
func (p *macvlanPort) alone() bool { return len(p.links) == 1 && p.links[0].Mode() == "passthru" }

func (*macvlan) kind() string         { return "macvlan" }
func (d *macvlan) carrier(*Link) bool { return d.parent.Running() }

func (d *macvlan) removed(l *Link) {
	p, ok := d.parent.port.(*macvlanPort)
	if !ok {
		return
	}
	if p.links = slices.DeleteFunc(p.links, func(x *Link) bool { return x == l }); len(p.links) == 0 {
		d.parent.port = nil
	}
}

func (*macvlanPort) left(*Link) {}

// transmit sends to siblings in bridge mode, and out of the parent. Linux: macvlan_queue_xmit
func (d *macvlan) transmit(l *Link, b *skb) {
	b.leave()
	if d.mode == "bridge" && d.toSiblings(l, b) {
		return
	}
	if b.frame.Dst == d.parent.mac {
		l.stack.step(
			b,
			l,
			"macvlan",
			"the receiver is the parent's own host, which only hears what comes in by the wire",
			false,
		)
	}
	if !d.parent.up {
		l.stack.lost(b, l, "net.down", "the parent link is down")
		return
	}
	d.parent.transmit(b)
}

// toSiblings delivers to other links in bridge mode, and says whether the frame was for one of them alone.
func (d *macvlan) toSiblings(l *Link, b *skb) bool {
	p, ok := d.parent.port.(*macvlanPort)
	if !ok {
		return false
	}
	for _, x := range p.links {
		if x == l || x.Mode() != "bridge" || !x.up {
			continue
		}
		switch {
		case x.mac == b.frame.Dst:
			l.stack.step(b, l, "macvlan", "to a sibling", false)
			l.stack.fabric.carry(x, b)
			return true
		case b.frame.Dst.IsMulticast():
			l.stack.fabric.carry(x, b.fork())
		}
	}
	return false
}

// take gives what comes in by the parent's wire to the links that it is for. Linux: macvlan_handle_frame
func (p *macvlanPort) take(l *Link, b *skb) bool {
	if p.alone() {
		b.leave()
		l.stack.fabric.carry(p.links[0], b)
		return true
	}
	for _, x := range p.links {
		if !x.up {
			continue
		}
		if x.mac == b.frame.Dst {
			b.leave()
			l.stack.fabric.carry(x, b)
			return true
		}
		if b.frame.Dst.IsMulticast() {
			c := b.fork()
			c.leave()
			l.stack.fabric.carry(x, c)
		}
	}
	return false
}

// vlan is a link whose frames carry a tag on its parent's wire. Linux: net/8021q
type vlan struct {
	parent *Link
	id     uint16
}

// AddVLAN makes a link whose frames carry the tag id on parent's wire; it is usually called PARENT.ID.
func (s *Stack) AddVLAN(name string, parent *Link, id uint16) (*Link, error) {
	if err := s.newName(name); err != nil {
		return nil, err
	}
	if id == 0 || id > 4094 || parent.stack != s {
		return nil, ERANGE
	}
	if parent.Kind() == "vlan" || parent.Kind() == "loopback" {
		return nil, EOPNOTSUPP
	}
	if err := parent.mayCarry(); err != nil {
		return nil, err
	}
	for _, x := range parent.vlans {
		if x.device.(*vlan).id == id {
			return nil, EEXIST
		}
	}
	l := s.newLink(name, &vlan{parent, id})
	l.mtu, l.mac = parent.mtu, parent.mac
	parent.vlans = append(parent.vlans, l)
	return l, nil
}

// VLAN is the tag of a VLAN link, 0 for other kinds.
func (l *Link) VLAN() uint16 {
	if d, ok := l.device.(*vlan); ok {
		return d.id
	}
	return 0
}

func (*vlan) kind() string         { return "vlan" }
func (d *vlan) carrier(*Link) bool { return d.parent.Running() }

func (d *vlan) removed(l *Link) {
	d.parent.vlans = slices.DeleteFunc(d.parent.vlans, func(x *Link) bool { return x == l })
}

func (d *vlan) transmit(_ *Link, b *skb) {
	b.frame.VLAN = d.id
	d.parent.transmit(b)
}

// untag gives a tagged frame to the link that stands for its VLAN.
func (l *Link) untag(b *skb) bool {
	for _, x := range l.vlans {
		if x.device.(*vlan).id == b.frame.VLAN {
			b.frame.VLAN = 0
			x.receive(b)
			return true
		}
	}
	return false
}
