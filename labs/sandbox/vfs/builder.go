package vfs

import (
	"fmt"
	"strings"
)

// Builder makes a Layer from entries in order, as an archive is unpacked: a later entry replaces an earlier one of the
// same path, and directories that are missing on the way are made (0755, owned by root, at time 0).
type Builder struct{ root *inode }

// NewBuilder begins an empty layer.
func NewBuilder() *Builder { return &Builder{root: emptyDir()} }

func emptyDir() *inode { return &inode{Mode: S_IFDIR | 0o755, dir: newDir()} }

func newDir() *table[string, *inode] { return &table[string, *inode]{owner: new(owner)} }

// Add puts an entry into the layer. The error names the path and wraps an Errno: EINVAL for a path that is not clean,
// ENOTDIR if a file is in the way, ENOENT if Link names nothing.
func (b *Builder) Add(e Entry) error {
	if err := b.add(e); err != nil {
		return fmt.Errorf("layer entry %q: %w", e.Path, err)
	}
	return nil
}

func (b *Builder) add(e Entry) error {
	if e.Path == "" {
		if !e.Mode.IsDir() {
			return ENOTDIR
		}
		b.root.describe(e)
		return nil
	}
	dir, name, err := b.parent(e.Path)
	if err != nil {
		return err
	}
	i, err := b.inode(e)
	if err != nil {
		return err
	}
	if old, ok := dir.dir.get(name); ok && old.Mode.IsDir() && i.Mode.IsDir() {
		old.describe(e)
		return nil
	}
	dir.dir.set(name, i)
	return nil
}

// parent is the directory that an entry goes into.
func (b *Builder) parent(path string) (dir *inode, name string, err error) {
	if err := cleanPath(path); err != nil {
		return nil, "", err
	}
	dir = b.root
	for {
		name, rest, more := strings.Cut(path, "/")
		if !more {
			return dir, name, nil
		}
		next, ok := dir.dir.get(name)
		if !ok {
			next = emptyDir()
			dir.dir.set(name, next)
		}
		if !next.Mode.IsDir() {
			return nil, "", ENOTDIR
		}
		dir, path = next, rest
	}
}

// cleanPath refuses a path that has no place in a layer.
func cleanPath(path string) error {
	if len(path) >= PathMax {
		return ENAMETOOLONG
	}
	for name := range strings.SplitSeq(path, "/") {
		switch {
		case name == "" || name == "." || name == "..":
			return EINVAL
		case len(name) > NameMax:
			return ENAMETOOLONG
		}
	}
	return nil
}

func (b *Builder) inode(e Entry) (*inode, error) {
	switch {
	case e.Link != "":
		return b.linked(e.Link)
	case e.Whiteout:
		return &inode{Mode: S_IFCHR, mtime: e.Mtime}, nil
	case e.Mode.Type() == 0:
		return nil, EINVAL
	case e.Mode.Type() == S_IFCHR && e.Rdev == 0:
		return nil, EPERM // it would be a whiteout
	}
	i := &inode{}
	if e.Mode.IsDir() {
		i.dir = newDir()
	}
	i.describe(e)
	return i, nil
}

func (b *Builder) linked(path string) (*inode, error) {
	dir, name, err := b.parent(path)
	if err != nil {
		return nil, err
	}
	i, ok := dir.dir.get(name)
	switch {
	case !ok:
		return nil, ENOENT
	case i.Mode.IsDir() || i.isWhiteout():
		return nil, EPERM
	}
	return i, nil
}

// describe gives an inode everything that an entry says.
func (i *inode) describe(e Entry) {
	i.Mode, i.UID, i.GID, i.xattrs, i.opaque = e.Mode, e.UID, e.GID, e.Xattrs, e.Opaque && e.Mode.IsDir()
	i.atime, i.mtime, i.ctime = e.Mtime, e.Mtime, e.Mtime
	switch {
	case e.Mode.IsRegular():
		i.data = dataOf(e.Content)
	case e.Mode.IsSymlink():
		i.target = e.Target
	case e.Mode.IsDevice():
		i.rdev = e.Rdev
	}
}

// Layer finishes the layer. The Builder begins a new one.
func (b *Builder) Layer() *Layer {
	root := b.root
	b.root = emptyDir()
	return newLayer(root)
}
