package lessons

import (
	"path"

	"dockerlearn/internal/mdoc"
)

// labDraft is one lab while it is read. Like those of lessons, drafts of labs know nothing of each other.
type labDraft struct {
	pages
	group  *LabGroup
	id     LabID
	listed mdoc.Pos
	langs  []Lang

	lab   *Lab
	front *mapping   // of the first language; nil when it could not be read
	asks  []askedFor // the questions that it names
	parts []int      // how many blocks of it are said about each
}

// askedFor is where a lab names a question.
type askedFor struct {
	id QuestionID
	at mdoc.Pos
}

// labDrafts finds the files of each listed lab, and the files in the folder of labs that belong to none.
func (f *folder) labDrafts(c *Course, listed []labPlace, found *Findings) []*labDraft {
	var all []*labDraft
	wanted := map[string]bool{}
	for _, p := range listed {
		files := f.pages("lab", path.Join(labsFolder, string(p.id)), c.Langs, wanted)
		all = append(all, &labDraft{pages: files, group: p.group, id: p.id, listed: p.at, langs: c.Langs})
	}
	if len(c.Topics)+len(c.Labs) == 0 {
		return nil // the course could not be read
	}
	for _, name := range f.names {
		if path.Dir(name) == labsFolder && path.Ext(name) == ".md" && !wanted[name] {
			found.Errorf(mdoc.Pos{File: name}, "unlisted",
				"name the file labs/lab.language.md and list the lab below `labs:` in course.yaml",
				"this file belongs to no lab of the course")
		}
	}
	return all
}

// read reads the lab's files and compares them.
func (d *labDraft) read(f *folder) {
	if len(d.names) == 0 {
		d.found.Errorf(d.listed, "lab-missing", "write "+d.nameIn(d.langs[0]), "the lab %q is listed but not written", d.id)
		return
	}
	var first string // the front matter as it is written
	for _, lang := range d.langs {
		doc := d.parse(f, lang)
		if doc == nil {
			continue
		}
		lab := &Lab{ID: d.id, Title: Text{}, Words: map[Lang]*LabWords{}}
		var front *mapping
		if d.lab == nil || doc.FrontText != first || first == "" {
			front = d.readFront(doc, lab)
		}
		r := &labReader{page: newPage(doc, lang, &d.found), draft: d, lab: lab, machine: lang == d.langs[0]}
		r.read()
		if d.lab == nil {
			d.lab, d.front, first = lab, front, doc.FrontText
			continue
		}
		d.agree(lab, r, front)
	}
}

// readFront reads the front matter into the lab. It returns nil when there is none.
func (d *labDraft) readFront(doc *mdoc.Document, l *Lab) *mapping {
	m := d.frontMatter(doc, []string{"id", "level", "minutes"}, "teaches", "needs", "as_of", "sources")
	if m == nil {
		return nil
	}
	m.same("id", string(d.id), "the file's name")
	l.Level = m.level("level")
	l.Minutes = m.number("minutes", 1, 120)
	l.AsOf = m.month("as_of")
	l.Sources = m.sources()
	for _, need := range m.texts("needs") {
		l.Needs = append(l.Needs, LabID(need))
	}
	for _, n := range m.list("teaches") {
		if id := QuestionID(m.text(n)); id != "" {
			l.Teaches = append(l.Teaches, id)
			d.asks = append(d.asks, askedFor{id, m.place(n)})
		}
	}
	return m
}

// agree compares the lab with the same in another language, reports where they differ, and adds what that one says.
func (d *labDraft) agree(other *Lab, r *labReader, front *mapping) {
	g := agreement{found: &d.found, lang: r.lang}
	if d.front != nil && front != nil {
		g.fronts(d.front, front, "level", "minutes", "teaches", "needs", "as_of")
	}
	a, b := d.lab.In(EN), other.Words[r.lang]
	if x, y := len(a.Hints), len(b.Hints); x != y && x > 0 && y > 0 {
		g.differ(b.Pos, "there are %d hints here and %d in the other language", y, x)
	}
	b.Ways = d.divide(r, g)
	b.Text = b.plain()
	d.lab.Title[r.lang] = other.Title[r.lang]
	d.lab.Words[r.lang] = b
}

// divide gives each solution its text where no blocks of commands part them: as many blocks as it has in the first
// language. All that is written belongs to a single solution.
func (d *labDraft) divide(r *labReader, g agreement) []mdoc.Fragment {
	nodes := r.below.Nodes
	if len(d.parts) == 1 {
		return []mdoc.Fragment{r.below}
	}
	want := 0
	for _, n := range d.parts {
		want += n
	}
	if len(nodes) != want && r.solutions.File != "" && len(d.parts) > 0 {
		g.differ(r.solutions, "the texts of the solutions have %d paragraphs or lists here and %d in the other language",
			len(nodes), want)
	}
	var ways []mdoc.Fragment
	for _, n := range d.parts {
		n = min(n, len(nodes))
		ways = append(ways, r.doc.Fragment(nodes[:n]...))
		nodes = nodes[n:]
	}
	return ways
}
