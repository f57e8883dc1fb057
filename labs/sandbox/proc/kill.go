package proc

// Signal decides what the process does with a signal and returns what it did before. Programs that Catch are told by
// EINTR from calls that wait, and ask Caught which signal it was.
func (s Sys) Signal(sig Signal, a Action) (Action, error) {
	s.p.enter()
	if !sig.Valid() || unblockable.Has(sig) {
		return Default, EINVAL
	}
	old := s.p.actions[sig]
	s.p.actions[sig] = a
	if a != Catch && s.p.pending.Has(sig) {
		if s.p.shrugsOff(sig) {
			s.p.pending &^= Signals(sig)
		}
		s.p.attention = true
	}
	return old, nil
}

// SignalAction is what the process does with a signal now.
func (s Sys) SignalAction(sig Signal) Action {
	if !sig.Valid() {
		return Default
	}
	return s.p.actions[sig]
}

// Caught takes the lowest signal that came and that the program catches; ok is false if there is none.
func (s Sys) Caught() (sig Signal, ok bool) {
	if s.p.leaving != nil {
		panic(s.p.leaving)
	}
	sig = s.p.caught()
	if sig == 0 {
		return 0, false
	}
	s.p.pending &^= Signals(sig)
	return sig, true
}

// Mask replaces the set of signals that wait until they are let through, and returns the old one.
func (s Sys) Mask(set SignalSet) SignalSet {
	s.p.enter()
	old := s.p.mask
	s.p.mask = set &^ unblockable
	s.p.attention = s.p.attention || s.p.pending&^s.p.mask != 0
	if s.p.attention {
		s.p.attend()
	}
	return old
}

// Kill sends a signal: to a process (pid > 0), to the own group (0), to all that may be reached (-1), or to a group
// (-pid). Signal 0 only asks.
func (s Sys) Kill(pid PID, sig Signal) error {
	s.p.enter()
	if sig != 0 && !sig.Valid() {
		return EINVAL
	}
	targets := s.targets(pid)
	if len(targets) == 0 {
		return ESRCH
	}
	allowed := 0
	for _, t := range targets {
		if !s.p.maySignal(t, sig) {
			continue
		}
		allowed++
		t.signal(s.p, sig, s.p.cause)
	}
	if allowed == 0 {
		return EPERM
	}
	if s.p.attention {
		s.p.attend() // a signal to oneself arrives before kill returns
	}
	return nil
}

func (s Sys) targets(pid PID) []*Process {
	ns := s.p.ns.PID
	if pid > 0 {
		if t := ns.Lookup(pid); t != nil {
			return []*Process{t}
		}
		return nil
	}
	var list []*Process
	for _, t := range ns.order {
		switch {
		case t.Done():
		case pid == -1 && (t == s.p || t.id.in(ns) == 1):
		case pid == 0 && t.group != s.p.group:
		case pid < -1 && t.group.in(ns) != -pid:
		default:
			list = append(list, t)
		}
	}
	return list
}

// maySignal is kill(2)'s permission check.
func (p *Process) maySignal(t *Process, sig Signal) bool {
	if p.cred.Effective.Has(CAP_KILL) {
		return true
	}
	for _, mine := range []uint32{p.cred.UID, p.cred.EUID} {
		if mine == t.cred.UID || mine == t.cred.SUID {
			return true
		}
	}
	return sig == SIGCONT && p.sess == t.sess
}
