package shell_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"dockerlearn/labs/sandbox/shell"
)

// The table of what is typed: testdata/typing has sessions at a terminal that does not echo, a line of keys a line (^Z
// and its like are keys; "..." lets time pass), and testdata/typing/golden what the real shells showed after each.
// With DOCKERLEARN_LIVE_SHELL=1 they are asked again on a terminal of the kernel, with -update written down.

func typingSessions(t *testing.T) []script {
	text, err := os.ReadFile("testdata/typing/jobs.txt")
	if err != nil {
		t.Fatal(err)
	}
	var list []script
	for part := range strings.SplitSeq("\n"+string(text), "\n### ") {
		if name, body, ok := strings.Cut(part, "\n"); ok && name != "" {
			list = append(list, script{name: name, text: strings.TrimSpace(body)})
		}
	}
	return list
}

// shown is a whole session: keys behind "> ", and what appeared.
func shown(keys, screen string) string {
	return "> " + keys + "\n" + visible(tidyScreen(screen)) + "\n"
}

// tidyScreen takes out what differs from run to run.
func tidyScreen(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = regexp.MustCompile(`(?m)^(\[\d+\]) \d+$`).ReplaceAllString(s, "$1 PID")
	s = regexp.MustCompile(`(\[\d+\] ?[-+ ] *)\d+ ([A-Z])`).ReplaceAllString(s, "${1}PID $2")
	s = regexp.MustCompile(`(PID .*?)  +`).ReplaceAllString(s, "$1  ")
	s = regexp.MustCompile(`(?m)^     +\d+ +`).ReplaceAllString(s, "     PID ")
	return strings.TrimRight(s, "\n")
}

// key is what a line of a session sends.
func key(line string) string {
	if len(line) == 2 && line[0] == '^' {
		return string(line[1] & 0x1f)
	}
	return line + "\n"
}

func typedAtOurs(t *testing.T, sc script, f shell.Flavour) string {
	term := startTerminal(t, shell.Config{Flavour: f}, "sh")
	var b strings.Builder
	for line := range strings.Lines("PS1='$ '\n" + sc.text + "\n") {
		line = strings.TrimSuffix(line, "\n")
		before := term.screen.Len()
		if line != "..." {
			term.tty.Type([]byte(key(line)))
		}
		term.passes(300 * time.Millisecond)
		if strings.HasPrefix(line, "PS1=") {
			continue
		}
		b.WriteString(shown(line, withoutEcho(line, term.screen.String()[before:])))
	}
	return b.String()
}

// withoutEcho takes the echo of the line away.
func withoutEcho(line, screen string) string {
	screen = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`).ReplaceAllString(screen, "")
	screen = strings.TrimPrefix(screen, line)
	if len(line) == 2 && line[0] == '^' {
		return screen
	}
	return strings.TrimPrefix(strings.TrimPrefix(screen, "\r"), "\n")
}

func typedAtReal(t *testing.T, sc script, f shell.Flavour) string {
	t.Helper()
	realPrograms(t)
	master, slave := terminalPair(t, f)
	defer master.Close()
	path := map[shell.Flavour]string{shell.Ash: "/usr/bin/busybox", shell.Dash: "/usr/bin/dash", shell.Bash: "/usr/bin/bash"}[f]
	argv := []string{"sh"}
	if f == shell.Bash {
		argv = []string{"bash", "--norc", "--noprofile", "--noediting"}
	}
	home := t.TempDir()
	os.WriteFile(filepath.Join(home, "one"), []byte("1\n"), 0o644)
	cmd := &exec.Cmd{Path: path, Args: argv, Dir: home, Stdin: slave, Stdout: slave, Stderr: slave}
	cmd.Env = []string{"PATH=" + realBin, "HOME=" + home, "PS1=$ "}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	defer func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); cmd.Process.Kill(); cmd.Wait() }()
	out := make(chan []byte, 64)
	go func() {
		defer close(out)
		for {
			buf := make([]byte, 4096)
			n, err := master.Read(buf)
			if err != nil {
				return
			}
			out <- buf[:n]
		}
	}()
	appears := func() string {
		var b bytes.Buffer
		for limit := time.After(300 * time.Millisecond); ; {
			select {
			case part, ok := <-out:
				if !ok {
					return b.String()
				}
				b.Write(part)
			case <-limit:
				return b.String()
			}
		}
	}
	appears()
	var b strings.Builder
	for line := range strings.Lines(sc.text + "\n") {
		line = strings.TrimSuffix(line, "\n")
		if line != "..." {
			master.WriteString(key(line))
		}
		screen := appears()
		if f == shell.Ash {
			screen = withoutEcho(line, screen)
		}
		b.WriteString(shown(line, screen))
	}
	return b.String()
}

// terminalPair is a terminal of the kernel. Without echo there is less to take out of what appears.
func terminalPair(t *testing.T, f shell.Flavour) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	if slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	modes, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	if f != shell.Ash { // busybox's editor shows what is typed in any case
		modes.Lflag &^= unix.ECHO
	}
	if err := unix.IoctlSetTermios(int(slave.Fd()), unix.TCSETS, modes); err != nil {
		t.Fatal(err)
	}
	return master, slave
}

func TestTypedSessions(t *testing.T) {
	for _, sc := range typingSessions(t) {
		for _, f := range flavours {
			t.Run(sc.name+" "+f.String(), func(t *testing.T) {
				path := "testdata/typing/golden/" + sc.name + "-" + f.String() + ".txt"
				if live := os.Getenv("DOCKERLEARN_LIVE_SHELL") != ""; live {
					real := typedAtReal(t, sc, f)
					if *update {
						if err := os.WriteFile(path, []byte(real), 0o644); err != nil {
							t.Fatal(err)
						}
					} else if was, _ := os.ReadFile(path); string(was) != real {
						t.Errorf("--- now\n%s--- written down\n%s", real, was)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if got := typedAtOurs(t, sc, f); got != string(want) {
					t.Errorf("--- ours\n%s--- %v\n%s", got, f, want)
				}
			})
		}
	}
}
