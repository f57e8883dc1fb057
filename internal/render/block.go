package render

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// painter draws one fragment.
type painter struct {
	src  []byte
	opt  Options
	page Page
}

// margin is what stands to the left of a block's lines: the bars of quotes, the bullets and indents of lists.
type margin struct {
	first, rest string // before the first line, before all others
	used        bool   // the first line is out
	width       int    // columns left for text
}

func (m *margin) next() string {
	if m.used {
		return m.rest
	}
	m.used = true
	return m.first
}

// minText is the room that margins leave for text. What is nested deeper than that is drawn without further margins.
const minText = 12

// inside returns the margin of something inside a block: its mark before the first line, rest before the others. Both
// are w columns wide.
func (m *margin) inside(mark, rest string, w int) *margin {
	if m.width-w < minText {
		return &margin{first: m.next(), rest: m.rest, width: m.width}
	}
	return &margin{first: m.next() + mark, rest: m.rest + rest, width: m.width - w}
}

func (p *painter) line(m *margin, l Line) {
	var b strings.Builder
	b.WriteString(m.next())
	l.write(&b, p.opt.Links)
	p.page.Lines = append(p.page.Lines, b.String())
}

func (p *painter) blank(m *margin) {
	p.page.Lines = append(p.page.Lines, strings.TrimRight(m.next(), " "))
}

// blocks draws blocks below each other, with a blank line where the author left one.
func (p *painter) blocks(nodes []ast.Node, m *margin) {
	first := true
	for _, n := range nodes {
		if p.hidden(n) {
			continue
		}
		if !first && spaced(n) {
			p.blank(m)
		}
		first = false
		p.block(n, m)
	}
}

// spaced reports whether a blank line stands before a block. Goldmark makes tables out of paragraphs and forgets it.
func spaced(n ast.Node) bool {
	return n.HasBlankPreviousLines() || n.Kind() == east.KindTable
}

func (p *painter) children(n ast.Node, m *margin) { p.blocks(children(n), m) }

func children(n ast.Node) []ast.Node {
	nodes := make([]ast.Node, 0, n.ChildCount())
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		nodes = append(nodes, c)
	}
	return nodes
}

func (p *painter) block(n ast.Node, m *margin) {
	switch n := n.(type) {
	case *ast.Heading:
		p.heading(n, m)
	case *ast.Paragraph, *ast.TextBlock:
		p.text(p.spans(n, p.opt.Style.Text), m)
	case *ast.Blockquote:
		p.quote(n, m)
	case *ast.List:
		p.list(n, m, 0)
	case *ast.FencedCodeBlock:
		p.code(rawLines(n, p.src), string(n.Language(p.src)), m)
	case *ast.CodeBlock:
		p.code(rawLines(n, p.src), "", m)
	case *ast.ThematicBreak:
		p.line(m, Line{{Text: strings.Repeat(p.opt.Frames.Rule, m.width), SGR: p.opt.Style.Rule}})
	case *east.Table:
		p.table(n, m)
	case *ast.HTMLBlock:
		p.html(n, m)
	default:
		p.children(n, m)
	}
}

func (p *painter) text(spans []Span, m *margin) {
	for _, l := range wrap(spans, m.width, prose) {
		p.line(m, l)
	}
}

func (p *painter) heading(n *ast.Heading, m *margin) {
	s := p.opt.Style
	title := p.spans(n, s.Heading)
	p.page.Anchors = append(p.page.Anchors, Anchor{
		ID: headingID(n), Level: n.Level, Line: len(p.page.Lines), Text: Line(title).Text(),
	})
	if mark := s.headingMarks[min(n.Level, len(s.headingMarks))-1]; mark != "" {
		title = append([]Span{{Text: mark, SGR: s.Heading}}, title...)
	}
	p.text(title, m)
}

func headingID(n *ast.Heading) string {
	id, _ := n.AttributeString("id")
	switch id := id.(type) {
	case []byte:
		return string(id)
	case string:
		return id
	}
	return ""
}

func (p *painter) quote(n *ast.Blockquote, m *margin) {
	bar := p.opt.Style.Quote.Paint(p.opt.Frames.QuoteBar) + " "
	p.children(n, m.inside(bar, bar, 2))
}

// hidden reports whether there is nothing to draw of a block: a comment of the author's, the address of a link.
func (p *painter) hidden(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.HTMLBlock:
		return strings.TrimSpace(p.rawHTML(n)) == ""
	case *ast.LinkReferenceDefinition:
		return true
	}
	return false
}

// html shows raw HTML as it is written: nothing that an author meant to be read disappears.
func (p *painter) html(n *ast.HTMLBlock, m *margin) {
	p.text([]Span{{Text: Clean(strings.TrimSpace(p.rawHTML(n))), SGR: p.opt.Style.Dim}}, m)
}

// rawHTML returns the source of an HTML block without its comments.
func (p *painter) rawHTML(n *ast.HTMLBlock) string {
	raw := rawLines(n, p.src)
	if n.HasClosure() {
		raw += string(n.ClosureLine.Value(p.src))
	}
	var b strings.Builder
	for {
		before, comment, found := strings.Cut(raw, "<!--")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, raw, _ = strings.Cut(comment, "-->")
	}
}

// rawLines returns the source lines of a block that holds no markup.
func rawLines(n ast.Node, src []byte) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		b.Write(segment.Value(src))
	}
	return strings.ReplaceAll(b.String(), "\r\n", "\n")
}
