package dockernet

import (
	"net/netip"
	"os"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// explained is one probe of the reachability tables: PROTOCOL FROM ADDRESS[:PORT].
func (x *reach) explained(line string) *Explanation {
	f := strings.Fields(line)
	p := Probe{From: x.stack(f[1]), Proto: packet.ProtoTCP}
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
	for _, noProxy := range []bool{false, true} {
		x := newReach(t, noProxy, false)
		for _, row := range strings.Split(reachScript, "\n") {
			label, line, _ := strings.Cut(row, "\t")
			f := strings.Fields(line)
			if label == "" || f[0] != "tcp" && f[0] != "icmp" {
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
			want, _, _ := strings.Cut(x.do(line), " ")
			if want != map[Outcome]string{Reached: "ok", Refused: "refused", TimedOut: "timeout", Unreachable: "netunreach"}[got.Outcome] &&
				!(got.Outcome == NoRoute && (want == "icmp" || want == "timeout")) {
				t.Errorf("%s: explained as %s, is %s\n%s", label, got.Outcome, want, got)
			}
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
