package vfs

// Disk is the storage of one simulated machine: what holds its file systems, counts what they take up, gives the
// time, and tells whoever watches what happens.
type Disk struct {
	now     func() int64
	quota   quota
	memory  Meter
	layers  map[*Layer]int // kept layers, and how often
	watch   Watch
	observe Observer
	last    EventID
	devices uint32 // given out, block
	nodevs  uint32 // given out, without a block device
}

// Config is a Disk as asked for.
type Config struct {
	Size   int64        // bytes; 0 is no limit
	Inodes int64        // 0 is no limit
	Now    func() int64 // nanoseconds since 1970; nil is always 0
	Memory Meter        // what we really hold; nil is no limit
}

// Meter counts against a limit. Take says whether n more is allowed; if not, nothing is taken.
type Meter interface {
	Take(n int64) bool
	Give(n int64)
}

// Watch says which events an Observer wants.
type Watch uint8

const (
	WatchChanges  Watch = 1 << iota // copy-ups, new files, writes, whiteouts, opaque directories, seals
	WatchRefusals                   // every error, with its rule
	WatchLookups                    // every name that is looked up, every mount that is crossed
)

// NewDisk returns an empty disk.
func NewDisk(c Config) *Disk {
	d := &Disk{now: c.Now, memory: c.Memory, layers: map[*Layer]int{}}
	d.quota = quota{maxBytes: c.Size, maxInodes: c.Inodes}
	if d.now == nil {
		d.now = func() int64 { return 0 }
	}
	if d.memory == nil {
		d.memory = unlimited{}
	}
	return d
}

// Observe makes o be told what happens. A nil o ends it.
func (d *Disk) Observe(o Observer, w Watch) {
	if o == nil {
		w = 0
	}
	d.observe, d.watch = o, w
}

// LastEvent is what the observer called the newest event: after a call that failed, the refusal.
func (d *Disk) LastEvent() EventID { return d.last }

// Used is what all file systems and kept layers take up.
func (d *Disk) Used() (bytes, inodes int64) { return d.quota.bytes, d.quota.inodes }

// Keep puts a layer on the disk, where it takes up space once however often it is kept. ENOSPC.
func (d *Disk) Keep(l *Layer) error {
	if d.layers[l] == 0 {
		if !d.memory.Take(l.memory) {
			return ENOSPC
		}
		if d.quota.take(l.disk, l.inodes) != "" {
			d.memory.Give(l.memory)
			return ENOSPC
		}
	}
	d.layers[l]++
	return nil
}

// Drop undoes one Keep.
func (d *Disk) Drop(l *Layer) {
	switch d.layers[l] {
	case 0:
		return
	case 1:
		delete(d.layers, l)
		d.quota.give(l.disk, l.inodes)
		d.memory.Give(l.memory)
	default:
		d.layers[l]--
	}
}

// tell reports an event to the observer, who is known to want it.
func (d *Disk) tell(e Event) { d.last = d.observe(e) }

func (d *Disk) newDevice() Dev {
	d.devices++
	return MakeDev(8, d.devices)
}

func (d *Disk) newNoDev() Dev {
	d.nodevs++
	return MakeDev(0, 20+d.nodevs)
}

type unlimited struct{}

func (unlimited) Take(int64) bool { return true }
func (unlimited) Give(int64)      {}

// quota is how much of something there is, and how much of it is in use.
type quota struct{ bytes, inodes, maxBytes, maxInodes int64 }

// take uses more, or says which rule forbids it.
func (q *quota) take(bytes, inodes int64) Rule {
	switch {
	case bytes > 0 && q.maxBytes > 0 && q.bytes+bytes > q.maxBytes:
		return RuleSpace
	case inodes > 0 && q.maxInodes > 0 && q.inodes+inodes > q.maxInodes:
		return RuleInodes
	}
	q.bytes += bytes
	q.inodes += inodes
	return ""
}

func (q *quota) give(bytes, inodes int64) {
	q.bytes -= bytes
	q.inodes -= inodes
}

// usage is what one file system has taken.
type usage struct{ bytes, inodes, memory int64 }

// What things cost us besides their content, measured and rounded up.
const (
	nodeMemory = 512 // a file with a name
	seenMemory = 192 // a file of an image that was looked at
	pageMemory = 96  // a page of a file
)

// takeInode uses what a file takes up, or refuses.
func (f *FS) takeInode(i *inode) *refusal {
	if r := f.takeMemory(i.memory()); r != nil {
		return r
	}
	bytes := i.bytesIn(f)
	if rule := f.quota.take(bytes, 1); rule != "" {
		f.giveMemory(i.memory())
		return &refusal{errno: ENOSPC, rule: rule}
	}
	f.use.bytes += bytes
	f.use.inodes++
	return nil
}

// giveInode gives it back.
func (f *FS) giveInode(i *inode) {
	bytes := i.bytesIn(f)
	f.use.inodes--
	f.use.bytes -= bytes
	f.quota.give(bytes, 1)
	f.giveMemory(i.memory())
}

// takeBytes uses space for pages, or refuses.
func (f *FS) takeBytes(n int64) *refusal {
	if rule := f.quota.take(n, 0); rule != "" {
		return &refusal{errno: ENOSPC, rule: rule}
	}
	f.use.bytes += n
	return nil
}

func (f *FS) takeMemory(n int64) *refusal {
	if !f.disk.memory.Take(n) {
		return &refusal{errno: ENOSPC, rule: RuleMemory}
	}
	f.use.memory += n
	return nil
}

func (f *FS) giveBytes(n int64) {
	f.use.bytes -= n
	f.quota.give(n, 0)
}

func (f *FS) giveMemory(n int64) {
	f.use.memory -= n
	f.disk.memory.Give(n)
}

// Tree makes an empty file system like ext4, on a block device of its own that shares the disk's space.
func (d *Disk) Tree(source, label string) *FS {
	f := &FS{Type: "ext4", Source: source, Label: label, disk: d, quota: &d.quota, dev: d.newDevice(), next: 1}
	f.makeRoot(0o755, 0, 0)
	return f
}

// TmpfsOptions are mount(8)'s for tmpfs.
type TmpfsOptions struct {
	Size     int64 // bytes; 0 is no limit
	Inodes   int64 // 0 is no limit
	Mode     Mode  // 0 is 1777
	UID, GID uint32
}

// Tmpfs makes an empty file system that takes nothing of the disk.
func (d *Disk) Tmpfs(label string, o TmpfsOptions) *FS {
	q := &quota{maxBytes: o.Size, maxInodes: o.Inodes}
	f := &FS{Type: "tmpfs", Source: "tmpfs", Label: label, disk: d, quota: q, dev: d.newNoDev(), kind: kindTmpfs}
	if o.Mode == 0 {
		o.Mode = 0o1777
	}
	f.makeRoot(o.Mode, o.UID, o.GID)
	return f
}

func (f *FS) makeRoot(mode Mode, uid, gid uint32) {
	now := f.disk.now()
	i := &inode{
		Mode: S_IFDIR | mode.Perm(), UID: uid, GID: gid, ino: f.newIno(), nlink: 2,
		atime: now, mtime: now, ctime: now,
	}
	f.root = &node{fs: f, up: i}
	f.root.parent = f.root
	f.takeInode(i)
}
