package quiz

import (
	"slices"

	"dockerlearn/lessons"
)

// Lexicon knows the concepts of the course by all their names, so that no typed answer is forgiven into another
// concept. The nil Lexicon knows none.
type Lexicon struct {
	byName map[string]string // a name without case, width and separators -> the term's id
	all    []named
}

type named struct {
	text
	id string
}

// NewLexicon reads a glossary. A name that two terms share belongs to neither.
func NewLexicon(terms []lessons.Term) *Lexicon {
	l := &Lexicon{byName: map[string]string{}}
	shared := map[string]bool{}
	for _, t := range terms {
		for _, name := range namesOf(t) {
			read := readText(name)
			if other, ok := l.byName[read.whole]; ok && other != t.ID {
				shared[read.whole] = true
				continue
			}
			l.byName[read.whole] = t.ID
			l.all = append(l.all, named{read, t.ID})
		}
	}
	for name := range shared {
		delete(l.byName, name)
	}
	l.all = slices.DeleteFunc(l.all, func(n named) bool { return shared[n.whole] })
	return l
}

// namesOf a term, in the order of its languages. Names that are to be avoided name it all the same.
func namesOf(t lessons.Term) []string {
	var all []string
	for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
		if name := t.Name[lang]; name != "" {
			all = append(all, name)
		}
		all = append(all, t.Also[lang]...)
		all = append(all, t.Avoid[lang]...)
	}
	return all
}

// concept is the term that an answer names, exactly or in the plural.
func (l *Lexicon) concept(given text) (id string, known bool) {
	if l == nil {
		return "", false
	}
	if id, known = l.byName[given.whole]; known {
		return id, true
	}
	for _, n := range l.all {
		if alike(n.text, given) {
			return n.id, true
		}
	}
	return "", false
}

// names reports whether one of the accepted answers names the concept.
func (l *Lexicon) names(id string, accept []string) bool {
	return slices.ContainsFunc(accept, func(s string) bool {
		other, known := l.concept(readText(s))
		return known && other == id
	})
}

// near reports whether a typo away from the answer stands a concept that no accepted answer names.
func (l *Lexicon) near(given text, accept []string) bool {
	if l == nil {
		return false
	}
	return slices.ContainsFunc(l.all, func(n named) bool {
		return typo(n.text, given) && !l.names(n.id, accept)
	})
}
