package quiz

// typoLetters is the length of a word from which one typo is forgiven: shorter words are too near to each other (bind,
// bond, find).
const typoLetters = 6

// typo: the same words, but for one slip of the finger in one word of at least six letters: a letter too many, one
// too few, a wrong one, or two that changed places.
func typo(listed, given text) bool {
	if listed.code || given.code {
		return false
	}
	if len(listed.words) != len(given.words) {
		return slip(listed.whole, given.whole)
	}
	slips := 0
	for i, w := range listed.words {
		g := given.words[i]
		switch {
		case w == g || plural(w, g) || plural(g, w):
		case slip(w, g):
			slips++
		default:
			return false
		}
	}
	return slips == 1
}

// slip reports whether two different words are one slip apart. Only words of Latin letters have slips: a digit or a
// Chinese character means something by itself.
func slip(a, b string) bool {
	if len(a) < typoLetters || len(b) < typoLetters || !letters(a) || !letters(b) {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

func letters(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) {
			return false
		}
	}
	return true
}
