package vfs

// change is what a call wants to be different about a file.
type change struct {
	mode         *Mode
	chown        bool
	uid, gid     uint32 // keep is no change
	atime, mtime TimeArg
	times        bool
}

// keep as an owner or group leaves it as it is: chown(2)'s -1.
const keep = ^uint32(0)

// KeepID given to Chown leaves the owner or the group as it is.
const KeepID = keep

// TimeArg is a time to set: Now, Omit, or TimeAt.
type TimeArg struct {
	ns   int64
	kind timeKind
}

type timeKind uint8

const (
	timeNow timeKind = iota
	timeOmit
	timeAt
)

// Now is the present time: the zero TimeArg.
func Now() TimeArg { return TimeArg{} }

// Omit leaves a time as it is.
func Omit() TimeArg { return TimeArg{kind: timeOmit} }

// TimeAt is a moment in nanoseconds since 1970.
func TimeAt(ns int64) TimeArg { return TimeArg{ns, timeAt} }

func (t TimeArg) apply(to *int64, now int64) {
	switch t.kind {
	case timeNow:
		*to = now
	case timeAt:
		*to = t.ns
	}
}

// nothing reports whether both times are to be left as they are, and nothing else was asked.
func (c *change) nothing() bool {
	return c.times && c.atime.kind == timeOmit && c.mtime.kind == timeOmit
}

// mayChange is who may do it. Linux: fs/attr.c, setattr_prepare, and fs/open.c, chown_common.
func (v *View) mayChange(n *node, c *change) *refusal {
	i, cred := n.i(), &v.cred
	owner := cred.owns(i)
	switch {
	case c.chown && !owner && v.killedByChown(i) != 0:
		return refuse(EPERM, RuleOwner, n)
	case c.chown && c.uid != keep && !cred.Has(CAP_CHOWN) && (cred.UID != i.UID || c.uid != i.UID):
		return refuse(EPERM, RuleChown, n)
	case c.chown && c.gid != keep && !cred.Has(CAP_CHOWN) && (cred.UID != i.UID || c.gid != i.GID && !cred.in(c.gid)):
		return refuse(EPERM, RuleChown, n)
	case c.mode != nil && !owner:
		return refuse(EPERM, RuleOwner, n)
	case c.times && !owner:
		return v.mayTouch(n, c)
	}
	return nil
}

// mayTouch lets whoever may write set both times to now. Linux: fs/utimes.c
func (v *View) mayTouch(n *node, c *change) *refusal {
	switch {
	case c.nothing():
		return nil
	case c.atime.kind != timeNow || c.mtime.kind != timeNow:
		return refuse(EPERM, RuleOwner, n)
	case !v.cred.allowed(n.i(), mayWrite):
		return refuse(EACCES, RuleMode, n)
	}
	return nil
}

// killedByChown is the set-id bits that a change of owner takes away, even from root.
func (v *View) killedByChown(i *inode) Mode {
	if i.Mode.IsDir() {
		return 0
	}
	kill := i.Mode & S_ISUID
	if i.Mode&groupX != 0 || !v.cred.in(i.GID) && !v.cred.Has(CAP_FSETID) {
		kill |= i.Mode & S_ISGID
	}
	return kill
}

// fileCaps is the extended attribute that holds a file's capabilities, which go when it is written to or given away.
const fileCaps = "security.capability"

// dropPrivileges takes away what a file that was written to must not keep. Linux: fs/inode.c, file_remove_privs.
func (v *View) dropPrivileges(i *inode) {
	if i.xattrs[fileCaps] != "" {
		i.removeXattr(fileCaps)
	}
	if v.cred.Has(CAP_FSETID) {
		return
	}
	i.Mode &^= S_ISUID
	if i.Mode&groupX != 0 {
		i.Mode &^= S_ISGID
	}
}

// setAttr changes a file.
func (v *View) setAttr(s spot, c change) *refusal {
	if r := s.writable(); r != nil {
		return r
	}
	n := s.n
	if r := v.mayChange(n, &c); r != nil {
		return r
	}
	if n.dyn != nil {
		return v.setDyn(n, c)
	}
	if c.nothing() {
		return nil
	}
	if r := n.copyUp(v, true); r != nil {
		return r
	}
	v.apply(n.up, c, n.fs.disk.now())
	return nil
}

