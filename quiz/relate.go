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
	unknown float64 // the rarity of a word that no question uses
}

// commonest is the share of questions from which on a word is too common to tell anything.
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
	rel.unknown = math.Log(1 + all)
	for word, n := range rel.rarity {
		rel.rarity[word] = math.Log(1 + all/n)
		if all > 8 && n > commonest*all {
			rel.rarity[word] = 0
		}
	}
	return rel
}

// related is the share of a point's words, by their rarity, from which on a question is about it. Half of the pairs of
// Chinese characters lie across two words and are found nowhere else.
func (rel *relations) related() float64 {
	if rel.lang == lessons.ZH {
		return 0.12
	}
	return 0.25
}

// follow are the questions that are about the missed points, those first that are about most. Questions of the same
// lesson are preferred, then those of its topic.
func (rel *relations) follow(main Entry, missed []int, taken func(lessons.QuestionID) bool) []Entry {
	type candidate struct {
		Entry
		score float64
	}
	var found []candidate
	rubric := main.Question.In(rel.lang).Rubric
	for i, e := range rel.entries {
		if taken(e.Question.ID) || e.Question.ID == main.Question.ID {
			continue
		}
		score := 0.0
		for _, point := range missed {
			if about := rel.about(rubric[point].Text, rel.words[i]); about >= rel.related() {
				score += about * float64(rubric[point].Weight)
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

// about is the share of a text's words, by their rarity, that a question has too.
func (rel *relations) about(text string, words map[string]bool) float64 {
	var shared, all float64
	for _, word := range slices.Sorted(maps.Keys(subjects(text))) { // in order: sums of fractions depend on it
		rarity, known := rel.rarity[word]
		if !known {
			rarity = rel.unknown
		}
		all += rarity
		if words[word] {
			shared += rarity
		}
	}
	if all == 0 {
		return 0
	}
	return shared / all
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
