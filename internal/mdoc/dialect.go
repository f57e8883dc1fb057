package mdoc

import (
	"bytes"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
)

// dialect returns the parser for a text: the one place that says which Markdown this is. Parsers keep nothing between
// two texts and may be used by many goroutines.
func dialect(src []byte) parser.Parser {
	if hasAddress(src) {
		return withLinks()
	}
	return withoutLinks()
}

// hasAddress reports whether a text may hold an address that becomes a link without any markup. Looking for those at
// each space costs a quarter of the time that parsing takes, and few texts have one.
func hasAddress(src []byte) bool {
	return bytes.Contains(src, []byte("://")) || bytes.Contains(src, []byte("www.")) || bytes.Contains(src, []byte("@"))
}

var (
	withLinks    = sync.OnceValue(func() parser.Parser { return newParser(extension.Linkify) })
	withoutLinks = sync.OnceValue(func() parser.Parser { return newParser() })
)

func newParser(more ...goldmark.Extender) parser.Parser {
	p := parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(headingParser{parser.NewATXHeadingParser()}, 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewHTMLBlockParser(), 900),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewRawHTMLParser(), 400),
			util.Prioritized(cjkFriendly{extension.NewStrikethroughParser()}, 499),
			util.Prioritized(cjkFriendly{parser.NewEmphasisParser()}, 500),
		),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)
	goldmark.New(goldmark.WithParser(p), goldmark.WithExtensions(append(more, extension.Table, extension.TaskList)...))
	return p
}
