package vfs

import "strings"

// Sight is a file that is looked at from outside: no process does, so no permission is asked for, no time of access is
// set, no event is told, and no name that was looked up is remembered. What was looked at and what was not stay alike
// to the last byte.
type Sight struct {
	mount *Mount
	n     *node
}

// sightLinks is how many symbolic links a path may lead through. Linux: include/linux/namei.h, MAXSYMLINKS
const sightLinks = 40

// Sight is what an absolute path of the namespace leads to. Links on the way are followed, one at its end is not.
// ENOENT, ENOTDIR, ELOOP. What a dynamic file system would have to compute is not there: ENOENT.
func (ms *Mounts) Sight(path string) (Sight, error) {
	root := ms.top(spot{m: ms.root, n: ms.root.root})
	way := []spot{root}
	for links := 0; ; {
		path = strings.TrimLeft(path, "/")
		name, rest, _ := strings.Cut(path, "/")
		at := way[len(way)-1]
		switch {
		case name == "":
			return Sight{at.m, at.n}, nil
		case !at.n.isDir():
			return Sight{}, ENOTDIR
		case name == ".":
			path = rest
			continue
		case name == "..":
			way, path = way[:max(len(way)-1, 1)], rest
			continue
		}
		k := at.n.glance(name)
		if k == nil {
			return Sight{}, ENOENT
		}
		if i := k.i(); i.Mode.IsSymlink() && strings.Trim(rest, "/") != "" {
			if links++; links > sightLinks {
				return Sight{}, ELOOP
			}
			if strings.HasPrefix(i.target, "/") {
				way = way[:1]
			}
			path = i.target + "/" + rest
			continue
		}
		way, path = append(way, ms.top(spot{at.m, k, at.n, name})), rest
	}
}

// glance is what a directory has under a name, as child finds it, but without remembering it.
func (n *node) glance(name string) *node {
	if k, ok := n.kids.get(name); ok {
		return k
	}
	if k := n.seen[name]; k != nil {
		return k
	}
	if n.fs.kind == kindUpper {
		return n.glanceRaw(name)
	}
	i, ok := n.lowerDir().get(name)
	if !ok || n.gone {
		return nil
	}
	return &node{fs: n.fs, lo: i, parent: n, name: name}
}

func (n *node) glanceRaw(name string) *node {
	if n.raw == nil {
		return nil
	}
	k, ok := n.raw.kids.get(name)
	if !ok {
		return nil
	}
	c := &node{fs: n.fs, parent: n, name: name, raw: k}
	if c.up = (&inode{Mode: S_IFCHR, nlink: 1, ino: whiteoutIno}); k != nil {
		c.up = k.up
	}
	return c
}

// FS is the file system that has the file, and Path where it is in there.
func (s Sight) FS() *FS      { return s.n.fs }
func (s Sight) Path() string { return s.n.path() }

// Level is the image's layer that has the file: 1 is the lowest, 0 the upper or a file system without layers.
func (s Sight) Level() int { return s.n.layer() }

// Mount is what the file is seen through.
func (s Sight) Mount() *Mount { return s.mount }

// Stat describes the file.
func (s Sight) Stat() Stat { return s.n.stat() }

// Target is where a symbolic link leads.
func (s Sight) Target() string { return s.n.i().target }

// Dynamic reports whether the file is computed when somebody reads it.
func (s Sight) Dynamic() bool { return s.n.fs.kind == kindDyn }

// ReadAt fills p with a regular file's content from off on, as far as there is any.
func (s Sight) ReadAt(p []byte, off int64) int {
	if !s.n.i().Mode.IsRegular() {
		return 0
	}
	return s.n.i().data.readAt(p, off)
}

// List is the names of a directory; nil for one that would have to be computed.
func (s Sight) List() []DirEntry {
	if s.Dynamic() || !s.n.isDir() {
		return nil
	}
	return s.n.list(nil)
}
