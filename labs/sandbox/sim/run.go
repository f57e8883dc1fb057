package sim

import (
	"container/heap"
	"maps"
	"math"
	"slices"
	"time"
)

// Reason is why Run or Advance came back.
type Reason int

const (
	Finished    Reason = iota // the condition came true, or the time asked for has passed
	Idle                      // nothing is ready and nothing will happen any more
	Interrupted               // Interrupt was called
	Exhausted                 // the world's steps are used up
	Stopped                   // the step given to StopAt was reached
)

func (r Reason) String() string {
	return [...]string{"finished", "idle", "interrupted", "steps used up", "stopped"}[r]
}

// Run lets the tasks work until done reports true, jumping over times in which nothing happens. A nil done is never
// true. done is asked between turns.
func (s *Sim) Run(done func() bool) Reason {
	for {
		r := s.work(done)
		if r != Idle || len(s.events) == 0 {
			return r
		}
		s.now = s.events[0].at
	}
}

// Busy reports whether some task could go on at once.
func (s *Sim) Busy() bool { return s.ready.first != nil }

// Settle lets the tasks work until each of them waits for something. Time moves only by their work.
func (s *Sim) Settle() Reason { return s.work(nil) }

// Advance lets d of virtual time pass, and what happens in it happen. The owner who follows a wall clock calls it
// with the time that passed since the last call. The clock ends at d exactly, or with the turn that crossed it.
func (s *Sim) Advance(d time.Duration) Reason {
	end := s.now + d
	s.horizon = end
	defer func() { s.horizon = math.MaxInt64 }()
	for {
		r := s.work(func() bool { return s.now > end })
		if r != Idle {
			return r
		}
		if len(s.events) == 0 || s.events[0].at > end {
			s.now = end
			return Finished
		}
		s.now = s.events[0].at
	}
}

// work gives turns until nothing is ready.
func (s *Sim) work(done func() bool) Reason {
	for {
		if done != nil && done() {
			s.interrupted.Store(false) // it does come back: the next Run is not meant
			return Finished
		}
		if r, stop := s.stopped(); stop {
			return r
		}
		s.fire()
		if s.ready.first == nil {
			return Idle
		}
		s.turn()
	}
}

// Interrupt makes Run or Advance return soon, from any goroutine. The simulation stays whole: the next Run goes on.
func (s *Sim) Interrupt() { s.interrupted.Store(true) }

// StopAt makes Run and Advance return when that many steps have been done (see Steps); 0 takes it back. With it an
// interruption that came from outside can be replayed at the same place.
func (s *Sim) StopAt(step int64) { s.stopStep = step }

// Close kills every task and drops every event. What the tasks defer runs.
func (s *Sim) Close() {
	for len(s.live) > 0 {
		for _, id := range slices.Sorted(maps.Keys(s.live)) {
			s.end(s.live[id])
		}
	}
	s.current = nil
	s.ready = queue{}
	s.events = nil
}

// end unwinds a task that waits, and forgets one that never ran.
func (s *Sim) end(t *Task) {
	t.doomed = Killed{}
	s.current = t
	if t.stop != nil {
		t.stop()
	}
	t.done = true
	delete(s.live, t.id)
}

// fire runs what is due.
func (s *Sim) fire() {
	for s.due() {
		heap.Pop(&s.events).(*Timer).fn()
	}
}

func (s *Sim) due() bool { return len(s.events) > 0 && s.events[0].at <= s.now }

// turn runs the first ready task until it gives up control.
func (s *Sim) turn() {
	t := s.ready.pop()
	s.turnEnd = s.turnLimit()
	s.current = t
	s.switches++
	t.turn()
	s.current = nil
}

// turnLimit is when a turn that begins now has to end.
func (s *Sim) turnLimit() time.Duration {
	end := s.now + s.slice
	if len(s.events) > 0 {
		end = min(end, max(s.events[0].at, s.now+1))
	}
	if s.stopStep > s.steps {
		end = min(end, s.now+time.Duration(s.stopStep-s.steps)*s.stepCost)
	}
	return end
}

func (s *Sim) mustStop() bool {
	return s.interrupted.Load() || s.exhausted() || s.atStop()
}

func (s *Sim) exhausted() bool { return s.Budget.Steps.limit > 0 && s.steps >= s.Budget.Steps.limit }
func (s *Sim) atStop() bool    { return s.stopStep > 0 && s.steps >= s.stopStep }

// stopped says whether Run has to come back, and takes the interruption.
func (s *Sim) stopped() (Reason, bool) {
	s.Budget.Steps.used = s.steps
	switch {
	case s.interrupted.Swap(false):
		return Interrupted, true
	case s.exhausted():
		return Exhausted, true
	case s.atStop():
		s.stopStep = 0
		return Stopped, true
	}
	return 0, false
}
