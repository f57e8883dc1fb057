package netfilter_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"testing"
	"time"
	"unsafe"

	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// quietHost is a host that keeps no events: what is measured is the filter.
type quietHost struct {
	now    time.Duration
	chance *rand.Rand
	own    [3]netip.Addr
}

func newQuietHost() *quietHost {
	return &quietHost{
		chance: rand.New(rand.NewPCG(1, 2)),
		own:    [3]netip.Addr{addr("198.51.100.2"), addr("172.17.0.1"), addr("172.18.0.1")},
	}
}

func (h *quietHost) IsLocal(a netip.Addr) bool {
	return a == h.own[0] || a == h.own[1] || a == h.own[2] || a.IsLoopback()
}

func (h *quietHost) AddrType(a netip.Addr) string            { return "UNICAST" }
func (h *quietHost) SourceFor(string, netip.Addr) netip.Addr { return h.own[0] }
func (h *quietHost) Now() time.Duration                      { return h.now }
func (h *quietHost) Chance() *rand.Rand                      { return h.chance }

func (h *quietHost) Event(sim.Rule, string, fmt.Stringer, ...sim.EventID) sim.EventID { return 0 }

// dockerTables is a daemon's rule set with five networks and ten containers.
func dockerTables(b *testing.B) *netfilter.Tables {
	text, err := os.ReadFile("testdata/docker/4-full-iptables.txt")
	if err != nil {
		b.Fatal(err)
	}
	t := netfilter.NewTables()
	if p := t.Restore(netfilter.IPv4, nil, string(text), nil); p.Exit != 0 {
		b.Fatal(p.Err)
	}
	return t
}

// through runs the three hooks of a routed packet.
func through(t *netfilter.Tables, h *quietHost, p *packet.IP, in, out string) {
	t.Run(netfilter.PreRouting, p, &netfilter.Place{In: in, Stack: h})
	t.Run(netfilter.Forward, p, &netfilter.Place{In: in, Out: out, Stack: h})
	t.Run(netfilter.PostRouting, p, &netfilter.Place{In: in, Out: out, Stack: h})
}

// A packet of a known connection from a container to the internet, through all of Docker's chains at three hooks.
func BenchmarkEstablished(b *testing.B) {
	t, h := dockerTables(b), newQuietHost()
	there, back := seg(
		"172.17.0.2:4000",
		"203.0.113.9:80",
		packet.SYN,
	), seg(
		"203.0.113.9:80",
		"198.51.100.2:4000",
		packet.SYN|packet.ACK,
	)
	through(t, h, there.Clone(), "docker0", "eth0")
	through(t, h, back.Clone(), "eth0", "docker0")
	p := seg("172.17.0.2:4000", "203.0.113.9:80", packet.ACK)
	src := p.Src
	b.ReportAllocs()
	for b.Loop() {
		p.Src, p.Track = src, nil
		through(t, h, p, "docker0", "eth0")
	}
}

// The first packet of a connection, with translation; 3,000 others are known.
func BenchmarkNew(b *testing.B) {
	t, h := dockerTables(b), newQuietHost()
	most := 1 << 16
	t.ShareMaxConns(&most)
	p := dgram("172.17.0.2:4000", "203.0.113.9:53")
	src := p.Src
	n := uint32(0)
	b.ReportAllocs()
	for b.Loop() {
		n++
		h.now += 10 * time.Millisecond
		p.Src, p.Track = src, nil
		p.UDP.SrcPort = uint16(1024 + n%60000)
		through(t, h, p, "docker0", "eth0")
	}
}

// A packet into a container through a published port, in the first packet's way.
func BenchmarkPublished(b *testing.B) {
	t, h := dockerTables(b), newQuietHost()
	p := seg("203.0.113.9:1", "198.51.100.2:8085", packet.SYN)
	dst := p.Dst
	n := uint32(0)
	b.ReportAllocs()
	for b.Loop() {
		n++
		h.now += 10 * time.Millisecond
		p.Dst, p.Track, p.TCP.DstPort = dst, nil, 8085
		p.TCP.SrcPort = uint16(1024 + n%60000)
		through(t, h, p, "eth0", "br-4d7a284be884")
	}
}

func BenchmarkNoRules(b *testing.B) {
	t, h := netfilter.NewTables(), newQuietHost()
	p := dgram("172.17.0.2:4000", "203.0.113.9:53")
	for b.Loop() {
		through(t, h, p, "docker0", "eth0")
	}
}

// Ten thousand containers: each has a rule in raw/PREROUTING.
func BenchmarkTenThousandContainers(b *testing.B) {
	t, h := dockerTables(b), newQuietHost()
	ref := netfilter.Ref{Family: netfilter.IPv4, Table: "raw", Chain: "PREROUTING"}
	for i := range 10000 {
		r, err := netfilter.ParseRule(
			netfilter.IPv4,
			fmt.Sprintf("-d 172.20.%d.%d/32 ! -i br-x -j DROP", i/250, i%250+2),
			"",
		)
		if err != nil {
			b.Fatal(err)
		}
		if err := t.Append(ref, r); err != nil {
			b.Fatal(err)
		}
	}
	p := seg("172.17.0.2:4000", "203.0.113.9:80", packet.ACK)
	src := p.Src
	for b.Loop() {
		p.Src, p.Track = src, nil
		through(t, h, p, "docker0", "eth0")
	}
}

func BenchmarkParseRule(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		const spec = "-d 172.17.0.3/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT"
		if _, err := netfilter.ParseRule(netfilter.IPv4, spec, ""); err != nil {
			b.Fatal(err)
		}
	}
}

// Tables without rules are part of every namespace.
func TestEmptyTablesAreSmall(t *testing.T) {
	if n := unsafe.Sizeof(netfilter.Tables{}); n > 96 {
		t.Errorf("%d bytes", n)
	}
}
