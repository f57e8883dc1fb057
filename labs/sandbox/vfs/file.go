package vfs

// File is an open file description. Its methods are the system calls on descriptors; they check what it was opened
// for and, where Linux does, who is asking: the view that opened it, or the last one given to For.
type File struct {
	view   *View
	at     spot
	flags  Flags
	name   string
	pos    int64
	list   []DirEntry // of a directory, as it was when reading began
	listed bool
	text   []byte // of a dynamic file
	wrote  int64  // bytes
	closed bool
}

// For makes v the one who asks from now on, and returns the file: f.For(v).Write(b). Processes that share a file
// description have views of their own.
func (f *File) For(v *View) *File {
	f.view = v
	return f
}

// Flags is what it was opened with.
func (f *File) Flags() Flags { return f.flags }

// Mount is what it was opened through.
func (f *File) Mount() *Mount { return f.at.m }

// Place is where it is.
func (f *File) Place() Place { return Place{f.at} }

// Object is what the owner of a dynamic file gave it, nil for others.
func (f *File) Object() any {
	if d := f.at.n.dyn; d != nil {
		return d.Object
	}
	return nil
}

// Path is the file's path as the view sees it now; a removed one has " (deleted)" behind it, as in /proc/PID/fd.
func (f *File) Path() string {
	p, _ := f.view.pathOf(f.at)
	if f.at.n.gone {
		p += " (deleted)"
	}
	return p
}

// Stat describes the file.
func (f *File) Stat() Stat { return f.at.n.stat() }

// Close ends the use of the file. A file without names is gone then.
func (f *File) Close() error {
	if f.closed {
		return EBADF
	}
	f.closed = true
	if f.wrote > 0 && f.view.watches(WatchChanges) {
		f.view.tell(Event{Rule: RuleWrote, FS: f.at.n.fs, Path: f.at.n.path(), Asked: f.Path(), Bytes: f.wrote})
	}
	f.at.m.opens--
	f.at.n.opens--
	f.at.n.release()
	return nil
}

func (f *File) no(errno Errno, rule Rule) *refusal { return refuse(errno, rule, f.at.n) }

func (f *File) answer(r *refusal) error { return f.view.answer(r, f.name) }

// Read reads from where the last read or write ended. 0 bytes without an error is the end.
func (f *File) Read(b []byte) (int, error) {
	f.view.call = "read"
	n, r := f.read(b, f.pos)
	f.pos += int64(n)
	return n, f.answer(r)
}

// Pread reads from off on. EINVAL, ESPIPE.
func (f *File) Pread(b []byte, off int64) (int, error) {
	f.view.call = "pread"
	n, r := f.read(b, off)
	return n, f.answer(r)
}

func (f *File) read(b []byte, off int64) (int, *refusal) {
	n := f.at.n
	mode := n.i().Mode
	switch {
	case !f.flags.reads():
		return 0, f.no(EBADF, RuleDescriptor)
	case mode.IsDir():
		return 0, f.no(EISDIR, RuleKind)
	case n.dyn != nil:
		return f.readDyn(b, off)
	case mode.isSpecial():
		return 0, f.no(ENXIO, RuleUnsupported)
	case off < 0:
		return 0, f.no(EINVAL, RuleInvalid)
	}
	f.accessed()
	return n.i().data.readAt(b, off), nil
}

func (f *File) accessed() {
	if !f.flags.has(O_NOATIME) {
		f.at.accessed()
	}
}

// relatime is how old the time of access may get.
const relatime = 24 * 3600 * 1e9

// accessed sets the time of access as the mount option relatime has it. Linux: fs/inode.c, relatime_need_update.
func (s spot) accessed() {
	n := s.n
	if n.up == nil || n.dyn != nil || s.m.Flags&(MS_NOATIME|MS_RDONLY) != 0 || n.fs.readOnly() {
		return
	}
	i, now := n.up, n.fs.disk.now()
	if i.atime <= i.mtime || i.atime <= i.ctime || now-i.atime >= relatime {
		i.atime = now
	}
}

