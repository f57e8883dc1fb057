package netfilter

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// newMatch makes an extension for -m. What iptables has and this program has not is refused by name.
func newMatch(name string, f Family) (xtMatch, error) {
	switch name {
	case "tcp":
		return &matchTCP{matchPorts: newPorts("tcp")}, nil
	case "udp", "sctp":
		return &matchUDP{newPorts(name)}, nil
	case "icmp":
		if f == IPv4 {
			return &matchICMP{}, nil
		}
	case "icmp6", "icmpv6":
		if f == IPv6 {
			return &matchICMP{v6: true}, nil
		}
	case "conntrack":
		return &matchConntrack{v6: f == IPv6}, nil
	case "state":
		return &matchState{}, nil
	case "comment":
		return &matchComment{}, nil
	case "addrtype":
		return &matchAddrType{}, nil
	case "mark":
		return &matchMark{}, nil
	case "connmark":
		return &matchMark{conn: true}, nil
	case "multiport":
		return &matchMultiport{}, nil
	case "limit":
		return newLimit(), nil
	case "iprange":
		return &matchRange{v6: f == IPv6}, nil
	case "mac":
		return &matchMAC{}, nil
	case "physdev":
		return &matchPhysdev{}, nil
	}
	if slices.Contains(otherMatches(), name) {
		return nil, unsimulated("match", name)
	}
	return nil, usage("Couldn't load match `%s':No such file or directory\n", name)
}

// otherMatches are iptables' extensions that are not modelled.
func otherMatches() []string {
	return []string{
		"ah", "bpf", "cgroup", "cluster", "connbytes", "connlabel", "connlimit", "cpu", "dccp", "devgroup", "dscp", "ecn",
		"esp", "hashlimit", "helper", "ipvs", "length", "nfacct", "osf", "owner", "pkttype", "policy", "quota", "rateest",
		"realm", "recent", "rpfilter", "set", "socket", "statistic", "string", "tcpmss", "time", "tos", "ttl", "u32",
		"dst", "eui64", "frag", "hbh", "hl", "ipv6header", "mh", "rt", "srh",
	}
}

// matchPorts is what tcp, udp and sctp have in common.
type matchPorts struct {
	proto    string
	sport    portRange
	dport    portRange
	srcTaken bool
	dstTaken bool
}

// portRange is one port or more that follow each other.
type portRange struct {
	first, last uint16
	invert      bool
	above       bool // it was "! :PORT"
}

func newPorts(proto string) matchPorts {
	all := portRange{last: 65535}
	return matchPorts{proto: proto, sport: all, dport: all}
}

func (x portRange) all() bool { return x.first == 0 && x.last == 65535 }

func (x portRange) match(p uint16) bool { return (p >= x.first && p <= x.last) != x.invert }

func (m *matchPorts) name() string { return m.proto }
func (m *matchPorts) tracks() bool { return false }

func (m *matchPorts) options() []option {
	return []option{
		{name: "source-port", args: 1},
		{name: "sport", args: 1},
		{name: "destination-port", args: 1},
		{name: "dport", args: 1},
	}
}

func (m *matchPorts) set(_ *specParser, a argument) error {
	to, taken, long := &m.dport, &m.dstTaken, "destination-port"
	if a.name == "sport" || a.name == "source-port" {
		to, taken, long = &m.sport, &m.srcTaken, "source-port"
	}
	if *taken {
		return usage("Only one `--%s' allowed", long)
	}
	*taken = true
	proto := m.proto
	if proto == "udp" {
		proto = "" // takes names of any protocol
	}
	r, err := portsOf(a.value, proto)
	r.invert = a.invert
	if r.fromZero() && r.invert { // as it comes back from the kernel
		r = portRange{first: r.last + 1, last: 65535, above: true}
	}
	*to = r
	return err
}

// fromZero reports whether the kernel compares with the last port only.
func (x portRange) fromZero() bool { return x.first == 0 && x.last > 0 && x.last < 65535 }

