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
// Left out: duplicate address detection and multicast listener reports, router advertisements, IP options and
// reassembly (a datagram larger than the MTU is refused or answered with "fragmentation needed"), policy routing,
// traffic control, spanning tree, TCP timestamps, SACK and urgent data, IPsec.
package netsim

import (
	"math/rand/v2"

	"dockerlearn/labs/sandbox/sim"
)

// Fabric is all links and namespaces of a world.
type Fabric struct {
	sim    *sim.Sim
	random *rand.Rand
	lastID uint64 // of a namespace
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

func (f *Fabric) nextID() uint64 {
	if f.lastID == 0 {
		f.lastID = laterStackIDs
		return firstStackID
	}
	f.lastID++
	return f.lastID
}
