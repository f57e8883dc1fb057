package netfilter

import (
	"strconv"
	"strings"
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

// word is the state without what was translated.
func (s connState) word() string {
	for _, n := range stateNames() {
		if n.bit&(stateSNAT|stateDNAT) == 0 && s&n.bit != 0 {
			return n.name
		}
	}
	return ""
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
