package applet

import (
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// sedAddress says which lines a command is for.
type sedAddress struct {
	kind  byte // 0 none, 'n' number, '$' last, '/' regex, '~' first~step, '+' so many more, 'm' a multiple
	n     int
	step  int
	regex *regex
}

// sedCommand is a command of a script.
type sedCommand struct {
	from, to sedAddress
	not      bool
	active   bool // inside of the range
	until    int  // last line of a range that ends by number
	name     byte

	text        []byte // a i c
	label       string // b t T
	target, end int    // where to go; behind the block
	regex       *regex
	replacement sedReplacement
	global      bool
	print       bool
	nth         int
	fileName    string
	file        *writer
	replacer    *strings.Replacer
	exit        proc.ExitCode
}

// sedReplacement is the right side of s, in parts.
type sedReplacement []sedPart

// sedPart is a text, or what a group matched (group >= 0), or a switch of case.
type sedPart struct {
	text  string
	group int  // -1 is text
	fold  byte // U L u l E, 0 is none
}

func (r sedReplacement) expand(out, src []byte, m []int) []byte {
	mode, once := byte(0), byte(0)
	add := func(s string) {
		if s == "" {
			return
		}
		switch mode {
		case 'U':
			s = strings.ToUpper(s)
		case 'L':
			s = strings.ToLower(s)
		}
		switch once {
		case 'u':
			s = strings.ToUpper(s[:1]) + s[1:]
		case 'l':
			s = strings.ToLower(s[:1]) + s[1:]
		}
		once = 0
		out = append(out, s...)
	}
	for _, p := range r {
		switch {
		case p.fold == 'E':
			mode, once = 0, 0
		case p.fold == 'U' || p.fold == 'L':
			mode = p.fold
		case p.fold != 0:
			once = p.fold
		case p.group < 0:
			add(p.text)
		case 2*p.group+1 < len(m) && m[2*p.group] >= 0:
			add(string(src[m[2*p.group]:m[2*p.group+1]]))
		}
	}
	return out
}

// applies reports whether a command is for the current line, and keeps track of its range.
func (s *sed) applies(c *sedCommand) bool {
	return s.inRange(c) != c.not
}

func (s *sed) inRange(c *sedCommand) bool {
	switch {
	case c.from.kind == 0:
		return true
	case c.to.kind == 0:
		return s.at(&c.from)
	case !c.active:
		return s.begins(c)
	}
	switch c.to.kind {
	case 'n', '+', 'm':
		if s.line >= c.until {
			c.active = false
		}
		return s.line <= c.until || c.to.kind != 'n'
	default:
		if s.at(&c.to) {
			c.active = false
		}
		return true
	}
}

func (s *sed) begins(c *sedCommand) bool {
	if s.gnu() && c.from.kind == 'n' && c.from.n == 0 && c.to.kind == '/' && s.line == 1 {
		c.active = !s.at(&c.to)
		return true
	}
	if !s.at(&c.from) {
		return false
	}
	c.active = true
	switch c.to.kind {
	case 'n':
		c.until = c.to.n
	case '+':
		c.until = s.line + c.to.n
	case 'm':
		c.until = s.line
		if c.to.n > 0 {
			c.until = (s.line + c.to.n - 1) / c.to.n * c.to.n
		}
	case '$':
		c.active = s.hasNext
		return true
	default:
		return true
	}
	if c.until <= s.line {
		c.active = false
	}
	return true
}

// at reports whether an address fits the current line.
func (s *sed) at(a *sedAddress) bool {
	switch a.kind {
	case 'n':
		return s.line == a.n
	case '$':
		return !s.hasNext
	case '~':
		if a.step <= 0 {
			return s.line == a.n
		}
		return s.line >= a.n && (s.line-a.n)%a.step == 0
	}
	return s.regexOf(a.regex).matches(s.pattern)
}

// sedParser reads a script.
type sedParser struct {
	sed         *sed
	src         string
	at          int
	blocks      []int
	quietByHash bool
}

func (p *sedParser) die(busybox, gnu string) {
	if p.sed.gnu() {
		p.sed.die("-e expression #1, char %d: %s", p.at, gnu)
	}
	p.sed.die("%s", busybox)
}

func (p *sedParser) peek() byte {
	if p.at < len(p.src) {
		return p.src[p.at]
	}
	return 0
}

func (p *sedParser) blanks() {
	for p.at < len(p.src) && (p.src[p.at] == ' ' || p.src[p.at] == '\t') {
		p.at++
	}
}

func (p *sedParser) parse() {
	if strings.HasPrefix(p.src, "#n\n") || p.src == "#n" {
		p.quietByHash = true
	}
	for {
		for p.at < len(p.src) && strings.IndexByte(" \t\n;", p.src[p.at]) >= 0 {
			p.at++
		}
		if p.at >= len(p.src) {
			break
		}
		if p.src[p.at] == '#' {
			p.restOfLine()
			continue
		}
		p.command()
	}
	if len(p.blocks) > 0 && p.sed.gnu() {
		p.at = 0
		p.die("", "unmatched `{'")
	}
	for _, open := range p.blocks { // busybox lets them pass
		p.sed.program[open].end = len(p.sed.program)
	}
	p.resolve()
}

// resolve finds where branches lead.
func (p *sedParser) resolve() {
	s := p.sed
	for _, c := range s.program {
		if c.name != 'b' && c.name != 't' && c.name != 'T' {
			continue
		}
		c.target = len(s.program)
		if c.label == "" {
			continue
		}
		to, ok := s.labels[c.label]
		if !ok {
			if s.gnu() {
				s.dieWith(4, "can't find label for jump to `%s'", c.label)
			}
			s.die("can't find label for jump to '%s'", c.label)
		}
		c.target = to
	}
}

func (p *sedParser) restOfLine() string {
	rest, _, _ := strings.Cut(p.src[p.at:], "\n")
	p.at += len(rest)
	return rest
}

func (p *sedParser) command() {
	c := &sedCommand{nth: 1}
	if len(p.sed.program) > 1<<16 {
		p.die("script too long", "script too long")
	}
	c.from = p.address()
	p.blanks()
	if c.from.kind != 0 && p.peek() == ',' {
		p.at++
		p.blanks()
		if c.to = p.address(); c.to.kind == 0 {
			p.die("no address after comma", "unexpected `,'")
		}
	}
	if c.from.kind == 'n' && c.from.n == 0 && c.to.kind != '/' && p.sed.gnu() {
		p.die("", "invalid usage of line address 0")
	}
	p.blanks()
	for p.peek() == '!' {
		c.not = true
		p.at++
		p.blanks()
	}
	if p.at >= len(p.src) {
		p.die("missing command", "missing command")
	}
	c.name = p.src[p.at]
	p.at++
	p.operands(c)
}

func (p *sedParser) address() sedAddress {
	switch b := p.peek(); {
	case isDigit(b):
		n := p.integer()
		if p.peek() == '~' && p.sed.gnu() {
			p.at++
			return sedAddress{kind: '~', n: n, step: p.integer()}
		}
		return sedAddress{kind: 'n', n: n}
	case b == '$':
		p.at++
		return sedAddress{kind: '$'}
	case b == '+' || b == '~' && p.sed.gnu():
		p.at++
		kind := byte('+')
		if b == '~' {
			kind = 'm'
		}
		return sedAddress{kind: kind, n: p.integer()}
	case b == '/' || b == '\\':
		p.at++
		delim := b
		if b == '\\' {
			delim = p.peek()
			p.at++
		}
		text, ok := p.until(delim, true)
		if !ok {
			p.die("unmatched '"+string(rune(delim))+"'", "unterminated address regex")
		}
		flags := regexFlags{extended: p.sed.extended}
		for p.sed.gnu() && (p.peek() == 'I' || p.peek() == 'M') {
			flags.ignoreCase = flags.ignoreCase || p.peek() == 'I'
			flags.multiline = flags.multiline || p.peek() == 'M'
			p.at++
		}
		return sedAddress{kind: '/', regex: p.compile(text, flags)}
	}
	return sedAddress{}
}

func (p *sedParser) integer() int {
	start := p.at
	for p.at < len(p.src) && isDigit(p.src[p.at]) {
		p.at++
	}
	n, _ := strconv.Atoi(p.src[start:p.at])
	return n
}

func (p *sedParser) compile(text string, flags regexFlags) *regex {
	if text == "" {
		return nil
	}
	r, err := compileRegex(text, flags, p.sed.Step)
	if err != nil {
		if p.sed.gnu() {
			p.die("", glibcRegexError(err.Error()))
		}
		p.sed.badRegex(text, err)
	}
	return r
}

// until reads to an unescaped delimiter. An escaped one stands for itself, \n for a newline. In a regular expression,
// the delimiter may stand between brackets.
func (p *sedParser) until(delim byte, isRegex bool) (string, bool) {
	var b strings.Builder
	bracket := -1
	for ; p.at < len(p.src); p.at++ {
		c := p.src[p.at]
		switch {
		case bracket >= 0:
			if c == ']' && p.at > bracket {
				bracket = -1
			}
		case c == delim:
			p.at++
			return b.String(), true
		case c == '\\' && p.at+1 < len(p.src):
			p.at++
			next := p.src[p.at]
			switch {
			case next == delim:
				if isRegex && strings.IndexByte("|+?(){}", delim) >= 0 {
					b.WriteByte('\\')
				}
				b.WriteByte(delim)
			case next == 'n' && isRegex:
				b.WriteByte('\n')
			default:
				b.WriteByte('\\')
				b.WriteByte(next)
			}
			continue
		case c == '[' && isRegex:
			bracket = p.at + 1
			if p.at+1 < len(p.src) && p.src[p.at+1] == '^' {
				bracket++
			}
		case c == '\n' && isRegex:
			return "", false
		}
		b.WriteByte(c)
	}
	return "", false
}

func (p *sedParser) operands(c *sedCommand) {
	switch c.name {
	case '{':
		p.blocks = append(p.blocks, len(p.sed.program))
	case '}':
		if len(p.blocks) == 0 {
			if p.sed.gnu() {
				p.die("", "unexpected `}'")
			}
			p.ending()
			return
		}
		p.sed.program[p.blocks[len(p.blocks)-1]].end = len(p.sed.program)
		p.blocks = p.blocks[:len(p.blocks)-1]
		p.ending()
		return
	case ':':
		p.blanks()
		label := p.label()
		if label == "" {
			p.die("\":\" lacks a label", "\":\" lacks a label")
		}
		p.sed.labels[label] = len(p.sed.program)
		return
	case 'a', 'i', 'c':
		c.text = p.text()
	case 'b', 't', 'T':
		p.blanks()
		c.label = p.label()
	case 's':
		p.substitution(c)
		p.ending()
	case 'y':
		p.transliteration(c)
		p.ending()
	case 'r', 'w':
		p.blanks()
		if c.fileName = p.restOfLine(); c.fileName == "" {
			p.die("empty filename", "missing filename in r/R/w/W commands")
		}
		if c.name == 'w' {
			c.file = p.output(c.fileName)
		}
	case 'q', 'Q':
		p.blanks()
		if p.sed.gnu() {
			c.exit = proc.ExitCode(p.integer())
		}
		p.ending()
	case '=', 'd', 'D', 'g', 'G', 'h', 'H', 'l', 'n', 'N', 'p', 'P', 'x':
		p.ending()
	default:
		p.die("unsupported command "+string(rune(c.name)), "unknown command: `"+string(rune(c.name))+"'")
	}
	p.sed.program = append(p.sed.program, c)
}

// ending makes sure that nothing follows a command. Busybox takes what follows for the next one.
func (p *sedParser) ending() {
	if !p.sed.gnu() {
		return
	}
	p.blanks()
	if b := p.peek(); b != 0 && strings.IndexByte(";\n}#", b) < 0 {
		p.at++
		p.die("unsupported command "+string(rune(b)), "extra characters after command")
	}
}

func (p *sedParser) label() string {
	end := strings.IndexAny(p.src[p.at:], ";\n}")
	if end < 0 {
		end = len(p.src) - p.at
	}
	label := strings.TrimRight(p.src[p.at:p.at+end], " \t")
	p.at += end
	return label
}

// text is what a, i and c are given: on the same line, or on the next ones behind backslashes.
func (p *sedParser) text() []byte {
	p.blanks()
	if p.peek() == '\\' {
		p.at++
		mark := p.at
		p.blanks()
		if p.peek() == '\n' {
			p.at++
		} else {
			p.at = mark
		}
	}
	if p.at >= len(p.src) {
		p.die("expected \\ after `a', `c' or `i'", "expected \\ after `a', `c' or `i'")
	}
	var b []byte
	for ; p.at < len(p.src) && p.src[p.at] != '\n'; p.at++ {
		if p.src[p.at] == '\\' && p.at+1 < len(p.src) {
			p.at++
			if p.src[p.at] == 't' {
				b = append(b, '\t')
				continue
			}
		}
		b = append(b, p.src[p.at])
	}
	return b
}

func (p *sedParser) output(name string) *writer {
	if w, ok := p.sed.outputs[name]; ok {
		return w
	}
	fd, err := p.sed.Open(name, proc.O_WRONLY|proc.O_CREAT|proc.O_TRUNC, 0o666)
	if err != nil {
		p.sed.die("can't open '%s': %s", name, p.sed.text(err))
	}
	w := p.sed.newWriter(fd)
	p.sed.outputs[name] = w
	return w
}

func (p *sedParser) substitution(c *sedCommand) {
	delim := p.peek()
	p.at++
	pattern, ok := "", delim != 0 && delim != '\n' && delim != '\\'
	if ok {
		pattern, ok = p.until(delim, true)
	}
	right := ""
	if ok {
		right, ok = p.until(delim, false)
	}
	if !ok {
		p.die("unmatched '"+string(rune(delim))+"'", "unterminated `s' command")
	}
	flags := regexFlags{extended: p.sed.extended}
	for done := false; !done; {
		switch b := p.peek(); {
		case b == 'g':
			c.global = true
			if !p.sed.gnu() {
				c.nth = 1
			}
		case b == 'p':
			c.print = true
		case b == 'i' || b == 'I':
			flags.ignoreCase = true
		case b == 'm' || b == 'M':
			flags.multiline = true
		case isDigit(b):
			c.nth = p.integer()
			c.global = c.global && p.sed.gnu()
			if c.nth == 0 {
				p.die("bad option in substitution expression", "number option to `s' command may not be zero")
			}
			continue
		case b == 'w':
			p.at++
			p.blanks()
			c.file = p.output(p.restOfLine())
			done = true
			continue
		case b == 0 || strings.IndexByte(" \t;\n}#", b) >= 0:
			done = true
			continue
		default:
			p.at++
			p.die("bad option in substitution expression", "unknown option to `s'")
		}
		p.at++
	}
	c.regex = p.compile(pattern, flags)
	c.replacement = p.replacement(right, c.regex)
}

func (p *sedParser) replacement(text string, r *regex) sedReplacement {
	var parts sedReplacement
	plain := ""
	flush := func() {
		if plain != "" {
			parts = append(parts, sedPart{text: plain, group: -1})
			plain = ""
		}
	}
	for i := 0; i < len(text); i++ {
		switch ch := text[i]; {
		case ch == '&':
			flush()
			parts = append(parts, sedPart{group: 0})
		case ch == '\\' && i+1 < len(text):
			i++
			switch next := text[i]; {
			case isDigit(next):
				flush()
				if n := int(next - '0'); r != nil && n > r.groups && p.sed.gnu() {
					p.die("", "invalid reference \\"+string(rune(next))+" on `s' command's RHS")
				}
				parts = append(parts, sedPart{group: int(next - '0')})
			case next == 'n':
				plain += "\n"
			case next == 't':
				plain += "\t"
			case next == 'r':
				plain += "\r"
			case strings.IndexByte("ULulE", next) >= 0:
				flush()
				parts = append(parts, sedPart{fold: next, group: -1})
			default:
				plain += string(rune(next))
				if next >= 0x80 {
					plain = plain[:len(plain)-len(string(rune(next)))] + text[i:i+1]
				}
			}
		default:
			plain += text[i : i+1]
		}
	}
	flush()
	return parts
}

func (p *sedParser) transliteration(c *sedCommand) {
	delim := p.peek()
	p.at++
	from, ok := p.until(delim, false)
	to, ok2 := "", false
	if ok {
		to, ok2 = p.until(delim, false)
	}
	if !ok || !ok2 {
		p.die("unmatched '"+string(rune(delim))+"'", "unterminated `y' command")
	}
	unescape := strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t")
	a, b := []rune(unescape.Replace(from)), []rune(unescape.Replace(to))
	if len(a) != len(b) && p.sed.gnu() {
		p.die("", "strings for `y' command are different lengths")
	}
	var pairs []string
	for i := range min(len(a), len(b)) {
		pairs = append(pairs, string(a[i]), string(b[i]))
	}
	c.replacer = strings.NewReplacer(pairs...)
}
