package engine

import (
	"dockerlearn/labs/sandbox/api"
)

// ContainerRestart stops a container, if it runs, and starts it. moby: daemon/restart.go
func (e *Engine) ContainerRestart(c api.Caller, id string, o api.StopOptions) error {
	ct, err := e.find(id)
	if err != nil {
		return err
	}
	if ct.state.removing {
		return ct.checkStart()
	}
	because := ct.because(c)
	end := doneTask(nil)
	if ct.state.running {
		keep := ct.host.AutoRemove
		ct.host.AutoRemove = false // it is to come back
		if end, err = ct.stop(o, because); err != nil {
			ct.host.AutoRemove = keep
			return err
		}
		end.then(func(error) { ct.host.AutoRemove = keep })
	}
	var again task
	end.then(func(error) {
		e.sim.After(0, func() { // when everybody else knows that it has ended
			err := ct.checkStart()
			if err == nil {
				ct.stoppedByHand, ct.restarts, ct.backoff = false, 0, 0
				err = ct.start(because...)
			}
			if err == nil {
				ct.logEvent("restart", nil, because...)
			}
			again.finish(err)
		})
	})
	if err := again.wait(c, "container restart"); err != nil {
		if api.KindOf(err) == api.Cancelled {
			return err
		}
		return api.Errorf(api.KindOf(err), "Cannot restart container %s: %s", id, err).With(api.CausesOf(err)...)
	}
	e.work(c, settleTime)
	return nil
}
