//go:build linux && amd64

package netsim_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"dockerlearn/labs/sandbox/netsim"
)

// The same random calls on sockets of one machine, here and of the kernel: each must say the same, and poll must see
// the same. DOCKERLEARN_LIVE_SOCKETS=RUNS does that, as root on Linux, in a namespace of its own.
func TestSocketsAgainstKernel(t *testing.T) {
	runs, err := strconv.Atoi(os.Getenv("DOCKERLEARN_LIVE_SOCKETS"))
	if err != nil {
		t.Skip("makes a network namespace; set DOCKERLEARN_LIVE_SOCKETS to a number of runs, as root")
	}
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("DOCKERLEARN_LIVE_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	calls, different := 0, 0
	for i := range uint64(runs) {
		n, ok := compareSockets(t, seed+i)
		calls += n
		if !ok {
			different++
		}
	}
	t.Logf("%d runs, %d calls, %d runs that differ", runs, calls, different)
}

func compareSockets(t *testing.T, seed uint64) (calls int, same bool) {
	same = true
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread is in another namespace now
		if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
			t.Error(err)
			return
		}
		kernelLo()
		w := newWorld(t)
		ours := &simSockets{w: w, stack: w.NewStack("s")}
		theirs := &kernelSockets{}
		defer theirs.end()
		r := rand.New(rand.NewPCG(seed, 3))
		var log []string
		for range 60 {
			c := randomCall(r, len(theirs.fds))
			if c.name == "shutdown" && strings.Contains(theirs.poll(), fmt.Sprintf(" %d:1", c.socket)) {
				c.name = "read" // what was shut down before it is connected is dead on arrival in Linux, and is not here
			}
			want := theirs.do(c) + theirs.poll()
			got := ours.do(c) + ours.poll()
			calls++
			log = append(log, fmt.Sprintf("%s: %s", c, want))
			if got != want {
				t.Errorf("seed %d, after\n  %s\nwe say %s", seed, strings.Join(log, "\n  "), got)
				same = false
				return
			}
		}
	}()
	<-done
	return calls, same
}

// kernelLo switches lo on in the thread's namespace.
func kernelLo() {
	fd, _ := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	defer syscall.Close(fd)
	var request [40]byte
	copy(request[:], "lo")
	request[16] = syscall.IFF_UP
	syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request)))
	time.Sleep(time.Millisecond)
}

// call is one system call on a socket.
type call struct {
	name   string
	socket int
	at     netip.AddrPort
	n      int
}

func (c call) String() string { return fmt.Sprintf("%s(%d, %s, %d)", c.name, c.socket, c.at, c.n) }

func randomCall(r *rand.Rand, sockets int) call {
	addresses := []string{
		"127.0.0.1:7001", "127.0.0.1:7001", "127.0.0.1:7002", "0.0.0.0:7001", "127.0.0.2:7001", "192.0.2.1:7001",
		"127.0.0.1:0",
	}
	c := call{at: netip.MustParseAddrPort(addresses[r.IntN(len(addresses))]), n: []int{0, 1, 10, 100, 20000}[r.IntN(5)]}
	if sockets == 0 || (sockets < 6 && r.IntN(5) == 0) {
		c.name = []string{"tcp", "tcp", "tcp", "udp"}[r.IntN(4)]
		return c
	}
	c.socket = r.IntN(sockets)
	names := []string{
		"bind", "bind", "listen", "connect", "connect", "accept", "accept", "read", "read", "read", "write", "write", "write",
		"shutdown", "close", "error", "reuse", "peer",
	}
	c.name = names[r.IntN(len(names))]
	return c
}

// simSockets does calls here.
type simSockets struct {
	w     *world
	stack *netsim.Stack
	list  []netsim.Socket
}

