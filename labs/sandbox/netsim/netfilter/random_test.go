package netfilter_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// draw makes rules of all kinds that are modelled, with an odd word now and then.
type draw struct{ *rand.Rand }

func (d draw) pick(list ...string) string { return list[d.IntN(len(list))] }
func (d draw) chance(percent int) bool    { return d.IntN(100) < percent }

func (d draw) not(percent int) string {
	if d.chance(percent) {
		return "! "
	}
	return ""
}

func (d draw) port() string {
	return d.pick("22", "80", "443", "8080", "0", "65535", "1024:2048", ":53", "60000:", "domain", "http")
}

func (d draw) addr() string {
	return d.pick("10.0.0.0/8", "172.17.0.2", "172.17.0.2/32", "192.168.1.7/24", "0.0.0.0/0", "10.1.2.3/255.0.255.0",
		"1.2.3.4/31", "10/8", "127.0.0.1", "255.255.255.255")
}

func (d draw) protocol() (words string, ports bool) {
	switch d.IntN(7) {
	case 0:
		return "", false
	case 1, 2:
		s := "-p tcp"
		if d.chance(30) {
			s += " -m tcp"
		}
		if d.chance(50) {
			s += " " + d.not(20) + "--dport " + d.port()
		}
		if d.chance(30) {
			s += " " + d.not(20) + "--sport " + d.port()
		}
		if d.chance(20) {
			s += " " + d.not(
				30,
			) + d.pick(
				"--syn",
				"--tcp-flags ALL SYN,ACK",
				"--tcp-flags SYN,RST NONE",
				"--tcp-flags FIN,ACK ALL",
			)
		}
		return s, true
	case 3, 4:
		s := "-p udp"
		if d.chance(60) {
			s += " " + d.not(20) + "--dport " + d.port()
		}
		return s, true
	case 5:
		return "-p icmp" + d.pick(
			"",
			" --icmp-type 8",
			" --icmp-type echo-reply",
			" ! --icmp-type 3/1",
			" --icmp-type any",
			" --icmp-type host-unreachable",
		), false
	}
	return d.not(30) + "-p " + d.pick("gre", "47", "esp", "all", "sctp", "4"), false
}

func (d draw) match(ports bool) string {
	list := []string{
		"-m conntrack " + d.not(
			20,
		) + "--ctstate " + d.pick(
			"NEW",
			"ESTABLISHED,RELATED",
			"INVALID",
			"DNAT",
			"UNTRACKED,NEW",
		),
		"-m conntrack --ctdir " + d.pick(
			"ORIGINAL",
			"REPLY",
		) + " " + d.not(
			20,
		) + "--ctorigdst " + d.pick(
			"1.2.3.4",
			"10.0.0.0/8",
		),
		"-m state --state " + d.pick("NEW", "RELATED,ESTABLISHED"),
		"-m addrtype " + d.not(20) + "--dst-type " + d.pick("LOCAL", "LOCAL,BROADCAST", "UNICAST"),
		"-m addrtype --src-type LOCAL " + d.not(20) + "--dst-type MULTICAST",
		"-m mark " + d.not(20) + "--mark " + d.pick("1", "0x10/0xf0", "0"),
		"-m connmark --mark " + d.pick("1", "0x10/0xf0"),
		"-m comment --comment " + d.pick("x", "a-b_c", "two", "a.b"),
		"-m limit --limit " + d.pick(
			"5/min",
			"1/s",
			"100/hour",
			"3/day",
			"7/second",
			"13/minute",
		) + d.pick(
			"",
			" --limit-burst 7",
		),
		"-m iprange " + d.not(20) + "--src-range " + d.pick("10.0.0.1-10.0.0.9", "1.1.1.1-2.2.2.2"),
		"-m mac " + d.not(20) + "--mac-source 02:00:00:aA:bb:01",
		"-m physdev " + d.not(20) + "--physdev-in veth+",
		"-m length " + d.not(20) + "--length " + d.pick("100", "1:50", "1000:"),
		"-m ttl " + d.pick("--ttl-eq 64", "! --ttl-eq 1", "--ttl-lt 5", "--ttl-gt 5"),
		"-m statistic --mode random " + d.not(20) + "--probability " + d.pick("0.5", "0.25", "1"),
		"-m statistic --mode nth " + d.not(20) + "--every 4 --packet " + d.pick("0", "3"),
	}
	if ports {
		list = append(
			list,
			"-m multiport "+d.not(
				20,
			)+d.pick(
				"--dports",
				"--sports",
				"--ports",
			)+" "+d.pick(
				"80",
				"80,443",
				"1:5,9,http",
			),
		)
	}
	return list[d.IntN(len(list))]
}

