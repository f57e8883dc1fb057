package why_test

import (
	"os"
	"strings"
	"testing"

	"dockerlearn/labs/condition"
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/why"
	"dockerlearn/lessons"
)

// What a learner reads of conditions, in both languages.
func TestConditions(t *testing.T) {
	for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
		var b strings.Builder
		for _, s := range scenarios(t, "testdata/conditions") {
			b.WriteString(judge(t, s, lang))
		}
		compare(t, "testdata/conditions."+string(lang), b.String())
	}
}

func judge(t *testing.T, s scenario, lang lessons.Lang) string {
	w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	session, err := w.Host("").NewConsole()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("== " + s.name + "\n")
	for _, c := range s.commands {
		b.WriteString(c + "\n")
		if c[0] == '$' {
			if _, err := session.Run(c[2:]); err != nil {
				t.Fatalf("%s: %s: %v", s.name, c, err)
			}
			continue
		}
		x, err := condition.Parse(c[2:])
		if err != nil {
			t.Fatal(err)
		}
		last, at := w.Host("").Log().Last(), w.Elapsed()
		r := x.Check(&condition.State{Host: w.Host("")})
		b.WriteString(map[bool]string{true: "holds\n", false: ""}[r.Met] + chain(why.ForCondition(w.Host(""), x, r), lang))
		if w.Host("").Log().Last() != last || w.Elapsed() != at {
			t.Errorf("%s: asking why left a trace", s.name)
		}
	}
	return b.String() + "\n"
}

// compare is with a golden file.
func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what comes; read the difference with -update:\n%s", golden, different(got, string(want)))
	}
}
