package shell_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
)

// The table: scripts in testdata/scripts, a topic each, and in testdata/golden what the real shells made of them:
// busybox sh (Ash), dash and bash of Debian 12. With DOCKERLEARN_LIVE_SHELL=1 the real shells are asked again; with
// -update their answers are written down. testdata/exceptions.txt names where ours answers differently, and why.
var update = flag.Bool(
	"update",
	false,
	"write the real shells' answers to testdata/golden (needs DOCKERLEARN_LIVE_SHELL=1)",
)

// script is a row of the table.
type script struct {
	name, text string
	flavours   []shell.Flavour
	how        string // "" is -c, or "file", "stdin"
}

// answer is what became of a script.
type answer struct {
	out, err string
	code     int
}

var flavours = []shell.Flavour{shell.Ash, shell.Dash, shell.Bash}

// dir is where the scripts run, here and there.
const dir = "/tmp/dlshell"

func topics(t testing.TB) []string {
	files, err := filepath.Glob("testdata/scripts/*.sh")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".sh")
	}
	return files
}

// readScripts reads a topic. "### name [word]…" begins a script; the words say which shells it is for, and how.
func readScripts(t testing.TB, topic string) []script {
	text, err := os.ReadFile("testdata/scripts/" + topic + ".sh")
	if err != nil {
		t.Fatal(err)
	}
	var list []script
	for part := range strings.SplitSeq("\n"+string(text), "\n### ") {
		head, body, _ := strings.Cut(part, "\n")
		words := strings.Fields(head)
		if len(words) == 0 {
			continue
		}
		sc := script{name: words[0], text: strings.TrimSuffix(body, "\n")}
		for _, w := range words[1:] {
			switch w {
			case "ash":
				sc.flavours = append(sc.flavours, shell.Ash)
			case "dash":
				sc.flavours = append(sc.flavours, shell.Dash)
			case "bash":
				sc.flavours = append(sc.flavours, shell.Bash)
			default:
				sc.how = w
			}
		}
		if sc.flavours == nil {
			sc.flavours = flavours
		}
		list = append(list, sc)
	}
	return list
}

// files are there for every script.
var files = map[string]string{
	"one": "1\n", "two": "2\n2\n", "dir/a": "a\n", "dir/b": "b\n", "dir/.hidden": "", ".dot": "", "sp ace": "",
	"lib.sh": "echo in lib $#\nlibvar=set\nlibf() { echo libf $1; }\n", "ret.sh": "echo before\nreturn 3\necho after\n",
	"bad.sh": "echo start\necho )\n", "empty.sh": "",
	"script":   "#!/bin/sh\necho script $0 $#\nexit 4\n",
	"textfile": "echo text $0 $1\n",
}

func (sc script) argv(f shell.Flavour) []string {
	name := "sh"
	if f == shell.Bash {
		name = "bash"
	}
	switch sc.how {
	case "file":
		return []string{name, "./main.sh", "x", "y z"}
	case "stdin":
		return []string{name}
	case "named":
		return []string{name, "-c", sc.text, "me", "x", "y z"}
	}
	return []string{name, "-c", sc.text}
}

// ours runs a script on a machine of its own.
func ours(t testing.TB, sc script, f shell.Flavour) answer {
	t.Helper()
	_, r := oursOn(t, sc, f, 0)
	return answer{r.Stdout, withoutPIDs(r.Stderr), int(r.Code)}
}

func oursOn(t testing.TB, sc script, f shell.Flavour, seed uint64) (*proctest.Machine, proctest.Result) {
	t.Helper()
	all := map[string]string{dir + "/main.sh": sc.text}
	for path, text := range files {
		all[dir+"/"+path] = text
	}
	argv := sc.argv(f)
	programs := smallPrograms()
	programs["sh"] = shell.Program(shell.Config{Flavour: f})
	if f == shell.Bash {
		programs["bash"] = programs["sh"]
		programs["sh"] = shell.Program(shell.Config{Flavour: shell.Dash})
	}
	m := proctest.New(
		t,
		proctest.Config{Seed: seed, Programs: programs, Files: all, Dir: dir, Env: []string{"HOME=" + dir + "/home"}},
	)
	m.Env = []string{"PATH=/bin", "HOME=" + dir + "/home"}
	if err := m.View.Chmod(dir+"/textfile", 0o755); err != nil {
		t.Fatal(err)
	}
	stdin := ""
	if sc.how == "stdin" {
		stdin = sc.text
	}
	return m, m.RunInput(stdin, argv...)
}

// withoutPIDs takes the process numbers out of bash's reports.
func withoutPIDs(text string) string {
	text = regexp.MustCompile(`(line \d+: ) *\d+ ([A-Z])`).ReplaceAllString(text, "${1}PID ${2}")
	return regexp.MustCompile(`(?m)^     ( *\d+) ([A-Z ].*\| )`).ReplaceAllString(text, "     PID ${2}")
}

