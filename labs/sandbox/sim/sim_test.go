package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/sim"
)

// The sim's own clock is the only one here, except where a test measures how long a real interrupt takes.

func TestTimeJumpsToTheNextEvent(t *testing.T) {
	s := sim.New(sim.Config{Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	var seen []string
	say := func(what string) { seen = append(seen, fmt.Sprint(s.Elapsed(), " ", what)) }
	s.After(2*time.Hour, func() { say("late") })
	s.After(time.Hour, func() { say("early") })
	s.After(time.Hour, func() { say("early, second") })
	s.Go(func(task *sim.Task) { task.Sleep(90 * time.Minute); say("slept") })

	if r := s.Run(nil); r != sim.Idle {
		t.Fatalf("Run = %v, want idle", r)
	}
	want := []string{"1h0m0s early", "1h0m0s early, second", "1h30m0s slept", "2h0m0s late"}
	if !slices.Equal(seen, want) {
		t.Errorf("got %q\nwant %q", seen, want)
	}
	if got := s.Now(); !got.Equal(time.Date(2026, 1, 1, 2, 0, 0, 0, time.UTC)) {
		t.Errorf("the clock stands at %v", got)
	}
}

func TestAdvanceGoesNoFurtherThanAsked(t *testing.T) {
	s := sim.New(sim.Config{})
	ticks := 0
	s.Go(func(task *sim.Task) {
		for {
			task.Sleep(time.Second)
			ticks++
		}
	})
	if r := s.Advance(3500 * time.Millisecond); r != sim.Finished || ticks != 3 || s.Elapsed() != 3500*time.Millisecond {
		t.Fatalf("after 3.5 s: %v, %d ticks, clock %v", r, ticks, s.Elapsed())
	}
	if s.Advance(500 * time.Millisecond); ticks != 4 {
		t.Fatalf("after 4 s: %d ticks", ticks)
	}
	if next, ok := s.Next(); !ok || next.Sub(s.Start()) != 5*time.Second {
		t.Fatalf("next event at %v, %v", next, ok)
	}
	s.Close()
	if s.Tasks() != 0 {
		t.Fatalf("%d tasks left after Close", s.Tasks())
	}
}

func TestTasksTakeTurns(t *testing.T) {
	s := sim.New(sim.Config{Slice: 10})
	var order strings.Builder
	for _, name := range []string{"a", "b", "c"} {
		s.Go(func(task *sim.Task) {
			for range 3 {
				order.WriteString(name)
				task.Step(10)
			}
		})
	}
	s.Run(nil)
	if got := order.String(); got != "abcabcabc" {
		t.Errorf("order %q", got)
	}
}

func TestAWakeIsNotLost(t *testing.T) {
	s := sim.New(sim.Config{})
	var order []string
	sleeper := s.Go(func(task *sim.Task) {
		task.Wake() // to itself, before it parks
		task.Park()
		order = append(order, "first")
		task.Park()
		order = append(order, "second")
	})
	s.Settle()
	sleeper.Wake()
	sleeper.Wake()
	s.Settle()
	if !slices.Equal(order, []string{"first", "second"}) || !sleeper.Done() {
		t.Errorf("%q, done %v", order, sleeper.Done())
	}
}

func TestAKilledTaskUnwinds(t *testing.T) {
	s := sim.New(sim.Config{})
	var order []string
	victim := s.Go(func(task *sim.Task) {
		defer func() { order = append(order, "outer defer") }()
		defer func() {
			order = append(order, "inner defer")
			task.Park() // must not block
			order = append(order, "never")
		}()
		task.Park()
		order = append(order, "never")
	})
	unborn := s.Go(func(*sim.Task) { order = append(order, "never") })
	unborn.Kill("before its first turn")
	s.Settle()
	victim.Kill("why not")
	s.Settle()
	if !slices.Equal(order, []string{"inner defer", "outer defer"}) || !victim.Done() || !unborn.Done() || s.Tasks() != 0 {
		t.Errorf("%q, done %v %v, %d tasks", order, victim.Done(), unborn.Done(), s.Tasks())
	}
}

func TestATaskCanKillItself(t *testing.T) {
	s := sim.New(sim.Config{})
	deferred := false
	var self *sim.Task
	self = s.Go(func(*sim.Task) {
		defer func() { deferred = true }()
		self.Kill("enough")
		t.Error("went on after its death")
	})
	if s.Run(nil); !deferred {
		t.Error("deferred call did not run")
	}
}

// endless works for ever without waiting.
func endless(task *sim.Task) {
	for {
		task.Step(1)
	}
}

func TestInterruptWithin50ms(t *testing.T) {
	s := sim.New(sim.Config{})
	s.Go(endless)
	defer s.Close()
	var pressed time.Time
	go func() {
		time.Sleep(20 * time.Millisecond) // the wall clock, because this is about the wall clock
		pressed = time.Now()
		s.Interrupt()
	}()
	if r := s.Run(nil); r != sim.Interrupted {
		t.Fatalf("Run = %v", r)
	}
	if took := time.Since(pressed); took > 50*time.Millisecond {
		t.Errorf("took %v", took)
	}
}

func TestAnInterruptionCanBeReplayed(t *testing.T) {
	run := func(at int64) (int64, time.Duration) {
		s := sim.New(sim.Config{Seed: 1})
		defer s.Close()
		s.Go(endless)
		s.Go(endless)
		s.StopAt(at)
		if r := s.Run(nil); r != sim.Stopped {
			t.Fatalf("Run = %v", r)
		}
		return s.Steps(), s.Elapsed()
	}
	for _, at := range []int64{1, 511, 512, 513, 100_000} {
		steps, when := run(at)
		if again, then := run(steps); again != steps || then != when || steps < at {
			t.Errorf("stopped at %d (%v), replayed at %d (%v), asked for %d", steps, when, again, then, at)
		}
	}
}

func TestStepsRunOut(t *testing.T) {
	s := sim.New(sim.Config{Limits: sim.Limits{Steps: 10_000}})
	defer s.Close()
	s.Go(endless)
	if r := s.Run(nil); r != sim.Exhausted || s.Steps() > 10_000+sim.DefaultSlice {
		t.Errorf("%v after %d steps", r, s.Steps())
	}
	s.Budget.Steps.SetLimit(20_000)
	if r := s.Run(nil); r != sim.Exhausted || s.Steps() < 20_000 {
		t.Errorf("after a refill: %v after %d steps", r, s.Steps())
	}
}

func TestWorkTakesTime(t *testing.T) {
	s := sim.New(sim.Config{})
	s.Go(func(task *sim.Task) {
		for range 100_000 {
			task.Step(1)
		}
	})
	fired := time.Duration(0)
	s.After(300*time.Millisecond, func() { fired = s.Elapsed() })
	s.Run(nil)
	if s.Elapsed() != time.Second {
		t.Errorf("100,000 steps took %v", s.Elapsed())
	}
	if fired != 300*time.Millisecond {
		t.Errorf("a timer at 300 ms fired at %v: a busy task has to give way to it", fired)
	}
}

func TestChanceHasStreams(t *testing.T) {
	draw := func(seed uint64, name string) uint64 {
		return sim.New(sim.Config{Seed: seed}).Chance(name).Uint64()
	}
	if once, again := draw(1, "a"), draw(1, "a"); once != again {
		t.Error("the same seed and name gave different numbers")
	}
	if draw(1, "a") == draw(1, "b") || draw(1, "a") == draw(2, "a") {
		t.Error("another seed or name gave the same number")
	}
}

// Random tasks that sleep, work, wake and kill each other leave the same trace every time.
func TestSameSeedSameTrace(t *testing.T) {
	trace := func(seed uint64) string {
		var b strings.Builder
		s := sim.New(sim.Config{Seed: seed, Slice: 16})
		rnd := s.Chance("test")
		var tasks []*sim.Task
		for i := range 20 {
			tasks = append(tasks, s.Go(func(task *sim.Task) {
				defer func() { fmt.Fprintln(&b, i, "ends", s.Elapsed()) }()
				for range 50 {
					switch rnd.IntN(5) {
					case 0:
						task.Sleep(time.Duration(rnd.IntN(1000)) * time.Microsecond)
					case 1:
						task.Step(rnd.IntN(100))
					case 2:
						tasks[rnd.IntN(len(tasks))].Wake()
					case 3:
						task.Yield()
					case 4:
						if rnd.IntN(40) == 0 {
							tasks[rnd.IntN(len(tasks))].Kill(nil)
						}
					}
					fmt.Fprintln(&b, i, s.Elapsed())
				}
			}))
		}
		s.Run(nil)
		s.Close()
		return b.String()
	}
	for seed := range uint64(5) {
		first := trace(seed)
		for range 20 {
			if again := trace(seed); again != first {
				t.Fatalf("seed %d: two runs differ", seed)
			}
		}
	}
}

func TestLogKnowsWhy(t *testing.T) {
	s := sim.New(sim.Config{})
	a := s.Log.Add("test.a", "/etc", nil)
	b := s.Log.Add("test.b", "/usr", sim.Text("bee"))
	c := s.Log.Add("test.c", "/var", nil, a, 0)
	d := s.Log.Add("test.d", "/tmp", sim.Text("dee"), c)
	var got []sim.EventID
	for e := range s.Log.Why(d) {
		got = append(got, e.ID)
	}
	if !slices.Equal(got, []sim.EventID{d, c, a}) {
		t.Errorf("Why(d) = %v", got)
	}
	if e, ok := s.Log.Get(b); !ok || e.String() != "test.b /usr: bee" {
		t.Errorf("Get(b) = %v, %v", e, ok)
	}
	if e, _ := s.Log.Get(c); len(e.Because) != 1 {
		t.Errorf("c has causes %v", e.Because)
	}
}

func TestLogForgetsTheOldest(t *testing.T) {
	s := sim.New(sim.Config{})
	const n = 200_000
	for range n {
		s.Log.Add("test.tick", "", nil)
	}
	if _, ok := s.Log.Get(1); ok {
		t.Error("the first event is still there")
	}
	kept, want := 0, sim.EventID(0)
	for e := range s.Log.Since(0) {
		if want != 0 && e.ID != want {
			t.Fatalf("event %d follows %d", e.ID, want-1)
		}
		want = e.ID + 1
		kept++
	}
	if kept < 120_000 || want != n+1 {
		t.Errorf("%d kept, the last is %d", kept, want-1)
	}
}

func BenchmarkSwitch(b *testing.B) {
	s := sim.New(sim.Config{})
	defer s.Close()
	for range 2 {
		s.Go(func(task *sim.Task) {
			for {
				task.Yield()
			}
		})
	}
	b.ReportAllocs()
	n := 0
	s.Run(func() bool { n++; return n > b.N })
}

func BenchmarkStep(b *testing.B) {
	s := sim.New(sim.Config{})
	s.Go(func(task *sim.Task) {
		for b.Loop() {
			task.Step(1)
		}
	})
	s.Run(nil)
}

func BenchmarkTask(b *testing.B) {
	s := sim.New(sim.Config{})
	b.ReportAllocs()
	for b.Loop() {
		s.Go(func(*sim.Task) {})
		s.Settle()
	}
}

func BenchmarkLogAdd(b *testing.B) {
	s := sim.New(sim.Config{})
	b.ReportAllocs()
	for b.Loop() {
		s.Log.Add("bench.tick", "x", nil)
	}
}

// A task that is busy alone does not keep Advance for ever, and how often the owner looks changes nothing.
func TestAdvancePastABusyTask(t *testing.T) {
	run := func(every time.Duration) (log []string) {
		s := sim.New(sim.Config{})
		defer s.Close()
		s.Go(func(task *sim.Task) {
			for {
				task.Step(1)
			}
		})
		s.Go(func(task *sim.Task) {
			for i := range 5 {
				task.Sleep(70 * time.Millisecond)
				log = append(log, fmt.Sprint(i, " at ", s.Steps()))
			}
		})
		const whole = 500 * time.Millisecond
		for at := every; at <= whole; at += every {
			if r := s.Advance(at - s.Elapsed()); r != sim.Finished {
				t.Fatalf("at %v: %v", at, r)
			}
		}
		return log
	}
	once := run(500 * time.Millisecond)
	if len(once) != 5 {
		t.Fatalf("ticked %v", once)
	}
	for _, every := range []time.Duration{time.Millisecond, 7 * time.Millisecond, 50 * time.Millisecond} {
		if often := run(every); !slices.Equal(often, once) {
			t.Errorf("every %v: %v, at once: %v", every, often, once)
		}
	}
}
