package shell

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// problem is a syntax error as a shell sees it: a token that does not belong, or something that never ended.
type problem struct {
	token     string // what was not expected: a word's text, an operator, "\n"; "" is the end of the text
	reserved  bool   // the token is a reserved word or an operator
	expecting string // what would have been right, where only one thing would
	special   string // a message of its own instead: the ash wording
	bare      bool   // the message stands alone, it is no syntax error
	quote     string // for bash: what was looked for
	offset    int    // of the token in the command's text
}

// The wordings that are no matter of tokens. They are ash's; dash begins with a capital, bash has its own.
const (
	openQuote   = "unterminated quoted string"
	openBrace   = "missing '}'"
	openArith   = "missing '))'"
	openBack    = "EOF in backquote substitution"
	badLoop     = "bad for loop variable"
	badFunction = "bad function name"
)

// diagnose finds out what a shell would say about a text that did not parse. The parser knows the construct; the token
// that broke it is the first one with which the text cannot be completed any more, or that the grammar cannot take.
func (s *Shell) diagnose(text string, err error) problem {
	var lang syntax.LangError
	if errors.As(err, &lang) {
		return s.foreign(text, lang)
	}
	var perr syntax.ParseError
	errors.As(err, &perr)
	what := perr.Text
	switch {
	case strings.Contains(what, "without closing quote"):
		return unclosed(what, text)
	case strings.HasPrefix(what, "reached EOF without matching `${`"), badParameter(what):
		return problem{special: openBrace, quote: "}", offset: len(text)}
	case strings.HasPrefix(what, "reached EOF without matching `$((`"),
		strings.Contains(what, "without matching `$((` with"),
		strings.HasPrefix(what, "`$((` must be followed"),
		strings.Contains(what, "must be followed by an expression") && perr.Incomplete:
		return problem{special: openArith, quote: ")", offset: len(text)}
	case what == "invalid func name":
		return problem{special: badFunction, token: "(", reserved: true, offset: s.culprit(text).offset}
	case strings.HasPrefix(what, "reached EOF without matching `$(`"):
		return problem{quote: ")", expecting: ")", offset: len(text)}
	case strings.HasPrefix(what, "reached EOF without matching `[[`") && s.cfg.Flavour == Ash:
		return problem{special: "missing ]]", bare: true, offset: len(text)}
	}
	if perr.Incomplete || syntax.IsIncomplete(err) {
		return s.atEnd(text)
	}
	p := s.culprit(text)
	if strings.HasPrefix(what, "`for`") || strings.HasPrefix(what, "for") && strings.Contains(what, "literal") {
		p.special = badLoop
	}
	return p
}

// badParameter recognizes what the parser says of ${x!y} and its like.
func badParameter(what string) bool {
	return strings.HasPrefix(what, "not a valid parameter expansion operator") || what == "invalid parameter name"
}

// atEnd is a text that ended too early.
func (s *Shell) atEnd(text string) problem {
	toks := tokens(text)
	g, broken := context(toks, len(toks))
	if broken < len(toks) {
		return g.problem(toks[broken])
	}
	return problem{expecting: g.expects(""), offset: len(text)}
}

// problem is a token that the grammar cannot take.
func (g *grammar) problem(t tok) problem {
	return problem{
		token: t.text, expecting: g.expects(t.text), offset: t.end - len(t.text),
		reserved: t.operator || t.text == "in" && g.begin ||
			isReserved(t.text) && (g.begin && !g.top().loose || g.top().ended),
	}
}

func unclosed(what, text string) problem {
	p := problem{special: openQuote, offset: len(text)}
	switch {
	case strings.HasSuffix(what, "'`"), strings.HasSuffix(what, "'"):
		p.quote = "'"
	case strings.HasSuffix(what, "\"`"):
		p.quote = `"`
	default:
		p.special, p.quote = openBack, "`"
	}
	return p
}

// foreign is a construct of another flavour. What dash does not know it takes apart and stumbles over.
func (s *Shell) foreign(text string, lang syntax.LangError) problem {
	at := min(int(lang.Pos.Offset()), len(text))
	switch {
	case strings.Contains(lang.Feature, "c-style"):
		return problem{special: badLoop, offset: at}
	case strings.Contains(lang.Feature, "herestring"), strings.Contains(lang.Feature, "redirects"):
		return problem{token: "<", reserved: true, offset: at}
	case strings.Contains(lang.Feature, "arrays"),
		strings.Contains(lang.Feature, "process substitution"),
		strings.Contains(lang.Feature, "glob"):
		return problem{token: "(", reserved: true, offset: at}
	}
	return problem{special: "bad substitution", offset: at}
}

