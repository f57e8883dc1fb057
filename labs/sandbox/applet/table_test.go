package applet_test

import (
	"bufio"
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

	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
)

// The table: testdata/rows has a script on each line, by topic; testdata/golden what the real programs made of them:
// Debian's busybox 1.35 for most, its GNU programs for topics that begin with gnu. DOCKERLEARN_LIVE_BUSYBOX=1 asks
// them again, and with -update writes their answers down. testdata/exceptions.txt names the rows where ours differ,
// and why.
var update = flag.Bool("update", false, "write the real programs' answers to testdata/golden (needs DOCKERLEARN_LIVE_BUSYBOX=1)")

// answer is what became of a script.
type answer struct {
	out, err string
	code     int
}

// dir is where the scripts run, here and there.
const dir = "/tmp/dlapplet"

// files are there for every script.
var files = map[string]string{
	"abc": "a\nb\nc\n", "words": "the quick brown fox\njumps over the lazy dog\n\nTHE END\n", "nums": "10\n9\n2\n1\n33\n-4\n2\n",
	"table": "alice 30 paris\nbob 25 london\ncarol 35 paris\ndave 28 berlin\n",
	"csv":   "id,name,age\n1,Ann,30\n2,Bob,25\n3,Cid,41\n", "dup": "a\na\nb\nb\nb\nc\na\n", "tabs": "a\tb\tc\n\td\n",
	"dir/x": "x\n", "dir/sub/y": "yy\n", "dir/.hid": "", "dir/zz.txt": "zz\n", "empty": "", "nonl": "first\nlast line",
	"cjk": "你好 世界\n中文 abc\n", "bin": "Hello, World! 0123\n\x00\x01\xff\xfe tail\x7f end\n",
	"conf": "# comment\nport = 80\nhost=web\n\n[sec]\nuser nginx;\n", "log": "10:01 INFO start\n10:02 WARN disk 91%\n10:03 ERROR fail 42\n10:04 INFO stop\n",
	"s1": "a 1\nb 2\nd 4\n", "s2": "a x\nb y\nc z\n", "run.sh": "#!/bin/sh\necho run $#\n",
	"para": "one two three\nfour five six\nseven eight nine\nten eleven twelve\n", "long": strings.Repeat("abcdefghij", 12) + "\nshort\n",
	"old": "alpha\nbeta\ngamma\ndelta\nepsilon\nzeta\neta\ntheta\niota\nkappa\n", "new": "alpha\nBETA\ngamma\ndelta\nepsilon\nzeta\neta\nextra\ntheta\niota\n",
}

func topics(t testing.TB) []string {
	t.Helper()
	list, err := filepath.Glob("testdata/rows/*.txt")
	if err != nil || len(list) == 0 {
		t.Fatal("no rows", err)
	}
	for i, f := range list {
		list[i] = strings.TrimSuffix(filepath.Base(f), ".txt")
	}
	return list
}

// lines is the lines of a file that say something.
func lines(t testing.TB, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.HasPrefix(line, "# ") {
			list = append(list, line)
		}
	}
	return list
}

func flavourOf(topic string) applet.Flavour {
	if strings.HasPrefix(topic, "gnu") {
		return applet.GNU
	}
	return applet.Busybox
}

// machine is one on which the scripts run.
func machine(t testing.TB, f applet.Flavour) *proctest.Machine {
	t.Helper()
	programs := applet.Programs(f)
	flavour := shell.Ash
	if f == applet.GNU {
		flavour = shell.Dash
	}
	sh := shell.Program(shell.Config{Flavour: flavour})
	programs["sh"] = sh
	programs["busybox"] = applet.Multicall(proc.Programs{"sh": sh})
	all := map[string]string{"/etc/group": "root:x:0:\nusers:x:100:learner\n"}
	for path, text := range files {
		all[dir+"/"+path] = text
	}
	m := proctest.New(t, proctest.Config{Programs: programs, Files: all, Dir: dir})
	m.Env = []string{"PATH=/bin", "HOME=/root"}
	return m
}

func ours(t testing.TB, topic, script string) answer {
	t.Helper()
	r := machine(t, flavourOf(topic)).Sh(script)
	return answer{r.Stdout, r.Stderr, int(r.Code)}
}

