package progress

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Facts are kept packed: a million rows take SQLite seconds to step through, forty thousand some tens of
// milliseconds. A row holds factsARow of a question's facts, so that a new answer rewrites less than a kilobyte and
// the row still fits its page. Another layout needs another factLayout and a Rebuild in its migration.
const (
	factLayout = 1
	factSize   = 36
	factsARow  = 25
)

// packFact appends a fact, little endian.
func packFact(b []byte, f quiz.Fact) []byte {
	b = append(b, byte(f.Status),
		byte(f.Rating)|byte(f.Verdict)<<4,
		byte(f.Confidence)|byte(f.Class)<<4,
		f.Mode&0x3f|byte(bit(f.Hint))<<6|byte(bit(f.Slow))<<7)
	le := binary.LittleEndian
	b = le.AppendUint64(b, uint64(f.At))
	b = le.AppendUint32(b, uint32(f.Day))
	b = le.AppendUint32(b, math.Float32bits(f.Since))
	b = le.AppendUint32(b, math.Float32bits(f.Recall))
	b = le.AppendUint32(b, f.Millis)
	b = le.AppendUint32(b, f.Beliefs)
	return le.AppendUint32(b, f.Sitting)
}

func unpackFact(b []byte) quiz.Fact {
	le := binary.LittleEndian
	return quiz.Fact{
		Status:     quiz.Status(b[0]),
		Rating:     quiz.Rating(b[1] & 0xf),
		Verdict:    quiz.Verdict(b[1] >> 4),
		Confidence: quiz.Confidence(b[2] & 0xf),
		Class:      quiz.Class(b[2] >> 4),
		Mode:       b[3] & 0x3f,
		Hint:       b[3]&(1<<6) != 0,
		Slow:       b[3]&(1<<7) != 0,
		At:         int64(le.Uint64(b[4:])),
		Day:        quiz.Day(le.Uint32(b[12:])),
		Since:      math.Float32frombits(le.Uint32(b[16:])),
		Recall:     math.Float32frombits(le.Uint32(b[20:])),
		Millis:     le.Uint32(b[24:]),
		Beliefs:    le.Uint32(b[28:]),
		Sitting:    le.Uint32(b[32:]),
	}
}

// unpackFacts appends the facts of a row.
func unpackFacts(to []quiz.Fact, q lessons.QuestionID, data []byte) ([]quiz.Fact, error) {
	if len(data) == 0 || data[0] != factLayout || (len(data)-1)%factSize != 0 {
		return nil, fmt.Errorf("the facts of %s are unreadable, they need to be rebuilt: %w", q, ErrDamaged)
	}
	for data = data[1:]; len(data) > 0; data = data[factSize:] {
		to = append(to, unpackFact(data))
	}
	return to, nil
}

// appendFact adds the fact with number n, counted from 0; errStale says that those before it are not there.
func appendFact(ctx context.Context, tx *sql.Tx, q lessons.QuestionID, n int, f quiz.Fact) error {
	part := n / factsARow
	if n%factsARow == 0 {
		return saveFactRow(ctx, tx, q, part, packFact([]byte{factLayout}, f))
	}
	done, err := tx.ExecContext(ctx, `UPDATE fact SET data = CAST(data || ? AS BLOB) WHERE question = ? AND part = ?`,
		packFact(nil, f), string(text(q)), part)
	if err != nil {
		return err
	}
	if rows, err := done.RowsAffected(); rows != 1 || err != nil {
		return errors.Join(errStale, err)
	}
	return nil
}

// errStale is for facts or a card that do not go with the log.
var errStale = errors.New("the facts are incomplete")

func saveFactRow(ctx context.Context, tx *sql.Tx, q lessons.QuestionID, part int, data []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO fact (question, part, data) VALUES (?, ?, ?)`,
		string(text(q)), part, data)
	return err
}

// saveFacts replaces all facts of a question.
func saveFacts(ctx context.Context, tx *sql.Tx, q lessons.QuestionID, facts []quiz.Fact) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM fact WHERE question = ?`, string(text(q))); err != nil {
		return err
	}
	for part := 0; part*factsARow < len(facts); part++ {
		data := []byte{factLayout}
		for _, f := range facts[part*factsARow : min(len(facts), (part+1)*factsARow)] {
			data = packFact(data, f)
		}
		if err := saveFactRow(ctx, tx, q, part, data); err != nil {
			return err
		}
	}
	return nil
}

// Facts gives each question's facts to a function, in the order of quiz.Before. They are read first, so the function
// holds up nobody who stores an answer meanwhile.
func (s *Store) Facts(ctx context.Context, each func(lessons.QuestionID, []quiz.Fact) error) error {
	packed, err := packedFacts(ctx, s.db)
	if err != nil {
		return s.failed(ctx, "read the facts", err)
	}
	for _, p := range packed {
		facts, err := p.unpack()
		if err != nil {
			return s.failed(ctx, "read the facts", err)
		}
		if err := each(p.question, facts); err != nil {
			return err
		}
	}
	return nil
}

// packedQuestion are the rows of a question, one behind the other.
type packedQuestion struct {
	question lessons.QuestionID
	data     []byte
	ends     []int // of each row in data
}

func (p packedQuestion) unpack() ([]quiz.Fact, error) {
	facts := make([]quiz.Fact, 0, len(p.data)/factSize)
	start := 0
	for _, end := range p.ends {
		var err error
		if facts, err = unpackFacts(facts, p.question, p.data[start:end]); err != nil {
			return nil, err
		}
		start = end
	}
	return facts, nil
}

func packedFacts(ctx context.Context, q queryer) ([]packedQuestion, error) {
	rows, err := q.QueryContext(ctx, `SELECT question, data FROM fact ORDER BY question, part`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []packedQuestion
	var id, data sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&id, &data); err != nil {
			return nil, err
		}
		if n := len(all); n == 0 || string(all[n-1].question) != string(id) {
			all = append(all, packedQuestion{question: lessons.QuestionID(id)})
		}
		last := &all[len(all)-1]
		last.data = append(last.data, data...)
		last.ends = append(last.ends, len(last.data))
	}
	return all, rows.Err()
}
