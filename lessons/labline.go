package lessons

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"dockerlearn/internal/mdoc"
)

// row is a line of a block that is no comment, without the spaces around it.
type row struct {
	text string
	at   mdoc.Pos
}

// rows returns what a block of conditions says, line by line.
func (p *page) rows(n ast.Node) []row {
	var all []row
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		line := string(segment.Value(p.doc.Source))
		text := strings.TrimSpace(line)
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		all = append(all, row{text, p.doc.At(segment.Start + indent)})
	}
	return all
}

// check reads `condition | sentence | 句子` lines.
func (r *labReader) check(n ast.Node) {
	for _, row := range r.rows(n) {
		parts := atBars(row.text)
		line := Line{Condition: parts[0], Pos: row.at}
		if len(parts) > 1 {
			line.Says = r.sentences(parts[1:], row.at)
		}
		if line.Condition == "" {
			r.found.Errorf(row.at, "condition", "write one before the first |", "this line has no condition")
			continue
		}
		r.lab.Check = append(r.lab.Check, line)
	}
	if len(r.lab.Check) == 0 {
		r.found.Errorf(r.doc.Pos(n), "no-check", "write a condition a line", "nothing says when the lab is solved")
	}
}

// mistakes reads `condition -> question | sentence | 句子` lines.
func (r *labReader) mistakes(n ast.Node) {
	for _, row := range r.rows(n) {
		parts := atBars(row.text)
		m, ok := r.mistake(parts[0], row.at)
		if !ok {
			continue
		}
		m.Says = r.sentences(parts[1:], row.at)
		r.lab.Mistakes = append(r.lab.Mistakes, m)
	}
}

// mistake reads what stands before the sentences. A condition may have an arrow too, so the last one counts.
func (r *labReader) mistake(head string, at mdoc.Pos) (Mistake, bool) {
	const arrow = " -> "
	i := strings.LastIndex(bare(head), arrow)
	if i < 0 {
		r.found.Errorf(at, "mistake", "write `condition -> question | …`, with - for no question",
			"this line does not say which question comes back")
		return Mistake{}, false
	}
	m := Mistake{Line: Line{Condition: strings.TrimSpace(head[:i]), Pos: at}}
	id := strings.TrimSpace(head[i+len(arrow):])
	switch {
	case id == "-":
	case !isID(id):
		r.found.Errorf(at, "mistake", "write `condition -> question | …`, with - for no question",
			"%q behind the last arrow cannot be a question's id", id)
	default:
		m.Question = QuestionID(id)
		r.draft.asks = append(r.draft.asks, askedFor{m.Question, at})
	}
	return m, true
}

// sentences takes one sentence for each of the course's languages, in their order.
func (r *labReader) sentences(parts []string, at mdoc.Pos) Text {
	langs := r.draft.langs
	said := Text{}
	for i, s := range parts[:min(len(parts), len(langs))] {
		if s != "" {
			said[langs[i]] = s
		}
	}
	do := "write `condition | sentence`"
	if len(langs) > 1 {
		do = "write `condition | English | Chinese`"
	}
	for _, l := range langs {
		if said[l] == "" {
			r.found.Errorf(at, "sentence", do, "this line has no sentence in %s", langName(l))
		}
	}
	if len(parts) > len(langs) {
		r.found.Errorf(at, "sentence", do, "this line has %d sentences, a condition has one in each language", len(parts))
	}
	return said
}

// atBars splits a line at the bars that stand alone, outside of quotes and backticks.
func atBars(s string) []string {
	var parts []string
	masked := bare(s)
	begin := 0
	for i := range len(masked) {
		alone := masked[i] == '|' && (i == 0 || masked[i-1] == ' ') && (i+1 == len(masked) || masked[i+1] == ' ')
		if alone {
			parts = append(parts, strings.TrimSpace(s[begin:i]))
			begin = i + 1
		}
	}
	return append(parts, strings.TrimSpace(s[begin:]))
}

// bare blanks out what stands in quotes and backticks, byte for byte. One that is never closed is a sign like others.
func bare(s string) string {
	out := []byte(s)
	for i := 0; i < len(s); i++ {
		if s[i] != '"' && s[i] != '`' {
			continue
		}
		end := closing(s, i)
		if end < 0 {
			continue
		}
		for j := i; j <= end; j++ {
			out[j] = 0
		}
		i = end
	}
	return string(out)
}

// closing returns where the quote or backtick at an index is closed, or -1. A backslash guards a quote.
func closing(s string, at int) int {
	for i := at + 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[at] == '"':
			i++
		case s[i] == s[at]:
			return i
		}
	}
	return -1
}

// commands returns a block of lines for the host's shell.
func (p *page) commands(n ast.Node) Block {
	b := Block{Text: p.code(n), Pos: p.doc.Pos(n)}
	if n.Lines().Len() > 0 {
		b.Pos = p.doc.At(n.Lines().At(0).Start)
	}
	if strings.TrimSpace(b.Text) == "" {
		p.found.Errorf(p.doc.Pos(n), "empty", "write commands into it, or delete it", "nothing stands in this block")
	}
	return b
}
