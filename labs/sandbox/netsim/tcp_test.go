package netsim_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/sim"
)

// echoServer listens and sends back what it gets until the other side has finished; then it finishes too.
func (w *world) echoServer(s *netsim.Stack, at string) *netsim.TCPSocket {
	w.t.Helper()
	l := w.listen(s, at, 16)
	w.serve(l, w.serveEcho)
	return l
}

// listen makes a socket that listens at an address.
func (w *world) listen(s *netsim.Stack, at string, backlog int) *netsim.TCPSocket {
	w.t.Helper()
	l := s.NewTCP()
	w.must(l.Bind(addrPort(at)))
	w.must(l.Listen(backlog))
	return l
}

// serve hands over each connection that comes.
func (w *world) serve(l *netsim.TCPSocket, to func(*netsim.TCPSocket)) {
	l.Notify(func() {
		w.sim.After(0, func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				to(c)
			}
		})
	})
}

func (w *world) serveEcho(c *netsim.TCPSocket) {
	var pending []byte
	done := false
	work := func() {
		buf := make([]byte, 4096)
		for !done {
			for len(pending) > 0 {
				n, err := c.Write(pending)
				if err == netsim.EAGAIN {
					return
				}
				if err != nil {
					done = true
					c.Close()
					return
				}
				pending = pending[n:]
			}
			n, err := c.Read(buf)
			switch {
			case err == netsim.EAGAIN:
				return
			case err != nil || n == 0:
				done = true
				c.Close()
				return
			}
			pending = append(pending, buf[:n]...)
		}
	}
	scheduled := false
	c.Notify(func() {
		if !scheduled && !done {
			scheduled = true
			w.sim.After(0, func() { scheduled = false; work() })
		}
	})
	w.sim.After(0, work)
}

// client is a TCP client that sends data, shuts down, and reads to the end.
type client struct {
	*netsim.TCPSocket
	w      *world
	toSend []byte
	got    []byte
	err    error
	done   bool
	shut   bool
	took   time.Duration
}

func (w *world) dial(s *netsim.Stack, to string, data []byte) *client {
	w.t.Helper()
	c := &client{TCPSocket: s.NewTCP(), w: w, toSend: data}
	start := w.sim.Elapsed()
	busy := false
	work := func() {
		busy = false
		if !c.done {
			c.step()
			c.took = w.sim.Elapsed() - start
		}
	}
	c.Notify(func() {
		if !busy {
			busy = true
			w.sim.After(0, work)
		}
	})
	if err := c.Connect(addrPort(to)); err != netsim.EINPROGRESS {
		c.err, c.done = err, true
	}
	return c
}

func (c *client) step() {
	if c.Ready() == 0 {
		return
	}
	if err := c.Err(); err != nil {
		c.finish(err)
		return
	}
	for len(c.toSend) > 0 {
		n, err := c.Write(c.toSend)
		if err == netsim.EAGAIN {
			break
		}
		if err != nil {
			c.finish(err)
			return
		}
		c.toSend = c.toSend[n:]
	}
	if len(c.toSend) == 0 && !c.shut {
		c.shut = true
		c.Shutdown(false, true)
	}
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		switch {
		case err == netsim.EAGAIN:
			return
		case err != nil || n == 0:
			c.finish(err)
			return
		}
		c.got = append(c.got, buf[:n]...)
	}
}

func (c *client) finish(err error) {
	c.err, c.done = err, true
	c.Close()
}

func TestTCPEcho(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	host, c := w.lan(2)
	w.echoServer(c[1], "0.0.0.0:7")
	w.echoServer(host, "[::]:7")
	for _, x := range []struct {
		from *netsim.Stack
		to   string
		size int
	}{
		{c[0], "10.0.0.3:7", 5},
		{c[0], "10.0.0.3:7", 0},
		{c[0], "10.0.0.3:7", 1 << 20},
		{c[1], "127.0.0.1:7", 1 << 20},
		{c[0], "10.0.0.1:7", 100},
		{host, "[::1]:7", 100000},
	} {
		data := make([]byte, x.size)
		for i := range data {
			data[i] = byte(i * i >> 3)
		}
		cl := w.dial(x.from, x.to, data)
		w.run(5 * time.Second)
		if !cl.done || cl.err != nil || !bytes.Equal(cl.got, data) {
			t.Errorf("%d bytes to %s: done %v, %v, got %d", x.size, x.to, cl.done, cl.err, len(cl.got))
		}
	}
	w.run(2 * time.Minute)
	w.onlyListeners(host, c[0], c[1])
}

