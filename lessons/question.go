package lessons

import (
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"dockerlearn/internal/mdoc"
)

// asking is one question while it is read.
type asking struct {
	*reader
	q    *Question
	w    *Words
	head *ast.Heading
}

// question adds the question below a heading.
func (r *reader) question(h *ast.Heading, nodes []ast.Node) {
	attrs := r.attrs(h, ".order", ".predict", ".do", ".open", "rev", "level", "asked", "seconds", "read")
	a := &asking{reader: r, head: h}
	a.w = &Words{Pos: r.doc.Pos(h)}
	a.q = &Question{ID: QuestionID(r.newID(h, attrs)), Lesson: r.lesson.ID, Rev: 1, Level: 2, Pos: a.w.Pos}
	a.q.Words = map[Lang]*Words{r.lang: a.w}
	a.values(attrs)
	a.prompt()
	for _, n := range nodes {
		if _, heading := n.(*ast.Heading); heading || isBreak(n) {
			r.found.Errorf(r.doc.Pos(n), "stray", "delete it", "a question has no headings or screens of its own")
		}
	}
	ok := a.kind(attrs, nodes)
	if a.q.Kind != Do {
		r.noMachine(nodes)
	}
	if ok && a.q.ID != "" {
		a.w.Text = a.w.plain()
		r.lesson.Questions = append(r.lesson.Questions, a.q)
	} else {
		r.broken[a.q.ID] = true
	}
}

// values reads what stands in the braces.
func (a *asking) values(attrs attributes) {
	number := func(key string, high int, into *int) {
		if v, ok := attrs.get(key); ok {
			n, err := strconv.Atoi(v.Value)
			if err != nil || n < 1 || n > high {
				a.found.Errorf(v.Pos, "value",
					"write a number from 1 to "+strconv.Itoa(high), "%q does not fit %s", v.Value, key)
				return
			}
			*into = n
		}
	}
	number("rev", 1000, &a.q.Rev)
	number("level", 3, &a.q.Level)
	number("seconds", 3600, &a.q.Seconds)
	if v, ok := attrs.get("asked"); ok {
		if !slices.Contains([]Asked{Often, Sometimes, Rarely}, Asked(v.Value)) {
			a.found.Errorf(v.Pos, "value", "use one of often, sometimes, rarely", "%q does not fit asked", v.Value)
		} else {
			a.q.Asked = Asked(v.Value)
		}
	}
	if v, ok := attrs.get("read"); ok {
		a.q.Read = SectionID(v.Value)
		if !slices.ContainsFunc(a.body.Sections, func(s Section) bool { return s.ID == a.q.Read }) {
			a.found.Errorf(v.Pos, "read-unknown",
				"name a section `## … {#id}` of this lesson", "this lesson has no section %q", v.Value)
		}
	}
}

// prompt takes the letter Q off the heading.
func (a *asking) prompt() {
	skipTo(a.head, a.head.Lines().At(0).Start+len("Q "))
	a.w.Heading = a.doc.Fragment(a.head)
	a.w.Prompt = a.w.Heading.Text()
}

// kind infers how the question is answered and reads the answers. It reports false when that cannot be told.
func (a *asking) kind(attrs attributes, nodes []ast.Node) bool {
	var classes []mdoc.Attr
	for _, k := range []Kind{Order, Predict, Do, Open} {
		if c, ok := attrs.get("." + string(k)); ok {
			classes = append(classes, c)
		}
	}
	forms := a.forms(nodes)
	switch {
	case len(classes) > 1:
		a.found.Errorf(classes[1].Pos, "kind", "leave one of them", "a question is of one kind")
		return false
	case len(classes) == 1:
		a.q.Kind = Kind(classes[0].Value)
	case len(forms) > 1:
		a.found.Errorf(a.doc.Pos(nodes[forms[1].at]), "kind", "make two questions of it",
			"a second kind of answer begins here: %s besides %s", forms[1].says, forms[0].says)
		return false
	case len(forms) == 1:
		a.q.Kind = forms[0].kind
	}
	return a.parts(forms, nodes)
}

// form is a way of writing answers that was found in a question.
type form struct {
	kind Kind
	at   int // index of the first block
	says string
}

// forms returns the answers that a question's blocks hold: the first of each form.
func (a *asking) forms(nodes []ast.Node) []form {
	var all []form
	add := func(f form) {
		if !slices.ContainsFunc(all, func(g form) bool { return g.kind == f.kind }) {
			all = append(all, f)
		}
	}
	for i, n := range nodes {
		switch n := n.(type) {
		case *ast.List:
			if hasBox(n) {
				add(form{OneChoice, i, "boxes"})
			}
		case *ast.Paragraph:
			if a.isTyped(n) {
				add(form{Typed, i, "an answer to type"})
			} else if len(a.gaps(n)) > 0 {
				add(form{Cloze, i, "a gap"})
			}
		}
	}
	return all
}

