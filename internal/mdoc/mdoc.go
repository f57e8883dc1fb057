// Package mdoc reads the Markdown dialect in which the course is written: CommonMark with GitHub's tables, task lists
// and strikethrough, a YAML front matter, ids on headings (`## Title {#id .class key=value}`), and `---` lines that
// end a screen.
//
// It knows syntax and positions, nothing of lessons or questions. Laws: it never panics on any input, it keeps the
// position (line and column, both from 1) of everything that a message may point to, and it leaves the meaning of
// attributes to its callers.
package mdoc

import (
	"fmt"

	"github.com/yuin/goldmark/ast"
)

// Pos is a place in a source file. Line and Col count from 1; Col counts Unicode characters, not bytes. The zero Pos means "the file".
type Pos struct {
	File string
	Line int
	Col  int
}

func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Fragment is a run of consecutive blocks of one document: what fits on a screen, an option's text, an explanation.
// The nodes belong to a parsed tree and must not be changed or moved; Source is the text that their segments point into.
// The zero Fragment is empty. A Fragment is safe for concurrent reading.
type Fragment struct {
	Source []byte
	Nodes  []ast.Node
}

// Empty reports whether there is nothing to show.
func (f Fragment) Empty() bool { return len(f.Nodes) == 0 }
