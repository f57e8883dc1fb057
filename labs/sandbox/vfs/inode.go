package vfs

// inode is a file: everything but its names. One that belongs to a Layer or an Image never changes.
type inode struct {
	Mode     Mode
	UID, GID uint32
	nlink    uint32
	rdev     Dev
	ino      Ino // within its layer, if it has one

	atime, mtime, ctime int64

	xattrs map[string]string // replaced, never written to
	target string            // of a symbolic link
	data   *data             // of a regular file; nil is empty
	dir    *table[string, *inode]
	of     *Layer // nil while it can change
	merged bool   // a directory that several layers have
	opaque bool   // a directory that hides the layers below
	whites bool   // a directory with whiteouts in it or below it
}

// isWhiteout reports whether it stands for a name that is hidden. On disk that is a device that does not exist.
func (i *inode) isWhiteout() bool { return i.Mode.Type() == S_IFCHR && i.rdev == 0 }

// size is what Stat shows for anything but directories.
func (i *inode) size() int64 {
	switch {
	case i.data != nil:
		return i.data.size
	case i.Mode.IsSymlink():
		return int64(len(i.target))
	}
	return 0
}

// fastLink is the longest symbolic link that needs no block. Linux: ext4_inode_is_fast_symlink.
const fastLink = 59

// bytes is what it takes up on a disk.
func (i *inode) bytes() int64 {
	switch {
	case i.Mode.IsDir():
		return BlockSize
	case i.data != nil:
		return i.data.pages * pageSize
	case len(i.target) > fastLink:
		return BlockSize
	}
	return 0
}

// bytesIn is what it takes up in a file system: directories of tmpfs take nothing.
func (i *inode) bytesIn(f *FS) int64 {
	if i.Mode.IsDir() && f.kind == kindTmpfs {
		return 0
	}
	return i.bytes()
}

// memory is what we hold for it.
func (i *inode) memory() int64 {
	n := nodeMemory + int64(len(i.target)) + i.xattrBytes()
	if i.data != nil {
		n += i.data.memory
	}
	return n
}

func (i *inode) xattrBytes() int64 {
	var n int64
	for k, x := range i.xattrs { // any order: it is a sum
		n += xattrMemory(k, x)
	}
	return n
}

// xattrMemory is what an attribute costs us: little, if it is the one that goes away by itself.
func xattrMemory(name, value string) int64 {
	if name == fileCaps {
		return 0
	}
	return int64(64 + len(name) + len(value))
}

// node is a name's target in a live file system: an inode of its own (up), one of the image below (lo), or for
// directories both. Several names of one upper file are one node.
type node struct {
	fs     *FS
	lo, up *inode
	parent *node // the root's is itself; of files it is where they were last found
	name   string

	kids    *table[string, *node] // what the upper has: a nil node is a whiteout
	seen    map[string]*node      // what was looked up in the image below, or in a dynamic directory
	dyn     *Dyn                  // in a dynamic file system
	raw     *node                 // in an upper directory that is looked at: the container's node
	subdirs int32                 // in kids
	whites  int32                 // in kids
	opens   int32                 // files open on it
	mounted int32                 // mounts on it, in all namespaces
	gone    bool                  // has no name any more
	opaque  bool                  // hides the image's directory of the same name
}

// i is what describes the node now.
func (n *node) i() *inode {
	if n.up != nil {
		return n.up
	}
	return n.lo
}

func (n *node) isDir() bool { return n.i().Mode.IsDir() }

// path is the node's path in its file system. Of one that is longer than a path may be, it is the end.
func (n *node) path() string {
	if n.isTop() {
		return "/"
	}
	size := 0
	for x := n; !x.isTop() && size < PathMax; x = x.parent {
		size += len(x.name) + 1
	}
	b := make([]byte, size)
	for x := n; size > 0; x = x.parent {
		size -= len(x.name)
		copy(b[size:], x.name)
		size--
		b[size] = '/'
	}
	return string(b)
}

// isTop reports whether nothing is above the node.
func (n *node) isTop() bool { return n.parent == n || n.parent == nil }

// below is the path of a name in a directory.
func (n *node) below(name string) string {
	if name == "" {
		return n.path()
	}
	return under(n.path(), name)
}

// under is a name in the directory with an absolute path.
func under(dir, name string) string {
	if dir == "/" {
		return dir + name
	}
	return dir + "/" + name
}

// isBelow reports whether n is top or inside of it.
func (n *node) isBelow(top *node) bool {
	for x := n; ; x = x.parent {
		if x == top {
			return true
		}
		if x.isTop() {
			return false
		}
	}
}

// layer is where the node's description comes from: 1 is the image's lowest layer, 0 the upper.
func (n *node) layer() int {
	if n.up != nil || n.fs.image == nil {
		return 0
	}
	return n.fs.image.position(n.lo.of)
}

// stat describes the node.
func (n *node) stat() Stat {
	i := n.i()
	s := Stat{
		Dev: n.fs.dev, Ino: n.ino(), Mode: i.Mode, Nlink: n.nlink(), UID: i.UID, GID: i.GID, Rdev: i.rdev,
		Size: i.size(), Blocks: i.bytes() / 512, Atime: i.atime, Mtime: i.mtime, Ctime: i.ctime,
	}
	if i.Mode.IsDir() {
		s.Size, s.Blocks = n.dirSize()
	}
	if n.dyn != nil {
		s.Size, s.Blocks = n.dyn.Size, 0
	}
	return s
}

// ino is the number that Stat shows.
func (n *node) ino() Ino { return n.fs.inoOf(n.i()) }

func (f *FS) inoOf(i *inode) Ino {
	if i.of == nil || f.image == nil {
		return i.ino
	}
	return f.image.base[i.of] + i.ino
}

// nlink is the number of names, as overlayfs counts: a merged directory does not know.
func (n *node) nlink() uint32 {
	i := n.i()
	switch {
	case n.dyn != nil:
		return max(i.nlink, 1)
	case n.raw != nil:
		return n.raw.upperLinks()
	case n.gone && n.up != nil:
		return 0
	case !i.Mode.IsDir() || n.up == nil:
		return i.nlink
	case n.shows(), n.subdirs > maxNlink-2: // ext4 stops counting, too
		return 1
	}
	return 2 + uint32(n.subdirs)
}

// upperLinks is the number of names in the upper directory itself.
func (n *node) upperLinks() uint32 {
	if n.isDir() {
		return 2 + uint32(n.subdirs)
	}
	return n.up.nlink
}

// dirSize is a directory's size and blocks: on tmpfs 20 bytes for a name, elsewhere whole blocks of entries.
func (n *node) dirSize() (size, blocks int64) {
	entries := int64(n.kids.len())
	switch {
	case n.raw != nil:
		entries = int64(n.raw.kids.len())
	case n.up == nil:
		entries = int64(n.lo.dir.len())
	}
	switch n.fs.kind {
	case kindTmpfs:
		return 40 + 20*entries, 0
	case kindDyn:
		return 0, 0
	}
	const perBlock = BlockSize / 32 // an entry with a name of usual length, in blocks that are nearly full
	n4 := 1 + entries/perBlock
	return n4 * BlockSize, n4 * BlockSize / 512
}
