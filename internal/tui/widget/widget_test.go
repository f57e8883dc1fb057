package widget

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/theme"
)

func mono() theme.Theme { return theme.New(theme.Mono, theme.FramesLight, theme.Terminal{}) }

func plain(lines []string) string {
	for i := range lines {
		lines[i] = ansi.Strip(lines[i])
	}
	return strings.Join(lines, "\n")
}

func TestFrame(t *testing.T) {
	got := plain(Frame(mono(), 30, 8,
		Row{Height: 2, Panes: []Pane{{Title: "Today", Right: "6 min", Lines: []string{" 镜像层是只读的，容器第一次修改某个文件"}}}},
		Row{Panes: []Pane{{Title: "Map", Width: 12, Lines: []string{"a", "b"}}, {Title: "Last"}}},
	))
	want := strings.TrimPrefix(`
┌─ Today ──────────── 6 min ─┐
│ 镜像层是只读的，容器第一次…│
│                            │
├─ Map ──────┬─ Last ────────┤
│a           │               │
│b           │               │
│            │               │
└────────────┴───────────────┘`, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A frame is as large as asked for, whatever stands in it.
func TestFrameIsExact(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("ab 层，写é")))
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(20, 90).Draw(t, "w"), rapid.IntRange(6, 20).Draw(t, "h")
		var rows []Row
		for range rapid.IntRange(1, 3).Draw(t, "rows") {
			r := Row{Height: rapid.IntRange(0, 3).Draw(t, "height")}
			for range rapid.IntRange(1, 3).Draw(t, "panes") {
				r.Panes = append(r.Panes, Pane{
					Title: text.Draw(t, "title"), Right: text.Draw(t, "right"),
					Width: rapid.SampledFrom([]int{0, 0, 6}).Draw(t, "width"),
					Lines: rapid.SliceOfN(text, 0, 5).Draw(t, "lines"),
				})
			}
			rows = append(rows, r)
		}
		lines := Frame(mono(), w, h, rows...)
		if len(lines) > h {
			t.Fatalf("%d lines, want at most %d", len(lines), h)
		}
		for _, l := range lines {
			if render.Width(l) > w {
				t.Fatalf("%q is wider than %d", l, w)
			}
		}
	})
}

func TestListWindow(t *testing.T) {
	l := &List{}
	l.Set(10)
	for _, step := range []struct {
		key          string
		at, from, to int
	}{
		{"down", 1, 0, 4}, {"pgdown", 4, 1, 5}, {"G", 9, 6, 10}, {"up", 8, 6, 10}, {"pgup", 5, 5, 9}, {"g", 0, 0, 4}, {"up", 0, 0, 4},
	} {
		l.Key(screen.Key(step.key), 4)
		if from, to := l.Window(4); l.At != step.at || from != step.from || to != step.to {
			t.Errorf("%s: at %d of %d..%d, want %d of %d..%d", step.key, l.At, from, to, step.at, step.from, step.to)
		}
	}
	l.Set(2)
	if l.At != 0 || l.Click(2) || !l.Click(1) || l.At != 1 {
		t.Errorf("after shrinking at %d", l.At)
	}
	if l.Set(0); l.At != 0 || l.Click(0) {
		t.Error("an empty list has a place to stand")
	}
}

// The cursor stands at the display width of what is before it: after Chinese two columns for each character.
func TestInputCursor(t *testing.T) {
	in := &Input{}
	for _, r := range "写时copy" {
		in.Key(tea.KeyPressMsg{Text: string(r), Code: r})
	}
	for _, step := range []struct {
		key, text string
		cursor    int
	}{
		{"", "写时copy", 8},
		{"home", "写时copy", 0},
		{"right", "写时copy", 2},
		{"delete", "写copy", 2},
		{"end", "写copy", 6},
		{"backspace", "写cop", 5},
		{"ctrl+w", "", 0},
	} {
		if step.key != "" {
			in.Key(screen.Key(step.key))
		}
		line, x := in.View(20)
		if in.Text() != step.text || x != step.cursor || render.Width(line) != 20 {
			t.Errorf("%s: %q, cursor at %d, want %q at %d", step.key, in.Text(), x, step.text, step.cursor)
		}
	}
}

