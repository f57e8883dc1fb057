package proc_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
)

func TestControlGroups(t *testing.T) {
	m := proctest.New(t, proctest.Config{})
	g := m.Kernel.Cgroup().Child("docker").Child("c1")
	in := func(l proc.CgroupLimits, body proc.Program) proctest.Result {
		g.SetLimits(l)
		return m.Do("", proc.Spec{Args: []string{"x"}, Program: body, Cgroup: g})
	}
	killed := 0
	g.OnOOM(func(*proc.Process) { killed++ })
	r := in(proc.CgroupLimits{Memory: 16 << 20}, func(s proc.Sys) proc.ExitCode {
		for range 100 {
			s.Alloc(1 << 20)
		}
		return 0
	})
	if r.Code != 137 || killed != 1 || g.OOMKills() != 1 || g.Memory() != 0 || g.Peak() < 16<<20 {
		t.Errorf("memory: exit %d, killed %d, holds %d, peak %d", r.Code, killed, g.Memory(), g.Peak())
	}
	r = in(proc.CgroupLimits{Memory: 16 << 20}, func(s proc.Sys) proc.ExitCode {
		s.Fork(func(c proc.Sys) proc.ExitCode { c.Alloc(12 << 20); c.Sleep(time.Hour); return 0 })
		s.Sleep(time.Second)
		s.Alloc(5 << 20) // the child is larger, and dies for it
		_, st, _ := s.Wait(-1, 0)
		return st.Code() - 100
	})
	if r.Code != 37 {
		t.Errorf("the largest is to die: %d", r.Code)
	}
	r = in(proc.CgroupLimits{Pids: 3}, func(s proc.Sys) proc.ExitCode {
		for range 4 {
			_, err := s.Fork(func(c proc.Sys) proc.ExitCode { c.Sleep(time.Second); return 0 })
			say(s, errText(err))
		}
		return 0
	})
	if r.Stdout != "ok\nok\nResource temporarily unavailable\nResource temporarily unavailable\n" {
		t.Errorf("pids: %q", r.Stdout)
	}
	m.Sim.Run(nil)
	took := func(l proc.CgroupLimits) time.Duration {
		began := m.Sim.Elapsed()
		in(l, func(s proc.Sys) proc.ExitCode {
			for range 20000 {
				s.Step(1)
			}
			return 0
		})
		return m.Sim.Elapsed() - began
	}
	free, held := took(proc.CgroupLimits{}), took(proc.CgroupLimits{Quota: 25 * time.Millisecond})
	if free > 250*time.Millisecond || held < 600*time.Millisecond || held > 1200*time.Millisecond ||
		g.Throttled() == 0 {
		t.Errorf("200 ms of work take %v, with a quarter of a processor %v", free, held)
	}
	if err := g.Remove(); err != nil {
		t.Error(err)
	}
}

func TestAContainerSeesItsLimits(t *testing.T) {
	m := proctest.New(t, proctest.Config{})
	ns := m.Kernel.Namespaces()
	ns.PID = m.Kernel.NewPIDNamespace(nil)
	g := m.Kernel.Cgroup().Child("c")
	g.SetLimits(proc.CgroupLimits{Memory: 64 << 20, Pids: 9, Quota: 50 * time.Millisecond})
	r := m.Do("", proc.Spec{Args: []string{"x"}, Cgroup: g, Namespaces: ns, Program: func(s proc.Sys) proc.ExitCode {
		for _, name := range strings.Fields("memory.max pids.max pids.current cpu.max cgroup.procs") {
			b, err := s.FS().ReadFile("/sys/fs/cgroup/" + name)
			say(s, name, strings.TrimSpace(string(b)), errText(err))
		}
		return 0
	}})
	want := "memory.max 67108864 ok\npids.max 9 ok\npids.current 1 ok\ncpu.max 50000 100000 ok\ncgroup.procs 1 ok\n"
	if r.Stdout != want {
		t.Errorf("%s", r.Stdout)
	}
}

func TestFreezing(t *testing.T) {
	m := proctest.New(t, proctest.Config{})
	g := m.Kernel.Cgroup().Child("c")
	n := 0
	p := m.Start(proc.Spec{Args: []string{"x"}, Cgroup: g, Program: func(s proc.Sys) proc.ExitCode {
		for {
			s.Sleep(time.Second)
			n++
		}
	}})
	m.Sim.Advance(3500 * time.Millisecond)
	g.Freeze()
	m.Sim.Advance(5 * time.Second)
	frozen := n
	g.Thaw()
	m.Sim.Advance(3 * time.Second)
	if frozen != 3 || n <= frozen {
		t.Errorf("%d while frozen, %d afterwards", frozen, n)
	}
	g.Freeze()
	p.Signal(proc.SIGKILL)
	m.Sim.Settle()
	if !p.Done() {
		t.Error("SIGKILL does not reach a frozen process")
	}
}

