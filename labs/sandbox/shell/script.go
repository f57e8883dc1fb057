package shell

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"dockerlearn/labs/sandbox/proc"
)

// script is a text that is being executed: a file, the argument of -c or eval, what is typed.
type script struct {
	kind  scriptKind
	name  string // of a file
	text  []byte // what the parser has been given, coded
	first int    // the line number that the text begins with, minus 1
	arith map[*syntax.ArithmExp][]arithPart
}

type scriptKind int

const (
	fromFile scriptKind = iota
	fromC
	fromStdin
	fromEval
	fromSource
	fromTrap
)

// top reports whether the text is the shell's own input, and no command's.
func (k scriptKind) top() bool { return k == fromFile || k == fromC || k == fromStdin }

// slice is the text of a node.
func (sc *script) slice(n syntax.Node) string { return sc.inner(n.Pos(), n.End(), 0, 0) }

// inner is the text between two places, without `before` bytes at the start and `after` at the end.
func (sc *script) inner(from, to syntax.Pos, before, after int) string {
	a, b := int(from.Offset())+before, int(to.Offset())-after
	if sc == nil || a < 0 || b > len(sc.text) || a > b {
		return ""
	}
	return plain(string(sc.text[a:b]))
}

// The parser takes \r\n for \n and refuses bytes that are not UTF-8. Neither is what a shell does, so such bytes go
// through it in disguise, as characters that nobody uses.
const (
	codedFirst = 0x10ff00
	codedLead  = "\xf4\x8f"
)

func hasCoded(s string) bool { return strings.Contains(s, codedLead) }

// coded disguises a text for the parser.
func coded(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, '\r') < 0 && !hasCoded(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if s[i] == '\r' || r == utf8.RuneError && n == 1 || r >= codedFirst {
			b.WriteRune(codedFirst + rune(s[i]))
			i++
			continue
		}
		b.WriteString(s[i : i+n])
		i += n
	}
	return b.String()
}

