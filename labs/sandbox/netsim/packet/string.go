package packet

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

func (m MAC) String() string {
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5])
}

// IsMulticast reports whether the address means several receivers; Broadcast is one of these.
func (m MAC) IsMulticast() bool { return m[0]&1 != 0 }

// ParseMAC reads six bytes in hexadecimal with colons between.
func ParseMAC(s string) (m MAC, ok bool) {
	parts := strings.Split(s, ":")
	if len(parts) != len(m) {
		return m, false
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 16, 8)
		if err != nil || len(p) > 2 {
			return m, false
		}
		m[i] = byte(n)
	}
	return m, true
}

func (p Proto) String() string {
	switch p {
	case ProtoICMP:
		return "icmp"
	case ProtoTCP:
		return "tcp"
	case ProtoUDP:
		return "udp"
	case ProtoICMPv6:
		return "ipv6-icmp"
	case ProtoSCTP:
		return "sctp"
	}
	return strconv.Itoa(int(p))
}

// String is the frame in one line, much as tcpdump prints it.
func (f *Frame) String() string {
	s := ""
	if f.VLAN != 0 {
		s = fmt.Sprintf("vlan %d, ", f.VLAN)
	}
	switch {
	case f.ARP != nil:
		return s + f.ARP.String()
	case f.IP != nil:
		return s + f.IP.String()
	}
	return s + fmt.Sprintf("ethertype %#04x", uint16(f.Type))
}

func (a *ARP) String() string {
	if a.Reply {
		return fmt.Sprintf("ARP, Reply %s is-at %s", a.SenderIP, a.SenderMAC)
	}
	return fmt.Sprintf("ARP, Request who-has %s tell %s", a.TargetIP, a.SenderIP)
}

func (p *IP) String() string {
	name := "IP"
	if p.V6() {
		name = "IP6"
	}
	switch {
	case p.TCP != nil:
		return fmt.Sprintf("%s %s > %s: %s", name, dotted(p.Src, p.TCP.SrcPort), dotted(p.Dst, p.TCP.DstPort), p.TCP)
	case p.UDP != nil:
		return fmt.Sprintf("%s %s > %s: UDP, length %d", name,
			dotted(p.Src, p.UDP.SrcPort), dotted(p.Dst, p.UDP.DstPort), len(p.UDP.Payload))
	case p.ICMP != nil:
		return fmt.Sprintf("%s %s > %s: %s", name, p.Src, p.Dst, p.ICMP.text(p.V6()))
	}
	return fmt.Sprintf("%s %s > %s: %s, length %d", name, p.Src, p.Dst, p.Proto, len(p.Payload))
}

func dotted(a netip.Addr, port uint16) string { return a.String() + "." + strconv.Itoa(int(port)) }

func (t *TCP) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Flags [%s], seq %d", t.Flags, t.Seq)
	if len(t.Payload) > 0 {
		fmt.Fprintf(&b, ":%d", t.Seq+uint32(len(t.Payload)))
	}
	if t.Flags&ACK != 0 {
		fmt.Fprintf(&b, ", ack %d", t.Ack)
	}
	fmt.Fprintf(&b, ", win %d", t.Window)
	if options := t.options(); options != "" {
		fmt.Fprintf(&b, ", options [%s]", options)
	}
	fmt.Fprintf(&b, ", length %d", len(t.Payload))
	return b.String()
}

func (t *TCP) options() string {
	var list []string
	if t.MSS != 0 {
		list = append(list, fmt.Sprintf("mss %d", t.MSS))
	}
	if t.scales() {
		list = append(list, "nop", fmt.Sprintf("wscale %d", t.WScale))
	}
	return strings.Join(list, ",")
}

// String is the flags as tcpdump writes them: S, F, P, R, U and a dot for ACK.
func (f TCPFlags) String() string {
	var b strings.Builder
	for _, x := range [...]struct {
		bit  TCPFlags
		name byte
	}{{FIN, 'F'}, {SYN, 'S'}, {RST, 'R'}, {PSH, 'P'}, {ACK, '.'}, {URG, 'U'}} {
		if f&x.bit != 0 {
			b.WriteByte(x.name)
		}
	}
	if b.Len() == 0 {
		return "none"
	}
	return b.String()
}