func (d draw) target(table string, ports bool) string {
	list := []string{
		"", "-j ACCEPT", "-j RETURN", "-j USER", "-g USER",
		"-j LOG --log-prefix " + d.pick("x", "y:z") + d.pick("", " --log-level 3", " --log-tcp-sequence --log-ip-options"),
		"-j MARK " + d.pick("--set-mark 1", "--set-xmark 0x1/0xf", "--and-mark 3", "--or-mark 4", "--xor-mark 5"),
		"-j CONNMARK " + d.pick("--save-mark", "--restore-mark --mask 0xf", "--set-mark 7/7"),
	}
	switch table {
	case "filter":
		list = append(
			list,
			"-j DROP",
			"-j REJECT",
			"-j REJECT --reject-with "+d.pick(
				"icmp-host-prohibited",
				"net-unreach",
				"icmp-admin-prohibited",
				"tcp-reset",
			),
		)
	case "nat":
		list = append(
			list,
			"-j MASQUERADE",
			"-j MASQUERADE --random",
			"-j DNAT --to-destination 172.17.0.2",
			"-j SNAT --to-source 1.2.3.4-1.2.3.9 --persistent",
			"-j REDIRECT",
		)
		if ports {
			list = append(
				list,
				"-j DNAT --to-destination 172.17.0.2:80",
				"-j MASQUERADE --to-ports 1000-2000",
				"-j REDIRECT --to-ports 8080",
				"-j SNAT --to-source :53",
				"-j DNAT --to-destination 1.1.1.1-1.1.1.5:1-9 --random",
			)
		}
	case "raw":
		list = append(list, "-j DROP", "-j NOTRACK", "-j CT --notrack")
	}
	return list[d.IntN(len(list))]
}

// rule is a table, a chain and a specification. Some are refused.
func (d draw) rule() (table, chain, spec string) {
	table = d.pick("filter", "filter", "nat", "nat", "raw", "mangle")
	chains := map[string][]string{
		"filter": {"INPUT", "FORWARD", "OUTPUT"}, "nat": {"PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"},
		"raw": {"PREROUTING", "OUTPUT"}, "mangle": {"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"},
	}[table]
	chain = d.pick(append(chains, "USER")...)
	var words []string
	add := func(percent int, w string) {
		if d.chance(percent) && w != "" {
			words = append(words, w)
		}
	}
	add(35, d.not(30)+"-s "+d.addr())
	add(35, d.not(30)+"-d "+d.addr())
	add(25, d.not(30)+"-i "+d.pick("eth0", "veth+", "lo"))
	add(25, d.not(30)+"-o "+d.pick("eth0", "br-+", "lo"))
	p, ports := d.protocol()
	add(100, p)
	for d.chance(40) {
		words = append(words, d.match(ports))
	}
	add(100, d.target(table, ports))
	add(2, d.pick("extra", "--nosuch", "-m nosuch", "! -j ACCEPT", "-p", "-j NOPE", "--dport x"))
	return table, chain, strings.Join(words, " ")
}

// userChains are in every table, for the rules that jump.
func userChains(run func(string)) {
	for _, t := range []string{"filter", "nat", "raw", "mangle"} {
		run("iptables -t " + t + " -N USER")
	}
}

// What was printed is read as the same rule.
func TestPrintedRulesAreReadAgain(t *testing.T) {
	d := draw{rand.New(rand.NewPCG(7, 7))}
	taken := 0
	for range 20000 {
		_, _, spec := d.rule()
		r, err := netfilter.ParseRule(netfilter.IPv4, spec, "")
		if err != nil {
			continue
		}
		taken++
		again, err := netfilter.ParseRule(netfilter.IPv4, r.String(), "")
		if err != nil || again.String() != r.String() {
			t.Fatalf("%q is printed %q, and read as %v %v", spec, r, again, err)
		}
	}
	if taken < 15000 {
		t.Errorf("only %d rules were taken", taken)
	}
}

