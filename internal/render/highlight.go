package render

import (
	"strings"
	"unicode/utf8"
)

// A piece is a stretch of code with its token. The texts of a code's pieces, joined, are the code.
type piece struct {
	text  string
	token token
}

// grammar is what the scanner knows of a language: enough to colour an example, far from enough to parse it.
type grammar struct {
	comments  []string // what begins a comment that ends with the line
	block     string   // what begins a comment that */ ends
	quotes    string   // what begins a string that the same sign ends
	verbatim  string   // those of them in which \ means nothing
	multiline string   // those of them whose string may go on on the next line
	ends      string   // the signs, besides white space, that end a word
	words     map[string]token
	operators string
	punct     string
	variables bool // $name and ${name}
	flags     bool // -f and --flag
	commands  bool // a command follows these operators: | & ; (
	calls     bool // a word before ( is a function
	keys      bool // a string before : is a key
	// head reads what only stands at the beginning of a line.
	head func(*scanner)
}

// scanner highlights a text from left to right and never looks back: it takes time in proportion to the text's length,
// whatever a stranger has written.
type scanner struct {
	*grammar
	src     string
	pos     int
	out     []piece
	command bool   // the next word names a command
	joined  bool   // the line before ended in a backslash
	heredoc string // the line that ends the here-document, "" outside of one
	scalar  int    // YAML: the indent of the key whose block scalar this is, or -1
}

// highlight divides code into pieces. Without a grammar it is one piece of text.
func highlight(g *grammar, src string) []piece {
	if g == nil {
		return []piece{{src, tokText}}
	}
	s := &scanner{grammar: g, src: src, scalar: -1}
	for s.pos < len(s.src) {
		s.line()
	}
	return s.out
}

// line reads one line, or more where a string or a comment goes on.
func (s *scanner) line() {
	if s.heredoc != "" {
		s.document()
		return
	}
	if !s.joined {
		s.command = false
		if s.head != nil {
			s.head(s)
		}
	}
	s.joined = false
	for s.pos < len(s.src) {
		if s.src[s.pos] == '\n' {
			s.joined = s.pos > 0 && s.src[s.pos-1] == '\\'
			s.take(1, tokText)
			return
		}
		s.token()
	}
}

func (s *scanner) token() {
	rest := s.src[s.pos:]
	c := rest[0]
	switch {
	case c == ' ':
		s.take(len(rest)-len(strings.TrimLeft(rest, " ")), tokText)
	case s.commentAt():
		s.take(lineEnd(rest), tokComment)
	case s.block != "" && strings.HasPrefix(rest, s.block):
		s.take(through(rest, len(s.block), "*/"), tokComment)
	case strings.IndexByte(s.quotes, c) >= 0:
		s.str(c)
	case s.variables && c == '$' && len(rest) > 1:
		s.take(variable(rest), tokName)
		s.command = false
	case s.flags && c == '-' && s.wordStart():
		s.flag()
	case strings.IndexByte(s.punct, c) >= 0:
		s.take(1, tokPunctuation)
	case s.commands && strings.HasPrefix(rest, "<<"):
		s.redirect()
	case strings.IndexByte(s.operators, c) >= 0:
		s.command = s.commands && strings.IndexByte("|&;(`", c) >= 0
		s.take(1, tokOperator)
	default:
		s.word()
	}
}

// take moves n bytes to the output.
func (s *scanner) take(n int, t token) {
	text := s.src[s.pos : s.pos+n]
	if last := len(s.out) - 1; last >= 0 && s.out[last].token == t {
		start := s.pos - len(s.out[last].text)
		s.out[last].text = s.src[start : s.pos+n]
	} else if n > 0 {
		s.out = append(s.out, piece{text, t})
	}
	s.pos += n
}

// wordStart reports whether nothing but white space stands directly before.
func (s *scanner) wordStart() bool {
	return s.pos == 0 || s.src[s.pos-1] == ' ' || s.src[s.pos-1] == '\n'
}

// commentAt reports whether a comment begins here. A # within a word, as in a colour or an address, begins none.
func (s *scanner) commentAt() bool {
	for _, mark := range s.comments {
		if strings.HasPrefix(s.src[s.pos:], mark) && (mark != "#" && mark != ";" || s.wordStart()) {
			return true
		}
	}
	return false
}

