package screentest

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"
	"testing"
	"time"

	"dockerlearn/internal/study"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

//go:embed course
var files embed.FS

// Clock is a time that the test moves; it begins on a Wednesday morning.
type Clock struct{ passed time.Duration }

// Now is the time.
func (c *Clock) Now() time.Time {
	return time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).Add(c.passed)
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) { c.passed += d }

// Course is a small course with a question of every kind but "do", in both languages.
func Course(t testing.TB) *lessons.Course {
	t.Helper()
	sub, err := fs.Sub(files, "course")
	if err != nil {
		t.Fatal(err)
	}
	c, found := lessons.Load(sub)
	if len(found) > 0 {
		t.Fatalf("the sample course is broken: %v", found)
	}
	return c
}

// Learner is somebody with a course and a store.
type Learner struct {
	*study.Study
	Store *progress.Store
	Clock *Clock
	Dir   string
}

// Learn makes a learner of a course who has not begun.
func Learn(t testing.TB, c *lessons.Course) *Learner {
	t.Helper()
	clock, dir := &Clock{}, t.TempDir()
	store, err := progress.Open(context.Background(), progress.Options{Dir: dir, Now: clock.Now, Wait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return &Learner{Study: study.New(c, nil, store, clock.Now), Store: store, Clock: clock, Dir: dir}
}

// Lock keeps the progress file locked, as another program would, until the returned function is called.
func (l *Learner) Lock(t testing.TB) (unlock func()) {
	t.Helper()
	db, err := sql.Open("sqlite", l.Kept().Path) // package progress brings the driver
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := db.Exec("ROLLBACK"); err != nil {
			t.Error(err)
		}
		_ = db.Close()
	}
}