// Random rules against the iptables of this machine, in network namespaces of its own: DOCKERLEARN_IPTABLES is a
// command before sh that gives such a namespace, as "unshare -n".
func TestRandomRulesAgainstIptables(t *testing.T) {
	prefix := os.Getenv("DOCKERLEARN_IPTABLES")
	if prefix == "" {
		t.Skip("DOCKERLEARN_IPTABLES is not set")
	}
	d := draw{rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))}
	for round := range 40 {
		var lines []string
		userChains(func(s string) { lines = append(lines, s) })
		for range 50 {
			table, chain, spec := d.rule()
			how := d.pick("-A", "-A", "-A", "-I", "-C", "-D")
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("iptables -t %s %s %s %s", table, how, chain, spec)))
		}
		lines = append(
			lines,
			"iptables-save",
			"iptables -nvL",
			"iptables -L",
			"iptables -t nat -nvL -x",
			"iptables -t mangle -L",
			"iptables -t raw -vL --line-numbers",
			"nft list ruleset",
		)
		want := asked(t, strings.Fields(prefix), lines)
		tables := netfilter.NewTables()
		differ := 0
		for i, line := range lines {
			if got := typed(tables, line); oneReason(got) != oneReason(want[i]) {
				t.Errorf("round %d $ %s\n%s", round, line, differing(got, want[i]))
				if differ++; differ > 2 {
					t.FailNow()
				}
			}
		}
	}
}

// oneReason takes one for the other: which of two faults the kernel meets first depends on how it walks the chains.
func oneReason(s string) string { return strings.ReplaceAll(s, "Too many links", "Invalid argument") }

// differing are the lines that only one has.
func differing(got, want string) string {
	var b strings.Builder
	have := func(s, line string) bool { return strings.Contains("\n"+s, "\n"+line) }
	for _, l := range strings.SplitAfter(got, "\n") {
		if !have(want, l) {
			b.WriteString("got  " + l)
		}
	}
	for _, l := range strings.SplitAfter(want, "\n") {
		if !have(got, l) {
			b.WriteString("want " + l)
		}
	}
	return b.String()
}

// asked runs lines by a real shell, and writes down what came back in the form of the transcripts.
func asked(t *testing.T, prefix, lines []string) []string {
	var script strings.Builder
	for _, l := range lines {
		fmt.Fprintf(
			&script,
			"%s 2>/tmp/netfilter-test-err; rc=$?; sed 's/^/2| /' /tmp/netfilter-test-err; echo \"[$rc]\"; echo '<<>>'\n",
			l,
		)
	}
	cmd := exec.Command(prefix[0], append(prefix[1:], "sh")...)
	cmd.Stdin = strings.NewReader(script.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(dated(string(out)), "<<>>\n")
	if len(parts) != len(lines)+1 {
		t.Fatalf("%d answers to %d lines", len(parts)-1, len(lines))
	}
	return parts
}

func FuzzParseRule(f *testing.F) {
	d := draw{rand.New(rand.NewPCG(1, 1))}
	for range 50 {
		_, _, spec := d.rule()
		f.Add(spec)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		r, err := netfilter.ParseRule(netfilter.IPv4, spec, "")
		if err != nil {
			return
		}
		again, err := netfilter.ParseRule(netfilter.IPv4, r.String(), "")
		if err != nil || again.String() != r.String() {
			t.Fatalf("%q is printed %q, and read as %v %v", spec, r, again, err)
		}
		tables := netfilter.NewTables()
		ref := netfilter.Ref{Family: netfilter.IPv4, Table: "filter", Chain: "INPUT"}
		if tables.Append(ref, r) == nil {
			tables.Iptables([]string{"-nvL"})
			tables.Nft([]string{"list", "ruleset"}, nil)
		}
	})
}

func FuzzIptables(f *testing.F) {
	for _, file := range []string{"testdata/iptables.txt"} {
		text, _ := os.ReadFile(file)
		for _, c := range recordedCommands(string(text)) {
			f.Add(c.line)
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		tables := netfilter.NewTables()
		userChains(func(s string) { one(tables, s) })
		w := words(line)
		if len(w) > 0 {
			tables.Iptables(w[1:])
			tables.Ip6tables(w[1:])
			tables.ConntrackTool(w[1:], &host{})
		}
		saved := tables.Save(netfilter.IPv4, []string{"-c"}, time.Time{}).Out
		if p := netfilter.NewTables().Restore(netfilter.IPv4, []string{"-c"}, saved, nil); p.Exit != 0 {
			t.Fatal(saved, p.Err)
		}
	})
}

