package lessons

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"dockerlearn/internal/mdoc"
)

// choice reads options with boxes; the quote below an option is its feedback.
func (a *asking) choice(l *ast.List) {
	right := 0
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		b, ok := box(item)
		if !ok {
			a.found.Errorf(a.doc.Pos(item), "no-box", "begin it with [ ] or [x]", "this option has no box")
			continue
		}
		o := a.option(item)
		if o.Text == "" {
			a.found.Errorf(a.doc.Pos(item), "empty", "write the option behind its box", "this option says nothing")
		}
		a.w.Options = append(a.w.Options, o)
		a.q.Right = append(a.q.Right, b.IsChecked)
		if b.IsChecked {
			right++
		}
	}
	if a.q.Kind == OneChoice && right > 1 {
		a.q.Kind = ManyChoices
	}
	switch {
	case right == 0:
		a.found.Errorf(a.doc.Pos(l), "no-right", "mark it with [x]", "no option is right")
	case right == len(a.w.Options):
		a.found.Errorf(a.doc.Pos(l), "no-wrong", "add one that somebody could believe", "no option is wrong")
	case a.q.Kind == Predict && right > 1:
		a.found.Errorf(a.doc.Pos(l), "kind",
			"leave one [x]", "a command prints one thing, but %d options are right", right)
	}
}

func (a *asking) option(item ast.Node) Option {
	var doc, feedback []ast.Node
	for _, n := range mdoc.Children(item) {
		if n.Kind() == ast.KindBlockquote {
			feedback = append(feedback, mdoc.Children(n)...)
		} else {
			doc = append(doc, n)
		}
	}
	o := Option{Doc: a.doc.Fragment(doc...), Feedback: a.doc.Fragment(feedback...), Pos: a.doc.Pos(item)}
	o.Text = o.Doc.Text()
	return o
}

// isTyped reports whether a paragraph holds answers to type.
func (a *asking) isTyped(p *ast.Paragraph) bool {
	if p.Lines().Len() == 0 {
		return false
	}
	first := p.Lines().At(0)
	return bytes.HasPrefix(first.Value(a.doc.Source), []byte("= "))
}

// typed reads `= answer | other spelling` and `~ wrong answer: why` lines. A line that begins with neither goes on with
// the one above.
func (a *asking) typed(p *ast.Paragraph) {
	type answer struct {
		text string
		at   mdoc.Pos
	}
	var answers []answer
	for i := range p.Lines().Len() {
		segment := p.Lines().At(i)
		line := strings.TrimSpace(string(segment.Value(a.doc.Source)))
		if mark, _, _ := strings.Cut(line, " "); i == 0 || mark == "=" || mark == "~" {
			answers = append(answers, answer{line, a.doc.At(segment.Start)})
		} else {
			answers[len(answers)-1].text += "\n" + line
		}
	}
	for _, e := range answers {
		body := e.text[1:]
		if e.text[0] == '=' {
			a.w.Accept = append(a.w.Accept, spellings(body)...)
			continue
		}
		spelled, feedback, ok := strings.Cut(body, ": ")
		if !ok {
			a.found.Errorf(e.at, "typed", "write `~ answer: why it is wrong`", "this wrong answer has no feedback")
		}
		wrong := NamedWrong{Answers: spellings(spelled), Feedback: strings.TrimSpace(feedback), Pos: e.at}
		a.w.Wrong = append(a.w.Wrong, wrong)
		for _, s := range wrong.Answers {
			if slices.Contains(a.w.Accept, s) {
				a.found.Errorf(e.at, "typed", "delete one of them", "%q is listed as right and as wrong", s)
			}
		}
	}
	if len(a.w.Accept) == 0 {
		a.found.Errorf(a.doc.Pos(p), "typed", "write `= answer`", "the right answer is missing")
	}
}

// spellings splits "a | b"; `\|` is the character itself.
func spellings(s string) []string {
	const bar = "\x00"
	var all []string
	for _, w := range strings.Split(strings.ReplaceAll(s, `\|`, bar), "|") {
		if w = strings.TrimSpace(strings.ReplaceAll(w, bar, "|")); w != "" {
			all = append(all, w)
		}
	}
	return all
}

// cloze reads paragraphs with gaps, up to the first block that is no paragraph.
func (a *asking) cloze(nodes []ast.Node) int {
	for i, n := range nodes {
		p, ok := n.(*ast.Paragraph)
		if !ok {
			return i
		}
		if i > 0 {
			a.clozeText("\n\n")
		}
		a.clozeParagraph(p)
	}
	return len(nodes)
}

func (a *asking) clozeParagraph(p *ast.Paragraph) {
	text, done := strings.TrimRight(a.code(p), "\n"), 0
	for _, g := range a.gaps(p) {
		a.clozeText(text[done:g[0]])
		accept := spellings(text[g[0]+2 : g[1]-2])
		if len(accept) == 0 {
			a.found.Errorf(a.doc.Pos(p), "cloze",
				"write the missing word into it: {{word}}", "a gap of this paragraph is empty")
			accept = []string{""}
		}
		a.w.Cloze = append(a.w.Cloze, ClozePart{Accept: accept})
		done = g[1]
	}
	a.clozeText(text[done:])
}

