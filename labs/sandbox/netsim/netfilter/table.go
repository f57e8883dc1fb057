package netfilter

import (
	"cmp"
	"slices"
	"strings"
)

// Tables are the rules and connections of one namespace. The zero value has none.
type Tables struct {
	list     []*Table // in the order in which they were made
	last     uint64   // the handle that was given last to a table
	nat      int      // chains of type nat
	active   int      // rules, translating chains and policies of drop: what can touch a packet
	plans    *plans
	maxConns *int // of the machine; nil is the default
	flows    *tracker
	step     func(Step)
	idle     *walk // to be used again
}

// NewTables makes the tables of a new namespace.
func NewTables() *Tables { return &Tables{} }

// Table is a set of chains. Those that iptables knows have its names: raw, mangle, nat and filter.
type Table struct {
	Family Family
	Name   string
	chains []*Chain // in the order in which they were made
	maps   []*Map
	handle uint64
	last   uint64 // the handle that was given last in the table
}

// Chain is a list of rules. A base chain hangs at a hook.
type Chain struct {
	Name           string
	Packets, Bytes uint64 // that met the policy, of a base chain of iptables
	table          *Table
	rules          []*Rule
	base           *base
	index          *chainIndex
	handle         uint64
	callers        []*Chain // one for each rule and map element that jumps here
	held           int      // elements of maps with names that jump here
}

// base is what makes a chain a base chain.
type base struct {
	kind     chainKind
	hook     Hook
	priority int
	policy   Verdict
	counts   bool // packets that meet the policy: not before iptables was asked for a policy
}

// chainKind is the type of a base chain.
type chainKind uint8

const (
	kindFilter chainKind = iota
	kindNAT
	kindRoute
)

func (k chainKind) String() string { return [...]string{"filter", "nat", "route"}[k] }

// Ref names a chain.
type Ref struct {
	Family Family
	Table  string
	Chain  string
}

func (r Ref) String() string { return r.Table + "/" + r.Chain }

// Priorities of the hooks' own work and of the usual chains. Linux: enum nf_ip_hook_priorities
const (
	priorityRaw      = -300
	priorityTrack    = -200
	priorityMangle   = -150
	priorityDstNAT   = -100
	priorityFilter   = 0
	prioritySecurity = 50
	prioritySrcNAT   = 100
)

// table finds a table, nil if there is none.
func (t *Tables) table(f Family, name string) *Table {
	for _, x := range t.list {
		if x.Family == f && x.Name == name {
			return x
		}
	}
	return nil
}

// addTable makes a table, or finds it.
func (t *Tables) addTable(f Family, name string) *Table {
	if x := t.table(f, name); x != nil {
		return x
	}
	t.last++
	x := &Table{Family: f, Name: name, handle: t.last}
	t.list = append(t.list, x)
	return x
}

func (t *Tables) removeTable(x *Table) {
	for _, c := range x.chains {
		t.flush(c)
	}
	for _, m := range x.maps {
		m.clear()
	}
	for len(x.chains) > 0 {
		t.removeChain(x.chains[0])
	}
	t.list = slices.DeleteFunc(t.list, func(o *Table) bool { return o == x })
}

