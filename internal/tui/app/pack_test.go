package app_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"

	"dockerlearn/internal/tui/app"
	"dockerlearn/internal/tui/tuitest"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

// sample is the sample course, to be broken.
func sample(t testing.TB) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	files := tuitest.Files(t)
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, path)
		m[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// An author sees on the home screen that there is something to mend, and what is the first.
func TestHomeTellsOfMistakes(t *testing.T) {
	tuitest.Start(t, app.State{}, 80, 24).Hides("mistake")
	m := sample(t)
	delete(m, "storage/layers.zh.md")
	s := tuitest.Open(t, m, progress.Options{Dir: t.TempDir(), Now: tuitest.Now})
	for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 16}} {
		d := tuitest.Start(t, app.State{Study: s}, size[0], size[1])
		d.Shows("dockerlearn check", "storage/layers.en.md: error[language-missing]", "Storage")
	}
}

// A stranger's course may have one language, or mistakes. Whatever could be loaded of it can be read.
func TestPacks(t *testing.T) {
	for _, tc := range []struct {
		name  string
		spoil func(fstest.MapFS)
	}{
		{"one language", func(m fstest.MapFS) {
			course := m["course.yaml"]
			course.Data = bytes.Replace(course.Data, []byte("[en, zh]"), []byte("[en]"), 1)
			for path := range m {
				if len(path) > 6 && path[len(path)-6:] == ".zh.md" {
					delete(m, path)
				}
			}
		}},
		{"a lesson without its Chinese", func(m fstest.MapFS) { delete(m, "storage/layers.zh.md") }},
		{"a lesson without its English", func(m fstest.MapFS) { delete(m, "storage/layers.en.md") }},
		{"fewer screens in Chinese", func(m fstest.MapFS) {
			f := m["storage/layers.zh.md"]
			f.Data = f.Data[:len(f.Data)/3]
		}},
		{"no glossary", func(m fstest.MapFS) { delete(m, "glossary.yaml") }},
		{"a lesson with nothing in it", func(m fstest.MapFS) {
			for _, path := range []string{"storage/layers.en.md", "storage/layers.zh.md"} {
				m[path].Data = m[path].Data[:bytes.Index(m[path].Data, []byte("## "))]
			}
		}},
	} {
		for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
			t.Run(fmt.Sprintf("%s, %s", tc.name, lang), func(t *testing.T) {
				files := sample(t)
				tc.spoil(files)
				s := tuitest.Open(t, files, progress.Options{Dir: t.TempDir(), Now: tuitest.Now})
				for _, p := range places {
					d := tuitest.Start(t, app.State{Study: s, Lang: lang}, 80, 24).Press(p.keys...)
					d.Styled()
					d.Resize(120, 40).Styled()
					d.Resize(160, 40).Styled()
				}
				d := tuitest.Start(t, app.State{Study: s, Lang: lang}, 120, 40).Press("enter")
				for range 8 {
					d.Press("right", "t", "esc", "tab", "L").Styled()
				}
			})
		}
	}
}

// crowd is a course of so many lessons in one topic.
func crowd(t testing.TB, n int) fs.FS {
	t.Helper()
	m := sample(t)
	list := "layers, volumes"
	for i := range n {
		id := fmt.Sprintf("lesson-%d", i)
		list += ", " + id
		for _, lang := range []string{"en", "zh"} {
			data := bytes.ReplaceAll(m["storage/volumes."+lang+".md"].Data, []byte("volumes"), []byte(id))
			m["storage/"+id+"."+lang+".md"] = &fstest.MapFile{Data: data}
		}
	}
	m["course.yaml"].Data = bytes.Replace(m["course.yaml"].Data, []byte("layers, volumes"), []byte(list), 1)
	return m
}

// BenchmarkKeyOf5000 is BenchmarkKey in a course of 5,000 lessons.
func BenchmarkKeyOf5000(b *testing.B) {
	s := tuitest.Open(b, crowd(b, 5000), progress.Options{Dir: b.TempDir(), Now: tuitest.Now})
	for _, bb := range []struct {
		name string
		open []string
		keys []string
	}{
		{"home", nil, []string{"down", "up"}},
		{"topic", []string{"3"}, []string{"down", "up"}},
		{"reader", []string{"enter"}, []string{"right", "left"}},
		{"palette", []string{":"}, []string{"v", "backspace"}},
		{"open palette", nil, []string{":", "esc"}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			d := tuitest.Start(b, app.State{Study: s}, 120, 40).Press(bb.open...)
			for i := 0; b.Loop(); i++ {
				if d.Press(bb.keys[i%len(bb.keys)]); d.Model.View().Content == "" {
					b.Fatal("no frame")
				}
			}
		})
	}
}
