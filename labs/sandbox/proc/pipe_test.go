package proc_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/vfs"
)

func TestPipes(t *testing.T) {
	r := run(t, func(s proc.Sys) proc.ExitCode {
		read, write, _ := s.Pipe()
		s.SetCloseOnExec(read, true)
		wrote := 0
		pid, _ := s.Fork(func(c proc.Sys) proc.ExitCode {
			c.Close(read)
			n, err := c.Write(write, make([]byte, 70000))
			wrote = n
			say(c, fmt.Sprint(n, err))
			c.Sleep(2 * time.Second)
			_, err = c.Write(write, []byte("x"))
			say(c, "not reached", fmt.Sprint(err))
			return 0
		})
		s.Close(write)
		s.Sleep(time.Second)
		say(s, "waits with", fmt.Sprint(wrote)) // 65,536 bytes are in, the rest has no room
		got := 0
		buf := make([]byte, 4096)
		for got < 70000 {
			n, _ := s.Read(read, buf)
			got += n
		}
		s.Close(read)
		_, st, _ := s.Wait(pid, 0)
		sig, _ := st.Signaled()
		say(s, sig.String())
		return 0
	})
	if want := "waits with 0\n70000 <nil>\nPIPE\n"; r.Stdout != want {
		t.Errorf("%q, not %q", r.Stdout, want)
	}
}

func TestEPIPEWhereSIGPIPEIsIgnored(t *testing.T) {
	r := run(t, func(s proc.Sys) proc.ExitCode {
		s.Signal(proc.SIGPIPE, proc.Ignore)
		read, write, _ := s.Pipe()
		s.Close(read)
		_, err := s.Write(write, []byte("x"))
		say(s, err.Error())
		return 0
	})
	if r.Stdout != "Broken pipe\n" || r.Code != 0 {
		t.Errorf("%+v", r)
	}
}

// Whatever the sizes of reads and writes, a pipe delivers what was written, in order.
func TestPipesDeliverInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		writes := rapid.SliceOfN(rapid.IntRange(1, 20000), 1, 30).Draw(rt, "writes")
		reads := rapid.SliceOfN(rapid.IntRange(1, 20000), 1, 30).Draw(rt, "reads")
		var sent, got bytes.Buffer
		run(t, func(s proc.Sys) proc.ExitCode {
			r, w, _ := s.Pipe()
			s.Fork(func(c proc.Sys) proc.ExitCode {
				c.Close(r)
				for i, n := range writes {
					b := bytes.Repeat([]byte{byte(i)}, n)
					sent.Write(b)
					c.Write(w, b)
				}
				return 0
			})
			s.Close(w)
			for i := 0; ; i++ {
				b := make([]byte, reads[i%len(reads)])
				n, _ := s.Read(r, b)
				if n == 0 {
					return 0
				}
				got.Write(b[:n])
			}
		})
		if !bytes.Equal(sent.Bytes(), got.Bytes()) {
			rt.Fatalf("%d bytes in, %d out", sent.Len(), got.Len())
		}
	})
}

func TestNamedPipes(t *testing.T) {
	m := proctest.New(t, proctest.Config{})
	if err := m.View.Mknod("/tmp/p", vfs.S_IFIFO|0o644, 0); err != nil {
		t.Fatal(err)
	}
	r := m.Do("", proc.Spec{Args: []string{"x"}, Program: func(s proc.Sys) proc.ExitCode {
		s.Fork(func(c proc.Sys) proc.ExitCode {
			c.Sleep(time.Second)
			fd, _ := c.Open("/tmp/p", proc.O_WRONLY, 0)
			c.Write(fd, []byte("through the fifo"))
			return 0
		})
		if _, err := s.Open("/tmp/p", proc.O_WRONLY|proc.O_NONBLOCK, 0); err != proc.ENXIO {
			say(s, "a writer without a reader")
		}
		fd, err := s.Open("/tmp/p", proc.O_RDONLY, 0)
		buf := make([]byte, 100)
		n, _ := s.Read(fd, buf)
		end, _ := s.Read(fd, buf[n:])
		say(s, string(buf[:n]), fmt.Sprint(err, end, s.Uptime().Round(time.Second)))
		return 0
	}})
	if r.Stdout != "through the fifo <nil> 0 2m18s\n" {
		t.Errorf("%q", r.Stdout)
	}
}

