// Package netfilter is what decides about packets in a network namespace: tables of rules, connection tracking and
// address translation, and the commands that show and change them (iptables, nft, conntrack).
//
// There is one set of tables for both tools, as in Linux since iptables speaks to nf_tables: what iptables calls the
// table nat is the nftables table "ip nat", and a rule of either kind is a rule in a chain. A packet passes the hooks
// of Linux in the kernel's order: at each hook all base chains by priority, with connection tracking between raw (-300)
// and mangle (-150), translation of destinations at -100 and of sources at 100, and the confirmation of a new
// connection last.
//
// Laws:
//   - Nothing is accepted without effect: a match, target or option that is not modelled is refused by name.
//   - Every decision has a reason: Result names the rule; drops and translations are events with typed details.
//   - Time and chance are the namespace's (Local); the same calls give the same bytes.
//   - Tables without rules cost a comparison: Empty.
//   - Everything is bounded: the depth of jumps, the number of tracked connections, the size of what is parsed.
//
// Not modelled: TCP window tracking (every segment is taken to be in the window), helpers and expectations, synproxy,
// zones, fragments (packets are whole), sets and maps of nftables other than verdict maps, flow tables. iptables' -L
// does not look names of addresses up.
//
// Sources: Linux net/netfilter (nf_tables_core.c, nf_conntrack_core.c, nf_conntrack_proto_tcp.c, nf_nat_core.c,
// nft_compat.c), net/ipv4/netfilter; iptables 1.8.9 (iptables/nft*.c, extensions/*.c) and nftables 1.0.6, those of
// Debian 12, whose answers are in testdata.
package netfilter

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// Hook is a place on a packet's way where rules see it.
type Hook uint8

// Hooks, in the order of the kernel. Linux: enum nf_inet_hooks
const (
	PreRouting Hook = iota
	Input
	Forward
	Output
	PostRouting
)

// String is the name of the built-in chain at the hook.
func (h Hook) String() string {
	return [...]string{"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"}[h]
}

// Family is the version of IP that a table is for.
type Family uint8

// Families.
const (
	IPv4 Family = 4
	IPv6 Family = 6
	Inet Family = 1 // both; only of nftables
)

func (f Family) String() string {
	switch f {
	case IPv4:
		return "ip"
	case IPv6:
		return "ip6"
	}
	return "inet"
}

// Local is what rules have to know of their namespace.
type Local interface {
	IsLocal(netip.Addr) bool
	// AddrType is the type of the route to an address: UNICAST, LOCAL, BROADCAST, MULTICAST, …
	AddrType(netip.Addr) string
	// SourceFor is the address that a packet to dst has when it leaves by a link; invalid if the link has none.
	// Linux: inet_select_addr
	SourceFor(out string, dst netip.Addr) netip.Addr
	Now() time.Duration
	Chance() *rand.Rand
	Event(rule sim.Rule, subject string, detail fmt.Stringer, because ...sim.EventID) sim.EventID
}

// Place is where a packet is seen.
type Place struct {
	In, Out         string     // links as the IP layer knows them; "" is none
	PhysIn, PhysOut string     // ports of a bridge, of a bridged packet
	Bridged         bool       // it does not leave its bridge: br_netfilter shows it
	MAC, ToMAC      packet.MAC // of the frame, where there is one
	Stack           Local
	Why             sim.EventID // what brought the packet here
}

// Verdict is what becomes of a packet.
type Verdict uint8

// Verdicts. A packet that is dropped or rejected at Output or PostRouting fails with EPERM for its sender. Linux:
// nf_hook_slow
const (
	Accept Verdict = iota
	Drop
	Refuse // drop, and answer with Result.Reject
)

func (v Verdict) String() string { return [...]string{"accept", "drop", "reject"}[v] }

// Result is a decision and who made it.
type Result struct {
	Verdict Verdict
	Reject  Reject // of Refuse
	Rule    *Rule  // that decided; nil is the policy of Chain, or no chain at all
	Table   string
	Chain   string
	Number  int         // of the rule in its chain, from 1
	Why     sim.EventID // the event of a drop or translation, else Place.Why
}