// portsOf parses a port, or two with a colon between; either may be left out. Names are of a protocol, "" is any.
func portsOf(s, proto string) (portRange, error) {
	first, last, isRange := strings.Cut(s, ":")
	r := portRange{last: 65535}
	var err error
	if first != "" || !isRange {
		if r.first, err = portOf(first, proto); err != nil {
			return r, err
		}
	}
	switch {
	case !isRange:
		r.last = r.first
	case last != "":
		if r.last, err = portOf(last, proto); err != nil {
			return r, err
		}
	}
	if r.first > r.last {
		return r, usage("invalid portrange (min > max)")
	}
	return r, nil
}

func portOf(s, proto string) (uint16, error) {
	if n, err := strconv.ParseUint(s, 0, 16); err == nil {
		return uint16(n), nil
	}
	if n, ok := servicePort(s, proto); ok {
		return n, nil
	}
	if proto == "" {
		return 0, usage("Port \"%s\" does not resolve to anything.\n", s)
	}
	return 0, usage("invalid port/service `%s' specified", s)
}

func (m *matchPorts) check(p *specParser) error {
	want := map[string]packet.Proto{"tcp": packet.ProtoTCP, "udp": packet.ProtoUDP, "sctp": packet.ProtoSCTP}[m.proto]
	if p.rule.proto.number != want || p.rule.proto.invert {
		return usage("%s match requires '-p %s'", strings.ToUpper(m.proto), m.proto)
	}
	return nil
}

func (m *matchPorts) match(w *walk) bool {
	src, dst := ports(w.packet)
	return m.sport.match(src) && m.dport.match(dst)
}

func (m *matchPorts) save(b *strings.Builder) {
	m.sport.save(b, "--sport")
	m.dport.save(b, "--dport")
}

func (x portRange) save(b *strings.Builder, option string) {
	if x.all() && !x.invert {
		return
	}
	inverted(b, x.invert)
	b.WriteString(" " + option + " " + strconv.Itoa(int(x.first)))
	if x.first != x.last {
		b.WriteString(":" + strconv.Itoa(int(x.last)))
	}
}

func (m *matchPorts) list(b *strings.Builder, numeric bool) {
	b.WriteString(" " + m.proto)
	m.sport.list(b, "spt", m.proto, numeric)
	m.dport.list(b, "dpt", m.proto, numeric)
}

func (x portRange) list(b *strings.Builder, word, proto string, numeric bool) {
	if x.all() && !x.invert {
		return
	}
	b.WriteString(" " + word)
	if x.first != x.last {
		b.WriteString("s")
	}
	b.WriteString(":")
	if x.invert {
		b.WriteString("!")
	}
	b.WriteString(portWord(x.first, proto, numeric))
	if x.first != x.last {
		b.WriteString(":" + portWord(x.last, proto, numeric))
	}
}

func portWord(p uint16, proto string, numeric bool) string {
	if !numeric {
		if name := serviceName(p, proto); name != "" {
			return name
		}
	}
	return strconv.Itoa(int(p))
}

// matchUDP is -m udp, and -m sctp as far as ports go.
type matchUDP struct{ matchPorts }

// matchTCP is -m tcp.
type matchTCP struct {
	matchPorts
	mask, want packet.TCPFlags
	invert     bool
}

func (m *matchTCP) options() []option {
	return append(m.matchPorts.options(), option{name: "syn"}, option{name: "tcp-flags", args: 2})
}

func (m *matchTCP) set(p *specParser, a argument) error {
	switch a.name {
	case "syn":
		if m.mask != 0 {
			return usage("Only one of `--syn' or `--tcp-flags'  allowed")
		}
		m.mask, m.want, m.invert = packet.SYN|packet.RST|packet.ACK|packet.FIN, packet.SYN, a.invert
		return nil
	case "tcp-flags":
		return m.setFlags(a)
	}
	return m.matchPorts.set(p, a)
}

