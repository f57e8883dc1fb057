package vfs

import "errors"

// Dyn is a file whose owner computes it: a process in /proc, a terminal in /dev/pts. Nil hooks are what the file
// cannot do. Hooks are given the View that asks; its Caller says whose it is.
type Dyn struct {
	Mode     Mode
	UID, GID uint32
	Rdev     Dev
	Size     int64 // as Stat shows it; in /proc it is 0
	Time     int64
	Ino      Ino // 0: the file system counts

	// Object is for the owner: opened files show it.
	Object any

	Lookup func(v *View, name string) *Dyn                 // of a directory; nil: there is none
	List   func(v *View) []string                          // of a directory
	Link   func(v *View) (string, error)                   // of a symbolic link: what it says
	Jump   func(v *View) (Place, error)                    // of a symbolic link: where it leads, whatever it says
	Open   func(v *View, flags Flags) error                // asked before a file is opened
	Read   func(v *View) ([]byte, error)                   // the whole content, asked when reading begins
	Write  func(v *View, b []byte) error                   // takes what one call writes
	Change func(v *View, mode Mode, uid, gid uint32) error // chmod and chown
}

// DynFS makes a dynamic file system of the type ("proc") with this root.
func (d *Disk) DynFS(fstype, source string, root *Dyn) *FS {
	f := &FS{Type: fstype, Source: source, disk: d, quota: &quota{}, dev: d.newNoDev(), kind: kindDyn}
	f.root = f.dynNode(root, nil, "")
	f.root.parent = f.root
	return f
}

// Anonymous is a file that has no name, such as a pipe: what a Jump may lead to.
func (f *FS) Anonymous(d *Dyn) Place {
	n := f.dynNode(d, f.root, "")
	return Place{spot{m: &Mount{FS: f, root: n}, n: n}}
}

// Place is somewhere in a namespace, kept without being open: where a process has its root, or a file.
type Place struct{ spot spot }

// Root is where the view's root is.
func (v *View) Root() Place { return Place{v.root} }

// Cwd is where the view's working directory is.
func (v *View) Cwd() Place { return Place{v.cwd} }

// PathOf is a place's path as this view sees it, and whether it can be reached from its root.
func (v *View) PathOf(p Place) (string, bool) { return v.pathOf(p.spot) }

func (f *FS) dynNode(d *Dyn, parent *node, name string) *node {
	n := &node{fs: f, parent: parent, name: name}
	n.setDyn(d)
	return n
}

func (n *node) setDyn(d *Dyn) {
	if n.dyn == d {
		return
	}
	ino := d.Ino
	switch {
	case ino != 0:
	case n.up != nil:
		ino = n.up.ino
	default:
		ino = n.fs.newIno()
	}
	n.dyn = d
	n.up = &inode{
		Mode: d.Mode, UID: d.UID, GID: d.GID, rdev: d.Rdev, ino: ino, nlink: 1,
		atime: d.Time, mtime: d.Time, ctime: d.Time,
	}
	if d.Mode.IsDir() {
		n.up.nlink = 2
	}
}

// dynChild asks the owner for a name. The node stays the same as long as the name is there.
func (n *node) dynChild(v *View, name string) *node {
	var d *Dyn
	if n.dyn.Lookup != nil {
		d = n.dyn.Lookup(v, name)
	}
	k := n.seen[name]
	if d == nil || k != nil && k.up.Mode.Type() != d.Mode.Type() {
		n.forget(name, k)
		k = nil
	}
	switch {
	case d == nil:
		return nil
	case k == nil:
		k = n.fs.dynNode(d, n, name)
		n.remember(name, k)
	default:
		k.setDyn(d)
	}
	return k
}

func (n *node) forget(name string, k *node) {
	if k != nil {
		k.gone = true
		n.unsee(name)
	}
}

func (n *node) dynList(v *View) []DirEntry {
	if n.dyn.List == nil {
		return nil
	}
	names := n.dyn.List(v)
	there := make(map[string]bool, len(names))
	out := make([]DirEntry, 0, len(names))
	for _, name := range names {
		if k := n.dynChild(v, name); k != nil {
			there[name] = true
			out = append(out, k.entry(name))
		}
	}
	for name, k := range n.seen { // any order: they only go away
		if !there[name] && k.mounted == 0 {
			n.forget(name, k)
		}
	}
	return out
}

// errnoOf is a hook's error as a number; EIO if it is none.
func errnoOf(err error) Errno {
	var e Errno
	if errors.As(err, &e) {
		return e
	}
	return EIO
}
