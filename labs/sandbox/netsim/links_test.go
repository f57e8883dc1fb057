package netsim_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// A LAN with a host whose eth0 is on it, and links of a kind on top of eth0 in containers of their own.
func (w *world) onParent(add func(c *netsim.Stack, parent *netsim.Link) (*netsim.Link, error)) (
	host, other *netsim.Stack, c []*netsim.Stack,
) {
	w.t.Helper()
	wire := w.NewStack("switch")
	br, err := wire.AddBridge("br")
	w.must(err)
	w.up(br)
	host, other = w.NewStack("host"), w.NewStack("other")
	for i, s := range []*netsim.Stack{host, other} {
		port, eth := w.cable(wire, fmt.Sprint("p", i), s, "eth0")
		w.must(port.SetMaster(br))
		w.must(eth.AddAddr(prefix(fmt.Sprintf("10.0.0.%d/24", i+1))))
	}
	for i := range 2 {
		x := w.NewStack(fmt.Sprint("c", i+1))
		l, err := add(x, host.Link("eth0"))
		w.must(err)
		w.up(l, fmt.Sprintf("10.0.0.%d/24", 11+i))
		c = append(c, x)
	}
	return host, other, c
}

func TestMacvlan(t *testing.T) {
	for mode, want := range map[string]string{
		"bridge":  "sibling reply, other reply, host 3/1, host to it 3/1, other to it reply",
		"private": "sibling 3/1, other reply, host 3/1, host to it 3/1, other to it reply",
		"vepa":    "sibling 3/1, other reply, host 3/1, host to it 3/1, other to it reply",
	} {
		w := newWorld(t)
		host, other, c := w.onParent(func(c *netsim.Stack, p *netsim.Link) (*netsim.Link, error) {
			return c.AddMacvlan("eth0", p, mode)
		})
		if got := w.reach(host, other, c); got != want {
			t.Errorf("%s: %s\nwant %s", mode, got, want)
		}
		w.dump()
	}
}

func TestIPvlan(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	host, other, c := w.onParent(func(c *netsim.Stack, p *netsim.Link) (*netsim.Link, error) {
		return c.AddIPvlan("eth0", p, "l2")
	})
	want := "sibling reply, other reply, host 3/1, host to it 3/1, other to it reply"
	if got := w.reach(host, other, c); got != want {
		t.Errorf("l2: %s\nwant %s", got, want)
	}
}

// An L3 link asks nobody by ARP: its parent's routes decide, and others need a route to its network.
func TestIPvlanL3(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	host, other, c := w.onParent(func(c *netsim.Stack, p *netsim.Link) (*netsim.Link, error) {
		return c.AddIPvlan("eth0", p, "l3")
	})
	for i, x := range c {
		w.must(x.Link("eth0").DelAddr(prefix(fmt.Sprintf("10.0.0.%d/24", 11+i))))
		w.must(x.Link("eth0").AddAddr(prefix(fmt.Sprintf("10.9.%d.2/24", i))))
		w.must(x.AddRoute(netsim.Route{Dst: prefix("0.0.0.0/0"), Dev: "eth0"}))
	}
	if got := w.ping(c[0], "10.9.1.2"); got != "reply ttl=64" {
		t.Errorf("sibling: %s", got)
	}
	if got := w.ping(c[0], "10.0.0.2"); got != "timeout" {
		t.Errorf("other without a way back: %s", got)
	}
	w.must(other.AddRoute(netsim.Route{Dst: prefix("10.9.0.0/16"), Gateway: addr("10.0.0.1")}))
	if got := w.ping(c[0], "10.0.0.2"); !strings.HasPrefix(got, "reply") {
		t.Errorf("other with a way back: %s", got)
	}
	_ = host
}

func (w *world) reach(host, other *netsim.Stack, c []*netsim.Stack) string {
	short := func(s string) string { return strings.Fields(s)[0] }
	return fmt.Sprintf("sibling %s, other %s, host %s, host to it %s, other to it %s",
		short(w.ping(c[0], "10.0.0.12")), short(w.ping(c[0], "10.0.0.2")), short(w.ping(c[0], "10.0.0.1")),
		short(w.ping(host, "10.0.0.11")), short(w.ping(other, "10.0.0.11")))
}

