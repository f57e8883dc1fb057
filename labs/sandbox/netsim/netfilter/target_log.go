package netfilter

import (
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// targetLog is LOG: a line for the kernel's log.
type targetLog struct {
	prefix string
	level  int
	flags  uint8
}

// What LOG writes more.
const (
	logSequence = 1 << iota
	logTCPOptions
	logIPOptions
	logUID
	_
	logMAC
)

func logFlagOptions() []struct {
	name string
	bit  uint8
} {
	return []struct {
		name string
		bit  uint8
	}{
		{"log-tcp-sequence", logSequence},
		{"log-tcp-options", logTCPOptions},
		{"log-ip-options", logIPOptions},
		{"log-uid", logUID},
		{"log-macdecode", logMAC},
	}
}

// logLevels are syslog's names, by number; the first of a number is printed.
func logLevels() []struct {
	name  string
	level int
} {
	return []struct {
		name  string
		level int
	}{
		{"alert", 1},
		{"crit", 2},
		{"debug", 7},
		{"emerg", 0},
		{"error", 3},
		{"info", 6},
		{"notice", 5},
		{"panic", 0},
		{"warning", 4},
		{"warn", 4},
		{"err", 3},
	}
}

func (t *targetLog) name() string            { return "LOG" }
func (t *targetLog) check(*specParser) error { return nil }
func (t *targetLog) tracks() bool            { return false }

func (t *targetLog) options() []option {
	out := []option{{name: "log-level", args: 1}, {name: "log-prefix", args: 1}}
	for _, f := range logFlagOptions() {
		out = append(out, option{name: f.name})
	}
	return out
}

// maxLogPrefix is the size of xt_log_info's prefix, with its end.
const maxLogPrefix = 30

func (t *targetLog) set(_ *specParser, a argument) error {
	if err := a.plain(t); err != nil {
		return err
	}
	switch a.name {
	case "log-prefix":
		if strings.Contains(a.value, "\n") {
			return usage("Newlines not allowed in --log-prefix")
		}
		t.prefix = a.value[:min(len(a.value), maxLogPrefix-1)]
		if !plainText(t.prefix) {
			return usage("a prefix with control characters is not simulated")
		}
		return nil
	case "log-level":
		return t.setLevel(a.value)
	}
	for _, f := range logFlagOptions() {
		if f.name == a.name {
			if f.bit == logUID {
				return unsimulated("option", "--log-uid")
			}
			t.flags |= f.bit
		}
	}
	return nil
}

func (t *targetLog) setLevel(s string) error {
	if n, err := strconv.ParseUint(s, 0, 8); err == nil && n < 8 {
		t.level = int(n)
		return nil
	}
	for _, l := range logLevels() {
		if l.name == s {
			t.level = l.level
			return nil
		}
	}
	return usage("log level \"%s\" unknown\n", s)
}

func (t *targetLog) save(b *strings.Builder) {
	if t.prefix != "" {
		b.WriteString(" --log-prefix " + quoteWord(t.prefix))
	}
	if t.level != 4 {
		b.WriteString(" --log-level " + strconv.Itoa(t.level))
	}
	for _, f := range logFlagOptions() {
		if t.flags&f.bit != 0 {
			b.WriteString(" --" + f.name)
		}
	}
}

func (t *targetLog) list(b *strings.Builder, numeric bool) {
	b.WriteString(" LOG")
	if numeric {
		fmt.Fprintf(b, " flags %d level %d", t.flags, t.level)
	} else {
		b.WriteString(" level " + t.levelName())
		for _, f := range logFlagOptions() {
			if t.flags&f.bit != 0 {
				b.WriteString(" " + strings.TrimPrefix(f.name, "log-"))
			}
		}
	}
	if t.prefix != "" {
		b.WriteString(" prefix \"" + t.prefix + "\"")
	}
}

func (t *targetLog) levelName() string {
	names := [...]string{"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"}
	return names[t.level]
}

func (t *targetLog) apply(w *walk) action {
	line := LogLine{Prefix: t.prefix, Level: t.level, flags: t.flags, at: w.at, packet: *w.packet}
	w.at.Stack.Event(ruleLog, w.hook.String(), line, w.at.Why)
	return actContinue
}

// LogLine is the detail of net.log: what LOG writes to the kernel's log.
type LogLine struct {
	Prefix string
	Level  int
	flags  uint8
	at     Place
	packet packet.IP
}

// String is the line as the kernel writes it. Linux: nf_log_syslog.c
func (l LogLine) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%sIN=%s OUT=%s ", l.Prefix, l.at.In, l.at.Out)
	if l.at.PhysIn != "" {
		b.WriteString("PHYSIN=" + l.at.PhysIn + " ")
	}
	if l.at.PhysOut != "" {
		b.WriteString("PHYSOUT=" + l.at.PhysOut + " ")
	}
	if l.at.In != "" {
		b.WriteString(l.mac())
	}
	l.ip(&b, &l.packet)
	if l.packet.Mark != 0 {
		fmt.Fprintf(&b, "MARK=0x%x ", l.packet.Mark)
	}
	return b.String()
}

