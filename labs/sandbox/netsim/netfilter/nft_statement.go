package netfilter

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// maxNftComment is NFTNL_UDATA_COMMENT_MAXLEN.
const maxNftComment = 128

// maxStatements bounds a rule.
const maxStatements = 256

func (p *nftParser) rule() (*nftRule, error) {
	r := &nftRule{}
	p.proto = ""
	var ended span
	for !p.atEnd() {
		t := p.peek()
		if t.text == "comment" && !t.quoted {
			p.next()
			text := p.next()
			if text.text == "\n" {
				return nil, unexpectedToken(text)
			}
			if !plainText(text.text) || len(text.text) > maxNftComment {
				return nil, nftErr(text.span, "comment too long, %d characters maximum allowed", maxNftComment)
			}
			r.comment = text.text
			continue
		}
		if ended.to > 0 {
			return nil, &nftError{"Statement after terminal statement has no effect", t.span, ended}
		}
		s, err := p.statement()
		if err != nil {
			return nil, err
		}
		if terminal(s) {
			ended = t.span
		}
		r.add(s, p.family)
		if len(r.statements) > maxStatements {
			return nil, nftErr(t.span, "more than %d statements are not simulated", maxStatements)
		}
	}
	if len(r.statements) == 0 {
		return nil, p.unexpected()
	}
	return r, nil
}

// add puts a statement into a rule. What a protocol's key implies is not said again, and what a refusal implies is.
func (r *nftRule) add(s nftStatement, f Family) {
	switch s := s.(type) {
	case *nftMatch:
		if n := len(r.statements); n > 0 && s.implies(r.statements[n-1]) {
			r.statements = r.statements[:n-1]
		}
	case *nftReject:
		if f == Inet {
			r.beforeReject(s)
		}
	}
	r.statements = append(r.statements, s)
}

// implies reports whether an earlier statement only asks for the protocol that a key belongs to.
func (m *nftMatch) implies(s nftStatement) bool {
	o, ok := s.(*nftMatch)
	if !ok || !o.isFor("ip protocol", "meta l4proto", "ip6 nexthdr") || o.braces {
		return false
	}
	head, _, _ := strings.Cut(m.key.words, " ")
	name := protoName(packet.Proto(o.values[0].lo.lo))
	return head == name && o.values[0].lo == o.values[0].hi
}

// beforeReject: in a table of both families, a reset asks for TCP, and the usual answer is of the family that the rule
// has asked for.
func (r *nftRule) beforeReject(s *nftReject) {
	var only Family
	tcp := false
	for _, x := range r.statements {
		if m, ok := x.(*nftMatch); ok {
			only = max(only, m.key.only)
			tcp = tcp || strings.HasPrefix(m.key.words, "tcp ") || m.isFor("meta l4proto") && m.values[0].lo.lo == 6
		}
	}
	switch {
	case s.with == "tcp reset" && !tcp:
		tcp6 := nftValue{lo: wide{0, 6}, hi: wide{0, 6}}
		k := &nftKey{words: "meta l4proto", kind: kindProto, get: getProto}
		r.statements = append(r.statements, &nftMatch{key: k, values: []nftValue{tcp6}})
	case s.with == "" && only == IPv4:
		s.with = "icmp"
	case s.with == "" && only == IPv6:
		s.with, s.what = "icmpv6", RejectPort6
	}
}

func terminal(s nftStatement) bool {
	switch s := s.(type) {
	case *nftVerdict:
		return s.act != actContinue
	case *nftReject, *nftNAT:
		return true
	}
	return false
}

// otherStatements are what rules of nftables can begin with that is not modelled.
func otherStatements() []string {
	return []string{
		"queue", "dup", "fwd", "tproxy", "synproxy", "quota", "flow", "add", "update", "delete", "set", "numgen", "jhash",
		"symhash", "socket", "osf", "rt", "exthdr", "vlan", "arp", "ah", "esp", "comp", "dccp", "igmp", "gre", "vxlan",
		"last", "xt", "udplite", "dst", "frag", "hbh", "mh",
	}
}