func TestVLAN(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	a, b := w.NewStack("a"), w.NewStack("b")
	x, y := w.cable(a, "eth0", b, "eth0")
	for i, parent := range []*netsim.Link{x, y} {
		for _, id := range []uint16{10, 20} {
			l, err := parent.Stack().AddVLAN(fmt.Sprintf("eth0.%d", id), parent, id)
			w.must(err)
			w.up(l, fmt.Sprintf("10.0.%d.%d/24", id, i+1))
		}
	}
	tags := map[uint16]bool{}
	stop, err := b.Capture("eth0", func(_ time.Time, _ netsim.Direction, _ *netsim.Link, f *packet.Frame) {
		if f.IP != nil && f.IP.ICMP != nil {
			tags[f.VLAN] = true
		}
	})
	w.must(err)
	if got := w.ping(a, "10.0.10.2"); got != "reply ttl=64" {
		t.Errorf("vlan 10: %s", got)
	}
	stop()
	if len(tags) != 1 || !tags[10] {
		t.Errorf("tags %v", tags)
	}
	w.must(b.Link("eth0.20").Down())
	if got := w.ping(a, "10.0.20.2"); got != "3/1 from 10.0.20.1" {
		t.Errorf("vlan 20, the other end down: %s", got)
	}
	if _, err := a.AddVLAN("again", x, 10); err != netsim.EEXIST {
		t.Errorf("the same tag again: %v", err)
	}
}

// An overlay as Docker builds it: in each host's overlay namespace a bridge with a tunnel that answers ARP itself, and
// entries for the containers of the other host.
func TestVXLANOverlay(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	hosts := []*netsim.Stack{w.NewStack("h1"), w.NewStack("h2")}
	x, y := w.cable(hosts[0], "eth0", hosts[1], "eth0")
	w.must(x.AddAddr(prefix("192.168.0.1/24")))
	w.must(y.AddAddr(prefix("192.168.0.2/24")))
	var c, ov []*netsim.Stack
	for i, h := range hosts {
		o := w.NewStack(fmt.Sprint("1-ov", i))
		br, err := o.AddBridge("br0")
		w.must(err)
		w.up(br, "10.0.1.1/24")
		vx, err := o.AddVXLAN("vxlan0", netsim.VXLANConfig{VNI: 4097, Proxy: true, Underlay: h})
		w.must(err)
		w.must(vx.Up())
		w.must(vx.SetMaster(br))
		k := w.NewStack(fmt.Sprint("c", i))
		port, eth := w.cable(o, "veth0", k, "eth0")
		w.must(port.SetMaster(br))
		w.must(eth.SetMTU(1450))
		w.must(eth.SetMAC(packet.MAC{2, 0x42, 10, 0, 1, byte(2 + i)}))
		w.must(eth.AddAddr(prefix(fmt.Sprintf("10.0.1.%d/24", 2+i))))
		c, ov = append(c, k), append(ov, o)
	}
	if got := w.ping(c[0], "10.0.1.3"); got != "3/1 from 10.0.1.2" {
		t.Errorf("nobody has told where it is: %s", got)
	}
	for i, o := range ov {
		other := byte(3 - i)
		m := packet.MAC{2, 0x42, 10, 0, 1, other}
		w.must(o.AddNeighbour("vxlan0", addr(fmt.Sprintf("10.0.1.%d", other)), m))
		w.must(o.Link("vxlan0").AddFDB(m, nil, addr(fmt.Sprintf("192.168.0.%d", 2-i))))
	}
	outer := 0
	stop, err := hosts[0].Capture("eth0", func(_ time.Time, _ netsim.Direction, _ *netsim.Link, f *packet.Frame) {
		if f.IP != nil && f.IP.UDP != nil && f.IP.UDP.DstPort == 4789 {
			outer++
		}
	})
	w.must(err)
	if got := w.ping(c[0], "10.0.1.3"); got != "reply ttl=64" || outer != 2 {
		t.Errorf("overlay: %s, %d outer datagrams (no ARP travels)", got, outer)
	}
	stop()
}

