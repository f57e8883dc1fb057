package proc

import (
	"dockerlearn/labs/sandbox/vfs"
)

// slave is a program's side of a terminal, master is the far side when a program holds it.
type (
	slave  struct{ *TTY }
	master struct{ *TTY }
)

func (t *TTY) openSlave() slave {
	t.slaves++
	t.used = true
	return slave{t}
}

// Read gives what was typed: in canonical mode at most one line.
func (h slave) Read(s Sys, b []byte) (int, error) {
	t := h.TTY
	for {
		if err := t.mayRead(s.p); err != nil {
			return 0, err
		}
		switch {
		case t.hungUp:
			return 0, nil
		case t.has(ICANON) && len(t.lines) > 0:
			return t.takeLine(b), nil
		case !t.has(ICANON) && len(t.ready) > 0:
			return t.takeBytes(b), nil
		case !t.has(ICANON) && t.termios.CC[VMIN] == 0:
			return 0, nil
		}
		if err := t.changed.Wait(s, "n_tty_read"); err != nil {
			return 0, err
		}
	}
}

func (t *TTY) takeLine(b []byte) int {
	n := copy(b, t.ready[:t.lines[0]])
	t.ready, t.places = t.ready[n:], t.places[n:]
	if t.lines[0] -= n; t.lines[0] == 0 {
		t.lines = t.lines[1:]
	}
	return n
}

func (t *TTY) takeBytes(b []byte) int {
	n := copy(b, t.ready)
	t.ready, t.places = t.ready[n:], t.places[n:]
	t.lines = nil
	return n
}

// bytesPerLook is what a terminal prints with a step of work: some megabytes a second. Nobody reads more, and a program
// that prints without end is bounded by the world's steps; what is printed is not kept.
const bytesPerLook = 64

// Write prints.
func (h slave) Write(s Sys, b []byte) (int, error) {
	t := h.TTY
	if err := t.mayWrite(s.p); err != nil {
		return 0, err
	}
	done := 0
	for done < len(b) {
		if t.hungUp {
			return done, EIO
		}
		if t.paused || (t.sink == nil && len(t.out) >= ttyOutputMax) {
			if err := t.changed.Wait(s, "n_tty_write"); err != nil {
				return done, err
			}
			continue
		}
		n := min(len(b)-done, bytesPerLook)
		t.print(b[done : done+n])
		done += n
		s.p.step(1)
	}
	return done, nil
}

func (h slave) Close() {
	h.slaves--
	h.changed.Wake()
}

func (h slave) Ready() Ready {
	r := Writable
	if h.paused || (h.sink == nil && len(h.out) >= ttyOutputMax) {
		r = 0
	}
	if h.hungUp {
		return Readable | HungUp | Failed
	}
	if (h.has(ICANON) && len(h.lines) > 0) || (!h.has(ICANON) && len(h.ready) > 0) {
		r |= Readable
	}
	return r
}

func (t *TTY) Changes() *Queue          { return &t.changed }
func (h slave) Stat() (vfs.Stat, error) { return h.stat, nil }

// mayRead stops a background process that reads from its controlling terminal. Linux: __tty_check_change.
func (t *TTY) mayRead(p *Process) error {
	return t.backgroundCheck(p, SIGTTIN)
}

func (t *TTY) mayWrite(p *Process) error {
	if !t.has(TOSTOP) {
		return nil
	}
	if p.actions[SIGTTOU] == Ignore || p.mask.Has(SIGTTOU) {
		return nil
	}
	return t.backgroundCheck(p, SIGTTOU)
}

// mayChange is the same for settings: SIGTTOU whether or not TOSTOP is set.
func (t *TTY) mayChange(p *Process) error {
	if p.actions[SIGTTOU] == Ignore || p.mask.Has(SIGTTOU) {
		return nil
	}
	return t.backgroundCheck(p, SIGTTOU)
}

func (t *TTY) backgroundCheck(p *Process, sig Signal) error {
	for p.sess.tty == t && t.fg != nil && p.group != t.fg {
		if p.actions[sig] == Ignore || p.mask.Has(sig) || p.kernel.orphaned(p.group) {
			return EIO
		}
		t.kernel.signalGroup(p, p.group, sig, 0)
		if err := p.afterWait(); err != nil {
			return err
		}
	}
	return nil
}

// Read of the master gives what was printed.
func (h master) Read(s Sys, b []byte) (int, error) {
	t := h.TTY
	for len(t.out) == 0 {
		if t.slaves == 0 && t.used {
			return 0, EIO
		}
		if err := t.changed.Wait(s, "n_tty_read"); err != nil {
			return 0, err
		}
	}
	n := copy(b, t.out)
	t.out = t.out[n:]
	t.changed.Wake()
	return n, nil
}

// Write to the master is typing.
func (h master) Write(_ Sys, b []byte) (int, error) {
	h.Type(b)
	return len(b), nil
}

func (h master) Close() {
	h.Free()
}

func (h master) Ready() Ready {
	r := Writable
	if len(h.out) > 0 {
		r |= Readable
	}
	if h.slaves == 0 && h.used {
		r |= HungUp
	}
	return r
}

func (h master) Stat() (vfs.Stat, error) {
	return vfs.Stat{Mode: vfs.S_IFCHR | 0o666, Nlink: 1, Rdev: devPtmx, Ino: 2, Dev: h.stat.Dev}, nil
}
