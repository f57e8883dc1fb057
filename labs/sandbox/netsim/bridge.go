package netsim

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// bridge is a switch that learns where hardware addresses are. Linux: net/bridge
type bridge struct {
	ports []*bridgePort
	fdb   map[packet.MAC]*fdbEntry
	order []*fdbEntry // of learning
	fixed bool        // somebody chose the MAC: it does not follow the ports
	aging time.Duration
}

// bridgePort is a link that is part of a bridge.
type bridgePort struct {
	bridge   *Link
	link     *Link
	hairpin  bool
	isolated bool
}

// fdbEntry says behind which port an address is.
type fdbEntry struct {
	mac    packet.MAC
	port   *bridgePort
	seen   time.Duration
	static bool
	local  bool // the port's own: such frames go up
}

// Linux: BR_DEFAULT_AGEING_TIME; and what a hostile sender can make a bridge remember.
const (
	fdbAgeing  = 300 * time.Second
	maxLearned = 16384
)

// AddBridge makes a bridge, down and without ports.
func (s *Stack) AddBridge(name string) (*Link, error) {
	if err := s.newName(name); err != nil {
		return nil, err
	}
	return s.newLink(name, &bridge{fdb: map[packet.MAC]*fdbEntry{}, aging: fdbAgeing}), nil
}

func (*bridge) kind() string { return "bridge" }

// carrier: a bridge runs when one of its ports does.
func (d *bridge) carrier(*Link) bool {
	return slices.ContainsFunc(d.ports, func(p *bridgePort) bool { return p.link.Running() })
}

func (d *bridge) removed(*Link) {
	for _, p := range slices.Clone(d.ports) {
		p.link.SetMaster(nil)
	}
}

// Master is the bridge that the link is a port of, nil if it is none.
func (l *Link) Master() *Link {
	if p := l.bridgePort(); p != nil {
		return p.bridge
	}
	return nil
}

func (l *Link) bridgePort() *bridgePort {
	p, _ := l.port.(*bridgePort)
	return p
}

// SetMaster makes the link a port of a bridge; nil takes it out. EBUSY if something else has the link already.
func (l *Link) SetMaster(br *Link) error {
	if old := l.bridgePort(); old != nil {
		if old.bridge == br {
			return nil
		}
		old.left(l)
		l.port = nil
	}
	if br == nil {
		return nil
	}
	d, ok := br.device.(*bridge)
	switch k := l.Kind(); {
	case !ok:
		return EOPNOTSUPP
	case k == "bridge":
		return ELOOP
	case br.carries(l, maxNest): // Linux: __netdev_upper_dev_link
		return EBUSY
	case k == "loopback" || k == "ipvlan" || br.stack != l.stack:
		return EINVAL
	case l.port != nil:
		return EBUSY
	}
	p := &bridgePort{bridge: br, link: l}
	l.port = p
	d.ports = append(d.ports, p)
	d.remember(&fdbEntry{mac: l.mac, port: p, static: true, local: true})
	d.portsChanged(br)
	return nil
}

// left takes a port out of its bridge.
func (p *bridgePort) left(l *Link) {
	d := p.bridge.device.(*bridge)
	d.ports = slices.DeleteFunc(d.ports, func(q *bridgePort) bool { return q == p })
	d.forgetIf(func(e *fdbEntry) bool { return e.port == p })
	d.portsChanged(p.bridge)
}

// portsChanged gives the bridge what it takes from its ports: MTU, address, carrier.
func (d *bridge) portsChanged(br *Link) {
	d.adaptMTU(br)
	d.adaptMAC(br)
	br.carrierChanged()
}

// adaptMTU: a bridge's MTU is its smallest port's. Linux: br_mtu_auto_adjust
func (d *bridge) adaptMTU(br *Link) {
	if len(d.ports) == 0 {
		return
	}
	br.mtu = d.ports[0].link.mtu
	for _, p := range d.ports {
		br.mtu = min(br.mtu, p.link.mtu)
	}
}

// adaptMAC: a bridge without an address of its own has its lowest port's. Linux: br_stp_recalculate_bridge_id
func (d *bridge) adaptMAC(br *Link) {
	if d.fixed || len(d.ports) == 0 {
		return
	}
	low := d.ports[0].link.mac
	for _, p := range d.ports[1:] {
		if bytes.Compare(p.link.mac[:], low[:]) < 0 {
			low = p.link.mac
		}
	}
	br.mac = low
}

func (d *bridge) portChanged(br, port *Link) {
	if !port.Running() {
		p := port.bridgePort()
		d.forgetIf(func(e *fdbEntry) bool { return e.port == p && !e.static })
	}
	if br.ran != br.Running() {
		br.carrierChanged()
	}
}

func (d *bridge) portRenumbered(br, port *Link, old packet.MAC) {
	p := port.bridgePort()
	d.forgetIf(func(e *fdbEntry) bool { return e.port == p && e.mac == old && e.local })
	d.remember(&fdbEntry{mac: port.mac, port: p, static: true, local: true})
	d.adaptMAC(br)
}

