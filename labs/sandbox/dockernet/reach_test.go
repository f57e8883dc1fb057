package dockernet

import (
	"bufio"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// A machine of the recordings: the host vm with the containers of the topology, and wan, another machine on its wire,
// which has the names and the servers of the world outside.
type reach struct {
	topology
	sim       *sim.Sim
	host, wan *netsim.Stack
}

func newReach(t testing.TB, noProxy, nft bool) *reach {
	t.Helper()
	s := sim.New(sim.Config{Start: time.Unix(1e9, 0)})
	t.Cleanup(s.Close)
	f := netsim.New(s)
	x := &reach{sim: s, host: f.NewStack("vm"), wan: f.NewStack("wan")}
	x.t, x.networks, x.boxes = t, map[string]*Network{}, map[string]*Sandbox{}
	x.wire()
	if nft { // for which the host's owner has to let it forward
		x.ok(x.host.SetSysctl("net.ipv4.ip_forward", "1"))
	}
	ids := 0
	x.c = New(Config{
		Host: x.host, NewID: func() string { ids++; return testID(ids) }, NoProxy: noProxy, Nftables: nft,
		Nameservers: func() []netip.Addr { return []netip.Addr{addr("198.51.100.1")} },
	})
	for _, name := range []string{"bridge", "none", "host"} {
		x.networks[name] = x.c.named(name)
	}
	x.populate()
	return x
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func (x *reach) ok(errs ...error) {
	x.t.Helper()
	if err := errors.Join(errs...); err != nil {
		x.t.Fatal(err)
	}
}

// wire connects the host and wan, and starts their servers.
func (x *reach) wire() {
	a, b, err := x.wan.AddVeth("eth0", x.host, "eth0")
	x.ok(err, a.AddAddr(netip.MustParsePrefix("198.51.100.1/24")), a.Up(),
		b.AddAddr(netip.MustParsePrefix("198.51.100.2/24")), b.Up(),
		x.wan.Link("lo").AddAddr(netip.MustParsePrefix("203.0.113.10/32")),
		x.host.AddRoute(netsim.Route{Dst: netip.MustParsePrefix("0.0.0.0/0"), Gateway: addr("198.51.100.1")}))
	x.serve(x.wan, "vm", 80, 5000)
	x.serve(x.host, "vm", 9000, 0)
	u := x.wan.NewUDP()
	x.ok(u.Bind(netip.MustParseAddrPort("198.51.100.1:53")))
	u.Notify(func() { x.answerNames(u) })
}

func (x *reach) answerNames(u *netsim.UDPSocket) {
	b := make([]byte, 1500)
	for {
		n, from, err := u.RecvFrom(b)
		if err != nil {
			return
		}
		q, err := dns.Parse(b[:n])
		x.ok(err)
		m := q.Answer(dns.NXDomain)
		switch name := q.Questions[0].Name; {
		case strings.HasPrefix(name, "servfail"):
			m = q.Answer(dns.ServFail)
		case strings.HasPrefix(name, "refused"):
			m = q.Answer(dns.Refused)
		case name == "www.ext.test" && q.Questions[0].Type == dns.A:
			m = q.Answer(dns.NoError, dns.Record{Name: name, Type: dns.A, TTL: 60, Addr: addr("203.0.113.10")})
		case name == "www.ext.test":
			m = q.Answer(dns.NoError)
		}
		m.RecursionAvailable = true
		answer, err := m.Pack()
		x.ok(err)
		u.SendTo(answer, from)
	}
}

// serve says who it is and whom it sees: on a TCP port, and on a UDP port if that is not 0.
func (x *reach) serve(s *netsim.Stack, name string, tcp, udp uint16) {
	l := s.NewTCP()
	x.ok(l.Bind(netip.AddrPortFrom(netip.IPv6Unspecified(), tcp)), l.Listen(16))
	l.Notify(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Write([]byte(name + " " + c.Remote().Addr().Unmap().String()))
			c.Shutdown(false, true)
		}
	})
	if udp == 0 {
		return
	}
	u := s.NewUDP()
	x.ok(u.Bind(netip.AddrPortFrom(netip.IPv6Unspecified(), udp)))
	u.Notify(func() {
		b := make([]byte, 100)
		for {
			_, from, err := u.RecvFrom(b)
			if err != nil {
				return
			}
			u.SendTo([]byte(name+" "+from.Addr().Unmap().String()), from)
		}
	})
}

