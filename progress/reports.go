package progress

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"dockerlearn/quiz"
)

// Report is the result of a session, kept to be compared with the next one. What Data holds is its writer's affair;
// Schema names it, with its version: "interview/1".
type Report struct {
	ID     quiz.ReviewID // made like a review's
	Schema string
	At     time.Time // zero: now
	Data   json.RawMessage
}

// SaveReport stores the result of a session. Its data must be JSON.
func (s *Store) SaveReport(ctx context.Context, r Report) error {
	row, err := s.reportRow(r)
	if err == nil {
		err = s.write(ctx, func(tx *sql.Tx) error { return slotNamed("report").put(ctx, tx, row) })
	}
	return s.failed(ctx, "store the report", err)
}

func (s *Store) reportRow(r Report) ([]any, error) {
	if !r.ID.Valid() {
		return nil, fmt.Errorf("%q is no id", r.ID)
	}
	var compact bytes.Buffer // an export has it on one line
	if err := json.Compact(&compact, r.Data); err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	at := s.stamp(r.At)
	return []any{text(r.Schema), string(r.ID), at.ms, at.zone, text(compact.String())}, nil
}

// Reports are the newest results of a schema, newest first, at most n.
func (s *Store) Reports(ctx context.Context, schema string, n int) ([]Report, error) {
	scan := func(row scanner) (Report, error) {
		var r Report
		var at stamp
		var data string
		err := row.Scan(&r.Schema, &r.ID, &at.ms, &at.zone, &data)
		r.At, r.Data = at.time(), json.RawMessage(data)
		return r, err
	}
	all, err := collect(ctx, s.db, scan, `
		SELECT schema, id, at, zone, data FROM report
		WHERE schema = ? ORDER BY at DESC, id DESC LIMIT ?`, text(schema), n)
	return all, s.failed(ctx, "read the reports", err)
}