// parts divides a question into stem, answers and explanation, and reads each.
func (a *asking) parts(forms []form, nodes []ast.Node) bool {
	begin, what := a.begin(forms, nodes)
	if begin < 0 {
		a.found.Errorf(a.w.Pos, "no-answer", "write "+what, "the question has no answers")
		return false
	}
	rest := nodes[begin:]
	why := slices.IndexFunc(rest, a.isLabelled)
	if why < 0 {
		why = len(rest)
	}
	answers := rest[:why]
	a.w.Stem = a.doc.Fragment(nodes[:begin]...)
	a.w.Why = a.doc.Fragment(a.withoutLabel(rest[why:])...)
	taken := a.answer(answers)
	for _, n := range answers[taken:] {
		a.found.Errorf(a.doc.Pos(n), "stray",
			"begin the explanation with "+labels[a.lang]+", or move this above the answers",
			"this stands below the answers and belongs to nothing")
		break
	}
	return true
}

// begin returns the index of the block where the answers begin, or -1 and what is to be written.
func (a *asking) begin(forms []form, nodes []ast.Node) (int, string) {
	list := func(fits func(*ast.List) bool) int {
		return slices.IndexFunc(nodes, func(n ast.Node) bool {
			l, ok := n.(*ast.List)
			return ok && fits(l)
		})
	}
	switch a.q.Kind {
	case Order:
		return list((*ast.List).IsOrdered), "the steps as a numbered list, in the right order"
	case Open:
		return list(func(l *ast.List) bool { return !l.IsOrdered() }),
			"the points to be made as a list, each with its weight: `- (2) …`"
	case Do:
		return slices.IndexFunc(nodes, func(n ast.Node) bool { return a.fence(n) == setupBlock || a.fence(n) == checkBlock }),
			"the conditions in a block named check"
	case Predict:
		return list(hasBox), "the possible outputs as a list with boxes: `- [x] …`"
	}
	if len(forms) == 0 {
		return -1, "boxes `- [x] …`, an answer to type `= …`, or a gap {{…}} outside of code"
	}
	return forms[0].at, ""
}

// answer reads the answers and returns how many blocks they took.
func (a *asking) answer(nodes []ast.Node) int {
	switch a.q.Kind {
	case Order:
		a.order(nodes[0].(*ast.List))
	case Open:
		a.open(nodes[0].(*ast.List))
	case Do:
		return a.do(nodes)
	case Typed:
		a.typed(nodes[0].(*ast.Paragraph))
	case Cloze:
		return a.cloze(nodes)
	default:
		a.choice(nodes[0].(*ast.List))
	}
	return 1
}

// labels are the words in bold that begin the explanation below the answers.
var labels = map[Lang]string{EN: "**Why.** or **Model answer.**", ZH: "**为什么。** or **参考回答。**"}

// isLabelled reports whether a block is a paragraph that begins with such a label.
func (a *asking) isLabelled(n ast.Node) bool {
	bold, ok := n.FirstChild().(*ast.Emphasis)
	if n.Kind() != ast.KindParagraph || !ok || bold.Level != 2 {
		return false
	}
	switch a.doc.Fragment(bold).Text() {
	case "Why.", "Model answer.", "为什么。", "参考回答。":
		return true
	}
	return false
}

// withoutLabel takes the label off the explanation's first paragraph.
func (a *asking) withoutLabel(nodes []ast.Node) []ast.Node {
	if len(nodes) == 0 {
		return nil
	}
	p := nodes[0]
	p.RemoveChild(p, p.FirstChild())
	if t, ok := p.FirstChild().(*ast.Text); ok {
		at := t.Segment.Start
		for at < t.Segment.Stop && a.doc.Source[at] == ' ' {
			at++
		}
		skipTo(p, at)
	}
	if p.FirstChild() == nil {
		nodes = nodes[1:]
	}
	if len(nodes) == 0 {
		a.found.Errorf(a.doc.Pos(p), "empty", "write the explanation behind it", "nothing stands behind this label")
	}
	return nodes
}

// skipTo takes away the text of a block that stands before an offset of the source.
func skipTo(block ast.Node, offset int) {
	for {
		t, ok := block.FirstChild().(*ast.Text)
		if !ok || t.Segment.Start >= offset && t.Segment.Len() > 0 {
			return
		}
		if t.Segment.Stop > offset {
			t.Segment.Start = offset
			return
		}
		block.RemoveChild(block, t)
	}
}

// plain returns all words of a question, for search.
func (w *Words) plain() string {
	parts := []string{w.Prompt, w.Stem.Text()}
	for _, o := range w.Options {
		parts = append(parts, o.Text, o.Feedback.Text())
	}
	parts = append(parts, w.Accept...)
	for _, n := range w.Wrong {
		parts = append(parts, n.Feedback)
	}
	var cloze strings.Builder
	for _, p := range w.Cloze {
		cloze.WriteString(p.Text)
		if len(p.Accept) > 0 {
			cloze.WriteString(p.Accept[0])
		}
	}
	parts = append(parts, cloze.String())
	for _, s := range w.Steps {
		parts = append(parts, s.Text())
	}
	for _, p := range w.Rubric {
		parts = append(parts, p.Text)
	}
	parts = append(parts, w.Why.Text())
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, "\n")
}

func hasBox(l *ast.List) bool {
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		if _, ok := box(item); ok {
			return true
		}
	}
	return false
}

// box returns the box of a task list's item.
func box(item ast.Node) (*east.TaskCheckBox, bool) {
	text := item.FirstChild()
	if text == nil {
		return nil, false
	}
	b, ok := text.FirstChild().(*east.TaskCheckBox)
	return b, ok
}
