package trace

import (
	"net/netip"

	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// packetOf is how the packet of a hop looks.
func packetOf(h dockernet.Hop) Packet {
	p := h.Frame.IP
	if p == nil {
		return Packet{}
	}
	x := packetOfIP(p)
	x.FromMAC, x.ToMAC, x.State = h.Frame.Src, h.Frame.Dst, h.State
	return x
}

func packetOfIP(p *packet.IP) Packet {
	x := Packet{Proto: p.Proto, TTL: p.TTL}
	var from, to uint16
	switch {
	case p.TCP != nil:
		from, to, x.Flags = p.TCP.SrcPort, p.TCP.DstPort, flags(p.TCP.Flags)
	case p.UDP != nil:
		from, to = p.UDP.SrcPort, p.UDP.DstPort
	case p.ICMP != nil:
		x.Flags = message(p)
	}
	x.From, x.To = netip.AddrPortFrom(p.Src, from), netip.AddrPortFrom(p.Dst, to)
	return x
}

// flags are those of TCP that matter while a connection begins.
func flags(f packet.TCPFlags) string {
	switch {
	case f&packet.RST != 0:
		return "RST"
	case f&packet.SYN != 0 && f&packet.ACK != 0:
		return "SYN ACK"
	case f&packet.SYN != 0:
		return "SYN"
	}
	return "ACK"
}

func message(p *packet.IP) string {
	switch m := p.ICMP; {
	case m.IsError(p.V6()):
		return "unreachable"
	case m.Type == packet.EchoRequest && !p.V6(), m.Type == packet.EchoRequest6 && p.V6():
		return "echo request"
	case m.Type == packet.EchoReply && !p.V6(), m.Type == packet.EchoReply6 && p.V6():
		return "echo reply"
	}
	return "message"
}

// End is an end of a packet as it is written: an address, and a port if there is one.
func End(a netip.AddrPort) string {
	if a.Port() == 0 {
		return a.Addr().String()
	}
	return a.String()
}
