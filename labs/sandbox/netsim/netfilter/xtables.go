package netfilter

import (
	"fmt"
	"slices"
)

// xtables is the tables as iptables sees them: one family, one table at a time. iptables: nft.c
type xtables struct {
	tables *Tables
	family Family
	table  builtinTable
	origin string // of the rules that are made
}

// xtError is an error of a change, as iptables prints it.
type xtError struct {
	kind xtErrorKind
	what string // of xtKernel: what was tried
	on   string
}

type xtErrorKind uint8

const (
	xtNoChain xtErrorKind = iota
	xtChainExists
	xtFileExists
	xtNotBuiltin
	xtBadPolicy
	xtBadRule
	xtBadDeletion
	xtBadReplacement
	xtBadInsertion
	xtInvalid // from here on the kernel refuses
	xtLoop
	xtBusy
	xtNoEntry
	xtUnsupported
	xtNoMemory
	xtIncompatible
)

func (e *xtError) Error() string {
	text := [...]string{
		"No chain/target/match by that name", "Chain already exists", "File exists", "Bad built-in chain name",
		"Bad policy name. Run `dmesg' for more information", "Bad rule (does a matching rule exist in that chain?)",
		"Index of deletion too big", "Index of replacement too big", "Index of insertion too big",
		"Invalid argument", "Too many links", "Device or resource busy", "No such file or directory",
		"Operation not supported", "Cannot allocate memory", "",
	}[e.kind]
	if e.kind == xtIncompatible {
		return fmt.Sprintf("chain `%s' in table `%s' is incompatible, use 'nft' tool.", e.what, e.on)
	}
	if e.kind >= xtInvalid {
		return fmt.Sprintf("%s failed (%s): %s", e.what, text, e.on)
	}
	return text + "."
}

func xtErr(k xtErrorKind) error { return &xtError{kind: k} }

// inKernel is a change that the kernel refuses.
func inKernel(k xtErrorKind, what, on string) error { return &xtError{k, what, on} }

// find is a chain that exists, nil else.
func (x xtables) find(name string) *Chain {
	t := x.tables.table(x.family, x.table.name)
	if t == nil {
		return nil
	}
	return t.chain(name)
}

// exists reports whether iptables shows a chain of this name.
func (x xtables) exists(name string) bool { return x.table.has(name) || x.find(name) != nil }

// own is the table, made if need be.
func (x xtables) own() *Table {
	return x.tables.addTable(x.family, x.table.name)
}

// want is a chain for a change: a built-in one is made now, unless nft has made one of its name that is no base chain.
func (x xtables) want(name string) (*Chain, error) {
	h, builtin := x.table.hook(name)
	switch c := x.find(name); {
	case c != nil && builtin && c.base == nil:
		return nil, inKernel(xtUnsupported, "CHAIN_ADD", "chain "+name)
	case c != nil:
		return c, nil
	case !builtin:
		return nil, xtErr(xtNoChain)
	}
	return x.tables.addChain(x.own(), name, x.table.base(h)), nil
}

// shown are the chains that iptables lists: also the built-in ones that nobody has touched yet.
func (x xtables) shown() []*Chain {
	t := &Table{Family: x.family, Name: x.table.name}
	if own := x.tables.table(x.family, x.table.name); own != nil {
		t.chains = slices.Clone(own.chains)
	}
	for _, h := range x.table.hooks {
		if t.chain(h.String()) == nil {
			t.chains = append(t.chains, &Chain{Name: h.String(), table: t, base: x.table.base(h)})
		}
	}
	return t.sorted()
}

func (x xtables) newChain(name string) error {
	if x.exists(name) {
		return xtErr(xtChainExists)
	}
	if len(x.own().chains) >= maxChains {
		return inKernel(xtNoMemory, "CHAIN_USER_ADD", "chain "+name)
	}
	x.tables.addChain(x.own(), name, nil)
	return nil
}

// deleteChain removes one chain: no rules in it, nobody jumps to it, and it decides nothing.
func (x xtables) deleteChain(name string) error {
	c := x.find(name)
	if c == nil {
		return xtErr(xtNoChain)
	}
	if c.busy() {
		return inKernel(xtBusy, "CHAIN_DEL", "chain "+name)
	}
	x.tables.removeChain(c)
	return nil
}

func (c *Chain) busy() bool { return len(c.rules) > 0 || len(c.callers) > 0 || c.held > 0 }

