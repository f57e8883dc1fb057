package applet_test

import (
	"fmt"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// benchmarkScript runs a script again and again on one machine, on which content is the file /srv/t/f.
func benchmarkScript(b *testing.B, content vfs.Blob, script, want string) {
	programs := applet.Programs(applet.Busybox)
	programs["sh"] = shell.Program(shell.Config{Flavour: shell.Ash})
	m := proctest.New(b, proctest.Config{
		Programs: programs, Dir: "/srv/t",
		Limits: sim.Limits{Steps: 1 << 50, Bytes: 4 << 30, Memory: 2 << 30, Processes: 1 << 40, Output: 1 << 40},
		Held:   1 << 30,
	})
	m.Env = []string{"PATH=/bin", "HOME=/root"}
	layer := vfs.NewBuilder()
	if err := layer.Add(vfs.Entry{Path: "f", Mode: vfs.S_IFREG | 0o644, Content: content}); err != nil {
		b.Fatal(err)
	}
	fs := m.Disk.LayerFS(layer.Layer(), "bench")
	if _, err := m.View.Mount(fs, "/srv/t", 0); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(content.Size())
	b.ResetTimer()
	for b.Loop() {
		if r := m.Run("sh", "-c", "cd /srv/t; "+script); r.Stdout != want || r.Code != proc.ExitCode(0) {
			b.Fatalf("%.200q %.200q %d %v", r.Stdout, r.Stderr, r.Code, r.Reason)
		}
	}
}

func numbers(n int) vfs.Text {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d line %d of the file\n", (i*7919)%n, i)
	}
	return vfs.Text(b.String())
}

func BenchmarkCat100MB(b *testing.B) {
	benchmarkScript(b, vfs.Repeat{Text: "a line of a log\n", Len: 100 << 20}, "cat f | wc -c", "104857600\n")
}

func BenchmarkSort100000Lines(b *testing.B) {
	benchmarkScript(b, numbers(100000), "sort -n f | head -1", "0 line 0 of the file\n")
}

func BenchmarkGrep10MB(b *testing.B) {
	benchmarkScript(b, vfs.Repeat{Text: "10:01 INFO a line of a log\n", Len: 10 << 20}, "grep -cE 'WARN|ERR.R' f; true", "0\n")
}

func BenchmarkAwkSum100000Lines(b *testing.B) {
	benchmarkScript(b, numbers(100000), "awk '{s+=$1} END{print s}' f", "4999950000\n")
}

func BenchmarkForkExecTrue(b *testing.B) {
	benchmarkScript(b, vfs.Text("x"), "for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true; done", "")
}
