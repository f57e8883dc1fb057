package lessons

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"dockerlearn/internal/mdoc"
)

// The words behind the fence of a block for the machine.
const (
	setupBlock    = "setup"
	checkBlock    = "check"
	mistakesBlock = "mistakes"
	solutionBlock = "solution"
)

// labReader makes a lab of one parsed file, in one language.
type labReader struct {
	page
	draft   *labDraft
	lab     *Lab
	words   *LabWords
	machine bool // this language has the blocks for the machine

	below     mdoc.Fragment // the texts below the solutions
	solutions mdoc.Pos      // their heading
	seen      map[string]mdoc.Pos
	taken     map[ast.Node]bool
}

// read goes through the file from top to bottom: title, story, sections.
func (r *labReader) read() {
	r.seen, r.taken = map[string]mdoc.Pos{}, map[ast.Node]bool{}
	r.words = &LabWords{Pos: r.doc.At(0)}
	r.lab.Words[r.lang] = r.words
	nodes := r.title(r.doc.Nodes)
	r.lab.Pos = r.words.Pos
	story := before(nodes, isTop)
	r.story(story)
	for nodes = nodes[len(story):]; len(nodes) > 0; {
		end := 1 + len(before(nodes[1:], isTop))
		r.section(nodes[0].(*ast.Heading), nodes[1:end])
		nodes = nodes[end:]
	}
	r.blocks("console", "view", setupBlock, checkBlock, mistakesBlock, solutionBlock)
	r.misplaced()
	r.complete()
	r.words.Text = r.words.plain()
}

// title takes the heading `# …` off the top.
func (r *labReader) title(nodes []ast.Node) []ast.Node {
	if len(nodes) > 0 {
		if h, ok := nodes[0].(*ast.Heading); ok && h.Level == 1 {
			r.words.Pos = r.doc.Pos(h)
			r.words.Heading = r.doc.Fragment(h)
			r.lab.Title[r.lang] = r.words.Heading.Text()
			r.attrs(h)
			return nodes[1:]
		}
	}
	r.found.Errorf(r.doc.At(0), "title", "begin the text with the lab's title as `# …`", "the title is missing")
	return nodes
}

// story takes the blocks for the machine out of what stands above the sections.
func (r *labReader) story(nodes []ast.Node) {
	var said []ast.Node
	for _, n := range r.onePage(nodes) {
		switch word := r.fence(n); word {
		case setupBlock, checkBlock, mistakesBlock:
			r.block(word, n)
		default:
			said = append(said, n)
		}
	}
	if len(said) == 0 {
		r.found.Errorf(r.words.Pos, "empty", "say below the title what is to be reached, and why", "the lab tells nothing")
	}
	r.words.Story = r.doc.Fragment(said...)
}

// block reads a block for the machine, which each lab has once.
func (r *labReader) block(word string, n ast.Node) {
	r.taken[n] = true
	if !r.ours(word, n) {
		return
	}
	if first, twice := r.seen[word]; twice {
		r.found.Errorf(r.doc.Pos(n), "block-twice", "make one block of both",
			"a block %q already stands at %s", word, first)
		return
	}
	r.seen[word] = r.doc.Pos(n)
	switch word {
	case setupBlock:
		r.lab.Setup = r.commands(n)
	case checkBlock:
		r.check(n)
	case mistakesBlock:
		r.mistakes(n)
	}
}

// ours reports whether this language has the blocks for the machine, after a finding when it has not.
func (r *labReader) ours(word string, n ast.Node) bool {
	if !r.machine {
		r.found.Errorf(r.doc.Pos(n), "block-language",
			"delete it here; what the machine is given stands once, in "+r.draft.nameIn(r.draft.langs[0]),
			"a block %q stands in the %s file only", word, langName(r.draft.langs[0]))
	}
	return r.machine
}

// The sections of a lab.
const (
	hintsSection     = "hints"
	solutionsSection = "solutions"
	debriefSection   = "debrief"
)

// section reads what stands below a heading.
func (r *labReader) section(h *ast.Heading, nodes []ast.Node) {
	if h.Level == 1 {
		r.found.Errorf(r.doc.Pos(h), "title", "write `##`", "a lab has one title")
		return
	}
	nodes = r.onePage(nodes)
	switch id := r.newID(h, r.attrs(h)); id {
	case "": // said already
	case hintsSection:
		r.hints(h, nodes)
	case solutionsSection:
		r.ways(h, nodes)
	case debriefSection:
		r.words.Debrief = r.doc.Fragment(nodes...)
		if len(nodes) == 0 {
			r.found.Errorf(r.doc.Pos(h), "empty", "say what happened and why", "nothing stands below this")
		}
	default:
		r.found.Errorf(r.doc.Pos(h), "section-unknown", "use one of {#hints}, {#solutions}, {#debrief}",
			"a lab has no section %q", id)
	}
}