// onlyListeners: whatever was opened is gone, with its timers.
func (w *world) onlyListeners(stacks ...*netsim.Stack) {
	w.t.Helper()
	for _, s := range stacks {
		for _, i := range s.Sockets() {
			if i.State != "LISTEN" {
				w.t.Errorf("%s: left over: %+v", s.Name(), i)
			}
		}
	}
	if at, more := w.sim.Next(); more {
		w.t.Errorf("a timer is left over: in %v", at.Sub(w.sim.Now()))
	}
}

func TestTCPConnectErrors(t *testing.T) {
	for _, x := range []struct {
		name, to string
		want     error
		took     time.Duration
		prepare  func(w *world, host *netsim.Stack, c []*netsim.Stack)
	}{
		{name: "closed port", to: "10.0.0.3:80", want: netsim.ECONNREFUSED},
		{name: "closed port on lo", to: "127.0.0.1:80", want: netsim.ECONNREFUSED},
		{name: "nobody there", to: "10.0.0.99:80", want: netsim.EHOSTUNREACH, took: 3 * time.Second},
		{
			name: "silence", to: "10.0.0.3:80", want: netsim.ETIMEDOUT, took: 131 * time.Second,
			prepare: func(w *world, _ *netsim.Stack, c []*netsim.Stack) {
				w.ping(c[0], "10.0.0.3")
				w.must(c[1].Link("lo").Down())
				w.must(c[0].AddNeighbour("eth0", addr("10.0.0.3"), c[0].Link("eth0").MAC()))
			},
		},
		{
			name: "no route", to: "192.0.2.1:80", want: netsim.ENETUNREACH,
			prepare: func(w *world, _ *netsim.Stack, c []*netsim.Stack) {
				w.must(c[0].DelRoute(netsim.Route{Dst: prefix("0.0.0.0/0")}))
			},
		},
		{
			name: "router without a route", to: "192.0.2.1:80", want: netsim.ENETUNREACH,
			prepare: func(w *world, host *netsim.Stack, _ []*netsim.Stack) {
				w.must(host.SetSysctl("net.ipv4.ip_forward", "1"))
			},
		},
		{
			name: "fewer tries", to: "192.0.2.1:80", want: netsim.ETIMEDOUT, took: 3 * time.Second,
			prepare: func(w *world, _ *netsim.Stack, c []*netsim.Stack) {
				w.must(c[0].SetSysctl("net/ipv4/tcp_syn_retries", "1"))
				w.must(c[0].SetSysctl("net/ipv4/tcp_syn_linear_timeouts", "0"))
			},
		},
		{
			name: "as before Linux 6.5", to: "192.0.2.1:80", want: netsim.ETIMEDOUT, took: 127 * time.Second,
			prepare: func(w *world, _ *netsim.Stack, c []*netsim.Stack) {
				w.must(c[0].SetSysctl("net/ipv4/tcp_syn_linear_timeouts", "0"))
			},
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := newWorld(t)
			defer w.dump()
			host, c := w.lan(2)
			if x.prepare != nil {
				x.prepare(w, host, c)
			}
			cl := w.dial(c[0], x.to, nil)
			w.run(5 * time.Minute)
			if cl.err != x.want || cl.took.Round(time.Second) != x.took {
				t.Errorf("%v after %v, want %v after %v", cl.err, cl.took, x.want, x.took)
			}
			w.onlyListeners(host, c[0], c[1])
		})
	}
}

func TestTCPBind(t *testing.T) {
	w := newWorld(t)
	s := w.NewStack("s")
	listen := func(at string, options ...netsim.Option) error {
		x := s.NewTCP()
		for _, o := range options {
			w.must(x.SetOption(o, 1))
		}
		if err := x.Bind(addrPort(at)); err != nil {
			return err
		}
		return x.Listen(1)
	}
	for _, x := range []struct {
		at      string
		options []netsim.Option
		want    error
	}{
		{at: "127.0.0.1:80"},
		{at: "127.0.0.2:80"},
		{at: "127.0.0.1:80", want: netsim.EADDRINUSE},
		{at: "0.0.0.0:80", want: netsim.EADDRINUSE},
		{at: "[::]:80", want: netsim.EADDRINUSE},
		{at: "[::]:80", options: []netsim.Option{netsim.OptV6Only}},
		{at: "[::1]:80", want: netsim.EADDRINUSE},
		{at: "192.0.2.1:80", want: netsim.EADDRNOTAVAIL},
		{at: "[::]:81"},
		{at: "0.0.0.0:81", want: netsim.EADDRINUSE},
		{at: "0.0.0.0:82", options: []netsim.Option{netsim.OptReuseAddr}},
		{at: "0.0.0.0:82", options: []netsim.Option{netsim.OptReuseAddr}, want: netsim.EADDRINUSE},
		{at: "0.0.0.0:0"},
		{at: "0.0.0.0:0"},
	} {
		if err := listen(x.at, x.options...); err != x.want && !(err == nil && x.want == nil) {
			t.Errorf("%s %v: %v, want %v", x.at, x.options, err, x.want)
		}
	}
	for _, i := range s.Sockets() {
		if p := i.Local.Port(); p > 1000 && (p < 32768 || p > 60999) {
			t.Errorf("ephemeral port %d", p)
		}
	}
}

