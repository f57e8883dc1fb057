package dockernet

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/sim"
)

// newTestController is a host that asks 192.168.65.1 for names, as the recorded one.
func newTestController(t *testing.T) *Controller {
	t.Helper()
	return newController(t.Fatal, t.Cleanup)
}

func newController(fatal func(...any), cleanup func(func()), change ...func(*Config)) *Controller {
	s := sim.New(sim.Config{})
	cleanup(s.Close)
	ids := 0
	host := netsim.New(s).NewStack("docker-host")
	eth0, err := host.AddDummy("eth0")
	if err != nil || eth0.AddAddr(netip.MustParsePrefix("192.168.65.3/24")) != nil || eth0.Up() != nil {
		fatal(err)
	}
	c := Config{
		Host: host, NewID: func() string { ids++; return testID(ids) },
		Nameservers: func() []netip.Addr { return []netip.Addr{netip.MustParseAddr("192.168.65.1")} },
	}
	for _, f := range change {
		f(&c)
	}
	return New(c)
}

// testID has its number in front, where bridges take their names from.
func testID(n int) string { return fmt.Sprintf("%012d%052d", n, 0) }

func mustCreate(t testing.TB, c *Controller, o NetworkOptions) *Network {
	t.Helper()
	n, err := c.Create(o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// network is a bridge with the subnets that are asked for, as SUBNET [RANGE [GATEWAY]].
func network(name string, subnets ...string) NetworkOptions {
	o := NetworkOptions{Name: name, EnableIPv4: true}
	for _, s := range subnets {
		f := strings.Fields(s + " - -")
		c := IPAMConfig{Subnet: netip.MustParsePrefix(f[0])}
		if f[1] != "-" {
			c.Range = netip.MustParsePrefix(f[1])
		}
		if f[2] != "-" {
			c.Gateway = netip.MustParseAddr(f[2])
		}
		o.EnableIPv6 = o.EnableIPv6 || c.Subnet.Addr().Is6()
		o.IPAM.Config = append(o.IPAM.Config, c)
	}
	return o
}

func TestDefaultPoolsAreGivenOutInOrder(t *testing.T) {
	c := newTestController(t)
	var got []string
	for i := 0; ; i++ {
		n, err := c.Create(network(fmt.Sprint("n", i)))
		if err != nil {
			if want := "all predefined address pools have been fully subnetted"; err.Error() != want {
				t.Fatalf("%q, want %q", err, want)
			}
			break
		}
		got = append(got, n.Pools[0].Subnet.String())
	}
	// 31 subnets, without docker0's and the one in which the host's name server is
	if len(got) != 29 || got[0] != "172.18.0.0/16" || got[13] != "172.31.0.0/16" || got[14] != "192.168.0.0/20" ||
		got[17] != "192.168.48.0/20" || got[18] != "192.168.80.0/20" || got[28] != "192.168.240.0/20" {
		t.Errorf("%d: %v", len(got), got)
	}
}

func TestTheLowestFreePoolIsTakenAgain(t *testing.T) {
	c := newTestController(t)
	a := mustCreate(t, c, network("a"))
	mustCreate(t, c, network("b"))
	if err := c.Remove(a); err != nil {
		t.Fatal(err)
	}
	if got := mustCreate(t, c, network("d")).Pools[0].Subnet.String(); got != "172.18.0.0/16" {
		t.Error(got)
	}
	if got := mustCreate(t, c, network("e", "0.0.0.0/24")).Pools[0].Subnet.String(); got != "172.20.0.0/24" {
		t.Error(got)
	}
}

func TestPoolsRefuse(t *testing.T) {
	for _, row := range []struct{ before, ask, want string }{
		{"10.10.0.0/24", "10.10.0.0/25", "invalid pool request: Pool overlaps with other one on this address space"},
		{"10.10.0.0/24", "10.10.0.0/16", "invalid pool request: Pool overlaps with other one on this address space"},
		{"10.10.0.0/24", "10.10.0.0/16 10.10.1.0/24", "cannot create network " + testID(5) +
			" (br-000000000005): conflicts with network " + testID(4) + " (br-000000000004): networks have overlapping IPv4"},
		{"", "10.11.0.1/24", "invalid network config:\ninvalid subnet 10.11.0.1/24: it should be 10.11.0.0/24"},
		{"", "10.11.0.0/24 10.11.1.0/23", "invalid network config:\n* invalid ip-range 10.11.1.0/23: CIDR block is bigger than " +
			"its parent subnet 10.11.0.0/24\n* invalid ip-range 10.11.1.0/23: it should be 10.11.0.0/23"},
		{"", "10.12.0.0/24 - 10.13.0.1", "invalid network config:\ninvalid gateway 10.13.0.1: parent subnet 10.12.0.0/24 " +
			"doesn't contain this address"},
		{"", "10.12.0.0/24 - 10.12.0.0", "failed to allocate gateway (10.12.0.0): Address already in use"},
	} {
		t.Run(row.ask, func(t *testing.T) {
			c := newTestController(t)
			if row.before != "" {
				mustCreate(t, c, network("before", row.before))
			}
			_, err := c.Create(network("asked", row.ask))
			if err == nil || err.Error() != row.want {
				t.Errorf("%v\nwant %s", err, row.want)
			}
			if again, err := c.Create(network("again", "10.99.0.0/24")); err == nil && len(again.Pools) != 1 {
				t.Error("a refusal has left something behind")
			}
		})
	}
}

func TestAddressesAreTheLowestFree(t *testing.T) {
	c := newTestController(t)
	for _, row := range []struct{ subnet, want string }{
		{"10.20.0.0/29", "10.20.0.2 10.20.0.3 10.20.0.4 10.20.0.5 10.20.0.6"},
		{"10.8.0.0/30", "10.8.0.2"},
		{"10.7.0.0/31", "10.7.0.1"},
		{"10.12.0.0/24 10.12.0.128/30 10.12.0.254", "10.12.0.128 10.12.0.129 10.12.0.130 10.12.0.131"},
		{"fd00:1::/125", "fd00:1::2 fd00:1::3 fd00:1::4 fd00:1::5 fd00:1::6 fd00:1::7"},
	} {
		o := network(row.subnet, row.subnet)
		o.EnableIPv4 = !o.EnableIPv6
		n := mustCreate(t, c, o)
		var got []string
		for {
			p, err := n.assign(netip.Addr{}, o.EnableIPv6)
			if err != nil {
				break
			}
			got = append(got, p.Addr().String())
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: %v, want %s", row.subnet, got, row.want)
		}
	}
}

// The runs of an address set against a plain list.
func TestAddressSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pool := netip.MustParsePrefix("10.0.0.0/27")
		s, plain := addrSet{pool: pool}, map[netip.Addr]bool{}
		at := func() netip.Addr {
			return netip.AddrFrom4([4]byte{10, 0, 0, byte(rapid.IntRange(0, 31).Draw(t, "host"))})
		}
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			switch a := at(); rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				if s.add(a) == plain[a] {
					t.Fatalf("add %s: taken %v", a, plain[a])
				}
				plain[a] = true
			case 1:
				s.remove(a)
				delete(plain, a)
			default:
				want := pool.Addr()
				for plain[want] {
					want = want.Next()
				}
				got, ok := s.addLowest(pool)
				if ok != pool.Contains(want) || ok && got != want {
					t.Fatalf("lowest %s %v, want %s", got, ok, want)
				}
				if ok {
					plain[got] = true
				}
			}
			part := netip.PrefixFrom(at(), 29).Masked()
			n := uint64(0)
			for a := range plain {
				if part.Contains(a) {
					n++
				}
			}
			if got := s.count(part); got != n {
				t.Fatalf("%d in %s, want %d", got, part, n)
			}
		}
		if !slices.IsSortedFunc(s.runs, func(a, b run) int { return a.last.Compare(b.first) }) {
			t.Fatalf("%v", s.runs)
		}
	})
}
