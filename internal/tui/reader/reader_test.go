package reader

import (
	"strings"
	"testing"

	"dockerlearn/internal/render"
	"dockerlearn/lessons"
)

func glossary(names ...string) []lessons.Term {
	var all []lessons.Term
	for _, n := range names {
		all = append(all, lessons.Term{ID: n, Name: lessons.Text{lessons.EN: n, lessons.ZH: n}})
	}
	return all
}

func TestOccurring(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		terms      []string
		want       string
	}{
		{"in the order of the text", "a layer of an image", []string{"image", "layer"}, "layer image"},
		{"plural", "Images have layers.", []string{"image", "layer"}, "image layer"},
		{"not within a word", "imagery, player, multilayered", []string{"image", "layer"}, ""},
		{"the longer one hides the shorter one", "a bind mount", []string{"mount", "bind mount"}, "bind mount"},
		{"but not elsewhere", "a bind mount is a mount", []string{"mount", "bind mount"}, "bind mount mount"},
		{"Chinese has no word boundaries", "写入可写层之后", []string{"层", "可写层"}, "可写层"},
		{"beside Chinese", "上层多了一个whiteout，遮住", []string{"whiteout"}, "whiteout"},
		{"an empty name matches nothing", "abc", []string{""}, ""},
	} {
		var got []string
		for _, term := range occurring(glossary(tc.terms...), tc.text, lessons.EN) {
			got = append(got, term.ID)
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%s: %v, want %s", tc.name, got, tc.want)
		}
	}
}

func page(lines ...string) render.Page { return render.Page{Lines: lines} }

func TestFollow(t *testing.T) {
	wide := page("one two three four", "", "five six")
	narrow := page("one two", "three four", "", "five", "six")
	for _, tc := range []struct {
		name    string
		was, is render.Page
		top     int
		same    bool
		want    int
	}{
		{"the top stays the top", wide, narrow, 0, true, 0},
		{"five is where five was", wide, narrow, 2, true, 3},
		{"and back", narrow, wide, 3, true, 2},
		{"in the middle of a line", narrow, wide, 1, true, 0},
		{"beyond the end", wide, narrow, 9, true, 4},
		{"another language: about there", wide, page("一", "二", "三", "四"), 2, false, 2},
		{"nothing drawn before", page(), narrow, 2, true, 0},
	} {
		if got := follow(tc.was, tc.is, tc.top, tc.same); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestStart(t *testing.T) {
	items := []int{0, 0, 0, 1, 1, 2, 2, 2, 2}
	for _, tc := range []struct{ chosen, room, want int }{
		{0, 4, 0}, {1, 4, 1}, {2, 4, 5}, {2, 3, 5}, {1, 20, 0},
	} {
		if got := start(items, tc.chosen, tc.room); got != tc.want {
			t.Errorf("item %d in %d lines: from %d, want %d", tc.chosen, tc.room, got, tc.want)
		}
	}
}
