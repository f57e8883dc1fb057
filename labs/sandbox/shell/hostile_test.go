package shell_test

import (
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/sim"
)

// hostile is scripts that would bring a careless machine down, and how they end here.
var hostile = []struct {
	name, script string
	flavour      shell.Flavour
	code         int        // -1: any
	says         string     // somewhere on standard error
	reason       sim.Reason // Finished, unless the world had to be stopped
}{
	{
		name:   "fork bomb",
		script: "bomb() { bomb | bomb & }; bomb; sleep 9",
		reason: sim.Exhausted,
		says:   "can't fork: Resource temporarily unavailable",
	},
	{
		name:    "fork bomb in bash",
		script:  ":(){ :|:& };:; sleep 9",
		flavour: shell.Bash,
		reason:  sim.Exhausted,
		says:    "fork: Resource temporarily unavailable",
	},
	{name: "fork bomb that waits", script: "b() { b & b & wait; }; b", code: -1, says: "can't fork"},
	{
		name:   "many sleepers",
		script: "i=0; while [ $i -lt 5000 ]; do sleep 1000 & i=$((i+1)); done",
		code:   2,
		says:   "can't fork",
	},
	{name: "endless loop", script: "while :; do :; done", reason: sim.Exhausted},
	{name: "endless arithmetic", script: "i=0; while :; do i=$((i+1)); done", reason: sim.Exhausted},
	{name: "endless output", script: "while :; do echo yyyyyyyyyyyyyyyyyy; done", code: -1, reason: sim.Interrupted},
	{
		name:   "endless file",
		script: "while :; do echo 0123456789012345678901234567890123456789; done >f",
		code:   -1,
		reason: sim.Exhausted,
	},
	{name: "endless pipe", script: "while :; do echo y; done | cat >/dev/null", reason: sim.Exhausted},
	{name: "function without end", script: "f() { f; }; f", code: 139},
	{
		name:    "function without end in dash",
		script:  "f() { f; }; f",
		flavour: shell.Dash,
		code:    2,
		says:    "Maximum function recursion depth (1000) reached",
	},
	{name: "function without end in bash", script: "f() { f; }; f", flavour: shell.Bash, code: 139},
	{name: "subshells without end", script: "f() { (f); }; f", code: -1},
	{name: "substitution without end", script: "f() { x=$(f); }; f", code: -1},
	{name: "eval without end", script: "x='eval \"$x\"'; eval \"$x\"", code: 139},
	{name: "source without end", script: "echo '. ./me' >me; . ./me", code: 139},
	{name: "script without end", script: "echo 'sh ./me' >me; sh ./me", code: 2, says: "can't fork"},
	{name: "exec without end", script: "exec sh -c \"$0\" \"$0\"", code: -1, reason: sim.Exhausted},
	{name: "alias of itself", script: "alias a='a a'\nalias b='c ' c='b '\na; b c b c", code: 127},
	{
		name:   "trap without end",
		script: "trap 'kill -USR1 $$' USR1; kill -USR1 $$; echo x",
		code:   -1,
		reason: sim.Exhausted,
	},
	{name: "doubling", script: "x=a; while :; do x=$x$x; done", code: 137},
	{name: "doubling in quotes", script: "x=a; while :; do x=\"$x$x\"; done", code: 137},
	{name: "doubling arguments", script: "set -- a; while :; do set -- \"$@\" \"$@\"; done", code: 137},
	{name: "doubling a replacement", script: "x=a; while :; do x=${x//a/aa}; done", code: 137},
	{
		name:    "doubling an array",
		script:  "a=(x); while :; do a=(\"${a[@]}\" \"${a[@]}\"); done",
		flavour: shell.Bash,
		reason:  sim.Exhausted,
	},
	{
		name:   "doubling an alias",
		script: "alias x=a; i=0; while :; do alias x=\"$(alias x) $(alias x)\"; done",
		reason: sim.Exhausted,
	},
	{name: "doubling a function", script: "t=:; while :; do t=\"$t;$t\"; eval \"f() { $t; }\"; done", code: -1},
	{name: "all zeros", script: "x=$(cat /dev/zero)", reason: sim.Exhausted},
	{name: "all random", script: "x=$(cat /dev/urandom)", code: 137},
	{
		name:   "a line without end",
		script: "cat /dev/zero | tr '\\0' x | { read x; echo ${#x}; }; read y </dev/zero",
		code:   -1,
		reason: sim.Exhausted,
	},
	{name: "many names", script: "i=0; while :; do i=$((i+1)); eval \"v$i=$i\"; done", reason: sim.Exhausted},
	{name: "wide printf", script: "printf '%999999999d' 1 | lines; printf '%*d' 999999999 1 | lines", code: 0},
	{name: "braces", script: "echo {1..1000000000}", flavour: shell.Bash, code: 137},
	{
		name:    "braces in braces",
		script:  "echo {1..9}{1..9}{1..9}{1..9}{1..9}{1..9}{1..9}{1..9}{1..9}",
		flavour: shell.Bash,
		code:    137,
	},
	{
		name:   "stars",
		script: "x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab; case $x in *a*a*a*a*a*a*a*a*a*a*a*a*c) ;; esac",
		code:   0,
	},
	{
		name:    "groups",
		script:  "shopt -s extglob\nx=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\ncase $x in +(+(a))b) ;; esac",
		flavour: shell.Bash,
		code:    -1,
		reason:  sim.Exhausted,
	},
	{name: "globs", script: "echo /*/*/*/*/*/*/*/*/*/../*/../*/../*", reason: sim.Exhausted},
	{name: "arithmetic in circles", script: "a=b; b=a; echo $((a))", code: 2, says: "recursion"},
	{
		name:   "arithmetic that grows",
		script: "a=1; i=0; while [ $i -lt 100 ]; do a=\"($a+$a)\"; i=$((i+1)); done; echo $((a))",
		code:   137,
	},
	{
		name:   "descriptors",
		script: "i=10; while :; do eval \"exec $i>/dev/null\" || break; i=$((i+1)); done",
		reason: sim.Exhausted,
	},
	{name: "signals to everyone", script: "kill -9 -1; echo still here", code: -1},
	{name: "nested parentheses", script: strings.Repeat("(", 200000), code: -1},
	{name: "nested parentheses, closed", script: strings.Repeat("(", 5000) + ":" + strings.Repeat(")", 5000), code: -1},
	{name: "nested substitutions", script: "echo " + strings.Repeat("$(echo ", 100000), code: -1},
	{
		name:   "nested substitutions, closed",
		script: "echo " + strings.Repeat("$(echo ", 2000) + strings.Repeat(")", 2000),
		code:   -1,
	},
	{name: "nested braces", script: strings.Repeat("{ ", 100000), code: -1},
	{name: "nested ifs", script: strings.Repeat("if ", 100000), code: -1},
	{
		name:   "nested ifs on lines",
		script: strings.Repeat("if true; then\n", 20000) + ":\n" + strings.Repeat("fi\n", 20000),
		code:   -1,
	},
	{name: "nested loops", script: strings.Repeat("while true; do ", 5000), code: -1},
	{
		name:   "nested cases",
		script: strings.Repeat("case a in a) ", 5000) + ":" + strings.Repeat(";; esac", 5000),
		code:   -1,
	},
	{name: "nested functions", script: strings.Repeat("f() { ", 5000), code: -1},
	{name: "nested parameters", script: "echo " + strings.Repeat("${x:-", 100000), code: -1},
	{
		name:   "nested parameters, closed",
		script: "echo " + strings.Repeat("${x:-", 5000) + strings.Repeat("}", 5000),
		code:   -1,
	},
	{
		name:   "nested arithmetic",
		script: "echo $((" + strings.Repeat("(", 100000) + "1" + strings.Repeat(")", 100000) + "))",
		code:   -1,
	},
	{name: "signs", script: "echo $((" + strings.Repeat("- ", 100000) + "1))", code: -1},
	{
		name:   "negations",
		script: "test " + strings.Repeat("! ", 100000) + "a; [ " + strings.Repeat("\\( ", 50000) + "]",
		code:   -1,
	},
	{name: "pipes", script: ":" + strings.Repeat("|:", 5000), code: -1},
	{name: "ands", script: ":" + strings.Repeat("&&:", 20000), code: -1},
	{name: "backquotes", script: strings.Repeat("`", 100001), code: -1},
	{name: "quotes", script: strings.Repeat("\"$(", 50000), code: -1},
	{name: "redirections", script: "echo " + strings.Repeat(">f ", 50000), code: -1},
	{
		name:   "here-documents",
		script: "cat " + strings.Repeat("<<E ", 5000) + "\n" + strings.Repeat("x\nE\n", 5000),
		code:   -1,
	},
	{name: "a long word", script: "x=" + strings.Repeat("a", 1<<20) + "; echo ${#x}", code: 0},
	{name: "many commands", script: strings.Repeat("x=1\n", 50000), code: 0},
}

