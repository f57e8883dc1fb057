package theme

import (
	"testing"

	"dockerlearn/internal/render"
)

func TestNew(t *testing.T) {
	for _, tc := range []struct {
		name   string
		look   Look
		frames FrameSet
		term   Terminal
		style  *render.Style
		lines  *render.Frames
	}{
		{"nothing known", Auto, FramesAuto, Terminal{}, render.DarkStyle(), render.LightFrames()},
		{"light background", Auto, FramesAuto, Terminal{Light: true}, render.LightStyle(), render.LightFrames()},
		{"the learner knows better", Dark, FramesAuto, Terminal{Light: true}, render.DarkStyle(), render.LightFrames()},
		{"NO_COLOR wins", Dark, FramesAuto, Terminal{NoColor: true}, render.MonoStyle(), render.LightFrames()},
		{"wide boxes", Auto, FramesAuto, Terminal{WideFrames: true}, render.DarkStyle(), render.ASCIIFrames()},
		{"wide boxes, but asked for", Auto, FramesLight, Terminal{WideFrames: true}, render.DarkStyle(), render.LightFrames()},
		{"ascii asked for", Mono, FramesASCII, Terminal{}, render.MonoStyle(), render.ASCIIFrames()},
	} {
		got := New(tc.look, tc.frames, tc.term)
		if got.Style != tc.style || got.Frames != tc.lines {
			t.Errorf("%s: got %s, %s", tc.name, got.Style.Name, got.Frames.Name)
		}
	}
}

func TestLooksGoRound(t *testing.T) {
	seen := map[Look]bool{}
	l := Auto
	for range 4 {
		seen[l] = true
		l = l.Next()
	}
	if l != Auto || len(seen) != 4 {
		t.Errorf("after four steps at %q having seen %v", l, seen)
	}
	if ParseLook("pink") != Auto || ParseFrames("") != FramesAuto || ParseLook("mono") != Mono {
		t.Error("a stored setting is read wrongly")
	}
}