// SetHairpin lets the bridge send a frame back through the port by which it came. EINVAL if the link is no port.
func (l *Link) SetHairpin(on bool) error {
	p := l.bridgePort()
	if p == nil {
		return EINVAL
	}
	p.hairpin = on
	return nil
}

// Hairpin reports what SetHairpin was told.
func (l *Link) Hairpin() bool { p := l.bridgePort(); return p != nil && p.hairpin }

// SetIsolated forbids traffic between this port and other isolated ports of its bridge.
func (l *Link) SetIsolated(on bool) error {
	p := l.bridgePort()
	if p == nil {
		return EINVAL
	}
	p.isolated = on
	return nil
}

// Isolated reports what SetIsolated was told.
func (l *Link) Isolated() bool { p := l.bridgePort(); return p != nil && p.isolated }

// transmit sends what the bridge's own namespace says. Linux: br_dev_xmit
func (d *bridge) transmit(br *Link, b *skb) { d.send(br, nil, b) }

// take is a frame that arrived at a port. Linux: br_handle_frame_finish
func (p *bridgePort) take(l *Link, b *skb) bool {
	d := p.bridge.device.(*bridge)
	if !p.bridge.up {
		l.stack.lost(b, l, "net.down", "the bridge is down")
		return true
	}
	d.learn(p, b)
	if d.callsFirewall(p.bridge, b) {
		if !d.preRoute(p, b) {
			return true
		}
	}
	d.forwardFrom(p, b)
	return true
}

// forwardFrom decides about a frame of a port: up, or on.
func (d *bridge) forwardFrom(p *bridgePort, b *skb) {
	br := p.bridge
	if e := d.fdb[b.frame.Dst]; b.frame.Dst == br.mac || (e != nil && e.local) {
		br.stack.step(b, br, "bridge", "the frame is for the bridge's own host", false)
		d.up(br, b)
		return
	}
	d.send(br, p, b)
	if b.frame.Dst.IsMulticast() {
		d.up(br, b.fork())
	}
}

// up hands a frame to the bridge's namespace, as if it came in by the bridge.
func (d *bridge) up(br *Link, b *skb) {
	if b.frame.Dst != br.mac && !b.frame.Dst.IsMulticast() {
		b.frame.Dst = br.mac // a port's own address
	}
	br.stats.RxPackets++
	br.stats.RxBytes += uint64(b.frame.Size())
	br.tap(b, Received)
	if b.frame.VLAN != 0 && br.untag(b) {
		return
	}
	if br.port != nil && br.port.take(br, b) {
		return
	}
	br.stack.input(br, b)
}

// send puts a frame out of the right ports. from is nil for the bridge's own.
func (d *bridge) send(br *Link, from *bridgePort, b *skb) {
	if e := d.known(br, b.frame.Dst); e != nil {
		d.sendKnown(br, from, e, b)
		return
	}
	s, n := br.stack, 0
	for _, to := range d.ports {
		if d.may(from, to) != "" {
			continue
		}
		n++
		if !to.link.skipDeaf(b) {
			d.out(br, from, to, b.fork())
		}
	}
	if s.fabric.tracer != nil {
		s.step(b, br, "bridge", fmt.Sprintf("flooded to %d ports", n), false)
	}
}

// skipDeaf counts a frame as sent and received where whoever is behind the port would not even look at it, and says
// whether that is so. It spares a question to everybody on a large network a thousand ways.
func (l *Link) skipDeaf(b *skb) bool {
	v, ok := l.device.(*veth)
	if !ok || v.peer == nil || l.watched() || v.peer.watched() || !v.peer.deaf(&b.frame) {
		return false
	}
	n := uint64(b.frame.Size())
	l.stats.TxPackets++
	l.stats.TxBytes += n
	v.peer.stats.RxPackets++
	v.peer.stats.RxBytes += n
	return true
}

// watched reports whether somebody sees what passes, or it is not sure that it does.
func (l *Link) watched() bool {
	return len(l.taps) > 0 || len(l.stack.taps) > 0 || l.fault != nil || l.stack.fabric.tracer != nil
}

// deaf reports whether a frame to many is nothing to the link: a question for another address by somebody it does not
// know, or for a group that it does not listen to.
func (l *Link) deaf(f *packet.Frame) bool {
	if l.port != nil || len(l.vlans) > 0 || !l.up || f.VLAN != 0 {
		return false
	}
	s := l.stack
	switch {
	case f.ARP != nil && !f.ARP.Reply:
		return s.neighbours[neighbourKey{l, f.ARP.SenderIP}] == nil && !s.answersARP(l, f.ARP.TargetIP)
	case f.IP != nil && f.IP.V6() && f.Dst.IsMulticast() && f.IP.ICMP != nil:
		return !l.noIPv6() && !l.inGroup(f.IP.Dst) && s.unfiltered()
	}
	return false
}