func (v *View) apply(i *inode, c change, now int64) {
	if c.chown {
		i.Mode &^= v.killedByChown(i)
		if i.xattrs[fileCaps] != "" {
			i.removeXattr(fileCaps)
		}
		if c.uid != keep {
			i.UID = c.uid
		}
		if c.gid != keep {
			i.GID = c.gid
		}
	}
	if c.mode != nil {
		perm := c.mode.Perm()
		if !v.cred.in(i.GID) && !v.cred.Has(CAP_FSETID) {
			perm &^= S_ISGID
		}
		i.Mode = i.Mode.Type() | perm
	}
	if c.times {
		c.atime.apply(&i.atime, now)
		c.mtime.apply(&i.mtime, now)
	}
	i.ctime = now
}

func (v *View) setDyn(n *node, c change) *refusal {
	i := *n.up
	if c.times {
		return nil
	}
	if n.dyn.Change == nil {
		return refuse(EPERM, RuleUnsupported, n)
	}
	v.apply(&i, c, n.fs.disk.now())
	if err := n.dyn.Change(v, i.Mode.Perm(), i.UID, i.GID); err != nil {
		return refuse(errnoOf(err), RuleDynamic, n)
	}
	n.up = &i
	return nil
}

func (v *View) setAttrAt(call, path string, follow bool, c change) error {
	v.call = call
	if c.nothing() {
		return nil // not even the path is looked at
	}
	s, r := v.lookup(path, follow)
	if r == nil {
		r = v.setAttr(s, c)
	}
	return v.answer(r, path)
}

// Chmod changes permissions. EPERM: only the owner may.
func (v *View) Chmod(path string, mode Mode) error {
	return v.setAttrAt("chmod", path, true, change{mode: &mode})
}

// Chown changes the owner and group; KeepID leaves one as it is. EPERM.
func (v *View) Chown(path string, uid, gid uint32) error {
	return v.setAttrAt("chown", path, true, change{chown: true, uid: uid, gid: gid})
}

// Lchown is Chown of a symbolic link itself.
func (v *View) Lchown(path string, uid, gid uint32) error {
	return v.setAttrAt("lchown", path, false, change{chown: true, uid: uid, gid: gid})
}

// Utimes sets the times of access and modification. EPERM, EACCES.
func (v *View) Utimes(path string, atime, mtime TimeArg) error {
	return v.setAttrAt("utimensat", path, true, change{times: true, atime: atime, mtime: mtime})
}

// Lutimes is Utimes of a symbolic link itself.
func (v *View) Lutimes(path string, atime, mtime TimeArg) error {
	return v.setAttrAt("utimensat", path, false, change{times: true, atime: atime, mtime: mtime})
}

// Stat describes what a path leads to.
func (v *View) Stat(path string) (Stat, error) { return v.statAt("stat", path, true) }

// Lstat is Stat of a symbolic link itself.
func (v *View) Lstat(path string) (Stat, error) { return v.statAt("lstat", path, false) }

func (v *View) statAt(call, path string, follow bool) (Stat, error) {
	v.call = call
	s, r := v.lookup(path, follow)
	if r != nil {
		return Stat{}, v.answer(r, path)
	}
	return s.n.stat(), nil
}

// Readlink is what a symbolic link says. EINVAL: it is none.
func (v *View) Readlink(path string) (string, error) {
	v.call = "readlink"
	s, r := v.lookup(path, false)
	switch {
	case r != nil:
		return "", v.answer(r, path)
	case !s.n.i().Mode.IsSymlink():
		return "", v.answer(refuse(EINVAL, RuleKind, s.n), path)
	}
	s.accessed()
	target, r := v.targetOf(s.n)
	return target, v.answer(r, path)
}

// Access is what access(2) asks, for the view's credentials: bits of 4 (read), 2 (write), 1 (execute); 0 is existence.
func (v *View) Access(path string, want uint8) error {
	v.call = "access"
	s, r := v.lookup(path, true)
	if r == nil {
		r = v.mayAccess(s, access(want&7))
	}
	return v.answer(r, path)
}

func (v *View) mayAccess(s spot, want access) *refusal {
	i := s.n.i()
	if want&mayWrite != 0 && !i.Mode.isSpecial() {
		if r := s.writable(); r != nil {
			return r
		}
	}
	switch {
	case want&mayExec != 0 && i.Mode.IsRegular() && s.m.Flags&MS_NOEXEC != 0:
		return refuse(EACCES, RuleMountFlag, s.n)
	case want != 0 && !v.cred.allowed(i, want):
		return refuse(EACCES, RuleMode, s.n)
	}
	return nil
}
