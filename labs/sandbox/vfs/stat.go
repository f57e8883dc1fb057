package vfs

import "time"

// Ino is an inode number. It is unique within its file system and never used again.
type Ino uint64

// FileID names a file among all that one Disk holds, whatever its paths are.
type FileID struct {
	Dev Dev
	Ino Ino
}

// Stat is what stat(2) says. Times are nanoseconds since 1970.
type Stat struct {
	Dev                 Dev
	Ino                 Ino
	Mode                Mode
	Nlink               uint32
	UID, GID            uint32
	Rdev                Dev
	Size                int64
	Blocks              int64 // of 512 bytes
	Atime, Mtime, Ctime int64
}

// ID names the file.
func (s Stat) ID() FileID { return FileID{s.Dev, s.Ino} }

// IsDir reports whether it is a directory.
func (s Stat) IsDir() bool { return s.Mode.IsDir() }

// ModTime is when the content last changed.
func (s Stat) ModTime() time.Time { return time.Unix(0, s.Mtime).UTC() }

// DirEntry is one name in a directory.
type DirEntry struct {
	Name string
	Ino  Ino
	Type Mode // the kind alone
}

// StatFS is what statfs(2) says, in bytes.
type StatFS struct {
	Type               string
	Size, Free         int64
	Inodes, FreeInodes int64
	ReadOnly           bool
}

// Used is the bytes in use.
func (s StatFS) Used() int64 { return s.Size - s.Free }
