package netsim

import (
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// tcpSender is the sending half of a connection.
type tcpSender struct {
	iss       uint32 // initial sequence number
	una       uint32 // the oldest that is not acknowledged
	nxt       uint32 // the next to be sent
	max       uint32 // behind the last that was ever sent
	out       []byte // what is to be acknowledged, from una (behind the SYN) on
	finQueued bool
	finSent   bool
	finSeq    uint32 // of our FIN

	window   uint32 // what the other side takes
	scale    uint8  // of its windows
	mss      int
	cwnd     int
	ssthresh int
	repeats  int    // acknowledgements of nothing new
	recover  uint32 // loss is being repaired until this is acknowledged
	fixing   bool

	rto          time.Duration
	srtt, rttvar time.Duration
	timedSeq     uint32 // the segment whose round trip is measured
	timedAt      time.Duration
	timing       bool
}

// defaultMSS is what a peer takes that does not say. RFC 9293 3.7.1
const defaultMSS = 536

// seqLess compares sequence numbers, which wrap around.
func seqLess(a, b uint32) bool { return int32(a-b) < 0 }

// open prepares a connection's sequence numbers.
func (t *TCPSocket) open(state tcpState) {
	t.state = state
	t.iss = t.stack.fabric.random.Uint32()
	t.una, t.nxt, t.max = t.iss, t.iss+1, t.iss+1
	t.mss, t.rto = defaultMSS, tcpInitialRTO
	t.ssthresh = 1 << 30
}

// sendSYN sends the first segment, again if need be. flags is 0 or ACK.
func (t *TCPSocket) sendSYN(flags packet.TCPFlags) { t.emit(t.iss, packet.SYN|flags, nil) }

// sendAck acknowledges what has arrived.
func (t *TCPSocket) sendAck() { t.emit(t.nxt, packet.ACK, nil) }

// emit sends a segment. Linux: tcp_transmit_skb
func (t *TCPSocket) emit(seq uint32, flags packet.TCPFlags, data []byte) {
	s := t.stack
	seg := &packet.TCP{
		SrcPort: t.local.Port(), DstPort: t.remote.Port(), Seq: seq, Flags: flags, WScale: -1, Payload: data,
	}
	if flags&packet.ACK != 0 {
		seg.Ack = t.rcvNxt
		t.acked()
	}
	d, err := s.routeOut(t.remote.Addr(), nil)
	if err != nil { // it is sent again
		s.lost(&skb{frame: t.example(), why: t.why, origin: t.origin}, nil, "net.noroute", "there is no route to the other side any more")
		return
	}
	t.offerWindow(seg, &d)
	p := &packet.IP{
		Src: t.tuple.local.Addr(), Dst: t.tuple.remote.Addr(), Proto: packet.ProtoTCP, DF: true,
		TTL: s.ttl(t.options[OptTTL], t.tuple.remote.Addr().Is6()), Mark: uint32(t.options[OptMark]), TCP: seg,
	}
	s.send(d, &skb{frame: packet.Frame{IP: p}, private: true, why: t.why, origin: t.origin}) // EPERM is as if it was lost
}

// offerWindow says how much the receiver takes, and in a SYN what it can.
func (t *TCPSocket) offerWindow(seg *packet.TCP, d *decision) {
	if seg.Flags&packet.SYN == 0 {
		seg.Window = t.advertise()
		return
	}
	mss := t.ownMSS(d)
	seg.MSS = uint16(mss)
	seg.Window = uint16(65535 / mss * mss)
	if seg.Flags&packet.ACK == 0 || t.scaled {
		seg.WScale = tcpScale
	}
	t.edge = t.rcvNxt + uint32(seg.Window)
}

// ownMSS is the largest segment that arrives whole by a way.
func (t *TCPSocket) ownMSS(d *decision) int {
	return min(t.stack.mtuTo(d, t.tuple.remote.Addr())-t.headers(), 65495)
}

func (t *TCPSocket) headers() int {
	if t.tuple.remote.Addr().Is6() {
		return 60
	}
	return 40
}

// learnOptions takes what the other side's SYN says.
func (t *TCPSocket) learnOptions(seg *packet.TCP) {
	t.mss = defaultMSS
	if seg.MSS != 0 {
		t.mss = int(seg.MSS)
	}
	if d, err := t.stack.routeOut(t.remote.Addr(), nil); err == nil {
		t.mss = min(t.mss, t.ownMSS(&d))
	}
	t.mss = max(t.mss, 48) // TCP_MIN_SND_MSS
	t.cwnd = tcpInitialCwnd * t.mss
	if t.scaled = seg.WScale >= 0; t.scaled {
		t.scale = uint8(min(seg.WScale, 14))
	}
	t.window = uint32(seg.Window) // of a SYN it is not scaled
}

// shrinkMSS adapts to a path that takes less than was thought, and sends again.
func (t *TCPSocket) shrinkMSS() {
	d, err := t.stack.routeOut(t.remote.Addr(), nil)
	if err != nil || !t.state.synchronized() {
		return
	}
	if mss := t.ownMSS(&d); mss < t.mss {
		t.mss = max(mss, 48)
		t.goBack()
	}
}

// goBack sends again from the oldest that is not acknowledged.
func (t *TCPSocket) goBack() {
	t.nxt = t.una
	t.timing = false
	t.push()
}

// push sends what both windows allow. Linux: tcp_write_xmit
func (t *TCPSocket) push() {
	if !t.state.synchronized() || t.state == tcpTimeWait {
		return
	}
	limit := min(t.window, uint32(t.cwnd))
	for t.pushOne(limit) {
	}
	if t.nxt != t.una || (len(t.out) > 0 && t.window == 0) {
		if t.timer == nil {
			t.arm(t.rto)
		}
	}
}

// pushOne sends the next segment, if it may be sent.
func (t *TCPSocket) pushOne(limit uint32) bool {
	done, all := t.nxt-t.una, uint32(len(t.out))
	switch {
	case done < all && done < limit:
		n := min(uint32(t.mss), all-done, limit-done)
		flags := packet.ACK
		if done+n == all {
			flags |= packet.PSH
		}
		if t.finQueued && done+n == all {
			flags |= packet.FIN
		}
		t.sendData(t.out[done:done+n:done+n], flags)
	case done == all && t.finQueued && !t.finAcked():
		t.sendData(nil, packet.ACK|packet.FIN)
	default:
		return false
	}
	return true
}

func (t *TCPSocket) sendData(data []byte, flags packet.TCPFlags) {
	t.emit(t.nxt, flags, data)
	t.nxt += uint32(len(data))
	if flags&packet.FIN != 0 {
		t.finSent, t.finSeq = true, t.nxt
		t.nxt++
	}
	if seqLess(t.max, t.nxt) {
		if !t.timing {
			t.timing, t.timedSeq, t.timedAt = true, t.nxt, t.stack.fabric.sim.Elapsed()
		}
		t.max = t.nxt
	}
}

// finAcked reports whether the other side has taken our end.
func (t *TCPSocket) finAcked() bool { return t.finSent && seqLess(t.finSeq, t.una) }

// arm starts the connection's timer anew.
func (t *TCPSocket) arm(d time.Duration) {
	t.timer.Stop()
	t.timer = t.stack.fabric.sim.After(d, t.expire)
}

// expire is the end of the timer: something was not answered, or a state has lasted long enough.
func (t *TCPSocket) expire() {
	t.timer = nil
	switch {
	case t.state == tcpTimeWait || (t.state == tcpFinWait2 && t.orphan):
		t.end()
		return
	case t.state == tcpClosed || t.state == tcpListen:
		return
	}
	if t.retries++; t.retries > t.patience() {
		t.giveUp()
		return
	}
	if t.state != tcpSynSent || t.retries > t.stack.settings.synLinear {
		t.rto = min(2*t.rto, tcpMaxRTO)
	}
	t.repeat()
	t.arm(t.rto)
}

// patience is how often something is sent again. By default a SYN is, after 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67
// seconds, and connect fails after 131. (Before Linux 6.5, or with tcp_syn_linear_timeouts=0: after 1, 3, 7, 15, 31 and
// 63 of 127.)
func (t *TCPSocket) patience() int {
	c := &t.stack.settings
	switch {
	case t.state == tcpSynSent:
		return c.synRetries + c.synLinear
	case t.state == tcpSynReceived:
		return c.synAckRetries
	case t.orphan:
		return tcpOrphanTries
	}
	return c.retries
}

// giveUp ends a connection that is not answered.
func (t *TCPSocket) giveUp() {
	var err error = ETIMEDOUT
	if t.soft != nil {
		err = t.soft
	}
	why := t.stack.event(
		"net.timeout",
		Fate{Frame: t.example(), Why: "it was sent again and again, and nobody answered"},
		t.why, t.origin,
	)
	t.fail(err, why)
}

// example is a frame of the connection, for events that are about none.
func (t *TCPSocket) example() packet.Frame {
	return packet.Frame{Type: packet.TypeIPv4, IP: &packet.IP{
		Src: t.tuple.local.Addr(), Dst: t.tuple.remote.Addr(), Proto: packet.ProtoTCP,
		TCP: &packet.TCP{SrcPort: t.local.Port(), DstPort: t.remote.Port(), Seq: t.una, WScale: -1},
	}}
}

// repeat sends again what was not answered.
func (t *TCPSocket) repeat() {
	switch {
	case t.state == tcpSynSent:
		t.sendSYN(0)
	case t.state == tcpSynReceived:
		t.sendSYN(packet.ACK)
	case t.window == 0 && len(t.out) > 0: // ask whether there is room again; the answer says
		t.emit(t.una-1, packet.ACK, nil)
	default:
		t.ssthresh = max(int(t.nxt-t.una)/2, 2*t.mss)
		t.cwnd = t.mss
		t.fixing, t.repeats = false, 0
		t.goBack()
	}
}

// reset tells the other side that the connection is dead, and ends it.
func (t *TCPSocket) reset() {
	t.emit(t.nxt, packet.RST|packet.ACK, nil)
	t.end()
}

// acknowledge takes an acknowledgement of something new. Linux: tcp_ack
func (t *TCPSocket) acknowledge(ack uint32) {
	n := min(int(ack-t.una), len(t.out))
	t.out = t.out[n:]
	if len(t.out) == 0 {
		t.out = nil
	}
	t.account()
	t.una = ack
	if seqLess(t.nxt, ack) {
		t.nxt = ack
	}
	t.measure(ack)
	t.grow(n)
	t.retries, t.soft = 0, nil
	t.timer.Stop()
	t.timer = nil
	if n > 0 {
		t.wake()
	}
}

// measure learns from a round trip. RFC 6298
func (t *TCPSocket) measure(ack uint32) {
	if t.timing && !seqLess(ack, t.timedSeq) {
		t.timing = false
		r := t.stack.fabric.sim.Elapsed() - t.timedAt
		if t.srtt == 0 {
			t.srtt, t.rttvar = r, r/2
		} else {
			t.rttvar += (abs(t.srtt-r) - t.rttvar) / 4
			t.srtt += (r - t.srtt) / 8
		}
	}
	if t.srtt > 0 {
		t.rto = min(max(t.srtt+4*t.rttvar, tcpMinRTO), tcpMaxRTO)
	}
}

func abs(d time.Duration) time.Duration { return max(d, -d) }

// grow opens the congestion window. RFC 5681, 6582
func (t *TCPSocket) grow(n int) {
	t.repeats = 0
	switch {
	case t.fixing && seqLess(t.una, t.recover): // the next hole
		t.resend()
		return
	case t.fixing:
		t.fixing = false
		t.cwnd = t.ssthresh
	case t.cwnd < t.ssthresh:
		t.cwnd += min(n, t.mss)
	default:
		t.cwnd += max(t.mss*t.mss/t.cwnd, 1)
	}
	t.cwnd = min(t.cwnd, 1<<20)
}

// repeated takes an acknowledgement of nothing new: the third says that a segment was lost.
func (t *TCPSocket) repeated() {
	if t.repeats++; t.repeats != 3 || t.fixing {
		return
	}
	t.stack.event("net.retransmit", Fate{Frame: t.example(), Why: "three acknowledgements say that this is missing"})
	t.ssthresh = max(int(t.nxt-t.una)/2, 2*t.mss)
	t.cwnd = t.ssthresh
	t.fixing, t.recover = true, t.max
	t.resend()
}

// resend sends the oldest segment again.
func (t *TCPSocket) resend() {
	n := min(t.mss, len(t.out), int(t.max-t.una))
	if n <= 0 {
		if t.finSent {
			t.emit(t.una, packet.ACK|packet.FIN, nil)
		}
		return
	}
	t.timing = false
	t.emit(t.una, packet.ACK|packet.PSH, t.out[:n:n])
}