// culprit is the first token with which the text cannot become right any more.
func (s *Shell) culprit(text string) problem {
	toks := tokens(text)
	lo, hi := 0, len(toks)-1
	for lo < hi {
		mid := (lo + hi) / 2
		_, err := s.parseText(text[:toks[mid].end])
		if err != nil && !syntax.IsIncomplete(err) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	if len(toks) == 0 {
		return problem{offset: len(text)}
	}
	if toks[lo].text == "\n" && toks[lo].end == len(text) && s.cfg.Flavour != Bash {
		return s.atEnd(text) // the newline is ours
	}
	g, broken := context(toks, lo)
	if s.cfg.Flavour != Bash && g.top().loose && toks[broken].text == ";;" && broken+1 < len(toks) {
		g.take(toks[broken]) // it is taken for a pattern
		broken++
	}
	return g.problem(toks[broken])
}

func isReserved(word string) bool {
	switch word {
	case "!", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "then", "until", "while", "{", "}":
		return true
	}
	return false
}

// tok is a token of a text, found without understanding it.
type tok struct {
	text     string
	end      int
	operator bool
}

// tokens cuts a text at blanks and operators; quotes hold together.
func tokens(text string) []tok {
	var out []tok
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == ' ' || c == '\t':
			i++
		case c == '#' && (i == 0 || strings.IndexByte(" \t\n;", text[i-1]) >= 0):
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case c == '\n':
			i++
			out = append(out, tok{"\n", i, false})
		case strings.IndexByte(";&|<>()", c) >= 0:
			n := 1
			if i+1 < len(text) && text[i+1] == c && c != '(' && c != ')' {
				n = 2
			}
			i += n
			out = append(out, tok{text[i-n : i], i, true})
		default:
			end := wordEnd(text, i)
			out = append(out, tok{text[i:end], end, false})
			i = end
		}
	}
	return out
}

func wordEnd(text string, i int) int {
	for i < len(text) {
		switch c := text[i]; c {
		case '\\':
			i += 2
		case '\'', '"', '`':
			j := strings.IndexByte(text[i+1:], c)
			if j < 0 {
				return len(text)
			}
			i += j + 2
		case ' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')':
			return i
		default:
			i++
		}
	}
	return min(i, len(text))
}

// syntaxError says what is wrong and ends the shell, or what it was doing.
func (s *Shell) syntaxError(f *feed, p problem) {
	text := string(f.sc.text[f.command:])
	upTo := f.command + min(p.offset, len(text))
	line := f.sc.first + 1 + strings.Count(string(f.sc.text[:upTo]), "\n")
	switch s.cfg.Flavour {
	case Bash:
		s.bashSyntaxError(f, p, plain(text), line)
	case Dash:
		s.line = min(line, s.lastLine(f))
		s.complain("%s", p.dash())
	default:
		s.line = min(line, s.lastLine(f))
		s.complain("%s", p.ash())
	}
	s.status = 2
	if s.cfg.Flavour == Bash && f.sc.kind != fromC && f.sc.kind != fromFile && f.sc.kind != fromStdin {
		if f.sc.kind == fromSource {
			s.status = 1
		}
		return // eval and . fail, the script goes on
	}
	panic(abort{status: 2})
}

func (s *Shell) lastLine(f *feed) int {
	return f.sc.first + max(1, strings.Count(string(f.sc.text), "\n"))
}

func (p problem) ash() string {
	switch {
	case p.bare:
		return p.special
	case p.special != "":
		return "syntax error: " + p.special
	}
	return "syntax error: unexpected " + p.name() + p.hint()
}

func (p problem) dash() string {
	switch {
	case p.special == "bad substitution":
		return "Bad substitution"
	case p.special == openBack:
		return "Syntax error: " + p.special
	case p.special != "":
		return "Syntax error: " + strings.ToUpper(p.special[:1]) + p.special[1:]
	}
	return "Syntax error: " + p.name() + " unexpected" + p.hint()
}

// name is what ash and dash call a token.
func (p problem) name() string {
	switch {
	case p.token == "":
		return "end of file"
	case p.token == "\n":
		return "newline"
	case strings.ContainsAny(p.token[:1], "<>"):
		return "redirection"
	case p.reserved:
		return strconv.Quote(p.token)
	}
	return "word"
}

func (p problem) hint() string {
	if p.expecting == "" {
		return ""
	}
	return fmt.Sprintf(" (expecting %q)", p.expecting)
}

