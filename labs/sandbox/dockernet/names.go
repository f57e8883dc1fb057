package dockernet

import (
	"net/netip"
	"slices"
	"strings"
)

// records is the names in a network that the embedded server knows. moby: daemon/libnetwork/network.go, addSvcRecords
type records struct {
	all []record // as they came
}

// record is a name of an endpoint, and an address of it.
type record struct {
	name  string // as it was given
	addr  netip.Addr
	first bool // the name that is answered for the address
	of    *Endpoint
}

func (r *records) add(e *Endpoint) {
	for i, name := range e.DNSNames {
		for _, p := range []netip.Prefix{e.IPv4, e.IPv6} {
			if p.IsValid() {
				r.all = append(r.all, record{name, p.Addr(), i == 0, e})
			}
		}
	}
}

func (r *records) remove(e *Endpoint) {
	r.all = slices.DeleteFunc(r.all, func(x record) bool { return x.of == e })
}

// lookup finds the addresses of a name, in the order in which they came. Known is true for a name that has none of this
// family: nobody else is asked then.
func (r *records) lookup(name string, v6 bool) (addrs []netip.Addr, known bool) {
	for _, x := range r.all {
		if !strings.EqualFold(x.name, name) {
			continue
		}
		known = true
		if x.addr.Is6() == v6 && !slices.Contains(addrs, x.addr) {
			addrs = append(addrs, x.addr)
		}
	}
	return addrs, known
}

// reverse is the name of an address, "" if nobody has it.
func (r *records) reverse(a netip.Addr) string {
	for _, x := range r.all {
		if x.first && x.addr == a {
			return x.name
		}
	}
	return ""
}

// Resolve finds a name as a container sees it: a.b.c as a whole in each of its networks, then a.b in the network c, then
// a in the network b.c; each time what the container itself calls another (--link) before what others are called. moby:
// daemon/libnetwork/sandbox.go, ResolveName
func (s *Sandbox) Resolve(name string, v6 bool) (addrs []netip.Addr, known bool) {
	name = strings.TrimSuffix(name, ".")
	for end, network := len(name), ""; end > 0; end = strings.LastIndex(name[:end], ".") {
		if end < len(name) {
			network = name[end+1:]
		}
		for _, aliases := range []bool{true, false} {
			if addrs, known := s.resolveIn(name[:end], network, aliases, v6); known {
				return addrs, true
			}
		}
	}
	return nil, false
}

func (s *Sandbox) resolveIn(name, network string, aliases, v6 bool) ([]netip.Addr, bool) {
	for _, e := range s.endpoints {
		if network != "" && network != e.Network.Name {
			continue
		}
		target, aliased := e.Aliases[name]
		if aliased != aliases {
			continue
		}
		if !aliased {
			target = name
		}
		if addrs, known := e.Network.names.lookup(target, v6); known {
			return addrs, true
		}
	}
	return nil, false
}

// Reverse finds the name of an address: NAME.NETWORK, "" if it is none of a neighbour's.
func (s *Sandbox) Reverse(a netip.Addr) string {
	for _, e := range s.endpoints {
		if name := e.Network.names.reverse(a); name != "" {
			return name + "." + e.Network.Name
		}
	}
	return ""
}
