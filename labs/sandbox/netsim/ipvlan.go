package netsim

import (
	"net/netip"
	"slices"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// ipvlan is a link that shares its parent's MAC address and is told apart by its IP addresses.
// Linux: drivers/net/ipvlan
type ipvlan struct {
	parent *Link
	mode   string
}

type ipvlanPort struct{ links []*Link }

// AddIPvlan makes a link that shares parent's MAC address. Modes are l2 and l3; l3s is not simulated (EOPNOTSUPP).
func (s *Stack) AddIPvlan(name string, parent *Link, mode string) (*Link, error) {
	if err := s.newName(name); err != nil {
		return nil, err
	}
	switch mode {
	case "l2", "l3":
	case "l3s":
		return nil, EOPNOTSUPP
	default:
		return nil, EINVAL
	}
	if parent.Kind() == "loopback" {
		return nil, EINVAL
	}
	if d, ok := parent.device.(*ipvlan); ok {
		parent = d.parent
	}
	if err := parent.mayCarry(); err != nil {
		return nil, err
	}
	if parent.port == nil {
		parent.port = &ipvlanPort{}
	}
	p, ok := parent.port.(*ipvlanPort)
	if !ok {
		return nil, EBUSY
	}
	if len(p.links) > 0 && p.links[0].Mode() != mode {
		return nil, EINVAL // the mode is the port's
	}
	l := s.newLink(name, &ipvlan{parent, mode})
	l.mtu, l.mac = parent.mtu, parent.mac
	p.links = append(p.links, l)
	return l, nil
}

func (*ipvlan) kind() string         { return "ipvlan" }
func (d *ipvlan) carrier(*Link) bool { return d.parent.Running() }

func (d *ipvlan) removed(l *Link) {
	p, ok := d.parent.port.(*ipvlanPort)
	if !ok {
		return
	}
	if p.links = slices.DeleteFunc(p.links, func(x *Link) bool { return x == l }); len(p.links) == 0 {
		d.parent.port = nil
	}
}

func (*ipvlanPort) left(*Link) {}

// noARP: an L3 link asks nobody where an address is; its parent's routes decide.
func (l *Link) noARP() bool {
	d, ok := l.device.(*ipvlan)
	return ok && d.mode != "l2"
}

func (d *ipvlan) transmit(l *Link, b *skb) {
	if d.mode == "l2" {
		d.transmit2(l, b)
		return
	}
	d.transmit3(l, b)
}

// transmit2 is ipvlan_xmit_mode_l2: siblings are found by address, all else goes out.
func (d *ipvlan) transmit2(l *Link, b *skb) {
	p := d.parent.port.(*ipvlanPort)
	b.leave()
	if b.frame.Dst.IsMulticast() {
		for _, x := range p.links {
			if x != l && x.up {
				l.stack.fabric.carry(x, b.fork())
			}
		}
	} else if x := p.owner(&b.frame); x != nil && b.frame.Dst == l.mac {
		l.stack.step(b, l, "ipvlan", "to a sibling, by its address", false)
		l.stack.fabric.carry(x, b)
		return
	}
	d.parent.transmit(b)
}

// transmit3 is ipvlan_xmit_mode_l3: siblings directly, all else by the parent's routing table.
func (d *ipvlan) transmit3(l *Link, b *skb) {
	p := b.frame.IP
	if p == nil || p.Dst.IsMulticast() {
		l.stack.lost(b, l, "net.ipvlan", "an L3 link carries neither ARP nor multicast")
		return
	}
	if x := d.parent.port.(*ipvlanPort).owner(&b.frame); x != nil {
		b.leave()
		b.frame.Dst = x.mac
		l.stack.step(b, l, "ipvlan", "to a sibling, by its address", false)
		l.stack.fabric.carry(x, b)
		return
	}
	b.leave()
	b.in = nil
	s := d.parent.stack
	way, err := s.routeOut(p.Dst, nil)
	if err != nil {
		s.lost(b, d.parent, "net.noroute", "the parent's host has no route to the destination")
		return
	}
	s.send(way, b)
}

// take gives what comes in by the parent's wire to the link that has the address. Linux: ipvlan_handle_frame
func (p *ipvlanPort) take(l *Link, b *skb) bool {
	if b.frame.Dst.IsMulticast() && p.links[0].Mode() == "l2" {
		for _, x := range p.links {
			if x.up {
				c := b.fork()
				c.leave()
				l.stack.fabric.carry(x, c)
			}
		}
		return false
	}
	x := p.owner(&b.frame)
	if x == nil {
		return false
	}
	b.leave()
	l.stack.fabric.carry(x, b)
	return true
}

// owner is the link that a frame is for, by the address in it.
func (p *ipvlanPort) owner(f *packet.Frame) *Link {
	var a netip.Addr
	switch {
	case f.ARP != nil:
		a = f.ARP.TargetIP
	case f.IP != nil:
		a = f.IP.Dst
	}
	for _, x := range p.links {
		if x.up && slices.ContainsFunc(x.addrs, func(own Addr) bool { return own.Prefix.Addr() == a }) {
			return x
		}
	}
	return nil
}
