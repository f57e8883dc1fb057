package netsim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// chain is hosts a - r1 - r2 - b, the r's being routers: 10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24 and fd00:1::/64 …
func (w *world) chain() (a, r1, r2, b *netsim.Stack) {
	w.t.Helper()
	a, r1, r2, b = w.NewStack("a"), w.NewStack("r1"), w.NewStack("r2"), w.NewStack("b")
	join := func(n int, x, y *netsim.Stack, xn, yn string) {
		p, q := w.cable(x, xn, y, yn)
		for i, l := range []*netsim.Link{p, q} {
			w.must(l.AddAddr(prefix(fmt.Sprintf("10.0.%d.%d/24", n, i+1))))
			w.must(l.AddAddr(prefix(fmt.Sprintf("fd00:%d::%d/64", n, i+1))))
		}
	}
	join(1, a, r1, "eth0", "eth0")
	join(2, r1, r2, "eth1", "eth0")
	join(3, r2, b, "eth1", "eth0")
	for _, r := range []*netsim.Stack{r1, r2} {
		w.must(r.SetSysctl("net.ipv4.ip_forward", "1"))
		w.must(r.SetSysctl("net.ipv6.conf.all.forwarding", "1"))
	}
	route := func(s *netsim.Stack, dst, via string) {
		w.must(s.AddRoute(netsim.Route{Dst: prefix(dst), Gateway: addr(via)}))
	}
	route(a, "0.0.0.0/0", "10.0.1.2")
	route(r1, "10.0.3.0/24", "10.0.2.2")
	route(r2, "10.0.1.0/24", "10.0.2.1")
	route(b, "0.0.0.0/0", "10.0.3.1")
	route(a, "::/0", "fd00:1::2")
	route(r1, "fd00:3::/64", "fd00:2::2")
	route(r2, "fd00:1::/64", "fd00:2::1")
	route(b, "::/0", "fd00:3::1")
	return a, r1, r2, b
}

func TestForwarding(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	a, r1, _, _ := w.chain()
	for _, x := range []struct {
		to   string
		ttl  int
		want string
	}{
		{"10.0.3.2", 0, "reply ttl=62"},
		{"10.0.3.2", 1, "11/0 from 10.0.1.2"},
		{"10.0.3.2", 2, "11/0 from 10.0.2.2"},
		{"10.0.3.2", 3, "reply ttl=62"},
		{"10.0.2.2", 0, "reply ttl=63"},
		{"10.0.3.99", 0, "3/1 from 10.0.2.2"},
		{"192.0.2.1", 0, "3/0 from 10.0.1.2"},
		{"fd00:3::2", 0, "reply ttl=62"},
		{"fd00:3::2", 1, "3/0 from fd00:1::2"},
		{"fd00:3::99", 0, "1/3 from fd00:2::2"},
		{"fd00:9::1", 0, "1/0 from fd00:1::2"},
		{"fd00:1::99", 0, "1/3 from fd00:1::1"},
	} {
		if got := w.pingTTL(a, x.to, x.ttl); got != x.want {
			t.Errorf("%s with ttl %d: %s, want %s", x.to, x.ttl, got, x.want)
		}
	}
	for kind, want := range map[string]string{
		"blackhole": "timeout", "unreachable": "3/1 from 10.0.1.2", "prohibit": "3/13 from 10.0.1.2",
	} {
		w.must(r1.AddRoute(netsim.Route{Dst: prefix("198.51.100.0/24"), Type: kind}))
		if got := w.ping(a, "198.51.100.1"); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
		w.must(r1.DelRoute(netsim.Route{Dst: prefix("198.51.100.0/24")}))
	}
}

