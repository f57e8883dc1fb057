package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes a text safe to print: no character in it can move the cursor, change colours, reorder the line or hide.
// Control characters become visible (^[ for escape, <U+202E> for a direction override), tabs and exotic spaces become
// spaces, invisible ones vanish, and bytes that are not UTF-8 become U+FFFD. Line feeds stay.
func Clean(s string) string {
	if i := firstDirty(s); i < len(s) {
		return cleanFrom(s, i)
	}
	return s
}

// firstDirty returns where the first character that Clean may change begins, or len(s).
func firstDirty(s string) int {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\n' || c == 0x7f {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if (r == utf8.RuneError && n == 1) || !unicode.IsGraphic(r) || oddSpace(r) || leadingMark(s, i, r) {
			return i
		}
		i += n
	}
	return len(s)
}

func cleanFrom(s string, i int) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(s[:i])
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if leadingMark(s, i, r) {
			b.WriteRune('◌') // what Unicode shows a mark on that has no letter
		}
		switch {
		case r == '\n', r == '\u00a0', r == zwj && joins(s, i, n):
			b.WriteRune(r)
		case oddSpace(r), r == '\t':
			b.WriteByte(' ')
		case r < ' ' || r == 0x7f:
			b.WriteByte('^')
			b.WriteByte(byte(r) ^ 0x40)
		case invisible(r):
		case unicode.IsGraphic(r) || tagged(s, i, r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "<U+%04X>", r)
		}
		i += n
	}
	return b.String()
}

const zwj = '\u200d'

// joins reports whether the zero-width joiner at i stands between two non-ASCII characters, as in 👩‍💻.
func joins(s string, i, n int) bool {
	return i > 0 && s[i-1] >= utf8.RuneSelf && i+n < len(s) && s[i+n] >= utf8.RuneSelf
}

// tagged reports whether r is a tag character behind a flag: 🏴󠁧󠁢󠁳󠁣󠁴󠁿 is spelled with them.
func tagged(s string, i int, r rune) bool {
	return r >= 0xe0020 && r <= 0xe007f && strings.HasPrefix(lastCluster(s[:i]), "🏴")
}

func lastCluster(s string) string {
	i := strings.LastIndex(s, "🏴")
	if i < 0 {
		return ""
	}
	for _, r := range s[i+len("🏴"):] {
		if r < 0xe0020 || r > 0xe007f {
			return ""
		}
	}
	return s[i:]
}

// leadingMark reports whether r at i combines with a letter that is not there: it would join the frame to its left.
func leadingMark(s string, i int, r rune) bool {
	return (i == 0 || s[i-1] == '\n' || s[i-1] == ' ') && unicode.Is(unicode.M, r)
}

// invisible lists what takes no room and says nothing in our texts: zero-width spaces and joiners, soft hyphen, BOM.
func invisible(r rune) bool {
	switch r {
	case '\u00ad', '\u200b', '\u200c', zwj, '\u2060', '\u2061', '\u2062', '\u2063', '\u2064', '\ufeff', '\u180e':
		return true
	}
	return r >= 0xe0000 && r <= 0xe007f
}

// oddSpace lists the white space that is neither a space nor a no-break or ideographic one.
func oddSpace(r rune) bool {
	switch r {
	case '\u0085', '\u1680', '\u2028', '\u2029', '\u202f', '\u205f':
		return true
	}
	return r >= 0x2000 && r <= 0x200a
}