// plain takes the disguise off.
func plain(s string) string {
	if !hasCoded(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if r >= codedFirst {
			b.WriteByte(byte(r - codedFirst))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// lineSource gives a script's lines, with their newlines. more says that the lines before were not complete.
type lineSource func(more bool) (line string, ok bool)

// feed is a lineSource as the parser reads it, and the guard against texts that would bring the parser down: it
// recurses with the text's nesting, on a stack that ends the whole program when it is full.
type feed struct {
	s       *Shell
	sc      *script
	next    lineSource
	rest    string
	ended   bool
	command int // where the command that is being read began
	nesting int // what could nest in it
	charged int64
	open    bool // the last line had no newline
}

// maxNesting is how much a single command may contain that could nest. A real shell recurses too, and dies.
const maxNesting = 16384

// What a syntax tree needs, about: for each byte of the text, and for each byte that may begin a word or a command.
const (
	costPerByte  = 6
	costPerToken = 160
)

func costOf(line string) int64 {
	n := 0
	for i := range len(line) {
		switch line[i] {
		case ' ', '\t', '\n', ';', '&', '|', '(', ')', '$', '`', '"', '\'', '{', '}', '<', '>':
			n++
		}
	}
	return int64(len(line)*costPerByte + n*costPerToken)
}

func (f *feed) Read(b []byte) (int, error) {
	for f.rest == "" {
		if f.ended {
			return 0, io.EOF
		}
		line, ok := f.next(f.s.opts.interactive && f.begun())
		if !ok {
			f.ended = true
			return 0, io.EOF
		}
		f.take(line)
	}
	n := copy(b, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// begun reports whether a command has been begun and not ended: empty lines and comments are none.
func (f *feed) begun() bool {
	for line := range strings.Lines(string(f.sc.text[f.command:])) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return true
		}
	}
	return false
}

func (f *feed) take(line string) {
	if f.s.opts.verbose {
		f.s.verbose(line)
	}
	f.open = !strings.HasSuffix(line, "\n")
	if !strings.HasSuffix(line, "\n") {
		line += "\n" // the parser reports a command when its line has ended
	}
	f.s.sys.Step(8 + len(line)/32) // the parser
	f.nesting += nestingOf(line)
	if f.nesting > maxNesting {
		f.s.tooDeep()
	}
	n := costOf(line)
	f.charged += n
	f.s.charge(n)
	line = coded(line)
	f.sc.text = append(f.sc.text, line...)
	f.rest = line
}

// verbose is set -v: a line as it was read.
func (s *Shell) verbose(line string) {
	if s.cfg.Flavour == Bash {
		line = strings.TrimSuffix(line, "\n") + "\n"
	}
	s.sys.Write(2, []byte(line))
}

// finished forgets what a command cost once it has been parsed.
func (f *feed) finished() {
	f.command = len(f.sc.text) - len(f.rest)
	f.nesting = 0
	f.s.charge(-f.charged * 15 / 16) // some of it stays: functions, the text
	f.charged = 0
}

// nestingOf counts what could make the parser recurse, and never too little: quotes are not looked at.
func nestingOf(line string) int {
	n := 0
	for i := range len(line) {
		switch line[i] {
		case '(', '{', '[', '`', '$', '"', '!', '~', '?', '-', '+', '<', '>':
			n++
		case 'i', 'w', 'u', 'f', 'c', 't': // if, while, until, for, case, time
			if i == 0 || !isNameByte(line[i-1]) {
				n++
			}
		}
	}
	return n
}

func (f Flavour) variant() syntax.LangVariant {
	if f == Dash {
		return syntax.LangPOSIX
	}
	return syntax.LangBash
}

// execute parses a script command by command and runs each before the next is read.
func (s *Shell) execute(sc *script, next lineSource, tail bool) {
	was := s.script
	s.script = sc
	defer func() { s.script = was }()
	f := &feed{s: s, sc: sc, next: next}
	parser := syntax.NewParser(syntax.Variant(s.cfg.Flavour.variant()))
	for stmts, err := range parser.InteractiveSeq(f) {
		if err != nil {
			s.parseError(f, err)
			return
		}
		if parser.Incomplete() || len(stmts) == 0 {
			continue
		}
		if fixed, ok := s.splitHighFDs(stmts, f); ok {
			s.rescue(f, fixed+s.remaining(f))
			return
		}
		if wrong := s.check(stmts, f.command); wrong != nil {
			s.syntaxError(f, *wrong)
			return
		}
		begun := s.begins(f)
		f.finished()
		s.complete(stmts, f, tail)
		begun()
		if s.ctl != onward {
			return
		}
	}
}

// standsAt notes where bash's parser stands while a command that was read runs: at its last line. In eval it counts on.
func (s *Shell) standsAt(stmts []*syntax.Stmt) (leave func()) {
	was, line := s.around, int(stmts[len(stmts)-1].End().Line())
	if s.script.kind == fromEval {
		s.around += line - 1
	} else {
		s.around = s.script.first + line
	}
	return func() { s.around = was }
}

// complete runs a command that has been read as a whole.
func (s *Shell) complete(stmts []*syntax.Stmt, f *feed, tail bool) {
	was := s.lineAliases
	s.lineAliases = s.aliases
	defer func() { s.lineAliases = was }()
	defer s.standsAt(stmts)()
	last := tail && s.cfg.Flavour != Dash && f.rest == "" && f.atEnd()
	if s.opts.noexec && !s.opts.interactive {
		return
	}
	if s.cfg.Flavour == Bash && !s.opts.interactive && f.sc.kind.top() {
		s.bashLine(stmts, last)
		return
	}
	s.stmts(stmts, last)
}

// bashLine runs a line of a bash script. An expansion that cannot be made costs the line, not the script.
func (s *Shell) bashLine(stmts []*syntax.Stmt, last bool) {
	subshell := s.subshell
	if !s.attempt(func() { s.stmts(stmts, last) }) {
		if s.subshell != subshell {
			panic(shellExit{s.status})
		}
		s.toPrompt()
	}
}

// atEnd reports whether nothing follows. Only a text that is known as a whole can tell.
func (f *feed) atEnd() bool {
	if f.sc.kind != fromC {
		return false
	}
	line, ok := f.next(false)
	if !ok {
		f.ended = true
		return true
	}
	f.next = unread(line, f.next)
	return false
}

func unread(line string, next lineSource) lineSource {
	first := true
	return func(more bool) (string, bool) {
		if first {
			first = false
			return line, true
		}
		return next(more)
	}
}

// parseError deals with what the parser did not understand.
func (s *Shell) parseError(f *feed, err error) {
	text := string(f.sc.text[f.command:])
	if missing, ok := s.openDocument(text); ok {
		s.endDocument(f, missing)
		s.rescue(f, text+missing)
		return
	}
	if fixed, ok := s.rewrite(text, err, f.command); ok {
		s.rescue(f, fixed+s.remaining(f))
		return
	}
	s.syntaxError(f, s.diagnose(text, err))
}

// rescue runs a text again that was mended.
func (s *Shell) rescue(f *feed, text string) {
	line := f.sc.first + strings.Count(string(f.sc.text[:f.command]), "\n")
	sc := &script{kind: f.sc.kind, name: f.sc.name, first: line}
	s.execute(sc, stringLines(plain(text)), false)
}

// remaining is the rest of a script whose text is being replaced.
func (s *Shell) remaining(f *feed) string {
	var b strings.Builder
	for !f.ended {
		line, ok := f.next(false)
		if !ok {
			break
		}
		b.WriteString(line)
	}
	return b.String()
}

// openDocument finds here-documents that the end of the text cut off, which shells accept, and the words that end
// them.
func (s *Shell) openDocument(text string) (missing string, ok bool) {
	var perr syntax.ParseError
	for range 8 {
		_, err := s.parseText(text + missing)
		if !errors.As(err, &perr) || !strings.HasPrefix(perr.Text, "unclosed here-document") {
			return missing, err == nil && missing != ""
		}
		_, word, _ := strings.Cut(perr.Text, "`")
		word = strings.TrimSuffix(word, "`")
		missing += word + "\n"
	}
	return "", false
}

// endDocument is a here-document that the end of the text ended: bash says so, in the others its last line keeps
// having no newline.
func (s *Shell) endDocument(f *feed, missing string) {
	if s.cfg.Flavour == Bash {
		last := f.sc.first + strings.Count(string(f.sc.text), "\n")
		first := f.sc.first + 1 + strings.Count(string(f.sc.text[:f.command]), "\n")
		s.warn(fmt.Sprintf("%sline %d: warning: here-document at line %d delimited by end-of-file (wanted `%s')",
			s.documentWhere(f.sc), last, first, strings.TrimSuffix(missing, "\n")))
		return
	}
	s.cutDocument = f.open
}

func (s *Shell) documentWhere(sc *script) string {
	if sc.kind == fromC {
		return s.prefix + ": "
	}
	return s.bashWhere(sc)
}

func (s *Shell) parseText(text string) (*syntax.File, error) {
	p := syntax.NewParser(syntax.Variant(s.cfg.Flavour.variant()))
	return p.Parse(strings.NewReader(text), "")
}

// stringLines gives the lines of a text.
func stringLines(text string) lineSource {
	return func(bool) (string, bool) {
		if text == "" {
			return "", false
		}
		line, rest, found := strings.Cut(text, "\n")
		text = rest
		if found {
			line += "\n"
		}
		return line, true
	}
}

// fdLines gives the lines that can be read from a descriptor. A descriptor that others may read too (standard input)
// is read byte by byte, so that nothing of what follows the line is taken from them.
func (s *Shell) fdLines(fd int, shared bool) lineSource {
	size := 4096
	if shared {
		size = 1
	}
	buf := make([]byte, size)
	var held []byte
	return func(bool) (string, bool) {
		for {
			if i := strings.IndexByte(string(held), '\n'); i >= 0 {
				line := string(held[:i+1])
				held = held[i+1:]
				return line, true
			}
			n, err := s.sys.Read(fd, buf)
			if err == proc.EINTR {
				s.runTraps()
				continue
			}
			if n == 0 {
				line := string(held)
				held = nil
				return line, line != ""
			}
			held = append(held, buf[:n]...)
			s.passing(len(held))
		}
	}
}
