package proc

import (
	"dockerlearn/labs/sandbox/vfs"
)

// Handle is what is behind a descriptor: a file, a pipe's end, a terminal, a socket. Its methods are called by the
// kernel on behalf of the process s, and may make it wait.
type Handle interface {
	// Read fills b with what there is, waiting if there is nothing yet. 0 bytes without an error is the end.
	Read(s Sys, b []byte) (int, error)
	// Write writes all of b, waiting where it must, or says how much it wrote before the error.
	Write(s Sys, b []byte) (int, error)
	// Close is called once, when the last descriptor is gone.
	Close()
	// Ready is what would not wait now.
	Ready() Ready
	// Changes is woken when Ready may have changed; nil if it never does.
	Changes() *Queue
	// Stat describes it as fstat(2) does.
	Stat() (vfs.Stat, error)
}

// Ready is a set of things that a Handle can do without waiting. The bits are poll(2)'s.
type Ready uint16

const (
	Readable Ready = 0x001
	Writable Ready = 0x004
	Failed   Ready = 0x008
	HungUp   Ready = 0x010
	BadFD    Ready = 0x020
)

// Open is an open file description: what descriptors of several processes may share.
type Open struct {
	Handle Handle
	Name   string // what /proc/PID/fd/N points at
	Flags  OpenFlags
	refs   int
	kernel *Kernel
}

// fdSlot is a descriptor.
type fdSlot struct {
	open    *Open
	cloexec bool
}

// fdTable is a process's descriptors.
type fdTable struct{ slots []fdSlot }

func (t *fdTable) get(fd int) (*Open, error) {
	if fd < 0 || fd >= len(t.slots) || t.slots[fd].open == nil {
		return nil, EBADF
	}
	return t.slots[fd].open, nil
}

// free is the lowest descriptor from `from` on that is not in use.
func (t *fdTable) free(from int) int {
	for fd := from; fd < len(t.slots); fd++ {
		if t.slots[fd].open == nil {
			return fd
		}
	}
	return max(from, len(t.slots))
}

func (t *fdTable) put(fd int, o *Open, cloexec bool) {
	for fd >= len(t.slots) {
		t.slots = append(t.slots, fdSlot{})
	}
	old := t.slots[fd].open
	o.refs++
	t.slots[fd] = fdSlot{o, cloexec}
	if old != nil {
		old.release()
	}
}

func (t *fdTable) close(fd int) error {
	o, err := t.get(fd)
	if err != nil {
		return err
	}
	t.slots[fd] = fdSlot{}
	o.release()
	return nil
}

func (o *Open) release() {
	if o.refs--; o.refs == 0 {
		o.kernel.sim.Budget.OpenFiles.Give(1)
		o.Handle.Close()
	}
}

func (t *fdTable) clone() fdTable {
	slots := make([]fdSlot, len(t.slots))
	copy(slots, t.slots)
	for _, s := range slots {
		if s.open != nil {
			s.open.refs++
		}
	}
	return fdTable{slots}
}

func (t *fdTable) closeOnExec() {
	for fd, s := range t.slots {
		if s.open != nil && s.cloexec {
			t.close(fd)
		}
	}
}

func (t *fdTable) closeAll() {
	for fd, s := range t.slots {
		if s.open != nil {
			t.close(fd)
		}
	}
	t.slots = nil
}

// newOpen makes a description that no descriptor refers to yet.
func (k *Kernel) newOpen(h Handle, name string, flags OpenFlags) (*Open, error) {
	if !k.sim.Budget.OpenFiles.Take(1) {
		h.Close()
		return nil, ENFILE
	}
	return &Open{Handle: h, Name: name, Flags: flags, kernel: k}, nil
}

// Install gives the process a descriptor for h: the lowest that is free.
func (s Sys) Install(h Handle, name string, flags OpenFlags) (int, error) {
	p := s.p
	fd := p.files.free(0)
	if err := p.roomFor(fd); err != nil {
		h.Close()
		return -1, err
	}
	o, err := p.kernel.newOpen(h, name, flags)
	if err != nil {
		return -1, err
	}
	p.files.put(fd, o, flags.has(O_CLOEXEC))
	return fd, nil
}

