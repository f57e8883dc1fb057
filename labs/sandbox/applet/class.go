package applet

import (
	"strings"
	"unicode"
)

// className reads [:name:] at the beginning of s.
func className(s string) (name, rest string, ok bool) {
	if !strings.HasPrefix(s, "[:") {
		return "", s, false
	}
	name, rest, ok = strings.Cut(s[2:], ":]")
	return name, rest, ok && knownClass(name)
}

func knownClass(name string) bool {
	switch name {
	case "alpha", "digit", "alnum", "upper", "lower", "space", "blank", "punct", "print", "graph", "cntrl", "xdigit":
		return true
	}
	return false
}

// inClass reports whether a character belongs to one of POSIX's classes.
func inClass(name string, r rune) bool {
	ascii := r < 0x80
	switch name {
	case "alpha":
		return unicode.IsLetter(r)
	case "digit":
		return r >= '0' && r <= '9'
	case "alnum":
		return unicode.IsLetter(r) || r >= '0' && r <= '9'
	case "upper":
		return unicode.IsUpper(r)
	case "lower":
		return unicode.IsLower(r)
	case "space":
		return r == ' ' || r >= '\t' && r <= '\r'
	case "blank":
		return r == ' ' || r == '\t'
	case "punct":
		return ascii && r > ' ' && r < 0x7f && !inClass("alnum", r)
	case "print":
		return r >= ' ' && r != 0x7f
	case "graph":
		return r > ' ' && r != 0x7f
	case "cntrl":
		return r < ' ' || r == 0x7f
	case "xdigit":
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F'
	}
	return false
}
