package netsim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// watch writes down what passes a link, as tcpdump shows it.
func (w *world) watch(s *netsim.Stack, link string) *[]string {
	w.t.Helper()
	var list []string
	_, err := s.Capture(link, func(at time.Time, _ netsim.Direction, _ *netsim.Link, f *packet.Frame) {
		list = append(list, fmt.Sprintf("%v %s", at.Sub(w.sim.Start()).Round(time.Millisecond), f))
	})
	w.must(err)
	return &list
}

func TestARP(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	host, c := w.lan(2)
	seen := w.watch(c[0], "eth0")
	w.ping(c[0], "10.0.0.77")
	want := "0s ARP, Request who-has 10.0.0.77 tell 10.0.0.2\n1s ARP, Request who-has 10.0.0.77 tell 10.0.0.2\n" +
		"2s ARP, Request who-has 10.0.0.77 tell 10.0.0.2"
	if got := strings.Join(*seen, "\n"); got != want {
		t.Errorf("nobody there:\n%s", got)
	}
	*seen = nil
	w.ping(c[0], "10.0.0.3") // ten seconds: what was only heard of is asked again
	kinds := ""
	for _, line := range *seen {
		switch {
		case strings.Contains(line, "Request who-has 10.0.0.3"):
			kinds += "?"
		case strings.Contains(line, "Reply 10.0.0.3"):
			kinds += "!"
		case strings.Contains(line, "ICMP"):
			kinds += "."
		case strings.Contains(line, "Request who-has 10.0.0.2"):
			kinds += "5"
		case strings.Contains(line, "Reply 10.0.0.2"):
			kinds += "R"
		}
	}
	if kinds != "?!..5R" {
		t.Errorf("%s\n%s", kinds, strings.Join(*seen, "\n"))
	}
	state := func(s *netsim.Stack) string {
		var list []string
		for _, n := range s.Neighbours() {
			list = append(list, n.Addr.String()+" "+n.State)
		}
		return strings.Join(list, ", ")
	}
	if got := state(c[0]); got != "10.0.0.77 FAILED, 10.0.0.3 REACHABLE" && got != "10.0.0.3 REACHABLE" {
		t.Errorf("neighbours: %s", got)
	}
	w.run(time.Minute)
	if got := state(c[1]); got != "10.0.0.2 STALE" {
		t.Errorf("a minute later: %s", got)
	}
	if at, more := w.sim.Next(); more {
		t.Errorf("a timer runs although nothing happens: %v", at)
	}
	_ = host
}

func TestBridgeLearnsAndForgets(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	host, c := w.lan(3)
	br := host.Link("br0")
	w.ping(c[0], "10.0.0.3")
	learned := func() string {
		var list []string
		for _, e := range br.FDB() {
			if !e.Local {
				list = append(list, e.Port.Name())
			}
		}
		return strings.Join(list, " ")
	}
	if got := learned(); got != "veth1 veth2" {
		t.Errorf("learned behind %s", got)
	}
	third := w.watch(c[2], "eth0")
	w.ping(c[0], "10.0.0.3")
	if len(*third) != 0 {
		t.Errorf("a third one saw %v", *third)
	}
	w.run(301 * time.Second)
	if got := learned(); got != "" {
		t.Errorf("after five minutes: %s", got)
	}
	w.ping(c[0], "10.0.0.3") // the neighbours know each other, the bridge floods
	if len(*third) == 0 {
		t.Error("nothing was flooded")
	}
}

func TestBridgePorts(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	host, c := w.lan(3)
	for _, name := range []string{"veth1", "veth2"} {
		w.must(host.Link(name).SetIsolated(true))
	}
	for to, want := range map[string]string{
		"10.0.0.3": "3/1 from 10.0.0.2", "10.0.0.4": "reply ttl=64", "10.0.0.1": "reply ttl=64",
	} {
		if got := w.ping(c[0], to); got != want {
			t.Errorf("isolated, to %s: %s", to, got)
		}
	}
	w.must(host.Link("veth2").SetIsolated(false))
	w.must(host.Link("veth2").SetMaster(nil))
	if got := w.ping(c[0], "10.0.0.3"); got != "3/1 from 10.0.0.2" {
		t.Errorf("taken out: %s", got)
	}
	w.must(host.Link("veth2").SetMaster(host.Link("br0")))
	w.must(host.Link("veth3").Fault(netsim.Fault{Cut: true}))
	if got := w.ping(c[0], "10.0.0.4"); got != "timeout" && got != "3/1 from 10.0.0.2" {
		t.Errorf("cut: %s", got)
	}
	w.must(host.Link("veth3").Fault(netsim.Fault{}))
	w.run(time.Minute)
	if got := w.ping(c[0], "10.0.0.4"); got != "reply ttl=64" {
		t.Errorf("mended: %s", got)
	}
	onItself, err := host.AddVLAN("br0.5", host.Link("br0"), 5)
	w.must(err)
	for _, x := range []struct {
		err, want error
	}{
		{host.Link("br0").SetMaster(host.Link("br0")), netsim.ELOOP},
		{onItself.SetMaster(host.Link("br0")), netsim.EBUSY},
		{host.Link("lo").SetMaster(host.Link("br0")), netsim.EINVAL},
		{host.Link("veth1").SetMaster(host.Link("veth2")), netsim.EOPNOTSUPP},
		{c[0].Link("eth0").SetMaster(host.Link("br0")), netsim.EINVAL},
		{host.Link("br0").SetHairpin(true), netsim.EINVAL},
		{host.Link("br0").MoveTo(c[0], ""), netsim.EINVAL},
	} {
		if x.err != x.want {
			t.Errorf("%v, want %v", x.err, x.want)
		}
	}
}

