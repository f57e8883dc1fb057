package render

import (
	"os"
	"testing"
)

// Whatever somebody writes is drawn within the laws, and never panics.
func FuzzRender(f *testing.F) {
	for _, name := range []string{"testdata/sample.en.md", "testdata/sample.zh.md"} {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src), 40)
	}
	for _, src := range []string{
		"", "\x1b[31mred", "a\u202eb", "| a | b |\n|---|\n| `x", "> > > - [x] 1. a", "```console\n$ a\n> b\n", "**注意：**请",
		"[a](javascript:alert)", "<http://例.com>", "- \n  - \n    -  x", "`` ` ``", "（（（（（（", "，，，，，，", "\u200b\u200d",
	} {
		f.Add(src, 20)
	}
	f.Fuzz(func(t *testing.T, src string, width int) {
		width = MinWidth + int(uint(width)%120)
		for _, o := range []Options{
			{Width: width}, {Width: width, Style: DarkStyle(), Links: true, Lang: "zh"}, {Width: width, Frames: ASCIIFrames()},
		} {
			page := Render(parse(src), o)
			for _, b := range breaches(parse(src), o, page) {
				if hard[b.law] {
					t.Errorf("at %d, line %d: %s: %q", width, b.line+1, b.law, b.text)
				}
			}
		}
	})
}

// hard are the laws that hold for any text. Where a text is nothing but punctuation, a line must begin with some of it.
var hard = map[string]bool{
	"a line is no wider than asked for": true,
	"what a line opens it closes":       true,
	"no control characters":             true,
}
