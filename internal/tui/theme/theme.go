// Package theme says how the screens look: a Style and a set of Frames of package render, chosen by what the learner
// wants and by what the terminal can show. Only the 16 colours of the terminal's own palette, bold, reverse and
// underline are used. No other package under tui names a colour or a frame character.
package theme

import "dockerlearn/internal/render"

// Look is what the learner asked for.
type Look string

// The looks, in the order in which one key steps through them.
const (
	Auto  Look = "auto" // dark or light by the terminal's background
	Dark  Look = "dark"
	Light Look = "light"
	Mono  Look = "mono" // no colours
)

// ParseLook reads a stored setting; what it does not know is Auto.
func ParseLook(s string) Look {
	switch l := Look(s); l {
	case Dark, Light, Mono:
		return l
	}
	return Auto
}

// Next returns the look after this one.
func (l Look) Next() Look {
	switch l {
	case Auto:
		return Dark
	case Dark:
		return Light
	case Light:
		return Mono
	}
	return Auto
}

// FrameSet is which characters frames are drawn with.
type FrameSet string

// The sets of frames.
const (
	FramesAuto  FrameSet = "auto" // light, unless the terminal draws it two columns wide
	FramesLight FrameSet = "light"
	FramesASCII FrameSet = "ascii"
)

// ParseFrames reads a stored setting; what it does not know is FramesAuto.
func ParseFrames(s string) FrameSet {
	switch f := FrameSet(s); f {
	case FramesLight, FramesASCII:
		return f
	}
	return FramesAuto
}

// Terminal is what is known about the terminal. The zero Terminal is dark, with colours and narrow frames.
type Terminal struct {
	Light      bool // its background is light
	NoColor    bool // NO_COLOR is set, or it has none
	WideFrames bool // it draws box characters two columns wide
}

// Theme is how things look now.
type Theme struct {
	*render.Style
	*render.Frames
}

// New chooses a theme. The same choice always returns the same Style and Frames, so they can serve as cache keys.
func New(l Look, f FrameSet, t Terminal) Theme {
	return Theme{Style: style(l, t), Frames: frames(f, t)}
}

func style(l Look, t Terminal) *render.Style {
	switch {
	case t.NoColor || l == Mono:
		return render.MonoStyle()
	case l == Light || l == Auto && t.Light:
		return render.LightStyle()
	}
	return render.DarkStyle()
}

func frames(f FrameSet, t Terminal) *render.Frames {
	if f == FramesASCII || f == FramesAuto && t.WideFrames {
		return render.ASCIIFrames()
	}
	return render.LightFrames()
}
