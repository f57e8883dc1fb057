package lessons

import (
	"io/fs"
	"runtime"
	"slices"
	"sync"

	"dockerlearn/internal/mdoc"
)

type (
	// Finding is one mistake in a course.
	Finding = mdoc.Finding
	// Findings is all that was found, sorted by place.
	Findings = mdoc.Findings
)

// Load reads the course in a folder. It never gives up at a mistake: the course holds whatever could be read, and may
// be used even when there are errors; the findings name every mistake at once. The folder is not trusted: symbolic
// links are not followed, and no file is read that breaks a limit.
func Load(fsys fs.FS) (*Course, Findings) {
	var found Findings
	files := listFolder(fsys, &found)
	c, listed, listedLabs := files.course(&found)
	c.Glossary = files.glossary(c.Langs, &found)
	drafts := files.drafts(c, listed, &found)
	labs := files.labDrafts(c, listedLabs, &found)
	inParallel(len(drafts)+len(labs), func(i int) {
		if i < len(drafts) {
			drafts[i].read(files, c.Langs)
		} else {
			labs[i-len(drafts)].read(files)
		}
	})
	for _, d := range drafts {
		found = append(found, d.found...)
		if d.lesson != nil {
			topic := listed[d.place].topic
			topic.Lessons = append(topic.Lessons, d.lesson)
		}
	}
	for _, d := range labs {
		found = append(found, d.found...)
		if d.lab != nil {
			d.group.Labs = append(d.group.Labs, d.lab)
		}
	}
	c.index(&found)
	checkNeeds(drafts, labs, &found)
	c.checkAsked(drafts, labs, &found)
	return c, found.Sort()
}

// inParallel calls do for each number below n, on all processors.
func inParallel(n int, do func(i int)) {
	var wait sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), n)
	for w := range workers {
		wait.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	wait.Wait()
}

// index fills the course's look-up tables, and leaves out questions whose id is taken.
func (c *Course) index(found *Findings) {
	c.lessons = map[LessonID]*Lesson{}
	c.questions = map[QuestionID]*Question{}
	c.labs = map[LabID]*Lab{}
	for _, l := range c.AllLabs() {
		c.labs[l.ID] = l
	}
	for _, l := range c.Lessons() {
		c.lessons[l.ID] = l
		l.Questions = slices.DeleteFunc(l.Questions, func(q *Question) bool {
			first := c.questions[q.ID]
			if first == nil {
				c.questions[q.ID] = q
				return false
			}
			found.Errorf(q.Pos, "id-twice", "give this question an id of its own",
				"the question id %q is already used at %s", q.ID, first.Pos)
			return true
		})
	}
}
