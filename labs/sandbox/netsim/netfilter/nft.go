package netfilter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// NftVersion is what nft says of itself on Debian 12.
const NftVersion = "nftables v1.0.6 (Lester Gooch #5)"

// Script does what "nft -f" does with a script: all of it, or nothing and an error. The rules that it makes have the
// origin.
func (t *Tables) Script(script, origin string) error {
	x := nft{tables: t, origin: origin}
	err := x.script(script)
	var e *nftError
	if errors.As(err, &e) {
		return fmt.Errorf("nft: %s", strings.TrimRight(e.show(script, ""), "\n"))
	}
	return err
}

// Nft is nft(8), without its name in args. files reads what -f names; - is the standard input.
func (t *Tables) Nft(args []string, files func(name string) (string, error)) Printed {
	x := nft{tables: t, origin: "nft " + strings.Join(args, " ")}
	file, rest, done := x.options(args)
	if done != nil {
		return *done
	}
	script := strings.Join(rest, " ")
	if file != "" {
		text, err := files(file)
		if err != nil {
			return Printed{
				Err: fmt.Sprintf("internal:0:0-0: Error: Could not open file \"%s\": No such file or directory\n\n",
					file),
				Exit: 1,
			}
		}
		script = text
	} else if len(rest) == 0 {
		return Printed{Err: "nft: no command specified\n", Exit: 1}
	}
	err := x.script(script)
	var e *nftError
	if errors.As(err, &e) {
		return Printed{Out: x.out.String(), Err: e.show(script, fileWord(file)), Exit: 1}
	}
	return Printed{Out: x.out.String(), Err: x.warnings.String()}
}

func fileWord(file string) string {
	if file == "-" {
		return "/dev/stdin"
	}
	return file
}

// nft is one run of nft.
type nft struct {
	tables   *Tables
	origin   string
	handles  bool // -a
	terse    bool // -t
	check    bool // -c
	noCount  bool // -s
	numbers  bool // -y
	out      strings.Builder
	warnings strings.Builder
}

func (x *nft) options(args []string) (file string, rest []string, done *Printed) {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && len(args[0]) > 1 {
		a := args[0]
		args = args[1:]
		switch a {
		case "-v", "--version", "-V":
			return "", nil, &Printed{Out: NftVersion + "\n"}
		case "-h", "--help":
			return "", nil, &Printed{Out: "Usage: nft [ options ] [ cmds... ]\n\n" +
				"Options: -a (handles), -y (priorities as numbers), -s (no counters), -t (no elements), " +
				"-c (check only), -f FILE\n"}
		case "-a", "--handle":
			x.handles = true
		case "-y", "--numeric-priority":
			x.numbers = true
		case "-s", "--stateless":
			x.noCount = true
		case "-t", "--terse":
			x.terse = true
		case "-c", "--check":
			x.check = true
		case "-f", "--file":
			if len(args) == 0 {
				return "", nil, &Printed{Err: "nft: option requires an argument -- 'f'\n", Exit: 1}
			}
			file, args = args[0], args[1:]
		default:
			return "", nil, &Printed{Err: "nft: option " + a + " is not simulated\n", Exit: 1}
		}
	}
	return file, args, nil
}

// script does all commands, or none.
func (x *nft) script(script string) error {
	commands, err := parseNft(script)
	if err != nil {
		return err
	}
	real := x.tables
	if len(commands) > 1 || x.check {
		x.tables = real.cloneRules()
	}
	for i := range commands {
		if err := x.run(&commands[i]); err != nil {
			return err
		}
	}
	if x.tables != real && !x.check {
		real.become(x.tables)
	}
	return nil
}

// refused is what the kernel says about a command.
func refused(at span, why string) error { return nftErr(at, "Could not process rule: %s", why) }

const (
	whyNone        = "No such file or directory"
	whyExists      = "File exists"
	whyBusy        = "Device or resource busy"
	whyUnsupported = "Operation not supported"
	whyLinks       = "Too many links"
	whyMemory      = "Cannot allocate memory"
)