func (m *matchTCP) setFlags(a argument) error {
	if m.mask != 0 {
		return usage("Only one of `--syn' or `--tcp-flags'  allowed")
	}
	mask, err := tcpFlagsOf(a.value)
	if err != nil {
		return err
	}
	want, err := tcpFlagsOf(a.second)
	m.mask, m.want, m.invert = mask, want, a.invert
	return err
}

type tcpFlagName struct {
	name string
	bit  packet.TCPFlags
}

func tcpFlagNames() []tcpFlagName {
	return []tcpFlagName{
		{"FIN", packet.FIN},
		{"SYN", packet.SYN},
		{"RST", packet.RST},
		{"PSH", packet.PSH},
		{"ACK", packet.ACK},
		{"URG", packet.URG},
	}
}

const allTCPFlags = packet.FIN | packet.SYN | packet.RST | packet.PSH | packet.ACK | packet.URG

func tcpFlagsOf(s string) (packet.TCPFlags, error) {
	var f packet.TCPFlags
next:
	for _, word := range strings.Split(s, ",") {
		switch strings.ToUpper(word) {
		case "ALL":
			f |= allTCPFlags
			continue
		case "NONE":
			continue
		}
		for _, x := range tcpFlagNames() {
			if strings.EqualFold(x.name, word) {
				f |= x.bit
				continue next
			}
		}
		return 0, usage("Unknown TCP flag `%s'", word)
	}
	return f, nil
}

func tcpFlagsText(f packet.TCPFlags) string {
	var out []string
	for _, x := range tcpFlagNames() {
		if f&x.bit != 0 {
			out = append(out, x.name)
		}
	}
	if out == nil {
		return "NONE"
	}
	return strings.Join(out, ",")
}

func (m *matchTCP) match(w *walk) bool {
	t := w.packet.TCP
	return t != nil && m.sport.match(t.SrcPort) && m.dport.match(t.DstPort) &&
		(m.mask == 0 && !m.invert || (t.Flags&m.mask == m.want) != m.invert)
}

func (m *matchTCP) save(b *strings.Builder) {
	m.matchPorts.save(b)
	if m.mask == 0 && !m.invert {
		return
	}
	inverted(b, m.invert)
	b.WriteString(" --tcp-flags " + tcpFlagsText(m.mask) + " " + tcpFlagsText(m.want))
}

func (m *matchTCP) list(b *strings.Builder, numeric bool) {
	m.matchPorts.list(b, numeric)
	if m.mask == 0 && !m.invert {
		return
	}
	b.WriteString(" flags:")
	if m.invert {
		b.WriteString("!")
	}
	if numeric {
		fmt.Fprintf(b, "0x%02X/0x%02X", uint8(m.mask), uint8(m.want))
		return
	}
	b.WriteString(tcpFlagsText(m.mask) + "/" + tcpFlagsText(m.want))
}

// matchICMP is -m icmp and -m icmp6.
type matchICMP struct {
	v6          bool
	given       bool
	kind        uint8
	first, last uint8
	any, invert bool
}

func (m *matchICMP) name() string {
	if m.v6 {
		return "icmp6"
	}
	return "icmp"
}

func (m *matchICMP) tracks() bool { return false }

func (m *matchICMP) option() string {
	if m.v6 {
		return "icmpv6-type"
	}
	return "icmp-type"
}

func (m *matchICMP) options() []option { return []option{{name: m.option(), args: 1}} }

func (m *matchICMP) set(_ *specParser, a argument) error {
	m.given, m.invert = true, a.invert
	for _, n := range icmpNames(m.v6) {
		if strings.EqualFold(n.name, a.value) {
			m.kind, m.first, m.last, m.any = n.kind, n.first, n.last, n.kind == 0xff
			return nil
		}
	}
	return m.setNumber(a.value)
}

func (m *matchICMP) setNumber(s string) error {
	kind, code, coded := strings.Cut(s, "/")
	n, err := strconv.ParseUint(kind, 0, 8)
	if err != nil {
		if m.v6 {
			return usage("Unknown ICMPv6 type `%s'", s)
		}
		return usage("Unknown ICMP type `%s'", s)
	}
	m.kind, m.first, m.last = uint8(n), 0, 255
	if coded {
		c, err := strconv.ParseUint(code, 0, 8)
		if err != nil {
			return usage("Unknown ICMP code `%s'", s)
		}
		m.first, m.last = uint8(c), uint8(c)
	}
	return nil
}

