package render

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockerlearn/internal/mdoc"
)

var update = flag.Bool("update", false, "rewrite the golden files; look at them before committing")

// parse reads Markdown as the course does.
func parse(src string) mdoc.Fragment {
	d, _ := mdoc.Parse("sample.md", []byte(src))
	return mdoc.Fragment{Source: d.Source, Nodes: d.Nodes}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		if g, w := at(gotLines, i), at(wantLines, i); g != w {
			t.Errorf("%s:%d: got %q, want %q (-update rewrites the file)", path, i+1, g, w)
			return
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(no line)"
}

// The samples hold every construct of the dialect.
func TestGolden(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		src, err := os.ReadFile("testdata/sample." + lang + ".md")
		if err != nil {
			t.Fatal(err)
		}
		f := parse(string(src))
		for _, look := range []struct {
			name string
			opt  Options
		}{
			{"dark", Options{Style: DarkStyle(), Links: true}},
			{"plain", Options{Style: PlainStyle()}},
			{"ascii", Options{Style: MonoStyle(), Frames: ASCIIFrames()}},
		} {
			for _, width := range []string{"40", "74", "120"} {
				o := look.opt
				o.Lang = lang
				o.Width = map[string]int{"40": 40, "74": 74, "120": 120}[width]
				page := Render(f, o)
				golden(t, lang+"-"+look.name+"-"+width, strings.Join(page.Lines, "\n")+"\n")
			}
		}
	}
}
