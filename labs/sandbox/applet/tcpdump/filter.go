// Package tcpdump is what tcpdump(8) and libpcap know about frames: which of them a filter takes, what is said of one,
// and how files keep them. It does no I/O.
//
// Laws:
//   - Lines are those of tcpdump 4.99 without -v.
//   - A filter that libpcap would take and we do not is refused by name (Unsimulated), never taken for another.
package tcpdump

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// Filter decides about a frame.
type Filter func(*packet.Frame) bool

// Names finds what names in filters stand for.
type Names struct {
	Host func(name string) ([]netip.Addr, bool)
	Port func(name string) (uint16, bool)
}

// Unsimulated is the part of a filter that libpcap knows and we do not.
type Unsimulated string

func (u Unsimulated) Error() string { return "'" + string(u) + "' in a filter is not simulated" }

// errSyntax is libpcap's own word.
func errSyntax() error { return errors.New("can't parse filter expression: syntax error") }

// Compile reads a filter: libpcap's language as far as learners use it. An empty one takes everything.
func Compile(text string, names Names) (Filter, error) {
	p := &compiler{words: split(text), names: names}
	if len(p.words) == 0 {
		return func(*packet.Frame) bool { return true }, nil
	}
	f, err := p.expression()
	if err == nil && len(p.words) > 0 {
		err = errSyntax()
	}
	return f, err
}

// split takes parentheses and signs apart from words.
func split(text string) []string {
	for _, sign := range []string{"(", ")", "&&", "||", "!="} {
		text = strings.ReplaceAll(text, sign, " "+sign+" ")
	}
	var words []string
	for _, w := range strings.Fields(text) {
		if len(w) > 1 && w[0] == '!' && w != "!=" {
			words = append(words, "!")
			w = w[1:]
		}
		words = append(words, w)
	}
	return words
}

// maxNesting bounds parentheses and negations.
const maxNesting = 64

type compiler struct {
	words []string
	names Names
	last  qualifiers // what a bare address or number is to mean
	depth int
}

// qualifiers say what an id is about: [proto] [src|dst] [host|net|port|portrange].
type qualifiers struct{ proto, dir, kind string }

func (p *compiler) peek() string {
	if len(p.words) == 0 {
		return ""
	}
	return p.words[0]
}

func (p *compiler) next() string {
	w := p.peek()
	if w != "" {
		p.words = p.words[1:]
	}
	return w
}

// expression: and and or have one precedence, from left to right.
func (p *compiler) expression() (Filter, error) {
	left, err := p.term()
	for err == nil {
		word := p.peek()
		if word != "and" && word != "&&" && word != "or" && word != "||" {
			break
		}
		p.next()
		var right Filter
		if right, err = p.term(); err != nil {
			break
		}
		a := left
		if word[0] == 'a' || word[0] == '&' {
			left = func(f *packet.Frame) bool { return a(f) && right(f) }
		} else {
			left = func(f *packet.Frame) bool { return a(f) || right(f) }
		}
	}
	return left, err
}

func (p *compiler) term() (Filter, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, errSyntax()
	}
	defer func() { p.depth-- }()
	switch p.peek() {
	case "not", "!":
		p.next()
		f, err := p.term()
		return func(x *packet.Frame) bool { return !f(x) }, err
	case "(":
		p.next()
		f, err := p.expression()
		if err == nil && p.next() != ")" {
			err = errSyntax()
		}
		return f, err
	}
	return p.primitive()
}

// primitive is a protocol, or qualifiers and an id.
func (p *compiler) primitive() (Filter, error) {
	var q qualifiers
	if named := protocol(p.peek()); named != nil {
		q.proto = p.next()
		if !p.qualified() {
			return named, nil
		}
	}
	if w := p.peek(); w == "src" || w == "dst" {
		q.dir = p.next()
		if after := p.peek(); (after == "or" || after == "and") && len(p.words) > 1 && (p.words[1] == "dst" || p.words[1] == "src") {
			return nil, Unsimulated(q.dir + " " + after + " " + p.words[1])
		}
	}
	switch w := p.peek(); w {
	case "host", "net", "port", "portrange":
		q.kind = p.next()
	case "broadcast", "multicast":
		p.next()
		return cast(w, q.proto), nil
	case "proto", "gateway", "less", "greater", "vlan", "mpls", "inbound", "outbound", "ifname", "wlan":
		return nil, Unsimulated(w)
	}
	if strings.ContainsAny(p.peek(), "[]&=<>") {
		return p.flags()
	}
	return p.id(q)
}

