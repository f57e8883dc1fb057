package progress

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// scoreColumn is the place of the only real number.
const scoreColumn = 13

// reviewColumns are a line of the log as it is stored, without its checksum.
const reviewColumns = `id, event, question, at, zone, undoes, mode, session, rev, lang, seed, answer, verdict, score,
	beliefs, rating, byhand, confidence, hint, slow, elapsed`

const insertReview = `
	INSERT INTO review (` + reviewColumns + `, sum)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (id) DO NOTHING`

// canonical is a review as it will come back from the log, but for what was answered.
func canonical(r quiz.Review) quiz.Review {
	r.At = kept(r.At)
	r.Question, r.Mode, r.Session, r.Lang = text(r.Question), text(r.Mode), text(r.Session), text(r.Lang)
	r.Elapsed = r.Elapsed.Truncate(time.Millisecond)
	return r
}

// reviewRow are the values of a canonical review in the order of reviewColumns, or what is wrong with it.
func reviewRow(r quiz.Review) ([]any, error) {
	if err := checkReview(r); err != nil {
		return nil, err
	}
	answer, err := json.Marshal(r.Answer)
	if err != nil {
		return nil, err
	}
	beliefs := []byte("[]")
	if len(r.Beliefs) > 0 {
		if beliefs, err = json.Marshal(r.Beliefs); err != nil {
			return nil, err
		}
	}
	at := stampOf(r.At)
	return []any{
		string(r.ID), string(r.Event), string(r.Question), at.ms, at.zone, string(r.Undoes), string(r.Mode),
		r.Session, int64(r.Rev), string(r.Lang), int64(r.Seed), string(answer), int64(r.Verdict), r.Score,
		string(beliefs), int64(r.Rating), bit(r.ByHand), int64(r.Confidence), bit(r.Hint), bit(r.Slow),
		r.Elapsed.Milliseconds(),
	}, nil
}

// checkReview says why a review cannot be stored and exported as it is.
func checkReview(r quiz.Review) error {
	if err := r.Check(); err != nil {
		return err
	}
	switch {
	case !soundTime(stampOf(r.At)):
		return fmt.Errorf("review %s: its time %v is out of range", r.ID, r.At)
	case math.IsNaN(r.Score) || math.IsInf(r.Score, 0):
		return fmt.Errorf("review %s: its score is no number", r.ID)
	case r.Confidence > quiz.Sure || r.Rating > quiz.Easy || r.Verdict > quiz.Right:
		return fmt.Errorf("review %s: unknown confidence, rating or verdict", r.ID)
	case r.Undoes != "" && !r.Undoes.Valid():
		return fmt.Errorf("review %s: %q is no review id", r.ID, r.Undoes)
	}
	return nil
}

