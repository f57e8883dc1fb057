package netsim_test

import (
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// What goes no further says why, also in places where a real kernel is silent.
func TestDropsSayWhy(t *testing.T) {
	for _, c := range []struct {
		what, rule string
		do         func(w *world, a, b *netsim.Stack)
	}{
		{"a ping to all, where there is no address to answer from", "net.noaddress", func(w *world, a, b *netsim.Stack) {
			for _, x := range b.Link("eth0").Addrs() {
				w.must(b.Link("eth0").DelAddr(x.Prefix))
			}
			w.must(b.AddRoute(netsim.Route{Dst: prefix("fe80::/64"), Dev: "eth0"}))
			w.must(a.AddNeighbour("eth0", addr("fe80::1"), b.Link("eth0").MAC()))
			if got := w.ping(a, "ff02::1%eth0"); got != "timeout" {
				w.t.Error(got)
			}
		}},
		{"messages that nobody reads", "net.full", func(w *world, a, b *netsim.Stack) {
			b.NewICMP(false)
			x := a.NewPing(false)
			w.must(a.AddNeighbour("eth0", addr("10.0.0.2"), b.Link("eth0").MAC()))
			for range 300 {
				w.must(x.SendTo(packet.ICMP{Type: packet.EchoRequest}, addr("10.0.0.2"), 0))
			}
			w.run(time.Second)
		}},
		{"a connection whose route has gone", "net.noroute", func(w *world, a, b *netsim.Stack) {
			w.echoServer(b, "10.0.0.2:7")
			x := a.NewTCP()
			x.Connect(addrPort("10.0.0.2:7"))
			w.run(time.Second)
			w.must(a.DelRoute(netsim.Route{Dst: prefix("10.0.0.0/24")}))
			x.Write([]byte("hello"))
			w.run(time.Second)
		}},
	} {
		w := newWorld(t)
		a, b := w.NewStack("a"), w.NewStack("b")
		x, y := w.cable(a, "eth0", b, "eth0")
		w.up(x, "10.0.0.1/24")
		w.up(y, "10.0.0.2/24")
		w.run(time.Second)
		before := w.sim.Log.Last()
		c.do(w, a, b)
		if got := w.why(before); !strings.Contains(got, c.rule) {
			t.Errorf("%s: no %s in %q", c.what, c.rule, got)
		}
	}
}
