package netsim

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"slices"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// Addr is an address of a link.
type Addr struct {
	Prefix netip.Prefix // the address with the length of its network
	Scope  string       // "global", "link", "host"
}

// localAddr is an address that the namespace answers to.
type localAddr struct {
	link      *Link
	broadcast bool // of the link's network
}

// AddAddr gives the link an address. EEXIST if it has it already; EACCES for IPv6 where that is switched off.
func (l *Link) AddAddr(p netip.Prefix) error {
	a := Addr{Prefix: p, Scope: scopeOf(p.Addr())}
	switch {
	case !p.IsValid() || p.Addr().IsMulticast() || p.Addr().Is4In6():
		return EINVAL
	case slices.ContainsFunc(l.addrs, a.same):
		return EEXIST
	case p.Addr().Is6() && l.noIPv6():
		return EACCES
	}
	l.addrs = append(l.addrs, a)
	if l.up || p.Addr().Is4() {
		l.stack.answerTo(p.Addr(), localAddr{link: l})
	}
	if l.up {
		l.stack.addressUp(l, a)
	}
	return nil
}

// same: IPv6 has an address once, IPv4 may have it with several lengths.
func (a Addr) same(b Addr) bool {
	if a.Prefix.Addr().Is6() {
		return a.Prefix.Addr() == b.Prefix.Addr()
	}
	return a.Prefix == b.Prefix
}

// scopeOf is the scope that ip(8) and the kernel choose.
func scopeOf(a netip.Addr) string {
	switch {
	case a.IsLoopback():
		return "host"
	case a.Is6() && a.IsLinkLocalUnicast():
		return "link"
	}
	return "global"
}

// DelAddr takes an address away. EADDRNOTAVAIL if the link does not have it.
func (l *Link) DelAddr(p netip.Prefix) error {
	i := slices.IndexFunc(l.addrs, func(a Addr) bool { return a.Prefix == p })
	if i < 0 {
		return EADDRNOTAVAIL
	}
	l.dropAddr(l.addrs[i])
	return nil
}

// Addrs lists the link's addresses in the order of their arrival.
func (l *Link) Addrs() []Addr { return slices.Clone(l.addrs) }

func (l *Link) dropAddr(a Addr) {
	i := slices.Index(l.addrs, a)
	if i < 0 {
		return
	}
	l.addrs = slices.Delete(l.addrs, i, i+1)
	if l.up {
		l.stack.addressDown(l, a)
	}
	l.stack.forgetAddr(a.Prefix.Addr(), l)
	if a.Prefix.Addr().Is4() && !l.hasAddr4() { // Linux: fib_disable_ip
		l.stack.dropRoutes(false, func(r *route) bool { return r.link == l })
	}
}

func (l *Link) hasAddr4() bool {
	return slices.ContainsFunc(l.addrs, func(a Addr) bool { return a.Prefix.Addr().Is4() })
}

// addressUp adds what an address brings with it on a link that is up: its broadcast address and the route to its
// network. (An IPv4 address itself is answered even while its link is down.) Linux: fib_add_ifaddr
func (s *Stack) addressUp(l *Link, a Addr) {
	addr := a.Prefix.Addr()
	s.answerTo(addr, localAddr{link: l})
	if last, ok := broadcastOf(a.Prefix); ok {
		s.answerTo(last, localAddr{link: l, broadcast: true})
	}
	if l.Kind() == "loopback" || a.Prefix.IsSingleIP() {
		return
	}
	r := &route{dst: a.Prefix.Masked(), link: l, proto: "kernel", scope: "link", kind: "unicast"}
	if addr.Is4() {
		r.src = addr
	} else {
		r.metric, r.scope = 256, "global"
	}
	if !s.hasRoute(r) {
		s.insertRoute(r)
	}
}

