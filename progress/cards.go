package progress

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// card is a quiz.Card with what is needed to move it on.
type card struct {
	quiz.Card
	lines int  // of the log, which it is made of
	tail  tail // the last of them
}

// tail is a line's place in the order of quiz.Before.
type tail struct {
	at int64
	id quiz.ReviewID
}

func tailOf(r quiz.Review) tail { return tail{r.At.UnixMilli(), r.ID} }

func (t tail) before(other tail) bool {
	return t.id == "" || cmp.Or(cmp.Compare(t.at, other.at), cmp.Compare(t.id, other.id)) < 0
}

const cardColumns = `question, rev, state, due, stability, difficulty, days, reps, lapses, steps, last, zone, last_day,
	last_id, lines, tail_at, tail_id`

func loadCard(ctx context.Context, q queryer, id lessons.QuestionID) (card, error) {
	c, err := scanCard(q.QueryRowContext(ctx, `SELECT `+cardColumns+` FROM card WHERE question = ?`, string(text(id))))
	if errors.Is(err, sql.ErrNoRows) {
		return card{Card: quiz.Card{Question: id}}, nil
	}
	return c, err
}

func scanCard(row scanner) (card, error) {
	var (
		c         card
		due, last sql.NullInt64
		zone      int64
	)
	err := row.Scan(&c.Question, &c.Rev, &c.State, &due, &c.Stability, &c.Difficulty, &c.Days, &c.Reps, &c.Lapses,
		&c.Steps, &last, &zone, &c.LastDay, &c.LastID, &c.lines, &c.tail.at, &c.tail.id)
	c.Due, c.Last = moment(due, zone), moment(last, zone)
	return c, err
}

func moment(ms sql.NullInt64, zone int64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return stamp{ms.Int64, zone}.time()
}

func saveCard(ctx context.Context, tx *sql.Tx, c card) error {
	_, err := tx.ExecContext(ctx, `
		INSERT OR REPLACE INTO card (`+cardColumns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(text(c.Question)), c.Rev, c.State, millis(c.Due), c.Stability, c.Difficulty, c.Days, c.Reps, c.Lapses, c.Steps,
		millis(c.Last), stampOf(c.Last).zone, c.LastDay, string(c.LastID), c.lines, c.tail.at, string(c.tail.id))
	return err
}

func millis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}

// Card of a question; a new card if it was never answered.
func (s *Store) Card(ctx context.Context, q lessons.QuestionID) (quiz.Card, error) {
	c, err := loadCard(ctx, s.db, q)
	return c.Card, s.failed(ctx, "read a card", err)
}

// Cards are the cards of all questions that ever were answered, those included that have left the course.
func (s *Store) Cards(ctx context.Context) (map[lessons.QuestionID]quiz.Card, error) {
	all, err := cards(ctx, s.db)
	return all, s.failed(ctx, "read the cards", err)
}

func cards(ctx context.Context, q queryer) (map[lessons.QuestionID]quiz.Card, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+cardColumns+` FROM card`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[lessons.QuestionID]quiz.Card{}
	for rows.Next() {
		c, err := scanCard(rows)
		if err != nil {
			return nil, err
		}
		all[c.Question] = c.Card
	}
	return all, rows.Err()
}
