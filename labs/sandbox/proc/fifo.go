package proc

import "dockerlearn/labs/sandbox/vfs"

// fifoEnd is an end of a named pipe, which keeps its file open.
type fifoEnd struct {
	Handle
	pipe *pipe
	file *vfs.File
}

func (e fifoEnd) Stat() (vfs.Stat, error) { return e.file.Stat(), nil }

func (e fifoEnd) Close() {
	e.Handle.Close()
	e.file.Close()
}

// both is a named pipe opened for reading and writing, which never waits for anyone.
type both struct{ *pipe }

func (e both) Read(s Sys, b []byte) (int, error)  { return readEnd(e).Read(s, b) }
func (e both) Write(s Sys, b []byte) (int, error) { return writeEnd(e).Write(s, b) }
func (e both) Ready() Ready                       { return readEnd(e).Ready() | writeEnd(e).Ready() }

func (e both) Close() {
	readEnd(e).Close()
	writeEnd(e).Close()
}

// openFifo opens an end of a named pipe and waits for the other. fifo(7).
func (s Sys) openFifo(f *vfs.File, flags OpenFlags) (Handle, error) {
	k := s.p.kernel
	id := f.Stat().ID()
	x := k.pipes[id]
	if x == nil {
		x = k.newPipe()
		k.pipes[id] = x
	}
	end := fifoEnd{pipe: x, file: f}
	var err error
	switch flags & accessMode {
	case O_RDONLY:
		end.Handle = readEnd{x}
		err = s.joinFifo(&x.readers, &x.writers, &x.opened[0], &x.opened[1], x, flags.has(O_NONBLOCK))
	case O_WRONLY:
		end.Handle = writeEnd{x}
		if flags.has(O_NONBLOCK) && x.readers == 0 {
			f.Close()
			return nil, ENXIO
		}
		err = s.joinFifo(&x.writers, &x.readers, &x.opened[1], &x.opened[0], x, flags.has(O_NONBLOCK))
	default:
		end.Handle = both{x}
		x.readers++
		x.writers++
		x.opened[0]++
		x.opened[1]++
		x.changed.Wake()
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return end, nil
}

// joinFifo counts an end as open and waits until the other side has been opened at least once since.
func (s Sys) joinFifo(mine, other, myOpens, otherOpens *int, x *pipe, dontWait bool) error {
	*mine++
	*myOpens++
	x.changed.Wake()
	if *other > 0 || dontWait {
		return nil
	}
	for seen := *otherOpens; *otherOpens == seen; {
		if err := x.changed.Wait(s, "wait_for_partner"); err != nil {
			*mine--
			x.changed.Wake()
			return err
		}
	}
	return nil
}
