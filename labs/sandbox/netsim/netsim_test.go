package netsim_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// world is a fabric to test with: topologies are written as a few lines of calls.
type world struct {
	t   testing.TB
	sim *sim.Sim
	*netsim.Fabric
	stacks map[string]*netsim.Stack // by name, of tests that look them up
}

func newWorld(t testing.TB) *world {
	s := sim.New(sim.Config{Seed: 1})
	return &world{t: t, sim: s, Fabric: netsim.New(s)}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func addr(s string) netip.Addr         { return netip.MustParseAddr(s) }
func prefix(s string) netip.Prefix     { return netip.MustParsePrefix(s) }
func addrPort(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// up gives a link its addresses and switches it on.
func (w *world) up(l *netsim.Link, addrs ...string) *netsim.Link {
	w.t.Helper()
	for _, a := range addrs {
		w.must(l.AddAddr(prefix(a)))
	}
	w.must(l.Up())
	return l
}

// cable joins two namespaces with a veth that is up at both ends.
func (w *world) cable(a *netsim.Stack, an string, b *netsim.Stack, bn string) (*netsim.Link, *netsim.Link) {
	w.t.Helper()
	x, y, err := a.AddVeth(an, b, bn)
	w.must(err)
	w.up(x)
	w.up(y)
	return x, y
}

// lan is a host with a bridge br0 (10.0.0.1/24) and containers 10.0.0.2, 10.0.0.3, … on it, whose default route that
// is.
func (w *world) lan(n int) (host *netsim.Stack, containers []*netsim.Stack) {
	w.t.Helper()
	bits := 24
	if n > 250 {
		bits = 16
	}
	host = w.NewStack("host")
	br, err := host.AddBridge("br0")
	w.must(err)
	w.up(br, fmt.Sprintf("10.0.0.1/%d", bits))
	for i := range n {
		c := w.NewStack(fmt.Sprintf("c%d", i+1))
		port, eth := w.cable(host, fmt.Sprintf("veth%d", i+1), c, "eth0")
		w.must(port.SetMaster(br))
		w.must(eth.AddAddr(netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte((i + 2) >> 8), byte(i + 2)}), bits)))
		w.must(c.AddRoute(netsim.Route{Dst: prefix("0.0.0.0/0"), Gateway: addr("10.0.0.1")}))
		containers = append(containers, c)
	}
	return host, containers
}

// run lets d of virtual time pass.
func (w *world) run(d time.Duration) { w.sim.Advance(d) }

// ping sends an echo request and says what came back: "reply", an ICMP error, an errno or "timeout".
func (w *world) ping(from *netsim.Stack, to string) string { return w.pingTTL(from, to, 0) }

func (w *world) pingTTL(from *netsim.Stack, to string, ttl int) string {
	a := addr(to)
	x := from.NewPing(a.Is6())
	defer x.Close()
	m := packet.ICMP{Type: packet.EchoRequest, Seq: 1, Payload: make([]byte, 56)}
	if a.Is6() {
		m.Type = packet.EchoRequest6
	}
	if err := x.SendTo(m, a, ttl); err != nil {
		return err.Error()
	}
	w.run(10 * time.Second)
	p, err := x.RecvFrom()
	switch {
	case err == netsim.EAGAIN:
		return "timeout"
	case err != nil:
		return err.Error()
	case p.ICMP.IsError(a.Is6()):
		return fmt.Sprintf("%d/%d from %s", p.ICMP.Type, p.ICMP.Code, p.Src)
	}
	return fmt.Sprintf("reply ttl=%d", p.TTL)
}

// why is the rules of the events that were logged since an event, in order.
func (w *world) why(since sim.EventID) string {
	var list []string
	for e := range w.sim.Log.Since(since) {
		list = append(list, string(e.Rule))
	}
	return strings.Join(list, " ")
}

// dump prints the log when a test has failed.
func (w *world) dump() {
	if w.t.Failed() {
		for e := range w.sim.Log.Since(0) {
			w.t.Log(e.At.Sub(w.sim.Start()), e)
		}
	}
}
