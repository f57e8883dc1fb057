package pace_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"dockerlearn/internal/pace"
)

// world has events at fixed times; while it is busy, each look at it costs a millisecond on the wall.
type world struct {
	at     time.Duration
	events []time.Duration
	busy   bool
	limit  time.Duration // it is over then; 0 is never
	wall   *time.Time
	asked  int
}

func (w *world) Elapsed() time.Duration { return w.at }
func (w *world) Busy() bool             { return w.busy }
func (w *world) Over() bool             { return w.limit > 0 && w.at >= w.limit }

func (w *world) Next() (time.Duration, bool) {
	for _, e := range w.events {
		if e > w.at {
			return e, true
		}
	}
	return 0, false
}

func (w *world) AdvanceTo(t time.Duration) {
	w.asked++
	if w.limit > 0 {
		t = min(t, w.limit)
	}
	w.at = max(w.at, t)
	if w.busy {
		*w.wall = w.wall.Add(time.Millisecond)
	}
}

func follow(w *world, full func() bool) (*pace.Follower, *time.Time) {
	wall := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	w.wall = &wall
	f := &pace.Follower{World: w, Now: func() time.Time { return wall }, Patience: 5 * time.Millisecond, Full: full}
	f.Begin()
	return f, &wall
}

func never() bool { return false }

func TestAQuietWorldFollowsInOneStepFromEventToEvent(t *testing.T) {
	w := &world{events: []time.Duration{2 * time.Second, time.Hour}}
	f, wall := follow(w, never)
	*wall = wall.Add(time.Second)
	if due := f.GoOn(0); due || w.at != time.Second || w.asked != 1 {
		t.Errorf("after a second: at %v in %d steps, due %v", w.at, w.asked, due)
	}
	if f.Rest() != time.Second {
		t.Errorf("rests for %v", f.Rest())
	}
	*wall = wall.Add(5 * time.Second)
	if due := f.GoOn(0); !due || w.at != 6*time.Second || w.asked != 3 {
		t.Errorf("after six: at %v in %d steps, due %v", w.at, w.asked, due)
	}
}

func TestABusyWorldIsSlow(t *testing.T) {
	w := &world{busy: true}
	f, wall := follow(w, never)
	*wall = wall.Add(time.Second)
	f.GoOn(0)
	if w.asked != 6 || f.Target() != w.at || w.at >= time.Second {
		t.Errorf("looked at the wall %d times, asked for %v, is at %v", w.asked, f.Target(), w.at)
	}
	before := w.at
	f.GoOn(pace.Soon)
	if got := w.at - before; got != pace.Soon {
		t.Errorf("it caught up by %v", got)
	}
}

func TestAFullTerminalStopsIt(t *testing.T) {
	w := &world{busy: true}
	f, wall := follow(w, func() bool { return true })
	*wall = wall.Add(time.Second)
	if f.GoOn(0); w.asked != 1 || f.Target() != w.at {
		t.Errorf("asked %d times for %v, is at %v", w.asked, f.Target(), w.at)
	}
}

func TestSkip(t *testing.T) {
	w := &world{events: []time.Duration{time.Minute}}
	f, wall := follow(w, never)
	*wall = wall.Add(time.Second) // what passed while one chose is not added
	if !f.Skip() {
		t.Fatal("nothing to skip to")
	}
	if due := f.GoOn(0); !due || w.at != time.Minute {
		t.Errorf("at %v, due %v", w.at, due)
	}
	if f.Skip() {
		t.Error("skipped to nothing")
	}
	if f.Rest() != time.Hour {
		t.Errorf("rests for %v", f.Rest())
	}
}

func TestAWorldThatIsOver(t *testing.T) {
	w := &world{busy: true, limit: time.Millisecond}
	f, wall := follow(w, never)
	*wall = wall.Add(time.Second)
	if f.GoOn(0); f.Target() != w.limit {
		t.Errorf("still asked for %v", f.Target())
	}
}

func TestRecent(t *testing.T) {
	if got := pace.Recent([]byte("a\nb")); string(got) != "a\nb" {
		t.Errorf("got %q", got)
	}
	long := []byte(strings.Repeat("0123456789\n", 1<<15))
	got := pace.Recent(long)
	if !bytes.HasPrefix(got, []byte("0123456789\n")) || !bytes.HasSuffix(long, got) || len(got) >= 128<<10 {
		t.Errorf("%d bytes, beginning with %.20q", len(got), got)
	}
}
