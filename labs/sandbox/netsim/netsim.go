// Package netsim is the network part of simulated Linux kernels: namespaces (Stack), links between them (Link),
// addresses, routes and neighbours, forwarding, and sockets. Frames really travel: a ping through two bridges is an
// ARP exchange and an echo on each cable, and each place that can drop, refuse or rewrite one says so in the log.
//
// Laws:
//   - A Fabric is a deterministic function of its sim.Sim and of what is asked of it. Frames that are on the way wait
//     in one queue, so that nothing recurses, and arrive in the order in which they were sent.
//   - What lies idle costs nothing: no timer runs and no table exists for a namespace in which nothing happens.
//   - Nothing blocks. A socket says EAGAIN and calls back (Notify) when something has changed; waiting is proc's work.
//   - A frame that was sent is not changed any more; who rewrites copies first.
//   - Loops end: a frame that crosses more links than any real path has, and frames beyond what a fabric holds, are
//     dropped with a reason.
//   - What is not simulated is refused with an error, never accepted without effect.
//
// Terms are Linux's: a master and its ports, a neighbour, a martian, the FDB of a bridge.
//
// Left out: duplicate address detection, multicast listener reports and router advertisements; IP options; fragments (a
// datagram that may be cut travels whole, and only a recording shows its fragments); policy routing and multipath;
// traffic control; spanning tree and VLAN filtering of bridges; TCP timestamps, SACK, urgent data, keepalives and
// Nagle's delay; the limits on how often ICMP errors are sent; IPsec. What Linux does was asked of Linux 6.18: see
// live_test.go and livesocket_test.go.
package netsim

import (
	"math/rand/v2"
	"time"

	"dockerlearn/labs/sandbox/sim"
)

// What a fabric can hold.
const (
	cableTime   = 15 * time.Microsecond // from end to end of a cable: a ping takes about what it does on a real host
	maxInFlight = 1 << 15               // frames on the way
	maxHops     = 32                    // links until a frame reaches an IP layer: more is a loop of bridges
)

// Fabric is all links and namespaces of a world.
type Fabric struct {
	sim    *sim.Sim
	random *rand.Rand
	lastID uint64 // of a namespace
	tracer func(Hop)
	trail  uint64 // the last packet that is followed

	recordings []*Recording // that run

	queue  []flight // by time of arrival
	head   int      // of queue: what is before has arrived
	armed  bool     // a timer waits for the first arrival
	held   int      // bytes in sockets
	nested int      // links that send by each other just now
	frames int64    // that were sent so far
	limit  int64    // of frames; 0 is none
	bursts []*burst // losses of late
}

// flight is a frame on its way to a link.
type flight struct {
	at time.Duration
	to *Link
	b  *skb
}

// firstStackID is the inode number of the first namespace, which is the machine's own. Linux: PROC_DYNAMIC_FIRST.
const firstStackID = 4026531840

// laterStackIDs is where those of containers begin: behind the numbers that proc gives to other kinds.
const laterStackIDs = 4026533000

// New returns a fabric without namespaces.
func New(s *sim.Sim) *Fabric {
	return &Fabric{sim: s, random: s.Chance("netsim")}
}

// Sim is the simulation that the fabric lives in.
func (f *Fabric) Sim() *sim.Sim { return f.sim }

// Frames counts the frames that were sent on all links so far.
func (f *Fabric) Frames() int64 { return f.frames }

// LimitFrames sets how many frames may be sent from now on; all further ones are dropped. 0 is no limit.
func (f *Fabric) LimitFrames(n int64) {
	f.limit = 0
	if n > 0 {
		f.limit = f.frames + n
	}
}

func (f *Fabric) nextID() uint64 {
	if f.lastID == 0 {
		f.lastID = laterStackIDs
		return firstStackID
	}
	f.lastID++
	return f.lastID
}

// carry puts a frame on the way to a link. Nothing happens before the caller has returned.
func (f *Fabric) carry(to *Link, b *skb) {
	if !f.admit(to, b) {
		return
	}
	now := f.sim.Elapsed()
	f.queue = append(f.queue, flight{now + cableTime, to, b})
	if !f.armed {
		f.armed = true
		f.sim.After(cableTime, f.arrive)
	}
}

// carryLate puts a frame on the way that arrives later than others: its cable is slow.
func (f *Fabric) carryLate(to *Link, b *skb, d time.Duration) {
	if f.admit(to, b) {
		f.sim.After(cableTime+d, func() { to.receive(b) })
	}
}

// admit refuses what would never end.
func (f *Fabric) admit(to *Link, b *skb) bool {
	f.frames++
	b.hops++
	switch {
	case b.hops > maxHops:
		to.stack.lost(b, to, "net.loop", "it has crossed more links than any real path has: there is a loop of bridges")
	case len(f.queue)-f.head >= maxInFlight:
		to.stack.lost(b, to, "net.overload", "too many frames are on the way")
	case f.limit > 0 && f.frames > f.limit:
		to.stack.lost(b, to, "net.budget", "the world has sent all frames that it may")
	default:
		return true
	}
	return false
}

// arrive hands over what is due. What that sends arrives later, so this ends.
func (f *Fabric) arrive() {
	now := f.sim.Elapsed()
	for f.head < len(f.queue) && f.queue[f.head].at <= now {
		x := f.queue[f.head]
		f.queue[f.head] = flight{}
		f.head++
		x.to.receive(x.b)
	}
	if f.head == len(f.queue) {
		f.armed = false
		f.shrink()
		return
	}
	f.compact()
	f.sim.After(f.queue[f.head].at-now, f.arrive)
}

// shrink empties the queue, and gives a storm's memory back.
func (f *Fabric) shrink() {
	f.head = 0
	if f.queue = f.queue[:0]; cap(f.queue) > 4096 {
		f.queue = nil
	}
}

// compact keeps a queue that never runs empty from growing without end.
func (f *Fabric) compact() {
	if f.head > 1024 && f.head*2 > len(f.queue) {
		n := copy(f.queue, f.queue[f.head:])
		clear(f.queue[n:])
		f.queue, f.head = f.queue[:n], 0
	}
}
