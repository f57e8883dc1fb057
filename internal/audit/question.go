package audit

import (
	"io/fs"
	"regexp"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/render"
	"dockerlearn/lessons"
)

// question checks a question in one language.
func (a *auditor) question(q *lessons.Question, w *lessons.Words, lang lessons.Lang) {
	a.code(w.Stem, lang)
	a.code(w.Why, lang)
	if lang == a.course.Langs[0] {
		a.asked++
		if isRecall(q, w) {
			a.recall++
		}
	}
	if len(q.Right) == 0 || len(q.Right) != len(w.Options) {
		return
	}
	for _, f := range fragments(w) {
		a.byPlace(passage{f.doc.Prose(), lang, f.near})
	}
	for i, o := range w.Options {
		if !q.Right[i] && o.Feedback.Empty() {
			a.found.Warnf(o.Pos, "no-feedback", "say below it with `>` which belief it stands for and why it is wrong",
				"this wrong option has no feedback")
		}
	}
	a.length(q, w, lang)
}

// byPlaceWords find a text that names an option by letter or place; where there is a group, it is what was said.
// "Option" is also what a command has, and "answer" what a name server gives: that much is left alone.
var byPlaceWords = map[lessons.Lang]*regexp.Regexp{
	lessons.EN: regexp.MustCompile(`\b(?i:options?|choices?|answers?) [A-H]\b` +
		`|\b(?i:options?|choices?) [1-8]\b` +
		`|\b(?i:first|second|third|fourth|fifth|last|previous|next|upper|lower) (?i:option|choice)s?\b` +
		`|\b(?i:options?|choices?|answers?) (?i:above|below)\b` +
		`|\b(?i:all|none|both|neither|any|each) (?i:of the (?:above|options above|others))\b`),
	lessons.ZH: regexp.MustCompile(`(?:选项|答案)\s*(?:是\s*)?[A-H](?:[^A-Za-z]|$)` +
		`|选项\s*[1-8一二三四五六](?:[^0-9个种条项]|$)` +
		`|(?:^|[^A-Za-z0-9])([A-H]\s*(?:选项|项))` +
		`|第\s*[一二三四五六1-8]\s*个?(?:选项|答案)` +
		`|(?:上面|下面|上述|前面|后面|前一|后一|最后一|上一|下一)(?:个|的|那个)?(?:选项|答案)` +
		`|(?:^|[^0-9\s]|[^0-9]\s)((?:以上|上述)(?:各项|选项)?(?:都|皆|均|全))`),
}

// byPlace returns where a text names an option by letter or place, or false.
func byPlace(text string, lang lessons.Lang) (begin, end int, found bool) {
	m := byPlaceWords[lang].FindStringSubmatchIndex(text)
	if m == nil {
		return 0, 0, false
	}
	for i := 2; i < len(m); i += 2 {
		if m[i] >= 0 {
			return m[i], m[i+1], true
		}
	}
	return m[0], m[1], true
}

func (a *auditor) byPlace(p passage) {
	if begin, end, found := byPlace(p.Text, p.lang); found {
		a.found.Errorf(p.at(begin), "option-by-place", "say what the option says; options are shuffled",
			"%q names an option by letter or place", p.Text[begin:end])
	}
}

// length looks whether the right option is the longest: the pattern that gives away most quizzes.
func (a *auditor) length(q *lessons.Question, w *lessons.Words, lang lessons.Lang) {
	right, wrong := -1, 0
	for i, o := range w.Options {
		switch {
		case !q.Right[i]:
			wrong = max(wrong, render.Width(o.Text))
		case right >= 0:
			return // several are right: length says little
		default:
			right = i
		}
	}
	if right < 0 || wrong == 0 {
		return
	}
	a.choices[lang]++
	n := render.Width(w.Options[right].Text)
	if n > wrong {
		a.longest[lang]++
	}
	if n*100 > wrong*120 {
		a.found.Warnf(w.Options[right].Pos, "right-longest", "shorten it, or give a wrong option as much to say",
			"the right option is the longest by %d %%", n*100/wrong-100)
	}
}

// isRecall reports whether a question asks for a bare fact: it has no situation to think about, only a sentence to
// complete, a name to type or an option to recognise. What must be foreseen, ordered, done or explained is not recall.
func isRecall(q *lessons.Question, w *lessons.Words) bool {
	switch q.Kind {
	case lessons.Cloze:
		return true
	case lessons.OneChoice, lessons.ManyChoices, lessons.Typed:
		return w.Stem.Empty()
	}
	return false
}

// fewest is how many questions it takes before a share of them says something.
const fewest = 10

// pack checks what holds for a course as a whole.
func (a *auditor) pack(fsys fs.FS) {
	whole := mdoc.Pos{File: "pack.yaml"}
	if _, err := fs.Stat(fsys, whole.File); err != nil {
		whole.File = "course.yaml"
	}
	for _, lang := range a.course.Langs {
		if n, all := a.longest[lang], a.choices[lang]; all >= fewest && n*100 > all*40 {
			a.found.Warnf(whole, "pattern-longest",
				"shorten right options, or lengthen wrong ones, until it is at most 40 %%",
				"in %d of %d choices (%s) the right option is the longest", n, all, lang)
		}
	}
	if a.asked >= fewest && a.recall*100 > a.asked*60 {
		a.found.Warnf(whole, "mostly-recall",
			"give more questions a situation, a prediction, an order or something to do",
			"%d of %d questions ask for a bare fact, more than 60 %%", a.recall, a.asked)
	}
}
