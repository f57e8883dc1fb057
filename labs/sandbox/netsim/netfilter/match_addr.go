package netfilter

import (
	"net/netip"
	"slices"
	"strings"
)

// matchRange is -m iprange.
type matchRange struct {
	v6       bool
	src, dst addrRange
}

type addrRange struct {
	set, invert bool
	first, last wide
}

func (x *addrRange) match(a wide) bool {
	return !x.set || (!a.less(x.first) && !x.last.less(a)) != x.invert
}

func (m *matchRange) name() string { return "iprange" }
func (m *matchRange) tracks() bool { return false }

func (m *matchRange) options() []option {
	return []option{{name: "src-range", args: 1}, {name: "dst-range", args: 1}}
}

func (m *matchRange) set(_ *specParser, a argument) error {
	to := &m.src
	if a.name == "dst-range" {
		to = &m.dst
	}
	first, last, isRange := strings.Cut(a.value, "-")
	if !isRange {
		last = first
	}
	x, err := exactAddr(first, m.v6)
	if err != nil {
		return usage("iprange: Bad value for \"--%s\" option: \"%s\"", a.name, first)
	}
	y, err := exactAddr(last, m.v6)
	if err != nil {
		return usage("iprange: Bad value for \"--%s\" option: \"%s\"", a.name, last)
	}
	*to = addrRange{true, a.invert, wideOf(x), wideOf(y)}
	return nil
}

func exactAddr(s string, v6 bool) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Is4() == v6 || a.Zone() != "" {
		return a, usage("Bad IP address \"%s\"", s)
	}
	return a, nil
}

func (m *matchRange) check(*specParser) error {
	if !m.src.set && !m.dst.set {
		return usage("iprange match: You must specify `--src-range' or `--dst-range'")
	}
	return nil
}

func (m *matchRange) match(w *walk) bool { return m.src.match(w.src) && m.dst.match(w.dst) }

func (m *matchRange) text(x *addrRange) string {
	return x.first.addr(m.v6).String() + "-" + x.last.addr(m.v6).String()
}

func (m *matchRange) save(b *strings.Builder) {
	for _, x := range m.ends() {
		if x.set {
			inverted(b, x.invert)
			b.WriteString(" --" + x.option + " " + m.text(x.addrRange))
		}
	}
}

type rangeEnd struct {
	*addrRange
	option, word string
}

func (m *matchRange) ends() []rangeEnd {
	return []rangeEnd{{&m.src, "src-range", "source"}, {&m.dst, "dst-range", "destination"}}
}

func (m *matchRange) list(b *strings.Builder, _ bool) {
	for _, x := range m.ends() {
		if x.set {
			b.WriteString(" " + x.word + " IP range")
			inverted(b, x.invert)
			b.WriteString(" " + m.text(x.addrRange))
		}
	}
}

// matchAddrType is -m addrtype.
type matchAddrType struct{ src, dst addrTypes }

type addrTypes struct {
	set    uint16
	invert bool
}

// addrTypeNames are in the kernel's order. Linux: enum rtn_type
func addrTypeNames() []string {
	return []string{
		"UNSPEC", "UNICAST", "LOCAL", "BROADCAST", "ANYCAST", "MULTICAST", "BLACKHOLE", "UNREACHABLE", "PROHIBIT",
		"THROW", "NAT", "XRESOLVE",
	}
}

const onlyLocal = 1 << 2

func (m *matchAddrType) name() string { return "addrtype" }
func (m *matchAddrType) tracks() bool { return false }

func (m *matchAddrType) options() []option {
	return []option{
		{name: "src-type", args: 1}, {name: "dst-type", args: 1}, {name: "limit-iface-in"}, {name: "limit-iface-out"},
	}
}

func (m *matchAddrType) set(_ *specParser, a argument) error {
	switch a.name {
	case "limit-iface-in", "limit-iface-out":
		return unsimulated("option", "--"+a.name)
	case "src-type":
		return m.src.set1(a)
	}
	return m.dst.set1(a)
}

func (x *addrTypes) set1(a argument) error {
	x.invert = a.invert
next:
	for _, word := range strings.Split(a.value, ",") {
		for i, n := range addrTypeNames() {
			if strings.EqualFold(n, word) {
				x.set |= 1 << i
				continue next
			}
		}
		return usage("addrtype: bad type \"%s\"", word)
	}
	return nil
}

func (m *matchAddrType) check(*specParser) error {
	if m.src.set == 0 && m.dst.set == 0 {
		return usage("addrtype: you must specify --src-type or --dst-type")
	}
	return nil
}

func (m *matchAddrType) match(w *walk) bool {
	src, dst := w.packet.Src, w.packet.Dst
	if w.packet.V6() {
		return m.src.match6(src, w.at.Stack) && m.dst.match6(dst, w.at.Stack)
	}
	return m.src.match(src, w.at.Stack) && m.dst.match(dst, w.at.Stack)
}

// match6 is how addresses of IPv6 are judged: what an address is by itself must all be so, a local one is UNICAST too,
// and only for some types is the route asked. Linux: match_type6 in net/netfilter/xt_addrtype.c
func (x *addrTypes) match6(a netip.Addr, at Local) bool {
	return x.set == 0 || x.is6(a, at) != x.invert
}

func (x *addrTypes) has(name string) bool {
	i := slices.Index(addrTypeNames(), name)
	return i >= 0 && x.set&(1<<i) != 0
}

func (x *addrTypes) is6(a netip.Addr, at Local) bool {
	has := x.has
	switch {
	case has("MULTICAST") && !a.IsMulticast(),
		has("UNICAST") && (a.IsMulticast() || a.IsUnspecified()),
		has("UNSPEC") && !a.IsUnspecified():
		return false
	case has("LOCAL") && at.IsLocal(a):
		return true
	case has("LOCAL") || has("ANYCAST") || has("PROHIBIT") || has("UNREACHABLE"):
		return has(at.AddrType(a)) && at.AddrType(a) != "UNICAST"
	}
	return true
}

func (x *addrTypes) match(a netip.Addr, at Local) bool {
	if x.set == 0 {
		return true
	}
	if x.set == onlyLocal {
		return at.IsLocal(a) != x.invert
	}
	return x.has(at.AddrType(a)) != x.invert
}

func (x *addrTypes) String() string {
	var out []string
	for i, n := range addrTypeNames() {
		if x.set&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return strings.Join(out, ",")
}

func (m *matchAddrType) save(b *strings.Builder) {
	if m.src.set != 0 {
		inverted(b, m.src.invert)
		b.WriteString(" --src-type " + m.src.String())
	}
	if m.dst.set != 0 {
		inverted(b, m.dst.invert)
		b.WriteString(" --dst-type " + m.dst.String())
	}
}

func (m *matchAddrType) list(b *strings.Builder, _ bool) {
	b.WriteString(" ADDRTYPE match")
	bang := func(yes bool) string {
		if yes {
			return "!"
		}
		return ""
	}
	if m.src.set != 0 {
		b.WriteString(" src-type " + bang(m.src.invert) + m.src.String())
	}
	if m.dst.set != 0 {
		b.WriteString(" dst-type " + bang(m.dst.invert) + m.dst.String())
	}
}
