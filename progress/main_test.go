package progress_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// asChild names what the test binary does when a test starts it again as another process.
const asChild = "DOCKERLEARN_TEST_CHILD"

func TestMain(m *testing.M) {
	if act, ok := children()[os.Getenv(asChild)]; ok {
		if err := act(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	if aMillion.dir != "" {
		os.RemoveAll(aMillion.dir)
	}
	os.Exit(code)
}

func children() map[string]func(args []string) error {
	return map[string]func([]string) error{
		"answer": answering, "look": looking, "lock": locking, "start": starting, "nothing": nothing, "limited": limited,
	}
}

// child is the test binary as another process.
func child(act string, args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asChild+"="+act)
	c.Stderr = os.Stderr
	return c
}

// answering answers the deck of a folder, as window number args[1], args[2] times, from answer number args[3] on; it
// prints each line's id once that is stored.
func answering(args []string) error {
	window, _ := strconv.Atoi(args[1])
	times, _ := strconv.Atoi(args[2])
	from, _ := strconv.Atoi(args[3])
	o := options(args[0])
	o.Wait = time.Minute
	s, err := progress.Open(context.Background(), o)
	if err != nil {
		return err
	}
	defer s.Close()
	if c := s.Condition(); c.State != progress.Fine && c.State != progress.Fresh {
		return fmt.Errorf("window %d: %+v", window, c)
	}
	for n := from; n < from+times; n++ {
		r := windowAnswer(window, n)
		if _, err := s.Record(context.Background(), r); err != nil {
			return err
		}
		fmt.Println(r.ID)
	}
	return nil
}

// windowAnswer is a line of a window's session: windows answer the same few questions at the same times, and each
// takes something back now and then.
func windowAnswer(window, n int) quiz.Review {
	q := lessons.QuestionID(fmt.Sprintf("deck-%d", n%5))
	r := answer(n, q, quiz.Rating(1+n%4))
	if n%7 == 6 {
		r = undo(n, windowAnswer(window, n-5))
	}
	r.ID = reviewID(r.At, uint64(window)<<32|uint64(n))
	return r
}

// sight is what a looking child prints.
type sight struct {
	State  progress.State
	Cause  progress.Cause
	PID    int
	Lines  int
	Last   lessons.LessonID
	Record string // what storing said
	Kind   string // which of the package's errors that is
}

// looking opens a folder, looks and tries to store.
func looking(args []string) error {
	s, err := progress.Open(context.Background(), options(args[0]))
	if err != nil {
		return err
	}
	defer s.Close()
	see := sight{State: s.Condition().State, Cause: s.Condition().Cause, PID: s.Condition().PID}
	all, err := s.Recent(context.Background(), 1e6)
	if err != nil {
		return err
	}
	see.Lines = len(all)
	if last, err := s.LastPlace(context.Background()); err == nil {
		see.Last = last.Lesson
	}
	_, err = s.Record(context.Background(), answer(77777, "q", quiz.Good))
	see.Record, see.Kind = fmt.Sprint(err), kindName(err)
	return json.NewEncoder(os.Stdout).Encode(see)
}

func kindName(err error) string {
	for name, kind := range map[string]error{
		"full": progress.ErrFull, "locked": progress.ErrLocked, "read-only": progress.ErrReadOnly,
		"damaged": progress.ErrDamaged, "disk": progress.ErrDisk,
	} {
		if errors.Is(err, kind) {
			return name
		}
	}
	return ""
}

// lookAs runs a looking child.
func lookAs(t *testing.T, c *exec.Cmd) sight {
	t.Helper()
	out := got[[]byte](t)(c.Output())
	var see sight
	must(t, json.Unmarshal(out, &see))
	return see
}

// starting opens and closes a folder's file, for measuring a whole start.
func starting(args []string) error {
	s, err := progress.Open(context.Background(), options(args[0]))
	if err != nil {
		return err
	}
	return s.Close()
}

// nothing is what a start costs without a store.
func nothing([]string) error { return nil }

// session is an answering child whose output is read line by line.
type session struct {
	cmd *exec.Cmd
	out *bufio.Scanner
}

func startSession(t *testing.T, dir string, window, times, from int) session {
	t.Helper()
	c := child("answer", dir, strconv.Itoa(window), strconv.Itoa(times), strconv.Itoa(from))
	out := got[io.ReadCloser](t)(c.StdoutPipe())
	must(t, c.Start())
	return session{c, bufio.NewScanner(out)}
}
