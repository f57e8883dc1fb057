package dockernet

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// EndpointOptions is a container's place in a network as asked for.
type EndpointOptions struct {
	Name       string            // the container's
	DNSNames   []string          // what others in the network may call it; the first is answered for its address
	Aliases    map[string]string // what it calls others: their names by its own
	IPv4, IPv6 netip.Addr        // invalid: any
	MAC        packet.MAC        // zero: any
	Priority   int               // of the gateway
	DriverOpts map[string]string
	Origin     string // the command that asks
}

// Endpoint is a container's place in a network.
type Endpoint struct {
	EndpointOptions
	ID         EndpointID
	Network    *Network
	Sandbox    *Sandbox
	IPv4, IPv6 netip.Prefix // as the interface has them; invalid: none
	MAC        packet.MAC
	Ifname     string // in the container; "" if it has none
	Bindings   []Binding

	bound4, bound6 bool // for which families it publishes
	link           *netsim.Link
}

// addr is the endpoint's address of a family; invalid if it has none.
func (e *Endpoint) addr(v6 bool) netip.Addr {
	if v6 {
		return e.IPv6.Addr()
	}
	return e.IPv4.Addr()
}

// Gateway is where the endpoint's network leads out, for a family; invalid: nowhere.
func (e *Endpoint) Gateway(v6 bool) netip.Addr {
	n, p := e.Network, e.Network.pool(v6)
	if p == nil || n.closed() || !e.addr(v6).IsValid() {
		return netip.Addr{}
	}
	if gw, ok := p.Aux["DefaultGatewayIPv4"]; ok && n.Driver == "bridge" && !v6 {
		return gw
	}
	if gw, ok := p.Aux["DefaultGatewayIPv6"]; ok && n.Driver == "bridge" && v6 {
		return gw
	}
	return p.Gateway
}

// closed reports whether nothing leads out of the network.
func (n *Network) closed() bool { return n.Internal || n.parent.closed }

// leadsOut reports whether a default route can go through the endpoint. With ipvlan's layer 3 it needs no gateway.
func (e *Endpoint) leadsOut(v6 bool) bool {
	n := e.Network
	if n.Driver == "ipvlan" && n.parent.mode != "l2" {
		return !n.closed() && e.addr(v6).IsValid()
	}
	return e.Gateway(v6).IsValid()
}

// before reports whether an endpoint is the better gateway. moby: daemon/libnetwork/sandbox.go, Less
func (e *Endpoint) before(o *Endpoint) bool {
	if e.Priority != o.Priority {
		return e.Priority > o.Priority
	}
	if e.Network.Internal != o.Network.Internal {
		return o.Network.Internal
	}
	if a, b := e.ways(), o.ways(); a != b {
		return a > b
	}
	return e.Network.Name < o.Network.Name
}

func (e *Endpoint) ways() int {
	n := 0
	for _, v6 := range []bool{false, true} {
		if e.leadsOut(v6) {
			n++
		}
	}
	return n
}

// newEndpoint takes addresses in a network. moby: daemon/libnetwork/network.go, createEndpoint
func (c *Controller) newEndpoint(n *Network, o EndpointOptions) (*Endpoint, error) {
	if n.ConfigOnly {
		return nil, refuse(Forbidden, "cannot create endpoint on configuration-only network")
	}
	for _, other := range n.endpoints {
		if other.Name == o.Name {
			return nil, refuse(Forbidden, "endpoint with name %s already exists in network %s", o.Name, n.Name)
		}
	}
	e := &Endpoint{EndpointOptions: o, ID: EndpointID(c.c.NewID()), Network: n, MAC: o.MAC}
	if n.special() {
		return e, nil
	}
	if err := e.assign(); err != nil {
		e.release()
		return nil, err
	}
	if e.MAC == (packet.MAC{}) && n.Driver != "ipvlan" {
		e.MAC = c.newMAC()
	}
	return e, nil
}

// assign takes the endpoint's addresses. moby: daemon/libnetwork/endpoint.go, assignAddress
func (e *Endpoint) assign() (err error) {
	if e.Network.EnableIPv4 {
		if e.IPv4, err = e.Network.assign(e.EndpointOptions.IPv4, false); err != nil {
			return err
		}
	}
	if e.Network.EnableIPv6 {
		e.IPv6, err = e.Network.assign(e.EndpointOptions.IPv6, true)
	}
	return err
}

func (n *Network) assign(want netip.Addr, v6 bool) (netip.Prefix, error) {
	for _, p := range n.Pools {
		if p.Subnet.Addr().Is6() != v6 || want.IsValid() && !p.Subnet.Contains(want) {
			continue
		}
		a, err := p.request(want)
		if err == nil {
			return netip.PrefixFrom(a, p.Subnet.Bits()), nil
		}
		if want.IsValid() {
			return netip.Prefix{}, err
		}
	}
	if want.IsValid() {
		return netip.Prefix{}, refuse(Invalid, "invalid address %s: It does not belong to any of this network's subnets", want)
	}
	family := 4
	if v6 {
		family = 6
	}
	return netip.Prefix{}, refuse(Internal, "no available IPv%d addresses on this network's address pools: %s (%s)", family,
		n.Name, n.ID)
}

// release gives the endpoint's addresses back.
func (e *Endpoint) release() {
	for _, p := range e.Network.Pools {
		for _, a := range []netip.Addr{e.IPv4.Addr(), e.IPv6.Addr()} {
			if a.IsValid() && p.Subnet.Contains(a) {
				p.release(a)
				e.Network.forgo(a)
			}
		}
	}
}

// forgo notes an address that nobody has any more.
func (n *Network) forgo(a netip.Addr) {
	if n.had == nil {
		n.had = map[netip.Addr]struct{}{}
	}
	n.had[a] = struct{}{}
}

// newMAC is a random address that is locally administered. moby: daemon/libnetwork/netutils, GenerateRandomMAC
func (c *Controller) newMAC() packet.MAC {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], c.macs.Uint64())
	b[0] = b[0]&^1 | 2
	return packet.MAC(b[:6])
}

// nextIfname is the lowest free name in the container. moby: daemon/libnetwork/osl/interface_linux.go
func (s *Sandbox) nextIfname(e *Endpoint) string {
	if name := e.DriverOpts[optIfname]; name != "" {
		return name
	}
	prefix := "eth"
	if p := e.Network.bridge.prefix; p != "" {
		prefix = p
	}
	for i := 0; ; i++ {
		name := prefix + strconv.Itoa(i)
		if !s.hasIfname(name) {
			return name
		}
	}
}

func (s *Sandbox) hasIfname(name string) bool {
	for _, e := range s.endpoints {
		if e.Ifname == name {
			return true
		}
	}
	return false
}

// Rename gives the endpoint's container another name, and other names in the network.
func (e *Endpoint) Rename(name string, dnsNames []string) {
	e.Network.names.remove(e)
	e.Name, e.DNSNames = name, dnsNames
	e.Network.names.add(e)
}
