package study

import (
	"context"
	"slices"

	"dockerlearn/labs"
	"dockerlearn/quiz"
)

// branch is another way that a lab has gone: its run is stored like any other.
type branch struct {
	run    quiz.ReviewID
	kept   []labs.Entry
	record LabRecord
}

// Output says who is given everything that the terminal shows: of every branch.
func (x *LabSitting) Output(show func([]byte)) {
	x.show = show
	x.Bench.Output(show)
}

// Fork goes on from before a step. What was done since stays as the other branch; one that there was before stays in the
// store.
func (x *LabSitting) Fork(step int) error {
	here := branch{x.run, slices.Clone(x.kept), x.record}
	if err := x.save(context.Background()); err != nil {
		return err
	}
	x.run = x.study.newID()
	x.record.Mistakes = slices.Clone(x.record.Mistakes)
	for n, e := range x.kept {
		if err := x.append(context.Background(), n, e); err != nil {
			x.run = here.run
			return err
		}
	}
	x.other = &here
	if err := x.save(context.Background()); err != nil {
		return err
	}
	return x.Bench.Go(step)
}

// Forked reports whether there is another branch.
func (x *LabSitting) Forked() bool { return x.other != nil }

// Swap goes on with the other branch, and keeps this one.
func (x *LabSitting) Swap() error {
	if x.other == nil {
		return nil
	}
	there, err := labs.Open(x.Lab(), x.other.kept, x.keep)
	if err != nil {
		return err
	}
	x.Bench.Close()
	here := branch{x.run, x.kept, x.record}
	x.run, x.kept, x.record = x.other.run, x.other.kept, x.other.record
	x.other, x.Bench = &here, there
	if x.show != nil {
		there.Output(x.show)
	}
	return x.save(context.Background())
}

// Glance is how the lab was before a step, or with a negative number how the other branch is.
func (x *LabSitting) Glance(step int) (labs.Sight, error) {
	if step >= 0 || x.other == nil {
		return x.Before(max(step, 0))
	}
	there, err := labs.Open(x.Lab(), x.other.kept, nil)
	if err != nil {
		return labs.Sight{}, err
	}
	defer there.Close()
	return there.Sight(), nil
}
