package proc

import (
	"dockerlearn/labs/sandbox/vfs"
)

// Sizes of a pipe. Linux: pipe(7).
const (
	pipeSize   = 65536
	pipeAtomic = 4096 // a write up to this size is not torn apart
)

// pipe is a buffer between writers and readers.
type pipe struct {
	buf              []byte // what was written and not yet read
	readers, writers int
	opened           [2]int // how often a named one was opened for reading and writing, for those who wait for that
	changed          Queue
	stat             vfs.Stat
}

// pipeDev is the device number of pipes' own file system.
var pipeDev = vfs.MakeDev(0, 14)

func (k *Kernel) newPipe() *pipe {
	k.lastPipe++
	now := k.sim.Now().UnixNano()
	return &pipe{stat: vfs.Stat{
		Dev: pipeDev, Ino: k.lastPipe, Mode: vfs.S_IFIFO | 0o600, Nlink: 1, Atime: now, Mtime: now, Ctime: now,
	}}
}

// readEnd and writeEnd are the Handles on a pipe.
type (
	readEnd  struct{ *pipe }
	writeEnd struct{ *pipe }
)

// Pipe makes a pipe and returns the descriptors of its ends.
func (s Sys) Pipe() (r, w int, err error) {
	s.p.enter()
	x := s.p.kernel.newPipe()
	name := x.name()
	x.readers, x.writers = 1, 1
	if r, err = s.Install(readEnd{x}, name, O_RDONLY); err != nil {
		x.writers = 0
		return -1, -1, err
	}
	if w, err = s.Install(writeEnd{x}, name, O_WRONLY); err != nil {
		s.p.files.close(r)
		return -1, -1, err
	}
	return r, w, nil
}

func (e readEnd) Read(s Sys, b []byte) (int, error) {
	for len(e.buf) == 0 {
		if e.writers == 0 || len(b) == 0 {
			return 0, nil
		}
		if err := e.changed.Wait(s, "pipe_read"); err != nil {
			return 0, err
		}
	}
	n := copy(b, e.buf)
	if e.buf = e.buf[n:]; len(e.buf) == 0 {
		e.buf = nil
	}
	e.changed.Wake()
	return n, nil
}

func (e readEnd) Write(Sys, []byte) (int, error) { return 0, EBADF }

func (e readEnd) Close() {
	e.readers--
	e.changed.Wake()
}

func (e readEnd) Ready() Ready {
	var r Ready
	if len(e.buf) > 0 {
		r |= Readable
	}
	if e.writers == 0 {
		r |= HungUp
	}
	return r
}

func (e writeEnd) Read(Sys, []byte) (int, error) { return 0, EBADF }

func (e writeEnd) Write(s Sys, b []byte) (int, error) {
	done := 0
	for len(b) > done {
		if e.readers == 0 {
			s.p.raise(SIGPIPE)
			return done, EPIPE
		}
		room := pipeSize - len(e.buf)
		if room == 0 || (len(b) <= pipeAtomic && room < len(b)) {
			if err := e.changed.Wait(s, "pipe_write"); err != nil {
				if done > 0 {
					return done, nil
				}
				return 0, err
			}
			continue
		}
		n := min(room, len(b)-done)
		e.buf = append(e.buf, b[done:done+n]...)
		done += n
		e.changed.Wake()
	}
	return done, nil
}

func (e writeEnd) Close() {
	e.writers--
	e.changed.Wake()
}

func (e writeEnd) Ready() Ready {
	if e.readers == 0 {
		return Failed | Writable
	}
	if pipeSize-len(e.buf) >= pipeAtomic {
		return Writable
	}
	return 0
}

func (x *pipe) Changes() *Queue         { return &x.changed }
func (x *pipe) Stat() (vfs.Stat, error) { return x.stat, nil }

// raise sends a signal to the process itself, and deals with it.
func (p *Process) raise(sig Signal) {
	p.post(sig)
	p.attend()
}
