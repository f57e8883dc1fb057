package lessons

import (
	"path"
	"slices"
	"strings"

	"dockerlearn/internal/mdoc"
)

// The files that say what a course is and in which order it is taught.
const (
	courseFile   = "course.yaml"
	packFile     = "pack.yaml"
	glossaryFile = "glossary.yaml"
)

// place is a lesson's place in the course: where it is listed.
type place struct {
	topic *Topic
	id    LessonID
	at    mdoc.Pos
}

// course reads course.yaml and, in a stranger's folder, pack.yaml. A pack without course.yaml is taught in the order
// of its folders' and files' names.
func (f *folder) course(found *Findings) (*Course, []place, []labPlace) {
	c := &Course{Title: Text{}}
	pack, course := f.yaml(packFile, found), f.yaml(courseFile, found)
	if pack != nil {
		pack.only("id", "version", "title", "languages", "licence")
		pack.need("id", "version", "title", "languages", "licence")
		c.manifest(pack)
	}
	if course != nil {
		course.only("id", "version", "title", "languages", "topics", "labs")
		course.need("topics")
		if pack == nil {
			course.need("id", "version", "title", "languages")
			c.manifest(course)
		}
	}
	if len(c.Langs) == 0 {
		c.Langs = []Lang{EN, ZH}
	}
	switch {
	case course != nil:
		return c, c.topics(course), c.labGroups(course)
	case f.files[courseFile] || f.files[packFile] && pack == nil:
		return c, nil, nil // it was found to be unreadable
	case pack != nil:
		return c, f.topicsByName(c), f.labsByName(c)
	}
	found.Errorf(mdoc.Pos{File: courseFile}, "no-course",
		"give the folder of a course, with course.yaml or pack.yaml in it",
		"there is no course in this folder")
	return c, nil, nil
}

func (c *Course) manifest(m *mapping) {
	c.ID = m.id("id")
	c.Version = m.scalar("version")
	c.Licence = m.scalar("licence")
	for _, s := range m.list("languages") {
		switch l := Lang(m.text(s)); {
		case l != EN && l != ZH:
			m.found.Errorf(m.place(s), "value", "use en or zh", "%q is not one of the course's languages", l)
		case !slices.Contains(c.Langs, l):
			c.Langs = append(c.Langs, l)
		}
	}
	slices.Sort(c.Langs)
	c.Title = m.inLangs("title", c.Langs)
}

// topics reads the order of topics and lessons.
func (c *Course) topics(m *mapping) []place {
	var listed []place
	known := map[TopicID]bool{}
	once := m.once()
	for _, n := range m.list("topics") {
		tm := newMapping(m.file, n, m.found)
		tm.only("id", "title", "needs", "lessons")
		tm.need("id", "title", "lessons")
		t := &Topic{ID: TopicID(tm.id("id")), Title: tm.inLangs("title", c.Langs)}
		if t.ID == "" || !once("topic", string(t.ID), tm.placeOf("id")) {
			continue
		}
		for _, n := range tm.list("needs") {
			// A topic may need earlier ones only, so needs cannot go round in a circle.
			if need := TopicID(tm.text(n)); known[need] {
				t.Needs = append(t.Needs, need)
			} else {
				m.found.Errorf(tm.place(n), "needs-unknown", "name a topic that is listed before this one",
					"the topic %q needs %q, which is no topic above it", t.ID, need)
			}
		}
		known[t.ID] = true
		c.Topics = append(c.Topics, t)
		for _, n := range tm.list("lessons") {
			id := tm.text(n)
			if !isID(id) {
				m.found.Errorf(tm.place(n), "id", idRule, "%q cannot be an id", id)
			} else if once("lesson", id, tm.place(n)) {
				listed = append(listed, place{t, LessonID(id), tm.place(n)})
			}
		}
	}
	return listed
}

// once returns a function that reports what is listed a second time, and says whether this is the first.
func (m *mapping) once() func(what, id string, at mdoc.Pos) bool {
	seen := map[string]mdoc.Pos{}
	return func(what, id string, at mdoc.Pos) bool {
		first, twice := seen[what+id]
		if twice {
			m.found.Errorf(at, "id-twice", "leave one of them", "the %s %q is already listed at %s", what, id, first)
		}
		seen[what+id] = at
		return !twice
	}
}

// topicsByName makes each folder whose name can be an id a topic, and each file in it a lesson.
func (f *folder) topicsByName(c *Course) []place {
	var listed []place
	seen := map[LessonID]bool{}
	for _, dir := range f.dirs {
		t := &Topic{ID: TopicID(dir), Title: Text{c.Langs[0]: dir}}
		for _, name := range f.names {
			id, ok := lessonFile(name)
			if ok && path.Dir(name) == dir && dir != labsFolder && isID(dir) && !seen[id] {
				seen[id] = true
				listed = append(listed, place{t, id, mdoc.Pos{File: name}})
			}
		}
		if len(listed) > 0 && listed[len(listed)-1].topic == t {
			c.Topics = append(c.Topics, t)
		}
	}
	return listed
}

// lessonFile takes the lesson's id out of "storage/union-fs.en.md".
func lessonFile(name string) (LessonID, bool) {
	base, ok := strings.CutSuffix(path.Base(name), ".md")
	id, lang, found := strings.Cut(base, ".")
	return LessonID(id), ok && found && isID(id) && (lang == string(EN) || lang == string(ZH))
}