// qualified reports whether more of a primitive follows a protocol's name.
func (p *compiler) qualified() bool {
	switch p.peek() {
	case "src", "dst", "host", "net", "port", "portrange", "broadcast", "multicast", "proto":
		return true
	}
	return false
}

// id is the address or number of a primitive; one without qualifiers has those of the primitive before.
func (p *compiler) id(q qualifiers) (Filter, error) {
	word := p.next()
	switch {
	case word == "" || word == ")" || word == "and" || word == "or" || word == "not":
		return nil, errSyntax()
	case p.peek() != "" && !strings.Contains(" and or && || ) ", " "+p.peek()+" "):
		return nil, errSyntax()
	case q == qualifiers{} && p.last == qualifiers{}:
		return nil, errSyntax()
	case q == qualifiers{}:
		q = p.last
	}
	p.last = q
	if q.kind == "" {
		q.kind = "host"
		if strings.Contains(word, "/") {
			q.kind = "net"
		}
	}
	switch q.kind {
	case "port", "portrange":
		return p.ports(q, word)
	case "net":
		return network(q, word)
	}
	if m, ok := packet.ParseMAC(word); ok || q.proto == "ether" {
		if !ok {
			return nil, errSyntax()
		}
		return station(q.dir, m), nil
	}
	return p.host(q, word)
}

func (p *compiler) host(q qualifiers, word string) (Filter, error) {
	var list []netip.Addr
	if a, err := netip.ParseAddr(word); err == nil {
		list = []netip.Addr{a}
	} else if found, ok := p.names.Host(word); ok {
		list = found
	} else {
		return nil, fmt.Errorf("unknown host '%s'", word)
	}
	return between(q, func(a netip.Addr) bool {
		for _, x := range list {
			if a == x {
				return true
			}
		}
		return false
	}), nil
}

func network(q qualifiers, word string) (Filter, error) {
	prefix, err := netip.ParsePrefix(word)
	if err != nil {
		if strings.Contains(word, ":") || strings.Count(word, ".") > 3 || strings.Trim(word, "0123456789.") != "" {
			return nil, Unsimulated("net " + word)
		}
		bits := 8 * (strings.Count(word, ".") + 1)
		prefix, err = netip.ParsePrefix(word + strings.Repeat(".0", 4-bits/8) + "/" + strconv.Itoa(bits))
	}
	switch {
	case err != nil:
		return nil, errSyntax()
	case prefix.Masked() != prefix:
		return nil, fmt.Errorf("non-network bits set in \"%s\"", word)
	}
	return between(q, prefix.Contains), nil
}

// between looks at the addresses of a packet of IP, or of a message of ARP.
func between(q qualifiers, is func(netip.Addr) bool) Filter {
	proto := protocol(q.proto)
	return func(f *packet.Frame) bool {
		if proto != nil && !proto(f) {
			return false
		}
		var src, dst netip.Addr
		switch {
		case f.IP != nil:
			src, dst = f.IP.Src, f.IP.Dst
		case f.ARP != nil:
			src, dst = f.ARP.SenderIP, f.ARP.TargetIP
		default:
			return false
		}
		return q.dir != "dst" && is(src) || q.dir != "src" && is(dst)
	}
}

func station(dir string, m packet.MAC) Filter {
	return func(f *packet.Frame) bool { return dir != "dst" && f.Src == m || dir != "src" && f.Dst == m }
}

func (p *compiler) ports(q qualifiers, word string) (Filter, error) {
	first, last, isRange := word, word, false
	if q.kind == "portrange" {
		if first, last, isRange = strings.Cut(word, "-"); !isRange {
			last = first
		}
	}
	from, err := p.port(first)
	if err != nil {
		return nil, err
	}
	to, err := p.port(last)
	if err != nil {
		return nil, err
	}
	proto := protocol(q.proto)
	return func(f *packet.Frame) bool {
		src, dst, ok := portsOf(f)
		if !ok || proto != nil && !proto(f) {
			return false
		}
		return q.dir != "dst" && src >= from && src <= to || q.dir != "src" && dst >= from && dst <= to
	}, nil
}

func (p *compiler) port(word string) (uint16, error) {
	if n, err := strconv.ParseUint(word, 10, 16); err == nil {
		return uint16(n), nil
	}
	if n, ok := p.names.Port(word); ok {
		return n, nil
	}
	if strings.Trim(word, "0123456789") == "" {
		return 0, fmt.Errorf("illegal port number %s > 65535", word)
	}
	return 0, fmt.Errorf("unknown port '%s'", word)
}

