package study

import (
	"cmp"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"dockerlearn/lessons"
)

// HitKind says what was found.
type HitKind string

// What can be found.
const (
	HitLesson   HitKind = "lesson"   // its title
	HitScreen   HitKind = "screen"   // a heading or the text of a screen
	HitQuestion HitKind = "question" // a question at the end of a lesson
	HitLab      HitKind = "lab"      // a lab
	HitTerm     HitKind = "term"     // an entry of the glossary
)

// Hit is one place that a search found.
type Hit struct {
	Kind     HitKind
	Lang     lessons.Lang // in which language it was found
	Place    Place        // of a lesson or a screen; for a question the lesson's screen that explains it
	Question lessons.QuestionID
	Lab      lessons.LabID
	Term     string // the glossary's id
	Title    string // what it is called, in Lang
	Excerpt  Excerpt
}

// Excerpt is a piece of the text around what was found, on one line. It is empty when the title alone matched.
type Excerpt struct {
	Text  string
	Match [][2]int // byte ranges of Text, ascending
}

// Found is the answer to a search.
type Found struct {
	Hits    []Hit // best first, those in the language asked for before equals in the other
	More    int   // how many were left off
	Nearest []Hit // when nothing was found: the nearest titles
}

// MaxHits is how many hits a search returns at most.
const MaxHits = 50

// nearestTitles is how many titles are offered when nothing was found.
const nearestTitles = 3

// Search finds every word of the query, in any order, in titles and texts of lessons, questions, labs and terms, in
// both languages. Case, width and spaces do not matter; Chinese titles are also found by their pinyin initials. The index is
// made at the first search, or by Prepare.
func (s *Study) Search(query string, lang lessons.Lang) Found {
	return s.index().search(query, lang)
}

// Prepare makes the index for searching, unless it is there. Call it in the background once the first screen stands.
func (s *Study) Prepare() { s.index() }

// entry is something that can be found.
type entry struct {
	hit      Hit
	title    string // folded
	initials string
	text     folded
	original string
}

// index is everything that can be found, in the order of the course.
type index struct{ entries []entry }

func newIndex(c *lessons.Course) *index {
	x := &index{}
	for _, l := range c.Lessons() {
		for _, lang := range c.Langs {
			x.addLesson(l, lang)
		}
	}
	for _, l := range c.AllLabs() {
		for _, lang := range c.Langs {
			if w, ok := l.Words[lang]; ok {
				x.add(Hit{Kind: HitLab, Lang: lang, Lab: l.ID, Title: l.Title[lang]}, string(l.ID)+"\n"+w.Text)
			}
		}
	}
	for _, t := range c.Glossary {
		for _, lang := range c.Langs {
			if name := t.Name[lang]; name != "" {
				says := strings.Join(append([]string{t.Says[lang]}, t.Also[lang]...), " · ")
				x.add(Hit{Kind: HitTerm, Lang: lang, Term: t.ID, Title: name}, says)
			}
		}
	}
	return x
}

func (x *index) addLesson(l *lessons.Lesson, lang lessons.Lang) {
	body, ok := l.Bodies[lang]
	if !ok {
		return
	}
	x.add(Hit{Kind: HitLesson, Lang: lang, Place: Place{Lesson: l.ID}, Title: l.Title[lang]}, string(l.ID))
	for i, screen := range body.Screens {
		x.add(Hit{Kind: HitScreen, Lang: lang, Place: Place{l.ID, i}, Title: body.Sections[screen.Section].Title}, screen.Text)
		if screen.Part > 0 { // the heading stands on the section's first screen and is found there
			last := &x.entries[len(x.entries)-1]
			last.title, last.initials = "", ""
		}
	}
	for _, q := range l.Questions {
		w, ok := q.Words[lang]
		if !ok {
			continue
		}
		place := Place{Lesson: l.ID, Screen: sectionScreen(body, q.Read)}
		x.add(Hit{Kind: HitQuestion, Lang: lang, Place: place, Question: q.ID, Title: w.Prompt}, w.Text)
	}
}

// sectionScreen is the first screen of a section, or 0.
func sectionScreen(b *lessons.Body, id lessons.SectionID) int {
	for _, s := range b.Sections {
		if s.ID == id && id != "" {
			return s.First
		}
	}
	return 0
}

func (x *index) add(h Hit, text string) {
	e := entry{hit: h, title: fold(h.Title).text, original: text, text: fold(text)}
	if h.Lang == lessons.ZH {
		e.initials = Initials(h.Title)
	}
	x.entries = append(x.entries, e)
}

// ranked is an entry with what it is worth for a query.
type ranked struct {
	entry *entry
	score int
}

// best sorts entries by score and keeps the order of the course among equals.
func best(all []ranked) []ranked {
	slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(b.score, a.score) })
	return all
}

func (x *index) search(query string, lang lessons.Lang) Found {
	words := strings.Fields(fold(query).text)
	if len(words) == 0 {
		return Found{}
	}
	all := x.matching(words, lang)
	if len(all) == 0 {
		return Found{Nearest: x.nearest(query, lang)}
	}
	all = onePerPlace(best(all))
	found := Found{More: max(0, len(all)-MaxHits)}
	for _, r := range all[:min(len(all), MaxHits)] {
		h := r.entry.hit
		h.Excerpt = r.entry.excerpt(words)
		found.Hits = append(found.Hits, h)
	}
	return found
}

