package netfilter

import (
	"fmt"
	"strconv"
	"strings"
)

// How nft prints the rules of iptables: what it has words for in these, the rest as "xt match". iptables: xlate in
// extensions/*.c; nftables: src/xt.c

// foreign reports whether the rule has parts in the kernel that are iptables' own.
func (r *xtRule) foreign() bool {
	for _, m := range r.matches {
		switch m := m.(type) {
		case *matchLimit:
		case *matchTCP:
			if m.nft(r) == "" {
				return true
			}
		case *matchUDP:
			if m.proto != "udp" || m.nft(r) == "" {
				return true
			}
		case *matchMark:
			if m.conn {
				return true
			}
		default:
			return true
		}
	}
	_, verdict := r.target.(targetVerdict)
	return r.target != nil && !verdict
}

// nftText is the whole rule.
func (r *xtRule) nftText(of *Rule, noCount bool) string {
	var words []string
	add := func(s string) {
		if s != "" {
			words = append(words, s)
		}
	}
	add(r.in.nft("iifname"))
	add(r.out.nft("oifname"))
	add(r.nftProto())
	add(r.src.nft(r.ipWord() + " saddr"))
	add(r.dst.nft(r.ipWord() + " daddr"))
	for _, m := range r.matches {
		words = append(words, m.(nftPrinter).nft(r))
	}
	if noCount {
		add("counter")
	} else {
		add(fmt.Sprintf("counter packets %d bytes %d", of.Packets, of.Bytes))
	}
	add(r.nftTarget())
	return strings.Join(words, " ")
}

// nftPrinter is an extension that nft has words for.
type nftPrinter interface{ nft(r *xtRule) string }

func (r *xtRule) ipWord() string {
	if r.family == IPv6 {
		return "ip6"
	}
	return "ip"
}

func (x *xtAddr) nft(words string) string {
	if x.any() {
		return ""
	}
	a := x.addr.addr(x.v6).String()
	n, prefix := x.bits()
	switch {
	case !prefix && x.invert:
		return words + " & " + x.mask.addr(x.v6).String() + " != " + a
	case !prefix:
		return words + " & " + x.mask.addr(x.v6).String() + " == " + a
	case n < 128 && (x.v6 || n < 32):
		a += "/" + strconv.Itoa(n)
	}
	return words + " " + not(x.invert) + a
}

func not(yes bool) string {
	if yes {
		return "!= "
	}
	return ""
}

func (x *xtLink) nft(word string) string {
	if x.unset() {
		return ""
	}
	name := x.name
	if x.prefix {
		name += "*"
	}
	if x.name == "" {
		name = "INVAL/D"
		return word + " " + strconv.Quote(name)
	}
	return word + " " + not(x.invert) + strconv.Quote(name)
}

// nftProto is the protocol, unless ports say it.
func (r *xtRule) nftProto() string {
	if r.proto.number == 0 || r.portsSayProto() {
		return ""
	}
	return "meta l4proto " + not(r.proto.invert) + protoName(r.proto.number)
}

// portsSayProto reports whether the first match is for ports or flags: nft then leaves the protocol out.
func (r *xtRule) portsSayProto() bool {
	if len(r.matches) == 0 {
		return false
	}
	switch m := r.matches[0].(type) {
	case *matchTCP:
		return !m.sport.plain() || !m.dport.plain() || m.mask != 0
	case *matchUDP:
		return m.proto == "udp" && (!m.sport.plain() || !m.dport.plain())
	}
	return false
}

func (x portRange) plain() bool { return x.all() && !x.invert }

func (x portRange) nft(words string) string {
	if x.plain() {
		return ""
	}
	first, last := strconv.Itoa(int(x.first)), strconv.Itoa(int(x.last))
	switch {
	case x.first == x.last:
		return " " + words + " " + not(x.invert) + first
	case x.above:
		return " " + words + " > " + strconv.Itoa(int(x.first)-1)
	case x.fromZero() && !x.invert:
		return " " + words + " <= " + last
	}
	return " " + words + " " + not(x.invert) + first + "-" + last
}

func (m *matchPorts) nft(*xtRule) string {
	s := m.sport.nft(m.proto+" sport") + m.dport.nft(m.proto+" dport")
	return strings.TrimPrefix(s, " ")
}

