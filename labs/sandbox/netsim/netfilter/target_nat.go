package netfilter

import (
	"net/netip"
	"strconv"
	"strings"
)

// targetNAT is DNAT, SNAT, MASQUERADE or REDIRECT.
type targetNAT struct {
	word  string
	v6    bool
	given bool
	to    natRange
}

func (t *targetNAT) name() string { return t.word }
func (t *targetNAT) tracks() bool { return true }

func (t *targetNAT) needs() needs {
	switch t.word {
	case "DNAT", "REDIRECT":
		return needs{"nat", []Hook{PreRouting, Output}}
	case "SNAT":
		return needs{"nat", []Hook{PostRouting, Input}}
	}
	return needs{"nat", []Hook{PostRouting}}
}

// option is what says where to.
func (t *targetNAT) option() string {
	switch t.word {
	case "DNAT":
		return "to-destination"
	case "SNAT":
		return "to-source"
	}
	return "to-ports"
}

func (t *targetNAT) options() []option {
	out := []option{{name: t.option(), args: 1}, {name: "random"}}
	switch t.word {
	case "DNAT":
		out = append(out, option{name: "persistent"})
	case "SNAT":
		out = append(out, option{name: "persistent"}, option{name: "random-fully"})
	case "MASQUERADE":
		out = append(out, option{name: "random-fully"})
	}
	return out
}

func (t *targetNAT) set(p *specParser, a argument) error {
	if err := a.plain(t); err != nil {
		return err
	}
	switch a.name {
	case "random":
		t.to.random = true
	case "random-fully":
		t.to.fullyRandom = true
	case "persistent":
		t.to.persistent = true
	default:
		return t.setTo(p, a)
	}
	return nil
}

func (t *targetNAT) setTo(p *specParser, a argument) error {
	t.given = true
	if a.name == "to-ports" {
		if !p.forPorts() {
			return usage("Need TCP, UDP, SCTP or DCCP with port specification")
		}
		return t.setPorts(a.value)
	}
	return t.setAddrs(p, a.value)
}

// setPorts parses PORT[-PORT].
func (t *targetNAT) setPorts(s string) error {
	first, last, isRange := strings.Cut(s, "-")
	a, err := natPort(first)
	if err != nil {
		return err
	}
	b := a
	if isRange {
		if b, err = natPort(last); err != nil {
			return err
		}
	}
	if a > b {
		return usage("Port range `%s' funky", last)
	}
	t.to.hasPort, t.to.firstPort, t.to.lastPort = true, a, b
	return nil
}

func natPort(s string) (uint16, error) {
	if n, err := strconv.ParseUint(s, 10, 32); err == nil {
		if n == 0 || n > 65535 {
			return 0, usage("Port `%s' not valid", s)
		}
		return uint16(n), nil
	}
	if n, ok := servicePort(s, ""); ok {
		return n, nil
	}
	if strings.Contains(s, ":") {
		return 0, usage("Invalid port:port syntax - use dash")
	}
	return 0, usage("Port `%s' not valid", s)
}

// setAddrs parses [ADDR[-ADDR]][:PORTS], an IPv6 address with ports in brackets.
func (t *targetNAT) setAddrs(p *specParser, s string) error {
	addrs, ports := s, ""
	if t.v6 {
		if inner, rest, ok := strings.Cut(strings.TrimPrefix(s, "["), "]"); ok && strings.HasPrefix(s, "[") {
			addrs, ports = inner, strings.TrimPrefix(rest, ":")
		}
	} else {
		addrs, ports, _ = strings.Cut(s, ":")
	}
	if ports != "" {
		if !p.forPorts() {
			return usage("Need TCP, UDP, SCTP or DCCP with port specification")
		}
		if err := t.setPorts(ports); err != nil {
			return err
		}
	}
	if addrs == "" {
		return nil
	}
	first, last, isRange := strings.Cut(addrs, "-")
	a, err := natAddr(first, t.v6)
	if err != nil {
		return err
	}
	t.to.setAddr(a)
	if !isRange {
		return nil
	}
	b, err := natAddr(last, t.v6)
	t.to.last = wideOf(b)
	return err
}

func natAddr(s string, v6 bool) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Is4() == v6 || a.Zone() != "" {
		return netip.IPv4Unspecified(), usage("Bad IP address \"%s\"", s)
	}
	return a, nil
}

func (t *targetNAT) check(*specParser) error {
	if !t.given && (t.word == "DNAT" || t.word == "SNAT") {
		return usage("%s: option \"--%s\" must be specified\n", t.word, t.option())
	}
	return nil
}

func (t *targetNAT) apply(w *walk) action { return w.applyNAT(t.word, t.to) }

// text is the range as it was given.
func (r *natRange) text(v6 bool) string {
	s := ""
	if r.hasAddr {
		s = r.first.addr(v6).String()
		if r.first != r.last {
			s += "-" + r.last.addr(v6).String()
		}
	}
	if !r.hasPort {
		return s
	}
	if v6 && r.hasAddr {
		s = "[" + s + "]"
	}
	return s + ":" + r.ports()
}

func (r *natRange) ports() string {
	s := strconv.Itoa(int(r.firstPort))
	if r.firstPort != r.lastPort {
		s += "-" + strconv.Itoa(int(r.lastPort))
	}
	return s
}

func (t *targetNAT) save(b *strings.Builder) {
	switch {
	case !t.given:
	case t.option() == "to-ports":
		b.WriteString(" --to-ports " + t.to.ports())
	default:
		b.WriteString(" --" + t.option() + " " + t.to.text(t.v6))
	}
	t.flags(b, " --")
}

func (t *targetNAT) flags(b *strings.Builder, before string) {
	if t.to.random {
		b.WriteString(before + "random")
	}
	if t.to.fullyRandom {
		b.WriteString(before + "random-fully")
	}
	if t.to.persistent {
		b.WriteString(before + "persistent")
	}
}

func (t *targetNAT) list(b *strings.Builder, _ bool) {
	switch {
	case !t.given:
	case t.word == "MASQUERADE":
		b.WriteString(" masq ports: " + t.to.ports())
	case t.word == "REDIRECT":
		b.WriteString(" redir ports " + t.to.ports())
	default:
		b.WriteString(" to:" + t.to.text(t.v6))
	}
	t.flags(b, " ")
}
