package progress_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// A session is killed at a random moment, again and again in the same folder: what it printed as stored is there, and
// the file is whole.
func TestKilledWhileAnswering(t *testing.T) {
	dir := t.TempDir()
	stored := map[quiz.ReviewID]bool{}
	from := 0
	for round := range rounds(t, 15) {
		chance := rand.New(rand.NewPCG(uint64(round), 0))
		s := startSession(t, dir, 1, 1000, from)
		for n := chance.IntN(20); n > 0 && s.out.Scan(); n-- {
			stored[quiz.ReviewID(s.out.Text())] = true
		}
		for n := chance.IntN(4000); n > 0; n-- { // up to some milliseconds, within which about two lines are stored
			runtime.Gosched()
		}
		must(t, s.cmd.Process.Kill())
		for s.out.Scan() { // what it printed before it died
			stored[quiz.ReviewID(s.out.Text())] = true
		}
		s.cmd.Wait()
		from = expectWhole(t, dir, stored, round)
		if t.Failed() {
			break
		}
	}
	t.Logf("%d lines were stored, %d more when the process died before it said so", len(stored), from-len(stored))
}

// expectWhole returns how many lines there are.
func expectWhole(t *testing.T, dir string, stored map[quiz.ReviewID]bool, round int) int {
	t.Helper()
	s := open(t, options(dir))
	defer s.Close()
	if c := s.Condition(); c.State != progress.Fine && c.State != progress.Fresh {
		t.Errorf("round %d: %+v", round, c)
	}
	have := log(t, s)
	for id := range stored {
		if _, ok := have[id]; !ok {
			t.Errorf("round %d: %s was stored and is gone", round, id)
		}
	}
	if h := got[progress.Health](t)(s.Check(t.Context())); len(h.Problems) > 0 {
		t.Errorf("round %d: %q", round, h.Problems)
	}
	if r := got[progress.Rebuilt](t)(s.Rebuild(t.Context())); len(r.Wrong) > 0 || r.Facts > 0 {
		t.Errorf("round %d: rebuilding found %+v", round, r)
	}
	return len(have)
}

func TestThreeWindowsAnswerTheSameDeck(t *testing.T) {
	dir := t.TempDir()
	const windows, each = 3, 60
	var sessions []session
	for w := range windows {
		sessions = append(sessions, startSession(t, dir, w, each, 0))
	}
	stored := map[quiz.ReviewID]bool{}
	for _, s := range sessions {
		for s.out.Scan() {
			id := quiz.ReviewID(s.out.Text())
			if stored[id] {
				t.Errorf("%s was stored twice", id)
			}
			stored[id] = true
		}
		must(t, s.cmd.Wait())
	}
	if len(stored) != windows*each {
		t.Errorf("%d lines were stored, of %d", len(stored), windows*each)
	}
	if n := expectWhole(t, dir, stored, 0); n != windows*each {
		t.Errorf("%d lines in the log, of %d", n, windows*each)
	}
}

func TestManyGoroutinesInTwoStores(t *testing.T) {
	o := options(t.TempDir())
	o.Wait = time.Minute
	stores := []*progress.Store{open(t, o), open(t, o)}
	var group sync.WaitGroup
	errs := make(chan error, 1000)
	for w := range 6 {
		s := stores[w%2]
		group.Go(func() {
			for n := range 15 {
				_, err := s.Record(context.Background(), windowAnswer(w, n))
				errs <- err
				_, err = s.Cards(context.Background())
				errs <- err
				errs <- s.Facts(context.Background(), func(lessons.QuestionID, []quiz.Fact) error { return nil })
				errs <- s.SavePlace(context.Background(), progress.Place{Lesson: "l", Part: n})
			}
		})
	}
	group.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if n := expectWhole(t, o.Dir, nil, 0); n != 6*15 {
		t.Errorf("%d lines of %d", n, 6*15)
	}
}

// locking opens a folder as a window does, then keeps the file locked against everybody until its input ends.
func locking(args []string) error {
	s, err := progress.Open(context.Background(), options(args[0]))
	if err != nil {
		return err
	}
	defer s.Close()
	db, err := sql.Open("sqlite", s.Path())
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	how := map[string]string{
		"writing": `BEGIN IMMEDIATE`,
		"alone":   `PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE tally SET lines = lines`,
	}[args[1]]
	if args[1] == "alone" { // nobody else may be connected, the store included
		if err := s.Close(); err != nil {
			return err
		}
	}
	if _, err := db.Exec(how); err != nil {
		return err
	}
	fmt.Println("locked")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// locked starts a locking child; release lets go.
func locked(t *testing.T, dir, how string) (pid int, release func()) {
	t.Helper()
	c := child("lock", dir, how)
	in := got[io.WriteCloser](t)(c.StdinPipe())
	out := got[io.ReadCloser](t)(c.StdoutPipe())
	must(t, c.Start())
	if !bufio.NewScanner(out).Scan() {
		t.Fatal("the child did not lock the file")
	}
	return c.Process.Pid, func() {
		in.Close()
		c.Wait()
	}
}

func TestAnotherProgramKeepsWriting(t *testing.T) {
	st := tell(t, t.TempDir(), 0, 5)
	s := openIn(t, st.dir, progress.Fine)
	_, release := locked(t, st.dir, "writing")
	r := answer(100, "q", quiz.Good)
	if _, err := s.Record(t.Context(), r); kindName(err) != "locked" {
		t.Errorf("stored while locked: %v", err)
	}
	if _, err := s.Cards(t.Context()); err != nil {
		t.Errorf("reading while another writes: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Record(ctx, r); err == nil || ctx.Err() == nil {
		t.Errorf("stored after its context ended: %v", err)
	}
	release()
	if done := got[progress.Recorded](t)(s.Record(t.Context(), r)); done.Known {
		t.Error("what failed had been stored")
	}
}

func TestAnotherProgramLocksEverybodyOut(t *testing.T) {
	st := tell(t, t.TempDir(), 0, 5)
	pid, release := locked(t, st.dir, "alone")
	see := lookAs(t, child("look", st.dir))
	if see.State != progress.ReadOnly || see.Cause != progress.Locked || see.PID != pid || see.Lines != 5 ||
		see.Kind != "read-only" {
		t.Errorf("while locked by %d: %+v", pid, see)
	}
	release()
	if have := log(t, openIn(t, st.dir, progress.Fine)); len(have) != 5 {
		t.Errorf("%d lines of 5", len(have))
	}
}

func BenchmarkStartOfAProcess(b *testing.B) {
	dir := b.TempDir()
	must(b, open(b, options(dir)).Close())
	for name, act := range map[string]string{"WithStore": "start", "Empty": "nothing"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				must(b, child(act, dir).Run())
			}
		})
	}
}