// deleteChains removes all chains of the user, and the built-in ones that decide nothing; or none if one is needed.
func (x xtables) deleteChains() error {
	t := x.tables.table(x.family, x.table.name)
	if t == nil {
		return nil
	}
	var gone []*Chain
	for _, c := range t.sorted() {
		switch {
		case c.base != nil && (c.busy() || c.base.policy != Accept):
			continue
		case c.busy():
			return inKernel(xtBusy, "CHAIN_DEL", "chain "+c.Name)
		}
		gone = append(gone, c)
	}
	for _, c := range gone {
		x.tables.removeChain(c)
	}
	return nil
}

func (x xtables) rename(from, to string) error {
	c := x.find(from)
	switch {
	case x.exists(to):
		return xtErr(xtFileExists)
	case c == nil || c.base != nil:
		return xtErr(xtNoChain)
	}
	c.Name = to
	for _, by := range c.callers {
		for _, r := range by.rules {
			if b, ok := r.body.(*xtRule); ok && b.jump.chain == c {
				b.jump.to = to
			}
		}
	}
	return nil
}

func (x xtables) flush(name string) error {
	if name == "" {
		if t := x.tables.table(x.family, x.table.name); t != nil {
			for _, c := range t.chains {
				x.tables.flush(c)
			}
		}
		return nil
	}
	c, err := x.want(name)
	if err == nil {
		x.tables.flush(c)
	}
	return err
}

func (x xtables) setPolicy(chain, policy string) error {
	if !x.table.has(chain) {
		return xtErr(xtNotBuiltin)
	}
	v := Accept
	switch policy {
	case "ACCEPT":
	case "DROP":
		v = Drop
	default:
		return xtErr(xtBadPolicy)
	}
	c, err := x.want(chain)
	if err == nil {
		x.tables.setPolicy(c, v)
		c.base.counts = true
	}
	return err
}

// bind makes a rule for a chain of what was parsed, or says why the kernel does not take it there.
func (x xtables) bind(c *Chain, spec *xtRule, what string) (*Rule, error) {
	on := "rule in chain " + c.Name
	b := *spec
	if !b.valid() {
		return nil, inKernel(xtInvalid, what, on)
	}
	if b.jump.to != "" {
		to := x.find(b.jump.to)
		switch {
		case to == nil:
			return nil, inKernel(xtNoEntry, what, on)
		case to.base != nil:
			return nil, inKernel(xtUnsupported, what, on)
		case !to.fits(c):
			return nil, inKernel(xtInvalid, what, on)
		case c.tooDeep(to):
			return nil, inKernel(xtLoop, what, on)
		}
		b.jump.chain = to
	}
	if !b.fits(c) {
		return nil, inKernel(xtInvalid, what, on)
	}
	return &Rule{Origin: x.origin, body: b.clone(func(c *Chain) *Chain { return c })}, nil
}

// valid is what the kernel checks of a rule alone.
func (r *xtRule) valid() bool {
	if r.src.set && r.src.invert && r.src.mask == (wide{}) || r.dst.set && r.dst.invert && r.dst.mask == (wide{}) {
		return false
	}
	if t, ok := r.target.(*targetReject); ok && t.answer == RejectReset {
		return r.proto.number == 6 && !r.proto.invert
	}
	return true
}

// fits reports whether the rule may stand in a chain: in this table, and where packets come from.
func (r *xtRule) fits(c *Chain) bool {
	for _, m := range r.matches {
		if p, ok := m.(placed); ok && !p.needs().met(c) {
			return false
		}
	}
	p, ok := r.target.(placed)
	return !ok || p.needs().met(c)
}

func (n needs) met(c *Chain) bool {
	if n.table != "" && c.table.Name != n.table {
		return false
	}
	if len(n.hooks) == 0 {
		return true
	}
	for _, root := range c.roots() {
		if !slices.Contains(n.hooks, root.base.hook) {
			return false
		}
	}
	return true
}

// fits reports whether all that can be reached from a chain may be reached from another one that is to jump to it.
func (c *Chain) fits(from *Chain) bool {
	seen := map[*Chain]bool{c: true}
	todo := []*Chain{c}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		for _, r := range at.rules {
			if b, ok := r.body.(*xtRule); ok && !b.fits(from) {
				return false
			}
			for _, to := range r.body.calls() {
				if !seen[to] {
					seen[to] = true
					todo = append(todo, to)
				}
			}
		}
	}
	return true
}

