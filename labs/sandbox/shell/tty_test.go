package shell_test

import (
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
)

// terminal is a shell on a terminal that a test types at.
type terminal struct {
	m      *proctest.Machine
	tty    *proc.TTY
	sh     *proc.Process
	screen strings.Builder
}

func openTerminal(t *testing.T, c shell.Config) *terminal { return startTerminal(t, c, "sh") }

// startTerminal starts a shell under a name and with arguments of one's own.
func startTerminal(t *testing.T, c shell.Config, args ...string) *terminal {
	programs := smallPrograms()
	programs["sh"] = shell.Program(c)
	m := proctest.New(t, proctest.Config{Programs: programs, Dir: "/srv", Files: map[string]string{"/srv/one": "1\n"}})
	term := &terminal{m: m, tty: m.Kernel.PTS().NewTTY(proc.Winsize{Rows: 24, Cols: 80})}
	term.tty.Attach(func(b []byte) { term.screen.Write(b) })
	term.sh = m.Start(proc.Spec{Path: "/bin/sh", Args: args, TTY: term.tty})
	m.Sim.Settle()
	return term
}

// passes lets time pass. The timer makes a task that never waits look up at the end.
func (term *terminal) passes(d time.Duration) {
	term.m.Sim.After(d+1, func() {})
	term.m.Sim.Advance(d)
}

// types sends keys, lets the machine work, and returns what appeared.
func (term *terminal) types(keys string) string {
	before := term.screen.Len()
	term.tty.Type([]byte(keys))
	term.passes(50 * time.Millisecond)
	return strings.ReplaceAll(term.screen.String()[before:], "\r\n", "\n")
}

func TestAShellOnATerminal(t *testing.T) {
	term := openTerminal(t, shell.Config{})
	if got := term.screen.String(); got != "/srv # " {
		t.Fatalf("it begins with %q", got)
	}
	for _, step := range []struct{ keys, screen string }{
		{"echo hi\r", "echo hi\nhi\n/srv # "},
		{"ecxx\x7f\x7fho 你好x\x7f\r", "ecxx\b \b\b \bho 你好x\b \b\n你好\n/srv # "},
		{"echo 你\x7f好\r", "echo 你\b \b\b \b好\n好\n/srv # "},
		{"if true\r", "if true\n> "},
		{"then echo 'a\r", "then echo 'a\n> "},
		{"b'; fi\r", "b'; fi\na\nb\n/srv # "},
		{"cat <<E\r", "cat <<E\n> "},
		{"doc\rE\r", "doc\nE\n> doc\n/srv # "},
		{"nosuch\r", "nosuch\nsh: nosuch: not found\n/srv # "},
		{"echo )\r", "echo )\nsh: syntax error: unexpected \")\"\n/srv # "},
		{"typed away\x15echo $?\r", "typed away" + strings.Repeat("\b \b", 10) + "echo $?\n2\n/srv # "},
		{"half a line\x03", "half a line^C\n/srv # "},
		{"echo $?\r", "echo $?\n130\n/srv # "},
		{"sleep 100\r", "sleep 100\n"},
		{"\x03", "^C\n/srv # "},
		{"cat\r", "cat\n"},
		{"line\r", "line\nline\n"},
		{"\x04", "/srv # "},
		{"sleep 100\r", "sleep 100\n"},
		{"\x1a", "^Z[1]+  Stopped                    sleep 100\n/srv # "},
		{"jobs\r", "jobs\n[1]+  Stopped                    sleep 100\n/srv # "},
		{"bg\r", "bg\n[1] sleep 100\n/srv # "},
		{"jobs\r", "jobs\n[1]+  Running                    sleep 100\n/srv # "},
		{"fg\r", "fg\nsleep 100\n"},
		{"\x1c", "^\\Quit\n/srv # "},
		{"cat &\r", "cat &\n/srv # "},
		{"\r", "\n[1]+  Stopped (tty input)        cat\n/srv # "},
		{"kill %1\r", "kill %1\n/srv # "},
		{"\r", "\n/srv # "},
		{"kill -CONT %1\r", "kill -CONT %1\n/srv # "},
		{"\r", "\n[1]+  Terminated                 cat\n/srv # "},
		{"false &\r", "false &\n/srv # "},
		{"\r", "\n[1]+  Done(1)                    false\n/srv # "},
		{"while :; do :; done\r", "while :; do :; done\n"},
		{"\x03", "^C\n/srv # "},
		{"f() { f; }\r", "f() { f; }\n/srv # "},
		{"cd /\r", "cd /\n/ # "},
		{"PS1='$? > '\r", "PS1='$? > '\n0 > "},
		{"false\r", "false\n1 > "},
		{"read x; echo \"[$x]\"\r", "read x; echo \"[$x]\"\n"},
		{"word\r", "word\n[word]\n0 > "},
		{"sleep 1 & sleep 1\r", ""},
	} {
		got := term.types(step.keys)
		if step.screen != "" && got != step.screen {
			t.Fatalf("after %q the screen shows\n%q, not\n%q", step.keys, got, step.screen)
		}
	}
	term.passes(2 * time.Second)
	if term.types("\x04"); !term.sh.Done() || term.sh.Status().Code() != 0 {
		t.Errorf("^D does not end the shell: %v", term.sh.Status())
	}
}

