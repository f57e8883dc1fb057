package proc

import (
	"unicode"

	"golang.org/x/text/width"
)

// RuneWidth is how many cells of a terminal a character takes: 2 for Chinese and its like, 0 for combining marks.
func RuneWidth(r rune) int {
	if r < 0x300 {
		return 1
	}
	switch k := width.LookupRune(r).Kind(); {
	case k == width.EastAsianWide || k == width.EastAsianFullwidth:
		return 2
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	return 1
}

// StringWidth is how many cells a text without control characters takes.
func StringWidth(s string) int {
	n := 0
	for _, r := range s {
		n += RuneWidth(r)
	}
	return n
}
