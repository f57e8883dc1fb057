package netfilter

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// ConntrackVersion is what conntrack says of itself on Debian 12.
const ConntrackVersion = "conntrack v1.4.7 (conntrack-tools)"

// ConntrackTool is conntrack(8), without its name in args: -L, -D, -F, -C and -S.
func (t *Tables) ConntrackTool(args []string, at Local) Printed {
	c := conntrackCall{}
	if err := c.parse(args); err != nil {
		return Printed{Exit: 2, Err: ConntrackVersion + ": " + err.Error() +
			"\nTry `conntrack -h' or 'conntrack --help' for more information.\n"}
	}
	switch c.op {
	case 0, 'h':
		return Printed{Out: conntrackHelp()}
	case 'V':
		return Printed{Out: ConntrackVersion + "\n"}
	case 'C':
		return Printed{Out: strconv.Itoa(len(t.Conntrack(at))) + "\n"}
	case 'S':
		return Printed{Out: t.flows.statistics()}
	case 'F':
		t.Forget(at, func(Conn) bool { return true })
		return Printed{Err: ConntrackVersion + ": connection tracking table has been emptied.\n"}
	case 'D':
		return c.remove(t, at)
	}
	return c.list(t, at)
}

// statistics is the line of -S: there is one CPU.
func (k *tracker) statistics() string {
	var s trackerStats
	if k != nil {
		s = k.stats
	}
	return fmt.Sprintf("cpu=0   \tfound=0 invalid=%d insert=0 insert_failed=%d drop=%d early_drop=%d error=0 "+
		"search_restart=0 clash_resolve=0 chaintoolong=0 \n", s.invalid, s.clashed, s.dropped+s.clashed, s.early)
}

func conntrackHelp() string {
	return "Command line interface for the connection tracking system. Version 1.4.7\n" +
		"Usage: conntrack [commands] [options]\n\nCommands:\n" +
		"  -L [conntrack] [options]\tlist connections\n  -D [conntrack] parameters\tforget connections\n" +
		"  -F\t\t\t\tforget all\n  -C\t\t\t\tcount\n\nParameters:\n" +
		"  -p proto, -s ip, -d ip, -r ip, -q ip, -f ipv4|ipv6, -n [ip], -g [ip], -j [ip], -m mark, -u status\n" +
		"  with -p: --sport, --dport, --reply-port-src, --reply-port-dst, --state\n  -o extended\n"
}

// conntrackCall is one call of conntrack.
type conntrackCall struct {
	op       byte
	family   Family // 0 is both
	extended bool
	proto    packet.Proto
	tests    []func(Conn) bool
}

// conntrackOption is an option of conntrack. Those with value '?' may have one.
type conntrackOption struct {
	short byte
	long  []string
	value byte // 0 none, '1' one, '?' perhaps
	ports bool // only with -p tcp, udp or sctp
}

func conntrackOptions() []conntrackOption {
	return []conntrackOption{
		{'L', []string{"dump"}, '?', false},
		{'D', []string{"delete"}, '?', false},
		{'F', []string{"flush"}, '?', false},
		{'C', []string{"count"}, '?', false},
		{'S', []string{"stats"}, 0, false},
		{'V', []string{"version"}, 0, false},
		{'h', []string{"help"}, 0, false},
		{'s', []string{"src", "orig-src"}, '1', false},
		{'d', []string{"dst", "orig-dst"}, '1', false},
		{'r', []string{"reply-src"}, '1', false},
		{'q', []string{"reply-dst"}, '1', false},
		{'p', []string{"protonum"}, '1', false},
		{'f', []string{"family"}, '1', false},
		{'m', []string{"mark"}, '1', false},
		{'u', []string{"status"}, '1', false},
		{'o', []string{"output"}, '1', false},
		{'n', []string{"src-nat"}, '?', false},
		{'g', []string{"dst-nat"}, '?', false},
		{'j', []string{"any-nat"}, '?', false},
		{'1', []string{"sport", "orig-port-src"}, '1', true},
		{'2', []string{"dport", "orig-port-dst"}, '1', true},
		{'3', []string{"reply-port-src"}, '1', true},
		{'4', []string{"reply-port-dst"}, '1', true},
		{'5', []string{"state"}, '1', true},
	}
}

