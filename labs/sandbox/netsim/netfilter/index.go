package netfilter

import "slices"

// A long chain is mostly rules for one destination each: Docker has one in raw/PREROUTING for every container. Such a
// chain is not walked from end to end; the rules that can match are asked in their order. Whoever follows a packet is
// told of all rules, so then it is walked.

// indexFrom is how long a chain is that has an index.
const indexFrom = 32

// chainIndex is the rules of a chain by their destination.
type chainIndex struct {
	byDst map[wide][]int32
	rest  []int32 // rules for more than one destination
}

func (c *Chain) indexed() *chainIndex {
	if c.index == nil {
		c.index = makeIndex(c.rules)
	}
	return c.index
}

func makeIndex(rules []*Rule) *chainIndex {
	x := &chainIndex{byDst: map[wide][]int32{}}
	for i, r := range rules {
		if dst, ok := r.onlyFor(); ok {
			x.byDst[dst] = append(x.byDst[dst], int32(i))
		} else {
			x.rest = append(x.rest, int32(i))
		}
	}
	return x
}

// onlyFor is the one destination that a rule is for.
func (r *Rule) onlyFor() (wide, bool) {
	switch b := r.body.(type) {
	case *xtRule:
		n, _ := b.dst.bits()
		return b.dst.addr, b.dst.set && !b.dst.invert && (n == 128 || n == 32 && !b.dst.v6)
	case *nftRule:
		m, ok := b.statements[0].(*nftMatch)
		if ok && m.isFor("ip daddr", "ip6 daddr") {
			return m.values[0].lo, m.values[0].lo == m.values[0].hi
		}
	}
	return wide{}, false
}

// isFor reports whether a match asks for one value of one of these keys.
func (m *nftMatch) isFor(keys ...string) bool {
	return len(m.values) == 1 && (m.op == "" || m.op == "==") && slices.Contains(keys, m.key.words)
}

// indexed asks the rules of a chain that can match.
func (w *walk) indexed(c *Chain, depth int) action {
	x := c.indexed()
	mine, rest := x.byDst[w.dst], x.rest
	for len(mine) > 0 || len(rest) > 0 {
		var i int32
		if len(rest) == 0 || len(mine) > 0 && mine[0] < rest[0] {
			i, mine = mine[0], mine[1:]
		} else {
			i, rest = rest[0], rest[1:]
		}
		if a := w.rule(c, int(i), depth); a != actNone {
			return a
		}
	}
	return actContinue
}
