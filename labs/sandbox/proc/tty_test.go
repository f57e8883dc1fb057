package proc_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
)

// lineDiscipline types keys at a program that prints what it reads, and returns the screen and what was read.
func lineDiscipline(t *testing.T, set func(*proc.Termios), keys string) (screen string, reads []string) {
	t.Helper()
	m := proctest.New(t, proctest.Config{})
	tty := m.Kernel.PTS().NewTTY(proc.Winsize{Rows: 24, Cols: 80})
	var b strings.Builder
	tty.Attach(func(p []byte) { b.Write(p) })
	m.Start(proc.Spec{Args: []string{"x"}, TTY: tty, Program: func(s proc.Sys) proc.ExitCode {
		if set != nil {
			to, _ := s.Termios(0)
			set(&to)
			s.SetTermios(0, to, false)
		}
		buf := make([]byte, 100)
		for {
			n, err := s.Read(0, buf)
			if err != nil {
				return 1
			}
			reads = append(reads, string(buf[:n]))
		}
	}})
	m.Sim.Settle()
	for _, k := range keys {
		tty.Type([]byte(string(k)))
		m.Sim.Settle()
	}
	return b.String(), reads
}

func TestTheLineDiscipline(t *testing.T) {
	raw := func(to *proc.Termios) { *to = to.Raw() }
	noEcho := func(to *proc.Termios) { to.Lflag &^= proc.ECHO }
	for _, test := range []struct {
		name         string
		set          func(*proc.Termios)
		keys, screen string
		reads        string
	}{
		{"a line", nil, "ab\r", "ab\r\n", "ab\n"},
		{"erase", nil, "abc\x7f\x7fx\r", "abc\b \b\b \bx\r\n", "ax\n"},
		{"erase at the start", nil, "\x7fa\r", "a\r\n", "a\n"},
		{"erase a Chinese character", nil, "你\x7fa\r", "你\b \b\b \ba\r\n", "a\n"},
		{"erase a control character", nil, "\x01\x7fa\r", "^A\b \b\b \ba\r\n", "a\n"},
		{"kill the line", nil, "abc\x15d\r", "abc\b \b\b \b\b \bd\r\n", "d\n"},
		{"erase a word", nil, "one two\x17x\r", "one two\b \b\b \b\b \bx\r\n", "one x\n"},
		{"literal next", nil, "a\x16\x03b\r", "a^\b^Cb\r\n", "a\x03b\n"},
		{"reprint", nil, "ab\x12c\r", "ab^R\r\nabc\r\n", "abc\n"},
		{"end of file", nil, "\x04", "", ""},
		{"end of file in a line", nil, "ab\x04", "ab", "ab"},
		{"no echo", noEcho, "secret\r", "", "secret\n"},
		{"raw", raw, "a\r\x03", "", "a|\r|\x03"},
		{"interrupt forgets the line", nil, "abc\x03", "abc^C", ""},
	} {
		screen, reads := lineDiscipline(t, test.set, test.keys)
		if got := strings.Join(reads, "|"); screen != test.screen || !strings.HasPrefix(got, test.reads) {
			t.Errorf("%s: screen %q, read %q; not %q, %q", test.name, screen, got, test.screen, test.reads)
		}
	}
}

func TestKeysSignalTheForeground(t *testing.T) {
	for key, code := range map[string]proc.ExitCode{"\x03": 130, "\x1c": 131} {
		m := proctest.New(t, proctest.Config{})
		tty := m.Kernel.PTS().NewTTY(proc.Winsize{Rows: 24, Cols: 80})
		var back proc.ExitCode
		p := m.Start(proc.Spec{Args: []string{"sh"}, TTY: tty, Program: func(s proc.Sys) proc.ExitCode {
			s.Signal(proc.SIGTTOU, proc.Ignore)
			pid, _ := s.Fork(func(c proc.Sys) proc.ExitCode { c.Sleep(time.Hour); return 0 })
			s.Setpgid(pid, pid)
			s.SetForeground(0, pid)
			_, st, _ := s.Wait(pid, 0)
			back = st.Code()
			s.SetForeground(0, s.Getpgrp())
			bg, _ := s.Fork(func(c proc.Sys) proc.ExitCode {
				c.Setpgid(0, 0)
				c.Read(0, make([]byte, 1)) // not the foreground's
				return 0
			})
			_, st, _ = s.Wait(bg, proc.WUNTRACED)
			sig, _ := st.Stopped()
			return proc.ExitCode(sig)
		}})
		m.Sim.Settle()
		tty.Type([]byte(key))
		m.Sim.Settle()
		if back != code || proc.Signal(p.Status().Code()) != proc.SIGTTIN {
			t.Errorf("%q: exit %d, then %v", key, back, proc.Signal(p.Status().Code()))
		}
	}
}