// onePage drops lines of dashes: they end screens, and a lab has none.
func (r *labReader) onePage(nodes []ast.Node) []ast.Node {
	kept := make([]ast.Node, 0, len(nodes))
	for _, n := range nodes {
		if isBreak(n) {
			r.found.Errorf(r.doc.Pos(n), "stray", "delete it", "a lab has no screens that a line of dashes could end")
			continue
		}
		kept = append(kept, n)
	}
	return kept
}

// hints reads the one numbered list, each of whose items is a hint.
func (r *labReader) hints(h *ast.Heading, nodes []ast.Node) {
	for _, n := range nodes {
		l, ok := n.(*ast.List)
		if !ok || !l.IsOrdered() || len(r.words.Hints) > 0 {
			r.found.Errorf(r.doc.Pos(n), "stray", "make it an item of the list, `2. …`, indented if it goes on",
				"the hints are one numbered list and nothing else")
			continue
		}
		for _, item := range mdoc.Children(l) {
			if item.FirstChild() == nil {
				r.found.Errorf(r.doc.Pos(item), "empty", "write the hint behind its number", "this hint says nothing")
			}
			r.words.Hints = append(r.words.Hints, r.doc.Fragment(mdoc.Children(item)...))
		}
	}
	if len(r.words.Hints) == 0 {
		r.found.Errorf(r.doc.Pos(h), "no-hints", "write them as a numbered list, the last may show the command",
			"the lab has no hints")
	}
}

// ways reads the solutions: what is said about each, and below it its commands.
func (r *labReader) ways(h *ast.Heading, nodes []ast.Node) {
	r.solutions = r.doc.Pos(h)
	var said, all []ast.Node
	for _, n := range nodes {
		if r.fence(n) != solutionBlock {
			said, all = append(said, n), append(all, n)
			continue
		}
		r.taken[n] = true
		if !r.ours(solutionBlock, n) {
			continue
		}
		r.lab.Solutions = append(r.lab.Solutions, r.commands(n))
		r.words.Ways = append(r.words.Ways, r.doc.Fragment(said...))
		r.draft.parts = append(r.draft.parts, len(said))
		said = nil
	}
	r.below = r.doc.Fragment(all...)
	if r.machine && len(r.lab.Solutions) == 0 {
		r.found.Errorf(r.solutions, "no-solution", "write its commands into a block named solution",
			"the lab has no solution")
	} else if r.machine && len(said) > 0 {
		r.found.Errorf(r.doc.Pos(said[0]), "stray", "move it above the block that it speaks of",
			"this stands below the last solution")
	}
}

// misplaced reports blocks for the machine that stand where none is read.
func (r *labReader) misplaced() {
	for _, n := range r.doc.Nodes {
		if r.taken[n] {
			continue
		}
		for _, b := range r.doc.Fragment(n).Code() {
			do := "move it above the hints, out of lists and quotes"
			switch b.Word {
			case solutionBlock:
				do = "move it below `## … {#solutions}`, out of lists and quotes"
			case setupBlock, checkBlock, mistakesBlock:
			default:
				continue
			}
			r.found.Errorf(b.Pos, "block-misplaced", do, "a block %q means nothing here", b.Word)
		}
	}
}

// complete reports the parts that are missing.
func (r *labReader) complete() {
	missing := func(section, code, do, what string) {
		if _, there := r.ids[section]; !there {
			r.found.Errorf(r.words.Pos, code, do, "%s", what)
		}
	}
	missing(hintsSection, "no-hints", "add `## Hints {#hints}` with a numbered list", "the lab has no hints")
	missing(solutionsSection, "no-solution", "add `## Solutions {#solutions}` with what solves it", "the lab has no solution")
	missing(debriefSection, "no-debrief", "add `## What happened {#debrief}`", "the lab does not say what happened")
	if _, there := r.seen[checkBlock]; r.machine && !there {
		r.found.Errorf(r.words.Pos, "no-check", "add a block named check with a condition a line",
			"nothing says when the lab is solved")
	}
}

// plain returns all words of a lab, for search.
func (w *LabWords) plain() string {
	parts := []string{w.Story.Text()}
	for _, h := range w.Hints {
		parts = append(parts, h.Text())
	}
	for _, way := range w.Ways {
		parts = append(parts, way.Text())
	}
	parts = append(parts, w.Debrief.Text())
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, "\n")
}
