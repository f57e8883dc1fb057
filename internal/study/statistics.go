package study

import (
	"context"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Today is what there is to review, for the home screen and the shell prompt. It is quick: no statistics are made.
type Today struct {
	Asks       int           // questions that today's review would ask now
	Due        int           // of them, seen before
	New        int           // of them, for the first time
	Slips      int           // of them, brought back by labs
	Minutes    time.Duration // about how long that takes
	Next       time.Time     // when something is due again, if nothing is now; zero if nothing ever was answered
	Week       []int         // due on each of the next seven days, today first
	Known      quiz.Known
	Answered   bool // something was ever answered
	Goal       quiz.Goal
	DaysLeft   int     // to the goal
	Readiness  float64 // 0 to 1, on the goal's day if nothing more is done; now, without a goal
	Unfinished bool    // a session was begun and can be resumed
	Mode       quiz.Mode
}

// Today says what there is to review.
func (s *Study) Today(ctx context.Context) (Today, error) {
	m, err := s.memory(ctx)
	if err != nil {
		return Today{}, err
	}
	d, err := s.deck(ctx)
	if err != nil {
		return Today{}, err
	}
	day, err := s.daily(ctx, d, m)
	if err != nil {
		return Today{}, err
	}
	now := s.now()
	plan := quiz.PlanToday(d, m.scheduler, quiz.Start{At: now}, day)
	t := Today{
		Asks: len(plan.Asks), Minutes: time.Duration(len(plan.Asks)) * quiz.DefaultLearner().ByAnswer,
		Week: quiz.Due(d, now, 7, m.limits), Known: d.Known(m.scheduler, now), Goal: m.goal,
	}
	for _, a := range plan.Asks {
		switch a.Why {
		case quiz.IsNew:
			t.New++
		case quiz.HasSlipped:
			t.Slips++
		}
	}
	t.Due = t.Asks - t.New - t.Slips
	t.Next, t.Answered = next(d, now)
	at := now
	if m.goal.By > 0 {
		t.DaysLeft = int(m.goal.By - quiz.DayOf(now))
		at = m.goal.By.Start(now.Location())
	}
	t.Readiness = quiz.Readiness(d, m.scheduler, at)
	unfinished, err := s.Unfinished(ctx)
	if unfinished != nil {
		t.Unfinished, t.Mode = true, unfinished.Plan().Mode
	}
	return t, err
}

// next is when the first card is due after now.
func next(d quiz.Deck, now time.Time) (at time.Time, answered bool) {
	for _, e := range d {
		if e.Card.State == quiz.New {
			continue
		}
		answered = true
		if e.Card.Due.After(now) && (at.IsZero() || e.Card.Due.Before(at)) {
			at = e.Card.Due
		}
	}
	return at, answered
}

// Statistics looks at the last days, or at everything when days is 0.
func (s *Study) Statistics(ctx context.Context, days int) (quiz.Statistics, error) {
	m, err := s.memory(ctx)
	if err != nil {
		return quiz.Statistics{}, err
	}
	d, err := s.deck(ctx)
	if err != nil {
		return quiz.Statistics{}, err
	}
	tally, err := s.tally(ctx, days)
	if err != nil {
		return quiz.Statistics{}, err
	}
	return tally.Statistics(d, m.scheduler, m.retention, m.limits, s.now()), nil
}

func (s *Study) tally(ctx context.Context, days int) (*quiz.Tally, error) {
	w := quiz.Window{Today: quiz.DayOf(s.now())}
	if days > 0 {
		w = quiz.Last(days, w.Today)
	}
	t := quiz.NewTally(w)
	err := s.store.Facts(ctx, func(q lessons.QuestionID, facts []quiz.Fact) error {
		t.Add(q, facts)
		return ctx.Err()
	})
	return t, err
}

// Load says what the goal asks of the learner: a forecast, for the background.
func (s *Study) Load(ctx context.Context) (quiz.Load, error) {
	m, err := s.memory(ctx)
	if err != nil {
		return quiz.Load{}, err
	}
	d, err := s.deck(ctx)
	if err != nil {
		return quiz.Load{}, err
	}
	t, err := s.tally(ctx, 0)
	if err != nil {
		return quiz.Load{}, err
	}
	day := quiz.Daily{Limits: m.limits, Spent: t.Spent(), Goal: m.goal}
	return m.goal.Plan(d, m.scheduler, s.now(), day, t.Learner()), nil
}

// StartOver makes all questions of a topic new again. The log keeps what was answered.
func (s *Study) StartOver(ctx context.Context, topic lessons.TopicID) error {
	d, err := s.deck(ctx)
	if err != nil {
		return err
	}
	for _, e := range d.Topics(topic) {
		if e.Card.State == quiz.New {
			continue
		}
		r := quiz.Review{ID: s.newID(), Event: quiz.Reset, Question: e.Question.ID, At: s.now()}
		if _, err := s.store.Record(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
