package netfilter

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// nftRule is what a rule of nftables says: statements, done one after the other while they match.
type nftRule struct {
	statements []nftStatement
	comment    string
}

// nftStatement is a part of a rule. It does something, or says whether the packet is meant: actNone ends the rule.
type nftStatement interface {
	do(w *walk) action
	String() string
}

func (x *nftRule) eval(w *walk, r *Rule) action {
	for _, s := range x.statements {
		if a := s.do(w); a != actContinue {
			x.count(w, r, a)
			return a
		}
	}
	x.count(w, r, actContinue)
	return actContinue
}

// count keeps how often the rule matched, for those who explain; what nft shows are its counter statements.
func (x *nftRule) count(w *walk, r *Rule, a action) {
	if a != actNone {
		r.Packets++
		r.Bytes += w.size
	}
}

func (x *nftRule) calls() []*Chain {
	var out []*Chain
	for _, s := range x.statements {
		switch s := s.(type) {
		case *nftVerdict:
			if s.chain != nil {
				out = append(out, s.chain)
			}
		case *nftVmap:
			out = append(out, s.from.calls()...)
		}
	}
	return out
}

func (x *nftRule) tracks() bool {
	return slices.ContainsFunc(x.statements, func(s nftStatement) bool {
		switch s := s.(type) {
		case *nftMatch:
			return strings.HasPrefix(s.key.words, "ct ")
		case *nftVmap:
			return strings.HasPrefix(s.key.words, "ct ")
		case *nftSetMark:
			return s.conn
		case *nftNAT, nftNotrack:
			return true
		}
		return false
	})
}

func (x *nftRule) String() string {
	words := make([]string, 0, len(x.statements)+1)
	for _, s := range x.statements {
		words = append(words, s.String())
	}
	if x.comment != "" {
		words = append(words, "comment \""+x.comment+"\"")
	}
	return strings.Join(words, " ")
}

func (x *nftRule) clone(to func(*Chain) *Chain) body {
	y := &nftRule{comment: x.comment, statements: slices.Clone(x.statements)}
	for i, s := range y.statements {
		switch s := s.(type) {
		case *nftCounter:
			c := *s
			y.statements[i] = &c
		case *nftLimit:
			c := *s
			y.statements[i] = &c
		case *nftVerdict:
			c := *s
			if c.chain != nil {
				c.chain = to(c.chain)
			}
			y.statements[i] = &c
		case *nftVmap:
			c := *s
			c.from = s.from.clone(to)
			y.statements[i] = &c
		}
	}
	return y
}

// nftMatch compares what a key says with values.
type nftMatch struct {
	key    *nftKey
	op     string // "" or "==" is equal; "!=", "<", ">", "<=", ">="
	values []nftValue
	braces bool
	masked bool
	mask   uint64
}

func (m *nftMatch) do(w *walk) action {
	if m.matches(w) {
		return actContinue
	}
	return actNone
}

func (m *nftMatch) matches(w *walk) bool {
	k := m.key
	if k.only != 0 && k.only != w.family() {
		return false
	}
	if k.kind == kindLink {
		return m.anyLink(k.link(w)) != (m.op == "!=")
	}
	x, ok := k.get(w)
	if !ok {
		return false
	}
	if m.masked {
		return (x.lo&m.mask == m.values[0].lo.lo) != (m.op == "!=")
	}
	if k.bits() && !m.braces {
		return m.matchBits(x.lo)
	}
	switch m.op {
	case "<":
		return x.less(m.values[0].lo)
	case ">":
		return m.values[0].lo.less(x)
	case "<=":
		return !m.values[0].lo.less(x)
	case ">=":
		return !x.less(m.values[0].lo)
	}
	return m.any(x) != (m.op == "!=")
}

// matchBits is how sets of names are compared: one of them is enough, unless "==" asks for just these.
func (m *nftMatch) matchBits(x uint64) bool {
	want := m.values[0].lo.lo
	switch m.op {
	case "==":
		return x == want
	case "!=":
		if m.key.kind == kindTCPFlags {
			return x != want
		}
		return x&want == 0
	}
	return x&want != 0
}

