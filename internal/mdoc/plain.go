package mdoc

import (
	"bufio"
	"bytes"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	ghtml "github.com/yuin/goldmark/renderer/html"
)

// Text returns the words of a fragment without markup, code included: for searching and comparing. Blocks are lines.
func (f Fragment) Text() string {
	p := plain{src: f.Source}
	for _, n := range f.Nodes {
		p.block(n)
	}
	return strings.TrimSpace(p.out.String())
}

// plain writes the text of nodes.
type plain struct {
	src   []byte
	out   strings.Builder
	last  rune
	soft  bool   // a line of the source ended here
	prose bool   // leave code out
	from  []step // kept for prose only
}

func (p *plain) block(n ast.Node) {
	switch {
	case n.Type() == ast.TypeInline:
		p.inline(n)
		return
	case n.IsRaw():
		if _, comment := n.(*ast.HTMLBlock); !comment && !p.prose {
			p.raw(n)
		}
		return
	case n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeInline:
		p.children(n)
	default:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			p.block(c)
		}
		return
	}
	p.newline()
}

func (p *plain) raw(n ast.Node) {
	p.newline()
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		p.out.Write(segment.Value(p.src))
	}
	p.last = '\n'
}

func (p *plain) newline() {
	if p.out.Len() > 0 && p.last != '\n' {
		p.out.WriteByte('\n')
	}
	p.last, p.soft = '\n', false
}

func (p *plain) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		p.inline(c)
	}
}

func (p *plain) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		p.words(unescape(n.Segment.Value(p.src)), n.Segment.Start)
		p.soft = p.soft || n.SoftLineBreak() || n.HardLineBreak()
	case *ast.String:
		p.words(string(n.Value), n.Pos())
	case *ast.CodeSpan:
		p.code(n)
	case *ast.AutoLink:
		p.words(string(n.Label(p.src)), n.Pos())
	case *ast.RawHTML:
	default:
		p.children(n)
	}
}

func (p *plain) code(n *ast.CodeSpan) {
	if p.prose {
		p.words(string(CodeMark), n.Pos())
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			p.words(strings.ReplaceAll(string(t.Segment.Value(p.src)), "\n", " "), t.Segment.Start)
		}
	}
}

// words adds text that stands at an offset, after the space that a line end may stand for.
func (p *plain) words(s string, offset int) {
	if s == "" {
		return
	}
	if p.soft {
		p.soft = false
		if first, _ := utf8.DecodeRuneInString(s); spaced(p.last, first) {
			p.out.WriteByte(' ')
		}
	}
	if p.prose {
		p.from = append(p.from, step{p.out.Len(), offset})
	}
	p.out.WriteString(s)
	p.last, _ = utf8.DecodeLastRuneInString(s)
}

// spaced reports whether a line end between a and b stands for a space: not between CJK characters, and not beside a
// full-width sign.
func spaced(a, b rune) bool {
	if a == ' ' || a == '\n' || fullWidthSign(a) || fullWidthSign(b) {
		return false
	}
	return !isCJK(a) || !isCJK(b)
}

// unescape resolves backslash escapes and entities as goldmark's HTML writer does; its escaping is undone.
func unescape(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 && bytes.IndexByte(raw, '&') < 0 {
		return string(raw)
	}
	var buf bytes.Buffer
	w := bufio.NewWriterSize(&buf, len(raw)+16)
	ghtml.DefaultWriter.Write(w, raw)
	_ = w.Flush()
	return html.UnescapeString(buf.String())
}
