package vfs

import (
	"maps"
	"slices"
)

// lowerDir is the image's directory whose names show through, nil if there is none.
func (n *node) lowerDir() *table[string, *inode] {
	if n.lo == nil || n.opaque {
		return nil
	}
	return n.lo.dir
}

// lowerHas reports whether something of the image would show through at name.
func (n *node) lowerHas(name string) bool {
	_, ok := n.lowerDir().get(name)
	return ok
}

// child is what a directory has under a name, nil if nothing.
func (n *node) child(v *View, name string) *node {
	switch n.fs.kind {
	case kindDyn:
		return n.dynChild(v, name)
	case kindUpper:
		return n.rawChild(name)
	}
	if k, ok := n.kids.get(name); ok {
		return k
	}
	if k := n.seen[name]; k != nil {
		return k
	}
	i, ok := n.lowerDir().get(name)
	if !ok || n.gone {
		return nil
	}
	k := &node{fs: n.fs, lo: i, parent: n, name: name}
	n.remember(name, k)
	return k
}

// holds reports whether the node is what has the name, without asking anyone.
func (n *node) holds(name string, k *node) bool {
	if own, ok := n.kids.get(name); ok {
		return own == k
	}
	return n.seen[name] == k
}

// remember keeps what was looked up, so that it stays the same node. Without memory for that it is only looked at.
func (n *node) remember(name string, k *node) {
	if n.fs.takeMemory(seenMemory) != nil {
		return
	}
	if n.seen == nil {
		n.seen = map[string]*node{}
	}
	n.seen[name] = k
}

func (n *node) unsee(name string) {
	if _, ok := n.seen[name]; ok {
		delete(n.seen, name)
		n.fs.giveMemory(seenMemory)
	}
}

// hides says why a name that is not there is not: RuleHidden if the image has it.
func (n *node) hides(name string) Rule {
	if n.gone {
		return RuleGone
	}
	if n.lo != nil && n.fs.kind == kindOverlay {
		if _, ok := n.lo.dir.get(name); ok {
			return RuleHidden
		}
	}
	return RuleMissing
}

// isEmpty reports whether a directory has no names.
func (n *node) isEmpty() bool {
	if n.kids.len() > int(n.whites) {
		return false
	}
	return n.lowerDir().len() == int(n.whites)
}

// list is the names of a directory: those of the image first, then those that only the upper has.
// Linux: fs/overlayfs/readdir.c, ovl_dir_read_merged.
func (n *node) list(v *View) []DirEntry {
	switch {
	case n.fs.kind == kindDyn:
		return n.dynList(v)
	case n.fs.kind == kindUpper:
		return n.rawList()
	case n.gone:
		return nil
	}
	low := n.lowerDir()
	out := make([]DirEntry, 0, low.len()+n.kids.len())
	for name, i := range low.all() {
		k, ok := n.kids.get(name)
		switch {
		case !ok:
			out = append(out, DirEntry{name, n.fs.inoOf(i), i.Mode.Type()})
		case k != nil:
			out = append(out, k.entry(name))
		}
	}
	for name, k := range n.kids.all() {
		if k == nil {
			continue
		}
		if _, ok := low.get(name); !ok {
			out = append(out, k.entry(name))
		}
	}
	return out
}

func (n *node) entry(name string) DirEntry { return DirEntry{name, n.ino(), n.i().Mode.Type()} }

// attach gives k a name in the upper part of a directory.
func (n *node) attach(name string, k *node) {
	n.detach(name)
	if n.kids == nil {
		n.kids = &table[string, *node]{owner: new(owner)}
	}
	n.kids.set(name, k)
	if k.isDir() {
		n.subdirs++
	}
	k.parent, k.name = n, name
}

// detach takes a name, or the whiteout in its place, out of the upper part of a directory.
func (n *node) detach(name string) {
	n.unsee(name)
	k, ok := n.kids.remove(name)
	switch {
	case !ok:
	case k == nil:
		n.whites--
	case k.isDir():
		n.subdirs--
	}
}

// drop takes a name out of a directory, and hides what the image has there.
func (n *node) drop(v *View, name string) {
	n.detach(name)
	if !n.lowerHas(name) {
		if n.fs.kind == kindOverlay && v.watches(WatchChanges) {
			v.tellAt(RuleRemoved, n, name)
		}
		return
	}
	if n.kids == nil {
		n.kids = &table[string, *node]{owner: new(owner)}
	}
	n.kids.set(name, nil)
	n.whites++
	if v.watches(WatchChanges) {
		v.tellAt(RuleWhiteout, n, name)
	}
}

// hasWhiteout reports whether a whiteout is in the name's place.
func (n *node) hasWhiteout(name string) bool {
	k, ok := n.kids.get(name)
	return ok && k == nil
}

// unlinked takes one name away from a file, and its space when it was the last one.
func (n *node) unlinked() {
	switch {
	case n.up == nil:
		n.gone = true
	case n.up.Mode.IsDir():
		n.up.nlink, n.gone = 0, true
		n.fs.giveInode(n.up)
	default:
		n.up.nlink--
		n.up.ctime = n.fs.disk.now()
		if n.up.nlink == 0 {
			n.gone = true
			n.release()
		}
	}
}

// release gives back what a file without names takes up, once nobody has it open.
func (n *node) release() {
	if !n.gone || n.opens > 0 || n.up == nil || n.isDir() {
		return
	}
	n.fs.giveInode(n.up)
}

// changed marks a directory whose names changed.
func (n *node) changed() {
	now := n.fs.disk.now()
	n.up.mtime, n.up.ctime = now, now
}

// setXattr replaces an attribute; the old map may be shared.
func (i *inode) setXattr(name, value string) {
	x := maps.Clone(i.xattrs)
	if x == nil {
		x = map[string]string{}
	}
	x[name] = value
	i.xattrs = x
}

func (i *inode) removeXattr(name string) {
	x := maps.Clone(i.xattrs)
	delete(x, name)
	i.xattrs = x
}

func (i *inode) xattrNames() []string { return slices.Sorted(maps.Keys(i.xattrs)) }
