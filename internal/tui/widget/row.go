package widget

import (
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/theme"
)

// Spread writes left and right on one line of w columns, at least two apart: the left one is cut where they would meet.
// Both may be styled.
func Spread(t theme.Theme, left, right string, w int) string {
	room := w - render.Width(right) - 2
	if right == "" || room < 0 {
		return render.Fit(left, w, t.Ellipsis)
	}
	return render.Fit(left, room, t.Ellipsis) + "  " + right
}

// Pointer is what stands before an item of a list: two columns that show whether it is the chosen one.
func Pointer(t theme.Theme, chosen bool) string {
	if chosen {
		return t.Accent.Paint(t.Here) + " "
	}
	return "  "
}

// Title paints the name of an item of a list: the chosen one stands out.
func Title(t theme.Theme, chosen bool, s string) string {
	if chosen {
		return t.Strong.Paint(s)
	}
	return s
}

// Dots joins what is known of a thing: "basic · often · 9 min". Empty parts are left out.
func Dots(t theme.Theme, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " "+t.Dot+" ")
}

// Indent puts n spaces before each line.
func Indent(n int, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.Repeat(" ", n) + l
	}
	return out
}