// populate starts the containers of the recordings with their servers.
func (x *reach) populate() {
	x.all(x.start)
	x.start("none1 none")
	x.boxes["host1"] = join(x.t, x.c, "host1", SandboxOptions{OnHost: true}, x.networks["host"])
	x.serve(x.host, "vm", 6000, 0)
	x.serve(x.stack("a1"), "a1", 7000, 0) // the container side, which shares it
}

// start is run, and the container's servers.
func (x *reach) start(line string) {
	f := strings.Fields(line)
	o := publish(f[2:]...)
	o.Container, o.Hostname = f[0], f[0]
	o.DNS, o.HostResolv = []netip.Addr{addr("198.51.100.1")}, "nameserver 198.51.100.1\n"
	s := x.c.NewSandbox(o)
	x.boxes[f[0]] = s
	x.joinAs(s, f[0], f[1])
	x.serve(s.stack, f[0], 80, 5000)
}

func (x *reach) joinAs(s *Sandbox, name, network string) *Endpoint {
	x.t.Helper()
	o := EndpointOptions{Name: name, Origin: "docker run " + name}
	if network != "bridge" && network != "none" {
		o.DNSNames = []string{name, "id-" + name}
		if name == "a2" || name == "a3" {
			o.DNSNames = append(o.DNSNames, "web")
		}
	}
	e, err := s.Join(x.networks[network], o)
	x.ok(err)
	return e
}

func (x *reach) stack(name string) *netsim.Stack {
	switch name {
	case "host":
		return x.host
	case "wan":
		return x.wan
	case "side":
		name = "a1"
	}
	return x.boxes[name].stack
}

// Probes give up when those of the recordings did.
const (
	patience     = 2 * time.Second
	longPatience = 5 * time.Second // of ping: the host that does not exist is noticed after three
	namePatience = 30 * time.Second
)

func outcome(err error) string {
	switch err {
	case netsim.ECONNREFUSED:
		return "refused"
	case netsim.ENETUNREACH:
		return "netunreach"
	case nil:
		return ""
	}
	return err.Error()
}

func (x *reach) tcp(from, to string) string {
	c := x.stack(from).NewTCP()
	defer c.Close()
	if err := c.Connect(netip.MustParseAddrPort(to)); err != nil && err != netsim.EINPROGRESS {
		return outcome(err)
	}
	var said []byte
	b := make([]byte, 200)
	for until := x.sim.Elapsed() + patience; x.sim.Elapsed() < until; x.sim.Advance(time.Millisecond) {
		n, err := c.Read(b)
		said = append(said, b[:n]...)
		switch {
		case err == netsim.EAGAIN:
		case err != nil:
			return outcome(err)
		case n == 0:
			return "ok " + string(said) + " local " + c.Local().Addr().String()
		}
	}
	return "timeout"
}

func (x *reach) udp(from, to string) string {
	c := x.stack(from).NewUDP()
	defer c.Close()
	if err := c.Connect(netip.MustParseAddrPort(to)); err != nil {
		return outcome(err)
	}
	c.Write([]byte("who is there"))
	b := make([]byte, 200)
	for until := x.sim.Elapsed() + patience; x.sim.Elapsed() < until; x.sim.Advance(time.Millisecond) {
		if n, err := c.Read(b); err == nil {
			return "ok " + string(b[:n])
		} else if err != netsim.EAGAIN {
			return outcome(err)
		}
	}
	return "timeout"
}

func (x *reach) icmp(from, to string, ttl int) string {
	c := x.stack(from).NewICMP(false)
	defer c.Close()
	if err := c.SendTo(packet.ICMP{Type: 8, ID: 77, Seq: 1}, addr(to), ttl); err != nil {
		return outcome(err)
	}
	for until := x.sim.Elapsed() + longPatience; x.sim.Elapsed() < until; x.sim.Advance(time.Millisecond) {
		p, err := c.RecvFrom()
		switch {
		case err == netsim.EAGAIN:
		case err != nil:
			return outcome(err)
		case p.ICMP.Type == 0 && p.ICMP.ID == 77:
			return fmt.Sprintf("ok from %s ttl %d", p.Src, p.TTL)
		case p.ICMP.Inner != nil && p.ICMP.Inner.Dst == addr(to):
			return fmt.Sprintf("icmp %d/%d from %s", p.ICMP.Type, p.ICMP.Code, p.Src)
		}
	}
	return "timeout"
}

