package study_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"dockerlearn"
	"dockerlearn/internal/study"
	"dockerlearn/internal/study/studytest"
	"dockerlearn/labs"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

// doing is a do question of the built-in course, as it is begun.
func doing(t *testing.T) *study.DoSitting {
	t.Helper()
	clock := &studytest.Clock{}
	store, err := progress.Open(context.Background(), progress.Options{Dir: t.TempDir(), Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	course, _ := lessons.Load(dockerlearn.Content())
	s := study.New(course, nil, store, clock.Now)
	if _, err := s.OpenDo("use-existing-volume-01"); !errors.Is(err, study.ErrNoLab) {
		t.Errorf("a prediction is something to be done: %v", err)
	}
	x, err := s.OpenDo("use-existing-volume-09")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// holds is how many of its conditions hold after a line.
func holds(t *testing.T, x *study.DoSitting, line string) (n int) {
	t.Helper()
	if line != "" {
		if err := x.Type([]byte(line + "\r")); err != nil {
			t.Fatal(err)
		}
	}
	x.AdvanceTo(x.Elapsed() + 20*time.Second)
	found, err := x.Check()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if f.State == labs.Met {
			n++
		}
	}
	return n
}

// A do question can be gone back in and forked like a lab.
func TestADoQuestionHasAPast(t *testing.T) {
	x := doing(t)
	defer func() { _ = x.Close() }()
	shown := 0
	x.Output(func(b []byte) { shown += len(b) })
	if n := holds(t, x, ""); n != 1 {
		t.Errorf("at first %d conditions hold", n)
	}
	if n := holds(t, x, "docker run -d --name reader -v rates:/rates alpine sleep 1d"); n != 2 {
		t.Errorf("writable: %d hold", n)
	}
	if err := x.Fork(0); err != nil || !x.Forked() {
		t.Fatal(err)
	}
	if n := holds(t, x, "docker run -d --name reader -v rates:/rates:ro alpine sleep 1d"); n != 3 {
		t.Errorf("read-only: %d hold", n)
	}
	if other, err := x.Glance(-1); err != nil || len(other.Steps) != 1 {
		t.Errorf("%v: the other branch is %+v", err, other.Steps)
	}
	for i, want := range []int{2, 3, 2} {
		before := shown
		if err := x.Swap(); err != nil {
			t.Fatal(err)
		}
		if n := holds(t, x, ""); n != want || shown == before {
			t.Errorf("swapped %d times: %d hold, want %d", i+1, n, want)
		}
	}
}
