package progress

import (
	"context"
	"database/sql"
	"reflect"
	"slices"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Rebuilt says what computing everything again found.
type Rebuilt struct {
	Questions int
	Reviews   int
	Wrong     []Difference // cards that were not what the log says
	Facts     int          // questions whose facts were not what the log says
}

// Difference is a card that was wrong.
type Difference struct{ Was, Is quiz.Card }

// Rebuild computes all cards and facts again from the log, with the scheduler in use, and says what was not as it
// should be.
func (s *Store) Rebuild(ctx context.Context) (Rebuilt, error) {
	var done Rebuilt
	err := s.write(ctx, func(tx *sql.Tx) (err error) {
		done, err = rebuild(ctx, tx, s.scheduler())
		return err
	})
	return done, s.failed(ctx, "rebuild the cards", err)
}

func rebuild(ctx context.Context, tx *sql.Tx, model quiz.Scheduler) (Rebuilt, error) {
	var done Rebuilt
	ids, err := loggedQuestions(ctx, tx)
	if err != nil {
		return done, err
	}
	for _, id := range ids {
		if err := done.question(ctx, tx, model, id); err != nil {
			return done, err
		}
	}
	if err := done.dropStrays(ctx, tx); err != nil {
		return done, err
	}
	return done, setTally(ctx, tx, int64(done.Reviews))
}

func loggedQuestions(ctx context.Context, q queryer) ([]lessons.QuestionID, error) {
	scan := func(row scanner) (id lessons.QuestionID, err error) {
		err = row.Scan(&id)
		return id, err
	}
	return collect(ctx, q, scan, `SELECT DISTINCT question FROM review ORDER BY question`)
}

func (d *Rebuilt) question(ctx context.Context, tx *sql.Tx, model quiz.Scheduler, id lessons.QuestionID) error {
	was, err := loadCard(ctx, tx, id)
	if err != nil {
		return err
	}
	had, err := factsOf(ctx, tx, id)
	if err != nil && kindOf(err) != ErrDamaged {
		return err
	}
	reviews, err := reviewsOf(ctx, tx, id, false)
	if err != nil {
		return err
	}
	is, facts := foldReviews(model, id, reviews)
	d.Questions++
	d.Reviews += len(reviews)
	if !sameCard(was, is) {
		d.Wrong = append(d.Wrong, Difference{was.Card, is.Card})
		if err := saveCard(ctx, tx, is); err != nil {
			return err
		}
	}
	if slices.Equal(had, facts) {
		return nil
	}
	d.Facts++
	return saveFacts(ctx, tx, id, facts)
}

// sameCard compares as cards are stored: a time is an instant with an offset.
func sameCard(a, b card) bool {
	if !sameTime(a.Due, b.Due) || !sameTime(a.Last, b.Last) {
		return false
	}
	a.Due, a.Last = b.Due, b.Last
	return reflect.DeepEqual(a, b)
}

// factsOf are the facts of one question.
func factsOf(ctx context.Context, q queryer, id lessons.QuestionID) ([]quiz.Fact, error) {
	rows, err := q.QueryContext(ctx, `SELECT data FROM fact WHERE question = ? ORDER BY part`, string(text(id)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []quiz.Fact
	var data sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&data); err != nil {
			return nil, err
		}
		if all, err = unpackFacts(all, id, data); err != nil {
			return nil, err
		}
	}
	return all, rows.Err()
}

// dropStrays removes cards and facts that no line of the log speaks of.
func (d *Rebuilt) dropStrays(ctx context.Context, tx *sql.Tx) error {
	all, err := cards(ctx, tx)
	if err != nil {
		return err
	}
	for id, stray := range all {
		logged, err := has(ctx, tx, `SELECT EXISTS (SELECT 1 FROM review WHERE question = ?)`, string(id))
		if err != nil {
			return err
		}
		if !logged {
			d.Wrong = append(d.Wrong, Difference{Was: stray, Is: quiz.Card{Question: id}})
		}
	}
	_, err = tx.ExecContext(ctx, `
		DELETE FROM card WHERE NOT EXISTS (SELECT 1 FROM review WHERE review.question = card.question);
		DELETE FROM fact WHERE NOT EXISTS (SELECT 1 FROM review WHERE review.question = fact.question)`)
	return err
}
