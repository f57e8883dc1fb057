package render

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"dockerlearn"
)

// Every text of the built-in course keeps the laws at every width that a screen may ask for.
func TestContent(t *testing.T) {
	texts := 0
	err := fs.WalkDir(dockerlearn.Content(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".md" {
			return err
		}
		src, err := fs.ReadFile(dockerlearn.Content(), name)
		if err != nil {
			return err
		}
		texts++
		lang := "en"
		if strings.HasSuffix(name, ".zh.md") {
			lang = "zh"
		}
		f := parse(string(src))
		for width := 40; width <= 120; width++ {
			check(t, name, f, Options{Width: width, Lang: lang})
			check(t, name+" dark", f, Options{Width: width, Lang: lang, Style: DarkStyle(), Links: true})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if texts == 0 {
		t.Fatal("the course has no texts")
	}
}
