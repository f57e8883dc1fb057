package study

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"dockerlearn/labs"
	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// ErrNoLab says that the course has no lab of that name.
var ErrNoLab = errors.New("the course has no such lab")

// LabRecord is what has come of a lab that somebody worked at. It is stored as JSON.
type LabRecord struct {
	Setup    string    `json:"setup"` // a digest of what the machine was given: with another one, the past makes no sense
	Hints    int       `json:"hints,omitempty"`
	Steps    int       `json:"steps,omitempty"`   // command lines, when it was solved or last left
	Seconds  int       `json:"seconds,omitempty"` // of the host's time, as Steps
	Solved   time.Time `json:"solved,omitzero"`   // the first time
	Mistakes []Noticed `json:"noticed,omitempty"` // cards whose wrong belief showed
}

// LabSitting is a learner at a lab: what comes from outside is on disk before it takes effect.
type LabSitting struct {
	*labs.Bench
	study  *Study
	run    quiz.ReviewID
	kept   []labs.Entry
	record LabRecord
	show   func([]byte)
	other  *branch // nil: the lab has gone one way only
	parted bool    // from the run that was begun with, and nobody was told yet
}

// OpenLab goes on with a lab where it was left, or begins it: the first time, when it is to be fresh, when it was solved,
// and when its author has changed what the machine is given.
func (s *Study) OpenLab(ctx context.Context, id lessons.LabID, fresh bool) (*LabSitting, error) {
	lab := s.course.Lab(id)
	if lab == nil {
		return nil, fmt.Errorf("%s: %w", id, ErrNoLab)
	}
	x := &LabSitting{study: s, run: s.newID(), record: LabRecord{Setup: setupOf(lab)}}
	var failed error
	if !fresh {
		failed = x.goOn(ctx, id)
	}
	bench, err := labs.Open(lab, x.kept, x.keep)
	if err != nil {
		return nil, err
	}
	x.Bench = bench
	return x, failed
}

// setupOf is a digest of everything that decides what a lab's past leads to.
func setupOf(lab *lessons.Lab) string {
	sum := sha256.Sum256([]byte(lab.Setup.Text))
	return hex.EncodeToString(sum[:8])
}

// goOn takes up the last run of a lab, if there is one to go on with.
func (x *LabSitting) goOn(ctx context.Context, id lessons.LabID) error {
	runs, err := x.study.store.LabRuns(ctx)
	if err != nil {
		return err
	}
	for _, r := range runs {
		if r.Lab != id {
			continue
		}
		var record LabRecord
		if json.Unmarshal(r.Data, &record) != nil || record.Setup != x.record.Setup || !record.Solved.IsZero() {
			return nil
		}
		kept, err := x.study.labEntries(ctx, r)
		if err == nil {
			x.run, x.record, x.kept = r.Run, record, kept
		}
		return err
	}
	return nil
}

func (s *Study) labEntries(ctx context.Context, r progress.LabRun) ([]labs.Entry, error) {
	stored, err := s.store.LabEntries(ctx, r.Lab, r.Run)
	var all []labs.Entry
	for i, e := range stored {
		var entry labs.Entry
		if e.N != i || json.Unmarshal(e.Data, &entry) != nil {
			break // what was salvaged of a damaged file may have gaps: the lab goes on from before the first
		}
		all = append(all, entry)
	}
	return all, err
}

// keep stores what comes to the lab. Where another window has gone on with the same run, this one gets a run of its own:
// neither loses anything.
func (x *LabSitting) keep(e labs.Entry) error {
	ctx := context.Background()
	first := len(x.kept) == 0
	err := x.append(ctx, len(x.kept), e)
	if errors.Is(err, progress.ErrConflict) {
		first, err = true, x.part(ctx, e)
	}
	if err != nil {
		return err
	}
	x.kept = append(x.kept, e)
	if first {
		return x.save(ctx)
	}
	return nil
}

func (x *LabSitting) append(ctx context.Context, n int, e labs.Entry) error {
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("lab entry: %w", err)
	}
	return x.study.store.AppendLabEntry(ctx, progress.LabEntry{Lab: x.id(), Run: x.run, N: n, At: x.study.now(), Data: data})
}

// Parted reports, once, that another window has gone on with the same lab: from there on this one is kept on its own.
func (x *LabSitting) Parted() bool {
	parted := x.parted
	x.parted = false
	return parted
}

// part begins a run of its own with the same past.
func (x *LabSitting) part(ctx context.Context, e labs.Entry) error {
	x.run, x.parted = x.study.newID(), true
	for n, past := range append(slices.Clone(x.kept), e) {
		if err := x.append(ctx, n, past); err != nil {
			return err
		}
	}
	return nil
}

func (x *LabSitting) id() lessons.LabID { return x.Lab().ID }

