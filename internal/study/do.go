package study

import (
	"fmt"
	"slices"

	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// DoSitting is a learner at a do question. Nothing of it is stored but the answer: who leaves it in the middle does it
// anew, and its time with it.
type DoSitting struct {
	*labs.Bench
	show  func([]byte)
	kept  []labs.Entry
	other []labs.Entry // the other branch; nil: there is none
}

// OpenDo sets the host of a do question up.
func (s *Study) OpenDo(id lessons.QuestionID) (*DoSitting, error) {
	q := s.course.Question(id)
	if q == nil || q.Kind != lessons.Do {
		return nil, fmt.Errorf("%s: %w", id, ErrNoLab)
	}
	x := &DoSitting{}
	err := x.open(q.Lab(), nil)
	return x, err
}

// Conditions are the sentences of what must hold in the end.
func (s *Study) Conditions(q *lessons.Question) []lessons.Text { return labs.Says(q.Lab()) }

func (x *DoSitting) open(lab *lessons.Lab, past []labs.Entry) error {
	bench, err := labs.Open(lab, past, func(e labs.Entry) error { x.kept = append(x.kept, e); return nil })
	if err != nil {
		return err
	}
	x.Bench, x.kept = bench, slices.Clone(past)
	return nil
}

// Output says who is given everything that the terminal shows: of both branches.
func (x *DoSitting) Output(show func([]byte)) {
	x.show = show
	x.Bench.Output(show)
}

// Fork goes on from before a step. What was done since stays as the other branch.
func (x *DoSitting) Fork(step int) error {
	x.other = append([]labs.Entry{}, x.kept...)
	return x.Go(step)
}

// Forked reports whether there is another branch.
func (x *DoSitting) Forked() bool { return x.other != nil }

// Parted is false: nothing is stored that another window could go on with.
func (x *DoSitting) Parted() bool { return false }

// Swap goes on with the other branch, and keeps this one.
func (x *DoSitting) Swap() error {
	if x.other == nil {
		return nil
	}
	here, old := append([]labs.Entry{}, x.kept...), x.Bench
	if err := x.open(x.Lab(), x.other); err != nil {
		return err
	}
	old.Close()
	x.other = here
	if x.show != nil {
		x.Bench.Output(x.show)
	}
	return nil
}

// Glance is how the host was before a step, or with a negative number how the other branch is.
func (x *DoSitting) Glance(step int) (labs.Sight, error) {
	if step >= 0 || x.other == nil {
		return x.Before(max(step, 0))
	}
	there, err := labs.Open(x.Lab(), x.other, nil)
	if err != nil {
		return labs.Sight{}, err
	}
	defer there.Close()
	return there.Sight(), nil
}

// Check is how the conditions stand.
func (x *DoSitting) Check() ([]labs.Finding, error) { return x.Bench.Check(), nil }

// Hinted has nothing to store: a do question has no hints.
func (x *DoSitting) Hinted(int) error { return nil }

// Solve has nothing to store: the answer is.
func (x *DoSitting) Solve() error { return nil }

// Close ends it.
func (x *DoSitting) Close() error {
	x.Bench.Close()
	return nil
}
