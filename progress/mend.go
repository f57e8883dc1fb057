package progress

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// mendOrMakeDo puts a whole file in the place of a damaged one. If that cannot be done now, the newest good copy is
// there to be looked at.
func (s *Store) mendOrMakeDo(ctx context.Context, reason error) error {
	err := s.mend(ctx, reason)
	if err == nil || ctx.Err() != nil {
		return err
	}
	return s.makeDo(ctx, errors.Join(reason, err))
}

// makeDo opens the newest good copy for reading.
func (s *Store) makeDo(ctx context.Context, reason error) error {
	s.disconnect()
	for _, c := range s.Copies() {
		if s.look(ctx, access{path: c.Path, readOnly: true, immutable: true, wait: s.options.Wait}) == nil {
			s.windows.share()
			s.setCondition(ReadOnly, Damaged, reason)
			s.condition.Copy = c.At
			return nil
		}
	}
	return s.openInMemory(ctx, Damaged, reason)
}

// mend makes a new file of the newest good copy and of everything whole in the damaged file, keeps the damaged one
// under another name, and goes on with the new one.
func (s *Store) mend(ctx context.Context, reason error) error {
	s.disconnect()
	if err := s.windows.poll(ctx, s.options.Wait, true); err != nil {
		return err // another window has the file open
	}
	found := Condition{State: Restored, Cause: Damaged, Err: reason}
	if err := s.mendTo(ctx, s.path+".new", &found); err != nil {
		return err
	}
	if err := s.replace(&found); err != nil {
		return err
	}
	if err := s.tryToWrite(ctx); err != nil {
		return err
	}
	s.windows.share()
	s.condition = found
	return nil
}

// mendTo makes the new file.
func (s *Store) mendTo(ctx context.Context, path string, c *Condition) error {
	if err := s.startFrom(ctx, path, c); err != nil {
		return err
	}
	damaged, err := readWreck(s.path)
	if err != nil {
		return err
	}
	return withFile(ctx, access{path: path, wait: s.options.Wait}, func(db *sql.DB) error {
		if err := migrate(ctx, db, migrations()); err != nil {
			return err
		}
		return inTransaction(ctx, db, func(tx *sql.Tx) error {
			if err := s.salvageOthers(ctx, tx); err != nil {
				return err
			}
			v := salvage{tx: tx}
			if err := v.take(ctx, damaged); err != nil {
				return err
			}
			if c.Lost, c.Gone, err = v.lost.missing(ctx, tx); err != nil {
				return err
			}
			_, err = rebuild(ctx, tx, s.scheduler())
			return err
		})
	})
}

// startFrom lays the newest good copy down as the new file, or an empty one.
func (s *Store) startFrom(ctx context.Context, path string, c *Condition) error {
	for _, suffix := range []string{"", "-wal", "-shm"} { // of an attempt that was interrupted
		os.Remove(path + suffix)
	}
	for _, backup := range s.Copies() {
		if good(ctx, backup.Path, s.options.Wait) {
			c.Copy = backup.At
			return copyFile(backup.Path, path)
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// good reports whether a copy can be built upon.
func good(ctx context.Context, path string, wait time.Duration) bool {
	err := withFile(ctx, access{path: path, readOnly: true, immutable: true, wait: wait}, func(db *sql.DB) error {
		f, err := formatOf(ctx, db)
		if err != nil || !f.ours() || f.version == 0 || f.version > len(migrations()) {
			return errors.Join(err, ErrDamaged)
		}
		found, err := problems(ctx, db, "quick_check")
		if len(found) > 0 {
			return ErrDamaged
		}
		return err
	})
	return err == nil
}

// salvageOthers adds what the copies have, the broken ones included, and what an earlier mending left behind when it
// was interrupted.
func (s *Store) salvageOthers(ctx context.Context, tx *sql.Tx) error {
	paths, err := filepath.Glob(escapeGlob(s.path) + ".damaged-*")
	if err != nil {
		return err
	}
	for _, c := range s.Copies() {
		paths = append(paths, c.Path)
	}
	for _, path := range slices.DeleteFunc(paths, func(p string) bool { return strings.HasSuffix(p, "-shm") }) {
		w, err := readWreck(path)
		if err != nil {
			continue // the newest good copy is there, and the damaged file itself follows
		}
		if main, ofLog := strings.CutSuffix(path, "-wal"); ofLog && !exists(main) {
			w = newWreck(nil, w.main)
		}
		if err := (&salvage{tx: tx}).take(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`[`, `\[`, `*`, `\*`, `?`, `\?`).Replace(path)
}

// replace puts the new file in its place. The log ahead goes first: it must never stand beside a file that is not
// its own.
func (s *Store) replace(c *Condition) error {
	c.Kept = s.unused(s.path + ".damaged-" + s.options.Now().UTC().Format(copyTime))
	for _, suffix := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(s.path+suffix, c.Kept+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := os.Rename(s.path+".new", s.path); err != nil {
		return err
	}
	if err := os.Remove(s.suspicion()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return syncDir(s.options.Dir)
}

// unused is a name that no file has.
func (s *Store) unused(name string) string {
	for i, first := 2, name; exists(name) || exists(name+"-wal"); i++ {
		name = fmt.Sprintf("%s-%d", first, i)
	}
	return name
}
