package condition

import (
	"strings"
	"unicode"
)

// split finds the words of a condition. Parts of a word may stand in "…", where \ keeps what follows it from meaning
// something, or in `…`, where everything is what it is.
func (r *reading) split(text string) {
	s := &splitter{text: []rune(text)}
	for s.at < len(s.text) && s.mistake == nil {
		switch c := s.text[s.at]; {
		case unicode.IsSpace(c):
			s.at++
		case strings.ContainsRune(";()", c):
			s.at++
			r.words = append(r.words, word{text: string(c), mark: true, column: s.at})
		default:
			begin := s.at + 1
			r.words = append(r.words, word{text: s.word(), column: begin})
		}
	}
	r.end, r.mistake = len(s.text)+1, s.mistake
}

type splitter struct {
	text    []rune
	at      int
	mistake *Mistake
}

// word is one, without its quotation marks.
func (s *splitter) word() string {
	var b strings.Builder
	for s.at < len(s.text) && s.mistake == nil {
		c := s.text[s.at]
		if unicode.IsSpace(c) || strings.ContainsRune(";()", c) {
			break
		}
		s.at++
		if c == '"' || c == '`' {
			s.quoted(c, &b)
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// quoted is what stands up to the next mark of this kind.
func (s *splitter) quoted(mark rune, b *strings.Builder) {
	begin := s.at
	for s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		if c == mark {
			return
		}
		if c == '\\' && mark == '"' && s.at < len(s.text) {
			c = s.text[s.at]
			s.at++
			switch c {
			case 'n':
				c = '\n'
			case 't':
				c = '\t'
			}
		}
		b.WriteRune(c)
	}
	do := "write " + string(mark) + " where the text ends"
	s.mistake = &Mistake{Column: begin, What: "a quotation mark is not closed", Do: do}
}