func (m *nftMatch) any(x wide) bool {
	for i := range m.values {
		if m.values[i].has(x) {
			return true
		}
	}
	return false
}

func (m *nftMatch) anyLink(name string) bool {
	for i := range m.values {
		if m.values[i].hasLink(name) {
			return true
		}
	}
	return false
}

func (m *nftMatch) String() string {
	s := m.key.words + " "
	if m.masked {
		if m.key.kind == kindTCPFlags {
			return s + not(m.op == "!=") + m.maskedText() + " / " + m.key.kind.bitsText(m.mask, ",")
		}
		return s + "& " + m.maskText() + " " + m.op + " " + m.maskedText()
	}
	if m.op != "" && (m.op != "==" || m.key.bits()) {
		s += m.op + " "
	}
	return s + m.valuesText()
}

func (m *nftMatch) maskText() string { return m.key.kind.oneText(m.mask) }

func (m *nftMatch) maskedText() string {
	v := m.values[0].lo.lo
	switch {
	case m.key.kind != kindTCPFlags:
		return m.key.kind.oneText(v)
	case v == 0:
		return "0x0"
	}
	return m.key.kind.bitsText(v, ",")
}

func (m *nftMatch) valuesText() string {
	k := m.key.kind
	if m.key.bits() && !m.braces {
		return k.bitsText(m.values[0].lo.lo, ",")
	}
	words := make([]string, len(m.values))
	for i, v := range m.values {
		words[i] = k.text(v)
	}
	if m.braces {
		return "{ " + strings.Join(words, ", ") + " }"
	}
	return words[0]
}

// nftCounter is "counter".
type nftCounter struct{ packets, bytes uint64 }

func (c *nftCounter) do(w *walk) action {
	c.packets++
	c.bytes += w.size
	return actContinue
}

func (c *nftCounter) String() string {
	return fmt.Sprintf("counter packets %d bytes %d", c.packets, c.bytes)
}

// nftVerdict is accept, drop, return, continue, jump or goto.
type nftVerdict struct {
	act   action
	chain *Chain
	to    string // before the chain is looked up
}

func (v *nftVerdict) do(w *walk) action {
	w.to = v.chain
	return v.act
}

func (v *nftVerdict) String() string {
	switch v.act {
	case actAccept:
		return "accept"
	case actDrop:
		return "drop"
	case actReturn:
		return "return"
	case actJump:
		return "jump " + v.chain.Name
	case actGoto:
		return "goto " + v.chain.Name
	}
	return "continue"
}

// Map is a verdict map of nftables: what becomes of a packet by what a key says.
type Map struct {
	Name     string // "" is one that stands in a rule
	table    *Table
	kind     nftKind
	elements []mapElement
	users    []*Chain // whose rules ask it
	handle   uint64
}

type mapElement struct {
	value   nftValue
	verdict nftVerdict
}

func (m *Map) calls() []*Chain {
	var out []*Chain
	for _, e := range m.elements {
		if e.verdict.chain != nil {
			out = append(out, e.verdict.chain)
		}
	}
	return out
}

// clone copies a map that stands in a rule; one with a name is found again by it.
func (m *Map) clone(to func(*Chain) *Chain) *Map {
	c := &Map{Name: m.Name, kind: m.kind, handle: m.handle}
	for _, e := range m.elements {
		if e.verdict.chain != nil {
			e.verdict.chain = to(e.verdict.chain)
		}
		c.elements = append(c.elements, e)
	}
	for _, u := range m.users {
		c.users = append(c.users, to(u))
	}
	return c
}

func (m *Map) find(v nftValue) int {
	return slices.IndexFunc(m.elements, func(e mapElement) bool { return e.value == v })
}

