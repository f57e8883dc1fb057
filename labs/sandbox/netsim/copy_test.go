package netsim_test

import (
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// What is done in a copy works as in the original, which does not notice.
func TestCopy(t *testing.T) {
	w := newWorld(t)
	host, all := w.lan(2)
	a, b := all[0], all[1]
	l := w.listen(b, "0.0.0.0:80", 5)
	w.run(time.Minute)
	frames, events := w.Frames(), w.sim.Log.Last()

	later := sim.New(sim.Config{Start: w.sim.Now()})
	c, err := a.Copy(later)
	w.must(err)
	if len(c.Stacks()) != 3 || c.Stack(host).Link("br0") == host.Link("br0") || c.Original(c.Stack(a)) != a {
		t.Fatalf("%d namespaces", len(c.Stacks()))
	}
	ping := c.Stack(a).NewICMP(false)
	w.must(ping.SendTo(packet.ICMP{Type: packet.EchoRequest, ID: 1}, addr("10.0.0.3"), 0))
	x := c.Stack(a).NewTCP()
	if err := x.Connect(addrPort("10.0.0.3:80")); err != netsim.EINPROGRESS {
		t.Fatal(err)
	}
	later.Advance(time.Second)
	if _, err := ping.RecvFrom(); err != nil {
		t.Error("ping:", err)
	}
	if x.Ready()&netsim.Writable == 0 || x.Err() != nil {
		t.Error("no connection")
	}
	if _, err := c.Socket(l).(*netsim.TCPSocket).Accept(); err != nil {
		t.Error("the listener's copy:", err)
	}
	w.run(time.Minute)
	if w.Frames() != frames || w.sim.Log.Last() != events {
		t.Error("the original has noticed")
	}
	if _, err := l.Accept(); err != netsim.EAGAIN {
		t.Error("the original listener:", err)
	}
}
