package proc

// session is process groups that share a controlling terminal.
type session struct {
	id     *identity
	leader *Process
	tty    *TTY
}

// Setsid makes the process the leader of a new session and group without a terminal.
func (s Sys) Setsid() (PID, error) {
	s.p.enter()
	if s.p.group == s.p.id {
		return 0, EPERM
	}
	s.p.newSession()
	return s.Getpid(), nil
}

func (p *Process) newSession() {
	p.sess = &session{id: p.id, leader: p}
	p.group = p.id
}

// Getsid is the session's number.
func (s Sys) Getsid() PID {
	s.p.enter()
	return s.p.sess.id.in(s.p.ns.PID)
}

// Getpgrp is the process group's number.
func (s Sys) Getpgrp() PID {
	s.p.enter()
	return s.p.group.in(s.p.ns.PID)
}

// Setpgid puts a process (0: this one, or a child) into a group of its session, or into a new one of its own when
// pgid is 0 or its pid.
func (s Sys) Setpgid(pid, pgid PID) error {
	s.p.enter()
	p := s.p
	target := p
	if pid != 0 {
		target = p.ns.PID.Lookup(pid)
	}
	if target == nil || (target != p && target.parent != p) {
		return ESRCH
	}
	if target.sess.leader == target || target.sess != p.sess {
		return EPERM
	}
	if pgid == 0 || pgid == target.id.in(p.ns.PID) {
		target.group = target.id
		return nil
	}
	for _, other := range p.kernel.pids.order {
		if other.group.in(p.ns.PID) == pgid && other.sess == target.sess {
			target.group = other.group
			return nil
		}
	}
	return EPERM
}

// groupMembers is the living processes of a group.
func (k *Kernel) groupMembers(group *identity) []*Process {
	var list []*Process
	for _, p := range k.pids.order {
		if p.group == group && !p.Done() {
			list = append(list, p)
		}
	}
	return list
}

// signalGroup sends to every member of a group.
func (k *Kernel) signalGroup(from *Process, group *identity, sig Signal, because eventID) {
	for _, p := range k.groupMembers(group) {
		p.signal(from, sig, because)
	}
}

// orphaned reports whether no member of the group has a parent in another group of the same session: nobody would
// continue it. Linux: will_become_orphaned_pgrp.
func (k *Kernel) orphaned(group *identity) bool {
	for _, p := range k.groupMembers(group) {
		if pp := p.parent; pp != nil && !pp.isInit() && pp.sess == p.sess && pp.group != group {
			return false
		}
		if pp := p.parent; pp != nil && pp.isInit() && pp.sess == p.sess && pp.group != group {
			return false // a shell that is PID 1 of its container controls its jobs too
		}
	}
	return true
}

// hangUpOrphans tells groups that have just lost their controller and are stopped: SIGHUP, SIGCONT. POSIX: _exit.
func (k *Kernel) hangUpOrphans(family []*Process) {
	told := map[*identity]bool{}
	for _, c := range family {
		if c.Done() || told[c.group] || c.haltedBy == 0 || !k.orphaned(c.group) {
			continue
		}
		told[c.group] = true
		k.signalGroup(nil, c.group, SIGHUP, 0)
		k.signalGroup(nil, c.group, SIGCONT, 0)
	}
}

// endSession is what a session leader's end does: the terminal is free, its foreground group gets SIGHUP.
func (p *Process) endSession() {
	if p.sess.leader != p {
		return
	}
	if t := p.sess.tty; t != nil {
		t.signalForeground(SIGHUP)
		t.sess, t.fg = nil, nil
		p.sess.tty = nil
	}
}

// ttyOf is the terminal behind a descriptor.
func (s Sys) ttyOf(fd int) (*TTY, error) {
	s.p.enter()
	o, err := s.p.files.get(fd)
	if err != nil {
		return nil, err
	}
	switch h := o.Handle.(type) {
	case slave:
		return h.TTY, nil
	case master:
		return h.TTY, nil
	}
	return nil, ENOTTY
}

// IsTerminal reports whether a descriptor is a terminal's.
func (s Sys) IsTerminal(fd int) bool {
	_, err := s.ttyOf(fd)
	return err == nil
}

// TerminalName is the path of the terminal behind a descriptor.
func (s Sys) TerminalName(fd int) (string, error) {
	t, err := s.ttyOf(fd)
	if err != nil {
		return "", err
	}
	return t.Name(), nil
}

// Termios is how the terminal behind a descriptor is set.
func (s Sys) Termios(fd int) (Termios, error) {
	t, err := s.ttyOf(fd)
	if err != nil {
		return Termios{}, err
	}
	return t.termios, nil
}

// SetTermios changes how the terminal is set; flush forgets what was typed and not yet read.
func (s Sys) SetTermios(fd int, to Termios, flush bool) error {
	t, err := s.ttyOf(fd)
	if err != nil {
		return err
	}
	if err := t.mayChange(s.p); err != nil {
		return err
	}
	if t.has(ICANON) && to.Lflag&ICANON == 0 {
		t.ready = append(t.ready, t.line...) // what was typed so far can be read at once
		t.line, t.lines = nil, nil
	} else if !t.has(ICANON) && to.Lflag&ICANON != 0 && len(t.ready) > 0 {
		t.lines = []int{len(t.ready)}
	}
	t.termios = to
	if flush {
		t.flush()
	}
	t.changed.Wake()
	return nil
}

// TerminalSize is the size of the terminal behind a descriptor.
func (s Sys) TerminalSize(fd int) (Winsize, error) {
	t, err := s.ttyOf(fd)
	if err != nil {
		return Winsize{}, err
	}
	return t.size, nil
}

// SetTerminalSize changes it.
func (s Sys) SetTerminalSize(fd int, size Winsize) error {
	t, err := s.ttyOf(fd)
	if err != nil {
		return err
	}
	t.Resize(size)
	return nil
}

// Foreground is the process group that may read from the terminal behind a descriptor.
func (s Sys) Foreground(fd int) (PID, error) {
	t, err := s.ttyOf(fd)
	if err != nil {
		return 0, err
	}
	if t.sess != s.p.sess {
		return 0, ENOTTY
	}
	return t.fg.in(s.p.ns.PID), nil
}

// SetForeground gives the terminal to a process group of the session.
func (s Sys) SetForeground(fd int, pgid PID) error {
	t, err := s.ttyOf(fd)
	if err != nil {
		return err
	}
	if t.sess != s.p.sess {
		return ENOTTY
	}
	if err := t.mayChange(s.p); err != nil {
		return err
	}
	for _, p := range s.p.kernel.pids.order {
		if p.sess == t.sess && p.group.in(s.p.ns.PID) == pgid {
			t.fg = p.group
			return nil
		}
	}
	return EPERM
}

// TakeTerminal makes the terminal behind a descriptor the session's controlling one. Only a session leader without a
// terminal may, and only if the terminal has no session: TIOCSCTTY.
func (s Sys) TakeTerminal(fd int) error {
	t, err := s.ttyOf(fd)
	if err != nil {
		return err
	}
	return t.control(s.p)
}

func (t *TTY) control(p *Process) error {
	if p.sess.leader != p || (p.sess.tty != nil && p.sess.tty != t) || (t.sess != nil && t.sess != p.sess) {
		return EPERM
	}
	p.sess.tty, t.sess, t.fg = t, p.sess, p.group
	return nil
}
