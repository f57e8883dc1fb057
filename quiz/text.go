package quiz

import (
	"strings"
	"unicode"
)

// text is a typed answer, or one that an author listed, made comparable. Case, width and quotes are gone; code (a
// command, a path, an address) keeps its case and its punctuation.
type text struct {
	code  bool
	whole string   // code: tokens joined by one space; prose: words joined without anything
	words []string // prose
}

func (t text) empty() bool { return t.whole == "" }

// readText reads prose or code, as it looks.
func readText(s string) text {
	s = unquote(trimStop(strings.TrimSpace(narrow(s))))
	if looksLikeCode(s) {
		return text{code: true, whole: strings.Join(tokens(s), " ")}
	}
	words := proseWords(s)
	return text{whole: strings.Join(words, ""), words: words}
}

// trimStop takes away what ends a sentence. A dot that stands alone or after a dot or slash is a path, as in
// `docker build .`, and stays.
func trimStop(s string) string {
	cut := strings.TrimRight(s, ".!?;,")
	if cut == "" || strings.HasSuffix(cut, " ") || strings.HasSuffix(cut, "/") || strings.HasSuffix(s, "..") {
		return s
	}
	return cut
}

// narrow turns full-width letters, digits and punctuation into the ASCII ones that they stand for, and Chinese
// punctuation into its nearest. It is the part of Unicode's NFKC that input methods produce.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case unicode.IsSpace(r) || r == '　':
			return ' '
		}
		if i := strings.IndexRune(chinesePunctuation, r); i >= 0 {
			return rune(asciiPunctuation[len([]rune(chinesePunctuation[:i]))])
		}
		return r
	}, s)
}

const (
	chinesePunctuation = "，。；：！？、（）【】《》“”‘’「」『』—–‐‑−·…～¥￥"
	asciiPunctuation   = `,.;:!?,()[]""""''""''-----.` + `.~$$`
)

// unquote takes away quotes and backticks around the whole.
func unquote(s string) string {
	for len(s) >= 2 && s[0] == s[len(s)-1] && strings.IndexByte("\"'`", s[0]) >= 0 {
		inner := s[1 : len(s)-1]
		if strings.IndexByte(inner, s[0]) >= 0 {
			break // `"a" "b"` is not quoted as a whole
		}
		s = strings.TrimSpace(inner)
	}
	return s
}

// looksLikeCode is true of commands, options, paths, addresses, references: there every character means something.
func looksLikeCode(s string) bool {
	if strings.ContainsAny(s, "/=:$\\{}<>|&;*@") || strings.HasPrefix(s, "docker ") {
		return true
	}
	for i, w := range strings.Fields(s) {
		if len(w) > 1 && w[0] == '-' && w[1] != ' ' && (i > 0 || strings.Count(w, "-") > 0 && isLetter(w[len(w)-1])) {
			return true
		}
	}
	return dottedNumber(s)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// dottedNumber is true of 127.0.0.11 and 23.0.
func dottedNumber(s string) bool {
	return strings.Contains(s, ".") && strings.Trim(s, "0123456789.") == ""
}

// tokens splits a command as a shell would: spaces separate, quotes hold together and vanish. A prompt before it is
// dropped.
func tokens(s string) []string {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "$ "), "# ")
	var all []string
	var word strings.Builder
	open, quote := false, rune(0)
	for _, r := range s {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, open = r, true
		case quote == 0 && r == ' ':
			if open {
				all = append(all, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if open {
		all = append(all, word.String())
	}
	return all
}

// proseWords are the words in lower case. Hyphens and underscores separate like spaces; an article at the beginning
// is dropped; other punctuation means nothing. What has no letter and no digit at all is kept as it is.
func proseWords(s string) []string {
	fields := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' && r != '#' && r != '%'
	})
	if len(fields) == 0 {
		return strings.Fields(s)
	}
	if len(fields) > 1 && (fields[0] == "a" || fields[0] == "an" || fields[0] == "the") {
		fields = fields[1:]
	}
	return fields
}

// same: equal as written, but for what readText forgives.
func same(listed, given text) bool {
	if listed.code || given.code {
		return sameCode(listed, given)
	}
	return listed.whole == given.whole
}

// sameCode compares where at least one side is code. Somebody who types `white-out` or `json file` for a word that
// happens to look like code on one side only gets the benefit of prose.
func sameCode(listed, given text) bool {
	if listed.code && given.code {
		return listed.whole == given.whole
	}
	return false
}

// alike: the same words, but for singular and plural.
func alike(listed, given text) bool {
	if listed.code || given.code {
		return false
	}
	if len(listed.words) != len(given.words) {
		return plural(listed.whole, given.whole) || plural(given.whole, listed.whole)
	}
	for i, w := range listed.words {
		if g := given.words[i]; w != g && !plural(w, g) && !plural(g, w) {
			return false
		}
	}
	return true
}

// plural reports whether many is the plural of one.
func plural(one, many string) bool {
	return len(one) >= 3 && isLetter(one[len(one)-1]) && (many == one+"s" || many == one+"es")
}
