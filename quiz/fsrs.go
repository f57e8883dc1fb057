package quiz

import (
	"fmt"
	"time"

	fsrs "github.com/open-spaced-repetition/go-fsrs/v4"
)

// Weights are the 21 numbers of FSRS-6. The zero Weights stand for the published defaults.
type Weights [21]float64

// DefaultWeights are the published ones.
func DefaultWeights() Weights { return Weights(fsrs.DefaultWeights()) }

// Parameters of the memory model. The zero value means the defaults.
type Parameters struct {
	Retention float64         `json:"retention"` // at which recall a card is due, 0.7 to 0.98
	MaxDays   int             `json:"maxDays"`   // no interval is longer
	Steps     []time.Duration `json:"steps"`     // after a first wrong answer
	Relearn   []time.Duration `json:"relearn"`   // after forgetting
	Weights   Weights         `json:"weights"`
	NoFuzz    bool            `json:"noFuzz,omitempty"` // intervals exactly as computed
}

// DefaultParameters: a wrong answer comes back after ten minutes, a right first one after days. One step, since an
// answer comes with its explanation: what was understood needs no second round the same minute.
func DefaultParameters() Parameters {
	return Parameters{
		Retention: 0.9,
		MaxDays:   3 * 365,
		Steps:     []time.Duration{10 * time.Minute},
		Relearn:   []time.Duration{10 * time.Minute},
		Weights:   DefaultWeights(),
	}
}

// FSRS is the scheduler FSRS-6, by go-fsrs. It differs from the library in three things, all of them about days:
// a day is the learner's (DayOf), not that of Greenwich; recall falls with every hour, not at midnight; and the
// fuzz of an interval depends on the question and its count of answers, not on the millisecond, so a preview holds.
type FSRS struct {
	asked Parameters
	model *fsrs.FSRS
}

// NewFSRS makes a scheduler. What is out of range in the parameters is brought into it.
func NewFSRS(p Parameters) *FSRS {
	p = p.sound()
	return &FSRS{asked: p, model: fsrs.NewFSRS(fsrs.Parameters{
		RequestRetention: p.Retention,
		MaximumInterval:  float64(p.MaxDays),
		W:                fsrs.Weights(p.Weights),
		EnableShortTerm:  true,
		LearningSteps:    minutes(p.Steps),
		RelearningSteps:  minutes(p.Relearn),
	})}
}

// sound fills in defaults and limits.
func (p Parameters) sound() Parameters {
	d := DefaultParameters()
	if p.Retention == 0 {
		p.Retention = d.Retention
	}
	p.Retention = min(max(p.Retention, 0.7), 0.98)
	if p.MaxDays <= 0 {
		p.MaxDays = d.MaxDays
	}
	p.MaxDays = min(p.MaxDays, 36500)
	if p.Steps == nil {
		p.Steps = d.Steps
	}
	if p.Relearn == nil {
		p.Relearn = d.Relearn
	}
	if p.Weights == (Weights{}) {
		p.Weights = d.Weights
	}
	return p
}

// Parameters that are in force.
func (f *FSRS) Parameters() Parameters { return f.asked }

func minutes(steps []time.Duration) []float64 {
	var all []float64
	for _, s := range steps {
		all = append(all, max(0, s.Minutes()))
	}
	return all
}

// Next is the card after an answer. An answer dated before the last one counts as given on its day.
func (f *FSRS) Next(c Card, r Rating, now time.Time) Card {
	now = moment(now)
	day := max(DayOf(now), c.LastDay)
	if c.State == New {
		day = DayOf(now)
	}
	at := midnight(day)
	log, err := f.model.Repeat(toLibrary(c), at)
	if err != nil { // a card with impossible numbers, from a damaged file: it starts afresh
		log, _ = f.model.Repeat(fsrs.Card{}, at)
	}
	info, ok := log[fsrs.Rating(r)]
	if !ok {
		panic(fmt.Sprintf("quiz: no such rating: %d", r))
	}
	next := c
	fromLibrary(&next, info.Card)
	next.Last, next.LastDay = now, day
	next.Due = now.Add(info.Card.Due.Sub(at))
	if next.State == Reviewing && next.Days > 0 {
		if !f.asked.NoFuzz {
			next.Days = f.fuzzed(c, log, r, day)
		}
		next.Days = min(next.Days, f.asked.MaxDays)
		next.Due = now.Add(time.Duration(next.Days) * 24 * time.Hour)
	}
	return next
}

// Recall falls with every hour since the last answer.
func (f *FSRS) Recall(c Card, now time.Time) float64 {
	if c.State == New || c.Stability <= 0 {
		return 0
	}
	elapsed := now.Sub(c.Last).Hours() / 24
	return f.model.ForgettingCurve(max(0, elapsed), c.Stability)
}

// midnight is a day as the library understands one.
func midnight(d Day) time.Time { return time.Unix(int64(d)*secondsADay, 0).UTC() }

func toLibrary(c Card) fsrs.Card {
	out := fsrs.Card{
		Stability:      c.Stability,
		Difficulty:     c.Difficulty,
		ScheduledDays:  uint64(max(0, c.Days)),
		Reps:           uint64(max(0, c.Reps)),
		Lapses:         uint64(max(0, c.Lapses)),
		State:          fsrs.State(c.State),
		RemainingSteps: c.Steps,
	}
	if c.State != New {
		out.LastReview = midnight(c.LastDay)
	}
	return out
}

func fromLibrary(c *Card, l fsrs.Card) {
	c.State = State(l.State)
	c.Stability, c.Difficulty = l.Stability, l.Difficulty
	c.Days = int(l.ScheduledDays)
	c.Reps, c.Lapses = int(l.Reps), int(l.Lapses)
	c.Steps = l.RemainingSteps
}