func (p *nftParser) statement() (nftStatement, error) {
	t := p.peek()
	switch t.text {
	case "accept", "drop", "return", "continue", "jump", "goto":
		return p.verdict()
	case "counter":
		p.next()
		return p.counter()
	case "log":
		p.next()
		return p.log()
	case "limit":
		p.next()
		return p.limit()
	case "reject":
		p.next()
		return p.reject(t)
	case "dnat", "snat", "masquerade", "redirect":
		p.next()
		return p.nat(t)
	case "notrack":
		p.next()
		return nftNotrack{}, nil
	}
	if slices.Contains(otherStatements(), t.text) {
		return nil, nftErr(t.span, "%s is not simulated", t.text)
	}
	return p.compare()
}

func (p *nftParser) number() (uint64, error) {
	t := p.next()
	n, err := strconv.ParseUint(t.text, 10, 63)
	if err != nil {
		return 0, unexpectedToken(t)
	}
	return n, nil
}

func (p *nftParser) counter() (nftStatement, error) {
	c := &nftCounter{}
	if !p.take("packets") {
		return c, nil
	}
	var err error
	if c.packets, err = p.number(); err != nil {
		return nil, err
	}
	if err = p.expect("bytes"); err == nil {
		c.bytes, err = p.number()
	}
	return c, err
}

func (p *nftParser) log() (nftStatement, error) {
	l := &nftLog{level: 4}
	for {
		t := p.peek()
		switch t.text {
		case "prefix":
			p.next()
			v := p.next()
			if l.prefix = v.text; !plainText(v.text) || len(v.text) > 127 {
				return nil, nftErr(v.span, "log prefix is not simulated")
			}
		case "level":
			p.next()
			v := p.next()
			if l.level = slices.Index(nftLogLevels(), v.text); l.level < 0 {
				return nil, nftErr(v.span, "invalid log level")
			}
		case "group", "snaplen", "queue-threshold", "flags":
			return nil, nftErr(t.span, "log %s is not simulated", t.text)
		default:
			return l, nil
		}
	}
}

func (p *nftParser) limit() (nftStatement, error) {
	if err := p.expect("rate"); err != nil {
		return nil, err
	}
	l := &nftLimit{burst: usualBurst}
	l.over = p.take("over")
	p.take("until")
	t := p.next()
	n, unit, ok := strings.Cut(t.text, "/")
	rate, err := strconv.ParseUint(n, 10, 31)
	if err != nil || !ok {
		return nil, nftErr(t.span, "limit rate %s is not simulated", t.text)
	}
	l.rate, l.unit = rate, unit
	known := slices.ContainsFunc(nftUnits(), func(u struct {
		name string
		span time.Duration
	},
	) bool {
		return u.name == unit
	})
	if rate == 0 || !known {
		return nil, unexpectedToken(t)
	}
	if p.take("burst") {
		if l.burst, err = p.number(); err != nil {
			return nil, err
		}
		if err = p.expect("packets"); err != nil {
			return nil, err
		}
	}
	if l.burst > 1<<16 {
		return nil, nftErr(t.span, "a burst of %d packets is not simulated", l.burst)
	}
	return l, nil
}

func (p *nftParser) reject(word nftToken) (nftStatement, error) {
	r := &nftReject{what: RejectPort, other: RejectPort6}
	if p.family == IPv6 {
		r.what = RejectPort6
	}
	if !p.take("with") {
		return r, nil
	}
	with := p.next()
	if with.text == "tcp" {
		r.with, r.what = "tcp reset", RejectReset
		return r, p.expect("reset")
	}
	p.take("type")
	name := p.next()
	r.with = with.text
	switch with.text {
	case "icmpx":
		if p.family != Inet {
			return nil, &nftError{"abstracted ICMP unreachable not supported", name.span, word.span}
		}
		for _, f := range icmpxForms() {
			if f.name == name.text {
				r.what, r.other = f.v4, f.v6
				if f.v4 == RejectPort {
					r.with = ""
				}
				return r, nil
			}
		}
	case "icmp", "icmpv6":
		return r, r.icmp(with, name, p.family)
	default:
		return nil, unexpectedToken(with)
	}
	return nil, nftErr(name.span, "Could not parse symbolic icmpx_code expression")
}

// icmp is "with icmp NAME"; the usual answer is not printed again where it is the only family's.
func (r *nftReject) icmp(with, name nftToken, f Family) error {
	for _, x := range rejectForms() {
		if x.nft == name.text && x.nft != "" && x.v6 == (with.text == "icmpv6") {
			r.what, r.other = x.reject, x.reject
			if f != Inet && (x.reject == RejectPort || x.reject == RejectPort6) {
				r.with = ""
			}
			return nil
		}
	}
	return nftErr(name.span, "Could not parse symbolic %s_code expression", with.text)
}

