package mdoc

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

// Code is a block of code in a fragment.
type Code struct {
	Word string // the first word behind the fence: "console"; "" when there is none
	Text string // its lines, each with its end
	Pos  Pos

	node ast.Node
	in   Fragment
}

// Line returns where the i-th line of the text begins, counted from 0.
func (c Code) Line(i int) Pos {
	if i < c.node.Lines().Len() {
		return c.in.At(c.node.Lines().At(i).Start)
	}
	return c.Pos
}

// Code returns the blocks of code in a fragment, those in lists and quotes included, in order.
func (f Fragment) Code() []Code {
	var all []Code
	for _, n := range f.Nodes {
		eachBlock(n, func(n ast.Node) {
			switch n := n.(type) {
			case *ast.FencedCodeBlock:
				all = append(all, f.code(n, string(n.Language(f.Source))))
			case *ast.CodeBlock:
				all = append(all, f.code(n, ""))
			}
		})
	}
	return all
}

// eachBlock calls do for a block and all blocks within it, from top to bottom. It does not go into text.
func eachBlock(n ast.Node, do func(ast.Node)) {
	if n.Type() == ast.TypeInline {
		return
	}
	do(n)
	if c := n.FirstChild(); c != nil && c.Type() != ast.TypeInline {
		for ; c != nil; c = c.NextSibling() {
			eachBlock(c, do)
		}
	}
}

func (f Fragment) code(n ast.Node, word string) Code {
	var text strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		text.Write(line.Value(f.Source))
	}
	return Code{word, text.String(), f.At(n.Pos()), n, f}
}