func TestRefusedSources(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	a, r1, r2, b := w.chain()
	last := w.sim.Log.Last()
	w.must(r1.DelRoute(netsim.Route{Dst: prefix("10.0.3.0/24")}))
	w.must(r1.SetSysctl("net.ipv4.ip_forward", "0"))
	if got := w.ping(a, "10.0.3.2") + " " + w.why(last); got != "timeout net.noforward" {
		t.Errorf("a router that does not forward: %s", got)
	}
	last = w.sim.Log.Last()
	w.must(r2.SetSysctl("net.ipv4.conf.eth1.rp_filter", "1"))
	w.must(b.Link("eth0").AddAddr(prefix("10.0.2.9/32")))
	x := b.NewICMP(false)
	w.must(x.Bind(addrPort("10.0.2.9:0")))
	w.must(x.SendTo(packet.ICMP{Type: packet.EchoRequest}, addr("10.0.2.2"), 0))
	w.run(time.Second)
	if got := w.why(last); got != "net.martian" {
		t.Errorf("rp_filter: %s", got)
	}
}

// A path that takes less than its ends believe is noticed: by ping as an error, by TCP as smaller segments.
func TestPathMTU(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	a, r1, r2, b := w.chain()
	w.must(r1.Link("eth1").SetMTU(1400))
	w.must(r2.Link("eth0").SetMTU(1400))
	send := func(size int) string {
		x := a.NewPing(false)
		defer x.Close()
		w.must(x.SetOption(netsim.OptDontFragment, 1))
		err := x.SendTo(packet.ICMP{Type: packet.EchoRequest, Payload: make([]byte, size-28)}, addr("10.0.3.2"), 0)
		w.run(time.Second)
		if err != nil {
			return err.Error()
		}
		p, err := x.RecvFrom()
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("%d/%d mtu %d", p.ICMP.Type, p.ICMP.Code, p.ICMP.MTU)
	}
	for _, x := range []struct {
		size int
		want string
	}{
		{1400, "0/0 mtu 0"},
		{1401, "3/4 mtu 1400"},
		{1401, "Message too long"}, // the kernel has learned
		{1501, "Message too long"},
	} {
		if got := send(x.size); got != x.want {
			t.Errorf("%d bytes: %s, want %s", x.size, got, x.want)
		}
	}
	w.echoServer(b, "0.0.0.0:7")
	cl := w.dial(a, "10.0.3.2:7", make([]byte, 100_000))
	w.run(30 * time.Second)
	if !cl.done || len(cl.got) != 100_000 {
		t.Errorf("TCP: done %v, %v, %d bytes", cl.done, cl.err, len(cl.got))
	}
}