func (m *Map) verdict(k *nftKey, w *walk) *nftVerdict {
	if k.kind == kindLink {
		name := k.link(w)
		for i := range m.elements {
			if m.elements[i].value.hasLink(name) {
				return &m.elements[i].verdict
			}
		}
		return nil
	}
	x, ok := k.get(w)
	if !ok {
		return nil
	}
	for i := range m.elements {
		if m.elements[i].value.has(x) {
			return &m.elements[i].verdict
		}
	}
	return nil
}

// nftVmap asks a verdict map.
type nftVmap struct {
	key  *nftKey
	from *Map
	name string // before the map is looked up
}

func (s *nftVmap) do(w *walk) action {
	if s.key.only != 0 && s.key.only != w.family() {
		return actNone
	}
	v := s.from.verdict(s.key, w)
	if v == nil {
		return actNone
	}
	return v.do(w)
}

func (s *nftVmap) String() string {
	if s.from.Name != "" {
		return s.key.words + " vmap @" + s.from.Name
	}
	words := make([]string, len(s.from.elements))
	for i, e := range s.from.elements {
		words[i] = s.key.kind.text(e.value) + " : " + e.verdict.String()
	}
	return s.key.words + " vmap { " + strings.Join(words, ", ") + " }"
}

// nftNAT is dnat, snat, masquerade or redirect.
type nftNAT struct {
	word   string
	family string // that is said, in tables of both
	v6     bool
	to     natRange
}

func (s *nftNAT) do(w *walk) action {
	if w.flow != nil && s.to.hasAddr && s.v6 != w.packet.V6() {
		return actNone
	}
	return w.applyNAT(s.word, s.to)
}

func (s *nftNAT) String() string {
	b := s.word
	if s.family != "" {
		b += " " + s.family
	}
	if s.to.hasAddr || s.to.hasPort {
		b += " to " + s.to.text(s.v6)
	}
	var flags []string
	for _, f := range []struct {
		on   bool
		name string
	}{{s.to.random, "random"}, {s.to.fullyRandom, "fully-random"}, {s.to.persistent, "persistent"}} {
		if f.on {
			flags = append(flags, f.name)
		}
	}
	if flags != nil {
		b += " " + strings.Join(flags, ",")
	}
	return b
}

// nftReject is reject.
type nftReject struct {
	with  string // "", "icmp", "icmpv6", "icmpx" or "tcp reset"
	what  Reject
	other Reject // of icmpx, for IPv6
}

func (s *nftReject) do(w *walk) action {
	v6 := w.packet.V6()
	if s.with == "icmp" && v6 || s.with == "icmpv6" && !v6 || s.with == "tcp reset" && w.packet.TCP == nil {
		return actNone
	}
	w.reject = s.what
	if w.packet.V6() && s.with != "icmpv6" && s.with != "tcp reset" {
		w.reject = s.other
	}
	return actReject
}

func (s *nftReject) String() string {
	switch s.with {
	case "":
		return "reject"
	case "tcp reset":
		return "reject with tcp reset"
	case "icmpx":
		return "reject with icmpx " + icmpxName(s.what)
	}
	return "reject with " + s.with + " " + s.what.form(s.with == "icmpv6").nft
}

// icmpxForms are answers that both versions of IP have, by nft's names.
func icmpxForms() []struct {
	name   string
	v4, v6 Reject
} {
	return []struct {
		name   string
		v4, v6 Reject
	}{
		{"port-unreachable", RejectPort, RejectPort6},
		{"host-unreachable", RejectHost, RejectAddr6},
		{"no-route", RejectNet, RejectNoRoute},
		{"admin-prohibited", RejectAdmin, RejectAdmin6},
	}
}

func icmpxName(r Reject) string {
	for _, f := range icmpxForms() {
		if f.v4 == r {
			return f.name
		}
	}
	return ""
}

// nftLog is log.
type nftLog struct {
	prefix string
	level  int // 4 is the usual, which is not printed
}

func (s *nftLog) do(w *walk) action {
	line := LogLine{Prefix: s.prefix, Level: s.level, at: w.at, packet: *w.packet}
	w.at.Stack.Event(ruleLog, w.hook.String(), line, w.at.Why)
	return actContinue
}

// nftLogLevels are by number.
func nftLogLevels() []string {
	return []string{"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"}
}