// text is a text as it can be exported: in UTF-8, without the character that SQL ends a text at.
func text[T ~string](s T) T {
	return T(strings.ReplaceAll(strings.ToValidUTF8(string(s), "\uFFFD"), "\x00", "\uFFFD"))
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

type scanner interface{ Scan(...any) error }

// scanReview reads reviewColumns. What was answered is left out unless asked for: no card depends on it.
func scanReview(row scanner, withAnswer bool) (quiz.Review, error) {
	var (
		r               quiz.Review
		at              stamp
		seed, elapsed   int64
		answer, beliefs sql.RawBytes
	)
	var answerText, beliefText string
	into := []any{
		&r.ID, &r.Event, &r.Question, &at.ms, &at.zone, &r.Undoes, &r.Mode, &r.Session, &r.Rev, &r.Lang, &seed,
		&answer, &r.Verdict, &r.Score, &beliefs, &r.Rating, &r.ByHand, &r.Confidence, &r.Hint, &r.Slow, &elapsed,
	}
	if _, one := row.(*sql.Row); one { // which forbids raw bytes
		into[11], into[14] = &answerText, &beliefText
	}
	if err := row.Scan(into...); err != nil {
		return r, err
	}
	if answer == nil {
		answer, beliefs = sql.RawBytes(answerText), sql.RawBytes(beliefText)
	}
	r.At, r.Seed, r.Elapsed = at.time(), uint64(seed), time.Duration(elapsed)*time.Millisecond
	if string(beliefs) != "[]" {
		if err := json.Unmarshal(beliefs, &r.Beliefs); err != nil {
			return r, fmt.Errorf("review %s: beliefs: %w", r.ID, err)
		}
	}
	if withAnswer && string(answer) != "{}" {
		if err := json.Unmarshal(answer, &r.Answer); err != nil {
			return r, fmt.Errorf("review %s: answer: %w", r.ID, err)
		}
	}
	return r, nil
}

// Record appends a line to the log and moves the card of its question, in one transaction. A line that is in the log
// already is not stored twice, so what failed can be tried again with the same review. The error is ErrConflict when
// another review has its id.
func (s *Store) Record(ctx context.Context, r quiz.Review) (Recorded, error) {
	var done Recorded
	err := s.write(ctx, func(tx *sql.Tx) (err error) {
		done, err = record(ctx, tx, s.scheduler(), r)
		return err
	})
	if err != nil {
		return Recorded{}, s.failed(ctx, "store the answer", err)
	}
	return done, nil
}

func record(ctx context.Context, tx *sql.Tx, model quiz.Scheduler, r quiz.Review) (Recorded, error) {
	r = canonical(r)
	insert, err := tx.PrepareContext(ctx, insertReview)
	if err != nil {
		return Recorded{}, err
	}
	defer insert.Close()
	fresh, err := appendReview(ctx, tx, insert, r)
	if err != nil {
		return Recorded{}, err
	}
	before, err := loadCard(ctx, tx, r.Question)
	if err != nil {
		return Recorded{}, err
	}
	if !fresh {
		return Recorded{Card: before.Card, Before: before.Card, Known: true}, nil
	}
	if err := addToTally(ctx, tx, 1); err != nil {
		return Recorded{}, err
	}
	after, err := move(ctx, tx, model, before, r)
	return Recorded{Card: after.Card, Before: before.Card}, err
}

// appendReview stores a line unless it is known, and reports whether it was new. insert is insertReview, prepared.
func appendReview(ctx context.Context, tx *sql.Tx, insert *sql.Stmt, r quiz.Review) (bool, error) {
	row, err := reviewRow(r)
	if err != nil {
		return false, err
	}
	check := sum("review", row)
	done, err := insert.ExecContext(ctx, append(row, check)...)
	if err != nil {
		return false, err
	}
	if n, err := done.RowsAffected(); n == 1 || err != nil {
		return n == 1, err
	}
	var have int64
	if err := tx.QueryRowContext(ctx, `SELECT sum FROM review WHERE id = ?`, string(r.ID)).Scan(&have); err != nil {
		return false, err
	}
	if have != check {
		return false, fmt.Errorf("review %s: %w", r.ID, ErrConflict)
	}
	return false, nil
}

// move brings a question's card and facts up to date after a new line. Usually the line comes last, and the card
// moves on by it; a taking back, or a line that arrives late, makes it all from the log.
func move(ctx context.Context, tx *sql.Tx, model quiz.Scheduler, before card, r quiz.Review) (card, error) {
	late, err := outOfOrder(ctx, tx, before, r)
	if err != nil {
		return card{}, err
	}
	if late {
		return fold(ctx, tx, model, r.Question)
	}
	after := before
	fact := quiz.Tell(model, before.Card, r)
	after.Card = quiz.Apply(model, before.Card, r)
	after.lines++
	after.tail = tailOf(r)
	err = appendFact(ctx, tx, r.Question, before.lines, fact)
	switch {
	case errors.Is(err, errStale): // what can be made again never keeps an answer from being stored
		return fold(ctx, tx, model, r.Question)
	case err != nil:
		return card{}, err
	}
	return after, saveCard(ctx, tx, after)
}

// outOfOrder reports whether a line changes what earlier lines meant, or was itself taken back before it arrived.
func outOfOrder(ctx context.Context, tx *sql.Tx, before card, r quiz.Review) (bool, error) {
	if r.Event == quiz.Undid || !before.tail.before(tailOf(r)) {
		return true, nil
	}
	var undone bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM review WHERE undoes = ? AND question = ?)`,
		string(r.ID), string(r.Question)).Scan(&undone)
	return undone, err
}

// fold makes a question's card and facts from its lines.
func fold(ctx context.Context, tx *sql.Tx, model quiz.Scheduler, q lessons.QuestionID) (card, error) {
	reviews, err := reviewsOf(ctx, tx, q, false)
	if err != nil {
		return card{}, err
	}
	made, facts := foldReviews(model, q, reviews)
	if err := saveFacts(ctx, tx, q, facts); err != nil {
		return card{}, err
	}
	return made, saveCard(ctx, tx, made)
}

func foldReviews(model quiz.Scheduler, q lessons.QuestionID, reviews []quiz.Review) (card, []quiz.Fact) {
	folded, facts := quiz.Fold(model, reviews)
	made := card{Card: folded, lines: len(reviews)}
	made.Question = q
	if n := len(reviews); n > 0 {
		made.tail = tailOf(reviews[n-1])
	}
	return made, facts
}

// Reviews are a question's lines of the log, in the order of quiz.Before.
func (s *Store) Reviews(ctx context.Context, q lessons.QuestionID) ([]quiz.Review, error) {
	all, err := reviewsOf(ctx, s.db, q, true)
	return all, s.failed(ctx, "read the log", err)
}

// queryer is a database or a transaction.
type queryer interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

func reviewsOf(ctx context.Context, q queryer, id lessons.QuestionID, withAnswers bool) ([]quiz.Review, error) {
	return readReviews(ctx, q, withAnswers,
		`SELECT `+reviewColumns+` FROM review WHERE question = ? ORDER BY at, id`, string(text(id)))
}

func readReviews(ctx context.Context, q queryer, withAnswers bool, query string, args ...any) ([]quiz.Review, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []quiz.Review
	for rows.Next() {
		r, err := scanReview(rows, withAnswers)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// Recent are the lines of the log that arrived last, newest first, at most n.
func (s *Store) Recent(ctx context.Context, n int) ([]quiz.Review, error) {
	all, err := readReviews(ctx, s.db, true, `SELECT `+reviewColumns+` FROM review ORDER BY seq DESC LIMIT ?`, n)
	return all, s.failed(ctx, "read the log", err)
}

// Review is the line of the log with this id; ErrNotFound if there is none.
func (s *Store) Review(ctx context.Context, id quiz.ReviewID) (quiz.Review, error) {
	row := s.db.QueryRowContext(ctx, `SELECT `+reviewColumns+` FROM review WHERE id = ?`, string(id))
	r, err := scanReview(row, true)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("review %s: %w", id, ErrNotFound)
	}
	return r, s.failed(ctx, "read the log", err)
}

// addToTally counts the lines of the log.
func addToTally(ctx context.Context, tx *sql.Tx, n int64) error {
	lines, err := tally(ctx, tx)
	if err != nil {
		return err
	}
	return setTally(ctx, tx, lines+n)
}

func setTally(ctx context.Context, tx *sql.Tx, lines int64) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO tally (one, lines, sum) VALUES (1, ?, ?)`,
		lines, sum("tally", []any{int64(1), lines}))
	return err
}

func tally(ctx context.Context, q queryer) (int64, error) {
	var lines int64
	err := q.QueryRowContext(ctx, `SELECT lines FROM tally`).Scan(&lines)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return lines, err
}