func (f *File) readDyn(b []byte, off int64) (int, *refusal) {
	d := f.at.n.dyn
	if d.Read == nil {
		return 0, f.no(EINVAL, RuleUnsupported)
	}
	if off == 0 {
		text, err := d.Read(f.view)
		if err != nil {
			return 0, f.no(errnoOf(err), RuleDynamic)
		}
		f.text = text
	}
	if off >= int64(len(f.text)) {
		return 0, nil
	}
	return copy(b, f.text[off:]), nil
}

// Write writes where the last read or write ended; with O_APPEND, at the end. A short count comes with an error.
func (f *File) Write(b []byte) (int, error) {
	f.view.call = "write"
	if f.flags.has(O_APPEND) {
		f.pos = f.at.n.i().size()
	}
	n, r := f.write(b, f.pos)
	f.pos += int64(n)
	return n, f.answer(r)
}

// Pwrite writes at off; with O_APPEND at the end all the same, as Linux does.
func (f *File) Pwrite(b []byte, off int64) (int, error) {
	f.view.call = "pwrite"
	if f.flags.has(O_APPEND) {
		off = f.at.n.i().size()
	}
	n, r := f.write(b, off)
	return n, f.answer(r)
}

func (f *File) write(b []byte, off int64) (int, *refusal) {
	n := f.at.n
	mode := n.i().Mode
	switch {
	case !f.flags.writes():
		return 0, f.no(EBADF, RuleDescriptor)
	case n.dyn != nil:
		return f.writeDyn(b)
	case !mode.IsRegular():
		return 0, f.no(ENXIO, RuleUnsupported)
	case off < 0:
		return 0, f.no(EINVAL, RuleInvalid)
	case off >= maxSize:
		return 0, f.no(EFBIG, RuleTooBig)
	case len(b) == 0:
		return 0, nil
	}
	if r := n.copyUp(f.view, true); r != nil {
		return 0, r
	}
	done, r := n.write(b[:min(int64(len(b)), maxSize-off)], off)
	if r != nil && r.at == nil {
		r.at = n // where there was no room
	}
	if done > 0 {
		f.wrote += int64(done)
		i := n.up
		f.view.dropPrivileges(i)
		i.mtime = n.fs.disk.now()
		i.ctime = i.mtime
	}
	return done, r
}

func (f *File) writeDyn(b []byte) (int, *refusal) {
	d := f.at.n.dyn
	if d.Write == nil {
		return 0, f.no(EINVAL, RuleUnsupported)
	}
	if err := d.Write(f.view, b); err != nil {
		return 0, f.no(errnoOf(err), RuleDynamic)
	}
	return len(b), nil
}

// Whence values of Seek. Linux: include/uapi/linux/fs.h
const (
	SEEK_SET  = 0
	SEEK_CUR  = 1
	SEEK_END  = 2
	SEEK_DATA = 3 // the next byte that is not in a hole; allocated space is none (on Linux, once it was read)
	SEEK_HOLE = 4 // the next byte that is; the end counts
)

// Seek changes where the next read or write begins, and returns it. EINVAL; ENXIO: no data or past the end.
func (f *File) Seek(off int64, whence int) (int64, error) {
	f.view.call = "lseek"
	to, r := f.seek(off, whence)
	if r != nil {
		return 0, f.answer(r)
	}
	f.pos = to
	if f.at.n.isDir() {
		f.listed = f.listed && to != 0
	}
	return to, nil
}

func (f *File) seek(off int64, whence int) (int64, *refusal) {
	size := f.at.n.i().size()
	switch whence {
	case SEEK_SET:
	case SEEK_CUR:
		off += f.pos
	case SEEK_END:
		off += size
	case SEEK_DATA, SEEK_HOLE:
		if off < 0 || off >= size {
			return 0, f.no(ENXIO, RuleInvalid)
		}
		return f.seekRun(off, whence == SEEK_HOLE)
	default:
		return 0, f.no(EINVAL, RuleInvalid)
	}
	if off < 0 {
		return 0, f.no(EINVAL, RuleInvalid)
	}
	return off, nil
}

