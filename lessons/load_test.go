package lessons

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dockerlearn"
)

// pack is what a stranger may write: one language, no course.yaml, a question of each kind.
func pack() fstest.MapFS {
	return fstest.MapFS{
		"pack.yaml": {Data: []byte("id: mine\nversion: \"2\"\ntitle: {en: Mine}\nlanguages: [en]\nlicence: MIT\n")},
		"b-late/copies.en.md": {Data: []byte(`---
{id: copies, topic: b-late, level: advanced, asked: rarely, minutes: 2, needs: [layers]}
---
# Copies

## In short {#answer}

One.
`)},
		"a-early/layers.en.md": {Data: []byte(`---
id: layers
topic: a-early
level: basic
asked: often
minutes: 5
labs: [first]
as_of: 2026-11
sources: [{title: a book, at: page 3}]
---
# What is a **layer**?

## In short {#answer}

One.

---

Two.

## Why {#why}

Three.

## Q Where does ` + "`rm`" + ` go? {#one level=1 rev=3 read=why}

Think.

- [ ] up
  > No, *down*.
- [x] down
  and out

**Why.** Because

of that.

## Q Which? {#many asked=sometimes}
- [x] a
- [ ] b
- [x] c

## Q Word? {#typed}

= one | a\|b | two words
= three
~ four | five: no: not
  that one
~ six: no

**Why.**
So.

## Q {#cloze}

Here:

` + "```sh\nls {{x}}\n```" + `

A {{gap|hole}} and
` + "`{{.Code}}`" + `.

{{Two}}.

## Q Sort {#order .order}

1. first
2. second ` + "`x`" + `

## Q Printed? {#predict .predict}

` + "```console\n$ a\n```" + `

- [x] b
- [ ] c

## Q Publish {#do .do seconds=60}

Do it.

` + "```setup\npull\n```\n\n```check\nrunning web\n```\n\n```solution\npush\n```" + `

## Q Explain {#open .open}

- (2) good
- (-1) **bad**

**Model answer.** Like this.
`)},
	}
}

func load(t *testing.T, fsys fstest.MapFS) *Course {
	t.Helper()
	c, found := Load(fsys)
	if len(found) > 0 {
		t.Fatal(found)
	}
	return c
}

func TestPack(t *testing.T) {
	c := load(t, pack())
	if c.ID != "mine" || c.Version != "2" || c.Licence != "MIT" || c.Title.In(ZH) != "Mine" || !slices.Equal(c.Langs, []Lang{EN}) {
		t.Errorf("got %+v", c)
	}
	var order []string
	for _, l := range c.Lessons() {
		order = append(order, string(l.Topic)+"/"+string(l.ID))
	}
	if got := strings.Join(order, " "); got != "a-early/layers b-late/copies" {
		t.Errorf("in the order %s", got)
	}
}

