package vfs

import (
	"iter"
	"slices"
)

// Digest names content: "sha256:" and 64 hexadecimal digits.
type Digest string

// Layer is what one step adds to an image: files, directories, whiteouts. It never changes.
type Layer struct {
	root   *inode // with whiteouts as they are on disk
	digest Digest
	size   int64 // of the regular files' content
	disk   int64 // what it takes up
	inodes int64
	memory int64
}

// Digest is computed from the layer's names, attributes and content. It is not the digest of a tar archive.
func (l *Layer) Digest() Digest { return l.digest }

// Size is the sum of the sizes of its regular files, each counted once.
func (l *Layer) Size() int64 { return l.size }

// DiskUsage is what the layer takes up of a disk.
func (l *Layer) DiskUsage() (bytes, inodes int64) { return l.disk, l.inodes }

// Memory is about what we hold for the layer.
func (l *Layer) Memory() int64 { return l.memory }

// newLayer finishes a tree of inodes that nobody else has: numbers them, counts links and sizes, and names it all.
func newLayer(root *inode) *Layer {
	l := &Layer{root: root}
	dirs := []*inode{root}
	parents := []int{0}
	l.number(root)
	for at := 0; at < len(dirs); at++ {
		d := dirs[at]
		d.nlink = 2
		for _, i := range d.dir.all() {
			if i.of == nil {
				l.number(i)
			}
			i.nlink++
			switch {
			case i.Mode.IsDir():
				d.nlink++
				dirs, parents = append(dirs, i), append(parents, at)
			case i.isWhiteout():
				d.whites = true
			}
		}
	}
	for at := len(dirs) - 1; at > 0; at-- {
		if dirs[at].whites {
			dirs[parents[at]].whites = true
		}
	}
	l.digest = l.sum()
	return l
}

// number makes an inode the layer's.
func (l *Layer) number(i *inode) {
	l.inodes++
	i.of, i.ino, i.nlink = l, Ino(l.inodes), 0
	l.disk += i.bytes()
	l.memory += i.memory()
	if i.data != nil {
		l.size += i.data.size
	}
}

// Entry is one name of a layer, as an archive has it.
type Entry struct {
	Path     string // relative to the layer's root, without a slash at either end; "" is the root itself
	Mode     Mode
	UID, GID uint32
	Rdev     Dev
	Mtime    int64
	Target   string            // of a symbolic link
	Link     string            // not "": another name of the file with this path, which came before
	Xattrs   map[string]string // not to be changed
	Content  Blob              // of a regular file; nil is empty
	Whiteout bool              // hides the name in the layers below
	Opaque   bool              // a directory that hides those of the layers below
}

// Entries yields the layer's names: a directory before what is in it, names in order. A path that is too long for any
// system call is left out.
func (l *Layer) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		first := map[*inode]string{}
		type place struct {
			path string
			i    *inode
		}
		todo := []place{{"", l.root}}
		for len(todo) > 0 {
			p := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if !yield(p.i.entryAt(p.path, first)) {
				return
			}
			from := len(todo)
			for name, i := range p.i.dir.all() {
				if path := joined(p.path, name); len(path) < PathMax {
					todo = append(todo, place{path, i})
				}
			}
			slices.Reverse(todo[from:])
		}
	}
}

func joined(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}

func (i *inode) entryAt(path string, first map[*inode]string) Entry {
	e := Entry{
		Path: path, Mode: i.Mode, UID: i.UID, GID: i.GID, Rdev: i.rdev, Mtime: i.mtime, Target: i.target,
		Xattrs: i.xattrs, Whiteout: i.isWhiteout(), Opaque: i.opaque,
	}
	if i.Mode.IsRegular() {
		e.Content = i.data.blob()
	}
	if i.nlink > 1 && !i.Mode.IsDir() {
		if e.Link = first[i]; e.Link == "" {
			first[i] = path
		}
	}
	return e
}