// ask asks a server for a name: TYPE NAME.
func (x *reach) ask(from, server string, t dns.Type, name string) string {
	c := x.stack(from).NewUDP()
	defer c.Close()
	x.ok(c.Connect(netip.AddrPortFrom(addr(server), 53)))
	q := dns.Query(4711, name, t)
	question, err := q.Pack()
	x.ok(err)
	c.Write(question)
	b := make([]byte, 1500)
	for until := x.sim.Elapsed() + namePatience; x.sim.Elapsed() < until; x.sim.Advance(time.Millisecond) {
		n, err := c.Read(b)
		if err == netsim.EAGAIN {
			continue
		}
		if err != nil {
			return "err " + outcome(err)
		}
		m, err := dns.Parse(b[:n])
		x.ok(err)
		return describe(&m)
	}
	return "timeout"
}

func describe(m *dns.Message) string {
	text := fmt.Sprintf("%s aa=%v ra=%v rd=%v", m.Code, m.Authoritative, m.RecursionAvailable, m.RecursionDesired)
	var records []string
	for _, r := range m.Answers {
		v := r.Addr.String()
		if r.Type == dns.PTR {
			v = r.Target + "."
		}
		records = append(records, fmt.Sprintf(" | %s. %d IN %s %s", strings.TrimPrefix(r.Name, "id-"), r.TTL, r.Type, v))
	}
	slices.Sort(records)
	return text + strings.Join(records, "")
}

func (x *reach) links(name string) string {
	var all []string
	for _, l := range x.stack(name).Links() {
		for _, a := range l.Addrs() {
			if name == "a1" && a.Prefix.Addr().Is6() {
				continue // there only IPv4 was asked for
			}
			all = append(all, fmt.Sprintf("%d %s %s", l.Index(), l.Name(), a.Prefix))
		}
	}
	return strings.Join(all, "; ")
}

func (x *reach) routes(name string) string {
	var all []string
	for _, r := range x.stack(name).Routes(4) {
		if r.Dst.Bits() == 0 {
			all = append(all, fmt.Sprintf("default via %s dev %s", r.Gateway, r.Dev))
		} else {
			all = append(all, fmt.Sprintf("%s dev %s scope %s src %s", r.Dst, r.Dev, r.Scope, r.Src))
		}
	}
	return strings.Join(all, "; ")
}

// hosts is /etc/hosts of a container that has been in its networks from the start.
func (x *reach) hosts(name string) string {
	text := x.boxes[name].Hosts()
	for _, e := range x.boxes[name].endpoints {
		text += e.HostLines()
	}
	return strings.Join(strings.Fields(text), " ")
}

func (x *reach) resolv(name string) string {
	return strings.Join(strings.Fields(x.boxes[name].ResolvConf()), " ")
}

// do runs one line: WHAT FROM REST.
func (x *reach) do(line string) string {
	f := strings.Fields(line)
	switch f[0] {
	case "tcp":
		return x.tcp(f[1], f[2])
	case "udp":
		return x.udp(f[1], f[2])
	case "icmp":
		return x.icmp(f[1], f[2], 64)
	case "ttl1":
		return x.icmp(f[1], f[2], 1)
	case "dns":
		t, _ := dns.TypeOf(f[3])
		return x.ask(f[1], f[2], t, f[4])
	case "links":
		return x.links(f[1])
	case "routes":
		return x.routes(f[1])
	case "hosts":
		return x.hosts(f[1])
	case "resolv":
		return x.resolv(f[1])
	case "name":
		return x.boxes["a1"].Hostname // side has its
	case "connect":
		x.joinAs(x.boxes[f[1]], f[1], f[2])
	case "disconnect":
		s := x.boxes[f[1]]
		i := slices.IndexFunc(s.endpoints, func(e *Endpoint) bool { return e.Network.Name == f[2] })
		x.ok(s.Leave(s.endpoints[i]))
	case "route":
		x.ok(x.wan.AddRoute(netsim.Route{Dst: netip.MustParsePrefix("172.16.0.0/12"), Gateway: addr("198.51.100.2")}))
	default:
		x.t.Fatal(line)
	}
	return ""
}

