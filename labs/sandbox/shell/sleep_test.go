package shell_test

import (
	"testing"

	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
)

// Busybox's shell sleeps itself.
func TestSleepIsABuiltin(t *testing.T) {
	for _, c := range []struct{ script, out, errs string }{
		{"type sleep", "sleep is a shell builtin\n", ""},
		{"trap 'echo trapped' USR1; (sleep 1; kill -USR1 $$) & sleep 3; echo on", "trapped\non\n", ""},
		{"sleep 1 .5 0.5s && echo slept", "slept\n", ""},
		{"sleep; echo $?", "1\n", "sh: sleep: missing operand\n"},
		{"sleep x; echo $?", "1\n", "sh: invalid number 'x'\n"},
	} {
		programs := smallPrograms()
		programs["sh"] = shell.Program(shell.Config{Flavour: shell.Ash, Sleeps: true})
		m := proctest.New(t, proctest.Config{Programs: programs, Files: map[string]string{"/x": ""}, Dir: "/"})
		r := m.Run("sh", "-c", c.script)
		if r.Stdout != c.out || r.Stderr != c.errs {
			t.Errorf("%s\n%q, want %q\n%q, want %q", c.script, r.Stdout, c.out, r.Stderr, c.errs)
		}
	}
}
