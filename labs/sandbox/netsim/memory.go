package netsim

// The sockets of a fabric hold so much together before each of them has to make do with little. Linux: tcp_mem, udp_mem
const maxHeld = 64 << 20

// What a stream may hold then.
const (
	tightSend    = 16 << 10
	tightReceive = 8 << 10
)

// Held is how many bytes sockets hold now.
func (f *Fabric) Held() int { return f.held }

// tight reports whether sockets hold too much.
func (f *Fabric) tight() bool { return f.held > maxHeld }

// account notes what a stream holds now.
func (t *TCPSocket) account() {
	n := len(t.out) + len(t.in)
	for _, e := range t.ahead {
		n += len(e.data)
	}
	t.stack.fabric.held += n - t.held
	t.held = n
}

// sendRoom is how much may be written.
func (t *TCPSocket) sendRoom() int {
	if t.stack.fabric.tight() {
		return tightSend - len(t.out)
	}
	return tcpSendSize - len(t.out)
}

// receiveRoom is how much the other side may send.
func (t *TCPSocket) receiveRoom() int {
	if t.stack.fabric.tight() {
		return max(tightReceive-len(t.in), 0)
	}
	return max(tcpReceiveSize-len(t.in), 0)
}
