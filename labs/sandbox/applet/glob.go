package applet

import "unicode/utf8"

// globMatch is fnmatch(3) without FNM_PATHNAME: * and ? match slashes and dots too.
func globMatch(pattern, s string) bool {
	for pattern != "" {
		switch pattern[0] {
		case '*':
			return globStar(pattern, s)
		case '?':
			if s == "" {
				return false
			}
			_, n := utf8.DecodeRuneInString(s)
			pattern, s = pattern[1:], s[n:]
		case '[':
			if s == "" {
				return false
			}
			r, n := utf8.DecodeRuneInString(s)
			ok, rest, closed := globClass(pattern[1:], r)
			if !closed {
				ok, rest = s[0] == '[', pattern[1:]
			}
			if !ok {
				return false
			}
			pattern, s = rest, s[n:]
		case '\\':
			if len(pattern) > 1 {
				pattern = pattern[1:]
			}
			fallthrough
		default:
			if s == "" || s[0] != pattern[0] {
				return false
			}
			pattern, s = pattern[1:], s[1:]
		}
	}
	return s == ""
}

// globStar matches what begins with a star. The text between two stars is placed as early as it can be, which is
// enough: there is no need to come back to it.
func globStar(pattern, s string) bool {
	for pattern != "" && pattern[0] == '*' {
		pattern = pattern[1:]
	}
	if pattern == "" {
		return true
	}
	part, rest := untilStar(pattern)
	for i := 0; i <= len(s); i++ {
		if rest == "" {
			if globMatch(part, s[i:]) {
				return true
			}
			continue
		}
		if n, ok := globPrefix(part, s[i:]); ok {
			return globStar(rest, s[i+n:])
		}
	}
	return false
}

// untilStar splits a pattern before its next star.
func untilStar(pattern string) (part, rest string) {
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '[':
			if _, rest, closed := globClass(pattern[i+1:], 0); closed {
				i = len(pattern) - len(rest) - 1
			}
		case '*':
			return pattern[:i], pattern[i:]
		}
	}
	return pattern, ""
}

// globPrefix matches a pattern without stars at the beginning of s.
func globPrefix(part, s string) (n int, ok bool) {
	for n <= len(s) {
		if globMatch(part, s[:n]) {
			return n, true
		}
		if n == len(s) || n > 4*len(part) {
			return 0, false
		}
		_, w := utf8.DecodeRuneInString(s[n:])
		n += w
	}
	return 0, false
}

// globClass matches [abc], [a-z], [!a] and [[:digit:]]; pattern is what follows the bracket.
func globClass(pattern string, r rune) (ok bool, rest string, closed bool) {
	not := false
	if pattern != "" && (pattern[0] == '!' || pattern[0] == '^') {
		not, pattern = true, pattern[1:]
	}
	for first := true; ; first = false {
		if pattern == "" {
			return false, "", false
		}
		if pattern[0] == ']' && !first {
			return ok != not, pattern[1:], true
		}
		if name, after, found := className(pattern); found {
			ok = ok || inClass(name, r)
			pattern = after
			continue
		}
		lo, n := classRune(pattern)
		pattern = pattern[n:]
		hi := lo
		if len(pattern) > 1 && pattern[0] == '-' && pattern[1] != ']' {
			hi, n = classRune(pattern[1:])
			pattern = pattern[1+n:]
		}
		ok = ok || lo <= r && r <= hi
	}
}

func classRune(pattern string) (rune, int) {
	if pattern[0] == '\\' && len(pattern) > 1 {
		r, n := utf8.DecodeRuneInString(pattern[1:])
		return r, n + 1
	}
	return utf8.DecodeRuneInString(pattern)
}
