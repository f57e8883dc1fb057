package tcpdump

import (
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/netsim/dns"
)

// dns is a question or an answer in a datagram of so many bytes. tcpdump: print-domain.c, domain_print
func (p *Printer) dns(m *dns.Message, size int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", m.ID)
	if m.Response {
		p.answer(&b, m)
	} else {
		p.question(&b, m)
	}
	fmt.Fprintf(&b, " (%d)", size)
	return b.String()
}

func (p *Printer) question(b *strings.Builder, m *dns.Message) {
	if m.RecursionDesired {
		b.WriteByte('+')
	}
	for _, x := range []struct {
		n    int
		name string
	}{{len(m.Answers), "a"}, {len(m.Authorities), "n"}, {len(m.Additionals), "au"}} {
		if x.n > 0 {
			fmt.Fprintf(b, " [%d%s]", x.n, x.name)
		}
	}
	for i, q := range m.Questions {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, " %s? %s", q.Type, dotted(q.Name))
	}
}

func (p *Printer) answer(b *strings.Builder, m *dns.Message) {
	if m.Code != dns.NoError {
		b.WriteString(" " + code(m.Code))
	}
	for _, x := range []struct {
		on   bool
		mark byte
	}{{m.Authoritative, '*'}, {!m.RecursionAvailable, '-'}, {m.Truncated, '|'}} {
		if x.on {
			b.WriteByte(x.mark)
		}
	}
	fmt.Fprintf(b, " %d/%d/%d", len(m.Answers), len(m.Authorities), len(m.Additionals))
	for i, r := range m.Answers {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(" " + r.Type.String() + value(&r))
	}
}

// code is tcpdump's word for an answer's code.
func code(c dns.Code) string {
	switch c {
	case dns.FormErr:
		return "FormErr"
	case dns.ServFail:
		return "ServFail"
	case dns.NXDomain:
		return "NXDomain"
	case dns.NotImp:
		return "NotImp"
	case dns.Refused:
		return "Refused"
	}
	return fmt.Sprintf("Resp%d", c)
}

// value is what a record says. tcpdump: ns_rprint
func value(r *dns.Record) string {
	switch r.Type {
	case dns.A, dns.AAAA:
		return " " + r.Addr.String()
	case dns.CNAME, dns.NS, dns.PTR:
		return " " + dotted(r.Target)
	case dns.MX:
		return fmt.Sprintf(" %s %d", dotted(r.Target), r.Pref)
	case dns.SRV:
		return fmt.Sprintf(" %s:%d %d %d", dotted(r.Target), r.Port, r.Pref, r.Weight)
	case dns.TXT:
		s := ""
		for _, t := range r.Text {
			s += ` "` + printable(t) + `"`
		}
		return s
	}
	return ""
}

func dotted(name string) string { return strings.TrimSuffix(name, ".") + "." }

// printable has no control characters. tcpdump: fn_print_char
func printable(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 0x80 {
			b.WriteString("M-")
			c &= 0x7f
		}
		if c < 0x20 || c == 0x7f {
			b.WriteByte('^')
			c ^= 0x40
		}
		b.WriteByte(c)
	}
	return b.String()
}
