package progress

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// isFull reports whether the system had no room.
func isFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// canWrite looks at the read-only mark of the file; what else may forbid writing shows in the first write.
func canWrite(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() && info.Mode().Perm()&0o200 == 0 {
		err = &os.PathError{Op: "write", Path: path, Err: os.ErrPermission}
	}
	return err
}

// tryLock takes the lock on a file, alone or shared, or says that it is taken. It changes one kind into the other.
func tryLock(f *os.File, alone bool) bool {
	h := windows.Handle(f.Fd())
	flags := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if alone {
		flags |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	// The locked byte is far behind the process number that the file holds, so that others can read it.
	const far = 1 << 30
	windows.UnlockFileEx(h, 0, 1, 0, &windows.Overlapped{Offset: far})
	return windows.LockFileEx(h, flags, 0, 1, 0, &windows.Overlapped{Offset: far}) == nil
}

// syncDir has no counterpart here: NTFS keeps a journal of its names.
func syncDir(string) error { return nil }
