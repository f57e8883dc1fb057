package netsim

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// VXLANConfig is a tunnel as asked for.
type VXLANConfig struct {
	VNI      uint32
	Local    netip.Addr   // of the outer packets; zero: as the route says
	Remote   []netip.Addr // where frames go whose receiver is unknown; none: they are dropped (l2miss)
	Port     uint16       // 0 is 4789
	Proxy    bool         // answer ARP from the neighbour table instead of sending it on
	Underlay *Stack       // whose routes the outer packets take; nil is the link's own namespace
}

// vxlan is a tunnel for frames in UDP datagrams. RFC 7348; Linux: drivers/net/vxlan
type vxlan struct {
	link   *Link
	config VXLANConfig
	fdb    map[packet.MAC]*vtep
	order  []*vtep
}

// vtep is behind which other end of the tunnel an address is.
type vtep struct {
	mac    packet.MAC
	remote netip.Addr
	seen   time.Duration
	static bool
}

const (
	vxlanPort       = 4789
	vxlanHeaderSize = 8
	vxlanOverhead   = 50 // Ethernet, IPv4, UDP and its own header
	vxlanFlagVNI    = 0x08
)

// AddVXLAN makes a tunnel for frames over UDP.
func (s *Stack) AddVXLAN(name string, c VXLANConfig) (*Link, error) {
	if err := s.newName(name); err != nil {
		return nil, err
	}
	if c.Underlay == nil {
		c.Underlay = s
	}
	if c.Port == 0 {
		c.Port = vxlanPort
	}
	if c.VNI == 0 || c.VNI >= 1<<24 {
		return nil, ERANGE
	}
	for _, d := range c.Underlay.tunnels {
		if d.config.VNI == c.VNI && d.config.Port == c.Port {
			return nil, EEXIST
		}
	}
	d := &vxlan{config: c, fdb: map[packet.MAC]*vtep{}}
	d.link = s.newLink(name, d)
	d.link.mtu = defaultMTU - vxlanOverhead
	c.Underlay.tunnels = append(c.Underlay.tunnels, d)
	return d.link, nil
}

// VXLAN is the configuration of a tunnel.
func (l *Link) VXLAN() (VXLANConfig, bool) {
	if d, ok := l.device.(*vxlan); ok {
		return d.config, true
	}
	return VXLANConfig{}, false
}

func (*vxlan) kind() string       { return "vxlan" }
func (*vxlan) carrier(*Link) bool { return true }

func (d *vxlan) removed(*Link) {
	u := d.config.Underlay
	u.tunnels = slices.DeleteFunc(u.tunnels, func(x *vxlan) bool { return x == d })
}

// transmit sends a frame through the tunnel. Linux: vxlan_xmit
func (d *vxlan) transmit(l *Link, b *skb) {
	if d.config.Proxy && d.answer(l, b) {
		return
	}
	if e := d.known(b.frame.Dst); e != nil {
		d.encapsulate(b, e.remote)
		return
	}
	if len(d.config.Remote) == 0 {
		l.stats.TxDropped++
		l.stack.lost(b, l, "net.l2miss", "no other end of the tunnel is known to have this address")
		return
	}
	for _, to := range d.config.Remote {
		d.encapsulate(b, to)
	}
}

func (d *vxlan) known(m packet.MAC) *vtep {
	e := d.fdb[m]
	if e != nil && !e.static && d.now()-e.seen >= fdbAgeing {
		return nil
	}
	return e
}

func (d *vxlan) now() time.Duration { return d.link.stack.fabric.sim.Elapsed() }

// answer replies to a question for a neighbour that is known, and keeps all others from the tunnel. Linux: arp_reduce
func (d *vxlan) answer(l *Link, b *skb) bool {
	f := &b.frame
	switch {
	case f.ARP != nil && !f.ARP.Reply:
		return d.answerARP(l, b)
	case f.IP != nil && f.IP.ICMP != nil && f.IP.V6() && f.IP.ICMP.Type == packet.NeighborSolicit:
		return d.answerND(l, b)
	}
	return false
}

func (d *vxlan) answerARP(l *Link, b *skb) bool {
	q := b.frame.ARP
	n := l.stack.neighbours[neighbourKey{l, q.TargetIP}]
	if n == nil || n.state == incomplete || n.state == failed {
		l.stack.lost(b, l, "net.l3miss", "the tunnel answers ARP itself and does not know this address")
		return true
	}
	l.stack.step(b, l, "vxlan", "the tunnel answers itself", false)
	l.stack.fabric.carry(
		l,
		&skb{why: b.why, origin: b.origin, frame: packet.Frame{Dst: q.SenderMAC, Src: n.mac, Type: packet.TypeARP, ARP: &packet.ARP{
			Reply: true, SenderMAC: n.mac, SenderIP: q.TargetIP, TargetMAC: q.SenderMAC, TargetIP: q.SenderIP,
		}}},
	)
	return true
}

func (d *vxlan) answerND(l *Link, b *skb) bool {
	p := b.frame.IP
	n := l.stack.neighbours[neighbourKey{l, p.ICMP.Target}]
	if n == nil || n.state == incomplete || n.state == failed {
		l.stack.lost(b, l, "net.l3miss", "the tunnel answers solicitations itself and does not know this address")
		return true
	}
	m := packet.ICMP{
		Type: packet.NeighborAdvert, Target: p.ICMP.Target, LinkAddr: n.mac, ID: (advertSolicited | advertOverride) << 8,
	}
	if n.router {
		m.ID |= advertRouter << 8
	}
	l.stack.fabric.carry(l, &skb{why: b.why, origin: b.origin, frame: packet.Frame{
		Dst: b.frame.Src, Src: n.mac, Type: packet.TypeIPv6,
		IP: &packet.IP{Src: p.ICMP.Target, Dst: p.Src, Proto: packet.ProtoICMPv6, TTL: 255, ICMP: &m},
	}})
	return true
}

