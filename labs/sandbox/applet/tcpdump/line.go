package tcpdump

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// Printer says in a line what a frame is. It knows what went before: numbers of TCP count from the beginning of the
// connection.
type Printer struct {
	Numeric bool                                         // -n: no names
	Links   bool                                         // -e: hardware addresses too
	Host    func(netip.Addr) string                      // what an address is called
	Port    func(port uint16, proto packet.Proto) string // what a port is called
	convs   map[conversation]struct{ seq, ack uint32 }
}

// conversation is the two ends of a connection, the lower first.
type conversation struct{ low, high netip.AddrPort }

// maxConversations is how many connections are remembered at most; then all are forgotten.
const maxConversations = 1 << 14

// Line is what is said of a frame, from the protocol on.
func (p *Printer) Line(f *packet.Frame) string {
	if !p.Links {
		return p.body(f, frameSize(f)-headerSize(f))
	}
	kind, vlan := etherName(f.Type), ""
	if f.VLAN != 0 {
		kind = "802.1Q (0x8100)"
		vlan = fmt.Sprintf("vlan %d, p 0, ethertype %s, ", f.VLAN, etherName(f.Type))
	}
	return fmt.Sprintf("%s > %s, ethertype %s, length %d: %s%s", f.Src, p.station(f.Dst), kind, frameSize(f), vlan,
		p.body(f, frameSize(f)-headerSize(f)))
}

// Cooked is what is said of a frame that passed one of several links: -i any. tcpdump: print-sll.c
func (p *Printer) Cooked(f *packet.Frame, link string, index int, sent bool) string {
	head := fmt.Sprintf("%-5s %-3s ", link, way(f, sent))
	if p.Links {
		head += fmt.Sprintf("ifindex %d %s ethertype %s, length %d: ", index, f.Src, etherName(f.Type),
			frameSize(f)-headerSize(f)+sllSize)
	}
	return head + p.body(f, frameSize(f)-headerSize(f))
}

// sllSize is the length of the header that a frame of -i any has instead of Ethernet's.
const sllSize = 20

// way is how a frame came, or that it went.
func way(f *packet.Frame, sent bool) string {
	switch {
	case sent:
		return "Out"
	case f.Dst == packet.Broadcast():
		return "B"
	case f.Dst.IsMulticast():
		return "M"
	}
	return "In"
}

func frameSize(f *packet.Frame) int { return len(f.Marshal()) }

func headerSize(f *packet.Frame) int {
	if f.VLAN != 0 {
		return 18
	}
	return 14
}

func (p *Printer) station(m packet.MAC) string {
	if m == packet.Broadcast() && !p.Numeric {
		return "Broadcast"
	}
	return m.String()
}

func etherName(t packet.EtherType) string {
	name := "Unknown"
	switch t {
	case packet.TypeARP:
		name = "ARP"
	case packet.TypeIPv4:
		name = "IPv4"
	case packet.TypeIPv6:
		name = "IPv6"
	}
	return fmt.Sprintf("%s (0x%04x)", name, uint16(t))
}

// body is a frame without its hardware's header, whose length is size.
func (p *Printer) body(f *packet.Frame, size int) string {
	switch {
	case f.ARP != nil:
		return p.label("ARP, ") + p.arp(f.ARP) + ", length " + strconv.Itoa(size)
	case f.IP != nil && f.IP.V6():
		return p.label("IP6 ") + p.ip(f.IP)
	case f.IP != nil:
		return p.label("IP ") + p.ip(f.IP)
	}
	return p.label(fmt.Sprintf("ethertype %s, ", etherName(f.Type))) + "length " + strconv.Itoa(size)
}

// label is a protocol's name where the link's header has not said it.
func (p *Printer) label(s string) string {
	if p.Links {
		return ""
	}
	return s
}

func (p *Printer) arp(a *packet.ARP) string {
	if a.Reply {
		return fmt.Sprintf("Reply %s is-at %s", p.Host(a.SenderIP), a.SenderMAC)
	}
	known := ""
	if a.TargetMAC != (packet.MAC{}) {
		known = " (" + p.station(a.TargetMAC) + ")"
	}
	return fmt.Sprintf("Request who-has %s%s tell %s", p.Host(a.TargetIP), known, p.Host(a.SenderIP))
}

func (p *Printer) ip(x *packet.IP) string {
	switch {
	case x.TCP != nil:
		return p.ends(x, x.TCP.SrcPort, x.TCP.DstPort) + p.tcp(x)
	case x.UDP != nil:
		return p.ends(x, x.UDP.SrcPort, x.UDP.DstPort) + p.udp(x.UDP)
	}
	_, rest, _ := strings.Cut(x.String(), ": ")
	return p.Host(x.Src) + " > " + p.Host(x.Dst) + ": " + rest
}

