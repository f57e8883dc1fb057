package vfs

// Mode is a file's kind and permissions, with Linux's bits.
type Mode uint32

// Linux: include/uapi/linux/stat.h
const (
	S_IFMT   Mode = 0o170000
	S_IFSOCK Mode = 0o140000
	S_IFLNK  Mode = 0o120000
	S_IFREG  Mode = 0o100000
	S_IFBLK  Mode = 0o060000
	S_IFDIR  Mode = 0o040000
	S_IFCHR  Mode = 0o020000
	S_IFIFO  Mode = 0o010000

	S_ISUID Mode = 0o4000
	S_ISGID Mode = 0o2000
	S_ISVTX Mode = 0o1000

	PermMask Mode = 0o7777
	groupX   Mode = 0o010
)

// Type is the kind alone.
func (m Mode) Type() Mode { return m & S_IFMT }

// Perm is the permissions alone, with setuid, setgid and sticky.
func (m Mode) Perm() Mode { return m & PermMask }

// IsDir reports whether it is a directory.
func (m Mode) IsDir() bool { return m&S_IFMT == S_IFDIR }

// IsRegular reports whether it is a regular file.
func (m Mode) IsRegular() bool { return m&S_IFMT == S_IFREG }

// IsSymlink reports whether it is a symbolic link.
func (m Mode) IsSymlink() bool { return m&S_IFMT == S_IFLNK }

// IsDevice reports whether it is a character or block device.
func (m Mode) IsDevice() bool { return m&S_IFMT == S_IFCHR || m&S_IFMT == S_IFBLK }

// isSpecial reports whether opening it leads to something that is not in the file system.
func (m Mode) isSpecial() bool { return !m.IsDir() && !m.IsRegular() && !m.IsSymlink() }

// setgidExec is a set-group-id file that its group may execute; without execution the bit once meant locking.
func (m Mode) setgidExec() bool { return m&(S_ISGID|groupX) == S_ISGID|groupX }

// String is the form of ls -l: drwxr-xr-x.
func (m Mode) String() string {
	const types = "?pc?d?b?-?l?s???"
	b := [10]byte{types[m>>12&15]}
	for i := range 9 {
		b[1+i] = '-'
		if m&(0o400>>i) != 0 {
			b[1+i] = "rwx"[i%3]
		}
	}
	special := func(bit Mode, at int, with, without byte) {
		if m&bit == 0 {
			return
		}
		if b[at] == 'x' {
			b[at] = with
		} else {
			b[at] = without
		}
	}
	special(S_ISUID, 3, 's', 'S')
	special(S_ISGID, 6, 's', 'S')
	special(S_ISVTX, 9, 't', 'T')
	return string(b[:])
}

// Dev is a device number.
type Dev uint32

// MakeDev makes a device number.
func MakeDev(major, minor uint32) Dev { return Dev(major<<20 | minor&0xfffff) }

// Major is what drives the device.
func (d Dev) Major() uint32 { return uint32(d) >> 20 }

// Minor is which one of the driver's devices it is.
func (d Dev) Minor() uint32 { return uint32(d) & 0xfffff }

// Flags are open(2)'s, with Linux's values on amd64.
type Flags uint32

// Linux: include/uapi/asm-generic/fcntl.h
const (
	O_RDONLY    Flags = 0
	O_WRONLY    Flags = 1
	O_RDWR      Flags = 2
	O_CREAT     Flags = 0o100
	O_EXCL      Flags = 0o200
	O_NOCTTY    Flags = 0o400
	O_TRUNC     Flags = 0o1000
	O_APPEND    Flags = 0o2000
	O_NONBLOCK  Flags = 0o4000
	O_DSYNC     Flags = 0o10000
	O_LARGEFILE Flags = 0o100000
	O_DIRECTORY Flags = 0o200000
	O_NOFOLLOW  Flags = 0o400000
	O_NOATIME   Flags = 0o1000000
	O_CLOEXEC   Flags = 0o2000000
	O_SYNC      Flags = 0o4010000

	accessMode Flags = 3
)

func (f Flags) has(bits Flags) bool { return f&bits == bits }

// reads and writes are what the open file allows. Mode 3 is neither: such a file is for ioctl(2) only, but must be
// permitted as if for both. Linux: include/linux/fs.h, OPEN_FMODE and ACC_MODE.
func (f Flags) reads() bool  { return f&accessMode == O_RDONLY || f&accessMode == O_RDWR }
func (f Flags) writes() bool { return f&accessMode == O_WRONLY || f&accessMode == O_RDWR }

// wants is the permissions that opening takes.
func (f Flags) wants() access {
	var want access
	if f&accessMode != O_WRONLY {
		want |= mayRead
	}
	if f&accessMode != O_RDONLY || f.has(O_TRUNC) {
		want |= mayWrite
	}
	return want
}

// Limits on names, as in Linux: include/uapi/linux/limits.h.
const (
	NameMax    = 255
	PathMax    = 4096
	maxLinks   = 40               // symbolic links in one look-up
	maxNlink   = 65000            // hard links to one file (ext4)
	maxSize    = 1<<44 - pageSize // of a file (ext4 with blocks of 4 KiB)
	xattrMax   = 65536            // one extended attribute's value
	xattrTotal = 4096             // all of a file's (ext4: one block)
)

// BlockSize is the unit in which disk space is given out.
const BlockSize = pageSize
