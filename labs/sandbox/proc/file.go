package proc

import (
	"dockerlearn/labs/sandbox/vfs"
)

// OpenFlags are open(2)'s flags, with Linux's values.
type OpenFlags int

const (
	O_RDONLY    OpenFlags = 0
	O_WRONLY    OpenFlags = 1
	O_RDWR      OpenFlags = 2
	O_CREAT     OpenFlags = 0o100
	O_EXCL      OpenFlags = 0o200
	O_NOCTTY    OpenFlags = 0o400
	O_TRUNC     OpenFlags = 0o1000
	O_APPEND    OpenFlags = 0o2000
	O_NONBLOCK  OpenFlags = 0o4000
	O_DIRECTORY OpenFlags = 0o200000
	O_NOFOLLOW  OpenFlags = 0o400000
	O_CLOEXEC   OpenFlags = 0o2000000

	accessMode OpenFlags = 3
)

func (f OpenFlags) has(bit OpenFlags) bool { return f&bit != 0 }
func (f OpenFlags) reads() bool            { return f&accessMode != O_WRONLY }
func (f OpenFlags) writes() bool           { return f&accessMode != O_RDONLY }

// file is a file of a file system behind a descriptor.
type file struct{ *vfs.File }

func (h file) Read(_ Sys, b []byte) (int, error) { return h.File.Read(b) }

// Write writes as far as RLIMIT_FSIZE allows. Linux: fs/read_write.c, generic_write_checks.
func (h file) Write(s Sys, b []byte) (int, error) {
	limit := s.p.limits.FSize.Soft
	if limit == Infinity || !h.stat().Mode.IsRegular() {
		return h.File.Write(b)
	}
	at, _ := h.Seek(0, vfs.SEEK_CUR)
	if h.Flags()&vfs.O_APPEND != 0 {
		at = h.stat().Size
	}
	if at >= limit && len(b) > 0 {
		s.p.raise(SIGXFSZ)
		return 0, EFBIG
	}
	return h.File.Write(b[:min(int64(len(b)), limit-at)])
}

func (h file) Close()                  { h.File.Close() }
func (h file) Ready() Ready            { return Readable | Writable }
func (h file) Changes() *Queue         { return nil }
func (h file) stat() vfs.Stat          { return h.File.Stat() }
func (h file) Stat() (vfs.Stat, error) { return h.File.Stat(), nil }

// opener is a dynamic file that has something of its own behind it: a terminal, the master of a new one.
type opener interface {
	open(s Sys, flags OpenFlags) (Handle, error)
}

// openFile opens a path: a file, or what a special file leads to.
func (s Sys) openFile(path string, flags OpenFlags, mode uint32) (Handle, error) {
	f, err := s.p.view.Open(path, vfs.Flags(flags), vfs.Mode(mode))
	if err != nil {
		return nil, err
	}
	st := f.Stat()
	o, dynamic := f.Object().(opener)
	switch kind := st.Mode.Type(); {
	case dynamic:
		defer f.Close()
		return o.open(s, flags)
	case kind == vfs.S_IFIFO:
		return s.openFifo(f, flags)
	case kind == vfs.S_IFCHR || kind == vfs.S_IFBLK:
		return s.openDevice(f, flags)
	case kind == vfs.S_IFSOCK:
		f.Close()
		return nil, ENXIO
	}
	return file{f}, nil
}

// File is the file behind a descriptor, for the calls that only files of a file system know: Seek, Pread, ReadDir,
// Truncate, Chmod, … . ESPIPE: it is a pipe or a terminal.
func (s Sys) File(fd int) (*vfs.File, error) {
	s.p.enter()
	o, err := s.p.files.get(fd)
	if err != nil {
		return nil, err
	}
	switch h := o.Handle.(type) {
	case file:
		return h.File, nil
	case special:
		return h.File, nil
	}
	return nil, ESPIPE
}

// Seek moves the place where the next Read or Write of a descriptor begins: lseek(2).
func (s Sys) Seek(fd int, offset int64, whence int) (int64, error) {
	f, err := s.File(fd)
	if err != nil {
		return 0, err
	}
	return f.Seek(offset, whence)
}

// AccessMode is what Access asks for.
type AccessMode uint8

const (
	X_OK AccessMode = 1
	W_OK AccessMode = 2
	R_OK AccessMode = 4
)

// Access asks whether the process may do that with a file, by its effective ids: faccessat(2) with AT_EACCESS.
func (s Sys) Access(path string, mode AccessMode) error {
	s.p.enter()
	return s.p.view.Access(path, uint8(mode))
}

// Document gives the process a descriptor to read text from: a here-document.
func (s Sys) Document(text []byte) (int, error) {
	s.p.enter()
	x := s.p.kernel.newPipe()
	x.buf, x.readers = text, 1
	return s.Install(readEnd{x}, x.name(), O_RDONLY)
}

func (p *Process) setUmask(m uint32) {
	p.umask = m
	p.view.SetUmask(vfs.Mode(m))
}

// executable reports why a path cannot be executed: nil, ENOENT, EACCES and the like.
func executable(view *vfs.View, path string) error {
	st, err := view.Stat(path)
	switch {
	case err != nil:
		return err
	case !st.Mode.IsRegular():
		return EACCES
	}
	return view.Access(path, uint8(X_OK))
}

// readBinary opens a file for execution and reads how it begins.
func (p *Process) readBinary(path string) ([]byte, vfs.Stat, vfs.Place, error) {
	f, err := p.view.OpenExec(path)
	if err != nil {
		return nil, vfs.Stat{}, vfs.Place{}, err
	}
	defer f.Close()
	head := make([]byte, headSize)
	n, err := f.Pread(head, 0)
	st := f.Stat()
	if f.Mount().Flags&vfs.MS_NOSUID != 0 {
		st.Mode &^= vfs.S_ISUID | vfs.S_ISGID
	}
	return head[:n], st, f.Place(), err
}
