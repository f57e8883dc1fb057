// Package audit says everything that must be true of the course and what should be: what `dockerlearn check` prints.
//
// It adds to the mistakes that lessons.Load finds what takes a look at the whole: the shape of a lesson, screens that
// do not fit, options that give themselves away, terms, punctuation, dates. Laws: a finding names a place and what to
// do, all are found at once, the same folder gives the same findings in the same order, and nothing is changed.
//
// What only an engine can tell is left to Options.Run: whether a console block prints what stands there, whether the
// right option of a prediction is what comes out, whether a lab is unsolved at first and solved by its solution.
package audit

import (
	"io/fs"

	"dockerlearn/lessons"
)

// The terminal that a lesson has to fit: the reader's column of text on 80 columns, and the rows below its title.
const (
	textWidth = 74
	maxRows   = 18
)

// Options say what is looked at beyond the text. The zero Options check the text.
type Options struct {
	// Run checks what takes an engine; nil leaves it out.
	Run func(fs.FS, *lessons.Course) lessons.Findings
}

// Course returns all findings in the course of a folder, sorted by place.
func Course(fsys fs.FS, o Options) lessons.Findings {
	c, found := lessons.Load(fsys)
	a := &auditor{
		course: c, found: found, terms: badTerms(c),
		longest: map[lessons.Lang]int{}, choices: map[lessons.Lang]int{},
	}
	for _, l := range c.Lessons() {
		a.lesson(l)
	}
	for _, l := range c.AllLabs() {
		a.lab(l)
	}
	a.pack(fsys)
	a.vanished(fsys)
	if o.Run != nil {
		a.found = append(a.found, o.Run(fsys, c)...)
	}
	return a.found.Sort()
}

// auditor goes through a course once and collects what it finds.
type auditor struct {
	course           *lessons.Course
	found            lessons.Findings
	terms            []badTerm
	longest, choices map[lessons.Lang]int // choices with one right option; those where it is the longest
	recall, asked    int
}

func (a *auditor) lesson(l *lessons.Lesson) {
	for _, lang := range a.course.Langs {
		if b := l.Bodies[lang]; b != nil {
			a.shape(l, b)
			for _, s := range b.Screens {
				a.screen(s, lang)
			}
		}
		all := passages(l, lang)
		for _, p := range all {
			a.names(p)
			a.punctuation(p)
		}
		a.dated(l, all)
	}
	for _, q := range l.Questions {
		for _, lang := range a.course.Langs {
			if w := q.Words[lang]; w != nil {
				a.question(q, w, lang)
			}
		}
	}
}
