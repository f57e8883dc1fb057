package render

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Wrap breaks text into lines of at most width columns (at least two). Lines are broken by the rules of Chinese
// typesetting; spaces at a break are dropped. There is at least one line, empty for empty text. The spans' texts are
// cleaned (see Clean).
func Wrap(spans []Span, width int) []Line {
	clean := make([]Span, len(spans))
	for i, s := range spans {
		s.Text = Clean(s.Text)
		clean[i] = s
	}
	return wrap(clean, width, prose)
}

// WrapText is Wrap for plain text.
func WrapText(s string, width int) []string {
	lines := Wrap([]Span{{Text: s}}, width)
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.Text()
	}
	return texts
}

// A manner says what happens to the spaces at the beginning of a text.
type manner bool

const (
	prose    manner = false // dropped
	verbatim manner = true  // kept: they are a code line's indentation
)

// cell is one character as a reader sees it: a grapheme cluster.
type cell struct {
	start, end int32 // in the joined text
	span       int32
	r          rune // its first
	width      uint8
	code       bool
}

func (c cell) space() bool { return c.r == ' ' || c.r == '\u3000' }

// wide reports whether c is written as Chinese is, with line breaks possible on either side.
func (c cell) wide() bool {
	return c.width == 2 || c.r >= 0xff61 && c.r <= 0xff9f || c.r == '“' || c.r == '”' // half-width kana
}

// breaker breaks one text.
type breaker struct {
	text  string
	spans []Span
	width int
	lines []Line
}

func wrap(spans []Span, width int, m manner) []Line {
	b := breaker{text: joined(spans), spans: spans, width: max(width, 2)}
	cells := b.cells()
	for begin := 0; begin <= len(cells); {
		end := begin
		for end < len(cells) && cells[end].r != '\n' {
			end++
		}
		b.paragraph(cells[begin:end], m)
		begin = end + 1
	}
	return b.lines
}

func joined(spans []Span) string {
	if len(spans) == 1 {
		return spans[0].Text
	}
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// cells divides the joined text, not each span for itself: a character may begin in one span and end in the next, and
// the terminal will draw it as one.
func (b *breaker) cells() []cell {
	cells := make([]cell, 0, len(b.text))
	span, spanEnd := -1, 0
	for i := 0; i < len(b.text); {
		for i >= spanEnd {
			span++
			spanEnd += len(b.spans[span].Text)
		}
		size, width := cluster(b.text[i:])
		r, _ := utf8.DecodeRuneInString(b.text[i:])
		cells = append(cells, cell{
			start: int32(i), end: int32(i + size), span: int32(span),
			r: r, width: uint8(width), code: b.spans[span].Code,
		})
		i += size
	}
	return cells
}

// paragraph breaks what stands between two line feeds.
func (b *breaker) paragraph(c []cell, m manner) {
	if m == prose {
		c = trimLeft(c)
	}
	for {
		end := b.breakAt(c)
		b.emit(c[:end])
		if c = trimLeft(c[end:]); len(c) == 0 {
			return
		}
	}
}

func trimLeft(c []cell) []cell {
	for len(c) > 0 && c[0].space() {
		c = c[1:]
	}
	return c
}

// breakAt returns how many cells go on the line that begins with c[0]: at the last gap of the best grade that fits. A
// gap that would leave the line less than half full is taken only if what follows then fits on a line of its own.
func (b *breaker) breakAt(c []cell) int {
	var last [fine + 1]int  // the last gap of each grade
	var level [fine + 1]int // the columns before it
	col, i, indent := 0, 0, true
	for ; i < len(c); i++ {
		if !c[i].space() {
			if col+int(c[i].width) > b.width {
				break
			}
			if i > 0 && !indent {
				g := gapBefore(c, i)
				last[g], level[g] = i, col
			}
			indent = false
		}
		col += int(c[i].width)
	}
	if i == len(c) {
		return i
	}
	if i > 0 && !indent { // the gap in front of what did not fit
		g := gapBefore(c, i)
		last[g], level[g] = i, col
	}
	best := 0
	for g := fine; g > never; g-- {
		if last[g] > best && (level[g] >= b.width/2 || b.fits(c[last[g]:], g)) {
			return last[g]
		}
		best = max(best, last[g])
	}
	if best > 0 {
		return best
	}
	return max(i, 1)
}

// fits reports whether the text up to the next gap of grade g or better fits on a line.
func (b *breaker) fits(c []cell, g gap) bool {
	col := 0
	for i := range c {
		if i > 0 && gapBefore(c, i) >= g {
			return true
		}
		if col += int(c[i].width); col > b.width && !c[i].space() {
			return false
		}
	}
	return true
}

// emit makes a line of cells; neighbours of the same span become one piece of text again.
func (b *breaker) emit(c []cell) {
	for len(c) > 0 && c[len(c)-1].space() {
		c = c[:len(c)-1]
	}
	var line Line
	for i := 0; i < len(c); {
		j := i + 1
		for j < len(c) && c[j].span == c[i].span {
			j++
		}
		piece := b.spans[c[i].span]
		piece.Text = b.text[c[i].start:c[j-1].end]
		line = append(line, piece)
		i = j
	}
	b.lines = append(b.lines, line)
}

// isCJK reports whether r is written without spaces between words.
func isCJK(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) || fullWidthSign(r)
}

// fullWidthSign reports whether r is Chinese punctuation: it brings its own room along.
func fullWidthSign(r rune) bool {
	return r >= 0x3001 && r <= 0x303f || r >= 0xff01 && r <= 0xff60
}