func TestHangingUp(t *testing.T) {
	m := proctest.New(t, proctest.Config{})
	tty := m.Kernel.PTS().NewTTY(proc.Winsize{Rows: 24, Cols: 80})
	p := m.Start(
		proc.Spec{Args: []string{"sh"}, TTY: tty, Program: func(s proc.Sys) proc.ExitCode { s.Pause(); return 0 }},
	)
	m.Sim.Settle()
	tty.Resize(proc.Winsize{Rows: 50, Cols: 132})
	if m.Sim.Settle(); p.Done() || tty.Size().Cols != 132 {
		t.Error("a new size hurts")
	}
	tty.Free()
	m.Sim.Settle()
	if sig, _ := p.Status().Signaled(); sig != proc.SIGHUP {
		t.Error(p.Status())
	}
	if next := m.Kernel.PTS().NewTTY(proc.Winsize{}); next.Name() != "/dev/pts/0" {
		t.Error(next.Name())
	}
}

func TestAProgramCanHoldTheMaster(t *testing.T) {
	r := run(t, func(s proc.Sys) proc.ExitCode {
		master, _ := s.Open("/dev/ptmx", proc.O_RDWR, 0)
		name, _ := s.TerminalName(master)
		s.Fork(func(c proc.Sys) proc.ExitCode {
			c.Setsid()
			slave, err := c.Open(name, proc.O_RDWR, 0)
			tty, err2 := c.Open("/dev/tty", proc.O_RDWR, 0)
			c.Write(tty, []byte(fmt.Sprintln(c.IsTerminal(slave), err, err2)))
			b := make([]byte, 10)
			n, _ := c.Read(slave, b)
			c.Write(slave, b[:n])
			return 0
		})
		s.Write(master, []byte("typed\r"))
		for {
			b := make([]byte, 100)
			n, err := s.Read(master, b)
			if err != nil {
				say(s, name, err.Error())
				return 0
			}
			s.Write(1, b[:n])
		}
	})
	if want := "typed\r\ntrue <nil> <nil>\r\ntyped\r\n/dev/pts/0 Input/output error\n"; r.Stdout != want {
		t.Errorf("%q", r.Stdout)
	}
}

// Which of the keys somebody still has to read is known exactly, whatever the terminal did to them.
func TestKeysThatAreTaken(t *testing.T) {
	m := proctest.New(t, proctest.Config{})
	tty := m.Kernel.PTS().NewTTY(proc.Winsize{Rows: 24, Cols: 80})
	var read bool
	var wake proc.Queue
	m.Start(proc.Spec{Args: []string{"x"}, TTY: tty, Program: func(s proc.Sys) proc.ExitCode {
		for {
			for !read {
				_ = wake.Wait(s, "x")
			}
			read = false
			s.Read(0, make([]byte, 100))
		}
	}})
	take := func() { read = true; wake.Wake(); m.Sim.Settle() }
	m.Sim.Settle()
	for i, c := range []struct {
		keys  string
		read  bool
		taken int
	}{
		{"ab\r", false, 0},
		{"cx\x7fd\r", false, 0},
		{"", true, 3}, // the first line
		{"", true, 8}, // the second, of which a key was erased
		{"zz\x15", false, 11},
		{"e\rf", false, 11},
		{"", true, 13}, // f is still there
		{"\x03", false, 15},
	} {
		tty.Type([]byte(c.keys))
		m.Sim.Settle()
		if c.read {
			take()
		}
		if got := tty.Taken(); got != c.taken {
			t.Errorf("%d: after %q: %d taken, want %d", i, c.keys, got, c.taken)
		}
	}
}