func (d *bridge) sendKnown(br *Link, from *bridgePort, e *fdbEntry, b *skb) {
	s := br.stack
	if why := d.may(from, e.port); why != "" {
		s.lost(b, br, "net.bridge", why)
		return
	}
	if s.fabric.tracer != nil {
		s.step(b, br, "bridge", "the address is behind "+e.port.link.name, false)
	}
	d.out(br, from, e.port, b)
}

// may says why a frame does not go from one port to another, "" if it does. Linux: should_deliver
func (d *bridge) may(from, to *bridgePort) string {
	switch {
	case !to.link.Running():
		return "the port is down"
	case from == to && !to.hairpin:
		return "the receiver is behind the port by which the frame came, and hairpin is off"
	case from != nil && from != to && from.isolated && to.isolated:
		return "both ports are isolated"
	}
	return ""
}

// out sends a frame through a port, after the firewall where that is called for bridges. Linux: br_forward_finish
func (d *bridge) out(br *Link, from, to *bridgePort, b *skb) {
	if from != nil && d.callsFirewall(br, b) && !br.stack.filterBridged(br, from, to, b) {
		return
	}
	b.private = false
	to.link.transmit(b)
}

// known finds where an address is, if that was seen lately.
func (d *bridge) known(br *Link, m packet.MAC) *fdbEntry {
	if m.IsMulticast() {
		return nil
	}
	e := d.fdb[m]
	if e == nil || d.expired(br, e) {
		return nil
	}
	return e
}

func (d *bridge) expired(br *Link, e *fdbEntry) bool {
	return !e.static && br.stack.fabric.sim.Elapsed()-e.seen >= d.aging
}

// learn notes by which port a sender was heard.
func (d *bridge) learn(p *bridgePort, b *skb) {
	src := b.frame.Src
	if src.IsMulticast() || src == (packet.MAC{}) {
		return
	}
	s := p.bridge.stack
	now := s.fabric.sim.Elapsed()
	e := d.fdb[src]
	switch {
	case e == nil:
		if len(d.order) >= maxLearned && !d.forgetExpired(p.bridge) {
			return
		}
		d.remember(&fdbEntry{mac: src, port: p, seen: now})
		s.step(b, p.link, "bridge", "learned where the sender is", false)
	case e.static:
	default:
		if e.port != p {
			s.step(b, p.link, "bridge", "the sender moved to this port", false)
		}
		e.port, e.seen = p, now
	}
}

func (d *bridge) remember(e *fdbEntry) {
	if old := d.fdb[e.mac]; old != nil {
		d.order = slices.DeleteFunc(d.order, func(x *fdbEntry) bool { return x == old })
	}
	d.fdb[e.mac] = e
	d.order = append(d.order, e)
}

func (d *bridge) forgetIf(which func(*fdbEntry) bool) {
	d.order = slices.DeleteFunc(d.order, func(e *fdbEntry) bool {
		if !which(e) {
			return false
		}
		delete(d.fdb, e.mac)
		return true
	})
}

func (d *bridge) forgetExpired(br *Link) bool {
	before := len(d.order)
	d.forgetIf(func(e *fdbEntry) bool { return d.expired(br, e) })
	return len(d.order) < before
}

// FDBEntry is what a bridge or a tunnel knows about a hardware address.
type FDBEntry struct {
	MAC    packet.MAC
	Port   *Link         // of a bridge; the bridge or tunnel itself for its own addresses
	Remote netip.Addr    // of a tunnel
	Local  bool          // a port's own address
	Static bool          // does not age
	Age    time.Duration // since a frame came from there
}

// FDB lists what a bridge or tunnel knows, in the order of learning.
func (l *Link) FDB() []FDBEntry {
	switch d := l.device.(type) {
	case *bridge:
		return d.entries(l)
	case *vxlan:
		return d.entries(l)
	}
	return nil
}

func (d *bridge) entries(br *Link) []FDBEntry {
	d.forgetExpired(br)
	now := br.stack.fabric.sim.Elapsed()
	list := []FDBEntry{{MAC: br.mac, Port: br, Local: true, Static: true}}
	for _, e := range d.order {
		list = append(list, FDBEntry{MAC: e.mac, Port: e.port.link, Local: e.local, Static: e.static, Age: now - e.seen})
	}
	return list
}

// AddFDB adds an entry that does not age: behind port for a bridge, behind remote for a tunnel.
func (l *Link) AddFDB(m packet.MAC, port *Link, remote netip.Addr) error {
	switch d := l.device.(type) {
	case *bridge:
		if port == nil || port.Master() != l {
			return EINVAL
		}
		d.remember(&fdbEntry{mac: m, port: port.bridgePort(), static: true})
		return nil
	case *vxlan:
		return d.addStatic(m, remote)
	}
	return EOPNOTSUPP
}

// DelFDB removes an entry. ENOENT if there is none.
func (l *Link) DelFDB(m packet.MAC) error {
	switch d := l.device.(type) {
	case *bridge:
		if d.fdb[m] == nil {
			return ENOENT
		}
		d.forgetIf(func(e *fdbEntry) bool { return e.mac == m })
		return nil
	case *vxlan:
		return d.remove(m)
	}
	return EOPNOTSUPP
}
