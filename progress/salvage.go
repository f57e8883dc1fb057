package progress

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// salvage stores what the checksums prove to be whole rows of ours, as an import does: what is known stays. It knows
// the tables in today's shape; a migration that gives them another one has to teach it the older.
type salvage struct {
	tx     *sql.Tx
	insert *sql.Stmt
	lost   lostLines
}

// lostLines tells which lines a wreck once had: its indexes name them apart from their table.
type lostLines struct {
	rows  map[int64]bool          // numbers of the lines that are whole
	ids   map[int64]quiz.ReviewID // by number, from the index review_id
	spots map[int64]spot          // by number, from the index review_question
	tally int64                   // how many there were
}

type spot struct {
	question lessons.QuestionID
	at       int64
}

func newLostLines() lostLines {
	return lostLines{map[int64]bool{}, map[int64]quiz.ReviewID{}, map[int64]spot{}, 0}
}

// take stores everything that is found in a wreck.
func (v *salvage) take(ctx context.Context, w *wreck) (err error) {
	v.lost = newLostLines()
	if v.insert, err = v.tx.PrepareContext(ctx, insertReview); err != nil {
		return err
	}
	defer v.insert.Close()
	for row := range w.rows() {
		if err := v.row(ctx, row); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (v *salvage) row(ctx context.Context, row found) error {
	if row.rowid == 0 {
		v.lost.entry(row.values)
		return nil
	}
	n := len(row.values) - 1
	if n < 1 {
		return nil
	}
	values, check := row.values[:n], row.values[n]
	if r, ok := reviewFrom(values, check); ok {
		v.lost.rows[row.rowid] = true
		_, err := appendReview(ctx, v.tx, v.insert, r)
		if errors.Is(err, ErrConflict) {
			return nil // what the copy has was whole, too
		}
		return err
	}
	if lines, ok := tallyFrom(row.rowid, values, check); ok {
		v.lost.tally = max(v.lost.tally, lines)
		return nil
	}
	for _, t := range slots() {
		if len(values) == len(t.columns) && sumHolds(t.name, values, check) {
			_, err := t.merge(ctx, v.tx, values)
			return err
		}
	}
	return nil
}

// reviewFrom is the review in a row of the log's table, if it is whole. The first column stands for the row's
// number, and a real number that is whole is stored as an integer.
func reviewFrom(values []any, check any) (quiz.Review, bool) {
	if len(values) != strings.Count(reviewColumns, ",")+2 || values[0] != nil {
		return quiz.Review{}, false
	}
	values = slices.Clone(values[1:])
	if score, ok := values[scoreColumn].(int64); ok {
		values[scoreColumn] = float64(score)
	}
	if !sumHolds("review", values, check) {
		return quiz.Review{}, false
	}
	r, err := scanReview(valueRow(values), true)
	return r, err == nil && checkReview(r) == nil
}

func tallyFrom(rowid int64, values []any, check any) (int64, bool) {
	if rowid != 1 || len(values) != 2 || values[0] != nil {
		return 0, false
	}
	lines, ok := values[1].(int64)
	return lines, ok && check == any(sum("tally", []any{int64(1), lines}))
}

// entry notes an entry of one of the log's indexes; the types of their columns tell them apart.
func (l *lostLines) entry(values []any) {
	switch len(values) {
	case 2:
		id, isText := values[0].(string)
		if seq, ok := values[1].(int64); ok && isText && quiz.ReviewID(id).Valid() {
			l.ids[seq] = quiz.ReviewID(id)
		}
	case 3:
		question, isText := values[0].(string)
		at, isTime := values[1].(int64)
		if seq, ok := values[2].(int64); ok && isText && isTime {
			l.spots[seq] = spot{lessons.QuestionID(text(question)), at}
		}
	}
}

// missing are the lines that the wreck had and the new file has not, oldest first, and how many there are. Names are
// taken as they are. Of what only the other index speaks of, as much is believed as the tally lets be gone: nothing
// tells whether such an entry is itself damaged.
func (l *lostLines) missing(ctx context.Context, tx *sql.Tx) ([]Lost, int, error) {
	var lines int64
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM review`).Scan(&lines); err != nil {
		return nil, 0, err
	}
	all, err := l.missingNames(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	unnamed, err := l.missingSpots(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	gone := max(len(all), int(l.tally-lines))
	if l.tally == 0 {
		gone = len(all) + len(unnamed)
	}
	all = append(all, unnamed[:min(len(unnamed), gone-len(all))]...)
	slices.SortFunc(all, byTime)
	return all, gone, nil
}

func byTime(a, b Lost) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Question, b.Question))
}

func (l *lostLines) missingNames(ctx context.Context, tx *sql.Tx) ([]Lost, error) {
	var all []Lost
	for seq, id := range l.ids {
		if l.rows[seq] {
			continue
		}
		have, err := has(ctx, tx, `SELECT EXISTS (SELECT 1 FROM review WHERE id = ?)`, string(id))
		if err != nil {
			return nil, err
		}
		if !have {
			all = append(all, l.describe(seq, id))
		}
	}
	return all, nil
}

// missingSpots asks for the number too, since the entry may be damaged: a copy numbers its lines as the wreck did.
func (l *lostLines) missingSpots(ctx context.Context, tx *sql.Tx) ([]Lost, error) {
	var all []Lost
	for seq, s := range l.spots {
		if _, named := l.ids[seq]; named || l.rows[seq] {
			continue
		}
		have, err := has(ctx, tx, `SELECT EXISTS (
			SELECT 1 FROM review WHERE question = ?1 AND at = ?2 OR seq = ?3 AND (question = ?1 OR at = ?2))`,
			string(s.question), s.at, seq)
		if err != nil {
			return nil, err
		}
		if !have {
			all = append(all, l.describe(seq, ""))
		}
	}
	slices.SortFunc(all, byTime)
	return all, nil
}

func has(ctx context.Context, tx *sql.Tx, query string, args ...any) (have bool, err error) {
	err = tx.QueryRowContext(ctx, query, args...).Scan(&have)
	return have, err
}

func (l *lostLines) describe(seq int64, id quiz.ReviewID) Lost {
	lost := Lost{ID: id}
	if s, ok := l.spots[seq]; ok {
		lost.Question, lost.At = s.question, time.UnixMilli(s.at)
	} else {
		lost.At = id.Time()
	}
	return lost
}

// valueRow lets values be scanned like a row of a query.
type valueRow []any

// Scan converts as database/sql would.
func (v valueRow) Scan(into ...any) error {
	if len(into) != len(v) {
		return fmt.Errorf("%d values for %d columns", len(v), len(into))
	}
	for i := range into {
		if err := assign(into[i], v[i]); err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
	}
	return nil
}

// assign puts an int64, float64 or string into a variable of a like kind.
func assign(into, v any) error {
	to := reflect.ValueOf(into).Elem()
	switch v := v.(type) {
	case string:
		if raw, ok := into.(*sql.RawBytes); ok {
			*raw = sql.RawBytes(v)
			return nil
		}
		if to.Kind() == reflect.String {
			to.SetString(v)
			return nil
		}
	case float64:
		if to.CanFloat() {
			to.SetFloat(v)
			return nil
		}
	case int64:
		switch {
		case to.Kind() == reflect.Bool:
			to.SetBool(v != 0)
			return nil
		case to.CanInt() && !to.OverflowInt(v):
			to.SetInt(v)
			return nil
		case to.CanUint() && v >= 0 && !to.OverflowUint(uint64(v)):
			to.SetUint(uint64(v))
			return nil
		}
	}
	return fmt.Errorf("a %T does not fit a %s", v, to.Type())
}