func (m *matchICMP) check(*specParser) error {
	if !m.given {
		return usage("%s: option \"--%s\" must be specified\n", m.name(), m.option())
	}
	return nil
}

func (m *matchICMP) match(w *walk) bool {
	x := w.packet.ICMP
	if x == nil {
		return false
	}
	return (m.any || x.Type == m.kind && x.Code >= m.first && x.Code <= m.last) != m.invert
}

func (m *matchICMP) save(b *strings.Builder) {
	inverted(b, m.invert)
	b.WriteString(" --" + m.option() + " " + m.text())
}

func (m *matchICMP) text() string {
	switch {
	case m.kind == 0xff:
		return "any"
	case m.first == 0 && m.last == 255:
		return strconv.Itoa(int(m.kind))
	}
	return fmt.Sprintf("%d/%d", m.kind, m.first)
}

func (m *matchICMP) list(b *strings.Builder, numeric bool) {
	word := " icmp"
	if m.v6 {
		word = " ipv6-icmp"
	}
	bang := ""
	if m.invert {
		bang = "!"
	}
	if !numeric {
		if n := m.wordName(); n != "" {
			b.WriteString(word + " " + bang + n)
			return
		}
	}
	if m.invert {
		word += " !"
	}
	b.WriteString(word + "type " + strconv.Itoa(int(m.kind)))
	switch {
	case m.first == m.last:
		b.WriteString(" code " + strconv.Itoa(int(m.first)))
	case m.first != 0 || m.last != 255:
		fmt.Fprintf(b, " codes %d-%d", m.first, m.last)
	}
}

func (m *matchICMP) wordName() string {
	for _, n := range icmpNames(m.v6) {
		if n.kind == m.kind && n.first == m.first && n.last == m.last {
			return n.name
		}
	}
	return ""
}

// icmpName is a message by name. iptables: extensions/libxt_icmp.h
type icmpName struct {
	name        string
	kind        uint8
	first, last uint8
}

