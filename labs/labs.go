// Package labs is what the course does in the sandbox: labs that somebody works at, the proof that each can be solved, and
// the console blocks of lessons, which are run so that every output shown is one that was produced.
//
// Laws: a block and a lab run in a fresh world, whose seed is always the same; what they do touches nothing outside of it;
// what differs from what an author says is told with its line, and what really came. A lab in progress is what came to
// it from outside (Entry), and nothing else: see Bench.
package labs

import (
	"errors"
	"fmt"
	"strings"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/transcript"
	"dockerlearn/labs/sandbox"
	"dockerlearn/lessons"
)

// consoleWord is the word behind the fence of a block that is run.
const consoleWord = "console"

// CheckConsoles runs every console block of a course, in its lessons and before its questions, and says where what is
// shown is not what comes.
func CheckConsoles(c *lessons.Course) lessons.Findings {
	r := runner{done: map[string][]wrong{}}
	for _, l := range c.Lessons() {
		for _, lang := range c.Langs {
			if b := l.Bodies[lang]; b != nil {
				for _, s := range b.Screens {
					r.fragment(s.Doc)
				}
			}
			for _, q := range l.Questions {
				if w := q.Words[lang]; w != nil {
					r.fragment(w.Stem)
				}
			}
		}
	}
	return r.found
}

// runner runs blocks; one that stands in two languages runs once.
type runner struct {
	done  map[string][]wrong
	found lessons.Findings
}

// wrong is a line of a block that is not as it should be.
type wrong struct {
	line     int // of the block, counted from 1
	what, do string
}

func (r *runner) fragment(f mdoc.Fragment) {
	for _, code := range f.Code() {
		if code.Word != consoleWord {
			continue
		}
		all, known := r.done[code.Text]
		if !known {
			all = runConsole(code.Text)
			r.done[code.Text] = all
		}
		for _, w := range all {
			r.found.Errorf(code.Line(w.line-1), "console", w.do, "%s", w.what)
		}
	}
}

// runConsole types a block's commands in a fresh world. The last command of a block may show nothing: then it is what a
// question asks about.
func runConsole(text string) []wrong {
	commands, err := transcript.ParseConsole(text)
	if err != nil {
		var m transcript.Mistake
		if errors.As(err, &m) {
			return []wrong{{m.Line, m.What, "begin each command with `$ `"}}
		}
		return []wrong{{1, err.Error(), "mend the block"}}
	}
	w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Images: sandbox.Recorded}}})
	if err != nil {
		return []wrong{{1, "the sandbox does not start: " + err.Error(), "report this"}}
	}
	defer w.Close()
	session, err := w.Host("").NewConsole()
	if err != nil {
		return []wrong{{1, "the sandbox does not start: " + err.Error(), "report this"}}
	}
	var all []wrong
	for i, c := range commands {
		result, err := session.Run(c.Line)
		if err != nil {
			return append(all, wrong{c.At, fmt.Sprintf("`%s` does not end: %v", firstLine(c.Line), err), "show a command that ends"})
		}
		if asked := i == len(commands)-1 && c.Result.Stdout == ""; asked {
			continue
		}
		got := transcript.Result{Stdout: result.Stdout, Exit: c.Result.Exit}
		for _, d := range transcript.Compare(c, got) {
			all = append(all, wrong{
				c.At, fmt.Sprintf("line %d below `%s` shows %q; what comes is %q", d.Line, firstLine(c.Line), d.Want, d.Got),
				"show what the command really prints",
			})
		}
	}
	return all
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return first
}
