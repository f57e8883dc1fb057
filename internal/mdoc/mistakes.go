package mdoc

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
)

// mistakes finds what is Markdown but surely not what the author meant.
func (d *Document) mistakes() Findings {
	var found Findings
	for _, n := range d.Nodes {
		eachBlock(n, func(n ast.Node) {
			switch n := n.(type) {
			case *ast.Heading:
				d.heading(n, &found)
			case *ast.FencedCodeBlock:
				if !d.closed(n) {
					found.Errorf(d.Pos(n), "fence", "end it with a line of three backticks", "this block has no end")
				}
			}
		})
	}
	return found
}

func (d *Document) heading(h *ast.Heading, found *Findings) {
	if at := h.Pos(); at < len(d.Source) && d.Source[at] != '#' {
		found.Errorf(d.Pos(h), "underlined", "leave a blank line above the dashes, or write the heading with #",
			"the line of dashes below makes this a heading")
	}
	seen := map[string]bool{}
	for _, a := range d.Attrs(h) {
		switch {
		case a.Key == "" || a.Value == "":
			found.Errorf(a.Pos, "attribute", "write #id, .class or key=value", "%q is no attribute", a.Value)
		case a.Key != "." && seen[a.Key]:
			found.Errorf(a.Pos, "attribute", "leave one of them", "%q stands here twice", a.Key)
		}
		seen[a.Key] = true
	}
}

// closed reports whether the line after a fenced block's content is a fence.
func (d *Document) closed(b *ast.FencedCodeBlock) bool {
	at := b.Pos()
	if n := b.Lines().Len(); n > 0 {
		at = b.Lines().At(n - 1).Stop
	} else if i := bytes.IndexByte(d.Source[at:], '\n'); i >= 0 {
		at += i + 1
	} else {
		return false
	}
	line, _, _ := bytes.Cut(d.Source[at:], []byte("\n"))
	line = bytes.TrimLeft(line, " \t>")
	return bytes.HasPrefix(line, []byte("```")) || bytes.HasPrefix(line, []byte("~~~"))
}
