package packet

import "encoding/binary"

// Marshal is the frame as it would be on a wire, checksums included, without the frame check sequence.
func (f *Frame) Marshal() []byte {
	b := make([]byte, 0, f.Size())
	b = append(b, f.Dst[:]...)
	b = append(b, f.Src[:]...)
	if f.VLAN != 0 {
		b = binary.BigEndian.AppendUint16(b, uint16(TypeVLAN))
		b = binary.BigEndian.AppendUint16(b, f.VLAN)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(f.Type))
	switch {
	case f.ARP != nil:
		return f.ARP.append(b)
	case f.IP != nil:
		return f.IP.append(b)
	}
	return b
}

// append writes an ARP message for Ethernet and IPv4. RFC 826
func (a *ARP) append(b []byte) []byte {
	b = append(b, 0, 1, 8, 0, 6, 4, 0, 1)
	if a.Reply {
		b[len(b)-1] = 2
	}
	sender, target := a.SenderIP, a.TargetIP
	b = append(b, a.SenderMAC[:]...)
	b = append4(b, sender)
	b = append(b, a.TargetMAC[:]...)
	return append4(b, target)
}

// append4 writes an IPv4 address; one that is not set is 0.0.0.0.
func append4(b []byte, a interface{ AsSlice() []byte }) []byte {
	s := a.AsSlice()
	if len(s) != 4 {
		return append(b, 0, 0, 0, 0)
	}
	return append(b, s...)
}

// Marshal is the packet as it would be in a frame.
func (p *IP) Marshal() []byte { return p.append(make([]byte, 0, p.Size())) }

func (p *IP) append(b []byte) []byte {
	start := len(b)
	if p.V6() {
		b = p.appendHeader6(b)
	} else {
		b = p.appendHeader4(b)
	}
	body := len(b)
	switch {
	case p.TCP != nil:
		b = p.TCP.append(b)
	case p.UDP != nil:
		b = p.UDP.append(b)
	case p.ICMP != nil:
		b = p.ICMP.append(b, p.V6())
	default:
		b = append(b, p.Payload...)
	}
	p.sum(b[body:])
	p.setLength(b[start:])
	return b
}

const flagDF = 0x4000

func (p *IP) appendHeader4(b []byte) []byte {
	b = append(b, 0x45, p.TOS, 0, 0)
	b = binary.BigEndian.AppendUint16(b, p.ID)
	var flags uint16
	if p.DF {
		flags = flagDF
	}
	b = binary.BigEndian.AppendUint16(b, flags)
	b = append(b, p.TTL, byte(p.Proto), 0, 0)
	b = append4(b, p.Src)
	return append4(b, p.Dst)
}

func (p *IP) appendHeader6(b []byte) []byte {
	b = append(b, 0x60|p.TOS>>4, p.TOS<<4, 0, 0, 0, 0, byte(p.Proto), p.TTL)
	src, dst := p.Src.As16(), p.Dst.As16()
	b = append(b, src[:]...)
	return append(b, dst[:]...)
}

// setLength completes the header when the body is there.
func (p *IP) setLength(b []byte) {
	if p.V6() {
		binary.BigEndian.PutUint16(b[4:], uint16(len(b)-ipv6Size))
		return
	}
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	binary.BigEndian.PutUint16(b[10:], checksum(b[:ipv4Size], 0))
}

func (t *TCP) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, t.SrcPort)
	b = binary.BigEndian.AppendUint16(b, t.DstPort)
	b = binary.BigEndian.AppendUint32(b, t.Seq)
	b = binary.BigEndian.AppendUint32(b, t.Ack)
	b = append(b, byte(tcpSize+t.optionSize())/4<<4, byte(t.Flags))
	b = binary.BigEndian.AppendUint16(b, t.Window)
	b = append(b, 0, 0, 0, 0)
	if t.MSS != 0 {
		b = append(b, 2, 4)
		b = binary.BigEndian.AppendUint16(b, t.MSS)
	}
	if t.scales() {
		b = append(b, 1, 3, 3, byte(t.WScale))
	}
	return append(b, t.Payload...)
}

func (u *UDP) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, u.SrcPort)
	b = binary.BigEndian.AppendUint16(b, u.DstPort)
	b = binary.BigEndian.AppendUint16(b, uint16(udpSize+len(u.Payload)))
	b = append(b, 0, 0)
	return append(b, u.Payload...)
}

func (m *ICMP) append(b []byte, v6 bool) []byte {
	b = append(b, m.Type, m.Code, 0, 0)
	switch {
	case m.Inner != nil && v6 && m.Type == PacketTooBig:
		b = binary.BigEndian.AppendUint32(b, uint32(m.MTU))
	case m.Inner != nil:
		b = append(b, 0, 0)
		b = binary.BigEndian.AppendUint16(b, m.MTU)
	default:
		b = binary.BigEndian.AppendUint16(b, m.ID)
		b = binary.BigEndian.AppendUint16(b, m.Seq)
	}
	switch {
	case m.Inner != nil:
		return m.appendInner(b, v6)
	case m.discovers(v6):
		target := m.Target.As16()
		b = append(b, target[:]...)
		if m.LinkAddr != (MAC{}) {
			option := byte(1) // source link-layer address
			if m.Type == NeighborAdvert {
				option = 2
			}
			b = append(b, option, 1)
			b = append(b, m.LinkAddr[:]...)
		}
		return b
	}
	return append(b, m.Payload...)
}

// discovers reports whether the message is one of neighbour discovery's that name a target.
func (m *ICMP) discovers(v6 bool) bool {
	return v6 && (m.Type == NeighborSolicit || m.Type == NeighborAdvert)
}

func (m *ICMP) appendInner(b []byte, v6 bool) []byte {
	inner := m.Inner.Marshal()
	return append(b, inner[:min(len(inner), quoted(v6))]...)
}

// sum writes the checksum of the body.
func (p *IP) sum(body []byte) {
	switch {
	case p.TCP != nil:
		binary.BigEndian.PutUint16(body[16:], checksum(body, p.pseudo(len(body))))
	case p.UDP != nil:
		c := checksum(body, p.pseudo(len(body)))
		if c == 0 {
			c = 0xffff
		}
		binary.BigEndian.PutUint16(body[6:], c)
	case p.ICMP != nil && p.V6():
		binary.BigEndian.PutUint16(body[2:], checksum(body, p.pseudo(len(body))))
	case p.ICMP != nil:
		binary.BigEndian.PutUint16(body[2:], checksum(body, 0))
	}
}

// pseudo is the sum over the pseudo header.
func (p *IP) pseudo(n int) uint32 {
	var sum uint32
	for _, a := range [...][]byte{p.Src.AsSlice(), p.Dst.AsSlice()} {
		for i := 0; i+1 < len(a); i += 2 {
			sum += uint32(a[i])<<8 | uint32(a[i+1])
		}
	}
	return sum + uint32(p.Proto) + uint32(n)
}

// checksum is the Internet's. RFC 1071
func checksum(b []byte, sum uint32) uint16 {
	for len(b) >= 2 {
		sum += uint32(b[0])<<8 | uint32(b[1])
		b = b[2:]
		sum = sum>>16 + sum&0xffff
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