// matching finds the entries that hold all words, in the order of the course. All processors look.
func (x *index) matching(words []string, lang lessons.Lang) []ranked {
	parts := make([][]ranked, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for p := range parts {
		from, to := p*len(x.entries)/len(parts), (p+1)*len(x.entries)/len(parts)
		wait.Go(func() {
			for i := from; i < to; i++ {
				if score := x.entries[i].score(words, lang); score > 0 {
					parts[p] = append(parts[p], ranked{&x.entries[i], score})
				}
			}
		})
	}
	wait.Wait()
	return slices.Concat(parts...)
}

// onePerPlace drops the worse of two hits that lead to the same place: most are the same text in the other language.
func onePerPlace(all []ranked) []ranked {
	type target struct {
		kind     HitKind
		place    Place
		question lessons.QuestionID
		lab      lessons.LabID
		term     string
	}
	seen := map[target]bool{}
	return slices.DeleteFunc(all, func(r ranked) bool {
		h := r.entry.hit
		at := target{h.Kind, h.Place, h.Question, h.Lab, h.Term}
		known := seen[at]
		seen[at] = true
		return known
	})
}

// What a match is worth. A word in a title counts more than any number of words in a text.
const (
	inText       = 1
	inTitle      = 8
	titleBegins  = 4
	ofLesson     = 3
	ofTerm       = 2
	sameLanguage = 2
)

// score is 0 when a word is nowhere in the entry.
func (e *entry) score(words []string, lang lessons.Lang) int {
	score := 0
	for _, w := range words {
		switch at := strings.Index(e.title, w); {
		case at == 0:
			score += inTitle + titleBegins
		case at > 0 || e.abbreviated(w):
			score += inTitle
		case strings.Contains(e.text.text, w):
			score += inText
		default:
			return 0
		}
	}
	switch e.hit.Kind {
	case HitLesson:
		score += ofLesson
	case HitTerm:
		score += ofTerm
	}
	if e.hit.Lang == lang {
		score += sameLanguage
	}
	return score
}

// abbreviated reports whether a word is the initials of the title, or of some characters of it in a row.
func (e *entry) abbreviated(word string) bool {
	return len(word) >= 2 && strings.Contains(e.initials, word)
}

// excerptRunes is about how much of a text an excerpt shows before and after the first match.
const (
	runesBefore = 16
	runesAfter  = 120
)

// excerpt cuts the text around the first word found in it.
func (e *entry) excerpt(words []string) Excerpt {
	first := -1
	for _, w := range words {
		if at := strings.Index(e.text.text, w); at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	if first < 0 {
		return Excerpt{}
	}
	from, _ := e.text.original(first, first)
	begin, end := back(e.original, from, runesBefore), forth(e.original, from, runesAfter)
	text := strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, e.original[begin:end])
	return Excerpt{Text: text, Match: matches(text, words)}
}

// back goes n characters back from a byte of a text, but not out of the line. It does not begin within a Latin word.
func back(s string, to, n int) int {
	at := to
	for range n {
		if at == 0 || s[at-1] == '\n' {
			return at
		}
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	if at > 0 && s[at-1] < utf8.RuneSelf && s[at-1] != ' ' {
		if space := strings.IndexByte(s[at:to], ' '); space >= 0 {
			at += space + 1
		}
	}
	return at
}

// forth goes n characters on. It does not end within a Latin word.
func forth(s string, from, n int) int {
	at := from
	for range n {
		if at >= len(s) {
			return len(s)
		}
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	if at < len(s) && s[at] < utf8.RuneSelf && s[at] != ' ' {
		if space := strings.LastIndexByte(s[from:at], ' '); space > 0 {
			at = from + space
		}
	}
	return at
}

// matches returns where the words stand in a text, without overlaps.
func matches(text string, words []string) [][2]int {
	f := fold(text)
	var all [][2]int
	for _, w := range words {
		for from := 0; ; {
			at := strings.Index(f.text[from:], w)
			if at < 0 {
				break
			}
			a, b := f.original(from+at, from+at+len(w))
			all = append(all, [2]int{a, b})
			from += at + len(w)
		}
	}
	slices.SortFunc(all, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(b[1], a[1])) })
	merged := all[:0]
	for _, m := range all {
		if n := len(merged); n > 0 && m[0] < merged[n-1][1] {
			merged[n-1][1] = max(merged[n-1][1], m[1])
			continue
		}
		merged = append(merged, m)
	}
	return merged
}

// nearest returns the titles that share most with the query, counted in pairs of neighbouring characters.
func (x *index) nearest(query string, lang lessons.Lang) []Hit {
	wanted := map[[2]rune]bool{}
	for pair := range bigrams(fold(query).text) {
		wanted[pair] = true
	}
	var all []ranked
	for i := range x.entries {
		e := &x.entries[i]
		if e.hit.Lang != lang || e.hit.Kind == HitScreen || e.hit.Kind == HitQuestion {
			continue
		}
		shared := 0
		for pair := range bigrams(e.title) {
			if wanted[pair] {
				shared++
			}
		}
		if shared > 0 {
			all = append(all, ranked{e, shared})
		}
	}
	var hits []Hit
	for _, r := range best(all)[:min(len(all), nearestTitles)] {
		hits = append(hits, r.entry.hit)
	}
	return hits
}

// bigrams are the pairs of neighbouring characters in a text, spaces left out.
func bigrams(s string) iter.Seq[[2]rune] {
	return func(yield func([2]rune) bool) {
		last := ' '
		for _, r := range s {
			if last != ' ' && r != ' ' && !yield([2]rune{last, r}) {
				return
			}
			last = r
		}
	}
}
