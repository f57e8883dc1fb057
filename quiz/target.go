package quiz

import (
	"math"
	"time"
)

// TargetLoad is what a target retention would cost.
type TargetLoad struct {
	Target float64 `json:"target"`
	ADay   float64 `json:"aDay"` // answers a day, on average
}

// Targets plays so many days for each target retention, as if it had always held: what is remembered stays, when it is
// asked changes. It is for the background, as Forecast is.
func Targets(d Deck, p Parameters, now time.Time, days int, day Daily, l Learner, targets ...float64) []TargetLoad {
	var all []TargetLoad
	for _, target := range targets {
		p.Retention = target
		s := NewFSRS(p)
		load := TargetLoad{Target: target}
		for _, day := range Forecast(s.rescheduled(d), s, now, days, day, l) {
			load.ADay += day.Answers() / float64(days)
		}
		all = append(all, load)
	}
	return all
}

// rescheduled is the deck with the due dates that this scheduler would have given.
func (f *FSRS) rescheduled(d Deck) Deck {
	out := append(Deck(nil), d...)
	for i := range out {
		if c := &out[i].Card; c.State == Reviewing {
			c.Days = min(max(1, int(math.Round(f.interval(c.Stability)))), f.asked.MaxDays)
			c.Due = c.Last.Add(time.Duration(c.Days) * 24 * time.Hour)
		}
	}
	return out
}

// interval is after how many days recall has fallen to the target.
func (f *FSRS) interval(stability float64) float64 {
	decay := -f.model.W[20]
	factor := math.Pow(0.9, 1/decay) - 1
	return stability / factor * (math.Pow(f.asked.Retention, 1/decay) - 1)
}
