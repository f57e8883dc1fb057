package palette

import (
	"testing"

	"dockerlearn/internal/tui/screen"
)

func TestBestFirst(t *testing.T) {
	all := []Command{
		{Says: screen.Say{EN: "What is a volume?", ZH: "什么是数据卷？"}},
		{Says: screen.Say{EN: "bookmark", ZH: "书签"}},
		{Says: screen.Say{EN: "bookmarks", ZH: "书签列表"}},
		{Says: screen.Say{EN: "theme", ZH: "主题"}},
	}
	for _, tc := range []struct {
		typed string
		want  []int
	}{
		{"", []int{0, 1, 2, 3}},
		{"bookmark", []int{1, 2}},
		{"bms", []int{2}},
		{"wv", []int{0}},
		{"数据", []int{0}},
		{"sjj", []int{0}},
		{"sq", []int{1, 2}},
		{"ZT", []int{3}},
		{"xyz", nil},
	} {
		p := New(all)
		p.input.Set(tc.typed)
		p.match()
		if len(p.found) != len(tc.want) {
			t.Errorf("%q finds %v, want %v", tc.typed, p.found, tc.want)
			continue
		}
		for i := range tc.want {
			if p.found[i] != tc.want[i] {
				t.Errorf("%q finds %v, want %v", tc.typed, p.found, tc.want)
			}
		}
	}
}
