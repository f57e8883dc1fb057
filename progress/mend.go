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

// salvageOthers adds what the copies have, the broken ones included, and what earlier mendings kept: one of them may
// have been interrupted.
func (s *Store) salvageOthers(ctx context.Context, tx *sql.Tx) error {
	var wrecks []string
	for _, path := range s.keptFiles() {
		if !strings.HasSuffix(path, "-wal") && !strings.HasSuffix(path, "-shm") {
			wrecks = append(wrecks, path)
		}
	}
	for _, c := range s.Copies() {
		wrecks = append(wrecks, c.Path)
	}
	for _, stray := range s.strays() {
		wrecks = append(wrecks, strings.TrimSuffix(stray, "-wal"))
	}
	for _, path := range wrecks {
		w, err := readWreck(path)
		if err != nil {
			continue // the newest good copy is there, and the damaged file itself follows
		}
		if err := (&salvage{tx: tx}).take(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// keptMark stands in the names of damaged files that were kept, behind that of the file and before the time.
const keptMark = ".damaged-"

// keptFiles are the damaged files of earlier mendings.
func (s *Store) keptFiles() []string {
	return filesIn(s.options.Dir, filepath.Base(s.path)+keptMark)
}

// filesIn are the files of a folder whose names begin so.
func filesIn(dir, prefix string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // what cannot be listed is not there for us
	}
	var paths []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths
}

// strays are logs ahead that were put aside by a mending that was interrupted before it came to their file.
func (s *Store) strays() []string {
	return slices.DeleteFunc(s.keptFiles(), func(path string) bool {
		main, ahead := strings.CutSuffix(path, "-wal")
		return !ahead || exists(main)
	})
}

// replace puts the new file in its place. The log ahead goes first, since it must never stand beside a file that is
// not its own. Wherever this is interrupted, lookFromOutside sees it.
func (s *Store) replace(c *Condition) error {
	strays := s.strays()
	c.Kept = s.unused(s.path + keptMark + s.options.Now().UTC().Format(copyTime))
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Rename(s.path+suffix, c.Kept+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	// With a second name for the damaged file there is no moment without a file; not every disk can do that.
	if os.Link(s.path, c.Kept) != nil {
		if err := os.Rename(s.path, c.Kept); err != nil {
			return err
		}
	}
	if err := os.Rename(s.path+".new", s.path); err != nil {
		return err
	}
	for _, stray := range strays {
		if err := os.Rename(stray, stray+".salvaged"); err != nil {
			return err
		}
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
