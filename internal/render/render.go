// Package render draws Markdown as lines for a terminal: a Fragment of mdoc's, a width, a Style and a language go in,
// finished lines come out. It is pure: no terminal, no files, no clock.
//
// Its laws:
//   - No line is wider than asked for, by graphemes.
//   - No line begins with closing punctuation or ends with opening punctuation, in Chinese or English; inline code is
//     whole where it fits on a line; nothing is cut away.
//   - Each line is complete in itself: what it opens (colour, hyperlink) it closes.
//   - Nothing that an author wrote reaches the terminal as a control character.
//   - What a colour says is said by a mark or a word as well.
package render

import (
	"strings"

	"dockerlearn/internal/mdoc"
)

// MinWidth is the narrowest page: what is asked for below it is drawn at this width.
const MinWidth = 16

// Options say for whom a fragment is drawn. The zero Options mean 80 columns, no styling, light frames, no hyperlinks.
// Options can be compared, so they serve as part of a cache key.
type Options struct {
	Width  int     // columns; 0 means 80
	Style  *Style  // nil means PlainStyle
	Frames *Frames // nil means LightFrames
	Links  bool    // write hyperlinks (OSC 8); without it an address follows its text in parentheses
	Lang   string  // "en" or "zh": the language of what the renderer adds by itself
}

func (o Options) withDefaults() Options {
	if o.Width == 0 {
		o.Width = 80
	}
	o.Width = max(o.Width, MinWidth)
	if o.Style == nil {
		o.Style = PlainStyle()
	}
	if o.Frames == nil {
		o.Frames = LightFrames()
	}
	return o
}

// say chooses between English and Chinese.
func (o Options) say(en, zh string) string {
	if strings.HasPrefix(o.Lang, "zh") {
		return zh
	}
	return en
}

// Page is a drawn fragment. Pages may be shared by a Cache: they are read, never written.
type Page struct {
	Lines   []string // each complete in itself: what it opens (colour, hyperlink) it closes
	Blocks  []Block  // the code blocks in order
	Anchors []Anchor // the headings in order
}

// Block is a code block: something to copy or to run.
type Block struct {
	First, Last int    // its lines in Page.Lines, both included
	Kind        string // the first word after the fence: "console", "text", "dockerfile"; "" when there is none
	Text        string // as it was written, with a final newline
	Commands    string // of a console block: what was typed, without prompts and output
}

// Anchor is a heading that can be jumped to.
type Anchor struct {
	ID    string // "" when it has none
	Level int
	Line  int // into Page.Lines
	Text  string
}

// Render draws a fragment.
func Render(f mdoc.Fragment, o Options) Page {
	p := &painter{src: f.Source, opt: o.withDefaults()}
	m := &margin{width: p.opt.Width}
	p.blocks(f.Nodes, m)
	return p.page
}

// Inline draws a fragment as one line of any length: a title, an option in a list.
func Inline(f mdoc.Fragment, o Options) string {
	o = o.withDefaults()
	return Line(Spans(f, o)).String(o.Links)
}
