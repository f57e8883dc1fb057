package mdoc

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Attr is one word in the braces behind a heading: `#id` has the key "#", `.class` the key ".", `key=value` its own.
type Attr struct {
	Key   string
	Value string
	Pos   Pos

	offset int
}

// headings collects the attributes of a document's headings while it is parsed.
type headings struct {
	attrs map[*ast.Heading][]Attr
}

var headingsKey = parser.NewContextKey()

// headingParser takes the braces off a heading before its text is parsed. Goldmark's own option loses the positions,
// turns values into numbers, and takes what it cannot read for a part of the title.
type headingParser struct{ parser.BlockParser }

func (p headingParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	n, state := p.BlockParser.Open(parent, reader, pc)
	h, ok := n.(*ast.Heading)
	if !ok || h.Lines().Len() == 0 {
		return n, state
	}
	line := h.Lines().At(0)
	begin := bracesAt(line.Value(reader.Source()))
	if begin < 0 {
		return n, state
	}
	braces := text.NewSegment(line.Start+begin, line.Stop)
	attrs := readAttrs(string(braces.Value(reader.Source())), braces.Start)
	if c, ok := pc.Get(headingsKey).(*headings); ok {
		c.attrs[h] = attrs
	}
	for _, a := range attrs {
		if a.Key == "#" {
			h.SetAttributeString("id", []byte(a.Value))
		}
	}
	title := line.WithStop(braces.Start)
	h.Lines().Set(0, title.TrimRightSpace(reader.Source()))
	return h, state
}

// bracesAt returns where the attributes of a heading begin, or -1. `{{gap}}` and `{}` are text.
func bracesAt(line []byte) int {
	i := bytes.LastIndexByte(line, '{')
	if i < 0 || !bytes.HasSuffix(line, []byte("}")) || i > 0 && line[i-1] != ' ' {
		return -1
	}
	inside := line[i+1 : len(line)-1]
	if first := bytes.TrimLeft(inside, " "); len(first) > 0 && (first[0] == '#' || first[0] == '.') ||
		bytes.IndexByte(inside, '=') > 0 {
		return i
	}
	return -1
}

// readAttrs splits "{#id .class key=value}". A value with spaces stands in double quotes. What is none of the three
// forms comes back with an empty Key.
func readAttrs(braces string, offset int) []Attr {
	var attrs []Attr
	for i := 1; i < len(braces)-1; {
		if braces[i] == ' ' {
			i++
			continue
		}
		word := wordAt(braces[i : len(braces)-1])
		a := Attr{Value: word, offset: offset + i}
		switch key, value, ok := strings.Cut(word, "="); {
		case word[0] == '#' || word[0] == '.':
			a.Key, a.Value = word[:1], word[1:]
		case ok && key != "":
			a.Key, a.Value = key, strings.Trim(value, `"`)
		}
		attrs = append(attrs, a)
		i += len(word)
	}
	return attrs
}

// wordAt returns the word at the beginning of s, up to a space outside of quotes.
func wordAt(s string) string {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ' ' && !quoted:
			return s[:i]
		}
	}
	return s
}
