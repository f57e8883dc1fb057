package packet

import (
	"bytes"
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

func a(s string) netip.Addr { return netip.MustParseAddr(s) }

// examples is a frame of each kind, with what tcpdump says about it.
func examples() []struct {
	says  string
	frame Frame
} {
	v4 := func(p IP) Frame {
		p.Src, p.Dst, p.TTL = a("10.0.0.2"), a("10.0.0.3"), 64
		return Frame{Dst: MAC{2, 0, 0, 0, 0, 3}, Src: MAC{2, 0, 0, 0, 0, 2}, Type: TypeIPv4, IP: &p}
	}
	v6 := func(p IP) Frame {
		p.Src, p.Dst, p.TTL = a("fd00::2"), a("fd00::3"), 64
		return Frame{Dst: MAC{2, 0, 0, 0, 0, 3}, Src: MAC{2, 0, 0, 0, 0, 2}, Type: TypeIPv6, IP: &p}
	}
	datagram := &UDP{SrcPort: 40000, DstPort: 53, Payload: []byte("hello")}
	syn := &TCP{SrcPort: 40000, DstPort: 80, Seq: 7, Flags: SYN, Window: 64240, MSS: 1460, WScale: 7}
	tagged := v4(IP{Proto: ProtoICMP, ICMP: &ICMP{Type: EchoReply, ID: 1, Seq: 2}})
	tagged.VLAN = 10
	return []struct {
		says  string
		frame Frame
	}{
		{
			"ARP, Request who-has 10.0.0.3 tell 10.0.0.2",
			Frame{Dst: Broadcast(), Type: TypeARP, ARP: &ARP{SenderIP: a("10.0.0.2"), TargetIP: a("10.0.0.3")}},
		},
		{
			"ARP, Reply 10.0.0.3 is-at 02:00:00:00:00:03",
			Frame{Type: TypeARP, ARP: &ARP{
				Reply: true, SenderMAC: MAC{2, 0, 0, 0, 0, 3}, SenderIP: a("10.0.0.3"), TargetIP: a("10.0.0.2"),
			}},
		},
		{
			"IP 10.0.0.2 > 10.0.0.3: ICMP echo request, id 5, seq 1, length 64",
			v4(IP{Proto: ProtoICMP, ICMP: &ICMP{Type: EchoRequest, ID: 5, Seq: 1, Payload: make([]byte, 56)}}),
		},
		{"vlan 10, IP 10.0.0.2 > 10.0.0.3: ICMP echo reply, id 1, seq 2, length 8", tagged},
		{
			"IP 10.0.0.2.40000 > 10.0.0.3.80: Flags [S], seq 7, win 64240, options [mss 1460,nop,wscale 7], length 0",
			v4(IP{Proto: ProtoTCP, DF: true, ID: 9, TCP: syn}),
		},
		{
			"IP 10.0.0.2.80 > 10.0.0.3.40000: Flags [P.], seq 1:4, ack 8, win 502, length 3",
			v4(IP{Proto: ProtoTCP, TCP: &TCP{
				SrcPort: 80, DstPort: 40000, Seq: 1, Ack: 8, Flags: PSH | ACK, Window: 502, WScale: -1, Payload: []byte("abc"),
			}}),
		},
		{"IP 10.0.0.2.40000 > 10.0.0.3.53: UDP, length 5", v4(IP{Proto: ProtoUDP, UDP: datagram})},
		{
			"IP 10.0.0.2 > 10.0.0.3: ICMP 10.0.0.2 udp port 53 unreachable, length 41",
			v4(IP{Proto: ProtoICMP, TOS: 0xc0, ICMP: &ICMP{Type: Unreachable, Code: PortUnreachable, Inner: &IP{
				Src: a("10.0.0.3"), Dst: a("10.0.0.2"), TTL: 64, Proto: ProtoUDP, UDP: datagram,
			}}}),
		},
		{
			"IP 10.0.0.2 > 10.0.0.3: ICMP 10.0.0.2 unreachable - need to frag (mtu 1400), length 56",
			v4(IP{Proto: ProtoICMP, ICMP: &ICMP{Type: Unreachable, Code: FragNeeded, MTU: 1400, Inner: &IP{
				Src: a("10.0.0.3"), Dst: a("10.0.0.2"), TTL: 64, Proto: ProtoTCP, TCP: syn,
			}}}),
		},
		{
			"IP6 fd00::2 > fd00::3: ICMP6, neighbor solicitation, who has fd00::3, length 32",
			v6(
				IP{
					Proto: ProtoICMPv6,
					ICMP:  &ICMP{Type: NeighborSolicit, Target: a("fd00::3"), LinkAddr: MAC{2, 0, 0, 0, 0, 2}},
				},
			),
		},
		{
			"IP6 fd00::2 > fd00::3: ICMP6, echo request, id 1, seq 1, length 8",
			v6(IP{Proto: ProtoICMPv6, ICMP: &ICMP{Type: EchoRequest6, ID: 1, Seq: 1}}),
		},
		{"IP6 fd00::2.40000 > fd00::3.53: UDP, length 5", v6(IP{Proto: ProtoUDP, UDP: datagram})},
		{"IP 10.0.0.2 > 10.0.0.3: sctp, length 4", v4(IP{Proto: ProtoSCTP, Payload: []byte("sctp")})},
	}
}

func TestMarshal(t *testing.T) {
	for _, x := range examples() {
		if got := x.frame.String(); got != x.says {
			t.Errorf("it is %q\nwant  %q", got, x.says)
		}
		b := x.frame.Marshal()
		if len(b) != x.frame.Size() {
			t.Errorf("%s: %d bytes, Size says %d", x.says, len(b), x.frame.Size())
		}
		f, err := Unmarshal(b)
		if err != nil {
			t.Errorf("%s: %v", x.says, err)
			continue
		}
		if !reflect.DeepEqual(*f, x.frame) {
			t.Errorf("%s: came back as %s\n%+v\n%+v", x.says, f, f.IP, x.frame.IP)
		}
	}
}

// The sum over a packet with its checksum in place is zero.
func TestChecksums(t *testing.T) {
	for _, x := range examples() {
		p := x.frame.IP
		if p == nil || p.Proto == ProtoSCTP {
			continue
		}
		b := p.Marshal()
		body := b[p.HeaderSize():]
		pseudo := p.pseudo(len(body))
		if p.Proto == ProtoICMP {
			pseudo = 0
		}
		if !p.V6() && checksum(b[:ipv4Size], 0) != 0 || checksum(body, pseudo) != 0 {
			t.Errorf("%s: a checksum is wrong", x.says)
		}
	}
}

// An error quotes only so much of a large packet, and that can be read.
func TestQuotedPackets(t *testing.T) {
	big := &IP{
		Src: a(
			"10.0.0.3",
		), Dst: a("10.0.0.2"), TTL: 64, Proto: ProtoUDP, UDP: &UDP{SrcPort: 1, DstPort: 2, Payload: make([]byte, 1400)},
	}
	e := IP{
		Src: a("10.0.0.2"), Dst: a("10.0.0.3"), TTL: 64, Proto: ProtoICMP,
		ICMP: &ICMP{Type: TimeExceeded, Inner: big},
	}
	b := e.Marshal()
	p, err := UnmarshalIP(b)
	if len(b) != 576 || err != nil || p.ICMP.Inner.UDP.DstPort != 2 {
		t.Errorf("%d bytes, %v, %v", len(b), err, p)
	}
}

func TestClone(t *testing.T) {
	for _, x := range examples() {
		if x.frame.IP == nil {
			continue
		}
		before := x.frame.Marshal()
		c := x.frame.IP.Clone()
		c.Src, c.TTL = a("192.0.2.9"), 1
		switch {
		case c.TCP != nil:
			c.TCP.SrcPort, c.TCP.Flags = 1, RST
		case c.UDP != nil:
			c.UDP.DstPort = 1
		case c.ICMP != nil:
			c.ICMP.ID = 99
			if c.ICMP.Inner != nil {
				c.ICMP.Inner.Dst = a("192.0.2.9")
			}
		}
		if !bytes.Equal(before, x.frame.Marshal()) {
			t.Errorf("%s: changed by what was done to its clone", x.says)
		}
	}
}

func TestParseMAC(t *testing.T) {
	for in, want := range map[string]string{
		"02:42:ac:11:00:02": "02:42:ac:11:00:02", "2:42:AC:11:0:2": "02:42:ac:11:00:02",
		"": "", "02:42:ac:11:00": "", "02:42:ac:11:00:zz": "", "02:42:ac:11:00:002": "",
	} {
		m, ok := ParseMAC(in)
		if ok != (want != "") || (ok && m.String() != want) {
			t.Errorf("%q: %v %v", in, m, ok)
		}
	}
}

// What can be read can be written, and is then read as the same.
func FuzzUnmarshal(f *testing.F) {
	for _, x := range examples() {
		f.Add(x.frame.Marshal())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := Unmarshal(b)
		if err != nil {
			return
		}
		_ = x.String()
		again := x.Marshal()
		if len(again) != x.Size() {
			t.Fatalf("%d bytes, Size says %d: %s", len(again), x.Size(), x)
		}
		y, err := Unmarshal(again)
		if err != nil {
			t.Fatalf("%s: %v", x, err)
		}
		if twice := y.Marshal(); !bytes.Equal(again, twice) {
			t.Fatalf("%s and %s", x, y)
		}
		if strings.ContainsAny(x.String(), "\x00\x1b\n") {
			t.Fatalf("%q", x.String())
		}
	})
}

func BenchmarkMarshal(b *testing.B) {
	f := examples()[5].frame
	f.IP.TCP.Payload = make([]byte, 1400)
	b.SetBytes(int64(f.Size()))
	for b.Loop() {
		f.Marshal()
	}
}
