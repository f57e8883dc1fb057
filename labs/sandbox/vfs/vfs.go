// Package vfs is the files of the simulated machine: an in-memory file system with Linux's inodes, permissions,
// mounts and errors, and a layered one with the semantics of overlayfs as Docker mounts it (index=off,
// redirect_dir=off, metacopy=off).
//
// What is what: a Disk holds file systems (FS): plain trees, tmpfs, containers (Container: an Image below, a writable
// upper above), images and layers to look at, and dynamic ones whose files another package computes (Dyn). A Layer is
// what one build step or pull adds: immutable, named by its content. An Image is a chain of layers, merged. Mounts is
// a mount namespace, a View what one process sees through it, a File an open file description.
//
// Laws:
//   - Nothing of the machine that runs the program is touched, and the clock is the Disk's owner's.
//   - Same calls, same answers: names are walked in order, inode numbers are counted.
//   - A layer and an image never change, so worlds may share them. Everything else belongs to one goroutine.
//   - Real work follows what really changes: a copy-up of 100 MB costs the simulated disk 100 MB and us nothing.
//   - A refusal has a rule (Rule) as well as an error number, and whoever watches the Disk is told both, and whose call
//     it was. Without a watcher no event is made.
//   - Everything that was taken is given back: space, inodes, memory. What is over its budget is refused with ENOSPC.
//   - Nothing recurses with the depth of a tree; a path that is too long for a system call is never put together.
//
// Errors are Errno values. Times are nanoseconds since 1970.
//
// Left out: writing into a container's upper directory from outside (EROFS), times of access in images, POSIX ACLs,
// file locks, quotas per user, inotify, file capabilities being applied, user namespaces' id maps, O_TMPFILE, O_PATH,
// RENAME_EXCHANGE and RENAME_WHITEOUT, mount propagation (every mount is private), fs.protected_symlinks,
// protected_regular and protected_fifos (protected_hardlinks is on).
package vfs

// FS is one file system. It comes from a Disk and is seen by being mounted.
type FS struct {
	Type   string // as in /proc/mounts: ext4, tmpfs, overlay, proc
	Source string // the device as in /proc/mounts
	Label  string // what its owner calls it: a container's id, a volume's name. Events carry it.

	// Options is what /proc/mounts shows behind a mount's flags: "size=65536k".
	Options string

	disk  *Disk
	quota *quota // the disk's, or its own
	use   usage  // what to give back when it is destroyed
	image *Image // what an overlay lies over; nil otherwise
	root  *node
	next  Ino
	dev   Dev
	kind  kind
}

// kind is how a file system behaves.
type kind uint8

const (
	kindTree    kind = iota // ext4
	kindTmpfs               // sizes of directories, no blocks for them
	kindOverlay             // image below, upper above
	kindSealed              // an image or a layer: nothing can change
	kindUpper               // a container's upper directory, raw
	kindDyn                 // computed by hooks
)

// Disk is where the file is.
func (f *FS) Disk() *Disk { return f.disk }

// Dev is the device number that Stat shows for its files.
func (f *FS) Dev() Dev { return f.dev }

// Used is what the file system itself takes from its disk: bytes and inodes.
func (f *FS) Used() (bytes, inodes int64) { return f.use.bytes, f.use.inodes }

// readOnly says that nothing can be written, whatever the mount allows.
func (f *FS) readOnly() bool { return f.kind == kindSealed || f.kind == kindUpper }

// newIno is an inode number that this file system has not used.
func (f *FS) newIno() Ino {
	f.next++
	return f.next
}

// Destroy gives back everything that the file system holds of its disk and of memory. It must not be mounted. Files
// that are still open go on, on a disk that nobody else has.
func (f *FS) Destroy() {
	f.quota.give(f.use.bytes, f.use.inodes)
	f.disk.memory.Give(f.use.memory)
	f.use = usage{}
	f.disk = NewDisk(Config{Now: f.disk.now})
	f.quota = &f.disk.quota
	f.root = &node{fs: f, up: &inode{Mode: S_IFDIR}, gone: true}
	f.root.parent = f.root
}
