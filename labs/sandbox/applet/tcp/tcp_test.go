package tcp_test

import (
	"io"
	"net/netip"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/applet/tcp"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/vfs"
)

// inside runs a function as a process of a machine.
func inside(t *testing.T, do func(s proc.Sys)) {
	t.Helper()
	m := proctest.New(t, proctest.Config{Programs: proc.Programs{"try": func(s proc.Sys) proc.ExitCode {
		do(s)
		return 0
	}}})
	if r := m.Run("try"); r.Code != 0 {
		t.Fatalf("%+v", r)
	}
}

func TestAConnection(t *testing.T) {
	for _, at := range []string{"127.0.0.1:80", "[::1]:80"} {
		inside(t, func(s proc.Sys) {
			to := netip.MustParseAddrPort(at)
			fd, err := tcp.Listen(s, to, 1)
			if err != nil {
				t.Fatal(err)
			}
			s.Fork(func(child proc.Sys) proc.ExitCode {
				conn, _, _ := child.Accept(fd)
				c := &tcp.Conn{Sys: child, FD: conn}
				b, _ := io.ReadAll(io.LimitReader(c, 5))
				c.Write(append(b, '!'))
				return 0
			})
			c, err := tcp.Dial(s, to, time.Second)
			if err != nil {
				t.Fatal(err)
			}
			c.Write([]byte("hello"))
			if b, err := io.ReadAll(c); string(b) != "hello!" || err != nil {
				t.Errorf("%s: %q, %v", at, b, err)
			}
			c.Close()
		})
	}
}

func TestWhatCanGoWrong(t *testing.T) {
	inside(t, func(s proc.Sys) {
		to := netip.MustParseAddrPort("127.0.0.1:80")
		for _, limit := range []time.Duration{0, time.Second} {
			if _, err := tcp.Dial(s, to, limit); err != vfs.ECONNREFUSED {
				t.Errorf("nobody listens: %v", err)
			}
		}
		fd, err := tcp.Listen(s, to, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tcp.Listen(s, to, 1); err != vfs.EADDRINUSE {
			t.Errorf("two listen: %v", err)
		}
		c, err := tcp.Dial(s, to, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		c.Patience = time.Second
		began := s.Uptime()
		if _, err := c.Read(make([]byte, 1)); err != proc.ETIMEDOUT || s.Uptime()-began < time.Second {
			t.Errorf("nobody speaks: %v after %v", err, s.Uptime()-began)
		}
		s.Close(fd)
	})
}
