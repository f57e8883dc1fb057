package lessons

import (
	"fmt"
	"slices"
	"strings"

	"dockerlearn/internal/mdoc"
)

// agree compares a lesson with the same lesson in another language, reports where they differ, and adds what that
// language says to the first. The other's front matter is nil when it is the same or could not be read.
func agree(d *draft, other *Lesson, lang Lang, front *mapping) {
	g := agreement{&d.found, lang, d.broken}
	l, body := d.lesson, other.Bodies[lang]
	if d.front != nil && front != nil {
		g.fronts(d.front, front, "level", "asked", "minutes", "needs", "labs", "as_of")
	}
	if first := l.Body(EN); g.sections(first, body) {
		g.entries(first, body)
	}
	g.questions(l, other)
	l.Title[lang] = other.Title[lang]
	l.Bodies[lang] = body
}

// agreement compares one language with those before it.
type agreement struct {
	found  *Findings
	lang   Lang
	broken map[QuestionID]bool // there in a language, but not readable
}

func (g agreement) differ(at mdoc.Pos, what string, args ...any) {
	g.found.Errorf(at, "language-differs", "make both languages the same", what, args...)
}

func (g agreement) fronts(a, b *mapping, keys ...string) {
	for _, key := range keys {
		if x, y := a.said(key), b.said(key); x != y {
			g.differ(b.placeOf(key), "%s is %s here and %s in the other language", key, said(y), said(x))
		}
	}
}

// said returns a key's value or list as one text.
func (m *mapping) said(key string) string {
	v := m.values[key]
	if v == nil {
		return ""
	}
	words := []string{v.Value}
	for _, n := range v.Content {
		words = append(words, n.Value)
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

// sections reports whether both have the same sections.
func (g agreement) sections(a, b *Body) bool {
	for i, s := range b.Sections {
		if i >= len(a.Sections) {
			g.differ(s.Pos, "the section %q is not in the other language", s.ID)
			continue
		}
		switch o := a.Sections[i]; {
		case s.ID == "" || o.ID == "": // said already
		case s.ID != o.ID:
			g.differ(s.Pos, "this section is %q, in the other language %q stands here", s.ID, o.ID)
			return false
		case s.Count != o.Count:
			g.differ(s.Pos, "the section %q has %d screens, in the other language %d", s.ID, s.Count, o.Count)
		}
	}
	if n := len(b.Sections); n < len(a.Sections) {
		s := a.Sections[n]
		g.differ(s.Pos, "the section %q is not in the other language", s.ID)
	}
	return len(a.Sections) == len(b.Sections)
}

// entries finds the first heading within a section that is not in both.
func (g agreement) entries(a, b *Body) {
	for i := range max(len(a.entries), len(b.entries)) {
		switch {
		case i == len(b.entries):
			g.differ(a.entries[i].pos, "the heading %q is not in the other language", a.entries[i].id)
			return
		case i == len(a.entries):
			g.differ(b.entries[i].pos, "the heading %q is not in the other language", b.entries[i].id)
			return
		}
		x, y := a.entries[i], b.entries[i]
		if x.id != y.id && x.id != "" && y.id != "" {
			g.differ(y.pos, "this heading is %q, in the other language %q stands here", y.id, x.id)
			return
		}
	}
}

func (g agreement) questions(l, other *Lesson) {
	for _, q := range other.Questions {
		i := slices.IndexFunc(l.Questions, func(o *Question) bool { return o.ID == q.ID })
		if i < 0 {
			g.missing(q)
			continue
		}
		first := l.Questions[i]
		if g.question(first, q) {
			first.Words[g.lang] = q.Words[g.lang]
		}
	}
	for _, q := range l.Questions {
		if !slices.ContainsFunc(other.Questions, func(o *Question) bool { return o.ID == q.ID }) {
			g.missing(q)
		}
	}
}

func (g agreement) missing(q *Question) {
	if !g.broken[q.ID] {
		g.differ(q.Pos, "the question %q is not in the other language", q.ID)
	}
}

// attrs compares what stands in the braces.
func (g agreement) attrs(a, b *Question) {
	for _, k := range []struct {
		key  string
		a, b any
	}{
		{"rev", a.Rev, b.Rev},
		{"level", a.Level, b.Level},
		{"asked", a.Asked, b.Asked},
		{"seconds", a.Seconds, b.Seconds},
		{"read", a.Read, b.Read},
	} {
		if k.a != k.b {
			g.differ(b.Pos, "%s is %v here and %v in the other language", k.key, said(k.b), said(k.a))
		}
	}
}

func said(v any) string {
	if s := fmt.Sprint(v); s != "" && s != "0" {
		return s
	}
	return "not given"
}

// question reports whether two forms of a question are so alike that they count as one.
func (g agreement) question(a, b *Question) bool {
	if a.Kind != b.Kind {
		g.differ(b.Pos, "this question is of the kind %s, in the other language of the kind %s", b.Kind, a.Kind)
		return false
	}
	g.attrs(a, b)
	x, y := a.In(EN), b.Words[g.lang]
	switch {
	case len(x.Options) != len(y.Options):
		g.differ(b.Pos, "there are %d options here and %d in the other language", len(y.Options), len(x.Options))
	case !slices.Equal(a.Right, b.Right):
		g.differ(b.Pos, "other options are right than in the other language")
		return true // the first language is believed
	case gapCount(x) != gapCount(y):
		g.differ(b.Pos, "there are %d gaps here and %d in the other language", gapCount(y), gapCount(x))
	case len(x.Steps) != len(y.Steps):
		g.differ(b.Pos, "there are %d steps here and %d in the other language", len(y.Steps), len(x.Steps))
	case !slices.EqualFunc(x.Rubric, y.Rubric, func(p, q Point) bool { return p.Weight == q.Weight }):
		g.differ(b.Pos, "the weights of the points differ from the other language")
	case !sameTask(a, b):
		g.differ(b.Pos, "setup, check or solution differ from the other language")
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
