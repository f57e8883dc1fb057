package lessons

import (
	"path"
	"regexp"

	"dockerlearn/internal/mdoc"
)

// draft is one lesson while it is read: its files in, the lesson and what is wrong with it out. Drafts know nothing of
// each other, so they are read in parallel.
type draft struct {
	place  int // index into the listed lessons
	topic  TopicID
	id     LessonID
	listed mdoc.Pos
	names  map[Lang]string // its files

	lesson *Lesson
	front  *mapping            // of the first language; nil when it could not be read
	broken map[QuestionID]bool // questions that could not be read in some language
	found  Findings
}

// drafts finds the files of each listed lesson, and the files that the list does not name, if there is one.
func (f *folder) drafts(c *Course, listed []place, found *Findings) []*draft {
	var all []*draft
	wanted := map[string]bool{}
	for i, p := range listed {
		d := &draft{place: i, topic: p.topic.ID, id: p.id, listed: p.at, names: map[Lang]string{}}
		for _, l := range c.Langs {
			name := d.nameIn(l)
			wanted[name] = true
			if f.files[name] {
				d.names[l] = name
			}
		}
		all = append(all, d)
	}
	for _, name := range f.names {
		dir := path.Dir(name)
		if listed == nil || dir == "." || dir == labsFolder || wanted[name] || path.Ext(name) != ".md" {
			continue
		}
		found.Errorf(mdoc.Pos{File: name}, "unlisted",
			"name the file topic/lesson.language.md and list the lesson in course.yaml",
			"this file belongs to no lesson of the course")
	}
	return all
}

// read reads the lesson's files and compares them.
func (d *draft) read(f *folder, langs []Lang) {
	if len(d.names) == 0 {
		d.found.Errorf(d.listed, "lesson-missing",
			"write "+d.nameIn(langs[0]), "the lesson %q is listed but not written", d.id)
		return
	}
	d.broken = map[QuestionID]bool{}
	var first string // the front matter as it is written
	for _, l := range langs {
		doc := d.parse(f, l)
		if doc == nil {
			continue
		}
		lesson := &Lesson{ID: d.id, Topic: d.topic, Title: Text{}, Bodies: map[Lang]*Body{}}
		var front *mapping
		if d.lesson == nil || doc.FrontText != first || first == "" {
			front = d.readFront(doc, lesson)
		}
		r := &reader{doc: doc, lang: l, lesson: lesson, broken: d.broken, found: &d.found}
		r.read()
		switch {
		case len(r.body.Sections) == 0:
			d.found.Errorf(doc.At(0), "empty", "write the lesson", "this lesson has no sections")
		case d.lesson == nil:
			d.lesson, d.front, first = lesson, front, doc.FrontText
		default:
			agree(d, lesson, l, front)
		}
	}
	if d.lesson != nil {
		d.lesson.askedByDefault()
	}
}

// nameIn returns the name of the lesson's file in a language.
func (d *draft) nameIn(l Lang) string {
	return path.Join(string(d.topic), string(d.id)+"."+string(l)+".md")
}

// askedByDefault makes a question that does not say how often it is asked follow its lesson.
func (l *Lesson) askedByDefault() {
	for _, q := range l.Questions {
		if q.Asked == "" {
			q.Asked = l.Asked
		}
	}
}

// parse returns the lesson's text in a language, or nil when there is none or nothing of it can be read.
func (d *draft) parse(f *folder, l Lang) *mdoc.Document {
	name := d.names[l]
	if name == "" {
		there := d.nameIn(EN)
		if l == EN {
			there = d.nameIn(ZH)
		}
		d.found.Errorf(mdoc.Pos{File: there}, "language-missing",
			"write "+d.nameIn(l), "the lesson is not written in %s", langName(l))
		return nil
	}
	src, err := f.read(name, mdoc.MaxFile)
	if err != nil {
		d.found.Errorf(mdoc.Pos{File: name}, "unreadable",
			"make the file readable", "the file cannot be read: %s", reason(err))
		return nil
	}
	doc, found := mdoc.Parse(name, src)
	d.found = append(d.found, found...)
	if len(doc.Nodes) == 0 && len(found) > 0 {
		return nil
	}
	return doc
}

func langName(l Lang) string {
	if l == ZH {
		return "Chinese"
	}
	return "English"
}

var month = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])$`)

// readFront reads the front matter into the lesson. It returns nil when there is none.
func (d *draft) readFront(doc *mdoc.Document, l *Lesson) *mapping {
	n, found := doc.Front()
	d.found = append(d.found, found...)
	if n == nil {
		if len(found) == 0 {
			d.found.Errorf(mdoc.Pos{File: doc.File, Line: 1, Col: 1}, "front-matter",
				"begin the file with id, topic, level, asked and minutes between two lines of three dashes",
				"the front matter is missing")
		}
		return nil
	}
	m := newMapping(doc.File, n, &d.found)
	m.only("id", "topic", "level", "asked", "minutes", "needs", "labs", "as_of", "sources")
	m.need("id", "topic", "level", "asked", "minutes")
	m.same("id", string(d.id), "the file's name")
	m.same("topic", string(d.topic), "the folder that the file is in")
	l.Level = Level(m.oneOf("level", string(Basic), string(Intermediate), string(Advanced)))
	l.Asked = Asked(m.oneOf("asked", string(Often), string(Sometimes), string(Rarely)))
	l.Minutes = m.number("minutes", 1, 120)
	l.AsOf = m.scalar("as_of")
	if l.AsOf != "" && !month.MatchString(l.AsOf) {
		d.found.Errorf(m.placeOf("as_of"), "value", `write year and month, as "2026-11"`, "%q is no month", l.AsOf)
	}
	l.Sources = m.sources()
	for _, need := range m.texts("needs") {
		l.Needs = append(l.Needs, LessonID(need))
	}
	for _, lab := range m.texts("labs") {
		l.Labs = append(l.Labs, LabID(lab))
	}
	return m
}

// same reports a key whose value is not what the file's place says.
func (m *mapping) same(key, want, why string) {
	if got := m.scalar(key); got != "" && got != want {
		m.found.Errorf(m.placeOf(key), "misplaced",
			"make both the same", "%s is %q, but %s says %q", key, got, why, want)
	}
}

func (m *mapping) sources() []Source {
	var all []Source
	for _, n := range m.list("sources") {
		sm := newMapping(m.file, n, m.found)
		sm.only("title", "at")
		sm.need("title", "at")
		all = append(all, Source{sm.scalar("title"), sm.scalar("at")})
	}
	return all
}
