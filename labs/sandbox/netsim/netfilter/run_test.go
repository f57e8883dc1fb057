package netfilter_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// host is a namespace as far as rules know it.
type host struct {
	t      *testing.T
	tables *netfilter.Tables
	addrs  map[string]string // by link; the first is lo's
	now    time.Duration
	chance *rand.Rand
	events []string
}

func newHost(t *testing.T, rules string) *host {
	h := &host{
		t: t, tables: netfilter.NewTables(), chance: rand.New(rand.NewPCG(1, 2)),
		addrs: map[string]string{
			"lo":      "127.0.0.1",
			"eth0":    "198.51.100.2",
			"docker0": "172.17.0.1",
			"br-1":    "172.18.0.1",
		},
	}
	if rules != "" {
		p := h.tables.Restore(netfilter.IPv4, nil, rules, nil)
		if p.Exit != 0 {
			t.Fatal(p.Err)
		}
	}
	return h
}

func (h *host) IsLocal(a netip.Addr) bool {
	for _, x := range h.addrs {
		if x == a.String() {
			return true
		}
	}
	return a.IsLoopback()
}

func (h *host) AddrType(a netip.Addr) string {
	switch {
	case h.IsLocal(a):
		return "LOCAL"
	case a.IsMulticast():
		return "MULTICAST"
	}
	return "UNICAST"
}

func (h *host) SourceFor(out string, _ netip.Addr) netip.Addr {
	a, _ := netip.ParseAddr(h.addrs[out])
	return a
}

func (h *host) Now() time.Duration { return h.now }
func (h *host) Chance() *rand.Rand { return h.chance }

