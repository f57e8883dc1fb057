package proc

import (
	"strings"
	"time"

	"dockerlearn/labs/sandbox/sim"
)

// CgroupLimits is what a control group may use. Zero is no limit.
type CgroupLimits struct {
	Memory int64         // bytes
	Pids   int64         // processes
	Quota  time.Duration // CPU time in each Period; zero is no limit
	Period time.Duration // 0 is 100 ms
}

func (l CgroupLimits) period() time.Duration {
	if l.Period > 0 {
		return l.Period
	}
	return 100 * time.Millisecond
}

// Cgroup is a control group: processes with common limits, in a tree. A limit holds for a group and all below it.
type Cgroup struct {
	kernel   *Kernel
	name     string
	parent   *Cgroup
	children map[string]*Cgroup
	limits   CgroupLimits

	pids      int64
	memory    int64
	peak      int64
	steps     int64
	oomKills  int
	pidsFails int
	frozen    bool

	throttled   int // periods in which the group had to wait
	periodEnd   time.Duration
	periodSteps int64
	oom         []func(*Process)
}

// Path is where the group is in the tree: "/docker/0123…".
func (g *Cgroup) Path() string {
	if g.parent == nil {
		return "/"
	}
	return strings.TrimSuffix(g.parent.Path(), "/") + "/" + g.name
}

// Child is the group of that name below g, made if it is not there.
func (g *Cgroup) Child(name string) *Cgroup {
	if c := g.children[name]; c != nil {
		return c
	}
	c := &Cgroup{kernel: g.kernel, name: name, parent: g, children: map[string]*Cgroup{}}
	g.children[name] = c
	return c
}

// Remove takes an empty group out of the tree.
func (g *Cgroup) Remove() error {
	if g.pids > 0 || len(g.children) > 0 {
		return EBUSY
	}
	delete(g.parent.children, g.name)
	return nil
}

// Limits is what the group may use.
func (g *Cgroup) Limits() CgroupLimits { return g.limits }

// SetLimits changes what the group may use. Memory in use beyond a new limit makes the next charge fail.
func (g *Cgroup) SetLimits(l CgroupLimits) { g.limits = l }

// Pids is the number of processes in the group and below.
func (g *Cgroup) Pids() int64 { return g.pids }

// Memory is what the processes in the group and below hold, in bytes.
func (g *Cgroup) Memory() int64 { return g.memory }

// Peak is the most that Memory has been.
func (g *Cgroup) Peak() int64 { return g.peak }

// CPUTime is how long processes of the group and below have worked, dead ones included.
func (g *Cgroup) CPUTime() time.Duration { return g.kernel.workTime(g.steps) }

// OOMKills counts the processes that were killed because the group was full.
func (g *Cgroup) OOMKills() int { return g.oomKills }

// Throttled counts the periods in which the group used up its CPU quota.
func (g *Cgroup) Throttled() int { return g.throttled }

// Frozen reports whether the group's processes are held, by its own freeze or by one above.
func (g *Cgroup) Frozen() bool {
	for ; g != nil; g = g.parent {
		if g.frozen {
			return true
		}
	}
	return false
}

// OnOOM calls f whenever a process of the group is killed for want of memory.
func (g *Cgroup) OnOOM(f func(*Process)) { g.oom = append(g.oom, f) }

// Processes lists the living processes of the group and below, by number.
func (g *Cgroup) Processes() []*Process {
	var list []*Process
	for _, p := range g.kernel.pids.order {
		if !p.Done() && p.cgroup.within(g) {
			list = append(list, p)
		}
	}
	return list
}

func (g *Cgroup) within(outer *Cgroup) bool {
	for ; g != nil; g = g.parent {
		if g == outer {
			return true
		}
	}
	return false
}

// Freeze holds every process of the group at its next step or system call, until Thaw. SIGKILL still ends them.
func (g *Cgroup) Freeze() {
	g.frozen = true
	for _, p := range g.Processes() {
		p.attention = true
	}
}

// Thaw lets them go on.
func (g *Cgroup) Thaw() {
	g.frozen = false
	g.wakeTree()
}

func (g *Cgroup) wakeTree() {
	for _, p := range g.Processes() {
		p.task.Wake()
	}
}

// enter makes p a member, if the number of processes allows.
func (g *Cgroup) enter(p *Process) error {
	for at := g; at != nil; at = at.parent {
		if at.limits.Pids > 0 && at.pids >= at.limits.Pids {
			at.pidsFails++
			g.kernel.event("proc.pidslimit", g.Path(), sim.Text("no more processes allowed"), p.cause)
			return EAGAIN
		}
	}
	for at := g; at != nil; at = at.parent {
		at.pids++
	}
	p.cgroup = g
	return nil
}

func (g *Cgroup) leave(p *Process) {
	for at := g; at != nil; at = at.parent {
		at.pids--
		at.memory -= p.memory
	}
	p.memory = 0
}

// charge adds n bytes for p. Where that is too much, someone in the fullest group has to die: the member that holds
// the most. Linux: mm/oom_kill.c, without the score's finer points.
func (g *Cgroup) charge(p *Process, n int64) {
	p.memory += n
	for at := g; at != nil; at = at.parent {
		at.memory += n
		at.peak = max(at.peak, at.memory)
	}
	if n <= 0 {
		return
	}
	for at := g; at != nil; at = at.parent {
		if at.limits.Memory > 0 && at.memory > at.limits.Memory {
			at.outOfMemory(p)
			return
		}
	}
}

func (g *Cgroup) outOfMemory(charging *Process) {
	victim := charging
	for _, p := range g.Processes() {
		if p.badness() > victim.badness() && p.leaving == nil {
			victim = p
		}
	}
	g.oomKills++
	victim.lastSignal = g.kernel.event(
		"proc.oom", victim.subject(), OOM{g.Path(), g.limits.Memory, victim.memory}, victim.cause)
	for at := g; at != nil; at = at.parent {
		for _, f := range at.oom {
			f(victim)
		}
	}
	victim.post(SIGKILL)
	charging.attend()
}

func (p *Process) badness() int64 {
	if p.oomAdj <= -1000 {
		return -1
	}
	return p.memory + int64(p.oomAdj)*p.kernel.memory/1000
}

// account adds CPU time.
func (g *Cgroup) account(steps int64) {
	for at := g; at != nil; at = at.parent {
		at.steps += steps
	}
}

// throttle holds p while one of its groups has used up its CPU quota. Linux: kernel/sched/fair.c, CFS bandwidth.
func (g *Cgroup) throttle(p *Process, steps int64) {
	for at := g; at != nil; at = at.parent {
		if at.limits.Quota > 0 {
			at.holdForQuota(p, steps)
		}
	}
}

func (g *Cgroup) holdForQuota(p *Process, steps int64) {
	k := g.kernel
	period := g.limits.period()
	if now := k.sim.Elapsed(); now >= g.periodEnd {
		g.periodEnd = now - now%period + period
		g.periodSteps = 0
	}
	g.periodSteps += steps
	if k.workTime(g.periodSteps) < g.limits.Quota {
		return
	}
	g.throttled++
	left := g.periodEnd - k.sim.Elapsed()
	for left > 0 && !p.pending.Has(SIGKILL) {
		left = p.task.Sleep(left)
	}
}
