package netsim

import (
	"net/netip"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// tcpState is a connection's state. RFC 9293 3.3.2
type tcpState uint8

const (
	tcpClosed tcpState = iota
	tcpListen
	tcpSynSent
	tcpSynReceived
	tcpEstablished
	tcpFinWait1
	tcpFinWait2
	tcpCloseWait
	tcpClosing
	tcpLastAck
	tcpTimeWait
)

// String is the state as ss(8) writes it.
func (x tcpState) String() string {
	return [...]string{
		"UNCONN", "LISTEN", "SYN-SENT", "SYN-RECV", "ESTAB", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",
		"LAST-ACK", "TIME-WAIT",
	}[x]
}

// synchronized reports whether both sides know each other's sequence numbers.
func (x tcpState) synchronized() bool { return x >= tcpEstablished }

// TCPSocket is a stream, or listens for some.
type TCPSocket struct {
	endpoint
	state  tcpState
	tuple  fourTuple
	known  bool           // in the table of connections
	orphan bool           // closed by its owner; the kernel finishes alone
	holds  bool           // the port
	asked  netip.AddrPort // to be bound; what was not asked for is given back with a connection
	phase  connectPhase

	// of a listener
	backlog  int
	waiting  []*TCPSocket // established, to be accepted
	half     int          // connections whose handshake is not finished
	listener *TCPSocket   // of a connection that nobody has accepted yet

	tcpSender
	tcpReceiver
	held    int // bytes, as the fabric knows
	retries int // of the timer that runs
	timer   *sim.Timer
	soft    error // what ICMP said, for the case that the connection dies of silence
}

// connectPhase is what the owner of a socket knows about its connection. Linux: socket_state
type connectPhase uint8

const (
	unconnected connectPhase = iota
	connecting               // Connect was called, and has not yet told how that ended
	connected
	disconnecting // shut down while or after an attempt failed
)

// fourTuple is what a connection is known by; addresses are without zones.
type fourTuple struct{ local, remote netip.AddrPort }

// tcpTable is a namespace's TCP sockets that have a port.
type tcpTable struct {
	bound    map[uint16][]*TCPSocket
	conns    map[fourTuple]*TCPSocket
	timeWait int
}

// Linux: net/ipv4/tcp.c and include/net/tcp.h
const (
	tcpInitialRTO   = time.Second
	tcpMinRTO       = 200 * time.Millisecond
	tcpMaxRTO       = 120 * time.Second
	tcpTimeWaitTime = 60 * time.Second
	tcpDelayedAck   = 40 * time.Millisecond
	tcpOrphanTries  = 8
	tcpMaxTimeWait  = 16384
	tcpReceiveSize  = 64256 // bytes that a receiver takes; with a scale of 7 tcpdump shows it as "win 502"
	tcpSendSize     = 256 << 10
	tcpScale        = 7
	tcpInitialCwnd  = 10 // segments
)

// NewTCP makes a socket.
func (s *Stack) NewTCP() *TCPSocket { return &TCPSocket{endpoint: endpoint{stack: s}} }

// Bind gives the socket its own address; port 0 chooses one.
func (t *TCPSocket) Bind(a netip.AddrPort) error {
	if err := t.stack.mayBind(a.Addr()); err != nil {
		return err
	}
	if t.holds || t.closed || (t.state != tcpClosed && t.state != tcpTimeWait) {
		return EINVAL
	}
	if a.Addr().IsMulticast() || t.stack.isBroadcast(a.Addr()) {
		return EADDRNOTAVAIL
	}
	if err := t.settle(a, t.portFree); err != nil {
		return err
	}
	t.asked = a
	t.hold()
	return nil
}

// portFree reports whether the socket's address can have a port. Linux: inet_csk_bind_conflict
func (t *TCPSocket) portFree(port uint16) bool {
	return !slices.ContainsFunc(t.stack.tcp.bound[port], func(o *TCPSocket) bool {
		reuse := t.options[OptReuseAddr] != 0 && o.options[OptReuseAddr] != 0 && o.state != tcpListen
		share := t.options[OptReusePort] != 0 && o.options[OptReusePort] != 0
		return o != t && !reuse && !share && t.overlaps(&o.endpoint)
	})
}

// hold puts the socket into the table of ports.
func (t *TCPSocket) hold() {
	x := &t.stack.tcp
	if x.bound == nil {
		x.bound = map[uint16][]*TCPSocket{}
	}
	x.bound[t.local.Port()] = append(x.bound[t.local.Port()], t)
	t.holds = true
}

// know puts a connection into the table.
func (t *TCPSocket) know() {
	x := &t.stack.tcp
	if x.conns == nil {
		x.conns = map[fourTuple]*TCPSocket{}
	}
	t.tuple = fourTuple{withoutZone(t.local), withoutZone(t.remote)}
	x.conns[t.tuple] = t
	t.known = true
}

// forget takes a connection out of the table and stops its timers.
func (t *TCPSocket) forget() {
	t.timer.Stop()
	t.ackTimer.Stop()
	t.timer, t.ackTimer = nil, nil
	if t.known {
		delete(t.stack.tcp.conns, t.tuple)
		t.known = false
	}
	if t.state == tcpTimeWait {
		t.stack.tcp.timeWait--
	}
	if p := t.listener; p != nil {
		t.listener = nil
		if t.state == tcpSynReceived {
			p.half--
		}
	}
}

// release gives the port back.
func (t *TCPSocket) release() {
	if !t.holds {
		return
	}
	t.holds = false
	x := &t.stack.tcp
	port := t.local.Port()
	left := slices.DeleteFunc(x.bound[port], func(o *TCPSocket) bool { return o == t })
	if x.bound[port] = left; len(left) == 0 {
		delete(x.bound, port)
	}
}

// end closes a connection at once. Nothing is sent. A port that the owner has bound stays its own.
func (t *TCPSocket) end() {
	t.forget()
	if t.orphan || t.asked.Port() == 0 {
		t.release()
	}
	t.state = tcpClosed
	t.out, t.ahead = nil, nil
	if t.orphan {
		t.in = nil
	}
	t.account()
	t.wake()
}

// disconnect makes the socket as it was before Connect or Listen. Linux: tcp_disconnect
func (t *TCPSocket) disconnect() {
	t.forget()
	if t.asked.Port() != 0 {
		t.local = t.asked
	} else {
		t.release()
		t.local = netip.AddrPort{}
	}
	t.state, t.remote, t.phase, t.backlog = tcpClosed, netip.AddrPort{}, unconnected, 0
	t.tcpSender, t.in, t.ahead = tcpSender{}, nil, nil
	t.account()
	t.tcpReceiver = tcpReceiver{}
	t.wake()
}

// fail ends a connection with an error for its owner.
func (t *TCPSocket) fail(err error, why sim.EventID) {
	t.err, t.why = err, why
	t.end()
}

// Listen makes the socket accept connections, at most backlog at once waiting.
func (t *TCPSocket) Listen(backlog int) error {
	switch {
	case t.closed || (t.state != tcpClosed && t.state != tcpListen) || t.remote.IsValid():
		return EINVAL
	case !t.holds:
		if err := t.Bind(netip.AddrPortFrom(netip.IPv4Unspecified(), 0)); err != nil {
			return err
		}
	}
	limit := t.stack.settings.somaxconn
	if t.backlog = backlog; backlog < 0 || backlog > limit {
		t.backlog = limit
	}
	if t.state == tcpListen {
		return nil
	}
	for _, o := range t.stack.tcp.bound[t.local.Port()] {
		share := t.options[OptReusePort] != 0 && o.options[OptReusePort] != 0
		if o != t && o.state == tcpListen && !share && t.overlaps(&o.endpoint) {
			return EADDRINUSE
		}
	}
	t.state = tcpListen
	return nil
}

// Accept takes the connection that has waited longest; EAGAIN if there is none.
func (t *TCPSocket) Accept() (*TCPSocket, error) {
	if t.state != tcpListen {
		return nil, EINVAL
	}
	if len(t.waiting) == 0 {
		return nil, EAGAIN
	}
	c := t.waiting[0]
	t.waiting[0] = nil
	t.waiting = t.waiting[1:]
	c.listener = nil
	return c, nil
}

// Connect begins a handshake: EINPROGRESS.
func (t *TCPSocket) Connect(to netip.AddrPort) error {
	switch {
	case t.closed:
		return EINVAL
	case t.phase == connecting:
		return t.connectAgain()
	case t.phase == disconnecting:
		return EINVAL
	case t.state != tcpClosed || t.remote.IsValid():
		return EISCONN
	}
	if !t.asked.IsValid() {
		t.local = netip.AddrPort{} // what an earlier connection has left does not count
	}
	to = t.toSelf(to)
	if to.Addr().IsMulticast() || t.stack.isBroadcast(to.Addr()) {
		return ENETUNREACH
	}
	d, err := t.stack.routeOut(to.Addr(), nil)
	if err != nil {
		return err
	}
	if err := t.chooseLocal(&d, to); err != nil {
		return err
	}
	t.remote, t.phase = to, connecting
	t.noRead, t.finQueued = false, false
	t.know()
	t.open(tcpSynSent)
	t.sendSYN(0)
	t.arm(t.rto)
	return EINPROGRESS
}

// connectAgain tells how an attempt has ended, once. After a failure the socket can try again.
// Linux: __inet_stream_connect
func (t *TCPSocket) connectAgain() error {
	switch t.state {
	case tcpSynSent, tcpSynReceived:
		return EALREADY
	case tcpClosed, tcpTimeWait:
		err := t.Err()
		if err == nil {
			err = ECONNABORTED
		}
		t.disconnect()
		return err
	}
	t.phase = connected
	return nil
}

// Peer is the address of the other side; ENOTCONN while or when there is none.
func (t *TCPSocket) Peer() (netip.AddrPort, error) {
	switch t.state {
	case tcpClosed, tcpListen, tcpSynSent, tcpTimeWait:
		return netip.AddrPort{}, ENOTCONN
	}
	return t.remote, nil
}

// chooseLocal completes the socket's own address for a way to the other side.
func (t *TCPSocket) chooseLocal(d *decision, to netip.AddrPort) error {
	src, ok := t.stack.sourceOf(d, to.Addr())
	if own := t.asked.Addr(); own.IsValid() && !own.IsUnspecified() {
		src, ok = own, own.Is4() == to.Addr().Is4()
	}
	if !ok {
		return EADDRNOTAVAIL
	}
	if t.stack.strayLoopback(d, &packet.IP{Src: src}) {
		return EINVAL
	}
	if t.holds {
		a := netip.AddrPortFrom(src, t.local.Port())
		if t.stack.tcp.conns[fourTuple{withoutZone(a), withoutZone(to)}] != nil {
			return EADDRNOTAVAIL
		}
		t.local = a
		return nil
	}
	port, err := t.stack.ephemeral(func(port uint16) bool { return len(t.stack.tcp.bound[port]) == 0 })
	if err != nil { // ports may be shared between connections to different places
		port, err = t.stack.ephemeral(func(port uint16) bool { return t.tupleFree(src, port, to) })
	}
	if err != nil {
		return err
	}
	t.local = netip.AddrPortFrom(src, port)
	t.hold()
	return nil
}

func (t *TCPSocket) tupleFree(src netip.Addr, port uint16, to netip.AddrPort) bool {
	a := netip.AddrPortFrom(src, port)
	if t.stack.tcp.conns[fourTuple{withoutZone(a), withoutZone(to)}] != nil {
		return false
	}
	return !slices.ContainsFunc(t.stack.tcp.bound[port], func(o *TCPSocket) bool { return !o.known })
}

// Read takes what has arrived. 0 without an error is the end.
func (t *TCPSocket) Read(b []byte) (int, error) {
	switch {
	case len(b) == 0:
		return 0, nil
	case t.state == tcpListen:
		return 0, ENOTCONN
	}
	if len(t.in) > 0 {
		return t.read(b), nil
	}
	if t.finSeen {
		return 0, nil
	}
	if err := t.Err(); err != nil {
		return 0, err
	}
	switch {
	case t.noRead || (t.state == tcpClosed && t.remote.IsValid()):
		return 0, nil
	case t.state == tcpClosed || t.state == tcpListen:
		return 0, ENOTCONN
	}
	return 0, EAGAIN
}

// Write takes as much as there is room for.
func (t *TCPSocket) Write(b []byte) (int, error) {
	if err := t.Err(); err != nil {
		return 0, err
	}
	switch {
	case t.state == tcpListen || (t.state == tcpClosed && !t.remote.IsValid()):
		return 0, EPIPE // Linux: tcp_sendmsg, sk_stream_wait_connect
	case t.finQueued || t.state == tcpClosed:
		return 0, EPIPE
	case len(b) == 0:
		return 0, nil
	case !t.state.synchronized():
		return 0, EAGAIN
	}
	n := min(t.sendRoom(), len(b))
	if n <= 0 {
		return 0, EAGAIN
	}
	t.out = append(t.out, b[:n]...)
	t.account()
	t.push()
	return n, nil
}

// Shutdown ends reading, writing or both. A listener stops to listen, an attempt to connect ends. Linux: inet_shutdown
func (t *TCPSocket) Shutdown(read, write bool) error {
	if t.phase == connecting {
		if t.phase = connected; !t.state.synchronized() || t.state == tcpTimeWait {
			t.phase = disconnecting
		}
	}
	switch t.state {
	case tcpListen:
		if read {
			t.stopListening()
			t.disconnect()
		}
		return nil
	case tcpSynSent:
		t.disconnect()
		return nil
	}
	if read {
		t.noRead = true
		t.wake()
	}
	if t.state == tcpClosed || t.state == tcpTimeWait {
		t.finQueued = t.finQueued || write
		return ENOTCONN
	}
	if write {
		t.finish()
	}
	return nil
}

// finish queues a FIN behind what is still to be sent.
func (t *TCPSocket) finish() {
	if t.finQueued {
		return
	}
	t.finQueued = true
	switch t.state {
	case tcpEstablished, tcpSynReceived:
		t.state = tcpFinWait1
	case tcpCloseWait:
		t.state = tcpLastAck
	}
	t.push()
}

// Close gives the socket up. What was written is still sent; data that nobody read is answered with a reset.
// Linux: tcp_close
func (t *TCPSocket) Close() {
	if t.closed {
		return
	}
	t.closed, t.orphan, t.owner, t.notify = true, true, nil, nil
	switch {
	case t.state == tcpListen:
		t.stopListening()
	case t.state == tcpClosed:
		t.dropWaiting()
		t.in = nil
		t.account()
		t.forget()
		t.release()
	case !t.state.synchronized():
		t.end()
	case len(t.in) > 0:
		t.stack.event("net.reset", Fate{Frame: t.example(), Why: "the socket was closed with unread data in it"})
		t.reset()
	default:
		t.in = nil
		t.account()
		t.finish()
		if t.state == tcpFinWait2 {
			t.arm(t.finTime())
		}
	}
}

func (t *TCPSocket) finTime() time.Duration {
	return time.Duration(t.stack.settings.finTimeout) * time.Second
}

// stopListening resets those who wait.
func (t *TCPSocket) stopListening() {
	t.dropWaiting()
	for _, c := range slices.Clone(t.stack.tcp.bound[t.local.Port()]) {
		if c.listener == t {
			c.end()
		}
	}
	t.end()
}

// dropWaiting ends the connections that nobody will accept.
func (t *TCPSocket) dropWaiting() {
	waiting := t.waiting
	t.waiting = nil
	for _, c := range waiting {
		c.orphan = true
		if c.state == tcpClosed { // it has died while it waited
			c.in = nil
			c.account()
			continue
		}
		c.reset()
	}
}

// Ready is what can be done now. Linux: tcp_poll
func (t *TCPSocket) Ready() Ready {
	switch t.state {
	case tcpListen:
		if len(t.waiting) > 0 {
			return Readable
		}
		return 0
	case tcpSynSent, tcpSynReceived:
		return 0
	}
	var r Ready
	if t.err != nil {
		r |= Failed | Readable
	}
	if t.state == tcpClosed || t.state == tcpTimeWait || ((t.finSeen || t.noRead) && t.finQueued) {
		r |= HungUp
	}
	if len(t.in) > 0 || t.finSeen || t.noRead || (t.state == tcpClosed && t.remote.IsValid()) {
		r |= Readable
	}
	if t.state == tcpClosed || t.finQueued || t.writable() {
		r |= Writable
	}
	return r
}

// writable: a third of the room for sending is free.
func (t *TCPSocket) writable() bool {
	room := t.sendRoom()
	return room > 0 && 3*room >= room+len(t.out)
}

// tcpTrouble tells a connection what became of its segment. Linux: tcp_v4_err
func (s *Stack) tcpTrouble(b *skb, err Errno, _ bool) {
	in := b.frame.IP.ICMP.Inner
	t := s.tcp.conns[fourTuple{
		netip.AddrPortFrom(in.Src, in.TCP.SrcPort), netip.AddrPortFrom(in.Dst, in.TCP.DstPort),
	}]
	if t == nil || seqLess(in.TCP.Seq, t.una) || seqLess(t.max, in.TCP.Seq) {
		return
	}
	switch {
	case err == EMSGSIZE:
		t.shrinkMSS()
	case t.state == tcpSynSent:
		t.fail(err, b.why)
	case t.state == tcpSynReceived && t.listener != nil:
		t.end()
	default:
		t.soft, t.why = err, b.why
	}
}

// tcpAbandon ends all sockets of a namespace that goes away.
func (s *Stack) tcpAbandon() {
	for _, port := range sortedKeys(s.tcp.bound) {
		for _, t := range slices.Clone(s.tcp.bound[port]) {
			t.fail(ENETDOWN, 0)
		}
	}
}

// tcpInfo lists listeners, then connections.
func (s *Stack) tcpInfo() []SocketInfo {
	var listeners, conns []SocketInfo
	for _, port := range sortedKeys(s.tcp.bound) {
		for _, t := range s.tcp.bound[port] {
			i := t.info("tcp", t.state.String())
			switch t.state {
			case tcpClosed:
				continue
			case tcpListen:
				i.RecvQ, i.SendQ = len(t.waiting), t.backlog
				listeners = append(listeners, i)
			default:
				i.RecvQ, i.SendQ = len(t.in), len(t.out)
				conns = append(conns, i)
			}
		}
	}
	slices.SortStableFunc(conns, byAddress)
	return append(listeners, conns...)
}
