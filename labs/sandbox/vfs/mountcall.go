package vfs

// Mount mounts a file system on a directory. EPERM: CAP_SYS_ADMIN is missing; ENOTDIR, ENOENT.
func (v *View) Mount(fs *FS, target string, flags MountFlags) (*Mount, error) {
	return v.mountNode(fs, fs.root, target, flags)
}

// Bind makes what is at source visible at target too: a directory on a directory, or a file on a file. With
// recursive, what is mounted below source comes along.
func (v *View) Bind(source, target string, flags MountFlags, recursive bool) (*Mount, error) {
	v.call = "mount"
	s, r := v.lookup(source, true)
	if r != nil {
		return nil, v.answer(r, source)
	}
	return v.BindPlace(Place{s}, target, flags, recursive)
}

// BindPlace is Bind of a place, which may be in another namespace of the same disk: how a container gets a volume.
func (v *View) BindPlace(p Place, target string, flags MountFlags, recursive bool) (*Mount, error) {
	from := p.spot
	m, err := v.mountNode(from.n.fs, from.n, target, flags)
	if err == nil && recursive && from.m.ns != nil {
		from.m.ns.copyBelow(from, v.mounts, m, flags)
	}
	return m, err
}

func (v *View) mountNode(fs *FS, root *node, target string, flags MountFlags) (*Mount, error) {
	v.call = "mount"
	s, r := v.mountPoint(target)
	switch {
	case r != nil:
	case root.isDir() != s.n.isDir():
		r = refuse(ENOTDIR, RuleKind, s.n)
	case root.gone:
		r = refuse(ENOENT, RuleGone, root)
	}
	if r != nil {
		return nil, v.answer(r, target)
	}
	m := v.mounts.add(fs, root, flags)
	v.mounts.put(m, s)
	if s.m == v.root.m && s.n == v.root.n {
		v.root = v.mounts.top(v.root) // as a process finds it that is started now
	}
	return m, nil
}

func (v *View) mountPoint(target string) (spot, *refusal) {
	if !v.cred.Has(CAP_SYS_ADMIN) {
		return spot{}, refuse(EPERM, RuleCapability, nil)
	}
	s, r := v.lookup(target, true)
	if r == nil && s.n.gone {
		r = refuse(ENOENT, RuleGone, s.n)
	}
	return s, r
}

// copyBelow mounts on m, in another namespace or this one, what is mounted below a spot.
func (ms *Mounts) copyBelow(from spot, to *Mounts, m *Mount, flags MountFlags) {
	twin := map[*Mount]*Mount{from.m: m}
	for _, c := range ms.All() {
		p := twin[c.Parent]
		if p == nil || c == m || c.Parent == from.m && !c.on.n.isBelow(from.n) {
			continue
		}
		n := to.add(c.FS, c.root, c.Flags|flags&MS_RDONLY)
		to.put(n, spot{p, c.on.n, c.on.dir, c.on.name})
		twin[c] = n
	}
}

// Unmount takes away what is mounted at target. EBUSY, unless it is lazy: mounts on it, open files, this view's working
// directory (other processes' are not known here). EINVAL: nothing is mounted there.
func (v *View) Unmount(target string, lazy bool) error {
	v.call = "umount"
	s, r := v.mountPoint(target)
	switch {
	case r != nil:
	case s.n != s.m.root || s.m.Parent == nil:
		r = refuse(EINVAL, RuleInvalid, s.n)
	case s.m == v.root.m || !lazy && (s.m == v.cwd.m || s.m.opens > 0 || len(v.mounts.children(s.m)) > 0):
		r = refuse(EBUSY, RuleBusy, s.n)
	}
	if r != nil {
		return v.answer(r, target)
	}
	v.mounts.removeAll(s.m)
	return nil
}

// removeAll takes a mount away with those on it.
func (ms *Mounts) removeAll(m *Mount) {
	for i := len(ms.all) - 1; i >= 0; i-- { // those on it are younger
		if c := ms.all[i]; c == m || c.isOn(m) {
			ms.remove(c)
		}
	}
}

func (m *Mount) isOn(other *Mount) bool {
	for m != nil && m != other {
		m = m.Parent
	}
	return m != nil
}

// Close takes all mounts but the root away, when the last process of the namespace has ended.
func (ms *Mounts) Close() {
	for len(ms.all) > 1 {
		ms.remove(ms.all[len(ms.all)-1])
	}
}

// Remount changes a mount's flags. EINVAL: nothing is mounted there.
func (v *View) Remount(target string, flags MountFlags) error {
	v.call = "mount"
	s, r := v.mountPoint(target)
	if r == nil && s.n != s.m.root {
		r = refuse(EINVAL, RuleInvalid, s.n)
	}
	if r == nil {
		s.m.Flags = flags
	}
	return v.answer(r, target)
}

// Unshare gives the view a namespace of its own with the same mounts: unshare(CLONE_NEWNS).
func (v *View) Unshare() {
	c, twin := v.mounts.clone()
	v.mounts = c
	v.root.m, v.cwd.m = twin[v.root.m], twin[v.cwd.m]
}

func (ms *Mounts) clone() (c *Mounts, twin map[*Mount]*Mount) {
	c = &Mounts{disk: ms.disk, at: map[mountKey]*Mount{}, last: ms.last}
	twin = map[*Mount]*Mount{}
	for _, m := range ms.all {
		n := c.add(m.FS, m.root, m.Flags)
		if twin[m] = n; m.Parent != nil {
			c.put(n, spot{twin[m.Parent], m.on.n, m.on.dir, m.on.name})
		}
	}
	c.root = twin[ms.root]
	return c, twin
}

// Root is the namespace's root mount.
func (ms *Mounts) Root() *Mount { return ms.root }

// StatFS describes the file system that a path is on.
func (v *View) StatFS(path string) (StatFS, error) {
	v.call = "statfs"
	s, r := v.lookup(path, true)
	if r != nil {
		return StatFS{}, v.answer(r, path)
	}
	return s.m.StatFS(), nil
}

// unbounded is the size that a file system without a limit shows.
const unbounded = 1 << 40

// StatFS describes the file system as seen through the mount.
func (m *Mount) StatFS() StatFS {
	f, q := m.FS, m.FS.quota
	s := StatFS{Type: f.Type, ReadOnly: m.Flags&MS_RDONLY != 0 || f.readOnly()}
	if f.kind == kindDyn {
		return s
	}
	s.Size, s.Inodes = q.maxBytes, q.maxInodes
	if s.Size == 0 {
		s.Size = unbounded
	}
	if s.Inodes == 0 {
		s.Inodes = unbounded / (16 << 10)
	}
	s.Free, s.FreeInodes = s.Size-q.bytes, s.Inodes-q.inodes
	return s
}
