package lessons

import (
	"path"

	"dockerlearn/internal/mdoc"
)

// labPlace is a lab's place in the course: where it is listed.
type labPlace struct {
	group *LabGroup
	id    LabID
	at    mdoc.Pos
}

// AllLabs returns all labs in the order of the course.
func (c *Course) AllLabs() []*Lab {
	var all []*Lab
	for _, g := range c.Labs {
		all = append(all, g.Labs...)
	}
	return all
}

// labGroups reads the order of groups and labs.
func (c *Course) labGroups(m *mapping) []labPlace {
	var listed []labPlace
	once := m.once()
	for _, n := range m.list("labs") {
		gm := newMapping(m.file, n, m.found)
		gm.only("id", "title", "labs")
		gm.need("id", "title", "labs")
		g := &LabGroup{ID: gm.id("id"), Title: gm.inLangs("title", c.Langs)}
		if g.ID == "" || !once("group of labs", g.ID, gm.placeOf("id")) {
			continue
		}
		c.Labs = append(c.Labs, g)
		for _, n := range gm.list("labs") {
			id := gm.text(n)
			if !isID(id) {
				m.found.Errorf(gm.place(n), "id", idRule, "%q cannot be an id", id)
			} else if once("lab", id, gm.place(n)) {
				listed = append(listed, labPlace{g, LabID(id), gm.place(n)})
			}
		}
	}
	return listed
}

// labsByName makes one group of all labs, in the order of their names.
func (f *folder) labsByName(c *Course) []labPlace {
	var listed []labPlace
	g := &LabGroup{ID: labsFolder, Title: Text{}}
	for _, l := range c.Langs {
		g.Title[l] = map[Lang]string{EN: "Labs", ZH: "实验"}[l]
	}
	seen := map[LabID]bool{}
	for _, name := range f.names {
		id, ok := lessonFile(name)
		if lab := LabID(id); ok && path.Dir(name) == labsFolder && !seen[lab] {
			seen[lab] = true
			listed = append(listed, labPlace{g, lab, mdoc.Pos{File: name}})
		}
	}
	if len(listed) > 0 {
		c.Labs = append(c.Labs, g)
	}
	return listed
}
