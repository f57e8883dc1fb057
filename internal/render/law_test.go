package render

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark/ast"

	"dockerlearn/internal/mdoc"
)

// breach is a law that a page breaks.
type breach struct {
	law  string
	line int
	text string
}

// breaches returns all that is wrong with a page. It is written from the laws in the package comment and shares no
// code with the renderer, except for the width of a character, which is x/ansi's.
func breaches(f mdoc.Fragment, o Options, page Page) []breach {
	var found []breach
	code := make([]bool, len(page.Lines))
	for _, b := range page.Blocks {
		for i := b.First; i <= b.Last && i < len(code); i++ {
			code[i] = true
		}
	}
	for i, line := range page.Lines {
		add := func(law string) { found = append(found, breach{law, i, line}) }
		if ansi.StringWidth(line) > max(o.Width, MinWidth) {
			add("a line is no wider than asked for")
		}
		if !closed(line) {
			add("what a line opens it closes")
		}
		text := ansi.Strip(line)
		if strings.ContainsFunc(text, control) || !utf8.ValidString(text) {
			add("no control characters")
		}
		if code[i] {
			continue
		}
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("│┼", r) }) {
			part = strings.TrimSpace(part)
			if first, _ := utf8.DecodeRuneInString(part); strings.ContainsRune(mustNotBegin, first) {
				add("no line begins with closing punctuation")
			}
			if last, _ := utf8.DecodeLastRuneInString(part); strings.ContainsRune(mustNotEnd, last) {
				add("no line ends with opening punctuation")
			}
		}
	}
	for _, torn := range tornCode(f, o, page) {
		found = append(found, breach{"inline code is whole where it fits", -1, torn})
	}
	return found
}

const (
	mustNotBegin = "，。；：！？、）】》〉」』〕”’％%…—·～,;)]}"
	mustNotEnd   = "（【《〈「『〔“‘([{￥"
)

var ourSequences = regexp.MustCompile(`\x1b\[[0-9;]*m|\x1b\]8;[^\x1b\x07]*\x1b\\`)

// closed reports whether a line ends with no look and no hyperlink open, and has no escape sequences but these two.
func closed(line string) bool {
	look, link := false, false
	rest := ourSequences.ReplaceAllStringFunc(line, func(seq string) string {
		if strings.HasPrefix(seq, "\x1b[") {
			look = seq != "\x1b[m"
		} else {
			link = seq != "\x1b]8;;\x1b\\"
		}
		return ""
	})
	return !look && !link && !strings.Contains(rest, "\x1b")
}

func control(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// tornCode returns the inline code that stands on no line as a whole, though it would fit: with room for a sign on
// either side, and for the margins of an item three levels deep.
func tornCode(f mdoc.Fragment, o Options, page Page) []string {
	mark := o.withDefaults().Style.codeMarks
	text := strings.Builder{}
	for _, l := range page.Lines {
		text.WriteString(ansi.Strip(l) + "\n")
	}
	var torn []string
	for _, n := range f.Nodes {
		_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			span, ok := n.(*ast.CodeSpan)
			if !ok || !entering {
				return ast.WalkContinue, nil
			}
			var b strings.Builder
			for c := span.FirstChild(); c != nil; c = c.NextSibling() {
				b.Write(c.(*ast.Text).Segment.Value(f.Source))
			}
			whole := mark[0] + Clean(strings.ReplaceAll(b.String(), "\n", " ")) + mark[1]
			if room := min(o.Width-16, 36); ansi.StringWidth(whole) <= room && !strings.Contains(text.String(), strings.TrimSpace(whole)) {
				torn = append(torn, whole)
			}
			return ast.WalkSkipChildren, nil
		})
	}
	return torn
}

// check fails the test with the first few breaches.
func check(t testing.TB, name string, f mdoc.Fragment, o Options) Page {
	t.Helper()
	page := Render(f, o)
	for i, b := range breaches(f, o, page) {
		if i == 3 {
			t.Errorf("%s at %d: and more", name, o.Width)
			break
		}
		t.Errorf("%s at %d, line %d: %s: %q", name, o.Width, b.line+1, b.law, b.text)
	}
	return page
}
