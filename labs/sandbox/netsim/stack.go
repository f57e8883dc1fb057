package netsim

import (
	"net/netip"
	"slices"

	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/sim"
)

// Stack is a network namespace: the links, addresses, routes, rules and sockets that a group of processes shares.
type Stack struct {
	fabric  *Fabric
	machine *Stack // the first namespace of the machine, nil for itself
	name    string
	id      uint64
	closed  bool

	links     []*Link // by index
	byName    map[string]*Link
	lo        *Link
	lastIndex int

	local      map[netip.Addr]localAddr
	routes     [2][]*route // the main tables of IPv4 and IPv6, most particular first
	pathMTU    map[netip.Addr]int
	neighbours map[neighbourKey]*neighbour
	order      []*neighbour // of their making
	settings   settings
	tunnels    []*vxlan // whose outer packets this namespace carries
	packetID   uint16
	tables     *netfilter.Tables

	tcp  tcpTable
	udp  map[uint16][]*UDPSocket
	icmp []*ICMPSocket
	taps []*tap // on all links
}

// NewStack makes a namespace with a loopback link that is up and has 127.0.0.1/8 and ::1/128. (In a real new
// namespace it is down; whoever makes one brings it up first of all.)
func (f *Fabric) NewStack(name string) *Stack {
	s := &Stack{fabric: f, name: name, id: f.nextID(), settings: defaultSettings()}
	s.addLoopback()
	return s
}

// NewNamespace makes another namespace of the same machine.
func (s *Stack) NewNamespace(name string) *Stack {
	n := s.fabric.NewStack(name)
	n.machine = s.first()
	return n
}

// first is the namespace in which the machine began.
func (s *Stack) first() *Stack {
	if s.machine != nil {
		return s.machine
	}
	return s
}

// Name is what the maker called the namespace; it is for people.
func (s *Stack) Name() string { return s.name }

// ID is the inode number that /proc/PID/ns/net shows.
func (s *Stack) ID() uint64 { return s.id }

// Fabric is the world of links that the namespace belongs to.
func (s *Stack) Fabric() *Fabric { return s.fabric }

// Sim is the simulation that the namespace lives in.
func (s *Stack) Sim() *sim.Sim { return s.fabric.sim }

// Closed reports whether the namespace has ended.
func (s *Stack) Closed() bool { return s.closed }

// Close ends the namespace: its sockets, its links and the other ends of their cables go.
func (s *Stack) Close() {
	if s.closed {
		return
	}
	s.closeSockets()
	for _, l := range slices.Backward(slices.Clone(s.links)) {
		if l.stack == s {
			l.remove()
		}
	}
	s.closed = true
}

// Link finds a link by name, nil if there is none.
func (s *Stack) Link(name string) *Link {
	if name == "lo" {
		return s.lo
	}
	return s.byName[name]
}

// LinkAt finds a link by index, nil if there is none.
func (s *Stack) LinkAt(index int) *Link {
	i, ok := slices.BinarySearchFunc(s.links, index, func(l *Link, n int) int { return l.index - n })
	if !ok {
		return nil
	}
	return s.links[i]
}

// Links lists the links by index.
func (s *Stack) Links() []*Link { return slices.Clone(s.links) }

// register gives a new link its number and its place. Linux: register_netdevice
func (s *Stack) register(l *Link) {
	l.stack = s
	if l.index == 0 || s.LinkAt(l.index) != nil {
		s.lastIndex++
		for s.LinkAt(s.lastIndex) != nil {
			s.lastIndex++
		}
		l.index = s.lastIndex
	}
	i, _ := slices.BinarySearchFunc(s.links, l.index, func(l *Link, n int) int { return l.index - n })
	s.links = slices.Insert(s.links, i, l)
	if l.name == "lo" {
		s.lo = l
		return
	}
	if s.byName == nil {
		s.byName = map[string]*Link{}
	}
	s.byName[l.name] = l
}

func (s *Stack) unregister(l *Link) {
	delete(s.byName, l.name)
	if i := slices.Index(s.links, l); i >= 0 {
		s.links = slices.Delete(s.links, i, i+1)
	}
}