func (x *nft) run(c *nftCommand) error {
	switch c.verb + " " + c.object {
	case "add table", "create table":
		return x.addTable(c)
	case "delete table", "destroy table":
		return x.deleteTable(c)
	case "flush ruleset":
		return x.flushAll(c)
	case "list ruleset", "list tables", "list chains", "list maps":
		x.listAll(c)
		return nil
	}
	t := x.tables.table(c.family, c.table)
	if t == nil {
		return x.noTable(c)
	}
	switch c.verb + " " + c.object {
	case "list table":
		x.listTable(t)
		return nil
	case "flush table":
		for _, s := range t.chains {
			x.tables.flush(s)
		}
		return nil
	case "add chain", "create chain":
		return x.addChain(t, c)
	case "add map", "create map":
		return x.addMap(t, c)
	case "list map", "delete map", "destroy map", "flush map", "add element", "create element", "delete element",
		"destroy element":
		return x.onMap(t, c)
	}
	return x.onChain(t, c)
}

func (x *nft) noTable(c *nftCommand) error {
	switch {
	case c.verb == "destroy":
		return nil
	case c.verb == "list" || c.verb == "add" && c.object == "chain":
		return nftErr(c.tableAt, whyNone)
	}
	return refused(c.tableAt, whyNone)
}

func (x *nft) addTable(c *nftCommand) error {
	if c.verb == "create" && x.tables.table(c.family, c.table) != nil {
		return refused(c.tableAt, whyExists)
	}
	x.tables.addTable(c.family, c.table)
	return nil
}

func (x *nft) deleteTable(c *nftCommand) error {
	t := x.tables.table(c.family, c.table)
	switch {
	case t != nil:
		x.tables.removeTable(t)
	case c.verb == "delete":
		return refused(c.tableAt, whyNone)
	}
	return nil
}

func (x *nft) flushAll(c *nftCommand) error {
	for _, t := range slices.Clone(x.tables.list) {
		if c.table == "" || t.Family == c.family {
			x.tables.removeTable(t)
		}
	}
	return nil
}

func (x *nft) addChain(t *Table, c *nftCommand) error {
	old := t.chain(c.name)
	switch {
	case old != nil && c.verb == "create":
		return refused(c.nameAt, whyExists)
	case old != nil && c.base != nil && old.base == nil:
		return refused(c.nameAt, whyExists)
	case old != nil && c.policy:
		x.tables.setPolicy(old, c.base.policy)
		return nil
	case old != nil:
		return nil
	}
	if b := c.base; b != nil && b.kind == kindNAT && b.hook == Forward {
		return refused(c.nameAt, whyUnsupported)
	}
	if len(t.chains) >= maxChains {
		return refused(c.nameAt, whyMemory)
	}
	x.tables.addChain(t, c.name, c.base)
	return nil
}

func (x *nft) addMap(t *Table, c *nftCommand) error {
	if m := t.namedMap(c.name); m != nil {
		if c.verb == "create" || m.kind != c.kind {
			return refused(c.nameAt, whyExists)
		}
		return x.addElements(t, m, c)
	}
	m := &Map{Name: c.name, table: t, kind: c.kind, handle: t.give()}
	t.maps = append(t.maps, m)
	return x.addElements(t, m, c)
}

func (x *nft) onMap(t *Table, c *nftCommand) error {
	m := t.namedMap(c.name)
	if m == nil {
		if c.verb == "destroy" {
			return nil
		}
		if c.verb == "list" || c.object == "element" {
			return nftErr(c.nameAt, whyNone)
		}
		return refused(c.nameAt, whyNone)
	}
	switch {
	case c.verb == "list":
		x.tableHead(t)
		x.listMap(m)
		x.out.WriteString("}\n")
	case c.verb == "flush":
		m.clear()
	case c.object == "map":
		if len(m.users) > 0 {
			return refused(c.nameAt, whyBusy)
		}
		m.clear()
		t.maps = slices.DeleteFunc(t.maps, func(o *Map) bool { return o == m })
	case c.verb == "add" || c.verb == "create":
		return x.addElements(t, m, c)
	default:
		return x.deleteElements(m, c)
	}
	return nil
}

