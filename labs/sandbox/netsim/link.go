package netsim

import (
	"math/rand/v2"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// Link is a network device in a namespace.
type Link struct {
	stack  *Stack
	name   string
	index  int
	mac    packet.MAC
	mtu    int
	up     bool
	device device
	ran    bool // Running, when that was last looked at

	port  port    // what takes its frames before the stack does; nil is nothing
	vlans []*Link // made on it
	addrs []Addr
	conf  linkSettings
	stats LinkStats
	fault *Fault
	taps  []*tap
}

// device is what makes a kind of link different from others. Linux: struct net_device_ops
type device interface {
	kind() string
	transmit(l *Link, b *skb)
	carrier(l *Link) bool // somebody is at the other end
	removed(l *Link)      // takes back what others know about it
}

// port takes the frames that reach a link, instead of its namespace's IP layer. Linux: rx_handler
type port interface {
	take(l *Link, b *skb) (taken bool)
	left(l *Link) // the link goes
}

// LinkStats counts what a link has received and sent.
type LinkStats struct {
	RxPackets, RxBytes, RxErrors, RxDropped uint64
	TxPackets, TxBytes, TxErrors, TxDropped uint64
}

// defaultMTU is Ethernet's.
const defaultMTU = 1500

// Stack is the namespace that the link is in now.
func (l *Link) Stack() *Stack { return l.stack }

// Name is the link's name, unique in its namespace.
func (l *Link) Name() string { return l.name }

// Index is the link's number in its namespace.
func (l *Link) Index() int { return l.index }

// MAC is the link's hardware address.
func (l *Link) MAC() packet.MAC { return l.mac }

// MTU is the size of the largest packet that fits into a frame.
func (l *Link) MTU() int { return l.mtu }

// IsUp reports whether the link is switched on.
func (l *Link) IsUp() bool { return l.up }

// Running reports whether the link is switched on and has a carrier: somebody at the other end.
func (l *Link) Running() bool { return l.up && l.device.carrier(l) }

// Kind is loopback, veth, bridge, macvlan, ipvlan, vxlan, vlan or dummy.
func (l *Link) Kind() string { return l.device.kind() }

// Stats counts what has passed.
func (l *Link) Stats() LinkStats { return l.stats }

// Peer is the other end of a veth, nil for other kinds, and its number in its own namespace: eth0@if7.
func (l *Link) Peer() (*Link, int) {
	v, ok := l.device.(*veth)
	if !ok || v.peer == nil {
		return nil, 0
	}
	return v.peer, v.peer.index
}

// randomMAC is one that the kernel makes up: of one station, locally administered. Linux: eth_random_addr
func randomMAC(r *rand.Rand) (m packet.MAC) {
	n := r.Uint64()
	for i := range m {
		m[i] = byte(n >> (8 * i))
	}
	m[0] = m[0]&^1 | 2
	return m
}

// validName is Linux's dev_valid_name.
func validName(name string) bool {
	return name != "" && len(name) < 16 && name != "." && name != ".." && !strings.ContainsAny(name, "/: \t\n")
}

// newName checks a name for a link to come.
func (s *Stack) newName(name string) error {
	switch {
	case s.closed:
		return ENODEV
	case !validName(name):
		return EINVAL
	case s.Link(name) != nil:
		return EEXIST
	}
	return nil
}

// newLink makes a link that is down.
func (s *Stack) newLink(name string, d device) *Link {
	l := &Link{name: name, mac: randomMAC(s.fabric.random), mtu: defaultMTU, device: d, conf: s.settings.byDefault}
	s.register(l)
	return l
}

// Up switches the link on: the routes of its addresses appear.
func (l *Link) Up() error {
	if l.up {
		return nil
	}
	l.up = true
	for _, a := range l.addrs {
		l.stack.addressUp(l, a)
	}
	l.carrierChanged()
	return nil
}

// Down switches the link off: its routes go, and its IPv6 addresses.
func (l *Link) Down() error {
	if !l.up {
		return nil
	}
	s := l.stack
	for _, a := range l.Addrs() {
		if a.Prefix.Addr().Is6() && l.Kind() != "loopback" {
			l.dropAddr(a)
			continue
		}
		s.addressDown(l, a)
	}
	s.dropRoutesOf(l)
	s.dropNeighboursOf(l)
	l.up = false
	l.carrierChanged()
	return nil
}

// carrierChanged looks whether the link began or ceased to run, and tells those who depend on it.
func (l *Link) carrierChanged() {
	runs := l.Running()
	changed := runs != l.ran
	l.ran = runs
	if changed && runs {
		l.autoAddr6()
	}
	if peer, _ := l.Peer(); peer != nil && peer.ran != peer.Running() {
		peer.carrierChanged()
	}
	if br := l.Master(); br != nil {
		br.device.(*bridge).portChanged(br, l)
	}
	for _, up := range l.above() {
		if up.ran != up.Running() {
			up.carrierChanged()
		}
	}
}

// above is the links that are made on this one.
func (l *Link) above() []*Link {
	list := slices.Clone(l.vlans)
	switch p := l.port.(type) {
	case *macvlanPort:
		list = append(list, p.links...)
	case *ipvlanPort:
		list = append(list, p.links...)
	}
	return list
}

// maxNest is how high links stand on each other. Linux: MAX_NEST_DEV
const maxNest = 8

// carries reports whether x stands on l, however many links are between: made on it, or its bridge.
func (l *Link) carries(x *Link, depth int) bool {
	if l == x {
		return true
	}
	if depth == 0 {
		return true // higher than anything may be
	}
	uppers := l.above()
	if br := l.Master(); br != nil {
		uppers = append(uppers, br)
	}
	return slices.ContainsFunc(uppers, func(up *Link) bool { return up.carries(x, depth-1) })
}

// mayCarry checks that one more link can be made on l. EMLINK if it would stand too high.
func (l *Link) mayCarry() error {
	for n := 1; l != nil; n++ {
		if n >= maxNest {
			return EMLINK
		}
		below := l.Parent()
		if d, ok := l.device.(*bridge); ok && len(d.ports) > 0 {
			below = d.ports[0].link
		}
		l = below
	}
	return nil
}

// Parent is the link below a macvlan, ipvlan or VLAN, nil for other kinds.
func (l *Link) Parent() *Link {
	switch d := l.device.(type) {
	case *macvlan:
		return d.parent
	case *ipvlan:
		return d.parent
	case *vlan:
		return d.parent
	}
	return nil
}

// Mode is what the link was made with: a macvlan's or ipvlan's mode; "" for others.
func (l *Link) Mode() string {
	switch d := l.device.(type) {
	case *macvlan:
		return d.mode
	case *ipvlan:
		return d.mode
	}
	return ""
}

// SetMAC changes the hardware address.
func (l *Link) SetMAC(m packet.MAC) error {
	if m.IsMulticast() || m == (packet.MAC{}) {
		return EADDRNOTAVAIL
	}
	switch d := l.device.(type) {
	case loopback, *ipvlan:
		return EOPNOTSUPP
	case *bridge:
		d.fixed = true
	}
	old := l.mac
	l.mac = m
	if br := l.Master(); br != nil {
		br.device.(*bridge).portRenumbered(br, l, old)
	}
	return nil
}

// SetMTU changes the MTU. A link that stands on another cannot have more than that, and shrinks with it; an ipvlan
// has always the same. Linux: vlan_device_event, macvlan_device_event, ipvlan_adjust_mtu
func (l *Link) SetMTU(n int) error {
	if n < 68 || n > 65536 || (l.Kind() != "loopback" && n > 65535) {
		return EINVAL
	}
	if p := l.Parent(); p != nil && n > p.mtu {
		return EINVAL
	}
	l.mtu = n
	for _, up := range l.above() {
		if up.mtu > n || up.Kind() == "ipvlan" {
			up.SetMTU(n) // cannot fail: it fits here
		}
	}
	if br := l.Master(); br != nil {
		br.device.(*bridge).adaptMTU(br)
	}
	return nil
}

// Rename changes the link's name. Linux renames links that are up, too, since 6.3.
func (l *Link) Rename(name string) error {
	if name == l.name {
		return nil
	}
	if l.Kind() == "loopback" {
		return EINVAL
	}
	s := l.stack
	if err := s.newName(name); err != nil {
		return err
	}
	delete(s.byName, l.name)
	l.name = name
	s.byName[name] = l
	return nil
}

// MoveTo puts the link into another namespace under a new name ("" keeps it): it goes down and loses its addresses.
func (l *Link) MoveTo(s *Stack, name string) error {
	if name == "" {
		name = l.name
	}
	if k := l.Kind(); k == "loopback" || k == "bridge" {
		return EINVAL // Linux: netns_local
	}
	if s == l.stack {
		return l.Rename(name)
	}
	if err := s.newName(name); err != nil {
		return err
	}
	l.SetMaster(nil)
	l.forget()
	l.stack.unregister(l)
	l.name = name
	l.conf = s.settings.byDefault
	s.register(l)
	return nil
}

// forget takes the link out of its namespace's tables.
func (l *Link) forget() {
	l.Down()
	for _, a := range l.Addrs() {
		l.dropAddr(a)
	}
	l.taps = nil
}

// Delete removes the link, and the other end of a veth.
func (l *Link) Delete() error {
	if l.Kind() == "loopback" {
		return EOPNOTSUPP
	}
	l.remove()
	return nil
}

func (l *Link) remove() {
	if l.gone() {
		return
	}
	for _, up := range l.above() {
		up.remove()
	}
	if l.port != nil {
		l.port.left(l)
		l.port = nil
	}
	l.forget()
	l.stack.unregister(l)
	l.device.removed(l)
}

// gone reports whether the link was deleted.
func (l *Link) gone() bool { return l.stack.LinkAt(l.index) != l }

// receive takes a frame that arrives at the link. Linux: __netif_receive_skb_core
func (l *Link) receive(b *skb) {
	s := l.stack
	if !l.up {
		s.lost(b, l, "net.down", "the link is down")
		l.stats.RxDropped++
		return
	}
	l.stats.RxPackets++
	l.stats.RxBytes += uint64(b.frame.Size())
	l.tap(b, Received)
	if b.frame.VLAN != 0 && l.untag(b) {
		return
	}
	if l.port != nil && l.port.take(l, b) {
		return
	}
	s.input(l, b)
}

// transmit sends a frame out of the link. Linux: dev_queue_xmit
func (l *Link) transmit(b *skb) {
	if !l.up || l.gone() {
		l.stats.TxDropped++
		l.stack.lost(b, l, "net.down", "the link is down")
		return
	}
	f := l.stack.fabric
	if f.nested >= maxNest {
		l.stats.TxDropped++
		l.stack.lost(b, l, "net.deadloop", "what it is sent by sends by this link again: a tunnel in itself")
		return
	}
	l.stats.TxPackets++
	l.stats.TxBytes += uint64(b.frame.Size())
	l.tap(b, Sent)
	f.nested++ // Linux: dev_xmit_recursion
	l.device.transmit(l, b)
	f.nested--
}
