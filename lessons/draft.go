package lessons

import (
	"path"
	"regexp"
	"slices"
	"strings"

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

	lesson  *Lesson
	needsAt []mdoc.Pos // where each of lesson.Needs stands
	labsAt  []mdoc.Pos
	found   Findings
}

// drafts finds the files of each listed lesson, and the files that no list names.
func (f *folder) drafts(c *Course, listed []place, found *Findings) []*draft {
	var all []*draft
	wanted := map[string]bool{}
	for i, p := range listed {
		d := &draft{place: i, topic: p.topic.ID, id: p.id, listed: p.at, names: map[Lang]string{}}
		for _, l := range c.Langs {
			name := path.Join(string(p.topic.ID), string(p.id)+"."+string(l)+".md")
			wanted[name] = true
			if f.files[name] {
				d.names[l] = name
			}
		}
		all = append(all, d)
	}
	for _, name := range f.names {
		dir := path.Dir(name)
		if dir == "." || dir == labsFolder || wanted[name] || path.Ext(name) != ".md" {
			continue
		}
		found.Errorf(mdoc.Pos{File: name}, "unlisted",
			"name the file topic/lesson.language.md and list the lesson in course.yaml", "this file belongs to no lesson of the course")
	}
	return all
}

// read reads the lesson's files and compares them.
func (d *draft) read(f *folder, langs []Lang) {
	if len(d.names) == 0 {
		d.found.Errorf(d.listed, "lesson-missing", "write "+path.Join(string(d.topic), string(d.id)+"."+string(langs[0])+".md"),
			"the lesson %q is listed but not written", d.id)
		return
	}
	var front string
	for _, l := range langs {
		doc := d.parse(f, l, langs)
		if doc == nil {
			continue
		}
		r := &reader{doc: doc, lang: l, lesson: &Lesson{}, found: &d.found}
		compare := false
		if d.lesson != nil && doc.FrontText == front {
			*r.lesson = *d.lesson
		} else {
			compare = d.front(doc, r.lesson)
		}
		r.lesson.ID, r.lesson.Topic, r.lesson.Questions = d.id, d.topic, nil
		r.lesson.Title, r.lesson.Bodies = Text{}, map[Lang]*Body{}
		r.read()
		switch {
		case len(r.body.Sections) == 0:
			d.found.Errorf(doc.At(0), "empty", "write the lesson", "this lesson has no sections")
		case d.lesson == nil:
			d.lesson, front = r.lesson, doc.FrontText
		default:
			agree(d.lesson, r.lesson, l, compare, &d.found)
		}
	}
}

func (d *draft) parse(f *folder, l Lang, langs []Lang) *mdoc.Document {
	name := d.names[l]
	if name == "" {
		for _, other := range langs {
			if there := d.names[other]; there != "" {
				d.found.Errorf(mdoc.Pos{File: there}, "language-missing",
					"write "+path.Join(string(d.topic), string(d.id)+"."+string(l)+".md"),
					"the lesson is not written in %s", langName(l))
				break
			}
		}
		return nil
	}
	src, err := f.read(name)
	if err != nil {
		d.found.Errorf(mdoc.Pos{File: name}, "unreadable", "make the file readable", "the file cannot be read: %s", reason(err))
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

// front reads the front matter into the lesson. It reports false when there is none.
func (d *draft) front(doc *mdoc.Document, l *Lesson) bool {
	n, found := doc.Front()
	d.found = append(d.found, found...)
	if n == nil {
		if len(found) == 0 {
			d.found.Errorf(mdoc.Pos{File: doc.File, Line: 1, Col: 1}, "front-matter",
				"begin the file with id, topic, level, asked and minutes between two lines of three dashes", "the front matter is missing")
		}
		return false
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
	d.needsAt, d.labsAt = nil, nil
	for _, n := range m.list("needs") {
		l.Needs = append(l.Needs, LessonID(m.text(n)))
		d.needsAt = append(d.needsAt, m.place(n))
	}
	for _, n := range m.list("labs") {
		l.Labs = append(l.Labs, LabID(m.text(n)))
		d.labsAt = append(d.labsAt, m.place(n))
	}
	return true
}

// same reports a key whose value is not what the file's place says.
func (m *mapping) same(key, want, why string) {
	if got := m.scalar(key); got != "" && got != want {
		m.found.Errorf(m.placeOf(key), "misplaced", "make both the same", "%s is %q, but %s says %q", key, got, why, want)
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

// checkNeeds finds prerequisites that do not exist or go round in a circle, and labs that do not exist. While a course
// has no folder of labs, their names are not checked.
func checkNeeds(c *Course, drafts []*draft, files *folder, found *Findings) {
	at := map[LessonID]map[LessonID]mdoc.Pos{}
	listed := map[LessonID]bool{}
	for _, d := range drafts {
		listed[d.id] = true
	}
	for _, d := range drafts {
		if d.lesson == nil {
			continue
		}
		at[d.id] = map[LessonID]mdoc.Pos{}
		for i, need := range d.lesson.Needs {
			at[d.id][need] = d.needsAt[i]
			if !listed[need] {
				found.Errorf(d.needsAt[i], "needs-unknown", "name a lesson that course.yaml lists", "there is no lesson %q", need)
			}
		}
		for i, lab := range d.lesson.Labs {
			if slices.Contains(files.dirs, labsFolder) && !files.hasLab(lab) {
				found.Errorf(d.labsAt[i], "lab-unknown", "name a lab in the folder labs", "there is no lab %q", lab)
			}
		}
	}
	circles(c, at, found)
}

func (f *folder) hasLab(id LabID) bool {
	return f.files[path.Join(labsFolder, string(id)+".en.md")] || f.files[path.Join(labsFolder, string(id)+".zh.md")]
}

// circles finds lessons that need themselves, directly or through others. Each circle is found once, at the need that
// closes it.
func circles(c *Course, at map[LessonID]map[LessonID]mdoc.Pos, found *Findings) {
	const open, done = 1, 2
	state := map[LessonID]int{}
	var path []string
	var visit func(l *Lesson)
	visit = func(l *Lesson) {
		state[l.ID] = open
		path = append(path, string(l.ID))
		for _, need := range l.Needs {
			next := c.lessons[need]
			switch {
			case next == nil:
			case state[need] == open:
				circle := append(slices.Clone(path[slices.Index(path, string(need)):]), string(need))
				found.Errorf(at[l.ID][need], "needs-circle", "leave out one of these needs",
					"these lessons need each other: %s", strings.Join(circle, " > "))
			case state[need] != done:
				visit(next)
			}
		}
		path = path[:len(path)-1]
		state[l.ID] = done
	}
	for _, l := range c.Lessons() {
		if state[l.ID] == 0 {
			visit(l)
		}
	}
}
