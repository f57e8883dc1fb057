package engine

import (
	"io"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
)

// stream is an api.Stream that is filled from the engine's side.
type stream[T any] struct {
	items   []T
	err     error // what comes after the last item; nil while more may come
	changed proc.Queue
	closed  func()
	why     string
}

func newStream[T any](why string) *stream[T] { return &stream[T]{why: why} }

// finished is a stream with one answer, which is there already.
func finished[T any](item T) *stream[T] {
	return &stream[T]{items: []T{item}, err: io.EOF}
}

func (s *stream[T]) send(item T) {
	if s.err == nil {
		s.items = append(s.items, item)
		s.changed.Wake()
	}
}

// end is after the last item; a nil error is the ordinary end.
func (s *stream[T]) end(err error) {
	if s.err != nil {
		return
	}
	if s.err = err; err == nil {
		s.err = io.EOF
	}
	s.changed.Wake()
}

func (s *stream[T]) Next(c api.Caller) (T, error) {
	var none T
	for len(s.items) == 0 {
		if s.err != nil {
			return none, s.err
		}
		if err := c.Wait(&s.changed, s.why); err != nil {
			return none, err
		}
	}
	item := s.items[0]
	s.items[0] = none
	s.items = s.items[1:]
	return item, nil
}

func (s *stream[T]) Ready() bool          { return len(s.items) > 0 || s.err != nil }
func (s *stream[T]) Changes() *proc.Queue { return &s.changed }

func (s *stream[T]) Close() {
	if s.closed != nil {
		s.closed()
		s.closed = nil
	}
	s.items = nil
	s.end(io.ErrClosedPipe)
}

// task is something that the engine has under way, and that a caller may wait for.
type task struct {
	done    bool
	err     error
	changed proc.Queue
	after   []func(error)
}

func (t *task) finish(err error) {
	t.done, t.err = true, err
	for _, f := range t.after {
		f(err)
	}
	t.changed.Wake()
}

// then does something when the task has ended; at once if it has.
func (t *task) then(f func(error)) {
	if t.done {
		f(t.err)
		return
	}
	t.after = append(t.after, f)
}

func (t *task) wait(c api.Caller, why string) error {
	for !t.done {
		if err := c.Wait(&t.changed, why); err != nil {
			return err
		}
	}
	return t.err
}

func doneTask(err error) *task { return &task{done: true, err: err} }
