package mdoc

import "sort"

// Prose is what a fragment says in words, as one text of which every place is known. Blocks are lines; inline code is a
// single CodeMark, and blocks of code are left out.
type Prose struct {
	Text string

	from  []step
	lines *lines
}

// CodeMark stands for inline code in Prose: U+FFFC, the object replacement character.
const CodeMark = '\ufffc'

// step says that the text from an index on stands in the source from an offset on.
type step struct{ index, offset int }

// Prose returns the fragment's words.
func (f Fragment) Prose() Prose {
	p := plain{src: f.Source, prose: true}
	for _, n := range f.Nodes {
		p.block(n)
	}
	return Prose{p.out.String(), p.from, f.lines}
}

// At returns the place of an index into Text.
func (p Prose) At(index int) Pos {
	i := sort.Search(len(p.from), func(i int) bool { return p.from[i].index > index }) - 1
	if i < 0 || p.lines == nil {
		return Pos{}
	}
	return p.lines.at(p.from[i].offset + index - p.from[i].index)
}
