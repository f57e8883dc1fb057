package sandbox

import (
	"fmt"
	"net/netip"

	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// The ends of a probe that are no containers.
const (
	FromHost = "host" // the host itself
	FromLAN  = "lan"  // the other machine in its network
)

// What a probe is made of.
const (
	TCP  = packet.ProtoTCP
	UDP  = packet.ProtoUDP
	Ping = packet.ProtoICMP
)

// Explanation is a probe's way and how it ended.
type Explanation = dockernet.Explanation

// Reached is how a probe ends that arrives.
const Reached = dockernet.Reached

// Probe says what would become of a connection, a datagram or a ping from a container, FromHost or FromLAN: it is
// followed through a copy of the network, and nothing happens to the network itself.
func (h *Host) Probe(from string, to netip.AddrPort, proto packet.Proto) (*Explanation, error) {
	if h.engine == nil {
		return nil, fmt.Errorf("there is no Docker on %s", h.Name())
	}
	stack, err := h.stackOf(from)
	if err != nil {
		return nil, err
	}
	return h.explain(dockernet.Probe{From: stack, To: to, Proto: proto})
}

func (h *Host) stackOf(end string) (*netsim.Stack, error) {
	switch end {
	case FromHost:
		return h.kernel.Namespaces().Net, nil
	case FromLAN:
		return h.world.lan.gateway, nil
	}
	return h.engine.Stack(end)
}

// Address is the host's own in the world's network.
func (h *Host) Address() netip.Addr {
	eth0 := h.kernel.Namespaces().Net.Link("eth0")
	if eth0 == nil || len(eth0.Addrs()) == 0 {
		return netip.Addr{} // somebody took it away
	}
	return eth0.Addrs()[0].Prefix.Addr()
}

// Gateway is where a running container's default route of IPv4 leads; invalid if it has none.
func (h *Host) Gateway(container string) (netip.Addr, error) {
	stack, err := h.stackOf(container)
	if err != nil {
		return netip.Addr{}, err
	}
	for _, r := range stack.Routes(4) {
		if r.Dst.Bits() == 0 {
			return r.Gateway, nil
		}
	}
	return netip.Addr{}, nil
}
