package progress

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"dockerlearn/quiz"
)

// defaultWait is how long a lock is waited for. Another window holds one for about a millisecond.
const defaultWait = 5 * time.Second

// Open opens or makes the progress file. It fails only for options that make no sense, and when the context ends;
// whatever else is wrong is in the Store's Condition.
func Open(ctx context.Context, o Options) (*Store, error) {
	s, err := newStore(o)
	if err != nil {
		return nil, fmt.Errorf("progress: %w", err)
	}
	if o.ReadOnly {
		err = s.openToRead(ctx, Asked, nil)
	} else {
		err = s.openToWrite(ctx)
	}
	if err = errors.Join(err, ctx.Err()); err != nil {
		s.Close()
		return nil, fmt.Errorf("progress: open %s: %w", s.path, err)
	}
	return s, nil
}

func newStore(o Options) (*Store, error) {
	name, err := fileName(o.Profile)
	if err != nil {
		return nil, err
	}
	if o.Dir == "" || o.Now == nil {
		return nil, errors.New("no folder, or no clock")
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	if o.Scheduler == nil {
		o.Scheduler = quiz.NewFSRS(quiz.DefaultParameters())
	}
	if o.Wait <= 0 {
		o.Wait = defaultWait
	}
	s := &Store{options: o, path: filepath.Join(o.Dir, name), model: o.Scheduler, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s, nil
}

// openToWrite opens the file as usual; what stands in the way decides what is done instead.
func (s *Store) openToWrite(ctx context.Context) error {
	err := s.tryToWrite(ctx)
	if err == nil || ctx.Err() != nil {
		return err
	}
	s.disconnect()
	newer, foreign := errors.As(err, new(newerError)), errors.As(err, new(foreignError))
	switch cause := causeOf(err); {
	case cause == Damaged, (newer || foreign) && s.headerLies(ctx):
		return s.mendOrMakeDo(ctx, err)
	case newer:
		return s.openToRead(ctx, Newer, err)
	case foreign:
		return s.openInMemory(ctx, Foreign, err)
	default:
		return s.openToRead(ctx, cause, err)
	}
}

// tryToWrite leaves the Store connected, or says what is wrong.
func (s *Store) tryToWrite(ctx context.Context) error {
	fresh, err := s.makeFile()
	if err != nil {
		return err
	}
	var alone bool
	if s.windows == nil {
		if s.windows, alone, err = lockWindows(ctx, s.path, s.options.Wait); err != nil {
			return err
		}
	}
	if alone {
		if err := s.lookFromOutside(fresh); err != nil {
			return err // and stay alone, to mend it
		}
	}
	if !alone {
		defer s.windows.share()
	}
	if s.db, err = connect(ctx, access{path: s.path, wait: s.options.Wait}); err != nil {
		return broken(ctx, err)
	}
	if err := s.settle(ctx); err != nil {
		return broken(ctx, err)
	}
	s.windows.share()
	s.condition = Condition{State: Fine}
	if fresh {
		s.condition.State = Fresh
	}
	return nil
}

// makeFile makes the folder and an empty file, for this user only, if they do not exist.
func (s *Store) makeFile() (fresh bool, err error) {
	if err := os.MkdirAll(s.options.Dir, 0o700); err != nil {
		return false, err
	}
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		return true, f.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	return false, errors.Join(canWrite(s.path), canWrite(s.options.Dir))
}

// settle brings a file that was just connected to today's format and looks it over.
func (s *Store) settle(ctx context.Context) error {
	f, err := formatOf(ctx, s.db)
	if err != nil {
		return err
	}
	steps := migrations()
	switch {
	case f.empty():
	case !f.ours():
		return foreignError{f.application}
	case f.version > len(steps):
		return newerError{f.version, s.writtenBy(ctx)}
	case f.version < len(steps):
		if err := s.copyNow(ctx); err != nil {
			return fmt.Errorf("copy the file before its format changes: %w", err)
		}
	}
	if f.version < len(steps) {
		if err := migrate(ctx, s.db, steps); err != nil {
			return err
		}
	}
	if err := s.lookOver(ctx); err != nil {
		return err
	}
	return s.signVersion(ctx)
}

// signVersion tells other versions of the program who was here. It writes only when that changes.
func (s *Store) signVersion(ctx context.Context) error {
	if s.options.Version == "" || s.writtenBy(ctx) == s.options.Version {
		return nil
	}
	_, err := s.db.ExecContext(ctx, `INSERT OR REPLACE INTO about (key, value) VALUES ('version', ?)`, s.options.Version)
	return err
}

// writtenBy is the version of the program that wrote the file, as far as it says.
func (s *Store) writtenBy(ctx context.Context) string {
	var version string
	if s.db.QueryRowContext(ctx, `SELECT value FROM about WHERE key = 'version'`).Scan(&version) != nil {
		return ""
	}
	return version
}

// headerLies reports whether a file that, by its header, is a newer program's or another program's says in its table
// that it is in a format known here: then the header is damaged. Every migration writes both.
func (s *Store) headerLies(ctx context.Context) bool {
	known := false
	ro := access{path: s.path, readOnly: true, wait: s.options.Wait}
	err := withFile(ctx, ro, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT CAST(value AS INTEGER) <= ? FROM about WHERE key = 'format'`,
			len(migrations())).Scan(&known)
	})
	return err == nil && known
}

type newerError struct {
	version int
	program string
}

func (e newerError) Error() string {
	return fmt.Sprintf("format %d, this program knows up to %d", e.version, len(migrations()))
}

type foreignError struct{ application int }

func (e foreignError) Error() string {
	return fmt.Sprintf("a database of another program (application %#x)", e.application)
}

// disconnect goes back to before connecting. The lock on the windows stays as it is.
func (s *Store) disconnect() {
	if s.db != nil {
		s.db.Close()
		s.db = nil
	}
}

// openInMemory starts with nothing and keeps nothing.
func (s *Store) openInMemory(ctx context.Context, cause Cause, reason error) (err error) {
	s.disconnect()
	s.windows.release()
	s.windows = nil
	s.setCondition(Memory, cause, reason)
	s.path = ""
	if s.db, err = connect(ctx, access{wait: s.options.Wait}); err != nil {
		return err
	}
	return migrate(ctx, s.db, migrations())
}

func (s *Store) setCondition(state State, cause Cause, reason error) {
	c := Condition{State: state, Cause: cause, Err: reason}
	if newer := (newerError{}); errors.As(reason, &newer) {
		c.Version, c.Schema = newer.program, newer.version
	}
	if cause == Locked {
		c.PID = lastOpener(s.path)
	}
	s.condition = c
}

// withFile is for a file that is only needed for a moment.
func withFile(ctx context.Context, a access, do func(*sql.DB) error) error {
	db, err := connect(ctx, a)
	if err != nil {
		return err
	}
	defer db.Close()
	return do(db)
}
