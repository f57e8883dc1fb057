package labs_test

import (
	"fmt"
	"strings"
	"testing"

	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// judged is a lab with conditions.
func judged(setup string, conditions ...string) *lessons.Lab {
	l := lab(setup)
	for _, c := range conditions {
		l.Check = append(l.Check, lessons.Line{Condition: c})
	}
	return l
}

func (s *sitting) states() string {
	var all []string
	for _, f := range s.Check() {
		all = append(all, string(f.State))
	}
	return strings.Join(all, " ")
}

// Conditions turn as one types, back to unmet too; one below another that it depends on waits for it.
func TestConditionsTurn(t *testing.T) {
	s := sit(t, judged(shop, "exists volume data", "running db", "env db MODE=on", "same web"))
	for _, c := range []struct{ line, want string }{
		{"true", "unmet unmet waiting met"},
		{"docker volume create data", "met unmet waiting met"},
		{"docker run -d --name db alpine sleep 1d", "met met unmet met"},
		{"docker rm -f web db", "met unmet waiting unmet"},
		{"docker run -d --name db -e MODE=on alpine sleep 1d", "met met met unmet"},
		{"docker stop -t 0 db", "met unmet met unmet"},
	} {
		if s.run(c.line); s.states() != c.want {
			t.Errorf("%s: %s, want %s", c.line, s.states(), c.want)
		}
	}
	if err := s.Go(3); err != nil {
		t.Fatal(err)
	}
	if got := s.states(); got != "met met unmet met" {
		t.Errorf("after undo: %s", got)
	}
}

// What an author says of a condition is said; what is true instead is found out.
func TestWhatIsSaid(t *testing.T) {
	l := judged("", "running db", "exists")
	l.Check[0].Says = lessons.Text{lessons.EN: "the shop has its database", lessons.ZH: "商店有数据库"}
	found := sit(t, l).Check()
	if found[0].Says[lessons.ZH] != "商店有数据库" || found[0].Now[lessons.EN] == "" || found[0].State != labs.Unmet {
		t.Errorf("%+v", found[0])
	}
	if found[1].State != labs.Unmet || !strings.Contains(found[1].Says[lessons.EN], "exists: column") {
		t.Errorf("a condition that makes no sense: %+v", found[1])
	}
}

// A mistake is noticed once it is true, and stays noticed when it is mended.
func TestMistakesAreNoticed(t *testing.T) {
	l := judged(shop, "exists volume data")
	l.Mistakes = []lessons.Mistake{
		{Line: lessons.Line{Condition: "absent container web"}, Question: "q-1"},
		{Line: lessons.Line{Condition: "exists volume Data"}},
	}
	s := sit(t, l)
	said := func() string {
		s.Check()
		return fmt.Sprint(s.Mistakes())
	}
	if got := said(); got != "[]" {
		t.Errorf("at once: %s", got)
	}
	s.run("docker rm -f web")
	said()
	s.run("docker run -d --name web nginx:alpine")
	if said(); len(s.Mistakes()) != 1 || s.Mistakes()[0].Question != "q-1" {
		t.Errorf("after it was mended: %v", s.Mistakes())
	}
}

// What is tried is tried on a copy, and only when all else holds.
func TestWhatCostsMuchIsTriedLast(t *testing.T) {
	s := sit(t, judged(shop, "run `docker rm -f web` prints web", "exists volume data"))
	for _, c := range []struct{ line, want string }{
		{"true", "waiting unmet"}, {"docker volume create data", "met met"}, {"docker rename web shop", "unmet met"},
	} {
		if s.run(c.line); s.states() != c.want {
			t.Errorf("%s: %s, want %s", c.line, s.states(), c.want)
		}
	}
	if s.run("docker rename shop web"); s.states() != "met met" || !strings.Contains(fmt.Sprint(s.Picture()), "{web ") {
		t.Errorf("it was done to the host itself: %+v", s.Picture())
	}
}

// BenchmarkCheck is a lab's conditions after a command.
func BenchmarkCheck(b *testing.B) {
	s := sit(b, judged(shop, "running web", "same cache", "not on-one-network web cache", "not resolves web cache", "blocked web -> cache:6379",
		"reach host -> 172.17.0.2:80", "reach web -> 172.17.0.2:80", "file web:/etc/nginx/nginx.conf contains http", "not published web 80", "log web < 1MB"))
	if !s.solved() {
		b.Fatal(s.unmet())
	}
	for b.Loop() {
		b.StopTimer()
		s.AdvanceTo(s.Elapsed() + 1)
		s.Type([]byte("\r"))
		s.AdvanceTo(s.Elapsed() + 1e7)
		b.StartTimer()
		s.Check()
	}
}