func TestRouteErrors(t *testing.T) {
	w := newWorld(t)
	s, other := w.NewStack("s"), w.NewStack("o")
	l, _ := w.cable(s, "eth0", other, "eth0")
	w.must(l.AddAddr(prefix("10.0.0.2/24")))
	down, err := s.AddDummy("down")
	w.must(err)
	_ = down
	for _, x := range []struct {
		route netsim.Route
		want  error
	}{
		{netsim.Route{Dst: prefix("0.0.0.0/0"), Gateway: addr("10.0.0.1")}, nil},
		{netsim.Route{Dst: prefix("0.0.0.0/0"), Gateway: addr("10.0.0.3")}, netsim.EEXIST},
		{netsim.Route{Dst: prefix("0.0.0.0/0"), Gateway: addr("10.0.0.3"), Metric: 100}, nil},
		{netsim.Route{Dst: prefix("10.1.0.0/16"), Gateway: addr("192.0.2.1")}, netsim.ENETUNREACH},
		{netsim.Route{Dst: prefix("10.1.0.0/16"), Gateway: addr("10.0.0.2")}, netsim.ENETUNREACH},
		{netsim.Route{Dst: prefix("10.1.0.0/16"), Dev: "eth9"}, netsim.ENODEV},
		{netsim.Route{Dst: prefix("10.1.0.0/16"), Dev: "down"}, netsim.ENETDOWN},
		{netsim.Route{Dst: prefix("10.1.0.0/16")}, netsim.ENODEV},
		{netsim.Route{Dst: prefix("10.1.2.3/16"), Dev: "eth0"}, netsim.EINVAL},
		{netsim.Route{Dst: prefix("10.1.0.0/16"), Dev: "eth0", Src: addr("192.0.2.1")}, netsim.EINVAL},
		{netsim.Route{Dst: prefix("10.1.0.0/16"), Dev: "eth0", Type: "nat"}, netsim.EOPNOTSUPP},
		{netsim.Route{Dst: prefix("10.1.0.0/16"), Dev: "eth0", Src: addr("10.0.0.2")}, nil},
	} {
		if err := s.AddRoute(x.route); err != x.want && (err != nil || x.want != nil) {
			t.Errorf("%+v: %v, want %v", x.route, err, x.want)
		}
	}
	if err := s.DelRoute(netsim.Route{Dst: prefix("10.9.0.0/16")}); err != netsim.ESRCH {
		t.Error(err)
	}
	var list []string
	for _, r := range s.Routes(4) {
		list = append(list, fmt.Sprintf("%s %s %d %s", r.Dst, r.Scope, r.Metric, r.Proto))
	}
	want := []string{
		"0.0.0.0/0 global 0 boot", "0.0.0.0/0 global 100 boot", "10.0.0.0/24 link 0 kernel", "10.1.0.0/16 link 0 boot",
	}
	if !slices.Equal(list, want) {
		t.Errorf("%q", list)
	}
	w.must(l.Down())
	if len(s.Routes(4)) != 0 || len(l.Addrs()) != 1 {
		t.Errorf("down: %v %v", s.Routes(4), l.Addrs())
	}
	w.must(l.Up())
	if len(s.Routes(4)) != 1 || len(l.Addrs()) != 2 {
		t.Errorf("up again: %v %v", s.Routes(4), l.Addrs())
	}
}

// A gateway may be known by its link-local address alone; packets through it still come from a global one.
func TestLinkLocalGateway(t *testing.T) {
	w := newWorld(t)
	a, r1, _, b := w.chain()
	var gateway string
	for _, x := range r1.Link("eth0").Addrs() {
		if x.Scope == "link" {
			gateway = x.Prefix.Addr().String()
		}
	}
	w.must(a.DelRoute(netsim.Route{Dst: prefix("::/0")}))
	w.must(a.AddRoute(netsim.Route{Dst: prefix("::/0"), Gateway: addr(gateway), Dev: "eth0"}))
	if _, src, err := a.Lookup(addr("fd00:3::2")); src != addr("fd00:1::1") || err != nil {
		t.Errorf("from %s, %v", src, err)
	}
	if got := w.ping(a, "fd00:3::2"); got != "reply ttl=62" {
		t.Error(got)
	}
	if got := b.SourceFor("eth0", addr("fd00:1::1")); got != addr("fd00:3::2") {
		t.Errorf("masquerade as %s", got)
	}
}

func TestRoutes6InOrder(t *testing.T) {
	w := newWorld(t)
	s, other := w.NewStack("s"), w.NewStack("o")
	l, _ := w.cable(s, "eth0", other, "eth0")
	w.must(l.AddAddr(prefix("fd00:2::2/64")))
	for _, dst := range []string{"::/0", "fd00:1::/32", "fd00:1:1::/64"} {
		w.must(s.AddRoute(netsim.Route{Dst: prefix(dst), Gateway: addr("fd00:2::1")}))
	}
	var list []string
	for _, r := range s.Routes(6) {
		list = append(list, r.Dst.String())
	}
	if got := strings.Join(list, " "); got != "fd00:1:1::/64 fd00:1::/32 fd00:2::/64 fe80::/64 ::/0" {
		t.Error(got)
	}
}