func (p *Process) roomFor(fd int) error {
	if fd < 0 || int64(fd) >= p.limits.NoFile.Soft {
		return EMFILE
	}
	return nil
}

// Open opens a file and returns its descriptor.
func (s Sys) Open(path string, flags OpenFlags, mode uint32) (int, error) {
	s.p.enter()
	h, err := s.openFile(path, flags, mode)
	if err != nil {
		return -1, err
	}
	return s.Install(h, s.p.view.Abs(path), flags)
}

// Close gives a descriptor back. In a process that is leaving it does nothing: the kernel closes all.
func (s Sys) Close(fd int) error {
	if s.p.leaving != nil {
		return nil
	}
	s.p.enter()
	return s.p.files.close(fd)
}

// Dup makes fd's description known under the lowest free number from `from` on.
func (s Sys) Dup(fd, from int, cloexec bool) (int, error) {
	s.p.enter()
	o, err := s.p.files.get(fd)
	if err != nil {
		return -1, err
	}
	to := s.p.files.free(from)
	if err := s.p.roomFor(to); err != nil {
		return -1, err
	}
	s.p.files.put(to, o, cloexec)
	return to, nil
}

// Dup2 makes fd's description known under number to, closing what was there.
func (s Sys) Dup2(fd, to int) error {
	s.p.enter()
	o, err := s.p.files.get(fd)
	if err != nil {
		return err
	}
	if s.p.roomFor(to) != nil {
		return EBADF
	}
	if fd != to {
		s.p.files.put(to, o, false)
	}
	return nil
}

// SetCloseOnExec decides whether a descriptor survives Exec.
func (s Sys) SetCloseOnExec(fd int, on bool) error {
	s.p.enter()
	if _, err := s.p.files.get(fd); err != nil {
		return err
	}
	s.p.files.slots[fd].cloexec = on
	return nil
}

// OpenFDs lists the descriptors in use.
func (s Sys) OpenFDs() []int {
	s.p.enter()
	var list []int
	for fd, slot := range s.p.files.slots {
		if slot.open != nil {
			list = append(list, fd)
		}
	}
	return list
}

// Description is what is open behind a descriptor.
func (s Sys) Description(fd int) (*Open, error) {
	s.p.enter()
	return s.p.files.get(fd)
}

// Read reads what there is from a descriptor, waiting if there is nothing yet. 0 without an error is the end.
func (s Sys) Read(fd int, b []byte) (int, error) {
	s.p.enter()
	o, err := s.p.files.get(fd)
	if err != nil {
		return 0, err
	}
	if !o.Flags.reads() {
		return 0, EBADF
	}
	if o.Flags.has(O_NONBLOCK) && o.Handle.Ready()&(Readable|HungUp|Failed) == 0 {
		return 0, EAGAIN
	}
	n, err := o.Handle.Read(s, b)
	s.transferred(n)
	return n, err
}

// Write writes b to a descriptor, waiting where it must.
func (s Sys) Write(fd int, b []byte) (int, error) {
	s.p.enter()
	o, err := s.p.files.get(fd)
	if err != nil {
		return 0, err
	}
	if !o.Flags.writes() {
		return 0, EBADF
	}
	if o.Flags.has(O_NONBLOCK) && o.Handle.Ready()&(Writable|HungUp|Failed) == 0 {
		return 0, EAGAIN
	}
	n, err := o.Handle.Write(s, b)
	s.transferred(n)
	return n, err
}

// bytesPerStep is how much moving data costs: 1 KiB is one step of work, so that `cat /dev/zero` is preempted.
const bytesPerStep = 1024

func (s Sys) transferred(n int) {
	if steps := n / bytesPerStep; steps > 0 {
		s.p.step(steps)
	}
}

// Fstat describes what is open behind a descriptor.
func (s Sys) Fstat(fd int) (vfs.Stat, error) {
	s.p.enter()
	o, err := s.p.files.get(fd)
	if err != nil {
		return vfs.Stat{}, err
	}
	return o.Handle.Stat()
}