// reachScript is how each line of the tables was measured, in their order; lines without a label change something.
const reachScript = `d1>d2 icmp	icmp d1 172.17.0.3
d1>d2 tcp80	tcp d1 172.17.0.3:80
d1>d2 tcp81 closed	tcp d1 172.17.0.3:81
d1>d2 udp5000	udp d1 172.17.0.3:5000
d1>d2 udp5001 closed	udp d1 172.17.0.3:5001
d1>unassigned same subnet tcp	tcp d1 172.17.0.99:80
d1>unassigned icmp	icmp d1 172.17.0.98
a1>a2 tcp80	tcp a1 172.18.0.3:80
d1>a1 icmp	icmp d1 172.18.0.2
d1>a1 tcp80	tcp d1 172.18.0.2:80
a1>b1 icmp	icmp a1 172.19.0.2
a1>b1 tcp80	tcp a1 172.19.0.2:80
a1>b2 tcp80 (published port container direct)	tcp a1 172.19.0.3:80
a1>b2 via host gw n1:8083	tcp a1 172.18.0.1:8083
a1>b2 via host gw n2:8083	tcp a1 172.19.0.1:8083
a1>b2 via host eth 198.51.100.2:8083	tcp a1 198.51.100.2:8083
a1>a2 via host gw:8081 (hairpin)	tcp a1 172.18.0.1:8081
a2>self via host gw:8081 (hairpin self)	tcp a2 172.18.0.1:8081
a2>self via host eth:8081	tcp a2 198.51.100.2:8081
d1>d2 via docker0 gw:8080	tcp d1 172.17.0.1:8080
d2>self via docker0 gw:8080	tcp d2 172.17.0.1:8080
d1>hostsvc gw:9000	tcp d1 172.17.0.1:9000
a1>hostsvc n1gw:9000	tcp a1 172.18.0.1:9000
a1>hostsvc docker0:9000	tcp a1 172.17.0.1:9000
a1>host1(host net):6000	tcp a1 172.18.0.1:6000
a1>host n1gw closed 9999	tcp a1 172.18.0.1:9999
d1>gw icmp	icmp d1 172.17.0.1
d1>wan icmp	icmp d1 203.0.113.10
d1>wan tcp80	tcp d1 203.0.113.10:80
d1>wan udp	udp d1 203.0.113.10:5000
d1>wan closed	tcp d1 203.0.113.10:81
d1>wan icmp ttl1	ttl1 d1 203.0.113.10
d1>wan unrouted 192.0.2.1 icmp	icmp d1 192.0.2.1
d1>wan unrouted 192.0.2.1 tcp	tcp d1 192.0.2.1:80
a1>wan tcp80	tcp a1 203.0.113.10:80
host>d2 icmp	icmp host 172.17.0.3
host>d2:80 direct	tcp host 172.17.0.3:80
host>localhost:8080	tcp host 127.0.0.1:8080
host>eth:8080	tcp host 198.51.100.2:8080
host>docker0:8080	tcp host 172.17.0.1:8080
host>localhost:8082 (lo bind)	tcp host 127.0.0.1:8082
host>eth:8082 (lo bind)	tcp host 198.51.100.2:8082
host>udp localhost:5353	udp host 127.0.0.1:5353
host>localhost:9999 closed	tcp host 127.0.0.1:9999
wan>host:8080	tcp wan 198.51.100.2:8080
wan>host:8081	tcp wan 198.51.100.2:8081
wan>host:8082 (lo bind)	tcp wan 198.51.100.2:8082
wan>host udp 5353	udp wan 198.51.100.2:5353
wan>host:9999 closed	tcp wan 198.51.100.2:9999
	route wan
wan(route)>d2:80 direct published	tcp wan 172.17.0.3:80
wan(route)>d2:81	tcp wan 172.17.0.3:81
wan(route)>d1:80 direct unpublished	tcp wan 172.17.0.2:80
wan(route)>d1 icmp	icmp wan 172.17.0.2
wan(route)>docker0 gw icmp	icmp wan 172.17.0.1
wan(route)>a1:80	tcp wan 172.18.0.2:80
i1>i2 tcp80	tcp i1 172.20.0.3:80
i1>i2 icmp	icmp i1 172.20.0.3
i1>gw icmp	icmp i1 172.20.0.1
i1>wan icmp	icmp i1 203.0.113.10
i1>d1 tcp	tcp i1 172.17.0.2:80
i1 route	routes i1
i1>host docker0 9000	tcp i1 172.17.0.1:9000
i1>host int1gw:9000	tcp i1 172.20.0.1:9000
host>i1 tcp80	tcp host 172.20.0.2:80
host>localhost:8084 (internal published)	tcp host 127.0.0.1:8084
d1>i1 tcp	tcp d1 172.20.0.2:80
x1>x2 icmp	icmp x1 172.21.0.3
x1>x2 tcp80	tcp x1 172.21.0.3:80
x1>wan	tcp x1 203.0.113.10:80
x1>x2 via gw:8085	tcp x1 172.21.0.1:8085
host>x1	tcp host 172.21.0.2:80
x1>gw:9000	tcp x1 172.21.0.1:9000
none1>d1	tcp none1 172.17.0.2:80
none1>lo	tcp none1 127.0.0.1:80
none1 ip a	links none1
side>a1 localhost:80	tcp side 127.0.0.1:80
a1>side localhost:7000	tcp a1 127.0.0.1:7000
a2>side via a1:7000	tcp a2 172.18.0.2:7000
side hostname	name side
host1>localhost:8080	tcp host1 127.0.0.1:8080
	connect a1 n2
a1(n1+n2)>b1 tcp	tcp a1 172.19.0.2:80
a1 links	links a1
a1 routes	routes a1
a1 resolves b1	dns a1 127.0.0.11 A b1
b1>a1 by name	tcp b1 172.19.0.4:80
	disconnect a1 n1
a1(n2 only)>a2	tcp a1 172.18.0.3:80
a1 links	links a1
a1 routes after	routes a1
	connect a1 n1
a1 reconnect links	links a1
a1 routes after reconnect	routes a1
	disconnect a1 n2
dns a1: a2 A	dns a1 127.0.0.11 A a2
dns a1: shortid A	dns a1 127.0.0.11 A id-a2
dns a1: a2.n1	dns a1 127.0.0.11 A a2.n1
dns a1: A2 (upper)	dns a1 127.0.0.11 A A2
dns a1: web x1	dns a1 127.0.0.11 A web
dns a1: web x2	dns a1 127.0.0.11 A web
dns a1: web x3	dns a1 127.0.0.11 A web
dns a1: web x4	dns a1 127.0.0.11 A web
dns a1: a2 AAAA	dns a1 127.0.0.11 AAAA a2
dns a1: a2 MX	dns a1 127.0.0.11 MX a2
dns a1: a2 TXT	dns a1 127.0.0.11 TXT a2
dns a1: b1 (other net)	dns a1 127.0.0.11 A b1
dns a1: nosuch	dns a1 127.0.0.11 A nosuch
dns a1: nosuch.example	dns a1 127.0.0.11 A nosuch.example
dns a1: www.ext.test	dns a1 127.0.0.11 A www.ext.test
dns a1: www.ext.test AAAA	dns a1 127.0.0.11 AAAA www.ext.test
dns a1: servfail	dns a1 127.0.0.11 A servfail.ext.test
dns a1: refused	dns a1 127.0.0.11 A refused.ext.test
dns a1: PTR a2	dns a1 127.0.0.11 PTR 3.0.18.172.in-addr.arpa
dns a1: PTR unknown	dns a1 127.0.0.11 PTR 99.0.18.172.in-addr.arpa
dns a1: host.docker.internal	dns a1 127.0.0.11 A host.docker.internal
dns a1: gateway	dns a1 127.0.0.11 A gateway
dns i1: www.ext.test (internal)	dns i1 127.0.0.11 A www.ext.test
dns i1: i2	dns i1 127.0.0.11 A i2
dns d1: 127.0.0.11	dns d1 127.0.0.11 A d2
dns d1 resolv	resolv d1
dns d1 upstream d2	dns d1 198.51.100.1 A d2
a1 resolv.conf	resolv a1
a1 hosts	hosts a1
none1 resolv	resolv none1
none1 hosts	hosts none1
i1 resolv.conf	resolv i1`

