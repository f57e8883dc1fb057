// Package sim is the ground under the sandbox: virtual time, seeded chance, and tasks that run one at a time.
//
// A Sim holds a clock, a queue of events ordered by (time, order of creation), and tasks: coroutines that give up
// control only at Park, Sleep, Yield and Step. Nothing runs in parallel, so nothing above needs a lock, and a Sim is
// a deterministic function of its Config and of what its owner asks of it.
//
// Laws:
//   - Time is virtual. It moves when a task works (StepCost per step) and when nothing is ready: in Run it jumps to
//     the next event, in Advance it goes as far as the owner says, in Settle it does not move by itself.
//   - Every loop that a stranger's input can make endless calls Step. That is where tasks are preempted, where budgets
//     are counted and where Interrupt is noticed.
//   - A task that is killed unwinds: its deferred calls run, and none of them can block.
//   - Chance comes from named streams, so that one subsystem drawing more often does not shift the others.
//
// Left out: priorities, several CPUs, real time. The owner who wants the wall clock calls Advance with what passed.
package sim

import (
	"container/heap"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// What a Config's zero fields mean.
const (
	DefaultStepCost = 10 * time.Microsecond // a slow machine: 100,000 steps in a second of virtual time
	DefaultSlice    = 512                   // steps until the next ready task has its turn
)

// Config is a Sim as asked for. The zero value works: seed 0, starting at the Unix epoch, no limits.
type Config struct {
	Seed     uint64
	Start    time.Time
	StepCost time.Duration // virtual CPU time of one step; 0 is DefaultStepCost
	Slice    int           // steps in a task's turn; 0 is DefaultSlice
	Limits   Limits
}

// Sim is a simulation as it runs. It belongs to one goroutine at a time; only Interrupt may be called from another.
type Sim struct {
	Budget Budget // what the world may still use
	Log    *Log   // what happened, and why

	seed     uint64
	start    time.Time
	stepCost time.Duration
	slice    time.Duration // a task's turn, in virtual time: Step has one comparison to make

	now      time.Duration // since start
	steps    int64
	turnEnd  time.Duration // when the running task has to look up
	horizon  time.Duration // how far the owner lets time go: a task that is busy alone comes back behind it
	events   eventQueue
	nextID   uint64
	ready    queue
	current  *Task
	live     map[uint64]*Task
	switches int64
	stopStep int64 // Run stops here; 0 is never

	interrupted atomic.Bool
}

// New returns a simulation in which nothing has happened yet.
func New(cfg Config) *Sim {
	if cfg.StepCost <= 0 {
		cfg.StepCost = DefaultStepCost
	}
	if cfg.Slice <= 0 {
		cfg.Slice = DefaultSlice
	}
	if cfg.Start.IsZero() {
		cfg.Start = time.Unix(0, 0).UTC()
	}
	s := &Sim{
		seed:     cfg.Seed,
		start:    cfg.Start,
		stepCost: cfg.StepCost,
		horizon:  math.MaxInt64,
		slice:    time.Duration(cfg.Slice) * cfg.StepCost,
		live:     map[uint64]*Task{},
		Budget:   newBudget(cfg.Limits),
	}
	s.Log = newLog(s)
	return s
}

// Now is the virtual time of day.
func (s *Sim) Now() time.Time { return s.start.Add(s.now) }

// Start is the virtual time at which the simulation began.
func (s *Sim) Start() time.Time { return s.start }

// Elapsed is the virtual time since the start.
func (s *Sim) Elapsed() time.Duration { return s.now }

// StepCost is the virtual time of one step.
func (s *Sim) StepCost() time.Duration { return s.stepCost }

// Steps is how much work all tasks together have done.
func (s *Sim) Steps() int64 { return s.steps }

// Switches counts how often a task was given control.
func (s *Sim) Switches() int64 { return s.switches }

// Tasks is the number of tasks that have not ended.
func (s *Sim) Tasks() int { return len(s.live) }

// Chance returns a new source of the named stream. The same seed and name give the same numbers.
func (s *Sim) Chance(stream string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(stream))
	return rand.New(rand.NewPCG(s.seed, h.Sum64()))
}

// Timer is something that will happen at a moment of virtual time.
type Timer struct {
	at    time.Duration
	id    uint64
	index int // in the event queue; -1 when it is not there
	fn    func()
	sim   *Sim
}

// After calls fn when d has passed. fn runs between the turns of tasks and must not block.
func (s *Sim) After(d time.Duration, fn func()) *Timer {
	s.nextID++
	t := &Timer{at: s.now + max(d, 0), id: s.nextID, fn: fn, sim: s}
	heap.Push(&s.events, t)
	s.turnEnd = min(s.turnEnd, t.at)
	return t
}

// At calls fn at a moment; at once, if it has passed.
func (s *Sim) At(t time.Time, fn func()) *Timer { return s.After(t.Sub(s.Now()), fn) }

// Stop takes a timer back and says whether it was still to come. A nil timer has nothing to stop.
func (t *Timer) Stop() bool {
	if t == nil || t.index < 0 {
		return false
	}
	heap.Remove(&t.sim.events, t.index)
	return true
}

// Next is the moment of the next event, if there is one.
func (s *Sim) Next() (time.Time, bool) {
	if len(s.events) == 0 {
		return time.Time{}, false
	}
	return s.start.Add(s.events[0].at), true
}

// eventQueue is a heap of timers by time, then by creation.
type eventQueue []*Timer

func (q eventQueue) Len() int { return len(q) }
func (q eventQueue) Less(i, j int) bool {
	if q[i].at != q[j].at {
		return q[i].at < q[j].at
	}
	return q[i].id < q[j].id
}

func (q eventQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *eventQueue) Push(x any) {
	t := x.(*Timer)
	t.index = len(*q)
	*q = append(*q, t)
}

func (q *eventQueue) Pop() any {
	old := *q
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	t.index = -1
	return t
}
