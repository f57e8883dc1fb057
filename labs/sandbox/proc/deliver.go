package proc

import (
	"dockerlearn/labs/sandbox/sim"
)

// Why a process unwinds: the values that its Go stack panics with.
type (
	exiting  struct{ status Status }
	replaced struct{ image image } // by Exec
)

// leave unwinds the process. Nothing that its program deferred can come back into the kernel.
func (p *Process) leave(why any) {
	p.leaving = why
	panic(why)
}

// enter begins every system call: a process that is leaving gets no further, and one with signals sees them first.
func (p *Process) enter() {
	if p.leaving != nil {
		panic(p.leaving)
	}
	p.step(1)
}

// step accounts for work and looks at what came in.
func (p *Process) step(n int) {
	p.task.Step(n)
	p.unbilled += int64(n)
	if p.unbilled >= billingSteps {
		p.settleWork()
	}
	if p.attention {
		p.attend()
	}
}

// billingSteps is how much work is charged to the control group at a time.
const billingSteps = 256

func (p *Process) settleWork() {
	n := p.takeUnbilled()
	p.cgroup.account(n)
	p.cgroup.throttle(p, n)
}

func (p *Process) takeUnbilled() int64 {
	n := p.unbilled
	p.unbilled = 0
	return n
}

// attend deals with everything that holds or ends a process: freezes first, then signals, the lowest number first.
// Linux: kernel/signal.c, get_signal.
func (p *Process) attend() {
	for p.attention && p.leaving == nil {
		p.attention = false
		p.holdFrozen()
		for sig := p.next(); sig != 0; sig = p.next() {
			p.pending &^= Signals(sig)
			p.act(sig)
		}
	}
}

func (p *Process) holdFrozen() {
	for p.cgroup.Frozen() && !p.pending.Has(SIGKILL) {
		p.waiting = "do_freezer_trap"
		p.task.Park()
		p.waiting = ""
	}
}

// next is the next signal to act on. Caught ones stay pending until the program asks for them.
func (p *Process) next() Signal {
	if p.pending.Has(SIGKILL) {
		return SIGKILL
	}
	for set := p.pending &^ p.mask; set != 0; {
		sig := set.first()
		if p.actions[sig] != Catch {
			return sig
		}
		set &^= Signals(sig)
	}
	return 0
}

// caught is the lowest pending signal that the program catches, 0 if there is none.
func (p *Process) caught() Signal {
	for set := p.pending &^ p.mask; set != 0; {
		sig := set.first()
		if p.actions[sig] == Catch {
			return sig
		}
		set &^= Signals(sig)
	}
	return 0
}

// act does what the signal does by default.
func (p *Process) act(sig Signal) {
	if p.actions[sig] == Ignore {
		return
	}
	switch sig.effect() {
	case ends, dumps:
		p.kernel.event("proc.signaled", p.subject(), sig, p.lastSignal)
		p.leave(exiting{Signaled(sig)})
	case stops:
		p.halt(sig)
	}
}

// halt stops the process until SIGCONT or SIGKILL. The terminal's stop signals do nothing to a process whose group
// nobody could continue.
func (p *Process) halt(sig Signal) {
	if sig != SIGSTOP && p.kernel.orphaned(p.group) {
		return
	}
	p.haltedBy = sig
	p.tellParent(Status{stopped, int(sig)})
	for p.haltedBy != 0 && !p.pending.Has(SIGKILL) {
		p.waiting = "do_signal_stop"
		p.task.Park()
		p.waiting = ""
	}
}

// post sends a signal to the process, whoever may.
func (p *Process) post(sig Signal) {
	if p.Done() || p.leaving != nil {
		return
	}
	bit := Signals(sig)
	switch {
	case sig == SIGCONT:
		p.pending &^= Signals(SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU)
		p.resume()
	case sig.effect() == stops:
		p.pending &^= Signals(SIGCONT)
	}
	if p.shrugsOff(sig) {
		return
	}
	p.pending |= bit
	p.attention = true
	if p.mask.Has(sig) && !unblockable.Has(sig) {
		return
	}
	p.task.Wake()
}

func (p *Process) resume() {
	if p.haltedBy == 0 {
		return
	}
	p.haltedBy = 0
	p.tellParent(Status{continued, int(SIGCONT)})
	p.task.Wake()
}

// shrugsOff reports whether the signal would do nothing, so that it need not wake anyone. Linux: sig_ignored.
func (p *Process) shrugsOff(sig Signal) bool {
	if p.mask.Has(sig) || sig == SIGKILL {
		return false
	}
	switch p.actions[sig] {
	case Ignore:
		return true
	case Default:
		return sig.effect() == passes || sig.effect() == resumes || (p.isInit() && sig != SIGSTOP)
	}
	return false
}

// isInit reports whether the process is PID 1 of its namespace: signals that it does not catch do not reach it.
func (p *Process) isInit() bool { return p.ns.PID.init == p }

// signal sends sig from another process, or from outside when from is nil. A namespace's PID 1 cannot be killed or
// stopped from inside of it. Linux: SIGNAL_UNKILLABLE, pid_namespaces(7).
func (p *Process) signal(from *Process, sig Signal, because sim.EventID) {
	if sig == 0 {
		return
	}
	inside := from != nil && p.ns.PID.Contains(from.ns.PID)
	if p.isInit() && (inside || p.ns.PID.parent == nil) && unblockable.Has(sig) {
		p.kernel.event("proc.initprotected", p.subject(), sig, because)
		return
	}
	p.lastSignal = p.kernel.event("proc.signal", p.subject(), sig, because)
	if p.isInit() && p.shrugsOff(sig) && p.actions[sig] == Default {
		p.lastSignal = p.kernel.event("proc.initdefault", p.subject(), sig, p.lastSignal)
	}
	p.post(sig)
}

// Signal sends a signal from outside of the machine's processes: what an engine does to a container.
func (p *Process) Signal(sig Signal, because ...sim.EventID) {
	var cause sim.EventID
	if len(because) > 0 {
		cause = because[0]
	}
	p.signal(nil, sig, cause)
}
