package shell_test

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/proc"
)

// smallPrograms is what the scripts of the table run besides the shell; realPrograms is the same for real shells.
func smallPrograms() proc.Programs {
	return proc.Programs{"cat": cat, "args": args, "sleep": sleep, "status": status, "lines": lines, "die": die}
}

// cat prints files, or its input.
func cat(s proc.Sys) proc.ExitCode {
	names := s.Args()[1:]
	if len(names) == 0 {
		names = []string{"-"}
	}
	code := proc.ExitCode(0)
	buf := make([]byte, 4096)
	for _, name := range names {
		fd := 0
		if name != "-" {
			var err error
			if fd, err = s.Open(name, proc.O_RDONLY, 0); err != nil {
				s.Write(2, []byte("cat: "+name+": "+err.Error()+"\n"))
				code = 1
				continue
			}
		}
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

// args prints its arguments between angle brackets, a line each.
func args(s proc.Sys) proc.ExitCode {
	var b strings.Builder
	for _, a := range s.Args()[1:] {
		b.WriteString("<" + a + ">\n")
	}
	s.Write(1, []byte(b.String()))
	return 0
}

func sleep(s proc.Sys) proc.ExitCode {
	d, err := time.ParseDuration(s.Args()[1] + "s")
	if err != nil {
		return 1
	}
	s.Sleep(d)
	return 0
}

// status ends with the code that it is given.
func status(s proc.Sys) proc.ExitCode {
	n, _ := strconv.Atoi(s.Args()[1])
	return proc.ExitCode(n)
}

// lines counts lines.
func lines(s proc.Sys) proc.ExitCode {
	n := 0
	buf := make([]byte, 4096)
	for {
		c, err := s.Read(0, buf)
		if c == 0 || err != nil {
			break
		}
		n += strings.Count(string(buf[:c]), "\n")
	}
	s.Write(1, []byte(strconv.Itoa(n)+"\n"))
	return 0
}

// die sends itself the signal that it is given.
func die(s proc.Sys) proc.ExitCode {
	sig, _ := proc.SignalNamed(s.Args()[1])
	s.Kill(s.Getpid(), sig)
	return 0
}

func realPrograms(t testing.TB) {
	if _, err := os.Stat(realBin + "/die"); err == nil {
		return
	}
	os.MkdirAll(realBin, 0o755)
	t.Cleanup(func() { os.RemoveAll(realBin) })
	os.Symlink("/usr/bin/cat", realBin+"/cat")
	os.Symlink("/usr/bin/sleep", realBin+"/sleep")
	os.Symlink("/usr/bin/dash", realBin+"/sh")
	for name, text := range map[string]string{
		"args":   `for a; do printf '<%s>\n' "$a"; done`,
		"status": `exit $1`,
		"lines":  `n=0; while read -r x; do n=$((n+1)); done; echo $n`,
		"die":    `kill -$1 $$`,
	} {
		if err := os.WriteFile(realBin+"/"+name, []byte("#!/bin/dash\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func signalOf(p *os.ProcessState) syscall.Signal { return p.Sys().(syscall.WaitStatus).Signal() }
