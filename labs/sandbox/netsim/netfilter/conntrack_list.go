package netfilter

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// Conn is a tracked connection as it is shown.
type Conn struct {
	Family          Family
	Proto           packet.Proto
	Original, Reply Direction
	State           string        // of TCP
	Timeout         time.Duration // until it is forgotten
	Replied         bool
	Assured         bool
	Mark            uint32
	ICMPType        [2]uint8 // of ICMP: the type and code of the request
	DNAT, SNAT      string   // which rules translated it
}

// Direction is how a connection's packets look that go one way.
type Direction struct{ Src, Dst netip.AddrPort }

// Conntrack lists the connections, oldest first.
func (t *Tables) Conntrack(at Local) []Conn {
	if t == nil || t.flows == nil {
		return nil
	}
	var out []Conn
	for f := t.flows.first; f != nil; f = f.next {
		if left := f.expires - at.Now(); left > 0 {
			out = append(out, f.conn(left))
		}
	}
	return out
}

// Forget drops the connections that f picks, and says how many these were.
func (t *Tables) Forget(at Local, pick func(Conn) bool) int {
	if t == nil || t.flows == nil {
		return 0
	}
	n := 0
	var next *flow
	for f := t.flows.first; f != nil; f = next {
		next = f.next
		if left := f.expires - at.Now(); left > 0 && pick(f.conn(left)) {
			t.flows.drop(f)
			n++
		}
	}
	return n
}

func (f *flow) conn(left time.Duration) Conn {
	o, r := f.tuples[0], f.tuples[1]
	c := Conn{
		Family: IPv4, Proto: o.proto, Timeout: left, Mark: f.mark,
		Original: Direction{o.end(manipSrc), o.end(manipDst)}, Reply: Direction{r.end(manipSrc), r.end(manipDst)},
		Replied: f.status&statusReplied != 0, Assured: f.status&statusAssured != 0,
	}
	if o.v6 {
		c.Family = IPv6
	}
	if o.proto == packet.ProtoTCP {
		c.State = f.tcp.state.String()
	}
	if isICMP(o.proto) {
		c.ICMPType = [2]uint8{uint8(o.dport >> 8), uint8(o.dport)}
	}
	if f.status&statusDstNAT != 0 {
		c.DNAT = f.by[manipDst].String()
	}
	if f.status&statusSrcNAT != 0 {
		c.SNAT = f.by[manipSrc].String()
	}
	return c
}

// String is the line of conntrack -L. conntrack-tools: nfct_snprintf
func (c Conn) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-8s %d %d ", c.protoWord(), c.Proto, c.Timeout/time.Second)
	if c.State != "" {
		b.WriteString(c.State + " ")
	}
	c.direction(&b, c.Original, c.ICMPType[0])
	if !c.Replied {
		b.WriteString("[UNREPLIED] ")
	}
	answer, _ := answerType(c.ICMPType[0], c.Family == IPv6)
	c.direction(&b, c.Reply, answer)
	if c.Assured {
		b.WriteString("[ASSURED] ")
	}
	fmt.Fprintf(&b, "mark=%d use=1", c.Mark)
	return b.String()
}

// protoWord is what conntrack calls a protocol.
func (c Conn) protoWord() string {
	switch c.Proto {
	case packet.ProtoICMPv6:
		return "icmpv6"
	case packet.ProtoTCP, packet.ProtoUDP, packet.ProtoICMP, packet.ProtoSCTP:
		return c.Proto.String()
	}
	return "unknown"
}

func (c Conn) direction(b *strings.Builder, d Direction, kind uint8) {
	fmt.Fprintf(b, "src=%s dst=%s ", d.Src.Addr(), d.Dst.Addr())
	switch {
	case hasPorts(c.Proto):
		fmt.Fprintf(b, "sport=%d dport=%d ", d.Src.Port(), d.Dst.Port())
	case isICMP(c.Proto):
		fmt.Fprintf(b, "type=%d code=%d id=%d ", kind, c.ICMPType[1], d.Src.Port())
	}
}