func FuzzRestore(f *testing.F) {
	f.Add(docker)
	f.Add("*nat\n[1:2] -A PREROUTING -j X\nCOMMIT\n")
	f.Fuzz(func(t *testing.T, text string) {
		netfilter.NewTables().Restore(netfilter.IPv4, nil, text, nil)
		netfilter.NewTables().Restore(netfilter.IPv6, []string{"-c", "-n"}, text, nil)
	})
}

// What nft lists is read as the same rule set.
func FuzzNft(f *testing.F) {
	text, _ := os.ReadFile("testdata/docker/5-full-nftables.txt")
	f.Add(string(text))
	text, _ = os.ReadFile("testdata/nft.txt")
	for _, c := range recordedCommands(string(text)) {
		f.Add(
			"add table inet t\nadd chain inet t in\nadd table ip x\nadd chain ip x y\n" + strings.TrimPrefix(
				c.line,
				"nft ",
			),
		)
	}
	f.Fuzz(func(t *testing.T, script string) {
		tables := netfilter.NewTables()
		if tables.Script(script, "") != nil {
			tables.Nft([]string{script}, nil)
			return
		}
		for _, table := range []string{"filter", "nat", "raw"} {
			tables.Iptables([]string{"-t", table, "-nvL"})
		}
		tables.Save(netfilter.IPv4, nil, time.Time{})
		listed := tables.Nft([]string{"list", "ruleset"}, nil).Out
		again := netfilter.NewTables()
		if err := again.Script(listed, ""); err != nil {
			t.Fatal(listed, err)
		}
		if got := again.Nft([]string{"list", "ruleset"}, nil).Out; got != listed {
			t.Fatalf("listed\n%s\nbecomes\n%s", listed, got)
		}
	})
}

// mixedCommands are commands of both tools about a few chains, some of which have names that are built in.
func mixedCommands() (lines []string) {
	for _, table := range []string{"filter", "nat"} {
		lines = append(lines, "nft add table ip "+table, "nft delete table ip "+table, "nft flush table ip "+table,
			"nft add map ip "+table+" m '{ type ifname : verdict; }'", "nft delete map ip "+table+" m")
		for _, chain := range []string{"OUTPUT", "FORWARD", "DOCKER"} {
			for _, c := range []string{
				"add chain %s", "add chain %s '{ type filter hook forward priority 0; policy drop; }'",
				"add chain %s '{ type nat hook postrouting priority 0; }'", "add chain %s '{ policy drop; }'",
				"delete chain %s", "flush chain %s", "add rule %s accept", "insert rule %s jump DOCKER",
				"add rule %s iifname vmap @m", "rename chain %s FORWARD",
			} {
				lines = append(lines, "nft "+fmt.Sprintf(c, "ip "+table+" "+chain))
			}
			for _, c := range []string{
				"-P %s DROP", "-P %s ACCEPT", "-N %s", "-X %s", "-F %s", "-A %s -j DOCKER", "-A %s -g DOCKER", "-I %s -j ACCEPT",
				"-D %s 1", "-R %s 1 -j DROP", "-Z %s", "-E %s OTHER", "-E OTHER %s", "-L %s", "-S %s",
			} {
				lines = append(lines, "iptables -t "+table+" "+fmt.Sprintf(c, chain))
			}
			lines = append(lines, "nft add element ip "+table+" m '{ x : jump "+chain+" }'")
		}
	}
	return lines
}

// A policy for a chain that nft had made under a built-in name ended the program.
func TestBothToolsAtOneTable(t *testing.T) {
	lines := mixedCommands()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		h := newHost(t, "")
		var done []string
		for range 40 {
			done = append(done, lines[r.IntN(len(lines))])
			func() {
				defer func() {
					if p := recover(); p != nil {
						t.Fatalf("%v:\n%s", p, strings.Join(done, "\n"))
					}
				}()
				typed(h.tables, done[len(done)-1])
				h.forward(seg("172.17.0.2:1", "203.0.113.9:80", 2), "docker0", "eth0")
			}()
		}
	}
}
