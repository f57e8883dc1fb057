package app_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dockerlearn/internal/tui/app"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/internal/tui/tuitest"
	"dockerlearn/lessons"
)

// places are the ways to every screen and popup of the program, from the home screen.
var places = []struct {
	name string
	keys []string
}{
	{"home", nil},
	{"topic", []string{"3"}},
	{"answer", []string{"enter"}},
	{"code", []string{"enter", "right", "tab"}},
	{"tall", []string{"enter", "right", "right"}},
	{"questions", []string{"enter", "G"}},
	{"terms", []string{"enter", "right", "t"}},
	{"sections", []string{"enter", "o"}},
	{"search", []string{"/", "l", "a", "y", "e", "r"}},
	{"nothing", []string{"/", "l", "a", "y", "q", "q"}},
	{"palette", []string{":", "v", "o", "l"}},
	{"keys", []string{"enter", "?"}},
	{"bookmarks", []string{"enter", "b", "esc", "b"}},
	{"marked", []string{"enter", "b", "q"}},
}

// sessions are the ways to the screens of practising, which shuffle: their packages hold their frames.
var sessions = []struct {
	name string
	keys []string
}{
	{"begin", []string{"p"}},
	{"statistics", []string{"s"}},
	{"question", []string{"enter", "G", "enter"}},
	{"verdict", []string{"enter", "G", "down", "enter", "x", "enter"}},
}

// The frames in the golden files were looked at.
func TestFrames(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
			for _, p := range places {
				name := fmt.Sprintf("%dx%d/%s.%s", size[0], size[1], p.name, lang)
				t.Run(name, func(t *testing.T) {
					tuitest.Start(t, app.State{Lang: lang}, size[0], size[1]).Press(p.keys...).Golden(name)
				})
			}
			name := fmt.Sprintf("%dx%d/first.%s", size[0], size[1], lang)
			t.Run(name, func(t *testing.T) {
				tuitest.Start(t, app.State{Lang: lang, First: true}, size[0], size[1]).Golden(name)
			})
		}
	}
	for _, name := range []string{"home", "tall", "palette"} {
		for _, size := range [][2]int{{60, 16}, {200, 60}} {
			file := fmt.Sprintf("%dx%d/%s.zh", size[0], size[1], name)
			t.Run(file, func(t *testing.T) {
				for _, p := range places {
					if p.name == name {
						tuitest.Start(t, app.State{Lang: lessons.ZH}, size[0], size[1]).Press(p.keys...).Golden(file)
					}
				}
			})
		}
	}
	for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
		name := "small/52x14." + string(lang)
		t.Run(name, func(t *testing.T) { tuitest.Start(t, app.State{Lang: lang}, 52, 14).Golden(name) })
	}
}

// Every screen fills every window exactly, in every language and set of frames. (Driver.Styled checks the sizes.)
func TestEveryScreenFitsEveryWindow(t *testing.T) {
	sizes := [][2]int{
		{60, 16},
		{61, 17},
		{80, 23},
		{80, 24},
		{99, 31},
		{100, 32},
		{139, 40},
		{140, 24},
		{200, 60},
		{300, 90},
		{60, 60},
		{300, 16},
	}
	for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
		for _, frames := range []theme.FrameSet{theme.FramesLight, theme.FramesASCII} {
			for _, p := range slices.Concat(places, sessions) {
				d := tuitest.Start(t, app.State{Lang: lang, Frames: frames}, 80, 24).Press(p.keys...)
				for _, size := range sizes {
					if d.Resize(size[0], size[1]).Styled(); t.Failed() {
						t.Fatalf("%s, %s, %s, %dx%d:\n%s", p.name, lang, frames, size[0], size[1], d.Screen())
					}
				}
			}
		}
	}
}

var coloured = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// NO_COLOR leaves bold, faint, underline and reverse; what colours said is said by marks as well, so that the same
// text is on the screen.
func TestNoColor(t *testing.T) {
	for _, p := range places {
		plain := tuitest.Start(t, app.State{Term: theme.Terminal{NoColor: true}}, 80, 24).Press(p.keys...)
		for _, code := range coloured.FindAllString(strings.Join(plain.Styled(), "\n"), -1) {
			for _, n := range strings.Split(strings.Trim(code, "\x1b[m"), ";") {
				if n != "" && len(n) > 1 {
					t.Errorf("%s: %q is a colour", p.name, code)
				}
			}
		}
		if full := tuitest.Start(t, app.State{}, 80, 24).Press(p.keys...); full.Screen() != plain.Screen() {
			t.Errorf("%s says something else without colours:\n%s\n%s", p.name, full.Screen(), plain.Screen())
		}
	}
}

// With ASCII frames nothing but the course's own texts and the name of the other language is beyond ASCII.
func TestASCIIFrames(t *testing.T) {
	for _, p := range places {
		s := tuitest.Start(t, app.State{Frames: theme.FramesASCII}, 80, 24).Press(p.keys...).Screen()
		if i := strings.IndexAny(s, "─│┌┐└┘├┤┬┴┼▸✓✗·…█░→←↑↓↵⇧•–“”"); i >= 0 {
			t.Errorf("%s: %q\n%s", p.name, s[i:min(i+12, len(s))], s)
		}
	}
}
