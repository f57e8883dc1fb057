package proc

import (
	"math/rand/v2"
	"strconv"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

type eventID = sim.EventID

// Release is the kernel version of machines that do not ask for another.
const Release = "6.18.44"

// Config is a machine as asked for.
type Config struct {
	Sim      *sim.Sim
	Name     string // host name
	Programs Programs
	Release  string        // "" is Release
	CPUs     int           // 0 is 2
	Memory   int64         // what /proc/meminfo shows; 0 is 25,276,510,208 as on the recorded host
	Held     int64         // what processes may really hold before one is killed; 0 is 64 MiB
	Pids     int64         // processes; 0 is 1,024
	Net      *netsim.Stack // the machine's own network; nil is one of its own, with lo alone

	// MountOptions says what stands behind rw,relatime in /proc/mounts: lowerdir=…, size=…; nil is nothing.
	MountOptions func(*vfs.Mount) string
}

// Kernel is one machine as it runs.
type Kernel struct {
	sim      *sim.Sim
	programs Programs
	release  string
	cpus     int
	memory   int64
	random   *rand.Rand

	pids          *PIDNamespace
	uts           *UTSNamespace
	ipc           *IPCNamespace
	net           *netsim.Stack
	cgroup        *Cgroup
	lastNamespace uint64
	pts           *PTS                 // the machine's own pseudo-terminals
	pipes         map[vfs.FileID]*pipe // named ones, by file
	lastPipe      vfs.Ino              // and socket
	numbered      map[any]uint64       // namespaces of other packages, by what stands for them
	mountOptions  func(*vfs.Mount) string
	procTree      *vfs.Dyn // what is the same in every /proc
	sysTree       *vfs.Dyn // and /sys; nil before the first one is made
	silenced      bool     // the output budget is used up, and the log says so
}

// NewKernel boots a machine without processes.
func NewKernel(c Config) *Kernel {
	k := &Kernel{
		sim: c.Sim, programs: c.Programs, release: c.Release, cpus: c.CPUs, memory: c.Memory,
		random: c.Sim.Chance("proc " + c.Name), lastNamespace: firstNamespaceID,
		pipes: map[vfs.FileID]*pipe{}, lastPipe: 10000,
		numbered: map[any]uint64{}, mountOptions: c.MountOptions,
	}
	k.pts = k.NewPTS()
	if k.net = c.Net; k.net == nil {
		k.net = netsim.New(c.Sim).NewStack(c.Name)
	}
	if k.release == "" {
		k.release = Release
	}
	if k.cpus == 0 {
		k.cpus = 2
	}
	if k.memory == 0 {
		k.memory = 25276510208
	}
	k.pids = &PIDNamespace{ID: firstNamespaceID + 3, procs: map[PID]*Process{}}
	k.uts = k.NewUTSNamespace(c.Name, "(none)")
	k.ipc = k.NewIPCNamespace()
	k.lastNamespace = firstNamespaceID + 400
	k.cgroup = &Cgroup{kernel: k, children: map[string]*Cgroup{}, limits: rootLimits(c)}
	return k
}

func rootLimits(c Config) CgroupLimits {
	l := CgroupLimits{Memory: c.Held, Pids: c.Pids}
	if l.Memory == 0 {
		l.Memory = 64 << 20
	}
	if l.Pids == 0 {
		l.Pids = 1024
	}
	return l
}

// Sim is the simulation that the machine lives in.
func (k *Kernel) Sim() *sim.Sim { return k.sim }

// Namespaces is the machine's own namespaces.
func (k *Kernel) Namespaces() Namespaces {
	return Namespaces{PID: k.pids, UTS: k.uts, IPC: k.ipc, Net: k.net}
}

// Cgroup is the root of the control groups.
func (k *Kernel) Cgroup() *Cgroup { return k.cgroup }

// Processes lists the machine's processes by number, zombies included.
func (k *Kernel) Processes() []*Process { return k.pids.Processes() }

// Uptime is how long the machine has run.
func (k *Kernel) Uptime() time.Duration { return k.sim.Elapsed() + bootAge }

// bootAge is how old the machine is when the simulation begins, so that /proc/uptime is not 0.
const bootAge = 137 * time.Second

// Spec is a process that an engine or a test starts from outside: what runc gives to a container's first process.
type Spec struct {
	Path string // "" looks Args[0] up in PATH
	Args []string
	Env  []string

	View       *vfs.View  // root, mounts and working directory; the process owns it
	Namespaces Namespaces // zero fields are the machine's own
	Cgroup     *Cgroup    // nil is the root
	Creds      Creds
	NoNewPrivs bool
	Umask      uint32   // 0 is 022; use UmaskNone for none
	Rlimits    *Rlimits // nil is DefaultRlimits
	OOMAdj     int

	Files   map[int]Handle // descriptors 0, 1, 2, …; a Handle may be given twice
	TTY     *TTY           // becomes descriptors 0, 1, 2 and the controlling terminal
	Parent  *Process       // nil: nobody waits for it, it leaves no zombie
	Program Program        // instead of Path, for programs that are no file
	Because sim.EventID
}

// UmaskNone in a Spec is umask 0.
const UmaskNone = 1 << 31

func (k *Kernel) event(rule sim.Rule, subject string, detail interface{ String() string }, because ...eventID) eventID {
	return k.sim.Log.Add(rule, subject, detail, because...)
}

// workTime is the virtual time of so many steps.
func (k *Kernel) workTime(steps int64) time.Duration { return time.Duration(steps) * k.sim.StepCost() }

// admit gives a new process its numbers and its place in a control group, or refuses it.
func (k *Kernel) admit(p *Process, g *Cgroup) error {
	if !k.sim.Budget.Processes.Take(1) {
		return EAGAIN
	}
	if err := g.enter(p); err != nil {
		k.sim.Budget.Processes.Give(1)
		return err
	}
	newIdentity(p.ns.PID, p)
	return nil
}

func (k *Kernel) processesOf(uid uint32) int64 {
	var n int64
	for _, p := range k.pids.order {
		if p.cred.UID == uid {
			n++
		}
	}
	return n
}

// printable is how much of n bytes may still be handed to the owner. When the world's output is used up, the rest is
// dropped and the owner is called.
func (k *Kernel) printable(p *Process, n int) int {
	output := &k.sim.Budget.Output
	if output.Take(int64(n)) {
		return n
	}
	room := max(output.Limit()-output.Used(), 0)
	output.Take(room)
	if !k.silenced {
		k.silenced = true
		k.event("proc.outputlimit", p.subject(), sim.Text("the world's output is used up"), p.cause)
	}
	k.sim.Interrupt()
	return int(room)
}

// name is what /proc/PID/fd shows for a pipe.
func (x *pipe) name() string { return "pipe:[" + strconv.FormatUint(uint64(x.stat.Ino), 10) + "]" }