// real asks the programs of the machine that runs the test.
func real(t testing.TB, topic, script string) answer {
	t.Helper()
	os.RemoveAll(dir)
	defer os.RemoveAll(dir)
	for path, text := range files {
		at := filepath.Join(dir, path)
		os.MkdirAll(filepath.Dir(at), 0o755)
		mode := os.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		if err := os.WriteFile(at, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("/usr/bin/busybox", "sh", "-c", script)
	cmd.Env = []string{"PATH=/nowhere", "HOME=/root"}
	if flavourOf(topic) == applet.GNU {
		cmd = exec.Command("/usr/bin/dash", "-c", script)
		cmd.Env = []string{"PATH=/usr/bin", "HOME=/root"}
	}
	cmd.Dir = dir
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
		code = 128 + int(cmd.ProcessState.Sys().(syscall.WaitStatus).Signal())
	}
	return answer{out.String(), errs.String(), code}
}

// asMusl turns what Debian's busybox says through the GNU C library into what it says through musl, and cuts help
// texts off, which are our own.
func (a answer) asMusl() answer {
	a.err = usage.ReplaceAllString(a.err, "USAGE\n")
	for _, r := range [][2]string{
		{`invalid option -- '(.)'`, `unrecognized option: $1`},
		{`option requires an argument -- '(.)'`, `option requires an argument: $1`},
		{`unrecognized option '--([^'=]*).*'`, `unrecognized option: $1`},
	} {
		a.err = regexp.MustCompile(r[0]).ReplaceAllString(a.err, r[1])
	}
	for e := proc.Errno(1); e < 134; e++ {
		if e.Musl() != e.Error() {
			a.err = strings.ReplaceAll(a.err, e.Error(), e.Musl())
		}
	}
	for _, r := range [][2]string{
		{"Unmatched ( or \\(", "Missing ')'"}, {"Unmatched [, [^, [:, [., or [=", "Missing ']'"}, {"Invalid preceding regular expression", "Repetition not preceded by valid expression"},
	} {
		a.err = strings.ReplaceAll(a.err, r[0], r[1])
	}
	return a
}

var usage = regexp.MustCompile(`(?s)BusyBox v.*`)

func (a answer) String() string {
	var b strings.Builder
	for _, s := range []struct{ mark, text string }{{"> ", a.out}, {"2> ", a.err}} {
		for line := range strings.Lines(s.text) {
			b.WriteString(s.mark + strconv.Quote(line) + "\n")
		}
	}
	fmt.Fprintf(&b, "exit %d\n", a.code)
	return b.String()
}

func writeGolden(t testing.TB, topic string, rows []string, answers map[string]answer) {
	t.Helper()
	var b strings.Builder
	for _, r := range rows {
		b.WriteString("$ " + r + "\n" + answers[r].String())
	}
	if err := os.WriteFile("testdata/golden/"+topic+".txt", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readGolden(t testing.TB, topic string) map[string]answer {
	t.Helper()
	f, err := os.Open("testdata/golden/" + topic + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	answers := map[string]answer{}
	row, a := "", answer{}
	for s := bufio.NewScanner(f); s.Scan(); {
		mark, rest, _ := strings.Cut(s.Text(), " ")
		switch mark {
		case "$":
			row, a = rest, answer{}
		case ">", "2>":
			text, err := strconv.Unquote(rest)
			if err != nil {
				t.Fatalf("%s: %s: %v", topic, rest, err)
			}
			if mark == ">" {
				a.out += text
			} else {
				a.err += text
			}
		case "exit":
			a.code, _ = strconv.Atoi(rest)
			answers[row] = a
		}
	}
	return answers
}

// exceptions is the rows where ours differ, with the reason: "TOPIC: SCRIPT # why".
func exceptions(t testing.TB) map[string]string {
	list := map[string]string{}
	for _, line := range lines(t, "testdata/exceptions.txt") {
		row, why, ok := strings.Cut(line, " ## ")
		if !ok {
			t.Fatalf("exceptions.txt: no reason: %s", line)
		}
		list[row] = why
	}
	return list
}

func TestTable(t *testing.T) {
	except := exceptions(t)
	count := 0
	for _, topic := range topics(t) {
		golden := readGolden(t, topic)
		for _, row := range lines(t, "testdata/rows/"+topic+".txt") {
			count++
			t.Run(topic+"/"+row, func(t *testing.T) {
				want, ok := golden[row]
				if !ok {
					t.Fatal("no golden answer; run with DOCKERLEARN_LIVE_BUSYBOX=1 -update")
				}
				got := ours(t, topic, row)
				if flavourOf(topic) == applet.Busybox {
					got.err = usage.ReplaceAllString(got.err, "USAGE\n")
				}
				why, excepted := except[topic+": "+row]
				switch {
				case got == want && excepted:
					t.Errorf("agrees with the real one now; take the exception away (%s)", why)
				case got != want && !excepted:
					t.Errorf("%s\ngot:\n%swant:\n%s", row, got, want)
				}
			})
		}
	}
	t.Logf("%d rows, %d of them named exceptions", count, len(except))
}

func TestTheRealProgramsAgreeWithTheGoldenAnswers(t *testing.T) {
	if os.Getenv("DOCKERLEARN_LIVE_BUSYBOX") == "" {
		t.Skip("asks this machine's busybox and GNU programs; set DOCKERLEARN_LIVE_BUSYBOX=1")
	}
	for _, topic := range topics(t) {
		rows := lines(t, "testdata/rows/"+topic+".txt")
		answers := map[string]answer{}
		for _, row := range rows {
			answers[row] = real(t, topic, row)
			if flavourOf(topic) == applet.Busybox {
				answers[row] = answers[row].asMusl()
			}
		}
		if *update {
			writeGolden(t, topic, rows, answers)
			continue
		}
		golden := readGolden(t, topic)
		for _, row := range rows {
			if answers[row] != golden[row] {
				t.Errorf("%s: %s\nreal:\n%sgolden:\n%s", topic, row, answers[row], golden[row])
			}
		}
	}
}
