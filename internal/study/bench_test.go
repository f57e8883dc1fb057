package study

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"dockerlearn/lessons"
)

// big is a course of n lessons in both languages, of about 3 KB each.
func big(tb testing.TB, n int) *lessons.Course {
	tb.Helper()
	files := fstest.MapFS{}
	var ids []string
	for i := range n {
		id := fmt.Sprintf("lesson-%d", i)
		ids = append(ids, id)
		for lang, words := range map[string]string{
			"en": "The kernel copies the whole file into the writable layer before the first change is made. ",
			"zh": "第一次修改之前，内核会把整个文件复制到容器自己的可写层，镜像里的那一份不变。",
		} {
			text := strings.Repeat(words, 6)
			files["storage/"+id+"."+lang+".md"] = &fstest.MapFile{Data: fmt.Appendf(nil,
				"---\nid: %s\ntopic: storage\nlevel: basic\nasked: often\nminutes: 3\nneeds: []\nlabs: []\nas_of: \"2026-11\"\nsources:\n  - title: kernel\n    at: docs\n---\n\n# %d %s\n\n## A {#answer}\n\n%s\n\n## B {#why}\n\n%s number %d\n\n---\n\n%s\n\n## C {#wrong}\n\n### \"x\" {#w1}\n\n%s\n\n## D {#next}\n\n### y {#n1}\n\n%s\n",
				id, i, words, text, text, i, text, text, text)}
		}
	}
	files["course.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil,
		"id: big\nversion: \"1\"\ntitle: {en: Big, zh: 大}\nlanguages: [en, zh]\ntopics:\n  - id: storage\n    title: {en: Storage, zh: 存储}\n    lessons: [%s]\n",
		strings.Join(ids, ", "))}
	c, found := lessons.Load(files)
	if len(c.Lessons()) != n {
		tb.Fatalf("%d lessons; %v", len(c.Lessons()), found[0])
	}
	return c
}

// An answer from 5,000 lessons in two languages: found nowhere, nearly everywhere, once, and by pinyin.
func BenchmarkSearch(b *testing.B) {
	s := New(big(b, 5000), nil, nil, time.Now)
	s.Search("warm", lessons.EN)
	for _, query := range []string{"xylophone", "kernel layer", "number 4711", "可写层", "djs"} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				s.Search(query, lessons.EN)
			}
		})
	}
}

// The index of the first search.
func BenchmarkIndex(b *testing.B) {
	c := big(b, 5000)
	for b.Loop() {
		newIndex(c)
	}
}
