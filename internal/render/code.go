package render

import (
	"strings"
)

// code draws a code block behind a bar: highlighted, and never cut. A line that is too long goes on below, marked.
func (p *painter) code(text, info string, m *margin) {
	kind, _, _ := strings.Cut(strings.TrimSpace(info), " ")
	first := len(p.page.Lines)
	s, f := p.opt.Style, p.opt.Frames
	bar := s.Dim.Paint(f.CodeBar)
	for _, spans := range p.codeLines(text, kind) {
		in := m.inside(bar+" ", bar+s.Dim.Paint(f.Continue), 2)
		for _, l := range wrap(spans, in.width, verbatim) {
			p.line(in, l)
		}
	}
	p.page.Blocks = append(p.page.Blocks, Block{
		First: first, Last: len(p.page.Lines) - 1, Kind: kind, Text: text, Commands: commands(text, kind),
	})
}

// codeLines returns the lines of a code block; there is at least one.
func (p *painter) codeLines(text, kind string) [][]Span {
	tabs := 4
	if kind == "console" || kind == "text" || kind == "" {
		tabs = 8 // as the terminal has them
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, l := range lines {
		lines[i] = Clean(expandTabs(l, tabs))
	}
	if kind == "console" {
		return p.console(lines)
	}
	return p.paint(highlight(grammarOf(kind), strings.Join(lines, "\n")))
}

// paint turns highlighted code into lines of spans.
func (p *painter) paint(pieces []piece) [][]Span {
	lines := [][]Span{nil}
	for _, piece := range pieces {
		sgr := p.opt.Style.tokens[piece.token]
		for i, part := range strings.Split(piece.text, "\n") {
			if i > 0 {
				lines = append(lines, nil)
			}
			if part != "" {
				last := len(lines) - 1
				lines[last] = append(lines[last], Span{Text: part, SGR: sgr})
			}
		}
	}
	return lines
}

func expandTabs(s string, stop int) string {
	if strings.IndexByte(s, '\t') < 0 {
		return s
	}
	var b strings.Builder
	col := 0
	for i, part := range strings.Split(s, "\t") {
		if i > 0 {
			n := stop - col%stop
			b.WriteString(spaces(n))
			col += n
		}
		b.WriteString(part)
		col += Width(Clean(part))
	}
	return b.String()
}
