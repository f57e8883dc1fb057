package shell_test

import (
	"runtime"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/sim"
)

func benchMachine(b testing.TB) *proctest.Machine {
	programs := smallPrograms()
	programs["sh"] = shell.Program(shell.Config{})
	return proctest.New(b, proctest.Config{
		Programs: programs, Pids: 1 << 20, Held: 1 << 40,
		Limits: sim.Limits{Steps: 1 << 60, Bytes: 1 << 40, Processes: 1 << 30, OpenFiles: 1 << 30, Output: 1 << 60},
	})
}

func benchScript(b *testing.B, script string) {
	m := benchMachine(b)
	b.ReportAllocs()
	for b.Loop() {
		if r := m.Sh(script); r.Code != 0 {
			b.Fatalf("%+v", r)
		}
	}
}

func BenchmarkLoopOf100000(b *testing.B) {
	benchScript(b, "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done")
}

func BenchmarkEchoesIntoAPipe(b *testing.B) {
	benchScript(
		b,
		"for i in 0 1 2 3 4 5 6 7 8 9; do for j in 0 1 2 3 4 5 6 7 8 9; do for k in 0 1 2 3 4 5 6 7 8 9; do echo $i$j$k; done; done; done | lines",
	)
}

// BenchmarkForkAndExec runs 100 programs.
func BenchmarkForkAndExec(b *testing.B) {
	benchScript(b, "i=0; while [ $i -lt 100 ]; do status 0; i=$((i+1)); done")
}

func BenchmarkStartingAShell(b *testing.B) { benchScript(b, ":") }

func BenchmarkCommandSubstitution(b *testing.B) { benchScript(b, "x=$(echo a); x=$(echo $x)") }

// BenchmarkSwitch passes a byte to and fro between two processes: 2 switches a round trip and more.
func BenchmarkSwitch(b *testing.B) {
	m := benchMachine(b)
	m.Do("", proc.Spec{Args: []string{"x"}, Program: func(s proc.Sys) proc.ExitCode {
		r1, w1, _ := s.Pipe()
		r2, w2, _ := s.Pipe()
		s.Fork(func(c proc.Sys) proc.ExitCode {
			c.Close(w1)
			buf := make([]byte, 1)
			for {
				if n, _ := c.Read(r1, buf); n == 0 {
					return 0
				}
				c.Write(w2, buf)
			}
		})
		buf := make([]byte, 1)
		before := m.Sim.Switches()
		for b.Loop() {
			s.Write(w1, buf)
			s.Read(r2, buf)
		}
		b.ReportMetric(float64(m.Sim.Switches()-before)/float64(b.N), "switches/op")
		s.Close(w1)
		return 0
	}})
}

// BenchmarkProcessMemory starts 1,000 subshells that wait, and reports what each takes.
func BenchmarkProcessMemory(b *testing.B) {
	for b.Loop() {
		m := benchMachine(b)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		p := m.Start(
			proc.Spec{
				Args: []string{
					"sh",
					"-c",
					"i=0; while [ $i -lt 1000 ]; do (sleep 1000) & i=$((i+1)); done; sleep 1000",
				},
			},
		)
		m.Sim.Settle()
		runtime.GC()
		runtime.ReadMemStats(&after)
		n := len(m.Kernel.Processes())
		b.ReportMetric(
			float64(after.HeapInuse+after.StackInuse-before.HeapInuse-before.StackInuse)/float64(n),
			"B/process",
		)
		_ = p
	}
}

// BenchmarkInterrupt measures how long a busy world takes to notice that it is to stop.
func BenchmarkInterrupt(b *testing.B) {
	m := benchMachine(b)
	m.Start(proc.Spec{Args: []string{"sh", "-c", "while :; do x=$((x+1)); done"}})
	var worst time.Duration
	for b.Loop() {
		asked := make(chan time.Time, 1)
		time.AfterFunc(2*time.Millisecond, func() {
			asked <- time.Now()
			m.Sim.Interrupt()
		})
		m.Sim.Run(nil)
		worst = max(worst, time.Since(<-asked))
	}
	b.ReportMetric(float64(worst.Microseconds()), "worst-µs")
}
