package study

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// What the learner chose about reviewing. All of it has a default.
const (
	ReadyBy  Setting = "ready-by" // a date like 2026-12-24: be ready by then
	DailyCap Setting = "daily"    // quiz.Limits as JSON
	Model    Setting = "model"    // quiz.Parameters as JSON: weights that were fitted to the learner's own log
	sitting  Setting = "sitting"  // the plan of a session that was begun and not ended, as JSON
)

// memory is the model of memory with the learner's own parameters, and what they chose about reviewing.
type memory struct {
	parameters quiz.Parameters
	scheduler  quiz.Scheduler
	retention  float64
	limits     quiz.Limits
	goal       quiz.Goal
	plan       *quiz.Plan // of the session that was begun
}

// memory reads the settings. One that cannot be read counts as never chosen: it was written by another version.
func (s *Study) memory(ctx context.Context) (memory, error) {
	m := memory{limits: quiz.DefaultLimits()}
	settings, err := s.Settings(ctx)
	if err != nil {
		return m, err
	}
	parameters := quiz.DefaultParameters()
	readJSON(settings[Model], &parameters)
	readJSON(settings[DailyCap], &m.limits)
	fsrs := quiz.NewFSRS(parameters)
	m.parameters, m.scheduler, m.retention = fsrs.Parameters(), fsrs, fsrs.Parameters().Retention
	if day, err := ParseDay(settings[ReadyBy], s.now().Location()); err == nil {
		m.goal = quiz.Goal{By: day}
	}
	var plan quiz.Plan
	if readJSON(settings[sitting], &plan) {
		m.plan = &plan
	}
	s.store.UseScheduler(m.scheduler)
	return m, nil
}

// readJSON reads a stored value, and leaves to alone when there is none or it makes no sense.
func readJSON[T any](text string, to *T) bool {
	value := *to
	if text == "" || json.Unmarshal([]byte(text), &value) != nil {
		return false
	}
	*to = value
	return true
}

func (s *Study) setJSON(ctx context.Context, k Setting, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("setting %s: %w", k, err)
	}
	return s.Set(ctx, k, string(text))
}

// ParseDay reads a date like 2026-12-24 as a learner's day.
func ParseDay(date string, zone *time.Location) (quiz.Day, error) {
	t, err := time.ParseInLocation(time.DateOnly, date, zone)
	if err != nil {
		return 0, fmt.Errorf("%q is no date; write it like 2026-12-24", date)
	}
	return quiz.DayOf(t.Add(12 * time.Hour)), nil
}

// SetGoal chooses the day by which the learner wants to be ready; a zero day takes the goal away.
func (s *Study) SetGoal(ctx context.Context, by quiz.Day) error {
	if by == 0 {
		return s.Set(ctx, ReadyBy, "")
	}
	return s.Set(ctx, ReadyBy, by.String())
}

// deck is everything that can be asked, with what is known about it.
func (s *Study) deck(ctx context.Context) (quiz.Deck, error) {
	cards, err := s.store.Cards(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.reading(ctx)
	if err != nil {
		return nil, err
	}
	return quiz.NewDeck(s.course, cards, s.wasRead(r)), nil
}

// spent is what today has seen already, read from the end of the log.
func (s *Study) spent(ctx context.Context, d quiz.Deck) (quiz.Spent, error) {
	today := quiz.DayOf(s.now())
	var recent []quiz.Review
	for n := 256; ; n *= 4 {
		var err error
		if recent, err = s.store.Recent(ctx, n); err != nil {
			return quiz.Spent{}, err
		}
		if len(recent) < n || quiz.DayOf(recent[len(recent)-1].At) < today {
			break
		}
	}
	return spentOn(today, recent, d), nil
}

func spentOn(today quiz.Day, recent []quiz.Review, d quiz.Deck) quiz.Spent {
	undone := map[quiz.ReviewID]bool{}
	answers := map[lessons.QuestionID]int{}   // of today
	reviewed := map[lessons.QuestionID]bool{} // by today's review: a drill does not use up the day
	for _, r := range recent {                // newest first, so an undo comes before what it undoes
		switch {
		case r.Event == quiz.Undid:
			undone[r.Undoes] = true
		case r.Event == quiz.Answered && !undone[r.ID] && quiz.DayOf(r.At) == today:
			answers[r.Question]++
			reviewed[r.Question] = reviewed[r.Question] || r.Mode == quiz.Today
		}
	}
	spent := quiz.Spent{}
	for _, e := range d {
		n := answers[e.Question.ID]
		if reviewed[e.Question.ID] {
			spent.All++
		}
		if n > 0 && e.Card.Reps <= n {
			spent.New++
		}
	}
	return spent
}