func TestHostileScriptsEndAsOnARealMachine(t *testing.T) {
	for _, h := range hostile {
		t.Run(strings.ReplaceAll(h.name, " ", "_"), func(t *testing.T) {
			peak := watchMemory()
			r, m := runHostile(t, h.script, h.flavour)
			most := peak()
			if most > 256<<20 {
				t.Errorf("it took %d MB", most>>20)
			}
			if r.Reason != h.reason {
				t.Errorf("it ended because %v, not %v", r.Reason, h.reason)
			}
			if h.code >= 0 && r.Reason == sim.Finished && int(r.Code) != h.code {
				t.Errorf("exit %d, not %d", r.Code, h.code)
			}
			if !strings.Contains(r.Stderr, h.says) {
				t.Errorf("it does not say %q but %.300q", h.says, r.Stderr)
			}
			for e := range m.Sim.Log.Since(0) {
				if e.Rule == "proc.bug" {
					t.Errorf("a bug of ours: %.2000s", e)
				}
			}
			t.Logf("%d steps, %d MB, exit %d %.200q", m.Sim.Steps(), most>>20, r.Code, r.Stderr)
		})
	}
}

func runHostile(t testing.TB, script string, f shell.Flavour) (proctest.Result, *proctest.Machine) {
	programs := smallPrograms()
	programs["sh"] = shell.Program(shell.Config{Flavour: f})
	m := proctest.New(t, proctest.Config{
		Programs: programs, Dir: "/srv", Files: map[string]string{"/srv/long": script},
		Limits: sim.Limits{Steps: 5e5, Bytes: 64 << 20, Processes: 512, Output: 1 << 20},
	})
	if len(script) > 100000 {
		return m.Run("sh", "./long"), m
	}
	return m.Run("sh", "-c", script, script), m
}

// watchMemory samples how much memory is in use, until the result is called, which returns the most.
func watchMemory() (stop func() uint64) {
	runtime.GC()
	done, result := make(chan bool), make(chan uint64)
	go func() {
		var most uint64
		now := []metrics.Sample{
			{Name: "/memory/classes/heap/objects:bytes"},
			{Name: "/memory/classes/heap/stacks:bytes"},
		}
		for {
			metrics.Read(now)
			most = max(most, now[0].Value.Uint64()+now[1].Value.Uint64())
			select {
			case <-done:
				result <- most
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(done)
		return <-result
	}
}
