// Package studytest makes a learner to test with: a small course of two lessons in both languages, a store in a folder
// of the test's own, and a clock that the test moves.
package studytest

import (
	"context"
	"embed"
	"io/fs"
	"math/rand/v2"
	"testing"
	"time"

	"dockerlearn/internal/study"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

//go:embed course
var files embed.FS

// Start is when the clock of every test begins: a Wednesday morning.
var Start = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// Clock is a time that the test moves. The zero Clock stands at Start.
type Clock struct{ passed time.Duration }

// Now is the time.
func (c *Clock) Now() time.Time { return Start.Add(c.passed) }

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) { c.passed += d }

// Course is the small course as files.
func Course(t testing.TB) fs.FS {
	t.Helper()
	sub, err := fs.Sub(files, "course")
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

// chance is the same bytes in every test.
type chance struct{ *rand.PCG }

func (c chance) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(c.Uint64())
	}
	return len(b), nil
}

// Learner is somebody with the small course and a store.
type Learner struct {
	*study.Study
	Store *progress.Store
	Clock *Clock
	Dir   string
}

// New makes a learner who has not begun.
func New(t testing.TB) *Learner { return Open(t, t.TempDir(), &Clock{}) }

// Open makes a learner whose progress is in a folder, as after a restart.
func Open(t testing.TB, dir string, clock *Clock) *Learner {
	t.Helper()
	course, found := lessons.Load(Course(t))
	if len(found) > 0 {
		t.Fatalf("the small course is broken: %v", found)
	}
	store, err := progress.Open(context.Background(), progress.Options{Dir: dir, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	l := &Learner{Study: study.New(course, found, store, clock.Now), Store: store, Clock: clock, Dir: dir}
	l.UseChance(chance{rand.NewPCG(1, 2)})
	return l
}
