package netfilter

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// nftKind is what values of a key look like.
type nftKind uint8

const (
	kindNumber nftKind = iota
	kindAddr4
	kindAddr6
	kindPort
	kindProto
	kindMark
	kindLink
	kindICMP
	kindICMP6
	kindFib
	kindState
	kindStatus
	kindMAC
	kindTCPFlags
	kindCode
	kindCode6
)

// nftKey is what a rule of nftables looks at.
type nftKey struct {
	words string // "ip saddr"
	kind  nftKind
	// get takes it from the packet; a key of names is taken by link, and of sets of bits compared as bits.
	get  func(w *walk) (wide, bool)
	link func(w *walk) string
	only Family // the packets that have it; 0 is all
}

func (k *nftKey) bits() bool {
	return k.kind == kindState || k.kind == kindStatus || k.kind == kindTCPFlags
}

func number(n uint64) (wide, bool) { return wide{0, n}, true }

// nftKeys are all keys. Those that nft has and this program has not are unknown words.
func nftKeys() []nftKey {
	keys := []nftKey{
		{words: "iifname", kind: kindLink, link: func(w *walk) string { return w.at.In }},
		{words: "oifname", kind: kindLink, link: func(w *walk) string { return w.at.Out }},
		{words: "iif", kind: kindLink, link: func(w *walk) string { return w.at.In }},
		{words: "oif", kind: kindLink, link: func(w *walk) string { return w.at.Out }},
		{words: "meta l4proto", kind: kindProto, get: getProto},
		{words: "meta mark", kind: kindMark, get: func(w *walk) (wide, bool) { return number(uint64(w.packet.Mark)) }},
		{words: "meta length", kind: kindNumber, get: func(w *walk) (wide, bool) { return number(w.size) }},
		{words: "ct mark", kind: kindMark, get: getConnMark},
		{words: "ct state", kind: kindState, get: func(w *walk) (wide, bool) { return number(uint64(w.state())) }},
		{words: "ct status", kind: kindStatus, get: getConnStatus},
		{words: "fib daddr type", kind: kindFib, get: func(w *walk) (wide, bool) { return fibType(w, w.packet.Dst) }},
		{words: "fib saddr type", kind: kindFib, get: func(w *walk) (wide, bool) { return fibType(w, w.packet.Src) }},
		{
			words: "ether saddr",
			kind:  kindMAC,
			get:   func(w *walk) (wide, bool) { return macNumber(w.at.MAC), w.at.In != "" },
		},
		{words: "tcp flags", kind: kindTCPFlags, get: getTCPFlags},
		{words: "icmp type", kind: kindICMP, only: IPv4, get: getICMPType},
		{words: "icmp code", kind: kindCode, only: IPv4, get: getICMPCode},
		{words: "icmpv6 type", kind: kindICMP6, only: IPv6, get: getICMPType},
		{words: "icmpv6 code", kind: kindCode6, only: IPv6, get: getICMPCode},
	}
	return append(append(keys, ipKeys()...), portKeys()...)
}

func ipKeys() []nftKey {
	src := func(w *walk) (wide, bool) { return w.src, true }
	dst := func(w *walk) (wide, bool) { return w.dst, true }
	ttl := func(w *walk) (wide, bool) { return number(uint64(w.packet.TTL)) }
	return []nftKey{
		{words: "ip saddr", kind: kindAddr4, only: IPv4, get: src},
		{words: "ip daddr", kind: kindAddr4, only: IPv4, get: dst},
		{words: "ip protocol", kind: kindProto, only: IPv4, get: getProto},
		{words: "ip ttl", kind: kindNumber, only: IPv4, get: ttl},
		{words: "ip6 saddr", kind: kindAddr6, only: IPv6, get: src},
		{words: "ip6 daddr", kind: kindAddr6, only: IPv6, get: dst},
		{words: "ip6 nexthdr", kind: kindProto, only: IPv6, get: getProto},
		{words: "ip6 hoplimit", kind: kindNumber, only: IPv6, get: ttl},
	}
}

