package netfilter

import (
	"fmt"
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
	case "length":
		return &matchLength{}, nil
	case "statistic":
		return &matchStatistic{}, nil
	case "ttl":
		if f == IPv4 {
			return &matchTTL{}, nil
		}
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
		"esp", "hashlimit", "helper", "ipvs", "nfacct", "osf", "owner", "pkttype", "policy", "quota", "rateest",
		"realm", "recent", "rpfilter", "set", "socket", "string", "tcpmss", "time", "tos", "u32",
		"dst", "eui64", "frag", "hbh", "hl", "ipv6header", "mh", "rt", "srh",
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
