package vfs

// Rename moves a file to a new name, over what was there. EXDEV: another mount, or a directory of the image, which an
// overlay cannot move: mv copies it. ENOTEMPTY, EISDIR, ENOTDIR, EINVAL, EBUSY, EACCES, EPERM, EROFS.
func (v *View) Rename(old, path string) error { return v.answer(v.rename(old, path, false), old) }

// RenameNoReplace is Rename that refuses to replace anything: EEXIST.
func (v *View) RenameNoReplace(old, path string) error {
	return v.answer(v.rename(old, path, true), old)
}

// move is a rename that is being checked: names, and what has them. to.n is nil if nothing has the new name.
type move struct{ from, to spot }

// rename finds both directories before it looks at either name. Linux: fs/namei.c, do_renameat2.
func (v *View) rename(old, path string, keep bool) *refusal {
	v.call = "rename"
	from, r := v.parent(old)
	if r != nil {
		return r
	}
	to, r := v.parent(path)
	if r != nil {
		return r
	}
	switch {
	case from.dir.m != to.dir.m:
		return refuse(EXDEV, RuleCrossMount, from.dir.n)
	case from.kind != lastName:
		return refuse(EBUSY, RuleBusy, from.dir.n)
	case to.kind != lastName && keep:
		return refuse(EEXIST, RuleExists, to.dir.n)
	case to.kind != lastName:
		return refuse(EBUSY, RuleBusy, to.dir.n)
	}
	if r := from.dir.writable(); r != nil {
		return r
	}
	m, r := v.moveOf(from, to)
	if r != nil {
		return r
	}
	if keep && m.to.n != nil {
		return refuse(EEXIST, RuleExists, m.to.n)
	}
	if !m.from.n.isDir() && (from.slash || to.slash) {
		return refuse(ENOTDIR, RuleKind, m.from.n)
	}
	if r := v.mayMove(m); r != nil || m.from.n == m.to.n {
		return r
	}
	return v.move(m)
}

func (v *View) moveOf(from, to last) (move, *refusal) {
	s, r := v.nameAt(from)
	if r != nil {
		return move{}, r
	}
	t, r := v.nameAt(to)
	if r.is(ENOENT) {
		t, r = spot{m: to.dir.m, dir: to.dir.n, name: to.name}, nil
	}
	return move{s, t}, r
}

// mayMove is what the kernel asks before the file system is. Linux: fs/namei.c, vfs_rename.
func (v *View) mayMove(m move) *refusal {
	src, dst := m.from.n, m.to.n
	switch {
	case src.isDir() && m.to.dir.isBelow(src):
		return refuse(EINVAL, RuleLoop, src)
	case dst != nil && dst.isDir() && m.from.dir.isBelow(dst):
		return refuse(ENOTEMPTY, RuleNotEmpty, dst)
	case src == dst:
		return nil
	}
	if r := v.mayDelete(m.from.dir, src); r != nil {
		return r
	}
	if dst == nil {
		if r := v.mayCreate(m.to.dir); r != nil {
			return r
		}
	} else {
		if r := v.mayDelete(m.to.dir, dst); r != nil {
			return r
		}
		switch {
		case src.isDir() && !dst.isDir():
			return refuse(ENOTDIR, RuleKind, dst)
		case !src.isDir() && dst.isDir():
			return refuse(EISDIR, RuleKind, dst)
		}
	}
	if src.isDir() && m.from.dir != m.to.dir && !v.cred.allowed(src.i(), mayWrite) {
		return refuse(EACCES, RuleMode, src)
	}
	if v.mounts.isPoint(m.from) || dst != nil && v.mounts.isPoint(m.to) {
		return refuse(EBUSY, RuleBusy, src)
	}
	return nil
}

// shows reports whether a directory has anything of the image in it, which its new place would not have.
func (n *node) shows() bool { return n.up == nil || n.lo != nil && !n.opaque }

// move is what the file system does. Linux: fs/overlayfs/dir.c, ovl_rename.
func (v *View) move(m move) *refusal {
	src, dst := m.from.n, m.to.n
	if src.isDir() && src.shows() {
		return refuse(EXDEV, RuleLowerDir, src)
	}
	over := dst != nil && dst.isDir()
	if over && dst.shows() && !dst.isEmpty() {
		return refuse(ENOTEMPTY, RuleNotEmpty, dst)
	}
	for _, n := range []*node{src, m.from.dir, m.to.dir} {
		if r := n.copyUp(v, true); r != nil {
			return r
		}
	}
	if src.isDir() && m.to.dir.shows() {
		src.hideBelow(v) // whatever comes of the rest
	}
	if over && !dst.isEmpty() {
		if m.from.dir.lowerHas(m.from.name) {
			m.from.dir.changed() // the whiteout was put there and taken back. Linux: fs/ext4/namei.c, ext4_resetent
		}
		return refuse(ENOTEMPTY, RuleNotEmpty, dst)
	}
	v.do(m)
	return nil
}

func (n *node) hideBelow(v *View) {
	if n.opaque {
		return
	}
	n.opaque = true
	n.up.ctime = n.fs.disk.now()
	if v.watches(WatchChanges) {
		v.tell(Event{Rule: RuleOpaque, FS: n.fs, Path: n.path()})
	}
}

func (v *View) do(m move) {
	src, dst := m.from.n, m.to.n
	white, old := m.to.dir.hasWhiteout(m.to.name), m.from.dir.below(m.from.name)
	m.from.dir.drop(v, m.from.name)
	if dst != nil {
		m.to.dir.detach(m.to.name)
		dst.unlinked()
	}
	m.to.dir.attach(m.to.name, src)
	src.up.ctime = src.fs.disk.now()
	m.from.dir.changed()
	m.to.dir.changed()
	if src.fs.kind != kindOverlay || !v.watches(WatchChanges) {
		return
	}
	switch {
	case white:
		v.tellAt(RuleReveal, m.to.dir, m.to.name)
	case dst != nil:
		v.tellAt(RuleRemoved, m.to.dir, m.to.name)
	}
	v.tell(Event{Rule: RuleMoved, FS: src.fs, Path: m.to.dir.below(m.to.name), Asked: old})
}
