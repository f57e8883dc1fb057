package progress

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"dockerlearn/lessons"
)

// Bookmark is a place that the learner marked.
type Bookmark struct {
	Lesson  lessons.LessonID
	Section lessons.SectionID
	Part    int
	At      time.Time // zero: now
	Note    string
}

// AddBookmark marks a place, or changes the note at it.
func (s *Store) AddBookmark(ctx context.Context, b Bookmark) error {
	return s.failed(ctx, "store the bookmark", s.putBookmark(ctx, b, false))
}

// RemoveBookmark takes the mark at this place away.
func (s *Store) RemoveBookmark(ctx context.Context, b Bookmark) error {
	return s.failed(ctx, "remove the bookmark", s.putBookmark(ctx, b, true))
}

func (s *Store) putBookmark(ctx context.Context, b Bookmark, gone bool) error {
	at := s.stamp(b.At)
	row := []any{
		string(text(b.Lesson)), string(text(b.Section)), int64(b.Part), at.ms, at.zone, text(b.Note), bit(gone),
	}
	return s.write(ctx, func(tx *sql.Tx) error { return slotNamed("bookmark").put(ctx, tx, row) })
}

// Bookmarks are all marks, newest first.
func (s *Store) Bookmarks(ctx context.Context) ([]Bookmark, error) {
	scan := func(row scanner) (Bookmark, error) {
		var b Bookmark
		var at stamp
		err := row.Scan(&b.Lesson, &b.Section, &b.Part, &at.ms, &at.zone, &b.Note)
		b.At = at.time()
		return b, err
	}
	all, err := collect(ctx, s.db, scan, `
		SELECT lesson, section, part, at, zone, note FROM bookmark
		WHERE gone = 0 ORDER BY at DESC, lesson, section, part`)
	return all, s.failed(ctx, "read the bookmarks", err)
}

// Note is what the learner wrote about a question.
type Note struct {
	Question lessons.QuestionID
	Text     string
	At       time.Time
}

// SetNote stores what the learner wrote about a question; an empty text takes the note away.
func (s *Store) SetNote(ctx context.Context, q lessons.QuestionID, note string) error {
	at := s.stamp(time.Time{})
	row := []any{string(text(q)), at.ms, at.zone, text(note)}
	err := s.write(ctx, func(tx *sql.Tx) error { return slotNamed("note").put(ctx, tx, row) })
	return s.failed(ctx, "store the note", err)
}

const noteColumns = `question, text, at, zone`

func scanNote(row scanner) (Note, error) {
	var n Note
	var at stamp
	err := row.Scan(&n.Question, &n.Text, &at.ms, &at.zone)
	n.At = at.time()
	return n, err
}

// Note of a question; its text is empty when there is none.
func (s *Store) Note(ctx context.Context, q lessons.QuestionID) (Note, error) {
	n, err := scanNote(s.db.QueryRowContext(ctx,
		`SELECT `+noteColumns+` FROM note WHERE question = ? AND text <> ''`, string(text(q))))
	if errors.Is(err, sql.ErrNoRows) {
		return Note{Question: q}, nil
	}
	return n, s.failed(ctx, "read the note", err)
}

// Notes are all notes, newest first.
func (s *Store) Notes(ctx context.Context) ([]Note, error) {
	all, err := collect(ctx, s.db, scanNote,
		`SELECT `+noteColumns+` FROM note WHERE text <> '' ORDER BY at DESC, question`)
	return all, s.failed(ctx, "read the notes", err)
}

// Set stores a setting ("language", "theme", ...); an empty value takes it away.
func (s *Store) Set(ctx context.Context, key, value string) error {
	at := s.stamp(time.Time{})
	row := []any{text(key), at.ms, at.zone, text(value)}
	err := s.write(ctx, func(tx *sql.Tx) error { return slotNamed("setting").put(ctx, tx, row) })
	return s.failed(ctx, "store the setting", err)
}

// Settings are all settings.
func (s *Store) Settings(ctx context.Context) (map[string]string, error) {
	type setting struct{ key, value string }
	scan := func(row scanner) (setting, error) {
		var one setting
		err := row.Scan(&one.key, &one.value)
		return one, err
	}
	all, err := collect(ctx, s.db, scan, `SELECT key, value FROM setting WHERE value <> ''`)
	byKey := map[string]string{}
	for _, one := range all {
		byKey[one.key] = one.value
	}
	return byKey, s.failed(ctx, "read the settings", err)
}
