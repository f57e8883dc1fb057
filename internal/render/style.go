package render

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"charm.land/glamour/v2/ansi"
)

// SGR says how text looks: the parameters of the terminal's "select graphic rendition" sequence, "1;36" for bold cyan.
// The zero SGR changes nothing.
type SGR string

// Paint returns text in this look, closed again behind it.
func (s SGR) Paint(text string) string {
	if s == "" || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[m"
}

// And returns this look with another on top of it: where both name a colour, the other's counts.
func (s SGR) And(top SGR) SGR {
	switch {
	case s == "" || s == top:
		return top
	case top == "":
		return s
	}
	return s + ";" + top
}

// Style is a look for every role that text plays here and on the screens. Styles are read, never written.
type Style struct {
	Name string

	// Text and its markup.
	Text, Heading, Strong, Emph, Strike, Code, Link, Quote, Rule, Bullet, TableHead, Term SGR
	// Code blocks: what the code is made of, and what a console shows.
	Prompt, Output, Stderr SGR
	tokens                 [tokenCount]SGR
	// What screens need besides.
	Dim, Accent, Right, Wrong, Warn, Selected, Key SGR

	// Marks that say without colour what a look says. They are part of the text and take room.
	headingMarks           [6]string
	codeMarks, strikeMarks [2]string // before and behind
}

//go:embed styles/*.json
var styleFiles embed.FS

var (
	dark  = builtin("dark")
	lite  = builtin("light")
	mono  = builtin("mono")
	plain = builtin("plain")
)

func builtin(name string) func() *Style {
	return sync.OnceValue(func() *Style {
		data, err := styleFiles.ReadFile("styles/" + name + ".json")
		if err != nil {
			panic(err) // embedded above
		}
		s, err := ParseStyle(name, data)
		if err != nil {
			panic(err) // tested
		}
		return s
	})
}

// DarkStyle is for dark backgrounds: the 16 colours of the terminal's own palette, bold, reverse and underline.
func DarkStyle() *Style { return dark() }

// LightStyle is DarkStyle for light backgrounds.
func LightStyle() *Style { return lite() }

// MonoStyle has no colours (NO_COLOR), only bold, reverse and underline.
func MonoStyle() *Style { return mono() }

// PlainStyle writes no escape sequence at all: for files, pipes and screen readers. Marks stand in for looks.
func PlainStyle() *Style { return plain() }

// styleFile is a style in glamour's format, with one member of ours: roles that Markdown does not have.
type styleFile struct {
	ansi.StyleConfig
	CodeBlock struct { // glamour's own member, its colours by name
		Chroma map[string]ansi.StylePrimitive `json:"chroma"`
	} `json:"code_block"`
	Ours map[string]ansi.StylePrimitive `json:"dockerlearn"`
}

// ParseStyle reads a style in the JSON format of glamour's styles. The member "dockerlearn" holds, in the same
// format, the roles that glamour does not know.
func ParseStyle(name string, data []byte) (*Style, error) {
	var f styleFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("style %s: %w", name, err)
	}
	r := styleReader{name: name}
	s := &Style{
		Name: name,
		Text: r.sgr("document", f.Document.StylePrimitive), Heading: r.sgr("heading", f.Heading.StylePrimitive),
		Strong: r.sgr("strong", f.Strong), Emph: r.sgr("emph", f.Emph), Strike: r.sgr("strikethrough", f.Strikethrough),
		Code: r.sgr("code", f.Code.StylePrimitive), Link: r.sgr("link_text", f.LinkText),
		Quote: r.sgr("block_quote", f.BlockQuote.StylePrimitive),
		Rule:  r.sgr("hr", f.HorizontalRule), Bullet: r.sgr("item", f.Item),
	}
	s.codeMarks = [2]string{Clean(f.Code.Prefix), Clean(f.Code.Suffix)}
	s.strikeMarks = [2]string{Clean(f.Strikethrough.BlockPrefix), Clean(f.Strikethrough.BlockSuffix)}
	for i, h := range []ansi.StyleBlock{f.H1, f.H2, f.H3, f.H4, f.H5, f.H6} {
		s.headingMarks[i] = Clean(h.Prefix)
	}
	for t := range tokenCount {
		s.tokens[t] = r.sgr(tokenNames[t], f.CodeBlock.Chroma[tokenNames[t]])
	}
	for role, field := range map[string]*SGR{
		"table_head": &s.TableHead, "term": &s.Term,
		"prompt": &s.Prompt, "output": &s.Output, "stderr": &s.Stderr,
		"dim": &s.Dim, "accent": &s.Accent, "right": &s.Right, "wrong": &s.Wrong, "warn": &s.Warn,
		"selected": &s.Selected, "key": &s.Key,
	} {
		*field = r.sgr(role, f.Ours[role])
	}
	if r.err != nil {
		return nil, r.err
	}
	return s, nil
}

// styleReader turns looks into SGR and keeps the first mistake.
type styleReader struct {
	name string
	err  error
}

func (r *styleReader) sgr(role string, p ansi.StylePrimitive) SGR {
	var params []string
	for _, attr := range []struct {
		on   *bool
		code string
	}{{p.Bold, "1"}, {p.Faint, "2"}, {p.Italic, "3"}, {p.Underline, "4"}, {p.Inverse, "7"}, {p.CrossedOut, "9"}} {
		if attr.on != nil && *attr.on {
			params = append(params, attr.code)
		}
	}
	params = append(params, r.color(role, p.Color, 30)...)
	params = append(params, r.color(role, p.BackgroundColor, 40)...)
	return SGR(strings.Join(params, ";"))
}

// color returns the parameters for a colour: "0" to "15" from the terminal's palette, "16" to "255" from the fixed
// one, "#rrggbb" as it is. Base is 30 for text and 40 for its background.
func (r *styleReader) color(role string, color *string, base int) []string {
	if color == nil || *color == "" {
		return nil
	}
	c := *color
	if rgb, err := strconv.ParseUint(strings.TrimPrefix(c, "#"), 16, 24); err == nil && len(c) == 7 && c[0] == '#' {
		return []string{fmt.Sprintf("%d;2;%d;%d;%d", base+8, rgb>>16, rgb>>8&255, rgb&255)}
	}
	n, err := strconv.ParseUint(c, 10, 8)
	switch {
	case err != nil:
		if r.err == nil {
			r.err = fmt.Errorf("style %s: %s: colour %q is neither a number from 0 to 255 nor #rrggbb", r.name, role, c)
		}
		return nil
	case n < 8:
		return []string{strconv.Itoa(base + int(n))}
	case n < 16:
		return []string{strconv.Itoa(base + 60 + int(n) - 8)}
	}
	return []string{fmt.Sprintf("%d;5;%d", base+8, n)}
}
