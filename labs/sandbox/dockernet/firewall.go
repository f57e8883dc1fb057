package dockernet

import (
	"net/netip"

	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// firewall makes the packet filter do what networks, endpoints and published ports ask for. moby:
// daemon/libnetwork/drivers/bridge/internal/firewaller
//
// Somebody may have removed the chains that rules go to: then nothing new can be written. What is taken away may be
// gone already.
type firewall interface {
	flush() // forgets what it has written before
	boot()
	dropForwards(v6 bool) error // of those who are not containers
	network(n *Network, on bool) error
	endpoint(e *Endpoint, on bool) error
	port(e *Endpoint, b Binding, on bool) error
	on(t *netfilter.Tables) firewall // the same for a copy of the tables
}

// families are those of IP; true is IPv6.
func families() [2]bool { return [2]bool{false, true} }

// protected reports whether a network keeps what comes from outside off its containers' own addresses.
func (n *Network) protected(v6 bool) bool {
	m := n.bridge.mode(v6)
	return !n.Internal && m != modeUnprotected && m != modeRouted
}

// translated reports whether the host's rules lead to a binding. From the host's IPv6 to a container's IPv4 only the
// proxy does.
func (b Binding) translated() bool { return b.IP.Is6() == b.HostIP.Is6() }

// onLoopback reports whether a binding is for the host itself alone. A packet that comes from elsewhere for 127.0.0.1
// would be let in where route_localnet is set.
func (b Binding) onLoopback() bool { return !b.routed && b.HostIP.Is4() && b.HostIP.IsLoopback() }

// target is where a binding leads.
func (b Binding) target() string { return netip.AddrPortFrom(b.IP, b.Number).String() }

// host is the address that a network's packets have outside, if one was chosen.
func (b *bridgeOptions) host(v6 bool) netip.Addr {
	if v6 {
		return b.host6
	}
	return b.host4
}
