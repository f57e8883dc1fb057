package audit

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dockerlearn/lessons"
)

// badTerm is a name that the glossary wants avoided.
type badTerm struct {
	lang lessons.Lang
	name *regexp.Regexp
	use  string
}

// badTerms returns what to look for, in all languages.
func badTerms(c *lessons.Course) []badTerm {
	var all []badTerm
	for _, t := range c.Glossary {
		for _, lang := range c.Langs {
			for _, name := range t.Avoid[lang] {
				all = append(all, badTerm{lang, asWord(name), t.Name[lang]})
			}
		}
	}
	return all
}

// asWord matches a name whatever its case, and as a whole word where it begins or ends with a letter of ours.
func asWord(name string) *regexp.Regexp {
	edge := func(r rune) string {
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return `\b`
		}
		return ""
	}
	first, _ := utf8.DecodeRuneInString(name)
	last, _ := utf8.DecodeLastRuneInString(name)
	return regexp.MustCompile(`(?i)` + edge(first) + regexp.QuoteMeta(name) + edge(last))
}

// names finds terms under another name than the glossary's.
func (a *auditor) names(p passage) {
	for _, t := range a.terms {
		if t.lang != p.lang {
			continue
		}
		for _, m := range t.name.FindAllStringIndex(p.Text, -1) {
			a.found.Warnf(p.at(m[0]), "term", "write "+t.use, "%q is not what the glossary calls it", p.Text[m[0]:m[1]])
		}
	}
}

// mixed finds half-width signs beside Chinese characters, and full-width signs in English.
var mixed = map[lessons.Lang]*regexp.Regexp{
	lessons.EN: regexp.MustCompile(`[，。；：！？（）、]`),
	lessons.ZH: regexp.MustCompile(`\p{Han}[,;:!?"()]|[,;:!?"()]\p{Han}|\p{Han}\.(?:\s|$)`),
}

func (a *auditor) punctuation(p passage) {
	for _, m := range mixed[p.lang].FindAllStringIndex(p.Text, -1) {
		do, sign := "use the full-width sign", strings.TrimFunc(p.Text[m[0]:m[1]], unicode.IsSpace)
		at := m[0]
		if p.lang == lessons.EN {
			do = "use the ASCII sign"
		} else if r, n := utf8.DecodeRuneInString(sign); unicode.Is(unicode.Han, r) {
			at += n
		}
		a.found.Warnf(p.at(at), "punctuation", do, "half- and full-width punctuation are mixed: %q", sign)
	}
}

// datedClaim finds what is true for a time only.
var datedClaim = map[lessons.Lang]*regexp.Regexp{
	lessons.EN: regexp.MustCompile(`(?i)\b20[123]\d\b|\bsince (?:[a-z]+ )?v?\d+(?:\.\d+)+|\bcurrently\b|\bas of\b` +
		`|\bnowadays\b|\bat the moment\b|\brecently\b|\bthe latest version\b`),
	lessons.ZH: regexp.MustCompile(`20[123]\d\s?年|自 ?[A-Za-z]* ?v?\d+(?:\.\d+)+ ?起|目前|如今|截至|最近|最新版`),
}

// dated finds the first dated claim of a lesson that does not say when it was checked.
func (a *auditor) dated(l *lessons.Lesson, all []passage) {
	if l.AsOf != "" || l.Level == "" { // without a level, the front matter could not be read
		return
	}
	a.undated(all, "lesson")
}

// undated finds the first dated claim among passages of a lesson or a lab.
func (a *auditor) undated(all []passage, what string) {
	for _, p := range all {
		if m := datedClaim[p.lang].FindStringIndex(p.Text); m != nil {
			a.found.Warnf(p.at(m[0]), "undated", "add `as_of: \"2026-11\"` with the month in which it was checked",
				"%q holds for a time, and the "+what+" does not say when it was checked", p.Text[m[0]:m[1]])
			return
		}
	}
}
