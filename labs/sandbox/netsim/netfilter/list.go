package netfilter

import (
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// list is -L. iptables: nft_rule_list, print_header and print_rule_details
func (c *command) list(x xtables) error {
	if c.chain != "" && !x.exists(c.chain) {
		return c.noChainToList()
	}
	first := true
	for _, s := range x.shown() {
		switch {
		case c.chain == "":
			if !first {
				c.out.WriteByte('\n')
			}
			first = false
		case s.Name != c.chain:
			continue
		}
		if c.number > 0 {
			c.listOne(s)
			continue
		}
		c.listHeader(s)
		for i, r := range s.rules {
			c.listRule(i+1, r)
		}
	}
	return nil
}

// noChainToList is what iptables of this version says instead of that there is no such chain.
func (c *command) noChainToList() error {
	return &xtError{kind: xtIncompatible, what: c.chain, on: c.table}
}

func (c *command) listOne(s *Chain) {
	if c.number <= len(s.rules) {
		c.listRule(c.number, s.rules[c.number-1])
	}
}

func (c *command) listHeader(s *Chain) {
	b := &c.out
	if s.base == nil {
		fmt.Fprintf(b, "Chain %s (%d references)\n", s.Name, len(s.callers))
	} else {
		fmt.Fprintf(b, "Chain %s (policy %s", s.Name, strings.ToUpper(s.base.policy.String()))
		if c.verbose > 0 {
			b.WriteString(" " + c.amount(s.Packets, false) + " packets, " + c.amount(s.Bytes, false) + " bytes")
		}
		b.WriteString(")\n")
	}
	if c.lines {
		b.WriteString("num  ")
	}
	if c.verbose > 0 {
		if c.exact {
			b.WriteString("    pkts      bytes ")
		} else {
			b.WriteString(" pkts bytes ")
		}
	}
	b.WriteString("target     prot opt ")
	if c.verbose > 0 {
		b.WriteString("in     out     ")
	}
	b.WriteString("source               destination         \n")
}

// amount is a counter; padded in a table. iptables: xtables_print_num
func (c *command) amount(n uint64, padded bool) string {
	width := 5
	unit := ""
	switch {
	case c.exact:
		width = 8
	case n > 99999:
		n, unit = rounded(n)
		width = 4
	}
	if !padded {
		return strconv.FormatUint(n, 10) + unit
	}
	return fmt.Sprintf("%*d%s", width, n, unit)
}

func rounded(n uint64) (uint64, string) {
	n = (n + 500) / 1000
	units := [...]string{"K", "M", "G", "T"}
	for _, u := range units[:3] {
		if n <= 9999 {
			return n, u
		}
		n = (n + 500) / 1000
	}
	return n, units[3]
}

// listRule is a rule in a table.
func (c *command) listRule(number int, r *Rule) {
	x := r.xt(c.family)
	if x == nil {
		return
	}
	b := &c.out
	if c.lines {
		fmt.Fprintf(b, "%-4d ", number)
	}
	if c.verbose > 0 {
		b.WriteString(c.amount(r.Packets, true) + " " + c.amount(r.Bytes, true) + " ")
	}
	fmt.Fprintf(b, "%-9s %s%-4s %s ", x.listTarget(), bang(x.proto.invert), c.protoWord(x.proto.number), x.optWord())
	if c.verbose > 0 {
		fmt.Fprintf(b, " %-6s %-6s ", c.linkWord(&x.in), c.linkWord(&x.out))
	}
	v6 := c.family == IPv6
	fmt.Fprintf(b, "%s%-19s %s%-19s ", bang(x.src.invert), x.src.short(c.numeric, v6),
		bang(x.dst.invert), x.dst.short(c.numeric, v6))
	c.listRest(x)
}

func (c *command) listRest(x *xtRule) {
	b := &c.out
	if x.jump.leave {
		b.WriteString("[goto] ")
	}
	for _, m := range x.matches {
		m.list(b, c.numeric)
	}
	if x.target != nil {
		x.target.list(b, c.numeric)
	}
	b.WriteByte('\n')
}

func bang(yes bool) string {
	if yes {
		return "!"
	}
	return " "
}

// listTarget is the column "target". NOTRACK is an alias of CT.
func (x *xtRule) listTarget() string {
	if n := x.targetName(); n != "NOTRACK" {
		return n
	}
	return "CT"
}

// optWord is the column "opt": of IPv4, fragments.
func (x *xtRule) optWord() string {
	switch {
	case !x.fragment.set:
		return "--"
	case x.fragment.invert:
		return "!f"
	}
	return "-f"
}

// protoWord is the column "prot": with -n the number.
func (c *command) protoWord(p packet.Proto) string {
	switch {
	case c.numeric:
		return strconv.Itoa(int(p))
	case p == 0:
		return "all"
	}
	return protoName(p)
}

// ownProtoName is a name that iptables knows without /etc/protocols. iptables: xtables_chain_protos
func ownProtoName(p packet.Proto) string {
	switch p {
	case 6, 132, 17, 136, 1, 58, 50, 51, 135:
		return protoName(p)
	}
	return strconv.Itoa(int(p))
}

func (c *command) linkWord(x *xtLink) string {
	if x.unset() {
		if c.numeric {
			return "*"
		}
		return "any"
	}
	if x.invert {
		return "!" + x.String()
	}
	return x.String()
}

// printRule is a rule as -v shows what was done.
func (c *command) printRule(x *xtRule) {
	b := &c.out
	v6 := c.family == IPv6
	numeric := *c
	numeric.numeric = true
	if name := x.listTarget(); name != "" {
		b.WriteString(name)
	}
	fmt.Fprintf(b, " %s%s opt %s in %s out %s %s%s %s-> %s  ", bang(x.proto.invert), ownProtoWord(x.proto.number),
		x.optWord(), numeric.linkWord(&x.in), numeric.linkWord(&x.out), bang(x.src.invert), x.src.short(true, v6),
		bang(x.dst.invert), x.dst.short(true, v6))
	numeric.out = strings.Builder{}
	numeric.listRest(x)
	b.WriteString(numeric.out.String())
}

func ownProtoWord(p packet.Proto) string {
	if p == 0 {
		return "all"
	}
	return ownProtoName(p)
}

// listRules is -S.
func (c *command) listRules(x xtables) error {
	if c.chain != "" && !x.exists(c.chain) {
		return c.noChainToList()
	}
	chains := x.shown()
	if c.chain != "" {
		for _, s := range chains {
			if s.Name == c.chain {
				chains = []*Chain{s}
				break
			}
		}
	}
	if c.number > 0 {
		if s := chains[0]; c.number <= len(s.rules) {
			c.ruleLine(s, s.rules[c.number-1])
		}
		return nil
	}
	for _, s := range chains {
		c.chainLine(s)
	}
	for _, s := range chains {
		for _, r := range s.rules {
			c.ruleLine(s, r)
		}
	}
	return nil
}

func (c *command) chainLine(s *Chain) {
	if s.base == nil {
		fmt.Fprintf(&c.out, "-N %s\n", s.Name)
		return
	}
	fmt.Fprintf(&c.out, "-P %s %s", s.Name, strings.ToUpper(s.base.policy.String()))
	if c.verbose > 0 {
		fmt.Fprintf(&c.out, " -c %d %d", s.Packets, s.Bytes)
	}
	c.out.WriteByte('\n')
}

func (c *command) ruleLine(s *Chain, r *Rule) {
	x := r.xt(c.family)
	if x == nil {
		return
	}
	counters := ""
	if c.verbose > 0 {
		counters = fmt.Sprintf("-c %d %d", r.Packets, r.Bytes)
	}
	c.out.WriteString(strings.TrimRight("-A "+s.Name+" "+x.text(counters), " ") + "\n")
}