func (s *Stack) answerTo(a netip.Addr, as localAddr) {
	if s.local == nil {
		s.local = map[netip.Addr]localAddr{}
	}
	if old, ok := s.local[a]; !ok || (old.broadcast && !as.broadcast) {
		s.local[a] = as
	}
}

// broadcastOf is the last address of an IPv4 network, which means everybody in it.
func broadcastOf(p netip.Prefix) (netip.Addr, bool) {
	if !p.Addr().Is4() || p.Bits() >= 31 || p.Addr().IsLoopback() {
		return netip.Addr{}, false
	}
	b := p.Addr().As4()
	for i := p.Bits(); i < 32; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	return netip.AddrFrom4(b), true
}

// addressDown undoes addressUp.
func (s *Stack) addressDown(l *Link, a Addr) {
	addr := a.Prefix.Addr()
	if last, ok := broadcastOf(a.Prefix); ok {
		s.forgetAddr(last, l)
	}
	network := a.Prefix.Masked()
	s.dropRoutes(addr.Is6(), func(r *route) bool {
		return r.link == l && (r.src == addr || (r.proto == "kernel" && r.dst == network && !l.hasOther(a)))
	})
}

// hasOther reports whether another address keeps a's route to its network.
func (l *Link) hasOther(a Addr) bool {
	return slices.ContainsFunc(l.addrs, func(b Addr) bool { return b != a && b.Prefix.Masked() == a.Prefix.Masked() })
}

// forgetAddr makes the namespace answer to an address no more, unless another link has it too.
func (s *Stack) forgetAddr(addr netip.Addr, l *Link) {
	if s.local[addr].link != l {
		return
	}
	delete(s.local, addr)
	for _, other := range s.links {
		for _, a := range other.addrs {
			if a.Prefix.Addr() == addr && (addr.Is4() || other.up) {
				s.answerTo(addr, localAddr{link: other})
			} else if last, ok := broadcastOf(a.Prefix); ok && last == addr && other.up && other != l {
				s.answerTo(addr, localAddr{link: other, broadcast: true})
			}
		}
	}
}

// localTo says on which link an address is the namespace's own: by name, or within lo's network.
func (s *Stack) localTo(a netip.Addr) (localAddr, bool) {
	if x, ok := s.local[a]; ok {
		return x, true
	}
	if a.Is4() && a.IsLoopback() && s.lo.up {
		for _, own := range s.lo.addrs {
			if own.Prefix.Contains(a) {
				return localAddr{link: s.lo}, true
			}
		}
	}
	return localAddr{}, false
}

// IsLocal reports whether packets to an address are for this namespace itself.
func (s *Stack) IsLocal(a netip.Addr) bool {
	x, ok := s.localTo(a.WithZone(""))
	return ok && !x.broadcast
}

// isBroadcast reports whether an address means everybody on a link.
func (s *Stack) isBroadcast(a netip.Addr) bool {
	return a == limitedBroadcast() || s.local[a].broadcast
}

func limitedBroadcast() netip.Addr { return netip.AddrFrom4([4]byte{255, 255, 255, 255}) }

// autoAddr6 gives a link that begins to run its link-local address. Linux: addrconf_dev_config
func (l *Link) autoAddr6() {
	if l.noIPv6() || l.Kind() == "loopback" || l.mtu < 1280 || l.conf.noAutoAddr {
		return
	}
	for _, a := range l.addrs {
		if a.Scope == "link" && a.Prefix.Addr().Is6() {
			return
		}
	}
	l.AddAddr(netip.PrefixFrom(linkLocal(l.mac), 64)) // cannot fail: it was looked whether it is there
}

// linkLocal is the address that a MAC address makes. RFC 4291 appendix A
func linkLocal(m packet.MAC) netip.Addr {
	return netip.AddrFrom16([16]byte{
		0: 0xfe, 1: 0x80, 8: m[0] ^ 2, 9: m[1], 10: m[2], 11: 0xff, 12: 0xfe, 13: m[3], 14: m[4], 15: m[5],
	})
}

