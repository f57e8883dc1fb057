package applet_test

import (
	"archive/tar"
	"bytes"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// TestHostileInputEndsInTheErrorOfARealMachine: what has no end is ended by a signal, a limit or want of memory.
func TestHostileInputEndsInTheErrorOfARealMachine(t *testing.T) {
	for _, c := range []struct {
		script, out, err string
		code             proc.ExitCode
	}{
		{script: "yes | head -2", out: "y\ny\n"},
		{script: "yes | sed 5q | wc -l", out: "5\n"},
		{script: "seq 1000000000 | head -1", out: "1\n"},
		{script: "cat /dev/zero | head -c 100000 | tr '\\0' x | wc -c", out: "100000\n"},
		{script: "dd if=/dev/zero of=/dev/null bs=1M count=5 status=none; echo $?", out: "0\n"},
		{script: "yes | sort", err: "Killed\n", code: 137},
		{script: "cat /dev/zero | grep x", err: "Killed\n", code: 137},
		{script: "cat /dev/zero | sed p", err: "Killed\n", code: 137},
		{script: "tac /dev/zero", code: 137},
		{script: "tail -n 1 /dev/zero", code: 137},
		{script: "awk 'BEGIN{s=\"x\"; while(1) s=s s}'", code: 137},
		{script: "awk 'BEGIN{while(1) a[i++]=i}'", code: 137},
		{script: "awk 'function f(){return f()} BEGIN{f()}'", err: "awk: cmd. line:1: Too many nested calls\n", code: 1},
		{script: "sed ':a;G;h;ba' abc", code: 137},
		{
			script: "mkdir t; mount -t tmpfs -o size=1g none t; dd if=/dev/zero of=t/big bs=1M count=1000000 2>&1 | head -1",
			out:    "dd: error writing 't/big': No space left on device\n",
		},
		{script: "printf '%1000000000d' 1 | wc -c", out: "1048576\n"},
		{script: "head -c 9223372036854775807 /dev/null; echo $?", out: "0\n"},
		{script: "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab | grep -E '(a*)*c'; echo $?", out: "1\n"},
	} {
		t.Run(c.script, func(t *testing.T) {
			m := hostMachine(t)
			r := m.Sh(c.script)
			if r.Stdout != c.out || !strings.HasPrefix(r.Stderr, c.err) || r.Code != c.code || r.Reason == sim.Idle {
				t.Errorf("out %.200q, err %.200q, code %d, reason %v", r.Stdout, r.Stderr, r.Code, r.Reason)
			}
		})
	}
}

// hostMachine is one with little room.
func hostMachine(t testing.TB) *proctest.Machine {
	t.Helper()
	programs := applet.Programs(applet.Busybox)
	programs["sh"] = shell.Program(shell.Config{Flavour: shell.Ash})
	m := proctest.New(t, proctest.Config{
		Programs: programs, Files: map[string]string{"/srv/t/abc": "a\nb\nc\n"}, Dir: "/srv/t",
		Limits: sim.Limits{Bytes: 200 << 20, Steps: 50e6},
	})
	m.Env = []string{"PATH=/bin", "HOME=/root"}
	return m
}

func TestEndlessLoopsAreInterrupted(t *testing.T) {
	for _, script := range []string{"awk 'BEGIN{while(1);}'", "sed ':a;ba' abc", "yes >/dev/null", "cat /dev/zero >/dev/null", "tail -f abc"} {
		m := hostMachine(t)
		if r := m.Sh("timeout 5 " + script); r.Code != 143 {
			t.Errorf("%s: %+v", script, r)
		}
	}
}

func TestADeepTreeIsWalked(t *testing.T) {
	m := hostMachine(t)
	dir := "/srv/t"
	for range 300 {
		dir += "/d"
		if err := m.View.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	r := m.Sh("find d | wc -l; du d | wc -l; ls -R d | grep -c :; cp -r d e; find e | wc -l; rm -r d e; ls")
	if r.Stdout != "300\n300\n300\n300\nabc\n" || r.Stderr != "" {
		t.Errorf("%.300q %.300q", r.Stdout, r.Stderr)
	}
}

// TestTarNeverLeavesTheDirectory: names that point outside, links that lead outside, a device, a huge size.
func TestTarNeverLeavesTheDirectory(t *testing.T) {
	m := hostMachine(t)
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range []tar.Header{
		{Name: "../evil", Typeflag: tar.TypeReg, Mode: 0o644},
		{Name: "/abs", Typeflag: tar.TypeReg, Mode: 0o644},
		{Name: "a/../../evil2", Typeflag: tar.TypeReg, Mode: 0o644},
		{Name: "out", Typeflag: tar.TypeSymlink, Linkname: "/etc"},
		{Name: "passwd", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
		{Name: "passwd", Typeflag: tar.TypeReg, Mode: 0o644},
		{Name: "hard", Typeflag: tar.TypeLink, Linkname: "../../etc/passwd"},
	} {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	before := m.Read("/etc/passwd")
	m.View.MkdirAll("/srv/t/x/y", 0o755)
	m.View.WriteFile("/srv/t/x/y/a.tar", b.Bytes(), 0o644)
	r := m.Sh("cd x/y; tar xf a.tar")
	for _, path := range []string{"/srv/t/x/evil", "/abs", "/srv/t/x/evil2", "/evil"} {
		if _, err := m.View.Lstat(path); err == nil {
			t.Errorf("%s was made outside of the directory", path)
		}
	}
	if m.Read("/etc/passwd") != before {
		t.Error("/etc/passwd was written through a link")
	}
	if st, err := m.View.Lstat("/srv/t/x/y/passwd"); err != nil || st.Mode.Type() != vfs.S_IFREG {
		t.Errorf("passwd: %v %v", st.Mode, err)
	}
	if !strings.Contains(r.Stderr, "removing leading '../' from member names") {
		t.Errorf("%+v", r)
	}
}
