package dockernet

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// Port is a port of a container.
type Port struct {
	Number uint16
	Proto  packet.Proto
}

// ProtoName is a transport protocol as Docker writes it.
func ProtoName(p packet.Proto) string {
	switch p {
	case packet.ProtoUDP:
		return "udp"
	case packet.ProtoSCTP:
		return "sctp"
	}
	return "tcp"
}

func (p Port) String() string { return strconv.Itoa(int(p.Number)) + "/" + ProtoName(p.Proto) }

// Where ports come from that nobody chose. Linux: net.ipv4.ip_local_port_range
const firstEphemeral, lastEphemeral = 32768, 60999

// ports is the host's ports that containers have. moby: daemon/libnetwork/portallocator
type ports struct {
	taken map[hostPort]int
	addrs []netip.Addr // those that ever had one, as they came
	last  map[portRange]int
}

// hostPort is a port of one of the host's addresses.
type hostPort struct {
	addr  netip.Addr
	proto packet.Proto
	port  int
}

// portRange is a range that was asked for on an address: its ports are given out in turn.
type portRange struct {
	addr        netip.Addr
	proto       packet.Proto
	first, last int
}

// request takes one port on all of these addresses: the first free one of the range, behind the one that was given out
// last. An address that means all of them needs the port free on every address of its family.
func (p *ports) request(addrs []netip.Addr, proto packet.Proto, first, last int) (int, error) {
	if first == 0 && last == 0 {
		first, last = firstEphemeral, lastEphemeral
	}
	if first == last {
		if a, taken := p.holder(addrs, proto, first); taken {
			return 0, fmt.Errorf("Bind for %s:%d failed: port is already allocated", a, first)
		}
		p.take(addrs, proto, first)
		return first, nil
	}
	port, known := p.last[portRange{addrs[0], proto, first, last}]
	if !known {
		port = last
	}
	for range last - first + 1 {
		if port++; port > last {
			port = first
		}
		if _, taken := p.holder(addrs, proto, port); !taken {
			p.take(addrs, proto, port)
			p.remember(addrs, portRange{proto: proto, first: first, last: last}, port)
			return port, nil
		}
	}
	return 0, fmt.Errorf("all ports are allocated")
}

// holder is an address on which the port is taken. Where several are, moby names any; here it is the first.
func (p *ports) holder(addrs []netip.Addr, proto packet.Proto, port int) (netip.Addr, bool) {
	for _, a := range addrs {
		for _, b := range p.addrs {
			clash := a == b || a.Is6() == b.Is6() && (a.IsUnspecified() || b.IsUnspecified())
			if clash && p.taken[hostPort{b, proto, port}] > 0 {
				return b, true
			}
		}
	}
	return netip.Addr{}, false
}

func (p *ports) take(addrs []netip.Addr, proto packet.Proto, port int) {
	if p.taken == nil {
		p.taken, p.last = map[hostPort]int{}, map[portRange]int{}
	}
	for _, a := range addrs {
		if !slices.Contains(p.addrs, a) {
			p.addrs = append(p.addrs, a)
		}
		p.taken[hostPort{a, proto, port}] = 1 // the same address twice is one
	}
}

func (p *ports) remember(addrs []netip.Addr, r portRange, port int) {
	for _, a := range addrs {
		r.addr = a
		p.last[r] = port
	}
}

func (p *ports) release(addrs []netip.Addr, proto packet.Proto, port int) {
	for _, a := range addrs {
		delete(p.taken, hostPort{a, proto, port})
	}
}
