package lessons

import (
	"fmt"
	"slices"

	"dockerlearn/internal/mdoc"
)

// agree compares a lesson with the same lesson in another language, reports where they differ, and adds what they
// share to the first.
func agree(l, other *Lesson, lang Lang, compareFronts bool, found *Findings) {
	g := agreement{found, lang}
	body := other.Bodies[lang]
	if compareFronts {
		g.fronts(l, other, mdoc.Pos{File: body.File, Line: 1, Col: 1})
	}
	g.sections(l.Body(EN), body)
	g.questions(l, other)
	l.Title[lang] = other.Title[lang]
	l.Bodies[lang] = body
}

type agreement struct {
	found *Findings
	lang  Lang
}

func (g agreement) differ(at mdoc.Pos, what string, args ...any) {
	g.found.Errorf(at, "language-differs", "make both languages the same", what, args...)
}

func (g agreement) fronts(l, other *Lesson, at mdoc.Pos) {
	for _, k := range []struct {
		key  string
		a, b any
	}{
		{"level", l.Level, other.Level},
		{"asked", l.Asked, other.Asked},
		{"minutes", l.Minutes, other.Minutes},
		{"needs", l.Needs, other.Needs},
		{"labs", l.Labs, other.Labs},
		{"as_of", l.AsOf, other.AsOf},
	} {
		if fmt.Sprint(k.a) != fmt.Sprint(k.b) {
			g.differ(at, "%s is %v here and %v in the other language", k.key, k.b, k.a)
		}
	}
}

func (g agreement) sections(a, b *Body) {
	for i, s := range b.Sections {
		if i >= len(a.Sections) {
			g.differ(s.Pos, "the section %q is not in the other language", s.ID)
			continue
		}
		switch o := a.Sections[i]; {
		case s.ID != o.ID:
			g.differ(s.Pos, "this section is %q, in the other language %q stands here", s.ID, o.ID)
			return
		case s.Count != o.Count:
			g.differ(s.Pos, "the section %q has %d screens, in the other language %d", s.ID, s.Count, o.Count)
		}
	}
	if n := len(b.Sections); n < len(a.Sections) {
		s := a.Sections[n]
		g.differ(s.Pos, "the section %q is not in the other language", s.ID)
	}
}

func (g agreement) questions(l, other *Lesson) {
	for _, q := range other.Questions {
		i := slices.IndexFunc(l.Questions, func(o *Question) bool { return o.ID == q.ID })
		if i < 0 {
			g.differ(q.Pos, "the question %q is not in the other language", q.ID)
			continue
		}
		first := l.Questions[i]
		if g.question(first, q) {
			first.Words[g.lang] = q.Words[g.lang]
		}
	}
	for _, q := range l.Questions {
		if !slices.ContainsFunc(other.Questions, func(o *Question) bool { return o.ID == q.ID }) {
			g.differ(q.Pos, "the question %q is not in the other language", q.ID)
		}
	}
}

// question reports whether two forms of a question are so alike that they count as one.
func (g agreement) question(a, b *Question) bool {
	if a.Kind != b.Kind {
		g.differ(b.Pos, "this question is of kind %s, in the other language of kind %s", b.Kind, a.Kind)
		return false
	}
	if a.Rev != b.Rev || a.Level != b.Level || a.Asked != b.Asked || a.Seconds != b.Seconds || a.Read != b.Read {
		g.differ(b.Pos, "rev, level, asked, seconds or read differ from the other language")
	}
	x, y := a.In(EN), b.Words[g.lang]
	switch {
	case len(x.Options) != len(y.Options):
		g.differ(b.Pos, "there are %d options here and %d in the other language", len(y.Options), len(x.Options))
	case !slices.Equal(a.Right, b.Right):
		g.differ(b.Pos, "other options are right than in the other language")
	case gapCount(x) != gapCount(y):
		g.differ(b.Pos, "there are %d gaps here and %d in the other language", gapCount(y), gapCount(x))
	case len(x.Steps) != len(y.Steps):
		g.differ(b.Pos, "there are %d steps here and %d in the other language", len(y.Steps), len(x.Steps))
	case !slices.EqualFunc(x.Rubric, y.Rubric, func(p, q Point) bool { return p.Weight == q.Weight }):
		g.differ(b.Pos, "the weights of the points differ from the other language")
	case x.Setup != y.Setup || x.Check != y.Check:
		g.differ(b.Pos, "setup or check differ from the other language")
	default:
		return true
	}
	return false
}

func gapCount(w *Words) int {
	n := 0
	for _, p := range w.Cloze {
		if len(p.Accept) > 0 {
			n++
		}
	}
	return n
}
