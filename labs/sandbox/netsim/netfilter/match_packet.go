package netfilter

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// matchLength is -m length.
type matchLength struct {
	given bool
	portRange
}

func (m *matchLength) name() string      { return "length" }
func (m *matchLength) tracks() bool      { return false }
func (m *matchLength) options() []option { return []option{{name: "length", args: 1}} }

func (m *matchLength) set(_ *specParser, a argument) error {
	first, last, isRange := strings.Cut(a.value, ":")
	m.given, m.invert, m.last = true, a.invert, 65535
	for _, x := range []struct {
		s  string
		to *uint16
	}{{first, &m.first}, {last, &m.last}} {
		if x.s == "" {
			continue
		}
		n, err := strconv.ParseUint(x.s, 0, 16)
		if err != nil {
			return usage("length: bad value for option \"--length\" near \"%s\", or out of range (0-65535).\n", x.s)
		}
		*x.to = uint16(n)
	}
	if !isRange {
		m.last = m.first
	}
	return nil
}

func (m *matchLength) check(*specParser) error {
	if !m.given {
		return usage("length: option \"--length\" must be specified\n")
	}
	return nil
}

func (m *matchLength) match(w *walk) bool {
	return m.portRange.match(uint16(min(w.size, math.MaxUint16)))
}

func (m *matchLength) text() string {
	s := strconv.Itoa(int(m.first))
	if m.first != m.last {
		s += ":" + strconv.Itoa(int(m.last))
	}
	return s
}

func (m *matchLength) save(b *strings.Builder) {
	inverted(b, m.invert)
	b.WriteString(" --length " + m.text())
}

func (m *matchLength) list(b *strings.Builder, _ bool) {
	b.WriteString(" length ")
	if m.invert {
		b.WriteString("!")
	}
	b.WriteString(m.text())
}

func (m *matchLength) nft(*xtRule) string {
	return "meta length " + not(m.invert) + strings.ReplaceAll(m.text(), ":", "-")
}

// matchTTL is -m ttl.
type matchTTL struct {
	op    string // "eq", "ne", "lt" or "gt"
	value uint8
}

func (m *matchTTL) name() string { return "ttl" }
func (m *matchTTL) tracks() bool { return false }

func (m *matchTTL) options() []option {
	return []option{
		{name: "ttl-eq", args: 1}, {name: "ttl", args: 1}, {name: "ttl-lt", args: 1}, {name: "ttl-gt", args: 1},
	}
}

func (m *matchTTL) set(_ *specParser, a argument) error {
	n, err := strconv.ParseUint(a.value, 0, 8)
	if err != nil {
		return usage("ttl: bad value for option \"--%s\", or out of range (0-255).\n", a.name)
	}
	m.value = uint8(n)
	switch {
	case a.name == "ttl-lt" || a.name == "ttl-gt":
		m.op = a.name[len("ttl-"):]
		return a.plain(m)
	case a.invert:
		m.op = "ne"
	default:
		m.op = "eq"
	}
	return nil
}

func (m *matchTTL) check(*specParser) error {
	if m.op == "" {
		return usage("TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt")
	}
	return nil
}

func (m *matchTTL) match(w *walk) bool {
	ttl := w.packet.TTL
	switch m.op {
	case "lt":
		return ttl < m.value
	case "gt":
		return ttl > m.value
	}
	return (ttl == m.value) == (m.op == "eq")
}

func (m *matchTTL) save(b *strings.Builder) {
	op := m.op
	if op == "ne" {
		op = "eq"
		b.WriteString(" !")
	}
	fmt.Fprintf(b, " --ttl-%s %d", op, m.value)
}

func (m *matchTTL) list(b *strings.Builder, _ bool) {
	signs := map[string]string{"eq": "==", "ne": "!=", "lt": "<", "gt": ">"}
	fmt.Fprintf(b, " TTL match TTL %s %d", signs[m.op], m.value)
}

func (m *matchTTL) nft(*xtRule) string {
	signs := map[string]string{"eq": "", "ne": "!= ", "lt": "lt ", "gt": "gt "}
	return "ip ttl " + signs[m.op] + strconv.Itoa(int(m.value))
}

