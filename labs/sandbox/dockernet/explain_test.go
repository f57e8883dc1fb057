package dockernet

import (
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// explained is one probe of the reachability tables: PROTOCOL FROM ADDRESS[:PORT].
func (x *reach) explained(line string) *Explanation { return x.supposed(line, Suppose{}) }

func (x *reach) supposed(line string, s Suppose) *Explanation {
	x.t.Helper()
	f := strings.Fields(line)
	p := Probe{From: x.stack(f[1]), Proto: packet.ProtoTCP, Suppose: s}
	switch f[0] {
	case "udp":
		p.Proto = packet.ProtoUDP
	case "icmp":
		p.Proto = packet.ProtoICMP
	}
	if p.Proto == packet.ProtoICMP {
		p.To = netip.AddrPortFrom(addr(f[2]), 0)
	} else {
		p.To = netip.MustParseAddrPort(f[2])
	}
	e, err := x.c.Explain(p)
	x.ok(err)
	return e
}

// An explanation ends as the real probe does, for every line of the tables, and nothing has happened.
func TestExplanationsEndAsProbesDo(t *testing.T) {
	for _, row := range []struct {
		name         string
		noProxy, nft bool
	}{{"iptables", false, false}, {"noproxy", true, false}, {"nftables", false, true}} {
		t.Run(row.name, func(t *testing.T) {
			x := newReach(t, row.noProxy, row.nft)
			for _, row := range strings.Split(reachScript, "\n") {
				label, line, _ := strings.Cut(row, "\t")
				if label == "" || !strings.Contains("tcp udp icmp", line[:3]) {
					if label == "" {
						x.do(line)
					}
					continue
				}
				frames := x.host.Fabric().Frames()
				got := x.explained(line)
				if x.host.Fabric().Frames() != frames {
					t.Fatalf("%s: frames were sent", label)
				}
				if want := x.do(line); !same(got.Outcome, want) {
					t.Errorf("%s: explained as %s, is %s\n%s", label, got.Outcome, want, got)
				}
			}
		})
	}
}

// same compares how an explanation ended with how a probe did.
func same(got Outcome, done string) bool {
	want, _, _ := strings.Cut(done, " ")
	return want == map[Outcome]string{
		Reached: "ok", Refused: "refused", TimedOut: "timeout",
		Unreachable: "netunreach",
	}[got] ||
		got == NoRoute && (want == "icmp" || want == "timeout")
}

// Without the rule that dropped a packet it ends as it does when that rule is really taken away.
func TestWithoutARule(t *testing.T) {
	for _, nft := range []bool{false, true} {
		for _, line := range []string{
			"tcp d1 172.18.0.2:80", "tcp x1 172.21.0.3:80", "tcp d1 172.20.0.2:80", "icmp x1 172.21.0.3",
			"tcp wan 198.51.100.2:8080", "udp wan 198.51.100.2:5353",
		} {
			x := newReach(t, false, nft)
			x.do("route wan")
			removed := 0
			for range 4 { // one behind the other
				var s Suppose
				for _, h := range x.explained(line).Hops {
					if h.By.Number > 0 && (h.Drop || h.What == "drops" || h.What == "accepts" ||
						strings.Contains(h.What, "becomes")) {
						s.Without = []RuleAt{h.By}
					}
				}
				if len(s.Without) == 0 {
					break
				}
				removed++
				got := x.supposed(line, s)
				r := s.Without[0]
				x.ok(r.Stack.Filter().Remove(r.At, r.Number))
				if want := x.do(line); !same(got.Outcome, want) {
					t.Errorf("nft %v %s: without %v it is explained as %s, is %s\n%s", nft, line, r, got.Outcome, want,
						got)
				}
				x.sim.Advance(3 * time.Minute) // what was tracked is forgotten
			}
			if removed == 0 {
				t.Errorf("nft %v %s: no rule decides", nft, line)
			}
		}
	}
}

// A port that is supposed to be published on an address is reached as one that is.
func TestSupposedPublished(t *testing.T) {
	for _, row := range []struct{ noProxy, nft bool }{{false, false}, {true, false}, {false, true}} {
		x := newReach(t, row.noProxy, row.nft)
		for _, on := range []string{"127.0.0.1", "198.51.100.2", "0.0.0.0"} {
			y := newReach(t, row.noProxy, row.nft)
			x.start("p1 bridge 8099:80")
			y.start("p1 bridge " + on + "@8099:80")
			s := Suppose{Published: []Published{{Port{8099, packet.ProtoTCP}, addr(on)}}}
			for _, line := range []string{
				"tcp wan 198.51.100.2:8099", "tcp host 127.0.0.1:8099", "tcp host 198.51.100.2:8099",
				"tcp d1 172.17.0.1:8099",
				"tcp a1 172.18.0.1:8099", "tcp d1 198.51.100.2:8099", "tcp host [::1]:8099",
			} {
				if got, want := x.supposed(line, s), y.do(line); !same(got.Outcome, want) {
					t.Errorf("%+v %s, published on %s: explained as %s, is %s\n%s", row, line, on, got.Outcome, want,
						got)
				}
			}
			x.boxes["p1"].Close(false)
		}
	}
}

// A program that is supposed to listen on an address is reached as one that does.
func TestSupposedListening(t *testing.T) {
	x, y := newReach(t, false, false), newReach(t, false, false)
	for _, at := range []string{"127.0.0.1", "0.0.0.0"} {
		l := y.stack("d1").NewTCP()
		x.ok(l.Bind(netip.MustParseAddrPort(at+":70")), l.Listen(1))
		l.Notify(func() {
			if c, err := l.Accept(); err == nil {
				c.Close()
			}
		})
		s := Suppose{Listening: []Listening{{x.stack("d1"), Port{70, packet.ProtoTCP}, addr(at)}}}
		for _, line := range []string{
			"tcp d2 172.17.0.2:70", "tcp d1 127.0.0.1:70", "tcp d1 172.17.0.2:70",
			"tcp host 172.17.0.2:70",
		} {
			if got, want := x.supposed(line, s), y.do(line); !same(got.Outcome, want) {
				t.Errorf("%s, listening on %s: explained as %s, is %s\n%s", line, at, got.Outcome, want, got)
			}
		}
		l.Close()
		y.sim.Advance(3 * time.Minute) // until the port may be bound again
		s = Suppose{Listening: []Listening{{x.stack("d2"), Port{80, packet.ProtoTCP}, addr(at)}}}
		if got := x.supposed("tcp wan 198.51.100.2:8080", s).Outcome; (got == Reached) != (at == "0.0.0.0") {
			t.Errorf("from outside, listening on %s: %s", at, got)
		}
	}
}

// Questions for names are answered in a rehearsal as they are, by Docker's servers and by others.
func TestExplainedNames(t *testing.T) {
	x := newReach(t, false, false)
	outside := func(c *netsim.Copy) {
		for _, s := range c.Listening(x.wan) {
			if u, ok := s.(*netsim.UDPSocket); ok && s.Local().Port() == 53 {
				u.Notify(func() { x.answerNames(u) })
			}
		}
	}
	for _, q := range []string{
		"a1 127.0.0.11 a2", "a1 127.0.0.11 b1", "a1 127.0.0.11 www.ext.test", "i1 127.0.0.11 www.ext.test",
		"i1 127.0.0.11 i2",
		"d1 127.0.0.11 d2", "d1 198.51.100.1 d2", "d1 198.51.100.1 www.ext.test",
	} {
		f := strings.Fields(q)
		frames := x.host.Fabric().Frames()
		e, err := x.c.Explain(Probe{
			From: x.stack(f[0]), To: netip.AddrPortFrom(addr(f[1]), 53), Proto: packet.ProtoUDP, Ask: f[2],
			Serve: outside,
		})
		x.ok(err)
		if x.host.Fabric().Frames() != frames {
			t.Fatalf("%s: frames were sent", q)
		}
		want := x.do("dns " + f[0] + " " + f[1] + " A " + f[2])
		got := "err " + map[Outcome]string{Refused: "refused"}[e.Outcome]
		if e.Answer != nil {
			got = describe(e.Answer)
		}
		if got != want {
			t.Errorf("%s: explained as %s, is %s\n%s", q, got, want, e)
		}
	}
}

// The texts were read; -update is not there on purpose: they change with what other packages say.
func TestExplanationsNameTheReason(t *testing.T) {
	x := newReach(t, false, false)
	for _, row := range []struct{ line, want string }{
		{"tcp d1 172.18.0.2:80", "raw PREROUTING"},            // another network's container: a rule of its endpoint
		{"tcp d1 172.18.0.2:80", "docker run"},                // made by
		{"tcp wan 198.51.100.2:8080", "DNAT"},                 // published
		{"tcp d1 203.0.113.10:80", "MASQUERADE"},              // on the way out
		{"tcp x1 172.21.0.3:80", "DOCKER-FORWARD"},            // icc=false
		{"tcp d1 172.20.0.2:80", "DOCKER-INTERNAL"},           // internal
		{"tcp host 127.0.0.1:8080", "docker-proxy takes it"},  // the proxy
		{"tcp wan 198.51.100.2:9999", "refused"},              // nobody listens
		{"tcp none1 172.17.0.2:80", "network is unreachable"}, // no route
	} {
		if got := x.explained(row.line).String(); !strings.Contains(got, row.want) {
			t.Errorf("%s does not say %q:\n%s", row.line, row.want, got)
		}
	}
	if os.Getenv("EXPLAIN") != "" {
		t.Log("\n" + x.explained(os.Getenv("EXPLAIN")).String())
	}
}
