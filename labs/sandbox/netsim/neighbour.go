package netsim

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// Neighbour is what a namespace knows about an address on a link.
type Neighbour struct {
	Addr  netip.Addr
	Dev   string
	MAC   packet.MAC
	State string        // REACHABLE, STALE, DELAY, PROBE, INCOMPLETE, FAILED, PERMANENT
	Age   time.Duration // since it was confirmed

	Router bool // of IPv6: it has said so
}

type neighbourKey struct {
	link *Link
	addr netip.Addr
}

// neighbour is an entry of the table. Linux: struct neighbour, Documentation/networking/neighbour
type neighbour struct {
	stack     *Stack
	key       neighbourKey
	mac       packet.MAC
	state     neighbourState
	confirmed time.Duration
	router    bool
	tries     int
	timer     *sim.Timer
	waiting   []*skb
}

type neighbourState uint8

const (
	incomplete neighbourState = iota
	reachable
	stale
	delayed // used although stale: it is asked soon
	probing
	failed
	permanent
)

func (n neighbourState) String() string {
	return [...]string{"INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "PERMANENT"}[n]
}

// Linux: net/ipv4/arp.c, arp_tbl
const (
	reachableTime   = 30 * time.Second
	delayFirstProbe = 5 * time.Second
	retransTime     = time.Second
	maxProbes       = 3
	maxWaiting      = 101  // unres_qlen
	maxNeighbours   = 1024 // gc_thresh3
)

// sendTo sends a packet to a neighbour, when it is known where that is. Linux: neigh_resolve_output
func (s *Stack) sendTo(l *Link, hop netip.Addr, b *skb) {
	n := s.neighbourFor(l, hop)
	if n == nil {
		s.lost(b, l, "net.neighbours", "the neighbour table is full")
		return
	}
	switch n.state {
	case incomplete, failed:
		n.park(b)
		return
	case reachable, stale:
		n.use()
	}
	n.emit(b)
}

// emit sends a frame to the neighbour's hardware address.
func (n *neighbour) emit(b *skb) {
	l := n.key.link
	if b.detour { // it came by a port of this bridge, and goes on from there
		b.detour = false
		b.frame.Dst = n.mac
		l.device.(*bridge).bridgeOn(l, b)
		return
	}
	b.frame.Dst, b.frame.Src = n.mac, l.mac
	l.transmit(b)
}

// use notes that the entry is needed: when it is old, the neighbour is asked whether it is still there.
func (n *neighbour) use() {
	now := n.stack.fabric.sim.Elapsed()
	if n.state == reachable && now-n.confirmed > reachableTime {
		n.state = stale
	}
	if n.state == stale {
		n.state = delayed
		n.after(delayFirstProbe)
	}
}

func (n *neighbour) after(d time.Duration) { n.timer = n.stack.fabric.sim.After(d, n.expire) }

// park keeps a packet until the neighbour has answered.
func (n *neighbour) park(b *skb) {
	s := n.stack
	if len(n.waiting) >= maxWaiting {
		s.lost(n.waiting[0], n.key.link, "net.neighbours", "too many packets wait for this neighbour")
		n.waiting = n.waiting[1:]
	}
	n.waiting = append(n.waiting, b)
	if n.state == failed || n.tries == 0 {
		n.state = incomplete
		n.tries = 0
		n.expire()
	}
}

// expire asks again, or gives up.
func (n *neighbour) expire() {
	n.timer = nil
	if n.state == delayed {
		n.state, n.tries = probing, 0
	}
	if n.tries >= maxProbes {
		n.fail()
		return
	}
	n.tries++
	n.after(retransTime)
	n.ask()
}

// ask sends a question: to everybody, or to the neighbour that was known.
func (n *neighbour) ask() {
	s := n.stack
	var to packet.MAC
	if n.state == probing {
		to = n.mac
	}
	if s.fabric.tracer != nil && len(n.waiting) > 0 {
		s.step(n.waiting[0], n.key.link, "neighbour", fmt.Sprintf("who has %s? (%d)", n.key.addr, n.tries), false)
	}
	if n.key.addr.Is4() {
		s.arpRequest(n.key.link, n.key.addr, to, n.asker())
	} else {
		s.solicit(n.key.link, n.key.addr, to, n.asker())
	}
}

// asker is the source of the packet that waits, where that is an own address: the question comes from it. Zero leaves
// the choice to the link. Linux: arp_solicit, ndisc_solicit
func (n *neighbour) asker() netip.Addr {
	if len(n.waiting) == 0 {
		return netip.Addr{}
	}
	src := n.waiting[0].frame.IP.Src
	if x, ok := n.stack.localTo(src); !ok || x.broadcast || (src.Is6() && x.link != n.key.link) {
		return netip.Addr{}
	}
	return src
}

// fail answers what waits with "host unreachable". Linux: arp_error_report
func (n *neighbour) fail() {
	s := n.stack
	n.state, n.tries = failed, 0
	waiting := n.waiting
	n.waiting = nil
	if len(waiting) == 0 {
		s.dropNeighbour(n)
	}
	for _, b := range waiting {
		why := "no neighbour has this address: three ARP requests were not answered"
		if !n.key.addr.Is4() {
			why = "no neighbour has this address: three solicitations were not answered"
		}
		s.lost(b, n.key.link, "net.unresolved", why)
		s.hostUnreachable(b)
	}
}

// heard notes where a neighbour is. confirmed: it has answered us, and is there for certain.
func (n *neighbour) heard(m packet.MAC, confirmed bool) {
	if n.state == permanent {
		return
	}
	now := n.stack.fabric.sim.Elapsed()
	moved := n.mac != m
	n.mac = m
	switch {
	case confirmed:
		n.state, n.confirmed = reachable, now
	case moved || n.state == incomplete || n.state == failed:
		n.state, n.confirmed = stale, now
	default:
		return
	}
	n.timer.Stop()
	n.timer, n.tries = nil, 0
	n.release()
}

// release sends what waits.
func (n *neighbour) release() {
	waiting := n.waiting
	n.waiting = nil
	if len(waiting) > 0 {
		n.use()
	}
	for _, b := range waiting {
		n.emit(b)
	}
}

// confirm notes that the layer above has heard from the neighbour. Linux: dst_confirm_neigh
func (s *Stack) confirm(l *Link, hop netip.Addr) {
	n := s.neighbours[neighbourKey{l, hop}]
	if n == nil || n.state == permanent || n.state == incomplete || n.state == failed {
		return
	}
	n.timer.Stop()
	n.timer, n.tries = nil, 0
	n.state, n.confirmed = reachable, s.fabric.sim.Elapsed()
}

// neighbourFor finds or makes an entry; nil if there is no room.
func (s *Stack) neighbourFor(l *Link, a netip.Addr) *neighbour {
	key := neighbourKey{l, a}
	if n := s.neighbours[key]; n != nil {
		return n
	}
	if len(s.order) >= maxNeighbours && !s.dropOldNeighbour() {
		return nil
	}
	if s.neighbours == nil {
		s.neighbours = map[neighbourKey]*neighbour{}
	}
	n := &neighbour{stack: s, key: key}
	s.neighbours[key] = n
	s.order = append(s.order, n)
	return n
}

// dropOldNeighbour makes room by forgetting the oldest entry that nobody waits for.
func (s *Stack) dropOldNeighbour() bool {
	for _, n := range s.order {
		if n.state == stale || n.state == failed || n.state == reachable {
			s.dropNeighbour(n)
			return true
		}
	}
	return false
}

func (s *Stack) dropNeighbour(n *neighbour) {
	n.timer.Stop()
	n.timer = nil
	delete(s.neighbours, n.key)
	if i := slices.Index(s.order, n); i >= 0 {
		s.order = slices.Delete(s.order, i, i+1)
	}
}

func (s *Stack) dropNeighboursOf(l *Link) {
	for _, n := range slices.Clone(s.order) {
		if n.key.link == l {
			s.dropNeighbour(n)
		}
	}
}

// Neighbours lists what is known about addresses, in the order of learning.
func (s *Stack) Neighbours() []Neighbour {
	var list []Neighbour
	now := s.fabric.sim.Elapsed()
	for _, n := range s.order {
		state, age := n.state, now-n.confirmed
		if state == reachable && age > reachableTime {
			state = stale
		}
		list = append(list, Neighbour{n.key.addr, n.key.link.name, n.mac, state.String(), age, n.router})
	}
	return list
}

// AddNeighbour makes an entry that does not age, in place of one that is there.
func (s *Stack) AddNeighbour(dev string, a netip.Addr, m packet.MAC) error {
	l := s.Link(dev)
	if l == nil {
		return ENODEV
	}
	n := s.neighbourFor(l, a)
	if n == nil {
		return ENOBUFS
	}
	n.timer.Stop()
	n.timer = nil
	n.mac, n.state = m, permanent
	n.release()
	return nil
}

// DelNeighbour removes an entry. ENOENT if there is none.
func (s *Stack) DelNeighbour(dev string, a netip.Addr) error {
	l := s.Link(dev)
	if l == nil {
		return ENODEV
	}
	n := s.neighbours[neighbourKey{l, a}]
	if n == nil {
		return ENOENT
	}
	s.dropNeighbour(n)
	return nil
}
