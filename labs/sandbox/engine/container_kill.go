package engine

import (
	"strconv"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// ContainerKill sends a signal. moby: daemon/kill.go
func (e *Engine) ContainerKill(c api.Caller, id, signal string) error {
	sig := proc.SIGKILL
	if signal != "" {
		var ok bool
		if sig, ok = parseSignal(signal); !ok {
			return api.Errorf(api.InvalidParameter, "cannot kill container: %s: %s", id, invalidSignal(signal))
		}
	}
	ct, err := e.find(id)
	if err != nil {
		return err
	}
	if !ct.state.running {
		return api.Errorf(api.Conflict, "cannot kill container: %s: container %s is not running", id, ct.id).With(ct.cause)
	}
	r := ct.run
	ct.signal(sig, false, ct.because(c))
	if sig == proc.SIGKILL && r != nil {
		return r.ended.wait(c, "container kill")
	}
	return nil
}

// signal sends one to the first process. A stop signal, and SIGKILL, also mean that the container is not to be started
// again, and let go on what is paused. moby: daemon/kill.go, killWithSignal
func (ct *container) signal(sig proc.Signal, stopping bool, because []sim.EventID) {
	final := stopping || sig == proc.SIGKILL || sig == ct.stopSignal()
	if !ct.e.leaving {
		ct.stoppedByHand = true
	}
	if final {
		ct.noRestart = true
	}
	if ct.state.restarting {
		if final {
			ct.cancelRestart()
		}
		return
	}
	cause := ct.logEvent("kill", map[string]string{"signal": strconv.Itoa(int(sig))}, because...)
	ct.run.init.Signal(sig, cause)
	if final && ct.state.paused {
		ct.unpause(nil)
	}
}
