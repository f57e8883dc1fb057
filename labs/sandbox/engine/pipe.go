package engine

import (
	"bytes"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// pipe carries bytes between a client and a process. What a process writes waits while the pipe is full; what the
// engine itself puts in never does.
type pipe struct {
	buf     []byte
	ended   bool // nothing more will come
	broken  bool // nobody reads any more
	changed proc.Queue
}

// pipeRoom is how much a pipe holds before a writer has to wait.
const pipeRoom = 64 << 10

func (p *pipe) push(b []byte) {
	if p == nil || p.ended || p.broken {
		return
	}
	p.buf = append(p.buf, b...)
	p.changed.Wake()
}

func (p *pipe) end() {
	if p != nil && !p.ended {
		p.ended = true
		p.changed.Wake()
	}
}

func (p *pipe) full() bool { return p != nil && !p.broken && !p.ended && len(p.buf) >= pipeRoom }

// readEnd is the Handle that reads from a pipe.
type readEnd struct {
	*pipe
	owner  uint32 // who may open it once more
	closed func()
}

func (r *readEnd) Read(s proc.Sys, b []byte) (int, error) {
	for len(r.buf) == 0 && !r.ended && len(b) > 0 {
		if err := r.changed.Wait(s, "pipe_read"); err != nil {
			return 0, err
		}
	}
	n := copy(b, r.buf)
	if r.buf = r.buf[n:]; len(r.buf) == 0 {
		r.buf = nil
	}
	r.changed.Wake()
	return n, nil
}

func (r *readEnd) Write(proc.Sys, []byte) (int, error) { return 0, proc.EBADF }

func (r *readEnd) Close() {
	r.broken, r.buf = true, nil
	r.changed.Wake()
	if r.closed != nil {
		r.closed()
	}
}

func (r *readEnd) Ready() proc.Ready {
	switch {
	case len(r.buf) > 0:
		return proc.Readable
	case r.ended:
		return proc.Readable | proc.HungUp
	}
	return 0
}

func (r *readEnd) Changes() *proc.Queue    { return &r.changed }
func (r *readEnd) Stat() (vfs.Stat, error) { return ownedBy(fifoStat, r.owner), nil }

var fifoStat = vfs.Stat{Mode: vfs.S_IFIFO | 0o600, Nlink: 1}

// writeEnd is the Handle that writes into a process's standard input: into a pipe, or as keys of a terminal.
type writeEnd struct {
	*pipe
	terminal func() *proc.TTY // instead of the pipe; answers nil while there is none
	keys     *detachKeys
	detach   func()
	closed   func()
}

func (w *writeEnd) Read(proc.Sys, []byte) (int, error) { return 0, proc.EBADF }

func (w *writeEnd) Write(s proc.Sys, b []byte) (int, error) {
	pass := b
	if w.keys != nil {
		var left bool
		if pass, left = w.keys.pass(b); left {
			w.detach()
			return len(b), nil
		}
	}
	if w.terminal != nil {
		if t := w.terminal(); t != nil {
			t.Type(pass)
		}
		return len(b), nil
	}
	for w.full() {
		if err := w.changed.Wait(s, "pipe_write"); err != nil {
			return 0, err
		}
	}
	if w.broken || w.ended {
		return 0, proc.EPIPE
	}
	w.push(pass)
	return len(b), nil
}

func (w *writeEnd) Close() {
	if w.closed != nil {
		w.closed()
	}
}

func (w *writeEnd) Ready() proc.Ready {
	if w.terminal == nil && w.full() {
		return 0
	}
	return proc.Writable
}

func (w *writeEnd) Changes() *proc.Queue    { return &w.changed }
func (w *writeEnd) Stat() (vfs.Stat, error) { return fifoStat, nil }

// outEnd is a process's standard output or error: what is written goes to the engine, and waits for clients that are
// slow to read. It counts against nothing that is kept: a log is bounded by its disk, a client by its pipe. What a
// program without end prints is bounded by its work, and a line that is to be logged is a step of that.
type outEnd struct {
	*proc.Output
	slow  func() *pipe
	owner uint32
}

// Stat shows the container's user as the owner. opencontainers/runc: libcontainer/init_linux.go, fixStdioPermissions
func (o *outEnd) Stat() (vfs.Stat, error) {
	st, err := o.Output.Stat()
	return ownedBy(st, o.owner), err
}

func ownedBy(st vfs.Stat, uid uint32) vfs.Stat {
	st.UID = uid
	return st
}

func (o *outEnd) Write(s proc.Sys, b []byte) (int, error) {
	for p := o.slow(); p != nil; p = o.slow() {
		if err := p.changed.Wait(s, "pipe_write"); err != nil {
			return 0, err
		}
	}
	s.Step(bytes.Count(b, []byte{'\n'}))
	return o.Output.Write(s, b)
}

// Reopen is the same output once more.
func (o *outEnd) Reopen(proc.OpenFlags) (proc.Handle, error) { return o, nil }

// Reopen reads from the same pipe; closing the copy leaves it to the first one.
func (r *readEnd) Reopen(proc.OpenFlags) (proc.Handle, error) { return borrowed{r}, nil }

// borrowed is a handle that another one closes.
type borrowed struct{ *readEnd }

// Close leaves the pipe to its owner.
func (borrowed) Close() {}

// detachKeys notices the keys that end a conversation, and holds them back until it is sure. moby/term: proxy.go
type detachKeys struct {
	keys []byte
	at   int
}

func (d *detachKeys) pass(b []byte) (out []byte, detached bool) {
	for _, c := range b {
		if c == d.keys[d.at] {
			if d.at++; d.at == len(d.keys) {
				d.at = 0
				return nil, true
			}
			continue
		}
		out = append(out, d.keys[:d.at]...)
		d.at = 0
		if c == d.keys[0] && len(d.keys) > 1 {
			d.at = 1
			continue
		}
		out = append(out, c)
	}
	return out, false
}
