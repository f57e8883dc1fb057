package lessons

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Whatever stands in the files, Load returns a course of which all that is in it can be used, and says the same twice.
func FuzzLoad(f *testing.F) {
	files := pack()
	layers := string(files["a-early/layers.en.md"].Data)
	for part := range strings.SplitSeq(layers, "\n## ") {
		f.Add("- layers", "## "+part, "## "+part)
	}
	front, _, _ := strings.Cut(layers, "\n## ")
	f.Add("- layers", front+"\n## A {#answer}\n\n1\n\n## Q {#x}\n\n- [x] a\n- [ ] b\n", front+"\n## A {#answer}\n\n1\n\n---\n\n2\n\n## Q {#y}\n\n{{a}}\n")
	f.Add("- layers\n  - id: x", "---\n", "---\n---\n")
	f.Fuzz(func(t *testing.T, list, en, zh string) {
		fsys := fstest.MapFS{
			"course.yaml": {Data: []byte("id: a\nversion: 1\ntitle: {en: A, zh: 甲}\nlanguages: [en, zh]\n" +
				"topics:\n- id: a-early\n  title: {en: A, zh: 甲}\n  lessons:\n  " + list + "\n")},
			"a-early/layers.en.md": {Data: []byte(en)},
			"a-early/layers.zh.md": {Data: []byte(zh)},
		}
		c, found := Load(fsys)
		for _, l := range c.Lessons() {
			usable(t, c, l, len(found) == 0)
		}
		if !slices.Equal(found, slices.Clone(found).Sort()) {
			t.Error("the findings are not sorted")
		}
		if _, again := Load(fsys); !reflect.DeepEqual(found, again) {
			t.Error("the second time says something else")
		}
	})
}

// usable checks what the package comment promises of a lesson; clean tells that no mistake was found.
func usable(t *testing.T, c *Course, l *Lesson, clean bool) {
	for lang, b := range l.Bodies {
		for _, s := range b.Sections {
			if s.Count < 1 || s.First+s.Count > len(b.Screens) {
				t.Errorf("%s: section %+v of %d screens", lang, s, len(b.Screens))
			}
		}
		for _, s := range b.Screens {
			if s.Section >= len(b.Sections) {
				t.Errorf("%s: a screen of section %d", lang, s.Section)
			}
		}
	}
	for _, q := range l.Questions {
		if q.ID == "" || q.Kind == "" || len(q.Words) == 0 || c.Question(q.ID) == nil {
			t.Errorf("question %+v", q)
		}
		for lang, w := range q.Words {
			if len(w.Options) != len(q.Right) {
				t.Errorf("%s %s: %d options, %d of them judged", q.ID, lang, len(w.Options), len(q.Right))
			}
		}
		if clean && len(q.Words) != len(c.Langs) {
			t.Errorf("%s is in %d languages", q.ID, len(q.Words))
		}
	}
	if clean && len(l.Body(EN).Screens) != len(l.Body(ZH).Screens) {
		t.Error("the languages differ in screens")
	}
}
