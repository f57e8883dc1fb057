package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// atTerminal types keys at a host's terminal, a group after the other, each a minute after the one before.
func atTerminal(t testing.TB, h *Host, groups ...string) (*Terminal, *strings.Builder) {
	t.Helper()
	var shown strings.Builder
	terminal, err := h.OpenTerminal(80, 24, "xterm", func(b []byte) { shown.Write(b) })
	if err != nil {
		t.Fatal(err)
	}
	for _, keys := range groups {
		h.world.AdvanceTo(h.world.Elapsed() + time.Minute)
		terminal.Type([]byte(keys))
	}
	h.world.AdvanceTo(h.world.Elapsed() + time.Minute)
	return terminal, &shown
}

// The login shell's own report is what counts as a command, with the keys that it is made of.
func TestTheLoginShellSaysWhatItRan(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want string // line/exit/from-to of each
	}{
		{"one", []string{"true\r"}, "true/0/0-5"},
		{"edited", []string{"fax\x7flse\r"}, "false/1/0-8"},
		{"typed ahead", []string{"sleep 5; (exit 3)\recho b\r"}, "sleep 5; (exit 3)/3/0-18 echo b/0/18-25"},
		{"typed ahead and edited", []string{"sleep 90\r", "x\x7ffalse\r"}, "sleep 90/0/0-9 false/1/11-17"},
		{"pasted", []string{"true\rfalse\r\r# no\rtrue\r"}, "true/0/0-5 false/1/5-11 true/0/17-22"},
		{"interrupted while typed", []string{"rm -\x03", "true\r"}, "true/0/5-10"},
		{"interrupted while it runs", []string{"sleep 1d\r", "\x03"}, "sleep 1d/130/0-9"},
		{"several lines", []string{"if true\rthen false\rfi\r"}, "if true\\nthen false\\nfi/1/0-22"},
		{"interrupted at the second line", []string{"if true\r\x03", "true\r"}, "true/0/9-14"},
		{"a here-document", []string{"cat > f <<E\ra\rE\r", "cat f\r"}, "cat > f <<E\\na\\nE/0/0-16 cat f/0/16-22"},
		{"what a program reads", []string{"cat\r", "hello\r\x04", "true\r"}, "cat/0/0-4 true/0/11-16"},
		{"read", []string{"read x\r", "hello\r"}, "read x/0/0-7"},
		{"an inner shell", []string{"bash\rfalse\rexit 4\r", "true\r"}, "bash/4/0-5 true/0/18-23"},
		{"in a container", []string{
			"docker run -d --name box alpine sleep 1d\r", "docker exec -it box sh\r", "false\r", "exit 7\r", "true\r",
		}, "docker run -d --name box alpine sleep 1d/0/0-41 docker exec -it box sh/7/41-64 true/0/77-82"},
		{"wrong", []string{"echo )\r", "true\r"}, "echo )/2/0-7 true/0/7-12"},
		{"mended", []string{"export a-b\r", "true\r"}, "export a-b/1/0-11 true/0/11-16"},
		{"still running", []string{"sleep 1d\r"}, "sleep 1d/running/0-9"},
		{"not complete", []string{"true\r", "echo 'a\r"}, "true/0/0-5"},
		{"the end", []string{"exit 3\r"}, "exit 3/3/0-7"},
		{"the other end", []string{"true\r", "\x04"}, "true/0/0-5"},
		{"another shell in its place", []string{"exec bash\r", "false\r"}, "exec bash/0/0-10 false/1/10-16"},
	} {
		terminal, shown := atTerminal(t, images(t, Recorded).Host(""), c.keys...)
		var got []string
		for _, x := range terminal.Commands() {
			exit := fmt.Sprint(x.Exit)
			if x.Running {
				exit = "running"
			}
			to := fmt.Sprintf("%d-%d", x.From, x.To)
			got = append(got, strings.ReplaceAll(x.Line, "\n", `\n`)+"/"+exit+"/"+to)
			if !x.Running && (x.Ended < x.Began || x.Last < x.After) {
				t.Errorf("%s: %+v", c.name, x)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %s\nwant %s\nscreen:\n%s", c.name, strings.Join(got, " "), c.want, shown)
		}
	}
}

// Keys typed ahead go to the program that reads next, not to the editor of the line before. They were typed while the
// editor had the terminal, so Enter is what it was then: a carriage return. Linux: n_tty_set_termios.
func TestKeysTypedAheadGoToTheProgram(t *testing.T) {
	_, shown := atTerminal(t, images(t, Recorded).Host(""), "cat > f; tr '\\r' / < f\rhello\r", "\x04\x04")
	if !strings.Contains(shown.String(), "hello/") || strings.Contains(shown.String(), "not found") {
		t.Errorf("%s", shown)
	}
}

// The moment before a command is told, and whether the shell waits for one.
func TestBeforeACommand(t *testing.T) {
	h := images(t, Recorded).Host("")
	terminal, _ := atTerminal(t, h)
	var before []int
	terminal.Before(func() { before = append(before, len(terminal.Commands())) })
	for _, c := range []struct {
		keys string
		idle bool
	}{{"", true}, {"touch a\r", true}, {"ls 'x\r", false}, {"'\r", true}, {"read x\r", false}, {"\r", true}, {"# x\r", true}} {
		terminal.Type([]byte(c.keys))
		h.world.AdvanceTo(h.world.Elapsed() + time.Second)
		if terminal.Idle() != c.idle {
			t.Errorf("after %q: idle is %v", c.keys, !c.idle)
		}
	}
	if got := fmt.Sprint(before); got != "[0 1 1 2]" {
		t.Errorf("before: %s", got)
	}
}
