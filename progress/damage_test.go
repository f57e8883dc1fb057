package progress_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// story is a folder with a day's copy and answers after it.
type story struct {
	dir    string
	copied []quiz.Review // in the copy
	later  []quiz.Review
}

func (s story) file() string { return filepath.Join(s.dir, "progress.db") }

func (s story) all() []quiz.Review { return slices.Concat(s.copied, s.later) }

// clone is the same story in a folder of its own.
func (s story) clone(t testing.TB) story {
	t.Helper()
	dir := t.TempDir()
	must(t, os.CopyFS(dir, os.DirFS(s.dir)))
	return story{dir, s.copied, s.later}
}

func tell(t testing.TB, dir string, copied, later int) story {
	t.Helper()
	st := story{dir: dir}
	s := openIn(t, dir, progress.Fresh)
	give := func(n int) quiz.Review {
		return answer(n, lessons.QuestionID(fmt.Sprintf("lesson-%02d", n%17)), quiz.Rating(1+n%4))
	}
	for n := range copied {
		st.copied = append(st.copied, give(n))
	}
	record(t, s, st.copied...)
	must(t, s.SavePlace(t.Context(), progress.Place{Lesson: "copied", Section: "answer", Lang: lessons.ZH}))
	if copied > 0 {
		must(t, s.Upkeep(t.Context()))
	}
	for n := copied; n < copied+later; n++ {
		st.later = append(st.later, give(n))
	}
	record(t, s, st.later...)
	must(t, s.SavePlace(t.Context(), progress.Place{Lesson: "later", Section: "answer", Lang: lessons.ZH}))
	must(t, s.Close())
	return st
}

// log is what a store's log has, by id.
func log(t testing.TB, s *progress.Store) map[quiz.ReviewID]quiz.Review {
	t.Helper()
	byID := map[quiz.ReviewID]quiz.Review{}
	for _, r := range got[[]quiz.Review](t)(s.Recent(context.Background(), 1e6)) {
		byID[r.ID] = r
	}
	return byID
}

// change edits a file's bytes.
func change(t testing.TB, path string, edit func([]byte) []byte) {
	t.Helper()
	b := got[[]byte](t)(os.ReadFile(path))
	must(t, os.WriteFile(path, edit(b), 0o600))
}

func TestADamagedFileIsMended(t *testing.T) {
	whole := tell(t, t.TempDir(), 300, 100)
	for name, damage := range map[string]func([]byte) []byte{
		"its header is gone":     func(b []byte) []byte { clear(b[:100]); return b },
		"its first page is gone": func(b []byte) []byte { clear(b[:4096]); return b },
		"it is cut in the half":  func(b []byte) []byte { return b[:len(b)/2] },
		"it is cut in a page":    func(b []byte) []byte { return b[:len(b)-1000] },
		"it is empty":            func([]byte) []byte { return nil },
		"it is a text":           func([]byte) []byte { return bytes.Repeat([]byte("hello "), 5000) },
		"it calls itself newer":  func(b []byte) []byte { b[61] = 7; return b },
		"it calls itself music":  func(b []byte) []byte { b[68] ^= 1; return b },
		"its beginning is noise": func(b []byte) []byte { noise(b[:20000], 1); return b },
		"its end is noise":       func(b []byte) []byte { noise(b[len(b)-20000:], 2); return b },
	} {
		t.Run(name, func(t *testing.T) {
			st := whole.clone(t)
			change(t, st.file(), damage)
			damaged := got[[]byte](t)(os.ReadFile(st.file()))
			s := openIn(t, st.dir, progress.Restored)
			c := s.Condition()
			expectMended(t, st, s)
			if !bytes.Equal(damaged, got[[]byte](t)(os.ReadFile(c.Kept))) {
				t.Errorf("the damaged file was not kept as it was at %s", c.Kept)
			}
			if c.Cause != progress.Damaged || !c.Copy.Equal(monday()) || c.Err == nil {
				t.Errorf("condition: %+v", c)
			}
			record(t, s, answer(9999, "after", quiz.Good))
			must(t, s.Close())
			expectLine(t, openIn(t, st.dir, progress.Fine), answer(9999, "after", quiz.Good).ID)
		})
	}
}

