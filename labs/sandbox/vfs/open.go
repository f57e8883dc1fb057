package vfs

// knownFlags are those that mean something here. O_TMPFILE and O_PATH are refused.
const knownFlags = accessMode | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_DSYNC | O_SYNC |
	O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC

// Open opens a file and makes it if O_CREAT says so; mode is then its permissions before the umask. What is special
// (a fifo, device or socket) is opened as far as the file system goes: its owner has to look at Stat and go on.
func (v *View) Open(path string, flags Flags, mode Mode) (*File, error) {
	v.call = "open"
	if flags&^knownFlags != 0 || flags.has(O_CREAT|O_DIRECTORY) {
		return nil, v.answer(refuse(EINVAL, RuleUnsupported, nil), path)
	}
	f, r := v.open(path, flags, mode)
	if r != nil {
		return nil, v.answer(r, path)
	}
	return f, nil
}

func (v *View) open(path string, flags Flags, mode Mode) (*File, *refusal) {
	w, r := v.walk(path)
	if r != nil {
		return nil, r
	}
	for {
		l, r := w.toLast()
		if r != nil {
			return nil, r
		}
		if l.kind == lastName && l.slash && flags.has(O_CREAT) {
			return nil, refuse(EISDIR, RuleName, l.dir.n)
		}
		s := l.dir
		if l.kind != lastRoot {
			if s, r = w.step(l.name); r.is(ENOENT) && r.at == l.dir.n && flags.has(O_CREAT) {
				return v.openNew(creation{l.dir, l.name}, flags, mode)
			}
			if r != nil {
				return nil, w.dangling(r)
			}
		}
		again, r := w.openLink(&s, l, flags)
		if r != nil {
			return nil, r
		}
		if again {
			continue
		}
		return v.openOld(s, l.slash && l.kind == lastName, flags)
	}
}

// openLink follows a symbolic link at a path's end, unless the flags forbid it. again: the walk goes on.
func (w *walk) openLink(s *spot, l last, flags Flags) (again bool, r *refusal) {
	if !s.n.i().Mode.IsSymlink() || flags.has(O_CREAT|O_EXCL) || flags.has(O_NOFOLLOW) && !l.slash {
		return false, nil
	}
	jumped, r := w.followLast(*s, l.slash)
	if jumped {
		*s = w.at
	}
	return !jumped, r
}

func (v *View) openNew(c creation, flags Flags, mode Mode) (*File, *refusal) {
	if r := c.dir.writable(); r != nil {
		return nil, r
	}
	n, r := v.make(c, inode{Mode: S_IFREG | mode.Perm()&^v.umask})
	if r != nil {
		return nil, r
	}
	return v.opened(spot{c.dir.m, n, c.dir.n, c.name}, flags), nil
}

// openOld opens what is there. Linux: fs/namei.c, do_open and may_open.
func (v *View) openOld(s spot, slash bool, flags Flags) (*File, *refusal) {
	m := s.n.i().Mode
	switch {
	case flags.has(O_CREAT | O_EXCL):
		return nil, refuse(EEXIST, RuleExists, s.n)
	case m.IsDir() && flags.has(O_CREAT):
		return nil, refuse(EISDIR, RuleKind, s.n)
	case !m.IsDir() && (slash || flags.has(O_DIRECTORY)):
		return nil, refuse(ENOTDIR, RuleKind, s.n)
	case m.IsSymlink():
		return nil, refuse(ELOOP, RuleKind, s.n)
	case flags.has(O_CREAT) && !v.mayCreateOver(s):
		return nil, refuse(EACCES, RuleSticky, s.n)
	}
	truncates := m.IsRegular() && flags.has(O_TRUNC)
	if r := s.writable(); r != nil && truncates {
		return nil, r
	}
	if r := v.mayOpen(s, flags); r != nil {
		return nil, r
	}
	if r := s.writable(); r != nil && m.IsRegular() && flags.writes() {
		return nil, r
	}
	if d := s.n.dyn; d != nil && d.Open != nil {
		if err := d.Open(v, flags); err != nil {
			return nil, refuse(errnoOf(err), RuleDynamic, s.n)
		}
	}
	if r := v.prepare(s.n, flags, truncates); r != nil {
		return nil, r
	}
	return v.opened(s, flags), nil
}

// mayCreateOver is whether O_CREAT may find in a sticky directory what someone else put there. The kernel asks for
// sockets and devices only, until fs.protected_regular or protected_fifos is set. Linux: fs/namei.c,
// may_create_in_sticky.
func (v *View) mayCreateOver(s spot) bool {
	i := s.n.i()
	if s.dir == nil || i.Mode.IsRegular() || i.Mode.Type() == S_IFIFO {
		return true
	}
	dir := s.dir.i()
	return dir.Mode&(S_ISVTX|0o002) != S_ISVTX|0o002 || i.UID == dir.UID || i.UID == v.cred.UID
}

func (v *View) mayOpen(s spot, flags Flags) *refusal {
	i, want := s.n.i(), flags.wants()
	switch {
	case i.Mode.IsDir() && want&mayWrite != 0:
		return refuse(EISDIR, RuleKind, s.n)
	case i.Mode.IsDevice() && s.m.Flags&MS_NODEV != 0:
		return refuse(EACCES, RuleMountFlag, s.n)
	case !v.cred.allowed(i, want):
		return refuse(EACCES, RuleMode, s.n)
	case flags.has(O_NOATIME) && !v.cred.owns(i):
		return refuse(EPERM, RuleOwner, s.n)
	}
	return nil
}

// prepare copies a file of the image up that is opened for writing, and empties it if it is to be.
func (v *View) prepare(n *node, flags Flags, truncates bool) *refusal {
	if !n.i().Mode.IsRegular() || n.dyn != nil || !flags.writes() && !truncates {
		return nil
	}
	r := n.copyUp(v, !truncates)
	if r == nil && truncates {
		v.resize(n, 0)
	}
	return r
}

func (v *View) opened(s spot, flags Flags) *File {
	s.n.opens++
	s.m.opens++
	return &File{view: v, at: s, flags: flags, name: s.name}
}

// OpenExec opens a regular file that may be executed, as execve(2) does. EACCES: permissions, noexec, not regular.
func (v *View) OpenExec(path string) (*File, error) {
	v.call = "execve"
	s, r := v.lookup(path, true)
	switch {
	case r != nil:
	case !s.n.i().Mode.IsRegular():
		r = refuse(EACCES, RuleKind, s.n)
	default:
		r = v.mayAccess(s, mayExec)
	}
	if r != nil {
		return nil, v.answer(r, path)
	}
	return v.opened(s, O_RDONLY), nil
}