func portKeys() []nftKey {
	var out []nftKey
	for _, p := range []struct {
		word  string
		proto packet.Proto
	}{{"tcp", packet.ProtoTCP}, {"udp", packet.ProtoUDP}, {"sctp", packet.ProtoSCTP}, {"th", 0}} {
		has := func(w *walk) bool { return w.packet.Proto == p.proto || p.proto == 0 && hasPorts(w.packet.Proto) }
		out = append(out,
			nftKey{words: p.word + " sport", kind: kindPort, get: func(w *walk) (wide, bool) {
				src, _ := ports(w.packet)
				return wide{0, uint64(src)}, has(w)
			}},
			nftKey{words: p.word + " dport", kind: kindPort, get: func(w *walk) (wide, bool) {
				_, dst := ports(w.packet)
				return wide{0, uint64(dst)}, has(w)
			}})
	}
	return out
}

func getProto(w *walk) (wide, bool) { return number(uint64(w.packet.Proto)) }

func getConnMark(w *walk) (wide, bool) {
	if w.flow == nil {
		return wide{}, false
	}
	return number(uint64(w.flow.mark))
}

// Bits of "ct status".
const (
	ctSeenReply = 1 << 1
	ctAssured   = 1 << 2
	ctConfirmed = 1 << 3
	ctSNAT      = 1 << 4
	ctDNAT      = 1 << 5
)

func getConnStatus(w *walk) (wide, bool) {
	if w.flow == nil {
		return wide{}, false
	}
	n := uint64(0)
	for _, x := range [...]struct {
		have status
		bit  uint64
	}{
		{statusReplied, ctSeenReply},
		{statusAssured, ctAssured},
		{statusConfirmed, ctConfirmed},
		{statusSrcNAT, ctSNAT},
		{statusDstNAT, ctDNAT},
	} {
		if w.flow.status&x.have != 0 {
			n |= x.bit
		}
	}
	return number(n)
}

func fibType(w *walk, a netip.Addr) (wide, bool) {
	if w.at.Stack.IsLocal(a) {
		return number(2)
	}
	kind := w.at.Stack.AddrType(a)
	i := slices.Index(addrTypeNames(), kind)
	return wide{0, uint64(max(i, 0))}, i >= 0
}

func macNumber(m packet.MAC) wide {
	n := uint64(0)
	for _, b := range m {
		n = n<<8 | uint64(b)
	}
	return wide{0, n}
}

func getTCPFlags(w *walk) (wide, bool) {
	if w.packet.TCP == nil {
		return wide{}, false
	}
	return number(uint64(w.packet.TCP.Flags))
}

func getICMPType(w *walk) (wide, bool) {
	if w.packet.ICMP == nil {
		return wide{}, false
	}
	return number(uint64(w.packet.ICMP.Type))
}

func getICMPCode(w *walk) (wide, bool) {
	if w.packet.ICMP == nil {
		return wide{}, false
	}
	return number(uint64(w.packet.ICMP.Code))
}

// nftValue is a value, or all between two.
type nftValue struct {
	lo, hi wide
	link   string // of kindLink
	prefix bool   // the link's name only begins so
}

func (v *nftValue) has(x wide) bool { return !x.less(v.lo) && !v.hi.less(x) }

func (v *nftValue) hasLink(name string) bool {
	if v.prefix {
		return strings.HasPrefix(name, v.link)
	}
	return name == v.link
}

// nftSymbol is a name for a number.
type nftSymbol struct {
	name string
	n    uint64
}

// symbols are the names of a kind's values, in the order in which bits are printed.
func (k nftKind) symbols() []nftSymbol {
	switch k {
	case kindProto:
		var out []nftSymbol
		for _, p := range protoNames() {
			out = append(out, nftSymbol{p.name, uint64(p.proto)})
		}
		return out
	case kindState:
		return []nftSymbol{
			{"invalid", uint64(stateInvalid)},
			{"established", uint64(stateEstablished)},
			{"related", uint64(stateRelated)},
			{"new", uint64(stateNew)},
			{"untracked", uint64(stateUntracked)},
		}
	case kindStatus:
		return []nftSymbol{
			{"expected", 1},
			{"seen-reply", ctSeenReply},
			{"assured", ctAssured},
			{"confirmed", ctConfirmed},
			{"snat", ctSNAT},
			{"dnat", ctDNAT},
			{"dying", 1 << 9},
		}
	case kindTCPFlags:
		return []nftSymbol{{"fin", 1}, {"syn", 2}, {"rst", 4}, {"psh", 8}, {"ack", 16}, {"urg", 32}}
	case kindFib:
		var out []nftSymbol
		for i, n := range addrTypeNames() {
			out = append(out, nftSymbol{strings.ToLower(n), uint64(i)})
		}
		return out
	case kindCode, kindCode6:
		return codeSymbols(k == kindCode6)
	case kindICMP, kindICMP6:
		return icmpSymbols(k == kindICMP6)
	}
	return nil
}