func TestLesson(t *testing.T) {
	l := load(t, pack()).Lesson("layers")
	if l.Level != Basic || l.Asked != Often || l.Minutes != 5 || l.AsOf != "2026-11" || l.Title[EN] != "What is a layer?" ||
		!slices.Equal(l.Labs, []LabID{"first"}) || !slices.Equal(l.Sources, []Source{{"a book", "page 3"}}) {
		t.Errorf("got %+v", l)
	}
	var got []string
	b := l.Body(ZH)
	for _, s := range b.Screens {
		section := b.Sections[s.Section]
		got = append(got, fmt.Sprintf("%s %s/%d %s @%d", section.Role, section.ID, s.Part, s.Text, s.Pos.Line))
	}
	want := []string{"answer answer/0 One. @15", "answer answer/1 Two. @19", "explain why/0 Three. @23"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	for _, s := range b.Sections {
		if n := len(b.Screens); s.First+s.Count > n || b.Screens[s.First].Part != 0 || s.Heading.Text() != s.Title {
			t.Errorf("section %+v", s)
		}
	}
}

// Each kind of question, as it comes out.
func TestQuestions(t *testing.T) {
	want := map[QuestionID]string{
		"one":     "one rev 3 level 1 often read why: Where does rm go? | Think. | [ ] up (No, down.) [x] down and out | Because / of that.",
		"many":    "many rev 1 level 2 sometimes: Which? | | [x] a [ ] b [x] c |",
		"typed":   "typed rev 1 level 2 often: Word? | | = one; a|b; two words; three ~ four; five: no: not / that one ~ six: no | So.",
		"cloze":   "cloze rev 1 level 2 often: | Here: / ls {{x}} | A {gap|hole} and / `{{.Code}}`. / / {Two}. |",
		"order":   "order rev 1 level 2 often: Sort | | 1. first 2. second x |",
		"predict": "predict rev 1 level 2 often: Printed? | $ a | [x] b [ ] c |",
		"do":      "do rev 1 level 2 often 60 s: Publish | Do it. | setup pull check running web solution push |",
		"open":    "open rev 1 level 2 often: Explain | | (2) good (-1) bad | Like this.",
	}
	l := load(t, pack()).Lesson("layers")
	if len(l.Questions) != len(want) {
		t.Errorf("%d questions", len(l.Questions))
	}
	for _, q := range l.Questions {
		if got := told(q); got != want[q.ID] {
			t.Errorf("%s:\ngot  %s\nwant %s", q.ID, got, want[q.ID])
		}
	}
}

// told says all of a question in a line.
func told(q *Question) string {
	head := fmt.Sprintf("%s rev %d level %d %s", q.Kind, q.Rev, q.Level, q.Asked)
	if q.Seconds > 0 {
		head += fmt.Sprintf(" %d s", q.Seconds)
	}
	if q.Read != "" {
		head += " read " + string(q.Read)
	}
	w := q.In(EN)
	var answers []string
	add := func(format string, args ...any) { answers = append(answers, fmt.Sprintf(format, args...)) }
	for i, o := range w.Options {
		add("[%s] %s", map[bool]string{true: "x", false: " "}[q.Right[i]], o.Text)
		if !o.Feedback.Empty() {
			add("(%s)", o.Feedback.Text())
		}
	}
	if len(w.Accept) > 0 {
		add("= %s", strings.Join(w.Accept, "; "))
	}
	for _, n := range w.Wrong {
		add("~ %s: %s", strings.Join(n.Answers, "; "), n.Feedback)
	}
	cloze := ""
	for _, p := range w.Cloze {
		if cloze += p.Text; len(p.Accept) > 0 {
			cloze += "{" + strings.Join(p.Accept, "|") + "}"
		}
	}
	if cloze != "" {
		add("%s", cloze)
	}
	for i, s := range w.Steps {
		add("%d. %s", i+1, s.Text())
	}
	for _, p := range w.Rubric {
		add("(%d) %s", p.Weight, p.Text)
	}
	if q.Setup.Text != "" {
		add("setup %s", strings.TrimSpace(q.Setup.Text))
	}
	for _, c := range q.Check {
		add("check %s", c.Condition)
	}
	for _, way := range q.Solutions {
		add("solution %s", strings.TrimSpace(way.Text))
	}
	parts := []string{w.Prompt, w.Stem.Text(), strings.Join(answers, " "), w.Why.Text()}
	all := strings.ReplaceAll(strings.Join(parts, " | "), "\n", " / ")
	return strings.Join(strings.Fields(head+": "+all), " ")
}

// What can be searched for in a question is every word that it shows.
func TestQuestionText(t *testing.T) {
	text := load(t, pack()).Question("one").In(EN).Text
	for _, word := range []string{"Where does rm go?", "Think.", "up", "No, down.", "and out", "of that."} {
		if !strings.Contains(text, word) {
			t.Errorf("%q is not in %q", word, text)
		}
	}
}

// The built-in course can be used in both languages, whatever its authors are just doing.
func TestBuiltIn(t *testing.T) {
	c, _ := Load(dockerlearn.Content())
	l := c.Lesson("union-fs")
	if l == nil || l.Body(ZH).Lang != ZH || len(l.Body(ZH).Screens) != len(l.Body(EN).Screens) {
		t.Fatal("union-fs is not there in two languages")
	}
	if q := c.Question("union-fs-08"); q.Kind != Open || len(q.In(ZH).Rubric) != 6 {
		t.Errorf("union-fs-08 is %s with %d points", q.Kind, len(q.In(ZH).Rubric))
	}
}
