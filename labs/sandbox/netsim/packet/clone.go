package packet

// Clone copies the headers, so that they can be rewritten. The payload is shared: nobody writes into one.
func (p *IP) Clone() *IP {
	q := *p
	switch {
	case p.TCP != nil:
		t := *p.TCP
		q.TCP = &t
	case p.UDP != nil:
		u := *p.UDP
		q.UDP = &u
	case p.ICMP != nil:
		m := *p.ICMP
		if m.Inner != nil {
			m.Inner = m.Inner.Clone()
		}
		q.ICMP = &m
	}
	return &q
}

// Header sizes.
const (
	EthernetSize = 14
	vlanSize     = 4
	arpSize      = 28
	ipv4Size     = 20
	ipv6Size     = 40
	tcpSize      = 20
	udpSize      = 8
	icmpSize     = 8
)

// quoted is how much of a packet an ICMP error repeats, headers included. RFC 1812 4.3.2.3, RFC 4443 2.4
const (
	quotedV4 = 576 - ipv4Size - icmpSize
	quotedV6 = 1280 - ipv6Size - icmpSize
)

// V6 reports whether it is an IPv6 packet.
func (p *IP) V6() bool { return p.Src.Is6() }

// HeaderSize is the size of the IP header.
func (p *IP) HeaderSize() int {
	if p.V6() {
		return ipv6Size
	}
	return ipv4Size
}

// Size is the length of the packet on the wire, IP header included.
func (p *IP) Size() int { return p.HeaderSize() + p.bodySize() }

func (p *IP) bodySize() int {
	switch {
	case p.TCP != nil:
		return tcpSize + p.TCP.optionSize() + len(p.TCP.Payload)
	case p.UDP != nil:
		return udpSize + len(p.UDP.Payload)
	case p.ICMP != nil:
		return p.ICMP.size(p.V6())
	}
	return len(p.Payload)
}

// optionSize is the length of a segment's options, padded to words: MSS is 4 bytes, NOP and window scale are 4.
func (t *TCP) optionSize() int {
	n := 0
	if t.MSS != 0 {
		n += 4
	}
	if t.scales() {
		n += 4
	}
	return n
}

// scales reports whether the segment carries the window scale option. Only a SYN can.
func (t *TCP) scales() bool { return t.Flags&SYN != 0 && t.WScale >= 0 }

func (m *ICMP) size(v6 bool) int {
	switch {
	case m.Inner != nil:
		return icmpSize + min(m.Inner.Size(), quoted(v6))
	case v6 && (m.Type == NeighborSolicit || m.Type == NeighborAdvert):
		n := icmpSize + 16
		if m.LinkAddr != (MAC{}) {
			n += 8
		}
		return n
	}
	return icmpSize + len(m.Payload)
}

func quoted(v6 bool) int {
	if v6 {
		return quotedV6
	}
	return quotedV4
}

// Size is the length of the frame on the wire, without the checksum behind it.
func (f *Frame) Size() int {
	n := EthernetSize
	if f.VLAN != 0 {
		n += vlanSize
	}
	switch {
	case f.ARP != nil:
		n += arpSize
	case f.IP != nil:
		n += f.IP.Size()
	}
	return n
}

// Messages of ICMP. RFC 792
const (
	EchoReply      = 0
	Unreachable    = 3
	EchoRequest    = 8
	TimeExceeded   = 11
	ParameterError = 12
)

// Codes of Unreachable.
const (
	NetUnreachable   = 0
	HostUnreachable  = 1
	ProtoUnreachable = 2
	PortUnreachable  = 3
	FragNeeded       = 4
	NetProhibited    = 9
	HostProhibited   = 10
	AdminProhibited  = 13
)

// Messages of ICMPv6. RFC 4443, 4861
const (
	Unreachable6    = 1
	PacketTooBig    = 2
	TimeExceeded6   = 3
	EchoRequest6    = 128
	EchoReply6      = 129
	RouterSolicit   = 133
	RouterAdvert    = 134
	NeighborSolicit = 135
	NeighborAdvert  = 136
)

// Codes of Unreachable6.
const (
	NoRoute6         = 0
	AdminProhibited6 = 1
	AddrUnreachable6 = 3
	PortUnreachable6 = 4
)

// IsError reports whether the message tells of something that went wrong with another packet.
func (m *ICMP) IsError(v6 bool) bool {
	if v6 {
		return m.Type < 128
	}
	switch m.Type {
	case Unreachable, 4, 5, TimeExceeded, ParameterError:
		return true
	}
	return false
}
