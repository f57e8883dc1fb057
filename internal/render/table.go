package render

import (
	"strings"

	east "github.com/yuin/goldmark/extension/ast"
)

// table is a table with its cells as text, not yet broken into lines.
type table struct {
	align []east.Alignment
	rows  [][][]Span // rows[0] is the head
}

// column is what a column asks for.
type column struct {
	natural int // columns that its longest cell takes on one line
	least   int // columns that its longest word takes
}

const (
	longestWord = 36 // a column is made wide enough for words up to this: longer ones are digests and addresses
	narrowest   = 10 // a column narrower than its text is at least this wide: Chinese can be broken down to one character
)

// table draws a table as a table where its words fit, and else as a list of records.
func (p *painter) table(n *east.Table, m *margin) {
	t := p.readTable(n)
	if len(t.align) == 0 || len(t.rows) == 0 {
		return
	}
	const between = 3 // " │ "
	room := m.width - between*(len(t.align)-1)
	if widths, ok := share(t.columns(), room); ok {
		p.grid(t, widths, m)
	} else {
		p.records(t, m)
	}
}

func (p *painter) readTable(n *east.Table) table {
	t := table{align: n.Alignments}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		look := p.opt.Style.Text
		if row.Kind() == east.KindTableHeader {
			look = look.And(p.opt.Style.TableHead)
		}
		cells := make([][]Span, len(t.align))
		i := 0
		for c := row.FirstChild(); c != nil && i < len(cells); c = c.NextSibling() {
			cells[i] = p.spans(c, look)
			i++
		}
		t.rows = append(t.rows, cells)
	}
	return t
}

func (t table) columns() []column {
	cols := make([]column, len(t.align))
	for _, row := range t.rows {
		for i, cell := range row {
			natural, word := measure(cell)
			cols[i].natural = max(cols[i].natural, natural, 1)
			cols[i].least = max(cols[i].least, min(word, longestWord), min(natural, narrowest), 1)
		}
	}
	return cols
}

// measure returns the width of a text's longest line and of its longest word.
func measure(spans []Span) (natural, word int) {
	for _, l := range wrap(spans, 1<<30, prose) {
		natural = max(natural, l.Width())
	}
	if natural <= 2 {
		return natural, natural
	}
	b := breaker{text: joined(spans), spans: spans, width: 1 << 30}
	c := b.cells()
	run := 0
	for i := range c {
		if i > 0 && (c[i].r == '\n' || c[i-1].r == '\n' || gapBefore(c, i) == fine) {
			run = 0
		}
		run += int(c[i].width)
		if !c[i].space() {
			word = max(word, run)
		}
	}
	return natural, word
}

// share divides the room among columns: each gets what it asks for as long as that is not more than its share, and the
// wide ones divide the rest evenly, but none gets less than its longest word. It fails where the words do not fit.
func share(cols []column, room int) (widths []int, ok bool) {
	low, high := 0, 0
	for _, c := range cols {
		low += min(c.least, c.natural)
		high = max(high, c.natural)
	}
	if low > room {
		return nil, false
	}
	at := func(limit int) (widths []int, sum int) {
		for _, c := range cols {
			w := min(c.natural, max(limit, c.least))
			widths = append(widths, w)
			sum += w
		}
		return widths, sum
	}
	limit := min(high, room)
	for ; limit > 1; limit-- {
		if _, sum := at(limit); sum <= room {
			break
		}
	}
	widths, sum := at(limit)
	for i := 0; sum < room && i < len(cols); i++ { // what the even division left over
		if widths[i] < cols[i].natural {
			widths[i]++
			sum++
		}
	}
	return widths, true
}

// grid draws aligned columns.
func (p *painter) grid(t table, widths []int, m *margin) {
	s, f := p.opt.Style, p.opt.Frames
	bar := Span{Text: " " + f.Column + " ", SGR: s.Rule}
	for r, row := range t.rows {
		cells, height := wrapRow(row, widths)
		for y := range height {
			var line Line
			for i := range cells {
				if i > 0 {
					line = append(line, bar)
				}
				var text Line
				if y < len(cells[i]) {
					text = cells[i][y]
				}
				line = append(line, aligned(text, widths[i], t.align[i])...)
			}
			p.line(m, trimRight(line))
		}
		if r == 0 {
			p.line(m, Line{{Text: headRule(widths, f), SGR: s.Rule}})
		}
	}
}

func wrapRow(row [][]Span, widths []int) (cells [][]Line, height int) {
	for i, cell := range row {
		lines := wrap(cell, widths[i], prose)
		cells = append(cells, lines)
		height = max(height, len(lines))
	}
	return cells, height
}

func aligned(l Line, width int, a east.Alignment) Line {
	left, right := 0, max(width-l.Width(), 0)
	switch a {
	case east.AlignRight:
		left, right = right, 0
	case east.AlignCenter:
		left = right / 2
		right -= left
	}
	out := make(Line, 0, len(l)+2)
	if left > 0 {
		out = append(out, Span{Text: spaces(left)})
	}
	out = append(out, l...)
	if right > 0 {
		out = append(out, Span{Text: spaces(right)})
	}
	return out
}

// trimRight drops the spaces that fill the last column.
func trimRight(l Line) Line {
	for n := len(l); n > 0; n-- {
		l[n-1].Text = strings.TrimRight(l[n-1].Text, " ")
		if l[n-1].Text != "" {
			return l[:n]
		}
	}
	return nil
}

func headRule(widths []int, f *Frames) string {
	var b strings.Builder
	for i, w := range widths {
		if i > 0 {
			b.WriteString(f.Rule + f.Cross + f.Rule)
		}
		b.WriteString(strings.Repeat(f.Rule, w))
	}
	return b.String()
}

// records draws each row as an item: its first cell, and below it the others with the heads of their columns.
func (p *painter) records(t table, m *margin) {
	colon := p.opt.say(": ", "：")
	bullet := p.opt.Style.Bullet.Paint(p.opt.Frames.Bullets[0]) + " "
	head := t.rows[0]
	for _, row := range t.rows[1:] {
		in := m.inside(bullet, "  ", 2)
		for i, cell := range row {
			if len(cell) == 0 {
				continue
			}
			var text []Span
			if len(head[i]) > 0 {
				text = append(append(text, head[i]...), Span{Text: colon, SGR: p.opt.Style.Text})
			}
			p.text(append(text, cell...), in)
		}
		if !in.used {
			p.blank(in)
		}
	}
	if len(t.rows) == 1 {
		for _, cell := range head {
			p.text(cell, m)
		}
	}
}
