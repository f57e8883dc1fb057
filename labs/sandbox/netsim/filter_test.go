package netsim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// rules adds iptables rules, one a line.
func (w *world) rules(s *netsim.Stack, lines string) {
	w.t.Helper()
	for line := range strings.Lines(lines) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if p := s.Filter().Iptables(strings.Fields(line)); p.Exit != 0 {
			w.t.Fatalf("iptables %s: %s", line, p.Err)
		}
	}
}

// published is a host with containers on br0, a LAN (192.168.0.0/24, the host is .1, a neighbour .2), forwarding, and a
// port of c1 published as Docker does it.
func (w *world) published(more string) (host, lan *netsim.Stack, c []*netsim.Stack) {
	w.t.Helper()
	host, c = w.lan(3)
	lan = w.NewStack("lan")
	eth, other := w.cable(host, "eth0", lan, "eth0")
	w.must(eth.AddAddr(prefix("192.168.0.1/24")))
	w.must(other.AddAddr(prefix("192.168.0.2/24")))
	w.must(host.SetSysctl("net.ipv4.ip_forward", "1"))
	w.rules(host, `
		-t nat -N DOCKER
		-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
		-t nat -A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER
		-t nat -A POSTROUTING -s 10.0.0.0/24 ! -o br0 -j MASQUERADE
		-t nat -A DOCKER -p tcp --dport 8080 -j DNAT --to-destination 10.0.0.2:7
		-t nat -A DOCKER -p udp --dport 8080 -j DNAT --to-destination 10.0.0.2:7
		-P FORWARD DROP
		-N DOCKER
		-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A FORWARD -o br0 -j DOCKER
		-A FORWARD -i br0 -j ACCEPT
		-A DOCKER -d 10.0.0.2/32 ! -i br0 -o br0 -p tcp --dport 7 -j ACCEPT
		-A DOCKER -d 10.0.0.2/32 ! -i br0 -o br0 -p udp --dport 7 -j ACCEPT
		`+more)
	for _, s := range []*netsim.Stack{host, lan, c[0], c[1]} {
		w.answerAll(s)
	}
	return host, lan, c
}

