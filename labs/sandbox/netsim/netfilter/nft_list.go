package netfilter

import (
	"fmt"
	"strconv"
	"strings"
)

// listAll is list ruleset, tables, chains or maps.
func (x *nft) listAll(c *nftCommand) {
	for _, t := range x.tables.list {
		if c.table != "" && t.Family != c.family {
			continue
		}
		switch c.object {
		case "ruleset":
			x.listTable(t)
		case "tables":
			fmt.Fprintf(&x.out, "table %s %s\n", t.Family, t.Name)
		case "chains":
			x.tableHead(t)
			for _, s := range t.chains {
				x.listChain(s, false)
			}
			x.out.WriteString("}\n")
		case "maps":
			x.tableHead(t)
			for _, m := range t.maps {
				x.listMap(m)
			}
			x.out.WriteString("}\n")
		}
	}
}

func (x *nft) tableHead(t *Table) {
	fmt.Fprintf(&x.out, "table %s %s {\n", t.Family, t.Name)
}

func (x *nft) handleWord(n uint64) string {
	if !x.handles {
		return ""
	}
	return fmt.Sprintf(" # handle %d", n)
}

func (x *nft) listTable(t *Table) {
	x.warn(t)
	fmt.Fprintf(&x.out, "table %s %s {%s\n", t.Family, t.Name, x.handleWord(t.handle))
	first := true
	gap := func() {
		if !first {
			x.out.WriteByte('\n')
		}
		first = false
	}
	for _, m := range t.maps {
		gap()
		x.listMap(m)
	}
	for _, s := range t.chains {
		gap()
		x.listChain(s, true)
	}
	x.out.WriteString("}\n")
}

// warn says that a table has rules of iptables which nft cannot write itself.
func (x *nft) warn(t *Table) {
	for _, c := range t.chains {
		for _, r := range c.rules {
			if b, ok := r.body.(*xtRule); ok && b.foreign() {
				fmt.Fprintf(
					&x.warnings,
					"# Warning: table %s %s is managed by iptables-nft, do not touch!\n",
					t.Family,
					t.Name,
				)
				return
			}
		}
	}
}

func (x *nft) listMap(m *Map) {
	b := &x.out
	fmt.Fprintf(b, "\tmap %s {%s\n\t\ttype %s : verdict\n", m.Name, x.handleWord(m.handle), m.kind.typeName())
	for i, e := range m.elements {
		switch {
		case x.terse:
			continue
		case i == 0:
			b.WriteString("\t\telements = { ")
		default:
			b.WriteString(",\n\t\t\t     ")
		}
		b.WriteString(m.kind.text(e.value) + " : " + e.verdict.String())
		if i == len(m.elements)-1 {
			b.WriteString(" }\n")
		}
	}
	b.WriteString("\t}\n")
}

func (x *nft) listChain(s *Chain, rules bool) {
	b := &x.out
	fmt.Fprintf(b, "\tchain %s {%s\n", s.Name, x.handleWord(s.handle))
	if s.base != nil {
		priority := s.base.priorityWord()
		if x.numbers {
			priority = strconv.Itoa(s.base.priority)
		}
		fmt.Fprintf(b, "\t\ttype %s hook %s priority %s; policy %s;\n", s.base.kind,
			strings.ToLower(s.base.hook.String()), priority, s.base.policy)
	}
	for _, r := range s.rules {
		if rules {
			b.WriteString("\t\t" + x.ruleText(r) + x.handleWord(r.handle) + "\n")
		}
	}
	b.WriteString("\t}\n")
}

// ruleText is a rule as nft prints it.
func (x *nft) ruleText(r *Rule) string {
	switch b := r.body.(type) {
	case *nftRule:
		if x.noCount {
			return b.withoutCounts()
		}
		return b.String()
	case *xtRule:
		return b.nftText(r, x.noCount)
	}
	return ""
}

// withoutCounts is the rule as -s prints it.
func (r *nftRule) withoutCounts() string {
	c := nftRule{comment: r.comment}
	for _, s := range r.statements {
		if _, counts := s.(*nftCounter); counts {
			s = plainCounter{}
		}
		c.statements = append(c.statements, s)
	}
	return c.String()
}

// plainCounter is a counter without its state.
type plainCounter struct{}

func (plainCounter) do(*walk) action { return actContinue }
func (plainCounter) String() string  { return "counter" }

// nearPriority is how far a priority may be from one with a name to be said by it.
const nearPriority = 10

// priorityWord is the name of a usual priority, where it is usual, and how far this one is from it.
func (b *base) priorityWord() string {
	for _, x := range priorityNames() {
		fits := true
		switch x.name {
		case "dstnat":
			fits = b.hook == PreRouting
		case "srcnat":
			fits = b.hook == PostRouting
		}
		d := b.priority - x.n
		switch {
		case !fits || d < -nearPriority || d > nearPriority:
			continue
		case d == 0:
			return x.name
		case d < 0:
			return fmt.Sprintf("%s - %d", x.name, -d)
		}
		return fmt.Sprintf("%s + %d", x.name, d)
	}
	return fmt.Sprint(b.priority)
}
