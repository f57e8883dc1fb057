package lessons

import (
	"regexp"
	"strings"

	"dockerlearn/internal/mdoc"
)

// pages are the files of one lesson or lab, one in each language, and what is wrong with them.
type pages struct {
	what  string          // "lesson"
	base  string          // "storage/union-fs"
	names map[Lang]string // those that are there
	found Findings
}

// pages looks for the files of a lesson or a lab, and notes which there should be.
func (f *folder) pages(what, base string, langs []Lang, wanted map[string]bool) pages {
	p := pages{what: what, base: base, names: map[Lang]string{}}
	for _, l := range langs {
		name := p.nameIn(l)
		wanted[name] = true
		if f.files[name] {
			p.names[l] = name
		}
	}
	return p
}

// nameIn returns the name of the file in a language.
func (p *pages) nameIn(l Lang) string { return p.base + "." + string(l) + ".md" }

// parse returns the text in a language, or nil when there is none or nothing of it can be read.
func (p *pages) parse(f *folder, l Lang) *mdoc.Document {
	name := p.names[l]
	if name == "" {
		there := p.nameIn(EN)
		if l == EN {
			there = p.nameIn(ZH)
		}
		p.found.Errorf(mdoc.Pos{File: there}, "language-missing",
			"write "+p.nameIn(l), "the %s is not written in %s", p.what, langName(l))
		return nil
	}
	src, err := f.read(name, mdoc.MaxFile)
	if err != nil {
		p.found.Errorf(mdoc.Pos{File: name}, "unreadable",
			"make the file readable", "the file cannot be read: %s", reason(err))
		return nil
	}
	doc, found := mdoc.Parse(name, src)
	p.found = append(p.found, found...)
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

// frontMatter returns what stands between the dashes, or nil when there is none. The keys that are named have to be
// there, the others may.
func (p *pages) frontMatter(doc *mdoc.Document, needed []string, others ...string) *mapping {
	n, found := doc.Front()
	p.found = append(p.found, found...)
	if n == nil {
		if len(found) == 0 {
			last := len(needed) - 1
			p.found.Errorf(mdoc.Pos{File: doc.File, Line: 1, Col: 1}, "front-matter",
				"begin the file with "+strings.Join(needed[:last], ", ")+" and "+needed[last]+
					" between two lines of three dashes",
				"the front matter is missing")
		}
		return nil
	}
	m := newMapping(doc.File, n, &p.found)
	m.only(append(needed, others...)...)
	m.need(needed...)
	return m
}

var month = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])$`)

// month returns a key's value if it is a month, and also if not.
func (m *mapping) month(key string) string {
	s := m.scalar(key)
	if s != "" && !month.MatchString(s) {
		m.found.Errorf(m.placeOf(key), "value", `write year and month, as "2026-11"`, "%q is no month", s)
	}
	return s
}

// level returns a key's value if it is one of the levels.
func (m *mapping) level(key string) Level {
	return Level(m.oneOf(key, string(Basic), string(Intermediate), string(Advanced)))
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
