package progress_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// small is a disk of its own, for tests that fill it; it needs the right to mount.
func small(t *testing.T, kib int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", kib)); err != nil {
		t.Skipf("needs the right to mount: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fill leaves so much room, or less than a page more.
func fill(t *testing.T, dir string, left int64) (empty func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	var stat syscall.Statfs_t
	must(t, syscall.Statfs(dir, &stat))
	must(t, os.WriteFile(path, make([]byte, int64(stat.Bavail)*stat.Bsize-left), 0o600))
	return func() { os.Remove(path) }
}

func TestTheDiskFillsUp(t *testing.T) {
	for _, left := range []int64{0, 4096, 3 * 4096, 20 * 4096} {
		t.Run(fmt.Sprint(left), func(t *testing.T) {
			dir := small(t, 2048)
			st := tell(t, dir, 0, 20)
			s := openIn(t, dir, progress.Fine)
			record(t, s, answer(50, "q", quiz.Good)) // the log ahead is open
			empty := fill(t, dir, left)
			stored, failed := st.later, quiz.Review{}
			for n := 100; failed.ID == ""; n++ {
				r := answer(n, lessons.QuestionID(fmt.Sprintf("q-%d", n)), quiz.Good)
				if _, err := s.Record(t.Context(), r); err != nil {
					if kindName(err) != "full" {
						t.Fatalf("on a full disk: %v", err)
					}
					failed = r
				} else {
					stored = append(stored, r)
				}
			}
			have := log(t, s)
			if len(have) != len(stored)+1 {
				t.Errorf("%d lines, %d were stored", len(have), len(stored)+1)
			}
			if _, ok := have[failed.ID]; ok {
				t.Error("what failed is in the log")
			}
			empty()
			if done := got[progress.Recorded](t)(s.Record(t.Context(), failed)); done.Known {
				t.Error("what failed was half stored")
			}
			if r := got[progress.Rebuilt](t)(s.Rebuild(t.Context())); len(r.Wrong) > 0 || r.Facts > 0 {
				t.Errorf("rebuilding found %+v", r)
			}
			must(t, s.Close())
			expectLine(t, openIn(t, dir, progress.Fine), failed.ID)
		})
	}
}

func TestOpeningOnAFullDisk(t *testing.T) {
	t.Run("fresh", func(t *testing.T) {
		dir := small(t, 64)
		fill(t, dir, 0)
		if c := openIn(t, dir, progress.Memory).Condition(); c.Cause != progress.Full {
			t.Errorf("condition: %+v", c)
		}
	})
	t.Run("existing", func(t *testing.T) {
		dir := small(t, 2048)
		tell(t, dir, 0, 20)
		empty := fill(t, dir, 0)
		s := openIn(t, dir, progress.ReadOnly)
		if c := s.Condition(); c.Cause != progress.Full || len(log(t, s)) != 20 {
			t.Errorf("%d lines of 20, condition: %+v", len(log(t, s)), c)
		}
		must(t, s.Close())
		empty()
		openIn(t, dir, progress.Fine)
	})
	t.Run("mending", func(t *testing.T) {
		dir := small(t, 2048)
		st := tell(t, dir, 10, 10)
		change(t, st.file(), func(b []byte) []byte { clear(b[:100]); return b })
		empty := fill(t, dir, 8192)
		s := openIn(t, dir, progress.ReadOnly)
		if c := s.Condition(); c.Cause != progress.Damaged || len(log(t, s)) != 10 {
			t.Errorf("%d lines of the copy's 10, condition: %+v", len(log(t, s)), c)
		}
		must(t, s.Close())
		empty()
		if have := log(t, openIn(t, dir, progress.Restored)); len(have) != 20 {
			t.Errorf("%d lines of 20", len(have))
		}
	})
}

// limited answers until the system forbids a file to grow, as a quota does.
func limited(args []string) error {
	signal.Ignore(syscall.SIGXFSZ)
	s, err := progress.Open(context.Background(), options(args[0]))
	if err != nil {
		return err
	}
	defer s.Close()
	limit := syscall.Rlimit{Cur: 400 << 10, Max: 400 << 10}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	for n := range 1000 {
		r := answer(n, "q", quiz.Good)
		if _, err := s.Record(context.Background(), r); err != nil {
			fmt.Println(kindName(err))
			return nil
		}
		fmt.Println(r.ID)
	}
	return nil
}

func TestAFileMayNotGrow(t *testing.T) {
	dir := t.TempDir()
	lines := strings.Fields(string(got[[]byte](t)(child("limited", dir).Output())))
	stored, last := lines[:len(lines)-1], lines[len(lines)-1]
	if last != "disk" && last != "full" {
		t.Fatalf("%d answers, then %q", len(stored), last)
	}
	ids := map[quiz.ReviewID]bool{}
	for _, id := range stored {
		ids[quiz.ReviewID(id)] = true
	}
	if n := expectWhole(t, dir, ids, 0); n != len(stored) || n == 0 {
		t.Errorf("%d lines, %d were stored", n, len(stored))
	}
}

// asNobody runs a child that file permissions hold for, which they do not for root.
func asNobody(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	c := child("look", dir)
	if os.Getuid() != 0 {
		return c
	}
	folder := got[string](t)(os.MkdirTemp("", "dockerlearn-nobody-"))
	t.Cleanup(func() { os.RemoveAll(folder) })
	must(t, os.Chmod(folder, 0o755))
	c.Path = filepath.Join(folder, "child")
	must(t, os.WriteFile(c.Path, got[[]byte](t)(os.ReadFile(os.Args[0])), 0o755))
	const nobody = 65534
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return c
}

func TestWhatCannotBeWritten(t *testing.T) {
	base := got[string](t)(os.MkdirTemp("", "dockerlearn-readonly-")) // t.TempDir is closed to others
	t.Cleanup(func() { os.RemoveAll(base) })
	must(t, os.Chmod(base, 0o755))
	readable := func(dir string, folder, file os.FileMode) {
		t.Helper()
		entries := got[[]os.DirEntry](t)(os.ReadDir(dir))
		for _, e := range entries {
			if !e.IsDir() {
				must(t, os.Chmod(filepath.Join(dir, e.Name()), file))
			}
		}
		must(t, os.Chmod(dir, folder))
		t.Cleanup(func() { os.Chmod(dir, 0o700) })
	}

	closed := filepath.Join(base, "closed")
	tell(t, closed, 0, 20)
	readable(closed, 0o555, 0o444)
	want := sight{State: progress.ReadOnly, Cause: progress.NotWritable, Lines: 20, Last: "later", Kind: "read-only"}
	expectSight(t, "a folder that cannot be written", asNobody(t, closed), want)

	killed := filepath.Join(base, "killed")
	live := filepath.Join(base, "live")
	s := openIn(t, live, progress.Fresh)
	record(t, s, answer(1, "q", quiz.Good), answer(2, "q", quiz.Good))
	must(t, os.CopyFS(killed, os.DirFS(live)))
	must(t, os.Remove(filepath.Join(killed, "progress.db-shm")))
	readable(killed, 0o555, 0o444)
	want = sight{State: progress.ReadOnly, Cause: progress.NotWritable, Lines: 2, Kind: "read-only"}
	expectSight(t, "one in which a process was killed", asNobody(t, killed), want)

	file := filepath.Join(base, "file")
	tell(t, file, 0, 20)
	readable(file, 0o777, 0o444)
	want = sight{State: progress.ReadOnly, Cause: progress.NotWritable, Lines: 20, Last: "later", Kind: "read-only"}
	expectSight(t, "a file that cannot be written", asNobody(t, file), want)

	want = sight{State: progress.Memory, Cause: progress.NotWritable}
	expectSight(t, "a folder that cannot be made", asNobody(t, filepath.Join(closed, "new")), want)
	expectSight(
		t,
		"a folder that is a file",
		asNobody(t, filepath.Join(file, "progress.db")),
		sight{State: progress.Memory, Cause: progress.DiskFailed},
	)
}

func expectSight(t *testing.T, what string, c *exec.Cmd, want sight) {
	t.Helper()
	see := lookAs(t, c)
	see.Record, see.PID = "", 0
	if see != want {
		t.Errorf("%s: %+v, want %+v", what, see, want)
	}
}
