package netfilter

import (
	"strconv"
	"strings"
)

// How iptables shows rules that nft made in its tables: the simple ones as if it had made them; with others the table
// is "incompatible". iptables: nft_is_expr_compatible

// xt is the rule as iptables sees it, nil if it cannot.
func (r *Rule) xt(f Family) *xtRule {
	switch b := r.body.(type) {
	case *xtRule:
		return b
	case *nftRule:
		return b.xt(f)
	}
	return nil
}

// xt is made by way of iptables' own words.
func (r *nftRule) xt(f Family) *xtRule {
	words := []string{"-A", "CHAIN"}
	var to *nftVerdict
	proto := ""
	for _, s := range r.statements {
		switch s := s.(type) {
		case *nftCounter:
		case *nftMatch:
			w, ok := s.xtWords()
			if !ok {
				return nil
			}
			if len(w) > 2 && w[0] == "-p" && w[1] == proto { // said with the other port
				w = w[2:]
			} else if w[0] == "-p" {
				proto = w[1]
			}
			words = append(words, w...)
		case *nftVerdict:
			to = s
		default:
			return nil
		}
	}
	if to != nil {
		words = append(words, to.xtWords()...)
	}
	c := newCommand(f, "iptables")
	if c.parse(words) != nil || len(c.rules) != 1 {
		return nil
	}
	if x := c.rules[0]; to != nil {
		x.jump.chain = to.chain
	}
	return c.rules[0]
}

func (v *nftVerdict) xtWords() []string {
	switch v.act {
	case actAccept, actDrop, actReturn:
		return []string{"-j", targetVerdict(v.act).name()}
	case actJump:
		return []string{"-j", v.chain.Name}
	case actGoto:
		return []string{"-g", v.chain.Name}
	}
	return nil
}

func (m *nftMatch) xtWords() ([]string, bool) {
	if m.braces || m.masked || m.op != "" && m.op != "==" && m.op != "!=" {
		return nil, false
	}
	var out []string
	option := func(words ...string) ([]string, bool) {
		if m.op == "!=" {
			out = append(out, "!")
		}
		return append(out, words...), true
	}
	v := m.values[0]
	text := m.key.kind.text(v)
	switch m.key.words {
	case "ip saddr", "ip6 saddr":
		words, _ := option("-s", text)
		return words, !strings.Contains(text, "-")
	case "ip daddr", "ip6 daddr":
		words, _ := option("-d", text)
		return words, !strings.Contains(text, "-")
	case "iifname":
		return option("-i", v.xtLink())
	case "oifname":
		return option("-o", v.xtLink())
	case "ip protocol", "meta l4proto", "ip6 nexthdr":
		return option("-p", strconv.FormatUint(v.lo.lo, 10))
	case "tcp sport", "tcp dport", "udp sport", "udp dport":
		proto, port, _ := strings.Cut(m.key.words, " ")
		out = []string{"-p", proto}
		return option("--"+port, strings.Replace(text, "-", ":", 1))
	}
	return nil, false
}

func (v *nftValue) xtLink() string {
	if v.prefix {
		return v.link + "+"
	}
	return v.link
}
