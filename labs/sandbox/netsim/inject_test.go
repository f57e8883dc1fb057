package netsim_test

import (
	"net/netip"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// FuzzInjectedFrames: a program that writes to a tunnel's UDP port can put any frame into a network. Nothing panics,
// and what it makes of others' connections ends.
func FuzzInjectedFrames(f *testing.F) {
	seg := func(flags packet.TCPFlags, seq, ack uint32, data string) []byte {
		fr := packet.Frame{Dst: packet.Broadcast(), Src: packet.MAC{2, 9}, Type: packet.TypeIPv4, IP: &packet.IP{
			Src: addr("10.42.0.1"), Dst: addr("10.42.0.2"), TTL: 64, Proto: packet.ProtoTCP, TCP: &packet.TCP{
				SrcPort: 40000, DstPort: 7, Seq: seq, Ack: ack, Flags: flags, Window: 100, WScale: -1, Payload: []byte(data),
			},
		}}
		return fr.Marshal()
	}
	f.Add(seg(packet.SYN, 0, 0, ""), seg(packet.ACK, 1, 1, "hello"))
	f.Add(seg(packet.SYN|packet.ACK, 0, 1, ""), seg(packet.RST, 1, 0, ""))
	f.Add(seg(packet.FIN|packet.ACK, 1<<31, 1<<31, "x"), seg(packet.SYN|packet.FIN, 0, 0, ""))
	arp := packet.Frame{Dst: packet.Broadcast(), Type: packet.TypeARP, ARP: &packet.ARP{TargetIP: addr("10.42.0.2")}}
	f.Add(arp.Marshal(), arp.Marshal())
	nd := packet.Frame{Dst: packet.Broadcast(), Type: packet.TypeIPv6, IP: &packet.IP{
		Src: addr("fe80::9"), Dst: netip.IPv6LinkLocalAllNodes(), TTL: 255, Proto: packet.ProtoICMPv6,
		ICMP: &packet.ICMP{Type: packet.NeighborSolicit, Target: addr("fd00::2"), LinkAddr: packet.MAC{2, 9}},
	}}
	f.Add(nd.Marshal(), nd.Marshal())
	f.Fuzz(func(t *testing.T, one, two []byte) {
		w := newWorld(t)
		a, b := w.NewStack("a"), w.NewStack("b")
		w.tunnel(a, b, func(*netsim.Stack, string) {})
		w.must(b.Link("vx").AddAddr(prefix("fd00::2/64")))
		w.must(b.SetSysctl("net.ipv4.ip_forward", "1"))
		w.echoServer(b, "[::]:7")
		w.dial(a, "10.42.0.2:7", []byte("an honest connection"))
		u := a.NewUDP()
		for _, inner := range [][]byte{one, two, one} {
			u.SendTo(append([]byte{8, 0, 0, 0, 0, 0, 42, 0}, inner...), addrPort("172.30.0.2:4789"))
			w.run(50 * time.Millisecond)
		}
		u.Close()
		w.run(20 * time.Minute)
		w.onlyListeners(a)
	})
}
