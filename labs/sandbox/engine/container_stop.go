package engine

import (
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// ContainerStop asks a container to end, and kills it when its time is up. moby: daemon/stop.go
func (e *Engine) ContainerStop(c api.Caller, id string, o api.StopOptions) error {
	ct, err := e.find(id)
	if err != nil {
		return err
	}
	if !ct.state.running {
		return api.Errorf(api.NotModified, "container is already stopped").With(ct.cause)
	}
	end, err := ct.stop(o, ct.because(c))
	if err != nil {
		return err
	}
	return end.wait(c, "container stop")
}

// stop begins to stop a container that runs.
func (ct *container) stop(o api.StopOptions, because []sim.EventID) (*task, error) {
	sig, timeout := ct.stopSignal(), ct.stopTimeout()
	if o.Signal != "" {
		var ok bool
		if sig, ok = parseSignal(o.Signal); !ok {
			return nil, api.Errorf(api.InvalidParameter, "cannot stop container: %s: %s", ct.id, invalidSignal(o.Signal))
		}
	}
	if o.Timeout != nil {
		timeout = *o.Timeout
	}
	r := ct.run
	if ct.state.restarting || r == nil {
		ct.stoppedByHand, ct.noRestart = true, true
		ct.cancelRestart()
		return doneTask(nil), nil
	}
	r.asked = true
	ct.signal(sig, true, because)
	if timeout >= 0 {
		ct.later(time.Duration(timeout)*time.Second, r, func() { ct.timeIsUp(r) })
	}
	return &r.ended, nil
}

// shutDown is stop as the daemon does it when it goes away itself: that is nobody's wish to have the container stopped.
// nil: there is nothing to wait for. moby: daemon/daemon.go, shutdownContainer
func (ct *container) shutDown() *task {
	if !ct.state.alive() || ct.run == nil {
		return nil
	}
	r := ct.run
	ct.signal(ct.stopSignal(), true, []sim.EventID{ct.e.stopped})
	ct.later(time.Duration(max(ct.stopTimeout(), 0))*time.Second, r, func() { ct.timeIsUp(r) })
	return &r.ended
}

// timeIsUp kills what did not end when it was asked to; what became of that signal is why.
func (ct *container) timeIsUp(r *running) {
	ct.signal(proc.SIGKILL, true, []sim.EventID{r.init.LastSignal()})
}