func icmpNames(v6 bool) []icmpName {
	if v6 {
		return []icmpName{
			{"destination-unreachable", 1, 0, 255},
			{"no-route", 1, 0, 0},
			{"communication-prohibited", 1, 1, 1},
			{"beyond-scope", 1, 2, 2},
			{"address-unreachable", 1, 3, 3},
			{"port-unreachable", 1, 4, 4},
			{"failed-policy", 1, 5, 5},
			{"reject-route", 1, 6, 6},
			{"packet-too-big", 2, 0, 255},
			{"time-exceeded", 3, 0, 255},
			{"ttl-exceeded", 3, 0, 255},
			{"ttl-zero-during-transit", 3, 0, 0},
			{"ttl-zero-during-reassembly", 3, 1, 1},
			{"parameter-problem", 4, 0, 255},
			{"bad-header", 4, 0, 0},
			{"unknown-header-type", 4, 1, 1},
			{"unknown-option", 4, 2, 2},
			{"echo-request", 128, 0, 255},
			{"ping", 128, 0, 255},
			{"echo-reply", 129, 0, 255},
			{"pong", 129, 0, 255},
			{"router-solicitation", 133, 0, 255},
			{"router-advertisement", 134, 0, 255},
			{"neighbour-solicitation", 135, 0, 255},
			{"neighbor-solicitation", 135, 0, 255},
			{"neighbour-advertisement", 136, 0, 255},
			{"neighbor-advertisement", 136, 0, 255},
			{"redirect", 137, 0, 255},
		}
	}
	return []icmpName{
		{"any", 0xff, 0, 255},
		{"echo-reply", 0, 0, 255},
		{"pong", 0, 0, 255},
		{"destination-unreachable", 3, 0, 255},
		{"network-unreachable", 3, 0, 0},
		{"host-unreachable", 3, 1, 1},
		{"protocol-unreachable", 3, 2, 2},
		{"port-unreachable", 3, 3, 3},
		{"fragmentation-needed", 3, 4, 4},
		{"source-route-failed", 3, 5, 5},
		{"network-unknown", 3, 6, 6},
		{"host-unknown", 3, 7, 7},
		{"network-prohibited", 3, 9, 9},
		{"host-prohibited", 3, 10, 10},
		{"TOS-network-unreachable", 3, 11, 11},
		{"TOS-host-unreachable", 3, 12, 12},
		{"communication-prohibited", 3, 13, 13},
		{"host-precedence-violation", 3, 14, 14},
		{"precedence-cutoff", 3, 15, 15},
		{"source-quench", 4, 0, 255},
		{"redirect", 5, 0, 255},
		{"network-redirect", 5, 0, 0},
		{"host-redirect", 5, 1, 1},
		{"TOS-network-redirect", 5, 2, 2},
		{"TOS-host-redirect", 5, 3, 3},
		{"echo-request", 8, 0, 255},
		{"ping", 8, 0, 255},
		{"router-advertisement", 9, 0, 255},
		{"router-solicitation", 10, 0, 255},
		{"time-exceeded", 11, 0, 255},
		{"ttl-exceeded", 11, 0, 255},
		{"ttl-zero-during-transit", 11, 0, 0},
		{"ttl-zero-during-reassembly", 11, 1, 1},
		{"parameter-problem", 12, 0, 255},
		{"ip-header-bad", 12, 0, 0},
		{"required-option-missing", 12, 1, 1},
		{"timestamp-request", 13, 0, 255},
		{"timestamp-reply", 14, 0, 255},
		{"address-mask-request", 17, 0, 255},
		{"address-mask-reply", 18, 0, 255},
	}
}

// matchComment is -m comment.
type matchComment struct {
	text  string
	given bool
}

func (m *matchComment) name() string      { return "comment" }
func (m *matchComment) tracks() bool      { return false }
func (m *matchComment) options() []option { return []option{{name: "comment", args: 1}} }
func (m *matchComment) match(*walk) bool  { return true }

// maxComment is the size of xt_comment_info.
const maxComment = 256

func (m *matchComment) set(_ *specParser, a argument) error {
	if err := a.plain(m); err != nil {
		return err
	}
	if len(a.value) >= maxComment {
		return usage("COMMENT must be shorter than %d characters", maxComment)
	}
	if !plainText(a.value) {
		return usage("a comment with control characters is not simulated")
	}
	m.text, m.given = a.value, true
	return nil
}

func (m *matchComment) check(*specParser) error {
	if !m.given {
		return usage("comment: option \"--comment\" must be specified\n")
	}
	return nil
}

func (m *matchComment) save(b *strings.Builder) { b.WriteString(" --comment " + quoteWord(m.text)) }

func (m *matchComment) list(b *strings.Builder, _ bool) { b.WriteString(" /* " + m.text + " */") }

// matchMark is -m mark and -m connmark.
type matchMark struct {
	conn        bool
	given       bool
	value, mask uint32
	invert      bool
}

func (m *matchMark) name() string {
	if m.conn {
		return "connmark"
	}
	return "mark"
}

func (m *matchMark) tracks() bool      { return m.conn }
func (m *matchMark) options() []option { return []option{{name: "mark", args: 1}} }

func (m *matchMark) set(_ *specParser, a argument) error {
	value, mask, ok := markOf(a.value)
	if !ok {
		return usage("%s: bad integer value for option \"--mark\", or out of range.\n", m.name())
	}
	m.value, m.mask, m.given, m.invert = value, mask, true, a.invert
	return nil
}

// markOf parses VALUE[/MASK].
func markOf(s string) (value, mask uint32, ok bool) {
	v, m, masked := strings.Cut(s, "/")
	n, err := strconv.ParseUint(v, 0, 32)
	if err != nil {
		return 0, 0, false
	}
	if !masked {
		return uint32(n), ^uint32(0), true
	}
	k, err := strconv.ParseUint(m, 0, 32)
	return uint32(n), uint32(k), err == nil
}

