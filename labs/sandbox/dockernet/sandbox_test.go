package dockernet

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// join puts a new container into networks.
func join(t testing.TB, c *Controller, name string, o SandboxOptions, networks ...*Network) *Sandbox {
	t.Helper()
	o.Container, o.Hostname = name, name
	s := c.NewSandbox(o)
	for _, n := range networks {
		if _, err := s.Join(n, EndpointOptions{Name: name, DNSNames: []string{name, "id-" + name}}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func ifnames(s *Sandbox) string {
	var all []string
	for _, e := range s.endpoints {
		all = append(all, e.Network.Name+"="+e.Ifname)
	}
	return strings.Join(all, " ")
}

func TestTheGatewayIsChosen(t *testing.T) {
	c := newTestController(t)
	a, b := mustCreate(t, c, network("a")), mustCreate(t, c, network("b"))
	inside := network("aa")
	inside.Internal = true
	in := mustCreate(t, c, inside)
	six := mustCreate(t, c, network("z", "10.1.0.0/24", "fd00:5::/64"))
	s := join(t, c, "c", SandboxOptions{}, in, b, a)
	if got := ifnames(s); got != "a=eth2 b=eth1 aa=eth0" {
		t.Error("by name, what leads nowhere last:", got)
	}
	if e, err := s.Join(six, EndpointOptions{Name: "c"}); err != nil || s.gateway(false) != e || s.gateway(true) != e {
		t.Error("two families before one:", err, ifnames(s))
	}
	s.Leave(s.endpoints[1])
	if got := ifnames(s); got != "z=eth3 b=eth1 aa=eth0" {
		t.Error(got)
	}
	if _, err := s.Join(a, EndpointOptions{Name: "c", Priority: 1}); err != nil || ifnames(s) != "a=eth2 z=eth3 b=eth1 aa=eth0" {
		t.Error("priority before all, and the free name again:", err, ifnames(s))
	}
	s.Close(false)
	if len(a.endpoints)+len(b.endpoints)+len(in.endpoints)+len(six.endpoints) != 0 {
		t.Error("a closed sandbox is still in a network")
	}
	for _, n := range c.Networks() {
		for _, p := range n.Pools {
			if v6 := p.Subnet.Addr().Is6(); p.Status().InUse != map[bool]uint64{false: 3, true: 2}[v6] {
				t.Errorf("%s: %d addresses are still taken", p.Subnet, p.Status().InUse)
			}
		}
	}
}

func bindings(s *Sandbox) string {
	var all []string
	for _, b := range s.Bindings() {
		all = append(all, fmt.Sprintf("%s->%s", netip.AddrPortFrom(b.HostIP, b.HostPort), b.Port))
	}
	return strings.Join(all, " ")
}

// publish reads [IP@][FIRST[-LAST]:]PORT[/udp].
func publish(specs ...string) (o SandboxOptions) {
	for _, spec := range specs {
		var p Publish
		ip, rest, given := strings.Cut(spec, "@")
		if given {
			p.HostIP = netip.MustParseAddr(ip)
		} else {
			rest = spec
		}
		host, port, given := strings.Cut(rest, ":")
		if !given {
			host, port = "", rest
		}
		port, udp := strings.CutSuffix(port, "/udp")
		p.Proto = packet.ProtoTCP
		if udp {
			p.Proto = packet.ProtoUDP
		}
		fmt.Sscan(port, &p.Number)
		if n, _ := fmt.Sscanf(host, "%d-%d", &p.HostFirst, &p.HostLast); n == 1 {
			p.HostLast = p.HostFirst
		}
		o.Publish = append(o.Publish, p)
	}
	return o
}

func TestPortsArePublished(t *testing.T) {
	for _, row := range []struct{ before, ask, want string }{
		{"", "8080:80", "0.0.0.0:8080->80/tcp [::]:8080->80/tcp"},
		{"", "80 81", "0.0.0.0:32768->80/tcp [::]:32768->80/tcp 0.0.0.0:32769->81/tcp [::]:32769->81/tcp"},
		{"80", "80", "0.0.0.0:32769->80/tcp [::]:32769->80/tcp"},
		{"", "127.0.0.1@8082:80", "127.0.0.1:8082->80/tcp"},
		{"", "::1@8092:80", "[::1]:8092->80/tcp"},
		{"", "8000-8001:80 8000:81", "0.0.0.0:8000->81/tcp [::]:8000->81/tcp 0.0.0.0:8001->80/tcp [::]:8001->80/tcp"},
		{"9000-9010:9100", "9000-9010:9100", "0.0.0.0:9001->9100/tcp [::]:9001->9100/tcp"},
		{"53:53", "53:53/udp", "0.0.0.0:53->53/udp [::]:53->53/udp"},
		{"8080:80", "8080:80", "Bind for 0.0.0.0:8080 failed: port is already allocated"},
		{"127.0.0.1@8080:80", "8080:80", "Bind for 127.0.0.1:8080 failed: port is already allocated"},
		{"8080:80", "127.0.0.1@8080:80", "Bind for 0.0.0.0:8080 failed: port is already allocated"},
		{"127.0.0.1@8080:80", "192.168.65.3@8080:80", "192.168.65.3:8080->80/tcp"},
		{"", "8080:80 8080:81", "Bind for 0.0.0.0:8080 failed: port is already allocated"},
		{"", "8080:80 8080:80", "failed to bind host port 0.0.0.0:8080/tcp: address already in use"},
		{"9000-9001:1 9000-9001:2", "9000-9001:3", "all ports are allocated"},
	} {
		t.Run(row.before+","+row.ask, func(t *testing.T) {
			c := newTestController(t)
			bridge := c.named("bridge")
			if row.before != "" {
				join(t, c, "before", publish(strings.Fields(row.before)...), bridge)
			}
			o := publish(strings.Fields(row.ask)...)
			s := c.NewSandbox(o)
			_, err := s.Join(bridge, EndpointOptions{Name: "asked"})
			got := bindings(s)
			if err != nil {
				got = err.Error()
			}
			if !strings.HasSuffix(got, row.want) {
				t.Errorf("%s\nwant %s", got, row.want)
			}
			s.Close(false)
			before := len(c.ports.taken)
			s = join(t, c, "again", publish("7000:1"), bridge)
			s.Close(false)
			if len(c.ports.taken) != before || row.before == "" && before != 0 {
				t.Errorf("%d ports are still taken", len(c.ports.taken))
			}
		})
	}
}

func TestReleasedPortsComeLast(t *testing.T) {
	c := newTestController(t)
	for _, want := range []string{"32768", "32769", "32770"} {
		s := join(t, c, "a", publish("80"), c.named("bridge"))
		if got := bindings(s); !strings.Contains(got, ":"+want+"->") {
			t.Errorf("%s, want %s", got, want)
		}
		s.Close(false)
	}
}

func TestPortsFollowTheGateway(t *testing.T) {
	c := newTestController(t)
	a, b := mustCreate(t, c, network("a")), mustCreate(t, c, network("b"))
	s := join(t, c, "c", publish("8080:80"), b)
	if s.endpoints[0].Bindings[0].IP != s.endpoints[0].IPv4.Addr() {
		t.Fatal(bindings(s))
	}
	e, err := s.Join(a, EndpointOptions{Name: "c"})
	if err != nil || len(e.Bindings) != 2 || len(s.endpoints[1].Bindings) != 0 {
		t.Errorf("%v %s", err, bindings(s))
	}
	s.Leave(e)
	if len(s.endpoints[0].Bindings) != 2 {
		t.Error(bindings(s))
	}
	inside := network("in")
	inside.Internal = true
	if s := join(t, c, "i", publish("8081:80"), mustCreate(t, c, inside)); bindings(s) != "" {
		t.Error("an internal network publishes nothing:", bindings(s))
	}
}

func TestNames(t *testing.T) {
	c := newTestController(t)
	app, db := mustCreate(t, c, network("app")), mustCreate(t, c, network("db.example"))
	join(t, c, "web", SandboxOptions{}, app)
	join(t, c, "a.b", SandboxOptions{}, app)
	join(t, c, "store", SandboxOptions{}, db)
	s := join(t, c, "me", SandboxOptions{}, app, db)
	s.endpoints[0].Aliases = map[string]string{"peer": "web", "store": "web"}
	for _, row := range []struct {
		name  string
		v6    bool
		want  string
		known bool
	}{
		{"web", false, "172.18.0.2", true},
		{"WEB.", false, "172.18.0.2", true},
		{"web", true, "", true},
		{"web.app", false, "172.18.0.2", true},
		{"web.db.example", false, "", false},
		{"id-web", false, "172.18.0.2", true},
		{"a.b", false, "172.18.0.3", true},
		{"a.b.app", false, "172.18.0.3", true},
		{"store.db.example", false, "172.19.0.2", true},
		{"peer", false, "172.18.0.2", true},
		{"store", false, "172.18.0.2", true}, // what it calls so itself comes first
		{"nosuch", false, "", false},
		{"", false, "", false},
		{"...", false, "", false},
	} {
		addrs, known := s.Resolve(row.name, row.v6)
		got := ""
		if len(addrs) > 0 {
			got = addrs[0].String()
		}
		if got != row.want || known != row.known {
			t.Errorf("%q: %v %v, want %q %v", row.name, addrs, known, row.want, row.known)
		}
	}
	if got := s.Reverse(netip.MustParseAddr("172.19.0.2")); got != "store.db.example" {
		t.Error(got)
	}
	other := join(t, c, "lonely", SandboxOptions{}, c.named("none"))
	if _, known := other.Resolve("web", false); known {
		t.Error("a name is known where the network is not")
	}
}

func TestResolvConf(t *testing.T) {
	const host = "# the host's\nnameserver 127.0.0.53\nnameserver 10.0.0.2\nsearch lan\noptions edns0 ndots:1\n"
	for _, row := range []struct {
		name     string
		o        SandboxOptions
		resolves bool
		want     string
	}{
		{"legacy", SandboxOptions{HostResolv: host}, false, "nameserver 10.0.0.2\nsearch lan\noptions edns0 ndots:1\n\n" +
			"# Based on host file: '/etc/resolv.conf' (legacy)\n# Overrides: []\n# Option ndots from: host\n"},
		{"legacy, nothing left", SandboxOptions{HostResolv: "nameserver ::1\n"}, false, "nameserver 8.8.8.8\nnameserver 8.8.4.4\n\n" +
			"# Based on host file: '/etc/resolv.conf' (legacy)\n# Used default nameservers.\n# Overrides: []\n"},
		{"embedded", SandboxOptions{HostResolv: host}, true, "nameserver 127.0.0.11\nsearch lan\noptions edns0 ndots:1\n\n" +
			"# Based on host file: '/etc/resolv.conf' (internal resolver)\n# ExtServers: [host(127.0.0.53) host(10.0.0.2)]\n" +
			"# Overrides: []\n# Option ndots from: host\n"},
		{"overridden", SandboxOptions{
			HostResolv: host, DNS: []netip.Addr{netip.MustParseAddr("9.9.9.9")}, DNSSearch: []string{"."}, DNSOptions: []string{"ndots:-1"},
		}, true, "nameserver 127.0.0.11\noptions ndots:0\n\n# Based on host file: '/etc/resolv.conf' (internal resolver)\n" +
			"# ExtServers: [9.9.9.9]\n# Overrides: [nameservers search options]\n# Option ndots from: internal\n"},
		{"the host's", SandboxOptions{HostResolv: host, OnHost: true}, false, "nameserver 127.0.0.53\nnameserver 10.0.0.2\n" +
			"search lan\noptions edns0 ndots:1\n\n# Based on host file: '/etc/resolv.conf'\n# Overrides: []\n# Option ndots from: host\n"},
	} {
		s := &Sandbox{SandboxOptions: row.o, resolving: row.resolves}
		if got := strings.TrimPrefix(s.ResolvConf(), resolvHead); got != row.want {
			t.Errorf("%s:\n%s\nwant\n%s", row.name, got, row.want)
		}
	}
}

func TestDriversRefuse(t *testing.T) {
	for _, row := range []struct {
		driver, options, want string
	}{
		{"bridge", optGatewayMode4 + "=isolated", "gateway mode 'isolated' can only be used for an internal network"},
		{"bridge", optGatewayMode4 + "=nope", "failed to parse " + optGatewayMode4 + " value: nope (unknown gateway mode nope)"},
		{"bridge", optICC + "=maybe", "failed to parse " + optICC + ` value: maybe (strconv.ParseBool: parsing "maybe": invalid syntax)`},
		{"bridge", optBridgeName + "=docker0", "cannot create network " + testID(4) + " (docker0): conflicts with network " +
			testID(3) + " (docker0): networks have same bridge name"},
		{"macvlan", "parent=eth0 macvlan_mode=nope", "requested macvlan mode 'nope' is not valid, 'bridge' mode is the macvlan driver default"},
		{"ipvlan", "parent=lo", "loopback interface is not a valid ipvlan parent link"},
		{"host", "", `only one instance of "host" network is allowed`},
		{"overlay", "", "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to " +
			"swarm and try again."},
		{"nosuch", "", `plugin "nosuch" not found`},
	} {
		o := network("x")
		o.Driver, o.Options = row.driver, map[string]string{}
		for _, kv := range strings.Fields(row.options) {
			k, v, _ := strings.Cut(kv, "=")
			o.Options[k] = v
		}
		c := newTestController(t)
		if _, err := c.Create(o); err == nil || err.Error() != row.want {
			t.Errorf("%s %s: %v\nwant %s", row.driver, row.options, err, row.want)
		}
		if len(c.ipam.space4.taken) != 1 {
			t.Errorf("%s %s: a subnet is still taken", row.driver, row.options)
		}
	}
}
