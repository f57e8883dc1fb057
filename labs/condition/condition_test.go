package condition

import (
	"errors"
	"testing"

	"dockerlearn/labs/sandbox"
	"dockerlearn/lessons"
)

// bed is a host on which conditions are tried.
type bed struct {
	world   *sandbox.World
	session *sandbox.Session
	state   *State
}

// newBed prepares a host with commands, each of which must succeed.
func newBed(t testing.TB, setup ...string) *bed {
	t.Helper()
	w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	h := w.Host("")
	x, err := h.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	b := &bed{w, x, &State{Host: h}}
	for _, line := range setup {
		b.run(t, line)
	}
	b.state.Before = Remember(h)
	return b
}

func (b *bed) run(t testing.TB, line string) {
	t.Helper()
	r, err := b.session.Run(line)
	if err != nil || r.Exit != 0 {
		t.Fatalf("%s: %v, exit %d\n%s%s", line, err, r.Exit, r.Stdout, r.Stderr)
	}
}

// row is a condition, whether it holds, and what is true otherwise.
type row struct {
	condition string
	met       bool
	en, zh    string
}

// expect checks conditions on the host.
func (b *bed) expect(t *testing.T, rows []row) {
	t.Helper()
	for _, row := range rows {
		c := mustParse(t, row.condition)
		r := c.Check(b.state)
		if r.Met != row.met {
			t.Errorf("%s: met is %v: %s", row.condition, r.Met, r.Now.In(lessons.EN))
		}
		if en, zh := r.Now[lessons.EN], r.Now[lessons.ZH]; en != row.en || zh != row.zh {
			t.Errorf("%s:\n\t{%q, %v, %q, %q},", row.condition, row.condition, r.Met, en, zh)
		}
	}
}

func mustParse(t testing.TB, text string) *Condition {
	t.Helper()
	c, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return c
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		what   string
	}{
		{"", 1, "a condition is missing"},
		{"runing web", 1, `there is no condition that begins with "runing"`},
		{"running", 8, "the name of a container is missing"},
		{"running web cache", 13, `"cache" is too much`},
		{"exists vol x", 8, `"vol" stands where container or image or network or volume can`},
		{"any running web", 16, "there is only one condition"},
		{"any all running a ; running b ; running c", 42, "it is not clear where the inner any or all ends"},
		{"(running web", 13, "a parenthesis is not closed"},
		{"running \"web", 9, "a quotation mark is not closed"},
		{"exited web ten", 12, `"ten" is no number`},
		{"limit web memory <= 10 MB", 21, `"10" is no size`},
		{"limit web memory <= 10m", 21, `"10m" is no size`},
		{"env web A", 9, `"A" is no KEY=VALUE`},
		{"restart-policy web sometimes", 20, `"sometimes" is no restart policy`},
		{"running 我 们", 11, `"们" is too much`},
	} {
		_, err := Parse(c.text)
		var m *Mistake
		if !errors.As(err, &m) {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if m.Column != c.column || m.What != c.what || m.Do == "" {
			t.Errorf("%s: {%d, %q}; %s", c.text, m.Column, m.What, m.Do)
		}
	}
}

// A condition is written as it was read, and what is put together stays so.
func TestString(t *testing.T) {
	for _, text := range []string{
		"running web",
		"not running web",
		"any running web ; exited web 0",
		"any (all running a ; running b) ; not (any running c ; running d)",
		`command web "a \"b\" \\ c\nd"`,
		`env web "A="`,
	} {
		c := mustParse(t, text)
		again := mustParse(t, c.String())
		if c.String() != again.String() {
			t.Errorf("%s: %s, then %s", text, c, again)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"running web", "any exists volume a ; not (all same c ; limit a pids <= 3)", "command a `x`y\"z\\\""} {
		f.Add(s)
	}
	for _, s := range everyForm() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		var m *Mistake
		if err != nil {
			if !errors.As(err, &m) || m.Column < 1 || m.Column > len([]rune(text))+1 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, err := Parse(c.String())
		if err != nil {
			t.Fatalf("%q is written %q: %v", text, c, err)
		}
		if again.String() != c.String() || again.says(true)[lessons.EN] != c.says(true)[lessons.EN] {
			t.Fatalf("%q: %q is read as %q", text, c, again)
		}
	})
}
