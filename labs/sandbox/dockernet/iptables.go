package dockernet

import (
	"fmt"
	"slices"

	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// rule is one rule as iptables takes it, in the order of words in which iptables-save prints them.
type rule struct {
	v6                 bool
	table, chain, spec string
	first              bool   // at the beginning of the chain, not the end
	origin             string // the command that asked for it
}

// ruleOf is a rule from a template of its words.
func ruleOf(table, chain, spec string, args ...any) rule {
	return rule{table: table, chain: chain, spec: fmt.Sprintf(spec, args...)}
}

// iptables is the firewall of Docker's default backend. moby: daemon/libnetwork/drivers/bridge/internal/iptabler
type iptables struct {
	noProxy bool // userland-proxy=false: packets of the host itself and of containers are translated, too
	tables  *netfilter.Tables
}

func (f *iptables) on(t *netfilter.Tables) firewall { return &iptables{noProxy: f.noProxy, tables: t} }

const daemonStart = "dockerd"

// chains are those of Docker in the table filter, without the one in which users have their own rules.
func (f *iptables) chains() [5]string {
	return [5]string{"DOCKER", "DOCKER-BRIDGE", "DOCKER-CT", "DOCKER-FORWARD", "DOCKER-INTERNAL"}
}

// boot makes Docker's chains, and what leads to them. moby: iptabler.go, setupIPChains
func (f *iptables) boot() {
	for _, v6 := range families() {
		f.tables.NewChain(ref(v6, "nat", "DOCKER")) // EEXIST is as good, here and below
		for _, name := range f.chains() {
			f.tables.NewChain(ref(v6, "filter", name))
		}
		f.tables.NewChain(ref(v6, "filter", "DOCKER-USER"))
		for _, r := range slices.Backward(f.jumps(v6)) {
			r.v6, r.origin, r.first = v6, daemonStart, r.table == "filter"
			applyRule(f.tables, r, true)
		}
	}
}

// dropForwards: a machine that forwards for containers does not do so for everybody. A chain of this name that a
// learner has made with nft may have no policy.
func (f *iptables) dropForwards(v6 bool) {
	f.tables.SetPolicy(ref(v6, "filter", "FORWARD"), netfilter.Drop)
}

// flush empties Docker's chains and takes away what leads to them: it comes back at the top. Rules of networks that
// stand elsewhere stay. moby: cleaner.go, removeIPChains
func (f *iptables) flush() {
	for _, v6 := range families() {
		for _, name := range f.chains() {
			f.tables.FlushChain(ref(v6, "filter", name)) // it may be gone
		}
		f.tables.FlushChain(ref(v6, "nat", "DOCKER"))
		for _, r := range f.jumps(v6) {
			r.v6 = v6
			applyRule(f.tables, r, false)
		}
	}
}

func (f *iptables) jumps(v6 bool) []rule {
	out, loopback := "-m addrtype --dst-type LOCAL -j DOCKER", "127.0.0.0/8"
	if v6 {
		loopback = "::1/128"
	}
	if !f.noProxy {
		out = "! -d " + loopback + " " + out
	}
	return []rule{
		{table: "nat", chain: "PREROUTING", spec: "-m addrtype --dst-type LOCAL -j DOCKER"},
		{table: "nat", chain: "OUTPUT", spec: out},
		{table: "filter", chain: "FORWARD", spec: "-j DOCKER-USER"},
		{table: "filter", chain: "FORWARD", spec: "-j DOCKER-FORWARD"},
		{table: "filter", chain: "DOCKER-FORWARD", spec: "-j DOCKER-CT"},
		{table: "filter", chain: "DOCKER-FORWARD", spec: "-j DOCKER-INTERNAL"},
		{table: "filter", chain: "DOCKER-FORWARD", spec: "-j DOCKER-BRIDGE"},
	}
}

func (f *iptables) applyAll(rules []rule, v6 bool, origin string, on bool) {
	if !on {
		slices.Reverse(rules)
	}
	for _, r := range rules {
		r.v6, r.origin = v6, origin
		applyRule(f.tables, r, on)
	}
}

func (f *iptables) network(n *Network, on bool) {
	for _, v6 := range families() {
		p := n.pool(v6)
		switch {
		case p == nil:
		case n.Internal:
			f.applyAll(f.internal(n, p, v6), v6, n.Origin, on)
		default:
			f.applyAll(f.external(n, p, v6), v6, n.Origin, on)
		}
	}
}

// external is the rules of a network that leads out. moby: network.go, setupNonInternalNetworkRules
func (f *iptables) external(n *Network, p *Pool, v6 bool) (rules []rule) {
	br, mode := n.bridge.name, n.bridge.mode(v6)
	add := func(table, chain, spec string, args ...any) {
		rules = append(rules, ruleOf(table, chain, spec, args...))
	}
	snat := "MASQUERADE"
	if a := n.bridge.host(v6); a.IsValid() {
		snat = "SNAT --to-source " + a.String()
	}
	if n.bridge.masquerade && mode != modeRouted {
		add("nat", "POSTROUTING", "-s %s ! -o %s -j %s", p.Subnet, br, snat)
	}
	if f.noProxy {
		add("nat", "POSTROUTING", "-o %s -m addrtype --src-type LOCAL -j %s", br, snat)
	}
	for i := range rules {
		rules[i].first = true
	}
	if !n.bridge.icc {
		add("filter", "DOCKER-FORWARD", "-i %s -o %s -j DROP", br, br)
	}
	if mode == modeRouted {
		add("filter", "DOCKER", "-o %s -p %s -j ACCEPT", br, icmpName(v6))
	}
	if n.bridge.icc {
		add("filter", "DOCKER-FORWARD", "-i %s -j ACCEPT", br)
	} else {
		add("filter", "DOCKER-FORWARD", "-i %s ! -o %s -j ACCEPT", br, br)
	}
	others := "DROP"
	if mode == modeUnprotected {
		others = "ACCEPT"
	}
	add("filter", "DOCKER", "! -i %s -o %s -j %s", br, br, others)
	add("filter", "DOCKER-CT", "-o %s -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", br)
	add("filter", "DOCKER-BRIDGE", "-o %s -j DOCKER", br)
	return rules
}

func icmpName(v6 bool) string {
	if v6 {
		return "ipv6-icmp"
	}
	return "icmp"
}

// internal is the rules of a network that leads nowhere. moby: network.go, setupInternalNetworkRules
func (f *iptables) internal(n *Network, p *Pool, v6 bool) []rule {
	br, icc, in, out := n.bridge.name, "ACCEPT", "", ""
	if !n.bridge.icc {
		icc = "DROP"
	}
	if v6 { // neighbours' addresses are not of the subnet
		in, out = " ! -i "+br, " ! -o "+br
	}
	return []rule{
		ruleOf("filter", "DOCKER-INTERNAL", "! -s %s%s -o %s -j DROP", p.Subnet, in, br),
		ruleOf("filter", "DOCKER-INTERNAL", "! -d %s -i %s%s -j DROP", p.Subnet, br, out),
		ruleOf("filter", "DOCKER-FORWARD", "-i %s -o %s -j %s", br, br, icc),
	}
}

// endpoint keeps packets off a container that somebody sends to its own address from outside of its network. moby:
// endpoint.go, filterDirectAccess
func (f *iptables) endpoint(e *Endpoint, on bool) {
	n := e.Network
	for _, v6 := range families() {
		a := e.addr(v6)
		if !a.IsValid() || !n.protected(v6) {
			continue
		}
		var rules []rule
		for _, name := range n.bridge.trusted {
			rules = append(rules, ruleOf("raw", "PREROUTING", "-d %s -i %s -j ACCEPT", single(a), name))
		}
		rules = append(rules, ruleOf("raw", "PREROUTING", "-d %s ! -i %s -j DROP", single(a), n.bridge.name))
		f.applyAll(rules, v6, e.Origin, on)
	}
}

// port opens a published port. moby: port.go, setPerPortIptables
func (f *iptables) port(e *Endpoint, b Binding, on bool) {
	n, v6, proto := e.Network, b.IP.Is6(), ProtoName(b.Proto)
	var rules []rule
	if b.onLoopback() {
		rules = append(rules, ruleOf("raw", "PREROUTING", "-d %s ! -i lo -p %s -m %s --dport %d -j DROP",
			single(b.HostIP), proto, proto, b.HostPort))
	}
	if b.translated() {
		if !b.routed {
			rules = append(rules, f.nat(n, b, proto)...)
		}
		if n.bridge.mode(v6) != modeUnprotected {
			r := ruleOf("filter", "DOCKER", "-d %s ! -i %s -o %s -p %s -m %s --dport %d -j ACCEPT", single(b.IP),
				n.bridge.name, n.bridge.name, proto, proto, b.Number)
			r.first = true
			rules = append(rules, r)
		}
	}
	f.applyAll(rules, v6, e.Origin, on)
}

func (f *iptables) nat(n *Network, b Binding, proto string) []rule {
	spec := fmt.Sprintf("-p %s -m %s --dport %d -j DNAT --to-destination %s", proto, proto, b.HostPort, b.target())
	if !f.noProxy {
		spec = "! -i " + n.bridge.name + " " + spec
	}
	if !b.HostIP.IsUnspecified() {
		spec = "-d " + single(b.HostIP) + " " + spec
	}
	if b.IP.Is6() {
		spec = "! -s fe80::/10 " + spec
	}
	rules := []rule{{table: "nat", chain: "DOCKER", spec: spec}}
	if f.noProxy {
		rules = append(rules, ruleOf("nat", "POSTROUTING", "-s %s -d %s -p %s -m %s --dport %d -j MASQUERADE",
			single(b.IP), single(b.IP), proto, proto, b.Number))
	}
	return rules
}
