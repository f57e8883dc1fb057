package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/sim"
)

func world(t testing.TB, seed uint64, shell Shell) *World {
	t.Helper()
	return worldOf(t, Config{Seed: seed, Hosts: []HostConfig{{Shell: shell}}})
}

// images is a world whose host has Docker with these images.
func images(t testing.TB, i Images) *World {
	t.Helper()
	return worldOf(t, Config{Hosts: []HostConfig{{Images: i}}})
}

func worldOf(t testing.TB, c Config) *World {
	t.Helper()
	w, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

func session(t testing.TB, w *World) *Session {
	t.Helper()
	x, err := w.Host("").NewSession()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// run runs a command that must be possible to run.
func run(t testing.TB, x *Session, command string) Result {
	t.Helper()
	r, err := x.Run(command)
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", command, err, r.Stdout, r.Stderr)
	}
	return r
}

func TestASessionRemembers(t *testing.T) {
	for _, shell := range Shells() {
		x := session(t, world(t, 1, shell))
		for _, c := range []struct {
			command, out string
			exit         int
		}{
			{"pwd", "/root/lab\n", 0},
			{"a=5; cd /tmp", "", 0},
			{"echo $a $PWD; (exit 3)", "5 /tmp\n", 3},
			{"echo $?", "3\n", 0},
			{"f() { echo f $1; }\nf x", "f x\n", 0},
			{"sh -c 'kill $$'; echo $?", "143\n", 0},
			{"false", "", 1},
			{"exit 4", "", 4},
		} {
			if r := run(t, x, c.command); r.Stdout != c.out || r.Exit != c.exit {
				t.Errorf("%s: %q: %q, exit %d, stderr %q", shell, c.command, r.Stdout, r.Exit, r.Stderr)
			}
		}
		if _, err := x.Run("true"); !errors.Is(err, ErrEnded) {
			t.Errorf("%s: after exit: %v", shell, err)
		}
	}
}

func TestTimeIsVirtual(t *testing.T) {
	w := world(t, 1, Bash)
	x := session(t, w)
	r := run(t, x, "sleep 3600; date +%T")
	if r.After < time.Hour || r.After > time.Hour+time.Second || !strings.HasPrefix(r.Stdout, "10:00:0") {
		t.Errorf("an hour took %v, and then it was %s", r.After, r.Stdout)
	}
}

// Same seed, same lines, same bytes; another seed is another world.
func TestDeterminism(t *testing.T) {
	names, err := filepath.Glob("testdata/*.sh")
	if err != nil || len(names) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, shell := range Shells() {
			first := play(t, 1, shell, string(text))
			for i := range 20 {
				if again := play(t, 1, shell, string(text)); again != first {
					t.Fatalf("%s, %s: run %d differs:\n%s\nfirst:\n%s", name, shell, i+2, again, first)
				}
			}
		}
	}
	one, two := play(t, 1, Bash, "head -c 8 /dev/urandom | od -An -tx1"), play(t, 2, Bash, "head -c 8 /dev/urandom | od -An -tx1")
	if one == two || len(one) < 20 {
		t.Errorf("two seeds gave %q and %q", one, two)
	}
}

// play runs a script's lines and returns everything that came back, the events included.
func play(t testing.TB, seed uint64, shell Shell, script string) string {
	w := world(t, seed, shell)
	x := session(t, w)
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(script), "\n") {
		r, err := x.Run(line)
		fmt.Fprintf(&b, "%s: %q %q %d %v %v\n", line, r.Stdout, r.Stderr, r.Exit, r.After, err)
		if err != nil {
			break
		}
	}
	for e := range w.Events(0) {
		fmt.Fprintln(&b, e)
	}
	return b.String()
}

// What a hostile script does ends in the error that a real machine would give, and the world goes on.
func TestHostileInput(t *testing.T) {
	for _, c := range []struct{ name, command, says string }{
		{"fork bomb", "b() { b | b & }; b; sleep 1", ""},
		{"a file without end", "yes > f", "No space left on device"},
		{"a terabyte", "dd if=/dev/zero of=big bs=1M count=1048576", "No space left on device"},
		{"a terabyte to nowhere", "head -c 1T /dev/zero > /dev/null; echo done", ""},
		{"recursion", "f() { f; }; f", ""},
		{"doubling", "x=x; while :; do x=$x$x; done", ""},
		{"everything at once", "x=$(cat /dev/zero)", ""},
		{"nesting", strings.Repeat("(", 30000) + strings.Repeat(")", 30000), ""},
		{"sorting without end", "yes | sort", ""},
		{"a deep tree", "while mkdir d 2>/dev/null && cd d; do :; done; pwd | wc -c", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := session(t, world(t, 1, Bash))
			r := run(t, x, c.command)
			if !strings.Contains(r.Stdout+r.Stderr, c.says) {
				t.Errorf("said %q, want %q", r.Stderr, c.says)
			}
			t.Logf("exit %d after %v: %q", r.Exit, r.After, tail(r.Stderr))
		})
	}
}

