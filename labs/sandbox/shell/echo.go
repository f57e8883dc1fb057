package shell

import (
	"strings"
	"unicode/utf8"
)

func biEcho(s *Shell, a []string) int {
	newline, escapes := true, s.echoEscapes
	args := a[1:]
	for len(args) > 0 && s.isEchoOption(args[0]) {
		for _, c := range args[0][1:] {
			switch c {
			case 'n':
				newline = false
			case 'e':
				escapes = true
			case 'E':
				escapes = false
			}
		}
		args = args[1:]
		if s.cfg.Flavour == Dash {
			break
		}
	}
	text := strings.Join(args, " ")
	s.passing(len(text))
	if escapes {
		var stop bool
		if text, stop = s.escapes(text, escEcho); stop {
			newline = false
		}
	}
	if newline {
		text += "\n"
	}
	s.print(text)
	return 0
}

func (s *Shell) isEchoOption(arg string) bool {
	if !s.echoEFlag {
		return arg == "-n"
	}
	return len(arg) > 1 && arg[0] == '-' && strings.Trim(arg[1:], "neE") == ""
}

// escapeKind is where a backslash stands: the places know different escapes.
type escapeKind int

const (
	escEcho   escapeKind = iota
	escFormat            // printf's format
	escB                 // printf's %b
	escDollar            // $'…'
)

// escapes replaces \n and its like. stop says that \c ended the text.
func (s *Shell) escapes(text string, kind escapeKind) (out string, stop bool) {
	if strings.IndexByte(text, '\\') < 0 {
		return text, false
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			i++
			continue
		}
		n, to, end := escape(text[i:], kind, s.cfg.Flavour)
		b.WriteString(to)
		if end {
			return b.String(), true
		}
		i += n
	}
	return b.String(), false
}

// escape is one escape: how long it is and what it stands for; stop for \c.
func escape(text string, kind escapeKind, f Flavour) (n int, to string, stop bool) {
	c := text[1]
	if i := strings.IndexByte("abfnrtv", c); i >= 0 {
		return 2, "\a\b\f\n\r\t\v"[i : i+1], false
	}
	switch c {
	case '\\':
		return 2, `\`, false
	case 'c':
		if (kind == escEcho || kind == escB || kind == escFormat && f == Ash) && !(kind == escFormat && f != Ash) {
			return 2, "", true
		}
		if kind == escDollar && len(text) > 2 {
			return 3, string([]byte{text[2] & 0x1f}), false
		}
	case 'e', 'E':
		if f == Bash && (c == 'e' || kind != escFormat) || c == 'e' || kind == escDollar {
			return 2, "\x1b", false
		}
	case '"', '\'', '?':
		if kind == escDollar || kind == escFormat && c == '"' && f == Bash || kind == escB && f == Bash && c != '?' {
			return 2, text[1:2], false
		}
	case 'x':
		if f == Dash {
			break
		}
		if n, v := digitRun(text[2:], 16, 2); n > 0 {
			return 2 + n, string([]byte{byte(v)}), false
		}
	case 'u', 'U':
		if f != Bash {
			break
		}
		width := 4
		if c == 'U' {
			width = 8
		}
		if n, v := digitRun(text[2:], 16, width); n > 0 {
			return 2 + n, string(utf8.AppendRune(nil, rune(v))), false
		}
	}
	if n, v := octalEscape(text[1:], kind, f); n > 0 {
		return 1 + n, string([]byte{byte(v)}), false
	}
	return 2, text[:2], false
}

// octalEscape reads \0nnn and \nnn, as far as the place knows them.
func octalEscape(digits string, kind escapeKind, f Flavour) (n, v int) {
	if digits[0] == '0' && (kind == escEcho || kind == escB) {
		n, v = digitRun(digits[1:], 8, 3)
		return n + 1, v
	}
	if kind == escEcho && f == Bash {
		return 0, 0
	}
	return digitRun(digits, 8, 3)
}

// digitRun reads up to limit digits.
func digitRun(text string, base int64, limit int) (n, v int) {
	for n < len(text) && n < limit {
		d := digitValue(text[n], base)
		if d < 0 {
			break
		}
		v = v*int(base) + int(d)
		n++
	}
	return n, v
}

// dollarQuoted is the text of $'…'.
func dollarQuoted(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			i++
			continue
		}
		n, to, _ := escape(text[i:], escDollar, Bash)
		if to == "\x00" { // ends the string in a C program
			return b.String()
		}
		b.WriteString(to)
		i += n
	}
	return b.String()
}
