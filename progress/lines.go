package progress

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// exportTime is how times are exported.
const exportTime = "2006-01-02T15:04:05.000Z07:00"

// exportedTime is a time in an export.
type exportedTime struct{ stamp }

// MarshalText never fails: what cannot be written was not stored.
func (t exportedTime) MarshalText() ([]byte, error) {
	return t.time().AppendFormat(nil, exportTime), nil
}

// UnmarshalText refuses what would be rounded.
func (t *exportedTime) UnmarshalText(b []byte) error {
	at, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil {
		return err
	}
	t.stamp = stampOf(at)
	if at.Nanosecond()%1e6 != 0 || !soundTime(t.stamp) {
		return fmt.Errorf("%s: a time has milliseconds at most, and a year from 1970 to 9999", b)
	}
	return nil
}

// reviewLine is a line of the log in an export.
type reviewLine struct {
	Kind       string             `json:"kind"`
	ID         quiz.ReviewID      `json:"id"`
	Event      quiz.Event         `json:"event"`
	Undoes     quiz.ReviewID      `json:"undoes,omitempty"`
	Question   lessons.QuestionID `json:"question"`
	At         exportedTime       `json:"at"`
	Mode       quiz.Mode          `json:"mode,omitempty"`
	Session    string             `json:"session,omitempty"`
	Rev        int                `json:"rev,omitempty"`
	Lang       lessons.Lang       `json:"lang,omitempty"`
	Seed       uint64             `json:"seed,omitempty,string"`
	Answer     quiz.Answer        `json:"answer,omitzero"`
	Verdict    quiz.Verdict       `json:"verdict,omitempty"`
	Score      float64            `json:"score,omitempty"`
	Beliefs    []int              `json:"beliefs,omitempty"`
	Rating     quiz.Rating        `json:"rating,omitempty"`
	ByHand     bool               `json:"byHand,omitempty"`
	Confidence quiz.Confidence    `json:"confidence,omitempty"`
	Hint       bool               `json:"hint,omitempty"`
	Slow       bool               `json:"slow,omitempty"`
	Millis     int64              `json:"ms,omitempty"`
}

func reviewLineOf(r quiz.Review) reviewLine {
	return reviewLine{
		Kind: "review", ID: r.ID, Event: r.Event, Undoes: r.Undoes, Question: r.Question, At: exportedTime{stampOf(r.At)},
		Mode: r.Mode, Session: r.Session, Rev: r.Rev, Lang: r.Lang, Seed: r.Seed, Answer: r.Answer, Verdict: r.Verdict,
		Score: r.Score, Beliefs: r.Beliefs, Rating: r.Rating, ByHand: r.ByHand, Confidence: r.Confidence, Hint: r.Hint,
		Slow: r.Slow, Millis: r.Elapsed.Milliseconds(),
	}
}

// maxMillis is the longest time that a duration can hold.
const maxMillis = int64(1<<63-1) / int64(time.Millisecond)

func (l reviewLine) review() (quiz.Review, error) {
	if l.Millis > maxMillis || l.Millis < -maxMillis {
		return quiz.Review{}, fmt.Errorf("ms: %d is out of range", l.Millis)
	}
	return quiz.Review{
		ID: l.ID, Event: l.Event, Undoes: l.Undoes, Question: l.Question, At: l.At.time(), Mode: l.Mode,
		Session: l.Session, Rev: l.Rev, Lang: l.Lang, Seed: l.Seed, Verdict: l.Verdict, Score: l.Score,
		Beliefs: l.Beliefs, Rating: l.Rating, ByHand: l.ByHand, Confidence: l.Confidence, Hint: l.Hint, Slow: l.Slow,
		Elapsed: time.Duration(l.Millis) * time.Millisecond, Answer: l.Answer,
	}, nil
}

// line is a row as a JSON object with the columns' names; encoding/json sorts them.
func (t slot) line(row []any) map[string]any {
	line := map[string]any{"kind": t.name}
	for i, c := range t.columns {
		switch c.kind {
		case aZone:
		case aTime:
			line[c.name] = exportedTime{stamp{row[i].(int64), row[i+1].(int64)}}
		case aBit:
			line[c.name] = row[i] != any(int64(0))
		case aJSON:
			line[c.name] = json.RawMessage(row[i].(string))
		default:
			line[c.name] = row[i]
		}
	}
	return line
}

// row reads what line wrote. Each column must be there, and nothing else.
func (t slot) row(b []byte) ([]any, error) {
	var fields map[string]json.RawMessage
	if err := strictly(b, &fields); err != nil {
		return nil, err
	}
	delete(fields, "kind")
	row := make([]any, 0, len(t.columns))
	for _, c := range t.columns {
		if c.kind == aZone {
			continue // it came with the time
		}
		field, ok := fields[c.name]
		if !ok {
			return nil, fmt.Errorf("%s: no %q", t.name, c.name)
		}
		delete(fields, c.name)
		values, err := c.values(field)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", t.name, c.name, err)
		}
		row = append(row, values...)
	}
	for name := range fields {
		return nil, fmt.Errorf("%s: unknown field %q", t.name, name)
	}
	return row, nil
}

// values are a field's columns: two for a time, one for anything else.
func (c column) values(field json.RawMessage) ([]any, error) {
	if bytes.Equal(field, []byte("null")) && c.kind != aJSON {
		return nil, errors.New("null")
	}
	switch c.kind {
	case aText:
		var s string
		err := json.Unmarshal(field, &s)
		return []any{text(s)}, err
	case aNumber:
		var n int64
		err := json.Unmarshal(field, &n)
		return []any{n}, err
	case aBit:
		var b bool
		err := json.Unmarshal(field, &b)
		return []any{bit(b)}, err
	case aTime:
		var at exportedTime
		err := json.Unmarshal(field, &at)
		return []any{at.ms, at.zone}, err
	}
	var compact bytes.Buffer
	err := json.Compact(&compact, field)
	return []any{text(compact.String())}, err
}