func (x *LabSitting) save(ctx context.Context) error {
	data, err := json.Marshal(x.record)
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return x.study.store.SaveLabRun(ctx, progress.LabRun{Lab: x.id(), Run: x.run, At: x.study.now(), Data: data})
}

// Record is what has come of it so far.
func (x *LabSitting) Record() LabRecord { return x.record }

// Hinted stores how many hints were shown.
func (x *LabSitting) Hinted(n int) error {
	if n <= x.record.Hints {
		return nil
	}
	x.record.Hints = n
	return x.save(context.Background())
}

// Solve stores that every condition holds, the first time.
func (x *LabSitting) Solve() error {
	if !x.record.Solved.IsZero() {
		return nil
	}
	x.record.Solved = x.study.now()
	x.sum()
	return x.save(context.Background())
}

// sum counts what was done so far.
func (x *LabSitting) sum() {
	x.record.Steps = len(x.Timeline())
	x.record.Seconds = int((x.Elapsed() - x.Began()) / time.Second)
}

// Check is how the lab's conditions stand. A wrong belief that shows in the host's state brings its card back.
func (x *LabSitting) Check() ([]labs.Finding, error) {
	found := x.Bench.Check()
	n := len(x.record.Mistakes)
	for _, m := range x.Mistakes() {
		known := func(n Noticed) bool { return n.Question == m.Question }
		if m.Question != "" && !slices.ContainsFunc(x.record.Mistakes, known) {
			x.record.Mistakes = append(x.record.Mistakes, Noticed{m.Question, m.Condition, x.study.now()})
		}
	}
	if len(x.record.Mistakes) == n {
		return found, nil
	}
	return found, x.save(context.Background())
}

// Close ends the lab. It can be gone on with.
func (x *LabSitting) Close() error {
	x.Bench.Close()
	if len(x.kept) == 0 {
		return nil // nothing was done: as if it had never been opened
	}
	if x.record.Solved.IsZero() {
		x.sum()
	}
	return x.save(context.Background())
}

// LabProgress is a lab with what has come of it.
type LabProgress struct {
	Lab    *lessons.Lab
	Begun  bool // there is something to go on with
	Solved bool // ever
	Hints  int  // of the best run: the solved one with the fewest, or else the last
	At     time.Time
}

// LabGroupProgress is a group of labs with what has come of them.
type LabGroupProgress struct {
	Group  *lessons.LabGroup
	Labs   []LabProgress
	Solved int
}

// Labs are the course's labs in order.
func (s *Study) Labs(ctx context.Context) ([]LabGroupProgress, error) {
	runs, err := s.store.LabRuns(ctx)
	known := map[lessons.LabID]LabProgress{}
	for _, r := range slices.Backward(runs) { // the oldest first
		var record LabRecord
		lab := s.course.Lab(r.Lab)
		if lab != nil && json.Unmarshal(r.Data, &record) == nil {
			known[r.Lab] = known[r.Lab].with(record, setupOf(lab), r.At)
		}
	}
	var all []LabGroupProgress
	for _, g := range s.course.Labs {
		group := LabGroupProgress{Group: g}
		for _, l := range g.Labs {
			p := known[l.ID]
			p.Lab = l
			if p.Solved {
				group.Solved++
			}
			group.Labs = append(group.Labs, p)
		}
		all = append(all, group)
	}
	return all, err
}

// with adds a later run.
func (p LabProgress) with(r LabRecord, setup string, at time.Time) LabProgress {
	solved := !r.Solved.IsZero()
	switch {
	case solved && (!p.Solved || r.Hints < p.Hints), !solved && !p.Solved:
		p.Hints = r.Hints
	}
	p.Begun = !solved && r.Setup == setup
	p.Solved = p.Solved || solved
	p.At = at
	return p
}

// NextLab is the one next lab: the one that was left, or the first that is not solved. It is nil when all are.
func NextLab(all []LabGroupProgress) *LabProgress {
	var next *LabProgress
	for g := range all {
		for i := range all[g].Labs {
			p := &all[g].Labs[i]
			switch {
			case p.Solved && !p.Begun:
			case next == nil, p.Begun && (!next.Begun || p.At.After(next.At)):
				next = p
			}
		}
	}
	return next
}

// LabOf is the first lab of a lesson that is not solved, or its first one when all are. It is empty when it has none.
func (s *Study) LabOf(ctx context.Context, id lessons.LessonID) lessons.LabID {
	l := s.course.Lesson(id)
	if l == nil || len(l.Labs) == 0 {
		return ""
	}
	groups, _ := s.Labs(ctx) // what cannot be read was not solved
	solved := map[lessons.LabID]bool{}
	for _, g := range groups {
		for _, p := range g.Labs {
			solved[p.Lab.ID] = p.Solved
		}
	}
	for _, lab := range l.Labs {
		if !solved[lab] {
			return lab
		}
	}
	return l.Labs[0]
}