func TestPoll(t *testing.T) {
	r := run(t, func(s proc.Sys) proc.ExitCode {
		r, w, _ := s.Pipe()
		fds := []proc.PollFD{{FD: r, Want: proc.Readable}, {FD: w, Want: proc.Writable}, {FD: 77, Want: proc.Readable}}
		n, _ := s.Poll(fds, 0)
		say(s, fmt.Sprint(n, fds[0].Ready, fds[1].Ready, fds[2].Ready))
		began := s.Uptime()
		n, _ = s.Poll(fds[:1], 3*time.Second)
		say(s, fmt.Sprint(n, (s.Uptime()-began).Round(time.Second)))
		s.Fork(func(c proc.Sys) proc.ExitCode {
			c.Sleep(time.Second)
			c.Write(w, []byte("x"))
			return 0
		})
		n, _ = s.Poll(fds[:1], -1)
		say(s, fmt.Sprint(n, fds[0].Ready))
		return 0
	})
	if want := "2 0 4 32\n0 3s\n1 1\n"; r.Stdout != want {
		t.Errorf("%q, not %q", r.Stdout, want)
	}
}

func TestDescriptors(t *testing.T) {
	m := proctest.New(t, proctest.Config{Files: map[string]string{"/f": "0123456789"}})
	r := m.Do("", proc.Spec{Args: []string{"x"}, Program: func(s proc.Sys) proc.ExitCode {
		fd, _ := s.Open("/f", proc.O_RDWR, 0)
		dup, _ := s.Dup(fd, 10, false)
		buf := make([]byte, 3)
		s.Read(fd, buf)
		s.Read(dup, buf) // one place for both
		say(s, fmt.Sprint(fd, dup, string(buf)))
		own, _ := s.Open("/proc/self/fd/3", proc.O_RDONLY, 0)
		s.Read(own, buf) // opened anew: a place of its own
		say(s, string(buf))
		s.SetRlimit(proc.RLIMIT_NOFILE, proc.Rlimit{Soft: 12, Hard: 12})
		_, err := s.Dup(fd, 12, false)
		_, err2 := s.Open("/f", proc.O_RDONLY, 0)
		for err2 == nil {
			_, err2 = s.Open("/f", proc.O_RDONLY, 0)
		}
		say(s, err.Error()+";", err2.Error())
		say(s, fmt.Sprint(s.Close(99), s.Dup2(99, 3)))
		s.SetRlimit(proc.RLIMIT_FSIZE, proc.Rlimit{Soft: 4, Hard: 4})
		s.Signal(proc.SIGXFSZ, proc.Ignore)
		s.Seek(fd, 0, vfs.SEEK_SET)
		n, err := s.Write(fd, []byte("abcdefgh"))
		_, err2 = s.Write(fd, []byte("x"))
		say(s, fmt.Sprint(n, err, err2))
		return 0
	}})
	want := "3 10345\n012\nToo many open files; Too many open files\nBad file descriptor Bad file descriptor\n4 <nil> File too large\n"
	if r.Stdout != want {
		t.Errorf("%q, not %q", r.Stdout, want)
	}
	if m.Read("/f") != "abcd456789" {
		t.Error(m.Read("/f"))
	}
	m.Sim.Settle()
	if n := m.Sim.Budget.OpenFiles.Used(); n != 0 {
		t.Errorf("%d files stay open after the end", n)
	}
}

func TestDevices(t *testing.T) {
	m := proctest.New(t, proctest.Config{Seed: 7})
	read := func(seed uint64) string {
		m := proctest.New(t, proctest.Config{Seed: seed})
		return m.Do("", proc.Spec{Args: []string{"x"}, Program: func(s proc.Sys) proc.ExitCode {
			fd, _ := s.Open("/dev/urandom", proc.O_RDONLY, 0)
			b := make([]byte, 16)
			s.Read(fd, b)
			say(s, fmt.Sprintf("%x", b))
			return 0
		}}).Stdout
	}
	if a, b, c := read(1), read(1), read(2); a != b || a == c || len(a) != 33 {
		t.Errorf("random bytes: %q %q %q", a, b, c)
	}
	r := m.Do("", proc.Spec{Args: []string{"x"}, Program: func(s proc.Sys) proc.ExitCode {
		b := make([]byte, 4)
		for _, name := range strings.Fields("null zero full tty console ptmx nope") {
			fd, err := s.Open("/dev/"+name, proc.O_RDWR, 0)
			if err != nil {
				say(s, name, err.Error())
				continue
			}
			n, err := 0, error(nil)
			if !s.IsTerminal(fd) {
				n, err = s.Read(fd, b)
			}
			w, err2 := s.Write(fd, []byte("x"))
			say(s, name, fmt.Sprint(n, err, w, err2))
		}
		return 0
	}})
	want := "null 0 <nil> 1 <nil>\nzero 4 <nil> 1 <nil>\nfull 4 <nil> 0 No space left on device\n" +
		"tty No such device or address\nconsole No such file or directory\nptmx 0 <nil> 1 <nil>\nnope No such file or directory\n"
	if r.Stdout != want {
		t.Errorf("%s", r.Stdout)
	}
}
