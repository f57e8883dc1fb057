package progress

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"
)

// Health is what the doctor tells about the file.
type Health struct {
	Path     string
	Bytes    int64    // of the file and of what is not yet merged into it
	Schema   int      // the format
	SQLite   string   // the library's version
	Problems []string // what the integrity check and the checksums found; empty is good
	Reviews  int
	Cards    int
	Screens  int // read
	Copies   []Copy
}

// maxProblems are listed of each kind.
const maxProblems = 20

// smallFile is how large a file may be to be looked over completely at every start.
const smallFile = 1 << 20

// Check looks the whole file over, for the doctor. A million answers take some seconds.
func (s *Store) Check(ctx context.Context) (Health, error) {
	h := Health{Path: s.path, Copies: s.Copies()}
	if s.path != "" {
		h.Bytes = size(s.path) + size(s.path+"-wal")
	}
	err := s.db.QueryRowContext(ctx, `
		SELECT sqlite_version(), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM review),
			(SELECT count(*) FROM card), (SELECT count(*) FROM seen)`).
		Scan(&h.SQLite, &h.Schema, &h.Reviews, &h.Cards, &h.Screens)
	if err != nil {
		return h, s.failed(ctx, "count what is in the file", err)
	}
	h.Problems, err = problems(ctx, s.db, "integrity_check")
	if len(h.Problems) > 0 {
		s.suspect()
	}
	return h, s.failed(ctx, "check the file", err)
}

// problems are what SQLite's check and the checksums find, in words. What cannot be read at all is a problem too.
func problems(ctx context.Context, q queryer, check string) ([]string, error) {
	found, err := structure(ctx, q, check)
	if err == nil {
		var more []string
		more, err = badSums(ctx, q)
		found = append(found, more...)
	}
	if kindOf(err) == ErrDamaged {
		return append(found, err.Error()), nil
	}
	return found, err
}

// structure runs quick_check or integrity_check.
func structure(ctx context.Context, q queryer, check string) ([]string, error) {
	scan := func(row scanner) (string, error) {
		var line string
		err := row.Scan(&line)
		return line, err
	}
	lines, err := collect(ctx, q, scan, fmt.Sprintf(`PRAGMA %s(%d)`, check, maxProblems))
	if err != nil || len(lines) == 1 && lines[0] == "ok" {
		return nil, err
	}
	return lines, nil
}

// badSums names rows that are not what was written.
func badSums(ctx context.Context, q queryer) ([]string, error) {
	found, err := badSumsOf(ctx, q, "review", reviewColumns, "seq")
	for _, t := range slots() {
		if err != nil {
			return found, err
		}
		var more []string
		more, err = badSumsOf(ctx, q, t.name, t.list(), "rowid")
		found = append(found, more...)
	}
	if err != nil {
		return found, err
	}
	return found, tallies(ctx, q, &found)
}

func badSumsOf(ctx context.Context, q queryer, table, columns, key string) ([]string, error) {
	rows, err := q.QueryContext(ctx, fmt.Sprintf(`SELECT %s, %s, sum FROM %s`, columns, key, table))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	n := len(names) - 2
	var found []string
	for rows.Next() && len(found) < maxProblems {
		if err := rows.Scan(into...); err != nil {
			return found, err
		}
		if !sumHolds(table, values[:n], values[n+1]) {
			found = append(found, fmt.Sprintf("table %s, row %v: not what was written", table, values[n]))
		}
	}
	return found, rows.Err()
}

// sumHolds is for values that come from a file that may be damaged: they may be of any type.
func sumHolds(table string, values []any, have any) bool {
	for _, v := range values {
		switch v.(type) {
		case int64, float64, string:
		default:
			return false
		}
	}
	return have == any(sum(table, values))
}

// tallies compares the log with the count of its lines.
func tallies(ctx context.Context, q queryer, found *[]string) error {
	lines, err := tally(ctx, q)
	if err != nil {
		return err
	}
	var have int64
	if err := q.QueryRowContext(ctx, `SELECT count(*) FROM review`).Scan(&have); err != nil {
		return err
	}
	if have != lines {
		*found = append(*found, fmt.Sprintf("the log has %d lines, %d were written", have, lines))
	}
	return nil
}

// lookOver is the check at every start: a small file is checked completely, of a large one what the first screen
// needs. Upkeep checks the rest once a day, and what it finds makes the next start look at everything.
func (s *Store) lookOver(ctx context.Context) error {
	if err := probe(ctx, s.db); err != nil {
		return broken(ctx, err)
	}
	suspected := exists(s.suspicion())
	var found []string
	var err error
	switch {
	case suspected:
		found, err = problems(ctx, s.db, "integrity_check")
	case size(s.path)+size(s.path+"-wal") <= smallFile:
		found, err = structure(ctx, s.db, "quick_check")
	}
	switch {
	case err != nil:
		return broken(ctx, err)
	case len(found) > 0:
		return fmt.Errorf("%w: %s", ErrDamaged, found[0])
	case suspected:
		return os.Remove(s.suspicion())
	}
	return nil
}

// broken is for an error while a file is opened, where everything works in one that is whole: what is not about
// locks or the disk, or a database that is not for this program, means that the file is not as it was made.
func broken(ctx context.Context, err error) error {
	if ctx.Err() != nil || kindOf(err) != nil || errors.As(err, new(newerError)) || errors.As(err, new(foreignError)) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// suspicion is a file that stands beside one in which damage was met.
func (s *Store) suspicion() string { return s.path + ".suspect" }

// suspect makes the next start look the whole file over. If even that cannot be noted, Upkeep finds it again.
func (s *Store) suspect() {
	if s.path == "" || s.condition.State == ReadOnly {
		return
	}
	if f, err := os.OpenFile(s.suspicion(), os.O_CREATE|os.O_WRONLY, 0o600); err == nil {
		f.Close()
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Upkeep does what is due once a day: it looks the whole file over and takes a copy. Call it in the background once
// the first screen stands; it costs nothing when it was done today. ErrDamaged says that the file needs to be mended,
// which the next start does.
func (s *Store) Upkeep(ctx context.Context) error {
	if s.condition.State == ReadOnly || s.path == "" || s.copiedToday() {
		return nil
	}
	found, err := problems(ctx, s.db, "quick_check")
	if err == nil && len(found) > 0 {
		s.suspect()
		err = fmt.Errorf("%w: %s", ErrDamaged, found[0])
	}
	if err == nil {
		err = s.copyNow(ctx)
	}
	return s.failed(ctx, "daily copy", err)
}

func (s *Store) copiedToday() bool {
	last := s.LastBackup()
	return !last.IsZero() && sameDay(last, s.options.Now())
}

// count is the number of lines in a file's log.
func count(ctx context.Context, path string) (n int64, err error) {
	err = withFile(ctx, access{path: path, readOnly: true, immutable: true, wait: time.Second}, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT count(*) FROM review`).Scan(&n)
	})
	return n, err
}

var errShrunk = errors.New("the log has fewer lines than the last copy")
