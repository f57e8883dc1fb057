package stats_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/internal/tui/stats"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// months is a learner who answered for so many days, one of ten left out: most of it right, and more often when sure.
func months(t testing.TB, days int) *screentest.Learner {
	t.Helper()
	l := screentest.Learn(t, screentest.Course(t))
	var questions []*lessons.Question
	for _, lesson := range l.Course().Lessons() {
		questions = append(questions, lesson.Questions...)
	}
	n := 0
	for day := range days {
		for range (2 + day%7) * min(day%10, 1) {
			r := answered(questions[n%len(questions)], n)
			r.ID, r.At = quiz.NewReviewID(l.Clock.Now(), [10]byte{byte(n), byte(n >> 8)}), l.Clock.Now()
			if _, err := l.Store.Record(context.Background(), r); err != nil {
				t.Fatal(err)
			}
			n++
			l.Clock.Advance(20 * time.Second)
		}
		l.Clock.Advance(24 * time.Hour)
	}
	return l
}

// answered is the n-th answer: wrong one time in five, and one in two when guessed.
func answered(q *lessons.Question, n int) quiz.Review {
	r := quiz.Review{
		Event: quiz.Answered, Question: q.ID, Mode: quiz.Today, Session: "s", Rev: q.Rev, Lang: lessons.EN,
		Verdict: quiz.Right, Score: 1, Rating: quiz.Good, Confidence: quiz.Confidence(1 + n%3), Elapsed: 9 * time.Second,
	}
	if n%5 == 4 || n%6 == 0 {
		r.Verdict, r.Score, r.Rating = quiz.Wrong, 0, quiz.Again
		for i, right := range q.Right {
			if !right {
				r.Beliefs = []int{i}
			}
		}
		if q.Kind == lessons.Typed && len(q.In(lessons.EN).Wrong) > 0 {
			r.Beliefs = []int{0}
		}
	}
	return r
}

func open(t testing.TB, l *screentest.Learner, lang lessons.Lang, w, h int) *screentest.Driver {
	t.Helper()
	return screentest.New(t, lang, w, h).Show(stats.New(l.Study))
}

// The frames in the golden files were looked at.
func TestFrames(t *testing.T) {
	fresh, old := screentest.Learn(t, screentest.Course(t)), months(t, 60)
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
		for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
			for _, p := range []struct {
				name string
				l    *screentest.Learner
				keys []string
			}{{"example", fresh, nil}, {"overview", old, nil}, {"charts", old, []string{"tab", "d"}}} {
				name := fmt.Sprintf("%dx%d/%s.%s", size[0], size[1], p.name, lang)
				t.Run(name, func(t *testing.T) { open(t, p.l, lang, size[0], size[1]).Press(p.keys...).Golden(name) })
			}
		}
	}
}

func TestKeys(t *testing.T) {
	d := open(t, months(t, 60), lessons.EN, 80, 24).Shows("last 30 days")
	d.Press("d").Shows("all days").Press("d").Shows("last 7 days").Press("d").Shows("last 30 days")
	d.Press("down", "enter")
	if got, ok := screentest.Last[screen.OpenDrill](d); !ok || len(got.Questions) != 1 {
		t.Errorf("enter asks for %+v", got)
	}
	d.Click("times   last")
	if got := d.Asked[len(d.Asked)-1]; fmt.Sprintf("%T", got) != "screen.OpenDrill" {
		t.Errorf("a click asks for %T", got)
	}
	d.Press("p")
	if _, ok := screentest.Last[screen.OpenBegin](d); !ok {
		t.Error("p does not lead to the practice")
	}
}

// While the log is counted, nothing invented is on the screen.
func TestCounting(t *testing.T) {
	d := screentest.New(t, lessons.EN, 80, 24)
	d.Screen = stats.New(months(t, 30).Study)
	d.Hides("example", "%", "Memory")
	d.Show(d.Screen).Shows("Memory")
}

// The example is never taken for one's own.
func TestExample(t *testing.T) {
	d := open(t, months(t, 3), lessons.EN, 80, 24).Shows("Statistics (example)", "after about 30 answers this will be yours")
	d.Press("enter")
	if len(d.Asked) > 0 {
		t.Error("an invented belief is practised")
	}
	open(t, months(t, 20), lessons.EN, 80, 24).Hides("example")
}

func TestEveryWindow(t *testing.T) {
	fresh, old := screentest.Learn(t, screentest.Course(t)), months(t, 40)
	for _, size := range [][2]int{{60, 16}, {61, 17}, {80, 23}, {99, 31}, {100, 32}, {100, 38}, {140, 24}, {200, 60}} {
		for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
			for _, l := range []*screentest.Learner{fresh, old} {
				d := open(t, l, lang, size[0], size[1])
				d.Theme = theme.New(theme.Mono, theme.FramesASCII, theme.Terminal{})
				for _, key := range []string{"tab", "d", "tab", "G"} {
					if d.Press(key).Frame(); t.Failed() {
						t.Fatal(size, lang, key)
					}
				}
			}
		}
	}
}
