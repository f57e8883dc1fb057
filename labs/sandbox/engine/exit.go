package engine

import (
	"strconv"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// initEnded is the end of the first process. The container has ended when all others have, too: those of its own pid
// namespace are being killed by the kernel, others are killed here.
func (ct *container) initEnded(r *running, s proc.Status) {
	left := r.cgroup.Processes()
	if len(left) == 0 {
		ct.exited(r, s)
		return
	}
	n := len(left)
	for _, p := range left {
		p.Signal(proc.SIGKILL, ct.cause)
		p.OnExit(func(proc.Status) {
			if n--; n == 0 {
				ct.initEnded(r, s) // what was forked meanwhile
			}
		})
	}
}

// exited is what follows from the end of a container. moby: daemon/monitor.go, handleContainerExit
func (ct *container) exited(r *running, status proc.Status) {
	e := ct.e
	code, ran := int(status.Code()), e.now().Sub(ct.state.started)
	ct.stopHealth()
	ct.closeLog()
	ct.stdio.close()
	if r.cgroup.Frozen() {
		r.cgroup.Thaw()
	}
	ct.disconnectAll()
	ct.volumeEvents("unmount", nil)
	ct.dropRuntime(r)
	ct.run = nil
	again := ct.shouldRestart(code, ran)
	ct.state.paused, ct.state.pid, ct.state.exit, ct.state.finished = false, 0, code, e.now()
	if again {
		ct.restarts++
		ct.state.restarting = true
	} else {
		ct.state.running = false
	}
	if r.asked {
		ct.logEvent("stop", nil)
	}
	ct.logEvent("die", map[string]string{"exitCode": strconv.Itoa(code), "execDuration": strconv.Itoa(int(ran.Seconds()))}, r.init.Ending())
	ct.endStats()
	if again {
		ct.restartTimer = e.sim.After(ct.backoff, ct.restartNow)
		ct.wake()
		return
	}
	ct.ended(r)
}

// ended is the end of a container that is not started again.
func (ct *container) ended(r *running) {
	ct.wake()
	if r != nil {
		r.ended.finish(nil)
	}
	if ct.host.AutoRemove && !ct.e.leaving && !ct.state.running {
		ct.remove(true)
	}
}

// Restarting waits 100 ms at first, and twice as long each time that the container did not run for ten seconds.
const (
	firstBackoff = 100 * time.Millisecond
	maxBackoff   = time.Minute
	goodRun      = 10 * time.Second
)

// shouldRestart: moby: daemon/internal/restartmanager/restartmanager.go
func (ct *container) shouldRestart(code int, ran time.Duration) bool {
	if ct.noRestart || ct.e.leaving {
		return false
	}
	switch {
	case ct.backoff == 0 || ran >= goodRun:
		ct.backoff = firstBackoff
	default:
		ct.backoff = min(2*ct.backoff, maxBackoff)
	}
	return ct.policySays(code)
}

func (ct *container) policySays(code int) bool {
	switch p := ct.host.RestartPolicy; p.Name {
	case api.RestartAlways:
		return true
	case api.RestartUnlessStopped:
		return !ct.stoppedByHand
	case api.RestartOnFailure:
		return code != 0 && (p.MaximumRetryCount == 0 || ct.restarts < p.MaximumRetryCount)
	}
	return false
}

// restartNow starts a container again when its time has come.
func (ct *container) restartNow() {
	ct.restartTimer = nil
	if !ct.state.restarting || ct.e.down {
		return
	}
	ct.state.restarting, ct.state.running = false, false
	if err := ct.start(ct.cause); err != nil {
		ct.ended(nil)
	}
}

// cancelRestart makes a container that waits to be started again a stopped one.
func (ct *container) cancelRestart() {
	ct.restartTimer.Stop()
	ct.restartTimer = nil
	ct.state.restarting, ct.state.running = false, false
	ct.ended(nil)
}

// waiter is a docker wait.
type waiter struct {
	out   *stream[api.WaitResponse]
	until api.WaitCondition
}

// wake tells those who wait that the container has changed.
func (ct *container) wake() {
	kept := ct.waiters[:0]
	for _, w := range ct.waiters {
		if w.until == api.WaitRemoved || ct.state.running {
			kept = append(kept, w)
			continue
		}
		w.answer(ct)
	}
	ct.waiters = kept
}

func (w *waiter) answer(ct *container) {
	r := api.WaitResponse{StatusCode: int64(ct.state.exit)}
	if ct.state.err != "" {
		r.Error = &api.WaitError{Message: ct.state.err}
	}
	w.out.send(r)
	w.out.end(nil)
}

// ContainerWait answers when a container has ended. moby: daemon/wait.go
func (e *Engine) ContainerWait(c api.Caller, id string, until api.WaitCondition) (api.Stream[api.WaitResponse], error) {
	ct, err := e.find(id)
	if err != nil {
		return nil, err
	}
	switch until {
	case "", api.WaitNotRunning, api.WaitNextExit, api.WaitRemoved:
	default:
		return nil, api.Errorf(api.InvalidParameter, "invalid condition: %q", until)
	}
	w := &waiter{newStream[api.WaitResponse]("wait"), until}
	if (until == "" || until == api.WaitNotRunning) && !ct.state.running {
		w.answer(ct)
		return w.out, nil
	}
	ct.waiters = append(ct.waiters, w)
	return w.out, nil
}

// timer is one thing that will happen to a container's run; it does nothing when the run is over.
func (ct *container) later(d time.Duration, r *running, f func()) *sim.Timer {
	return ct.e.sim.After(d, func() {
		if ct.run == r {
			f()
		}
	})
}
