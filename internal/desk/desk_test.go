package desk

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockerlearn/internal/pace"
	"dockerlearn/labs/sandbox"
)

// person types what is scripted: each text after the one before has been shown.
type person struct {
	t      *testing.T
	queue  chan string  // keys in the order in which they are pressed
	shown  bytes.Buffer // since the last step
	all    bytes.Buffer
	script []step
}

// step waits for a text on the screen and then presses keys.
type step struct{ see, press string }

// Write is the real terminal: what the host shows. The next keys are pressed when their time has come.
func (p *person) Write(b []byte) (int, error) {
	p.shown.Write(b)
	p.all.Write(b)
	if len(p.script) > 0 && strings.Contains(p.shown.String(), p.script[0].see) {
		next := p.script[0]
		p.script = p.script[1:]
		p.shown.Reset()
		p.queue <- next.press
	}
	return len(b), nil
}

// sit plays a script at a host and returns everything that was shown after the last step.
func sit(t *testing.T, seed uint64, shell sandbox.Shell, journal string, script ...step) string {
	t.Helper()
	return sitWith(t, nil, seed, shell, journal, script...)
}

// sitWith begins with lines that are typed for the person.
func sitWith(t *testing.T, lines []string, seed uint64, shell sandbox.Shell, journal string, script ...step) string {
	t.Helper()
	return somebody(t, lines, seed, shell, journal, script...).shown.String()
}

func somebody(t *testing.T, lines []string, seed uint64, shell sandbox.Shell, journal string, script ...step) *person {
	t.Helper()
	w, err := sandbox.New(sandbox.Config{Seed: seed, Hosts: []sandbox.HostConfig{{Shell: shell}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	in, keys := io.Pipe()
	p := &person{t: t, queue: make(chan string, len(script)), script: script}
	go func() {
		for press := range p.queue {
			_, _ = io.WriteString(keys, press)
		}
	}()
	defer close(p.queue)
	o := Options{
		World: w, Host: w.Host(""), Lines: lines, In: in, Out: p, Size: Size{80, 24}, Term: "xterm",
		Say: func(Bar) string { return "the bar" },
	}
	wall := time.Unix(0, 0)
	o.Now = func() time.Time { wall = wall.Add(time.Millisecond); return wall }
	o.After = func(time.Duration) <-chan time.Time {
		c := make(chan time.Time, 1)
		c <- wall
		return c
	}
	if journal != "" {
		j, err := OpenJournal(journal, Head{Seed: seed, Start: sandbox.Start, Shell: string(shell), Size: o.Size, Term: o.Term})
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		o.Journal = j
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if _, _, err := Run(ctx, o); err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Errorf("nobody left the desk; the screen has\n%s", p.shown.String())
	}
	if len(p.script) > 0 {
		t.Fatalf("%q was never shown; the screen has\n%s", p.script[0].see, p.shown.String())
	}
	return p
}

func TestASittingEndsWithTheShell(t *testing.T) {
	for _, shell := range sandbox.Shells() {
		got := sit(t, 1, shell, "", step{"# ", "echo $((6*7))\r"}, step{"42", "exit\r"})
		if strings.Contains(got, "not found") {
			t.Errorf("%s: %s", shell, got)
		}
	}
}

// Lines are typed one by one, each when the shell waits for it: what runs before does not read them.
func TestLinesAreTyped(t *testing.T) {
	for _, shell := range sandbox.Shells() {
		lines := []string{"cat > f <<'D'", "in the file", "D", "sleep 1; cat f", "exit"}
		got := sitWith(t, lines, 1, shell, "")
		if _, after, _ := strings.Cut(got, "cat f"); !strings.Contains(after, "\nin the file\r\n") || strings.Contains(got, "not found") {
			t.Errorf("%s: %q", shell, got)
		}
	}
}

func TestTheBarSkipsAndLeaves(t *testing.T) {
	got := sit(t, 1, sandbox.Bash, "",
		step{"# ", "sleep 1d; date +%d\r"}, step{"date", "\x0f"}, step{"the bar", "s"}, step{"03", "\x0f"}, step{"the bar", "q"})
	if strings.Contains(got, "logout") {
		t.Errorf("leaving ended the shell: %q", got)
	}
}

// A host that floods the terminal, and one that works without end, still hear ^C: time that a slow terminal takes away
// from the host is not made up for. Each write takes the wall's clock on by more than the host's output is worth.
func TestABusyHostHearsTheKeyboard(t *testing.T) {
	for _, busy := range []string{"yes", "while :; do :; done", "while :; do echo y; done", "cat /dev/zero"} {
		w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Shell: sandbox.Bash}}})
		if err != nil {
			t.Fatal(err)
		}
		wall, shown, turns := time.Unix(0, 0), 0, 0
		slow := writer(func(b []byte) { shown += len(b); wall = wall.Add(100 * time.Millisecond) })
		in, keys := io.Pipe()
		pressed := make(chan bool)
		go func() {
			_, _ = io.WriteString(keys, busy+"\r")
			<-pressed
			_, _ = io.WriteString(keys, "\x03")
			_, _ = io.WriteString(keys, "exit\r")
		}()
		exit, ended, err := Run(t.Context(), Options{
			World: w, Host: w.Host(""), In: in, Out: slow, Size: Size{80, 24}, Term: "xterm",
			Now: func() time.Time { wall = wall.Add(time.Millisecond); return wall },
			After: func(time.Duration) <-chan time.Time {
				if turns++; turns == 50 {
					close(pressed)
				}
				c := make(chan time.Time, 1)
				c <- wall
				return c
			},
		})
		if err != nil || !ended {
			t.Errorf("%s: %d, %v, %v", busy, exit, ended, err)
		}
		if shown > 100*pace.Screens {
			t.Errorf("%s: %d bytes were shown until ^C was heard", busy, shown)
		}
		w.Close()
	}
}