func TestExecutingFiles(t *testing.T) {
	argv := func(s proc.Sys) proc.ExitCode {
		say(s, strings.Join(s.Args(), "|"))
		return 0
	}
	m := proctest.New(t, proctest.Config{
		Programs: proc.Programs{"argv": argv},
		Files: map[string]string{
			"/script":   "#!/bin/argv  one  two \nbody",
			"/script2":  "#! /script\n",
			"/loop":     "#!/loop\n",
			"/text":     "no magic",
			"/nointerp": "#!/nope\n",
			"/dir/":     "",
		},
	})
	for path, content := range map[string]string{"/copy": string(proc.Binary("argv")), "/elf": "\x7fELF real", "/gone": string(proc.Binary("gone"))} {
		if err := m.View.WriteFile(path, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	m.View.Chmod("/text", 0o755)
	for _, test := range []struct{ path, out string }{
		{"/bin/argv", "name|a"},
		{"/copy", "name|a"},
		{"/script", "/bin/argv|one  two|/script|a"},
		{"/script2", "/bin/argv|one  two|/script|/script2|a"},
		{"/loop", "Too many levels of symbolic links"},
		{"/text", "Exec format error"},
		{"/nointerp", "No such file or directory"},
		{"/etc/passwd", "Permission denied"},
		{"/dir", "Permission denied"},
		{"/nope", "No such file or directory"},
		{"/etc/passwd/x", "Not a directory"},
	} {
		r := m.Do("", proc.Spec{Args: []string{"x"}, Program: func(s proc.Sys) proc.ExitCode {
			say(s, errText(s.Exec(test.path, []string{"name", "a"}, nil)))
			return 1
		}})
		if r.Stdout != test.out+"\n" {
			t.Errorf("%s: %q, not %q", test.path, r.Stdout, test.out)
		}
	}
	for path, says := range map[string]string{"/elf": "name: this program is not simulated", "/gone": "gone: this program is not simulated"} {
		r := m.Do("", proc.Spec{Path: path, Args: []string{"name"}})
		if r.Code != 126 || !strings.HasPrefix(r.Stderr, says) {
			t.Errorf("%s: exit %d, %q", path, r.Code, r.Stderr)
		}
	}
	r := m.Do("", proc.Spec{Args: []string{"x"}, Program: func(s proc.Sys) proc.ExitCode {
		err := s.Exec("/bin/argv", []string{"x", strings.Repeat("a", 200000)}, nil)
		say(s, err.Error())
		return 0
	}})
	if r.Stdout != "Argument list too long\n" {
		t.Error(r.Stdout)
	}
}

func TestUsers(t *testing.T) {
	whoami := func(s proc.Sys) proc.ExitCode {
		c := s.Creds()
		_, err := s.Open("/secret", proc.O_RDONLY, 0)
		say(s, fmt.Sprint(c.UID, c.EUID, c.GID), errText(err))
		return 0
	}
	m := proctest.New(
		t,
		proctest.Config{
			Programs: proc.Programs{"whoami": whoami, "su": whoami},
			Files:    map[string]string{"/secret": "x"},
		},
	)
	m.View.Chmod("/secret", 0o600)
	m.View.Chmod("/bin/su", 0o4755)
	learner := proc.User(1000, 1000, proc.AllCaps)
	for _, test := range []struct {
		spec proc.Spec
		out  string
	}{
		{proc.Spec{Args: []string{"whoami"}}, "0 0 0 ok\n"},
		{proc.Spec{Args: []string{"whoami"}, Creds: learner}, "1000 1000 1000 Permission denied\n"},
		{proc.Spec{Args: []string{"su"}, Creds: learner}, "1000 0 1000 ok\n"},
		{proc.Spec{Args: []string{"su"}, Creds: learner, NoNewPrivs: true}, "1000 1000 1000 Permission denied\n"},
	} {
		if r := m.Do("", test.spec); r.Stdout != test.out {
			t.Errorf("%v: %q, not %q", test.spec.Args, r.Stdout, test.out)
		}
	}
	r := m.Do("", proc.Spec{Args: []string{"x"}, Program: func(s proc.Sys) proc.ExitCode {
		s.Setgid(1000)
		s.Setuid(1000)
		say(s, fmt.Sprint(s.Creds().Effective), errText(s.Setuid(0)), errText(s.SetHostname("x")))
		return 0
	}})
	if r.Stdout != "0 Operation not permitted Operation not permitted\n" {
		t.Errorf("%q", r.Stdout)
	}
}

func TestProcFiles(t *testing.T) {
	m := proctest.New(t, proctest.Config{Files: map[string]string{"/f": "text"}})
	r := m.Do(
		"in",
		proc.Spec{Args: []string{"me", "a b"}, Env: []string{"A=1"}, Program: func(s proc.Sys) proc.ExitCode {
			show := func(path string) {
				b, err := s.FS().ReadFile(path)
				text := strings.ReplaceAll(strings.TrimSpace(string(b)), "\x00", "·")
				if err != nil {
					text = err.Error()
				}
				say(s, path+":", text)
			}
			link := func(path string) {
				to, err := s.FS().Readlink(path)
				say(s, path, "->", to, errText(err))
			}
			fd, _ := s.Open("/f", proc.O_RDONLY, 0)
			s.FS().Unlink("/f")
			child, _ := s.Fork(func(c proc.Sys) proc.ExitCode { return 3 })
			s.Sleep(time.Second) // now it is a zombie
			for _, path := range strings.Fields("cmdline comm environ oom_score_adj wchan cgroup") {
				show("/proc/self/" + path)
			}
			show("/proc/sys/kernel/hostname")
			show("/proc/sys/kernel/osrelease")
			show("/proc/uptime")
			show(fmt.Sprintf("/proc/%d/cmdline", child))
			link("/proc/self")
			link("/proc/self/cwd")
			link(fmt.Sprintf("/proc/self/fd/%d", fd))
			show(fmt.Sprintf("/proc/self/fd/%d", fd)) // it can still be opened
			link("/proc/self/fd/77")
			link("/proc/self/exe")
			link("/proc/mounts")
			show("/proc/77777/stat")
			b, _ := s.FS().ReadFile(fmt.Sprintf("/proc/%d/status", child))
			for line := range strings.Lines(string(b)) {
				if strings.HasPrefix(line, "State:") || strings.HasPrefix(line, "PPid:") {
					say(s, strings.TrimSpace(line))
				}
			}
			names, _ := s.FS().ReadDir("/proc")
			count := 0
			for _, n := range names {
				if n.Name[0] <= '9' {
					count++
				}
			}
			say(s, fmt.Sprint(count, " processes"))
			return 0
		}},
	)
	want := `/proc/self/cmdline: me·a b·
/proc/self/comm: me
/proc/self/environ: A=1·
/proc/self/oom_score_adj: 0
/proc/self/wchan: 0
/proc/self/cgroup: 0::/
/proc/sys/kernel/hostname: box
/proc/sys/kernel/osrelease: 6.18.44
/proc/uptime: 138.00 276.00
/proc/3/cmdline: 
/proc/self -> 2 ok
/proc/self/cwd -> / ok
/proc/self/fd/3 -> /f (deleted) ok
/proc/self/fd/3: text
/proc/self/fd/77 ->  No such file or directory
/proc/self/exe ->  No such file or directory
/proc/mounts -> self/mounts ok
/proc/77777/stat: No such file or directory
PPid:	2
State:	Z (zombie)
3 processes
`
	got := strings.ReplaceAll(r.Stdout, "State:\tZ (zombie)\nPPid:\t2\n", "PPid:\t2\nState:\tZ (zombie)\n")
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

// Two runs with one seed leave one log.
func TestTheSameSeedLeavesTheSameLog(t *testing.T) {
	log := func() string {
		m := proctest.New(t, proctest.Config{Seed: 3})
		m.Do("", proc.Spec{Args: []string{"x"}, Program: func(s proc.Sys) proc.ExitCode {
			r, w, _ := s.Pipe()
			for i := range 20 {
				s.Fork(func(c proc.Sys) proc.ExitCode {
					c.Sleep(time.Duration(c.Rand().IntN(1000)) * time.Millisecond)
					c.Write(w, []byte{byte(i)})
					return proc.ExitCode(i)
				})
			}
			s.Close(w)
			b := make([]byte, 1)
			for range 20 {
				s.Read(r, b)
				say(s, fmt.Sprint(b[0]))
			}
			return 0
		}})
		var text strings.Builder
		for e := range m.Sim.Log.Since(0) {
			fmt.Fprintln(&text, e.At, e)
		}
		return text.String()
	}
	first := log()
	for range 20 {
		if log() != first {
			t.Fatal("two runs differ")
		}
	}
}
