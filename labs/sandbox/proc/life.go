package proc

import (
	"fmt"
	"runtime/debug"
	"slices"

	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// image is a program and what it is started with.
type image struct {
	program Program
	comm    string
	exe     string
	binary  *vfs.Place // the file; nil for programs that are none
	argv    []string
	env     []string
	cred    *Creds // nil leaves them
}

// baseMemory is what a process is charged for being there: stacks, tables.
const baseMemory = 32 << 10

// sharedMemory is what it maps besides, and shares with others: the parts of the binary that it touches.
const sharedMemory = 768 << 10

// begin makes the process's task. Its first turn comes after those that are ready.
func (p *Process) begin(program Program) {
	p.started = p.kernel.sim.Elapsed()
	p.task = p.kernel.sim.Go(func(*sim.Task) { p.main(program) })
}

// main is the process's life: one program after the other, then the end.
func (p *Process) main(program Program) {
	defer func() {
		if !p.Done() { // the simulation is being closed
			p.files.closeAll()
		}
	}()
	for program != nil {
		program = p.run(program)
	}
	p.end()
}

// run runs a program until it returns, leaves, or is replaced by the next.
func (p *Process) run(program Program) (next Program) {
	defer func() {
		r := recover()
		if r != nil && p.leaving != nil {
			r = p.leaving // a deferred call may have panicked on the way
		}
		switch why := r.(type) {
		case nil:
		case exiting:
			p.status = why.status
		case replaced:
			p.become(why.image)
			next = why.image.program
		case sim.Killed:
			panic(why)
		default:
			p.crash(why)
		}
	}()
	p.cgroup.charge(p, baseMemory-p.memory)
	if p.attention {
		p.attend()
	}
	p.setStatus(Exited(program(Sys{p})))
	return nil
}

func (p *Process) setStatus(s Status) {
	p.leaving = exiting{s}
	p.status = s
}

// crash is a Go panic in a program: to the learner a segmentation fault, to us a bug with its stack.
func (p *Process) crash(why any) {
	p.kernel.event("proc.bug", p.subject(), bugDetail{fmt.Sprint(why), string(debug.Stack())}, p.cause)
	p.setStatus(Signaled(SIGSEGV))
}

type bugDetail struct{ why, stack string }

func (b bugDetail) String() string { return b.why + "\n" + b.stack }

// become puts a new program's facts in the place of the old one's: execve(2).
func (p *Process) become(im image) {
	p.leaving = nil
	p.comm, p.exe, p.binary, p.argv, p.env = im.comm, im.exe, im.binary, im.argv, im.env
	if im.cred != nil {
		p.setCreds(*im.cred)
	}
	for sig, a := range p.actions {
		if a == Catch {
			p.actions[sig] = Default
		}
	}
	p.files.closeOnExec()
	p.attention = true
}

// end is exit(2) from the kernel's side. Linux: kernel/exit.c, do_exit.
func (p *Process) end() {
	p.cgroup.account(p.takeUnbilled())
	p.files.closeAll()
	p.ending = p.kernel.event("proc.exit", p.subject(), exitDetail{p.status}, p.cause, p.lastSignal)
	p.endSession()
	if p.isInit() {
		p.ns.PID.die()
	}
	p.orphanChildren()
	p.cgroup.leave(p)
	p.kernel.sim.Budget.Processes.Give(1)
	for _, f := range p.onExit {
		f(p.status)
	}
	p.onExit = nil
	p.tellParent(p.status)
}

type exitDetail struct{ status Status }

func (d exitDetail) String() string {
	if sig, ok := d.status.Signaled(); ok {
		return "killed by SIG" + sig.String()
	}
	return fmt.Sprintf("exit %d", d.status.Code())
}

// die kills everything in a namespace whose PID 1 has ended.
func (ns *PIDNamespace) die() {
	ns.dying = true
	for _, p := range ns.order {
		if p != ns.init {
			p.post(SIGKILL)
		}
	}
}

// orphanChildren gives the process's children to the PID 1 that they see.
func (p *Process) orphanChildren() {
	reaper := p.ns.PID.init
	if reaper == p || reaper == nil || reaper.Done() {
		reaper = nil
		if outer := p.ns.PID.parent; outer != nil && outer.init != nil && !outer.init.Done() {
			reaper = outer.init
		}
	}
	family := p.family
	p.family = nil
	for _, c := range family {
		c.parent = reaper
		if reaper == nil {
			if c.Done() {
				c.id.release()
			}
			continue
		}
		reaper.family = append(reaper.family, c)
		if c.Done() {
			c.tellParent(c.status)
		}
	}
	p.kernel.hangUpOrphans(family)
}

// tellParent is SIGCHLD and what Wait returns. A process without a parent, or whose parent ignores SIGCHLD, leaves no
// zombie.
func (p *Process) tellParent(s Status) {
	parent := p.parent
	if parent == nil || parent.Done() {
		if s.Ended() {
			p.id.release()
		}
		return
	}
	if s.Ended() && parent.actions[SIGCHLD] == Ignore {
		parent.reap(p)
		parent.childNews.Wake()
		return
	}
	p.news = s
	parent.post(SIGCHLD)
	parent.childNews.Wake()
}

// reap takes a dead child off the books.
func (p *Process) reap(child *Process) {
	p.childSteps += child.task.Steps() + child.childSteps
	if i := slices.Index(p.family, child); i >= 0 {
		p.family = slices.Delete(p.family, i, i+1)
	}
	child.parent = nil
	child.id.release()
}

func (p *Process) subject() string { return fmt.Sprintf("pid %d (%s)", p.PID(), p.comm) }

// clone makes a process like p that has not begun. Linux: kernel/fork.c, copy_process.
func (p *Process) clone() (*Process, error) {
	k := p.kernel
	if p.ns.PID.dying {
		return nil, ENOMEM
	}
	if n := p.limits.NProc.Soft; p.cred.UID != 0 && n <= k.processesOf(p.cred.UID) {
		return nil, EAGAIN
	}
	c := &Process{
		kernel: k, parent: p, group: p.group, sess: p.sess, ns: p.ns,
		comm: p.comm, exe: p.exe, binary: p.binary, argv: p.argv, env: p.env, cause: p.cause,
		cred: p.cred, noPriv: p.noPriv, umask: p.umask, nice: p.nice, limits: p.limits, oomAdj: p.oomAdj,
		mask: p.mask, actions: p.actions,
	}
	if err := k.admit(c, p.cgroup); err != nil {
		return nil, err
	}
	c.files = p.files.clone()
	c.view = p.view.Clone()
	c.view.Caller = c
	p.family = append(p.family, c)
	return c, nil
}