// Who reaches whom, as measured on a real host: with both backends the same, without the proxy a few lines differ.
func TestReachabilityIsAsRecorded(t *testing.T) {
	for _, row := range []struct {
		name         string
		noProxy, nft bool
	}{{"iptables", false, false}, {"noproxy", true, false}, {"nftables", false, true}} {
		t.Run(row.name, func(t *testing.T) {
			x := newReach(t, row.noProxy, row.nft)
			want := reachTable(t, row.noProxy)
			for _, line := range strings.Split(reachScript, "\n") {
				label, what, _ := strings.Cut(line, "\t")
				got := x.do(what)
				if label == "" {
					continue
				}
				if len(want) == 0 || want[0][0] != label {
					t.Fatalf("%s: the table goes on with %q", label, want[:min(1, len(want))])
				}
				if got != want[0][1] {
					t.Errorf("%s: %s, want %s", label, got, want[0][1])
				}
				want = want[1:]
			}
			if len(want) > 0 {
				t.Errorf("not tried: %q", want)
			}
		})
	}
}

// reachTable is the recorded results, as label and result.
func reachTable(t *testing.T, noProxy bool) [][2]string {
	t.Helper()
	f, err := os.Open("testdata/reach.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows [][2]string
	for s := bufio.NewScanner(f); s.Scan(); {
		c := strings.Split(s.Text(), "\t")
		row := [2]string{c[0], c[1]}
		if noProxy && len(c) > 2 {
			row[1] = c[2]
		}
		rows = append(rows, row)
	}
	return rows
}
