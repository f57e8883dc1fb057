package progress

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"dockerlearn/lessons"
)

// An export is JSON Lines in UTF-8: one object a line, each with a "kind". The first is of the kind "dockerlearn" and
// names the schema. What follows may come in any order; testdata/export.jsonl has one of each kind.
//
//	review    a line of the log: id, event ("answer", "undo", "reset"), question, at; of an undo also undoes; and what
//	          quiz.Review has beside these, left out where it is zero: mode, session, rev, lang, seed (text, since JSON
//	          numbers lose the last digits), answer, verdict, score, beliefs, rating, byHand, confidence, hint, slow,
//	          ms (from question to answer)
//	place     where the learner was last in a lesson: lesson, section, part, lang, at
//	seen      a screen that was read: lesson, section, part, at (when first)
//	bookmark  lesson, section, part, at, note, gone (true: it was removed)
//	note      on a question: question, at, text (empty: it was removed)
//	setting   key, at, value (empty: it was removed)
//	report    schema, id, at, data (any JSON)
//	labrun    a lab that was worked at: lab, run, at, data (any JSON)
//	labentry  what came from outside to it: lab, run, n (from 0), at, data (any JSON)
//
// Times are RFC 3339 with milliseconds and the offset of the learner's zone. Cards and facts are not exported: they
// follow from the log. An import adds the log lines whose id is not known, and takes of everything else whichever is
// newer (of what was seen, whichever is older), so the files of two machines can be merged in either order.
const (
	exportKind   = "dockerlearn"
	exportSchema = 1
)

// maxLine is how long a line of an import may be.
const maxLine = 16 << 20

// LineError is a line that cannot be imported.
type LineError struct {
	Line   int
	Reason string
}

// BadLines is the error of an import that was refused.
type BadLines struct{ Lines []LineError }

// Error names the first of them.
func (b *BadLines) Error() string {
	first := b.Lines[0]
	return fmt.Sprintf("line %d: %s (%d bad lines in all, nothing was imported)", first.Line, first.Reason, len(b.Lines))
}

// Imported says what an import did.
type Imported struct {
	Lines   int // read
	New     int // stored, because they were not known or newer than what was
	Skipped []LineError
}

// ImportOptions say how to deal with mistakes.
type ImportOptions struct {
	SkipBad bool // import the good lines although some are bad; otherwise one bad line means that nothing is imported
}

// header is the first line of an export.
type header struct {
	Kind    string `json:"kind"`
	Schema  int    `json:"schema"`
	Program string `json:"program,omitempty"` // its version
}

// Export writes everything that the learner made, one JSON object a line, as it stands at one moment.
func (s *Store) Export(ctx context.Context, w io.Writer) error {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.failed(ctx, "export", err)
	}
	defer tx.Rollback()
	buffered := bufio.NewWriter(w)
	out := json.NewEncoder(buffered)
	out.SetEscapeHTML(false)
	if err := export(ctx, tx, out, s.options.Version); err != nil {
		return s.failed(ctx, "export", err)
	}
	return buffered.Flush()
}

