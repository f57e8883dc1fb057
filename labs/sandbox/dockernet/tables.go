package dockernet

import (
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// newFirewall is what writes rules into the host's tables.
func (c *Controller) newFirewall() firewall {
	t := c.host.Filter()
	if c.c.Nftables {
		return &nftables{noProxy: c.c.NoProxy, tables: t}
	}
	return &iptables{noProxy: c.c.NoProxy, tables: t}
}

// must: Docker's own rules are what the tables can hold.
func must(err error) {
	if err != nil {
		panic("dockernet: " + err.Error())
	}
}

func ref(v6 bool, table, chain string) netfilter.Ref {
	f := netfilter.IPv4
	if v6 {
		f = netfilter.IPv6
	}
	return netfilter.Ref{Family: f, Table: table, Chain: chain}
}

// applyRule adds a rule that is not there, or takes one away that is. A learner may have removed it, or its chain, where
// it cannot be written any more.
func applyRule(t *netfilter.Tables, r rule, on bool) error {
	at := ref(r.v6, r.table, r.chain)
	x, err := netfilter.ParseRule(at.Family, r.spec, r.origin)
	must(err)
	action := "-A"
	switch has := t.Has(at, x); {
	case has == on:
	case !on:
		err = t.Delete(at, x)
	case r.first:
		action = "-I"
		err = t.Insert(at, 1, x)
	default:
		err = t.Append(at, x)
	}
	if err != nil {
		return refuse(Internal, "%s%s", r.fails, refusal(t, r.v6, "-t "+r.table+" "+action+" "+r.chain+" "+r.spec))
	}
	return nil
}

// refusal is what Docker says when iptables refuses what it was given: it is asked again for its own words. moby:
// daemon/libnetwork/iptables, raw and RawCombinedOutput
func refusal(t *netfilter.Tables, v6 bool, args string) string {
	name, run := "iptables", t.Iptables
	if v6 {
		name, run = "ip6tables", t.Ip6tables
	}
	args = "--wait " + args
	p := run(strings.Fields(args))
	return fmt.Sprintf(" (iptables failed: %s %s: %s (exit status %d))", name, args, p.Out+p.Err, p.Exit)
}

// redirect leads questions for names to the embedded server's sockets. moby: resolver_unix.go, setupIPTable
func (c *Controller) redirect(s *netsim.Stack, udp, tcp uint16) error {
	t := s.Filter()
	for _, chain := range []string{"DOCKER_OUTPUT", "DOCKER_POSTROUTING"} {
		if err := t.NewChain(ref(false, "nat", chain)); err != nil {
			return refuse(Internal, "failed to set up the embedded DNS server: %s", err)
		}
	}
	const (
		to   = "-d 127.0.0.11/32 -p %s -m %s --dport 53 -j DNAT --to-destination 127.0.0.11:%d"
		from = "-s 127.0.0.11/32 -p %s -m %s --sport %d -j SNAT --to-source :53"
	)
	for _, r := range []rule{
		{chain: "OUTPUT", spec: "-d 127.0.0.11/32 -j DOCKER_OUTPUT"},
		{chain: "POSTROUTING", spec: "-d 127.0.0.11/32 -j DOCKER_POSTROUTING"},
		{chain: "DOCKER_OUTPUT", spec: fmt.Sprintf(to, "tcp", "tcp", tcp)},
		{chain: "DOCKER_OUTPUT", spec: fmt.Sprintf(to, "udp", "udp", udp)},
		{chain: "DOCKER_POSTROUTING", spec: fmt.Sprintf(from, "tcp", "tcp", tcp)},
		{chain: "DOCKER_POSTROUTING", spec: fmt.Sprintf(from, "udp", "udp", udp)},
	} {
		r.table, r.origin = "nat", "the embedded DNS server"
		if err := applyRule(t, r, true); err != nil {
			return err
		}
	}
	return nil
}
