package netfilter

import (
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim/packet"
)

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
		if name := ServiceName(p, proto); name != "" {
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
		return usage(
			"multiport: option \"--%s\" cannot be used together with \"--%s\".\n",
			fullName(a.name),
			fullName(m.which),
		)
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
