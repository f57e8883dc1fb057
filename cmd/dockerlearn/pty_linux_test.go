package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// openPTY opens a pseudo-terminal of the kernel. See pty(7).
func openPTY(b testing.TB, columns, rows uint16) (master, slave *os.File) {
	b.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		b.Skip("no pseudo-terminals here: ", err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		b.Skip("no pseudo-terminals here: ", err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		b.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: rows}); err != nil {
		b.Fatal(err)
	}
	return master, slave
}

// sitting is the built program on a terminal.
type sitting struct {
	b       testing.TB
	process *exec.Cmd
	master  *os.File
	output  chan []byte
	seen    bytes.Buffer
}

func build(b testing.TB) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "dockerlearn")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

func start(b testing.TB, binary, home string, args ...string) *sitting {
	b.Helper()
	master, slave := openPTY(b, 120, 40)
	s := &sitting{b: b, master: master, output: make(chan []byte, 64)}
	s.process = exec.Command(binary, args...)
	s.process.Stdin, s.process.Stdout, s.process.Stderr = slave, slave, slave
	s.process.Env = []string{"HOME=" + home, "TERM=xterm-256color", "LANG=C.UTF-8", "DOCKERLEARN_DATA=" + home}
	s.process.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.process.Start(); err != nil {
		b.Fatal(err)
	}
	slave.Close()
	go func() {
		defer close(s.output)
		for {
			buf := make([]byte, 1<<16)
			n, err := master.Read(buf)
			if n > 0 {
				s.output <- buf[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return s
}

// wait reads until a text has been drawn.
func (s *sitting) wait(text string) {
	s.b.Helper()
	patience := time.After(10 * time.Second)
	for !bytes.Contains(s.seen.Bytes(), []byte(text)) {
		select {
		case out, ok := <-s.output:
			if !ok {
				s.b.Fatalf("the program ended before it drew %q:\n%q", text, s.seen.String())
			}
			s.seen.Write(out)
		case <-patience:
			s.b.Fatalf("%q was not drawn:\n%q", text, s.seen.String())
		}
	}
	s.seen.Reset()
}

// waitQuiet reads what still comes, and reports whether something did.
func waitQuiet(s *sitting) bool {
	select {
	case <-s.output:
		return true
	case <-time.After(200 * time.Millisecond):
		return false
	}
}

func (s *sitting) press(keys string) {
	if _, err := io.WriteString(s.master, keys); err != nil {
		s.b.Fatal(err)
	}
}

func (s *sitting) end() {
	s.press("\x03")
	s.press("\x03")
	done := make(chan error, 1)
	go func() { done <- s.process.Wait() }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = s.process.Process.Kill()
		s.b.Error("ctrl+c twice did not end the program")
	}
	s.master.Close()
	for range s.output { // drain, so that the reader ends
	}
}

// On a terminal the commands that ask open the card; they do not talk in lines.
func TestASessionIsDrawnOnATerminal(t *testing.T) {
	program, err := exec.LookPath("dockerlearn") // TestMain puts it there
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"drill"}, {"exam", "-n", "3"}, {"interview"}} {
		t.Run(args[0], func(t *testing.T) {
			s := start(t, program, t.TempDir(), args...)
			s.wait("I don't know")
			s.end()
		})
	}
}

// From the start of the process to the first frame on a terminal of 120 by 40, for somebody who has been here before.
func BenchmarkFirstFrame(b *testing.B) {
	binary, home := build(b), b.TempDir()
	first := start(b, binary, home)
	first.wait("Welcome")
	first.press("\r")
	first.wait("1/15")
	first.end()
	b.ResetTimer()
	for range b.N {
		s := start(b, binary, home)
		s.wait("Today")
		b.StopTimer()
		s.end()
		b.StartTimer()
	}
}

// From a key to the frame that answers it: turning the pages of a lesson.
func BenchmarkKeyToFrame(b *testing.B) {
	binary, home := build(b), b.TempDir()
	s := start(b, binary, home)
	s.wait("Welcome")
	s.press("\r")
	s.wait("1/15")
	for waitQuiet(s) {
	}
	b.ResetTimer()
	screen, forth := 1, true
	for range b.N {
		key, to := "\x1b[C", screen+1
		if !forth {
			key, to = "\x1b[D", screen-1
		}
		s.press(key)
		s.wait(fmt.Sprintf(" %d/15", to))
		screen = to
		forth = forth && screen < 15 || screen == 1
	}
	b.StopTimer()
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/key")
	s.end()
}
