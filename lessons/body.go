package lessons

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"dockerlearn/internal/mdoc"
)

// reader makes a lesson of one parsed file, in one language.
type reader struct {
	doc    *mdoc.Document
	lang   Lang
	lesson *Lesson
	body   *Body
	ids    map[string]mdoc.Pos
	broken map[QuestionID]bool
	found  *Findings
}

// read goes through the file from top to bottom: title, sections, questions.
func (r *reader) read() {
	r.body = &Body{Lang: r.lang, File: r.doc.File, Sections: make([]Section, 0, 8), Screens: make([]Screen, 0, 16)}
	r.lesson.Bodies[r.lang] = r.body
	r.ids = map[string]mdoc.Pos{}
	nodes := r.title(r.doc.Nodes)
	for len(nodes) > 0 {
		h, ok := nodes[0].(*ast.Heading)
		if !ok || h.Level > 2 {
			r.found.Errorf(r.doc.Pos(nodes[0]), "stray",
				"put it below a heading `## …`", "this stands outside of all sections")
			nodes = nodes[1:]
			continue
		}
		end := 1 + len(before(nodes[1:], isTop))
		switch {
		case h.Level == 1:
			r.found.Errorf(r.doc.Pos(h), "title", "write `##`", "a lesson has one title")
		case r.isQuestion(h):
			r.question(h, nodes[1:end])
		default:
			if len(r.lesson.Questions) > 0 {
				r.found.Errorf(r.doc.Pos(h), "order",
					"move the questions to the end", "this section stands below the questions")
			}
			r.section(h, nodes[1:end])
		}
		nodes = nodes[end:]
	}
	r.blocks()
}

// title takes the heading `# …` off the top.
func (r *reader) title(nodes []ast.Node) []ast.Node {
	if len(nodes) > 0 {
		if h, ok := nodes[0].(*ast.Heading); ok && h.Level == 1 {
			r.body.Title = r.doc.Fragment(h)
			r.lesson.Title[r.lang] = r.body.Title.Text()
			r.attrs(h)
			return nodes[1:]
		}
	}
	r.found.Errorf(r.doc.At(0), "title", "begin the text with the lesson's question as `# …`", "the title is missing")
	return nodes
}

func isTop(n ast.Node) bool {
	h, ok := n.(*ast.Heading)
	return ok && h.Level <= 2
}

// before returns the nodes before the first one that is a stop.
func before(nodes []ast.Node, stop func(ast.Node) bool) []ast.Node {
	if i := slices.IndexFunc(nodes, stop); i >= 0 {
		return nodes[:i]
	}
	return nodes
}

// isQuestion reports whether a heading begins with the word Q.
func (r *reader) isQuestion(h *ast.Heading) bool {
	if h.Lines().Len() == 0 {
		return false
	}
	line := h.Lines().At(0)
	title := line.Value(r.doc.Source)
	return bytes.Equal(title, []byte("Q")) || bytes.HasPrefix(title, []byte("Q "))
}

// section adds a section with its screens.
func (r *reader) section(h *ast.Heading, nodes []ast.Node) {
	attrs := r.attrs(h)
	s := Section{
		ID:      SectionID(r.newID(h, attrs)),
		Heading: r.doc.Fragment(h),
		Title:   r.doc.Fragment(h).Text(),
		First:   len(r.body.Screens),
		Pos:     r.doc.Pos(h),
	}
	s.Role = roleOf(s.ID)
	at := s.Pos
	for {
		blocks := before(nodes, isBreak)
		r.screen(blocks, s.Count, at)
		s.Count++
		if len(blocks) == len(nodes) {
			break
		}
		at = r.doc.Pos(nodes[len(blocks)])
		nodes = nodes[len(blocks)+1:]
	}
	r.body.Sections = append(r.body.Sections, s)
}

func roleOf(id SectionID) Role {
	switch Role(id) {
	case RoleAnswer, RoleWrong, RoleNext:
		return Role(id)
	}
	return RoleExplain
}

func isBreak(n ast.Node) bool { return n.Kind() == ast.KindThematicBreak }