func (s *Shell) bashSyntaxError(f *feed, p problem, text string, line int) {
	where := s.bashWhere(f.sc)
	say := func(n int, what string) { s.warn(fmt.Sprintf("%sline %d: %s", where, n, what)) }
	typed := s.atPrompt && f.sc.kind == fromStdin
	if typed {
		say = func(_ int, what string) { s.warn(where + what) }
	}
	first := line - strings.Count(text[:min(p.offset, len(text))], "\n")
	switch {
	case p.expecting == ")" && p.quote == ")":
		say(first+strings.Count(text, "\n"), "unexpected EOF while looking for matching `)'")
	case p.quote != "":
		say(first, "unexpected EOF while looking for matching `"+p.quote+"'")
	case p.special == "bad substitution":
		say(line, "bad substitution")
	case p.token == "":
		say(first+strings.Count(text, "\n"), "syntax error: unexpected end of file")
	default:
		token := p.token
		if token == "\n" {
			token = "newline"
		}
		say(line, "syntax error near unexpected token `"+token+"'")
		if typed {
			return
		}
		lines := strings.Split(text, "\n")
		say(line, "`"+lines[min(line-first, len(lines)-1)]+"'")
	}
}

// bashWhere is what bash's syntax errors begin with.
func (s *Shell) bashWhere(sc *script) string {
	switch sc.kind {
	case fromTrap:
		return s.prefix + ": exit trap: "
	case fromC:
		return s.prefix + ": -c: "
	case fromEval:
		return s.prefix + ": eval: "
	case fromSource:
		return sc.name + ": "
	}
	return s.prefix + ": "
}

// rewrite mends what only this parser refuses, so that it can be understood when it is reached: dash's reading of
// `&>`, arithmetic and parameters that are wrong, and names that cannot be exported.
func (s *Shell) rewrite(text string, err error, base int) (string, bool) {
	var lang syntax.LangError
	if errors.As(err, &lang) {
		at := int(lang.Pos.Offset()) - base
		if strings.HasPrefix(lang.Feature, "`&>") && at >= 0 && at < len(text) {
			return text[:at+1] + " " + text[at+1:], true
		}
		return "", false
	}
	var perr syntax.ParseError
	if !errors.As(err, &perr) || perr.Incomplete {
		return "", false
	}
	at := int(perr.Pos.Offset()) - base
	switch {
	case perr.Text == "invalid var name":
		return quoteDeclaration(text, at)
	case badParameter(perr.Text):
		return s.setParameterAside(text, at)
	}
	return s.setArithmeticAside(text, at)
}

// quoteDeclaration puts a backslash before export and the like, so that the parser takes it for any command.
func quoteDeclaration(text string, at int) (string, bool) {
	last := -1
	for _, word := range []string{"export", "readonly", "declare", "typeset", "local"} {
		last = max(last, strings.LastIndex(text[:min(max(at, 0), len(text))], word))
	}
	if last < 0 || last > 0 && text[last-1] == '\\' {
		return "", false
	}
	return text[:last] + `\` + text[last:], true
}

// badPrefix begins the names that stand for parameters that the parser could not read.
const badPrefix = "__parameter_"

func (s *Shell) setParameterAside(text string, at int) (string, bool) {
	start := strings.LastIndex(text[:min(max(at+1, 0), len(text))], "${")
	if start < 0 {
		return "", false
	}
	end := strings.IndexByte(text[start:], '}')
	if end < 0 || strings.HasPrefix(text[start:], "${"+badPrefix) {
		return "", false
	}
	name := badPrefix + strconv.Itoa(len(s.aside))
	s.aside = append(s.aside, text[start:start+end+1])
	return text[:start] + "${" + name + "}" + text[start+end+1:], true
}

// arithPrefix begins the names that stand for arithmetic which the parser could not read.
const arithPrefix = "__arithmetic_"

func (s *Shell) setArithmeticAside(text string, at int) (string, bool) {
	start := strings.LastIndex(text[:min(max(at+3, 0), len(text))], "$((")
	if start < 0 {
		return "", false
	}
	end := arithEnd(text, start+3)
	if end < 0 || end < at-1 {
		return "", false
	}
	name := arithPrefix + strconv.Itoa(len(s.aside))
	s.aside = append(s.aside, text[start+3:end])
	return text[:start] + "${" + name + "}" + text[end+2:], true
}

// arithEnd is where the )) begins that closes an arithmetic expansion.
func arithEnd(text string, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth == 0 {
				if i+1 < len(text) && text[i+1] == ')' {
					return i
				}
				return -1
			}
			depth--
		case '\n':
			return -1
		}
	}
	return -1
}