// conntrackMissing are what conntrack(8) has and this program has not.
func conntrackMissing() []string {
	return []string{
		"-E", "--event", "-I", "--create", "-U", "--update", "-G", "--get", "-A", "-z", "--zero", "-e", "-t",
		"--timeout", "-w", "--zone", "-l", "--label", "-b", "-i", "--id", "-c", "--secmark", "-R", "--load-file", "-M",
	}
}

func (c *conntrackCall) parse(args []string) error {
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		o, value, attached, err := c.find(word)
		if err != nil {
			return err
		}
		switch {
		case attached:
		case o.value == '1' && len(args) == 0:
			return fmt.Errorf("option `%s' requires an argument", word)
		case o.value == '1', o.value == '?' && len(args) > 0 && !strings.HasPrefix(args[0], "-"):
			value, args = args[0], args[1:]
		}
		if err := c.apply(o, value); err != nil {
			return err
		}
	}
	return nil
}

// find looks an option up, with a value in the same word.
func (c *conntrackCall) find(word string) (o conntrackOption, value string, attached bool, err error) {
	unknown := fmt.Errorf("unknown option `%s'", word)
	if slices.Contains(conntrackMissing(), word) {
		return o, "", false, fmt.Errorf("option `%s' is not simulated", word)
	}
	for _, o := range conntrackOptions() {
		if o.short > '9' && len(word) >= 2 && word[0] == '-' && word[1] == o.short {
			return o, word[2:], len(word) > 2, nil
		}
		name, value, attached := strings.Cut(strings.TrimPrefix(word, "--"), "=")
		if strings.HasPrefix(word, "--") && slices.Contains(o.long, name) {
			if o.ports && !hasPorts(c.proto) {
				return o, "", false, unknown
			}
			return o, value, attached, nil
		}
	}
	if !strings.HasPrefix(word, "-") {
		return o, "", false, fmt.Errorf("unknown argument `%s'", word)
	}
	return o, "", false, unknown
}

func (c *conntrackCall) apply(o conntrackOption, value string) error {
	switch o.short {
	case 'L', 'D', 'F', 'C', 'S', 'V', 'h':
		return c.command(o.short, value)
	case 's', 'd', 'r', 'q':
		return c.address(o.short, value)
	case 'n', 'g', 'j':
		return c.translated(o.short, value)
	case 'p':
		return c.protocol(value)
	case 'f':
		return c.onlyFamily(value)
	case 'o':
		return c.output(value)
	case 'm':
		return c.marked(value)
	case 'u':
		return c.status(value)
	case '5':
		c.tests = append(c.tests, func(x Conn) bool { return x.State == value })
		return nil
	}
	return c.port(o.short, value)
}

func (c *conntrackCall) command(op byte, table string) error {
	switch {
	case c.op != 0:
		return fmt.Errorf("Invalid commands combination")
	case table == "expect" || table == "dying" || table == "unconfirmed":
		return fmt.Errorf("table `%s' is not simulated", table)
	case table != "" && table != "conntrack":
		return fmt.Errorf("unknown type `%s'", table)
	}
	c.op = op
	return nil
}