// sourceOn is the address that packets out of l to a next hop come from, if l has a fitting one.
// Linux: inet_select_addr
func (l *Link) sourceOn(hop netip.Addr) (netip.Addr, bool) {
	var first netip.Addr
	for _, a := range l.addrs {
		addr := a.Prefix.Addr()
		if addr.Is4() != hop.Is4() || a.Scope == "host" || !fitsScope(addr, hop) {
			continue
		}
		if a.Prefix.Contains(hop) {
			return addr, true
		}
		if !first.IsValid() {
			first = addr
		}
	}
	return first, first.IsValid()
}

// fitsScope: a link-local IPv6 address speaks only to such.
func fitsScope(addr, to netip.Addr) bool {
	return addr.Is4() || addr.IsLinkLocalUnicast() == (to.IsLinkLocalUnicast() || to.IsLinkLocalMulticast())
}

// sourceFor is the source address of packets out of l to a next hop (of IPv6, to a destination): the link's own, else
// the first of any link.
func (s *Stack) sourceFor(l *Link, hop netip.Addr) (netip.Addr, bool) {
	if hop.Is6() {
		return s.sourceFor6(l, hop)
	}
	if a, ok := l.sourceOn(hop); ok {
		return a, true
	}
	for _, other := range s.links {
		for _, a := range other.addrs {
			if addr := a.Prefix.Addr(); addr.Is4() == hop.Is4() && a.Scope == "global" && other.up {
				return addr, true
			}
		}
	}
	return netip.Addr{}, false
}

// sourceFor6 is RFC 6724 as far as there are no temporary addresses: the destination itself if it is an own address, an
// address of its scope, one of the link, the longest common prefix.
func (s *Stack) sourceFor6(l *Link, dst netip.Addr) (netip.Addr, bool) {
	var best netip.Addr
	most := -1
	for _, other := range s.links {
		for _, a := range other.addrs {
			addr := a.Prefix.Addr()
			if !addr.Is6() || !other.up || (a.Scope == "host" && addr != dst) || (!fitsScope(addr, dst) && addr != dst) {
				continue
			}
			if addr.IsLinkLocalUnicast() && other != l {
				continue
			}
			score := commonBits(addr, dst)
			if other == l {
				score += 1000
			}
			if addr == dst {
				score += 10000
			}
			if score > most {
				best, most = addr, score
			}
		}
	}
	return best, best.IsValid()
}

// commonBits is the length of what two addresses begin with, at most the 64 bits of a network.
func commonBits(a, b netip.Addr) int {
	x, y := a.As16(), b.As16()
	return bits.LeadingZeros64(binary.BigEndian.Uint64(x[:]) ^ binary.BigEndian.Uint64(y[:]))
}

// SourceFor is the address that MASQUERADE gives to packets out of a link to dst; zero if there is none.
func (s *Stack) SourceFor(out string, dst netip.Addr) netip.Addr {
	l := s.Link(out)
	if l == nil {
		return netip.Addr{}
	}
	to := dst
	if d, err := s.routeOut(dst, nil); err == nil && d.link == l && dst.Is4() {
		to = d.hop(dst)
	}
	a, _ := s.sourceFor(l, to)
	return a
}

// AddrType is what `-m addrtype` asks for. Linux: inet_addr_type
func (s *Stack) AddrType(a netip.Addr) string {
	switch x, ok := s.localTo(a); {
	case ok && x.broadcast || a == limitedBroadcast():
		return "BROADCAST"
	case ok:
		return "LOCAL"
	case a.IsMulticast():
		return "MULTICAST"
	case a.IsUnspecified():
		return "UNSPEC"
	}
	if r := s.lookup(a, nil); r != nil && r.kind != "unicast" {
		return map[string]string{"blackhole": "BLACKHOLE", "unreachable": "UNREACHABLE", "prohibit": "PROHIBIT"}[r.kind]
	}
	return "UNICAST"
}