// matchStatistic is -m statistic: packets by chance, or every so many.
type matchStatistic struct {
	nth           bool
	invert        bool
	probability   uint32 // of 1<<31
	every, packet uint32
	given         string // p, e and k: which options were
	count         uint32
}

func (m *matchStatistic) name() string { return "statistic" }
func (m *matchStatistic) tracks() bool { return false }

func (m *matchStatistic) options() []option {
	return []option{
		{name: "mode", args: 1}, {name: "probability", args: 1}, {name: "every", args: 1}, {name: "packet", args: 1},
	}
}

func (m *matchStatistic) set(_ *specParser, a argument) error {
	switch a.name {
	case "mode":
		return m.setMode(a)
	case "probability":
		f, err := strconv.ParseFloat(a.value, 64)
		if err != nil || !(f >= 0 && f <= 1) {
			return usage("statistic: bad value for option \"--probability\", or out of range (0-1).\n")
		}
		m.probability, m.invert = uint32(math.Round(f*(1<<31))), a.invert
		m.given += "p"
		return nil
	case "every":
		n, err := strconv.ParseUint(a.value, 0, 32)
		if err != nil || n == 0 {
			return usage("statistic: bad value for option \"--every\", or out of range (1-4294967295).\n")
		}
		m.every, m.invert = uint32(n), a.invert
		m.given += "e"
		return nil
	}
	n, err := strconv.ParseUint(a.value, 0, 32)
	if err != nil {
		return usage("statistic: bad value for option \"--packet\", or out of range (0-4294967295).\n")
	}
	m.packet = uint32(n)
	m.given += "k"
	return a.plain(m)
}

func (m *matchStatistic) setMode(a argument) error {
	switch a.value {
	case "random":
	case "nth":
		m.nth = true
	default:
		return usage("Bad mode \"%s\"", a.value)
	}
	return a.plain(m)
}

func (m *matchStatistic) check(*specParser) error {
	has := func(option string) bool { return strings.Contains(m.given, option) }
	switch {
	case has("e") && !has("k"):
		return usage("statistic: option \"--every\" also requires \"--packet\".\n")
	case !m.nth && !has("p"):
		return usage("--probability must be specified when using random mode")
	case m.nth && !has("e"):
		return usage("--every and --packet must be specified when using nth mode")
	case m.nth && m.packet >= m.every:
		return usage("the --packet p must be 0 <= p <= n-1")
	}
	m.count = m.every - m.packet - 1
	return nil
}

// match is statistic_mt. Linux: net/netfilter/xt_statistic.c
func (m *matchStatistic) match(w *walk) bool {
	if !m.nth {
		return (w.at.Stack.Chance().Uint32()&0x7fffffff < m.probability) != m.invert
	}
	hit := m.count == m.every-1
	if hit {
		m.count = 0
	} else {
		m.count++
	}
	return hit != m.invert
}

func (m *matchStatistic) write(b *strings.Builder, dashes string) {
	if !m.nth {
		b.WriteString(" " + dashes + "mode random")
		inverted(b, m.invert)
		fmt.Fprintf(b, " %sprobability %.11f", dashes, float64(m.probability)/(1<<31))
		return
	}
	b.WriteString(" " + dashes + "mode nth")
	inverted(b, m.invert)
	fmt.Fprintf(b, " %severy %d", dashes, m.every)
	if m.packet != 0 || dashes != "" {
		fmt.Fprintf(b, " %spacket %d", dashes, m.packet)
	}
}

func (m *matchStatistic) save(b *strings.Builder) { m.write(b, "--") }

func (m *matchStatistic) list(b *strings.Builder, _ bool) {
	b.WriteString(" statistic")
	m.write(b, "")
}

func (m *matchStatistic) nft(*xtRule) string {
	switch {
	case m.nth:
		return fmt.Sprintf("numgen inc mod %d %s%d", m.every, not(m.invert), m.packet)
	case m.invert:
		return fmt.Sprintf("meta random & 2147483647 >= %d", m.probability)
	}
	return fmt.Sprintf("meta random & 2147483647 < %d", m.probability)
}
