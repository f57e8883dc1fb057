package dockernet

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
)

// farewell is what goes over the network when a proxy ends that has several connections.
func farewell(t *testing.T) string {
	x := newReach(t, false, false)
	x.serveSilently("d1", 81)
	s := x.boxes["d1"]
	b := Binding{Port: publish("81").Publish[0].Port, HostIP: addr("127.0.0.1"), HostPort: 8181, IP: addr("172.17.0.2")}
	p, err := x.c.listen(b)
	x.ok(err)
	for range 8 {
		c := x.host.NewTCP()
		if err := c.Connect(netip.MustParseAddrPort("127.0.0.1:8181")); err != netsim.EINPROGRESS {
			t.Fatal(err)
		}
	}
	x.sim.Advance(time.Second)
	var said strings.Builder
	s.stack.Fabric().Trace(func(h netsim.Hop) { fmt.Fprintln(&said, h.Stack.Name(), h.Stage, h.Frame) })
	p.Close()
	x.sim.Advance(time.Second)
	return said.String()
}

// serveSilently accepts connections and says nothing.
func (x *reach) serveSilently(box string, port uint16) {
	l := x.stack(box).NewTCP()
	x.ok(l.Bind(netip.AddrPortFrom(netip.IPv6Unspecified(), port)), l.Listen(16))
}

// Connections of a proxy that ends were closed in the order of a map, which a capture of packets shows.
func TestAProxyEndsTheSameWayEachTime(t *testing.T) {
	first := farewell(t)
	if n := strings.Count(first, "\n"); n < 16 {
		t.Fatalf("%d steps:\n%s", n, first)
	}
	for range 3 {
		compare(t, farewell(t), first)
	}
}

// A connection through the proxy, from its beginning to its end.
func BenchmarkProxy(b *testing.B) {
	x := newReach(b, false, false)
	x.serve(x.stack("d1"), "d1", 82, 0)
	n := Binding{Port: publish("82").Publish[0].Port, HostIP: addr("127.0.0.1"), HostPort: 8181, IP: addr("172.17.0.2")}
	if _, err := x.c.listen(n); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		c := x.host.NewTCP()
		if err := c.Connect(netip.MustParseAddrPort("127.0.0.1:8181")); err != netsim.EINPROGRESS {
			b.Fatal(err)
		}
		x.sim.Advance(10 * time.Millisecond)
		c.Close()
		x.sim.Advance(2 * time.Minute)
	}
}
