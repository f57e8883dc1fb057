package labs

import (
	"strings"
	"testing"
	"testing/fstest"

	"dockerlearn"
	"dockerlearn/lessons"
)

// Every output that the built-in course shows is one that comes.
func TestBuiltInConsoles(t *testing.T) {
	course, _ := lessons.Load(dockerlearn.Content())
	for _, f := range CheckConsoles(course) {
		t.Error(f)
	}
}

const lesson = "---\nid: a\ntopic: t\nlevel: basic\nasked: often\nminutes: 1\nneeds: []\nlabs: []\nas_of: \"2026-11\"\nsources: []\n---\n\n# A?\n\n## The answer {#answer}\n\nYes.\n\n"

// What is wrong in a block is told with its line and with what really comes.
func TestWrongConsoles(t *testing.T) {
	for _, c := range []struct{ name, block, want string }{
		{"right", "$ docker run --rm alpine echo hello\nhello\n", ""},
		{"a placeholder", "$ docker run -d --name box alpine sleep 1d\n{{id}}\n$ docker diff box\n", ""},
		{"both streams", "$ docker run --rm busybox sh -c 'echo a; echo b >&2'\na\nb\n", ""},
		{"another output", "$ echo a\nb\n", "line 1 below `echo a` shows \"b\"; what comes is \"a\""},
		{"nothing shown", "$ echo a\n$ echo b\nb\n", "line 1 below `echo a` shows \"(nothing)\"; what comes is \"a\""},
		{"the last one is what a question asks", "$ echo a\na\n$ echo b\n", ""},
		{"no command", "hello\n", "output before the first command"},
		{"without end", "$ mkfifo p; cat p\n$ true\n", "does not end"},
	} {
		fsys := fstest.MapFS{
			"t/a.en.md":   {Data: []byte(lesson + "```console\n" + c.block + "```\n")},
			"course.yaml": {Data: []byte("id: p\nversion: \"1\"\ntitle: {en: P}\nlanguages: [en]\ntopics:\n  - id: t\n    title: {en: T}\n    lessons: [a]\n")},
		}
		course, _ := lessons.Load(fsys)
		found := CheckConsoles(course)
		switch {
		case c.want == "" && len(found) > 0:
			t.Errorf("%s: %v", c.name, found)
		case c.want != "" && (len(found) == 0 || !strings.Contains(found[0].What, c.want)):
			t.Errorf("%s: %v, want %s", c.name, found, c.want)
		}
	}
}
