package vfs

import "slices"

// Kind of a change, with the letters of docker diff.
type ChangeKind byte

const (
	Added    ChangeKind = 'A'
	Modified ChangeKind = 'C'
	Deleted  ChangeKind = 'D'
)

// Change is one line of docker diff.
type Change struct {
	Path string // absolute
	Kind ChangeKind
}

func (c Change) String() string { return string(c.Kind) + " " + c.Path }

// Changes is how the container differs from its image, by path: docker diff. It looks at the upper and at what
// opaque directories hide, not at the image. moby: pkg archive, ChangesDirs: what was copied up and is as before is
// left out, and a directory in which something changed counts as changed. Paths that are too long for any system call
// are left out too.
func (c *Container) Changes() []Change {
	dirs := []changedDir{{n: c.root, path: "/", below: c.image.top(), above: -1}}
	var out []Change
	for at := 0; at < len(dirs); at++ {
		had := len(out)
		dirs, out = dirs[at].compare(dirs, at, out)
		if len(out) > had {
			markChanged(dirs, at)
		}
	}
	for _, d := range dirs[1:] {
		if d.inside && !d.listed {
			out = append(out, Change{d.path, Modified})
		}
	}
	slices.SortFunc(out, func(a, b Change) int {
		if a.Path < b.Path {
			return -1
		}
		return 1
	})
	return out
}

// changedDir is a directory of the upper, and what the image has at the same path.
type changedDir struct {
	n      *node
	path   string
	below  *inode
	above  int  // the directory that it is in
	listed bool // itself a change
	inside bool // something in it is one
}

func markChanged(dirs []changedDir, at int) {
	for ; at >= 0 && !dirs[at].inside; at = dirs[at].above {
		dirs[at].inside = true
	}
}

// compare lists what changed among a directory's names, and the directories to look at next.
func (d changedDir) compare(dirs []changedDir, at int, out []Change) ([]changedDir, []Change) {
	var low *table[string, *inode]
	if d.below != nil {
		low = d.below.dir
	}
	for name, k := range d.n.kids.all() {
		path := under(d.path, name)
		if len(path) >= PathMax {
			continue
		}
		if k == nil {
			out = append(out, Change{path, Deleted})
			continue
		}
		old, _ := low.get(name)
		had := len(out)
		switch {
		case old == nil:
			out = append(out, Change{path, Added})
		case old.differs(k.up):
			out = append(out, Change{path, Modified})
		}
		if k.isDir() {
			dirs = append(dirs, changedDir{n: k, path: path, below: old, above: at, listed: len(out) > had})
		}
	}
	if d.n.lowerDir() != nil {
		return dirs, out
	}
	for name := range low.all() {
		if k, _ := d.n.kids.get(name); k == nil {
			out = append(out, Change{under(d.path, name), Deleted})
		}
	}
	return dirs, out
}

// differs is how moby tells that a file is not the same. moby: pkg archive, statDifferent.
func (i *inode) differs(other *inode) bool {
	if i.Mode != other.Mode || i.UID != other.UID || i.GID != other.GID || i.rdev != other.rdev ||
		i.xattrs[fileCaps] != other.xattrs[fileCaps] {
		return true
	}
	return !i.Mode.IsDir() && (!sameTime(i.mtime, other.mtime) || i.size() != other.size())
}

// sameTime takes a time that was cut to whole seconds for the one that it was.
func sameTime(a, b int64) bool {
	const second = 1e9
	return a == b || a/second == b/second && (a%second == 0 || b%second == 0)
}