func portsOf(f *packet.Frame) (src, dst uint16, ok bool) {
	switch {
	case f.IP == nil:
	case f.IP.TCP != nil:
		return f.IP.TCP.SrcPort, f.IP.TCP.DstPort, true
	case f.IP.UDP != nil:
		return f.IP.UDP.SrcPort, f.IP.UDP.DstPort, true
	}
	return 0, 0, false
}

// protocol is a word that names one; nil for any other word.
func protocol(word string) Filter {
	ip := func(is func(*packet.IP) bool) Filter {
		return func(f *packet.Frame) bool { return f.IP != nil && is(f.IP) }
	}
	switch word {
	case "ether":
		return func(*packet.Frame) bool { return true }
	case "arp":
		return func(f *packet.Frame) bool { return f.ARP != nil }
	case "ip":
		return ip(func(p *packet.IP) bool { return !p.V6() })
	case "ip6":
		return ip((*packet.IP).V6)
	case "tcp":
		return ip(func(p *packet.IP) bool { return p.Proto == packet.ProtoTCP })
	case "udp":
		return ip(func(p *packet.IP) bool { return p.Proto == packet.ProtoUDP })
	case "sctp":
		return ip(func(p *packet.IP) bool { return p.Proto == packet.ProtoSCTP })
	case "icmp":
		return ip(func(p *packet.IP) bool { return p.Proto == packet.ProtoICMP })
	case "icmp6":
		return ip(func(p *packet.IP) bool { return p.Proto == packet.ProtoICMPv6 })
	}
	return nil
}

// cast is frames for many: of Ethernet, or by the addresses of IP.
func cast(word, proto string) Filter {
	named := protocol(proto)
	return func(f *packet.Frame) bool {
		switch {
		case named != nil && !named(f):
			return false
		case word == "broadcast":
			return f.Dst == packet.Broadcast()
		case proto == "ip" || proto == "ip6":
			return f.IP.Dst.IsMulticast()
		}
		return f.Dst.IsMulticast()
	}
}

// flags is a look at the control bits of TCP: tcp[tcpflags] & (tcp-syn|tcp-fin) != 0, or == and a number of bits.
func (p *compiler) flags() (Filter, error) {
	var text strings.Builder
	for len(p.words) > 0 && p.peek() != "and" && p.peek() != "or" && p.peek() != "&&" && p.peek() != "||" {
		if p.peek() == ")" && strings.Count(text.String(), "(") == strings.Count(text.String(), ")") {
			break
		}
		text.WriteString(p.next())
	}
	all := text.String()
	rest, ok := strings.CutPrefix(strings.Replace(all, "tcp[13]", "tcp[tcpflags]", 1), "tcp[tcpflags]")
	if !ok {
		return nil, Unsimulated(all)
	}
	mask := packet.TCPFlags(0xff)
	if masked, ok := strings.CutPrefix(rest, "&"); ok {
		i := strings.IndexAny(masked, "!=")
		if i < 0 {
			return nil, Unsimulated(all)
		}
		if mask, ok = bits(masked[:i]); !ok {
			return nil, Unsimulated(all)
		}
		rest = masked[i:]
	}
	differs := strings.HasPrefix(rest, "!=")
	want, ok := bits(strings.TrimLeft(rest, "!="))
	if !ok || !strings.HasPrefix(rest, "=") && !differs {
		return nil, Unsimulated(all)
	}
	return func(f *packet.Frame) bool {
		return f.IP != nil && f.IP.TCP != nil && !f.IP.V6() && (f.IP.TCP.Flags&mask == want) != differs
	}, nil
}

// bits is names or numbers of control bits with bars between.
func bits(text string) (flags packet.TCPFlags, ok bool) {
	for _, w := range strings.Split(strings.Trim(text, "()"), "|") {
		switch w {
		case "tcp-fin":
			flags |= packet.FIN
		case "tcp-syn":
			flags |= packet.SYN
		case "tcp-rst":
			flags |= packet.RST
		case "tcp-push":
			flags |= packet.PSH
		case "tcp-ack":
			flags |= packet.ACK
		case "tcp-urg":
			flags |= packet.URG
		default:
			n, err := strconv.ParseUint(w, 0, 8)
			if err != nil {
				return 0, false
			}
			flags |= packet.TCPFlags(n)
		}
	}
	return flags, true
}