func (p *nftParser) nat(word nftToken) (nftStatement, error) {
	s := &nftNAT{word: word.text, v6: p.family == IPv6}
	needs := s.word == "dnat" || s.word == "snat"
	if p.peek().text == "ip" || p.peek().text == "ip6" {
		f := p.next().text
		s.v6 = f == "ip6"
		if p.family == Inet {
			s.family = f
		}
	} else if needs && p.family == Inet {
		return nil, nftErr(word.span, "ip or ip6 must be specified with address for inet tables.")
	}
	if p.take("to") || needs && !p.atEnd() {
		t := p.next()
		target := targetNAT{word: "DNAT", v6: s.v6}
		any := newSpecParser(IPv4)
		any.rule.proto.number = 6
		text := t.text
		if s.word == "redirect" || s.word == "masquerade" {
			text = ":" + strings.TrimPrefix(text, ":")
		}
		if err := target.setAddrs(any, text); err != nil {
			return nil, nftErr(t.span, "Could not resolve hostname: Name or service not known")
		}
		s.to = target.to
	} else if needs {
		return nil, p.unexpected()
	}
	for {
		switch p.peek().text {
		case "random":
			s.to.random = true
		case "fully-random":
			s.to.fullyRandom = true
		case "persistent":
			s.to.persistent = true
		case ",":
		default:
			return s, nil
		}
		p.next()
	}
}

// key reads the words of a key.
func (p *nftParser) key() (*nftKey, error) {
	first := p.peek()
	for n := 3; n > 0; n-- {
		if len(p.tokens) < n {
			continue
		}
		words := make([]string, n)
		for i := range words {
			words[i] = p.tokens[i].text
		}
		k := p.findKey(strings.Join(words, " "))
		if k == nil {
			continue
		}
		p.tokens = p.tokens[n:]
		return k, nil
	}
	for i := range p.keys {
		if head, _, ok := strings.Cut(p.keys[i].words, " "); ok && head == first.text {
			p.next()
			return nil, nftErr(p.peek().span, "%s %s is not simulated", first.text, p.peek().text)
		}
	}
	p.next()
	return nil, p.unexpected()
}

func (p *nftParser) findKey(words string) *nftKey {
	switch words { // longer and shorter names of the same
	case "meta iifname", "meta oifname", "meta iif", "meta oif":
		words = strings.TrimPrefix(words, "meta ")
	case "mark", "l4proto":
		words = "meta " + words
	}
	for i := range p.keys {
		if p.keys[i].words == words {
			return &p.keys[i]
		}
	}
	return nil
}

// compare reads KEY [OP] VALUES, KEY vmap MAP, or KEY set VALUE.
func (p *nftParser) compare() (nftStatement, error) {
	begin := p.peek().span
	k, err := p.key()
	if err != nil {
		return nil, err
	}
	if k.only != 0 && p.family != Inet && k.only != p.family {
		at := span{begin.from, p.lastEnd(begin.from) - 1}
		return nil, nftErr(at, "conflicting protocols specified: %s vs. %s", p.family, k.only)
	}
	if err := p.oneProto(k, begin); err != nil {
		return nil, err
	}
	switch {
	case p.take("vmap"):
		return p.vmap(k)
	case (k.words == "meta mark" || k.words == "ct mark") && p.take("set"):
		t := p.next()
		v, err := kindMark.value(t.text)
		if err != nil || v.lo != v.hi {
			return nil, nftErr(t.span, "a mark set to %s is not simulated", t.text)
		}
		return &nftSetMark{k.words == "ct mark", uint32(v.lo.lo)}, nil
	}
	m := &nftMatch{key: k}
	switch t := p.peek(); t.text {
	case "==", "!=", "<", ">", "<=", ">=":
		m.op = p.next().text
	case "eq", "ne", "lt", "gt", "le", "ge":
		m.op = map[string]string{"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="}[p.next().text]
	case "&", "and":
		p.next()
		return m, p.masked(m)
	case "|", "or", ".", "^", "xor":
		return nil, nftErr(t.span, "%s is not simulated", t.text)
	}
	return m, p.values(m)
}

