package packet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
)

// Unmarshal reads a frame. Checksums are not looked at, and options that are not modelled are skipped. Fragments and
// IPv4 options are errors.
func Unmarshal(b []byte) (*Frame, error) {
	if len(b) < EthernetSize {
		return nil, short("Ethernet header", EthernetSize, len(b))
	}
	f := &Frame{Dst: MAC(b[:6]), Src: MAC(b[6:12]), Type: EtherType(binary.BigEndian.Uint16(b[12:]))}
	b = b[EthernetSize:]
	if f.Type == TypeVLAN {
		if len(b) < vlanSize {
			return nil, short("VLAN tag", vlanSize, len(b))
		}
		f.VLAN = binary.BigEndian.Uint16(b) & 0xfff
		f.Type = EtherType(binary.BigEndian.Uint16(b[2:]))
		b = b[vlanSize:]
	}
	var err error
	switch f.Type {
	case TypeARP:
		f.ARP, err = unmarshalARP(b)
	case TypeIPv4, TypeIPv6:
		f.IP, err = UnmarshalIP(b)
		if err == nil && f.IP.V6() != (f.Type == TypeIPv6) {
			err = errors.New("the IP version is not the frame's")
		}
	default:
		err = fmt.Errorf("ethertype %#04x is not modelled", uint16(f.Type))
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func short(what string, want, got int) error {
	return fmt.Errorf("%s: %d bytes instead of %d", what, got, want)
}

func unmarshalARP(b []byte) (*ARP, error) {
	if len(b) < arpSize {
		return nil, short("ARP", arpSize, len(b))
	}
	if [6]byte(b[:6]) != [6]byte{0, 1, 8, 0, 6, 4} || b[6] != 0 || b[7] < 1 || b[7] > 2 {
		return nil, errors.New("ARP: not a request or reply for IPv4 on Ethernet")
	}
	return &ARP{
		Reply: b[7] == 2, SenderMAC: MAC(b[8:14]), SenderIP: netip.AddrFrom4([4]byte(b[14:18])),
		TargetMAC: MAC(b[18:24]), TargetIP: netip.AddrFrom4([4]byte(b[24:28])),
	}, nil
}

// UnmarshalIP reads a packet. What is behind its length is left out.
func UnmarshalIP(b []byte) (*IP, error) { return unmarshalIP(b, false) }

// unmarshalIP reads a packet; quoted is one of which an ICMP error may hold only the beginning.
func unmarshalIP(b []byte, quoted bool) (*IP, error) {
	if len(b) == 0 {
		return nil, short("IP", 1, 0)
	}
	var p *IP
	var length int
	var err error
	switch b[0] >> 4 {
	case 4:
		p, length, err = header4(b)
	case 6:
		p, length, err = header6(b)
	default:
		err = fmt.Errorf("IP version %d", b[0]>>4)
	}
	if err != nil {
		return nil, err
	}
	if length > len(b) && !quoted {
		return nil, short("IP packet", length, len(b))
	}
	return p, p.body(b[p.HeaderSize():min(length, len(b))], quoted)
}

func header4(b []byte) (*IP, int, error) {
	if len(b) < ipv4Size {
		return nil, 0, short("IPv4 header", ipv4Size, len(b))
	}
	length, flags := int(binary.BigEndian.Uint16(b[2:])), binary.BigEndian.Uint16(b[6:])
	switch {
	case b[0] != 0x45:
		return nil, 0, errors.New("IPv4 options are not modelled")
	case flags&^flagDF != 0:
		return nil, 0, errors.New("fragments are not modelled")
	case length < ipv4Size:
		return nil, 0, short("IPv4 packet", ipv4Size, length)
	}
	return &IP{
		TOS: b[1], ID: binary.BigEndian.Uint16(b[4:]), DF: flags&flagDF != 0, TTL: b[8], Proto: Proto(b[9]),
		Src: netip.AddrFrom4([4]byte(b[12:16])), Dst: netip.AddrFrom4([4]byte(b[16:20])),
	}, length, nil
}

func header6(b []byte) (*IP, int, error) {
	if len(b) < ipv6Size {
		return nil, 0, short("IPv6 header", ipv6Size, len(b))
	}
	src, dst := netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
	if src.Is4In6() || dst.Is4In6() {
		return nil, 0, errors.New("an IPv4 address in an IPv6 packet")
	}
	return &IP{TOS: b[0]<<4 | b[1]>>4, TTL: b[7], Proto: Proto(b[6]), Src: src, Dst: dst},
		ipv6Size + int(binary.BigEndian.Uint16(b[4:])), nil
}

func (p *IP) body(b []byte, quoted bool) error {
	icmp := ProtoICMP
	if p.V6() {
		icmp = ProtoICMPv6
	}
	var err error
	switch p.Proto {
	case ProtoTCP:
		p.TCP, err = unmarshalTCP(b, quoted)
	case ProtoUDP:
		p.UDP, err = unmarshalUDP(b, quoted)
	case icmp:
		p.ICMP, err = unmarshalICMP(b, p.V6(), quoted)
	default:
		p.Payload = take(b)
	}
	return err
}

// take is a copy, nil if there is nothing.
func take(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return append([]byte(nil), b...)
}

// unmarshalTCP reads a segment. In an ICMP error eight bytes are enough.
func unmarshalTCP(b []byte, quoted bool) (*TCP, error) {
	if len(b) < tcpSize {
		if !quoted || len(b) < 8 {
			return nil, short("TCP header", tcpSize, len(b))
		}
		b = append(append([]byte(nil), b...), make([]byte, tcpSize-len(b))...)
		b[12] = 5 << 4
	}
	t := &TCP{
		SrcPort: binary.BigEndian.Uint16(b), DstPort: binary.BigEndian.Uint16(b[2:]),
		Seq: binary.BigEndian.Uint32(b[4:]), Ack: binary.BigEndian.Uint32(b[8:]),
		Flags: TCPFlags(b[13] & 0x3f), Window: binary.BigEndian.Uint16(b[14:]), WScale: -1,
	}
	size := int(b[12]>>4) * 4
	if size < tcpSize || (size > len(b) && !quoted) {
		return nil, short("TCP header", size, len(b))
	}
	size = min(size, len(b))
	t.readOptions(b[tcpSize:size])
	t.Payload = take(b[size:])
	return t, nil
}

func (t *TCP) readOptions(b []byte) {
	for len(b) > 0 && b[0] != 0 {
		if b[0] == 1 {
			b = b[1:]
			continue
		}
		if len(b) < 2 || b[1] < 2 || int(b[1]) > len(b) {
			return
		}
		switch value := b[2:b[1]]; {
		case b[0] == 2 && len(value) == 2:
			t.MSS = binary.BigEndian.Uint16(value)
		case b[0] == 3 && len(value) == 1 && t.Flags&SYN != 0 && value[0] < 128:
			t.WScale = int8(value[0])
		}
		b = b[b[1]:]
	}
}

func unmarshalUDP(b []byte, quoted bool) (*UDP, error) {
	if len(b) < udpSize {
		return nil, short("UDP header", udpSize, len(b))
	}
	n := int(binary.BigEndian.Uint16(b[4:]))
	if n < udpSize || (n > len(b) && !quoted) {
		return nil, short("UDP datagram", n, len(b))
	}
	return &UDP{
		SrcPort: binary.BigEndian.Uint16(b), DstPort: binary.BigEndian.Uint16(b[2:]),
		Payload: take(b[udpSize:min(n, len(b))]),
	}, nil
}

func unmarshalICMP(b []byte, v6, quoted bool) (*ICMP, error) {
	if len(b) < icmpSize {
		return nil, short("ICMP header", icmpSize, len(b))
	}
	m := &ICMP{Type: b[0], Code: b[1]}
	rest := b[icmpSize:]
	if m.IsError(v6) && !quoted {
		m.MTU = binary.BigEndian.Uint16(b[6:])
		var err error
		m.Inner, err = unmarshalIP(rest, true)
		if err == nil && m.Inner.V6() != v6 {
			err = errors.New("ICMP: an error about a packet of the other family")
		}
		return m, err
	}
	m.ID, m.Seq = binary.BigEndian.Uint16(b[4:]), binary.BigEndian.Uint16(b[6:])
	if m.discovers(v6) {
		return m, m.readDiscovery(rest)
	}
	m.Payload = take(rest)
	return m, nil
}

func (m *ICMP) readDiscovery(b []byte) error {
	if len(b) < 16 {
		return short("neighbour discovery", 16, len(b))
	}
	m.Target = netip.AddrFrom16([16]byte(b[:16]))
	for b = b[16:]; len(b) >= 8; {
		n := int(b[1]) * 8
		if n == 0 || n > len(b) {
			return errors.New("neighbour discovery: a bad option")
		}
		if (b[0] == 1 || b[0] == 2) && n == 8 {
			m.LinkAddr = MAC(b[2:8])
		}
		b = b[n:]
	}
	return nil
}
