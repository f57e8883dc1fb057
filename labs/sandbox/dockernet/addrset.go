package dockernet

import (
	"math"
	"math/bits"
	"net/netip"
	"slices"
)

// addrSet is the addresses of a subnet that are taken, as runs: ten thousand containers in a row are one run. moby:
// daemon/libnetwork/internal/addrset, which keeps a bitmap.
type addrSet struct {
	pool netip.Prefix
	runs []run // sorted, with gaps between them
}

// run is all addresses from the first to the last.
type run struct{ first, last netip.Addr }

// at is the place of the run that holds the address, or where one would go.
func (s *addrSet) at(a netip.Addr) (i int, taken bool) {
	i, found := slices.BinarySearchFunc(s.runs, a, func(r run, a netip.Addr) int { return r.first.Compare(a) })
	if found {
		return i, true
	}
	if i > 0 && !s.runs[i-1].last.Less(a) {
		return i - 1, true
	}
	return i, false
}

// add takes an address, and says whether it was free.
func (s *addrSet) add(a netip.Addr) bool {
	i, taken := s.at(a)
	if taken {
		return false
	}
	after := i < len(s.runs) && a.Next() == s.runs[i].first
	before := i > 0 && s.runs[i-1].last.Next() == a
	switch {
	case before && after:
		s.runs[i-1].last = s.runs[i].last
		s.runs = slices.Delete(s.runs, i, i+1)
	case before:
		s.runs[i-1].last = a
	case after:
		s.runs[i].first = a
	default:
		s.runs = slices.Insert(s.runs, i, run{a, a})
	}
	return true
}

// remove gives an address back.
func (s *addrSet) remove(a netip.Addr) {
	i, taken := s.at(a)
	if !taken {
		return
	}
	switch r := s.runs[i]; {
	case r.first == r.last:
		s.runs = slices.Delete(s.runs, i, i+1)
	case r.first == a:
		s.runs[i].first = a.Next()
	case r.last == a:
		s.runs[i].last = a.Prev()
	default:
		s.runs[i].last = a.Prev()
		s.runs = slices.Insert(s.runs, i+1, run{a.Next(), r.last})
	}
}

// addLowest takes the lowest free address of a part of the subnet.
func (s *addrSet) addLowest(part netip.Prefix) (netip.Addr, bool) {
	a := part.Addr()
	if i, taken := s.at(a); taken {
		a = s.runs[i].last.Next()
	}
	if !a.IsValid() || !part.Contains(a) {
		return netip.Addr{}, false
	}
	return a, s.add(a)
}

// count is how many addresses of a part of the subnet are taken.
func (s *addrSet) count(part netip.Prefix) uint64 {
	n, first, last := uint64(0), part.Addr(), lastAddr(part)
	for _, r := range s.runs {
		from, to := r.first, r.last
		if from.Less(first) {
			from = first
		}
		if last.Less(to) {
			to = last
		}
		if !to.Less(from) {
			n = saturate(n, between(from, to))
		}
	}
	return n
}

// size is how many addresses a prefix has; all that a number can say if there are more.
func size(p netip.Prefix) uint64 {
	n := p.Addr().BitLen() - p.Bits()
	if n >= 64 {
		return math.MaxUint64
	}
	return 1 << n
}

// between counts addresses from the first to the last, both included.
func between(first, last netip.Addr) uint64 {
	a, b := first.As16(), last.As16()
	lo, borrow := bits.Sub64(word(b[8:]), word(a[8:]), 0)
	hi, _ := bits.Sub64(word(b[:8]), word(a[:8]), borrow)
	if hi > 0 || lo == math.MaxUint64 {
		return math.MaxUint64
	}
	return lo + 1
}

func word(b []byte) uint64 {
	n := uint64(0)
	for _, x := range b[:8] {
		n = n<<8 | uint64(x)
	}
	return n
}

func saturate(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return math.MaxUint64
	}
	return sum
}

// lastAddr is the last address of a prefix: of IPv4, its broadcast address.
func lastAddr(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// nextPrefix is the prefix of the same length that begins behind another.
func nextPrefix(p netip.Prefix) (netip.Prefix, bool) {
	a := lastAddr(p).Next()
	return netip.PrefixFrom(a, p.Bits()), a.IsValid()
}
