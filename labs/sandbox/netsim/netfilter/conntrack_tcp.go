package netfilter

import (
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// tcpState is what a connection's packets tell about it. Linux: enum tcp_conntrack
type tcpState uint8

const (
	tcpNone tcpState = iota
	tcpSynSent
	tcpSynRecv
	tcpEstablished
	tcpFinWait
	tcpCloseWait
	tcpLastAck
	tcpTimeWait
	tcpClose
	tcpSynSent2
	tcpIgnore
	tcpInvalid
)

func (s tcpState) String() string {
	return [...]string{
		"NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE",
		"SYN_SENT2",
	}[s]
}

// timeout is how long a state lasts. Linux: tcp_timeouts
func (s tcpState) timeout() time.Duration {
	seconds := [...]int{0, 120, 60, 432000, 120, 60, 30, 120, 10, 120}
	return time.Duration(seconds[s]) * time.Second
}

// tcpTrack is what is remembered of a TCP connection.
type tcpTrack struct {
	state    tcpState
	last     tcpSign // of the last packet that was followed
	lastBack bool    // it was a reply
	sides    [2]tcpSide
}

// tcpSide is what is remembered of one who sends. Linux: struct ip_ct_tcp_state
type tcpSide struct {
	end     uint32 // the sequence number after what was sent
	begun   bool
	unacked bool // the other side has not confirmed all yet
	closed  bool // it was the first to send a FIN
}

// tcpSign is the kind of a segment. Linux: enum tcp_bit_set
type tcpSign uint8

const (
	signSyn tcpSign = iota
	signSynAck
	signFin
	signAck
	signRst
	signNone
)

func signOf(f packet.TCPFlags) tcpSign {
	switch {
	case f&packet.RST != 0:
		return signRst
	case f&packet.SYN != 0 && f&packet.ACK != 0:
		return signSynAck
	case f&packet.SYN != 0:
		return signSyn
	case f&packet.FIN != 0:
		return signFin
	case f&packet.ACK != 0:
		return signAck
	}
	return signNone
}

// nextTCP is the state that follows, by direction, kind of segment and state. Linux: tcp_conntracks
func nextTCP(back bool, sign tcpSign, from tcpState) tcpState {
	const (
		no = tcpNone
		ss = tcpSynSent
		sr = tcpSynRecv
		es = tcpEstablished
		fw = tcpFinWait
		cw = tcpCloseWait
		la = tcpLastAck
		tw = tcpTimeWait
		cl = tcpClose
		s2 = tcpSynSent2
		ig = tcpIgnore
		iv = tcpInvalid
	)
	there := [...][10]tcpState{
		signSyn:    {ss, ss, ig, ig, ig, ig, ig, ss, ss, s2},
		signSynAck: {iv, iv, sr, iv, iv, iv, iv, iv, iv, sr},
		signFin:    {iv, iv, fw, fw, la, la, la, tw, cl, iv},
		signAck:    {es, iv, es, es, cw, cw, tw, tw, cl, iv},
		signRst:    {iv, cl, cl, cl, cl, cl, cl, cl, cl, cl},
		signNone:   {iv, iv, iv, iv, iv, iv, iv, iv, iv, iv},
	}
	here := [...][10]tcpState{
		signSyn:    {iv, s2, iv, iv, iv, iv, iv, ss, iv, s2},
		signSynAck: {iv, sr, ig, ig, ig, ig, ig, ig, ig, sr},
		signFin:    {iv, iv, fw, fw, la, la, la, tw, cl, iv},
		signAck:    {iv, ig, sr, es, cw, cw, tw, tw, cl, ig},
		signRst:    {iv, cl, cl, cl, cl, cl, cl, cl, cl, cl},
		signNone:   {iv, iv, iv, iv, iv, iv, iv, iv, iv, iv},
	}
	if back {
		return here[sign][from]
	}
	return there[sign][from]
}

// odd reports whether no TCP sends these flags together. Linux: tcp_valid_flags
func odd(f packet.TCPFlags) bool {
	switch f &^ packet.PSH {
	case packet.SYN, packet.SYN | packet.URG, packet.SYN | packet.ACK, packet.RST, packet.RST | packet.ACK,
		packet.FIN | packet.ACK, packet.FIN | packet.ACK | packet.URG, packet.ACK, packet.ACK | packet.URG:
		return false
	}
	return true
}

// begin reports whether a connection may begin with such a segment. One in the middle may: the connection can be older
// than the tracking. Linux: tcp_new, nf_conntrack_tcp_loose
func (c *tcpTrack) begin(f packet.TCPFlags) bool {
	return !odd(f) && nextTCP(false, signOf(f), tcpNone) < tcpIgnore
}

// followTCP moves the state on. Linux: nf_conntrack_tcp_packet
func (f *flow) followTCP(seg *packet.TCP, info relation, now time.Duration) update {
	if odd(seg.Flags) {
		return updateInvalid
	}
	c, back, sign := &f.tcp, info.replies(), signOf(seg.Flags)
	old, next := c.state, nextTCP(back, sign, c.state)
	switch {
	case next == tcpInvalid:
		return updateInvalid
	case next == tcpIgnore:
		c.last, c.lastBack = sign, back
		return updateFine
	case next == tcpSynSent && old >= tcpTimeWait && c.reopens(info.direction()):
		return updateAgain
	}
	c.last, c.lastBack, c.state = sign, back, next
	c.note(seg, info.direction())
	f.expires = now + c.timeout()
	return f.assess(old, sign)
}

// reopens reports whether a SYN belongs to another connection than the one that is over.
func (c *tcpTrack) reopens(dir int) bool {
	return c.sides[1-dir].closed || c.last == signRst && c.lastBack == (dir == 1)
}

// note keeps how far a side has sent, and what the other one has confirmed. Linux: tcp_in_window, without the window
func (c *tcpTrack) note(seg *packet.TCP, dir int) {
	me, other := &c.sides[dir], &c.sides[1-dir]
	end := seg.Seq + uint32(len(seg.Payload))
	if seg.Flags&packet.SYN != 0 {
		end++
	}
	if seg.Flags&packet.FIN != 0 {
		end++
		me.closed = me.closed || c.state == tcpFinWait
	}
	switch {
	case !me.begun:
		me.begun, me.end = true, end
	case int32(end-me.end) > 0:
		me.end, me.unacked = end, true
	}
	if seg.Flags&packet.ACK != 0 && seg.Ack == other.end {
		other.unacked = false
	}
}

// timeoutUnacked is how long data may stay without an answer.
const timeoutUnacked = 300 * time.Second

func (c *tcpTrack) timeout() time.Duration {
	t := c.state.timeout()
	if c.sides[0].unacked || c.sides[1].unacked {
		return min(t, timeoutUnacked)
	}
	return t
}

// assess says that a connection is over whose only answer is a reset, and keeps one from being thrown out when its
// handshake is done.
func (f *flow) assess(old tcpState, sign tcpSign) update {
	if f.status&statusReplied == 0 {
		if sign == signRst {
			return updateOver
		}
		return updateFine
	}
	if (old == tcpSynRecv || old == tcpEstablished) && f.tcp.state == tcpEstablished {
		f.status |= statusAssured
	}
	return updateFine
}
