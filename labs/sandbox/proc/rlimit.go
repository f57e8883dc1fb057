package proc

import "math"

// Infinity is no limit.
const Infinity = math.MaxInt64

// Rlimit is a limit that a process may move between 0 and Hard.
type Rlimit struct{ Soft, Hard int64 }

// Rlimits is a process's limits. Enforced are NoFile, NProc and FSize; the others are kept and shown.
type Rlimits struct {
	CPU, FSize, Data, Stack, Core, RSS, NProc, NoFile, MemLock, AS, Locks, SigPending, MsgQueue, Nice, RTPrio, RTTime Rlimit
}

// DefaultRlimits is what a process gets from Docker's daemon as recorded: open files 1,048,576, core unlimited.
func DefaultRlimits() Rlimits {
	none := Rlimit{Infinity, Infinity}
	return Rlimits{
		CPU: none, FSize: none, Data: none, Stack: Rlimit{8 << 20, Infinity}, Core: none, RSS: none, NProc: none,
		NoFile: Rlimit{1048576, 1048576}, MemLock: Rlimit{8 << 20, 8 << 20}, AS: none, Locks: none,
		SigPending: Rlimit{96299, 96299}, MsgQueue: Rlimit{819200, 819200}, RTTime: none,
	}
}

// RlimitKind names one of the limits, with Linux's numbers.
type RlimitKind int

const (
	RLIMIT_CPU RlimitKind = iota
	RLIMIT_FSIZE
	RLIMIT_DATA
	RLIMIT_STACK
	RLIMIT_CORE
	RLIMIT_RSS
	RLIMIT_NPROC
	RLIMIT_NOFILE
	RLIMIT_MEMLOCK
	RLIMIT_AS
	RLIMIT_LOCKS
	RLIMIT_SIGPENDING
	RLIMIT_MSGQUEUE
	RLIMIT_NICE
	RLIMIT_RTPRIO
	RLIMIT_RTTIME
)

// Of is the limit of that kind, to be read or set; nil if there is none.
func (l *Rlimits) Of(kind RlimitKind) *Rlimit {
	all := [...]*Rlimit{
		&l.CPU, &l.FSize, &l.Data, &l.Stack, &l.Core, &l.RSS, &l.NProc, &l.NoFile,
		&l.MemLock, &l.AS, &l.Locks, &l.SigPending, &l.MsgQueue, &l.Nice, &l.RTPrio, &l.RTTime,
	}
	if kind < 0 || int(kind) >= len(all) {
		return nil
	}
	return all[kind]
}

// Rlimit is one of the process's limits.
func (s Sys) Rlimit(kind RlimitKind) Rlimit {
	s.p.enter()
	if l := s.p.limits.Of(kind); l != nil {
		return *l
	}
	return Rlimit{}
}

// SetRlimit changes one of the process's limits. Raising a hard limit needs CAP_SYS_RESOURCE.
func (s Sys) SetRlimit(kind RlimitKind, to Rlimit) error {
	s.p.enter()
	l := s.p.limits.Of(kind)
	if l == nil || to.Soft > to.Hard {
		return EINVAL
	}
	if to.Hard > l.Hard && !s.p.cred.Effective.Has(CAP_SYS_RESOURCE) {
		return EPERM
	}
	*l = to
	return nil
}