// clozeText adds text, to the part before it if that is text.
func (a *asking) clozeText(s string) {
	if last := len(a.w.Cloze) - 1; last >= 0 && len(a.w.Cloze[last].Accept) == 0 {
		a.w.Cloze[last].Text += s
	} else if s != "" {
		a.w.Cloze = append(a.w.Cloze, ClozePart{Text: s})
	}
}

var codeOrGap = regexp.MustCompile("`+|\\{\\{")

// gaps returns where the gaps of a paragraph begin and end, braces included, as offsets into its lines. Braces in code
// are code: `docker inspect -f '{{.Id}}'`.
func (a *asking) gaps(p *ast.Paragraph) [][2]int {
	text := a.code(p)
	if !strings.Contains(text, "{{") {
		return nil
	}
	var all [][2]int
	for at := 0; ; {
		m := codeOrGap.FindStringIndex(text[at:])
		if m == nil {
			return all
		}
		begin, mark := at+m[0], text[at+m[0]:at+m[1]]
		closing := mark
		if mark == "{{" {
			closing = "}}"
		}
		at += m[1]
		n := strings.Index(text[at:], closing)
		if n < 0 {
			continue
		}
		at += n + len(closing)
		if mark == "{{" {
			all = append(all, [2]int{begin, at})
		}
	}
}

// order reads the steps in their right order.
func (a *asking) order(l *ast.List) {
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		a.w.Steps = append(a.w.Steps, a.doc.Fragment(mdoc.Children(item)...))
	}
	if len(a.w.Steps) < 2 {
		a.found.Errorf(a.doc.Pos(l), "order", "write at least two steps", "one step is always in order")
	}
}

var weight = regexp.MustCompile(`^\((-?\d{1,2})\) +`)

// open reads the points of a rubric.
func (a *asking) open(l *ast.List) {
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		text := item.FirstChild()
		m := a.weight(text)
		if m == nil {
			a.found.Errorf(a.doc.Pos(item), "rubric", "begin it with (2), (1) or (-1)", "this point has no weight")
			continue
		}
		skipTo(text, text.Lines().At(0).Start+len(m[0]))
		n, _ := strconv.Atoi(string(m[1]))
		doc := a.doc.Fragment(mdoc.Children(item)...)
		a.w.Rubric = append(a.w.Rubric, Point{Weight: n, Doc: doc, Text: doc.Text()})
	}
	if !slices.ContainsFunc(a.w.Rubric, func(p Point) bool { return p.Weight > 0 }) {
		a.found.Errorf(a.doc.Pos(l), "rubric",
			"give a point a weight above zero", "no point counts in favour of the answer")
	}
}

// weight matches the weight that a point begins with.
func (a *asking) weight(text ast.Node) [][]byte {
	if text == nil || text.Kind() != ast.KindTextBlock && text.Kind() != ast.KindParagraph || text.Lines().Len() == 0 {
		return nil
	}
	line := text.Lines().At(0)
	return weight.FindSubmatch(line.Value(a.doc.Source))
}

// do reads the blocks for the machine, which stand alike in every language.
func (a *asking) do(nodes []ast.Node) int {
	taken := len(nodes)
	for i, n := range nodes {
		switch a.fence(n) {
		case setupBlock:
			a.q.Setup = joined(a.q.Setup, a.commands(n))
		case checkBlock:
			a.conditions(n)
		case solutionBlock:
			a.q.Solutions = append(a.q.Solutions, a.commands(n))
		default:
			taken = min(taken, i)
		}
	}
	if len(a.q.Check) == 0 {
		a.found.Errorf(a.w.Pos, "no-answer",
			"write the conditions in a block named check", "nothing says when this is done")
	}
	if len(a.q.Solutions) == 0 {
		a.found.Errorf(a.w.Pos, "no-solution", "write its commands into a block named solution",
			"nothing shows that this can be done")
	}
	return taken
}

func joined(a, b Block) Block {
	if a.Text == "" {
		return b
	}
	a.Text += b.Text
	return a
}

// conditions reads `condition | sentence | 句子` lines: with a sentence for each language, or with none.
func (a *asking) conditions(n ast.Node) {
	for _, row := range a.rows(n) {
		parts := atBars(row.text)
		line := Line{Condition: parts[0], Pos: row.at}
		switch said := parts[1:]; {
		case line.Condition == "" || slices.Contains(said, "") || len(said) > 2:
			a.found.Errorf(row.at, "condition", "write `condition`, or `condition | English | Chinese`",
				"this line is no condition with its sentences")
			continue
		case len(said) == 1:
			line.Says = Text{a.lang: said[0]}
		case len(said) == 2:
			line.Says = Text{EN: said[0], ZH: said[1]}
		}
		a.q.Check = append(a.q.Check, line)
	}
}
