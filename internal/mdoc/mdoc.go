// Package mdoc reads the Markdown dialect in which the course is written: CommonMark with GitHub's tables, task lists
// and strikethrough, a YAML front matter, ids on headings (`## Title {#id .class key=value}`), and `---` lines that
// end a screen.
//
// It knows syntax and positions, nothing of lessons or questions. Laws: it never panics and never takes long on any
// input, it keeps the position (line and column, both from 1) of everything that a message may point to, and it leaves
// the meaning of attributes to its callers.
package mdoc

import (
	"fmt"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Pos is a place in a source file. Line and Col count from 1; Col counts Unicode characters, not bytes. The zero Line
// means the file as a whole.
type Pos struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"column"`
}

func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Fragment is a run of consecutive blocks of one document: what fits on a screen, an option's text, an explanation.
// The nodes belong to a parsed tree and must not be changed or moved; Source is the text that their segments point
// into. The zero Fragment is empty. A Fragment is safe for concurrent reading.
type Fragment struct {
	Source []byte
	Nodes  []ast.Node

	lines *lines
}

// At returns the place of an offset into Source. A Fragment that no Document made knows no places.
func (f Fragment) At(offset int) Pos {
	if f.lines == nil {
		return Pos{}
	}
	return f.lines.at(offset)
}

// Empty reports whether there is nothing to show.
func (f Fragment) Empty() bool { return len(f.Nodes) == 0 }

// Document is a parsed file. Whoever parsed it may still change its tree, as long as no Fragment of it was given away.
type Document struct {
	File   string
	Source []byte // the text below the front matter, without byte order mark, line ends as \n
	Nodes  []ast.Node

	// FrontText is the YAML between the two `---` lines at the top, or empty. Two files with the same FrontText have
	// the same front matter.
	FrontText string

	attrs map[*ast.Heading][]Attr
	lines *lines
}

// Parse reads a file. What is wrong with its syntax is in the findings; the Document holds whatever could be read, and
// nothing at all of a file that breaks a limit.
func Parse(file string, src []byte) (*Document, Findings) {
	d := &Document{File: file, lines: &lines{file: file}}
	src, found := decode(file, src, MaxFile)
	if len(found) > 0 && src == nil {
		return d, found
	}
	front, body, firstLine, ok := splitFront(src)
	if !ok {
		found.Errorf(Pos{file, 1, 1}, "front-matter", "end the front matter with a line of three dashes",
			"the front matter that begins here has no end")
		return d, found
	}
	d.FrontText = string(front)
	d.lines = indexLines(file, body, firstLine)
	if over := d.lines.overLimit(); len(over) > 0 {
		return d, append(found, over...)
	}
	d.Source = body
	d.parse()
	return d, append(found, d.mistakes()...)
}

func (d *Document) parse() {
	pc := parser.NewContext()
	headings := &headings{attrs: map[*ast.Heading][]Attr{}}
	pc.Set(headingsKey, headings)
	root := dialect(d.Source).Parse(text.NewReader(d.Source), parser.WithContext(pc))
	d.Nodes = Children(root)
	d.attrs = headings.attrs
}

// ParseText reads a short text that stands alone, such as a sentence of feedback.
func ParseText(s string) Fragment {
	d, _ := Parse("", []byte(s))
	return d.Fragment(d.Nodes...)
}

// Fragment makes blocks of this document fit to be given away.
func (d *Document) Fragment(nodes ...ast.Node) Fragment {
	return Fragment{d.Source, nodes, d.lines}
}

// Pos returns where a node begins.
func (d *Document) Pos(n ast.Node) Pos { return d.lines.at(n.Pos()) }

// At returns the place of an offset into Source.
func (d *Document) At(offset int) Pos { return d.lines.at(offset) }

// Attrs returns what stands in braces behind a heading, in order.
func (d *Document) Attrs(h *ast.Heading) []Attr {
	attrs := d.attrs[h]
	for i := range attrs {
		attrs[i].Pos = d.At(attrs[i].offset)
	}
	return attrs
}

// Children returns the nodes directly below n.
func Children(n ast.Node) []ast.Node {
	nodes := make([]ast.Node, 0, n.ChildCount())
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		nodes = append(nodes, c)
	}
	return nodes
}