// A tunnel whose outer packets take the tunnel: each frame would be packed for ever.
func TestTunnelInItself(t *testing.T) {
	w := newWorld(t)
	s := w.NewStack("s")
	v, err := s.AddVXLAN("vx", netsim.VXLANConfig{VNI: 1, Remote: []netip.Addr{addr("10.9.0.2")}})
	w.must(err)
	w.up(v, "10.9.0.1/24")
	w.must(s.AddNeighbour("vx", addr("10.9.0.2"), packet.MAC{2, 0, 0, 0, 0, 2}))
	if got := w.ping(s, "10.9.0.2"); got != "timeout" || !strings.Contains(w.why(0), "net.deadloop") {
		t.Errorf("%s; %s", got, w.why(0))
	}
}

func TestDummyAndNames(t *testing.T) {
	w := newWorld(t)
	s, other := w.NewStack("s"), w.NewStack("o")
	d, err := s.AddDummy("dm-1")
	w.must(err)
	w.up(d, "10.1.0.1/24")
	if got := w.ping(s, "10.1.0.2"); got != "3/1 from 10.1.0.1" {
		t.Errorf("nobody is behind a dummy: %s", got)
	}
	for name, want := range map[string]error{
		"dm-1": netsim.EEXIST, "lo": netsim.EEXIST, "": netsim.EINVAL, "a/b": netsim.EINVAL,
		"sixteen-letters-": netsim.EINVAL,
		"a b":              netsim.EINVAL, "..": netsim.EINVAL,
	} {
		if _, err := s.AddDummy(name); err != want {
			t.Errorf("%q: %v, want %v", name, err, want)
		}
	}
	w.must(d.MoveTo(other, "eth7"))
	if s.Link("dm-1") != nil || other.Link("eth7") != d || d.IsUp() || len(d.Addrs()) != 0 || len(s.Routes(4)) != 0 {
		t.Errorf("moved: %+v %v", d.Addrs(), s.Routes(4))
	}
	a, b, err := s.AddVeth("veth0", s, "veth1")
	w.must(err)
	if peer, n := a.Peer(); peer != b || n != b.Index() || b.Index() >= a.Index() {
		t.Errorf("numbers %d and %d", a.Index(), b.Index())
	}
	w.must(a.Delete())
	if s.Link("veth1") != nil {
		t.Error("the other end stayed")
	}
	if err := s.Link("lo").Delete(); err != netsim.EOPNOTSUPP {
		t.Errorf("lo: %v", err)
	}
}

// When a namespace goes, its cables go with their other ends.
func TestCloseStack(t *testing.T) {
	w := newWorld(t)
	host, c := w.lan(2)
	w.echoServer(c[0], "0.0.0.0:7")
	cl := w.dial(c[1], "10.0.0.2:7", make([]byte, 100))
	w.run(time.Second)
	if !cl.done {
		t.Fatal("not done")
	}
	for _, s := range c {
		s.Close()
	}
	if n := len(host.Links()); n != 2 { // lo, br0
		t.Errorf("%d links", n)
	}
	if host.Link("br0").Running() || !host.Routes(4)[0].LinkDown {
		t.Error("the bridge has a carrier without ports")
	}
	w.run(time.Second)
	w.onlyListeners(c[0], c[1])
}

// A link on another shrinks with it, and stays small when that grows again; an ipvlan goes along.
func TestMTUOfLinksOnOthers(t *testing.T) {
	w := newWorld(t)
	s := w.NewStack("s")
	a, err := s.AddDummy("a")
	w.must(err)
	b, err := s.AddDummy("b")
	w.must(err)
	mac, err := s.AddMacvlan("mac", a, "bridge")
	w.must(err)
	vlan, err := s.AddVLAN("a.5", a, 5)
	w.must(err)
	ip, err := s.AddIPvlan("ip", b, "l2")
	w.must(err)
	for _, x := range []struct{ mtu, mac, vlan, ip int }{{1400, 1400, 1400, 1400}, {1450, 1400, 1400, 1450}} {
		w.must(a.SetMTU(x.mtu))
		w.must(b.SetMTU(x.mtu))
		if mac.MTU() != x.mac || vlan.MTU() != x.vlan || ip.MTU() != x.ip {
			t.Errorf("on %d: %d, %d and %d", x.mtu, mac.MTU(), vlan.MTU(), ip.MTU())
		}
	}
}
