package dockernet

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
)

// book is rules as iptables-save prints them.
type book struct {
	chains   []string            // "TABLE CHAIN", as they were made
	rules    map[string][]string // by chain
	policies map[string]string
}

func newBook() *book {
	b := &book{rules: map[string][]string{}, policies: map[string]string{}}
	for _, c := range strings.Split("raw PREROUTING,raw OUTPUT,mangle PREROUTING,mangle INPUT,mangle FORWARD,mangle OUTPUT,"+
		"mangle POSTROUTING,nat PREROUTING,nat INPUT,nat OUTPUT,nat POSTROUTING,filter INPUT,filter FORWARD,filter OUTPUT", ",") {
		b.chains = append(b.chains, c)
		b.policies[c] = "ACCEPT"
	}
	return b
}

// iptables is Docker's rules written into the book: of IPv4 only.
func (b *book) iptables(noProxy bool) *iptables {
	return &iptables{
		noProxy: noProxy,
		chain: func(v6 bool, table, chain string) {
			if !v6 && b.policies[table+" "+chain] == "" {
				b.chains = append(b.chains, table+" "+chain)
				b.policies[table+" "+chain] = "-"
			}
		},
		empty: func(v6 bool, table, chain string) {
			if !v6 {
				b.rules[table+" "+chain] = nil
			}
		},
		policy: func(v6 bool, table, chain, policy string) {
			if !v6 {
				b.policies[table+" "+chain] = policy
			}
		},
		apply: func(r rule, on bool) {
			at := r.table + " " + r.chain
			i := slices.Index(b.rules[at], r.spec)
			switch rules := b.rules[at]; {
			case r.v6, on == (i >= 0):
			case !on:
				b.rules[at] = slices.Delete(rules, i, i+1)
			case r.first:
				b.rules[at] = slices.Insert(rules, 0, r.spec)
			default:
				b.rules[at] = append(rules, r.spec)
			}
		},
	}
}

func (b *book) String() string {
	var out strings.Builder
	for _, table := range []string{"raw", "mangle", "nat", "filter"} {
		out.WriteString("*" + table + "\n")
		var names []string
		for _, c := range b.chains {
			if name, ok := strings.CutPrefix(c, table+" "); ok {
				names = append(names, name)
			}
		}
		slices.SortStableFunc(names, func(a, c string) int {
			own := func(name string) int { return min(2, len(b.policies[table+" "+name])) } // "-" is shorter than a policy
			return own(c) - own(a)
		})
		for _, name := range names {
			fmt.Fprintf(&out, ":%s %s\n", name, b.policies[table+" "+name])
		}
		for _, name := range names {
			for _, spec := range b.rules[table+" "+name] {
				fmt.Fprintf(&out, "-A %s %s\n", name, spec)
			}
		}
		out.WriteString("COMMIT\n")
	}
	return out.String()
}

// topology is the one of the recordings, made step by step.
type topology struct {
	t        *testing.T
	c        *Controller
	networks map[string]*Network
	boxes    map[string]*Sandbox
}

func newTopology(t *testing.T, fw firewall, noProxy bool) *topology {
	c := newTestController(t)
	c.c.NoProxy, c.firewall = noProxy, fw
	bridge := c.named("bridge")
	fw.boot()
	fw.dropForwards(false)
	fw.network(bridge, true)
	return &topology{t, c, map[string]*Network{"bridge": bridge}, map[string]*Sandbox{}}
}

func (x *topology) network(name string) {
	o := network(name)
	o.Internal = name == "int1"
	o.Options = map[string]string{optBridgeName: "br-" + name, optICC: fmt.Sprint(name != "noicc")}
	x.networks[name] = mustCreate(x.t, x.c, o)
}

// run starts a container: NAME NETWORK PUBLISHED...
func (x *topology) run(line string) {
	f := strings.Fields(line)
	x.boxes[f[0]] = join(x.t, x.c, f[0], publish(f[2:]...), x.networks[f[1]])
}

// full is everything, as it was when the last dumps were taken: a1 has left its network and come back.
func (x *topology) full() {
	for _, name := range strings.Fields("n1 n2 int1 noicc") {
		x.network(name)
	}
	for _, line := range strings.Split(`d1 bridge
d2 bridge 8080:80 5353:5000/udp
a1 n1
a2 n1 8081:80 127.0.0.1@8082:80
a3 n1
b1 n2
b2 n2 8083:80
i1 int1
i2 int1 8084:80
x1 noicc
x2 noicc 8085:80`, "\n") {
		x.run(line)
	}
	a1 := x.boxes["a1"]
	also, err := a1.Join(x.networks["n2"], EndpointOptions{Name: "a1"})
	if err != nil {
		x.t.Fatal(err)
	}
	a1.Leave(a1.endpoints[0])
	if _, err := a1.Join(x.networks["n1"], EndpointOptions{Name: "a1"}); err != nil {
		x.t.Fatal(err)
	}
	a1.Leave(also)
}

