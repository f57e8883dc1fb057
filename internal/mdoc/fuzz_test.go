package mdoc

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// seeds are small pieces of everything: what is long leaves the fuzzer no time.
func seeds(add func(src []byte)) {
	for _, lang := range []string{"en", "zh"} {
		src, err := os.ReadFile("../render/testdata/sample." + lang + ".md")
		if err != nil {
			panic(err)
		}
		for i := 0; i < len(src); i += 400 {
			add(src[i:min(i+400, len(src))])
		}
	}
	for _, src := range hostile() {
		add(src[:min(120, len(src))])
	}
	add([]byte("---\nid: a\nneeds: [b, c]\n---\n# 层 {#x .y z=1}\n\n**注意：**请\n"))
}

// hostile returns texts that make some parsers slow, as long as the limits let them be.
func hostile() map[string][]byte {
	long := func(unit string) []byte { return bytes.Repeat([]byte(unit), MaxBlock/len(unit)) }
	texts := map[string][]byte{
		"emphasis":   long("*a _b "),
		"both ways":  long("a**b"),
		"brackets":   long("[a]("),
		"images":     long("![["),
		"backticks":  long("`a``b"),
		"entities":   long("&#"),
		"html":       long("<a "),
		"quotes":     long("> a\n"),
		"dashes":     long("- a\n\n "),
		"addresses":  long("www.a.b@c "),
		"references": long("[a]: b\n"),
		"cells":      append([]byte("|"+strings.Repeat("a|", 100)+"\n|"+strings.Repeat("-|", 100)+"\n"), bytes.Repeat([]byte("a\n"), 190)...),
		"braces":     long("## {#a {#a\n"),
		"yaml":       append(append([]byte("---\n"), long("a: [")...), "\n---\n"...),
	}
	var nested bytes.Buffer
	for i := range 240 {
		nested.WriteString(strings.Repeat("  ", i) + "- a\n\n")
	}
	texts["nested"] = nested.Bytes()
	for name, src := range texts {
		for len(src) > 0 && name != "yaml" && 2*len(src)+2 < MaxFile {
			src = append(append(src, "\n\n"...), src...)
		}
		texts[name] = src
	}
	return texts
}

// No text takes long: as much of the worst as is read.
func BenchmarkHostile(b *testing.B) {
	for name, src := range hostile() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				d, _ := Parse("x.md", src)
				_, _ = d.Front()
			}
		})
	}
}

// Whatever the bytes, what is found lies in the file, and the line ends of another system change nothing.
func FuzzParse(f *testing.F) {
	seeds(func(src []byte) { f.Add(src) })
	f.Fuzz(func(t *testing.T, src []byte) {
		d, found := Parse("x.md", src)
		_, more := d.Front()
		lines := 1 + bytes.Count(src, []byte("\n"))
		for _, x := range append(found, more...) {
			if x.Line < 0 || x.Line > lines || x.Code == "" || x.What == "" || x.Do == "" {
				t.Errorf("%d lines, %+v", lines, x)
			}
		}
		if !utf8.Valid(d.Source) || bytes.IndexByte(d.Source, 0) >= 0 {
			t.Error("the text is not clean")
		}
		whole := d.Fragment(d.Nodes...)
		if !utf8.ValidString(whole.Text()) {
			t.Error("the plain text is not UTF-8")
		}
		prose := whole.Prose()
		for i := 0; i < len(prose.Text); i += 1 + len(prose.Text)/64 {
			if at := prose.At(i); at.Line > lines {
				t.Errorf("%v is outside of the file", at)
			}
		}
		for _, n := range d.Nodes {
			_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
				if at := d.Pos(n); at.Line < 1 || at.Line > lines {
					t.Errorf("%v is outside of the file", at)
				}
				return ast.WalkContinue, nil
			})
		}
		if !bytes.ContainsRune(src, '\r') && 2*len(src) < MaxFile {
			windows, sameFound := Parse("x.md", bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")))
			if !bytes.Equal(windows.Source, d.Source) || len(sameFound) != len(found) {
				t.Error("Windows line ends change the text")
			}
		}
	})
}