// keys is a line editor of a few lines.
type keys struct {
	sys       proc.Sys
	completer shell.Completer
	history   []string
}

func (k *keys) ReadLine(prompt string) (string, error) {
	k.sys.Write(1, []byte(prompt))
	var line []byte
	buf := make([]byte, 1)
	for {
		n, err := k.sys.Read(0, buf)
		switch {
		case n == 0 && err == nil:
			return "", shell.ErrEnd
		case err != nil:
			continue
		case buf[0] == '\n':
			k.history = append(k.history, string(line))
			return string(line), nil
		case buf[0] == '?':
			_, words := k.completer.Complete(string(line), len(line))
			k.sys.Write(1, []byte("<"+strings.Join(words, "|")+">"))
		default:
			line = append(line, buf[0])
		}
	}
}

func (k *keys) History() []string { return k.history }

func TestALineEditorHasTheTerminal(t *testing.T) {
	term := openTerminal(t, shell.Config{
		NewLineReader: func(s proc.Sys, c shell.Completer) shell.LineReader { return &keys{sys: s, completer: c} },
		Suggest:       func(name string) string { return "no " + name + " here; try: cat" },
	})
	for _, step := range []struct{ keys, screen string }{
		{"sta?\r", "sta?\n<status >sh: sta: not found\nno sta here; try: cat\n/srv # "},
		{"cat o?\r", "cat o?\n<one >cat: o: No such file or directory\n/srv # "},
		{"history\r", "history\n    0 sta\n    1 cat o\n    2 history\n/srv # "},
		{"vi\r", "vi\nsh: vi: not found\nno vi here; try: cat\n/srv # "},
		{"exit 3\r", "exit 3\n"},
	} {
		got := term.types(step.keys)
		if got != step.screen {
			t.Fatalf("after %q the screen shows\n%q, not\n%q", step.keys, got, step.screen)
		}
	}
	if !term.sh.Done() || term.sh.Status().Code() != 3 {
		t.Errorf("exit does not end the shell: %v", term.sh.Status())
	}
}

