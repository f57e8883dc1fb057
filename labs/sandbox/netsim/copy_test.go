package netsim

import (
	"net/netip"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// What is done in a copy works as in the original, which does not notice.
func TestCopy(t *testing.T) {
	s := sim.New(sim.Config{})
	t.Cleanup(s.Close)
	f := New(s)
	host, a, b := f.NewStack("host"), f.NewStack("a"), f.NewStack("b")
	must := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	br, err := host.AddBridge("br0")
	must(err, br.AddAddr(netip.MustParsePrefix("10.0.0.1/24")), br.Up())
	for i, x := range []*Stack{a, b} {
		out, in, err := host.AddVeth("v"+x.Name(), x, "eth0")
		must(err, out.SetMaster(br), out.Up(), in.AddAddr(netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(2 + i)}), 24)), in.Up(),
			x.AddRoute(Route{Dst: netip.MustParsePrefix("0.0.0.0/0"), Gateway: netip.MustParseAddr("10.0.0.1")}))
	}
	l := b.NewTCP()
	must(l.Bind(netip.MustParseAddrPort("0.0.0.0:80")), l.Listen(5))
	s.Advance(time.Minute)
	frames, events := f.Frames(), s.Log.Last()

	world := sim.New(sim.Config{Start: s.Now()})
	t.Cleanup(world.Close)
	c, err := a.Copy(world)
	must(err)
	if len(c.order) != 3 || c.Stack(host).Link("br0") == br || c.Original(c.Stack(a)) != a {
		t.Fatalf("%d namespaces", len(c.order))
	}
	ping := c.Stack(a).NewICMP(false)
	must(ping.SendTo(packet.ICMP{Type: 8, ID: 1}, netip.MustParseAddr("10.0.0.3"), 0))
	x := c.Stack(a).NewTCP()
	if err := x.Connect(netip.MustParseAddrPort("10.0.0.3:80")); err != EINPROGRESS {
		t.Fatal(err)
	}
	world.Advance(time.Second)
	if _, err := ping.RecvFrom(); err != nil {
		t.Error("ping:", err)
	}
	if x.Ready()&Writable == 0 || x.Err() != nil {
		t.Error("no connection")
	}
	if _, err := c.Socket(l).(*TCPSocket).Accept(); err != nil {
		t.Error("the listener's copy:", err)
	}
	s.Advance(time.Minute)
	if f.Frames() != frames || s.Log.Last() != events {
		t.Error("the original has noticed")
	}
	if _, err := l.Accept(); err != EAGAIN {
		t.Error("the original listener:", err)
	}
}
