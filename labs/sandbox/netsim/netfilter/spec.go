package netfilter

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// usageError is what iptables says about words that it does not take, with exit code 2 and a hint at its help.
type usageError struct {
	text string
	bare bool // without "iptables v…: " before
	late bool // noticed only when all of a table was read
}

func (e *usageError) Error() string { return e.text }

func usage(format string, args ...any) error { return &usageError{text: fmt.Sprintf(format, args...)} }

// unsimulated is the error about something that iptables has and this program has not.
func unsimulated(what, name string) error { return usage("%s %s is not simulated", what, name) }

// option is a word with two dashes that an extension or the command takes.
type option struct {
	name  string
	short byte
	args  int // 0, 1 or 2
}

// argument is an option as it was given.
type argument struct {
	name   string
	value  string
	second string // of an option with two
	invert bool
}

// plain refuses a "!" before an option that cannot be inverted.
func (a argument) plain(x extension) error {
	if a.invert {
		return usage("%s: option \"--%s\" cannot be inverted.\n", x.name(), a.name)
	}
	return nil
}

// specParser reads the part of a command that describes a rule.
type specParser struct {
	family  Family
	rule    *xtRule
	sources []xtAddr // -s and -d may name several: one rule is made for each pair
	targets []xtAddr
	last    extension // whose options come first
	loaded  []extension
	seen    string // short options that were given
	used    []usedOption
	jumped  bool
}

func newSpecParser(f Family) *specParser {
	return &specParser{family: f, rule: &xtRule{family: f}}
}

// specOptions are the options that describe a rule, without those of extensions.
func specOptions() [11]option {
	return [...]option{
		{"protocol", 'p', 1},
		{"source", 's', 1},
		{"destination", 'd', 1},
		{"src", 's', 1},
		{"dst", 'd', 1},
		{"in-interface", 'i', 1},
		{"out-interface", 'o', 1},
		{"jump", 'j', 1},
		{"goto", 'g', 1},
		{"match", 'm', 1},
		{"fragments", 'f', 0},
	}
}

// take reads one of specOptions.
func (p *specParser) take(short byte, a argument) error {
	switch {
	case short == 'm' && a.invert:
		return usage("unexpected ! flag before --match")
	case short == 'm':
		return p.load(a.value)
	}
	once := short
	if short == 'g' {
		once = 'j'
	}
	if strings.IndexByte(p.seen, once) >= 0 {
		return usage("multiple -%c flags not allowed", once)
	}
	if a.invert && once == 'j' {
		return usage("cannot have ! before -%c", short)
	}
	p.seen += string(once)
	r := p.rule
	var err error
	switch short {
	case 'p':
		r.proto, err = protoOf(a)
	case 's':
		p.sources, err = p.addresses(a)
	case 'd':
		p.targets, err = p.addresses(a)
	case 'i':
		r.in, err = linkOf(a)
	case 'o':
		r.out, err = linkOf(a)
	case 'f':
		r.fragment = xtFragment{true, a.invert}
	case 'j':
		err = p.jump(a.value)
	case 'g':
		p.jumped = true
		r.jump = xtJump{to: a.value, leave: true}
	}
	return err
}

func protoOf(a argument) (xtProto, error) {
	s := strings.ToLower(a.value)
	x := xtProto{invert: a.invert}
	for _, n := range protoNames() {
		if n.name == s {
			x.number = n.proto
			return x, nil
		}
	}
	if n, err := strconv.ParseUint(s, 0, 8); err == nil {
		x.number = packet.Proto(n)
	} else if s != "all" {
		return x, usage("unknown protocol \"%s\" specified", a.value)
	}
	if x.number == 0 && a.invert {
		return x, usage("rule would never match protocol")
	}
	return x, nil
}

// maxAddresses bounds how many rules one command makes.
const maxAddresses = 256

func (p *specParser) addresses(a argument) ([]xtAddr, error) {
	words := strings.Split(a.value, ",")
	if len(words) > maxAddresses {
		return nil, usage("more than %d addresses in one rule are not simulated", maxAddresses)
	}
	if len(words) > 1 && a.invert {
		return nil, usage("! not allowed with multiple source or destination IP addresses")
	}
	out := make([]xtAddr, 0, len(words))
	for _, s := range words {
		x, err := addrOf(s, p.family)
		if err != nil {
			return nil, err
		}
		x.invert = a.invert
		out = append(out, x)
	}
	return out, nil
}

