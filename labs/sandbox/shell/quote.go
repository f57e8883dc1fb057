package shell

import "strings"

// quoteAlways puts text in single quotes; a quote in it ends them for a moment.
func quoteAlways(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// quote writes text so that the shell would read it back: as set and trap print values.
func (s *Shell) quote(text string) string {
	if s.cfg.Flavour == Bash {
		return quoteAlways(text)
	}
	return singleQuoted(text)
}

// singleQuoted is the way of ash and dash: runs of single quotes stand in double ones.
func singleQuoted(text string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '\'')
		if i < 0 {
			i = len(text)
		}
		if i > 0 || b.Len() == 0 || text != "" && i < len(text) && i > 0 {
			b.WriteString("'" + text[:i] + "'")
		}
		text = text[i:]
		if text == "" {
			return b.String()
		}
		n := len(text) - len(strings.TrimLeft(text, "'"))
		b.WriteString(`"` + text[:n] + `"`)
		if text = text[n:]; text == "" {
			return b.String()
		}
	}
}

// traced is a word as set -x shows it. dash shows it as it is.
func (s *Shell) traced(text string) string {
	switch {
	case s.cfg.Flavour == Bash && text == "":
		return "''"
	case s.cfg.Flavour == Bash:
		return bashWord(text)
	case s.cfg.Flavour == Dash || text == "":
		return text
	}
	if text == "in" || text == "function" || isReserved(text) {
		return singleQuoted(text)
	}
	for i := range len(text) {
		if c := text[i]; !isNameByte(c) && (c < '+' || c > ':') && c != '@' && c != ']' && c != '^' {
			return singleQuoted(text)
		}
	}
	return text
}

func bashQuoted(text string) string {
	if hasControl(text) {
		return dollarQuote(text)
	}
	return bashWord(text)
}

// bashWord is a word that bash would read back, in single quotes if it needs any.
func bashWord(text string) string {
	if strings.ContainsAny(text, " \t\n\"'\\|&;()<>!{}*[]?^$`") || text[0] == '~' || text[0] == '#' {
		return quoteAlways(text)
	}
	return text
}

func hasControl(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] == 127 {
			return true
		}
	}
	return false
}

// dollarQuote writes control characters as $'\n'.
func dollarQuote(text string) string {
	var b strings.Builder
	b.WriteString("$'")
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\'' || c == '\\':
			b.WriteString(`\` + string(c))
		case c >= 7 && c <= 13:
			b.WriteString(`\` + "abtnvfr"[c-7:c-6])
		case c == 27:
			b.WriteString(`\E`)
		case c < ' ' || c == 127:
			b.WriteString(`\` + string([]byte{'0' + c>>6, '0' + c>>3&7, '0' + c&7}))
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "'"
}

// backslashed is printf's %q: every character that means something after a backslash.
func backslashed(text string) string {
	if text == "" {
		return "''"
	}
	if hasControl(text) {
		return dollarQuote(text)
	}
	var b strings.Builder
	for i := range len(text) {
		if strings.IndexByte(" \t\"'\\|&;()<>!{}*[]?^$`,", text[i]) >= 0 ||
			i == 0 && (text[i] == '~' || text[i] == '#') {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
