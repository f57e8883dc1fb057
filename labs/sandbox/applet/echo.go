package applet

import (
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

func echoCmd(c *call) proc.ExitCode {
	args, newline, escapes := c.args, true, false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		for _, l := range args[0][1:] {
			switch l {
			case 'n':
				newline = false
			case 'e':
				escapes = true
			case 'E':
				escapes = false
			}
		}
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		var stop bool
		if text, stop = unescape(text, true); stop {
			newline = false
		}
	}
	if newline {
		text += "\n"
	}
	c.print(text)
	return 0
}

// unescape replaces C's escapes: \n, \033, \x1b. With zero, octal ones have a 0 in front, as in echo -e and %b.
// stop says that \c ended the text.
func unescape(s string, zero bool) (text string, stop bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		to, size, end := escape(s[i+1:], zero)
		if end {
			return b.String(), true
		}
		b.WriteString(to)
		i += size
	}
	return b.String(), false
}

// escape reads what stands behind a backslash: what it means and how long it is.
func escape(s string, zero bool) (to string, size int, end bool) {
	if i := strings.IndexByte("abefnrtv\\", s[0]); i >= 0 {
		return "\a\b\x1b\f\n\r\t\v\\"[i : i+1], 1, false
	}
	if s[0] == 'c' && zero {
		return "", 1, true
	}
	if s[0] == 'x' {
		if n, digits := numberIn(s[1:], 16, 2); digits > 0 {
			return string([]byte{byte(n)}), 1 + digits, false
		}
		return `\x`, 1, false
	}
	start := 0
	if zero && s[0] == '0' {
		start = 1
	}
	if n, digits := numberIn(s[start:], 8, 3); digits+start > 0 && (digits > 0 || start > 0) {
		return string([]byte{byte(n)}), start + digits, false
	}
	_, w := utf8.DecodeRuneInString(s)
	return `\` + s[:w], w, false
}

// numberIn reads up to max digits of a base.
func numberIn(s string, base, max int) (n, digits int) {
	for digits < max && digits < len(s) {
		d := strings.IndexByte("0123456789abcdef", lowerByte(s[digits]))
		if d < 0 || d >= base {
			break
		}
		n = n*base + d
		digits++
	}
	return n, digits
}

func lowerByte(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 32
	}
	return b
}
