package drill_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/drill"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// sit leaves a session behind that asks these questions, shuffled always in the same way, so that a card can be opened
// on it.
func sit(t testing.TB, l *screentest.Learner, plan quiz.Plan, questions ...lessons.QuestionID) screen.OpenDrill {
	t.Helper()
	plan.Start = quiz.Start{Session: "test", At: l.Clock.Now(), Seed: 7}
	for i, q := range questions {
		plan.Asks = append(plan.Asks, quiz.Ask{
			Question: q, Why: quiz.IsDue, Seed: uint64(i + 3), Card: quiz.Card{Question: q, Rev: 1},
		})
	}
	text, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Set(context.Background(), "sitting", string(text)); err != nil {
		t.Fatal(err)
	}
	return screen.OpenDrill{Resume: true}
}

func open(t testing.TB, l *screentest.Learner, lang lessons.Lang, w, h int, o screen.OpenDrill) *screentest.Driver {
	t.Helper()
	d := screentest.New(t, lang, w, h)
	return d.Show(drill.New(l.Study, &render.Cache{}, d.Tick, o))
}

// review is a session of today's review.
var review = quiz.Plan{Mode: quiz.Today, Returns: true}

// kinds says for each kind how it is answered, stage by stage. After each a frame is compared.
var kinds = []struct {
	name     string
	question lessons.QuestionID
	stages   [][]string
}{
	{"one", "kinds-one", [][]string{nil, {"s"}, {"a"}}},
	{"many", "kinds-many", [][]string{nil, {"a", "d"}, {"enter"}}},
	{"typed", "kinds-typed", [][]string{nil, {"o", "p", "a", "q", "u", "e", "ctrl+g"}, {"enter"}}},
	{"cloze", "kinds-cloze", [][]string{nil, {"w", "h", "i", "t", "e", "o", "u", "t", "tab", "x"}, {"tab", ".", "w", "h", ".", "enter"}}},
	{"order", "kinds-order", [][]string{nil, {"2", "down"}, {"space", "enter"}}},
	{"predict", "kinds-predict", [][]string{nil, {"h"}, {"0"}}},
	{"open", "kinds-open", [][]string{nil, {"space", "1", "b"}, {"enter"}}},
}

// The frames in the golden files were looked at.
func TestFrames(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
		for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
			for _, k := range kinds {
				l := screentest.Learn(t, screentest.Course(t))
				d := open(t, l, lang, size[0], size[1], sit(t, l, review, k.question, "tags-02"))
				l.Clock.Advance(20 * time.Second)
				for i, keys := range k.stages {
					name := fmt.Sprintf("%dx%d/%s-%d.%s", size[0], size[1], k.name, i, lang)
					d.Press(keys...)
					t.Run(name, func(t *testing.T) { d.Golden(name) })
				}
			}
		}
	}
}

// Cards fill every window exactly, in every language, look and set of frames, with the questions of all kinds.
func TestEveryCardFitsEveryWindow(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	for _, size := range [][2]int{{60, 16}, {61, 17}, {80, 23}, {99, 31}, {100, 32}, {140, 24}, {200, 60}} {
		for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
			for _, frames := range []theme.FrameSet{theme.FramesLight, theme.FramesASCII} {
				for _, k := range kinds {
					l.Clock.Advance(time.Hour) // what was answered belongs to an older session
					d := screentest.New(t, lang, size[0], size[1])
					d.Theme = theme.New(theme.Mono, frames, theme.Terminal{})
					d.Show(drill.New(l.Study, &render.Cache{}, d.Tick, sit(t, l, review, k.question)))
					for _, keys := range k.stages {
						if d.Press(keys...).Frame(); t.Failed() {
							t.Fatalf("%s %s %s %v", k.name, lang, frames, size)
						}
					}
				}
			}
		}
	}
}

// The cursor of the terminal stands behind what was typed, also behind Chinese, so that input methods open there.
func TestCursor(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	d := open(t, l, lessons.ZH, 80, 24, sit(t, l, review, "kinds-cloze"))
	x := func() int {
		c := d.Screen.View(screen.Env{Lang: lessons.ZH, Theme: d.Theme, W: 80, H: 22}).Cursor
		if c == nil {
			t.Fatal("no cursor")
		}
		return c.X
	}
	before := x()
	d.Type("上层a")
	if got := x(); got != before+5 {
		t.Errorf("after 上层a the cursor moved from %d to %d", before, got)
	}
	d.Press("tab")
	if x() == before {
		t.Error("the cursor did not go to the next gap")
	}
}
