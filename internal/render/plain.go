package render

import (
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"

	"dockerlearn/internal/mdoc"
)

// Plain returns a fragment's text without any drawing: for searching, for copying, for reading aloud. Every block
// stands on lines of its own, paragraphs on one line.
func Plain(f mdoc.Fragment) string {
	p := &painter{src: f.Source, opt: Options{Links: true}.withDefaults()}
	var b strings.Builder
	for _, n := range f.Nodes {
		p.plain(&b, n)
	}
	return strings.TrimRightFunc(b.String(), unicode.IsSpace)
}

func (p *painter) plain(b *strings.Builder, n ast.Node) {
	switch {
	case n.Type() == ast.TypeInline:
		return
	case n.IsRaw():
		b.WriteString(Clean(rawLines(n, p.src)))
	case n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeInline:
		b.WriteString(Line(p.spans(n, "")).Text() + "\n")
	default:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			p.plain(b, c)
		}
	}
}