func (m *matchMark) check(*specParser) error {
	if !m.given {
		return usage("%s: option \"--mark\" must be specified\n", m.name())
	}
	return nil
}

func (m *matchMark) match(w *walk) bool {
	mark := w.packet.Mark
	if m.conn {
		if w.flow == nil {
			return false
		}
		mark = w.flow.mark
	}
	return (mark&m.mask == m.value) != m.invert
}

func (m *matchMark) save(b *strings.Builder) {
	inverted(b, m.invert)
	b.WriteString(" --mark " + maskedHex(m.value, m.mask))
}

func maskedHex(value, mask uint32) string {
	if mask == ^uint32(0) {
		return fmt.Sprintf("0x%x", value)
	}
	return fmt.Sprintf("0x%x/0x%x", value, mask)
}

func (m *matchMark) list(b *strings.Builder, _ bool) {
	b.WriteString(" " + m.name() + " match")
	if m.conn {
		b.WriteString(" ")
	}
	inverted(b, m.invert)
	b.WriteString(" " + maskedHex(m.value, m.mask))
}

// matchMultiport is -m multiport.
type matchMultiport struct {
	which  string // sports, dports or ports
	ranges []portRange
	invert bool
	proto  string
}

func (m *matchMultiport) name() string { return "multiport" }
func (m *matchMultiport) tracks() bool { return false }

func (m *matchMultiport) options() []option {
	return []option{
		{name: "source-ports", args: 1},
		{name: "sports", args: 1},
		{name: "destination-ports", args: 1},
		{name: "dports", args: 1},
		{name: "ports", args: 1},
	}
}

// maxMultiports is how many ports -m multiport takes; a range counts as two.
const maxMultiports = 15

func (m *matchMultiport) set(p *specParser, a argument) error {
	if m.which != "" {
		return usage("multiport: option \"--%s\" cannot be used together with \"--%s\".\n", fullName(a.name), fullName(m.which))
	}
	m.which = strings.NewReplacer("source-", "s", "destination-", "d").Replace(a.name)
	m.invert = a.invert
	count := 0
	for _, s := range strings.Split(a.value, ",") {
		r, err := portsOf(s, p.protoWord())
		if err != nil {
			return err
		}
		m.ranges = append(m.ranges, r)
		if count++; strings.Contains(s, ":") {
			count++
		}
	}
	if count > maxMultiports {
		return usage("too many ports specified")
	}
	return nil
}

func (m *matchMultiport) check(p *specParser) error {
	if m.which == "" {
		return usage("multiport expection an option")
	}
	m.proto = p.rule.proto.number.String()
	if p.rule.proto.invert {
		return usage("multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP")
	}
	if !p.forPorts() {
		return usage("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'")
	}
	return nil
}

func (m *matchMultiport) match(w *walk) bool {
	src, dst := ports(w.packet)
	return m.has(src, dst) != m.invert
}

func (m *matchMultiport) has(src, dst uint16) bool {
	for _, r := range m.ranges {
		if m.which != "dports" && r.match(src) || m.which != "sports" && r.match(dst) {
			return true
		}
	}
	return false
}

func (m *matchMultiport) save(b *strings.Builder) {
	inverted(b, m.invert)
	b.WriteString(" --" + m.which + " ")
	m.write(b, true)
}

func (m *matchMultiport) write(b *strings.Builder, numeric bool) {
	for i, r := range m.ranges {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(portWord(r.first, m.proto, numeric))
		if r.first != r.last {
			b.WriteString(":" + portWord(r.last, m.proto, numeric))
		}
	}
}

func (m *matchMultiport) list(b *strings.Builder, numeric bool) {
	b.WriteString(" multiport " + m.which + " ")
	if m.invert {
		b.WriteString(" !")
	}
	m.write(b, numeric)
}

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