func noise(b []byte, seed uint64) {
	chance := rand.New(rand.NewPCG(seed, 0))
	for i := range b {
		b[i] = byte(chance.Uint32())
	}
}

func expectLine(t testing.TB, s *progress.Store, id quiz.ReviewID) {
	t.Helper()
	if _, err := s.Review(t.Context(), id); err != nil {
		t.Error(err)
	}
}

// expectMended checks what mending promises: nothing of the copy is lost, nothing is there that was not written, the
// lines that are gone are counted, and cards are what the log says.
func expectMended(t testing.TB, st story, s *progress.Store) {
	t.Helper()
	have, c := log(t, s), s.Condition()
	for _, r := range st.copied {
		if _, ok := have[r.ID]; !ok {
			t.Fatalf("%s was in the copy and is gone", r.ID)
		}
	}
	gone := map[quiz.ReviewID]bool{}
	for _, r := range st.all() {
		kept, ok := have[r.ID]
		if !ok {
			gone[r.ID] = true
		} else if fmt.Sprint(kept) != fmt.Sprint(r) {
			t.Fatalf("kept %+v\nwas  %+v", kept, r)
		}
	}
	if len(have)+len(gone) != len(st.all()) {
		t.Fatalf("%d lines, of %d that were written", len(have), len(st.all()))
	}
	for _, l := range c.Lost {
		if l.ID != "" && !gone[l.ID] {
			t.Fatalf("%s is said to be lost and is there (or never was)", l.ID)
		}
	}
	if c.Gone > len(gone) {
		t.Fatalf("%d lines are gone, said to be %d: %+v", len(gone), c.Gone, c.Lost)
	}
	if r := got[progress.Rebuilt](t)(s.Rebuild(t.Context())); len(r.Wrong) > 0 || r.Facts > 0 {
		t.Fatalf("rebuilding after mending found %+v", r)
	}
	if h := got[progress.Health](t)(s.Check(t.Context())); len(h.Problems) > 0 {
		t.Fatalf("after mending: %q", h.Problems)
	}
}

// rounds is how often something random is tried: a few times, or as often as the variable DOCKERLEARN_ROUNDS says.
func rounds(t testing.TB, usual int) int {
	if n, err := strconv.Atoi(os.Getenv("DOCKERLEARN_ROUNDS")); err == nil {
		return n
	}
	if testing.Short() {
		return 1 + usual/5
	}
	return usual
}

