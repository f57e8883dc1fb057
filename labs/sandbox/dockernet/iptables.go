package dockernet

import (
	"fmt"
	"slices"

	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// rule is one rule as moby gives it to iptables, in moby's order of words: they stand in the refusal if iptables does
// not take it.
type rule struct {
	v6                 bool
	table, chain, spec string
	first              bool   // at the beginning of the chain, not the end
	origin             string // the command that asked for it
	fails              string // what Docker says before iptables' own words
}

// ruleOf is a rule from a template of its words.
func ruleOf(table, chain, spec string, args ...any) rule {
	return rule{table: table, chain: chain, spec: fmt.Sprintf(spec, args...)}
}

// called is a rule that Docker calls so when it cannot be written. moby: appendOrDelChainRule, programChainRule
func (r rule) called(name string) rule {
	r.fails = "Unable to enable " + name + " rule: "
	return r
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
// learner has made with nft may have no policy. moby: SetDefaultPolicy
func (f *iptables) dropForwards(v6 bool) error {
	if f.tables.SetPolicy(ref(v6, "filter", "FORWARD"), netfilter.Drop) == nil {
		return nil
	}
	return refuse(Internal, "setting default policy to DROP in FORWARD chain failed: %s",
		refusal(f.tables, v6, "-t filter -P FORWARD DROP"))
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

// addAll writes rules until one is refused.
func (f *iptables) addAll(rules []rule, v6 bool, origin string) error {
	for _, r := range rules {
		r.v6, r.origin = v6, origin
		if err := applyRule(f.tables, r, true); err != nil {
			return err
		}
	}
	return nil
}

// dropAll takes rules away again. One that is not there any more is no mistake.
func (f *iptables) dropAll(rules []rule, v6 bool) {
	for _, r := range slices.Backward(rules) {
		r.v6 = v6
		applyRule(f.tables, r, false)
	}
}

// applyAll adds rules or takes them away.
func (f *iptables) applyAll(rules []rule, v6 bool, origin string, on bool) error {
	if on {
		return f.addAll(rules, v6, origin)
	}
	f.dropAll(rules, v6)
	return nil
}

// network writes a network's rules. What was written before one is refused is taken away again. moby: NewNetwork
func (f *iptables) network(n *Network, on bool) error {
	for _, v6 := range families() {
		if p := n.pool(v6); p != nil {
			if err := f.applyAll(f.rules(n, p, v6), v6, n.Origin, on); err != nil {
				f.network(n, false)
				return err
			}
		}
	}
	return nil
}

func (f *iptables) rules(n *Network, p *Pool, v6 bool) []rule {
	if n.Internal {
		return f.internal(n, p, v6)
	}
	return f.external(n, p, v6)
}

// setUp is what Docker says before the reason why a network's first rules cannot be written.
const setUp = "Failed to Setup IP tables: "

// external is the rules of a network that leads out. moby: network.go, setupIPTables
func (f *iptables) external(n *Network, p *Pool, v6 bool) []rule {
	br, mode := n.bridge.name, n.bridge.mode(v6)
	rules := append(f.leaving(n, p, v6), f.within(n, v6)...)
	for i := range rules {
		rules[i].fails = setUp + rules[i].fails
	}
	others := "DROP"
	if mode == modeUnprotected {
		others = "ACCEPT"
	}
	byDefault := ruleOf("filter", "DOCKER", "! -i %s -o %s -j %s", br, br, others).called("DEFAULT FWD")
	byDefault.fails = "failed to add default-drop rule: " + byDefault.fails
	return append(rules, byDefault,
		ruleOf("filter", "DOCKER-CT", "-o %s -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", br).
			called("bridge ct related"),
		ruleOf("filter", "DOCKER-BRIDGE", "-o %s -j DOCKER", br).called("jump to docker"))
}

// leaving is the rules that translate what leaves a network. moby: setupNonInternalNetworkRules
func (f *iptables) leaving(n *Network, p *Pool, v6 bool) (rules []rule) {
	snat := "MASQUERADE"
	if a := n.bridge.host(v6); a.IsValid() {
		snat = "SNAT --to-source " + a.String()
	}
	if n.bridge.masquerade && n.bridge.mode(v6) != modeRouted {
		rules = append(rules, ruleOf("nat", "POSTROUTING", "-s %s ! -o %s -j %s", p.Subnet, n.bridge.name, snat).called("NAT"))
	}
	if f.noProxy {
		rules = append(rules, ruleOf("nat", "POSTROUTING", "-m addrtype --src-type LOCAL -o %s -j %s", n.bridge.name, snat).
			called("MASQ LOCAL HOST"))
	}
	for i := range rules {
		rules[i].first = true
	}
	return rules
}

// within is the rules about who may send what from a network. moby: setupNonInternalNetworkRules, setIcc
func (f *iptables) within(n *Network, v6 bool) (rules []rule) {
	br := n.bridge.name
	if !n.bridge.icc {
		rules = append(rules, f.apart(br))
	}
	if n.bridge.mode(v6) == modeRouted {
		rules = append(rules, ruleOf("filter", "DOCKER", "-o %s -p %s -j ACCEPT", br, icmpName(v6)).called("ICMP"))
	}
	if n.bridge.icc {
		return append(rules, ruleOf("filter", "DOCKER-FORWARD", "-i %s -j ACCEPT", br).called("ACCEPT OUTGOING"))
	}
	return append(rules, ruleOf("filter", "DOCKER-FORWARD", "-i %s ! -o %s -j ACCEPT", br, br).
		called("ACCEPT NON_ICC OUTGOING"))
}

// apart keeps a network's containers from each other. moby: setIcc
func (f *iptables) apart(br string) rule {
	r := ruleOf("filter", "DOCKER-FORWARD", "-i %s -o %s -j DROP", br, br)
	r.fails = "Unable to prevent intercontainer communication: "
	return r
}

func icmpName(v6 bool) string {
	if v6 {
		return "icmpv6"
	}
	return "icmp"
}

// internal is the rules of a network that leads nowhere. moby: network.go, setupInternalNetworkRules
func (f *iptables) internal(n *Network, p *Pool, v6 bool) []rule {
	br := n.bridge.name
	in, out := "-i "+br, "-o "+br
	if v6 { // neighbours' addresses are not of the subnet
		in, out = in+" ! -o "+br, "! -i "+br+" "+out
	}
	icc := f.apart(br)
	if n.bridge.icc {
		icc = ruleOf("filter", "DOCKER-FORWARD", "-i %s -o %s -j ACCEPT", br, br)
		icc.fails = "Unable to allow intercontainer communication: "
	}
	rules := []rule{
		ruleOf("filter", "DOCKER-INTERNAL", "%s ! -d %s -j DROP", in, p.Subnet).called("DROP INCOMING"),
		ruleOf("filter", "DOCKER-INTERNAL", "%s ! -s %s -j DROP", out, p.Subnet).called("DROP OUTGOING"),
		icc,
	}
	rules[0].first, rules[1].first = true, true
	for i := range rules {
		rules[i].fails = setUp + rules[i].fails
	}
	return rules
}

// endpoint keeps packets off a container that somebody sends to its own address from outside of its network. moby:
// endpoint.go, filterDirectAccess
func (f *iptables) endpoint(e *Endpoint, on bool) error {
	n := e.Network
	for _, v6 := range families() {
		a := e.addr(v6)
		if !a.IsValid() || !n.protected(v6) {
			continue
		}
		var rules []rule
		for _, name := range n.bridge.trusted {
			rules = append(rules, ruleOf("raw", "PREROUTING", "-d %s -i %s -j ACCEPT", a, name).
				called("DIRECT ACCESS FILTERING - ACCEPT"))
		}
		rules = append(rules, ruleOf("raw", "PREROUTING", "-d %s ! -i %s -j DROP", a, n.bridge.name).
			called("DIRECT ACCESS FILTERING - DROP"))
		if err := f.applyAll(rules, v6, e.Origin, on); err != nil {
			return err
		}
	}
	return nil
}

// port opens a published port. moby: port.go, setPerPortIptables
func (f *iptables) port(e *Endpoint, b Binding, on bool) error {
	n, v6, proto := e.Network, b.IP.Is6(), ProtoName(b.Proto)
	var rules []rule
	if b.onLoopback() {
		rules = append(rules, ruleOf("raw", "PREROUTING", "-p %s -d %s --dport %d ! -i lo -j DROP", proto, b.HostIP, b.HostPort).
			called("LOOPBACK FILTERING - DROP"))
	}
	if b.translated() {
		if !b.routed {
			rules = append(rules, f.nat(n, b, proto)...)
		}
		if n.bridge.mode(v6) != modeUnprotected {
			r := ruleOf("filter", "DOCKER", "! -i %s -o %s -p %s -d %s --dport %d -j ACCEPT", n.bridge.name, n.bridge.name, proto,
				b.IP, b.Number).called("OPEN PORT")
			r.first = true
			rules = append(rules, r)
		}
	}
	return f.applyAll(rules, v6, e.Origin, on)
}

// nat leads a port of the host to a container's. moby: port.go, setPerPortNAT
func (f *iptables) nat(n *Network, b Binding, proto string) []rule {
	to := "0/0" // iptables takes 0.0.0.0 for an address
	if !b.HostIP.IsUnspecified() {
		to = b.HostIP.String()
	}
	spec := fmt.Sprintf("-p %s -d %s --dport %d -j DNAT --to-destination %s", proto, to, b.HostPort, b.target())
	if !f.noProxy {
		spec += " ! -i " + n.bridge.name
	}
	if b.IP.Is6() {
		spec += " ! -s fe80::/10"
	}
	rules := []rule{rule{table: "nat", chain: "DOCKER", spec: spec}.called("DNAT")}
	if f.noProxy {
		rules = append(rules, ruleOf("nat", "POSTROUTING", "-p %s -s %s -d %s --dport %d -j MASQUERADE", proto, b.IP, b.IP,
			b.Number).called("MASQUERADE"))
	}
	return rules
}
