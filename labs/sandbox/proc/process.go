package proc

import (
	"time"

	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// Process is a process as the kernel and the engine see it. Programs see their own through Sys.
type Process struct {
	kernel *Kernel
	task   *sim.Task
	id     *identity
	parent *Process
	family []*Process // children, oldest first, dead ones until they are waited for
	group  *identity  // of the process group
	sess   *session
	ns     Namespaces
	cgroup *Cgroup

	comm    string // what ps shows without arguments, at most 15 bytes
	exe     string
	binary  *vfs.Place
	argv    []string
	env     []string
	started time.Duration
	cause   sim.EventID // what started it

	files  fdTable
	view   *vfs.View
	cred   Creds
	noPriv bool // no_new_privs
	umask  uint32
	nice   int
	limits Rlimits
	memory int64
	oomAdj int

	pending   SignalSet
	mask      SignalSet
	actions   [maxSignal + 1]Action
	attention bool   // something to look at before the process goes on: a signal, a freeze, a throttle
	haltedBy  Signal // the signal that stopped it, 0 if it runs
	leaving   any    // set when the process unwinds: what every further system call panics with
	waiting   string // what it waits for, for ps and /proc: the kernel function's name, as in WCHAN

	status     Status
	news       Status // a stop or a continue that the parent has not heard of
	childNews  Queue  // woken when a child has news
	onExit     []func(Status)
	childSteps int64 // of children waited for
	unbilled   int64 // steps that the control group has not been charged for
	lastSignal sim.EventID
	ending     sim.EventID
}

// PID is the process's number in the machine's own namespace.
func (p *Process) PID() PID { return p.id.in(p.kernel.pids) }

// PIDIn is the process's number as ns sees it, 0 if it does not.
func (p *Process) PIDIn(ns *PIDNamespace) PID { return p.id.in(ns) }

// Status is how the process ended; before that, Ended reports false.
func (p *Process) Status() Status { return p.status }

// Done reports whether the process has ended.
func (p *Process) Done() bool { return p.status.Ended() }

// Cgroup is the control group that the process belongs to.
func (p *Process) Cgroup() *Cgroup { return p.cgroup }

// Namespaces is what the process sees of the machine.
func (p *Process) Namespaces() Namespaces { return p.ns }

// Argv is the command line.
func (p *Process) Argv() []string { return p.argv }

// SameGroup reports whether two processes are of one process group.
func (p *Process) SameGroup(q *Process) bool { return p.group == q.group }

// View is the process's view of the files.
func (p *Process) View() *vfs.View { return p.view }

// Cause is the event that started the process.
func (p *Process) Cause() sim.EventID { return p.cause }

// LastSignal is the event of the signal that came last, or of what became of it; 0 if none came.
func (p *Process) LastSignal() sim.EventID { return p.lastSignal }

// Ending is the event of the process's end; 0 before that.
func (p *Process) Ending() sim.EventID { return p.ending }

// OnExit calls f when the process has ended; at once if it has.
func (p *Process) OnExit(f func(Status)) {
	if p.Done() {
		f(p.status)
		return
	}
	p.onExit = append(p.onExit, f)
}

// Waits is the kernel function in which the process waits, as WCHAN of ps shows it: "n_tty_read"; "0" if it does not.
func (p *Process) Waits() string { return p.wchan() }

// CPUTime is how much virtual time the process has worked.
func (p *Process) CPUTime() time.Duration { return p.kernel.workTime(p.task.Steps()) }

// Memory is how much the process holds, in bytes.
func (p *Process) Memory() int64 { return p.memory }

// Started is when the process began, in virtual time.
func (p *Process) Started() time.Time { return p.kernel.sim.Start().Add(p.started) }