func export(ctx context.Context, tx *sql.Tx, out *json.Encoder, version string) error {
	if err := out.Encode(header{exportKind, exportSchema, version}); err != nil {
		return err
	}
	for _, t := range slots() {
		if err := t.each(ctx, tx, func(row []any) error { return out.Encode(t.line(row)) }); err != nil {
			return err
		}
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+reviewColumns+` FROM review ORDER BY at, id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanReview(rows, true)
		if err != nil {
			return err
		}
		if err := out.Encode(reviewLineOf(r)); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Import merges an export into this store, in one transaction. Importing the same twice changes nothing. If lines are
// bad, the error is a *BadLines and nothing is stored, unless the options say otherwise.
func (s *Store) Import(ctx context.Context, r io.Reader, o ImportOptions) (Imported, error) {
	var done Imported
	err := s.write(ctx, func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, insertReview)
		if err != nil {
			return err
		}
		defer insert.Close()
		in := importer{tx: tx, insert: insert, changed: map[lessons.QuestionID]bool{}}
		if err := in.read(ctx, r); err != nil {
			return err
		}
		done = in.done
		if len(done.Skipped) > 0 && !o.SkipBad {
			return &BadLines{done.Skipped}
		}
		return in.finish(ctx, s)
	})
	if err != nil {
		return Imported{}, s.failed(ctx, "import", err)
	}
	return done, nil
}

type importer struct {
	tx      *sql.Tx
	insert  *sql.Stmt
	done    Imported
	lines   int64 // new ones of the log
	changed map[lessons.QuestionID]bool
}

func (in *importer) read(ctx context.Context, r io.Reader) error {
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, maxLine)
	for scan.Scan() {
		in.done.Lines++
		if err := in.line(ctx, scan.Bytes()); err != nil {
			return err
		}
	}
	if errors.Is(scan.Err(), bufio.ErrTooLong) {
		in.bad(in.done.Lines+1, fmt.Errorf("it is longer than %d bytes, and the rest was not read", maxLine))
		return nil
	}
	if scan.Err() == nil && in.done.Lines == 0 {
		in.bad(1, errors.New("the file is empty"))
	}
	return scan.Err()
}

func (in *importer) bad(line int, reason error) {
	in.done.Skipped = append(in.done.Skipped, LineError{line, reason.Error()})
}

// line imports one line; what is wrong with it is noted, what is wrong with the store is returned.
func (in *importer) line(ctx context.Context, b []byte) error {
	if len(bytes.TrimSpace(b)) == 0 {
		return nil
	}
	isNew, err := in.store(ctx, b)
	if wrong := (lineError{}); errors.As(err, &wrong) {
		in.bad(in.done.Lines, wrong.reason)
		return nil
	}
	if isNew {
		in.done.New++
	}
	return err
}

// lineError is a mistake in a line, as opposed to a failure of the store.
type lineError struct{ reason error }

func (e lineError) Error() string { return e.reason.Error() }

func badLine(err error) error { return lineError{err} }

func (in *importer) store(ctx context.Context, b []byte) (isNew bool, err error) {
	var kind struct {
		Kind   string          `json:"kind"`
		Schema json.RawMessage `json:"schema"`
	}
	if err := json.Unmarshal(b, &kind); err != nil {
		return false, badLine(fmt.Errorf("no JSON object: %w", err))
	}
	if in.done.Lines == 1 && kind.Kind != exportKind {
		return false, badLine(errors.New("this is no export of dockerlearn: its first line does not say so"))
	}
	switch kind.Kind {
	case exportKind:
		return false, checkHeader(b)
	case "review":
		return in.review(ctx, b)
	}
	for _, t := range slots() {
		if t.name == kind.Kind {
			row, err := t.row(b)
			if err != nil {
				return false, badLine(err)
			}
			return t.merge(ctx, in.tx, row)
		}
	}
	return false, badLine(fmt.Errorf("unknown kind %q", kind.Kind))
}

func checkHeader(b []byte) error {
	var h header
	if err := strictly(b, &h); err != nil {
		return badLine(err)
	}
	if h.Schema != exportSchema {
		return badLine(fmt.Errorf("its schema is %d (program %q), this program knows %d", h.Schema, h.Program, exportSchema))
	}
	return nil
}

func (in *importer) review(ctx context.Context, b []byte) (bool, error) {
	var line reviewLine
	if err := strictly(b, &line); err != nil {
		return false, badLine(err)
	}
	r, err := line.review()
	if err == nil {
		r = canonical(r)
		err = checkReview(r)
	}
	if err != nil {
		return false, badLine(err)
	}
	isNew, err := appendReview(ctx, in.tx, in.insert, r)
	if errors.Is(err, ErrConflict) {
		return false, badLine(err)
	}
	if isNew {
		in.lines++
		in.changed[r.Question] = true
	}
	return isNew, err
}

// finish brings the cards up to date.
func (in *importer) finish(ctx context.Context, s *Store) error {
	if in.lines == 0 {
		return nil
	}
	if err := addToTally(ctx, in.tx, in.lines); err != nil {
		return err
	}
	var ids []lessons.QuestionID
	for id := range in.changed {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if _, err := fold(ctx, in.tx, s.scheduler(), id); err != nil {
			return err
		}
	}
	return nil
}

// strictly reads one JSON object and refuses fields that are not known: they would be lost.
func strictly(b []byte, into any) error {
	in := json.NewDecoder(bytes.NewReader(b))
	in.DisallowUnknownFields()
	if err := in.Decode(into); err != nil {
		return err
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one value in the line")
	}
	return nil
}