func (f *File) seekRun(off int64, hole bool) (int64, *refusal) {
	d := f.at.n.i().data
	if !hole {
		if off = d.nextData(off); off == d.size {
			return 0, f.no(ENXIO, RuleInvalid)
		}
		return off, nil
	}
	for off < d.size {
		kind, _, end := d.run(off)
		if kind == runHole {
			return off, nil
		}
		off = end
	}
	return d.size, nil
}

// ReadDir returns up to max of the names that come next, all of them if max is 0; none at the end. "." and ".." are
// left out. The names are those of the moment when reading began.
func (f *File) ReadDir(max int) ([]DirEntry, error) {
	f.view.call = "getdents"
	n := f.at.n
	switch {
	case !n.isDir():
		return nil, f.answer(f.no(ENOTDIR, RuleKind))
	case n.gone:
		return nil, f.answer(f.no(ENOENT, RuleGone))
	}
	if !f.listed {
		f.list, f.listed, f.pos = n.list(f.view), true, 0
		f.accessed()
	}
	left := f.list[min(f.pos, int64(len(f.list))):]
	if max > 0 && len(left) > max {
		left = left[:max]
	}
	f.pos += int64(len(left))
	return left, nil
}

// ReadDir is all the names of a directory, in the order in which the file system gives them. It is the loop of a C
// library: a directory that was removed, and that can still be opened as somebody's working directory or as what is
// mounted, has no names. glibc: sysdeps/unix/sysv/linux/readdir.c; musl: src/dirent/readdir.c
func (v *View) ReadDir(path string) ([]DirEntry, error) {
	f, err := v.Open(path, O_RDONLY|O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if f.at.n.isDir() && f.at.n.gone {
		return nil, nil
	}
	return f.ReadDir(0)
}

// readFileMax is what ReadFile takes into memory.
const readFileMax = 64 << 20

// ReadFile is a file's content. EFBIG: more than 64 MiB, which can be read in pieces only.
func (v *View) ReadFile(path string) ([]byte, error) {
	f, err := v.Open(path, O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []byte
	room := int64(32 << 10)
	if st := f.Stat(); st.Size > 0 { // those that are made as they are read say 0
		room = min(room, st.Size+1)
	}
	buf := make([]byte, room)
	for {
		n, err := f.Read(buf)
		out = append(out, buf[:n]...)
		switch {
		case n == 0 || err != nil:
			return out, err
		case len(out) > readFileMax:
			return nil, f.answer(f.no(EFBIG, RuleTooBig))
		}
	}
}

// WriteFile makes a file with this content, or replaces the content of the one that is there.
func (v *View) WriteFile(path string, content []byte, mode Mode) error {
	f, err := v.Open(path, O_WRONLY|O_CREAT|O_TRUNC, mode)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(content)
	return err
}

// MkdirAll makes a directory and those above it that are missing.
func (v *View) MkdirAll(path string, mode Mode) error {
	for i := 1; i <= len(path); i++ {
		if i < len(path) && path[i] != '/' {
			continue
		}
		if err := v.Mkdir(path[:i], mode); err != nil && err != EEXIST {
			return err
		}
	}
	return nil
}

// Chmod changes the file's permissions.
func (f *File) Chmod(mode Mode) error { return f.setAttr("fchmod", change{mode: &mode}) }

// Chown changes the file's owner and group.
func (f *File) Chown(uid, gid uint32) error {
	return f.setAttr("fchown", change{chown: true, uid: uid, gid: gid})
}

// Utimes sets the file's times.
func (f *File) Utimes(atime, mtime TimeArg) error {
	return f.setAttr("futimens", change{times: true, atime: atime, mtime: mtime})
}

func (f *File) setAttr(call string, c change) error {
	f.view.call = call
	return f.answer(f.view.setAttr(f.at, c))
}