// A port in TIME-WAIT cannot be bound again without SO_REUSEADDR, and is free after a minute.
func TestTimeWaitHoldsThePort(t *testing.T) {
	w := newWorld(t)
	_, c := w.lan(2)
	w.echoServer(c[1], "0.0.0.0:7")
	cl := w.dial(c[0], "10.0.0.3:7", []byte("x"))
	w.run(time.Second)
	if !cl.done || cl.err != nil {
		t.Fatal(cl.err)
	}
	port := c[0].Sockets()[0].Local
	bind := func(reuse int) error {
		x := c[0].NewTCP()
		w.must(x.SetOption(netsim.OptReuseAddr, reuse))
		defer x.Close()
		return x.Bind(port)
	}
	if c[0].Sockets()[0].State != "TIME-WAIT" || bind(0) != netsim.EADDRINUSE {
		t.Errorf("%+v, bind: %v", c[0].Sockets(), bind(0))
	}
	w.run(time.Minute)
	if err := bind(0); err != nil {
		t.Errorf("after a minute: %v", err)
	}
}

// Linux lets a socket connect to itself; what is written comes back.
func TestTCPSelfConnect(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	s := w.NewStack("s")
	x := s.NewTCP()
	w.must(x.Bind(addrPort("127.0.0.1:40000")))
	if err := x.Connect(addrPort("127.0.0.1:40000")); err != netsim.EINPROGRESS {
		t.Fatal(err)
	}
	w.run(time.Second)
	if n, err := x.Write([]byte("hello")); n != 5 || err != nil {
		t.Fatal(n, err, s.Sockets())
	}
	w.run(time.Second)
	buf := make([]byte, 10)
	if n, err := x.Read(buf); string(buf[:n]) != "hello" || err != nil {
		t.Errorf("read %q, %v", buf[:n], err)
	}
	x.Close()
	w.run(3 * time.Minute)
	w.onlyListeners(s)
}

func TestTCPResets(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	_, c := w.lan(2)
	l := w.listen(c[1], "0.0.0.0:80", 4)
	connect := func() (*netsim.TCPSocket, *netsim.TCPSocket) {
		x := c[0].NewTCP()
		x.Connect(addrPort("10.0.0.3:80"))
		w.run(time.Second)
		y, err := l.Accept()
		w.must(err)
		return x, y
	}
	buf := make([]byte, 100)

	x, y := connect()
	x.Write([]byte("unread"))
	w.run(time.Second)
	y.Close()
	w.run(time.Second)
	if _, err := x.Read(buf); err != netsim.ECONNRESET {
		t.Errorf("the other side closed with unread data: %v", err)
	}
	if n, err := x.Read(buf); n != 0 || err != nil {
		t.Errorf("the error is told once: %d, %v", n, err)
	}
	if _, err := x.Write(buf); err != netsim.EPIPE {
		t.Errorf("write after a reset: %v", err)
	}

	x, y = connect()
	y.Close()
	w.run(time.Second)
	if n, err := x.Read(buf); n != 0 || err != nil {
		t.Errorf("end: %d, %v", n, err)
	}
	if n, err := x.Write([]byte("too late")); n != 8 || err != nil {
		t.Errorf("half closed: %d, %v", n, err)
	}
	w.run(time.Second)
	if _, err := x.Write([]byte("!")); err != netsim.EPIPE {
		t.Errorf("write to a socket that is gone: %v", err)
	}

	x, _ = connect()
	z := c[0].NewTCP()
	z.Connect(addrPort("10.0.0.3:80"))
	w.run(time.Second)
	l.Close()
	w.run(time.Second)
	if _, err := z.Read(buf); err != netsim.ECONNRESET {
		t.Errorf("the listener closed before it was accepted: %v", err)
	}
	_ = x
}

