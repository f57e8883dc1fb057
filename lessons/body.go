package lessons

import (
	"bytes"
	"slices"

	"github.com/yuin/goldmark/ast"

	"dockerlearn/internal/mdoc"
)

// reader makes a lesson of one parsed file, in one language.
type reader struct {
	page
	lesson *Lesson
	body   *Body
	broken map[QuestionID]bool
}

// read goes through the file from top to bottom: title, sections, questions.
func (r *reader) read() {
	r.body = &Body{Lang: r.lang, File: r.doc.File, Sections: make([]Section, 0, 8), Screens: make([]Screen, 0, 16)}
	r.lesson.Bodies[r.lang] = r.body
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
	r.blocks("console", "view", setupBlock, checkBlock, solutionBlock)
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

// noMachine reports blocks for the engine that only a question to be done may have.
func (r *reader) noMachine(blocks []ast.Node) {
	for _, b := range r.doc.Fragment(blocks...).Code() {
		if slices.Contains([]string{setupBlock, checkBlock, solutionBlock}, b.Word) {
			r.found.Errorf(b.Pos, "unknown-block", "move it into a question with .do, or show it as sh or text",
				"a block %q means nothing here", b.Word)
		}
	}
}
