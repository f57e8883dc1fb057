package netfilter

import "fmt"

// Listed is the rules of a chain as they stand, whichever tool made them; nil if there is no such chain.
func (t *Tables) Listed(at Ref) []*Rule {
	if c := t.find(at); c != nil {
		return c.rules
	}
	return nil
}

// Policy is what becomes of packets at the end of a base chain; false if it is none.
func (t *Tables) Policy(at Ref) (Verdict, bool) {
	c := t.find(at)
	if c == nil || c.base == nil {
		return Accept, false
	}
	return c.base.policy, true
}

// Remove takes the rule with a number, counted from 1, out of a chain, whichever tool made it.
func (t *Tables) Remove(at Ref, number int) error {
	c := t.find(at)
	if c == nil || number < 1 || number > len(c.rules) {
		return fmt.Errorf("chain %s has no rule %d", at, number)
	}
	t.remove(c, number-1)
	return nil
}

// find is a chain by the family of its packets: a table may be for both.
func (t *Tables) find(at Ref) *Chain {
	for _, x := range t.list {
		if x.Name != at.Table || x.Family != at.Family && x.Family != Inet {
			continue
		}
		if c := x.chain(at.Chain); c != nil {
			return c
		}
	}
	return nil
}
