package lessons

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"dockerlearn/internal/mdoc"
)

// page is one parsed file while it is read: a lesson or a lab in one language.
type page struct {
	doc   *mdoc.Document
	lang  Lang
	ids   map[string]mdoc.Pos // where each of its ids stands
	found *Findings
}

func newPage(doc *mdoc.Document, lang Lang, found *Findings) page {
	return page{doc, lang, map[string]mdoc.Pos{}, found}
}

// attributes are what stands in the braces of a heading: "#" for its id, ".order" for a class, other keys as they are.
type attributes []mdoc.Attr

func (all attributes) get(key string) (mdoc.Attr, bool) {
	for _, a := range all {
		if a.Key == key || a.Key == "." && key[0] == '.' && a.Value == key[1:] {
			return a, true
		}
	}
	return mdoc.Attr{}, false
}

// attrs returns a heading's attributes after reporting those that it cannot have.
func (p *page) attrs(h *ast.Heading, known ...string) attributes {
	all := p.doc.Attrs(h)
	for _, a := range all {
		name := a.Key
		if a.Key == "." {
			name += a.Value
		}
		if a.Key == "" || a.Value == "" || a.Key == "#" || slices.Contains(known, name) {
			continue // in the first two cases mdoc has spoken
		}
		do := "delete it"
		if len(known) > 0 {
			do = "use one of " + strings.Join(known, ", ")
		}
		p.found.Errorf(a.Pos, "unknown-attribute", do, "the attribute %q is unknown here", name)
	}
	return all
}

// newID returns a heading's id and sees to it that the file has it once. Without one it is "".
func (p *page) newID(h *ast.Heading, attrs attributes) string {
	a, ok := attrs.get("#")
	if !ok {
		p.found.Errorf(p.doc.Pos(h), "id-missing",
			"add {#some-id} at its end; it stays for ever", "this heading has no id")
		return ""
	}
	if !isID(a.Value) {
		p.found.Errorf(a.Pos, "id", idRule, "%q cannot be an id", a.Value)
		return ""
	}
	if first, twice := p.ids[a.Value]; twice {
		p.found.Errorf(a.Pos, "id-twice",
			"give this heading an id of its own", "the id %q is already used at %s", a.Value, first)
		return ""
	}
	p.ids[a.Value] = a.Pos
	return a.Value
}

// languages lists the words after a fence that only say how to colour a block.
const languages = "text sh bash dockerfile yaml json go ini toml conf c http sql diff"

// blocks reports blocks of code of an unknown kind, anywhere in the file. Those for the engine are named.
func (p *page) blocks(engine ...string) {
	known := append(engine, strings.Fields(languages)...)
	for _, b := range p.doc.Fragment(p.doc.Nodes...).Code() {
		if !slices.Contains(known, b.Word) {
			p.found.Errorf(b.Pos, "unknown-block", "write one of "+strings.Join(known, ", ")+" behind the fence",
				"%q is no kind of block", b.Word)
		}
	}
}

// fence returns the word behind the fence of a code block, or "".
func (p *page) fence(n ast.Node) string {
	if b, ok := n.(*ast.FencedCodeBlock); ok {
		return string(b.Language(p.doc.Source))
	}
	return ""
}

func (p *page) code(n ast.Node) string {
	var b bytes.Buffer
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(p.doc.Source))
	}
	return b.String()
}
