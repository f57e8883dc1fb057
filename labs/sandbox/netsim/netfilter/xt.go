package netfilter

import (
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// xtRule is what a rule of iptables says: the header's conditions, the matches in their order, and a target.
type xtRule struct {
	family   Family
	src, dst xtAddr
	in, out  xtLink
	proto    xtProto
	fragment xtFragment
	matches  []xtMatch
	target   xtTarget // nil: the rule only counts
	jump     xtJump
}

// xtMatch is an extension that -m loads.
type xtMatch interface {
	extension
	match(w *walk) bool
	list(b *strings.Builder, numeric bool) // as -L prints it, with a space before
}

// xtTarget is what -j names, but for chains.
type xtTarget interface {
	extension
	apply(w *walk) action
	list(b *strings.Builder, numeric bool)
}

// extension is what matches and targets have in common.
type extension interface {
	name() string
	options() []option
	set(p *specParser, a argument) error
	check(p *specParser) error // that what is needed was set
	save(b *strings.Builder)   // the options as -S prints them, with a space before
	tracks() bool
}

// xtAddr is an address with a mask.
type xtAddr struct {
	set, invert bool
	addr, mask  wide
	v6          bool
}

func (x *xtAddr) match(a wide) bool { return !x.set || (a.and(x.mask) == x.addr) != x.invert }

func (x *xtAddr) any() bool { return !x.set || x.mask == wide{} && !x.invert }

// bits is the length of a mask that is a prefix.
func (x *xtAddr) bits() (int, bool) {
	n := bits.OnesCount64(x.mask.hi) + bits.OnesCount64(x.mask.lo)
	return n, prefixMask(n, x.v6) == x.mask
}

func prefixMask(n int, v6 bool) wide {
	switch {
	case !v6:
		return wide{0, uint64(^uint32(0) << (32 - n))}
	case n <= 64:
		return wide{^uint64(0) << (64 - n), 0}
	}
	return wide{^uint64(0), ^uint64(0) << (128 - n)}
}

// slash is the address with its mask as -S prints it.
func (x *xtAddr) slash() string {
	s := x.addr.addr(x.v6).String()
	if n, ok := x.bits(); ok {
		return s + "/" + strconv.Itoa(n)
	}
	return s + "/" + x.mask.addr(x.v6).String()
}

// short is the address as -L prints it: without the mask of a single one.
func (x *xtAddr) short(numeric, v6 bool) string {
	if x.any() && (!x.set || x.addr == wide{}) {
		switch {
		case !numeric:
			return "anywhere"
		case v6:
			return "::/0"
		}
		return "0.0.0.0/0"
	}
	if n, ok := x.bits(); ok && (n == 128 || !x.v6 && n == 32) {
		a := x.addr.addr(x.v6)
		if !numeric && a.IsLoopback() {
			return "localhost"
		}
		return a.String()
	}
	return x.slash()
}

func (x *xtAddr) save(b *strings.Builder, option string) {
	if !x.set || x.mask == (wide{}) && !x.invert {
		return
	}
	inverted(b, x.invert)
	b.WriteString(" " + option + " " + x.slash())
}

func inverted(b *strings.Builder, yes bool) {
	if yes {
		b.WriteString(" !")
	}
}

// xtLink is the name of a link; one that ends in + means all that begin so.
type xtLink struct {
	name   string
	prefix bool
	invert bool
}

func (x *xtLink) match(name string) bool {
	switch {
	case x.name == "" && !x.prefix:
		return true
	case x.prefix:
		return strings.HasPrefix(name, x.name) != x.invert
	}
	return (name == x.name) != x.invert
}

func (x *xtLink) unset() bool { return x.name == "" && (!x.prefix || !x.invert) }

func (x *xtLink) String() string {
	if x.prefix {
		return x.name + "+"
	}
	return x.name
}

func (x *xtLink) save(b *strings.Builder, option string) {
	if x.unset() {
		return
	}
	inverted(b, x.invert)
	b.WriteString(" " + option + " " + x.String())
}

// xtProto is -p; 0 is all.
type xtProto struct {
	number packet.Proto
	invert bool
}

// xtFragment is -f. There are no fragments here, so no packet is one.
type xtFragment struct{ set, invert bool }

// xtJump is a jump to a chain of the user.
type xtJump struct {
	to    string // "" is none
	chain *Chain // once the rule is in a table
	leave bool   // -g
}

// eval is ipt_do_table, for one rule.
func (x *xtRule) eval(w *walk, r *Rule) action {
	if !x.src.match(w.src) || !x.dst.match(w.dst) || !x.in.match(w.at.In) || !x.out.match(w.at.Out) {
		return actNone
	}
	if x.proto.number != 0 && (w.packet.Proto == x.proto.number) == x.proto.invert {
		return actNone
	}
	if x.fragment.set && !x.fragment.invert {
		return actNone
	}
	for _, m := range x.matches {
		if !m.match(w) {
			return actNone
		}
	}
	r.Packets++
	r.Bytes += w.size
	switch {
	case x.jump.chain != nil:
		w.to = x.jump.chain
		if x.jump.leave {
			return actGoto
		}
		return actJump
	case x.target == nil:
		return actContinue
	}
	return x.target.apply(w)
}

func (x *xtRule) calls() []*Chain {
	if x.jump.chain == nil {
		return nil
	}
	return []*Chain{x.jump.chain}
}

func (x *xtRule) tracks() bool {
	return x.target != nil && x.target.tracks() ||
		slices.ContainsFunc(x.matches, func(m xtMatch) bool { return m.tracks() })
}

func (x *xtRule) clone(chain func(*Chain) *Chain) body {
	y := *x
	if y.jump.chain != nil {
		y.jump.chain = chain(y.jump.chain)
	}
	for i, m := range y.matches {
		if c := ownState(m); c != nil {
			if i == 0 || &y.matches[0] == &x.matches[0] {
				y.matches = slices.Clone(y.matches)
			}
			y.matches[i] = c
		}
	}
	return &y
}

// ownState copies a match that changes with the packets that it sees; nil is one that does not.
func ownState(m xtMatch) xtMatch {
	switch m := m.(type) {
	case *matchLimit:
		c := *m
		return &c
	case *matchStatistic:
		c := *m
		return &c
	}
	return nil
}

// String is the rule as -S prints it, behind the chain.
func (x *xtRule) String() string { return x.text("") }

// text is the rule with its counters, if there are any to print, before the target.
func (x *xtRule) text(counters string) string {
	var b strings.Builder
	x.src.save(&b, "-s")
	x.dst.save(&b, "-d")
	x.in.save(&b, "-i")
	x.out.save(&b, "-o")
	if x.proto.number != 0 {
		inverted(&b, x.proto.invert)
		b.WriteString(" -p " + protoName(x.proto.number))
	}
	if x.fragment.set {
		inverted(&b, x.fragment.invert)
		b.WriteString(" -f")
	}
	for _, m := range x.matches {
		b.WriteString(" -m " + m.name())
		m.save(&b)
	}
	if counters != "" {
		b.WriteString(" " + counters)
	}
	x.saveTarget(&b)
	return strings.TrimPrefix(b.String(), " ")
}

func (x *xtRule) saveTarget(b *strings.Builder) {
	switch {
	case x.jump.to != "" && x.jump.leave:
		b.WriteString(" -g " + x.jump.to)
	case x.jump.to != "":
		b.WriteString(" -j " + x.jump.to)
	case x.target != nil:
		b.WriteString(" -j " + x.target.name())
		x.target.save(b)
	}
}

// targetName is the column "target" of -L.
func (x *xtRule) targetName() string {
	switch {
	case x.jump.to != "":
		return x.jump.to
	case x.target != nil:
		return x.target.name()
	}
	return ""
}

type namedProto struct {
	name  string
	proto packet.Proto
}

// protoNames are the protocols with names, as /etc/protocols and iptables have them. The first name is printed.
func protoNames() [20]namedProto {
	return [...]namedProto{
		{"tcp", 6},
		{"sctp", 132},
		{"udp", 17},
		{"udplite", 136},
		{"icmp", 1},
		{"ipv6-icmp", 58},
		{"icmpv6", 58},
		{"esp", 50},
		{"ah", 51},
		{"ipv6-mh", 135},
		{"mh", 135},
		{"dccp", 33},
		{"gre", 47},
		{"igmp", 2},
		{"ipip", 94},
		{"ipencap", 4},
		{"ospf", 89},
		{"vrrp", 112},
		{"pim", 103},
		{"ipcomp", 108},
	}
}

func protoName(p packet.Proto) string {
	for _, x := range protoNames() {
		if x.proto == p {
			return x.name
		}
	}
	return strconv.Itoa(int(p))
}

// addrOf parses an address and mask, as -s and -d take them.
func addrOf(s string, f Family) (xtAddr, error) {
	text, mask, masked := strings.Cut(s, "/")
	x := xtAddr{set: true, v6: f == IPv6}
	width := 32
	if x.v6 {
		width = 128
	}
	x.mask = prefixMask(width, x.v6)
	if masked {
		m, ok := maskOf(mask, f)
		if !ok {
			return x, usage("invalid mask `%s' specified", mask)
		}
		x.mask = m
	}
	if x.mask == (wide{}) {
		return x, nil // iptables does not look at the address then: 0/0 is anybody's, whatever the family
	}
	a, ok := hostOf(text, f)
	if !ok {
		return x, usage("host/network `%s' not found", text)
	}
	x.addr = wideOf(a).and(x.mask)
	return x, nil
}

func maskOf(s string, f Family) (wide, bool) {
	if a, ok := hostOf(s, f); ok && strings.ContainsAny(s, ".:") {
		return wideOf(a), true
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil || n > 128 || f != IPv6 && n > 32 {
		return wide{}, false
	}
	return prefixMask(int(n), f == IPv6), true
}

// hostOf parses an address. Names are not looked up, but for the one in every /etc/hosts. Numbers may be left out at
// the end of a network, as in 10/8.
func hostOf(s string, f Family) (netip.Addr, bool) {
	if s == "localhost" {
		if f == IPv6 {
			return netip.IPv6Loopback(), true
		}
		s = "127.0.0.1"
	}
	if f != IPv6 && s != "" && strings.Trim(s, "0123456789.") == "" {
		for strings.Count(s, ".") < 3 {
			s += ".0"
		}
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" || a.Is4() == (f == IPv6) {
		return netip.Addr{}, false
	}
	return a, true
}
