package why_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"dockerlearn"
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/why"
	"dockerlearn/lessons"
)

var update = flag.Bool("update", false, "write the golden files anew; read what changed")

// scenario is commands on a fresh host, and those whose output is explained.
type scenario struct {
	name     string
	commands []string // "$ …" or "? …"
}

func scenarios(t testing.TB, file string) (all []scenario) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "== "):
			all = append(all, scenario{name: line[3:]})
		case strings.HasPrefix(line, "$ "), strings.HasPrefix(line, "? "):
			s := &all[len(all)-1]
			s.commands = append(s.commands, line)
		}
	}
	return all
}

// play types a scenario and gives each line that the explained commands print, with its chain.
func play(t testing.TB, s scenario, lang lessons.Lang, each func([]why.Link)) string {
	w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	h := w.Host("")
	session, err := h.NewConsole()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("== " + s.name + "\n")
	for _, c := range s.commands {
		after := h.Log().Last()
		r, err := session.Run(c[2:])
		if err != nil {
			t.Fatalf("%s: %s: %v", s.name, c, err)
		}
		b.WriteString(c + "\n")
		if c[0] == '$' {
			continue
		}
		last := h.Log().Last()
		for _, line := range strings.Split(strings.TrimSpace(r.Stdout), "\n") {
			list := why.ForLine(h, after, last, line)
			each(list)
			if len(list) > 0 {
				b.WriteString(line + "\n" + chain(list, lang))
			}
		}
		if list := why.ForExit(h, after, last, r.Exit); len(list) > 0 {
			each(list)
			b.WriteString("(exit status)\n" + chain(list, lang))
		}
		if h.Log().Last() != last {
			t.Errorf("%s: asking why was itself written to the log", s.name)
		}
	}
	return b.String() + "\n"
}

func chain(list []why.Link, lang lessons.Lang) string {
	var b strings.Builder
	for _, l := range list {
		b.WriteString("  ← " + l.Says[lang])
		if l.Lesson != "" {
			b.WriteString(" (" + string(l.Lesson) + ")")
		}
		b.WriteString("\n")
		if l.Command != "" {
			b.WriteString("      $ " + l.Command + "\n")
		}
	}
	return b.String()
}

// What a learner reads, in both languages. Every chain ends with a command.
func TestScenarios(t *testing.T) {
	for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
		var b strings.Builder
		for _, s := range scenarios(t, "testdata/scenarios") {
			b.WriteString(play(t, s, lang, func(list []why.Link) {
				if n := len(list); n > 0 && !slices.ContainsFunc(list, func(l why.Link) bool { return l.Command != "" }) {
					t.Errorf("%s: a chain leads to no command: %v", s.name, list)
				}
			}))
		}
		compare(t, "testdata/chains."+string(lang), b.String())
	}
}

// different is the first scenario that is not the same.
func different(got, want string) string {
	a, b := strings.Split(got, "\n\n"), strings.Split(want, "\n\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return a[i]
		}
	}
	return "(the end is missing)"
}

// No sentence has a hole in it, and both languages are there.
func TestSentencesAreWhole(t *testing.T) {
	for _, s := range scenarios(t, "testdata/scenarios") {
		play(t, s, lessons.EN, func(list []why.Link) {
			for _, l := range list {
				for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
					if text := l.Says[lang]; text == "" || strings.Contains(text, "%!") {
						t.Errorf("%s: %s: %q", s.name, lang, text)
					}
				}
			}
		})
	}
}

// The lessons that chains point to are in the course.
func TestLessonsExist(t *testing.T) {
	course, _ := lessons.Load(dockerlearn.Content())
	known := map[lessons.LessonID]bool{}
	for _, l := range course.Lessons() {
		known[l.ID] = true
	}
	pointed := why.Lessons()
	if len(pointed) == 0 {
		t.Fatal("chains point to no lesson at all")
	}
	for _, id := range pointed {
		if !known[id] {
			t.Errorf("chains point to the lesson %s, which the course does not have", id)
		}
	}
}

func BenchmarkForLine(b *testing.B) {
	w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	session, err := w.Host("").NewConsole()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := session.Run("docker rm nobody; i=0; while [ $i -lt 20000 ]; do /bin/true; i=$((i+1)); done"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if why.ForLine(w.Host(""), 0, 0, "Error response from daemon: No such container: nobody") == nil {
			b.Fatal("nothing is known")
		}
		why.ForLine(w.Host(""), 0, 0, "something that nobody knows: timed out")
	}
}
