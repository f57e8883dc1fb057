package netfilter

import "dockerlearn/labs/sandbox/netsim/packet"

// Reject is the answer to a packet that is refused.
type Reject uint8

// Answers. What they are called by iptables and nft, and in messages, is in a table below.
const (
	RejectPort Reject = iota // the usual
	RejectNet
	RejectHost
	RejectProto
	RejectNetProhibited
	RejectHostProhibited
	RejectAdmin
	RejectReset
	RejectNoRoute // of IPv6 from here
	RejectAdmin6
	RejectAddr6
	RejectPort6
	RejectPolicy6
	RejectRoute6
)

// rejectForm is how an answer is called and made.
type rejectForm struct {
	reject     Reject
	v6         bool
	name       string // of --reject-with
	alias      string
	nft        string // of reject with icmp or icmpv6; old name
	kind, code uint8
}

func rejectForms() []rejectForm {
	const to4, to6 = packet.Unreachable, packet.Unreachable6
	return []rejectForm{
		{RejectNet, false, "icmp-net-unreachable", "net-unreach", "net-unreachable", to4, 0},
		{RejectHost, false, "icmp-host-unreachable", "host-unreach", "host-unreachable", to4, 1},
		{RejectProto, false, "icmp-proto-unreachable", "proto-unreach", "prot-unreachable", to4, 2},
		{RejectPort, false, "icmp-port-unreachable", "port-unreach", "port-unreachable", to4, 3},
		{RejectNetProhibited, false, "icmp-net-prohibited", "net-prohib", "net-prohibited", to4, 9},
		{RejectHostProhibited, false, "icmp-host-prohibited", "host-prohib", "host-prohibited", to4, 10},
		{RejectReset, false, "tcp-reset", "tcp-rst", "", 0, 0},
		{RejectAdmin, false, "icmp-admin-prohibited", "admin-prohib", "admin-prohibited", to4, 13},
		{RejectNoRoute, true, "icmp6-no-route", "no-route", "no-route", to6, 0},
		{RejectAdmin6, true, "icmp6-adm-prohibited", "adm-prohibited", "admin-prohibited", to6, 1},
		{RejectAddr6, true, "icmp6-addr-unreachable", "addr-unreach", "addr-unreachable", to6, 3},
		{RejectPort6, true, "icmp6-port-unreachable", "port-unreach", "port-unreachable", to6, 4},
		{RejectReset, true, "tcp-reset", "tcp-reset", "", 0, 0},
		{RejectPolicy6, true, "icmp6-policy-fail", "policy-fail", "policy-fail", to6, 5},
		{RejectRoute6, true, "icmp6-reject-route", "reject-route", "reject-route", to6, 6},
	}
}

func (r Reject) form(v6 bool) rejectForm {
	for _, f := range rejectForms() {
		if f.reject == r && f.v6 == v6 {
			return f
		}
	}
	return rejectForm{}
}

func (r Reject) name(v6 bool) string { return r.form(v6).name }

// Answer makes the packet that tells the sender, nil where Linux sends none: nobody answers a reset, an ICMP error, or
// what was sent to many. An ICMP error has no source address yet: that is the sending stack's. Linux: nf_send_reset,
// icmp_send
func (r Reject) Answer(p *packet.IP) *packet.IP {
	switch {
	case p.Dst.IsMulticast() || p.Src.IsUnspecified():
		return nil
	case r == RejectReset:
		return reset(p)
	case p.ICMP != nil && p.ICMP.IsError(p.V6()):
		return nil
	}
	f := r.form(p.V6())
	a := &packet.IP{Dst: p.Src, Proto: packet.ProtoICMP, TTL: 64, Track: p.Track}
	if p.V6() {
		a.Proto = packet.ProtoICMPv6
	} else {
		a.TOS = 0xc0
	}
	quoted := p.Clone()
	quoted.Track, quoted.Mark = nil, 0
	a.ICMP = &packet.ICMP{Type: f.kind, Code: f.code, Inner: quoted}
	return a
}

// reset is the segment that breaks off the connection that another one is for. RFC 9293 3.5.2
func reset(p *packet.IP) *packet.IP {
	in := p.TCP
	if in == nil || in.Flags&packet.RST != 0 {
		return nil
	}
	out := &packet.TCP{SrcPort: in.DstPort, DstPort: in.SrcPort, Flags: packet.RST, WScale: -1}
	if in.Flags&packet.ACK != 0 {
		out.Seq = in.Ack
	} else {
		out.Flags |= packet.ACK
		out.Ack = in.Seq + uint32(len(in.Payload))
		if in.Flags&packet.SYN != 0 {
			out.Ack++
		}
		if in.Flags&packet.FIN != 0 {
			out.Ack++
		}
	}
	a := &packet.IP{Src: p.Dst, Dst: p.Src, Proto: packet.ProtoTCP, TTL: 64, DF: !p.V6(), TCP: out, Track: p.Track}
	return a
}
