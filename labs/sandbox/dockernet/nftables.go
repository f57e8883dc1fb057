package dockernet

import (
	"fmt"
	"slices"

	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// nftables is the firewall of the other backend: tables of Docker's own, which leave iptables alone. moby:
// daemon/libnetwork/drivers/bridge/internal/nftabler
//
// A chain is always written anew as a whole, as moby does: its rules stand in groups, and one that comes later may
// belong before others.
type nftables struct {
	noProxy bool
	tables  *netfilter.Tables
	chains  map[nftChain][]nftRule
}

func (f *nftables) on(t *netfilter.Tables) firewall {
	g := &nftables{noProxy: f.noProxy, tables: t, chains: make(map[nftChain][]nftRule, len(f.chains))}
	for c, rules := range f.chains { // any order: into a map
		g.chains[c] = slices.Clone(rules)
	}
	return g
}

// nftChain is a chain of one of Docker's tables.
type nftChain struct {
	v6   bool
	name string
}

func (c nftChain) String() string { return tableName(c.v6) + " " + c.name }

func tableName(v6 bool) string { return familyWord(v6) + " docker-bridges" }

// nftRule is a rule and its place: those of a lower group come first.
type nftRule struct {
	group        int
	text, origin string
}

// Groups of rules in a chain.
const (
	groupInitial = iota
	groupICC
	groupPorts
	groupFinal
)

func familyWord(v6 bool) string {
	if v6 {
		return "ip6"
	}
	return "ip"
}

// baseChain is a chain that is there from the start, and the rules that it begins with.
type baseChain struct {
	name, hook string
	rules      []string
}

// base: moby: nftabler.go, createTable
func (f *nftables) base(v6 bool) []baseChain {
	loopback := "ip daddr != 127.0.0.0/8 "
	if v6 {
		loopback = "ip6 daddr != ::1 "
	}
	if f.noProxy {
		loopback = ""
	}
	const published = "fib daddr type local counter jump nat-prerouting-and-output"
	return []baseChain{
		{
			"filter-FORWARD", "type filter hook forward priority filter; policy accept;",
			[]string{"oifname vmap @filter-forward-in-jumps", "iifname vmap @filter-forward-out-jumps"},
		},
		{"nat-OUTPUT", "type nat hook output priority -100; policy accept;", []string{loopback + published}},
		{
			"nat-POSTROUTING", "type nat hook postrouting priority srcnat; policy accept;",
			[]string{"iifname vmap @nat-postrouting-out-jumps", "oifname vmap @nat-postrouting-in-jumps"},
		},
		{"nat-PREROUTING", "type nat hook prerouting priority dstnat; policy accept;", []string{published}},
		{"nat-prerouting-and-output", "", nil},
		{"raw-PREROUTING", "type filter hook prerouting priority raw; policy accept;", nil},
	}
}

// do is one command of nft(8). Nothing comes of it where a learner has removed a chain, or the table.
func (f *nftables) do(origin, command string) { f.tables.Script(command, origin) }

func (f *nftables) dropForwards(bool) error { return nil } // that is the host's own affair

// flush removes Docker's tables.
func (f *nftables) flush() {
	for _, v6 := range families() {
		f.do(daemonStart, "delete table "+tableName(v6))
	}
}

// boot makes Docker's tables: all chains before the first rule, as rules jump to chains.
func (f *nftables) boot() {
	f.chains = map[nftChain][]nftRule{}
	for _, v6 := range families() {
		t := tableName(v6)
		f.do(daemonStart, "add table "+t)
		for _, name := range f.jumps() {
			f.do(daemonStart, fmt.Sprintf("add map %s %s-jumps { type ifname : verdict; }", t, name))
		}
		base := f.base(v6)
		for _, c := range base {
			f.do(daemonStart, fmt.Sprintf("add chain %s { %s }", nftChain{v6, c.name}, c.hook))
		}
		for _, c := range base {
			for _, text := range c.rules {
				f.edit(nftChain{v6, c.name}, daemonStart, groupInitial, true, text)
			}
		}
	}
}

// edit adds a rule to a chain, or takes it away, and writes the chain.
func (f *nftables) edit(c nftChain, origin string, group int, on bool, text string) {
	rules := f.chains[c]
	i := slices.IndexFunc(rules, func(r nftRule) bool { return r.group == group && r.text == text })
	switch {
	case on && i >= 0, !on && i < 0:
		return // two host ports of one container port have one rule
	case !on:
		rules = slices.Delete(rules, i, i+1)
	default:
		at := slices.IndexFunc(rules, func(r nftRule) bool { return r.group > group })
		if at < 0 {
			at = len(rules)
		}
		rules = slices.Insert(rules, at, nftRule{group, text, origin})
	}
	f.chains[c] = rules
	f.do(origin, "flush chain "+c.String())
	for _, r := range rules {
		f.do(r.origin, "add rule "+c.String()+" "+r.text)
	}
}

// jumps are the maps that lead to a network's own chains, by the chains' names without the bridge's.
func (f *nftables) jumps() [4]string {
	return [4]string{"filter-forward-in", "filter-forward-out", "nat-postrouting-in", "nat-postrouting-out"}
}

func (f *nftables) network(n *Network, on bool) error {
	for _, v6 := range families() {
		p := n.pool(v6)
		switch {
		case p == nil:
		case on:
			f.addNetwork(n, p, v6)
		default:
			f.dropNetwork(n, v6)
		}
	}
	return nil
}

func (f *nftables) dropNetwork(n *Network, v6 bool) {
	for _, name := range f.jumps() {
		c := nftChain{v6, name + "__" + n.bridge.name}
		f.do(n.Origin, fmt.Sprintf("delete element %s %s-jumps { %q }", tableName(v6), name, n.bridge.name))
		f.do(n.Origin, "flush chain "+c.String())
		f.do(n.Origin, "delete chain "+c.String())
		delete(f.chains, c)
	}
}

// addNetwork: moby: network.go, configure
func (f *nftables) addNetwork(n *Network, p *Pool, v6 bool) {
	br := n.bridge.name
	for _, name := range f.jumps() {
		chain := name + "__" + br
		f.do(n.Origin, "add chain "+nftChain{v6, chain}.String())
		f.do(n.Origin, fmt.Sprintf("add element %s %s-jumps { %q : jump %s }", tableName(v6), name, br, chain))
	}
	in, out := nftChain{v6, "filter-forward-in__" + br}, nftChain{v6, "filter-forward-out__" + br}
	const established = "ct state established,related counter accept"
	f.edit(in, n.Origin, groupInitial, true, established)
	f.edit(out, n.Origin, groupInitial, true, established)
	icc := "accept"
	if !n.bridge.icc {
		icc = "drop"
	}
	if n.Internal {
		f.edit(in, n.Origin, groupInitial, true,
			fmt.Sprintf(`iifname != %q counter drop comment "INTERNAL NETWORK INGRESS"`, br))
		f.edit(out, n.Origin, groupInitial, true,
			fmt.Sprintf(`oifname != %q counter drop comment "INTERNAL NETWORK EGRESS"`, br))
		f.edit(in, n.Origin, groupICC, true, fmt.Sprintf(`counter %s comment "ICC"`, icc))
		return
	}
	f.edit(in, n.Origin, groupICC, true, fmt.Sprintf(`iifname %q counter %s comment "ICC"`, br, icc))
	f.edit(out, n.Origin, groupInitial, true, `counter accept comment "OUTGOING"`)
	f.leadOut(n, p, v6)
}

func (f *nftables) leadOut(n *Network, p *Pool, v6 bool) {
	br, mode := n.bridge.name, n.bridge.mode(v6)
	in := nftChain{v6, "filter-forward-in__" + br}
	others := `counter drop comment "UNPUBLISHED PORT DROP"`
	if mode == modeUnprotected {
		others = `counter accept comment "UNPROTECTED"`
	}
	f.edit(in, n.Origin, groupFinal, true, others)
	if mode == modeRouted {
		icmp := "ip protocol icmp"
		if v6 {
			icmp = "meta l4proto ipv6-icmp"
		}
		f.edit(in, n.Origin, groupInitial, true, icmp+` counter accept comment "ICMP"`)
	}
	snat, comment := "masquerade", "MASQUERADE"
	if a := n.bridge.host(v6); a.IsValid() {
		snat, comment = "snat to "+a.String(), "SNAT"
	}
	if n.bridge.masquerade && mode != modeRouted {
		f.edit(nftChain{v6, "nat-postrouting-out__" + br}, n.Origin, groupInitial, true,
			fmt.Sprintf("oifname != %q %s saddr %s counter %s comment %q", br, familyWord(v6), p.Subnet, snat, comment))
	}
	if f.noProxy {
		f.edit(nftChain{v6, "nat-postrouting-in__" + br}, n.Origin, groupInitial, true,
			fmt.Sprintf("fib saddr type local counter %s comment %q", snat, comment+" FROM HOST"))
	}
}

func (f *nftables) endpoint(e *Endpoint, on bool) error {
	n := e.Network
	for _, v6 := range families() {
		a := e.addr(v6)
		if !a.IsValid() || !n.protected(v6) {
			continue
		}
		raw := nftChain{v6, "raw-PREROUTING"}
		for _, name := range n.bridge.trusted {
			f.edit(raw, e.Origin, groupInitial, on, fmt.Sprintf(`%s daddr %s iifname %q counter accept comment "TRUSTED"`,
				familyWord(v6), a, name))
		}
		f.edit(raw, e.Origin, groupInitial, on, fmt.Sprintf(
			`%s daddr %s iifname != %q counter drop comment "DROP DIRECT ACCESS"`, familyWord(v6), a, n.bridge.name))
	}
	return nil
}

// port: moby: port.go, setPerPortRules
func (f *nftables) port(e *Endpoint, b Binding, on bool) error {
	n, v6, proto := e.Network, b.IP.Is6(), ProtoName(b.Proto)
	if n.bridge.mode(v6) != modeUnprotected {
		f.edit(nftChain{v6, "filter-forward-in__" + n.bridge.name}, e.Origin, groupPorts, on,
			fmt.Sprintf("%s daddr %s %s dport %d counter accept", familyWord(v6), b.IP, proto, b.Number))
	}
	if !b.routed && b.translated() {
		f.translate(e, b, proto, on)
	}
	if b.onLoopback() {
		f.edit(nftChain{v6, "raw-PREROUTING"}, e.Origin, groupInitial, on, fmt.Sprintf(
			`iifname != "lo" ip daddr %s %s dport %d counter drop comment "DROP REMOTE LOOPBACK"`, b.HostIP, proto, b.HostPort))
	}
	return nil
}

func (f *nftables) translate(e *Endpoint, b Binding, proto string, on bool) {
	n, v6 := e.Network, b.IP.Is6()
	match := ""
	if !f.noProxy {
		match = fmt.Sprintf("iifname != %q ", n.bridge.name)
	}
	if v6 {
		match += "ip6 saddr != fe80::/10 "
	}
	if !b.HostIP.IsUnspecified() {
		match += fmt.Sprintf("%s daddr %s ", familyWord(v6), b.HostIP)
	}
	f.edit(nftChain{v6, "nat-prerouting-and-output"}, e.Origin, groupInitial, on,
		fmt.Sprintf(`%s%s dport %d counter dnat to %s comment "DNAT"`, match, proto, b.HostPort, b.target()))
	if f.noProxy {
		f.edit(nftChain{v6, "nat-postrouting-in__" + n.bridge.name}, e.Origin, groupInitial, on, fmt.Sprintf(
			`%s saddr %s %s daddr %s %s dport %d counter masquerade comment "MASQ TO OWN PORT"`, familyWord(v6), b.IP,
			familyWord(v6), b.IP, proto, b.Number))
	}
}