// What prints without end is interrupted, and the next command has room again.
func TestFlood(t *testing.T) {
	for _, shell := range Shells() {
		x := session(t, world(t, 1, shell))
		for range 3 {
			for _, flood := range []string{"yes", "cat /dev/zero", "while :; do echo 12345678901234567890; done", "yes >&2"} {
				if r := run(t, x, flood); r.Exit != 130 || len(r.Stdout)+len(r.Stderr) < 1<<20 {
					t.Errorf("%s: %s: exit %d with %d bytes", shell, flood, r.Exit, len(r.Stdout)+len(r.Stderr))
				}
			}
		}
		if r := run(t, x, "echo still here"); r.Stdout != "still here\n" {
			t.Errorf("%s: afterwards: %+v", shell, r)
		}
	}
}

// What works without end is interrupted as by ^C: the shell goes on, with what it knew.
func TestEndlessWork(t *testing.T) {
	for _, shell := range Shells() {
		x := session(t, world(t, 1, shell))
		run(t, x, "x=kept; sleep 1000000 &")
		if r := run(t, x, "while :; do :; done"); r.Exit != 130 {
			t.Errorf("%s: exit %d, %q", shell, r.Exit, r.Stderr)
		}
		if r := run(t, x, "echo $x"); r.Stdout != "kept\n" {
			t.Errorf("%s: afterwards: %+v", shell, r)
		}
	}
}

func tail(s string) string { return s[max(0, len(s)-120):] }

func FuzzScript(f *testing.F) {
	for _, s := range []string{"echo hi", "a=$(b", "for i in 1; do", "<<E\nx", "$((1/0))", "{}|&;", "\x00\xff", "f(){ f;};f", "exec 9<>f; cat <&9", "trap 'echo x' EXIT; kill $$"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, script string) {
		for _, shell := range Shells() {
			w, err := New(Config{Seed: 1, Hosts: []HostConfig{{Shell: shell}}, Limits: sim.Limits{Steps: 200_000, Memory: 16 << 20, Bytes: 16 << 20, Processes: 64}})
			if err != nil {
				t.Fatal(err)
			}
			x := session(t, w)
			_, _ = x.Run(script)
			for e := range w.Events(0) {
				if e.Rule == "proc.bug" {
					t.Errorf("%s: %q: %v", shell, script, e)
				}
			}
			w.Close()
		}
	})
}

func BenchmarkNewWorld(b *testing.B) {
	for b.Loop() {
		w, err := New(Config{Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		w.Close()
	}
}

// A simulated command, from the line to its result.
func BenchmarkCommand(b *testing.B) {
	for _, command := range []string{"true", "ls -l /", "echo a | cat | wc -c"} {
		b.Run(command, func(b *testing.B) {
			w, err := New(Config{Seed: 1, Limits: sim.Limits{Steps: 1 << 60, Output: 1 << 60}})
			if err != nil {
				b.Fatal(err)
			}
			defer w.Close()
			x := session(b, w)
			for b.Loop() {
				if _, err := x.Run(command); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A command that waits for what never comes is interrupted, and the shell goes on.
func TestWaitingForever(t *testing.T) {
	s := session(t, world(t, 1, Bash))
	if r, err := s.Run("mkfifo p; cat p"); !errors.Is(err, ErrWaits) || r.Exit != 130 {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := s.Run("echo $?"); err != nil || r.Stdout != "130\n" {
		t.Errorf("%+v, %v", r, err)
	}
}

// Tab completes docker's command lines where docker is, and files everywhere; alpine's shell has a line editor too.
func TestTabAtTheTerminal(t *testing.T) {
	w := images(t, Recorded)
	var shown strings.Builder
	terminal, err := w.Host("").OpenTerminal(80, 24, "xterm", func(b []byte) { shown.Write(b) })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ keys, want string }{
		{"docker net\tcr\tapp\r", "docker network create app\r\n"},
		{"docker network insp\ta\t-f '{{.Driver}}'\r", "docker network inspect app -f '{{.Driver}}'\r\nbridge\r\n"},
		{"docker run -it --rm alp\t\r", "docker run -it --rm alpine\r\n/ # "},
		{"cat /etc/alp\t\r", "cat /etc/alpine-release \r\n3."},
		{"\x1b[A\x15echo $((6*7))\r", "echo $((6*7))\r\n42\r\n"},
	} {
		shown.Reset()
		terminal.Type([]byte(c.keys))
		w.AdvanceTo(w.Elapsed() + 2*time.Second)
		if !strings.Contains(shown.String(), c.want) {
			t.Errorf("%q shows %q, not %q", c.keys, shown.String(), c.want)
		}
	}
}
