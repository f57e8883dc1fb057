package netsim

import (
	"net/netip"
	"time"

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
	kind   string
	master *Link
}

// LinkStats counts what a link has received and sent.
type LinkStats struct {
	RxPackets, RxBytes, RxErrors, RxDropped uint64
	TxPackets, TxBytes, TxErrors, TxDropped uint64
}

// Fault is what is wrong with a link's cable.
type Fault struct {
	Loss    float64       // share of the frames that vanish, in both directions
	Latency time.Duration // more than the cable's own
	Jitter  time.Duration // up to so much more still: frames overtake each other
	Cut     bool          // nothing arrives, though both ends believe in the cable
}

// Addr is an address of a link.
type Addr struct {
	Prefix netip.Prefix // the address with the length of its network
	Scope  string       // "global", "link", "host"
}

// VXLANConfig is a tunnel as asked for.
type VXLANConfig struct {
	VNI      uint32
	Local    netip.Addr   // of the outer packets; zero: as the route says
	Remote   []netip.Addr // where frames go whose destination is unknown; none: they are dropped (l2miss)
	Port     uint16       // 0 is 4789
	Proxy    bool         // answer ARP from the neighbour table instead of sending it on
	Underlay *Stack       // whose routes the outer packets take; nil is the link's own namespace
}

// AddVeth makes a cable with two ends: name here and peerName in another namespace (or this one). Both are down.
func (s *Stack) AddVeth(name string, peerStack *Stack, peerName string) (a, b *Link, err error) {
	return nil, nil, ENOSYS
}

// AddBridge makes a bridge, down and without ports.
func (s *Stack) AddBridge(name string) (*Link, error) { return nil, ENOSYS }

// AddMacvlan makes a link with a MAC address of its own on parent's wire. Modes are bridge, private, vepa, passthru.
func (s *Stack) AddMacvlan(name string, parent *Link, mode string) (*Link, error) { return nil, ENOSYS }

// AddIPvlan makes a link that shares parent's MAC address. Modes are l2, l3 and l3s.
func (s *Stack) AddIPvlan(name string, parent *Link, mode string) (*Link, error) { return nil, ENOSYS }

// AddVXLAN makes a tunnel for frames over UDP.
func (s *Stack) AddVXLAN(name string, c VXLANConfig) (*Link, error) { return nil, ENOSYS }

// AddVLAN makes the link PARENT.ID, whose frames carry a tag on parent's wire.
func (s *Stack) AddVLAN(name string, parent *Link, id uint16) (*Link, error) { return nil, ENOSYS }

// AddDummy makes a link that swallows what is sent.
func (s *Stack) AddDummy(name string) (*Link, error) { return nil, ENOSYS }

// Link finds a link by name, nil if there is none.
func (s *Stack) Link(name string) *Link {
	for _, l := range s.links {
		if l.name == name {
			return l
		}
	}
	return nil
}

// Links lists the links by index.
func (s *Stack) Links() []*Link { return append([]*Link(nil), s.links...) }

func (s *Stack) addLoopback() {
	s.links = append(s.links, &Link{stack: s, name: "lo", index: 1, mtu: 65536, up: true, kind: "loopback"})
}

// Stack is the namespace that the link is in now.
func (l *Link) Stack() *Stack { return l.stack }

// Name is the link's name, unique in its namespace.
func (l *Link) Name() string { return l.name }

// Index is the link's number in its namespace.
func (l *Link) Index() int { return l.index }

// MAC is the link's hardware address.
func (l *Link) MAC() packet.MAC { return l.mac }

// SetMAC changes the hardware address; EBUSY if the kind of link does not allow it now.
func (l *Link) SetMAC(m packet.MAC) error { return ENOSYS }

// MTU is the size of the largest packet that fits into a frame.
func (l *Link) MTU() int { return l.mtu }

// SetMTU changes the MTU.
func (l *Link) SetMTU(n int) error { return ENOSYS }

// Up switches the link on: its routes appear.
func (l *Link) Up() error { return ENOSYS }

// Down switches the link off: its routes go.
func (l *Link) Down() error { return ENOSYS }

// IsUp reports whether the link is switched on.
func (l *Link) IsUp() bool { return l.up }

// Running reports whether the link is switched on and has a carrier: somebody at the other end.
func (l *Link) Running() bool { return l.up }

// Kind is loopback, veth, bridge, macvlan, ipvlan, vxlan, vlan or dummy.
func (l *Link) Kind() string { return l.kind }

// Mode is what the link was made with: a macvlan's or ipvlan's mode; "" for others.
func (l *Link) Mode() string { return "" }

// Master is the bridge that the link is a port of, nil if it is none.
func (l *Link) Master() *Link { return l.master }

// Peer is the other end of a veth, nil for other kinds, and its number in its own namespace: eth0@if7.
func (l *Link) Peer() (*Link, int) { return nil, 0 }

// Parent is the link below a macvlan, ipvlan or VLAN, nil for other kinds.
func (l *Link) Parent() *Link { return nil }

// SetMaster makes the link a port of a bridge; nil takes it out.
func (l *Link) SetMaster(bridge *Link) error { return ENOSYS }

// SetHairpin lets a bridge send a frame back through the port by which it came.
func (l *Link) SetHairpin(on bool) {}

// Hairpin reports what SetHairpin was told.
func (l *Link) Hairpin() bool { return false }

// SetIsolated forbids traffic between this port and other isolated ports of its bridge.
func (l *Link) SetIsolated(on bool) {}

// MoveTo puts the link into another namespace under a new name ("" keeps it): it goes down and loses its addresses.
func (l *Link) MoveTo(s *Stack, name string) error { return ENOSYS }

// Rename changes the link's name.
func (l *Link) Rename(name string) error { return ENOSYS }

// Delete removes the link, and the other end of a veth.
func (l *Link) Delete() error { return ENOSYS }

// AddAddr gives the link an address. EEXIST if it has it already.
func (l *Link) AddAddr(p netip.Prefix) error { return ENOSYS }

// DelAddr takes an address away. EADDRNOTAVAIL if the link does not have it.
func (l *Link) DelAddr(p netip.Prefix) error { return ENOSYS }

// Addrs lists the link's addresses in the order of their arrival.
func (l *Link) Addrs() []Addr { return nil }

// Stats counts what has passed.
func (l *Link) Stats() LinkStats { return LinkStats{} }

// Fault says what is wrong with the link's cable from now on. The zero Fault mends it.
func (l *Link) Fault(f Fault) {}