// matchMAC is -m mac.
type matchMAC struct {
	mac    packet.MAC
	given  bool
	invert bool
}

func (m *matchMAC) name() string      { return "mac" }
func (m *matchMAC) tracks() bool      { return false }
func (m *matchMAC) options() []option { return []option{{name: "mac-source", args: 1}} }

// needs: elsewhere there is no frame.
func (m *matchMAC) needs() needs { return needs{"", []Hook{PreRouting, Input, Forward}} }

func (m *matchMAC) set(_ *specParser, a argument) error {
	mac, ok := packet.ParseMAC(a.value)
	if !ok {
		return usage("Invalid MAC address specified.")
	}
	m.mac, m.given, m.invert = mac, true, a.invert
	return nil
}

func (m *matchMAC) check(*specParser) error {
	if !m.given {
		return usage("mac: option \"--mac-source\" must be specified\n")
	}
	return nil
}

func (m *matchMAC) match(w *walk) bool { return w.at.In != "" && (w.at.MAC == m.mac) != m.invert }

func (m *matchMAC) save(b *strings.Builder) {
	inverted(b, m.invert)
	b.WriteString(" --mac-source " + m.mac.String())
}

func (m *matchMAC) list(b *strings.Builder, _ bool) {
	b.WriteString(" MAC")
	if m.invert {
		b.WriteString(" !")
	}
	b.WriteString(" " + m.mac.String())
}

// matchPhysdev is -m physdev: the port of a bridge.
type matchPhysdev struct {
	in, out                   xtLink
	isIn, isOut, isBridged    bool
	notIn, notOut, notBridged bool
}

func (m *matchPhysdev) name() string { return "physdev" }
func (m *matchPhysdev) tracks() bool { return false }

func (m *matchPhysdev) options() []option {
	return []option{
		{name: "physdev-in", args: 1},
		{name: "physdev-out", args: 1},
		{name: "physdev-is-in"},
		{name: "physdev-is-out"},
		{name: "physdev-is-bridged"},
	}
}

// needs: what this host sends has no port yet at OUTPUT. Linux: physdev_mt_check
func (m *matchPhysdev) needs() needs {
	if m.out.unset() && !m.isOut || m.isBridged && !m.notBridged {
		return needs{}
	}
	return needs{"", []Hook{PreRouting, Input, Forward, PostRouting}}
}

func (m *matchPhysdev) set(_ *specParser, a argument) error {
	var err error
	switch a.name {
	case "physdev-in":
		m.in, err = linkOf(a)
	case "physdev-out":
		m.out, err = linkOf(a)
	case "physdev-is-in":
		m.isIn, m.notIn = true, a.invert
	case "physdev-is-out":
		m.isOut, m.notOut = true, a.invert
	case "physdev-is-bridged":
		m.isBridged, m.notBridged = true, a.invert
	}
	return err
}

func (m *matchPhysdev) check(*specParser) error {
	if m.in.unset() && m.out.unset() && !m.isIn && !m.isOut && !m.isBridged {
		return usage("PHYSDEV: no physdev option specified")
	}
	return nil
}

func (m *matchPhysdev) match(w *walk) bool {
	at := w.at
	if m.isIn && (at.PhysIn != "") == m.notIn || m.isOut && (at.PhysOut != "") == m.notOut ||
		m.isBridged && at.Bridged == m.notBridged {
		return false
	}
	return m.in.match(at.PhysIn) && m.out.match(at.PhysOut)
}

func (m *matchPhysdev) save(b *strings.Builder) {
	flag := func(on, not bool, name string) {
		if on {
			inverted(b, not)
			b.WriteString(" --physdev-is-" + name)
		}
	}
	flag(m.isIn, m.notIn, "in")
	m.in.save(b, "--physdev-in")
	flag(m.isOut, m.notOut, "out")
	m.out.save(b, "--physdev-out")
	flag(m.isBridged, m.notBridged, "bridged")
}

func (m *matchPhysdev) list(b *strings.Builder, _ bool) {
	b.WriteString(" PHYSDEV match")
	m.save(b)
}