func linkOf(a argument) (xtLink, error) {
	name, prefix := strings.CutSuffix(a.value, "+")
	x := xtLink{name, prefix, a.invert}
	switch {
	case a.value == "":
		return x, usage("Empty interface is likely to be undesired")
	case len(a.value) > 15:
		return x, usage("interface name `%s' must be shorter than IFNAMSIZ (15)", a.value)
	case !plainText(a.value) || strings.ContainsAny(a.value, " \"'\\"):
		return x, usage("interface name %q is not simulated", a.value)
	}
	return x, nil
}

// plainText reports whether a text has no control characters and is UTF-8: only such texts can be printed and read.
func plainText(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

// load is -m.
func (p *specParser) load(name string) error {
	m, err := newMatch(name, p.family)
	if err != nil {
		return err
	}
	p.rule.matches = append(p.rule.matches, m)
	p.use(m)
	return nil
}

func (p *specParser) use(x extension) {
	p.last = x
	p.loaded = append(p.loaded, x)
}

// jump is -j: a target's name, or else a chain's.
func (p *specParser) jump(name string) error {
	p.jumped = true
	t, err := newTarget(name, p.family)
	switch {
	case err != nil:
		return err
	case t != nil:
		p.rule.target = t
		p.use(t)
	default:
		p.rule.jump = xtJump{to: name}
	}
	return nil
}

// implicit loads the match of the protocol, when one of its options comes without -m.
func (p *specParser) implicit() bool {
	if p.rule.proto.number == 0 {
		return false
	}
	name := protoMatch(p.rule.proto.number, p.family)
	if name == "" {
		return false
	}
	for _, x := range p.loaded {
		if x.name() == name {
			return false
		}
	}
	return p.load(name) == nil
}

func protoMatch(x packet.Proto, f Family) string {
	switch {
	case x == packet.ProtoTCP:
		return "tcp"
	case x == packet.ProtoUDP:
		return "udp"
	case x == packet.ProtoSCTP:
		return "sctp"
	case x == packet.ProtoICMP && f == IPv4:
		return "icmp"
	case x == packet.ProtoICMPv6 && f == IPv6:
		return "icmp6"
	}
	return ""
}

// usedOption is an option of an extension that was given.
type usedOption struct {
	of   extension
	name string
}

// once refuses an option that was given before, by whatever name. The matches tcp and sctp say so in words of their
// own.
func (p *specParser) once(x extension, name string) error {
	name = fullName(name)
	for _, u := range p.used {
		if u.of == x && u.name == name && x.name() != "tcp" && x.name() != "sctp" {
			return usage("%s: option \"--%s\" can only be used once.\n", x.name(), name)
		}
	}
	p.used = append(p.used, usedOption{x, name})
	return nil
}

// fullName is an option's name without its shorter forms.
func fullName(name string) string {
	switch name {
	case "sport", "sports":
		return "source-" + strings.TrimPrefix(name, "s")
	case "dport", "dports":
		return "destination-" + strings.TrimPrefix(name, "d")
	}
	return name
}

// find looks an option of an extension up: the newest extension that has it.
func (p *specParser) find(name string) (extension, option, bool) {
	for i := len(p.loaded) - 1; i >= 0; i-- {
		for _, o := range p.loaded[i].options() {
			if o.name == name {
				return p.loaded[i], o, true
			}
		}
	}
	return nil, option{}, false
}

// finish checks the rule, and makes one for each pair of addresses.
func (p *specParser) finish() ([]*xtRule, error) {
	for _, x := range p.loaded {
		if err := x.check(p); err != nil {
			return nil, err
		}
	}
	if p.family == IPv6 && p.rule.fragment.set {
		return nil, usage("unknown option \"-f\"")
	}
	none := []xtAddr{{}}
	sources, targets := p.sources, p.targets
	if sources == nil {
		sources = none
	}
	if targets == nil {
		targets = none
	}
	if len(sources)*len(targets) > maxAddresses {
		return nil, usage("more than %d addresses in one rule are not simulated", maxAddresses)
	}
	var out []*xtRule
	for _, s := range sources {
		for _, d := range targets {
			r := *p.rule
			r.src, r.dst = s, d
			out = append(out, &r)
		}
	}
	return out, nil
}

// protoWord is the protocol for which names of ports are looked up.
func (p *specParser) protoWord() string {
	if !p.forPorts() {
		return ""
	}
	return p.rule.proto.number.String()
}

// forPorts reports whether the rule is for a protocol that has ports.
func (p *specParser) forPorts() bool {
	n := p.rule.proto
	return !n.invert && hasPorts(n.number)
}

// quoteWord writes a word so that iptables-restore reads it again. xtables_save_string
func quoteWord(s string) string {
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !safeInWord(r) }) < 0 {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		if strings.IndexByte("\"\\'", s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	b.WriteByte('"')
	return b.String()
}

func safeInWord(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("_-", r)
}
