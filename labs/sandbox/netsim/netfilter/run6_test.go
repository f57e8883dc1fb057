package netfilter_test

import (
	"testing"

	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// docker6 is what dockerd writes with ip6tables for a network with IPv6.
const docker6 = `*raw
-A PREROUTING -d fd00::2/128 ! -i br-6 -j DROP
COMMIT
*nat
:DOCKER -
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s fd00::/64 ! -o br-6 -j MASQUERADE
-A DOCKER ! -s fe80::/10 ! -i br-6 -p tcp -m tcp --dport 8080 -j DNAT --to-destination [fd00::2]:80
COMMIT
*filter
:FORWARD DROP
-A FORWARD -o br-6 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d fd00::2/128 ! -i br-6 -o br-6 -p tcp -m tcp --dport 80 -j ACCEPT
-A FORWARD -i br-6 -j ACCEPT
-A INPUT -m conntrack --ctstate UNTRACKED -p ipv6-icmp -j ACCEPT
-A INPUT -p udp -j REJECT
-A INPUT -p tcp -j REJECT --reject-with tcp-reset
COMMIT
`

func newHost6(t *testing.T) *host {
	h := newHost(t, "")
	h.addrs = map[string]string{"lo": "::1", "eth0": "2001:db8::2", "br-6": "fd00::1"}
	if p := h.tables.Restore(netfilter.IPv6, nil, docker6, nil); p.Exit != 0 {
		t.Fatal(p.Err)
	}
	return h
}

func ping6(src, dst string, kind uint8, id uint16) *packet.IP {
	return &packet.IP{
		Src: addr(
			src,
		), Dst: addr(dst), Proto: packet.ProtoICMPv6, TTL: 64, ICMP: &packet.ICMP{Type: kind, ID: id, Seq: 1},
	}
}

func TestIPv6IsTranslatedAsIPv4(t *testing.T) {
	h := newHost6(t)
	h.want(
		h.forward(seg("[fd00::2]:4000", "[2001:db8::9]:80", packet.SYN), "br-6", "eth0"),
		"2001:db8::2:4000 > 2001:db8::9:80",
	)
	h.want(h.forward(seg("[2001:db8::9]:80", "[2001:db8::2]:4000", packet.SYN|packet.ACK), "eth0", "br-6"),
		"2001:db8::9:80 > fd00::2:4000")
	h.want(
		h.forward(seg("[2001:db8::9]:5", "[2001:db8::2]:8080", packet.SYN), "eth0", "br-6"),
		"2001:db8::9:5 > fd00::2:80",
	)
	h.want(h.forward(seg("[2001:db8::9]:5", "[fd00::2]:80", packet.SYN), "eth0", "br-6"), "drop by raw/PREROUTING 1")
	h.want(h.forward(ping6("fd00::2", "2001:db8::9", 128, 7), "br-6", "eth0"), "2001:db8::2 > 2001:db8::9")
	h.want(h.forward(ping6("2001:db8::9", "2001:db8::2", 129, 7), "eth0", "br-6"), "2001:db8::9 > fd00::2")
}

func TestIPv6ErrorsAndNeighboursAreKnown(t *testing.T) {
	h := newHost6(t)
	p := dgram("[fd00::2]:5000", "[2001:db8::9]:53")
	h.forward(p, "br-6", "eth0")
	e := netfilter.RejectPort6.Answer(p)
	e.Src = addr("2001:db8::9")
	h.want(h.forward(e, "eth0", "br-6"), "2001:db8::9 > fd00::2 (fd00::2:5000 > 2001:db8::9:53)")
	h.want(h.receive(ping6("fe80::9", "ff02::1:ff00:2", packet.NeighborSolicit, 0), "eth0"), "fe80::9 > ff02::1:ff00:2")
	h.want(h.tables.Ip6tables([]string{"-vS", "INPUT", "1"}).Out,
		"-A INPUT -p ipv6-icmp -m conntrack --ctstate UNTRACKED -c 1 64 -j ACCEPT\n")
	h.want(h.receive(dgram("[2001:db8::9]:1", "[2001:db8::2]:2"), "eth0"), "reject by filter/INPUT 2")
}

func TestAnswersToRefusedPackets(t *testing.T) {
	for _, c := range []struct {
		reject netfilter.Reject
		p      *packet.IP
		want   string
	}{
		{netfilter.RejectAdmin, dgram("1.1.1.1:1", "2.2.2.2:2"), "IP invalid IP > 1.1.1.1: ICMP host 2.2.2.2 " +
			"unreachable - admin prohibited filter, length 36"},
		{netfilter.RejectReset, dgram("1.1.1.1:1", "2.2.2.2:2"), ""},
		{netfilter.RejectReset, seg("1.1.1.1:1", "2.2.2.2:2", packet.RST), ""},
		{netfilter.RejectReset, seg("1.1.1.1:1", "2.2.2.2:2", packet.ACK), "IP 2.2.2.2.2 > 1.1.1.1.1: Flags [R], seq 0, win 0, length 0"},
		{netfilter.RejectPort, netfilter.RejectPort.Answer(dgram("1.1.1.1:1", "2.2.2.2:2")), ""},
		{netfilter.RejectPort, dgram("1.1.1.1:1", "224.0.0.1:2"), ""},
	} {
		got := ""
		if a := c.reject.Answer(c.p); a != nil {
			got = a.String()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.p, got, c.want)
		}
	}
}

func TestAddressTypesOfIPv6(t *testing.T) {
	for _, c := range []struct {
		rule, dst string
		hit       bool
	}{
		{"-m addrtype --dst-type LOCAL", "2001:db8::2", true},
		{"-m addrtype --dst-type UNICAST", "2001:db8::2", true}, // not so for IPv4
		{"-m addrtype --dst-type LOCAL,MULTICAST", "2001:db8::2", false},
		{"-m addrtype --dst-type MULTICAST", "ff02::1", true},
		{"-m addrtype ! --dst-type MULTICAST", "ff02::1", false},
		{"-m addrtype --dst-type BROADCAST", "2001:db8::2", true},
		{"-m addrtype --dst-type UNREACHABLE", "2001:db8::9", false},
	} {
		h := newHost6(t)
		h.tables.Ip6tables([]string{"-F", "INPUT"})
		h.tables.Ip6tables(append([]string{"-A", "INPUT", "-j", "DROP"}, words(c.rule)...))
		got := h.receive(dgram("[2001:db8::7]:1", "["+c.dst+"]:2"), "eth0")
		if (got == "drop by filter/INPUT 1") != c.hit {
			t.Errorf("%s %s: %s", c.rule, c.dst, got)
		}
	}
}
