package netfilter

import (
	"fmt"
	"strings"
)

// ParseRule reads a rule as it stands behind "iptables -A CHAIN": "-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE". The
// origin says who made it.
func ParseRule(f Family, spec, origin string) (*Rule, error) {
	words, err := splitWords(spec)
	if err != nil {
		return nil, err
	}
	c := newCommand(f, "iptables")
	if err := c.parse(append([]string{"-A", "CHAIN"}, words...)); err != nil {
		return nil, fmt.Errorf("rule %q: %s", spec, strings.TrimSpace(err.Error()))
	}
	if len(c.rules) != 1 {
		return nil, fmt.Errorf("rule %q: it is several rules", spec)
	}
	return &Rule{Origin: origin, body: c.rules[0]}, nil
}

// at is iptables' view of a chain's table.
func (t *Tables) at(r Ref, origin string) (xtables, error) {
	b, ok := builtinNamed(r.Table)
	if !ok {
		return xtables{}, fmt.Errorf("table '%s' does not exist", r.Table)
	}
	return xtables{t, r.Family, b, origin}, nil
}

// NewChain adds a chain, as iptables -N.
func (t *Tables) NewChain(at Ref) error {
	x, err := t.at(at, "")
	if err != nil {
		return err
	}
	return x.newChain(at.Chain)
}

// FlushChain empties a chain, as iptables -F.
func (t *Tables) FlushChain(at Ref) error {
	x, err := t.at(at, "")
	if err != nil {
		return err
	}
	return x.flush(at.Chain)
}

// SetPolicy says what becomes of packets at the end of a built-in chain, as iptables -P.
func (t *Tables) SetPolicy(at Ref, v Verdict) error {
	x, err := t.at(at, "")
	if err != nil {
		return err
	}
	return x.setPolicy(at.Chain, strings.ToUpper(v.String()))
}

// Append adds a rule at the end of a chain, as iptables -A. The rule is copied.
func (t *Tables) Append(at Ref, r *Rule) error {
	x, err := t.at(at, r.Origin)
	if err != nil {
		return err
	}
	return x.append(at.Chain, r.body.(*xtRule), Rule{})
}

// Insert puts a rule before the one with the number, counted from 1, as iptables -I.
func (t *Tables) Insert(at Ref, number int, r *Rule) error {
	x, err := t.at(at, r.Origin)
	if err != nil {
		return err
	}
	return x.insert(at.Chain, number, r.body.(*xtRule), Rule{})
}

// Delete removes the first rule that says the same, as iptables -D.
func (t *Tables) Delete(at Ref, r *Rule) error {
	x, err := t.at(at, r.Origin)
	if err != nil {
		return err
	}
	return x.deleteRule(at.Chain, r.body.(*xtRule))
}

// Has reports whether the chain has a rule that says the same, as iptables -C.
func (t *Tables) Has(at Ref, r *Rule) bool {
	x, err := t.at(at, "")
	return err == nil && x.check(at.Chain, r.body.(*xtRule)) == nil
}