func (x *Table) chain(name string) *Chain {
	for _, c := range x.chains {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// addChain hangs a new chain into a table.
func (t *Tables) addChain(x *Table, name string, b *base) *Chain {
	c := &Chain{Name: name, table: x, base: b, handle: x.give()}
	x.chains = append(x.chains, c)
	t.count(c, 1)
	t.plans = nil
	return c
}

// give is a new handle.
func (x *Table) give() uint64 {
	x.last++
	return x.last
}

// count keeps in mind that a base chain alone can matter: by its policy, or because connections are translated.
func (t *Tables) count(c *Chain, n int) {
	if c.base == nil {
		return
	}
	if c.base.kind == kindNAT {
		t.nat += n
		t.active += n
		t.track()
	}
	if c.base.policy == Drop {
		t.active += n
	}
}

func (t *Tables) setPolicy(c *Chain, v Verdict) {
	t.count(c, -1)
	c.base.policy = v
	t.count(c, 1)
}

// removeChain takes a chain without rules away.
func (t *Tables) removeChain(c *Chain) {
	t.count(c, -1)
	c.table.chains = slices.DeleteFunc(c.table.chains, func(o *Chain) bool { return o == c })
	t.plans = nil
}

// flush takes a chain's rules away.
func (t *Tables) flush(c *Chain) {
	for _, r := range c.rules {
		t.unlink(c, r)
	}
	c.rules, c.index = nil, nil
}

// Bounds on what a namespace holds.
const (
	maxRules  = 1 << 17
	maxChains = 1 << 13 // of a table
)

// full reports whether no more rules fit.
func (t *Tables) full() bool { return t.active >= maxRules }

// insert puts a rule at an index.
func (t *Tables) insert(c *Chain, at int, r *Rule) {
	c.rules, c.index = slices.Insert(c.rules, at, r), nil
	t.link(c, r)
}

func (t *Tables) remove(c *Chain, at int) {
	t.unlink(c, c.rules[at])
	c.rules, c.index = slices.Delete(c.rules, at, at+1), nil
}

// link counts a rule, and tells the chain that it jumps to.
func (t *Tables) link(c *Chain, r *Rule) {
	t.active++
	if r.handle == 0 {
		r.handle = c.table.give()
	}
	if r.body.tracks() {
		t.track()
	}
	for _, to := range r.body.calls() {
		to.callers = append(to.callers, c)
	}
	if n, ok := r.body.(*nftRule); ok {
		n.use(c, 1)
	}
}

func (t *Tables) unlink(c *Chain, r *Rule) {
	t.active--
	for _, to := range r.body.calls() {
		to.dropCaller(c)
	}
	if n, ok := r.body.(*nftRule); ok {
		n.use(c, -1)
	}
}

func (c *Chain) dropCaller(by *Chain) {
	if i := slices.Index(c.callers, by); i >= 0 {
		c.callers = slices.Delete(c.callers, i, i+1)
	}
}

// Hook is where a base chain hangs.
func (c *Chain) Hook() (h Hook, ok bool) {
	if c.base == nil {
		return 0, false
	}
	return c.base.hook, true
}

// Ref is the chain's name.
func (c *Chain) Ref() Ref { return Ref{c.table.Family, c.table.Name, c.Name} }

// maxDepth is how deep jumps may go. Linux: NFT_JUMP_STACK_SIZE
const maxDepth = 16

// tooDeep reports whether a packet could come deeper than the kernel allows, or round in a circle, if a chain jumped
// to another one. Only what hangs at a hook is looked at. Linux: nft_chain_validate
func (c *Chain) tooDeep(to *Chain) bool {
	up, below := c.above()
	if up < 0 {
		return false
	}
	return below[to] || up+1+to.below() >= maxDepth
}

// above is the length of the longest way of jumps from a hook to the chain, -1 if there is none, and all chains on
// such ways.
func (c *Chain) above() (longest int, all map[*Chain]bool) {
	longest, all = -1, map[*Chain]bool{}
	level := map[*Chain]bool{c: true}
	for n := 0; len(level) > 0 && n <= maxDepth; n++ {
		next := map[*Chain]bool{}
		for x := range level { // any order: what is found is a set
			all[x] = true
			if x.base != nil {
				longest = n
			}
			for _, by := range x.callers {
				next[by] = true
			}
		}
		level = next
	}
	return longest, all
}

// below is the length of the longest way of jumps from the chain, at most maxDepth.
func (c *Chain) below() int {
	level := map[*Chain]bool{c: true}
	for n := 0; ; n++ {
		next := map[*Chain]bool{}
		for x := range level { // any order: what is found is a set
			for _, r := range x.rules {
				for _, to := range r.body.calls() {
					next[to] = true
				}
			}
		}
		if len(next) == 0 || n == maxDepth {
			return n
		}
		level = next
	}
}

// roots are the base chains from which a packet can come to a chain.
func (c *Chain) roots() []*Chain {
	var out []*Chain
	seen := map[*Chain]bool{c: true}
	todo := []*Chain{c}
	for len(todo) > 0 {
		x := todo[0]
		todo = todo[1:]
		if x.base != nil {
			out = append(out, x)
		}
		for _, by := range x.callers {
			if !seen[by] {
				seen[by] = true
				todo = append(todo, by)
			}
		}
	}
	return out
}

// stage is one thing that is done at a hook.
type stage struct {
	do     stageKind
	chains []*Chain // of translate all at the hook, else one
}

type stageKind uint8

const (
	stageRules stageKind = iota
	stageTrack
	stageTranslate
)

// plans are what is done at the hooks, for IPv4 and IPv6.
type plans [2][PostRouting + 1][]stage

// plan is what is done with a packet at a hook, in the order of priorities. Chains of type nat are all asked where the
// kernel translates, whatever their priority is; that orders them. Linux: nf_nat_register_fn
func (t *Tables) plan(v6 bool, h Hook) []stage {
	if t.plans == nil {
		t.plans = t.makePlans()
	}
	if v6 {
		return t.plans[1][h]
	}
	return t.plans[0][h]
}

func (t *Tables) makePlans() *plans {
	var p plans
	for h := PreRouting; h <= PostRouting; h++ {
		p[0][h] = t.makePlan(IPv4, h)
		p[1][h] = t.makePlan(IPv6, h)
	}
	return &p
}

func (t *Tables) makePlan(f Family, h Hook) []stage {
	var rules, nat []*Chain
	for _, c := range t.baseChains(f, h) {
		if c.base.kind == kindNAT {
			nat = append(nat, c)
		} else {
			rules = append(rules, c)
		}
	}
	var out []stage
	own := ownWork(h, nat)
	for _, c := range rules {
		for len(own) > 0 && own[0].priority <= c.base.priority {
			out, own = append(out, own[0].stage), own[1:]
		}
		out = append(out, stage{stageRules, []*Chain{c}})
	}
	for _, x := range own {
		out = append(out, x.stage)
	}
	return out
}

type timedStage struct {
	priority int
	stage
}

// ownWork is what the kernel itself does at a hook, by priority.
func ownWork(h Hook, nat []*Chain) []timedStage {
	switch h {
	case PreRouting, Output:
		return []timedStage{
			{priorityTrack, stage{stageTrack, nil}},
			{priorityDstNAT, stage{stageTranslate, nat}},
		}
	case Input, PostRouting:
		return []timedStage{{prioritySrcNAT, stage{stageTranslate, nat}}}
	}
	return nil
}

// baseChains are the base chains of a hook by priority.
func (t *Tables) baseChains(f Family, h Hook) []*Chain {
	var out []*Chain
	for _, x := range t.list {
		if x.Family != Inet && x.Family != f {
			continue
		}
		for _, c := range x.chains {
			if c.base != nil && c.base.hook == h {
				out = append(out, c)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *Chain) int { return cmp.Compare(a.base.priority, b.base.priority) })
	return out
}

// sorted are the chains as iptables lists them: the built-in ones in the order of hooks, the others by name.
func (x *Table) sorted() []*Chain {
	out := slices.Clone(x.chains)
	slices.SortStableFunc(out, func(a, b *Chain) int {
		switch {
		case a.base != nil && b.base != nil:
			return cmp.Compare(a.base.hook, b.base.hook)
		case a.base != nil:
			return -1
		case b.base != nil:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}
