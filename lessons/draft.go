package lessons

import (
	"path"

	"dockerlearn/internal/mdoc"
)

// draft is one lesson while it is read: its files in, the lesson and what is wrong with it out. Drafts know nothing of
// each other, so they are read in parallel.
type draft struct {
	place int // index into the listed lessons
	pages
	topic  TopicID
	id     LessonID
	listed mdoc.Pos

	lesson *Lesson
	front  *mapping            // of the first language; nil when it could not be read
	broken map[QuestionID]bool // questions that could not be read in some language
}

// drafts finds the files of each listed lesson, and the files that the list does not name, if there is one.
func (f *folder) drafts(c *Course, listed []place, found *Findings) []*draft {
	var all []*draft
	wanted := map[string]bool{}
	for i, p := range listed {
		files := f.pages("lesson", path.Join(string(p.topic.ID), string(p.id)), c.Langs, wanted)
		all = append(all, &draft{pages: files, place: i, topic: p.topic.ID, id: p.id, listed: p.at})
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
		r := &reader{page: newPage(doc, l, &d.found), lesson: lesson, broken: d.broken}
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

// askedByDefault makes a question that does not say how often it is asked follow its lesson.
func (l *Lesson) askedByDefault() {
	for _, q := range l.Questions {
		if q.Asked == "" {
			q.Asked = l.Asked
		}
	}
}

// readFront reads the front matter into the lesson. It returns nil when there is none.
func (d *draft) readFront(doc *mdoc.Document, l *Lesson) *mapping {
	m := d.frontMatter(doc, []string{"id", "topic", "level", "asked", "minutes"}, "needs", "labs", "as_of", "sources")
	if m == nil {
		return nil
	}
	m.same("id", string(d.id), "the file's name")
	m.same("topic", string(d.topic), "the folder that the file is in")
	l.Level = m.level("level")
	l.Asked = Asked(m.oneOf("asked", string(Often), string(Sometimes), string(Rarely)))
	l.Minutes = m.number("minutes", 1, 120)
	l.AsOf = m.month("as_of")
	l.Sources = m.sources()
	for _, need := range m.texts("needs") {
		l.Needs = append(l.Needs, LessonID(need))
	}
	for _, lab := range m.texts("labs") {
		l.Labs = append(l.Labs, LabID(lab))
	}
	return m
}
