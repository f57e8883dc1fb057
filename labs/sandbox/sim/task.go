package sim

import (
	"iter"
	"time"
)

// Task is a coroutine of a simulation. Its methods except Wake, Kill, Done and Steps are for the task itself.
type Task struct {
	sim    *Sim
	id     uint64
	body   func(*Task)
	resume func() (struct{}, bool)
	stop   func()
	yield  func(struct{}) bool

	queued bool // in the ready queue
	token  bool // woken while it was not parked: the next Park returns at once
	done   bool
	doomed any // the panic value it unwinds with, once killed
	steps  int64
	next   *Task // in the ready queue
}

// Go starts a task. It has its first turn after the tasks that are ready already.
func (s *Sim) Go(body func(*Task)) *Task {
	s.nextID++
	t := &Task{sim: s, id: s.nextID, body: body}
	s.live[t.id] = t
	s.ready.push(t)
	return t
}

// Killed is what a killed task panics with; Reason is what Kill was given. A task that recovers must let it pass:
// every later Park, Sleep, Yield or Step panics with it again.
type Killed struct{ Reason any }

// run is a task from its first turn to its last.
func (t *Task) run(yield func(struct{}) bool) {
	t.yield = yield
	defer func() {
		t.done = true
		delete(t.sim.live, t.id)
		if r := recover(); r != nil {
			if _, ok := r.(Killed); !ok {
				panic(r) // a bug of ours; programs' panics are caught by their kernel
			}
		}
	}()
	t.unwind()
	t.body(t)
}

// turn gives the task control until it parks, yields or ends.
func (t *Task) turn() {
	if t.done {
		return
	}
	if t.resume == nil {
		t.resume, t.stop = iter.Pull(t.run)
	}
	t.resume()
}

// Park waits until Wake. Wakes are not counted: a caller waits in a loop around the condition it waits for.
func (t *Task) Park() {
	t.unwind()
	if t.token {
		t.token = false
		return
	}
	t.away()
	t.token = false
}

// Yield lets the other ready tasks run.
func (t *Task) Yield() {
	t.unwind()
	t.sim.ready.push(t)
	t.away()
}

func (t *Task) away() {
	if !t.yield(struct{}{}) && t.doomed == nil {
		t.doomed = Killed{}
	}
	t.unwind()
}

func (t *Task) unwind() {
	if t.doomed != nil {
		panic(t.doomed)
	}
}

// Wake makes a parked task ready. Waking a task that is ready or running makes its next Park return at once.
func (t *Task) Wake() {
	if t.done {
		return
	}
	if t.queued || t == t.sim.current {
		t.token = true
		return
	}
	t.sim.ready.push(t)
}

// Kill makes a task unwind with Killed{reason} at its next turn; the running task, now.
func (t *Task) Kill(reason any) {
	if t.done || t.doomed != nil {
		return
	}
	t.doomed = Killed{reason}
	if t == t.sim.current {
		panic(t.doomed)
	}
	t.Wake()
}

// Done reports whether the task has ended.
func (t *Task) Done() bool { return t.done }

// Steps is how much work the task has done.
func (t *Task) Steps() int64 { return t.steps }

// Sleep waits until d has passed or until a Wake, and says how much is left of d.
func (t *Task) Sleep(d time.Duration) (left time.Duration) {
	end := t.sim.now + d
	timer := t.sim.After(d, t.Wake)
	defer timer.Stop()
	t.Park()
	return max(end-t.sim.now, 0)
}

// Step accounts for n steps of work. This is the preemption point: a loop without it cannot be stopped.
func (t *Task) Step(n int) {
	s := t.sim
	t.steps += int64(n)
	s.steps += int64(n)
	s.now += time.Duration(n) * s.stepCost
	if s.now >= s.turnEnd {
		t.lookUp()
	}
}

// lookUp is the slow half of Step: end the turn if someone else has something to do.
func (t *Task) lookUp() {
	s := t.sim
	t.unwind()
	s.Budget.Steps.used = s.steps
	if s.ready.first == nil && !s.due() && !s.mustStop() && s.now <= s.horizon {
		s.turnEnd = s.turnLimit()
		return
	}
	t.Yield()
}

// queue is the ready tasks, first come first served.
type queue struct{ first, last *Task }

func (q *queue) push(t *Task) {
	t.queued = true
	t.next = nil
	if q.last == nil {
		q.first = t
	} else {
		q.last.next = t
	}
	q.last = t
}

func (q *queue) pop() *Task {
	t := q.first
	if q.first = t.next; q.first == nil {
		q.last = nil
	}
	t.next, t.queued = nil, false
	return t
}