func (p *Printer) ends(x *packet.IP, src, dst uint16) string {
	return p.Host(x.Src) + "." + p.Port(src, x.Proto) + " > " + p.Host(x.Dst) + "." + p.Port(dst, x.Proto) + ": "
}

// tcp is a segment. tcpdump: print-tcp.c
func (p *Printer) tcp(x *packet.IP) string {
	t := *x.TCP
	t.Seq, t.Ack = p.relative(x)
	text := t.String()
	if len(t.Payload) == 0 && t.Flags&(packet.SYN|packet.FIN|packet.RST) == 0 {
		text = strings.Replace(text, fmt.Sprintf(", seq %d", t.Seq), "", 1)
	}
	if len(t.Payload) == 0 {
		return text
	}
	return text + spoken(&t)
}

// relative counts sequence numbers from the beginning of the connection, once both sides' are known.
func (p *Printer) relative(x *packet.IP) (seq, ack uint32) {
	t := x.TCP
	seq, ack = t.Seq, t.Ack
	if t.Flags&packet.ACK == 0 {
		return seq, ack
	}
	src, dst := netip.AddrPortFrom(x.Src, t.SrcPort), netip.AddrPortFrom(x.Dst, t.DstPort)
	c, turned := conversation{src, dst}, src.Compare(dst) > 0
	if turned {
		c = conversation{dst, src}
	}
	known, ok := p.convs[c]
	if !ok || t.Flags&packet.SYN != 0 {
		if p.convs == nil || len(p.convs) >= maxConversations {
			p.convs = map[conversation]struct{ seq, ack uint32 }{}
		}
		known.seq, known.ack = seq, ack-1
		if turned {
			known.seq, known.ack = ack-1, seq
		}
		p.convs[c] = known
		return seq, ack
	}
	if turned {
		return seq - known.ack, ack - known.seq
	}
	return seq - known.seq, ack - known.ack
}

// spoken is what a segment's bytes are, where the port says what is spoken. tcpdump: print-http.c, print.c,
// txtproto_print
func spoken(t *packet.TCP) string {
	on := func(port uint16) bool { return t.SrcPort == port || t.DstPort == port }
	if !on(80) && !on(8080) && !on(3128) {
		return ""
	}
	line, _, _ := strings.Cut(string(t.Payload), "\n")
	line = strings.TrimSuffix(line, "\r")
	if strings.ContainsFunc(line, func(c rune) bool { return c != '\t' && (c < ' ' || c > '~') }) {
		return ": HTTP"
	}
	first, rest, _ := strings.Cut(line, " ")
	switch first {
	case "GET", "PUT", "COPY", "HEAD", "LOCK", "MOVE", "POLL", "POST", "BCOPY", "BMOVE", "MKCOL", "TRACE", "LABEL", "MERGE",
		"DELETE", "SEARCH", "UNLOCK", "REPORT", "UPDATE", "NOTIFY", "BDELETE", "CONNECT", "OPTIONS", "CHECKIN", "PROPFIND",
		"CHECKOUT", "CCM_POST", "SUBSCRIBE", "PROPPATCH", "BPROPFIND", "BPROPPATCH", "UNCHECKOUT", "MKACTIVITY",
		"MKWORKSPACE", "UNSUBSCRIBE", "RPC_CONNECT", "VERSION-CONTROL", "BASELINE-CONTROL":
		return ": HTTP: " + line
	}
	if code, _, _ := strings.Cut(rest, " "); len(code) == 3 && strings.Trim(code, "0123456789") == "" {
		return ": HTTP: " + line
	}
	return ": HTTP"
}

const (
	portDNS   = 53
	portVXLAN = 4789
)

// udp is a datagram. tcpdump: print-udp.c
func (p *Printer) udp(u *packet.UDP) string {
	switch {
	case u.SrcPort == portDNS || u.DstPort == portDNS:
		if m, err := dns.Parse(u.Payload); err == nil {
			return p.dns(&m, len(u.Payload))
		}
	case u.DstPort == portVXLAN && len(u.Payload) > 8:
		if f, err := packet.Unmarshal(u.Payload[8:]); err == nil {
			vni := uint32(u.Payload[4])<<16 | uint32(u.Payload[5])<<8 | uint32(u.Payload[6])
			return fmt.Sprintf("VXLAN, flags [I] (0x%02x), vni %d\n%s", u.Payload[0], vni, p.Line(f))
		}
	}
	return fmt.Sprintf("UDP, length %d", len(u.Payload))
}