// screen adds one screen; at is the heading or the `---` above it.
func (r *reader) screen(blocks []ast.Node, part int, at mdoc.Pos) {
	if len(blocks) == 0 {
		r.found.Errorf(at, "empty", "write something below it, or delete it", "nothing stands below this")
	} else {
		at = r.doc.Pos(blocks[0])
	}
	for _, n := range blocks {
		if h, ok := n.(*ast.Heading); ok {
			r.entry(h)
		}
	}
	r.noMachine(blocks)
	doc := r.doc.Fragment(blocks...)
	r.body.Screens = append(r.body.Screens, Screen{
		Section: len(r.body.Sections), Part: part, Doc: doc, Text: doc.Text(), Pos: at,
	})
}

// entry keeps the id of a heading within a section, which may have one.
func (r *reader) entry(h *ast.Heading) {
	if attrs := r.attrs(h); len(attrs) > 0 {
		r.body.entries = append(r.body.entries, entry{r.newID(h, attrs), r.doc.Pos(h)})
	}
}

// attributes are what stands in the braces of a heading: "#" for its id, ".order" for a class, other keys as they are.
type attributes []mdoc.Attr

func (all attributes) get(key string) (mdoc.Attr, bool) {
	for _, a := range all {
		if a.Key == key || a.Key == "." && key[0] == '.' && a.Value == key[1:] {
			return a, true
		}
	}
	return mdoc.Attr{}, false
}

// attrs returns a heading's attributes after reporting those that it cannot have.
func (r *reader) attrs(h *ast.Heading, known ...string) attributes {
	all := r.doc.Attrs(h)
	for _, a := range all {
		name := a.Key
		if a.Key == "." {
			name += a.Value
		}
		if a.Key == "" || a.Value == "" || a.Key == "#" || slices.Contains(known, name) {
			continue // in the first two cases mdoc has spoken
		}
		do := "delete it"
		if len(known) > 0 {
			do = "use one of " + strings.Join(known, ", ")
		}
		r.found.Errorf(a.Pos, "unknown-attribute", do, "the attribute %q is unknown here", name)
	}
	return all
}

// newID returns a heading's id and sees to it that the lesson has it once. Without one it is "".
func (r *reader) newID(h *ast.Heading, attrs attributes) string {
	a, ok := attrs.get("#")
	if !ok {
		r.found.Errorf(r.doc.Pos(h), "id-missing",
			"add {#some-id} at its end; it stays for ever", "this heading has no id")
		return ""
	}
	if !isID(a.Value) {
		r.found.Errorf(a.Pos, "id", idRule, "%q cannot be an id", a.Value)
		return ""
	}
	if first, twice := r.ids[a.Value]; twice {
		r.found.Errorf(a.Pos, "id-twice",
			"give this heading an id of its own", "the id %q is already used at %s", a.Value, first)
		return ""
	}
	r.ids[a.Value] = a.Pos
	return a.Value
}

// languages lists the words after a fence that only say how to colour a block.
const languages = "text sh bash dockerfile yaml json go ini toml conf c http sql diff"

// noMachine reports blocks for the engine that only a question to be done may have.
func (r *reader) noMachine(blocks []ast.Node) {
	for _, b := range r.doc.Fragment(blocks...).Code() {
		if b.Word == "setup" || b.Word == "check" {
			r.found.Errorf(b.Pos, "unknown-block", "move it into a question with .do, or show it as sh or text",
				"a block %q means nothing here", b.Word)
		}
	}
}

// blocks reports blocks of code of an unknown kind, anywhere in the file.
func (r *reader) blocks() {
	known := append([]string{"console", "view", "setup", "check"}, strings.Fields(languages)...)
	for _, b := range r.doc.Fragment(r.doc.Nodes...).Code() {
		if !slices.Contains(known, b.Word) {
			r.found.Errorf(b.Pos, "unknown-block", "write one of "+strings.Join(known, ", ")+" behind the fence",
				"%q is no kind of block", b.Word)
		}
	}
}
