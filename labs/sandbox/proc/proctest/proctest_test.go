package proctest_test

import (
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
)

// cat is how a program is written.
func cat(s proc.Sys) proc.ExitCode {
	code := proc.ExitCode(0)
	args := s.Args()[1:]
	if len(args) == 0 {
		args = []string{"-"}
	}
	for _, name := range args {
		fd := 0
		if name != "-" {
			var err error
			if fd, err = s.Open(name, proc.O_RDONLY, 0); err != nil {
				s.Write(2, []byte("cat: can't open '"+name+"': "+err.Error()+"\n"))
				code = 1
				continue
			}
		}
		buf := make([]byte, 4096)
		for {
			n, err := s.Read(fd, buf)
			if n == 0 || err != nil {
				break
			}
			if _, err := s.Write(1, buf[:n]); err != nil {
				return 1
			}
		}
		if fd != 0 {
			s.Close(fd)
		}
	}
	return code
}

func TestAMachineRunsAProgram(t *testing.T) {
	m := proctest.New(t, proctest.Config{
		Programs: proc.Programs{"cat": cat},
		Files:    map[string]string{"/etc/motd": "hello\n"},
	})
	if r := m.Run("cat", "/etc/motd"); r.Stdout != "hello\n" || r.Stderr != "" || r.Code != 0 {
		t.Errorf("%+v", r)
	}
	if r := m.RunInput("typed", "cat"); r.Stdout != "typed" {
		t.Errorf("%+v", r)
	}
	if r := m.Run("cat", "/nope"); r.Stderr != "cat: can't open '/nope': No such file or directory\n" || r.Code != 1 {
		t.Errorf("%+v", r)
	}
	for _, name := range strings.Fields("status stat cmdline comm environ mounts mountinfo limits cgroup statm wchan") {
		if r := m.Run("cat", "/proc/self/"+name); r.Stdout == "" || r.Code != 0 {
			t.Errorf("/proc/self/%s: %+v", name, r)
		}
	}
	t.Log(m.Run("cat", "/proc/self/status", "/proc/mounts", "/proc/self/stat", "/proc/meminfo", "/proc/loadavg").Stdout)
}
