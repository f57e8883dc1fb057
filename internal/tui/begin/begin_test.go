package begin_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/begin"
	"dockerlearn/internal/tui/drill"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

func open(t testing.TB, l *screentest.Learner, lang lessons.Lang, w, h int) *screentest.Driver {
	t.Helper()
	return screentest.New(t, lang, w, h).Show(begin.New(l.Study, ""))
}

// The frames in the golden files were looked at.
func TestFrames(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
		for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
			for _, p := range []struct {
				name string
				keys []string
			}{
				{"review", nil},
				{"interview", []string{"5", "left", "tab", "right"}},
				{"goal", []string{"7", "shift+right", "left", "enter"}},
			} {
				name := fmt.Sprintf("%dx%d/%s.%s", size[0], size[1], p.name, lang)
				t.Run(name, func(t *testing.T) {
					l := screentest.Learn(t, screentest.Course(t))
					open(t, l, lang, size[0], size[1]).Press(p.keys...).Golden(name)
				})
			}
		}
	}
}

func TestWhatIsAskedFor(t *testing.T) {
	images := []lessons.TopicID{"images"}
	for _, c := range []struct {
		keys []string
		want study.Wish
	}{
		{nil, study.Wish{Mode: quiz.Today}},
		{[]string{"2", "right", "right"}, study.Wish{Mode: quiz.Drill, Length: 20 * time.Minute}},
		{[]string{"2", "left", "left", "left"}, study.Wish{Mode: quiz.Drill, Length: 5 * time.Minute}},
		{[]string{"3"}, study.Wish{Mode: quiz.Topic, Topics: []lessons.TopicID{"storage"}}},
		{[]string{"3", "right", "right"}, study.Wish{Mode: quiz.Topic, Topics: images}},
		{[]string{"4", "right", "right"}, study.Wish{Mode: quiz.Weak, Topics: images}},
		{[]string{"5", "left", "left", "tab", "left"}, study.Wish{Mode: quiz.Interview, Level: lessons.Basic, Length: 10 * time.Minute}},
		{[]string{"6", "right", "tab", "right", "right"}, study.Wish{Mode: quiz.Exam, Count: 30, Topics: images}},
	} {
		d := open(t, screentest.Learn(t, screentest.Course(t)), lessons.EN, 80, 24).Press(c.keys...).Press("enter")
		got, ok := screentest.Last[screen.OpenDrill](d)
		if !ok || fmt.Sprint(got.Wish) != fmt.Sprint(c.want) {
			t.Errorf("%v asks for %+v, want %+v", c.keys, got.Wish, c.want)
		}
	}
}

func TestByMouse(t *testing.T) {
	d := open(t, screentest.Learn(t, screentest.Course(t)), lessons.EN, 80, 24)
	d.Click("Drill").Shows("< 10 min >").Click("min >").Shows("< 15 min >").Click("length").Shows("< 10 min >").Click("Drill")
	if got, ok := screentest.Last[screen.OpenDrill](d); !ok || got.Wish.Length != 10*time.Minute {
		t.Errorf("asks for %+v", got)
	}
}

func TestGoal(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	d := open(t, l, lessons.EN, 80, 24).Press("7", "right", "enter")
	d.Shows("Until 2026-12-10", "answers a day", "Readiness on the day")
	today, err := l.Today(context.Background())
	if err != nil || today.DaysLeft != 15 {
		t.Errorf("%d days left (%v)", today.DaysLeft, err)
	}
	d.Press("x").Hides("Until 2026-12-10")
	if today, _ = l.Today(context.Background()); today.Goal.By != 0 {
		t.Error("the goal is still there")
	}
}

// A session that was left is the first thing that is offered.
func TestUnfinished(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	other := screentest.New(t, lessons.EN, 80, 24)
	other.Show(drill.New(l.Study, &render.Cache{}, nil, screen.OpenDrill{Wish: study.Wish{Mode: quiz.Topic}})).Press("0")
	d := open(t, l, lessons.EN, 80, 24).Shows("1  Go on: Topic").Press("enter")
	if got, ok := screentest.Last[screen.OpenDrill](d); !ok || !got.Resume {
		t.Errorf("asks for %+v", got)
	}
}

func TestEveryWindow(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {61, 17}, {80, 23}, {99, 31}, {100, 32}, {140, 24}, {200, 60}} {
		for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
			d := open(t, screentest.Learn(t, screentest.Course(t)), lang, size[0], size[1])
			d.Theme = theme.New(theme.Mono, theme.FramesASCII, theme.Terminal{})
			for _, key := range []string{"1", "2", "3", "4", "5", "6", "7", "enter"} {
				if d.Press(key).Frame(); t.Failed() {
					t.Fatal(size, lang, key)
				}
			}
		}
	}
}
