package netsim_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// Whatever is done to links while traffic runs, nothing panics; and when all namespaces are closed nothing is left: no
// timer, no byte, no frame on its way.
func TestMonkey(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 9))
		s := sim.New(sim.Config{Seed: seed})
		m := &monkey{r: r, w: &world{t: t, sim: s, Fabric: netsim.New(s)}}
		for i := range 5 {
			m.stacks = append(m.stacks, m.w.NewStack(fmt.Sprint("s", i)))
		}
		for range 200 {
			m.act()
			m.w.run(time.Duration(r.IntN(2_000_000)) * time.Microsecond)
		}
		for _, x := range m.stacks {
			x.Close()
		}
		for _, x := range m.open {
			x.Close()
		}
		m.w.run(10 * time.Minute)
		if at, more := s.Next(); more || m.w.Held() != 0 {
			t.Errorf("seed %d: a timer in %v, %d bytes held", seed, at.Sub(s.Now()), m.w.Held())
		}
		for _, x := range m.stacks {
			if n := len(x.Links()) + len(x.Sockets()) + len(x.Neighbours()) + len(x.Routes(4)) + len(x.Routes(6)); n != 0 {
				t.Errorf("seed %d: %s has %d things left: %v %v", seed, x.Name(), n, x.Links(), x.Sockets())
			}
		}
	}
}

type monkey struct {
	r      *rand.Rand
	w      *world
	stacks []*netsim.Stack
	open   []netsim.Socket
	n      int
}

func (m *monkey) stack() *netsim.Stack { return m.stacks[m.r.IntN(len(m.stacks))] }

func (m *monkey) link() *netsim.Link {
	list := m.stack().Links()
	if len(list) == 0 {
		return nil
	}
	return list[m.r.IntN(len(list))]
}

func (m *monkey) name() string {
	m.n++
	return fmt.Sprint("x", m.n%40)
}

func (m *monkey) addr() netip.Addr {
	if m.r.IntN(3) == 0 {
		return addr(fmt.Sprintf("fd00:%d::%d", m.r.IntN(3), 1+m.r.IntN(6)))
	}
	return addr(fmt.Sprintf("10.0.%d.%d", m.r.IntN(3), 1+m.r.IntN(6)))
}

// act does something; what is refused is refused.
func (m *monkey) act() {
	s, l, r := m.stack(), m.link(), m.r
	if l == nil {
		return
	}
	other := m.link()
	bits := 24
	a := m.addr()
	if a.Is6() {
		bits = 64
	}
	switch r.IntN(30) {
	case 0, 1, 2:
		s.AddVeth(m.name(), m.stack(), m.name())
	case 3:
		s.AddBridge(m.name())
	case 4:
		s.AddMacvlan(m.name(), l, []string{"bridge", "private", "vepa", "passthru"}[r.IntN(4)])
	case 5:
		s.AddIPvlan(m.name(), l, []string{"l2", "l3"}[r.IntN(2)])
	case 6:
		l.Stack().AddVLAN(m.name(), l, uint16(1+r.IntN(3)))
	case 7:
		remote := []netip.Addr{m.addr()}
		s.AddVXLAN(
			m.name(),
			netsim.VXLANConfig{VNI: 1 + r.Uint32N(3), Remote: remote, Proxy: r.IntN(2) == 0, Underlay: m.stack()},
		)
	case 8:
		s.AddDummy(m.name())
	case 9, 10, 11, 12, 13:
		l.Up()
	case 14:
		l.Down()
	case 15, 16, 17:
		l.AddAddr(netip.PrefixFrom(a, bits))
	case 18:
		if list := l.Addrs(); len(list) > 0 {
			l.DelAddr(list[0].Prefix)
		}
	case 19, 20:
		l.SetMaster(other)
	case 21:
		l.MoveTo(s, m.name())
	case 22:
		if l.Kind() != "loopback" {
			l.Delete()
		}
	case 23:
		l.Fault(netsim.Fault{Loss: r.Float64() / 2, Jitter: time.Millisecond})
		l.SetMTU(68 + r.IntN(2000))
	case 24:
		s.AddRoute(netsim.Route{Dst: netip.PrefixFrom(a, bits).Masked(), Gateway: m.addr()})
	case 25:
		s.SetSysctl([]string{
			"net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding", "net.ipv6.conf.all.disable_ipv6",
			"net.ipv4.conf.all.rp_filter",
		}[r.IntN(4)], fmt.Sprint(r.IntN(2)))
	case 26:
		m.rule(s)
	default:
		m.talk(s, a)
	}
}

func (m *monkey) rule(s *netsim.Stack) {
	s.Filter().Iptables(strings.Fields([]string{
		"-t nat -A POSTROUTING -j MASQUERADE", "-t nat -A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.2",
		"-A FORWARD -p udp -j REJECT", "-t nat -F", "-F", "-A INPUT -p tcp -j REJECT --reject-with tcp-reset",
	}[m.r.IntN(6)]))
}

// talk opens sockets, and leaves some of them open.
func (m *monkey) talk(s *netsim.Stack, to netip.Addr) {
	x := m.stack()
	l := x.NewTCP()
	if l.Bind(netip.AddrPortFrom(netip.IPv6Unspecified(), 7)) == nil {
		l.Listen(2)
	}
	c := s.NewTCP()
	c.Connect(netip.AddrPortFrom(to, 7))
	u := s.NewUDP()
	u.SendTo(make([]byte, m.r.IntN(3000)), netip.AddrPortFrom(to, 7))
	p := s.NewPing(to.Is6())
	request := uint8(packet.EchoRequest)
	if to.Is6() {
		request = packet.EchoRequest6
	}
	p.SendTo(packet.ICMP{Type: request}, to, m.r.IntN(3))
	m.w.run(time.Millisecond)
	c.Write(make([]byte, m.r.IntN(100_000)))
	if m.open = append(m.open, c, l, u, p); m.r.IntN(2) == 0 {
		c.Close()
		l.Close()
		u.Close()
		p.Close()
	}
}

// A flood is bounded by what may be on the way, and the log says so without being flooded itself.
func TestFlood(t *testing.T) {
	w := newWorld(t)
	_, c := w.lan(2)
	w.ping(c[0], "10.0.0.3")
	u := c[0].NewUDP()
	last := w.sim.Log.Last()
	for range 100_000 {
		u.SendTo([]byte("flood"), addrPort("10.0.0.3:9"))
	}
	w.run(time.Second)
	rules := w.why(last)
	if n := len(strings.Fields(rules)); n > 200 || !strings.Contains(rules, "net.overload") ||
		!strings.Contains(rules, "net.refused") {
		t.Errorf("%d events: %.300s", n, rules)
	}
	if got := w.ping(c[0], "10.0.0.3"); got != "reply ttl=64" {
		t.Errorf("afterwards: %s", got)
	}
}
