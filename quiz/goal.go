package quiz

import (
	"cmp"
	"slices"
	"time"
)

// Goal is the one knob: the day by which the learner wants to be ready. Everything else follows from it: how many new
// questions a day, how many questions altogether, what is refreshed at the end. The zero Goal is none.
type Goal struct {
	By Day `json:"by"`
}

func (g Goal) set() bool { return g.By != 0 }

// freshUntil is the share of the days left on which new questions are begun; the rest is for coming back to them.
const freshUntil = 0.8

// mostNew is how many new questions a day a goal asks for at most: with what comes back of them the same day, that is
// already more than half an hour. Who wants to be ready too soon is told what stays unbegun (Load.Unbegun).
const mostNew = 40

// refreshDays is how many days before the goal what would be forgotten by then is asked although it is not due.
const refreshDays = 3

// ReadyAt is the recall on the goal's day from which a question counts as ready, and below which it is refreshed.
const ReadyAt = 0.9

// limits are the day's limits under the goal: enough new questions to have begun all in time, and room for them.
func (g Goal) limits(d Deck, today Day, asked Limits) Limits {
	if !g.set() || today > g.By {
		return asked
	}
	n := 0
	for _, e := range d {
		if e.Card.State == New {
			n++
		}
	}
	days := max(1, int(freshUntil*float64(g.By-today)))
	asked.New = max(asked.New, min(mostNew, (n+days-1)/days))
	// Room for the new ones, and for two or three returns of each within its first two weeks.
	asked.All = max(asked.All, 4*asked.New)
	return asked
}

// fading are at most n cards that are not due and would be below ReadyAt on the goal's day: those first that gain
// most by being asked today, by how much they matter.
func (g Goal) fading(d Deck, s Scheduler, now time.Time, n int) []Entry {
	today := DayOf(now)
	if !g.set() || today > g.By || g.By-today > refreshDays || n <= 0 {
		return nil
	}
	at := g.moment(now.Location())
	gain := func(e Entry) float64 { return e.Weight() * (ReadyAt - s.Recall(e.Card, at)) }
	weak := d.Only(func(e Entry) bool {
		return e.Card.State != New && e.Card.LastDay != today && e.dueOn(now.Location()) > today && gain(e) > 0
	})
	slices.SortStableFunc(weak, func(a, b Entry) int { return cmp.Compare(gain(b), gain(a)) })
	return weak[:min(n, len(weak))]
}

// moment is when the goal's day has come: ten in the morning, when interviews are.
func (g Goal) moment(zone *time.Location) time.Time { return g.By.Start(zone).Add(6 * time.Hour) }

// Readiness is the expected share of right answers, 0 to 1, if all questions of the deck were asked at that time
// without another review, each counted by how often interviews ask it. A question never answered counts as not known.
func Readiness(d Deck, s Scheduler, at time.Time) float64 {
	var sum, all float64
	for _, e := range d {
		w := e.Weight()
		sum += w * s.Recall(e.Card, at)
		all += w
	}
	if all == 0 {
		return 0
	}
	return sum / all
}

// Readiness is that on the goal's day, if nothing more is done.
func (g Goal) Readiness(d Deck, s Scheduler, zone *time.Location) float64 {
	return Readiness(d, s, g.moment(zone))
}

// Load is what the goal asks of the learner.
type Load struct {
	Days     int           // from today to the goal's day
	New      int           // questions begun each day
	ADay     float64       // answers a day, on average
	Most     int           // on the fullest day
	Minutes  time.Duration // a day, on average
	Now      float64       // readiness on the goal's day if nothing more is done
	Then     float64       // readiness on the goal's day if the plan is kept
	Unbegun  int           // questions that would still be new on the goal's day
	Forecast []DayLoad
}

// Plan computes the load of a goal by playing its days; see Forecast.
func (g Goal) Plan(d Deck, s Scheduler, now time.Time, day Daily, l Learner) Load {
	at := g.moment(now.Location())
	day.Goal = g
	load := Load{Days: max(0, int(g.By-DayOf(now))), Now: Readiness(d, s, at)}
	load.New = g.limits(d, DayOf(now), day.Limits.sound()).New
	then, days := play(d, s, now, load.Days, day, l)
	load.Forecast, load.Then = days, Readiness(then[0], s, at)
	for _, run := range then[1:] {
		load.Then += Readiness(run, s, at)
	}
	load.Then /= float64(len(then))
	for _, e := range then[0] {
		load.Unbegun += one(e.Card.State == New)
	}
	for _, f := range days {
		load.ADay += f.Answers() / float64(len(days))
		load.Most = max(load.Most, int(f.Answers()+0.5))
		load.Minutes += f.Time / time.Duration(len(days))
	}
	return load
}