func (h *host) Event(rule sim.Rule, subject string, detail fmt.Stringer, _ ...sim.EventID) sim.EventID {
	h.events = append(h.events, string(rule)+" "+subject)
	_ = detail.String()
	return sim.EventID(len(h.events))
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

// seg is a TCP segment "SRC:PORT > DST:PORT flags".
func seg(src, dst string, flags packet.TCPFlags) *packet.IP {
	a, b := netip.MustParseAddrPort(src), netip.MustParseAddrPort(dst)
	return &packet.IP{
		Src: a.Addr(), Dst: b.Addr(), Proto: packet.ProtoTCP, TTL: 64,
		TCP: &packet.TCP{SrcPort: a.Port(), DstPort: b.Port(), Flags: flags, WScale: -1},
	}
}

func dgram(src, dst string) *packet.IP {
	a, b := netip.MustParseAddrPort(src), netip.MustParseAddrPort(dst)
	return &packet.IP{
		Src: a.Addr(), Dst: b.Addr(), Proto: packet.ProtoUDP, TTL: 64,
		UDP: &packet.UDP{SrcPort: a.Port(), DstPort: b.Port()},
	}
}

func ping(src, dst string, kind uint8, id uint16) *packet.IP {
	return &packet.IP{
		Src: addr(
			src,
		), Dst: addr(dst), Proto: packet.ProtoICMP, TTL: 64, ICMP: &packet.ICMP{Type: kind, ID: id, Seq: 1},
	}
}

// forward runs the hooks that a routed packet passes, and says what became of it.
func (h *host) forward(p *packet.IP, in, out string) string {
	if r := h.at(netfilter.PreRouting, p, in, ""); r.Verdict != netfilter.Accept {
		return said(r)
	}
	if r := h.at(netfilter.Forward, p, in, out); r.Verdict != netfilter.Accept {
		return said(r)
	}
	r := h.at(netfilter.PostRouting, p, in, out)
	p.Track = nil
	if r.Verdict != netfilter.Accept {
		return said(r)
	}
	return ends(p)
}

// receive runs the hooks of a packet for the host itself.
func (h *host) receive(p *packet.IP, in string) string {
	if r := h.at(netfilter.PreRouting, p, in, ""); r.Verdict != netfilter.Accept {
		return said(r)
	}
	if r := h.at(netfilter.Input, p, in, ""); r.Verdict != netfilter.Accept {
		return said(r)
	}
	return ends(p)
}

// send runs the hooks of a packet that the host sends.
func (h *host) send(p *packet.IP, out string) string {
	if r := h.at(netfilter.Output, p, "", out); r.Verdict != netfilter.Accept {
		return said(r)
	}
	if r := h.at(netfilter.PostRouting, p, "", out); r.Verdict != netfilter.Accept {
		return said(r)
	}
	if out != "lo" {
		p.Track = nil
	}
	return ends(p)
}

func (h *host) at(k netfilter.Hook, p *packet.IP, in, out string) netfilter.Result {
	return h.tables.Run(k, p, &netfilter.Place{In: in, Out: out, Stack: h})
}

func said(r netfilter.Result) string {
	return fmt.Sprintf("%s by %s/%s %d", r.Verdict, r.Table, r.Chain, r.Number)
}

func ends(p *packet.IP) string {
	switch {
	case p.TCP != nil:
		return fmt.Sprintf("%s:%d > %s:%d", p.Src, p.TCP.SrcPort, p.Dst, p.TCP.DstPort)
	case p.UDP != nil:
		return fmt.Sprintf("%s:%d > %s:%d", p.Src, p.UDP.SrcPort, p.Dst, p.UDP.DstPort)
	case p.ICMP != nil && p.ICMP.Inner != nil:
		return fmt.Sprintf("%s > %s (%s)", p.Src, p.Dst, ends(p.ICMP.Inner))
	}
	return fmt.Sprintf("%s > %s", p.Src, p.Dst)
}

func (h *host) want(got, want string) {
	h.t.Helper()
	if got != want {
		h.t.Errorf("got %q, want %q", got, want)
	}
}

const docker = `*raw
:PREROUTING ACCEPT
-A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP
COMMIT
*nat
:PREROUTING ACCEPT
:DOCKER -
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT
*filter
:FORWARD DROP
:DOCKER -
:DOCKER-BRIDGE -
:DOCKER-CT -
:DOCKER-FORWARD -
:DOCKER-INTERNAL -
:DOCKER-USER -
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-FORWARD
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER ! -i docker0 -o docker0 -j DROP
-A DOCKER-BRIDGE -o docker0 -j DOCKER
-A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A DOCKER-FORWARD -j DOCKER-CT
-A DOCKER-FORWARD -j DOCKER-INTERNAL
-A DOCKER-FORWARD -j DOCKER-BRIDGE
-A DOCKER-FORWARD -i docker0 -j ACCEPT
COMMIT
`

func TestAContainerReachesTheInternetAsTheHost(t *testing.T) {
	h := newHost(t, docker)
	h.want(
		h.forward(seg("172.17.0.2:4000", "203.0.113.9:80", packet.SYN), "docker0", "eth0"),
		"198.51.100.2:4000 > 203.0.113.9:80",
	)
	h.want(
		h.forward(seg("203.0.113.9:80", "198.51.100.2:4000", packet.SYN|packet.ACK), "eth0", "docker0"),
		"203.0.113.9:80 > 172.17.0.2:4000",
	)
	h.want(h.forward(ping("172.17.0.2", "203.0.113.9", 8, 7), "docker0", "eth0"), "198.51.100.2 > 203.0.113.9")
	h.want(h.forward(ping("203.0.113.9", "198.51.100.2", 0, 7), "eth0", "docker0"), "203.0.113.9 > 172.17.0.2")
	h.want(strings.Join(h.events, ", "), "net.masquerade nat/POSTROUTING, net.masquerade nat/POSTROUTING")
	h.want(
		h.conns(),
		`tcp      6 60 SYN_RECV src=172.17.0.2 dst=203.0.113.9 sport=4000 dport=80 src=203.0.113.9 dst=198.51.100.2 sport=80 dport=4000 mark=0 use=1
icmp     1 30 src=172.17.0.2 dst=203.0.113.9 type=8 code=0 id=7 src=203.0.113.9 dst=198.51.100.2 type=0 code=0 id=7 mark=0 use=1
`,
	)
}

func (h *host) conns() string { return h.tables.ConntrackTool([]string{"-L"}, h).Out }

func TestAPublishedPortLeadsIntoTheContainer(t *testing.T) {
	h := newHost(t, docker)
	h.want(
		h.forward(seg("203.0.113.9:999", "198.51.100.2:8080", packet.SYN), "eth0", "docker0"),
		"203.0.113.9:999 > 172.17.0.2:80",
	)
	h.want(
		h.forward(seg("172.17.0.2:80", "203.0.113.9:999", packet.SYN|packet.ACK), "docker0", "eth0"),
		"198.51.100.2:8080 > 203.0.113.9:999",
	)
	h.want(
		h.forward(seg("203.0.113.9:999", "172.17.0.2:80", packet.SYN), "eth0", "docker0"),
		"drop by raw/PREROUTING 1",
	)
	h.want(h.forward(seg("203.0.113.9:999", "172.17.0.3:80", packet.SYN), "eth0", "docker0"), "drop by filter/DOCKER 2")
	h.want(h.forward(seg("203.0.113.9:999", "192.0.2.5:80", packet.SYN), "eth0", "eth1"), "drop by filter/FORWARD 0")
}

func TestAClosedPortBehindANATIsToldInTheAskersTerms(t *testing.T) {
	h := newHost(t, docker)
	p := dgram("172.17.0.2:5000", "203.0.113.9:53")
	sent := p.Clone()
	h.want(h.forward(p, "docker0", "eth0"), "198.51.100.2:5000 > 203.0.113.9:53")
	e := netfilter.RejectPort.Answer(p)
	e.Src = addr("203.0.113.9")
	h.want(h.forward(e, "eth0", "docker0"), "203.0.113.9 > 172.17.0.2 (172.17.0.2:5000 > 203.0.113.9:53)")
	h.want(ends(e.ICMP.Inner), ends(sent))
	stray := netfilter.RejectPort.Answer(dgram("198.51.100.2:1", "203.0.113.9:2"))
	stray.Src = addr("203.0.113.9")
	h.want(h.forward(stray, "eth0", "docker0"), "drop by filter/DOCKER 2")
}

func TestTwoContainersWithOnePortGetTwo(t *testing.T) {
	h := newHost(t, docker)
	h.want(
		h.forward(dgram("172.17.0.2:4000", "203.0.113.9:53"), "docker0", "eth0"),
		"198.51.100.2:4000 > 203.0.113.9:53",
	)
	second := h.forward(dgram("172.17.0.3:4000", "203.0.113.9:53"), "docker0", "eth0")
	if second == "198.51.100.2:4000 > 203.0.113.9:53" || !strings.HasPrefix(second, "198.51.100.2:") {
		t.Error("both have the same port outside:", second)
	}
	h.want(
		h.forward(dgram("172.17.0.3:4000", "203.0.113.10:53"), "docker0", "eth0"),
		strings.Replace(second, ".9:", ".10:", 1),
	)
	h.want(
		h.forward(dgram("203.0.113.9:53", "198.51.100.2:4000"), "eth0", "docker0"),
		"203.0.113.9:53 > 172.17.0.2:4000",
	)
}

// Two published ports of one container, asked from one port: the answers would look the same.
func TestAClashOfAnswersChangesTheSourcePort(t *testing.T) {
	h := newHost(t, docker)
	h.tables.Iptables(words("-t nat -A DOCKER -p tcp --dport 8081 -j DNAT --to-destination 172.17.0.2:80"))
	first := h.forward(seg("203.0.113.9:999", "198.51.100.2:8080", packet.SYN), "eth0", "docker0")
	h.want(first, "203.0.113.9:999 > 172.17.0.2:80")
	p := seg("203.0.113.9:999", "198.51.100.2:8081", packet.SYN)
	h.want(strings.Split(h.forward(p, "eth0", "docker0"), ":")[0], "203.0.113.9")
	if p.TCP.SrcPort == 999 || p.TCP.SrcPort >= 1024 || p.TCP.SrcPort < 600 {
		t.Error("source port", p.TCP.SrcPort) // a low port stays one
	}
	back := fmt.Sprintf("203.0.113.9:%d", p.TCP.SrcPort)
	h.want(
		h.forward(seg("172.17.0.2:80", back, packet.SYN|packet.ACK), "docker0", "eth0"),
		"198.51.100.2:8081 > 203.0.113.9:999",
	)
	h.want(h.events[len(h.events)-1], "net.snat conntrack/clash")
}

func TestAnAnswerIsUnknownWhenTheTimeIsOver(t *testing.T) {
	h := newHost(t, docker)
	h.forward(dgram("172.17.0.2:4000", "203.0.113.9:53"), "docker0", "eth0")
	h.now = 29 * time.Second
	h.want(
		h.forward(dgram("203.0.113.9:53", "198.51.100.2:4000"), "eth0", "docker0"),
		"203.0.113.9:53 > 172.17.0.2:4000",
	)
	h.now = 60 * time.Second
	h.want(h.conns(), "")
	h.want(h.receive(dgram("203.0.113.9:53", "198.51.100.2:4000"), "eth0"), "203.0.113.9:53 > 198.51.100.2:4000")
}

func TestStatesOfATCPConnection(t *testing.T) {
	const there, back = "172.17.0.2:4000", "203.0.113.9:80"
	h := newHost(t, docker)
	for _, s := range []struct {
		reply bool
		flags packet.TCPFlags
		state string
	}{
		{false, packet.SYN, "120 SYN_SENT"},
		{true, packet.SYN | packet.ACK, "60 SYN_RECV"},
		{false, packet.ACK, "432000 ESTABLISHED"},
		{true, packet.FIN | packet.ACK, "120 FIN_WAIT"},
		{false, packet.ACK, "60 CLOSE_WAIT"},
		{false, packet.FIN | packet.ACK, "30 LAST_ACK"},
		{true, packet.ACK, "120 TIME_WAIT"},
	} {
		if s.reply {
			h.forward(seg(back, "198.51.100.2:4000", s.flags), "eth0", "docker0")
		} else {
			h.forward(seg(there, back, s.flags), "docker0", "eth0")
		}
		if got := h.conns(); !strings.Contains(got, "6 "+s.state+" ") {
			t.Errorf("after %s: %s, want %s", s.flags, got, s.state)
		}
	}
}

func TestAResetAnswerEndsTheConnection(t *testing.T) {
	h := newHost(t, docker)
	h.forward(seg("172.17.0.2:4000", "203.0.113.9:80", packet.SYN), "docker0", "eth0")
	h.want(
		h.forward(seg("203.0.113.9:80", "198.51.100.2:4000", packet.RST|packet.ACK), "eth0", "docker0"),
		"203.0.113.9:80 > 172.17.0.2:4000",
	)
	h.want(h.conns(), "")
}

func TestRejectAnswersThroughTheConnection(t *testing.T) {
	h := newHost(
		t,
		"*filter\n-A INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset\n"+
			"-A INPUT -m conntrack --ctstate INVALID -j DROP\n-A INPUT -j REJECT\n"+
			"-A OUTPUT -m conntrack --ctstate RELATED -j ACCEPT\n-A OUTPUT -p icmp -j DROP\nCOMMIT\n",
	)
	p := seg("203.0.113.9:999", "198.51.100.2:22", packet.SYN)
	r := h.at(netfilter.PreRouting, p, "eth0", "")
	if r = h.at(netfilter.Input, p, "eth0", ""); r.Verdict != netfilter.Refuse {
		t.Fatal(said(r))
	}
	rst := r.Reject.Answer(p)
	h.want(rst.String(), "IP 198.51.100.2.22 > 203.0.113.9.999: Flags [R.], seq 0, ack 1, win 0, length 0")
	d := dgram("203.0.113.9:999", "198.51.100.2:53")
	h.at(netfilter.PreRouting, d, "eth0", "")
	r = h.at(netfilter.Input, d, "eth0", "")
	e := r.Reject.Answer(d)
	e.Src = addr("198.51.100.2")
	h.want(h.send(e, "eth0"), "198.51.100.2 > 203.0.113.9 (203.0.113.9:999 > 198.51.100.2:53)")
	h.want(h.conns(), "") // what was refused is no connection
}

func TestRawSeesPacketsBeforeTheyHaveAState(t *testing.T) {
	h := newHost(
		t,
		"*raw\n-A PREROUTING -p udp -m conntrack --ctstate INVALID -j MARK --set-mark 1\n"+
			"-A PREROUTING -p tcp -j NOTRACK\nCOMMIT\n"+
			"*filter\n-A INPUT -m conntrack --ctstate UNTRACKED -j DROP\n"+
			"-A INPUT -m mark --mark 1 -m conntrack --ctstate NEW -j REJECT\nCOMMIT\n",
	)
	h.want(h.receive(dgram("1.1.1.1:1", "198.51.100.2:2"), "eth0"), "reject by filter/INPUT 2")
	h.want(h.receive(seg("1.1.1.1:1", "198.51.100.2:2", packet.SYN), "eth0"), "drop by filter/INPUT 1")
}

func TestTheHostReachesAPublishedPortAtItsOwnAddress(t *testing.T) {
	h := newHost(t, docker)
	h.want(
		h.send(seg("198.51.100.2:999", "198.51.100.2:8080", packet.SYN), "docker0"),
		"198.51.100.2:999 > 172.17.0.2:80",
	)
	h.want(
		h.receive(seg("172.17.0.2:80", "198.51.100.2:999", packet.SYN|packet.ACK), "docker0"),
		"198.51.100.2:8080 > 198.51.100.2:999",
	)
	h.want(h.send(seg("127.0.0.1:999", "127.0.0.1:8080", packet.SYN), "lo"), "127.0.0.1:999 > 127.0.0.1:8080")
}

func TestLoopbackKeepsTheConnection(t *testing.T) {
	h := newHost(t, "*nat\n-A OUTPUT -d 127.0.0.11/32 -p udp --dport 53 -j DNAT --to-destination 127.0.0.11:40000\n"+
		"-A POSTROUTING -s 127.0.0.11/32 -p udp --sport 40000 -j SNAT --to-source :53\nCOMMIT\n")
	q := dgram("127.0.0.1:999", "127.0.0.11:53")
	h.want(h.send(q, "lo"), "127.0.0.1:999 > 127.0.0.11:40000")
	h.want(h.receive(q, "lo"), "127.0.0.1:999 > 127.0.0.11:40000")
	a := dgram("127.0.0.11:40000", "127.0.0.1:999")
	h.send(a, "lo")
	h.want(h.receive(a, "lo"), "127.0.0.11:53 > 127.0.0.1:999")
}

func TestAFullTableDropsWhatIsNew(t *testing.T) {
	h := newHost(t, docker)
	most := 10
	h.tables.ShareMaxConns(&most)
	for i := range 10 {
		src := fmt.Sprintf("172.17.0.2:%d", 1000+i)
		h.forward(seg(src, "203.0.113.9:80", packet.SYN), "docker0", "eth0")
		h.forward(
			seg("203.0.113.9:80", fmt.Sprintf("198.51.100.2:%d", 1000+i), packet.SYN|packet.ACK),
			"eth0",
			"docker0",
		)
		h.forward(seg(src, "203.0.113.9:80", packet.ACK), "docker0", "eth0")
		h.forward(seg("203.0.113.9:80", fmt.Sprintf("198.51.100.2:%d", 1000+i), packet.ACK), "eth0", "docker0")
	}
	h.want(
		h.forward(seg("172.17.0.2:2000", "203.0.113.9:80", packet.SYN), "docker0", "eth0"),
		"drop by conntrack/table full 0",
	)
	h.want(h.events[len(h.events)-1], "net.drop conntrack/table full")
	if n := len(h.tables.Conntrack(h)); n != 10 {
		t.Error(n, "connections")
	}
}

func TestAConnectionWithoutAnswerMakesRoom(t *testing.T) {
	h := newHost(t, docker)
	most := 10
	h.tables.ShareMaxConns(&most)
	for i := range 50 {
		h.want(h.forward(dgram(fmt.Sprintf("172.17.0.2:%d", 1000+i), "203.0.113.9:80"), "docker0", "eth0"),
			fmt.Sprintf("198.51.100.2:%d > 203.0.113.9:80", 1000+i))
	}
	if n := len(h.tables.Conntrack(h)); n != 10 {
		t.Error(n, "connections")
	}
}

func TestTraceTellsEveryRule(t *testing.T) {
	h := newHost(t, docker)
	copied := h.tables.Clone()
	var steps []string
	copied.Trace(func(s netfilter.Step) { steps = append(steps, s.String()) })
	probe := host{t: t, tables: copied, addrs: h.addrs, chance: h.chance}
	h.want(
		probe.forward(seg("172.17.0.2:1", "203.0.113.9:80", packet.SYN), "docker0", "eth0"),
		"198.51.100.2:1 > 203.0.113.9:80",
	)
	h.want(
		strings.Join(steps, "\n"),
		`PREROUTING raw/PREROUTING rule 1 (-d 172.17.0.2/32 ! -i docker0 -j DROP): no match
PREROUTING raw/PREROUTING: policy accept
PREROUTING nat/PREROUTING rule 1 (-m addrtype --dst-type LOCAL -j DOCKER): no match
PREROUTING nat/PREROUTING: policy accept
FORWARD filter/FORWARD rule 1 (-j DOCKER-USER): jumps to DOCKER-USER
FORWARD filter/FORWARD rule 2 (-j DOCKER-FORWARD): jumps to DOCKER-FORWARD
FORWARD filter/DOCKER-FORWARD rule 1 (-j DOCKER-CT): jumps to DOCKER-CT
FORWARD filter/DOCKER-CT rule 1 (-o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT): no match
FORWARD filter/DOCKER-FORWARD rule 2 (-j DOCKER-INTERNAL): jumps to DOCKER-INTERNAL
FORWARD filter/DOCKER-FORWARD rule 3 (-j DOCKER-BRIDGE): jumps to DOCKER-BRIDGE
FORWARD filter/DOCKER-BRIDGE rule 1 (-o docker0 -j DOCKER): no match
FORWARD filter/DOCKER-FORWARD rule 4 (-i docker0 -j ACCEPT): accepts
POSTROUTING nat/POSTROUTING rule 1 (-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE): accepts
POSTROUTING nat/POSTROUTING rule 1 (-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE): tcp source 172.17.0.2:1 becomes 198.51.100.2:1 by nat/POSTROUTING rule 1: -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE (iptables-restore)`,
	)
	h.want(h.conns(), "")
	h.want(
		h.tables.Iptables([]string{"-t", "nat", "-nvL", "POSTROUTING"}).Out,
		`Chain POSTROUTING (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination         
    0     0 MASQUERADE  0    --  *      !docker0  172.17.0.0/16        0.0.0.0/0           
`,
	)
}

func TestMatches(t *testing.T) {
	web := seg("10.0.0.5:4000", "198.51.100.2:80", packet.SYN)
	web.Mark = 3
	for _, c := range []struct {
		rule string
		p    *packet.IP
		hit  bool
	}{
		{"-s 10.0.0.0/8", web, true},
		{"! -s 10.0.0.0/8", web, false},
		{"-s 10.0.0.5/255.0.0.255", web, true},
		{"-d 198.51.100.3", web, false},
		{"-i eth+", web, true},
		{"! -i eth0", web, false},
		{"-p tcp --dport 80", web, true},
		{"-p tcp --dport 81:90", web, false},
		{"-p tcp ! --dport 81:90", web, true},
		{"-p tcp --sport 4000 --syn", web, true},
		{"-p tcp ! --syn", web, false},
		{"-p tcp --tcp-flags SYN,ACK SYN,ACK", web, false},
		{"-p udp --dport 80", web, false},
		{"! -p udp", web, true},
		{"-p tcp -m multiport --dports 22,80,443", web, true},
		{"-p tcp -m multiport ! --dports 22,80,443", web, false},
		{"-p tcp -m multiport --ports 4000:4001", web, true},
		{"-m mark --mark 1/1", web, true},
		{"-m mark ! --mark 3", web, false},
		{"-m iprange --src-range 10.0.0.1-10.0.0.9", web, true},
		{"-m iprange ! --src-range 10.0.0.1-10.0.0.9", web, false},
		{"-m addrtype --dst-type LOCAL", web, true},
		{"-m addrtype ! --dst-type LOCAL", web, false},
		{"-m addrtype --src-type UNICAST,MULTICAST", web, true},
		{"-m conntrack --ctstate NEW", web, true},
		{"-m conntrack ! --ctstate NEW,RELATED", web, false},
		{"-m conntrack --ctorigdst 198.51.100.2 --ctdir ORIGINAL", web, true},
		{"-m conntrack --ctdir REPLY", web, false},
		{"-m state --state ESTABLISHED", web, false},
		{"-f", web, false},
		{"! -f", web, true},
		{"-p icmp --icmp-type echo-request", ping("1.1.1.1", "198.51.100.2", 8, 1), true},
		{"-p icmp --icmp-type 3", ping("1.1.1.1", "198.51.100.2", 8, 1), false},
		{"-m mac --mac-source 00:00:00:00:00:00", web, true},
		{"-m physdev --physdev-in veth1", web, false},
		{"-m limit --limit 1/s", web, true},
	} {
		h := newHost(t, "*filter\n-A INPUT "+c.rule+" -j DROP\nCOMMIT\n")
		p := c.p.Clone()
		if got := h.receive(p, "eth0") != ends(c.p); got != c.hit {
			t.Errorf("%s: %v, want %v", c.rule, got, c.hit)
		}
	}
}

func TestLimitLetsABurstThrough(t *testing.T) {
	h := newHost(t, "*filter\n-A INPUT -m limit --limit 2/s --limit-burst 3 -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n")
	passed := 0
	for i := range 40 {
		h.now = time.Duration(i) * 100 * time.Millisecond
		if r := h.at(netfilter.Input, dgram("1.1.1.1:1", "198.51.100.2:2"), "eth0", ""); r.Verdict == netfilter.Accept {
			passed++
		}
	}
	if passed != 10 { // 3 at once, then two a second
		t.Error(passed, "passed")
	}
}

func TestLogWritesTheKernelsLine(t *testing.T) {
	h := newHost(t, "*filter\n-A INPUT -j LOG --log-prefix \"in: \"\nCOMMIT\n")
	var line string
	h2 := &logHost{host: h, line: &line}
	p := seg("10.0.0.5:4000", "198.51.100.2:80", packet.SYN)
	p.DF, p.ID, p.TCP.Window = true, 7, 64240
	h.tables.Run(
		netfilter.Input,
		p,
		&netfilter.Place{In: "eth0", Stack: h2, MAC: packet.MAC{2, 0, 0, 0, 0, 1}, ToMAC: packet.MAC{2, 0, 0, 0, 0, 2}},
	)
	h.want(
		line,
		"in: IN=eth0 OUT= MAC=02:00:00:00:00:02:02:00:00:00:00:01:08:00 "+
			"SRC=10.0.0.5 DST=198.51.100.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=7 DF "+
			"PROTO=TCP SPT=4000 DPT=80 WINDOW=64240 RES=0x00 SYN URGP=0 ",
	)
}

type logHost struct {
	*host
	line *string
}

func (h *logHost) Event(_ sim.Rule, _ string, detail fmt.Stringer, _ ...sim.EventID) sim.EventID {
	*h.line = detail.String()
	return 1
}

// A long chain is not walked from end to end, and must decide as if it were.
func TestALongChainDecidesLikeAShortOne(t *testing.T) {
	d := draw{rand.New(rand.NewPCG(3, 3))}
	for range 200 {
		var rules strings.Builder
		rules.WriteString("*filter\n:INPUT DROP\n")
		for range 60 {
			dst := d.pick("", "-d 10.0.0.1", "-d 10.0.0.2/32", "! -d 10.0.0.3", "-d 10.0.0.0/24", "-d 10.0.0.4")
			rules.WriteString(
				"-A INPUT " + dst + d.pick(
					"",
					" -s 1.1.1.1",
					" -s 1.1.1.2",
				) + d.pick(
					"",
					"",
					" -p udp --dport 1",
					" -j RETURN",
					" -j ACCEPT",
					" -j DROP",
					" -j REJECT",
				) + "\n",
			)
		}
		rules.WriteString("COMMIT\n")
		long, walked := newHost(t, rules.String()), newHost(t, rules.String())
		walked.tables.Trace(func(netfilter.Step) {})
		for range 20 {
			p := dgram(
				d.pick("1.1.1.1:1", "1.1.1.2:1", "1.1.1.3:1"),
				d.pick("10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:2", "10.0.0.4:1"),
			)
			got, want := said(
				long.at(netfilter.Input, p.Clone(), "eth0", ""),
			), said(
				walked.at(netfilter.Input, p.Clone(), "eth0", ""),
			)
			if got != want {
				t.Fatalf("%s: %s, want %s\n%s", ends(p), got, want, rules.String())
			}
		}
		counters := func(h *host) string { return h.tables.Iptables([]string{"-vS"}).Out }
		long.want(counters(long), counters(walked))
	}
}

// Chains that jump to each other many times over must not keep a packet for ever.
func TestManyWaysThroughChainsEnd(t *testing.T) {
	var rules strings.Builder
	rules.WriteString("*filter\n")
	for i := range 15 {
		fmt.Fprintf(&rules, ":C%d -\n", i)
	}
	for i := range 14 {
		rules.WriteString(strings.Repeat(fmt.Sprintf("-A C%d -j C%d\n", i, i+1), 10))
	}
	rules.WriteString("-A INPUT -j C0\nCOMMIT\n")
	h := newHost(t, rules.String())
	if got := h.receive(dgram("1.1.1.1:1", "198.51.100.2:2"), "eth0"); !strings.HasPrefix(got, "drop by filter/C") {
		t.Error(got)
	}
}

func TestTheTableOfRulesIsBounded(t *testing.T) {
	tables := netfilter.NewTables()
	r, err := netfilter.ParseRule(netfilter.IPv4, "-j ACCEPT", "")
	if err != nil {
		t.Fatal(err)
	}
	ref := netfilter.Ref{Family: netfilter.IPv4, Table: "filter", Chain: "INPUT"}
	n := 0
	for ; n < 1<<20 && err == nil; n++ {
		err = tables.Append(ref, r)
	}
	if err == nil || n > 1<<18 {
		t.Error(n, err)
	}
}

// A built-in chain that came to be with a rule does not count what meets its policy; one with a policy does.
func TestPoliciesCountOnceTheyWereSet(t *testing.T) {
	h := newHost(t, "")
	for _, line := range []string{"-A INPUT -p tcp", "-P OUTPUT ACCEPT"} {
		h.tables.Iptables(words(line))
	}
	h.receive(dgram("1.1.1.1:1", "198.51.100.2:2"), "eth0")
	h.send(dgram("198.51.100.2:2", "1.1.1.1:1"), "eth0")
	h.want(h.tables.Iptables([]string{"-vS"}).Out,
		"-P INPUT ACCEPT -c 0 0\n-P FORWARD ACCEPT -c 0 0\n-P OUTPUT ACCEPT -c 1 28\n-A INPUT -p tcp -c 0 0\n")
}
