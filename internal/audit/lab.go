package audit

import (
	"regexp"
	"slices"
	"strings"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/render"
	"dockerlearn/lessons"
)

// debriefScreens is how many screens one may have to read once the lab is solved.
const debriefScreens = 2

// lab checks the texts of a lab. Whether it can be solved takes an engine.
func (a *auditor) lab(l *lessons.Lab) {
	for _, lang := range a.course.Langs {
		w := l.Words[lang]
		if w == nil {
			continue
		}
		all := labPassages(l, w, lang)
		for _, p := range all {
			a.names(p)
			a.punctuation(p)
		}
		if l.AsOf == "" && l.Level != "" {
			a.undated(all, "lab")
		}
		a.fits(w, lang)
		a.givesAway(l, w)
	}
	a.tried(l)
}

// labPassages returns all text of a lab in one language, in order.
func labPassages(l *lessons.Lab, w *lessons.LabWords, lang lessons.Lang) []passage {
	docs := slices.Concat([]mdoc.Fragment{w.Heading, w.Story}, w.Hints, w.Ways, []mdoc.Fragment{w.Debrief})
	var all []passage
	for _, f := range docs {
		if !f.Empty() {
			all = append(all, passage{f.Prose(), lang, w.Pos})
		}
	}
	said := func(line lessons.Line) {
		if s := line.Says[lang]; s != "" {
			all = append(all, passage{mdoc.ParseText(s).Prose(), lang, line.Pos})
		}
	}
	for _, line := range l.Check {
		said(line)
	}
	for _, m := range l.Mistakes {
		said(m.Line)
	}
	return all
}

// fits checks that the story stands on one screen, and the debrief on two.
func (a *auditor) fits(w *lessons.LabWords, lang lessons.Lang) {
	for _, t := range []struct {
		doc  mdoc.Fragment
		rows int
		what string
	}{{w.Story, maxRows, "story"}, {w.Debrief, debriefScreens * maxRows, "debrief"}} {
		if n := len(a.code(t.doc, lang).Lines); n > t.rows && !t.doc.Empty() {
			a.found.Errorf(t.doc.At(t.doc.Nodes[0].Pos()), "lab-tall", "say it shorter",
				"the "+t.what+" has %d rows at 80 columns, %d fit", n, t.rows)
		}
	}
	for _, h := range w.Hints {
		if n := len(render.Render(h, render.Options{Width: textWidth, Lang: string(lang)}).Lines); n > maxRows {
			a.found.Errorf(h.At(h.Nodes[0].Pos()), "lab-tall", "make two hints of it",
				"the hint has %d rows at 80 columns, %d fit", n, maxRows)
		}
	}
}

// givesAway finds hints but the last that hold a whole line of a solution. What the story says itself is no secret.
func (a *auditor) givesAway(l *lessons.Lab, w *lessons.LabWords) {
	told := plainCommands(w.Story.Text())
	for _, hint := range w.Hints[:max(0, len(w.Hints)-1)] {
		text := plainCommands(hint.Text())
		for line := range solutionLines(l) {
			plain := plainCommands(line)
			if strings.Contains(text, plain) && !strings.Contains(told, plain) {
				a.found.Errorf(hint.At(hint.Nodes[0].Pos()), "hint-tells",
					"ask or explain instead; only the last hint may show the command",
					"this hint holds a line of a solution: %s", line)
				break
			}
		}
	}
}

// solutionLines yields the commands of all solutions that somebody has to find out: those for docker.
func solutionLines(l *lessons.Lab) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, s := range l.Solutions {
			for line := range strings.Lines(s.Text) {
				line = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(line), "|| true"))
				if strings.HasPrefix(line, "docker ") && !yield(line) {
					return
				}
			}
		}
	}
}

var spaces = regexp.MustCompile(`\s+`)

// plainCommands makes texts comparable that differ only in spaces, line ends and the values of names.
func plainCommands(s string) string {
	return named.ReplaceAllString(spaces.ReplaceAllString(s, " "), "$1 _")
}

// named are the options whose value is a name that anybody chooses.
var named = regexp.MustCompile(`(--name)[ =]\S+`)

// tried finds conditions that run a command and do not say in words what they want.
func (a *auditor) tried(l *lessons.Lab) {
	for _, line := range l.Check {
		if runs.MatchString(line.Condition) && len(line.Says) == 0 {
			a.found.Errorf(line.Pos, "run-unsaid", "write behind a | what must be true, in each language",
				"this condition runs a command, which says nothing to the learner")
		}
	}
}

// runs matches a condition that runs a command, alone or within others.
var runs = regexp.MustCompile("(?:^|[ ;])run `")