func (m *matchTCP) nft(r *xtRule) string {
	if m.mask == 0 && !m.invert {
		return m.matchPorts.nft(r)
	}
	return m.nftFlags() + m.sport.nft("tcp sport") + m.dport.nft("tcp dport")
}

// nftFlags is a comparison of flags. That none of some is set has a form of its own.
func (m *matchTCP) nftFlags() string {
	mask := kindTCPFlags.bitsText(uint64(m.mask), ",")
	switch {
	case m.want == 0 && !m.invert:
		return "tcp flags ! " + mask
	case m.want == 0:
		return "tcp flags " + mask
	}
	return "tcp flags " + not(m.invert) + kindTCPFlags.bitsText(uint64(m.want), ",") + " / " + mask
}

func (m *matchICMP) nft(*xtRule) string {
	words, kind := "icmp type", kindICMP
	if m.v6 {
		words, kind = "icmpv6 type", kindICMP6
	}
	switch {
	case m.kind == 0xff && m.v6:
		return "meta l4proto ipv6-icmp"
	case m.kind == 0xff:
		return "ip protocol icmp"
	case m.first != 0 || m.last != 255:
		return "xt match " + m.name()
	}
	return words + " " + not(m.invert) + kind.oneText(uint64(m.kind))
}

func (m *matchComment) nft(*xtRule) string { return "" }

func (m *matchMark) nft(*xtRule) string {
	if !m.conn {
		if m.mask == ^uint32(0) {
			return "meta mark " + not(m.invert) + kindMark.oneText(uint64(m.value))
		}
		return fmt.Sprintf("meta mark & 0x%08x %s 0x%08x", m.mask, equals(m.invert), m.value)
	}
	if m.mask == ^uint32(0) {
		return fmt.Sprintf("ct mark %s0x%x", not(m.invert), m.value)
	}
	return fmt.Sprintf("ct mark and 0x%x %s 0x%x", m.mask, equals(m.invert), m.value)
}

func equals(invert bool) string {
	if invert {
		return "!="
	}
	return "=="
}

func (m *matchMultiport) nft(r *xtRule) string {
	var words []string
	for _, x := range m.ranges {
		var b strings.Builder
		x.save(&b, "")
		w := strings.ReplaceAll(strings.TrimLeft(b.String(), " "), ":", "-")
		if m.which == "ports" {
			var each []string
			for _, p := range strings.Split(w, "-") {
				each = append(each, "0-65535 . "+p, p+" . 0-65535")
			}
			w = strings.Join(each, ", ")
		}
		words = append(words, w)
	}
	list := words[0]
	if len(words) > 1 || m.which == "ports" {
		list = "{ " + strings.Join(words, ", ") + " }"
	}
	if m.which == "ports" {
		return m.proto + " sport . " + m.proto + " dport " + list
	}
	return m.proto + " " + strings.TrimSuffix(m.which, "s") + " " + not(m.invert) + list
}

func (m *matchLimit) nft(*xtRule) string {
	rate, unit, _ := strings.Cut(m.rate(), "/")
	unit = map[string]string{"sec": "second", "min": "minute", "hour": "hour", "day": "day"}[unit]
	text := "limit rate " + rate + "/" + unit
	if m.burst != usualBurst {
		text += fmt.Sprintf(" burst %d packets", m.burst)
	}
	return text
}

func (m *matchRange) nft(r *xtRule) string {
	var words []string
	for _, x := range m.ends() {
		if x.set {
			words = append(words, r.ipWord()+" "+x.word[:1]+"addr "+not(x.invert)+m.text(x.addrRange))
		}
	}
	return strings.Join(words, " ")
}

func (m *matchMAC) nft(*xtRule) string { return "ether saddr " + not(m.invert) + m.mac.String() }

func (m *matchPhysdev) nft(*xtRule) string { return "xt match physdev" }

func (m *matchAddrType) nft(*xtRule) string {
	side := func(x *addrTypes, word string) string {
		types := strings.ToLower(strings.ReplaceAll(x.String(), ",", ", "))
		if strings.Contains(types, ",") {
			types = "{ " + types + " }"
		}
		return "fib " + word + " type " + not(x.invert) + types
	}
	if m.src.set != 0 { // the other one is not printed, but for its "!"
		src := m.src
		src.invert = src.invert || m.dst.invert
		return side(&src, "saddr")
	}
	return side(&m.dst, "daddr")
}