func TestInputLongerThanItsPlace(t *testing.T) {
	in := &Input{}
	in.Insert("一二三四五六七八九十")
	line, x := in.View(9)
	if strings.TrimRight(line, " ") != "七八九十" || x != 8 {
		t.Errorf("%q, cursor at %d", line, x)
	}
	in.Key(screen.Key("home"))
	if line, x = in.View(9); line != "一二三四 " || x != 0 {
		t.Errorf("at home: %q, cursor at %d", line, x)
	}
}

// What of a long line is visible is the same as when one tries each beginning in turn.
func TestInputShowsAsMuchAsFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := &Input{}
		in.Insert(rapid.StringOfN(rapid.SampledFrom([]rune("ab 层写é")), 0, 60, -1).Draw(t, "text"))
		w := rapid.IntRange(3, 20).Draw(t, "w")
		for range rapid.IntRange(1, 8).Draw(t, "moves") {
			text := split(in.Text())
			at := rapid.IntRange(0, len(text)).Draw(t, "at")
			in.edit().SetCursor(at)
			from := min(in.from, at)
			for from < at && render.Width(strings.Join(text[from:at], "")) > w-1 {
				from++
			}
			want := render.Fit(strings.Join(text[from:], ""), w, "")
			line, x := in.View(w)
			if before := render.Width(strings.Join(text[from:at], "")); line != want || x != before {
				t.Fatalf("%q from %d: %q and cursor %d, want %q and %d", in.Text(), from, line, x, want, before)
			}
		}
	})
}

// A book in the clipboard is not an answer.
func TestInputTakesNoBooks(t *testing.T) {
	in := &Input{}
	in.Insert(strings.Repeat("书", 3*longest))
	in.Insert("x")
	if before, behind := in.around(); len(before) != longest || len(behind) != 0 {
		t.Errorf("holds %d graphemes before the cursor and %d behind", len(before), len(behind))
	}
	in.Key(screen.Key("backspace"))
	if in.Insert("x"); !strings.HasSuffix(in.Text(), "书x") {
		t.Error("no room after a backspace")
	}
}

// Each key draws the line anew, so a long one must not cost more than a short one.
func BenchmarkInputView(b *testing.B) {
	in := &Input{}
	in.Insert(strings.Repeat("x", longest))
	for b.Loop() {
		in.from = 0
		in.View(48)
	}
}

func TestInputKeepsGraphemesWhole(t *testing.T) {
	in := &Input{}
	in.Insert("cafe\u0301")
	in.Key(screen.Key("backspace"))
	if in.Text() != "caf" {
		t.Errorf("%q", in.Text())
	}
	in.Insert("a\nb\x1b[31m")
	if strings.ContainsAny(in.Text(), "\n\x1b") {
		t.Errorf("%q", in.Text())
	}
}

func FuzzInput(f *testing.F) {
	f.Add("写时copy", "left delete right backspace ctrl+w", 10)
	f.Add("e\u0301\u0301", "backspace", 2)
	f.Fuzz(func(t *testing.T, text, keys string, w int) {
		in := &Input{}
		in.Insert(text)
		for _, k := range strings.Fields(keys) {
			in.Key(screen.Key(k))
		}
		w = 2 + (w&0xff)%80
		line, x := in.View(w)
		if render.Width(line) != w || x < 0 || x >= w+1 {
			t.Errorf("%q: %q is %d wide, cursor at %d, want %d", in.Text(), line, render.Width(line), x, w)
		}
	})
}

func TestOver(t *testing.T) {
	got := Over([]string{"0123456789", "写时复制写时", "ab"}, []string{"[--]", "[--]", "[--]"}, 3, 0)
	want := []string{"012[--]789", "写 [--] 写时", "ab [--]"}
	for i := range want {
		if ansi.Strip(got[i]) != want[i] {
			t.Errorf("line %d: %q, want %q", i, got[i], want[i])
		}
	}
}

func TestBar(t *testing.T) {
	for _, tc := range []struct {
		done, whole int
		want        string
	}{{0, 9, "░░░░░░░░░░"}, {1, 99, "█░░░░░░░░░"}, {8, 9, "████████░░"}, {9, 9, "██████████"}, {0, 0, "░░░░░░░░░░"}} {
		if got := ansi.Strip(Bar(mono(), 10, tc.done, tc.whole)); got != tc.want {
			t.Errorf("%d of %d: %s", tc.done, tc.whole, got)
		}
	}
}
