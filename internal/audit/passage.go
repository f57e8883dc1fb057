package audit

import (
	"dockerlearn/internal/mdoc"
	"dockerlearn/lessons"
)

// passage is a piece of a lesson's text in one language.
type passage struct {
	mdoc.Prose
	lang lessons.Lang
	near mdoc.Pos // where it stands, if the prose itself does not know
}

// at returns the place of an index into the text.
func (p passage) at(index int) mdoc.Pos {
	if pos := p.At(index); pos.File != "" {
		return pos
	}
	return p.near
}

// passages returns all text of a lesson in one language, in order.
func passages(l *lessons.Lesson, lang lessons.Lang) []passage {
	var all []passage
	add := func(near mdoc.Pos, docs ...mdoc.Fragment) {
		for _, f := range docs {
			if !f.Empty() {
				all = append(all, passage{f.Prose(), lang, near})
			}
		}
	}
	if b := l.Bodies[lang]; b != nil {
		add(mdoc.Pos{File: b.File}, b.Title)
		for _, s := range b.Sections {
			add(s.Pos, s.Heading)
		}
		for _, s := range b.Screens {
			add(s.Pos, s.Doc)
		}
	}
	for _, q := range l.Questions {
		if w := q.Words[lang]; w != nil {
			for _, f := range fragments(w) {
				add(f.near, f.doc)
			}
		}
	}
	return all
}

type placed struct {
	doc  mdoc.Fragment
	near mdoc.Pos
}

// fragments returns all text of a question, in order.
func fragments(w *lessons.Words) []placed {
	all := []placed{{w.Heading, w.Pos}, {w.Stem, w.Pos}}
	for _, o := range w.Options {
		all = append(all, placed{o.Doc, o.Pos}, placed{o.Feedback, o.Pos})
	}
	for _, n := range w.Wrong {
		all = append(all, placed{mdoc.ParseText(n.Feedback), n.Pos})
	}
	if len(w.Cloze) > 0 {
		all = append(all, placed{mdoc.ParseText(clozeText(w.Cloze)), w.Pos})
	}
	for _, s := range w.Steps {
		all = append(all, placed{s, w.Pos})
	}
	for _, p := range w.Rubric {
		all = append(all, placed{p.Doc, w.Pos})
	}
	return append(all, placed{w.Why, w.Pos})
}

// clozeText returns a cloze with its first answers in the gaps.
func clozeText(parts []lessons.ClozePart) string {
	s := ""
	for _, p := range parts {
		s += p.Text
		if len(p.Accept) > 0 {
			s += p.Accept[0]
		}
	}
	return s
}
