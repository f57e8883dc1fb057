package dns_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dockerlearn/labs/sandbox/netsim/dns"
)

func TestMessagesSurviveTheWire(t *testing.T) {
	q := dns.Query(4711, "db.app", dns.A)
	answer := q.Answer(
		dns.NoError,
		dns.Record{Name: "db.app", Type: dns.A, TTL: 600, Addr: netip.MustParseAddr("172.18.0.2")},
		dns.Record{Name: "db.app", Type: dns.AAAA, TTL: 600, Addr: netip.MustParseAddr("fd00::2")},
		dns.Record{Name: "www", Type: dns.CNAME, TTL: 60, Target: "db.app"},
		dns.Record{Name: "2.0.18.172.in-addr.arpa", Type: dns.PTR, TTL: 600, Target: "db.app"},
		dns.Record{Name: "app", Type: dns.MX, Pref: 10, Target: "mail.app"},
		dns.Record{Name: "app", Type: dns.TXT, Text: []string{"v=1", "x"}},
		dns.Record{Name: "_http._tcp.app", Type: dns.SRV, Pref: 1, Weight: 2, Port: 80, Target: "web.app"},
		dns.Record{Name: "app", Type: dns.SOA, Target: "ns.app", Mail: "me.app", Times: [5]uint32{1, 2, 3, 4, 5}},
		dns.Record{Name: "app", Type: dns.NS, Target: "ns.app"},
	)
	answer.RecursionAvailable = true
	for _, m := range []dns.Message{q, answer, q.Answer(dns.NXDomain)} {
		b, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		got, err := dns.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		opts := cmp.Options{cmpopts.EquateComparable(netip.Addr{}), cmpopts.EquateEmpty()}
		if diff := cmp.Diff(m, got, opts); diff != "" {
			t.Error(diff)
		}
	}
}

func TestNamesThatCannotBeAsked(t *testing.T) {
	for name, ok := range map[string]bool{
		"web": true, "web.": true, "a.b.c": true, "_x._tcp": true, "": false, ".": false, "a..b": false, ".a": false,
		strings.Repeat("x", 63): true, strings.Repeat("x", 64): false, strings.Repeat("x.", 140) + "x": false,
	} {
		if dns.ValidName(name) != ok {
			t.Errorf("ValidName(%q) = %v", name, !ok)
		}
		q := dns.Query(1, name, dns.A)
		if _, err := q.Pack(); (err == nil) != ok && name != "" && name != "." {
			t.Errorf("Pack of %q: %v", name, err)
		}
	}
}

func TestReverseNames(t *testing.T) {
	for addr, name := range map[string]string{
		"172.18.0.2":    "2.0.18.172.in-addr.arpa",
		"2001:db8:1::2": "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
	} {
		a := netip.MustParseAddr(addr)
		if got := dns.ReverseName(a); got != name {
			t.Errorf("%s: %s", addr, got)
		}
		if got, ok := dns.ReverseAddr(strings.ToUpper(name) + "."); !ok || got != a {
			t.Errorf("%s: %s %v", name, got, ok)
		}
	}
	if _, ok := dns.ReverseAddr("1.2.3.in-addr.arpa"); ok {
		t.Error("three numbers are no address")
	}
}

// A name that was taken for an address is the name of that address and of no other: no labels of several digits or of
// none, no zones.
func FuzzReverseAddr(f *testing.F) {
	zeros := strings.Repeat("0.", 30) + "ip6.arpa"
	for _, name := range []string{"2.0.18.172.in-addr.arpa", "1.0." + zeros, "1%x.0." + zeros, ".00." + zeros, "1.02.3.4.in-addr.arpa"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		a, ok := dns.ReverseAddr(name)
		if again := dns.ReverseName(a); ok && again != strings.ToLower(strings.TrimSuffix(name, ".")) {
			t.Errorf("%q: %s, which is %s", name, a, again)
		}
	})
}

func FuzzParse(f *testing.F) {
	q := dns.Query(1, "web", dns.A)
	b, _ := q.Pack()
	f.Add(b)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := dns.Parse(b)
		if err != nil {
			return
		}
		m.Pack()
	})
}
