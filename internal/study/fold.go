package study

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// folded is a text made ready for searching: small letters, full-width letters and digits as narrow ones, every run of
// white space one space. at leads from a byte of it back to the original.
type folded struct {
	text string
	at   []int32 // at[i] is the byte of the original where byte i comes from; one more entry marks the end
}

// fold makes a text comparable. The original keeps its meaning for excerpts through folded.at.
func fold(s string) folded {
	var b strings.Builder
	b.Grow(len(s))
	at := make([]int32, 0, len(s)+1)
	space := true // leading white space vanishes
	for i, r := range s {
		if unicode.IsSpace(r) {
			if !space {
				b.WriteByte(' ')
				at = append(at, int32(i))
			}
			space = true
			continue
		}
		space = false
		n := b.Len()
		b.WriteRune(foldRune(r))
		for range b.Len() - n {
			at = append(at, int32(i))
		}
	}
	return folded{text: strings.TrimSuffix(b.String(), " "), at: append(at, int32(len(s)))}
}

func foldRune(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + ('a' - 'A')
	case r < utf8.RuneSelf, r >= 0x3001 && r <= 0xd7ff: // Chinese has neither case nor width
		return r
	}
	if narrow := width.LookupRune(r).Folded(); narrow != 0 {
		r = narrow
	}
	return unicode.ToLower(r)
}

// original returns where bytes from..to of the folded text stand in the original.
func (f folded) original(from, to int) (int, int) {
	return int(f.at[from]), int(f.at[to])
}