// A window that is shut is asked about until it opens; the sender does not give up.
func TestTCPZeroWindow(t *testing.T) {
	w := newWorld(t)
	_, c := w.lan(2)
	l := w.listen(c[1], "0.0.0.0:80", 4)
	data := make([]byte, 300_000)
	cl := w.dial(c[0], "10.0.0.3:80", data)
	w.run(time.Second)
	y, err := l.Accept()
	w.must(err)
	w.run(30 * time.Minute)
	if cl.done {
		t.Fatalf("the sender gave up: %v", cl.err)
	}
	got := 0
	buf := make([]byte, 1000)
	for range 10000 {
		n, err := y.Read(buf)
		if err == nil && n == 0 {
			break
		}
		got += n
		w.run(time.Millisecond)
		if err == netsim.EAGAIN {
			w.run(2 * time.Minute)
		}
	}
	if got != len(data) {
		t.Errorf("got %d of %d", got, len(data))
	}
}

func TestTCPBacklog(t *testing.T) {
	w := newWorld(t)
	_, c := w.lan(2)
	l := w.listen(c[1], "0.0.0.0:80", 1)
	for range 4 {
		c[0].NewTCP().Connect(addrPort("10.0.0.3:80"))
	}
	w.run(10 * time.Second)
	n := 0
	for {
		if _, err := l.Accept(); err != nil {
			break
		}
		n++
	}
	if n != 2 { // Linux takes one more than the backlog
		t.Errorf("%d connections waited", n)
	}
}

// Under loss, delay and reordering the bytes arrive as they were sent, each once, or the connection ends with an error;
// and nothing stays behind.
func TestTCPUnderLossAndReordering(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		fault := netsim.Fault{
			Loss:    float64(r.IntN(30)) / 100,
			Latency: time.Duration(r.IntN(50)) * time.Millisecond,
			Jitter:  time.Duration(r.IntN(40)) * time.Millisecond,
		}
		s := sim.New(sim.Config{Seed: seed})
		w := &world{t: t, sim: s, Fabric: netsim.New(s)}
		_, c := w.lan(2)
		w.must(c[0].Link("eth0").Fault(fault))
		w.echoServer(c[1], "0.0.0.0:7")
		data := make([]byte, r.IntN(200_000))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		cl := w.dial(c[0], "10.0.0.3:7", data)
		w.run(2 * time.Hour)
		if !cl.done || (cl.err == nil && !bytes.Equal(cl.got, data)) || !bytes.HasPrefix(data, cl.got) {
			t.Errorf("seed %d, %+v: done %v, %v, %d of %d bytes", seed, fault, cl.done, cl.err, len(cl.got), len(data))
		}
		w.onlyListeners(c[0], c[1])
	}
}

func TestUDP(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	host, c := w.lan(2)
	server := c[1].NewUDP()
	w.must(server.Bind(addrPort("0.0.0.0:53")))
	x := c[0].NewUDP()
	w.must(x.Connect(addrPort("10.0.0.3:53")))
	if _, err := x.Write([]byte("question")); err != nil {
		t.Fatal(err)
	}
	w.run(time.Second)
	buf := make([]byte, 100)
	n, from, err := server.RecvFrom(buf)
	if string(buf[:n]) != "question" || from.Addr() != addr("10.0.0.2") || err != nil {
		t.Fatalf("%q from %v, %v", buf[:n], from, err)
	}
	server.SendTo([]byte("answer"), from)
	w.run(time.Second)
	if n, err := x.Read(buf); string(buf[:n]) != "answer" || err != nil {
		t.Errorf("%q, %v", buf[:n], err)
	}

	y := c[0].NewUDP()
	w.must(y.Connect(addrPort("10.0.0.3:54")))
	y.Write([]byte("?"))
	w.run(time.Second)
	if _, err := y.Read(buf); err != netsim.ECONNREFUSED {
		t.Errorf("closed port: %v", err)
	}
	z := c[0].NewUDP()
	if _, err := z.SendTo([]byte("?"), addrPort("10.0.0.255:53")); err != netsim.EACCES {
		t.Errorf("broadcast without leave: %v", err)
	}
	w.must(z.SetOption(netsim.OptBroadcast, 1))
	if _, err := z.SendTo([]byte("all"), addrPort("10.0.0.255:53")); err != nil {
		t.Error(err)
	}
	w.run(time.Second)
	if n, err := server.Read(buf); string(buf[:n]) != "all" || err != nil {
		t.Errorf("broadcast: %q, %v", buf[:n], err)
	}
	again := c[1].NewUDP()
	if err := again.Bind(addrPort("10.0.0.3:53")); err != netsim.EADDRINUSE {
		t.Errorf("bind: %v", err)
	}
	for range 400 { // more than the buffer holds
		x.Write(make([]byte, 1000))
	}
	w.run(time.Second)
	if i := c[1].Sockets()[0]; i.RecvQ == 0 || i.RecvQ > 212992 {
		t.Errorf("%+v", i)
	}
	for _, u := range []netsim.Socket{server, x, y, z} {
		u.Close()
	}
	if left := fmt.Sprint(host.Sockets(), c[0].Sockets(), c[1].Sockets()); left != "[] [] []" {
		t.Errorf("left: %s", left)
	}
}

