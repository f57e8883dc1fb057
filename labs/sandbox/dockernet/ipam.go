package dockernet

import (
	"math/rand/v2"
	"net/netip"
	"slices"
)

// ipam gives out subnets and the addresses in them: Docker's "default" driver in its local address space. moby:
// daemon/libnetwork/ipams/defaultipam
type ipam struct {
	space4, space6 space
	reserved       func(v6 bool) []netip.Prefix // what the host needs for itself
}

// space is the subnets of one family.
type space struct {
	predefined []split
	taken      []*subnet // sorted
}

// split is a block that is given out in parts.
type split struct {
	base netip.Prefix
	bits int
}

// subnet is a prefix that networks have. Several can have one if each asks for its own range of it, as moby allows.
type subnet struct {
	prefix netip.Prefix
	addrs  addrSet
	ranges []netip.Prefix // asked for with --ip-range
	whole  bool           // asked for without
}

// localPools is where subnets come from that nobody chose. moby: daemon/libnetwork/ipamutils/utils.go
func localPools() []split {
	var pools []split
	for _, base := range []string{
		"172.17.0.0/16", "172.18.0.0/16", "172.19.0.0/16", "172.20.0.0/14", "172.24.0.0/14", "172.28.0.0/14",
	} {
		pools = append(pools, split{netip.MustParsePrefix(base), 16})
	}
	return append(pools, split{netip.MustParsePrefix("192.168.0.0/16"), 20})
}

// Block is what subnets are taken from, in parts of a length.
type Block struct {
	Base netip.Prefix
	Bits int
}

// UsePools says where the subnets of networks come from that are made from now on; none are the built-in pools.
func (c *Controller) UsePools(pools []Block) {
	c.ipam.space4.predefined = localPools()
	if len(pools) == 0 {
		return
	}
	c.ipam.space4.predefined = nil
	for _, p := range pools {
		c.ipam.space4.predefined = append(c.ipam.space4.predefined, split{p.Base, p.Bits})
	}
}

// uniqueLocal is a daemon's own block of IPv6 (RFC 4193). moby: daemon/libnetwork/ipamutils: made of the host's id.
func uniqueLocal(chance *rand.Rand) split {
	var b [16]byte
	b[0] = 0xfd
	for i, n := 1, chance.Uint64(); i < 6; i, n = i+1, n>>8 {
		b[i] = byte(n)
	}
	return split{netip.PrefixFrom(netip.AddrFrom16(b), 48), 64}
}

func (m *ipam) space(v6 bool) *space {
	if v6 {
		return &m.space6
	}
	return &m.space4
}

// pool takes a subnet: this one, one of a length (0.0.0.0/24), or any.
func (m *ipam) pool(want, part netip.Prefix, v6 bool) (*subnet, error) {
	s := m.space(v6)
	if !want.IsValid() || want.Addr().IsUnspecified() {
		return s.allocate(want, m.reserved(v6))
	}
	return s.take(want, part)
}

// allocate takes the lowest predefined part that is free.
func (s *space) allocate(want netip.Prefix, reserved []netip.Prefix) (*subnet, error) {
	matched := false
	for _, block := range s.predefined {
		if want.IsValid() && want.Bits() > 0 {
			if block.base.Bits() > want.Bits() {
				continue
			}
			block.bits = want.Bits()
		}
		matched = true
		if p, ok := s.freeIn(block, reserved); ok {
			return s.insert(p), nil
		}
	}
	if !matched {
		return nil, refuse(Invalid, "invalid address pool")
	}
	return nil, refuse(NotFound, "all predefined address pools have been fully subnetted")
}

func (s *space) freeIn(block split, reserved []netip.Prefix) (netip.Prefix, bool) {
	p, more := netip.PrefixFrom(block.base.Addr(), block.bits), true
	for more && block.base.Contains(p.Addr()) {
		in, taken := s.overlapping(p)
		if !taken {
			i := slices.IndexFunc(reserved, p.Overlaps)
			if i < 0 {
				return p, true
			}
			in = reserved[i]
		}
		if in.Bits() < p.Bits() { // all of that is taken
			p = netip.PrefixFrom(lastAddr(in), p.Bits()).Masked()
		}
		p, more = nextPrefix(p)
	}
	return netip.Prefix{}, false
}

