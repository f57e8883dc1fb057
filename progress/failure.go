package progress

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// kindOf says which of this package's errors an error of the library or of the system is, or nil.
func kindOf(err error) error {
	for _, kind := range []error{ErrFull, ErrLocked, ErrReadOnly, ErrDamaged, ErrDisk} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	if se := (*sqlite.Error)(nil); errors.As(err, &se) {
		return kindOfCode(se.Code())
	}
	switch {
	case isFull(err):
		return ErrFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return ErrReadOnly
	case errors.As(err, new(*fs.PathError)):
		return ErrDisk
	}
	return nil
}

func kindOfCode(code int) error {
	switch code {
	case sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS:
		return ErrDamaged
	case sqlite3.SQLITE_IOERR_SHMSIZE: // the index of the log ahead could not grow
		return ErrFull
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return ErrFull
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return ErrLocked
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return ErrReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return ErrDamaged
	case sqlite3.SQLITE_IOERR:
		return ErrDisk
	}
	return nil
}

// causeOf is the cause to name in a Condition.
func causeOf(err error) Cause {
	switch kindOf(err) {
	case ErrFull:
		return Full
	case ErrLocked:
		return Locked
	case ErrReadOnly:
		return NotWritable
	case ErrDamaged:
		return Damaged
	}
	return DiskFailed
}

// failed is the error that a method returns: what was being done, which kind of failure it is, where, and what the
// library said. A damaged file is remembered, so that the next start looks it over.
func (s *Store) failed(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if ended := ctx.Err(); ended != nil {
		return fmt.Errorf("progress: %s: %w", doing, ended)
	}
	kind := kindOf(err)
	switch {
	case kind == nil, errors.Is(err, kind):
		return fmt.Errorf("progress: %s: %w", doing, err)
	case kind == ErrDamaged:
		s.suspect()
	}
	return fmt.Errorf("progress: %s: %w (%s: %w)", doing, kind, s.where(), err)
}

func (s *Store) where() string {
	if s.path == "" {
		return "in memory"
	}
	return s.path
}
