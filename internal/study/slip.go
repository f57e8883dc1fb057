package study

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Noticed is a mistake that showed in a lab.
type Noticed struct {
	Question  lessons.QuestionID `json:"question"`
	Condition string             `json:"condition"` // by which it was noticed: it tells the lab's mistakes apart
	At        time.Time          `json:"at"`
}

// daily is what today's review depends on.
func (s *Study) daily(ctx context.Context, d quiz.Deck, m memory) (quiz.Daily, error) {
	spent, err := s.spent(ctx, d)
	if err != nil {
		return quiz.Daily{}, err
	}
	day := quiz.Daily{Limits: m.limits, Spent: spent, Goal: m.goal}
	return day, s.slips(ctx, &day)
}

// slips adds what labs bring back: what was noticed there and neither answered rightly nor put away since. What was
// asked or put away today waits for another day, and counts.
func (s *Study) slips(ctx context.Context, day *quiz.Daily) error {
	noticed, err := s.noticed(ctx)
	if err != nil || len(noticed) == 0 {
		return err
	}
	settings, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	today := quiz.DayOf(s.now())
	for _, x := range noticed {
		answered, over, err := s.answeredSince(ctx, x)
		if err != nil {
			return err
		}
		if away, err := time.Parse(time.RFC3339Nano, settings[putAway(x.Question)]); err == nil && !away.Before(x.At) {
			over = true
			answered = later(answered, away.In(s.now().Location()))
		}
		switch {
		case !answered.IsZero() && quiz.DayOf(answered) == today:
			day.Spent.Slips++
		case !over:
			day.Slips = append(day.Slips, x)
		}
	}
	return nil
}

// noticed are the mistakes of all labs, the last of each question, in the order of the runs.
func (s *Study) noticed(ctx context.Context) ([]quiz.Slip, error) {
	runs, err := s.store.LabRuns(ctx)
	var all []quiz.Slip
	place := map[lessons.QuestionID]int{}
	for _, r := range runs {
		var record LabRecord
		if json.Unmarshal(r.Data, &record) != nil {
			continue
		}
		for _, n := range record.Mistakes {
			x := quiz.Slip{Question: n.Question, Lab: r.Lab, Condition: n.Condition, At: n.At}
			at, known := place[n.Question]
			switch {
			case s.course.Question(n.Question) == nil:
			case !known:
				place[n.Question] = len(all)
				all = append(all, x)
			case all[at].At.Before(x.At):
				all[at] = x
			}
		}
	}
	return all, err
}

// answeredSince is when a slip's question was answered last in a daily review since then, and whether it was answered rightly in
// any session.
func (s *Study) answeredSince(ctx context.Context, x quiz.Slip) (last time.Time, right bool, err error) {
	log, err := s.store.Reviews(ctx, x.Question)
	undone := map[quiz.ReviewID]bool{}
	for _, r := range log {
		if r.Event == quiz.Undid {
			undone[r.Undoes] = true
		}
	}
	for _, r := range log {
		if r.Event != quiz.Answered || undone[r.ID] || !r.At.After(x.At) {
			continue
		}
		right = right || r.Verdict == quiz.Right
		if r.Mode == quiz.Today {
			last = later(last, r.At)
		}
	}
	return last, right, err
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// putAway is where it stands when a learner put a slip's card away.
func putAway(q lessons.QuestionID) Setting { return Setting("put-away/" + string(q)) }

// PutAway takes a card out of the session that a lab has brought back, until the mistake shows again.
func (x *Sitting) PutAway(ctx context.Context, slip quiz.Slip) error {
	s := x.study
	stored := s.Set(ctx, putAway(slip.Question), s.now().Format(time.RFC3339Nano))
	return errors.Join(stored, x.Skip(ctx, slip.Question))
}

// Belief is the lab in which a slip was noticed, and what the lab says of it. It is nil when the course has it no longer.
func (s *Study) Belief(x quiz.Slip) (*lessons.Lab, lessons.Text) {
	lab := s.course.Lab(x.Lab)
	if lab == nil {
		return nil, nil
	}
	for _, m := range lab.Mistakes {
		if m.Question == x.Question && m.Condition == x.Condition {
			return lab, m.Says
		}
	}
	return nil, nil
}