// writer is a function that is written to.
type writer func([]byte)

func (w writer) Write(b []byte) (int, error) {
	w(b)
	return len(b), nil
}

func TestTheJournalBringsTheHostBack(t *testing.T) {
	journal := filepath.Join(t.TempDir(), "lab.jsonl")
	sit(t, 7, sandbox.Bash, journal,
		step{"# ", "x=中文; echo kept > f\r"}, step{"# ", "cat /proc/sys/kernel/random/uuid > id; cat id\r"}, step{"-", "\x0f"}, step{"the bar", "q"})
	got := sit(t, 7, sandbox.Bash, journal, step{"-", "echo $x; cat f\r"}, step{"kept", "\x0f"}, step{"the bar", "q"})
	_ = got
	// A line that a crash cut off is dropped; the rest holds.
	f, err := os.OpenFile(journal, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"at":99999999999,"keys":"rm -`); err != nil {
		t.Fatal(err)
	}
	f.Close()
	sit(t, 7, sandbox.Bash, journal, step{"kept", "cat f\r"}, step{"kept", "\x0f"}, step{"the bar", "q"})
}

// A key that came while the host was busy comes at the same moment again: not a turn of the busy program later.
func TestTheJournalInterruptsWhereTheKeyDid(t *testing.T) {
	for i := range 5 {
		journal := filepath.Join(t.TempDir(), "lab.jsonl")
		count := fmt.Sprintf("i=0; while :; do i=$((i+1)); [ $i = %d ] && echo t''ick; done\r", 3000+i*111)
		first := somebody(t, nil, 7, sandbox.Bash, journal,
			step{"# ", count}, step{"tick", "\x03"}, step{"# ", "echo i=$i.\r"}, step{"\r\ni=", "\x0f"}, step{"the bar", "q"})
		again := somebody(t, nil, 7, sandbox.Bash, journal, step{"\r\ni=", "\x0f"}, step{"the bar", "q"})
		_, was, _ := strings.Cut(first.all.String(), "\r\ni=")
		_, is, _ := strings.Cut(again.all.String(), "\r\ni=")
		was, _, _ = strings.Cut(was, ".")
		is, _, _ = strings.Cut(is, ".")
		if was == "" || was != is {
			t.Errorf("the loop got to %s, and when the journal was read again to %s", was, is)
		}
	}
}

func TestAJournalThatMakesNoSense(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ text, want string }{
		"other": {"hello\n", "other:1: this file is no sandbox journal; name another file"},
		"newer": {`{"kind":"dockerlearn sandbox","version":9,"seed":"1"}` + "\n", "newer:1: a newer dockerlearn wrote this journal (version 9); update dockerlearn"},
		"entry": {`{"kind":"dockerlearn sandbox","version":1,"seed":"1"}` + "\nnonsense\n", "entry:2: this is no entry"},
		"order": {`{"kind":"dockerlearn sandbox","version":1,"seed":"1"}` + "\n{\"at\":5}\n{\"at\":4}\n", "order:3: this entry is older than the one before it"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := OpenJournal(path, Head{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if after, _ := os.ReadFile(path); string(after) != c.text {
			t.Errorf("%s: the file was changed to %q", name, after)
		}
	}
}

func TestKeysTravelAsTheyAre(t *testing.T) {
	j, err := OpenJournal(filepath.Join(t.TempDir(), "j"), Head{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := Keys("ls \"写\"\r\x03\x1b[A\xe5\x86")
	if err := j.Add(Entry{At: 3, Keys: want}); err != nil {
		t.Fatal(err)
	}
	name := j.file.Name()
	j.Close()
	back, err := OpenJournal(name, Head{})
	if err != nil || len(back.Entries()) != 1 || !bytes.Equal(back.Entries()[0].Keys, want) || back.Seed != 1 {
		t.Errorf("read back %+v, %v", back, err)
	}
	back.Close()
}
