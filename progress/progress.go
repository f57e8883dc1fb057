// Package progress keeps what a learner did: an SQLite file in the learner's own folder, one for each profile.
//
// Terms. The log is every line that quiz.Review describes, in the order in which it arrived. A card and its facts are
// what the log says about one question (quiz.Fold). A copy is a backup of the whole file, taken once a day.
//
// Laws:
//
//  1. The log is the truth. It only grows: what is taken back is taken back by another line, and a question that left
//     the course keeps its lines. Cards and facts can be thrown away; Rebuild computes them again.
//  2. One act, one transaction: an answer is in the log and its card is moved, or neither. What a method reported as
//     stored survives the end of the process and of the machine's power.
//  3. Several windows may work in the same file at once. A card moves from the row as it is, inside the transaction.
//  4. Opening never fails because of what it finds. A damaged file, a newer one, a folder that cannot be written: the
//     Store works as well as it can, and its Condition says what was found. Nothing is ever deleted: a damaged file
//     is kept beside the one that takes its place.
//  5. Everything that a learner made carries a checksum, so what is salvaged from a damaged file is what was written.
//
// Left out: texts for the learner (Condition and the errors carry the facts that a sentence needs), the course (which
// questions exist today is not known here), and any clock but Options.Now.
//
// A Store may be used by several goroutines. The functions that are given to its methods must not call it.
package progress

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"dockerlearn/quiz"
)

// Why something could not be stored or read. Errors of this package wrap one of them where it applies; what failed
// left nothing half done and can be tried again.
var (
	ErrFull     = errors.New("the disk is full")
	ErrLocked   = errors.New("another program keeps the progress file locked")
	ErrReadOnly = errors.New("the progress file is open for reading only")
	ErrDamaged  = errors.New("the progress file is damaged")
	ErrDisk     = errors.New("the disk failed")
	ErrNotFound = errors.New("not in the progress file")
	ErrConflict = errors.New("another entry has the same id")
)

// Options say what to open. Dir and Now are needed; the rest may be left zero.
type Options struct {
	Dir       string           // the folder, as DefaultDir or the learner named it
	Profile   string           // whose progress; "" is the one without a name
	Now       func() time.Time // its zone is the learner's
	ReadOnly  bool             // only look
	Scheduler quiz.Scheduler   // nil: FSRS with its defaults
	Version   string           // of this program; told to an older one that meets the file
	Wait      time.Duration    // for a lock; 0 means five seconds
}

// Store is an open progress file.
type Store struct {
	options   Options
	path      string // "" in memory
	condition Condition
	db        *sql.DB
	windows   *windowLock   // nil in memory
	temporary string        // a folder to remove in the end
	turn      chan struct{} // holds one token: who has it may write
	writes    int           // belongs to who has the turn
	merging   sync.WaitGroup

	mu    sync.Mutex
	model quiz.Scheduler
}

// Recorded says what recording a line did.
type Recorded struct {
	Card   quiz.Card // as it is now
	Before quiz.Card // as it was; equal to Card for a line that was known already
	Known  bool      // the line was in the log before: an answer that is saved again is saved once
}

// Condition is what opening found.
func (s *Store) Condition() Condition { return s.condition }

// Path of the file; empty when progress is kept in memory only.
func (s *Store) Path() string { return s.path }

// Dir is the folder asked for.
func (s *Store) Dir() string { return s.options.Dir }

// UseScheduler replaces the model of memory. Cards keep what they are until their next answer; Rebuild moves all.
func (s *Store) UseScheduler(model quiz.Scheduler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.model = model
}

func (s *Store) scheduler() quiz.Scheduler {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.model
}

// Close ends all work with the file. What was stored is safe without it; it only tidies up.
func (s *Store) Close() error {
	var err error
	s.merging.Wait()
	if s.db != nil {
		err = s.db.Close()
	}
	s.windows.release()
	if s.temporary != "" {
		err = errors.Join(err, os.RemoveAll(s.temporary))
	}
	if err != nil {
		return fmt.Errorf("progress: close: %w", err)
	}
	return nil
}

// write runs one act in one transaction. The goroutines of this process take turns, so that only other processes
// have to be waited for by polling.
func (s *Store) write(ctx context.Context, act func(*sql.Tx) error) error {
	if s.condition.State == ReadOnly {
		return fmt.Errorf("%w (%s)", ErrReadOnly, s.condition.Cause)
	}
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := inTransaction(ctx, s.db, act); err != nil {
		return err
	}
	s.mergeAhead()
	return nil
}

// writesAMerge is after how many writes the log ahead is merged into the file. Each adds about six pages to it.
const writesAMerge = 100

// mergeAhead merges the log ahead into the file from time to time, beside the work: it takes the disk up to a tenth
// of a second, which SQLite by itself would add to every two hundredth answer. If it fails, the log ahead grows until
// the next time, or until SQLite does it after all.
func (s *Store) mergeAhead() {
	s.writes++
	if s.writes%writesAMerge == 0 && s.condition.State != Memory {
		s.merging.Go(func() { s.db.ExecContext(context.Background(), `PRAGMA wal_checkpoint(PASSIVE)`) })
	}
}

func inTransaction(ctx context.Context, db *sql.DB, act func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := act(tx); err != nil {
		return err
	}
	return tx.Commit()
}
