package netfilter

import (
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// connState is a set of states as rules see them. Linux: enum xt_conntrack_state
type connState uint8

const (
	stateInvalid connState = 1 << iota
	stateEstablished
	stateRelated
	stateNew
	stateUntracked
	stateSNAT
	stateDNAT
)

// stateNames are in the order in which iptables prints them.
func stateNames() []stateName {
	return []stateName{
		{"INVALID", stateInvalid},
		{"NEW", stateNew},
		{"RELATED", stateRelated},
		{"ESTABLISHED", stateEstablished},
		{"UNTRACKED", stateUntracked},
		{"SNAT", stateSNAT},
		{"DNAT", stateDNAT},
	}
}

type stateName struct {
	name string
	bit  connState
}

// state is the packet's. Before connections are looked up (in the table raw) every packet is INVALID.
func (w *walk) state() connState {
	var s connState
	switch {
	case w.flow == nil && w.info == relUntracked:
		return stateUntracked
	case w.flow == nil:
		return stateInvalid
	case w.info == relNew:
		s = stateNew
	case w.info.related():
		s = stateRelated
	default:
		s = stateEstablished
	}
	if w.flow.status&statusSrcNAT != 0 {
		s |= stateSNAT
	}
	if w.flow.status&statusDstNAT != 0 {
		s |= stateDNAT
	}
	return s
}

func statesOf(s, option string) (connState, error) {
	var out connState
next:
	for _, word := range strings.Split(s, ",") {
		for _, n := range stateNames() {
			if strings.EqualFold(n.name, word) {
				out |= n.bit
				continue next
			}
		}
		return 0, usage("Bad %s \"%s\"", option, word)
	}
	return out, nil
}

func (x connState) String() string {
	var out []string
	for _, n := range stateNames() {
		if x&n.bit != 0 {
			out = append(out, n.name)
		}
	}
	return strings.Join(out, ",")
}

// matchConntrack is -m conntrack.
type matchConntrack struct {
	v6     bool
	state  connState
	negate bool // of state
	proto  xtProto
	addrs  [4]xtAddr // origsrc, origdst, replsrc, repldst
	ports  [4]ctPort
	dir    int8 // 1 original, 2 reply
	given  bool
}

type ctPort struct {
	set bool
	portRange
}

func (m *matchConntrack) name() string { return "conntrack" }
func (m *matchConntrack) tracks() bool { return true }

// ctEnds are the ends of a connection's directions, in the order in which they are saved.
func ctEnds() [4]string { return [4]string{"origsrc", "origdst", "replsrc", "repldst"} }

func (m *matchConntrack) options() []option {
	out := []option{
		{name: "ctstate", args: 1},
		{name: "ctproto", args: 1},
		{name: "ctdir", args: 1},
		{name: "ctstatus", args: 1},
		{name: "ctexpire", args: 1},
	}
	for _, e := range ctEnds() {
		out = append(out, option{name: "ct" + e, args: 1}, option{name: "ct" + e + "port", args: 1})
	}
	return out
}

func (m *matchConntrack) set(p *specParser, a argument) error {
	m.given = true
	var err error
	switch a.name {
	case "ctstate":
		m.state, err = statesOf(a.value, "ctstate")
		m.negate = a.invert
	case "ctproto":
		m.proto, err = protoOf(a)
	case "ctdir":
		err = m.setDir(a)
	case "ctstatus", "ctexpire":
		err = unsimulated("option", "--"+a.name)
	default:
		err = m.setEnd(p, a)
	}
	return err
}

func (m *matchConntrack) setDir(a argument) error {
	if err := a.plain(m); err != nil {
		return err
	}
	switch strings.ToUpper(a.value) {
	case "ORIGINAL":
		m.dir = 1
	case "REPLY":
		m.dir = 2
	default:
		return usage("conntrack: Bad value for \"--ctdir\" option: \"%s\"", a.value)
	}
	return nil
}

func (m *matchConntrack) setEnd(p *specParser, a argument) error {
	for i, e := range ctEnds() {
		switch a.name {
		case "ct" + e:
			x, err := addrOf(a.value, p.family)
			x.invert = a.invert
			m.addrs[i] = x
			return err
		case "ct" + e + "port":
			r, err := portsOf(a.value, "")
			r.invert = a.invert
			m.ports[i] = ctPort{true, r}
			return err
		}
	}
	return nil
}

func (m *matchConntrack) check(*specParser) error {
	if !m.given {
		return usage("conntrack: At least one option is required")
	}
	return nil
}

func (m *matchConntrack) match(w *walk) bool {
	if m.state != 0 && (w.state()&m.state != 0) == m.negate {
		return false
	}
	if m.dir == 0 && m.proto.number == 0 && !m.ends() {
		return true
	}
	f := w.flow
	if f == nil || m.dir != 0 && w.info.direction() != int(m.dir-1) {
		return false
	}
	if m.proto.number != 0 && (f.tuples[0].proto == m.proto.number) == m.proto.invert {
		return false
	}
	return m.matchEnds(f)
}

// ends reports whether anything is asked of the connection's ends.
func (m *matchConntrack) ends() bool {
	for i := range m.addrs {
		if m.addrs[i].set || m.ports[i].set {
			return true
		}
	}
	return false
}

func (m *matchConntrack) matchEnds(f *flow) bool {
	o, r := &f.tuples[0], &f.tuples[1]
	addrs := [4]wide{o.src, o.dst, r.src, r.dst}
	ports := [4]uint16{o.sport, o.dport, r.sport, r.dport}
	for i := range addrs {
		if !m.addrs[i].match(addrs[i]) || m.ports[i].set && !m.ports[i].match(ports[i]) {
			return false
		}
	}
	return true
}

func (m *matchConntrack) save(b *strings.Builder) { m.write(b, "--") }

func (m *matchConntrack) write(b *strings.Builder, dashes string) {
	if m.state != 0 {
		inverted(b, m.negate)
		b.WriteString(" " + dashes + "ctstate " + m.state.String())
	}
	if m.proto.number != 0 {
		inverted(b, m.proto.invert)
		b.WriteString(" " + dashes + "ctproto " + strconv.Itoa(int(m.proto.number)))
	}
	for i, e := range ctEnds() {
		if x := m.addrs[i]; x.set {
			inverted(b, x.invert)
			b.WriteString(" " + dashes + "ct" + e + " " + x.short(true, m.v6))
		}
	}
	for i, e := range ctEnds() {
		if m.ports[i].set {
			m.ports[i].save(b, dashes+"ct"+e+"port")
		}
	}
	if m.dir != 0 {
		b.WriteString(" " + dashes + "ctdir " + [...]string{"ORIGINAL", "REPLY"}[m.dir-1])
	}
}

func (m *matchConntrack) list(b *strings.Builder, _ bool) { m.write(b, "") }

// matchState is -m state, the older name of -m conntrack --ctstate.
type matchState struct {
	states connState
	invert bool
}

func (m *matchState) name() string       { return "state" }
func (m *matchState) tracks() bool       { return true }
func (m *matchState) options() []option  { return []option{{name: "state", args: 1}} }
func (m *matchState) match(w *walk) bool { return (w.state()&m.states != 0) != m.invert }

func (m *matchState) set(_ *specParser, a argument) error {
	s, err := statesOf(a.value, "state")
	m.states, m.invert = s, a.invert
	return err
}

func (m *matchState) check(*specParser) error {
	if m.states == 0 {
		return usage("state: option \"--state\" must be specified\n")
	}
	return nil
}

func (m *matchState) save(b *strings.Builder) {
	inverted(b, m.invert)
	b.WriteString(" --state " + m.states.String())
}

func (m *matchState) list(b *strings.Builder, _ bool) {
	inverted(b, m.invert)
	b.WriteString(" state " + m.states.String())
}

// matchAddrType is -m addrtype.
type matchAddrType struct {
	src, dst          addrTypes
	limitIn, limitOut bool
}

type addrTypes struct {
	set    uint16
	invert bool
}

// addrTypeNames are in the kernel's order. Linux: enum rtn_type
func addrTypeNames() []string {
	return []string{
		"UNSPEC", "UNICAST", "LOCAL", "BROADCAST", "ANYCAST", "MULTICAST", "BLACKHOLE", "UNREACHABLE", "PROHIBIT",
		"THROW", "NAT", "XRESOLVE",
	}
}

const onlyLocal = 1 << 2

func (m *matchAddrType) name() string { return "addrtype" }
func (m *matchAddrType) tracks() bool { return false }

func (m *matchAddrType) options() []option {
	return []option{
		{name: "src-type", args: 1}, {name: "dst-type", args: 1}, {name: "limit-iface-in"}, {name: "limit-iface-out"},
	}
}

func (m *matchAddrType) set(_ *specParser, a argument) error {
	switch a.name {
	case "limit-iface-in", "limit-iface-out":
		return unsimulated("option", "--"+a.name)
	case "src-type":
		return m.src.set1(a)
	}
	return m.dst.set1(a)
}

func (x *addrTypes) set1(a argument) error {
	x.invert = a.invert
next:
	for _, word := range strings.Split(a.value, ",") {
		for i, n := range addrTypeNames() {
			if strings.EqualFold(n, word) {
				x.set |= 1 << i
				continue next
			}
		}
		return usage("addrtype: bad type \"%s\"", word)
	}
	return nil
}

func (m *matchAddrType) check(*specParser) error {
	if m.src.set == 0 && m.dst.set == 0 {
		return usage("addrtype: you must specify --src-type or --dst-type")
	}
	return nil
}

func (m *matchAddrType) match(w *walk) bool {
	return m.src.match(w.packet.Src, w.at.Stack) && m.dst.match(w.packet.Dst, w.at.Stack)
}

func (x *addrTypes) match(a netip.Addr, at Local) bool {
	if x.set == 0 {
		return true
	}
	if x.set == onlyLocal {
		return at.IsLocal(a) != x.invert
	}
	kind := at.AddrType(a)
	for i, n := range addrTypeNames() {
		if n == kind {
			return (x.set&(1<<i) != 0) != x.invert
		}
	}
	return x.invert
}

func (x *addrTypes) String() string {
	var out []string
	for i, n := range addrTypeNames() {
		if x.set&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return strings.Join(out, ",")
}

func (m *matchAddrType) save(b *strings.Builder) {
	if m.src.set != 0 {
		inverted(b, m.src.invert)
		b.WriteString(" --src-type " + m.src.String())
	}
	if m.dst.set != 0 {
		inverted(b, m.dst.invert)
		b.WriteString(" --dst-type " + m.dst.String())
	}
}

func (m *matchAddrType) list(b *strings.Builder, _ bool) {
	b.WriteString(" ADDRTYPE match")
	bang := func(yes bool) string {
		if yes {
			return "!"
		}
		return ""
	}
	if m.src.set != 0 {
		b.WriteString(" src-type " + bang(m.src.invert) + m.src.String())
	}
	if m.dst.set != 0 {
		b.WriteString(" dst-type " + bang(m.dst.invert) + m.dst.String())
	}
}

// matchLimit is -m limit: a bucket that fills with time. Linux: xt_limit.c
type matchLimit struct {
	period  time.Duration // between two packets
	count   int           // as it was given: COUNT/UNIT
	unit    int
	burst   int
	credit  time.Duration
	last    time.Duration
	started bool
}

// limitUnits are from the longest to the shortest, as the rate is printed with the first that fits.
func limitUnits() []struct {
	name string
	span time.Duration
} {
	return []struct {
		name string
		span time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"min", time.Minute}, {"sec", time.Second}}
}

// limitScale is the unit in which the kernel counts. Linux: XT_LIMIT_SCALE
const limitScale = time.Second / 10000

func newLimit() *matchLimit { return &matchLimit{period: time.Hour / 3, burst: 5} }

func (m *matchLimit) name() string { return "limit" }
func (m *matchLimit) tracks() bool { return false }

func (m *matchLimit) options() []option {
	return []option{{name: "limit", args: 1}, {name: "limit-burst", args: 1}}
}

func (m *matchLimit) set(_ *specParser, a argument) error {
	if err := a.plain(m); err != nil {
		return err
	}
	if a.name == "limit-burst" {
		n, err := strconv.ParseUint(a.value, 0, 32)
		if err != nil || n > 10000 {
			return usage("limit: bad value for option \"--limit-burst\", or out of range (0-10000).\n")
		}
		m.burst = int(n)
		return nil
	}
	period, ok := periodOf(a.value)
	if !ok {
		return usage("bad rate \"%s\"'", a.value)
	}
	m.period = period
	return nil
}

// periodOf parses a rate: NUMBER[/UNIT], the unit by its beginning.
func periodOf(s string) (time.Duration, bool) {
	number, unit, _ := strings.Cut(s, "/")
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil || n == 0 {
		return 0, false
	}
	span := time.Second
	if strings.Contains(s, "/") {
		span = 0
		for _, u := range []struct {
			name string
			span time.Duration
		}{{"second", time.Second}, {"minute", time.Minute}, {"hour", time.Hour}, {"day", 24 * time.Hour}} {
			if unit != "" && strings.HasPrefix(u.name, strings.ToLower(unit)) {
				span = u.span
			}
		}
	}
	p := span / limitScale / time.Duration(n) * limitScale
	return p, p > 0
}

func (m *matchLimit) check(*specParser) error { return nil }

func (m *matchLimit) match(w *walk) bool {
	now := w.at.Stack.Now()
	full := m.period * time.Duration(m.burst)
	if !m.started {
		m.started, m.credit, m.last = true, full, now
	}
	if gained := now - m.last; gained > math.MaxInt64-m.credit {
		m.credit = full
	} else {
		m.credit = min(m.credit+gained, full)
	}
	m.last = now
	if m.credit < m.period {
		return false
	}
	m.credit -= m.period
	return true
}

// rate is the period in the longest unit that divides it evenly. iptables: print_rate in libxt_limit.c
func (m *matchLimit) rate() string {
	units := limitUnits()
	period := int64(m.period / limitScale)
	best := units[0]
	for _, u := range units[1:] {
		span := int64(u.span / limitScale)
		if period > span || span/period < span%period {
			break
		}
		best = u
	}
	return strconv.FormatInt(int64(best.span/limitScale)/period, 10) + "/" + best.name
}

func (m *matchLimit) save(b *strings.Builder) {
	b.WriteString(" --limit " + m.rate())
	if m.burst != 5 {
		b.WriteString(" --limit-burst " + strconv.Itoa(m.burst))
	}
}

func (m *matchLimit) list(b *strings.Builder, _ bool) {
	b.WriteString(" limit: avg " + m.rate() + " burst " + strconv.Itoa(m.burst))
}
