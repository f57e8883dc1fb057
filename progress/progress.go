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
	"encoding/json"
	"errors"
	"time"

	"dockerlearn/lessons"
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
	db        *sql.DB
	path      string
	options   Options
	condition Condition
}

// Recorded says what recording a line did.
type Recorded struct {
	Card   quiz.Card // as it is now
	Before quiz.Card // as it was; equal to Card for a line that was known already
	Known  bool      // the line was in the log before: an answer that is saved again is saved once
}

// Place is a screen of a lesson: the part of a section.
type Place struct {
	Lesson  lessons.LessonID
	Section lessons.SectionID
	Part    int
	Lang    lessons.Lang
	At      time.Time
}

// Screen is a place within its lesson, the same in every language.
type Screen struct {
	Section lessons.SectionID
	Part    int
}

// Bookmark is a place that the learner marked.
type Bookmark struct {
	Lesson  lessons.LessonID
	Section lessons.SectionID
	Part    int
	At      time.Time
	Note    string
}

// Note is what the learner wrote about a question.
type Note struct {
	Question lessons.QuestionID
	Text     string
	At       time.Time
}

// Report is the result of a session, kept to be compared with the next one. What Data holds is its writer's affair;
// Schema names it, with its version: "interview/1".
type Report struct {
	ID     quiz.ReviewID // made like a review's
	Schema string
	At     time.Time
	Data   json.RawMessage
}

var errSoon = errors.New("progress: not written yet")

// Open opens or makes the progress file. It fails only for options that make no sense and when the context ends.
func Open(context.Context, Options) (*Store, error) { return nil, errSoon }

// Close ends all work with the file.
func (s *Store) Close() error { return errSoon }

// Condition is what opening found.
func (s *Store) Condition() Condition { return s.condition }

// Path of the file; empty when progress is kept in memory only.
func (s *Store) Path() string { return s.path }

// Dir is the folder asked for.
func (s *Store) Dir() string { return s.options.Dir }

// LastBackup is when the newest copy was taken, or the zero time.
func (s *Store) LastBackup() time.Time { return time.Time{} }

// Upkeep does what is due once a day: it looks the whole file over and takes a copy. Call it in the background once
// the first screen stands; it costs nothing when it was done today.
func (s *Store) Upkeep(context.Context) error { return errSoon }

// Check looks the file over, for the doctor.
func (s *Store) Check(context.Context) (Health, error) { return Health{}, errSoon }

// UseScheduler replaces the model of memory. Cards keep what they are until their next answer; Rebuild moves all.
func (s *Store) UseScheduler(quiz.Scheduler) {}

// SavePlace stores where the learner is, and that the screen was read.
func (s *Store) SavePlace(context.Context, Place) error { return errSoon }

// LastPlace is the place saved last; ErrNotFound before the first.
func (s *Store) LastPlace(context.Context) (Place, error) { return Place{}, errSoon }

// Places are the last places of all lessons, by lesson.
func (s *Store) Places(context.Context) (map[lessons.LessonID]Place, error) { return nil, errSoon }

// MarkRead stores that a screen was read, without moving the learner there.
func (s *Store) MarkRead(context.Context, Place) error { return errSoon }

// ReadScreens are all screens that were read, with the time of the first reading.
func (s *Store) ReadScreens(context.Context) (map[lessons.LessonID]map[Screen]time.Time, error) {
	return nil, errSoon
}

// AddBookmark marks a place, or changes the note at it.
func (s *Store) AddBookmark(context.Context, Bookmark) error { return errSoon }

// RemoveBookmark takes the mark at this place away.
func (s *Store) RemoveBookmark(context.Context, Bookmark) error { return errSoon }

// Bookmarks are all marks, newest first.
func (s *Store) Bookmarks(context.Context) ([]Bookmark, error) { return nil, errSoon }

// SetNote stores what the learner wrote about a question; an empty text takes the note away.
func (s *Store) SetNote(context.Context, lessons.QuestionID, string) error { return errSoon }

// Note of a question; its text is empty when there is none.
func (s *Store) Note(context.Context, lessons.QuestionID) (Note, error) { return Note{}, errSoon }

// Notes are all notes, newest first.
func (s *Store) Notes(context.Context) ([]Note, error) { return nil, errSoon }

// Set stores a setting ("language", "theme", ...); an empty value takes it away.
func (s *Store) Set(ctx context.Context, key, value string) error { return errSoon }

// Settings are all settings.
func (s *Store) Settings(context.Context) (map[string]string, error) { return nil, errSoon }

// Record appends a line to the log and moves the card of its question, in one transaction. A line that is in the log
// already is not stored twice, so what failed can be tried again with the same review.
func (s *Store) Record(context.Context, quiz.Review) (Recorded, error) { return Recorded{}, errSoon }

// Card of a question; a new card if it was never answered.
func (s *Store) Card(context.Context, lessons.QuestionID) (quiz.Card, error) {
	return quiz.Card{}, errSoon
}

// Cards are the cards of all questions that ever were answered, those included that have left the course.
func (s *Store) Cards(context.Context) (map[lessons.QuestionID]quiz.Card, error) { return nil, errSoon }

// Reviews are a question's lines of the log, in the order of quiz.Before.
func (s *Store) Reviews(context.Context, lessons.QuestionID) ([]quiz.Review, error) {
	return nil, errSoon
}

// Recent are the newest lines of the log, newest first, at most n.
func (s *Store) Recent(ctx context.Context, n int) ([]quiz.Review, error) { return nil, errSoon }

// Facts gives each question's facts to a function, in the order of quiz.Before. A million take well under a second.
func (s *Store) Facts(ctx context.Context, each func(lessons.QuestionID, []quiz.Fact) error) error {
	return errSoon
}

// Rebuild computes all cards and facts again from the log and says what was not as it should be.
func (s *Store) Rebuild(context.Context) (Rebuilt, error) { return Rebuilt{}, errSoon }

// SaveReport stores the result of a session. Its data must be JSON.
func (s *Store) SaveReport(context.Context, Report) error { return errSoon }

// Reports are the newest results of a schema, newest first, at most n.
func (s *Store) Reports(ctx context.Context, schema string, n int) ([]Report, error) {
	return nil, errSoon
}
