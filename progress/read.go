package progress

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// errOtherWay is for a file that can be read, but in another way.
var errOtherWay = errors.New("not in this way")

// openToRead opens the file for looking only, in the first way that works, and in memory if none does.
func (s *Store) openToRead(ctx context.Context, cause Cause, reason error) error {
	s.disconnect()
	if s.windows == nil { // a folder that cannot be written has no lock either
		s.windows, _, _ = lockWindows(ctx, s.path, s.options.Wait)
	}
	s.setCondition(ReadOnly, cause, reason)
	if cause == Locked { // it was waited for already
		defer func(wait time.Duration) { s.options.Wait = wait }(s.options.Wait)
		s.options.Wait = 50 * time.Millisecond
	}
	for _, way := range []func(context.Context) error{s.readBeside, s.readFrozen, s.readCopied} {
		err := way(ctx)
		switch {
		case err == nil:
			s.windows.share()
			if cause == Newer && s.condition.Version == "" {
				s.condition.Version = s.writtenBy(ctx)
			}
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
			return s.openInMemory(ctx, cause, reason)
		case errors.Is(err, errOtherWay), cause == Newer:
		case errors.Is(kindOf(broken(ctx, err)), ErrDamaged):
			return s.makeDo(ctx, err)
		}
	}
	return s.openInMemory(ctx, cause, reason)
}

// readBeside reads while others may write.
func (s *Store) readBeside(ctx context.Context) error {
	if _, err := os.Stat(s.path); err != nil {
		return err
	}
	return s.look(ctx, access{path: s.path, readOnly: true, wait: s.options.Wait})
}

// readFrozen is for a folder that cannot be written: SQLite has no place for its shared index there, and needs none
// when there is no log ahead.
func (s *Store) readFrozen(ctx context.Context) error {
	if size(s.path+"-wal") > 0 {
		return fmt.Errorf("%w: there is a log ahead", errOtherWay)
	}
	return s.look(ctx, access{path: s.path, readOnly: true, immutable: true, wait: s.options.Wait})
}

// readCopied reads a copy in a temporary folder, where a log ahead can be merged and an old format brought up to date.
func (s *Store) readCopied(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "dockerlearn-")
	if err != nil {
		return err
	}
	s.temporary = dir
	copied := filepath.Join(dir, filepath.Base(s.path))
	for _, suffix := range []string{"", "-wal"} {
		if err := copyFile(s.path+suffix, copied+suffix); err != nil && !(suffix != "" && errors.Is(err, fs.ErrNotExist)) {
			return err
		}
	}
	err = withFile(ctx, access{path: copied, wait: s.options.Wait}, func(db *sql.DB) error {
		f, err := formatOf(ctx, db)
		if err != nil || f.version > len(migrations()) {
			return err
		}
		return migrate(ctx, db, migrations())
	})
	if err != nil {
		return err
	}
	return s.look(ctx, access{path: copied, readOnly: true, immutable: true, wait: s.options.Wait})
}

// look connects for reading and makes sure that the queries of this version work.
func (s *Store) look(ctx context.Context, a access) error {
	db, err := connect(ctx, a)
	if err != nil {
		return err
	}
	if err := readable(ctx, db); err != nil {
		db.Close()
		return err
	}
	s.db = db
	return nil
}

func readable(ctx context.Context, db *sql.DB) error {
	f, err := formatOf(ctx, db)
	switch {
	case err != nil:
		return err
	case f.empty():
		return fs.ErrNotExist
	case !f.ours():
		return foreignError{f.application}
	case f.version < len(migrations()):
		return fmt.Errorf("%w: format %d is an old one", errOtherWay, f.version)
	}
	return probe(ctx, db)
}

// probe asks each table for its columns.
func probe(ctx context.Context, q queryer) error {
	queries := []string{
		`SELECT ` + reviewColumns + `, sum FROM review LIMIT 1`,
		`SELECT ` + cardColumns + ` FROM card LIMIT 1`,
		`SELECT question, part, data FROM fact LIMIT 1`,
		`SELECT lines FROM tally`,
		`SELECT key, value FROM about LIMIT 1`,
	}
	for _, t := range slots() {
		queries = append(queries, `SELECT `+t.list()+`, sum FROM `+t.name+` LIMIT 1`)
	}
	for _, query := range queries {
		rows, err := q.QueryContext(ctx, query)
		if err != nil {
			return err
		}
		for rows.Next() { // a damaged page shows when it is stepped on
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
	}
	return nil
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// copyFile makes a file for this user only, and waits until it is on the disk.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