// Two bridges joined by three cables without a spanning tree: a broadcast goes round and multiplies. It ends, and says
// why.
func TestBridgeLoopEnds(t *testing.T) {
	w := newWorld(t)
	a, b := w.NewStack("a"), w.NewStack("b")
	var bridges []*netsim.Link
	for _, s := range []*netsim.Stack{a, b} {
		br, err := s.AddBridge("br0")
		w.must(err)
		w.up(br)
		bridges = append(bridges, br)
	}
	w.must(bridges[0].AddAddr(prefix("10.0.0.1/24")))
	for i := range 3 {
		x, y := w.cable(a, fmt.Sprint("x", i), b, fmt.Sprint("y", i))
		w.must(x.SetMaster(bridges[0]))
		w.must(y.SetMaster(bridges[1]))
	}
	u := a.NewUDP()
	w.must(u.SetOption(netsim.OptBroadcast, 1))
	_, err := u.SendTo([]byte("storm"), addrPort("10.0.0.255:9"))
	w.must(err)
	w.run(time.Second)
	if _, more := w.sim.Next(); more {
		t.Error("it still goes round")
	}
	rules := w.why(0)
	if !strings.Contains(rules, "net.loop") || !strings.Contains(rules, "net.overload") {
		t.Errorf("nothing says why: %s", rules)
	}
	if n := w.Frames(); n > 2_000_000 {
		t.Errorf("%d frames", n)
	}
}

func TestFrameBudget(t *testing.T) {
	w := newWorld(t)
	_, c := w.lan(2)
	w.LimitFrames(3)
	if got := w.ping(c[0], "10.0.0.3"); got != "3/1 from 10.0.0.2" && got != "timeout" {
		t.Error(got)
	}
	if !strings.Contains(w.why(0), "net.budget") {
		t.Error("nothing says why")
	}
	w.LimitFrames(0)
	w.run(time.Minute)
	if got := w.ping(c[0], "10.0.0.3"); got != "reply ttl=64" {
		t.Error(got)
	}
}

// The same seed and calls give the same frames at the same times.
func TestDeterminism(t *testing.T) {
	trace := func() string {
		w := newWorld(t)
		host, c := w.lan(4)
		var all []*[]string
		for _, s := range append(c, host) {
			all = append(all, w.watch(s, "any"))
		}
		w.must(c[2].Link("eth0").Fault(netsim.Fault{Loss: 0.1, Latency: time.Millisecond, Jitter: time.Millisecond}))
		w.echoServer(c[1], "0.0.0.0:7")
		for _, s := range c {
			w.dial(s, "10.0.0.3:7", make([]byte, 20_000))
		}
		w.run(time.Minute)
		w.ping(c[3], "10.0.0.99")
		var b strings.Builder
		for _, list := range all {
			b.WriteString(strings.Join(*list, "\n"))
		}
		return b.String()
	}
	first := trace()
	if len(first) < 10_000 {
		t.Fatalf("%d bytes of trace", len(first))
	}
	for range 5 {
		if trace() != first {
			t.Fatal("two runs differ")
		}
	}
}

// Whoever follows a packet hears of each step, and of why it ended.
func TestTrace(t *testing.T) {
	w := newWorld(t)
	host, c := w.lan(2)
	w.must(host.SetSysctl("net.ipv4.ip_forward", "1"))
	var last netsim.Hop
	n := 0
	w.Trace(func(h netsim.Hop) {
		n++
		if h.Drop && h.Event != 0 {
			last = h
		}
	})
	w.ping(c[0], "192.0.2.1")
	e, ok := w.sim.Log.Get(last.Event)
	if n < 5 || !ok || e.Rule != "net.noroute" || last.Stack != host {
		t.Errorf("%d steps, the end: %+v", n, last)
	}
	want := "IP 10.0.0.2 > 192.0.2.1: ICMP echo request"
	if s := e.Detail.String(); !strings.HasPrefix(s, want) {
		t.Errorf("%s", s)
	}
	w.Trace(nil)
}