func (x xtables) append(chain string, spec *xtRule, counted Rule) error {
	c, err := x.want(chain)
	if err != nil {
		return err
	}
	return x.put(c, len(c.rules), spec, counted, "RULE_APPEND")
}

func (x xtables) put(c *Chain, at int, spec *xtRule, counted Rule, what string) error {
	if x.tables.full() {
		return x.undo(c, inKernel(xtNoMemory, what, "rule in chain "+c.Name))
	}
	r, err := x.bind(c, spec, what)
	if err != nil {
		return x.undo(c, err)
	}
	r.Packets, r.Bytes = counted.Packets, counted.Bytes
	x.tables.insert(c, at, r)
	return nil
}

// undo takes a built-in chain away that was made for a change that failed: changes are transactions.
func (x xtables) undo(c *Chain, err error) error {
	if c.base != nil && !c.busy() && c.base.policy == Accept {
		x.tables.removeChain(c)
		if t := c.table; len(t.chains) == 0 {
			x.tables.removeTable(t)
		}
	}
	return err
}

func (x xtables) insert(chain string, number int, spec *xtRule, counted Rule) error {
	c, err := x.want(chain)
	switch {
	case err != nil:
		return err
	case number < 1 || number > len(c.rules)+1:
		return x.undo(c, xtErr(xtBadInsertion))
	}
	return x.put(c, number-1, spec, counted, "RULE_INSERT")
}

func (x xtables) replace(chain string, number int, spec *xtRule, counted Rule) error {
	c := x.find(chain)
	switch {
	case c == nil:
		return xtErr(xtNoChain)
	case number > len(c.rules):
		return xtErr(xtBadReplacement)
	}
	r, err := x.bind(c, spec, "RULE_REPLACE")
	if err != nil {
		return err
	}
	r.Packets, r.Bytes = counted.Packets, counted.Bytes
	x.tables.remove(c, number-1)
	x.tables.insert(c, number-1, r)
	return nil
}

func (x xtables) deleteNumber(chain string, number int) error {
	c := x.find(chain)
	switch {
	case c == nil:
		return xtErr(xtNoChain)
	case number > len(c.rules):
		return xtErr(xtBadDeletion)
	}
	x.tables.remove(c, number-1)
	return nil
}

// index finds the first rule that says the same.
func (x xtables) index(chain string, spec *xtRule) (*Chain, int, error) {
	c := x.find(chain)
	if c == nil && !x.exists(chain) {
		return nil, 0, xtErr(xtNoChain)
	}
	if c == nil { // it is built in, and nobody has used it yet
		return nil, 0, xtErr(xtBadRule)
	}
	want := spec.String()
	i := slices.IndexFunc(c.rules, func(r *Rule) bool {
		b := r.xt(x.family)
		return b != nil && b.same(spec, want)
	})
	if i < 0 {
		return nil, 0, xtErr(xtBadRule)
	}
	return c, i, nil
}

// same compares two rules. The cheap parts come first: a chain may be long.
func (r *xtRule) same(o *xtRule, text string) bool {
	return r.src == o.src && r.dst == o.dst && r.in == o.in && r.out == o.out && r.jump.to == o.jump.to &&
		r.String() == text
}

func (x xtables) deleteRule(chain string, spec *xtRule) error {
	c, i, err := x.index(chain, spec)
	if err == nil {
		x.tables.remove(c, i)
	}
	return err
}

func (x xtables) check(chain string, spec *xtRule) error {
	_, _, err := x.index(chain, spec)
	return err
}

// zero takes the counters back, of all chains, one, or one rule.
func (x xtables) zero(chain string, number int) error {
	if chain == "" {
		if t := x.tables.table(x.family, x.table.name); t != nil {
			for _, c := range t.chains {
				c.zero()
			}
		}
		return nil
	}
	c := x.find(chain)
	switch {
	case c == nil && x.table.has(chain):
		return nil
	case c == nil:
		return xtErr(xtNoChain)
	case number > len(c.rules):
		return xtErr(xtBadReplacement)
	case number > 0:
		c.rules[number-1].Packets, c.rules[number-1].Bytes = 0, 0
	default:
		c.zero()
	}
	return nil
}

func (c *Chain) zero() {
	c.Packets, c.Bytes = 0, 0
	for _, r := range c.rules {
		r.Packets, r.Bytes = 0, 0
	}
}
