package labs_test

import (
	"strings"
	"testing"
	"time"

	"dockerlearn"
	"dockerlearn/internal/transcript"
	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// Every solution of the built-in course's labs solves its lab at the terminal too, where somebody types it; and half way
// back is exactly where somebody is who has typed only the first half.
func TestBuiltInLabsAtTheTerminal(t *testing.T) {
	for _, l := range courseLabs() {
		for n, solution := range l.Solutions {
			s := sit(t, l)
			if s.solved() {
				t.Errorf("%s is solved at once", l.ID)
			}
			for _, line := range typed(t, solution) {
				s.run(line)
			}
			if !s.solved() {
				t.Errorf("%s, solution %d: %s", l.ID, n+1, s.unmet())
			}
			if len(s.Mistakes()) > 0 {
				t.Errorf("%s, solution %d is taken for a mistake: %v", l.ID, n+1, s.Mistakes())
			}
			halfway(t, s, l)
			s.Close()
		}
	}
}

func courseLabs() []*lessons.Lab {
	course, _ := lessons.Load(dockerlearn.Content())
	return course.AllLabs()
}

// typed is a block as keys: a line for each command.
func typed(t *testing.T, b lessons.Block) []string {
	t.Helper()
	script, err := transcript.ParseScript(b.Text)
	if err != nil {
		t.Fatal(b.Pos, err)
	}
	var lines []string
	for _, step := range script.Steps {
		if step.Comment == "" {
			lines = append(lines, strings.ReplaceAll(step.Line, "\n", "\r"))
		}
	}
	return lines
}

// linesOf are the lines of all of a lab's solutions.
func linesOf(t *testing.T, l *lessons.Lab) []string {
	var all []string
	for _, s := range l.Solutions {
		all = append(all, typed(t, s)...)
	}
	return all
}

func (s *sitting) solved() bool { return s.unmet() == "" }

// unmet says which conditions do not hold.
func (s *sitting) unmet() string {
	var all []string
	for _, f := range s.Check() {
		if f.State != labs.Met {
			all = append(all, string(f.State)+": "+f.Says.In(lessons.EN)+": "+f.Now.In(lessons.EN))
		}
	}
	return strings.Join(all, "; ")
}

// halfway goes back, and compares with somebody who never went further.
func halfway(t *testing.T, s *sitting, l *lessons.Lab) {
	t.Helper()
	half := len(s.Timeline()) / 2
	if err := s.Go(half); err != nil {
		t.Fatal(err)
	}
	back := s.kept[len(s.kept)-1]
	if back.Back == nil {
		t.Fatalf("%s: going back kept %+v", l.ID, back)
	}
	twin := sit(t, l)
	defer twin.Close()
	for _, e := range s.kept[:*back.Back] {
		twin.AdvanceTo(e.At - 1)
		twin.Type(e.Keys)
	}
	at := max(s.Elapsed(), twin.Elapsed()) + time.Second
	s.AdvanceTo(at)
	twin.AdvanceTo(at)
	if a, b := everything(t, s.Bench), everything(t, twin.Bench); a != b {
		t.Errorf("%s, back at step %d:\n%s\ninstead of:\n%s", l.ID, half, difference(a, b), difference(b, a))
	}
}