// The number of connections is bounded for the machine as a whole: other namespaces read the bound, and are bound by it.
func TestConntrackMaxIsTheMachines(t *testing.T) {
	w := newWorld(t)
	host := w.stack("host")
	box := host.NewNamespace("box")
	elsewhere := w.stack("other")
	box.Filter() // it has tables before the bound changes
	if err := box.SetSysctl("net.netfilter.nf_conntrack_max", "7"); err != netsim.EACCES {
		t.Error(err)
	}
	if !box.SysctlIsFixed("net.netfilter.nf_conntrack_max") || host.SysctlIsFixed("net/netfilter/nf_conntrack_max") {
		t.Error("who can change it")
	}
	w.must(host.SetSysctl("net.netfilter.nf_conntrack_max", "1"))
	for s, want := range map[*netsim.Stack]string{box: "1", host: "1", elsewhere: "262144"} {
		if got, _ := s.Sysctl("net.netfilter.nf_conntrack_max"); got != want {
			t.Errorf("%s reads %s, want %s", s.Name(), got, want)
		}
	}
	if p := box.Filter().Iptables([]string{"-A", "INPUT", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP"}); p.Exit != 0 {
		t.Fatal(p.Err)
	}
	full := 0
	for range 3 {
		u := box.NewUDP()
		if _, err := u.SendTo([]byte("x"), addrPort("127.0.0.1:9")); err == netsim.EPERM {
			full++
		}
	}
	w.run(time.Second)
	if n := len(box.Filter().Conntrack(box)); n != 1 {
		t.Errorf("%d tracked, %d refused", n, full)
	}
}

// As many connections are tracked as nf_conntrack_max says: with two that have been answered the table is full.
func TestConntrackMax(t *testing.T) {
	w := newWorld(t)
	host, lan, _ := w.published("")
	w.must(host.SetSysctl("net.netfilter.nf_conntrack_max", "2"))
	var states []string
	for range 3 {
		x := lan.NewTCP()
		if err := x.Connect(addrPort("192.168.0.1:7")); err != netsim.EINPROGRESS {
			t.Fatal(err)
		}
		w.run(100 * time.Millisecond)
		answered := x.Ready()&netsim.Writable != 0
		states = append(states, fmt.Sprint(answered))
	}
	count, _ := host.Sysctl("net.netfilter.nf_conntrack_count")
	if got := strings.Join(states, " "); got != "true true false" || count != "2" {
		t.Errorf("connected: %s; %s tracked", got, count)
	}
}

func (w *world) ask1(from *netsim.Stack, proto, to string) string {
	at := addrPort(to)
	w.stacks = map[string]*netsim.Stack{"x": from}
	return w.ask([]probe{{from: "x", proto: proto, to: at.Addr(), port: at.Port()}})[0]
}

// The same answers as a real daemon's host gave (facts, section 7).
func TestPublishedPort(t *testing.T) {
	hairpin := `
		-t nat -A POSTROUTING -s 10.0.0.2/32 -d 10.0.0.2/32 -p tcp --dport 7 -j MASQUERADE
		-t nat -A POSTROUTING -o br0 -m addrtype --src-type LOCAL -j MASQUERADE`
	for _, x := range []struct{ name, from, proto, to, want string }{
		{"out", "c1", "tcp", "192.168.0.2:7", "ok, seen as 192.168.0.1"},
		{"out", "c1", "udp", "192.168.0.2:7", "ok, seen as 192.168.0.1"},
		{"out, closed", "c1", "udp", "192.168.0.2:9", "Connection refused"},
		{"out, ping", "c1", "icmp", "192.168.0.2:0", "reply from 192.168.0.2"},
		{"out, nobody there", "c1", "icmp", "192.168.0.9:0", "icmp 3/1 from 192.168.0.1"},
		{"in", "lan", "tcp", "192.168.0.1:8080", "ok, seen as 192.168.0.2"},
		{"in", "lan", "udp", "192.168.0.1:8080", "ok, seen as 192.168.0.2"},
		{"in, not published", "lan", "tcp", "192.168.0.1:8081", "Connection refused"},
		{"neighbour by the host's address", "c2", "tcp", "10.0.0.1:8080", "ok, seen as 10.0.0.3"},
		{"neighbour by the LAN's address", "c2", "tcp", "192.168.0.1:8080", "ok, seen as 10.0.0.3"},
		{"itself by the host's address", "c1", "tcp", "192.168.0.1:8080", "ok, seen as 10.0.0.1"},
		{"host by its own address", "host", "tcp", "192.168.0.1:8080", "ok, seen as 10.0.0.1"},
		{"host by localhost", "host", "tcp", "127.0.0.1:8080", "ok, seen as 10.0.0.1"},
		{"host to the container", "host", "tcp", "10.0.0.2:7", "ok, seen as 10.0.0.1"},
	} {
		w := newWorld(t)
		host, lan, c := w.published(hairpin)
		w.must(host.Link("veth1").SetHairpin(true))
		w.must(host.SetSysctl("net.ipv4.conf.br0.route_localnet", "1"))
		from := map[string]*netsim.Stack{"host": host, "lan": lan, "c1": c[0], "c2": c[1]}[x.from]
		if got := w.ask1(from, x.proto, x.to); got != x.want {
			t.Errorf("%s: %s to %s %s: %s, want %s", x.name, x.from, x.proto, x.to, got, x.want)
			w.dump()
		}
	}
}

// Without hairpin the bridge does not send a frame back by the port by which it came, and says so.
func TestHairpinOff(t *testing.T) {
	w := newWorld(t)
	_, _, c := w.published("-t nat -A POSTROUTING -s 10.0.0.2/32 -d 10.0.0.2/32 -p tcp --dport 7 -j MASQUERADE")
	if got := w.ask1(c[0], "tcp", "192.168.0.1:8080"); got != "timeout" {
		t.Error(got)
	}
	if !strings.Contains(w.why(0), "net.bridge") {
		t.Errorf("the log does not say why: %s", w.why(0))
	}
}

// Rules see bridged packets (icc=false works by that), unless br_netfilter is switched off.
func TestRulesOnABridge(t *testing.T) {
	w := newWorld(t)
	host, c := w.lan(2)
	w.rules(host, "-A FORWARD -i br0 -o br0 -j DROP")
	w.answerAll(c[1])
	if got := w.ask1(c[0], "tcp", "10.0.0.3:7"); got != "timeout" {
		t.Errorf("icc=false: %s", got)
	}
	w.must(host.SetSysctl("net.bridge.bridge-nf-call-iptables", "0"))
	if got := w.ask1(c[0], "tcp", "10.0.0.3:7"); got != "ok, seen as 10.0.0.2" {
		t.Errorf("without br_netfilter: %s", got)
	}
}

// A packet that OUTPUT drops fails for its sender; what is rejected is refused.
func TestOutputRules(t *testing.T) {
	for rule, want := range map[string]string{
		"-A OUTPUT -p udp -j DROP":                                              "Operation not permitted",
		"-A OUTPUT -p icmp -j DROP":                                             "Operation not permitted",
		"-A OUTPUT -p tcp -j DROP":                                              "timeout",
		"-A OUTPUT -p tcp -j REJECT":                                            "Connection refused",
		"-A OUTPUT -p tcp --dport 9 -j REJECT --reject-with tcp-reset":          "Connection refused",
		"-A OUTPUT -p tcp -j REJECT --reject-with icmp-host-prohibited":         "No route to host",
		"-t nat -A OUTPUT -p tcp --dport 9 -j DNAT --to-destination 10.0.0.3:7": "ok, seen as 10.0.0.2",
		"-t nat -A OUTPUT -p tcp --dport 9 -j REDIRECT --to-ports 7":            "ok, seen as 10.0.0.2",
	} {
		w := newWorld(t)
		_, c := w.lan(2)
		for _, s := range c {
			w.answerAll(s)
		}
		w.rules(c[0], rule)
		proto := "tcp"
		for _, p := range []string{"udp", "icmp"} {
			if strings.Contains(rule, "-p "+p) {
				proto = p
			}
		}
		if got := w.ask1(c[0], proto, "10.0.0.3:9"); got != want {
			t.Errorf("%s: %s, want %s", rule, got, want)
			w.dump()
		}
	}
}

// Path MTU discovery works through address translation: the error finds its way back to the container.
func TestPathMTUThroughNAT(t *testing.T) {
	w := newWorld(t)
	host, lan, c := w.published("")
	far := w.NewStack("far")
	x, y := w.cable(lan, "eth1", far, "eth0")
	w.must(x.AddAddr(prefix("10.77.0.1/24")))
	w.must(y.AddAddr(prefix("10.77.0.2/24")))
	w.must(x.SetMTU(1300))
	w.must(lan.SetSysctl("net.ipv4.ip_forward", "1"))
	w.must(far.AddRoute(netsim.Route{Dst: prefix("0.0.0.0/0"), Gateway: addr("10.77.0.1")}))
	w.echoServer(far, "0.0.0.0:70")
	w.must(host.AddRoute(netsim.Route{Dst: prefix("10.77.0.0/24"), Gateway: addr("192.168.0.2")}))
	p := c[0].NewPing(false)
	w.must(p.SetOption(netsim.OptDontFragment, 1))
	w.must(p.SendTo(packet.ICMP{Type: packet.EchoRequest, Payload: make([]byte, 1400)}, addr("10.77.0.2"), 0))
	w.run(time.Second)
	q, err := p.RecvFrom()
	if err != nil || q.ICMP.MTU != 1300 || q.Src != addr("192.168.0.2") || q.ICMP.Inner.Src != addr("10.0.0.2") {
		t.Errorf("%v, %v", q.ICMP, err)
	}
	cl := w.dial(c[0], "10.77.0.2:70", make([]byte, 50_000))
	w.run(time.Minute)
	if !cl.done || cl.err != nil || len(cl.got) != 50_000 {
		t.Errorf("TCP: %v, %v, %d bytes", cl.done, cl.err, len(cl.got))
	}
}

func BenchmarkPingMasquerade(b *testing.B) {
	w := newWorld(b)
	_, _, c := w.published("")
	benchPing(b, w, c[0], "192.168.0.2")
}