// empty takes everything away again.
func (x *topology) empty() {
	for _, s := range x.boxes { // any order: all of them go
		s.Close(false)
	}
	for name, n := range x.networks {
		if name != "bridge" {
			if err := x.c.Remove(n); err != nil {
				x.t.Error(err)
			}
		}
	}
}

func recorded(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/rules-" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text)) + "\n"
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("line %d:\n got %s\nwant %s\nall:\n%s", i+1, a[i], b[i], got)
		}
	}
	t.Fatalf("%d lines, want %d:\n%s", len(a), len(b), got)
}

func TestIptablesAreAsRecorded(t *testing.T) {
	for _, row := range []struct {
		name    string
		noProxy bool
		make    func(x *topology)
	}{
		{"1-default-bridge", false, func(x *topology) { x.run("d1 bridge") }},
		{"2-published", false, func(x *topology) { x.run("d1 bridge"); x.run("d2 bridge 8080:80") }},
		{"3-networks", false, func(x *topology) {
			x.run("d1 bridge")
			x.run("d2 bridge 8080:80")
			for _, name := range strings.Fields("n1 int1 noicc") {
				x.network(name)
			}
		}},
		{"4-full-iptables", false, (*topology).full},
		{"6-full-noproxy", true, (*topology).full},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBook()
			x := newTopology(t, b.iptables(row.noProxy), row.noProxy)
			fresh := b.String()
			row.make(x)
			compare(t, b.String(), recorded(t, row.name))
			x.empty()
			compare(t, b.String(), fresh)
		})
	}
}

// Rules that the recordings of whole hosts do not have: from the words about single networks.
func TestIptablesOfOptions(t *testing.T) {
	for _, row := range []struct {
		name, options string
		subnets       []string
		want          string // that must be there
	}{
		{"routed", optGatewayMode4 + "=routed", []string{"172.21.0.0/16"}, `-A DOCKER -d 172.21.0.2/32 ! -i br-x -o br-x -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER ! -i docker0 -o docker0 -j DROP
-A DOCKER -o br-x -p icmp -j ACCEPT
-A DOCKER ! -i br-x -o br-x -j DROP`},
		{"unprotected", optGatewayMode4 + "=nat-unprotected", []string{"172.21.0.0/16"}, "-A DOCKER ! -i br-x -o br-x -j ACCEPT"},
		{"snat", optHostIPv4 + "=198.51.100.7", []string{"172.21.0.0/16"}, "-A POSTROUTING -s 172.21.0.0/16 ! -o br-x -j SNAT --to-source 198.51.100.7"},
		{"trusted", optTrusted + "=eth1:eth2", []string{"172.21.0.0/16"}, `-A PREROUTING -d 172.21.0.2/32 -i eth1 -j ACCEPT
-A PREROUTING -d 172.21.0.2/32 -i eth2 -j ACCEPT
-A PREROUTING -d 172.21.0.2/32 ! -i br-x -j DROP`},
	} {
		b := newBook()
		x := newTopology(t, b.iptables(false), false)
		o := network("x", row.subnets...)
		k, v, _ := strings.Cut(row.options, "=")
		o.Options = map[string]string{optBridgeName: "br-x", k: v}
		x.networks["x"] = mustCreate(t, x.c, o)
		x.run("c x 8080:80")
		if got := b.String(); !strings.Contains(got, row.want) {
			t.Errorf("%s:\n%s\nwant\n%s", row.name, got, row.want)
		}
	}
}

// nftBook is what nft has been told, as nft list ruleset prints it. Of the language it knows what Docker says.
type nftBook struct {
	order []string            // tables, maps and chains
	body  map[string][]string // of each
}

func (b *nftBook) do(_, command string) {
	f := strings.Fields(command)
	table := strings.Join(f[2:4], " ")
	switch what, rest := f[0]+" "+f[1], strings.Join(f[4:], " "); what {
	case "add table":
		b.open(table)
	case "add map", "add chain":
		name, body, _ := strings.Cut(rest, " ")
		at := table + " " + f[1] + " " + name
		b.open(at)
		for _, s := range strings.Split(strings.Trim(body, "{ }"), "; ") {
			if s = strings.Trim(s, "; "); s != "" {
				b.body[at] = append(b.body[at], s)
			}
		}
	case "add rule":
		name, text, _ := strings.Cut(rest, " ")
		b.body[table+" chain "+name] = append(b.body[table+" chain "+name], text)
	case "add element", "delete element":
		name, text, _ := strings.Cut(rest, " ")
		at, text := table+" map "+name, strings.Trim(text, "{ }")
		b.body[at] = slices.DeleteFunc(b.body[at], func(s string) bool { return s == text || strings.HasPrefix(s, text+" ") })
		if f[0] == "add" {
			b.body[at] = append(b.body[at], text)
			slices.Sort(b.body[at][1:])
		}
	case "flush chain":
		at := table + " chain " + rest
		b.body[at] = slices.DeleteFunc(b.body[at], func(s string) bool { return !strings.HasPrefix(s, "type ") && !strings.HasPrefix(s, "policy ") })
	case "delete chain":
		at := table + " chain " + rest
		b.order = slices.DeleteFunc(b.order, func(s string) bool { return s == at })
		delete(b.body, at)
	default:
		panic("nft " + command)
	}
}

