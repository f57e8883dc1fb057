//go:build unix

package progress

import (
	"errors"
	"os"
	"syscall"
)

// isFull reports whether the system had no room, or no more for this user.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// canWrite asks the system whether this process may write there. The file itself is not opened: closing it would
// let go of the locks that SQLite holds on it elsewhere in this process.
func canWrite(path string) error {
	const write = 2 // W_OK of access(2)
	if err := syscall.Access(path, write); err != nil {
		return &os.PathError{Op: "write", Path: path, Err: err}
	}
	return nil
}

// tryLock takes the lock on a file, alone or shared, or says that it is taken. It changes one kind into the other. On
// a disk that knows no such locks, everybody has them.
func tryLock(f *os.File, alone bool) bool {
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return !errors.Is(err, syscall.EWOULDBLOCK)
		}
	}
}

// syncDir makes a renaming in the folder survive a loss of power.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