func (x *simSockets) do(c call) string {
	defer x.w.run(5 * time.Millisecond)
	switch c.name {
	case "tcp":
		x.list = append(x.list, x.stack.NewTCP())
		return "ok"
	case "udp":
		x.list = append(x.list, x.stack.NewUDP())
		return "ok"
	}
	s := x.list[c.socket]
	t, _ := s.(*netsim.TCPSocket)
	switch c.name {
	case "bind":
		return outcome(s.Bind(c.at))
	case "connect":
		return outcome(s.Connect(c.at))
	case "reuse":
		return outcome(s.SetOption(netsim.OptReuseAddr, 1))
	case "error":
		return outcome(s.Err())
	case "peer":
		_, err := s.Peer()
		return outcome(err)
	case "read":
		n, err := s.Read(make([]byte, c.n))
		return counted(n, err)
	case "write":
		n, err := s.Write(make([]byte, c.n))
		return counted(n, err)
	case "close":
		s.Close()
		x.list = append(x.list[:c.socket:c.socket], x.list[c.socket+1:]...)
		return "ok"
	}
	if t == nil {
		return "udp"
	}
	switch c.name {
	case "listen":
		return outcome(t.Listen(min(c.n, 10)))
	case "shutdown":
		return outcome(t.Shutdown(c.n < 10, c.n > 0))
	}
	a, err := t.Accept()
	if err == nil {
		x.list = append(x.list, a)
	}
	return outcome(err)
}

func (x *simSockets) poll() string {
	var b strings.Builder
	for i, s := range x.list {
		fmt.Fprintf(&b, " %d:%x", i, uint16(s.Ready()))
	}
	return b.String()
}

func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	return err.Error()
}

func counted(n int, err error) string {
	if err != nil {
		return err.Error()
	}
	return strconv.Itoa(n)
}

// kernelSockets does them in the kernel.
type kernelSockets struct {
	fds []int
	udp map[int]bool
}

func (x *kernelSockets) end() {
	for _, fd := range x.fds {
		syscall.Close(fd)
	}
}

func said1(err error) string {
	if err == nil {
		return "ok"
	}
	return text(err)
}

func (x *kernelSockets) do(c call) string {
	defer time.Sleep(2 * time.Millisecond)
	kind := syscall.SOCK_STREAM
	switch c.name {
	case "udp":
		kind = syscall.SOCK_DGRAM
		fallthrough
	case "tcp":
		fd, err := syscall.Socket(syscall.AF_INET, kind|syscall.SOCK_NONBLOCK, 0)
		if x.udp == nil {
			x.udp = map[int]bool{}
		}
		x.udp[fd] = c.name == "udp"
		x.fds = append(x.fds, fd)
		return said1(err)
	}
	fd := x.fds[c.socket]
	switch c.name {
	case "bind":
		return said1(syscall.Bind(fd, sockaddr(c.at.Addr(), c.at.Port())))
	case "connect":
		return said1(syscall.Connect(fd, sockaddr(c.at.Addr(), c.at.Port())))
	case "reuse":
		return said1(syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1))
	case "error":
		n, _ := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_ERROR)
		if n == 0 {
			return "ok"
		}
		return text(syscall.Errno(n))
	case "peer":
		_, err := syscall.Getpeername(fd)
		return said1(err)
	case "read":
		n, err := syscall.Read(fd, make([]byte, c.n))
		return x.counted(n, err)
	case "write":
		n, err := syscall.SendmsgN(fd, make([]byte, c.n), nil, nil, syscall.MSG_NOSIGNAL)
		return x.counted(n, err)
	case "close":
		syscall.Close(fd)
		x.fds = append(x.fds[:c.socket:c.socket], x.fds[c.socket+1:]...)
		return "ok"
	}
	if x.udp[fd] {
		return "udp"
	}
	switch c.name {
	case "listen":
		return said1(syscall.Listen(fd, min(c.n, 10)))
	case "shutdown":
		how := syscall.SHUT_RDWR
		switch {
		case c.n == 0:
			how = syscall.SHUT_RD
		case c.n >= 10:
			how = syscall.SHUT_WR
		}
		return said1(syscall.Shutdown(fd, how))
	}
	a, _, err := syscall.Accept4(fd, syscall.SOCK_NONBLOCK)
	if err == nil {
		x.udp[a] = false
		x.fds = append(x.fds, a)
	}
	return said1(err)
}

func (x *kernelSockets) counted(n int, err error) string {
	if err != nil {
		return text(err)
	}
	return strconv.Itoa(n)
}

func (x *kernelSockets) poll() string {
	type pollfd struct {
		fd              int32
		events, revents int16
	}
	var b strings.Builder
	for i, fd := range x.fds {
		p := pollfd{fd: int32(fd), events: 0x5}
		syscall.Syscall(syscall.SYS_POLL, uintptr(unsafe.Pointer(&p)), 1, 0)
		fmt.Fprintf(&b, " %d:%x", i, uint16(p.revents))
	}
	return b.String()
}