func (b *nftBook) open(name string) {
	b.order = append(b.order, name)
	b.body[name] = nil
}

func (b *nftBook) String() string {
	var out strings.Builder
	for _, table := range []string{"ip docker-bridges", "ip6 docker-bridges"} {
		fmt.Fprintf(&out, "table %s {\n", table)
		var parts []string
		for _, kind := range []string{"map", "chain"} {
			for _, at := range b.order {
				if name, ok := strings.CutPrefix(at, table+" "+kind+" "); ok {
					parts = append(parts, "\t"+kind+" "+name+" {\n"+b.lines(kind, b.body[at])+"\t}\n")
				}
			}
		}
		out.WriteString(strings.Join(parts, "\n") + "}\n")
	}
	return out.String()
}

func (b *nftBook) lines(kind string, body []string) string {
	var out strings.Builder
	for i, s := range body {
		switch {
		case kind == "map" && i == 1:
			out.WriteString("\t\telements = {\n\t\t\t" + s + "\n")
		case kind == "map" && i > 1:
			out.WriteString("\t\t\t" + s + "\n")
		case kind == "chain" && i == 0 && strings.HasPrefix(s, "type "):
			out.WriteString("\t\t" + s + "; " + body[1] + ";\n")
		case strings.HasPrefix(s, "policy "):
		default:
			out.WriteString("\t\t" + s + "\n")
		}
	}
	if kind == "map" && len(body) > 1 {
		out.WriteString("\t\t}\n")
	}
	return out.String()
}

func TestNftablesAreAsRecorded(t *testing.T) {
	b := &nftBook{body: map[string][]string{}}
	x := newTopology(t, &nftables{do: b.do}, false)
	fresh := b.String()
	x.full()
	compare(t, b.String(), recorded(t, "5-full-nftables"))
	x.empty()
	compare(t, b.String(), fresh)
}

func TestBindingsOfIPv6(t *testing.T) {
	var got []string
	f := &iptables{apply: func(r rule, on bool) { got = append(got, fmt.Sprint(r.v6, " ", r.chain, " ", r.spec)) }}
	n := &Network{NetworkOptions: NetworkOptions{Driver: "bridge"}, bridge: bridgeOptions{name: "br-x"}}
	e := &Endpoint{Network: n}
	b := Binding{Port: publish("80").Publish[0].Port, HostIP: netip.IPv6Unspecified(), HostPort: 8080, IP: netip.MustParseAddr("fd00::2")}
	f.port(e, b, true)
	b.IP = netip.MustParseAddr("172.18.0.2") // by proxy alone
	f.port(e, b, true)
	want := []string{
		"true DOCKER ! -s fe80::/10 ! -i br-x -p tcp -m tcp --dport 8080 -j DNAT --to-destination [fd00::2]:80",
		"true DOCKER -d fd00::2/128 ! -i br-x -o br-x -p tcp -m tcp --dport 80 -j ACCEPT",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// A daemon that starts again undoes what somebody has done to its rules, and leaves alone what is not its own.
func TestRestartWritesTheRulesAnew(t *testing.T) {
	b := newBook()
	x := newTopology(t, b.iptables(false), false)
	for _, name := range strings.Fields("n1 int1 noicc") {
		x.network(name)
	}
	b.rules["filter DOCKER-USER"] = []string{"-s 10.0.0.0/8 -j DROP"}
	before, id := b.String(), x.c.named("bridge").ID
	x.c.Restart() // the default bridge is the last then, as its network is new
	first := b.String()
	if a, c := strings.Count(before, "\n"), strings.Count(first, "\n"); a != c || x.c.named("bridge").ID == id {
		t.Fatalf("%d lines, before %d:\n%s", c, a, first)
	}
	b.rules["filter DOCKER-FORWARD"], b.rules["filter DOCKER"], b.rules["filter FORWARD"] = nil, nil, []string{"-j ACCEPT"}
	x.c.Restart()
	compare(t, b.String(), strings.Replace(first, "-A FORWARD -j DOCKER-FORWARD\n", "-A FORWARD -j DOCKER-FORWARD\n-A FORWARD -j ACCEPT\n", 1))
}
