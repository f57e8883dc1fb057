package vfs

// creation is a new name being made: where, and what.
type creation struct {
	dir  spot
	name string
}

// vacant is where a new file may be made. Linux: fs/namei.c, filename_create.
func (v *View) vacant(path string, dirOK bool) (creation, *refusal) {
	l, r := v.parent(path)
	switch {
	case r != nil:
		return creation{}, r
	case l.kind != lastName:
		return creation{}, refuse(EEXIST, RuleExists, l.dir.n)
	case len(l.name) > NameMax:
		return creation{}, refuse(ENAMETOOLONG, RuleName, nil)
	}
	if k := l.dir.n.child(v, l.name); k != nil {
		return creation{}, refuse(EEXIST, RuleExists, k)
	}
	if l.slash && !dirOK {
		return creation{}, &refusal{ENOENT, RuleName, l.dir.n, l.name}
	}
	if r := l.dir.writable(); r != nil {
		return creation{}, r
	}
	return creation{l.dir, l.name}, nil
}

// writable says whether the mount and its file system can be written to at all.
func (s spot) writable() *refusal {
	if s.m.Flags&MS_RDONLY != 0 || s.n.fs.readOnly() {
		return refuse(EROFS, RuleReadOnly, s.n)
	}
	return nil
}

// mayCreate says whether a name may be put into a directory.
func (v *View) mayCreate(dir *node) *refusal {
	switch {
	case dir.gone:
		return refuse(ENOENT, RuleGone, dir)
	case !v.cred.allowed(dir.i(), mayWrite|mayExec):
		return refuse(EACCES, RuleDirWrite, dir)
	}
	return nil
}

// mayDelete says whether a name may be taken out of a directory. Linux: fs/namei.c, may_delete.
func (v *View) mayDelete(dir, n *node) *refusal {
	d := dir.i()
	switch {
	case !v.cred.allowed(d, mayWrite|mayExec):
		return refuse(EACCES, RuleDirWrite, dir)
	case d.Mode&S_ISVTX != 0 && v.cred.UID != n.i().UID && v.cred.UID != d.UID && !v.cred.Has(CAP_FOWNER):
		return refuse(EPERM, RuleSticky, n)
	case dir.fs.kind == kindDyn:
		return refuse(EPERM, RuleUnsupported, dir)
	}
	return nil
}

// make puts a new file into a directory.
func (v *View) make(c creation, i inode) (*node, *refusal) {
	dir := c.dir.n
	if r := v.mayCreate(dir); r != nil {
		return nil, r
	}
	if r := v.mayMake(dir.fs, &i); r != nil {
		return nil, r
	}
	if r := dir.copyUp(v, true); r != nil {
		return nil, r
	}
	if r := dir.fs.takeInode(&i); r != nil {
		return nil, r
	}
	v.own(&i, dir.i())
	i.ino, i.nlink = dir.fs.newIno(), 1
	i.ctime = dir.fs.disk.now()
	i.atime, i.mtime = i.ctime, i.ctime
	n := &node{fs: dir.fs, up: &i}
	if i.Mode.IsDir() {
		i.nlink = 2
		n.opaque = dir.lowerHas(c.name)
	}
	v.place(dir, c.name, n)
	return n, nil
}

// place gives a node a name, and says what that did to the image below.
func (v *View) place(dir *node, name string, n *node) {
	white := dir.hasWhiteout(name)
	dir.attach(name, n)
	dir.changed()
	if dir.fs.kind != kindOverlay || !v.watches(WatchChanges) {
		return
	}
	switch {
	case !white:
		v.tellAt(RuleMade, dir, name)
	case n.opaque:
		v.tellAt(RuleOpaque, dir, name)
	default:
		v.tellAt(RuleReveal, dir, name)
	}
}

// mayMake says whether this kind of file may be made.
func (v *View) mayMake(f *FS, i *inode) *refusal {
	switch {
	case f.kind == kindDyn:
		return refuse(f.noNewFiles(i.Mode), RuleUnsupported, f.root)
	case i.isWhiteout() && f.kind == kindOverlay:
		return refuse(EPERM, RuleWhiteoutDev, nil)
	case i.Mode.IsDevice() && !i.isWhiteout() && !v.cred.Has(CAP_MKNOD):
		return refuse(EPERM, RuleMknod, nil)
	}
	return nil
}

