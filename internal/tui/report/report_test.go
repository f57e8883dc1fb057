package report_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/report"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

var begun = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// interview is one with a follow-up, better than the last one.
func interview() study.Finished {
	r := quiz.Report{
		Start: quiz.Start{Session: "b", At: begun}, Mode: quiz.Interview, Level: lessons.Intermediate, Time: 9 * time.Minute,
		Right: 1, Partly: 1, Wrong: 1, Score: 0.55, Coverage: 0.62, Skipped: 1,
		Topics:   []quiz.TopicScore{{Topic: "storage", Asked: 2, Score: 0.7}, {Topic: "images", Asked: 1, Score: 0.25}},
		Practise: []lessons.QuestionID{"tags-01", "kinds-open", "kinds-cloze"},
		Answers: []quiz.Outcome{
			{
				Question: "kinds-open", Topic: "storage", Verdict: quiz.Partly, Score: 0.6,
				Elapsed: 71 * time.Second, Allowed: 90 * time.Second, Missed: []int{1, 2},
			},
			{
				Question: "kinds-cloze", Topic: "storage", Why: quiz.FollowsUp, After: "kinds-open", Verdict: quiz.Right,
				Score: 1, Confidence: quiz.Sure, Elapsed: 22 * time.Second, Allowed: 30 * time.Second,
			},
			{Question: "tags-01", Topic: "images", Verdict: quiz.Wrong, Elapsed: 95 * time.Second, Allowed: 90 * time.Second},
		},
	}
	last := r
	last.At, last.Score, last.Coverage, last.Level = begun.Add(-72*time.Hour), 0.4, 0.5, lessons.Basic
	change := r.Against(last)
	change.ByAnswer = -4 * time.Second
	return study.Finished{Report: r, Change: &change}
}

// review is a long one, the first of its kind, of which two answers are not saved.
func review() study.Finished {
	r := quiz.Report{Mode: quiz.Today, Time: 6*time.Minute + 10*time.Second, Right: 23, Wrong: 7, Score: 0.77}
	questions := []lessons.QuestionID{"kinds-one", "kinds-many", "kinds-typed", "kinds-order", "kinds-predict", "tags-02"}
	for i := range 30 {
		o := quiz.Outcome{
			Question: questions[i%len(questions)], Topic: "storage", Verdict: quiz.Right, Score: 1,
			Elapsed: time.Duration(5+i) * time.Second,
		}
		if i%4 == 1 {
			o.Verdict, o.Score, o.Confidence = quiz.Wrong, 0, quiz.Sure
		}
		r.Answers = append(r.Answers, o)
	}
	r.Practise = []lessons.QuestionID{"kinds-many", "kinds-one", "tags-02"}
	r.Topics = []quiz.TopicScore{{Topic: "storage", Asked: 30, Score: 0.77}}
	return study.Finished{Report: r, NotSaved: 2, Err: errors.New("disk on fire")}
}

func open(t testing.TB, f study.Finished, lang lessons.Lang, w, h int) *screentest.Driver {
	t.Helper()
	l := screentest.Learn(t, screentest.Course(t))
	again := screen.OpenDrill{Wish: study.Wish{Mode: f.Report.Mode}}
	return screentest.New(t, lang, w, h).Show(report.New(l.Study, nil, screen.OpenReport{Finished: f, Again: again}))
}

// The frames in the golden files were looked at.
func TestFrames(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
		for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
			for name, f := range map[string]study.Finished{"interview": interview(), "review": review()} {
				name := fmt.Sprintf("%dx%d/%s.%s", size[0], size[1], name, lang)
				t.Run(name, func(t *testing.T) { open(t, f, lang, size[0], size[1]).Golden(name) })
			}
		}
	}
}

func TestKeys(t *testing.T) {
	d := open(t, interview(), lessons.EN, 80, 24)
	if d.Press("p"); len(must[screen.OpenDrill](t, d).Questions) != 3 {
		t.Error("p does not practise the three")
	}
	if d.Press("a"); must[screen.OpenDrill](t, d).Wish.Mode != quiz.Interview {
		t.Error("a is not another one")
	}
	if d.Press("G", "r"); must[screen.OpenLesson](t, d).Lesson != "tags" {
		t.Error("r does not read the chosen question's lesson")
	}
	if d.Press("s"); must[screen.OpenStatistics](t, d) != (screen.OpenStatistics{}) {
		t.Error("s")
	}
	if d.Press("enter"); must[screen.Home](t, d) != (screen.Home{}) {
		t.Error("enter")
	}
	d.Click("How is a deletion stored?")
	if must[screen.OpenLesson](t, d).Lesson != "kinds" {
		t.Error("a click does not read the lesson")
	}
}

func must[M any](t *testing.T, d *screentest.Driver) M {
	t.Helper()
	m, ok := screentest.Last[M](d)
	if !ok {
		t.Errorf("no %T was asked for", m)
	}
	return m
}

// What was not saved when the session ended is tried again here, and is not left behind by one key.
func TestNotSaved(t *testing.T) {
	f, waiting := review(), 2
	retry := func() (int, error) {
		if waiting > 0 {
			return waiting, errors.New("disk on fire")
		}
		return 0, nil
	}
	d := screentest.New(t, lessons.EN, 80, 24)
	l := screentest.Learn(t, screentest.Course(t))
	d.Show(report.New(l.Study, d.Tick, screen.OpenReport{Finished: f, Retry: retry}))
	d.Pass(6*time.Second, l.Clock.Advance).Shows("2 not saved", "disk on fire")
	if d.Press("enter"); len(d.Asked) > 0 || d.Failed == nil {
		t.Error("one Enter leaves two answers behind")
	}
	waiting = 0
	d.Pass(6*time.Second, l.Clock.Advance).Shows("all saved").Hides("not saved")
	if d.Press("enter"); len(d.Asked) != 1 || d.Failed != nil {
		t.Errorf("asked for %v, failed %v", d.Asked, d.Failed)
	}
}

// Thirty answers do not fit; the cursor goes through all of them.
func TestScrolls(t *testing.T) {
	d := open(t, review(), lessons.EN, 80, 24).Shows("0:05").Hides("0:34")
	d.Press("G").Shows("0:34").Hides("0:05")
}

func TestEveryWindow(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {61, 17}, {80, 23}, {99, 31}, {100, 32}, {140, 24}, {200, 60}} {
		for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
			for _, f := range []study.Finished{interview(), review(), {Report: quiz.Report{Mode: quiz.Exam}}} {
				d := open(t, f, lang, size[0], size[1])
				d.Theme = theme.New(theme.Mono, theme.FramesASCII, theme.Terminal{})
				if d.Press("p", "G", "up", "r").Frame(); t.Failed() {
					t.Fatal(size, lang)
				}
			}
		}
	}
}
