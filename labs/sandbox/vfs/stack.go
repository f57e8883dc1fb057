package vfs

import (
	"maps"
	"slices"
	"strings"
)

// Copy is what one level of a stack has under a path: the upper, or one of the layers.
type Copy struct {
	Level    int // 1 is the lowest layer, 0 the upper
	Mode     Mode
	Size     int64 // of a file's content
	Mtime    int64
	Target   string // of a symbolic link
	Whiteout bool   // hides the name in the levels below
	Opaque   bool   // a directory that hides those of the levels below
	Hidden   bool   // nothing of it is seen,
	By       int    // because of this level
}

// Copies is what the levels of an overlay have under a path, the highest first: what is seen, what is shadowed and what
// hides it. A directory that several levels have is merged, so none of its copies is hidden. Looking leaves no trace.
func (f *FS) Copies(path string) []Copy { return copies(f.rungs(path)) }

// Names is what the levels have in a directory: every name that any of them has, seen or not, in order.
func (f *FS) Names(dir string) []string {
	found := map[string]bool{}
	for _, r := range f.rungs(dir) {
		if r.up != nil {
			for name := range r.up.kids.all() {
				found[name] = true
			}
		} else if r.lo != nil {
			for name := range r.lo.dir.all() {
				found[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// ReadLevel fills p with what one level has as a regular file's content, from off on. It returns -1 if the level has no
// regular file there.
func (f *FS) ReadLevel(path string, level int, p []byte, off int64) int {
	for _, r := range f.rungs(path) {
		if r.level == level && r.i() != nil && r.i().Mode.IsRegular() {
			return r.i().data.readAt(p, off)
		}
	}
	return -1
}

// rung is what a level has at a place. Neither up nor lo is a whiteout of the upper.
type rung struct {
	level  int
	up     *node
	lo     *inode
	hidden bool
	by     int
}

func (r rung) i() *inode {
	if r.up != nil {
		return r.up.up
	}
	return r.lo
}

func (r rung) white() bool { return r.i() == nil || r.lo != nil && r.lo.isWhiteout() }

func (r rung) opaque() bool {
	if r.up != nil {
		return r.up.opaque
	}
	return r.lo != nil && r.lo.opaque
}

// rungs goes down a path in every level.
func (f *FS) rungs(path string) []rung {
	var all []rung
	if f.root.up != nil {
		all = append(all, rung{up: f.root})
	}
	if f.image != nil {
		for k := len(f.image.layers); k > 0; k-- {
			all = append(all, rung{level: k, lo: f.image.layers[k-1].root})
		}
	}
	for name := range strings.SplitSeq(path, "/") {
		if name != "" && name != "." {
			all = descend(all, name)
		}
	}
	return all
}

// descend is what the levels have under a name of a directory. A level hides those below it with anything that is not a
// directory, and with an opaque one; and a directory does not merge with what is none.
// Linux: fs/overlayfs/namei.c, ovl_lookup
func descend(dirs []rung, name string) []rung {
	var out []rung
	covered, by, merging := false, 0, false
	for _, d := range dirs {
		r, ok := d.child(name)
		if !ok {
			continue
		}
		if r.hidden {
			out = append(out, r)
			continue
		}
		isDir := !r.white() && r.i().Mode.IsDir()
		if merging && !isDir && !covered && !r.white() {
			covered = true
		}
		if r.hidden, r.by = covered, by; !covered {
			by, merging = r.level, isDir
			covered = !isDir || r.opaque()
		}
		out = append(out, r)
	}
	return out
}

func (r rung) child(name string) (rung, bool) {
	c := rung{level: r.level, hidden: r.hidden, by: r.by}
	ok := false
	if r.up != nil {
		c.up, ok = r.up.kids.get(name)
	} else if r.lo != nil {
		c.lo, ok = r.lo.dir.get(name)
	}
	return c, ok
}

func copies(all []rung) []Copy {
	var out []Copy
	for _, r := range all {
		c := Copy{Level: r.level, Whiteout: r.white(), Opaque: r.opaque(), Hidden: r.hidden, By: r.by}
		if i := r.i(); i != nil && !c.Whiteout {
			c.Mode, c.Size, c.Mtime, c.Target = i.Mode, i.size(), i.mtime, i.target
		}
		out = append(out, c)
	}
	return out
}
