package transcript

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Recordings of a real engine are read and written back byte by byte.
func TestRecordingsRoundTrip(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.txt")
	if len(names) == 0 {
		t.Fatal("no recordings")
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		recorded, err := Parse(string(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var b strings.Builder
		if err := recorded.Write(&b); err != nil {
			t.Fatal(err)
		}
		if b.String() != string(text) {
			line, want, got, _ := firstDifference(string(text), b.String())
			t.Errorf("%s:%d: want %q, got %q", name, line, want, got)
		}
	}
}

// A script is divided into the commands that its recording shows.
func TestScriptsDivideAsRecorded(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.sh")
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		script, err := ParseScript(string(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		recording, err := os.ReadFile(strings.TrimSuffix(name, ".sh") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		recorded, err := Parse(string(recording))
		if err != nil {
			t.Fatal(err)
		}
		var typed []string
		for _, s := range script.Steps {
			if s.Line != "" {
				typed = append(typed, s.Line)
			}
		}
		commands := recorded.Commands()
		if len(typed) != len(commands) {
			t.Errorf("%s: %d commands, recorded %d", name, len(typed), len(commands))
			continue
		}
		for i, c := range commands {
			if typed[i] != c.Line {
				t.Errorf("%s: command %d is %q, recorded %q", name, i+1, typed[i], c.Line)
			}
		}
	}
}

func TestParseScript(t *testing.T) {
	script, err := ParseScript("# intro\n#!setup true\n#!setup false\ncat <<A <<B\na\nA\nb\nB\necho 'two\nlines'\nfor i in 1 2; do\n  echo $i\ndone\necho a \\\n  b\n)\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range script.Steps {
		got = append(got, s.Comment+strings.Join(s.Setup, ";")+"|"+s.Line)
	}
	want := []string{
		"# intro|", "true;false|cat <<A <<B\na\nA\nb\nB", "|echo 'two\nlines'", "|for i in 1 2; do\n  echo $i\ndone",
		"|echo a \\\n  b", "|)",
	}
	if strings.Join(got, "§") != strings.Join(want, "§") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestMistakesNameTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"hello\n":               `line 1: neither a command nor a comment: "hello"`,
		"$ true\n[exit 0]\nx":   "line 3: the exit status is missing",
		"# a\n$ true\nout\n":    "line 3: the exit status is missing",
		"$ true\n[exit zero]\n": "line 2: the exit status is missing",
	} {
		if _, err := Parse(text); err == nil || err.Error() != want {
			t.Errorf("Parse(%q): %v, want %s", text, err, want)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		want, got string
		match     bool
	}{
		{"abc", "abc", true},
		{"abc", "abd", false},
		{"tidy 8.4MB (virtual {{any}})", "tidy 8.4MB (virtual 16.9MB)", true},
		{"tidy 8.4MB (virtual {{any}})", "tidy 8.4MB (virtual 16.9MB) x", false},
		{"{{id}}", "0123456789ab", true},
		{"{{id}}", "0123456789abc", false},
		{"{{id}}", "sha256:" + strings.Repeat("0f", 32), true},
		{"{{ip}} a", "172.17.0.2 a", true},
		{"{{ip}}", "fd00::2", true},
		{"{{ip}}", "localhost", false},
		{"a.c{{any}}", "abc", false},
	} {
		if Match(c.want, c.got) != c.match {
			t.Errorf("Match(%q, %q) = %v", c.want, c.got, !c.match)
		}
	}
}

func TestConsole(t *testing.T) {
	const block = "$ cat > f <<'D'\n> one\n> D\n$ cat f\n> quoted mail\none\n$ docker create alpine\n{{id}}\n"
	commands, err := ParseConsole(block)
	if err != nil {
		t.Fatal(err)
	}
	if len(commands) != 3 || commands[0].Line != "cat > f <<'D'\none\nD" || commands[1].Result.Stdout != "> quoted mail\none\n" {
		t.Fatalf("read %+v", commands)
	}
	got := Rewrite(commands, []Result{{}, {Stdout: "> quoted mail\ntwo\n"}, {Stdout: "0123456789ab\n"}})
	want := strings.Replace(block, "\none\n$", "\ntwo\n$", 1)
	if got != want {
		t.Errorf("rewritten to %q, want %q", got, want)
	}
}

func TestCompareNamesTheFirstLine(t *testing.T) {
	want := &Command{Line: "ls", At: 7, Result: Result{Stdout: "a\nb\n", Exit: 0}}
	got := Compare(want, Result{Stdout: "a\nc\nd\n", Stderr: "oops\n", Exit: 1})
	if len(got) != 3 || got[0].Line != 2 || got[0].Want != "b" || got[0].Got != "c" || got[1].Where != "stderr" || got[2].Got != "1" {
		t.Errorf("differences: %v", got)
	}
}

// What was written is read back the same, whatever the output was.
func TestRoundTrip(t *testing.T) {
	text := rapid.StringMatching(`([a-z$>#\[\]|2 ]{0,8}\n?){0,4}`)
	rapid.Check(t, func(t *rapid.T) {
		c := &Command{Line: "echo " + rapid.StringMatching(`[a-z]{1,5}`).Draw(t, "line")}
		c.Result = Result{Stdout: sayable(text.Draw(t, "stdout")), Stderr: text.Draw(t, "stderr"), Exit: rapid.IntRange(0, 255).Draw(t, "exit")}
		var b strings.Builder
		if err := (Transcript{[]Entry{{Command: c}}}).Write(&b); err != nil {
			t.Fatal(err)
		}
		back, err := Parse(b.String())
		if err != nil {
			t.Fatalf("%v in\n%s", err, b.String())
		}
		if got := back.Commands()[0]; got.Result != c.Result || got.Line != c.Line {
			t.Fatalf("read back %+v from\n%s", got, b.String())
		}
	})
}

// sayable drops what the format cannot tell apart: output that looks like continued lines, standard error, or marks.
func sayable(s string) string {
	var kept []string
	for _, l := range strings.SplitAfter(s, "\n") {
		if !strings.HasPrefix(l, ">") && !strings.HasPrefix(l, "2|") && !strings.HasPrefix(l, "[") {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "")
}

func FuzzParse(f *testing.F) {
	f.Add("$ a\n> b\nout\n2| err\n[exit 1 after 3s]\n")
	f.Add("# c\n$ x\n[no newline at the end]\n[exit 0]\n[exit 0]\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = Parse(text)
		_, _ = ParseConsole(text)
		_, _ = ParseScript(text)
	})
}
