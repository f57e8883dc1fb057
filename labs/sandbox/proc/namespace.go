package proc

import (
	"cmp"
	"slices"

	"dockerlearn/labs/sandbox/netsim"
)

// Namespaces is what a process sees of its machine besides files, which are its View's.
type Namespaces struct {
	PID *PIDNamespace
	UTS *UTSNamespace
	Net *netsim.Stack
	IPC *IPCNamespace
}

// PIDNamespace is a set of processes that see each other, under numbers of their own. The first process in it is its
// PID 1: it adopts orphans, no signal from inside that it does not catch can hurt it, and all die with it.
type PIDNamespace struct {
	ID     uint64 // the inode number that /proc/PID/ns/pid shows
	parent *PIDNamespace
	level  int
	last   PID
	procs  map[PID]*Process
	order  []*Process // by number
	init   *Process
	dying  bool
}

// pidMax is where numbers start again; Linux on 64 bits with systemd's default.
const pidMax = 4194304

// Lookup finds a process by its number here, zombies included.
func (ns *PIDNamespace) Lookup(pid PID) *Process { return ns.procs[pid] }

// Processes lists the processes that are seen here by number, zombies included.
func (ns *PIDNamespace) Processes() []*Process { return slices.Clone(ns.order) }

// Init is the namespace's PID 1, nil before it was started.
func (ns *PIDNamespace) Init() *Process { return ns.init }

// Contains reports whether ns is inner or an ancestor of it.
func (ns *PIDNamespace) Contains(inner *PIDNamespace) bool {
	for ; inner != nil; inner = inner.parent {
		if inner == ns {
			return true
		}
	}
	return false
}

func (ns *PIDNamespace) add(p *Process) PID {
	pid := ns.last + 1
	for {
		if pid >= pidMax {
			pid = 300 // RESERVED_PIDS
		}
		if ns.procs[pid] == nil {
			break
		}
		pid++
	}
	ns.last = pid
	ns.procs[pid] = p
	if n := len(ns.order); n == 0 || ns.order[n-1].id.in(ns) < pid {
		ns.order = append(ns.order, p)
	} else {
		i, _ := ns.find(pid)
		ns.order = slices.Insert(ns.order, i, p)
	}
	return pid
}

// Skip leaves n numbers out, as if processes had had them that are gone.
func (ns *PIDNamespace) Skip(n int) { ns.last += PID(n) }

func (ns *PIDNamespace) remove(pid PID) {
	delete(ns.procs, pid)
	if i, ok := ns.find(pid); ok {
		ns.order = slices.Delete(ns.order, i, i+1)
	}
}

func (ns *PIDNamespace) find(pid PID) (int, bool) {
	return slices.BinarySearchFunc(ns.order, pid, func(p *Process, pid PID) int {
		return cmp.Compare(p.id.in(ns), pid)
	})
}

// identity is a process's numbers, one in each namespace that sees it, outermost first. It outlives the process as
// the name of a process group or session. Linux: struct pid.
type identity struct {
	ns   *PIDNamespace // the innermost
	nums []PID         // by level
}

func newIdentity(ns *PIDNamespace, p *Process) *identity {
	id := &identity{ns: ns, nums: make([]PID, ns.level+1)}
	p.id = id
	for at := ns; at != nil; at = at.parent {
		id.nums[at.level] = at.add(p)
	}
	return id
}

// in is the number that ns knows this identity by, 0 if it does not.
func (id *identity) in(ns *PIDNamespace) PID {
	if id == nil || ns == nil || !ns.Contains(id.ns) {
		return 0
	}
	return id.nums[ns.level]
}

func (id *identity) release() {
	for at := id.ns; at != nil; at = at.parent {
		at.remove(id.nums[at.level])
	}
}

// UTSNamespace is a host name and a domain name.
type UTSNamespace struct {
	ID       uint64
	Hostname string
	Domain   string
}

// IPCNamespace keeps nothing yet but its identity; System V objects are not simulated.
type IPCNamespace struct{ ID uint64 }

// NewPIDNamespace makes an empty namespace inside parent; nil is the machine's own.
func (k *Kernel) NewPIDNamespace(parent *PIDNamespace) *PIDNamespace {
	if parent == nil {
		parent = k.pids
	}
	return &PIDNamespace{ID: k.newNamespaceID(), parent: parent, level: parent.level + 1, procs: map[PID]*Process{}}
}

// NewUTSNamespace makes a namespace with this host name.
func (k *Kernel) NewUTSNamespace(host, domain string) *UTSNamespace {
	return &UTSNamespace{ID: k.newNamespaceID(), Hostname: host, Domain: domain}
}

// NewIPCNamespace makes an empty namespace.
func (k *Kernel) NewIPCNamespace() *IPCNamespace { return &IPCNamespace{ID: k.newNamespaceID()} }

// firstNamespaceID is where Linux begins to number them (PROC_DYNAMIC_FIRST and what boot takes).
const firstNamespaceID = 4026531833

func (k *Kernel) newNamespaceID() uint64 {
	k.lastNamespace++
	return k.lastNamespace
}
