package app_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	tea "charm.land/bubbletea/v2"

	"dockerlearn"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/app"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/internal/tui/tuitest"
	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// keysOfAMonkey are those that do something somewhere, and some that are typed.
var keysOfAMonkey = []string{
	"enter", "esc", "space", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pgup", "pgdown",
	"backspace", "delete", "shift+left", "shift+right", "ctrl+u", "ctrl+x", "ctrl+s", "ctrl+r", "ctrl+z", "ctrl+n", "ctrl+w",
	"/", ":", "?", "!", "L", "T", "G", "0", "1", "2", "3", "4", "5", "8", "-", "+", "层", "，",
	"a", "b", "c", "d", "g", "h", "j", "k", "l", "n", "o", "p", "q", "r", "s", "t", "u", "x", "y",
}

// Whatever is pressed, clicked, pasted or pulled, nothing panics, and each frame is exactly as large as its window.
func TestMonkey(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			chance := rand.New(rand.NewPCG(seed, 0))
			dir := t.TempDir()
			for range 3 { // it leaves and comes back
				s := app.State{Study: tuitest.Study(t, dir), First: seed%2 == 0, Mouse: app.MouseOn}
				if seed%4 > 1 { // all kinds of questions
					s.Study = tuitest.Open(t, dockerlearn.Content(), progress.Options{Dir: dir, Now: tuitest.Now})
				}
				if seed%3 == 0 {
					s.Lang, s.Frames = lessons.ZH, theme.FramesASCII
				}
				if seed%4 == 3 {
					s.Open = screen.OpenDrill{Wish: study.Wish{Mode: quiz.Topic}}
				}
				play(tuitest.Start(t, s, 80, 24), chance)
			}
			if t.Failed() {
				t.Log("the seed is ", seed)
			}
		})
	}
}

func play(d *tuitest.Driver, chance *rand.Rand) {
	w, h := 80, 24
	for range 250 {
		switch n := chance.IntN(100); {
		case n < 3:
			w, h = []int{20, 59, 60, 61, 80, 99, 100, 139, 140, 200}[chance.IntN(10)], []int{5, 15, 16, 23, 24, 40, 60}[chance.IntN(7)]
			d.Resize(w, h)
		case n < 6:
			d.Send(tea.PasteMsg{Content: []string{"copy-up", "写时复制\n第二行", "\x1b[31m\x00\u202e\ufffd", "é👩‍👩‍👧"}[chance.IntN(4)]})
		case n < 16:
			d.Send(tea.MouseClickMsg{X: chance.IntN(w), Y: chance.IntN(h), Button: tea.MouseLeft})
		case n < 20:
			d.Send(tea.MouseWheelMsg{X: w / 2, Y: h / 2, Button: []tea.MouseButton{tea.MouseWheelUp, tea.MouseWheelDown}[chance.IntN(2)]})
		default:
			d.Press(keysOfAMonkey[chance.IntN(len(keysOfAMonkey))])
		}
		if d.Quit {
			return
		}
		d.Styled()
	}
}