// What dash and bash 5.2 show on a pseudo-terminal, as recorded.
func TestJobControlOfTheOtherShells(t *testing.T) {
	for f, steps := range map[shell.Flavour][][2]string{
		shell.Dash: {
			{"sleep 100\r", "sleep 100\n"},
			{"\x1a", "^Z[1] + Stopped                    sleep 100\n# "},
			{"jobs\r", "jobs\n[1] + Stopped                    sleep 100\n# "},
			{"bg\r", "bg\n[1] sleep 100\n# "},
			{"fg\r", "fg\nsleep 100\n"},
			{"\x1c", "^\\Quit\n# "},
			{"sleep 50 | cat &\r", "sleep 50 | cat &\n# "},
			{"jobs\r", "jobs\n[1] + Running                    sleep 50 | cat\n# "},
			{"nosuch\r", "nosuch\nsh: 7: nosuch: not found\n# "},
			{"echo )\r", "echo )\nsh: 8: Syntax error: \")\" unexpected\n# "},
			{"false &\r", "false &\n# "},
			{"\r", "\n[2] + Done(1)                    false\n# "},
		},
		shell.Bash: {
			{"PS1='$ '\r", "PS1='$ '\n$ "},
			{"sleep 100\r", "sleep 100\n"},
			{"\x1a", "^Z\n[1]+  Stopped                 sleep 100\n$ "},
			{"jobs\r", "jobs\n[1]+  Stopped                 sleep 100\n$ "},
			{"bg\r", "bg\n[1]+ sleep 100 &\n$ "},
			{"jobs\r", "jobs\n[1]+  Running                 sleep 100 &\n$ "},
			{"kill %1\r", "kill %1\n$ "},
			{"\r", "\n[1]+  Terminated              sleep 100\n$ "},
			{"nosuch\r", "nosuch\nsh: nosuch: command not found\n$ "},
			{"echo )\r", "echo )\nsh: syntax error near unexpected token `)'\n$ "},
			{"false &\r", "false &\n[1] 5\n$ "},
			{"\r", "\n[1]+  Exit 1                  false\n$ "},
			{"sleep 77\r", "sleep 77\n"},
			{"\x1a", "^Z\n[1]+  Stopped                 sleep 77\n$ "},
			{"exit\r", "exit\nexit\nThere are stopped jobs.\n$ "},
			{"exit\r", "exit\nexit\n"},
		},
	} {
		term := openTerminal(t, shell.Config{Flavour: f})
		for _, step := range steps {
			if got := term.types(step[0]); got != step[1] {
				t.Errorf("%v: after %q the screen shows\n%q, not\n%q", f, step[0], got, step[1])
				break
			}
		}
	}
}

// What a shell calls itself when it complains is the name that it was started by, as recorded from the real shells.
func TestAShellKnowsWhatItWasCalled(t *testing.T) {
	for _, c := range []struct {
		flavour shell.Flavour
		args    []string
		steps   [][2]string
	}{
		{shell.Bash, []string{"-bash"}, [][2]string{
			{"PS1='$ '\r", "PS1='$ '\n$ "},
			{"nosuch\r", "nosuch\n-bash: nosuch: command not found\n$ "},
			{"set -u; echo $y; echo not here\r", "set -u; echo $y; echo not here\n-bash: y: unbound variable\n$ "},
			{"echo $? $-\r", "echo $? $-\n1 himuBs\n$ "},
			{"set -o ignoreeof\r", "set -o ignoreeof\n$ "},
			{"\x04", "Use \"logout\" to leave the shell.\n$ "},
			{"set +o ignoreeof; sleep 50\r", "set +o ignoreeof; sleep 50\n"},
			{"\x1a", "^Z\n[1]+  Stopped                 sleep 50\n$ "},
			{"\x04", "logout\nThere are stopped jobs.\n$ "},
			{"\x04", "logout\n"},
		}},
		{shell.Bash, []string{"/bin/bash"}, [][2]string{
			{"PS1='$ '\r", "PS1='$ '\n$ "},
			{"nosuch\r", "nosuch\nbash: nosuch: command not found\n$ "},
			{"\x04", "exit\n"},
		}},
		{shell.Bash, []string{"/bin/bash", "-c", "nosuch"}, [][2]string{{"", "/bin/bash: line 1: nosuch: command not found\n"}}},
		{shell.Dash, []string{"-dash"}, [][2]string{{"nosuch\r", "nosuch\n-dash: 1: nosuch: not found\n# "}, {"\x04", "\n"}}},
		{shell.Dash, []string{"/bin/sh", "-c", "nosuch"}, [][2]string{{"", "/bin/sh: 1: nosuch: not found\n"}}},
		{shell.Ash, []string{"-sh"}, [][2]string{{"nosuch\r", "nosuch\n-sh: nosuch: not found\n/srv # "}}},
		{shell.Ash, []string{"/bin/sh", "-c", "nosuch"}, [][2]string{{"", "/bin/sh: nosuch: not found\n"}}},
	} {
		term := startTerminal(t, shell.Config{Flavour: c.flavour}, c.args...)
		for _, step := range c.steps {
			got := term.types(step[0])
			if step[0] == "" {
				got = strings.ReplaceAll(term.screen.String(), "\r\n", "\n")
			}
			if got != step[1] {
				t.Errorf("%v: after %q the screen shows\n%q, not\n%q", c.args, step[0], got, step[1])
				break
			}
		}
	}
}
