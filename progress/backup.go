package progress

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dockerlearn/quiz"
)

// copiesKept is how many daily copies stay.
const copiesKept = 3

// copyTime is how the name of a copy tells when it was taken, in UTC.
const copyTime = "20060102T150405Z"

// unfinishedCopy begins the name of a copy that is being taken.
const unfinishedCopy = "unfinished-"

// Copy is a backup.
type Copy struct {
	Path  string
	At    time.Time
	Bytes int64
}

// copyDir is the folder of this profile's copies: backups/progress, backups/progress-NAME.
func (s *Store) copyDir() string {
	dir, file := filepath.Split(s.path)
	return filepath.Join(dir, "backups", strings.TrimSuffix(file, fileSuffix))
}

// Copies are the daily copies, newest first.
func (s *Store) Copies() []Copy {
	if s.path == "" {
		return nil
	}
	entries, err := os.ReadDir(s.copyDir())
	if err != nil {
		return nil // there is none yet, or none that can be read
	}
	var all []Copy
	for _, e := range entries {
		name, ours := strings.CutSuffix(e.Name(), fileSuffix)
		at, err := time.Parse(copyTime, name)
		if !ours || err != nil {
			continue
		}
		path := filepath.Join(s.copyDir(), e.Name())
		all = append(all, Copy{Path: path, At: at.In(s.options.Now().Location()), Bytes: size(path)})
	}
	slices.SortFunc(all, func(a, b Copy) int { return b.At.Compare(a.At) })
	return all
}

// LastBackup is when the newest copy was taken, or the zero time.
func (s *Store) LastBackup() time.Time {
	if all := s.Copies(); len(all) > 0 {
		return all[0].At
	}
	return time.Time{}
}

func sameDay(a, b time.Time) bool { return quiz.DayOf(a) == quiz.DayOf(b) }

// copyNow takes a copy of the file as it is, while others may go on writing, and removes what is more than
// copiesKept. The log never shrinks: a copy with fewer lines than the last one does not push that one out.
func (s *Store) copyNow(ctx context.Context) error {
	dir := s.copyDir()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	unfinished, err := os.CreateTemp(dir, unfinishedCopy+"*")
	if err != nil {
		return err
	}
	defer os.Remove(unfinished.Name())
	defer unfinished.Close()
	if _, err := s.db.ExecContext(ctx, `VACUUM INTO ?`, unfinished.Name()); err != nil {
		return err
	}
	if err := unfinished.Sync(); err != nil {
		return err
	}
	if err := s.compareWithLast(ctx, unfinished.Name()); err != nil {
		return err
	}
	if err := unfinished.Close(); err != nil { // Windows renames no open file
		return err
	}
	name := s.options.Now().UTC().Format(copyTime) + fileSuffix
	if err := os.Rename(unfinished.Name(), filepath.Join(dir, name)); err != nil {
		return err
	}
	return errors.Join(syncDir(dir), s.removeOldCopies())
}

func (s *Store) compareWithLast(ctx context.Context, path string) error {
	copies := s.Copies()
	if len(copies) == 0 {
		return nil
	}
	had, err := count(ctx, copies[0].Path)
	if err != nil {
		return nil // the last copy is broken; all the more reason for a new one
	}
	have, err := count(ctx, path)
	if err == nil && have < had {
		s.suspect()
		return fmt.Errorf("%w (%d, %d): %w", errShrunk, have, had, ErrDamaged)
	}
	return err
}

// removeOldCopies also removes what an interrupted copying left behind, once no other window can be at it any more.
func (s *Store) removeOldCopies() error {
	var err error
	for _, path := range filesIn(s.copyDir(), unfinishedCopy) {
		if info, e := os.Stat(path); e == nil && s.options.Now().Sub(info.ModTime()) > 24*time.Hour {
			err = errors.Join(err, os.Remove(path))
		}
	}
	for i, c := range s.Copies() {
		if i >= copiesKept {
			err = errors.Join(err, os.Remove(c.Path))
		}
	}
	return err
}
