package shell

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// pattern is a shell pattern in which quoted characters are marked by a backslash before them.
type pattern string

// quotePattern makes a pattern that matches s itself.
func quotePattern(s string) pattern {
	if !strings.ContainsAny(s, `*?[]\-!^+@()|`) {
		return pattern(s)
	}
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(`*?[]\-!^+@()|`, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return pattern(b.String())
}

// magic reports whether the pattern can match anything but itself.
func (p pattern) magic() bool {
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case '*', '?':
			return true
		case '[':
			if bracketEnd(p[i:]) > 0 {
				return true
			}
		}
	}
	return false
}

// literal is the text of a pattern without magic.
func (p pattern) literal() string {
	if !strings.Contains(string(p), `\`) {
		return string(p)
	}
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		if p[i] == '\\' && i+1 < len(p) {
			i++
		}
		b.WriteByte(p[i])
	}
	return b.String()
}

// matcher matches patterns and counts what it costs, so that a*a*a*a*… can be preempted.
type matcher struct {
	extended bool        // bash's ?(a|b)
	fold     bool        // without regard to case
	period   bool        // a leading dot has to be matched by a dot
	bytes    bool        // ? is a byte, whatever it is part of
	work     func(n int) // told about steps now and then
	steps    int
}

// match reports whether the whole of s matches.
func (m *matcher) match(p pattern, s string) bool {
	if m.period && strings.HasPrefix(s, ".") && !strings.HasPrefix(p.trimEscape(), ".") {
		return false
	}
	return m.at(string(p), s)
}

func (p pattern) trimEscape() string { return strings.TrimPrefix(string(p), `\`) }

// at is match with one point to come back to: the last star, as in the usual linear algorithm. Extended groups
// need real backtracking and recurse.
func (m *matcher) at(p, s string) bool {
	starP, starS := -1, 0
	i, j := 0, 0
	for {
		m.count()
		if i < len(p) {
			if m.extended && i+1 < len(p) && p[i+1] == '(' && strings.IndexByte("?*+@!", p[i]) >= 0 {
				if end := groupEnd(p[i:]); end > 0 {
					if m.group(p[i], p[i+2:i+end], p[i+end+1:], s[j:]) {
						return true
					}
					goto retry
				}
			}
			if p[i] == '*' {
				starP, starS = i, j
				i++
				continue
			}
			if j < len(s) {
				if n, w, ok := m.one(p[i:], s[j:]); ok {
					i += n
					j += w
					continue
				}
			}
		} else if j == len(s) {
			return true
		}
	retry:
		if starP < 0 || starS >= len(s) {
			return false
		}
		_, w := m.decode(s[starS:])
		starS += w
		i, j = starP+1, starS
	}
}

// decode is the first character, or byte.
func (m *matcher) decode(s string) (rune, int) {
	if m.bytes && s != "" {
		return rune(s[0]), 1
	}
	return utf8.DecodeRuneInString(s)
}

func (m *matcher) count() {
	if m.steps++; m.steps&1023 == 0 && m.work != nil {
		m.work(64)
	}
}

// one matches a single character: how long the pattern's part is, how long the character, and whether they fit.
func (m *matcher) one(p, s string) (n, w int, ok bool) {
	r, w := m.decode(s)
	switch p[0] {
	case '?':
		return 1, w, true
	case '[':
		if end := bracketEnd(pattern(p)); end > 0 {
			return end + 1, w, m.bracket(p[1:end], r)
		}
	case '\\':
		if len(p) > 1 {
			p, n = p[1:], 1
		}
	}
	pr, pw := m.decode(p)
	if pr == utf8.RuneError && pw == 1 || r == utf8.RuneError && w == 1 {
		return n + 1, 1, p[0] == s[0]
	}
	return n + pw, w, pr == r || m.fold && unicode.ToLower(pr) == unicode.ToLower(r)
}

// bracketEnd is the index of the ] that closes the bracket expression at the start of p, 0 if nothing does.
func bracketEnd(p pattern) int {
	i := 1
	if i < len(p) && (p[i] == '!' || p[i] == '^') {
		i++
	}
	for first := true; i < len(p); i, first = i+1, false {
		switch {
		case p[i] == ']' && !first:
			return i
		case p[i] == '\\':
			i++
		case p[i] == '[' && i+1 < len(p) && p[i+1] == ':':
			if end := strings.Index(string(p[i:]), ":]"); end > 0 {
				i += end + 1
			}
		}
	}
	return 0
}

// bracket reports whether r is in the set, the text between [ and ].
func (m *matcher) bracket(set string, r rune) bool {
	negated := false
	if set[0] == '!' || set[0] == '^' {
		negated = true
		set = set[1:]
	}
	if m.fold {
		r = unicode.ToLower(r)
	}
	in := false
	for len(set) > 0 {
		if name, rest, ok := className(set); ok {
			in = in || inClass(name, r)
			set = rest
			continue
		}
		var lo, hi rune
		lo, set = m.setRune(set)
		hi = lo
		if len(set) > 1 && set[0] == '-' {
			hi, set = m.setRune(set[1:])
		}
		if m.fold {
			lo, hi = unicode.ToLower(lo), unicode.ToLower(hi)
		}
		in = in || lo <= r && r <= hi
	}
	return in != negated
}

func (m *matcher) setRune(set string) (rune, string) {
	if set[0] == '\\' && len(set) > 1 {
		set = set[1:]
	}
	r, w := m.decode(set)
	return r, set[w:]
}

func className(set string) (name, rest string, ok bool) {
	if !strings.HasPrefix(set, "[:") {
		return "", set, false
	}
	return strings.Cut(set[2:], ":]")
}

func inClass(name string, r rune) bool {
	switch name {
	case "alpha":
		return unicode.IsLetter(r)
	case "digit":
		return r >= '0' && r <= '9'
	case "alnum":
		return unicode.IsLetter(r) || unicode.IsDigit(r)
	case "upper":
		return unicode.IsUpper(r)
	case "lower":
		return unicode.IsLower(r)
	case "space":
		return unicode.IsSpace(r)
	case "blank":
		return r == ' ' || r == '\t'
	case "punct":
		return unicode.IsPunct(r) || unicode.IsSymbol(r)
	case "cntrl":
		return unicode.IsControl(r)
	case "print":
		return unicode.IsPrint(r)
	case "graph":
		return unicode.IsGraphic(r) && r != ' '
	case "xdigit":
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F'
	case "word":
		return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	return false
}

// groupEnd is the index of the ) that closes the extended group at the start of p, 0 if nothing does.
func groupEnd(p string) int {
	depth := 0
	for i := 1; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return 0
}

// group matches an extended group and what follows it.
func (m *matcher) group(kind byte, body, rest, s string) bool {
	m.count()
	alternatives := splitAlternatives(body)
	switch kind {
	case '!':
		return m.notGroup(alternatives, rest, s)
	case '?', '*':
		if m.at(rest, s) {
			return true
		}
	}
	again := kind == '*' || kind == '+'
	for cut := 0; cut <= len(s); cut++ {
		for _, alt := range alternatives {
			if !m.at(alt, s[:cut]) {
				continue
			}
			if m.at(rest, s[cut:]) || again && cut > 0 && m.group('*', body, rest, s[cut:]) {
				return true
			}
		}
	}
	return false
}

func (m *matcher) notGroup(alternatives []string, rest, s string) bool {
	for cut := 0; cut <= len(s); cut++ {
		none := true
		for _, alt := range alternatives {
			if m.at(alt, s[:cut]) {
				none = false
				break
			}
		}
		if none && m.at(rest, s[cut:]) {
			return true
		}
	}
	return false
}

func splitAlternatives(body string) []string {
	var list []string
	depth, start := 0, 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			depth--
		case '|':
			if depth == 0 {
				list = append(list, body[start:i])
				start = i + 1
			}
		}
	}
	return append(list, body[start:])
}

// trimPrefix removes the shortest or longest prefix of s that matches.
func (m *matcher) trimPrefix(p pattern, s string, longest bool) string {
	if !p.magic() && !m.extended {
		return strings.TrimPrefix(s, p.literal())
	}
	for n := range m.cuts(s, longest) {
		if m.at(string(p), s[:n]) {
			return s[n:]
		}
	}
	return s
}

// trimSuffix removes the shortest or longest suffix of s that matches.
func (m *matcher) trimSuffix(p pattern, s string, longest bool) string {
	if !p.magic() && !m.extended {
		return strings.TrimSuffix(s, p.literal())
	}
	for n := range m.cuts(s, !longest) {
		if m.at(string(p), s[n:]) {
			return s[:n]
		}
	}
	return s
}

// cuts yields the places between the characters of s, from the end if down.
func (m *matcher) cuts(s string, down bool) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i <= len(s); i++ {
			n := i
			if down {
				n = len(s) - i
			}
			if n < len(s) && !m.bytes && !utf8.RuneStart(s[n]) {
				continue
			}
			if !yield(n) {
				return
			}
		}
	}
}

// find is the first and longest part of s that matches, from `from` on.
func (m *matcher) find(p pattern, s string, from int) (start, end int, ok bool) {
	if !p.magic() && !m.extended {
		lit := p.literal()
		i := strings.Index(s[from:], lit)
		return from + i, from + i + len(lit), i >= 0 && lit != ""
	}
	for start := from; start <= len(s); start++ {
		for n := range m.cuts(s[start:], true) {
			if n > 0 && m.at(string(p), s[start:start+n]) {
				return start, start + n, true
			}
		}
	}
	return 0, 0, false
}
