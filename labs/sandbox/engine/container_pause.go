package engine

import (
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/sim"
)

// ContainerPause holds all of a container's processes. moby: daemon/pause.go
func (e *Engine) ContainerPause(c api.Caller, id string) error {
	ct, err := e.findAlive(id)
	if err != nil {
		return err
	}
	if ct.state.paused {
		return api.Errorf(api.Conflict, "container %s is already paused", ct.id).With(ct.cause)
	}
	ct.run.cgroup.Freeze()
	ct.state.paused = true
	ct.logEvent("pause", nil, ct.because(c)...)
	return nil
}

// ContainerUnpause lets them go on. moby: daemon/unpause.go
func (e *Engine) ContainerUnpause(c api.Caller, id string) error {
	ct, err := e.find(id)
	if err != nil {
		return err
	}
	if !ct.state.paused {
		return api.Errorf(api.Conflict, "Container %s is not paused", ct.id).With(ct.cause)
	}
	ct.unpause(ct.because(c))
	return nil
}

func (ct *container) unpause(because []sim.EventID) {
	ct.run.cgroup.Thaw()
	ct.state.paused = false
	ct.logEvent("unpause", nil, because...)
}
