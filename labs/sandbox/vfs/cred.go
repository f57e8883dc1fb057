package vfs

import "slices"

// Caps is a set of capabilities, as bits with Linux's numbers.
type Caps uint64

// The capabilities that files ask for. Linux: include/uapi/linux/capability.h.
const (
	CAP_CHOWN           Caps = 1 << 0
	CAP_DAC_OVERRIDE    Caps = 1 << 1
	CAP_DAC_READ_SEARCH Caps = 1 << 2
	CAP_FOWNER          Caps = 1 << 3
	CAP_FSETID          Caps = 1 << 4
	CAP_SYS_CHROOT      Caps = 1 << 18
	CAP_SYS_ADMIN       Caps = 1 << 21
	CAP_SYS_RESOURCE    Caps = 1 << 24
	CAP_MKNOD           Caps = 1 << 27
	CAP_SETFCAP         Caps = 1 << 31

	// AllCaps is every capability that Linux 6.18 has.
	AllCaps Caps = 1<<41 - 1
)

// Cred is who acts: the ids that file access is checked against (Linux's fsuid, fsgid) and the effective
// capabilities. User 0 has no power here but by its capabilities.
type Cred struct {
	UID, GID uint32
	Groups   []uint32
	Caps     Caps
}

// Root is user 0 with all capabilities.
func Root() Cred { return Cred{Caps: AllCaps} }

// User is someone without capabilities.
func User(uid, gid uint32, groups ...uint32) Cred { return Cred{UID: uid, GID: gid, Groups: groups} }

// Has reports whether all of the capabilities are there.
func (c *Cred) Has(caps Caps) bool { return c.Caps&caps == caps }

// in reports whether it is a member of the group.
func (c *Cred) in(gid uint32) bool { return c.GID == gid || slices.Contains(c.Groups, gid) }

// owns reports whether it may do what an owner may.
func (c *Cred) owns(i *inode) bool { return c.UID == i.UID || c.Has(CAP_FOWNER) }

// access is what someone wants to do with a file.
type access uint8

const (
	mayExec  access = 1
	mayWrite access = 2
	mayRead  access = 4
)

// allowed is the POSIX check, first the class's bits, then the capabilities. Linux: fs/namei.c generic_permission.
func (c *Cred) allowed(i *inode, want access) bool {
	bits := i.Mode
	switch {
	case c.UID == i.UID:
		bits >>= 6
	case c.in(i.GID):
		bits >>= 3
	}
	if access(bits)&want == want {
		return true
	}
	if i.Mode.IsDir() {
		return c.Has(CAP_DAC_OVERRIDE) || want&mayWrite == 0 && c.Has(CAP_DAC_READ_SEARCH)
	}
	if want == mayRead && c.Has(CAP_DAC_READ_SEARCH) {
		return true
	}
	return c.Has(CAP_DAC_OVERRIDE) && (want&mayExec == 0 || i.Mode&0o111 != 0)
}