// oneProto refuses a key of another protocol than an earlier one's.
func (p *nftParser) oneProto(k *nftKey, begin span) error {
	head, _, _ := strings.Cut(k.words, " ")
	if !slices.Contains([]string{"tcp", "udp", "sctp", "icmp", "icmpv6"}, head) {
		return nil
	}
	if p.proto != "" && p.proto != head {
		at := span{begin.from, begin.from + len(k.words)}
		return nftErr(at, "conflicting protocols specified: %s vs. %s", p.proto, head)
	}
	p.proto = head
	return nil
}

// masked reads MASK OP VALUE behind "KEY &". Of flags, names with | between stand for their bits.
func (p *nftParser) masked(m *nftMatch) error {
	k := m.key.kind
	if k != kindTCPFlags && k != kindMark {
		return nftErr(p.peek().span, "a mask of %s is not simulated", m.key.words)
	}
	mask, err := p.bitsOf(k)
	if err != nil {
		return err
	}
	switch t := p.next(); t.text {
	case "==", "!=":
		m.op = t.text
	default:
		return unexpectedToken(t)
	}
	v, err := p.bitsOf(k)
	m.masked, m.mask = true, mask
	m.values = []nftValue{{lo: wide{0, v}, hi: wide{0, v}}}
	return err
}

// bitsOf reads one value, or several with | between and perhaps in parentheses.
func (p *nftParser) bitsOf(k nftKind) (uint64, error) {
	paren := p.take("(")
	var bits uint64
	for {
		t := p.next()
		v, err := k.value(t.text)
		if err != nil || v.lo != v.hi {
			return 0, unexpectedToken(t)
		}
		bits |= v.lo.lo
		if !p.take("|") {
			break
		}
	}
	if paren {
		return bits, p.expect(")")
	}
	return bits, nil
}

// values reads a value, names with commas between, or a set in braces.
func (p *nftParser) values(m *nftMatch) error {
	k := m.key.kind
	if p.peek().text == "{" {
		m.braces = true
		return p.set(m)
	}
	t := p.peek()
	if p.atEnd() {
		return p.unexpected()
	}
	p.next()
	if strings.HasPrefix(t.text, "@") && !t.quoted {
		return nftErr(t.span, "a set with a name is not simulated")
	}
	v, err := k.value(t.text)
	if err != nil {
		return nftErr(t.span, "%s", err)
	}
	for m.key.bits() && (p.take(",") || k == kindTCPFlags && p.take("|")) {
		t := p.next()
		w, err := k.value(t.text)
		if err != nil {
			return nftErr(t.span, "%s", err)
		}
		v.lo.lo |= w.lo.lo
	}
	m.values = []nftValue{v}
	if k == kindTCPFlags && p.take("/") { // VALUE / MASK
		return p.flagMask(m)
	}
	return nil
}

func (p *nftParser) flagMask(m *nftMatch) error {
	m.masked = true
	for more := true; more; more = p.take(",") {
		t := p.next()
		v, err := kindTCPFlags.value(t.text)
		if err != nil {
			return nftErr(t.span, "%s", err)
		}
		m.mask |= v.lo.lo
	}
	return nil
}

func (p *nftParser) set(m *nftMatch) error {
	p.next()
	for p.skipLines(); !p.take("}"); p.skipLines() {
		t := p.next()
		v, err := m.key.kind.value(t.text)
		if err != nil {
			return nftErr(t.span, "%s", err)
		}
		m.values = append(m.values, v)
		if len(m.values) > maxElements {
			return nftErr(t.span, "more than %d elements are not simulated", maxElements)
		}
		p.skipLines()
		if !p.take(",") && p.peek().text != "}" {
			return p.unexpected()
		}
	}
	if len(m.values) == 0 {
		return p.unexpected()
	}
	m.key.kind.sortValues(m.values)
	return nil
}

func (p *nftParser) vmap(k *nftKey) (nftStatement, error) {
	t := p.peek()
	if strings.HasPrefix(t.text, "@") {
		p.next()
		return &nftVmap{key: k, name: t.text[1:]}, nil
	}
	c := nftCommand{verb: "add"}
	if err := p.elementList(&c, k.kind); err != nil {
		return nil, err
	}
	if k.kind != kindLink {
		slices.SortStableFunc(c.elements, func(a, b mapElement) int {
			if a.value.lo.less(b.value.lo) {
				return -1
			}
			if b.value.lo.less(a.value.lo) {
				return 1
			}
			return 0
		})
	}
	return &nftVmap{key: k, from: &Map{kind: k.kind, elements: c.elements}}, nil
}
