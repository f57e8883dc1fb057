package quiz

import (
	"fmt"
	"hash/fnv"
	"time"

	"dockerlearn/lessons"
)

// Learner is what a forecast assumes about who answers. The zero value means the defaults; Tally.Learner measures it.
type Learner struct {
	FirstRight float64       // the share of questions answered right the first time
	ByAnswer   time.Duration // from one question to the next
}

// DefaultLearner is assumed until enough answers were given.
func DefaultLearner() Learner { return Learner{FirstRight: 0.6, ByAnswer: 25 * time.Second} }

func (l Learner) sound() Learner {
	d := DefaultLearner()
	if l.FirstRight <= 0 || l.FirstRight > 1 {
		l.FirstRight = d.FirstRight
	}
	if l.ByAnswer <= 0 {
		l.ByAnswer = d.ByAnswer
	}
	return l
}

// DayLoad is what is expected of a day, on average over the runs of a forecast.
type DayLoad struct {
	Day     Day           `json:"day"`
	Reviews float64       `json:"reviews"` // answers to questions that were answered before
	New     float64       `json:"new"`     // answers to questions for the first time
	Again   float64       `json:"again"`   // answers to what came back on the same day
	Time    time.Duration `json:"time"`
}

// Answers of the day altogether.
func (l DayLoad) Answers() float64 { return l.Reviews + l.New + l.Again }

// runs is how many futures a forecast plays, to even out luck.
const runs = 5

// Forecast plays the days from today on: each day's plan is made as PlanToday makes it and answered by a learner who
// recalls as the model says. Whether an answer is right is a hash of the question, its count of answers and the run, so
// the same deck gives the same forecast. Lessons count as read when their questions' turn comes. It is for the
// background: a thousand cards over a month take a fifth of a second.
func Forecast(d Deck, s Scheduler, now time.Time, days int, day Daily, l Learner) []DayLoad {
	_, load := play(d, s, now, days, day, l)
	return load
}

// play returns the decks as they would be at the end, one for each run, and the days.
func play(d Deck, s Scheduler, now time.Time, days int, day Daily, l Learner) ([]Deck, []DayLoad) {
	l = l.sound()
	load := make([]DayLoad, days)
	var ends []Deck
	for run := range runs {
		end := append(Deck(nil), d...)
		at := make(map[lessons.QuestionID]int, len(d))
		for i, e := range end {
			at[e.Question.ID] = i
			end[i].Read = true
		}
		spent := day.Spent
		for i := range load {
			then := now.AddDate(0, 0, i)
			load[i].Day = DayOf(then)
			plan := PlanToday(
				end,
				s,
				Start{At: then, Seed: uint64(run)},
				Daily{Limits: day.Limits, Spent: spent, Goal: day.Goal},
			)
			for _, a := range plan.Asks {
				e := &end[at[a.Question]]
				e.Card = answerOnce(&load[i], s, e.Card, then, l, run)
			}
			spent = Spent{}
		}
		ends = append(ends, end)
	}
	for i := range load {
		load[i].average(l)
	}
	return ends, load
}

func (l *DayLoad) average(who Learner) {
	l.Reviews /= runs
	l.New /= runs
	l.Again /= runs
	l.Time = time.Duration(l.Answers() * float64(who.ByAnswer))
}

// answerOnce answers a card, and again as long as it comes back within the steps.
func answerOnce(load *DayLoad, s Scheduler, c Card, at time.Time, l Learner, run int) Card {
	right := l.FirstRight
	if c.State == New {
		load.New++
	} else {
		load.Reviews++
		right = s.Recall(c, at)
	}
	r := Good
	if luck(c, run) >= right {
		r = Again
	}
	c = s.Next(c, r, at)
	for range 3 {
		if c.State == Reviewing {
			break
		}
		load.Again++
		at = at.Add(10 * time.Minute)
		c = s.Next(c, Good, at)
	}
	return c
}

// luck is a number in [0, 1), the same in every forecast.
func luck(c Card, run int) float64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%d/%d", c.Question, c.Reps, run)
	return float64(mix(h.Sum64())>>11) / (1 << 53)
}

// Due is how many cards are due on each of the next days, today first, as the cards stand, with what is overdue
// spread over the days that have room. It is what a glance at the week shows, and quick.
func Due(d Deck, now time.Time, days int, limits Limits) []int {
	limit := limits.sound().All
	load := make([]int, days)
	backlog := 0
	for _, e := range d {
		if e.Card.State == New {
			continue
		}
		switch on := int(e.dueOn(now.Location()) - DayOf(now)); {
		case on < 0:
			backlog++
		case on < days:
			load[on]++
		}
	}
	for i := range load {
		load[i] += backlog
		backlog = max(0, load[i]-limit)
		load[i] -= backlog
	}
	return load
}
