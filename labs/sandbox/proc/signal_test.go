package proc_test

import (
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
)

// run runs a Go function as a process and returns what it said and how it ended.
func run(t *testing.T, body proc.Program) proctest.Result {
	t.Helper()
	m := proctest.New(t, proctest.Config{})
	return m.Do("", proc.Spec{Args: []string{"test"}, Program: body})
}

func say(s proc.Sys, words ...string) { s.Write(1, []byte(strings.Join(words, " ")+"\n")) }

func TestSignals(t *testing.T) {
	for _, test := range []struct {
		name string
		body proc.Program
		out  string
		code proc.ExitCode
	}{
		{"one's own TERM ends before kill returns", func(s proc.Sys) proc.ExitCode {
			s.Kill(s.Getpid(), proc.SIGTERM)
			say(s, "no")
			return 0
		}, "", 143},
		{"ignored", func(s proc.Sys) proc.ExitCode {
			s.Signal(proc.SIGTERM, proc.Ignore)
			s.Kill(s.Getpid(), proc.SIGTERM)
			return 3
		}, "", 3},
		{"KILL cannot be ignored or masked", func(s proc.Sys) proc.ExitCode {
			if _, err := s.Signal(proc.SIGKILL, proc.Ignore); err != proc.EINVAL {
				say(s, "ignored")
			}
			s.Mask(proc.Signals(proc.SIGKILL, proc.SIGTERM))
			s.Kill(s.Getpid(), proc.SIGKILL)
			return 0
		}, "", 137},
		{"caught ones interrupt a sleep", func(s proc.Sys) proc.ExitCode {
			s.Signal(proc.SIGUSR1, proc.Catch)
			me := s.Getpid()
			s.Fork(func(c proc.Sys) proc.ExitCode {
				c.Sleep(time.Second)
				c.Kill(me, proc.SIGUSR1)
				return 0
			})
			left, err := s.Sleep(10 * time.Second)
			sig, _ := s.Caught()
			say(s, left.Round(time.Second).String(), err.Error(), sig.String())
			return 0
		}, "9s Interrupted system call USR1\n", 0},
		{"masked ones wait", func(s proc.Sys) proc.ExitCode {
			s.Mask(proc.Signals(proc.SIGTERM))
			s.Kill(s.Getpid(), proc.SIGTERM)
			say(s, "still here")
			s.Mask(0)
			say(s, "no")
			return 0
		}, "still here\n", 143},
		{"one signal is kept once", func(s proc.Sys) proc.ExitCode {
			s.Signal(proc.SIGUSR1, proc.Catch)
			s.Kill(s.Getpid(), proc.SIGUSR1)
			s.Kill(s.Getpid(), proc.SIGUSR1)
			_, first := s.Caught()
			_, second := s.Caught()
			if first && !second {
				say(s, "once")
			}
			return 0
		}, "once\n", 0},
		{"stop and continue are news", func(s proc.Sys) proc.ExitCode {
			pid, _ := s.Fork(func(c proc.Sys) proc.ExitCode { c.Sleep(time.Hour); return 0 })
			s.Kill(pid, proc.SIGSTOP)
			_, st, _ := s.Wait(pid, proc.WUNTRACED)
			sig, _ := st.Stopped()
			s.Kill(pid, proc.SIGCONT)
			_, st2, _ := s.Wait(pid, proc.WCONTINUED)
			s.Kill(pid, proc.SIGTERM)
			_, st3, _ := s.Wait(pid, 0)
			dead, _ := st3.Signaled()
			if st2.Continued() {
				say(s, sig.String(), "CONT", dead.String())
			}
			return 0
		}, "STOP CONT TERM\n", 0},
		{"KILL ends a stopped process, TERM waits", func(s proc.Sys) proc.ExitCode {
			pid, _ := s.Fork(func(c proc.Sys) proc.ExitCode { c.Pause(); return 0 })
			s.Kill(pid, proc.SIGSTOP)
			s.Sleep(time.Second)
			s.Kill(pid, proc.SIGTERM)
			s.Sleep(time.Second)
			n, _, _ := s.Wait(pid, proc.WNOHANG)
			s.Kill(pid, proc.SIGKILL)
			_, st, _ := s.Wait(pid, 0)
			if n == 0 && st.Code() == 137 {
				say(s, "so it is")
			}
			return 0
		}, "so it is\n", 0},
		{"signal 0 asks", func(s proc.Sys) proc.ExitCode {
			say(s, errText(s.Kill(s.Getpid(), 0)), errText(s.Kill(9999, 0)), errText(s.Kill(1, 99)))
			return 0
		}, "ok No such process Invalid argument\n", 0},
		{"a group", func(s proc.Sys) proc.ExitCode {
			a, _ := s.Fork(func(c proc.Sys) proc.ExitCode { c.Setpgid(0, 0); c.Pause(); return 0 })
			s.Sleep(time.Millisecond)
			b, _ := s.Fork(func(c proc.Sys) proc.ExitCode { c.Setpgid(0, a); c.Pause(); return 0 })
			s.Sleep(time.Millisecond)
			s.Kill(-a, proc.SIGHUP)
			_, x, _ := s.Wait(a, 0)
			_, y, _ := s.Wait(b, 0)
			return x.Code() - y.Code()
		}, "", 0},
		{"others need the same user", func(s proc.Sys) proc.ExitCode {
			pid, _ := s.Fork(func(c proc.Sys) proc.ExitCode { c.Pause(); return 0 })
			s.Fork(func(c proc.Sys) proc.ExitCode {
				c.Setuid(1000)
				say(c, errText(c.Kill(pid, proc.SIGTERM)))
				return 0
			})
			s.Wait(-1, 0)
			return 0
		}, "Operation not permitted\n", 0},
		{"a panic is a segmentation fault", func(proc.Sys) proc.ExitCode { panic("a bug") }, "", 139},
		{"deferred calls cannot come back", func(s proc.Sys) proc.ExitCode {
			defer func() { recover(); say(s, "no") }()
			s.Exit(5)
			return 0
		}, "", 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := run(t, test.body)
			if r.Stdout != test.out || r.Code != test.code {
				t.Errorf("%q, exit %d; not %q, exit %d", r.Stdout, r.Code, test.out, test.code)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		return "ok"
	}
	return err.Error()
}

// container starts a process as number 1 of a pid namespace of its own.
func container(m *proctest.Machine, body proc.Program) *proc.Process {
	ns := m.Kernel.Namespaces()
	ns.PID = m.Kernel.NewPIDNamespace(nil)
	ns.UTS = m.Kernel.NewUTSNamespace("c1", "")
	return m.Start(
		proc.Spec{
			Args:       []string{"init"},
			Program:    body,
			Namespaces: ns,
			Cgroup:     m.Kernel.Cgroup().Child("docker").Child("c1"),
		},
	)
}

func TestProcessOneIsSpecial(t *testing.T) {
	m := proctest.New(t, proctest.Config{})
	var seen []string
	p := container(m, func(s proc.Sys) proc.ExitCode {
		seen = append(seen, s.Hostname())
		if s.Getpid() == 1 && s.Getppid() == 0 {
			seen = append(seen, "pid 1")
		}
		s.Fork(func(c proc.Sys) proc.ExitCode {
			c.Kill(1, proc.SIGTERM) // nobody catches it
			c.Kill(1, proc.SIGKILL)
			c.Fork(func(g proc.Sys) proc.ExitCode { // becomes an orphan
				g.Sleep(time.Second)
				return proc.ExitCode(g.Getppid())
			})
			return 0
		})
		for {
			pid, st, err := s.Wait(-1, 0)
			if err != nil {
				break
			}
			seen = append(seen, "reaped "+string(rune('0'+pid))+" exit "+string(rune('0'+st.Code())))
		}
		s.Fork(func(c proc.Sys) proc.ExitCode { c.Sleep(time.Hour); return 0 })
		s.Sleep(time.Second)
		return 7
	})
	other := m.Kernel.Namespaces().PID
	if p.PIDIn(p.Namespaces().PID) != 1 || p.PIDIn(other) == 1 {
		t.Errorf("it is %d inside and %d outside", p.PIDIn(p.Namespaces().PID), p.PIDIn(other))
	}
	m.Sim.Run(p.Done)
	if got := strings.Join(seen, ", "); got != "c1, pid 1, reaped 2 exit 0, reaped 3 exit 1" {
		t.Error(got)
	}
	if p.Status().Code() != 7 {
		t.Errorf("exit %d", p.Status().Code())
	}
	m.Sim.Settle()
	if left := m.Kernel.Cgroup().Child("docker").Pids(); left != 0 {
		t.Errorf("%d processes outlived process 1", left)
	}
	if n := len(p.Namespaces().PID.Processes()); n != 0 {
		t.Errorf("%d entries are left", n)
	}
}

func TestSignalsFromOutsideReachProcessOne(t *testing.T) {
	m := proctest.New(t, proctest.Config{})
	for _, test := range []struct {
		name string
		body proc.Program
		sig  proc.Signal
		code proc.ExitCode
		done bool
	}{
		{"TERM is not caught", func(s proc.Sys) proc.ExitCode { s.Pause(); return 0 }, proc.SIGTERM, 0, false},
		{"KILL", func(s proc.Sys) proc.ExitCode { s.Pause(); return 0 }, proc.SIGKILL, 137, true},
		{"TERM is caught", func(s proc.Sys) proc.ExitCode {
			s.Signal(proc.SIGTERM, proc.Catch)
			s.Pause()
			return 4
		}, proc.SIGTERM, 4, true},
	} {
		p := container(m, test.body)
		m.Sim.Settle()
		p.Signal(test.sig)
		m.Sim.Settle()
		if p.Done() != test.done || p.Status().Code() != test.code {
			t.Errorf("%s: done %v, exit %d", test.name, p.Done(), p.Status().Code())
		}
	}
}

func TestSignalNames(t *testing.T) {
	for sig := proc.Signal(1); sig.Valid(); sig++ {
		if sig == 32 || sig == 33 {
			continue
		}
		if got, ok := proc.SignalNamed("SIG" + sig.String()); !ok || got != sig {
			t.Errorf("SIG%s is %d, not %d", sig, got, sig)
		}
	}
	for _, name := range []string{"", "SIG", "FOO", "65", "-1", "RTMIN+99"} {
		if sig, ok := proc.SignalNamed(name); ok {
			t.Errorf("%q is signal %d", name, sig)
		}
	}
}
