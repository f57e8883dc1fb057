package drill_test

import (
	"fmt"
	"testing"
	"time"

	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

const toDo = "use-existing-volume-09"

// done is what the host's screen says when it is left.
func done(took time.Duration, met ...bool) screen.Did {
	return screen.Did{Question: toDo, Met: met, Took: took, Lines: []string{"docker run …"}}
}

func TestDoFrames(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}} {
		for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
			l := screentest.Learn(t, course(t))
			d := open(t, l, lang, size[0], size[1], sit(t, l, review, toDo))
			name := func(s string) string { return fmt.Sprintf("%dx%d/do-%s.%s", size[0], size[1], s, lang) }
			d.Golden(name("asked")).Send(done(80*time.Second, true, true, false))
			d.Golden(name("missed")).Press("u").Send(done(80*time.Second, true, true, true)).Golden(name("late"))
		}
	}
}

// What was reached, and in which time, decides what a do question counts for.
func TestADoQuestionIsGraded(t *testing.T) {
	for _, c := range []struct {
		did     screen.Did
		verdict quiz.Verdict
		rating  quiz.Rating
	}{
		{done(40*time.Second, true, true, true), quiz.Right, quiz.Good},
		{done(61*time.Second, true, true, true), quiz.Right, quiz.Hard},
		{done(40*time.Second, true, false, true), quiz.Partly, quiz.Again},
		{done(40*time.Second, false, false, false), quiz.Wrong, quiz.Again},
	} {
		l := screentest.Learn(t, course(t))
		d := open(t, l, lessons.EN, 80, 24, sit(t, l, review, toDo)).Press("enter")
		if ask, ok := screentest.Last[screen.OpenDo](d); !ok || ask.Question != toDo {
			t.Fatalf("enter opens %v", ask)
		}
		l.Clock.Advance(time.Hour) // at the host
		d.Send(c.did)
		log := logged(t, l)
		if len(log) != 1 || log[0].Verdict != c.verdict || log[0].Rating != c.rating || log[0].Elapsed != c.did.Took ||
			log[0].Answer.Text != "docker run …" {
			t.Errorf("%v: stored %+v", c.did, log)
		}
	}
}

func TestWhoRunsNothingHasNotAnswered(t *testing.T) {
	l := screentest.Learn(t, course(t))
	d := open(t, l, lessons.EN, 80, 24, sit(t, l, review, toDo)).Press("enter")
	d.Send(screen.Did{Question: toDo, Met: []bool{false, false, false}}).Shows("do it")
	if len(logged(t, l)) > 0 {
		t.Error("an answer was stored")
	}
	d.Press("x")
	if _, over := screentest.Last[screen.Replace](d); !over || len(logged(t, l)) > 0 {
		t.Error("x does not leave it out")
	}
}
