package vfs

// Container is an image with a writable upper over it: what Docker mounts for each container. Its files are FS.
type Container struct {
	*FS
}

// NewContainer lays an empty upper over an image. It costs the same whatever is in the image. ENOSPC.
func (d *Disk) NewContainer(m *Image, label string) (*Container, error) {
	f := &FS{
		Type: "overlay", Source: "overlay", Label: label, disk: d, quota: &d.quota,
		image: m, dev: d.newNoDev(), kind: kindOverlay, next: max(m.next, emptyRootIno),
	}
	low := m.top()
	up := low.copied(false) // as whoever makes the upper directory does: it gets the old root's attributes
	up.ino = f.inoOf(low)
	f.root = &node{fs: f, lo: low, up: up}
	f.root.parent = f.root
	if r := f.takeInode(up); r != nil {
		return nil, r.errno
	}
	return &Container{f}, nil
}

// Image is what the container lies over.
func (c *Container) Image() *Image { return c.image }

// Size is the sum of the sizes of the regular files in the upper, each counted once: docker ps --size.
func (c *Container) Size() int64 {
	var n int64
	seen := map[*node]bool{}
	for dirs := []*node{c.root}; len(dirs) > 0; {
		d := dirs[len(dirs)-1]
		dirs = dirs[:len(dirs)-1]
		for _, k := range d.kids.all() {
			switch {
			case k == nil:
			case k.isDir():
				dirs = append(dirs, k)
			case k.up.Mode.IsRegular() && !seen[k]:
				n += k.up.size()
				if k.up.nlink > 1 {
					seen[k] = true
				}
			}
		}
	}
	return n
}

// Seal makes a Layer of the upper: docker commit. The container goes on, and what it writes from now on does not
// change the layer.
func (c *Container) Seal() *Layer {
	type pair struct {
		from *node
		to   *inode
	}
	linked := map[*node]*inode{}
	root := c.root.sealed()
	for todo := []pair{{c.root, root}}; len(todo) > 0; {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for name, k := range p.from.kids.all() {
			if k == nil {
				p.to.dir.set(name, &inode{Mode: S_IFCHR})
				continue
			}
			i := linked[k]
			if i == nil {
				i = k.sealed()
			}
			if k.isDir() {
				todo = append(todo, pair{k, i})
			} else if k.up.nlink > 1 {
				linked[k] = i
			}
			p.to.dir.set(name, i)
		}
	}
	l := newLayer(root)
	if c.disk.watch&WatchChanges != 0 {
		c.disk.tell(Event{Rule: RuleSealed, FS: c.FS, Path: "/", Bytes: l.size})
	}
	return l
}

// sealed is a copy of a node's inode that does not change when the node does.
func (n *node) sealed() *inode {
	i := *n.up
	i.opaque = n.opaque
	if i.Mode.IsDir() {
		i.dir = newDir()
	}
	if d := i.data; d != nil {
		d.freeze()
		i.data = d.clone()
		i.data.memory = d.memory // the layer holds the pages now
		n.fs.giveMemory(d.memory)
		d.memory = 0
	}
	return &i
}

// Upper is the container's upper directory to look at, as it lies on disk: whiteouts are devices with the number 0,
// opaque directories have an extended attribute. It shows what the container does from then on, too.
func (c *Container) Upper() *FS {
	f := &FS{Type: "ext4", Source: c.Label, Label: c.Label, disk: c.disk, quota: c.quota, dev: c.disk.newNoDev()}
	f.kind = kindUpper
	f.root = &node{fs: f, up: c.root.up, raw: c.root}
	f.root.parent = f.root
	return f
}

// whiteoutIno is the number of all whiteouts of an upper directory, which are one file with many names.
const whiteoutIno = 1 << 40

// rawChild is a name in an upper directory.
func (n *node) rawChild(name string) *node {
	if n.raw == nil {
		return nil
	}
	k, ok := n.raw.kids.get(name)
	if !ok {
		n.forget(name, n.seen[name])
		return nil
	}
	if old := n.seen[name]; old != nil && old.raw == k {
		return old
	}
	c := &node{fs: n.fs, parent: n, name: name, raw: k}
	if c.up = (&inode{Mode: S_IFCHR, nlink: 1, ino: whiteoutIno}); k != nil {
		c.up = k.up
	}
	n.unsee(name)
	n.remember(name, c)
	return c
}

func (n *node) rawList() []DirEntry {
	if n.raw == nil {
		return nil
	}
	var out []DirEntry
	for name, k := range n.raw.kids.all() {
		if k == nil {
			out = append(out, DirEntry{name, whiteoutIno, S_IFCHR})
		} else {
			out = append(out, k.entry(name))
		}
	}
	return out
}
