package progress

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dockerlearn/quiz"
)

// FuzzWreck reads files that are damaged in every way: it never panics, and what it takes for a line of the log is
// one that was written.
func FuzzWreck(f *testing.F) {
	written := map[quiz.ReviewID]bool{}
	dir := f.TempDir()
	now := func() time.Time { return time.UnixMilli(1_800_000_000_000) }
	s, err := Open(f.Context(), Options{Dir: dir, Now: now})
	if err != nil {
		f.Fatal(err)
	}
	defer s.Close()
	for n := range byte(6) {
		r := quiz.Review{
			ID: quiz.NewReviewID(now(), [10]byte{n}), Event: quiz.Answered, Question: "q", At: now(), Rating: quiz.Good,
			Verdict: quiz.Right, Answer: quiz.Answer{Text: string(bytes.Repeat([]byte("long "), 2000*int(n%2)))},
		}
		if _, err := s.Record(f.Context(), r); err != nil {
			f.Fatal(err)
		}
		written[r.ID] = true
	}
	wal, err := os.ReadFile(filepath.Join(dir, "progress.db-wal"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(nil), wal)
	for frame := range slices.Chunk(wal[walHeaderSize:], frameHeaderSize+usualPageSize) {
		f.Add(frame[frameHeaderSize:], []byte(nil))
	}
	f.Fuzz(func(t *testing.T, main, wal []byte) {
		tornAhead(wal, usualPageSize)
		lost := newLostLines()
		for row := range newWreck(main, wal).rows() {
			n := len(row.values) - 1
			if n < 1 {
				continue
			}
			if r, ok := reviewFrom(row.values[:n], row.values[n]); ok && !written[r.ID] {
				t.Errorf("%+v was never written", r)
			}
			lost.entry(row.values)
		}
	})
}

// FuzzLine reads lines of exports: it never panics, and what it takes is the same after another export and import.
func FuzzLine(f *testing.F) {
	example, err := os.ReadFile("testdata/export.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for line := range bytes.Lines(example) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		for _, table := range slots() {
			if row, err := table.row(line); err == nil {
				again, err := table.row(encoded(t, table.line(row)))
				if err != nil || !slices.Equal(row, again) {
					t.Errorf("%s: %v, then %v, %v", table.name, row, again, err)
				}
			}
		}
		if row, err := reviewRowOf(line); err == nil {
			r, err := scanReview(valueRow(row), true)
			if err != nil {
				t.Fatal(err)
			}
			again, err := reviewRowOf(encoded(t, reviewLineOf(r)))
			if err != nil || !slices.Equal(row, again) {
				t.Errorf("%v, then %v, %v", row, again, err)
			}
		}
	})
}

func reviewRowOf(line []byte) ([]any, error) {
	var in reviewLine
	if err := strictly(line, &in); err != nil {
		return nil, err
	}
	r, err := in.review()
	if err != nil {
		return nil, err
	}
	return reviewRow(canonical(r))
}

func encoded(t *testing.T, line any) []byte {
	t.Helper()
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if err := out.Encode(line); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