func icmpSymbols(v6 bool) []nftSymbol {
	if v6 {
		return []nftSymbol{
			{"destination-unreachable", 1},
			{"packet-too-big", 2},
			{"time-exceeded", 3},
			{"parameter-problem", 4},
			{"echo-request", 128},
			{"echo-reply", 129},
			{"mld-listener-query", 130},
			{"mld-listener-report", 131},
			{"mld-listener-done", 132},
			{"nd-router-solicit", 133},
			{"nd-router-advert", 134},
			{"nd-neighbor-solicit", 135},
			{"nd-neighbor-advert", 136},
			{"nd-redirect", 137},
			{"router-renumbering", 138},
			{"mld2-listener-report", 143},
		}
	}
	return []nftSymbol{
		{"echo-reply", 0},
		{"destination-unreachable", 3},
		{"source-quench", 4},
		{"redirect", 5},
		{"echo-request", 8},
		{"router-advertisement", 9},
		{"router-solicitation", 10},
		{"time-exceeded", 11},
		{"parameter-problem", 12},
		{"timestamp-request", 13},
		{"timestamp-reply", 14},
		{"info-request", 15},
		{"info-reply", 16},
		{"address-mask-request", 17},
		{"address-mask-reply", 18},
	}
}

// codeSymbols are what an ICMP error says more.
func codeSymbols(v6 bool) []nftSymbol {
	var out []nftSymbol
	for _, f := range rejectForms() {
		if f.v6 == v6 && f.nft != "" {
			out = append(out, nftSymbol{f.nft, uint64(f.code)})
		}
	}
	if !v6 {
		out = append(out, nftSymbol{"frag-needed", 4})
	}
	return out
}

// limit is the greatest number of a kind.
func (k nftKind) limit() uint64 {
	switch k {
	case kindPort:
		return 65535
	case kindMark:
		return 1<<32 - 1
	case kindNumber, kindProto, kindICMP, kindICMP6, kindCode, kindCode6:
		return 255
	}
	return 1<<16 - 1
}

// value parses one value.
func (k nftKind) value(s string) (nftValue, error) {
	switch k {
	case kindLink:
		name, prefix := strings.CutSuffix(s, "*")
		switch {
		case len(s) > 15:
			return nftValue{}, fmt.Errorf("String exceeds maximum length of 16")
		case s == "" || !plainText(s) || strings.ContainsAny(s, " \"\\*/") && !prefix || strings.ContainsAny(name, " \"\\*/"):
			return nftValue{}, fmt.Errorf("the name %q is not simulated", s)
		}
		return nftValue{link: name, prefix: prefix}, nil
	case kindAddr4, kindAddr6:
		return addrValue(s, k == kindAddr6)
	case kindMAC:
		m, ok := packet.ParseMAC(s)
		x := macNumber(m)
		if !ok {
			return nftValue{}, fmt.Errorf("syntax error, unexpected string")
		}
		return nftValue{lo: x, hi: x}, nil
	}
	if a, b, ok := strings.Cut(s, "-"); ok && !k.named(s) {
		lo, err := k.single(a)
		if err != nil {
			return nftValue{}, err
		}
		hi, err := k.single(b)
		if err == nil && hi < lo {
			err = fmt.Errorf("Range negative size")
		}
		return nftValue{lo: wide{0, lo}, hi: wide{0, hi}}, err
	}
	n, err := k.single(s)
	return nftValue{lo: wide{0, n}, hi: wide{0, n}}, err
}

func (k nftKind) named(s string) bool {
	if k == kindPort {
		_, ok := servicePort(s, "")
		return ok
	}
	return slices.ContainsFunc(k.symbols(), func(x nftSymbol) bool { return x.name == s })
}

func (k nftKind) single(s string) (uint64, error) {
	for _, x := range k.symbols() {
		if x.name == s {
			return x.n, nil
		}
	}
	n, err := strconv.ParseUint(s, 0, 64)
	switch {
	case err == nil && n <= k.limit():
		return n, nil
	case err == nil && k == kindPort:
		return 0, fmt.Errorf("Service out of range")
	case err == nil:
		return 0, fmt.Errorf("Value %d exceeds valid range 0-%d", n, k.limit())
	case k == kindPort:
		if p, ok := servicePort(s, ""); ok {
			return uint64(p), nil
		}
		return 0, fmt.Errorf("Could not resolve service: Servname not supported for ai_socktype")
	case k == kindProto:
		return 0, fmt.Errorf("Could not resolve protocol name")
	}
	return 0, fmt.Errorf("Could not parse symbolic %s expression", k.typeName())
}

