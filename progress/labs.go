package progress

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// LabRun is a lab that somebody worked at: once for each time that they began it anew. What Data holds is its writer's
// affair.
type LabRun struct {
	Lab  lessons.LabID
	Run  quiz.ReviewID // made like a review's
	At   time.Time     // of what was done last; zero: now
	Data json.RawMessage
}

// LabEntry is what came from outside to a lab: the N-th thing of its run, counted from 0.
type LabEntry struct {
	Lab  lessons.LabID
	Run  quiz.ReviewID
	N    int
	At   time.Time // zero: now
	Data json.RawMessage
}

// SaveLabRun stores what has come of a run. Its data must be JSON.
func (s *Store) SaveLabRun(ctx context.Context, r LabRun) error {
	row, err := s.labRow(r.Lab, r.Run, nil, r.At, r.Data)
	if err == nil {
		err = s.write(ctx, func(tx *sql.Tx) error { return slotNamed("labrun").put(ctx, tx, row) })
	}
	return s.failed(ctx, "store the lab", err)
}

// AppendLabEntry stores the next entry of a run. The error is ErrConflict when the run has another one in its place:
// then somebody else works at it too.
func (s *Store) AppendLabEntry(ctx context.Context, e LabEntry) error {
	row, err := s.labRow(e.Lab, e.Run, []any{int64(e.N)}, e.At, e.Data)
	if err == nil {
		err = s.write(ctx, func(tx *sql.Tx) error { return appendLabEntry(ctx, tx, row) })
	}
	return s.failed(ctx, "store the lab", err)
}

func appendLabEntry(ctx context.Context, tx *sql.Tx, row []any) error {
	taken, err := has(ctx, tx, `SELECT EXISTS (SELECT 1 FROM labentry WHERE lab = ? AND run = ? AND n = ?)`, row[:3]...)
	if err != nil {
		return err
	}
	if taken {
		return fmt.Errorf("lab %s, entry %d: %w", row[0], row[2], ErrConflict)
	}
	_, err = slotNamed("labentry").merge(ctx, tx, row)
	return err
}

// labRow is a row of either table: its key, which n completes, the time and the data.
func (s *Store) labRow(lab lessons.LabID, run quiz.ReviewID, n []any, when time.Time, data json.RawMessage) ([]any, error) {
	if !run.Valid() {
		return nil, fmt.Errorf("%q is no id", run)
	}
	var compact bytes.Buffer // an export has it on one line
	if err := json.Compact(&compact, data); err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	at := s.stamp(when)
	return append(append([]any{string(text(lab)), string(run)}, n...), at.ms, at.zone, text(compact.String())), nil
}

// LabRuns are all runs of all labs, the newest first.
func (s *Store) LabRuns(ctx context.Context) ([]LabRun, error) {
	scan := func(row scanner) (LabRun, error) {
		var r LabRun
		var at stamp
		var data string
		err := row.Scan(&r.Lab, &r.Run, &at.ms, &at.zone, &data)
		r.At, r.Data = at.time(), json.RawMessage(data)
		return r, err
	}
	all, err := collect(ctx, s.db, scan, `SELECT lab, run, at, zone, data FROM labrun ORDER BY at DESC, run DESC`)
	return all, s.failed(ctx, "read the labs", err)
}

// LabEntries are what came to a run, in order.
func (s *Store) LabEntries(ctx context.Context, lab lessons.LabID, run quiz.ReviewID) ([]LabEntry, error) {
	scan := func(row scanner) (LabEntry, error) {
		e := LabEntry{Lab: lab, Run: run}
		var at stamp
		var data string
		err := row.Scan(&e.N, &at.ms, &at.zone, &data)
		e.At, e.Data = at.time(), json.RawMessage(data)
		return e, err
	}
	all, err := collect(ctx, s.db, scan,
		`SELECT n, at, zone, data FROM labentry WHERE lab = ? AND run = ? ORDER BY n`, string(text(lab)), string(run))
	return all, s.failed(ctx, "read the lab", err)
}
