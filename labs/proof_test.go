package labs_test

import (
	"fmt"
	"strings"
	"testing"

	"dockerlearn/internal/mdoc"
	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// at is a place in the file of a test's lab.
func at(line int) mdoc.Pos { return mdoc.Pos{File: "labs/x.en.md", Line: line, Col: 1} }

// proved is what is found of a lab: setup from line 10 on, conditions from 20, mistakes from 30, solutions from 40, 50 …
func proved(setup, conditions, mistakes string, solutions ...string) string {
	l := &lessons.Lab{ID: "x", Setup: lessons.Block{Text: setup, Pos: at(10)}}
	for i, c := range strings.Split(conditions, "\n") {
		l.Check = append(l.Check, lessons.Line{Condition: c, Pos: at(20 + i)})
	}
	for i, c := range strings.Split(mistakes, "\n") {
		if c != "" {
			l.Mistakes = append(l.Mistakes, lessons.Mistake{Line: lessons.Line{Condition: c, Pos: at(30 + i)}})
		}
	}
	for i, s := range solutions {
		l.Solutions = append(l.Solutions, lessons.Block{Text: s, Pos: at(40 + 10*i)})
	}
	return text(labs.Check(&lessons.Course{Labs: []*lessons.LabGroup{{Labs: []*lessons.Lab{l}}}}))
}

func text(found lessons.Findings) string {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "%d:%d %s %s\n", f.Pos.Line, f.Pos.Col, f.Severity, f.What)
	}
	return b.String()
}

// Each thing that can be wrong with a lab is found, with its place.
func TestLabsAreProved(t *testing.T) {
	const web = "docker run -d --name web nginx:alpine"
	for _, c := range []struct {
		name                        string
		setup, conditions, mistakes string
		solutions                   []string
		want                        string
	}{
		{"right", "", "running web", "exited web", []string{web}, ""},
		{"right in two ways", web, "absent container web", "", []string{"docker rm -f web", "docker stop web\ndocker rm web"}, ""},
		{"no condition", "", "runing web", "", nil, `20:1 error there is no condition that begins with "runing"`},
		{"no condition for a mistake", "", "running web", "running", nil, "30:8 error the name of a container is missing"},
		{"a setup that fails", "true\ncat nothing\ncat nothing || true", "running web", "", []string{web}, "11:1 error `cat nothing` exits with status 1: cat: nothing: No such file or directory"},
		{"a setup without end", "mkfifo p\ncat p", "running web", "", []string{web}, "11:1 error `cat p` does not end: the command waits for something that never happens"},
		{"a setup that ends the shell", "exit 3\ntrue", "running web", "", []string{web}, "10:1 error `exit 3` exits with status 3:"},
		{"a setup that asks for too much", "od -S 3 f", "running web", "", []string{web}, "10:1 error `od -S 3 f` asks for what is not simulated"},
		{"solved at once", web, "running web", "", []string{"true"}, "10:1 error the lab is solved by its setup"},
		{"a mistake that nobody made", web, "absent container web", "running web", []string{"docker rm -f web"}, "30:1 error this is true after the setup"},
		{"a mistake of the solution", "", "running web", "running web", []string{web}, "30:1 error this is true after a solution"},
		{"a solution that leads nowhere", "", "running web\nuser web app", "", []string{web}, `40:1 error the solution does not lead to "user web app" (labs/x.en.md:21:1): web runs as root`},
		{"a solution that asks for too much", "", "running web", "", []string{"coproc x { true; }\n" + web}, "40:1 error `coproc x { true; }` asks for what is not simulated: bash: line 1: coproc is not simulated"},
		{
			"a container that is asked for too much", "", "exists container web", "",
			[]string{"echo 'events { } http { gzip on; }' > n; docker run -d --name web -v ./n:/etc/nginx/nginx.conf nginx:alpine"},
			"40:1 error the log of web says: ",
		},
		{"a line too much", "", "running web", "", []string{"docker volume create data\n" + web}, "40:1 warning no condition notices the solution without `docker volume create data`"},
		{"a line that looks", "", "running web", "", []string{"docker ps -a; ls\n" + web + "\ndocker logs web"}, ""},
		{"an option that nobody asks for", "", "running web", "", []string{web[:11] + "--init " + web[11:]}, "40:1 warning no condition notices the solution without `--init`"},
		{"a number that nobody asks for", "", "limit web memory <= 2GB", "", []string{"docker run -d --memory 512m --name web nginx:alpine"}, "40:1 warning no condition notices the solution with `1024m` instead of `512m`"},
		{"a condition that says nothing", "", "running web\nnot exists volume web-data", "", []string{web}, ""},
		{"a guard", "docker volume create data", "running web\nexists volume data", "", []string{web}, ""},
		{"a condition that always holds", "", "running web\nany running web ; not running web", "", []string{web}, `21:1 error "any running web ; not running web" holds from the beginning, and whatever is left out or altered in a solution`},
		{"a loop that a mutant never leaves", "", "running web", "", []string{web + "\nuntil docker exec web true; do sleep 1; done"}, ""},
	} {
		got := proved(c.setup, c.conditions, c.mistakes, c.solutions...)
		if c.want == "" && got != "" || !strings.HasPrefix(got, c.want) || strings.Count(got, "\n") > 1 && !strings.Contains(c.name, "setup") {
			t.Errorf("%s:\n%swant %s", c.name, got, c.want)
		}
	}
}

// A do question is proved as a lab is.
func TestDoQuestionsAreProved(t *testing.T) {
	q := &lessons.Question{
		ID: "x", Kind: lessons.Do,
		Check:     []lessons.Line{{Condition: "running web", Pos: at(20)}},
		Solutions: []lessons.Block{{Text: "docker create --name web nginx:alpine", Pos: at(40)}},
	}
	course := &lessons.Course{Topics: []*lessons.Topic{{Lessons: []*lessons.Lesson{{Questions: []*lessons.Question{q}}}}}}
	if got := text(labs.Check(course)); !strings.Contains(got, `40:1 error the solution does not lead to "running web"`) {
		t.Errorf("got %q", got)
	}
	q.Solutions[0].Text = "docker run -d --name web nginx:alpine"
	if got := text(labs.Check(course)); got != "" {
		t.Errorf("found %s", got)
	}
}