// real asks the shell of the machine that runs the test.
func real(t testing.TB, sc script, f shell.Flavour) answer {
	t.Helper()
	os.RemoveAll(dir)
	defer os.RemoveAll(dir)
	all := map[string]string{"main.sh": sc.text}
	for path, text := range files {
		all[path] = text
	}
	for path, text := range all {
		at := filepath.Join(dir, path)
		os.MkdirAll(filepath.Dir(at), 0o755)
		mode := os.FileMode(0o644)
		if strings.HasPrefix(text, "#!") || path == "textfile" {
			mode = 0o755
		}
		if err := os.WriteFile(at, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	realPrograms(t)
	path := map[shell.Flavour]string{shell.Ash: "/usr/bin/busybox", shell.Dash: "/usr/bin/dash", shell.Bash: "/usr/bin/bash"}[f]
	argv := sc.argv(f)
	cmd := &exec.Cmd{Path: path, Args: argv, Dir: dir, Env: []string{"PATH=" + realBin, "HOME=" + dir + "/home"}}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // scripts signal their group
	if sc.how == "stdin" {
		cmd.Stdin = strings.NewReader(sc.text)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = time.Second
	timer := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		t.Fatal(err)
	}
	code := cmd.ProcessState.ExitCode()
	if code < 0 {
		code = 128 + int(signalOf(cmd.ProcessState))
	}
	return answer{out.String(), withoutPIDs(errs.String()), code}
}

const realBin = "/tmp/dlshellbin"

func TestTable(t *testing.T) {
	for _, topic := range topics(t) {
		golden := readGolden(t, topic)
		for _, sc := range readScripts(t, topic) {
			for _, f := range sc.flavours {
				name := sc.name + " " + f.String()
				t.Run(topic+"/"+name, func(t *testing.T) {
					want, ok := golden[name]
					if !ok {
						t.Fatal("no golden answer; run with DOCKERLEARN_LIVE_SHELL=1 -update")
					}
					got := ours(t, sc, f)
					if why, ok := exceptions(t)[topic+"/"+name]; ok {
						if got == want {
							t.Errorf("agrees with the real shell now; take the exception away (%s)", why)
						}
						return
					}
					if got != want {
						t.Errorf("script:\n%s\n--- ours\n%s--- %s\n%s", sc.text, got, f, want)
					}
				})
			}
		}
	}
}

func TestTableAgainstRealShells(t *testing.T) {
	if os.Getenv("DOCKERLEARN_LIVE_SHELL") == "" {
		t.Skip("set DOCKERLEARN_LIVE_SHELL=1 to ask busybox, dash and bash")
	}
	for _, topic := range topics(t) {
		golden := readGolden(t, topic)
		fresh := map[string]answer{}
		var order []string
		for _, sc := range readScripts(t, topic) {
			for _, f := range sc.flavours {
				name := sc.name + " " + f.String()
				got := real(t, sc, f)
				order = append(order, name)
				fresh[name] = got
				if !*update && got != golden[name] {
					t.Errorf("%s/%s:\n--- now\n%s--- written down\n%s", topic, name, got, golden[name])
				}
			}
		}
		if *update {
			writeGolden(t, topic, order, fresh)
		}
	}
}

func (a answer) String() string {
	var b strings.Builder
	lines := func(mark, text string) {
		for line := range strings.SplitAfterSeq(text, "\n") {
			if line == "" {
				continue
			}
			if whole, ok := strings.CutSuffix(line, "\n"); ok {
				fmt.Fprintf(&b, "%s| %s\n", mark, visible(whole))
			} else {
				fmt.Fprintf(&b, "%s\\ %s\n", mark, visible(line))
			}
		}
	}
	lines("1", a.out)
	lines("2", a.err)
	fmt.Fprintf(&b, "exit %d\n", a.code)
	return b.String()
}

// visible writes what a golden file should not contain as it is.
func visible(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r == utf8.RuneError && s[i] != "�"[0] {
			fmt.Fprintf(&b, "‹%02x›", s[i])
			continue
		}
		b.WriteRune(r)
	}
	return strings.NewReplacer("\r", "␍", "\x00", "␀", "\x1b", "␛", "\a", "␇").Replace(b.String())
}

func unseen(s string) string {
	s = regexp.MustCompile("‹..›").ReplaceAllStringFunc(s, func(hex string) string {
		n, _ := strconv.ParseUint(strings.Trim(hex, "‹›"), 16, 8)
		return string([]byte{byte(n)})
	})
	return strings.NewReplacer("␍", "\r", "␀", "\x00", "␛", "\x1b", "␇", "\a").Replace(s)
}

func writeGolden(t *testing.T, topic string, order []string, answers map[string]answer) {
	var b strings.Builder
	for _, name := range order {
		fmt.Fprintf(&b, "### %s\n%s", name, answers[name])
	}
	if err := os.WriteFile("testdata/golden/"+topic+".txt", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readGolden(t testing.TB, topic string) map[string]answer {
	text, err := os.ReadFile("testdata/golden/" + topic + ".txt")
	if err != nil && !*update {
		t.Fatal(err)
	}
	list := map[string]answer{}
	name := ""
	for line := range strings.SplitAfterSeq(string(text), "\n") {
		a := list[name]
		switch {
		case strings.HasPrefix(line, "### "):
			name = strings.TrimSpace(line[4:])
			continue
		case strings.HasPrefix(line, "1| "):
			a.out += unseen(line[3:])
		case strings.HasPrefix(line, "2| "):
			a.err += unseen(line[3:])
		case strings.HasPrefix(line, `1\ `):
			a.out += unseen(strings.TrimSuffix(line[3:], "\n"))
		case strings.HasPrefix(line, `2\ `):
			a.err += unseen(strings.TrimSuffix(line[3:], "\n"))
		case strings.HasPrefix(line, "exit "):
			fmt.Sscanf(line, "exit %d", &a.code)
		}
		list[name] = a
	}
	return list
}

// exceptions are rows where we differ from the real shell on purpose: "topic/name flavour: why".
func exceptions(t testing.TB) map[string]string {
	text, err := os.ReadFile("testdata/exceptions.txt")
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if row, why, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && !strings.HasPrefix(line, "#") {
			list[row] = why
		}
	}
	return list
}