// overlapping is the first subnet that has addresses of the prefix.
func (s *space) overlapping(p netip.Prefix) (netip.Prefix, bool) {
	for _, t := range s.taken {
		if t.prefix.Overlaps(p) {
			return t.prefix, true
		}
	}
	return netip.Prefix{}, false
}

// take takes a subnet that somebody chose. With a range of its own, moby does not look whether it overlaps others
// (https://github.com/moby/moby/issues/46756); the bridge driver does.
func (s *space) take(want, part netip.Prefix) (*subnet, error) {
	overlap := refuse(Forbidden, "invalid pool request: Pool overlaps with other one on this address space")
	i, same := s.find(want)
	switch {
	case !part.IsValid():
		if _, taken := s.overlapping(want); taken {
			return nil, overlap
		}
	case same && slices.Contains(s.taken[i].ranges, part):
		return nil, overlap
	case same:
		s.taken[i].ranges = append(s.taken[i].ranges, part)
		return s.taken[i], nil
	}
	t := s.insert(want)
	if part.IsValid() {
		t.ranges, t.whole = append(t.ranges, part), false
	}
	return t, nil
}

func (s *space) find(p netip.Prefix) (int, bool) {
	return slices.BinarySearchFunc(s.taken, p, func(t *subnet, p netip.Prefix) int { return comparePrefixes(t.prefix, p) })
}

func comparePrefixes(a, b netip.Prefix) int {
	if c := a.Addr().Compare(b.Addr()); c != 0 {
		return c
	}
	return a.Bits() - b.Bits()
}

// insert notes a subnet as taken. Its first address is the network's, the last of an IPv4 subnet the broadcast's,
// except between two points (RFC 3021).
func (s *space) insert(p netip.Prefix) *subnet {
	t := &subnet{prefix: p, addrs: addrSet{pool: p}, whole: true}
	v4, bits := p.Addr().Is4(), p.Addr().BitLen()-p.Bits()
	if !v4 || bits > 1 {
		t.addrs.add(p.Addr())
	}
	if v4 && bits > 1 {
		t.addrs.add(lastAddr(p))
	}
	i, _ := s.find(p)
	s.taken = slices.Insert(s.taken, i, t)
	return t
}

// release gives a subnet back, or a range of it.
func (s *space) release(t *subnet, part netip.Prefix) {
	if part.IsValid() {
		t.ranges = slices.DeleteFunc(t.ranges, func(p netip.Prefix) bool { return p == part })
	} else {
		t.whole = false
	}
	if t.whole || len(t.ranges) > 0 {
		return
	}
	if i, ok := s.find(t.prefix); ok && s.taken[i] == t {
		s.taken = slices.Delete(s.taken, i, i+1)
	}
}

// Pool is a subnet as a network has it.
type Pool struct {
	Subnet  netip.Prefix
	Range   netip.Prefix          // part that containers get addresses of; invalid: all of it
	Gateway netip.Addr            // invalid: there is none
	Aux     map[string]netip.Addr // addresses that containers must not get
	subnet  *subnet
}

// Status is how many of a subnet's addresses are in use, and how many can still be given out.
type Status struct{ InUse, Available uint64 }

// Status counts. moby: defaultipam/address_space.go, allocationStatus
func (p *Pool) Status() Status {
	part := p.part()
	return Status{p.subnet.addrs.count(p.Subnet), size(part) - p.subnet.addrs.count(part)}
}

func (p *Pool) part() netip.Prefix {
	if p.Range.IsValid() {
		return p.Range
	}
	return p.Subnet
}

// request takes this address, or the lowest that is free.
func (p *Pool) request(want netip.Addr) (netip.Addr, error) {
	if !want.IsValid() {
		if a, ok := p.subnet.addrs.addLowest(p.part()); ok {
			return a, nil
		}
		return want, refuse(Unavailable, "no available addresses on this pool")
	}
	if !p.Subnet.Contains(want) {
		return want, refuse(Invalid, "requested address is out of range")
	}
	if !p.subnet.addrs.add(want) {
		return want, refuse(Forbidden, "Address already in use")
	}
	return want, nil
}

func (p *Pool) release(a netip.Addr) { p.subnet.addrs.remove(a) }