func (c *conntrackCall) address(end byte, value string) error {
	p, err := netip.ParsePrefix(value)
	if err != nil {
		a, err := netip.ParseAddr(value)
		if err != nil {
			return fmt.Errorf("Invalid IP address `%s'", value)
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	c.tests = append(c.tests, func(x Conn) bool {
		a := map[byte]netip.AddrPort{'s': x.Original.Src, 'd': x.Original.Dst, 'r': x.Reply.Src, 'q': x.Reply.Dst}[end]
		return p.Contains(a.Addr())
	})
	return nil
}

// translated picks connections whose source (n), destination (g) or either (j) was rewritten, to an address if one is
// given.
func (c *conntrackCall) translated(end byte, value string) error {
	var to netip.Addr
	if value != "" {
		a, err := netip.ParseAddr(value)
		if err != nil {
			return fmt.Errorf("Invalid IP address `%s'", value)
		}
		to = a
	}
	c.tests = append(c.tests, func(x Conn) bool {
		src := x.SNAT != "" && (!to.IsValid() || x.Reply.Dst.Addr() == to)
		dst := x.DNAT != "" && (!to.IsValid() || x.Reply.Src.Addr() == to)
		return src && end != 'g' || dst && end != 'n'
	})
	return nil
}

func (c *conntrackCall) protocol(value string) error {
	known := map[string]packet.Proto{
		"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "sctp": 132, "6": 6, "17": 17, "1": 1, "58": 58, "132": 132,
	}
	p, ok := known[value]
	if !ok {
		return fmt.Errorf("`%s' unsupported protocol", value)
	}
	c.proto = p
	c.tests = append(c.tests, func(x Conn) bool { return x.Proto == p })
	return nil
}

func (c *conntrackCall) onlyFamily(value string) error {
	switch value {
	case "ipv4":
		c.family = IPv4
	case "ipv6":
		c.family = IPv6
	default:
		return fmt.Errorf("`%s' unsupported protocol", value)
	}
	return nil
}

func (c *conntrackCall) output(value string) error {
	switch value {
	case "extended":
		c.extended = true
	case "id", "timestamp", "xml", "save", "labels", "userspace":
		return fmt.Errorf("output `%s' is not simulated", value)
	default:
		return fmt.Errorf("Bad parameter `%s'", value)
	}
	return nil
}

func (c *conntrackCall) marked(value string) error {
	n, mask, ok := markOf(value)
	if !ok {
		return fmt.Errorf("Bad parameter `%s'", value)
	}
	c.tests = append(c.tests, func(x Conn) bool { return x.Mark&mask == n })
	return nil
}

func (c *conntrackCall) status(value string) error {
	for _, word := range strings.Split(value, ",") {
		var test func(Conn) bool
		switch strings.ToUpper(word) {
		case "ASSURED":
			test = func(x Conn) bool { return x.Assured }
		case "SEEN_REPLY":
			test = func(x Conn) bool { return x.Replied }
		case "UNSET":
			test = func(x Conn) bool { return !x.Replied }
		default:
			return fmt.Errorf("Bad parameter `%s'", value)
		}
		c.tests = append(c.tests, test)
	}
	return nil
}

func (c *conntrackCall) port(end byte, value string) error {
	n, err := strconv.ParseUint(value, 10, 16)
	if err != nil {
		return fmt.Errorf("Bad parameter `%s'", value)
	}
	c.tests = append(c.tests, func(x Conn) bool {
		ends := [...]netip.AddrPort{x.Original.Src, x.Original.Dst, x.Reply.Src, x.Reply.Dst}
		return ends[end-'1'].Port() == uint16(n)
	})
	return nil
}

func (c *conntrackCall) picks(x Conn) bool {
	if c.family != 0 && x.Family != c.family {
		return false
	}
	return !slices.ContainsFunc(c.tests, func(test func(Conn) bool) bool { return !test(x) })
}

func (c *conntrackCall) line(x Conn) string {
	if !c.extended {
		return x.String() + "\n"
	}
	if x.Family == IPv6 {
		return "ipv6     10 " + x.String() + "\n"
	}
	return "ipv4     2 " + x.String() + "\n"
}

func (c *conntrackCall) list(t *Tables, at Local) Printed {
	var b strings.Builder
	n := 0
	for _, x := range t.Conntrack(at) {
		if c.picks(x) {
			b.WriteString(c.line(x))
			n++
		}
	}
	return Printed{Out: b.String(), Err: fmt.Sprintf("%s: %d flow entries have been shown.\n", ConntrackVersion, n)}
}

func (c *conntrackCall) remove(t *Tables, at Local) Printed {
	var b strings.Builder
	n := t.Forget(at, func(x Conn) bool {
		if !c.picks(x) {
			return false
		}
		b.WriteString(c.line(x))
		return true
	})
	p := Printed{Out: b.String(), Err: fmt.Sprintf("%s: %d flow entries have been deleted.\n", ConntrackVersion, n)}
	if n == 0 {
		p.Exit = 1
	}
	return p
}
