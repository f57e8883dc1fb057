package quiz

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"dockerlearn/lessons"
)

// relations knows which questions are about the same things, by the words that they share: a word counts the more the
// fewer questions use it (inverse document frequency).
type relations struct {
	lang    lessons.Lang
	entries []Entry
	words   []map[string]bool // of each entry
	rarity  map[string]float64
}

// commonest is the share of questions from which a word is too common to tell anything.
const commonest = 0.25

func relate(d Deck, lang lessons.Lang) *relations {
	rel := &relations{lang: lang, rarity: map[string]float64{}}
	for _, e := range d {
		w := e.Question.In(lang)
		if w == nil || e.Question.Kind == lessons.Do { // an interviewer has no terminal
			continue
		}
		words := subjects(w.Prompt + " " + w.Text)
		rel.entries, rel.words = append(rel.entries, e), append(rel.words, words)
		for word := range words {
			rel.rarity[word]++
		}
	}
	all := float64(len(rel.entries))
	for word, n := range rel.rarity {
		rel.rarity[word] = math.Log(all / n)
		if all > 8 && n > commonest*all {
			delete(rel.rarity, word)
		}
	}
	return rel
}

// follow are the questions that have something in common with the missed points, most first. Questions of the same
// lesson are preferred, then those of its topic.
func (rel *relations) follow(main Entry, missed []int, taken func(lessons.QuestionID) bool) []Entry {
	wanted := map[string]float64{}
	rubric := main.Question.In(rel.lang).Rubric
	for _, i := range missed {
		for word := range subjects(rubric[i].Text) {
			wanted[word] = max(wanted[word], rel.rarity[word]*float64(rubric[i].Weight))
		}
	}
	type candidate struct {
		Entry
		score float64
	}
	var found []candidate
	order := slices.Sorted(maps.Keys(wanted)) // sums of fractions depend on their order
	for i, e := range rel.entries {
		if taken(e.Question.ID) || e.Question.ID == main.Question.ID {
			continue
		}
		score := 0.0
		for _, word := range order {
			if rel.words[i][word] {
				score += wanted[word]
			}
		}
		if score *= nearness(main.Lesson, e.Lesson); score > 0 {
			found = append(found, candidate{e, score})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	var entries []Entry
	for _, c := range found {
		entries = append(entries, c.Entry)
	}
	return entries
}

func nearness(a, b *lessons.Lesson) float64 {
	switch {
	case a.ID == b.ID:
		return 1.5
	case a.Topic == b.Topic:
		return 1
	}
	return 0.6
}

// subjects are the words of a text: Latin ones of three letters and more, and Chinese characters in pairs.
func subjects(s string) map[string]bool {
	all := map[string]bool{}
	var word []rune
	flush := func() {
		switch {
		case len(word) == 0:
		case unicode.Is(unicode.Han, word[0]):
			for i := range len(word) - 1 {
				all[string(word[i:i+2])] = true
			}
		case len(word) >= 3:
			all[strings.TrimSuffix(string(word), "s")] = true
		}
		word = word[:0]
	}
	for _, r := range strings.ToLower(narrow(s)) {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if len(word) > 0 && (!letter || unicode.Is(unicode.Han, r) != unicode.Is(unicode.Han, word[0])) {
			flush()
		}
		if letter {
			word = append(word, r)
		}
	}
	flush()
	return all
}
