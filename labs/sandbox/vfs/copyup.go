package vfs

// copyUp makes a node that is only in the image one of the upper, with its parents, so that it can be changed. The
// whole file is copied, whatever the change is; only opening with O_TRUNC leaves the data behind.
// Linux: fs/overlayfs/copy_up.c
func (n *node) copyUp(v *View, withData bool) *refusal {
	if n.up != nil {
		return nil
	}
	if n.gone {
		return n.noCopyUp()
	}
	var chain []*node
	for x := n; x.up == nil; x = x.parent {
		chain = append(chain, x)
	}
	for i := len(chain) - 1; i >= 0; i-- {
		if r := chain[i].copyUpOne(v, withData || i > 0); r != nil {
			return r
		}
	}
	return nil
}

// copyUpOne copies a node whose parent is in the upper already.
func (n *node) copyUpOne(v *View, withData bool) *refusal {
	up := n.lo.copied(withData)
	if r := n.fs.takeInode(up); r != nil {
		return r
	}
	if !up.Mode.IsDir() && n.lo.nlink > 1 { // index=off: the hard link is broken
		up.ino = n.fs.newIno()
	} else {
		up.ino = n.ino()
	}
	up.ctime = n.fs.disk.now()
	layer := n.layer()
	n.up = up
	if !up.Mode.IsDir() {
		n.lo = nil
	}
	p := n.parent
	p.up.ctime = up.ctime // its mtime is put back
	p.attach(n.name, n)
	if v.watches(WatchChanges) {
		v.tell(Event{Rule: RuleCopyUp, FS: n.fs, Path: n.path(), Layer: layer, Bytes: up.size()})
	}
	return nil
}

// copied is an inode for the upper with all that the image's has.
func (i *inode) copied(withData bool) *inode {
	up := *i
	up.of, up.dir, up.merged, up.opaque, up.whites, up.data = nil, nil, false, false, false, nil
	if up.nlink = 1; up.Mode.IsDir() {
		up.nlink = 2
	}
	if withData {
		up.data = i.data.copied()
	}
	return &up
}

// noCopyUp is why a file of the image that was removed while it was open cannot be changed any more: Linux copies it
// to the name that it had, where at least a whiteout is.
func (n *node) noCopyUp() *refusal {
	switch {
	case n.parent.gone:
		return refuse(ENOENT, RuleGone, n)
	case n.isDir():
		return refuse(ENOTDIR, RuleGone, n)
	}
	return refuse(EEXIST, RuleGone, n)
}
