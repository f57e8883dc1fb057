package image

import "strings"

// The grammar of references, as distribution/reference has it in regexp.go.

func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isAlpha(c byte) bool { return isLower(c) || c >= 'A' && c <= 'Z' }

// isPath: components between slashes.
func isPath(s string) bool {
	for {
		component, rest, more := strings.Cut(s, "/")
		if !isComponent(component) {
			return false
		}
		if !more {
			return true
		}
		s = rest
	}
}

// isComponent: runs of lower case letters and digits with one of . _ __ or any number of - between them.
func isComponent(s string) bool {
	for s != "" {
		run := span(s, func(c byte) bool { return isLower(c) || isDigit(c) })
		if run == 0 {
			return false
		}
		if s = s[run:]; s == "" {
			return true
		}
		s = s[separator(s):]
	}
	return false
}

func separator(s string) int {
	switch {
	case s[0] == '.':
		return 1
	case strings.HasPrefix(s, "__"):
		return 2
	case s[0] == '_':
		return 1
	}
	return span(s, func(c byte) bool { return c == '-' })
}

// isDomain: a host, and perhaps a port.
func isDomain(s string) bool {
	host, port, ported := s, "", false
	if at := strings.LastIndexByte(s, ':'); at > strings.LastIndexByte(s, ']') {
		host, port, ported = s[:at], s[at+1:], true
	}
	if ported && (port == "" || span(port, isDigit) < len(port)) {
		return false
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		return ok && inner != "" && span(inner, isAddress) == len(inner)
	}
	for label := range strings.SplitSeq(host, ".") {
		if !isLabel(label) {
			return false
		}
	}
	return true
}

func isAddress(c byte) bool {
	return isHexDigit(c) || c == ':'
}

func isHexDigit(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

func isLabel(s string) bool {
	n := len(s)
	return n > 0 && s[0] != '-' && s[n-1] != '-' &&
		span(s, func(c byte) bool { return isAlpha(c) || isDigit(c) || c == '-' }) == n
}

// isTag: a word of up to 128 characters.
func isTag(s string) bool {
	word := func(c byte) bool { return isAlpha(c) || isDigit(c) || c == '_' }
	return s != "" && len(s) <= maxTag && word(s[0]) &&
		span(s, func(c byte) bool { return word(c) || c == '.' || c == '-' }) == len(s)
}

// isDigest: an algorithm and at least 32 hexadecimal digits.
func isDigest(s string) bool {
	algorithm, sum, _ := strings.Cut(s, ":")
	if len(sum) < 32 || span(sum, isHexDigit) < len(sum) {
		return false
	}
	parts := strings.FieldsFunc(algorithm, func(c rune) bool { return strings.ContainsRune("-_+.", c) })
	length := len(parts) - 1
	for _, p := range parts {
		if !isAlpha(p[0]) || span(p, func(c byte) bool { return isAlpha(c) || isDigit(c) }) < len(p) {
			return false
		}
		length += len(p)
	}
	return len(parts) > 0 && length == len(algorithm) // no two separators in a row, none at an end
}

// checkDigest: the algorithm is known and the sum as long as its sums are. opencontainers/go-digest: Validate
func checkDigest(d Digest) error {
	if d == "" {
		return nil
	}
	algorithm, sum, _ := strings.Cut(string(d), ":")
	size, known := map[string]int{"sha256": 64, "sha384": 96, "sha512": 128}[algorithm]
	switch {
	case !known && span(algorithm, isAlgorithm) < len(algorithm):
		return Refuse(ErrInvalid, "invalid checksum digest format")
	case !known:
		return Refuse(ErrInvalid, "unsupported digest algorithm")
	case len(sum) != size:
		return Refuse(ErrInvalid, "invalid checksum digest length")
	case !isHex(sum):
		return Refuse(ErrInvalid, "invalid checksum digest format")
	}
	return nil
}

func isAlgorithm(c byte) bool { return isLower(c) || isDigit(c) || strings.IndexByte(".+_-", c) >= 0 }

// span is how many bytes at the beginning of s are ok.
func span(s string, ok func(byte) bool) int {
	for i := range len(s) {
		if !ok(s[i]) {
			return i
		}
	}
	return len(s)
}
