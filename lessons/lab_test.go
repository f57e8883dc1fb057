package lessons

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// labPack is a pack in one language with a lab that has everything.
func labPack() fstest.MapFS {
	return fstest.MapFS{
		"pack.yaml": {Data: []byte("id: mine\nversion: \"2\"\ntitle: {en: Mine}\nlanguages: [en]\nlicence: MIT\n")},
		"labs/second.en.md": {Data: []byte(`---
{id: second, level: advanced, minutes: 7, needs: [first], as_of: 2026-11, sources: [{title: a book, at: page 3}]}
---
# The **second**

Do it.

` + "```setup\ndocker run -d \\\n  nginx\n```\n\n```check\n# asked\n\n  running web | it runs\n" +
			"run `ps | grep x` prints \"a | b\" | 'x' shows, 5\" wide\nnot exists container x\n```\n\n" +
			"```mistakes\nreach a -> b:1 -> - | no\n```" + `

And look.

## Hints {#hints}

1. One
2. Two

   ` + "```sh\n   ls\n   ```" + `

## Solutions {#solutions}

Short.

` + "```solution\na\n```\n\n```solution\nb\nc\n```" + `

## What happened {#debrief}

This.
`)},
		"labs/first.en.md": {Data: []byte("---\n{id: first, level: basic, minutes: 1}\n---\n# One\n\nDo.\n\n```check\nrunning web\n```\n\n" +
			"## H {#hints}\n\n1. x\n\n## S {#solutions}\n\n```solution\na\n```\n\n## D {#debrief}\n\nSo.\n")},
	}
}

func TestLab(t *testing.T) {
	c := load(t, labPack())
	if len(c.Labs) != 1 || c.Labs[0].Title.In(EN) != "Labs" || len(c.AllLabs()) != 2 || c.AllLabs()[0].ID != "first" {
		t.Fatalf("groups %+v", c.Labs)
	}
	l := c.Lab("second")
	w := l.In(ZH)
	if l.Level != Advanced || l.Minutes != 7 || !slices.Equal(l.Needs, []LabID{"first"}) || l.Title[EN] != "The second" ||
		len(l.Sources) != 1 || w.Story.Text() != "Do it.\nAnd look." || w.Debrief.Text() != "This." {
		t.Errorf("got %+v", l)
	}
	if l.Setup.Text != "docker run -d \\\n  nginx\n" || l.Setup.Pos.Line != 9 {
		t.Errorf("setup %+v", l.Setup)
	}
	var got []string
	for _, line := range l.Check {
		got = append(got, fmt.Sprintf("%d:%d %s / %s", line.Pos.Line, line.Pos.Col, line.Condition, line.Says[EN]))
	}
	for _, m := range l.Mistakes {
		got = append(got, fmt.Sprintf("%d:%d %s -> %q / %s", m.Pos.Line, m.Pos.Col, m.Condition, m.Question, m.Says[EN]))
	}
	for i, s := range l.Solutions {
		got = append(got, fmt.Sprintf("%d %q / %s", s.Pos.Line, s.Text, w.Ways[i].Text()))
	}
	for _, h := range w.Hints {
		got = append(got, h.Text())
	}
	want := []string{
		"16:3 running web / it runs",
		"17:1 run `ps | grep x` prints \"a | b\" / 'x' shows, 5\" wide",
		"18:1 not exists container x / ",
		`22:1 reach a -> b:1 -> "" / no`,
		`41 "a\n" / Short.`, `45 "b\nc\n" / `,
		"One", "Two\nls",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if l.Check[2].Says != nil {
		t.Error("a condition without sentence says something")
	}
}

// Any line of conditions that is written down by the rules is read back as it was meant.
func TestLinesRoundTrip(t *testing.T) {
	part := rapid.SliceOfN(rapid.SampledFrom([]string{
		"running", "web", "容器", "`a | b`", `"x | y"`, `"a \" | b"`, "`say \"`", "a|b", "a->b", "'", "（卷）",
	}), 1, 6)
	rapid.Check(t, func(t *rapid.T) {
		var want []string
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			want = append(want, strings.Join(part.Draw(t, "part"), " "))
		}
		if got := atBars(strings.Join(want, " | ")); !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

// Whatever stands in a lab's files, all that Load returns of it can be used.
func FuzzLab(f *testing.F) {
	text := string(labPack()["labs/second.en.md"].Data)
	f.Add(text, text)
	for part := range strings.SplitSeq(text, "\n## ") {
		f.Add("## "+part, part)
	}
	f.Fuzz(func(t *testing.T, en, zh string) {
		c, found := Load(fstest.MapFS{
			"course.yaml": {Data: []byte("id: a\nversion: 1\ntitle: {en: A, zh: 甲}\nlanguages: [en, zh]\ntopics: []\n" +
				"labs: [{id: g, title: {en: G, zh: 组}, labs: [second]}]\n")},
			"labs/second.en.md": {Data: []byte(en)},
			"labs/second.zh.md": {Data: []byte(zh)},
		})
		for _, l := range c.AllLabs() {
			usableLab(t, c, l, len(found) == 0)
		}
		if !slices.Equal(found, slices.Clone(found).Sort()) {
			t.Error("the findings are not sorted")
		}
	})
}

func usableLab(t *testing.T, c *Course, l *Lab, clean bool) {
	if c.Lab(l.ID) != l || l.In(EN) == nil {
		t.Errorf("lab %+v", l)
	}
	for _, line := range l.Check {
		if line.Condition == "" || line.Pos.Line == 0 {
			t.Errorf("condition %+v", line)
		}
	}
	for lang, w := range l.Words {
		if n := len(w.Ways); n != len(l.Solutions) {
			t.Errorf("%s: %d texts for %d solutions", lang, n, len(l.Solutions))
		}
		if clean && (w.Story.Empty() || len(w.Hints) == 0 || w.Debrief.Empty() || len(w.Hints) != len(l.In(EN).Hints)) {
			t.Errorf("%s: something is missing: %+v", lang, w)
		}
	}
	if clean && (len(l.Words) != len(c.Langs) || len(l.Check) == 0 || len(l.Solutions) == 0) {
		t.Errorf("something is missing: %+v", l)
	}
}
