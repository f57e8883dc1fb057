package netsim

import (
	"net/netip"
	"slices"

	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// tcpReceiver is the receiving half of a connection.
type tcpReceiver struct {
	rcvNxt  uint32 // the next that is expected
	edge    uint32 // behind the last that was offered to be taken
	in      []byte // what is to be read
	ahead   []early
	finSeen bool
	noRead  bool // shut down for reading
	scaled  bool // windows are scaled, in both directions

	heard    int // segments whose acknowledgement is owed
	quick    int // segments that were acknowledged at once, at the beginning
	ackTimer *sim.Timer
}

// early is a segment that arrived before others.
type early struct {
	seq  uint32
	data []byte
	fin  bool
}

// maxAhead bounds the segments that wait for others.
const maxAhead = 256

// tcpInput gives a segment to its connection or listener, or refuses it. Linux: tcp_v4_rcv
func (s *Stack) tcpInput(l *Link, b *skb) {
	p := b.frame.IP
	seg := p.TCP
	tuple := fourTuple{netip.AddrPortFrom(p.Dst, seg.DstPort), netip.AddrPortFrom(p.Src, seg.SrcPort)}
	t := s.tcp.conns[tuple]
	if t != nil && t.state == tcpTimeWait && t.reopens(seg) {
		t.end()
		t = nil
	}
	if t != nil {
		t.segment(b)
		return
	}
	if s.isBroadcast(p.Dst) || p.Dst.IsMulticast() {
		s.lost(b, l, "net.protocol", "TCP is between two: a segment to many is for nobody")
		return
	}
	listener := s.tcpListener(p)
	switch {
	case listener == nil:
		if seg.Flags&(packet.SYN|packet.ACK) == packet.SYN {
			s.lost(b, l, "net.refused", "nothing listens on this TCP port")
		}
		s.refuse(b)
	case seg.Flags&(packet.SYN|packet.ACK|packet.RST) == packet.SYN:
		listener.called(l, b)
	default:
		s.refuse(b)
	}
}

// reopens: a new connection may take the place of one that only waits for stragglers. RFC 6191
func (t *TCPSocket) reopens(seg *packet.TCP) bool {
	return seg.Flags&(packet.SYN|packet.ACK|packet.RST) == packet.SYN && seqLess(t.rcvNxt, seg.Seq)
}

// tcpListener finds who listens on a packet's port, for its address by name before others.
func (s *Stack) tcpListener(p *packet.IP) *TCPSocket {
	var best *TCPSocket
	for _, t := range s.tcp.bound[p.TCP.DstPort] {
		if t.state != tcpListen {
			continue
		}
		switch ok, exact := t.accepts(p.Dst); {
		case exact:
			return t
		case ok && best == nil:
			best = t
		}
	}
	return best
}

// refuse answers a segment that belongs to nothing. RFC 9293 3.10.7.1
func (s *Stack) refuse(b *skb) {
	p := b.frame.IP
	seg := p.TCP
	if seg.Flags&packet.RST != 0 {
		return
	}
	r := &packet.TCP{SrcPort: seg.DstPort, DstPort: seg.SrcPort, Flags: packet.RST, WScale: -1}
	if seg.Flags&packet.ACK != 0 {
		r.Seq = seg.Ack
	} else {
		r.Flags |= packet.ACK
		r.Ack = seg.Seq + segmentLength(seg)
	}
	d, err := s.routeOut(p.Src, linkScope(p.Src, b.in))
	if err != nil {
		return
	}
	answer := &packet.IP{
		Src: p.Dst, Dst: p.Src, Proto: packet.ProtoTCP, TTL: s.ttl(0, p.V6()), DF: true, TCP: r,
	}
	s.send(d, &skb{frame: packet.Frame{IP: answer}, private: true, why: b.why, origin: b.origin, trail: b.trail})
}

// segmentLength is how many sequence numbers a segment takes.
func segmentLength(seg *packet.TCP) uint32 {
	n := uint32(len(seg.Payload))
	if seg.Flags&packet.SYN != 0 {
		n++
	}
	if seg.Flags&packet.FIN != 0 {
		n++
	}
	return n
}

// called is a SYN for a listener. Linux: tcp_conn_request
func (t *TCPSocket) called(l *Link, b *skb) {
	switch {
	case len(t.waiting) > t.backlog:
		t.stack.lost(b, l, "net.backlog", "too many connections wait to be accepted")
		return
	case t.half > max(t.backlog, 8):
		t.stack.lost(b, l, "net.backlog", "too many handshakes are not finished")
		return
	}
	t.stack.step(b, l, "tcp", "a socket listens on the port, and answers", false)
	p := b.frame.IP
	c := t.stack.NewTCP()
	c.options, c.listener, c.origin = t.options, t, b.origin // what it answers follows from the call
	c.local = netip.AddrPortFrom(p.Dst, p.TCP.DstPort)
	c.remote = netip.AddrPortFrom(p.Src, p.TCP.SrcPort)
	if p.Src.IsLinkLocalUnicast() && p.V6() {
		c.remote = netip.AddrPortFrom(p.Src.WithZone(l.name), p.TCP.SrcPort)
		c.local = netip.AddrPortFrom(p.Dst.WithZone(l.name), p.TCP.DstPort)
	}
	c.phase = connected
	c.hold()
	c.know()
	c.open(tcpSynReceived)
	t.half++
	c.rcvNxt = p.TCP.Seq + 1
	c.learnOptions(p.TCP)
	c.sendSYN(packet.ACK)
	c.arm(c.rto)
}

// segment is RFC 9293 3.10.7.3 and 3.10.7.4.
func (t *TCPSocket) segment(b *skb) {
	seg := b.frame.IP.TCP
	if t.state == tcpSynSent {
		t.answerToSYN(b)
		return
	}
	seq, flags, data := seg.Seq, seg.Flags, seg.Payload
	if t.state == tcpSynReceived && flags&packet.SYN != 0 && seq == t.rcvNxt-1 {
		if flags&packet.ACK == 0 { // it did not hear us
			t.sendSYN(packet.ACK)
			return
		}
		seq, flags = seq+1, flags&^packet.SYN // both called at once
	}
	if !t.acceptable(seq, segmentLength(seg)) {
		t.stray(seg)
		return
	}
	switch {
	case flags&packet.RST != 0:
		t.resetBy(b)
		return
	case flags&packet.SYN != 0: // RFC 5961: it may be forged
		t.sendAck()
		return
	case flags&packet.ACK == 0:
		return
	case !t.takeAck(b, seg):
		return
	}
	if len(data) > 0 || flags&packet.FIN != 0 {
		t.takeData(b, seq, data, flags&packet.FIN != 0, flags&packet.PSH != 0)
	}
	if t.state.synchronized() {
		t.push()
	}
}

// stray answers what does not belong into the window, so that the other side learns where we are.
func (t *TCPSocket) stray(seg *packet.TCP) {
	switch {
	case seg.Flags&packet.RST != 0:
	case t.state == tcpSynReceived:
		t.sendSYN(packet.ACK)
	case t.state == tcpTimeWait:
		t.sendAck()
		if seg.Flags&packet.FIN != 0 {
			t.arm(tcpTimeWaitTime)
		}
	default:
		t.sendAck()
	}
}

// acceptable reports whether a segment touches the receive window. RFC 9293 table 6
func (t *TCPSocket) acceptable(seq, length uint32) bool {
	window := t.edge - t.rcvNxt
	if seqLess(t.edge, t.rcvNxt) {
		window = 0
	}
	within := func(x uint32) bool { return x-t.rcvNxt < window }
	switch {
	case length == 0 && window == 0:
		return seq == t.rcvNxt
	case length == 0:
		return within(seq) || seq == t.rcvNxt
	}
	return within(seq) || within(seq+length-1) || (window == 0 && seq == t.rcvNxt)
}

// answerToSYN is what comes back to who connects.
func (t *TCPSocket) answerToSYN(b *skb) {
	seg := b.frame.IP.TCP
	acks := seg.Flags&packet.ACK != 0
	if acks && seg.Ack != t.nxt {
		t.stack.refuse(b)
		return
	}
	switch {
	case seg.Flags&packet.RST != 0:
		if acks {
			t.fail(
				ECONNREFUSED,
				t.stack.event(
					"net.connrefused",
					Fate{Frame: b.frame, Why: "the other side answered with a reset"},
					b.why,
				),
			)
		}
	case seg.Flags&packet.SYN == 0:
	case acks:
		t.stack.step(b, b.in, "tcp", "the answer came: the connection is open", false)
		t.rcvNxt = seg.Seq + 1
		t.learnOptions(seg)
		t.una = seg.Ack
		t.established()
		t.sendAck()
		t.wake()
	default: // both call at once
		t.rcvNxt = seg.Seq + 1
		t.learnOptions(seg)
		t.state = tcpSynReceived
		t.sendSYN(packet.ACK)
	}
}

// established ends the handshake.
func (t *TCPSocket) established() {
	t.state = tcpEstablished
	t.retries, t.rto = 0, tcpInitialRTO
	t.timer.Stop()
	t.timer = nil
	if d, err := t.stack.routeOut(t.remote.Addr(), nil); err == nil && !d.local {
		t.stack.confirm(d.link, d.hop(t.tuple.remote.Addr()))
	}
}

// resetBy is a RST in the window: only one that is exactly right counts. RFC 5961
func (t *TCPSocket) resetBy(b *skb) {
	if b.frame.IP.TCP.Seq != t.rcvNxt {
		t.sendAck()
		return
	}
	err := ECONNRESET
	if t.state == tcpCloseWait {
		err = EPIPE // Linux: tcp_reset
	}
	if t.state == tcpTimeWait || (t.state == tcpSynReceived && t.listener != nil) {
		t.end()
		return
	}
	t.fail(err, t.stack.event("net.connreset", Fate{Frame: b.frame, Why: "the other side reset the connection"}, b.why))
}

// takeAck handles the acknowledgement and the window, and says whether the segment is worth more looking.
func (t *TCPSocket) takeAck(b *skb, seg *packet.TCP) bool {
	ack := seg.Ack
	if t.state == tcpSynReceived && !t.handshakeDone(b, ack) {
		return false
	}
	if seqLess(t.max, ack) { // of what was never sent
		t.sendAck()
		return false
	}
	window := uint32(seg.Window) << t.scale
	switch {
	case seqLess(t.una, ack):
		t.window = window
		t.acknowledge(ack)
	case ack == t.una:
		if window == t.window && t.una != t.max && segmentLength(seg) == 0 {
			t.repeated()
		}
		t.openWindow(window)
	}
	return t.finAcknowledged()
}

// openWindow takes a new window; if it was shut, sending begins anew.
func (t *TCPSocket) openWindow(window uint32) {
	was := t.window
	t.window = window
	if was == 0 && window > 0 || t.window == 0 && len(t.out) > 0 {
		t.retries = 0 // it is there, and says so
	}
	if was == 0 && window > 0 {
		t.timer.Stop()
		t.timer = nil
		t.nxt = t.una
	}
}

// handshakeDone is the last segment of a handshake: the connection can be accepted.
func (t *TCPSocket) handshakeDone(b *skb, ack uint32) bool {
	if ack != t.nxt {
		t.stack.refuse(b)
		return false
	}
	p := t.listener
	if p != nil && len(p.waiting) > p.backlog {
		t.stack.lost(b, b.in, "net.backlog", "too many connections wait to be accepted")
		return false
	}
	t.una = ack
	t.window = uint32(b.frame.IP.TCP.Window) << t.scale
	t.established()
	if p == nil { // both called at once
		t.wake()
		return true
	}
	p.half--
	p.waiting = append(p.waiting, t)
	p.wake()
	return true
}

// finAcknowledged moves on when the other side has taken our end, and says whether the connection still lives.
func (t *TCPSocket) finAcknowledged() bool {
	if !t.finAcked() {
		return true
	}
	switch t.state {
	case tcpFinWait1:
		t.state = tcpFinWait2
		t.timer.Stop()
		t.timer = nil
		if t.orphan {
			t.arm(t.finTime())
		}
		t.wake()
	case tcpClosing:
		t.rest()
	case tcpLastAck:
		t.end()
		return false
	}
	return true
}

// rest begins TIME-WAIT: the last acknowledgement may have been lost.
func (t *TCPSocket) rest() {
	if t.state == tcpTimeWait {
		return
	}
	x := &t.stack.tcp
	if x.timeWait >= tcpMaxTimeWait {
		t.stack.event("net.timewait", Fate{Frame: t.example(), Why: "too many connections are in TIME-WAIT"})
		t.end()
		return
	}
	x.timeWait++
	t.state = tcpTimeWait
	t.out, t.ahead = nil, nil
	t.account()
	t.ackTimer.Stop()
	t.ackTimer = nil
	t.arm(tcpTimeWaitTime)
	t.wake()
}

// takeData takes a segment's bytes, in order. Linux: tcp_data_queue
func (t *TCPSocket) takeData(b *skb, seq uint32, data []byte, fin, push bool) {
	if t.orphan && len(data) > 0 && seqLess(t.rcvNxt, seq+uint32(len(data))+1) {
		t.stack.lost(b, b.in, "net.reset", "data came for a socket that was closed")
		t.reset()
		return
	}
	if seqLess(t.rcvNxt, seq) {
		t.keepAhead(b, early{seq, data, fin})
		t.account()
		t.sendAck() // says again what is missing
		return
	}
	before := t.rcvNxt
	filled := len(t.ahead) > 0
	t.accept(seq, data, fin)
	t.acceptAhead()
	t.account()
	if t.state == tcpTimeWait || filled || fin || push || t.rcvNxt == before || t.quick < 16 {
		t.quick++
		t.sendAck()
		return
	}
	t.oweAck()
}

// oweAck acknowledges every second segment, the odd one after a moment.
func (t *TCPSocket) oweAck() {
	if t.heard++; t.heard >= 2 {
		t.sendAck()
		return
	}
	if t.ackTimer == nil {
		t.ackTimer = t.stack.fabric.sim.After(tcpDelayedAck, func() {
			t.ackTimer = nil
			t.sendAck()
		})
	}
}

// acked notes that an acknowledgement goes out.
func (t *TCPSocket) acked() {
	t.heard = 0
	t.ackTimer.Stop()
	t.ackTimer = nil
}

// keepAhead keeps a segment that arrived before others.
func (t *TCPSocket) keepAhead(b *skb, e early) {
	i, found := slices.BinarySearchFunc(t.ahead, e, func(a, b early) int { return int(int32(a.seq - b.seq)) })
	switch {
	case found && len(t.ahead[i].data) >= len(e.data):
		return
	case len(t.ahead) >= maxAhead:
		t.stack.lost(b, b.in, "net.full", "too many segments wait for one that is missing")
		return
	}
	t.ahead = slices.Insert(t.ahead, i, e)
}

// acceptAhead takes what had arrived too early.
func (t *TCPSocket) acceptAhead() {
	for len(t.ahead) > 0 && !seqLess(t.rcvNxt, t.ahead[0].seq) {
		e := t.ahead[0]
		t.ahead = t.ahead[1:]
		t.accept(e.seq, e.data, e.fin)
	}
}

// accept appends what is new in a segment that begins at or before what is expected.
func (t *TCPSocket) accept(seq uint32, data []byte, fin bool) {
	skip := t.rcvNxt - seq
	if skip > uint32(len(data)) || t.finSeen {
		return
	}
	data = data[skip:]
	if room := t.edge - t.rcvNxt; uint32(len(data)) > room {
		data, fin = data[:room], false
	}
	if !t.noRead {
		t.in = append(t.in, data...)
	}
	t.rcvNxt += uint32(len(data))
	if fin {
		t.rcvNxt++
		t.finSeen = true
		t.otherSideDone()
	}
	if fin || len(data) > 0 {
		t.wake()
	}
}

// otherSideDone: the other side sends nothing more.
func (t *TCPSocket) otherSideDone() {
	switch t.state {
	case tcpEstablished:
		t.state = tcpCloseWait
	case tcpFinWait1:
		t.state = tcpClosing
	case tcpFinWait2:
		t.rest()
	}
}

// advertise is the window to write into a segment. What was offered once is not taken back.
func (t *TCPSocket) advertise() uint16 {
	edge := t.rcvNxt + uint32(t.receiveRoom())
	if seqLess(edge, t.edge) {
		edge = t.edge
	}
	window := edge - t.rcvNxt
	if t.scaled {
		window = window >> tcpScale
		t.edge = t.rcvNxt + window<<tcpScale
		return uint16(min(window, 65535))
	}
	window = min(window, 65535)
	t.edge = t.rcvNxt + window
	return uint16(window)
}

// read takes bytes for the owner, and tells the other side when there is room again.
func (t *TCPSocket) read(b []byte) int {
	n := copy(b, t.in)
	if t.in = t.in[n:]; len(t.in) == 0 {
		t.in = nil
	}
	t.account()
	offered := int(int32(t.edge - t.rcvNxt))
	room := t.receiveRoom()
	if t.state.synchronized() && t.state != tcpTimeWait && !t.finSeen &&
		room-offered >= min(2*t.mss, tcpReceiveSize/2) &&
		offered < tcpReceiveSize/2 {
		t.sendAck()
	}
	return n
}