func TestSysctl(t *testing.T) {
	w := newWorld(t)
	s := w.NewStack("s")
	l, err := s.AddDummy("eth0.10")
	w.must(err)
	w.must(l.Up())
	for _, x := range []struct {
		name, value string
		want        error
	}{
		{"net.ipv4.ip_forward", "1", nil},
		{"net/ipv4/conf/eth0.10/forwarding", "0", nil},
		{"net.ipv4.conf.eth0/10.route_localnet", "1", nil},
		{"net.ipv4.conf.nosuch.route_localnet", "1", netsim.ENOENT},
		{"net.ipv4.nosuch", "1", netsim.ENOENT},
		{"net.ipv4.ip_local_port_range", "1000 2000", nil},
		{"net.ipv4.ip_local_port_range", "2000 1000", netsim.EINVAL},
		{"net.ipv4.ip_local_reserved_ports", "1000-1500,1200-1998,2000", nil},
		{"net.ipv4.ip_local_reserved_ports", "5-1", netsim.EINVAL},
		{"net.ipv4.ip_default_ttl", "0", netsim.EINVAL},
		{"net.ipv6.conf.eth0/10.addr_gen_mode", "4", netsim.EINVAL},
		{"net.ipv6.conf.eth0/10.addr_gen_mode", "3", netsim.EOPNOTSUPP},
		{"net.ipv6.conf.eth0/10.disable_ipv6", "1", nil},
	} {
		if err := s.SetSysctl(x.name, x.value); err != x.want && (err != nil || x.want != nil) {
			t.Errorf("%s = %s: %v, want %v", x.name, x.value, err, x.want)
		}
	}
	for name, want := range map[string]string{
		"net.ipv4.ip_forward": "1", "net.ipv4.conf.all.forwarding": "1", "net.ipv4.conf.eth0/10.forwarding": "0",
		"net.ipv4.ip_local_port_range": "1000\t2000", "net.ipv4.conf.default.forwarding": "1",
	} {
		if got, _ := s.Sysctl(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	u := s.NewUDP()
	w.must(u.Bind(addrPort("127.0.0.1:0")))
	if got, _ := s.Sysctl("net.ipv4.ip_local_reserved_ports"); got != "1000-1998,2000" || u.Local().Port() != 1999 {
		t.Errorf("reserved %s, chosen %d", got, u.Local().Port())
	}
	if len(l.Addrs()) != 0 || l.AddAddr(prefix("fd00::1/64")) != netsim.EACCES {
		t.Error("IPv6 was switched off")
	}
	w.must(s.SetSysctl("net.ipv6.conf.all.disable_ipv6", "1"))
	if got := w.ping(s, "::1"); got != "Cannot assign requested address" {
		t.Error(got)
	}
	w.must(s.SetSysctl("net.ipv6.conf.all.disable_ipv6", "0"))
	if got := w.ping(s, "::1"); got != "reply ttl=64" {
		t.Error(got)
	}
	for _, name := range s.Sysctls() {
		value, ok := s.Sysctl(name)
		err := s.SetSysctl(name, value)
		if readOnly := name == "net/netfilter/nf_conntrack_count"; !ok || (err != nil) != readOnly {
			t.Errorf("%s = %q: %v", name, value, err)
		}
	}
}

// Whatever is written, a parameter that takes it reads back as something that it takes and reads back the same.
func FuzzSysctl(f *testing.F) {
	f.Add("net.ipv4.ip_local_reserved_ports", "8080,9000-9010,9005")
	f.Add("net.ipv4.ip_local_port_range", "1000 2000")
	f.Add("net/ipv4/ping_group_range", "0\t2147483647")
	f.Add("net.ipv6.conf.lo.addr_gen_mode", "1")
	f.Add("net.ipv4.conf.eth0/10.rp_filter", "2")
	f.Fuzz(func(t *testing.T, name, value string) {
		w := newWorld(t)
		s := w.NewStack("s")
		if s.SetSysctl(name, value) != nil {
			return
		}
		once, ok := s.Sysctl(name)
		err := s.SetSysctl(name, once)
		if twice, _ := s.Sysctl(name); !ok || err != nil || twice != once {
			t.Errorf("%s = %q: %q, then %v and %q", name, value, once, err, twice)
		}
	})
}

// A link's own IPv6 forwarding sends nothing on, that is all.forwarding's. It says that a router is there.
func TestForwardingOfALinkMakesARouter(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	a, b := w.NewStack("a"), w.NewStack("b")
	_, eth := w.cable(a, "eth0", b, "eth0")
	w.run(time.Second)
	far := eth.Addrs()[0].Prefix.Addr().String() + "%eth0"
	for _, x := range []struct {
		forwarding, routers string
		router              bool
	}{{"0", "timeout", false}, {"1", "reply ttl=64", true}, {"0", "timeout", false}} {
		w.must(b.SetSysctl("net.ipv6.conf.eth0.forwarding", x.forwarding))
		if got := w.ping(a, "ff02::2%eth0"); got != x.routers {
			t.Errorf("forwarding=%s: all routers: %s", x.forwarding, got)
		}
		for _, n := range a.Neighbours() {
			w.must(a.DelNeighbour("eth0", n.Addr))
		}
		if got := w.ping(a, far); got != "reply ttl=64" {
			t.Error(got)
		}
		if n := a.Neighbours(); len(n) != 1 || n[0].Router != x.router {
			t.Errorf("forwarding=%s: %+v", x.forwarding, n)
		}
	}
}

// What is set for all links counts for each of them, and for those to come.
func TestSettingsOfAllLinks(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	r, c := w.NewStack("r"), w.NewStack("c")
	_, eth := w.cable(c, "eth0", r, "eth0")
	w.up(c.Link("eth0"), "10.0.0.2/24")
	w.up(eth, "10.0.0.1/24")
	lan, err := r.AddDummy("lan")
	w.must(err)
	w.up(lan, "10.9.0.1/24")
	w.must(r.SetSysctl("net.ipv4.ip_forward", "1"))
	w.must(c.AddRoute(netsim.Route{Dst: prefix("10.9.0.0/24"), Dev: "eth0"}))
	for _, x := range []struct{ proxy, to, state string }{
		{"0", "10.9.0.2", "FAILED"}, {"1", "10.9.0.3", "REACHABLE"},
	} {
		w.must(r.SetSysctl("net.ipv4.conf.all.proxy_arp", x.proxy))
		w.ping(c, x.to)
		i := slices.IndexFunc(c.Neighbours(), func(n netsim.Neighbour) bool { return n.Addr == addr(x.to) })
		if i < 0 || c.Neighbours()[i].State != x.state {
			t.Errorf("conf.all.proxy_arp=%s: %+v", x.proxy, c.Neighbours())
		}
	}
	w.must(r.SetSysctl("net.ipv6.conf.all.addr_gen_mode", "1"))
	d, err := r.AddDummy("later")
	w.must(err)
	if w.up(d); len(d.Addrs()) != 0 {
		t.Error("conf.all.addr_gen_mode=1:", d.Addrs())
	}
	w.must(r.SetSysctl("net.ipv6.conf.all.addr_gen_mode", "0"))
	if len(d.Addrs()) != 1 {
		t.Error("conf.all.addr_gen_mode=0:", d.Addrs())
	}
}

func TestLocalRoutes(t *testing.T) {
	w := newWorld(t)
	s := w.NewStack("s")
	d, err := s.AddDummy("d0")
	w.must(err)
	w.must(d.SetMAC(packet.MAC{2, 0, 0, 0, 0, 1}))
	w.up(d, "10.0.0.2/24")
	var list []string
	for _, family := range []int{4, 6} {
		for _, r := range s.LocalRoutes(family) {
			list = append(list, fmt.Sprint(r.Type, " ", r.Dst, " ", r.Dev))
		}
	}
	want := []string{
		"local 10.0.0.2/32 d0", "broadcast 10.0.0.255/32 d0",
		"local 127.0.0.0/8 lo", "local 127.0.0.1/32 lo", "broadcast 127.255.255.255/32 lo",
		"local ::1/128 lo", "local fe80::ff:fe00:1/128 d0", "multicast ff00::/8 d0",
	}
	if !slices.Equal(list, want) {
		t.Errorf("%q", list)
	}
}
