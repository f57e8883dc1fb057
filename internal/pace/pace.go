// Package pace lets a simulated host's time follow the clock on the wall, for whoever sits at its terminal.
package pace

import (
	"bytes"
	"slices"
	"time"
)

// World is what has a time of its own: see labs/sandbox.World.
type World interface {
	AdvanceTo(time.Duration)
	Elapsed() time.Duration
	Next() (time.Duration, bool)
	Busy() bool
	Over() bool
}

const (
	// Soon is what a key gets at once, so that its echo is there with the next frame.
	Soon = 2 * time.Millisecond
	// Screens is how many bytes a terminal takes at once.
	Screens = 32 << 10

	slice = time.Millisecond / 2 // of a busy world's time, between looks at the wall
	busy  = 5 * time.Millisecond // on the wall, before a busy world gets its next turn
	idle  = time.Hour            // on the wall, before a world is looked after that has nothing to do by itself
)

// Follower lets a world follow the wall. A busy world that gets no further within its patience, or that has more to show
// than a terminal takes, is a slow machine: it does not catch up, so that a ^C is seen at once.
type Follower struct {
	World    World
	Now      func() time.Time
	Patience time.Duration // on the wall, between looks at the keyboard
	Full     func() bool   // whether there is more to show than a terminal takes

	target time.Duration // how far the world was asked to go
	wall   time.Time     // when that was
}

// Begin follows the wall from this moment on.
func (f *Follower) Begin() {
	f.Ask(f.World.Elapsed())
	f.wall = f.Now()
}

// Ask asks the world to be where something else has brought it, or is to bring it; never to go back.
func (f *Follower) Ask(target time.Duration) { f.target = max(f.target, target) }

// Target is how far the world was asked to go.
func (f *Follower) Target() time.Duration { return f.target }

// Skip asks the world to be where something happens next by itself, and reports whether anything does.
func (f *Follower) Skip() bool {
	next, ok := f.World.Next()
	if ok {
		f.Ask(next)
		f.wall = f.Now()
	}
	return ok
}

// GoOn lets the world have what passed on the wall since the last time, and a little more. It reports whether something
// came due that the world does by itself.
func (f *Follower) GoOn(more time.Duration) (due bool) {
	now := f.Now()
	f.target += now.Sub(f.wall) + more
	f.wall = now
	arrived, due := f.reach(now.Add(f.Patience))
	if !arrived {
		f.target, f.wall = f.World.Elapsed(), f.Now()
	}
	f.Ask(f.World.Elapsed())
	return due
}

// reach brings the world to where it should be by now, and reports whether it got there in time.
func (f *Follower) reach(until time.Time) (arrived, due bool) {
	for f.World.Elapsed() < f.target {
		to := f.World.Elapsed() + slice
		if next, ok := f.World.Next(); !f.World.Busy() && (!ok || next > to) {
			to = f.target
			if ok {
				to = min(to, next)
				due = due || next <= f.target
			}
		}
		f.World.AdvanceTo(min(to, f.target))
		if f.World.Over() {
			return false, due
		}
		if f.Full() || f.Now().After(until) {
			return f.World.Elapsed() >= f.target, due
		}
	}
	return true, due
}

// Rest is how long the world can be left alone, on the wall.
func (f *Follower) Rest() time.Duration {
	if f.World.Busy() {
		return busy
	}
	if next, ok := f.World.Next(); ok {
		return min(idle, max(next-f.target, time.Millisecond))
	}
	return idle
}

// kept is how many bytes of what a host has shown before are shown again: it is there to be gone on from, not to be read.
const kept = 256 << 10

// Recent is the end of what a host has shown, from the beginning of a line, where there is more than anybody reads.
func Recent(shown []byte) []byte {
	if len(shown) <= kept {
		return shown
	}
	shown = shown[len(shown)-kept/2:]
	if line := bytes.IndexByte(shown, '\n'); line >= 0 {
		shown = shown[line+1:]
	}
	return slices.Clone(shown) // the beginning is let go
}
