package condition

import (
	"errors"
	"testing"

	"dockerlearn/labs/sandbox"
)

// What is tried is tried where the bench says, and what came of it is told.
func TestRun(t *testing.T) {
	b := newBed(t)
	b.state.Try = func(command string) (sandbox.Result, error) {
		if command == "cat" {
			return sandbox.Result{}, errors.New("the command waits for something that never happens")
		}
		return b.session.Run(command)
	}
	b.expect(t, []row{
		{"run `echo hi | tr h H` prints Hi", true, "", ""},
		{"run `echo hi` prints ho", false, "`echo hi` prints \"hi\"", "`echo hi` 的输出是 \"hi\""},
		{"run true prints ho", false, "`true` prints nothing and exits with code 0", "`true` 什么也没输出，退出码是 0"},
		{"run `(exit 3)` exits 3", true, "", ""},
		{"run `cat /nope` exits 0", false, "`cat /nope` exits with code 1 and says \"cat: /nope: No such file or directory\"", "`cat /nope` 的退出码是 1，并提示 \"cat: /nope: No such file or directory\""},
		{"run cat exits 0", false, "`cat` does not end", "`cat` 没有结束"},
		{"not run true exits 0", false, "`true` exits with code 0", "`true` 的退出码是 0"},
	})
	for text, want := range map[string]bool{"running web": false, "run true exits 0": true, "any running web ; not run true exits 0": true} {
		if mustParse(t, text).Costly() != want {
			t.Errorf("%s: costly is not %v", text, want)
		}
	}
}
