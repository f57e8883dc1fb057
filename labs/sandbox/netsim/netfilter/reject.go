package netfilter

import "dockerlearn/labs/sandbox/netsim/packet"

// Reject is the answer to a packet that is refused.
type Reject uint8

// Answers. The names are those of iptables' --reject-with.
const (
	RejectPort Reject = iota // icmp-port-unreachable: of iptables the usual
	RejectNet
	RejectHost
	RejectProto
	RejectNetProhibited
	RejectHostProhibited
	RejectAdmin
	RejectReset
	RejectNoRoute // IPv6 from here
	RejectAdmin6
	RejectAddr6
	RejectPort6
)

// Answer makes the packet that tells the sender, nil where Linux sends none: nobody answers a reset, an ICMP error, or
// what was sent to many. An ICMP error has no source address yet: that is the sending stack's.
func (r Reject) Answer(p *packet.IP) *packet.IP { return r.answer(p) }
