package dockernet

import (
	"fmt"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// saved is the host's rules of IPv4 as iptables-save prints them, in the recordings' order, without comments and
// counters.
func saved(t *netfilter.Tables) string {
	var out strings.Builder
	for _, table := range []string{"raw", "mangle", "nat", "filter"} {
		out.WriteString(t.Save(netfilter.IPv4, []string{"-t", table}, time.Time{}).Out)
	}
	return regexp.MustCompile(`(?m)^#.*\n| \[\d+:\d+\]$`).ReplaceAllString(out.String(), "")
}

// listed is Docker's tables as nft lists them without counters, with the elements of maps sorted, a line each.
func listed(t *netfilter.Tables) string {
	elements := regexp.MustCompile(`elements = \{ ([^}]*) \}`)
	return elements.ReplaceAllStringFunc(t.Nft([]string{"-s", "list", "ruleset"}, nil).Out, func(s string) string {
		each := regexp.MustCompile(`,\s+`).Split(elements.FindStringSubmatch(s)[1], -1)
		slices.Sort(each)
		return "elements = {\n\t\t\t" + strings.Join(each, "\n\t\t\t") + "\n\t\t}"
	})
}

// topology is the one of the recordings, made step by step.
type topology struct {
	t        testing.TB
	c        *Controller
	networks map[string]*Network
	boxes    map[string]*Sandbox
}

func newTopology(t *testing.T, change ...func(*Config)) *topology {
	c := newController(t.Fatal, t.Cleanup, change...)
	return &topology{t, c, map[string]*Network{"bridge": c.named("bridge")}, map[string]*Sandbox{}}
}

func (x *topology) tables() *netfilter.Tables { return x.c.host.Filter() }

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

// recordedContainers are those of the recordings, as run reads them.
const recordedContainers = `d1 bridge
d2 bridge 8080:80 5353:5000/udp
a1 n1
a2 n1 8081:80 127.0.0.1@8082:80
a3 n1
b1 n2
b2 n2 8083:80
i1 int1
i2 int1 8084:80
x1 noicc
x2 noicc 8085:80`

// all makes every network of the recordings, and runs every container.
func (x *topology) all(run func(line string)) {
	for _, name := range strings.Fields("n1 n2 int1 noicc") {
		x.network(name)
	}
	for line := range strings.SplitSeq(recordedContainers, "\n") {
		run(line)
	}
}

// full is everything, as it was when the last dumps were taken: a1 has left its network and come back.
func (x *topology) full() {
	x.all(x.run)
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
			x := newTopology(t, func(c *Config) { c.NoProxy = row.noProxy })
			fresh := saved(x.tables())
			row.make(x)
			compare(t, saved(x.tables()), recorded(t, row.name))
			x.empty()
			compare(t, saved(x.tables()), fresh)
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
		x := newTopology(t)
		o := network("x", row.subnets...)
		k, v, _ := strings.Cut(row.options, "=")
		o.Options = map[string]string{optBridgeName: "br-x", k: v}
		x.networks["x"] = mustCreate(t, x.c, o)
		x.run("c x 8080:80")
		if got := saved(x.tables()); !strings.Contains(got, row.want) {
			t.Errorf("%s:\n%s\nwant\n%s", row.name, got, row.want)
		}
	}
}

// withNftables is a host with the other backend, whose owner lets it forward.
func withNftables(c *Config) {
	c.Nftables = true
	c.Host.SetSysctl("net.ipv4.ip_forward", "1")
}

func TestNftablesAreAsRecorded(t *testing.T) {
	x := newTopology(t, withNftables)
	fresh := listed(x.tables())
	x.full()
	compare(t, listed(x.tables()), recorded(t, "5-full-nftables"))
	x.empty()
	compare(t, listed(x.tables()), fresh)
}

