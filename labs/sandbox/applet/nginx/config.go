package nginx

import (
	"fmt"
	"strings"
)

// directive is one statement of a configuration: simple, or with a block.
type directive struct {
	name  string
	args  []string
	block []directive
	has   bool // has a block
	file  string
	line  int
}

// commandLine is the file of what -g says.
const commandLine = "command line"

// configError is a mistake, in nginx's words.
type configError struct {
	text string
	file string
	line int
}

func (e *configError) Error() string {
	switch e.file {
	case "":
		return e.text
	case commandLine:
		return e.text + " in " + e.file
	}
	return fmt.Sprintf("%s in %s:%d", e.text, e.file, e.line)
}

func (d *directive) errorf(format string, a ...any) error {
	return &configError{fmt.Sprintf(format, a...), d.file, d.line}
}

// Limits on a configuration.
const (
	maxDepth    = 32
	maxFileSize = 1 << 20
	maxToken    = 4096 // nginx: NGX_CONF_BUFFER
)

// parser reads one file. nginx: src/core/ngx_conf_file.c
type parser struct {
	text string
	at   int
	file string
	line int
}

// token is a word, or one of ; { }.
type token struct {
	text   string
	quoted bool
	line   int
}

func (t token) is(s string) bool { return !t.quoted && t.text == s }

// parse reads a file's statements.
func parse(file, text string) ([]directive, error) {
	p := &parser{text: text, file: file, line: 1}
	if len(text) > maxFileSize {
		return nil, p.fail("the file is larger than the sandbox reads")
	}
	return p.statements(0)
}

func (p *parser) fail(format string, a ...any) error {
	return &configError{fmt.Sprintf(format, a...), p.file, p.line}
}

// statements reads up to the end of a block, or of the file at depth 0.
func (p *parser) statements(depth int) (list []directive, err error) {
	if depth > maxDepth {
		return nil, p.fail("blocks are nested too deeply")
	}
	for {
		d := directive{file: p.file}
		for {
			t, ok, err := p.next()
			if err != nil {
				return nil, err
			}
			if !ok {
				return list, p.ended(&d, depth)
			}
			if t.is("}") {
				if d.name != "" || depth == 0 {
					return nil, p.fail("unexpected \"}\"")
				}
				return list, nil
			}
			if t.is(";") || t.is("{") {
				if d.name == "" {
					return nil, p.fail("unexpected \"%s\"", t.text)
				}
				if d.has = t.text == "{"; d.has {
					if d.block, err = p.statements(depth + 1); err != nil {
						return nil, err
					}
				}
				list = append(list, d)
				break
			}
			if d.name == "" {
				d.name, d.line = t.text, t.line
			} else {
				d.args = append(d.args, t.text)
			}
		}
	}
}

// ended checks that the file may end here.
func (p *parser) ended(d *directive, depth int) error {
	switch {
	case d.name != "":
		return p.fail("unexpected end of file, expecting \";\" or \"}\"")
	case depth > 0:
		return p.fail("unexpected end of file, expecting \"}\"")
	}
	return nil
}

// next is the next token; ok is false at the end of the file.
func (p *parser) next() (t token, ok bool, err error) {
	p.space()
	if p.at == len(p.text) {
		return t, false, nil
	}
	t.line = p.line
	switch c := p.text[p.at]; c {
	case ';', '{', '}':
		p.at++
		return token{text: string(c), line: p.line}, true, nil
	case '"', '\'':
		t.quoted = true
		t.text, err = p.quotedWord(c)
		return t, err == nil, err
	}
	t.text, err = p.word()
	return t, err == nil, err
}

// space skips blanks, newlines and comments.
func (p *parser) space() {
	for ; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '\n':
			p.line++
		case ' ', '\t', '\r':
		case '#':
			for p.at+1 < len(p.text) && p.text[p.at+1] != '\n' {
				p.at++
			}
		default:
			return
		}
	}
}

func (p *parser) quotedWord(quote byte) (string, error) {
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		c := p.text[p.at]
		switch {
		case c == quote:
			p.at++
			return b.String(), nil
		case c == '\\' && p.at+1 < len(p.text):
			p.at++
			b.WriteString(escaped(p.text[p.at]))
		default:
			if c == '\n' {
				p.line++
			}
			b.WriteByte(c)
		}
		if b.Len() > maxToken {
			return "", p.fail("too long parameter \"%.10s...\" started", b.String())
		}
	}
	return "", p.fail("unexpected end of file, expecting \";\" or \"}\"")
}

// escaped is what a backslash and a character stand for; those that are not known keep the backslash.
func escaped(c byte) string {
	switch c {
	case '"', '\'', '\\':
		return string(c)
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case 'n':
		return "\n"
	}
	return "\\" + string(c)
}

// word reads up to a blank or a sign. A brace behind a dollar belongs to a variable.
func (p *parser) word() (string, error) {
	var b strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		switch {
		case strings.IndexByte(" \t\r\n;", c) >= 0:
			return b.String(), nil
		case c == '{' && strings.HasSuffix(b.String(), "$"):
			end := strings.IndexByte(p.text[p.at:], '}')
			if end < 0 {
				return "", p.fail("unexpected end of file, expecting \"}\"")
			}
			b.WriteString(p.text[p.at : p.at+end+1])
			p.at += end + 1
			continue
		case c == '{':
			return b.String(), nil
		case c == '\\' && p.at+1 < len(p.text):
			p.at++
			b.WriteString(escaped(p.text[p.at]))
		default:
			b.WriteByte(c)
		}
		if p.at++; b.Len() > maxToken {
			return "", p.fail("too long parameter \"%.10s...\" started", b.String())
		}
	}
	return b.String(), nil
}
