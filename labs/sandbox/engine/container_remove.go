package engine

import (
	"fmt"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// ContainerRemove removes a container, with force even one that runs. moby: daemon/delete.go
func (e *Engine) ContainerRemove(c api.Caller, id string, o api.ContainerRemoveOptions) error {
	if o.Link {
		return e.removeLink(id)
	}
	ct, err := e.find(id)
	if err != nil {
		return err
	}
	if ct.state.removing {
		return api.Errorf(api.Conflict, "removal of container %s is already in progress", id)
	}
	if err := ct.checkRemove(id, o.Force); err != nil {
		return err
	}
	e.work(c, removeTime)
	if e.containers[ct.id] != ct {
		return nil
	}
	if !ct.state.running {
		ct.remove(o.Volumes, c.Cause())
		return nil
	}
	return ct.killAndRemove(c, o.Volumes)
}

func (ct *container) checkRemove(id string, force bool) error {
	if !ct.state.running || force {
		return nil
	}
	why := "container is running: stop the container before removing or force remove"
	switch {
	case ct.state.paused:
		why = "container is paused and must be unpaused first"
	case ct.state.restarting:
		why = "container is restarting: stop the container before removing or force remove"
	}
	return api.Errorf(api.Conflict, "cannot remove container %q: %s", id, why).With(ct.cause)
}

func (ct *container) killAndRemove(c api.Caller, volumes bool) error {
	var gone task
	r := ct.run
	finish := func(error) {
		ct.remove(volumes, c.Cause())
		gone.finish(nil)
	}
	if r == nil {
		ct.stoppedByHand, ct.noRestart = true, true
		ct.cancelRestart()
		finish(nil)
		return nil
	}
	r.ended.then(finish)
	ct.signal(proc.SIGKILL, true, ct.because(c))
	return gone.wait(c, "container remove")
}

// remove takes away a container that does not run.
func (ct *container) remove(volumes bool, because ...sim.EventID) {
	e := ct.e
	if e.containers[ct.id] != ct {
		return
	}
	ct.state.removing = true
	ct.cgroupOf().Remove()
	if ct.snapshot != 0 {
		e.hide(ct.snapshot)
	}
	ct.root.Destroy()
	removeTree(e.host, ct.hostDir())
	e.forget(ct)
	e.dropLinks(ct)
	ct.releaseVolumes(volumes || ct.host.AutoRemove)
	ct.logEvent("destroy", nil, because...)
	for _, w := range ct.waiters {
		w.answer(ct)
	}
	ct.waiters = nil
}

// ContainerPrune removes all containers that do not run. moby: daemon/prune.go, ContainersPrune
func (e *Engine) ContainerPrune(c api.Caller, f api.Filters) (api.ContainerPruned, error) {
	if err := e.up(); err != nil {
		return api.ContainerPruned{}, err
	}
	fs := filters(f)
	if err := fs.only("label", "label!", "until"); err != nil {
		return api.ContainerPruned{}, err
	}
	until, bounded, err := e.untilFilter(fs)
	if err != nil {
		return api.ContainerPruned{}, err
	}
	var p api.ContainerPruned
	for _, ct := range append([]*container(nil), e.order...) {
		if ct.state.running || !fs.labels(ct.config.Labels) || bounded && ct.created.After(until) {
			continue
		}
		p.SpaceReclaimed += uint64(ct.sizeRw())
		p.ContainersDeleted = append(p.ContainersDeleted, ct.id)
		ct.remove(false, c.Cause())
	}
	e.emit(api.EventContainer, "prune", "", "", map[string]string{"reclaimed": fmt.Sprint(p.SpaceReclaimed)}, c.Cause())
	return p, nil
}