// mac is the frame's header.
func (l LogLine) mac() string {
	kind := packet.TypeIPv4
	if l.packet.V6() {
		kind = packet.TypeIPv6
	}
	if l.flags&logMAC != 0 {
		return fmt.Sprintf("MACSRC=%s MACDST=%s MACPROTO=%04x ", l.at.MAC, l.at.ToMAC, uint16(kind))
	}
	return fmt.Sprintf("MAC=%s:%s:%02x:%02x ", l.at.ToMAC, l.at.MAC, uint16(kind)>>8, uint16(kind)&0xff)
}

func (l LogLine) ip(b *strings.Builder, p *packet.IP) {
	if p.V6() {
		fmt.Fprintf(b, "SRC=%s DST=%s LEN=%d TC=%d HOPLIMIT=%d FLOWLBL=0 ",
			p.Src.StringExpanded(), p.Dst.StringExpanded(), p.Size(), p.TOS, p.TTL)
	} else {
		fmt.Fprintf(b, "SRC=%s DST=%s LEN=%d TOS=0x%02X PREC=0x%02X TTL=%d ID=%d ",
			p.Src, p.Dst, p.Size(), p.TOS&0x1e, p.TOS&0xe0, p.TTL, p.ID)
		if p.DF {
			b.WriteString("DF ")
		}
	}
	switch {
	case p.TCP != nil:
		l.tcp(b, p.TCP)
	case p.UDP != nil:
		fmt.Fprintf(b, "PROTO=UDP SPT=%d DPT=%d LEN=%d ", p.UDP.SrcPort, p.UDP.DstPort, 8+len(p.UDP.Payload))
	case p.ICMP != nil:
		l.icmp(b, p)
	default:
		fmt.Fprintf(b, "PROTO=%d ", p.Proto)
	}
}

func (l LogLine) tcp(b *strings.Builder, t *packet.TCP) {
	fmt.Fprintf(b, "PROTO=TCP SPT=%d DPT=%d ", t.SrcPort, t.DstPort)
	if l.flags&logSequence != 0 {
		fmt.Fprintf(b, "SEQ=%d ACK=%d ", t.Seq, t.Ack)
	}
	fmt.Fprintf(b, "WINDOW=%d RES=0x00 ", t.Window)
	for _, n := range []string{"URG", "ACK", "PSH", "RST", "SYN", "FIN"} {
		for _, f := range tcpFlagNames() {
			if f.name == n && t.Flags&f.bit != 0 {
				b.WriteString(n + " ")
			}
		}
	}
	b.WriteString("URGP=0 ")
}

func (l LogLine) icmp(b *strings.Builder, p *packet.IP) {
	m, v6 := p.ICMP, p.V6()
	name := "ICMP"
	if v6 {
		name = "ICMPv6"
	}
	fmt.Fprintf(b, "PROTO=%s TYPE=%d CODE=%d ", name, m.Type, m.Code)
	if _, echo := answerType(m.Type, v6); echo {
		fmt.Fprintf(b, "ID=%d SEQ=%d ", m.ID, m.Seq)
	}
	if m.Inner != nil {
		b.WriteString("[")
		l.ip(b, m.Inner)
		b.WriteString("] ")
		if m.MTU != 0 {
			fmt.Fprintf(b, "MTU=%d ", m.MTU)
		}
	}
}