// noNewFiles is the error of a dynamic file system. In proc not even the look-up of a name that is not there succeeds;
// in others open(2) and mkdir(2) fail in different ways. Linux: fs/proc/generic.c, fs/namei.c
func (f *FS) noNewFiles(m Mode) Errno {
	switch {
	case f.Type == "proc":
		return ENOENT
	case m.IsRegular():
		return EACCES
	}
	return EPERM
}

// own gives a new file its owner and group. Linux: fs/inode.c, inode_init_owner.
func (v *View) own(i, dir *inode) {
	i.UID, i.GID = v.cred.UID, v.cred.GID
	if dir.Mode&S_ISGID == 0 {
		return
	}
	i.GID = dir.GID
	if i.Mode.IsDir() {
		i.Mode |= S_ISGID
	} else if i.Mode.setgidExec() && !v.cred.in(i.GID) && !v.cred.Has(CAP_FSETID) {
		i.Mode &^= S_ISGID
	}
}

// Mkdir makes a directory. EEXIST, ENOENT, ENOTDIR, EACCES, EROFS, ENOSPC.
func (v *View) Mkdir(path string, mode Mode) error {
	v.call = "mkdir"
	mode &= 0o777 | S_ISVTX
	_, r := v.makeAt(path, true, inode{Mode: S_IFDIR | mode&^v.umask})
	return v.answer(r, path)
}

// Mknod makes a file of any kind but a directory or link. EPERM: a device, without CAP_MKNOD.
func (v *View) Mknod(path string, mode Mode, dev Dev) error {
	v.call = "mknod"
	if mode.Type() == 0 {
		mode |= S_IFREG
	}
	if mode.IsDir() || mode.IsSymlink() {
		return v.answer(refuse(EPERM, RuleKind, nil), path)
	}
	if !mode.IsDevice() {
		dev = 0
	}
	_, r := v.makeAt(path, false, inode{Mode: mode.Type() | mode.Perm()&^v.umask, rdev: dev})
	return v.answer(r, path)
}

// Symlink makes a symbolic link that says target.
func (v *View) Symlink(target, path string) error {
	v.call = "symlink"
	switch {
	case target == "":
		return v.answer(refuse(ENOENT, RuleName, nil), path)
	case len(target) >= PathMax:
		return v.answer(refuse(ENAMETOOLONG, RuleName, nil), path)
	}
	_, r := v.makeAt(path, false, inode{Mode: S_IFLNK | 0o777, target: target})
	return v.answer(r, path)
}

func (v *View) makeAt(path string, dirOK bool, i inode) (*node, *refusal) {
	c, r := v.vacant(path, dirOK)
	if r != nil {
		return nil, r
	}
	return v.make(c, i)
}

// Link gives a file another name; a symbolic link at the end of old is not followed. EXDEV, EPERM, EMLINK, EEXIST.
func (v *View) Link(old, path string) error { return v.answer(v.linkAt(old, path, false), path) }

// LinkFollow is Link that follows a symbolic link.
func (v *View) LinkFollow(old, path string) error { return v.answer(v.linkAt(old, path, true), path) }

func (v *View) linkAt(old, path string, follow bool) *refusal {
	v.call = "link"
	from, r := v.lookup(old, follow)
	if r != nil {
		return r
	}
	c, r := v.vacant(path, false)
	if r != nil {
		return r
	}
	return v.link(from, c)
}

// link is the rest of Link. Linux: fs/namei.c, do_linkat, may_linkat, vfs_link.
func (v *View) link(from spot, c creation) *refusal {
	n, dir := from.n, c.dir.n
	switch {
	case from.m != c.dir.m:
		return refuse(EXDEV, RuleCrossMount, n)
	case !v.mayLink(n.i()):
		return refuse(EPERM, RuleHardlink, n)
	}
	if r := v.mayCreate(dir); r != nil {
		return r
	}
	switch {
	case n.isDir():
		return refuse(EPERM, RuleKind, n)
	case n.dyn != nil:
		return refuse(EPERM, RuleUnsupported, n)
	case n.gone:
		return refuse(ENOENT, RuleGone, n)
	case n.i().nlink >= maxNlink:
		return refuse(EMLINK, RuleTooBig, n)
	}
	if r := n.copyUp(v, true); r != nil {
		return r
	}
	if r := dir.copyUp(v, true); r != nil {
		return r
	}
	n.up.nlink++
	n.up.ctime = n.fs.disk.now()
	v.place(dir, c.name, n)
	return nil
}

