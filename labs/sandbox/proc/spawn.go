package proc

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What starting things costs, in steps: about 0.2 and 0.5 milliseconds of virtual time.
const (
	forkSteps = 20
	execSteps = 50
)

// Fork starts a child that is like this process and runs body instead of going on where the parent is. Go memory is
// shared: body gets its own copy of what it is going to change. EAGAIN: no more processes are allowed.
func (s Sys) Fork(body Program) (PID, error) {
	s.p.enter()
	s.p.step(forkSteps)
	c, err := s.p.clone()
	if err != nil {
		return 0, err
	}
	c.cause = s.p.kernel.event("proc.fork", c.subject(), nil, s.p.cause)
	c.begin(body)
	return c.id.in(s.p.ns.PID), nil
}

// Command is a program to start with Spawn.
type Command struct {
	Path  string   // of the binary or script; not searched for
	Args  []string // Args[0] is the program's name
	Env   []string // nil is the own one
	Files []int    // the child's descriptor i is this process's Files[i], -1 closes it; nil inherits all
	Group bool     // in a new process group
}

// Spawn starts a program in a child process. The error is that of the execution, as if Exec had been called here.
func (s Sys) Spawn(c Command) (PID, error) {
	s.p.enter()
	s.p.step(forkSteps + execSteps)
	env := c.Env
	if env == nil {
		env = s.p.env
	}
	im, err := s.p.load(c.Path, c.Args, env)
	if err != nil {
		return 0, err
	}
	child, err := s.p.clone()
	if err != nil {
		return 0, err
	}
	if c.Files != nil {
		child.pick(s.p, c.Files)
	}
	if c.Group {
		child.group = child.id
	}
	child.become(im)
	child.cause = s.p.kernel.event("proc.exec", child.subject(), execDetail{im.argv}, s.p.cause)
	child.begin(im.program)
	return child.id.in(s.p.ns.PID), nil
}

// pick gives the process the descriptors of another, renumbered.
func (p *Process) pick(from *Process, files []int) {
	p.files.closeAll()
	for to, fd := range files {
		if o, err := from.files.get(fd); err == nil {
			p.files.put(to, o, false)
		}
	}
}

// Exec replaces the program that the process runs. It returns only if that fails: ENOENT, EACCES (not executable),
// ENOEXEC (neither a binary nor a script with #!), ELOOP, ENOTDIR.
func (s Sys) Exec(path string, args, env []string) error {
	s.p.enter()
	s.p.step(execSteps)
	im, err := s.p.load(path, args, env)
	if err != nil {
		return err
	}
	s.p.cause = s.p.kernel.event("proc.exec", s.p.subject(), execDetail{im.argv}, s.p.cause)
	s.p.leave(replaced{im})
	return nil
}

// Start begins a process from outside of the machine's processes.
func (k *Kernel) Start(spec Spec) (*Process, error) {
	p := k.blank(spec)
	im, err := p.firstImage(spec)
	if err != nil {
		return nil, err
	}
	group := spec.Cgroup
	if group == nil {
		group = k.cgroup
	}
	if err := k.admit(p, group); err != nil {
		return nil, err
	}
	if p.ns.PID.init == nil {
		p.ns.PID.init = p
	}
	p.newSession()
	if p.parent != nil {
		p.parent.family = append(p.parent.family, p)
	}
	if err := p.firstFiles(spec); err != nil {
		p.abandon()
		return nil, err
	}
	p.setUmask(spec.umask())
	p.become(im)
	p.cause = k.event("proc.exec", p.subject(), execDetail{im.argv}, spec.Because)
	p.begin(im.program)
	return p, nil
}

func (k *Kernel) blank(spec Spec) *Process {
	p := &Process{
		kernel: k, parent: spec.Parent, ns: spec.Namespaces, view: spec.View, cause: spec.Because,
		noPriv: spec.NoNewPrivs, limits: DefaultRlimits(), oomAdj: spec.OOMAdj, cgroup: k.cgroup,
	}
	if p.ns.PID == nil {
		p.ns.PID = k.pids
	}
	if p.ns.UTS == nil {
		p.ns.UTS = k.uts
	}
	if p.ns.IPC == nil {
		p.ns.IPC = k.ipc
	}
	if p.ns.Net == nil {
		p.ns.Net = k.net
	}
	if spec.Rlimits != nil {
		p.limits = *spec.Rlimits
	}
	p.view.Caller = p
	p.setCreds(spec.Creds)
	return p
}

func (p *Process) firstImage(spec Spec) (image, error) {
	if spec.Program != nil {
		return image{
			program: spec.Program,
			comm:    commName(spec.Args[0]),
			exe:     spec.Args[0],
			argv:    spec.Args,
			env:     spec.Env,
		}, nil
	}
	path := spec.Path
	if path == "" {
		found, err := lookPath(p.view, spec.Args[0], envValue(spec.Env, "PATH"))
		if err != nil {
			return image{}, err
		}
		path = found
	}
	return p.load(path, spec.Args, spec.Env)
}

func (p *Process) firstFiles(spec Spec) error {
	if spec.TTY != nil {
		o, err := p.kernel.newOpen(spec.TTY.openSlave(), spec.TTY.Name(), O_RDWR)
		if err != nil {
			return err
		}
		for fd := range 3 {
			p.files.put(fd, o, false)
		}
		return spec.TTY.control(p)
	}
	opened := map[Handle]*Open{}
	for _, fd := range slices.Sorted(maps.Keys(spec.Files)) {
		h := spec.Files[fd]
		if opened[h] == nil {
			o, err := p.kernel.newOpen(h, "", O_RDWR)
			if err != nil {
				return err
			}
			opened[h] = o
		}
		p.files.put(fd, opened[h], false)
	}
	return nil
}

// abandon undoes a start that failed half way.
func (p *Process) abandon() {
	p.files.closeAll()
	p.cgroup.leave(p)
	p.kernel.sim.Budget.Processes.Give(1)
	p.id.release()
	if p.ns.PID.init == p {
		p.ns.PID.init = nil
	}
}

func (spec Spec) umask() uint32 {
	switch spec.Umask {
	case 0:
		return 0o022
	case UmaskNone:
		return 0
	}
	return spec.Umask
}

type execDetail struct{ argv []string }

func (d execDetail) String() string { return strings.Join(d.argv, " ") }

// OOM is the detail of proc.oom: which control group reached which limit, and what the one that is killed held. In bytes.
type OOM struct {
	Group       string
	Limit, Held int64
}

func (d OOM) String() string {
	return fmt.Sprintf("memory limit of %d bytes reached in %s; it held %d", d.Limit, d.Group, d.Held)
}
