// Package packet is what travels on a simulated network: frames, and the packets, segments and messages in them, as
// values. They become bytes only where somebody looks at them as bytes, in a capture.
//
// Laws: a frame that was handed over is not changed any more by the one who handed it over; who changes a header copies
// the packet first (Clone). Addresses are netip's, unmapped. Sources: RFC 791, 792, 826, 768, 8200, 4443, 4861, 9293.
package packet

import "net/netip"

// MAC is a hardware address.
type MAC [6]byte

// Broadcast goes to everybody on a link.
func Broadcast() MAC { return MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff} }

// EtherType says what a frame carries.
type EtherType uint16

// Ether types.
const (
	TypeIPv4 EtherType = 0x0800
	TypeARP  EtherType = 0x0806
	TypeVLAN EtherType = 0x8100
	TypeIPv6 EtherType = 0x86dd
)

// Frame is an Ethernet frame: one of ARP and IP is set, as Type says.
type Frame struct {
	Dst, Src MAC
	VLAN     uint16 // 802.1Q id; 0 is untagged
	Type     EtherType
	ARP      *ARP
	IP       *IP
}

// ARP is a question for, or the answer with, a hardware address.
type ARP struct {
	Reply                bool
	SenderMAC, TargetMAC MAC
	SenderIP, TargetIP   netip.Addr
}

// Proto is the protocol in an IP packet, by IANA's number.
type Proto uint8

// Protocols.
const (
	ProtoICMP   Proto = 1
	ProtoTCP    Proto = 6
	ProtoUDP    Proto = 17
	ProtoICMPv6 Proto = 58
	ProtoSCTP   Proto = 132
)

// IP is an IPv4 or IPv6 packet, as its addresses are: one of TCP, UDP and ICMP is set, as Proto says; of anything else
// there is only the Payload.
type IP struct {
	Src, Dst netip.Addr
	Proto    Proto
	TTL      uint8 // hop limit
	TOS      uint8 // traffic class
	ID       uint16
	DF       bool

	TCP     *TCP
	UDP     *UDP
	ICMP    *ICMP
	Payload []byte

	// Of the kernel, not on the wire. They end where the packet leaves the namespace.
	Mark  uint32
	Track any // the connection tracking entry: what netfilter knows about the packet's connection; nil is not looked up
}

// TCP is a segment.
type TCP struct {
	SrcPort, DstPort uint16
	Seq, Ack         uint32
	Flags            TCPFlags
	Window           uint16
	MSS              uint16 // option, in a SYN; 0 is none
	WScale           int8   // option, in a SYN; -1 is none
	Payload          []byte
}

// TCPFlags are a segment's control bits.
type TCPFlags uint8

// Control bits.
const (
	FIN TCPFlags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
)

// UDP is a datagram.
type UDP struct {
	SrcPort, DstPort uint16
	Payload          []byte
}

// ICMP is a message of ICMP or ICMPv6.
type ICMP struct {
	Type, Code uint8
	ID, Seq    uint16     // of an echo
	MTU        uint16     // of "fragmentation needed" and "packet too big"
	Inner      *IP        // what an error is about
	Target     netip.Addr // of neighbour discovery
	LinkAddr   MAC        // option of neighbour discovery
	Payload    []byte     // of an echo
}