// mayLink is fs.protected_hardlinks: others' files only if they are plain and may be read and written.
func (v *View) mayLink(i *inode) bool {
	if v.cred.owns(i) {
		return true
	}
	return i.Mode.IsRegular() && i.Mode&S_ISUID == 0 && !i.Mode.setgidExec() && v.cred.allowed(i, mayRead|mayWrite)
}

// Unlink removes a name of anything but a directory. EISDIR, EPERM, EACCES, EBUSY, EROFS.
func (v *View) Unlink(path string) error { return v.answer(v.unlink(path), path) }

func (v *View) unlink(path string) *refusal {
	v.call = "unlink"
	l, r := v.parent(path)
	if r != nil {
		return r
	}
	if l.kind != lastName {
		return refuse(EISDIR, RuleKind, l.dir.n)
	}
	if r := l.dir.writable(); r != nil {
		return r
	}
	s, r := v.nameAt(l)
	if r != nil {
		return r
	}
	n := s.n
	switch {
	case l.slash && n.isDir():
		return refuse(EISDIR, RuleKind, n)
	case l.slash:
		return refuse(ENOTDIR, RuleKind, n)
	}
	if r := v.mayDelete(l.dir.n, n); r != nil {
		return r
	}
	switch {
	case n.isDir():
		return refuse(EISDIR, RuleKind, n)
	case v.mounts.isPoint(s):
		return refuse(EBUSY, RuleBusy, n)
	}
	return v.remove(s)
}

// nameAt is what has the name, without crossing into what is mounted there.
func (v *View) nameAt(l last) (spot, *refusal) {
	if len(l.name) > NameMax {
		return spot{}, refuse(ENAMETOOLONG, RuleName, nil)
	}
	n := l.dir.n.child(v, l.name)
	if n == nil {
		return spot{}, &refusal{ENOENT, l.dir.n.hides(l.name), l.dir.n, l.name}
	}
	return spot{l.dir.m, n, l.dir.n, l.name}, nil
}

// isPoint reports whether something is mounted there.
func (ms *Mounts) isPoint(s spot) bool {
	if s.n.mounted == 0 {
		return false
	}
	m := ms.at[s.key()]
	return m != nil && m.on.n == s.n
}

// remove takes a name away.
func (v *View) remove(s spot) *refusal {
	if r := s.dir.copyUp(v, true); r != nil {
		return r
	}
	s.dir.drop(v, s.name)
	s.n.unlinked()
	s.dir.changed()
	return nil
}

// Rmdir removes an empty directory. ENOTEMPTY, ENOTDIR, EBUSY, EINVAL, EACCES, EPERM, EROFS.
func (v *View) Rmdir(path string) error { return v.answer(v.rmdir(path), path) }

func (v *View) rmdir(path string) *refusal {
	v.call = "rmdir"
	l, r := v.parent(path)
	if r != nil {
		return r
	}
	switch l.kind {
	case lastDot:
		return refuse(EINVAL, RuleName, l.dir.n)
	case lastDotDot:
		return refuse(ENOTEMPTY, RuleNotEmpty, l.dir.n)
	case lastRoot:
		return refuse(EBUSY, RuleBusy, l.dir.n)
	}
	if r := l.dir.writable(); r != nil {
		return r
	}
	s, r := v.nameAt(l)
	if r != nil {
		return r
	}
	if r := v.mayDelete(l.dir.n, s.n); r != nil {
		return r
	}
	switch {
	case !s.n.isDir():
		return refuse(ENOTDIR, RuleKind, s.n)
	case v.mounts.isPoint(s):
		return refuse(EBUSY, RuleBusy, s.n)
	case !s.n.isEmpty():
		return refuse(ENOTEMPTY, RuleNotEmpty, s.n)
	}
	return v.remove(s)
}