func TestBindingsOfIPv6(t *testing.T) {
	f := &iptables{tables: netfilter.NewTables()}
	f.boot()
	six := func() string { return f.tables.Save(netfilter.IPv6, nil, time.Time{}).Out }
	before := saved(f.tables)
	n := &Network{NetworkOptions: NetworkOptions{Driver: "bridge"}, bridge: bridgeOptions{name: "br-x"}}
	b := Binding{
		Port: publish("80").Publish[0].Port, HostIP: netip.IPv6Unspecified(), HostPort: 8080,
		IP: netip.MustParseAddr("fd00::2"),
	}
	f.port(&Endpoint{Network: n}, b, true)
	for _, want := range []string{
		"-A DOCKER ! -s fe80::/10 ! -i br-x -p tcp -m tcp --dport 8080 -j DNAT --to-destination [fd00::2]:80\n",
		"-A DOCKER -d fd00::2/128 ! -i br-x -o br-x -p tcp -m tcp --dport 80 -j ACCEPT\n",
	} {
		if got := six(); !strings.Contains(got, want) {
			t.Errorf("not there: %s%s", want, got)
		}
	}
	after := six()
	b.IP = netip.MustParseAddr("172.18.0.2") // by proxy alone
	f.port(&Endpoint{Network: n}, b, true)
	compare(t, six(), after)
	compare(t, saved(f.tables), before)
}

// A daemon that starts again undoes what somebody has done to its rules, and leaves alone what is not its own.
func TestRestartWritesTheRulesAnew(t *testing.T) {
	x := newTopology(t)
	for _, name := range strings.Fields("n1 int1 noicc") {
		x.network(name)
	}
	iptables := func(line string) { x.tables().Iptables(strings.Fields(line)) }
	iptables("-A DOCKER-USER -s 10.0.0.0/8 -j DROP")
	before, id := saved(x.tables()), x.c.named("bridge").ID
	x.c.Restart() // the default bridge is the last then, as its network is new
	first := saved(x.tables())
	if a, c := strings.Count(before, "\n"), strings.Count(first, "\n"); a != c || x.c.named("bridge").ID == id {
		t.Fatalf("%d lines, before %d:\n%s", c, a, first)
	}
	for _, chain := range []string{"DOCKER-FORWARD", "DOCKER", "FORWARD"} {
		iptables("-F " + chain)
	}
	iptables("-A FORWARD -j ACCEPT")
	x.c.Restart()
	jump := "-A FORWARD -j DOCKER-FORWARD\n"
	compare(t, saved(x.tables()), strings.Replace(first, jump, jump+"-A FORWARD -j ACCEPT\n", 1))
}

// Somebody may remove Docker's table from under it: containers come and go without rules until the daemon starts again.
func TestNftablesMayBeRemoved(t *testing.T) {
	x := newTopology(t, withNftables)
	x.network("n1")
	x.c.Restart()
	first := listed(x.tables())
	for _, command := range []string{"flush table ip docker-bridges", "delete table ip docker-bridges", "flush ruleset"} {
		if err := x.tables().Script(command, "nft"); err != nil {
			t.Fatal(err)
		}
		x.run("c n1 8080:80")
		x.boxes["c"].Close(false)
		x.c.Restart()
		compare(t, listed(x.tables()), first)
	}
}

// With nft, chains of iptables' names can be what iptables cannot use. Docker's rules find no place in them then, until
// they are gone and the daemon starts again.
func TestChainsOfOthersMayStandInTheWay(t *testing.T) {
	for _, script := range []string{
		"add table ip6 filter\nadd chain ip6 filter FORWARD",
		"add table ip filter\nadd chain ip filter FORWARD\nadd chain ip filter DOCKER",
		"add table ip nat\nadd chain ip nat DOCKER { type nat hook prerouting priority 0; }",
	} {
		x := newTopology(t)
		x.c.Restart()
		first := saved(x.tables())
		if err := x.tables().Script("flush ruleset\n"+script, "nft"); err != nil {
			t.Fatal(err)
		}
		_, err := x.c.Create(network("six", "10.99.0.0/24", "fd00:99::/64"))
		if err == nil || !strings.Contains(err.Error(), "tables failed: ") {
			t.Errorf("%s: %v", script, err)
		}
		x.tables().Script("flush ruleset", "nft")
		x.c.Restart()
		first = strings.Replace(first, ":FORWARD DROP", ":FORWARD ACCEPT", 1) // it forwards already
		compare(t, saved(x.tables()), first)
	}
}
