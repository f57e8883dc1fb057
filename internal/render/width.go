package render

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width returns how many columns a text takes on the terminal: by grapheme, escape sequences not counted, characters
// of ambiguous width narrow.
func Width(s string) int {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}

// Truncate cuts a text, styled or not, to at most w columns and marks the cut with tail. A tail that does not fit
// itself is left out.
func Truncate(s string, w int, tail string) string {
	if Width(s) <= w {
		return s
	}
	if Width(tail) > w {
		tail = ""
	}
	return ansi.Truncate(s, max(w, 0), tail)
}

// Pad fills a text with spaces up to w columns. What is wider stays as it is.
func Pad(s string, w int) string { return s + spaces(w-Width(s)) }

// PadLeft is Pad with the spaces in front: numbers in a column.
func PadLeft(s string, w int) string { return spaces(w-Width(s)) + s }

// Fit makes a text exactly w columns wide: cut with tail or filled with spaces.
func Fit(s string, w int, tail string) string { return Pad(Truncate(s, w, tail), w) }

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// cluster splits off the first character as a reader sees it (a grapheme cluster) with its width. The common ones,
// ASCII and Han before anything that cannot combine, are recognised without the tables.
func cluster(s string) (size, width int) {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return 1, 1
	}
	if r, n := utf8.DecodeRuneInString(s); plainWide(r) {
		if n == len(s) || s[n] < utf8.RuneSelf {
			return n, 2
		}
		if next, _ := utf8.DecodeRuneInString(s[n:]); plainWide(next) {
			return n, 2
		}
	}
	c, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return len(c), w
}

// plainWide reports whether r always takes two columns and never joins with what stands before it.
func plainWide(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || // Han
		r >= 0x3001 && r <= 0x3011 || // 、。〈〉《》「」
		r >= 0xff01 && r <= 0xff5e // full-width ASCII
}
