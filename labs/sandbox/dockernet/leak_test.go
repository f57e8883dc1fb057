package dockernet

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// left is everything of the host that networks and containers can leave behind.
func left(c *Controller) string {
	var b strings.Builder
	for _, l := range c.host.Links() {
		fmt.Fprintln(&b, l.Name(), l.Addrs())
	}
	for _, f := range []int{4, 6} {
		fmt.Fprintln(&b, c.host.Routes(f))
	}
	for _, s := range c.host.Sockets() {
		fmt.Fprintln(&b, s.Proto, s.State, s.Local)
	}
	for _, f := range []netfilter.Family{netfilter.IPv4, netfilter.IPv6} {
		b.WriteString(c.host.Filter().Save(f, nil, time.Time{}).Out)
	}
	for _, n := range c.networks {
		fmt.Fprintln(&b, n.Name, len(n.endpoints), len(n.names.names)+len(n.names.addrs))
		for _, p := range n.Pools {
			fmt.Fprintln(&b, p.Subnet, p.subnet.addrs.runs)
		}
	}
	fmt.Fprintln(&b, len(c.ipam.space4.taken), len(c.ipam.space6.taken), len(c.ports.taken))
	return b.String()
}

// Whatever is done in whatever order: when all containers and networks are gone, so is all that they had.
func TestNothingIsLeftBehind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := newLeakTest(t)
		before := left(x.c)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			x.step(t)
		}
		for _, s := range x.boxes {
			s.Close(false)
		}
		for _, n := range x.c.Networks() {
			if !Predefined(n.Name) {
				if err := x.c.Remove(n); err != nil {
					t.Fatal(err)
				}
			}
		}
		x.c.host.Sim().Advance(3 * time.Minute) // connections that end
		if after := left(x.c); after != before {
			t.Fatalf("before:\n%s\nafter:\n%s", before, after)
		}
	})
}

type leakTest struct {
	c     *Controller
	boxes []*Sandbox
	made  int
}

func newLeakTest(t *rapid.T) *leakTest {
	c := newController(t.Fatal, t.Cleanup)
	o := network("warm", "10.99.0.0/24", "fd00:99::/64")
	n, err := c.Create(o) // forwarding and tables that are there from the first time on
	if err != nil {
		t.Fatal(err)
	}
	s := c.NewSandbox(publish("127.0.0.1@8080:80"))
	s.Join(n, EndpointOptions{Name: "warm"})
	s.Join(c.named("bridge"), EndpointOptions{Name: "warm"})
	s.Close(false)
	c.Remove(n)
	return &leakTest{c: c}
}

// step does something that may be refused.
func (x *leakTest) step(t *rapid.T) {
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0:
		x.create(t)
	case 1:
		x.boxes = append(x.boxes, x.c.NewSandbox(x.published(t)))
	case 2, 3:
		if s := x.box(t); s != nil {
			n := rapid.SampledFrom(x.c.networks).Draw(t, "network")
			o := EndpointOptions{Name: fmt.Sprint("c", rapid.IntRange(0, 5).Draw(t, "name")), Priority: rapid.IntRange(0, 1).Draw(t, "priority")}
			if rapid.Bool().Draw(t, "named") {
				o.DNSNames = []string{o.Name}
			}
			s.Join(n, o)
		}
	case 4:
		if s := x.box(t); s != nil && len(s.endpoints) > 0 {
			s.Leave(rapid.SampledFrom(s.endpoints).Draw(t, "endpoint"))
		}
	default:
		x.c.Remove(rapid.SampledFrom(x.c.networks).Draw(t, "removed"))
	}
}

func (x *leakTest) box(t *rapid.T) *Sandbox {
	if len(x.boxes) == 0 {
		return nil
	}
	return rapid.SampledFrom(x.boxes).Draw(t, "box")
}

func (x *leakTest) create(t *rapid.T) {
	x.made++
	o := network(fmt.Sprint("n", x.made))
	o.EnableIPv6 = rapid.Bool().Draw(t, "v6")
	o.Internal = rapid.Bool().Draw(t, "internal")
	o.Driver = rapid.SampledFrom([]string{"bridge", "macvlan", "ipvlan"}).Draw(t, "driver")
	o.Options = map[string]string{
		optICC:          fmt.Sprint(rapid.Bool().Draw(t, "icc")),
		optGatewayMode4: rapid.SampledFrom([]string{"nat", "routed", "nat-unprotected", "isolated"}).Draw(t, "mode"),
	}
	if o.Driver != "bridge" {
		o.Options = map[string]string{"parent": rapid.SampledFrom([]string{"", "eth0", "eth0.7", "nope"}).Draw(t, "parent")}
	}
	x.c.Create(o)
}

func (x *leakTest) published(t *rapid.T) SandboxOptions {
	var specs []string
	for range rapid.IntRange(0, 3).Draw(t, "ports") {
		specs = append(specs, fmt.Sprintf("%d:%d", rapid.IntRange(8000, 8002).Draw(t, "host"), rapid.IntRange(80, 81).Draw(t, "port")))
	}
	o := publish(specs...)
	o.Container = fmt.Sprint("box", len(x.boxes))
	if rapid.Bool().Draw(t, "loopback") {
		for i := range o.Publish {
			o.Publish[i].HostIP = netip.MustParseAddr("127.0.0.1")
		}
	}
	return o
}
