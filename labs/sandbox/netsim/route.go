package netsim

import (
	"net/netip"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// Route says where packets for Dst go.
type Route struct {
	Dst     netip.Prefix // 0.0.0.0/0 and ::/0 are the default routes
	Gateway netip.Addr   // zero: the destination is a neighbour
	Dev     string       // "" in AddRoute: the link behind which Gateway is
	Src     netip.Addr   // preferred source address; zero: the link decides
	Metric  int
	Proto   string // "kernel", "boot", "static"; "" is boot
	Scope   string // "global", "link", "host"; "" is what Linux would choose
	Type    string // "unicast", "local", "broadcast", "blackhole", "unreachable", "prohibit"; "" is unicast
}

// Neighbour is what a namespace knows about an address on a link.
type Neighbour struct {
	Addr  netip.Addr
	Dev   string
	MAC   packet.MAC
	State string        // REACHABLE, STALE, DELAY, PROBE, INCOMPLETE, FAILED, PERMANENT
	Age   time.Duration // since it was confirmed
}

// AddRoute adds a route. EEXIST if there is an equal one, ENETUNREACH if the gateway is not on a link ("Nexthop has
// invalid gateway"), ENODEV for an unknown link, ENETDOWN for one that is down.
func (s *Stack) AddRoute(r Route) error { return ENOSYS }

// DelRoute removes the first route that agrees with what is set in r. ESRCH if there is none.
func (s *Stack) DelRoute(r Route) error { return ENOSYS }

// Routes lists the main table of family 4 or 6, as `ip route` shows it.
func (s *Stack) Routes(family int) []Route { return nil }

// LocalRoutes lists the local table of family 4 or 6.
func (s *Stack) LocalRoutes(family int) []Route { return nil }

// Lookup says which route a packet of this namespace takes to dst and which source address it has: `ip route get`.
// ENETUNREACH if there is none.
func (s *Stack) Lookup(dst netip.Addr) (Route, netip.Addr, error) {
	return Route{}, netip.Addr{}, ENETUNREACH
}

// Neighbours lists what is known about addresses, by link and address.
func (s *Stack) Neighbours() []Neighbour { return nil }

// AddNeighbour makes an entry that does not age.
func (s *Stack) AddNeighbour(dev string, a netip.Addr, m packet.MAC) error { return ENOSYS }

// DelNeighbour removes an entry. ENOENT if there is none.
func (s *Stack) DelNeighbour(dev string, a netip.Addr) error { return ENOSYS }

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
func (l *Link) FDB() []FDBEntry { return nil }

// AddFDB adds an entry that does not age: behind port for a bridge, behind remote for a tunnel.
func (l *Link) AddFDB(m packet.MAC, port *Link, remote netip.Addr) error { return ENOSYS }

// DelFDB removes an entry. ENOENT if there is none.
func (l *Link) DelFDB(m packet.MAC) error { return ENOSYS }
