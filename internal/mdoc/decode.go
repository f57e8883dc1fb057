package mdoc

import (
	"bytes"
	"unicode/utf8"
)

// decode makes a file's bytes a clean text: without byte order mark, with \n as line end, valid UTF-8 and without
// characters that a terminal or an editor would act upon. What had to be replaced is found, the first of each kind.
// The text is nil when the file is too big to look at.
func decode(file string, src []byte, limit int) ([]byte, Findings) {
	var found Findings
	if len(src) > limit {
		found.Errorf(Pos{File: file}, "too-big", "divide it, or leave out what nobody reads",
			"the file has more than %d bytes", limit)
		return nil, found
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if bytes.IndexByte(src, '\r') >= 0 {
		src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	}
	if clean(src) {
		return src, nil
	}
	return replaceBad(file, src)
}

func clean(src []byte) bool {
	for i := 0; i < len(src); {
		if c := src[i]; c < utf8.RuneSelf {
			if badASCII(c) {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 || badRune(r) {
			return false
		}
		i += n
	}
	return true
}

func badASCII(c byte) bool { return c < ' ' && c != '\n' && c != '\t' || c == 0x7f }

// badRune lists control characters, those that turn the direction of a line around, and line ends that are not \n.
func badRune(r rune) bool {
	return r < utf8.RuneSelf && badASCII(byte(r)) || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 ||
		r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff
}

func replaceBad(file string, src []byte) ([]byte, Findings) {
	var found Findings
	seen := map[rune]bool{}
	out := make([]byte, 0, len(src)+16)
	at := Pos{file, 1, 1}
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		broken := r == utf8.RuneError && n == 1
		if broken || badRune(r) {
			if !seen[r] {
				seen[r] = true
				found.bad(at, r, broken)
			}
			r = utf8.RuneError
		}
		out = utf8.AppendRune(out, r)
		i += n
		at.Col++
		if r == '\n' {
			at.Line, at.Col = at.Line+1, 1
		}
	}
	return out, found
}

func (f *Findings) bad(at Pos, r rune, broken bool) {
	if broken {
		f.Errorf(at, "encoding", "save the file as UTF-8", "this is not UTF-8")
		return
	}
	f.Errorf(at, "encoding", "delete it", "there is a control character here, U+%04X", r)
}
