package render

import "unicode"

// A gap is the place between two characters, graded by how good a place it is to end a line.
type gap uint8

const (
	never  gap = iota // would put closing punctuation first, opening punctuation last, or tear —— apart
	torn              // inside a word
	seam              // inside a word, behind a sign that parts it: copy-on-write, sha256:…
	slash             // inside an address or a path, behind a /
	inCode            // at a space in inline code
	fine              // between words, or beside Chinese
)

// gapBefore grades the gap in front of c[i]. The rules are those of Chinese typesetting (GB/T 15834, W3C clreq) and
// as much of Unicode's UAX #14 as course texts need.
func gapBefore(c []cell, i int) gap {
	a, b := c[i-1], c[i]
	if b.space() {
		return never // it would be lost: lines are trimmed
	}
	if a.space() {
		return gapAfterSpace(c, i)
	}
	switch {
	case opens(a), closes(b, !codeLeads(c, i)):
		return never
	case a.r == b.r && pair(a.r):
		return never
	case sameCode(a, b):
		return gapInWord(c, i)
	case a.r == nbsp || b.r == nbsp:
		return torn
	case a.wide() || b.wide():
		return gapBesideWide(a, b)
	case a.code || b.code:
		return torn // `image`s
	case a.r == '—' || a.r == '…':
		return fine
	}
	return gapInWord(c, i)
}

func gapAfterSpace(c []cell, i int) gap {
	j := i - 1
	for j > 0 && c[j].space() {
		j--
	}
	switch {
	case opens(c[j]), closes(c[i], !leads(c, i)):
		return never
	case sameCode(c[i-1], c[i]):
		return inCode
	}
	return fine
}

// gapBesideWide grades a gap of which one side is Chinese. A straight quote says nothing of which side it belongs to,
// and a dash between two Chinese words (华北-华东) does not begin a line.
func gapBesideWide(a, b cell) gap {
	if straightQuote(a.r) || straightQuote(b.r) || b.r == '-' || b.r == '–' {
		return torn
	}
	return fine
}

// gapInWord grades a gap between two characters of a word.
func gapInWord(c []cell, i int) gap {
	switch a, b := c[i-1].r, c[i].r; a {
	case '/':
		if b != '/' {
			return slash
		}
	case '?', '&', '=', ',', ':', ';', '|', '@', '+', '_', '.', '\\', '~':
		if a != b && !unicode.IsPunct(b) {
			return seam
		}
	case '-':
		if i >= 2 && unicode.IsLetter(c[i-2].r) { // --volumes-from, but not behind the --
			return seam
		}
	}
	if c[i-1].wide() || c[i].wide() { // Chinese in inline code
		return seam
	}
	return torn
}

// leads reports whether the sign c[i] begins a word, as in .dockerignore, :latest or /etc, and closes nothing.
func leads(c []cell, i int) bool {
	switch c[i].r {
	case '.', ':', '!', '?', '…', '/':
		return i+1 < len(c) && !c[i+1].space() && !c[i+1].wide() && !closes(c[i+1], true)
	}
	return false
}

// codeLeads is leads for a sign at the beginning of inline code, which no space need part from the text before it.
func codeLeads(c []cell, i int) bool {
	return c[i].code && c[i].span != c[i-1].span && leads(c, i)
}

func sameCode(a, b cell) bool { return a.code && a.span == b.span }

// closes reports whether a line must not begin with c. Signs that may also lead a word count only if strict.
func closes(c cell, strict bool) bool {
	switch c.r {
	case '，', '。', '、', '；', '：', '！', '？', '）', '】', '》', '〉', '」', '』', '〕', '〗', '〙', '〛', '］', '｝', '”', '’',
		'．', '·', '・', '％', '‰', '℃', '°', '～', '—', '／', '｜',
		'々', 'ー', 'ぁ', 'ぃ', 'ぅ', 'ぇ', 'ぉ', 'っ', 'ゃ', 'ゅ', 'ょ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ', 'ョ', '゛', '゜', 'ゝ', 'ゞ', 'ヽ', 'ヾ', '｡', '､', '｣',
		',', ';', ')', ']', '}', '%', '»', '›':
		return true
	case '.', ':', '!', '?', '…', '/':
		return strict
	}
	return false
}

// opens reports whether a line must not end with c.
func opens(c cell) bool {
	switch c.r {
	case '（', '【', '《', '〈', '「', '『', '〔', '〖', '〘', '〚', '［', '｛', '“', '‘', '￥', '｢', '(', '[', '{', '«', '‹':
		return true
	}
	return false
}

// pair reports whether a sign is written twice and stays together: —— and ……
func pair(r rune) bool { return r == '—' || r == '…' }

func straightQuote(r rune) bool { return r == '"' || r == '\'' }

const nbsp = '\u00a0'
