package lessons

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// Any lesson that is written down by the rules of the grammar is read back as it was meant.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var md strings.Builder
		var want []string
		md.WriteString("---\n{id: a, topic: x, level: basic, asked: often, minutes: 1}\n---\n# " + sentence(t) + "\n")
		for i := range rapid.IntRange(1, 4).Draw(t, "sections") {
			fmt.Fprintf(&md, "\n## %s {#s-%d}\n", sentence(t), i)
			for part := range rapid.IntRange(1, 3).Draw(t, "screens") {
				if part > 0 {
					md.WriteString("\n---\n")
				}
				text := sentence(t)
				want = append(want, fmt.Sprintf("s-%d/%d %s", i, part, text))
				md.WriteString("\n" + text + "\n")
			}
		}
		for i := range rapid.IntRange(0, 6).Draw(t, "questions") {
			id := fmt.Sprintf("q-%d", i)
			write := rapid.SampledFrom([]func(*rapid.T, *strings.Builder, string) string{
				writeChoice, writeTyped, writeCloze, writeOrder, writeOpen,
			}).Draw(t, "kind")
			want = append(want, write(t, &md, id))
		}
		fsys := fstest.MapFS{
			"course.yaml": {Data: []byte("id: c\nversion: 1\ntitle: {zh: 课}\nlanguages: [zh]\n" +
				"topics: [{id: x, title: {zh: 题}, lessons: [a]}]\n")},
			"x/a.zh.md": {Data: []byte(md.String())},
		}
		c, found := Load(fsys)
		if len(found) > 0 {
			t.Fatalf("%v\n%s", found, md.String())
		}
		if got := retold(c.Lesson("a")); !slices.Equal(got, want) {
			t.Fatalf("got  %q\nwant %q\n%s", got, want, md.String())
		}
	})
}

// sentence is a few words without any markup.
func sentence(t *rapid.T) string {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"layer", "层", "镜像，", "copy-up", "29.0", "（卷）", "a/b", "“好”"}), 1, 5)
	return strings.Join(words.Draw(t, "words"), " ")
}

func writeChoice(t *rapid.T, md *strings.Builder, id string) string {
	prompt := sentence(t)
	fmt.Fprintf(md, "\n## Q %s {#%s}\n\n", prompt, id)
	n := rapid.IntRange(2, 5).Draw(t, "options")
	right := rapid.IntRange(1, n-1).Draw(t, "right") // so many from the first on
	want := fmt.Sprintf("%s %s:", id, prompt)
	for i := range n {
		box, text := " ", sentence(t)
		if i < right {
			box = "x"
		}
		fmt.Fprintf(md, "- [%s] %s\n", box, text)
		want += fmt.Sprintf(" [%s] %s", box, text)
		if rapid.Bool().Draw(t, "feedback") {
			why := sentence(t)
			fmt.Fprintf(md, "  > %s\n", why)
			want += " > " + why
		}
	}
	return want + writeWhy(t, md)
}

func writeTyped(t *rapid.T, md *strings.Builder, id string) string {
	prompt, right, wrong, why := sentence(t), sentence(t), "not "+sentence(t), sentence(t)
	fmt.Fprintf(md, "\n## Q %s {#%s}\n\n= %s | other\n~ %s: %s\n", prompt, id, right, wrong, why)
	return fmt.Sprintf("%s %s: = %s = other ~ %s > %s", id, prompt, right, wrong, why) + writeWhy(t, md)
}

func writeCloze(t *rapid.T, md *strings.Builder, id string) string {
	before, gap, after := sentence(t), sentence(t), sentence(t)
	fmt.Fprintf(md, "\n## Q {#%s}\n\n%s {{%s|x}} %s\n", id, before, gap, after)
	return fmt.Sprintf("%s : %s  {%s x}  %s", id, before, gap, after) + writeWhy(t, md)
}

func writeOrder(t *rapid.T, md *strings.Builder, id string) string {
	prompt := sentence(t)
	fmt.Fprintf(md, "\n## Q %s {#%s .order}\n\n", prompt, id)
	want := fmt.Sprintf("%s %s:", id, prompt)
	for i := range rapid.IntRange(2, 12).Draw(t, "steps") {
		step := sentence(t)
		fmt.Fprintf(md, "%d. %s\n", i+1, step)
		want += " . " + step
	}
	return want + writeWhy(t, md)
}

func writeOpen(t *rapid.T, md *strings.Builder, id string) string {
	prompt := sentence(t)
	fmt.Fprintf(md, "\n## Q %s {#%s .open}\n\n", prompt, id)
	want := fmt.Sprintf("%s %s:", id, prompt)
	for i, weight := range rapid.SliceOfN(rapid.IntRange(-3, 3), 1, 6).Draw(t, "weights") {
		if i == 0 {
			weight = 1 // something must count in favour
		}
		point := sentence(t)
		fmt.Fprintf(md, "- (%d) %s\n", weight, point)
		want += fmt.Sprintf(" (%d) %s", weight, point)
	}
	return want + writeWhy(t, md)
}

func writeWhy(t *rapid.T, md *strings.Builder) string {
	if !rapid.Bool().Draw(t, "why") {
		return " ."
	}
	why := sentence(t)
	fmt.Fprintf(md, "\n**%s** %s\n", rapid.SampledFrom([]string{"Why.", "为什么。"}).Draw(t, "label"), why)
	return " . " + why
}

// retold says a lesson in the words of the writers above.
func retold(l *Lesson) []string {
	var all []string
	b := l.Body(ZH)
	for _, s := range b.Screens {
		all = append(all, fmt.Sprintf("%s/%d %s", b.Sections[s.Section].ID, s.Part, s.Text))
	}
	for _, q := range l.Questions {
		w := q.In(ZH)
		s := fmt.Sprintf("%s %s:", q.ID, w.Prompt)
		for i, o := range w.Options {
			s += fmt.Sprintf(" [%s] %s", map[bool]string{true: "x", false: " "}[q.Right[i]], o.Text)
			if !o.Feedback.Empty() {
				s += " > " + o.Feedback.Text()
			}
		}
		for _, a := range w.Accept {
			s += " = " + a
		}
		for _, n := range w.Wrong {
			s += " ~ " + strings.Join(n.Answers, " ") + " > " + n.Feedback
		}
		for _, p := range w.Cloze {
			if len(p.Accept) > 0 {
				s += " {" + strings.Join(p.Accept, " ") + "}"
			} else {
				s += " " + p.Text
			}
		}
		for _, step := range w.Steps {
			s += " . " + step.Text()
		}
		for _, p := range w.Rubric {
			s += fmt.Sprintf(" (%d) %s", p.Weight, p.Text)
		}
		s += " ."
		if !w.Why.Empty() {
			s += " " + w.Why.Text()
		}
		all = append(all, s)
	}
	return all
}
