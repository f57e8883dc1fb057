package netfilter

import (
	"fmt"
	"strconv"
	"strings"
)

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
