package lessons

import (
	"path"
	"slices"
	"strings"

	"dockerlearn/internal/mdoc"
)

// checkNeeds finds prerequisites that do not exist or go round in a circle, and labs that do not exist. While a course
// has no folder of labs, their names are not checked.
func checkNeeds(c *Course, drafts []*draft, files *folder, found *Findings) {
	listed := map[LessonID]bool{}
	for _, d := range drafts {
		listed[d.id] = true
	}
	fronts := map[LessonID]*mapping{}
	for _, d := range drafts {
		if d.lesson == nil || d.front == nil {
			continue
		}
		fronts[d.id] = d.front
		for _, n := range d.front.list("needs") {
			if !listed[LessonID(n.Value)] {
				found.Errorf(d.front.place(n), "needs-unknown",
					"name a lesson that course.yaml lists", "there is no lesson %q", n.Value)
			}
		}
		for _, n := range d.front.list("labs") {
			if slices.Contains(files.dirs, labsFolder) && !files.hasLab(n.Value) {
				found.Errorf(d.front.place(n), "lab-unknown",
					"name a lab in the folder labs", "there is no lab %q", n.Value)
			}
		}
	}
	circles(c, fronts, found)
}

func (f *folder) hasLab(id string) bool {
	return f.files[path.Join(labsFolder, id+".en.md")] || f.files[path.Join(labsFolder, id+".zh.md")]
}

// circles finds lessons that need themselves, directly or through others. Each circle is found once, at the need that
// closes it.
func circles(c *Course, fronts map[LessonID]*mapping, found *Findings) {
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
				found.Errorf(placeOfNeed(fronts[l.ID], need), "needs-circle", "leave out one of these needs",
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

// placeOfNeed returns where a lesson's front matter names another lesson.
func placeOfNeed(front *mapping, need LessonID) mdoc.Pos {
	for _, n := range front.list("needs") {
		if n.Value == string(need) {
			return front.place(n)
		}
	}
	return front.at
}
