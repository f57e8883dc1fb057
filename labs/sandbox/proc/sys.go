package proc

import (
	"math/rand/v2"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// Sys is the system calls of one process: all that a program gets. It is a small value; pass it on as it is. Errors
// are Errno values. A call may make the process wait, and does not return if the process ends meanwhile.
type Sys struct{ p *Process }

// Args is the command line; Args()[0] is the name that the program was called by.
func (s Sys) Args() []string { return s.p.argv }

// Environ is the environment that the program was started with, as NAME=VALUE. It is not to be changed.
func (s Sys) Environ() []string { return s.p.env }

// Getenv looks a variable up; "" if it is not there.
func (s Sys) Getenv(name string) string {
	v, _ := s.LookupEnv(name)
	return v
}

// LookupEnv looks a variable up and says whether it is there.
func (s Sys) LookupEnv(name string) (string, bool) {
	for _, kv := range s.p.env {
		if len(kv) > len(name) && kv[len(name)] == '=' && kv[:len(name)] == name {
			return kv[len(name)+1:], true
		}
	}
	return "", false
}

// SetArgs changes what ps and /proc/PID/cmdline show, as nginx does with its title.
func (s Sys) SetArgs(args []string) { s.p.argv = args }

// SetName changes the short name that ps and /proc/PID/comm show; at most 15 bytes are kept.
func (s Sys) SetName(name string) { s.p.comm = commName(name) }

// Getpid is the process's number, as the process itself sees it.
func (s Sys) Getpid() PID { return s.p.id.in(s.p.ns.PID) }

// Getppid is the parent's number; 0 if the parent is outside of the namespace.
func (s Sys) Getppid() PID {
	s.p.enter()
	if s.p.parent == nil {
		return 0
	}
	return s.p.parent.id.in(s.p.ns.PID)
}

// Exit ends the process.
func (s Sys) Exit(code ExitCode) {
	s.p.enter()
	s.p.leave(exiting{Exited(code)})
}

// Leaving reports whether the process is on its way out, so that deferred calls need not bother.
func (s Sys) Leaving() bool { return s.p.leaving != nil }

// Now is the virtual time of day.
func (s Sys) Now() time.Time { return s.p.kernel.sim.Now() }

// Uptime is how long the machine has run.
func (s Sys) Uptime() time.Duration { return s.p.kernel.Uptime() }

// CPUTime is how long the process has worked, and its children that it waited for.
func (s Sys) CPUTime() (self, children time.Duration) {
	k := s.p.kernel
	return s.p.CPUTime(), k.workTime(s.p.childSteps)
}

// Sleep waits; EINTR if a signal comes that the process catches, with what was left.
func (s Sys) Sleep(d time.Duration) (left time.Duration, err error) {
	s.p.enter()
	k := s.p.kernel
	end := k.sim.Elapsed() + d
	var q Queue
	timer := k.sim.After(d, q.Wake)
	defer timer.Stop()
	for k.sim.Elapsed() < end {
		if err := q.Wait(s, "hrtimer_nanosleep"); err != nil {
			return max(end-k.sim.Elapsed(), 0), err
		}
	}
	return 0, nil
}

// Pause waits for a signal that the process catches.
func (s Sys) Pause() error {
	s.p.enter()
	for {
		var q Queue
		if err := q.Wait(s, "do_sys_pause"); err != nil {
			return err
		}
	}
}

// Step accounts for n units of work: about one statement of a shell, or 1 KiB moved. Every loop whose length comes
// from input calls it. Another process may run meanwhile, and the process may end here.
func (s Sys) Step(n int) {
	if s.p.leaving != nil {
		panic(s.p.leaving)
	}
	s.p.step(n)
}

// Alloc charges n bytes of memory to the process. When its control group or the machine is full, a process is killed
// with SIGKILL: the largest, which may be this one.
func (s Sys) Alloc(n int64) {
	s.p.enter()
	s.p.cgroup.charge(s.p, n)
}

// Free gives n charged bytes back.
func (s Sys) Free(n int64) {
	if s.p.leaving == nil {
		s.p.cgroup.charge(s.p, -min(n, s.p.memory))
	}
}

// Rand is the machine's source of random numbers.
func (s Sys) Rand() *rand.Rand { return s.p.kernel.random }

// Umask sets the file mode creation mask and returns the old one.
func (s Sys) Umask(mask uint32) uint32 {
	s.p.enter()
	old := s.p.umask
	s.p.setUmask(mask & 0o777)
	return old
}

// Nice adds to how willingly the process gives way, and returns the result. It is shown, not followed.
func (s Sys) Nice(add int) (int, error) {
	s.p.enter()
	if add < 0 && !s.p.cred.Effective.Has(CAP_SYS_NICE) {
		return s.p.nice, EPERM
	}
	s.p.nice = min(max(s.p.nice+add, -20), 19)
	return s.p.nice, nil
}

// Hostname is the name of the machine that the process sees.
func (s Sys) Hostname() string { return s.p.ns.UTS.Hostname }

// Domainname is the NIS domain name that the process sees.
func (s Sys) Domainname() string { return s.p.ns.UTS.Domain }

// SetHostname renames the machine that the process sees.
func (s Sys) SetHostname(name string) error {
	s.p.enter()
	if !s.p.cred.Effective.Has(CAP_SYS_ADMIN) {
		return EPERM
	}
	if len(name) > 64 {
		return EINVAL
	}
	s.p.ns.UTS.Hostname = name
	return nil
}

// Uname is what uname(2) says.
type Uname struct{ Sysname, Nodename, Release, Version, Machine, Domainname string }

// Uname describes the machine.
func (s Sys) Uname() Uname {
	return Uname{
		Sysname: "Linux", Nodename: s.Hostname(), Release: s.p.kernel.release,
		Version: "#1 SMP PREEMPT_DYNAMIC", Machine: "x86_64", Domainname: s.Domainname(),
	}
}

// CPUs is the number of processors.
func (s Sys) CPUs() int { return s.p.kernel.cpus }

// FS is the process's view of the files: paths relative to its working directory, checked against its credentials.
// Calls that only look or change names go here (Stat, Mkdir, Rename, …); Open gives descriptors.
func (s Sys) FS() *vfs.View {
	s.p.enter()
	return s.p.view
}

// Namespaces is what the process sees of its machine.
func (s Sys) Namespaces() Namespaces { return s.p.ns }

// Kernel is the machine. Programs that look into the machine's tables (ps through /proc does not need it) use it;
// others have no business there.
func (s Sys) Kernel() *Kernel { return s.p.kernel }

// Process is the process itself.
func (s Sys) Process() *Process { return s.p }

// Event appends to the world's log that something happened to subject, because of what is given and of what started
// the process.
func (s Sys) Event(
	rule sim.Rule,
	subject string,
	detail interface{ String() string },
	because ...sim.EventID,
) sim.EventID {
	return s.p.kernel.event(rule, subject, detail, append(because, s.p.cause)...)
}

// Follow makes what the process does from now on follow from an event, until the next call: a command that somebody
// typed at a shell.
func (s Sys) Follow(id sim.EventID) { s.p.cause = id }

func commName(path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	return name[:min(len(name), 15)]
}