func (m *ICMP) text(v6 bool) string {
	if v6 {
		return "ICMP6, " + m.text6()
	}
	n := ", length " + strconv.Itoa(m.size(false))
	switch m.Type {
	case EchoRequest:
		return fmt.Sprintf("ICMP echo request, id %d, seq %d%s", m.ID, m.Seq, n)
	case EchoReply:
		return fmt.Sprintf("ICMP echo reply, id %d, seq %d%s", m.ID, m.Seq, n)
	case TimeExceeded:
		return "ICMP time exceeded in-transit" + n
	case Unreachable:
		return "ICMP " + m.unreachable() + n
	}
	return fmt.Sprintf("ICMP type-#%d%s", m.Type, n)
}

// unreachable says what an error is about. tcpdump: print-icmp.c
func (m *ICMP) unreachable() string {
	if m.Inner == nil {
		return fmt.Sprintf("unreachable, code %d", m.Code)
	}
	dst := m.Inner.Dst.String()
	switch m.Code {
	case NetUnreachable:
		return "net " + dst + " unreachable"
	case HostUnreachable:
		return "host " + dst + " unreachable"
	case ProtoUnreachable:
		return fmt.Sprintf("%s protocol %d unreachable", dst, m.Inner.Proto)
	case PortUnreachable:
		switch {
		case m.Inner.UDP != nil:
			return fmt.Sprintf("%s udp port %d unreachable", dst, m.Inner.UDP.DstPort)
		case m.Inner.TCP != nil:
			return fmt.Sprintf("%s tcp port %d unreachable", dst, m.Inner.TCP.DstPort)
		}
		return dst + " protocol " + m.Inner.Proto.String() + " port unreachable"
	case FragNeeded:
		return fmt.Sprintf("%s unreachable - need to frag (mtu %d)", dst, m.MTU)
	case NetProhibited:
		return "net " + dst + " unreachable - admin prohibited"
	case HostProhibited:
		return "host " + dst + " unreachable - admin prohibited"
	case AdminProhibited:
		return "host " + dst + " unreachable - admin prohibited filter"
	}
	return fmt.Sprintf("%s unreachable - #%d", dst, m.Code)
}

// text6 is tcpdump's print-icmp6.c.
func (m *ICMP) text6() string {
	n := ", length " + strconv.Itoa(m.size(true))
	switch m.Type {
	case EchoRequest6:
		return fmt.Sprintf("echo request, id %d, seq %d%s", m.ID, m.Seq, n)
	case EchoReply6:
		return fmt.Sprintf("echo reply, id %d, seq %d%s", m.ID, m.Seq, n)
	case NeighborSolicit:
		return fmt.Sprintf("neighbor solicitation, who has %s%s", m.Target, n)
	case NeighborAdvert:
		return fmt.Sprintf("neighbor advertisement, tgt is %s%s", m.Target, n)
	case TimeExceeded6:
		return "time exceeded in-transit" + n
	case PacketTooBig:
		return fmt.Sprintf("packet too big, mtu %d%s", m.MTU, n)
	case Unreachable6:
		return m.unreachable6() + n
	}
	return fmt.Sprintf("type-#%d%s", m.Type, n)
}

func (m *ICMP) unreachable6() string {
	if m.Inner == nil {
		return fmt.Sprintf("destination unreachable, code %d", m.Code)
	}
	dst := m.Inner.Dst.String()
	switch m.Code {
	case NoRoute6:
		return "destination unreachable, unreachable route " + dst
	case AdminProhibited6:
		return "destination unreachable, unreachable prohibited " + dst
	case AddrUnreachable6:
		return "destination unreachable, unreachable address " + dst
	case PortUnreachable6:
		switch {
		case m.Inner.UDP != nil:
			return fmt.Sprintf("destination unreachable, unreachable port, %s udp port %d", dst, m.Inner.UDP.DstPort)
		case m.Inner.TCP != nil:
			return fmt.Sprintf("destination unreachable, unreachable port, %s tcp port %d", dst, m.Inner.TCP.DstPort)
		}
	}
	return fmt.Sprintf("destination unreachable, unknown code (%d) %s", m.Code, dst)
}
