package reader

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dockerlearn/lessons"
)

// occurring returns the glossary's terms that a screen's text uses, in the order of their first use. A longer term
// hides a shorter one within it: "bind mount" is not also "mount" at the same place.
func occurring(glossary []lessons.Term, text string, lang lessons.Lang) []lessons.Term {
	text = strings.ToLower(text)
	type use struct {
		term     lessons.Term
		at, size int
	}
	var uses []use
	for _, t := range glossary {
		for _, name := range append([]string{t.Name[lang]}, t.Also[lang]...) {
			for _, at := range places(text, strings.ToLower(name)) {
				uses = append(uses, use{t, at, len(name)})
			}
		}
	}
	slices.SortStableFunc(uses, func(a, b use) int {
		if a.at != b.at {
			return a.at - b.at
		}
		return b.size - a.size
	})
	var terms []lessons.Term
	end, seen := 0, map[string]bool{}
	for _, u := range uses {
		if u.at < end {
			continue
		}
		end = u.at + u.size
		if !seen[u.term.ID] {
			seen[u.term.ID] = true
			terms = append(terms, u.term)
		}
	}
	return terms
}

// places returns where a name stands in a text as words of its own. Chinese has no word boundaries; a plural s counts.
func places(text, name string) []int {
	if name == "" {
		return nil
	}
	var at []int
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return at
		}
		i += from
		from = i + len(name)
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(strings.TrimPrefix(text[from:], "s"))
		if !joins(name[0], before) && !joins(name[len(name)-1], after) {
			at = append(at, i)
		}
	}
}

// joins reports whether a Latin letter at the edge of a name goes on in its neighbour, so that it is another word.
func joins(edge byte, neighbour rune) bool {
	return edge < utf8.RuneSelf && neighbour < utf8.RuneSelf &&
		(unicode.IsLetter(neighbour) || unicode.IsDigit(neighbour))
}
