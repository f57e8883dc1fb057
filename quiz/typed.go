package quiz

import (
	"dockerlearn/lessons"
)

// markTyped compares a typed answer with what the author listed, in this order, and stops at the first that fits:
//
//  1. an accepted answer, as written
//  2. a named wrong answer, as written
//  3. a glossary term: right if an accepted answer names the same concept, else wrong
//  4. an accepted answer but for plural, article or one typo, unless that is as near to something else
//  5. a named wrong answer but for the same
//
// A learner may type in another language than the one on the screen: the lists of all languages count, those of the
// screen's first.
func markTyped(it Item, a Answer) Grade {
	given := readText(a.Text)
	if given.empty() {
		return Grade{Verdict: Wrong}
	}
	words := inOrder(it.Question, a.Lang)
	match := matcher{lexicon: it.lexicon}
	for _, w := range words {
		match.accept = append(match.accept, w.Accept...)
	}
	for _, w := range words {
		for i, wrong := range w.Wrong {
			for _, text := range wrong.Answers {
				match.wrong = append(match.wrong, text)
				match.belief = append(match.belief, i)
			}
		}
	}
	return match.mark(given)
}

// markGaps compares each gap with its list. The gaps of two languages may stand in another order, so only the list of
// the language on the screen counts.
func markGaps(it Item, a Answer) Grade {
	g := Grade{Verdict: Wrong}
	right, n := 0, 0
	w := it.Question.In(a.Lang)
	if w == nil {
		return g
	}
	for _, part := range w.Cloze {
		if len(part.Accept) == 0 {
			continue
		}
		p := Part{Index: n, State: Missed}
		if n < len(a.Gaps) {
			if given := readText(a.Gaps[n]); !given.empty() {
				one := matcher{accept: part.Accept, lexicon: it.lexicon}.mark(given)
				p.State, p.Near = False, one.Near
				if one.Verdict == Right {
					p.State, right = Hit, right+1
				}
			}
		}
		g.Parts = append(g.Parts, p)
		n++
	}
	if n > 0 {
		g.Score = float64(right) / float64(n)
	}
	switch {
	case n > 0 && right == n:
		g.Verdict = Right
	case right > 0:
		g.Verdict = Partly
	}
	return g
}

// inOrder is the question's words in all languages, those of the screen first.
func inOrder(q *lessons.Question, shown lessons.Lang) []*lessons.Words {
	var all []*lessons.Words
	if w, ok := q.Words[shown]; ok {
		all = append(all, w)
	}
	for _, l := range []lessons.Lang{lessons.EN, lessons.ZH} {
		if w, ok := q.Words[l]; ok && l != shown {
			all = append(all, w)
		}
	}
	return all
}

// matcher is what an answer may be compared with.
type matcher struct {
	accept  []string
	wrong   []string
	belief  []int // for each of wrong, its number
	lexicon *Lexicon
}

func (m matcher) mark(given text) Grade {
	right := Grade{Verdict: Right, Score: 1}
	if first(m.accept, given, same) >= 0 {
		return right
	}
	if i := first(m.wrong, given, same); i >= 0 {
		return Grade{Verdict: Wrong, Beliefs: []int{m.belief[i]}}
	}
	if concept, known := m.lexicon.concept(given); known {
		if m.lexicon.names(concept, m.accept) {
			return right
		}
		return Grade{Verdict: Wrong, Concept: concept}
	}
	if first(m.accept, given, alike) >= 0 {
		return right
	}
	if i := first(m.wrong, given, alike); i >= 0 {
		return Grade{Verdict: Wrong, Beliefs: []int{m.belief[i]}}
	}
	return m.markTypo(given)
}

// markTypo forgives one typo, unless the same typo would also make something else of it.
func (m matcher) markTypo(given text) Grade {
	meant, mistaken := first(m.accept, given, typo), first(m.wrong, given, typo)
	switch {
	case meant >= 0 && mistaken < 0 && !m.lexicon.near(given, m.accept):
		return Grade{Verdict: Right, Score: 1, Near: m.accept[meant]}
	case meant >= 0:
		return Grade{Verdict: Wrong, Near: m.accept[meant]}
	case mistaken >= 0:
		return Grade{Verdict: Wrong, Beliefs: []int{m.belief[mistaken]}, Near: m.wrong[mistaken]}
	}
	return Grade{Verdict: Wrong}
}

// first finds the first listed text that the answer fits, or -1.
func first(list []string, given text, fits func(listed, given text) bool) int {
	for i, s := range list {
		if fits(readText(s), given) {
			return i
		}
	}
	return -1
}
