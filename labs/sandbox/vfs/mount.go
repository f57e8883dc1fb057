package vfs

import "slices"

// MountFlags restrict what can be done through a mount. Linux: include/uapi/linux/mount.h
type MountFlags uint32

const (
	MS_RDONLY  MountFlags = 1 << 0
	MS_NOSUID  MountFlags = 1 << 1
	MS_NODEV   MountFlags = 1 << 2
	MS_NOEXEC  MountFlags = 1 << 3
	MS_NOATIME MountFlags = 1 << 10
)

// String is the form of /proc/mounts: rw,nosuid,nodev,noexec,relatime.
func (f MountFlags) String() string {
	s := "rw"
	if f&MS_RDONLY != 0 {
		s = "ro"
	}
	for _, x := range []struct {
		flag MountFlags
		name string
	}{{MS_NOSUID, ",nosuid"}, {MS_NODEV, ",nodev"}, {MS_NOEXEC, ",noexec"}, {MS_NOATIME, ",noatime"}} {
		if f&x.flag != 0 {
			s += x.name
		}
	}
	if f&MS_NOATIME == 0 {
		s += ",relatime"
	}
	return s
}

// Mounts is a mount namespace: which file system is seen where.
type Mounts struct {
	disk *Disk
	root *Mount
	at   map[mountKey]*Mount
	all  []*Mount // in the order in which they were made
	last int
}

// Mount is a file system, or a part of one, at a place.
type Mount struct {
	ID     int
	FS     *FS
	Flags  MountFlags
	Parent *Mount // nil for the namespace's root

	ns    *Mounts
	root  *node // what is seen: a directory of FS, or a single file
	on    spot  // the mount point, within Parent
	opens int   // files open on it
}

// mountKey is a name that something is mounted on. Mounting on a mount's own root has no name.
type mountKey struct {
	m    *Mount
	dir  *node
	name string
}

// spot is a name in a mount: what the path leads to, and the directory and name by which it was found.
type spot struct {
	m    *Mount
	n    *node
	dir  *node // nil if n is m's root
	name string
}

func (s spot) key() mountKey { return mountKey{s.m, s.dir, s.name} }

// top is what is seen at a spot: the root of what is mounted there, if anything is.
func (ms *Mounts) top(s spot) spot {
	for s.n.mounted > 0 {
		m := ms.at[s.key()]
		if m == nil || m.on.n != s.n {
			break
		}
		s = spot{m: m, n: m.root}
	}
	return s
}

// up is a mount's mount point, and whether there is one.
func (m *Mount) up() (spot, bool) { return m.on, m.Parent != nil }

// bootMounts is how many mounts were made before the first that can be seen: on a real machine it is never number 1.
const bootMounts = 20

// NewMounts makes a namespace with one mount: fs as its root.
func NewMounts(fs *FS, flags MountFlags) *Mounts {
	ms := &Mounts{disk: fs.disk, at: map[mountKey]*Mount{}, last: bootMounts}
	ms.root = ms.add(fs, fs.root, flags)
	return ms
}

func (ms *Mounts) add(fs *FS, root *node, flags MountFlags) *Mount {
	ms.last++
	m := &Mount{ID: ms.last, FS: fs, Flags: flags, ns: ms, root: root}
	ms.all = append(ms.all, m)
	return m
}

// put mounts m at s.
func (ms *Mounts) put(m *Mount, s spot) {
	m.Parent, m.on = s.m, s
	ms.at[s.key()] = m
	s.n.mounted++
}

// remove takes a mount away.
func (ms *Mounts) remove(m *Mount) {
	delete(ms.at, m.on.key())
	m.on.n.mounted--
	i := slices.Index(ms.all, m)
	ms.all = slices.Delete(ms.all, i, i+1)
}

// children are the mounts on m, oldest first.
func (ms *Mounts) children(m *Mount) []*Mount {
	var list []*Mount
	for _, c := range ms.all {
		if c.Parent == m {
			list = append(list, c)
		}
	}
	return list
}

// All lists the mounts in the order in which they were made.
func (ms *Mounts) All() []*Mount { return slices.Clone(ms.all) }

// Target is the mount point's path in the namespace.
func (m *Mount) Target() string {
	path := ""
	for m.Parent != nil {
		if p := m.Parent.inside(m.on.dir, m.on.name); p != "/" {
			path = p + path
		}
		m = m.Parent
	}
	if path == "" {
		return "/"
	}
	return path
}