// Wherever a file breaks: no panic, nothing of the copy lost, and of the rest it is said how much.
func TestRandomDamage(t *testing.T) {
	whole := tell(t, t.TempDir(), 150, 60)
	vanished := 0
	for seed := range rounds(t, 15) {
		st := whole.clone(t)
		change(t, st.file(), func(b []byte) []byte { return damaged(b, uint64(seed)) })
		gone, said := inspect(t, st)
		if gone != said {
			vanished++
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Logf("in %d rounds lines vanished that nothing speaks of any more", vanished)
}

// damaged overwrites one to six places with up to four kilobytes of noise, and cuts one file in five.
func damaged(b []byte, seed uint64) []byte {
	chance := rand.New(rand.NewPCG(seed, 0))
	for range 1 + chance.IntN(6) {
		start := chance.IntN(len(b))
		noise(b[start:min(len(b), start+1<<chance.IntN(13))], chance.Uint64())
	}
	if chance.IntN(5) == 0 {
		b = b[:chance.IntN(len(b))]
	}
	return b
}

// inspect opens a file that may be damaged, at first as every day, then as after damage was met. It returns how many
// lines are gone, and how many are said to be.
func inspect(t testing.TB, st story) (gone, said int) {
	t.Helper()
	s := open(t, options(st.dir))
	defer func() { s.Close() }()
	if s.Condition().State == progress.Fine {
		s.Check(t.Context()) // it may find damage that no first look finds, and leaves word of it
		must(t, s.Close())
		s = open(t, options(st.dir))
	}
	c := s.Condition()
	gone = len(st.all()) - len(log(t, s))
	switch {
	case c.State == progress.Restored:
		expectMended(t, st, s)
	case c.State != progress.Fine:
		t.Errorf("condition: %+v", c)
	case gone != 0:
		t.Errorf("said to be fine, and %d lines are gone", gone)
	}
	return gone, c.Gone
}

func TestAnAnswerThatIsGoneIsNamed(t *testing.T) {
	st := tell(t, t.TempDir(), 0, 40)
	last := st.later[len(st.later)-1]
	// The line's own page says nothing more: only the indexes and the tally do.
	change(t, st.file(), func(b []byte) []byte {
		for page := range slices.Chunk(b, 4096) {
			if page[0] == 0x0d && bytes.Contains(page, []byte(last.ID)) && bytes.Contains(page, []byte("choices")) {
				at := bytes.Index(page, []byte(last.ID))
				page[at+30] ^= 0x40
			}
		}
		return b
	})
	s := openIn(t, st.dir, progress.Fine) // one letter of a text, in a file whose structure is whole
	if h := got[progress.Health](t)(s.Check(t.Context())); len(h.Problems) == 0 {
		t.Fatal("a changed letter was not found")
	}
	must(t, s.Close())
	c := openIn(t, st.dir, progress.Restored).Condition()
	if c.Gone != 1 || len(c.Lost) != 1 || c.Lost[0].ID != last.ID || c.Lost[0].Question != last.Question ||
		c.Lost[0].At.UnixMilli() != last.At.UnixMilli() || !c.Copy.IsZero() {
		t.Errorf("condition: %+v", c)
	}
}

func TestTheFirstCopyThatIsGoodIsTaken(t *testing.T) {
	dir := t.TempDir()
	c := &clock{monday()}
	o := options(dir)
	o.Now = c.now
	for day := range 5 {
		s := open(t, o)
		record(t, s, answer(day, "q", quiz.Good))
		must(t, s.Upkeep(t.Context()))
		must(t, s.Upkeep(t.Context())) // costs nothing the second time
		must(t, s.Close())
		c.at = c.at.AddDate(0, 0, 1)
	}
	s := open(t, o)
	copies := s.Copies()
	if len(copies) != 3 || !copies[0].At.Equal(monday().AddDate(0, 0, 4)) || !s.LastBackup().Equal(copies[0].At) {
		t.Fatalf("copies: %v", copies)
	}
	must(t, s.Close())
	must(t, os.WriteFile(copies[0].Path, []byte("no database"), 0o600))
	change(t, filepath.Join(dir, "progress.db"), func(b []byte) []byte { clear(b); return b })
	s = open(t, o)
	if c := s.Condition(); c.State != progress.Restored || !c.Copy.Equal(copies[1].At) || len(log(t, s)) != 4 {
		t.Errorf("%d lines, condition: %+v", len(log(t, s)), c)
	}
}

func TestACopyOfLessDoesNotPushOutACopyOfMore(t *testing.T) {
	dir := t.TempDir()
	tell(t, dir, 50, 0)
	s := openIn(t, dir, progress.Fine)
	must(t, s.Close())
	lines := remove(t, filepath.Join(dir, "progress.db"), 20)
	o := options(dir)
	o.Now = (&clock{monday().AddDate(0, 0, 1)}).now
	s = open(t, o)
	if err := s.Upkeep(t.Context()); !errors.Is(err, progress.ErrDamaged) {
		t.Errorf("upkeep with %d lines fewer: %v", lines, err)
	}
	must(t, s.Close())
	s = open(t, o)
	if c := s.Condition(); c.State != progress.Restored || len(log(t, s)) != 50 {
		t.Errorf("%d lines, condition: %+v", len(log(t, s)), c)
	}
}

// remove takes lines out of the log behind the store's back.
func remove(t testing.TB, path string, n int) int64 {
	t.Helper()
	db := got[*sql.DB](t)(sql.Open("sqlite", path))
	defer db.Close()
	done := got[sql.Result](t)(db.Exec(`DELETE FROM review WHERE seq <= ?`, n))
	must(t, func() error { _, err := db.Exec(`UPDATE tally SET lines = lines`); return err }())
	return got[int64](t)(done.RowsAffected())
}

func TestATornLogAhead(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir, progress.Fresh)
	var all []quiz.Review
	for n := range 30 {
		all = append(all, answer(n, "q", quiz.Good))
	}
	record(t, s, all...)
	// The process is killed: the log ahead stays, and is damaged in its middle.
	killed := t.TempDir()
	must(t, os.CopyFS(killed, os.DirFS(dir)))
	change(t, filepath.Join(killed, "progress.db-wal"), func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
	mended := openIn(t, killed, progress.Restored)
	if have := log(t, mended); len(have) != len(all) {
		t.Errorf("%d lines of %d; %+v", len(have), len(all), mended.Condition())
	}
	expectMended(t, story{dir: killed, later: all}, mended)
}

// A mending may be interrupted after each of its steps; the next start goes on with what is there.
func TestAnInterruptedMending(t *testing.T) {
	const kept = ".damaged-20261101T000000Z"
	whole := tell(t, t.TempDir(), 20, 10)
	killed := t.TempDir() // the last answers are in the log ahead only
	s := openIn(t, whole.dir, progress.Fine)
	ahead := answer(500, "q", quiz.Good)
	record(t, s, ahead)
	must(t, os.CopyFS(killed, os.DirFS(whole.dir)))
	killedStory := story{killed, whole.copied, append(slices.Clone(whole.later), ahead)}

	for name, step := range map[string]func(t *testing.T, path string){
		"the log ahead is put aside": func(t *testing.T, path string) {
			must(t, os.Rename(path+"-wal", path+kept+"-wal"))
		},
		"the file is put aside": func(t *testing.T, path string) {
			must(t, os.Rename(path+"-wal", path+kept+"-wal"))
			must(t, os.Rename(path, path+kept))
			must(t, os.WriteFile(path+".new", nil, 0o600))
		},
		"the file has two names": func(t *testing.T, path string) {
			must(t, os.Rename(path+"-wal", path+kept+"-wal"))
			must(t, os.Link(path, path+kept))
			must(t, os.WriteFile(path+".new", nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			st := killedStory.clone(t)
			must(t, os.Remove(st.file()+"-shm"))
			step(t, st.file())
			s := openIn(t, st.dir, progress.Restored)
			if have := log(t, s); len(have) != len(st.all()) {
				t.Errorf("%d lines of %d", len(have), len(st.all()))
			}
			must(t, s.Close())
			openIn(t, st.dir, progress.Fine)
		})
	}
}

func TestTheFileIsDeletedAndItsLogAheadIsNot(t *testing.T) {
	whole := tell(t, t.TempDir(), 20, 0)
	s := openIn(t, whole.dir, progress.Fine)
	ahead := answer(500, "q", quiz.Good)
	record(t, s, ahead)
	st := whole.clone(t)
	must(t, os.Remove(st.file()))
	mended := openIn(t, st.dir, progress.Restored)
	expectLine(t, mended, ahead.ID)
	if have := log(t, mended); len(have) != 21 {
		t.Errorf("%d lines of 21", len(have))
	}
}

func TestADamagedFileThatAnotherWindowHasOpen(t *testing.T) {
	st := tell(t, t.TempDir(), 20, 10)
	other := openIn(t, st.dir, progress.Fine)
	must(t, os.WriteFile(st.file()+".suspect", nil, 0o600))
	remove(t, st.file(), 3)
	s := openIn(t, st.dir, progress.ReadOnly)
	if c := s.Condition(); c.Cause != progress.Damaged || !c.Copy.Equal(monday()) {
		t.Errorf("condition: %+v", c)
	}
	if have := log(t, s); len(have) != 20 {
		t.Errorf("%d lines of the copy's 20", len(have))
	}
	must(t, s.Close())
	must(t, other.Close())
	if have := log(t, openIn(t, st.dir, progress.Restored)); len(have) != 30 {
		t.Errorf("%d lines of 30 after the other window was closed", len(have))
	}
}