// encapsulate sends a frame in a datagram by the underlay's routes.
func (d *vxlan) encapsulate(b *skb, to netip.Addr) {
	u := d.config.Underlay
	way, err := u.routeOut(to, nil)
	src, ok := d.config.Local, true
	if err == nil && !src.IsValid() {
		src, ok = u.sourceOf(&way, to)
	}
	if err != nil || !ok {
		d.link.stack.lost(b, d.link, "net.noroute", "the underlay has no route to the other end of the tunnel")
		return
	}
	body := make([]byte, vxlanHeaderSize, vxlanHeaderSize+b.frame.Size())
	body[0] = vxlanFlagVNI
	binary.BigEndian.PutUint32(body[4:], d.config.VNI<<8)
	body = append(body, b.frame.Marshal()...)
	p := &packet.IP{
		Src: src, Dst: to, Proto: packet.ProtoUDP, TTL: u.ttl(0, to.Is6()),
		UDP: &packet.UDP{SrcPort: flowPort(&b.frame), DstPort: d.config.Port, Payload: body},
	}
	d.link.stack.step(b, d.link, "vxlan", "into the tunnel", false)
	u.send(way, &skb{frame: packet.Frame{IP: p}, private: true, why: b.why, origin: b.origin, trail: b.trail})
}

// flowPort is the same for all frames of a flow, so that its frames stay in order. Linux: udp_flow_src_port
func flowPort(f *packet.Frame) uint16 {
	h := uint32(2166136261)
	mix := func(bytes ...byte) {
		for _, x := range bytes {
			h = (h ^ uint32(x)) * 16777619
		}
	}
	mix(f.Src[:]...)
	mix(f.Dst[:]...)
	if p := f.IP; p != nil {
		mix(p.Src.AsSlice()...)
		mix(p.Dst.AsSlice()...)
		switch {
		case p.TCP != nil:
			mix(byte(p.TCP.SrcPort>>8), byte(p.TCP.SrcPort), byte(p.TCP.DstPort>>8), byte(p.TCP.DstPort))
		case p.UDP != nil:
			mix(byte(p.UDP.SrcPort>>8), byte(p.UDP.SrcPort), byte(p.UDP.DstPort>>8), byte(p.UDP.DstPort))
		}
	}
	return uint16(32768 + h%(60999-32768+1))
}

// tunnelInput takes a datagram out of its tunnel, and says whether it was one's. Linux: vxlan_rcv
func (s *Stack) tunnelInput(b *skb) bool {
	u := b.frame.IP.UDP
	mine := false
	for _, d := range s.tunnels {
		if d.config.Port != u.DstPort {
			continue
		}
		mine = true
		if len(u.Payload) < vxlanHeaderSize || u.Payload[0]&vxlanFlagVNI == 0 {
			break
		}
		if binary.BigEndian.Uint32(u.Payload[4:])>>8 == d.config.VNI {
			d.decapsulate(b)
			return true
		}
	}
	if mine {
		s.lost(b, b.in, "net.vni", "no tunnel here has this VNI")
	}
	return mine
}

func (d *vxlan) decapsulate(b *skb) {
	p := b.frame.IP
	f, err := packet.Unmarshal(p.UDP.Payload[vxlanHeaderSize:])
	if err != nil {
		d.link.stack.lost(b, d.link, "net.malformed", "what is in the tunnel is no frame")
		return
	}
	d.learn(f.Src, p.Src)
	inner := &skb{frame: *f, why: b.why, origin: b.origin, trail: b.trail, hops: b.hops}
	d.link.stack.step(inner, d.link, "vxlan", "out of the tunnel", false)
	d.link.stack.fabric.carry(d.link, inner)
}

// learn notes behind which other end a sender is.
func (d *vxlan) learn(m packet.MAC, remote netip.Addr) {
	e := d.fdb[m]
	switch {
	case e == nil && len(d.order) < maxLearned:
		d.add(&vtep{mac: m, remote: remote, seen: d.now()})
	case e != nil && !e.static:
		e.remote, e.seen = remote, d.now()
	}
}

func (d *vxlan) add(e *vtep) {
	if old := d.fdb[e.mac]; old != nil {
		d.order = slices.DeleteFunc(d.order, func(x *vtep) bool { return x == old })
	}
	d.fdb[e.mac] = e
	d.order = append(d.order, e)
}

func (d *vxlan) addStatic(m packet.MAC, remote netip.Addr) error {
	if !remote.IsValid() {
		return EINVAL
	}
	d.add(&vtep{mac: m, remote: remote, static: true})
	return nil
}

func (d *vxlan) remove(m packet.MAC) error {
	e := d.fdb[m]
	if e == nil {
		return ENOENT
	}
	delete(d.fdb, m)
	d.order = slices.DeleteFunc(d.order, func(x *vtep) bool { return x == e })
	return nil
}

func (d *vxlan) entries(l *Link) []FDBEntry {
	var list []FDBEntry
	for _, e := range d.order {
		if d.known(e.mac) == nil {
			continue
		}
		x := FDBEntry{MAC: e.mac, Port: l, Remote: e.remote, Static: e.static}
		if !e.static {
			x.Age = d.now() - e.seen
		}
		list = append(list, x)
	}
	return list
}