// value reads an element's again, now that its type is known: the parser took it for a link's name.
func (m *Map) value(v nftValue, at span) (nftValue, error) {
	if m.kind == kindLink || v.link == "" {
		return v, nil
	}
	s := v.link
	if v.prefix {
		s += "*"
	}
	out, err := m.kind.value(s)
	if err != nil {
		return v, nftErr(at, "%s", err)
	}
	return out, nil
}

func (x *nft) addElements(t *Table, m *Map, c *nftCommand) error {
	for i, e := range c.elements {
		v, err := m.value(e.value, c.elementAt[i])
		if err != nil {
			return err
		}
		e.value = v
		if e.verdict.to != "" {
			if e.verdict.chain = t.chain(e.verdict.to); e.verdict.chain == nil {
				return refused(c.elementAt[i], whyNone)
			}
			if e.verdict.chain.base != nil {
				return refused(c.elementAt[i], whyUnsupported)
			}
			for _, u := range m.users {
				if u.tooDeep(e.verdict.chain) {
					return refused(c.elementAt[i], whyLinks)
				}
			}
		}
		if at := m.find(v); at >= 0 {
			if m.elements[at].verdict != e.verdict || c.verb == "create" {
				return refused(c.elementAt[i], whyExists)
			}
			continue
		}
		m.add(e)
	}
	return nil
}

func (x *nft) deleteElements(m *Map, c *nftCommand) error {
	for i, e := range c.elements {
		v, err := m.value(e.value, c.elementAt[i])
		if err != nil {
			return err
		}
		at := m.find(v)
		switch {
		case at >= 0:
			m.remove(at)
		case c.verb == "delete":
			return refused(c.elementAt[i], whyNone)
		}
	}
	return nil
}

func (x *nft) onChain(t *Table, c *nftCommand) error {
	s := t.chain(c.name)
	if s == nil {
		switch {
		case c.verb == "destroy":
			return nil
		case c.verb == "list":
			return nftErr(c.nameAt, whyNone)
		}
		return refused(c.nameAt, whyNone)
	}
	switch c.verb + " " + c.object {
	case "list chain":
		x.tableHead(t)
		x.listChain(s, true)
		x.out.WriteString("}\n")
	case "flush chain":
		x.tables.flush(s)
	case "delete chain", "destroy chain":
		if s.busy() {
			return refused(c.nameAt, whyBusy)
		}
		x.tables.removeChain(s)
	case "add rule", "insert rule":
		return x.addRule(t, s, c)
	case "delete rule", "destroy rule":
		return x.deleteRule(s, c)
	case "replace rule":
		return x.replaceRule(t, s, c)
	case "rename chain":
		if t.chain(c.newName) != nil {
			return refused(c.newNameAt, whyExists)
		}
		s.Name = c.newName
	default:
		return nftErr(c.at, "%s %s is not simulated", c.verb, c.object)
	}
	return nil
}

func (x *nft) deleteRule(s *Chain, c *nftCommand) error {
	i := slices.IndexFunc(s.rules, func(r *Rule) bool { return r.handle == c.handle })
	switch {
	case i >= 0:
		x.tables.remove(s, i)
	case c.verb == "delete":
		return refused(c.handleAt, whyNone)
	}
	return nil
}

func (x *nft) replaceRule(t *Table, s *Chain, c *nftCommand) error {
	i := slices.IndexFunc(s.rules, func(r *Rule) bool { return c.handleSet && r.handle == c.handle })
	if i < 0 {
		return refused(span{c.tableAt.to + 1, c.tableAt.to + 1}, whyNone)
	}
	if err := x.bind(t, s, c); err != nil {
		return err
	}
	x.tables.remove(s, i)
	c.rule.giveHandles(t)
	x.tables.insert(s, i, &Rule{Origin: x.origin, body: c.rule})
	return nil
}

