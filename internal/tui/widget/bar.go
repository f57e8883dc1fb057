package widget

import (
	"strings"

	"dockerlearn/internal/tui/theme"
)

// Bar draws how much of a whole is done, w columns wide. What is begun shows, and only what is complete is full.
func Bar(t theme.Theme, w, done, whole int) string {
	full := 0
	if whole > 0 {
		full = w * min(done, whole) / whole
	}
	if done > 0 && full == 0 {
		full = min(1, w)
	}
	return t.Accent.Paint(strings.Repeat(t.BarFull, full)) + t.Dim.Paint(strings.Repeat(t.BarEmpty, w-full))
}
