package progress

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"dockerlearn/lessons"
)

// Place is a screen of a lesson: the part of a section.
type Place struct {
	Lesson  lessons.LessonID
	Section lessons.SectionID
	Part    int
	Lang    lessons.Lang
	At      time.Time // zero: now
}

// Screen is a place within its lesson, the same in every language.
type Screen struct {
	Section lessons.SectionID
	Part    int
}

// SavePlace stores where the learner is, and that the screen was read.
func (s *Store) SavePlace(ctx context.Context, p Place) error {
	at := s.stamp(p.At)
	lesson, section, part := string(text(p.Lesson)), string(text(p.Section)), int64(p.Part)
	err := s.write(ctx, func(tx *sql.Tx) error {
		err := slotNamed("place").put(ctx, tx, []any{lesson, section, part, string(text(p.Lang)), at.ms, at.zone})
		if err != nil {
			return err
		}
		_, err = slotNamed("seen").merge(ctx, tx, []any{lesson, section, part, at.ms, at.zone})
		return err
	})
	return s.failed(ctx, "store the place", err)
}

// MarkRead stores that a screen was read, without moving the learner there.
func (s *Store) MarkRead(ctx context.Context, p Place) error {
	at := s.stamp(p.At)
	row := []any{string(text(p.Lesson)), string(text(p.Section)), int64(p.Part), at.ms, at.zone}
	err := s.write(ctx, func(tx *sql.Tx) error {
		_, err := slotNamed("seen").merge(ctx, tx, row)
		return err
	})
	return s.failed(ctx, "store what was read", err)
}

// stamp is a time given by a caller, or now.
func (s *Store) stamp(t time.Time) stamp {
	if t.IsZero() {
		t = s.options.Now()
	}
	return stampOf(t)
}

const placeColumns = `lesson, section, part, lang, at, zone`

func scanPlace(row scanner) (Place, error) {
	var p Place
	var at stamp
	err := row.Scan(&p.Lesson, &p.Section, &p.Part, &p.Lang, &at.ms, &at.zone)
	p.At = at.time()
	return p, err
}

// LastPlace is the place saved last; ErrNotFound before the first.
func (s *Store) LastPlace(ctx context.Context) (Place, error) {
	p, err := scanPlace(s.db.QueryRowContext(ctx, `SELECT `+placeColumns+` FROM place ORDER BY at DESC, lesson LIMIT 1`))
	if errors.Is(err, sql.ErrNoRows) {
		return Place{}, fmt.Errorf("last place: %w", ErrNotFound)
	}
	return p, s.failed(ctx, "read the last place", err)
}

// Places are the last places of all lessons, by lesson.
func (s *Store) Places(ctx context.Context) (map[lessons.LessonID]Place, error) {
	all, err := collect(ctx, s.db, scanPlace, `SELECT `+placeColumns+` FROM place`)
	byLesson := map[lessons.LessonID]Place{}
	for _, p := range all {
		byLesson[p.Lesson] = p
	}
	return byLesson, s.failed(ctx, "read the places", err)
}

// ReadScreens are all screens that were read, with the time of the first reading.
func (s *Store) ReadScreens(ctx context.Context) (map[lessons.LessonID]map[Screen]time.Time, error) {
	scan := func(row scanner) (Place, error) {
		var p Place
		var at stamp
		err := row.Scan(&p.Lesson, &p.Section, &p.Part, &at.ms, &at.zone)
		p.At = at.time()
		return p, err
	}
	all, err := collect(ctx, s.db, scan, `SELECT lesson, section, part, at, zone FROM seen`)
	read := map[lessons.LessonID]map[Screen]time.Time{}
	for _, p := range all {
		if read[p.Lesson] == nil {
			read[p.Lesson] = map[Screen]time.Time{}
		}
		read[p.Lesson][Screen{p.Section, p.Part}] = p.At
	}
	return read, s.failed(ctx, "read what was read", err)
}

// collect reads all rows of a query.
func collect[T any](
	ctx context.Context, q queryer, scan func(scanner) (T, error), query string, args ...any,
) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