// typeName is what nft calls the type of a key's values.
func (k nftKind) typeName() string {
	return [...]string{
		"integer", "ipv4_addr", "ipv6_addr", "inet_service", "inet_proto", "mark", "ifname", "icmp_type", "icmpv6_type",
		"fib_addrtype", "ct_state", "ct_status", "ether_addr", "tcp_flag", "icmp_code", "icmpv6_code",
	}[k]
}

func addrValue(s string, v6 bool) (nftValue, error) {
	unknown := fmt.Errorf("Could not resolve hostname: Name or service not known")
	if a, b, ok := strings.Cut(s, "-"); ok {
		lo, err1 := exactAddr(a, v6)
		hi, err2 := exactAddr(b, v6)
		if err1 != nil || err2 != nil {
			return nftValue{}, unknown
		}
		if wideOf(hi).less(wideOf(lo)) {
			return nftValue{}, fmt.Errorf("Range negative size")
		}
		return nftValue{lo: wideOf(lo), hi: wideOf(hi)}, nil
	}
	text, length, masked := strings.Cut(s, "/")
	a, err := exactAddr(text, v6)
	if err != nil {
		return nftValue{}, unknown
	}
	x := wideOf(a)
	if !masked {
		return nftValue{lo: x, hi: x}, nil
	}
	n, err := strconv.ParseUint(length, 10, 8)
	if err != nil || n > uint64(a.BitLen()) {
		return nftValue{}, fmt.Errorf("Prefix length %s is invalid for type of %d bits width", length, a.BitLen())
	}
	return prefixValue(x.and(prefixMask(int(n), v6)), int(n), v6), nil
}

// prefixValue is all addresses of a network.
func prefixValue(x wide, n int, v6 bool) nftValue {
	m := prefixMask(n, v6)
	host := wide{^m.hi, ^m.lo}
	if !v6 {
		host = wide{0, ^m.lo & 0xffffffff}
	}
	return nftValue{lo: x, hi: wide{x.hi | host.hi, x.lo | host.lo}}
}

// text is the value as nft prints it.
func (k nftKind) text(v nftValue) string {
	switch k {
	case kindLink:
		if v.prefix {
			return strconv.Quote(v.link + "*")
		}
		return strconv.Quote(v.link)
	case kindAddr4, kindAddr6:
		return addrText(v, k == kindAddr6)
	}
	if v.lo != v.hi {
		return k.oneText(v.lo.lo) + "-" + k.oneText(v.hi.lo)
	}
	return k.oneText(v.lo.lo)
}

func (k nftKind) oneText(n uint64) string {
	switch k {
	case kindMark:
		return fmt.Sprintf("0x%08x", n)
	case kindMAC:
		var m packet.MAC
		for i := range m {
			m[i] = byte(n >> (40 - 8*i))
		}
		return m.String()
	}
	for _, x := range k.symbols() {
		if x.n == n {
			return x.name
		}
	}
	return strconv.FormatUint(n, 10)
}

func addrText(v nftValue, v6 bool) string {
	width := 32
	if v6 {
		width = 128
	}
	for n := range width + 1 {
		if v.lo.and(prefixMask(n, v6)) == v.lo && prefixValue(v.lo, n, v6) == v {
			if n == width {
				return v.lo.addr(v6).String()
			}
			return v.lo.addr(v6).String() + "/" + strconv.Itoa(n)
		}
	}
	return v.lo.addr(v6).String() + "-" + v.hi.addr(v6).String()
}

// bitsText is a set of bits by its names.
func (k nftKind) bitsText(bits uint64, between string) string {
	var out []string
	for _, x := range k.symbols() {
		if bits&x.n != 0 {
			out = append(out, x.name)
		}
	}
	return strings.Join(out, between)
}

// sortValues brings the values of a set into the order in which nft prints them.
func (k nftKind) sortValues(list []nftValue) {
	if k == kindLink {
		return
	}
	slices.SortStableFunc(list, func(a, b nftValue) int {
		return cmp.Or(cmp.Compare(a.lo.hi, b.lo.hi), cmp.Compare(a.lo.lo, b.lo.lo))
	})
}
