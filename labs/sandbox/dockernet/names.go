package dockernet

import (
	"net/netip"
	"slices"
	"strings"
)

// records is the names in a network that the embedded server knows. moby: daemon/libnetwork/network.go, addSvcRecords
type records struct {
	names map[string][]record     // by name in small letters, each as they came
	addrs map[netip.Addr][]record // the names that are answered for addresses
}

// record is a name of an endpoint, and an address of it.
type record struct {
	name string // as it was given
	addr netip.Addr
	of   *Endpoint
}

func (r *records) add(e *Endpoint) {
	if r.names == nil {
		r.names, r.addrs = map[string][]record{}, map[netip.Addr][]record{}
	}
	for i, name := range e.DNSNames {
		for _, p := range []netip.Prefix{e.IPv4, e.IPv6} {
			if !p.IsValid() {
				continue
			}
			x, key := record{name, p.Addr(), e}, strings.ToLower(name)
			r.names[key] = append(r.names[key], x)
			if i == 0 {
				r.addrs[x.addr] = append(r.addrs[x.addr], x)
			}
		}
	}
}

func (r *records) remove(e *Endpoint) {
	for _, name := range e.DNSNames {
		drop(r.names, strings.ToLower(name), e)
	}
	for _, p := range []netip.Prefix{e.IPv4, e.IPv6} {
		drop(r.addrs, p.Addr(), e)
	}
}

// drop forgets what an endpoint has under a key.
func drop[K comparable](m map[K][]record, key K, e *Endpoint) {
	left := slices.DeleteFunc(m[key], func(x record) bool { return x.of == e })
	if len(left) == 0 {
		delete(m, key)
		return
	}
	m[key] = left
}

// lookup finds the addresses of a name, in the order in which they came. Known is true for a name that has none of this
// family: nobody else is asked then.
func (r *records) lookup(name string, v6 bool) (addrs []netip.Addr, known bool) {
	found := r.names[strings.ToLower(name)]
	for _, x := range found {
		if x.addr.Is6() == v6 && !slices.Contains(addrs, x.addr) {
			addrs = append(addrs, x.addr)
		}
	}
	return addrs, len(found) > 0
}

// reverse is the name of an address, "" if nobody has it.
func (r *records) reverse(a netip.Addr) string {
	if found := r.addrs[a]; len(found) > 0 {
		return found[0].name
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