func (s *nftLog) String() string {
	out := "log"
	if s.prefix != "" {
		out += " prefix \"" + s.prefix + "\""
	}
	if s.level != 4 {
		out += " level " + nftLogLevels()[s.level]
	}
	return out
}

// usualBurst is the burst that is meant where none is said.
const usualBurst = 5

// nftLimit is limit rate.
type nftLimit struct {
	rate  uint64
	unit  string
	over  bool
	burst uint64

	credit, last time.Duration
	started      bool
}

// nftUnits are the spans of rates.
func nftUnits() []struct {
	name string
	span time.Duration
} {
	return []struct {
		name string
		span time.Duration
	}{
		{"second", time.Second},
		{"minute", time.Minute},
		{"hour", time.Hour},
		{"day", 24 * time.Hour},
		{"week", 7 * 24 * time.Hour},
	}
}

func (s *nftLimit) span() time.Duration {
	for _, u := range nftUnits() {
		if u.name == s.unit {
			return u.span
		}
	}
	return time.Second
}

// do is a bucket that fills with time. Linux: nft_limit.c
func (s *nftLimit) do(w *walk) action {
	now := w.at.Stack.Now()
	cost := s.span() / time.Duration(s.rate)
	full := cost * time.Duration(s.burst)
	if !s.started {
		s.started, s.credit, s.last = true, full, now
	}
	if gained := now - s.last; gained > math.MaxInt64-s.credit {
		s.credit = full
	} else {
		s.credit = min(s.credit+gained, full)
	}
	s.last = now
	within := s.credit >= cost
	if within {
		s.credit -= cost
	}
	if within != s.over {
		return actContinue
	}
	return actNone
}

func (s *nftLimit) String() string {
	over := ""
	if s.over {
		over = "over "
	}
	text := fmt.Sprintf("limit rate %s%d/%s", over, s.rate, s.unit)
	if s.burst != usualBurst {
		text += fmt.Sprintf(" burst %d packets", s.burst)
	}
	return text
}

// nftSetMark is "meta mark set" and "ct mark set".
type nftSetMark struct {
	conn bool
	n    uint32
}

func (s *nftSetMark) do(w *walk) action {
	switch {
	case !s.conn:
		w.packet.Mark = s.n
	case w.flow != nil:
		w.flow.mark = s.n
	}
	return actContinue
}

func (s *nftSetMark) String() string {
	word := "meta"
	if s.conn {
		word = "ct"
	}
	return word + " mark set 0x" + fmt.Sprintf("%08s", strconv.FormatUint(uint64(s.n), 16))
}

// nftNotrack is notrack.
type nftNotrack struct{}

func (nftNotrack) do(w *walk) action {
	if w.packet.Track == nil {
		w.packet.Track = untracked{}
		w.info = relUntracked
	}
	return actContinue
}

func (nftNotrack) String() string { return "notrack" }

// use tells the maps with names which chain asks them.
func (x *nftRule) use(c *Chain, n int) {
	for _, s := range x.statements {
		v, ok := s.(*nftVmap)
		if !ok || v.from.Name == "" {
			continue
		}
		if n > 0 {
			v.from.users = append(v.from.users, c)
		} else if i := slices.Index(v.from.users, c); i >= 0 {
			v.from.users = slices.Delete(v.from.users, i, i+1)
		}
	}
}

// clear takes all elements away.
func (m *Map) clear() {
	for len(m.elements) > 0 {
		m.remove(0)
	}
}

// add puts an element into a map with a name: all who ask it may jump there now.
func (m *Map) add(e mapElement) {
	m.elements = append(m.elements, e)
	if to := e.verdict.chain; to != nil {
		to.callers = append(to.callers, m.users...)
		to.held++
	}
}

func (m *Map) remove(i int) {
	if to := m.elements[i].verdict.chain; to != nil {
		for _, u := range m.users {
			to.dropCaller(u)
		}
		to.held--
	}
	m.elements = slices.Delete(m.elements, i, i+1)
}
