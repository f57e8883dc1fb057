package render

import (
	"bufio"
	"bytes"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	ghtml "github.com/yuin/goldmark/renderer/html"

	"dockerlearn/internal/mdoc"
)

// Spans returns a fragment's text as spans without line breaks, to be mixed with spans of the caller's and then given
// to Wrap. Blocks are parted by a space.
func Spans(f mdoc.Fragment, o Options) []Span {
	p := &painter{src: f.Source, opt: o.withDefaults()}
	in := inliner{painter: p}
	for _, n := range f.Nodes {
		in.any(n, p.opt.Style.Text)
		in.soft = true
	}
	for i := range in.out {
		if in.out[i].Text == "\n" {
			in.out[i].Text = " "
		}
	}
	return in.out
}

// spans returns the text of a paragraph, a heading or a table cell.
func (p *painter) spans(n ast.Node, sgr SGR) []Span {
	in := inliner{painter: p}
	in.children(n, sgr)
	return in.out
}

// inliner flattens inline nodes to spans.
type inliner struct {
	*painter
	out  []Span
	last rune   // the last character written; 0 at the beginning of a line
	soft bool   // a line of the source ended here: a space, or nothing between Chinese characters
	link string // the address that the current text leads to
}

func (in *inliner) children(n ast.Node, sgr SGR) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		in.node(c, sgr)
	}
}

func (in *inliner) node(n ast.Node, sgr SGR) {
	s := in.opt.Style
	switch n := n.(type) {
	case *ast.Text:
		in.words(unescape(n.Segment.Value(in.src)), sgr)
		if n.HardLineBreak() {
			in.newline()
		} else if n.SoftLineBreak() {
			in.soft = true
		}
	case *ast.String:
		in.words(string(n.Value), sgr)
	case *ast.CodeSpan:
		in.code(n)
	case *ast.Emphasis:
		if n.Level > 1 {
			in.children(n, sgr.And(s.Strong))
		} else {
			in.children(n, sgr.And(s.Emph))
		}
	case *east.Strikethrough:
		in.put(s.strikeMarks[0], sgr)
		in.children(n, sgr.And(s.Strike))
		in.put(s.strikeMarks[1], sgr)
	case *ast.Link:
		in.anchor(n, string(n.Destination), sgr.And(s.Link))
	case *ast.Image:
		in.put(in.opt.say("[picture: ", "［图："), sgr)
		in.anchor(n, string(n.Destination), sgr.And(s.Link))
		in.put(in.opt.say("]", "］"), sgr)
	case *ast.AutoLink:
		in.autoLink(n, sgr.And(s.Link))
	case *ast.RawHTML:
		in.rawHTML(n, sgr)
	case *east.TaskCheckBox: // drawn as the item's bullet, and nowhere else: a question's boxes are its answers
	default:
		in.children(n, sgr)
	}
}

// any flattens a block or an inline node: for one-line forms.
func (in *inliner) any(n ast.Node, sgr SGR) {
	switch {
	case n.Type() == ast.TypeInline:
		in.node(n, sgr)
	case n.IsRaw():
		in.words(rawLines(n, in.src), in.opt.Style.Code)
	case n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeInline:
		in.children(n, sgr)
	default:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			in.any(c, sgr)
			in.soft = true
		}
	}
}

// words adds text; white space in it counts as one space, as everywhere in Markdown.
func (in *inliner) words(text string, sgr SGR) {
	text = Clean(strings.TrimSuffix(strings.ReplaceAll(text, "\n", " "), "\r"))
	if strings.Contains(text, "  ") {
		text = collapse(text)
	}
	if in.last == ' ' || in.last == 0 {
		text = strings.TrimLeft(text, " ")
	}
	in.put(text, sgr)
}

func collapse(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] != ' ' || i == 0 || s[i-1] != ' ' {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// put adds a clean text as it is, after the space that a line end in the source stands for.
func (in *inliner) put(text string, sgr SGR) { in.span(Span{Text: text, SGR: sgr}) }

func (in *inliner) span(s Span) {
	if s.Text == "" {
		return
	}
	if in.soft {
		in.soft = false
		if first, _ := utf8.DecodeRuneInString(s.Text); needsSpace(in.last, first) {
			in.out = append(in.out, Span{Text: " ", Link: in.link})
			if !s.Code {
				s.Text = strings.TrimLeft(s.Text, " ")
			}
		}
	}
	s.Link = in.link
	in.out = append(in.out, s)
	in.last, _ = utf8.DecodeLastRuneInString(s.Text)
}

func (in *inliner) newline() {
	in.out = append(in.out, Span{Text: "\n"})
	in.last, in.soft = 0, false
}

// needsSpace reports whether a line end between a and b stands for a space. Not between Chinese characters, and not
// beside a full-width sign (as CSS Text 4 has it).
func needsSpace(a, b rune) bool {
	switch {
	case a == 0 || a == ' ':
		return false
	case fullWidthSign(a) || fullWidthSign(b):
		return false
	}
	return !(chinese(a) && chinese(b))
}

// chinese is isCJK with the quotation marks and dashes that Chinese shares with other scripts.
func chinese(r rune) bool {
	switch r {
	case '“', '”', '‘', '’', '—', '…', '·':
		return true
	}
	return isCJK(r)
}

// code adds inline code, whole.
func (in *inliner) code(n *ast.CodeSpan) {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(in.src))
		}
	}
	text := strings.NewReplacer("\r\n", " ", "\n", " ").Replace(b.String())
	mark := in.opt.Style.codeMarks
	in.span(Span{Text: mark[0] + Clean(text) + mark[1], SGR: in.opt.Style.Code, Code: true})
}

// anchor adds the text of a link or an image. Where the terminal has no hyperlinks, the address follows.
func (in *inliner) anchor(n ast.Node, address string, sgr SGR) {
	target := linkTarget(address)
	begin := len(in.out)
	in.link = target
	in.children(n, sgr)
	in.link = ""
	if text := Line(in.out[begin:]).Text(); target != "" && !in.opt.Links && strings.TrimSpace(text) != target {
		in.put(in.opt.say(" (", "（"), in.opt.Style.Text)
		in.put(target, in.opt.Style.Dim)
		in.put(in.opt.say(")", "）"), in.opt.Style.Text)
	}
}

func (in *inliner) autoLink(n *ast.AutoLink, sgr SGR) {
	address := string(n.URL(in.src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
		address = "mailto:" + address
	}
	in.link = linkTarget(address)
	in.put(Clean(string(n.Label(in.src))), sgr)
	in.link = ""
}

// rawHTML shows tags as they are written, except comments and <br>.
func (in *inliner) rawHTML(n *ast.RawHTML, sgr SGR) {
	raw := string(n.Segments.Value(in.src))
	switch tag := strings.ToLower(strings.Trim(raw, "</> \t\r\n")); {
	case tag == "br":
		in.newline()
	case !strings.HasPrefix(raw, "<!--"):
		in.words(raw, sgr.And(in.opt.Style.Dim))
	}
}

// unescape resolves backslash escapes and entities in one pass, as goldmark's HTML writer does; its escaping is undone.
func unescape(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 && bytes.IndexByte(raw, '&') < 0 {
		return string(raw)
	}
	var buf bytes.Buffer
	w := bufio.NewWriter(&buf)
	ghtml.DefaultWriter.Write(w, raw)
	w.Flush()
	return html.UnescapeString(buf.String())
}