func (s *scanner) str(quote byte) {
	escapes := strings.IndexByte(s.verbatim, quote) < 0
	rest := s.src[s.pos:]
	if strings.IndexByte(s.multiline, quote) < 0 {
		rest = rest[:lineEnd(rest)]
	}
	n := 1
	for n < len(rest) && rest[n] != quote {
		if escapes && rest[n] == '\\' {
			n++
		}
		n++
	}
	n = min(n+1, len(rest))
	t := tokString
	if s.keys && strings.HasPrefix(strings.TrimLeft(s.src[s.pos+n:], " "), ":") {
		t = tokTag
	}
	s.command = false
	s.take(n, t)
}

// redirect reads <<WORD and remembers the word: the lines up to it are no commands.
func (s *scanner) redirect() {
	rest := s.src[s.pos:]
	n := len(rest) - len(strings.TrimLeft(rest, "<"))
	s.take(n, tokOperator)
	if n != 2 {
		return // <<< is followed by a word of its own
	}
	rest = strings.TrimPrefix(rest[n:], "-")
	quote := ""
	if rest != "" && (rest[0] == '\'' || rest[0] == '"') {
		quote = rest[:1]
	}
	rest = rest[len(quote):]
	i := 0
	for i < len(rest) && isWordByte(rest[i]) {
		i++
	}
	if i > 0 && strings.HasPrefix(rest[i:], quote) {
		s.heredoc = rest[:i]
	}
}

// document reads one line of a here-document.
func (s *scanner) document() {
	rest := s.src[s.pos:]
	n := lineEnd(rest)
	if strings.TrimLeft(rest[:n], " ") == s.heredoc {
		s.heredoc = ""
	}
	s.take(min(n+1, len(rest)), tokString)
}

func (s *scanner) flag() {
	rest := s.src[s.pos:]
	n := 0
	for n < len(rest) && (rest[n] == '-' || rest[n] == '.' || isWordByte(rest[n])) {
		n++
	}
	if strings.Trim(rest[:n], "-") == "" { // - or --
		s.take(n, tokOperator)
		return
	}
	s.take(n, tokAttribute)
}

func (s *scanner) word() {
	rest := s.src[s.pos:]
	_, n := utf8.DecodeRuneInString(rest)
	for n < len(rest) && rest[n] != ' ' && rest[n] != '\n' && strings.IndexByte(s.ends, rest[n]) < 0 {
		n++
	}
	word := rest[:n]
	t, known := s.words[word]
	switch {
	case known:
		s.command = s.command && t == tokKeyword // if, then, do: a command follows
	case s.command && assignment(word) > 0:
		s.take(assignment(word), tokName) // A=b before a command
		return
	case s.command:
		t, s.command = tokFunction, false
	case isNumber(word):
		t = tokNumber
	case s.calls && strings.HasPrefix(rest[n:], "("):
		t = tokFunction
	}
	s.take(n, t)
}

// assignment returns the length of the name and its = that a word begins with, or 0.
func assignment(word string) int {
	i := 0
	for i < len(word) && isWordByte(word[i]) {
		i++
	}
	if i > 0 && i < len(word) && word[i] == '=' {
		return i + 1
	}
	return 0
}

func isNumber(w string) bool {
	if w[0] == '-' || w[0] == '+' {
		w = w[1:]
	}
	if w == "" || w[0] < '0' || w[0] > '9' {
		return false
	}
	for i := range len(w) {
		if c := w[i]; !(c >= '0' && c <= '9' || c == '.' || c == '_' || c == 'x' || c == 'e') {
			return false
		}
	}
	return strings.Count(w, ".") <= 1
}

// variable returns the length of $name, ${name} or $? at the beginning of s.
func variable(s string) int {
	if s[1] == '{' {
		return through(s[:lineEnd(s)], 2, "}")
	}
	n := 1
	for n < len(s) && isWordByte(s[n]) {
		n++
	}
	if n == 1 && strings.IndexByte("?#@*!$-", s[1]) >= 0 {
		n = 2
	}
	return n
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// lineEnd returns how far it is to the end of the line.
func lineEnd(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

// through returns how far it is from the beginning of s through the next end mark behind from, or to the end of s.
func through(s string, from int, end string) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}
