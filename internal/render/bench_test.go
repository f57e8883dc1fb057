package render

import (
	"os"
	"testing"
)

// A lesson of about 10 KB, drawn whole.
func BenchmarkRender(b *testing.B) {
	for _, lang := range []string{"en", "zh"} {
		src, err := os.ReadFile("testdata/sample." + lang + ".md")
		if err != nil {
			b.Fatal(err)
		}
		f := parse(string(src))
		o := Options{Width: 74, Style: DarkStyle(), Links: true, Lang: lang}
		b.Run(lang, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				Render(f, o)
			}
		})
	}
}

// A page that was drawn before: what turning back costs.
func BenchmarkCached(b *testing.B) {
	src, err := os.ReadFile("testdata/sample.en.md")
	if err != nil {
		b.Fatal(err)
	}
	f := parse(string(src))
	var c Cache
	o := Options{Width: 74, Style: DarkStyle()}
	b.ReportAllocs()
	for b.Loop() {
		c.Render("sample", f, o)
	}
}
