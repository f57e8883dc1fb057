package progress

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// windowLock is held, shared, by every window that has the progress file open. Who holds it alone may look at the
// file without SQLite and put another in its place.
type windowLock struct {
	file *os.File
}

// lockWindows takes the lock: alone if nobody else has the file open, or else shared.
func lockWindows(ctx context.Context, path string, wait time.Duration) (lock *windowLock, alone bool, err error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, err
	}
	w := &windowLock{f}
	if tryLock(f, true) {
		return w, true, nil
	}
	if err := w.poll(ctx, wait, false); err != nil {
		f.Close()
		return nil, false, err
	}
	return w, false, nil
}

// poll tries to take the lock until the time is over.
func (w *windowLock) poll(ctx context.Context, wait time.Duration, alone bool) error {
	ctx, cancel := context.WithTimeoutCause(ctx, wait, ErrLocked)
	defer cancel()
	for !tryLock(w.file, alone) {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

// share lets other windows in, and leaves this process's number for them.
func (w *windowLock) share() {
	if w == nil {
		return
	}
	tryLock(w.file, false)
	if w.file.Truncate(0) == nil {
		fmt.Fprintf(io.NewOffsetWriter(w.file, 0), "%d\n", os.Getpid())
	}
}

func (w *windowLock) release() {
	if w != nil {
		w.file.Close()
	}
}

// lastOpener is the number of the process that opened the file last, 0 if unknown or this one.
func lastOpener(path string) int {
	text, err := os.ReadFile(path + ".lock")
	if err != nil || len(text) == 0 {
		return 0
	}
	pid, err := strconv.Atoi(string(text[:len(text)-1]))
	if err != nil || pid == os.Getpid() {
		return 0
	}
	return pid
}
