// Package widget holds what screens are made of: frames, lists, bars, a line to type into, boxes laid over other text.
// A widget knows nothing of lessons or of study. What it returns is exactly as many lines and columns as asked for.
package widget

import (
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/theme"
)

// Pane is one field of a frame.
type Pane struct {
	Title string   // at the left of its upper border; may be styled
	Right string   // at the right of its upper border; may be styled
	Width int      // columns inside; 0 takes an equal share of what is left
	Lines []string // what stands in it: cut or filled up to the field's size
}

// Row is fields side by side.
type Row struct {
	Height int // lines inside; 0 takes what is left
	Panes  []Pane
}

// Frame draws rows of fields with lines around and between them, w columns by h lines. Fields whose borders meet share
// them. What does not fit is cut: a frame is never larger than asked for.
func Frame(t theme.Theme, w, h int, rows ...Row) []string {
	f := frame{theme: t, w: w, rows: make([]Row, len(rows))}
	heights := shares(h-1-len(rows), len(rows), func(i int) int { return rows[i].Height })
	for i, r := range rows {
		widths := shares(w-1-len(r.Panes), len(r.Panes), func(k int) int { return r.Panes[k].Width })
		f.rows[i] = Row{Height: heights[i], Panes: append([]Pane(nil), r.Panes...)}
		for k := range widths {
			f.rows[i].Panes[k].Width = widths[k]
		}
	}
	lines := f.draw()
	return lines[:min(len(lines), h)]
}

// shares gives each of n its fixed size and divides what is left of all among those without one.
func shares(all, n int, fixed func(int) int) []int {
	sizes := make([]int, n)
	open := 0
	for i := range sizes {
		sizes[i] = min(fixed(i), max(all, 0))
		if sizes[i] == 0 {
			open++
		}
		all -= sizes[i]
	}
	for i := range sizes {
		if sizes[i] == 0 && open > 0 && all > 0 {
			sizes[i] = all / open
			all -= sizes[i]
			open--
		}
	}
	return sizes
}

type frame struct {
	theme theme.Theme
	w     int
	rows  []Row // with all sizes known
}

func (f frame) draw() []string {
	var lines []string
	var above []Pane
	for _, r := range f.rows {
		lines = append(lines, f.border(above, r.Panes))
		for y := range r.Height {
			lines = append(lines, f.line(r.Panes, y))
		}
		above = r.Panes
	}
	return append(lines, f.border(above, nil))
}

func (f frame) line(panes []Pane, y int) string {
	bar := f.theme.Dim.Paint(f.theme.Vertical)
	var b strings.Builder
	for _, p := range panes {
		b.WriteString(bar)
		text := ""
		if y < len(p.Lines) {
			text = p.Lines[y]
		}
		b.WriteString(render.Fit(text, p.Width, f.theme.Ellipsis))
	}
	b.WriteString(bar)
	return b.String()
}

// border draws the line between the fields above it and those below it, with the titles of those below.
func (f frame) border(above, below []Pane) string {
	up, down := f.edges(above), f.edges(below)
	var b strings.Builder
	if below == nil {
		b.WriteString(f.theme.Dim.Paint(f.rule(up, down, 0, f.w)))
		return b.String()
	}
	x := 0
	for _, p := range below {
		title, right := f.titles(p)
		left := x + 1
		if title != "" {
			b.WriteString(f.theme.Dim.Paint(f.rule(up, down, x, left+1)))
			b.WriteString(title)
			left += 1 + render.Width(title)
		} else {
			left = x
		}
		end := x + 1 + p.Width
		if right != "" {
			b.WriteString(f.theme.Dim.Paint(f.rule(up, down, left, end-1-render.Width(right))))
			b.WriteString(right)
			left = end - 1
		}
		b.WriteString(f.theme.Dim.Paint(f.rule(up, down, left, end)))
		x = end
	}
	b.WriteString(f.theme.Dim.Paint(f.rule(up, down, x, x+1)))
	return b.String()
}

// titles returns what stands on a field's upper border, cut to its width.
func (f frame) titles(p Pane) (title, right string) {
	if p.Right != "" && render.Width(p.Right)+4 <= p.Width {
		right = " " + p.Right + " "
	}
	if room := p.Width - 4 - render.Width(right); p.Title != "" && room > 0 {
		title = " " + render.Truncate(p.Title, room, f.theme.Ellipsis) + " "
	}
	return title, right
}

// edges returns where vertical lines stand.
func (f frame) edges(panes []Pane) map[int]bool {
	if panes == nil {
		return nil
	}
	at := map[int]bool{0: true}
	x := 0
	for _, p := range panes {
		x += 1 + p.Width
		at[x] = true
	}
	return at
}

// rule draws the columns from x to end of a border.
func (f frame) rule(up, down map[int]bool, x, end int) string {
	var b strings.Builder
	for ; x < end; x++ {
		b.WriteString(f.joint(up[x], down[x], x))
	}
	return b.String()
}

func (f frame) joint(up, down bool, x int) string {
	t := f.theme.Frames
	first, last := x == 0, x == f.w-1
	switch {
	case up && down && first:
		return t.TeeLeft
	case up && down && last:
		return t.TeeRight
	case up && down:
		return t.Crossing
	case up && first:
		return t.BottomLeft
	case up && last:
		return t.BottomRight
	case up:
		return t.TeeBottom
	case down && first:
		return t.TopLeft
	case down && last:
		return t.TopRight
	case down:
		return t.TeeTop
	}
	return t.Horizontal
}
