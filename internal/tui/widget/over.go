package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/theme"
)

// Over lays a box over lines, its upper left corner at (x, y). Both keep their looks; a wide character that the box
// cuts in two becomes a space.
func Over(lines, box []string, x, y int) []string {
	out := append([]string(nil), lines...)
	for i, b := range box {
		at := y + i
		if at < 0 || at >= len(out) {
			continue
		}
		whole := render.Width(out[at])
		end := x + render.Width(b)
		left := render.Fit(ansi.Truncate(out[at], x, ""), x, "")
		right := ansi.TruncateLeft(out[at], end, "")
		if render.Width(right) > whole-end {
			right = ansi.TruncateLeft(out[at], end+1, "")
		}
		gap := max(whole-end-render.Width(right), 0)
		out[at] = left + b + strings.Repeat(" ", gap) + right
	}
	return out
}

// Behind takes the looks from lines that a box is laid over, so that the box stands out.
func Behind(t theme.Theme, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = t.Dim.Paint(ansi.Strip(l))
	}
	return out
}

// Centre returns where a box of w by h goes to stand in the middle of a larger place, a little above it.
func Centre(w, h, placeW, placeH int) (x, y int) {
	return max((placeW-w)/2, 0), max((placeH-h)/3, 0)
}
