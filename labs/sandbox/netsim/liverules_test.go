//go:build linux && amd64

package netsim_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// randomRules draws rules of the kinds that Docker and learners write, for the host and now and then for a container.
func randomRules(r *rand.Rand, v6 bool, add func(ns, shell string, do func(*world, *netsim.Stack) error)) {
	iptables := func(ns, args string) {
		name, run := "iptables ", (*netfilter.Tables).Iptables
		if v6 {
			name, run, args = "ip6tables ", (*netfilter.Tables).Ip6tables, toIPv6(args)
		}
		add(ns, name+args, func(_ *world, s *netsim.Stack) error {
			if p := run(s.Filter(), strings.Fields(args)); p.Exit != 0 {
				return errors.New(p.Err)
			}
			return nil
		})
	}
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	chance := func(percent int) bool { return r.IntN(100) < percent }
	not := func() string {
		if chance(20) {
			return "! "
		}
		return ""
	}
	match := func(chain string) string {
		var b strings.Builder
		if chance(40) {
			b.WriteString(
				not() + "-s " + pick(
					"10.1.0.0/24",
					"10.1.0.2",
					"10.2.0.0/24",
					"10.3.0.0/24",
					"10.3.0.2",
					"127.0.0.1",
				) + " ",
			)
		}
		if chance(40) {
			b.WriteString(
				not() + "-d " + pick(
					"10.1.0.0/24",
					"10.1.0.3",
					"10.2.0.2",
					"10.3.0.1",
					"10.3.0.2",
					"10.1.0.1",
					"127.0.0.0/8",
				) + " ",
			)
		}
		in := chain == "PREROUTING" || chain == "INPUT" || chain == "FORWARD"
		out := chain == "OUTPUT" || chain == "POSTROUTING" || chain == "FORWARD"
		if in && chance(35) {
			b.WriteString(not() + "-i " + pick("br0", "br1", "vlan", "lo", "v+", "eth0") + " ")
		}
		if out && chance(35) {
			b.WriteString(not() + "-o " + pick("br0", "br1", "vlan", "lo", "br+", "eth0") + " ")
		}
		switch r.IntN(5) {
		case 0:
			b.WriteString("-p tcp --dport " + pick("7", "9", "7:9", "1:6") + " ")
		case 1:
			b.WriteString("-p udp --dport " + pick("7", "9") + " ")
		case 2:
			b.WriteString(
				"-p icmp " + pick("", "--icmp-type echo-request ", "--icmp-type echo-reply ", "--icmp-type 3 "),
			)
		case 3:
			b.WriteString("-p tcp ")
		}
		switch r.IntN(8) {
		case 0:
			b.WriteString(
				"-m conntrack --ctstate " + pick(
					"ESTABLISHED,RELATED",
					"NEW",
					"ESTABLISHED",
					"RELATED",
					"INVALID",
					"NEW,ESTABLISHED",
				) + " ",
			)
		case 1:
			b.WriteString("-m addrtype --dst-type " + pick("LOCAL", "UNICAST", "BROADCAST") + " ")
		case 2:
			b.WriteString("-m addrtype --src-type LOCAL ")
		case 3:
			b.WriteString("-m mark --mark " + pick("1", "0", "2") + " ")
		}
		return b.String()
	}
	filterTarget := func() string {
		switch r.IntN(8) {
		case 0, 1, 2:
			return "DROP"
		case 3:
			return "REJECT"
		case 4:
			return "REJECT --reject-with " + pick(
				"icmp-host-prohibited",
				"icmp-net-unreachable",
				"icmp-admin-prohibited",
				"icmp-host-unreachable",
			)
		case 5:
			return "RETURN"
		}
		return "ACCEPT"
	}
	rule := func(ns string) {
		switch r.IntN(12) {
		case 0, 1, 2, 3:
			chain := pick("INPUT", "FORWARD", "FORWARD", "OUTPUT")
			iptables(ns, "-A "+chain+" "+match(chain)+"-j "+filterTarget())
		case 4:
			chain := pick("INPUT", "FORWARD", "OUTPUT")
			iptables(ns, "-A "+chain+" -p tcp -j REJECT --reject-with tcp-reset")
		case 5:
			iptables(ns, "-P "+pick("FORWARD", "INPUT", "OUTPUT")+" "+pick("DROP", "ACCEPT"))
		case 6:
			iptables(
				ns,
				"-t nat -A POSTROUTING "+match(
					"POSTROUTING",
				)+"-j "+pick(
					"MASQUERADE",
					"MASQUERADE",
					"SNAT --to-source 10.3.0.1",
					"SNAT --to-source 10.3.0.50",
				),
			)
		case 7, 8:
			chain := pick("PREROUTING", "PREROUTING", "OUTPUT")
			target := "DNAT --to-destination " + pick(
				"10.1.0.2",
				"10.1.0.3",
				"10.2.0.2",
				"10.3.0.2",
				"127.0.0.1",
				"10.1.0.1",
			)
			m := match(chain)
			if strings.Contains(m, "-p tcp") || strings.Contains(m, "-p udp") {
				if chance(60) {
					target += ":7"
				} else if chance(30) {
					target = "REDIRECT --to-ports 7"
				}
			}
			iptables(ns, "-t nat -A "+chain+" "+m+"-j "+target)
		case 9:
			iptables(ns, "-t raw -A PREROUTING "+match("PREROUTING")+"-j "+pick("DROP", "ACCEPT", "NOTRACK"))
		case 10:
			chain := pick("PREROUTING", "OUTPUT", "FORWARD")
			iptables(ns, "-t mangle -A "+chain+" "+match(chain)+"-j MARK --set-mark "+pick("1", "2"))
		case 11:
			name := fmt.Sprintf("USER%d", r.IntN(1000))
			iptables(ns, "-N "+name)
			iptables(ns, "-A "+name+" "+match("")+"-j "+filterTarget())
			iptables(ns, "-A "+pick("INPUT", "FORWARD", "OUTPUT")+" "+"-j "+name)
		}
	}
	for range r.IntN(7) {
		rule("host")
	}
	if chance(30) {
		rule(pick("c1", "c3", "lan"))
	}
}

// toIPv6 is the ip6tables rule that stands for an iptables one.
func toIPv6(args string) string {
	args = strings.NewReplacer(
		"127.0.0.0/8", "::1/128", "127.0.0.1", "::1", "-p icmp", "-p icmpv6", "--icmp-type 3", "--icmpv6-type 1",
		"--icmp-type", "--icmpv6-type", "BROADCAST", "MULTICAST", "icmp-host-prohibited", "icmp6-adm-prohibited",
		"icmp-net-unreachable", "icmp6-no-route", "icmp-admin-prohibited", "icmp6-adm-prohibited",
		"icmp-host-unreachable", "icmp6-addr-unreachable",
	).Replace(args)
	args = regexp.MustCompile(`10\.(\d)\.0\.0/24`).ReplaceAllString(args, "fd00:$1::/64")
	args = regexp.MustCompile(`10\.(\d)\.0\.(\d+):7`).ReplaceAllString(args, "[fd00:$1::$2]:7")
	args = regexp.MustCompile(`::1:7`).ReplaceAllString(args, "[::1]:7")
	return regexp.MustCompile(`10\.(\d)\.0\.(\d+)`).ReplaceAllString(args, "fd00:$1::$2")
}