// Link-local addresses are reached by the link that is named with them, and sockets say so.
func TestLinkLocal(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	_, c := w.lan(2)
	var there string
	for _, a := range c[1].Link("eth0").Addrs() {
		if a.Scope == "link" {
			there = a.Prefix.Addr().String()
		}
	}
	if got := w.ping(c[0], there+"%eth0"); got != "reply ttl=64" {
		t.Errorf("ping %s: %s", there, got)
	}
	w.echoServer(c[1], "[::]:7")
	cl := w.dial(c[0], "["+there+"%eth0]:7", []byte("hello"))
	w.run(time.Second)
	if !cl.done || cl.err != nil || string(cl.got) != "hello" {
		t.Errorf("TCP: %v %v %q", cl.done, cl.err, cl.got)
	}
	if got := w.ping(c[0], there+"%eth9"); got != "No such device" {
		t.Errorf("an unknown link: %s", got)
	}
}

// Ten thousand containers on one network: an ARP request reaches them all, and what follows only the one.
func TestTenThousandContainers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a second")
	}
	w := newWorld(t)
	_, c := w.lan(10_000)
	if got := w.ping(c[0], "10.0.39.17"); got != "reply ttl=64" {
		t.Error(got)
	}
	before := w.Frames()
	w.ping(c[0], "10.0.39.17")
	if n := w.Frames() - before; n > 20 {
		t.Errorf("%d frames for a ping", n)
	}
}

// Sockets that are filled and never read hold so much together and not more; and give it back.
func TestSocketsHoldLittle(t *testing.T) {
	w := newWorld(t)
	s := w.NewStack("s")
	l := w.listen(s, "127.0.0.1:80", 4096)
	var all []*netsim.TCPSocket
	data := make([]byte, 1<<20)
	for range 600 {
		x := s.NewTCP()
		x.Connect(addrPort("127.0.0.1:80"))
		w.run(time.Millisecond)
		x.Write(data)
		w.run(time.Millisecond)
		all = append(all, x)
	}
	held := w.Held()
	if held < 32<<20 || held > 96<<20 {
		t.Errorf("600 connections hold %d bytes", held)
	}
	last := w.dial(s, "127.0.0.1:80", make([]byte, 100_000))
	w.run(time.Second)
	for _, x := range all {
		x.Close()
	}
	for {
		c, err := l.Accept()
		if err != nil {
			break
		}
		if c.Remote() == last.Local() {
			w.serveEcho(c)
			continue
		}
		c.Close()
	}
	w.run(10 * time.Minute)
	if !last.done || len(last.got) != 100_000 {
		t.Errorf("one that began when it was tight: %v, %d bytes", last.err, len(last.got))
	}
	if n := w.Held(); n != 0 {
		t.Errorf("%d bytes are still held", n)
	}
	w.onlyListeners(s)
}

// How an attempt to connect ends is told once; then the socket can try again. (Found by comparing with the kernel.)
func TestConnectAgain(t *testing.T) {
	w := newWorld(t)
	s := w.NewStack("s")
	x := s.NewTCP()
	to := addrPort("127.0.0.1:80")
	say := func(want error) {
		t.Helper()
		if err := x.Connect(to); err != want && (err != nil || want != nil) {
			t.Errorf("connect: %v, want %v", err, want)
		}
	}
	say(netsim.EINPROGRESS)
	say(netsim.EALREADY)
	w.run(time.Second)
	if _, err := x.Peer(); err != netsim.ENOTCONN {
		t.Errorf("getpeername of one that was refused: %v", err)
	}
	say(netsim.ECONNREFUSED)
	say(netsim.EINPROGRESS)
	w.run(time.Second)
	if err := x.Err(); err != netsim.ECONNREFUSED {
		t.Error(err)
	}
	say(netsim.ECONNABORTED)
	w.echoServer(s, "0.0.0.0:80")
	say(netsim.EINPROGRESS)
	w.run(time.Second)
	say(nil)
	say(netsim.EISCONN)
	x.Close()
	w.run(5 * time.Minute)
	w.onlyListeners(s)
}
