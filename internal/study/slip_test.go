package study_test

import (
	"context"
	"testing"
	"time"

	"dockerlearn"
	"dockerlearn/internal/study"
	"dockerlearn/internal/study/studytest"
	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// slipped is somebody with the built-in course who restarts the till in a lab and loses the key that way.
func slipped(t *testing.T) (*study.Study, *studytest.Clock) {
	t.Helper()
	clock := &studytest.Clock{}
	store, err := progress.Open(context.Background(), progress.Options{Dir: t.TempDir(), Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	course, _ := lessons.Load(dockerlearn.Content())
	s := study.New(course, nil, store, clock.Now)
	restart(t, s)
	clock.Advance(time.Minute)
	return s, clock
}

func restart(t *testing.T, s *study.Study) {
	t.Helper()
	x := openLab(t, s, "rw-lifecycle", true)
	typeAt(t, x, "docker restart -t 0 till")
	x.AdvanceTo(x.Elapsed() + time.Minute)
	met(t, x)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}

const lostKey lessons.QuestionID = "container-write-path-06"

// today is how many cards labs bring back now; the session is nil when there is nothing to ask.
func today(t *testing.T, s *study.Study) (n int, x *study.Sitting) {
	t.Helper()
	now, err := s.Today(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if now.Asks > 0 {
		if x, err = s.Begin(context.Background(), study.Wish{Mode: quiz.Today}); err != nil {
			t.Fatal(err)
		}
	}
	return now.Slips, x
}

// A mistake in a lab brings its card back, though its lesson was never read, with what the lab says of it.
func TestAMistakeInALabBringsItsCardBack(t *testing.T) {
	s, _ := slipped(t)
	n, x := today(t, s)
	if n != 1 || x == nil {
		t.Fatalf("%d cards are brought back", n)
	}
	ask := x.Turn().Ask
	if ask.Question != lostKey || ask.Why != quiz.HasSlipped || ask.Slip == nil {
		t.Fatalf("asked %+v", ask)
	}
	if lab, says := s.Belief(*ask.Slip); lab == nil || lab.ID != "rw-lifecycle" || says.In(lessons.ZH) == "" {
		t.Errorf("believed %v %v", lab, says)
	}
}

// It is gone when it was answered rightly; when wrongly, it waits for another day.
func TestASlipIsMended(t *testing.T) {
	for _, right := range []bool{true, false} {
		s, clock := slipped(t)
		_, x := today(t, s)
		fillGaps(t, x, right)
		if n, _ := today(t, s); n != 0 {
			t.Errorf("right %v: brought back again the same day", right)
		}
		clock.Advance(24 * time.Hour)
		if n, _ := today(t, s); n != one(!right) {
			t.Errorf("right %v: on the next day %d are brought back", right, n)
		}
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fillGaps fills the gaps rightly or not.
func fillGaps(t *testing.T, x *study.Sitting, right bool) {
	t.Helper()
	turn := x.Turn()
	a := quiz.Answer{Lang: lessons.EN}
	for _, p := range turn.Item.Question.In(lessons.EN).Cloze {
		if len(p.Accept) > 0 && right {
			a.Gaps = append(a.Gaps, p.Accept[0])
		} else if len(p.Accept) > 0 {
			a.Gaps = append(a.Gaps, "nonsense")
		}
	}
	if got := x.Answer(context.Background(), turn, study.Given{Answer: a}); got.Err != nil || (got.Grade.Verdict == quiz.Right) != right {
		t.Fatalf("%+v", got)
	}
}

// An answer that was taken back mends nothing.
func TestAnUndoneAnswerMendsNothing(t *testing.T) {
	s, _ := slipped(t)
	_, x := today(t, s)
	fillGaps(t, x, true)
	if _, err := x.Undo(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n, _ := today(t, s); n != 1 {
		t.Errorf("%d are brought back", n)
	}
}

// What was put away stays away, until the mistake shows again.
func TestASlipIsPutAway(t *testing.T) {
	s, clock := slipped(t)
	_, x := today(t, s)
	if err := x.PutAway(context.Background(), *x.Turn().Ask.Slip); err != nil {
		t.Fatal(err)
	}
	if state := x.Turn().State; state != quiz.Done {
		t.Errorf("the session goes on: %v", x.Turn().Ask)
	}
	clock.Advance(24 * time.Hour)
	if n, _ := today(t, s); n != 0 {
		t.Error("it came back by itself")
	}
	restart(t, s)
	if n, _ := today(t, s); n != 1 {
		t.Error("it did not come back with the mistake")
	}
}