func (m *matchState) nft(*xtRule) string { return "ct state " + m.states.nft(m.invert) }

func (x connState) nft(invert bool) string {
	s := strings.ToLower(x.String())
	if invert {
		return "! " + s
	}
	return s
}

func (m *matchConntrack) nft(*xtRule) string {
	var words []string
	if m.dir != 0 {
		words = append(words, "ct direction "+[...]string{"original", "reply"}[m.dir-1])
	}
	if m.proto.number != 0 {
		words = append(words, fmt.Sprintf("ct original protocol %s%d", not(m.proto.invert), m.proto.number))
	}
	if s := m.state &^ (stateSNAT | stateDNAT); s != 0 {
		words = append(words, "ct state "+s.nft(m.negate))
	}
	if s := m.state & (stateSNAT | stateDNAT); s != 0 {
		words = append(words, "ct status "+s.nft(false))
	}
	ends := [...]string{"original saddr", "original daddr", "reply saddr", "reply daddr"}
	for i, e := range ends {
		if x := m.addrs[i]; x.set {
			words = append(words, "ct "+e+" "+not(x.invert)+x.short(true, m.v6))
		}
	}
	for i, e := range [...]string{"original proto-src", "original proto-dst", "reply proto-src", "reply proto-dst"} {
		if m.ports[i].set {
			words = append(words, strings.TrimPrefix(m.ports[i].nft("ct "+e), " "))
		}
	}
	return strings.Join(words, " ")
}

// nftTarget is what the rule does.
func (r *xtRule) nftTarget() string {
	switch {
	case r.jump.to != "" && r.jump.leave:
		return "goto " + r.jump.to
	case r.jump.to != "":
		return "jump " + r.jump.to
	case r.target == nil:
		return ""
	}
	switch t := r.target.(type) {
	case targetVerdict:
		return strings.ToLower(t.name())
	case *targetReject:
		return t.nft()
	case *targetLog:
		return t.nft()
	case *targetMark:
		return "meta mark set " + nftMarkChange("mark", t.value, t.mask)
	case *targetConnmark:
		return t.nft()
	case *targetNotrack:
		return "notrack"
	case *targetNAT:
		return t.nft()
	}
	return "xt target " + r.target.name()
}

func (t *targetReject) nft() string {
	f := t.answer.form(t.v6)
	switch {
	case t.answer == RejectReset:
		return "reject with tcp reset"
	case t.answer == usualReject(t.v6):
		return "reject"
	case t.v6:
		return "reject with icmpv6 type " + f.nft
	}
	return "reject with icmp type " + f.nft
}

func (t *targetLog) nft() string {
	l := nftLog{prefix: t.prefix, level: t.level}
	s := l.String()
	for _, f := range []struct {
		bit  uint8
		text string
	}{
		{logSequence, "tcp sequence"},
		{logTCPOptions, "tcp options"},
		{logIPOptions, "ip options"},
		{logUID, "skuid"},
		{logMAC, "ether"},
	} {
		if t.flags&f.bit != 0 {
			s += " flags " + f.text
		}
	}
	return s
}

func nftMarkChange(of string, value, mask uint32) string {
	switch {
	case mask == ^uint32(0):
		return fmt.Sprintf("0x%x", value)
	case value == 0:
		return fmt.Sprintf("%s and 0x%x", of, ^mask)
	case value == mask:
		return fmt.Sprintf("%s or 0x%x", of, value)
	case mask == 0:
		return fmt.Sprintf("%s xor 0x%x", of, value)
	}
	return fmt.Sprintf("%s and 0x%x xor 0x%x", of, ^mask, value)
}

func (t *targetConnmark) nft() string {
	masked := func(s string) string {
		if t.mask == ^uint32(0) {
			return s
		}
		return fmt.Sprintf("%s and 0x%x", s, t.mask)
	}
	switch t.mode {
	case "save":
		return "ct mark set " + masked("mark")
	case "restore":
		return "meta mark set " + masked("ct mark")
	}
	return "ct mark set " + nftMarkChange("ct mark", t.value, t.mask)
}

func (t *targetNAT) nft() string {
	x := nftNAT{word: strings.ToLower(t.word), v6: t.v6, to: t.to}
	return x.String()
}
