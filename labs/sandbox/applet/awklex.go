package applet

import (
	"strconv"
	"strings"
)

// awkToken is a word of an awk program.
type awkToken struct {
	kind byte // 0 the end, 'n' number, 's' text, 'r' regex, 'w' name, 'f' name before a parenthesis, 'k' keyword, 'o' operator
	text string
	n    float64
	line int
}

// awkLexer cuts a program into tokens. Whether a slash divides or begins an expression depends on what came before.
type awkLexer struct {
	src  string
	at   int
	line int
	last awkToken
	fail func(line int, what string)
}

func awkKeywords() []string {
	return []string{
		"BEGIN", "END", "function", "func", "if", "else", "while", "for", "do", "break", "continue", "next",
		"nextfile", "exit", "return", "delete", "in", "getline", "print", "printf",
	}
}

// divides reports whether a slash after the last token is a division.
func (l *awkLexer) divides() bool {
	switch l.last.kind {
	case 'n', 's', 'w', 'r':
		return true
	case 'o':
		return l.last.text == ")" || l.last.text == "]" || l.last.text == "$" || l.last.text == "++" || l.last.text == "--"
	}
	return false
}

func (l *awkLexer) next() awkToken {
	l.blanks()
	t := awkToken{line: l.line}
	if l.at >= len(l.src) {
		l.last = t
		return t
	}
	c := l.src[l.at]
	switch {
	case c == '\n':
		l.at++
		l.line++
		t.kind, t.text = 'o', "\n"
	case isDigit(c) || c == '.' && l.at+1 < len(l.src) && isDigit(l.src[l.at+1]):
		t.kind = 'n'
		t.n = l.number()
	case c == '"':
		t.kind, t.text = 's', l.quoted('"')
	case c == '/' && !l.divides():
		t.kind, t.text = 'r', l.quoted('/')
	case c == '_' || inClass("alpha", rune(c)) && c < 0x80:
		l.word(&t)
	default:
		l.operator(&t)
	}
	l.last = t
	return t
}

// blanks skips blanks, comments and continued lines.
func (l *awkLexer) blanks() {
	for l.at < len(l.src) {
		switch c := l.src[l.at]; {
		case c == ' ' || c == '\t' || c == '\r':
			l.at++
		case c == '\\' && strings.HasPrefix(l.src[l.at+1:], "\n"):
			l.at += 2
			l.line++
		case c == '#':
			for l.at < len(l.src) && l.src[l.at] != '\n' {
				l.at++
			}
		default:
			return
		}
	}
}

func (l *awkLexer) number() float64 {
	rest := l.src[l.at:]
	if len(rest) > 2 && rest[0] == '0' && (rest[1] == 'x' || rest[1] == 'X') {
		end := 2
		for end < len(rest) && inClass("xdigit", rune(rest[end])) {
			end++
		}
		if n, err := strconv.ParseUint(rest[2:end], 16, 64); err == nil {
			l.at += end
			return float64(n)
		}
	}
	size := numberPrefix(rest)
	l.at += size
	return awkFloat(rest[:size])
}

// quoted reads a text or a regular expression up to its end mark.
func (l *awkLexer) quoted(mark byte) string {
	var b strings.Builder
	for l.at++; ; {
		if l.at >= len(l.src) || l.src[l.at] == '\n' {
			l.fail(l.line, "Unexpected end of string")
			return ""
		}
		c := l.src[l.at]
		switch {
		case c == mark:
			l.at++
			return b.String()
		case c == '\\' && l.at+1 < len(l.src):
			l.at++
			l.escaped(&b, mark)
		default:
			b.WriteByte(c)
			l.at++
		}
	}
}

func (l *awkLexer) escaped(b *strings.Builder, mark byte) {
	c := l.src[l.at]
	switch {
	case c == '\n':
		l.line++
		l.at++
	case mark == '/':
		if c != '/' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
		l.at++
	case c == '"' || c == '/':
		b.WriteByte(c)
		l.at++
	default:
		to, size, _ := escape(l.src[l.at:], false)
		b.WriteString(to)
		l.at += size
	}
}

func (l *awkLexer) word(t *awkToken) {
	start := l.at
	for l.at < len(l.src) && isWordByte(l.src[l.at]) {
		l.at++
	}
	t.kind, t.text = 'w', l.src[start:l.at]
	for _, k := range awkKeywords() {
		if k == t.text {
			t.kind = 'k'
			return
		}
	}
	if l.at < len(l.src) && l.src[l.at] == '(' {
		t.kind = 'f'
	}
}

func (l *awkLexer) operator(t *awkToken) {
	t.kind = 'o'
	for _, op := range []string{"**=", "**", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", "!~", "&&", "||", ">>"} {
		if strings.HasPrefix(l.src[l.at:], op) {
			l.at += len(op)
			t.text = strings.Replace(op, "**", "^", 1)
			return
		}
	}
	t.text = l.src[l.at : l.at+1]
	if strings.IndexByte("{}()[];,+-*/%^!<>|?:~$=", t.text[0]) < 0 {
		l.fail(l.line, "Unexpected token")
	}
	l.at++
}