func (x *nft) addRule(t *Table, s *Chain, c *nftCommand) error {
	if x.tables.full() {
		return refused(c.whole(), whyMemory)
	}
	if err := x.bind(t, s, c); err != nil {
		t.give() // as in the kernel, which had begun to make it
		return err
	}
	at := len(s.rules)
	switch {
	case c.handleSet:
		at = slices.IndexFunc(s.rules, func(r *Rule) bool { return r.handle == c.handle })
		if at < 0 {
			return refused(c.handleAt, whyNone)
		}
	case c.index >= 0:
		if at = c.index; at >= len(s.rules) {
			return refused(c.handleAt, whyNone)
		}
	case c.verb == "insert":
		at = -1
	default:
		at--
	}
	if c.verb == "add" || at < 0 {
		at++
	}
	c.rule.giveHandles(t)
	x.tables.insert(s, at, &Rule{Origin: x.origin, body: c.rule})
	return nil
}

// giveHandles counts the sets that stand in a rule: they have handles of their own.
func (r *nftRule) giveHandles(t *Table) {
	for _, s := range r.statements {
		switch s := s.(type) {
		case *nftMatch:
			if s.braces && len(s.values) > 1 {
				t.give()
			}
		case *nftVmap:
			if s.from.Name == "" {
				s.from.handle = t.give()
			}
		}
	}
}

// bind looks up what a rule names, and refuses what the kernel does.
func (x *nft) bind(t *Table, s *Chain, c *nftCommand) error {
	for _, st := range c.rule.statements {
		switch st := st.(type) {
		case *nftVerdict:
			if err := x.bindVerdict(t, s, c, st); err != nil {
				return err
			}
		case *nftVmap:
			if err := x.bindMap(t, s, c, st); err != nil {
				return err
			}
		case *nftNAT:
			if s.natOnly(st.hooks()) {
				return refused(c.whole(), whyUnsupported)
			}
		}
	}
	return nil
}

func (x *nft) bindVerdict(t *Table, s *Chain, c *nftCommand, v *nftVerdict) error {
	if v.to == "" {
		return nil
	}
	v.chain = t.chain(v.to)
	at := c.verdictAt(v)
	switch {
	case v.chain == nil:
		return refused(at, whyNone)
	case v.chain.base != nil:
		return refused(at, whyUnsupported)
	case s.tooDeep(v.chain):
		return refused(c.whole(), whyLinks)
	}
	return nil
}

// whole is all of the command, with its end.
func (c *nftCommand) whole() span { return span{c.at.from, c.at.to + 1} }

// verdictAt is where a jump's chain stands: at the end of the rule, but for a comment.
func (c *nftCommand) verdictAt(v *nftVerdict) span {
	to := c.at.to
	if c.rule.comment != "" {
		to -= len(c.rule.comment) + len(` comment ""`)
	}
	return span{max(to-len(v.to), 0), max(to, 0)}
}

func (x *nft) bindMap(t *Table, s *Chain, c *nftCommand, v *nftVmap) error {
	if v.from == nil {
		at := span{max(c.at.to-len(v.name)-1, 0), c.at.to}
		if v.from = t.namedMap(v.name); v.from == nil {
			return nftErr(at, whyNone)
		}
		if v.from.kind != v.key.kind {
			return nftErr(
				at,
				"datatype mismatch, map expects %s, mapping expression has type %s",
				v.from.kind.typeName(),
				v.key.kind.typeName(),
			)
		}
	}
	for i := range v.from.elements {
		e := &v.from.elements[i]
		if v.from.Name == "" {
			if err := x.bindVerdict(t, s, c, &e.verdict); err != nil {
				return err
			}
		} else if to := e.verdict.chain; to != nil && s.tooDeep(to) {
			return refused(c.whole(), whyLinks)
		}
	}
	return nil
}

// hooks are where a translation is taken.
func (s *nftNAT) hooks() []Hook {
	switch s.word {
	case "dnat", "redirect":
		return []Hook{PreRouting, Output}
	case "snat":
		return []Hook{PostRouting, Input}
	}
	return []Hook{PostRouting}
}

// natOnly reports whether a packet can come to the chain where no translation is possible.
func (c *Chain) natOnly(allowed []Hook) bool {
	return slices.ContainsFunc(c.roots(), func(r *Chain) bool {
		return r.base.kind != kindNAT || !slices.Contains(allowed, r.base.hook)
	})
}
