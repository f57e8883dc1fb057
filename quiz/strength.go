package quiz

import (
	"cmp"
	"slices"
	"time"

	"dockerlearn/lessons"
)

// Strength is how well a topic is known.
type Strength struct {
	Topic    lessons.TopicID `json:"topic"`
	Known    Known           `json:"known"`
	Strength float64         `json:"strength"` // expected share of right answers now, by how often each is asked
	Begun    bool            `json:"begun"`    // some question of it was answered
	Asked    lessons.Asked   `json:"asked"`    // how often interviews ask its questions, on average
	Return   float64         `json:"return"`   // how much an interview would gain from knowing the rest
	Best     bool            `json:"best"`     // one of the two begun topics with the best return
}

// bestReturns is how many topics are recommended, worthwhile the return below which none is.
const (
	bestReturns = 2
	worthwhile  = 0.05
)

// Strengths are the topics of the deck, in its order: strength times how often interviews ask.
func Strengths(d Deck, s Scheduler, now time.Time) []Strength {
	var all []Strength
	for _, e := range d {
		if !slices.ContainsFunc(all, func(t Strength) bool { return t.Topic == e.Lesson.Topic }) {
			all = append(all, strengthOf(e.Lesson.Topic, d.Topics(e.Lesson.Topic), s, now))
		}
	}
	var order []int
	for i, t := range all {
		if t.Begun && t.Return > worthwhile {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(all[b].Return, all[a].Return) })
	for _, i := range order[:min(bestReturns, len(order))] {
		all[i].Best = true
	}
	return all
}

func strengthOf(topic lessons.TopicID, part Deck, s Scheduler, now time.Time) Strength {
	t := Strength{Topic: topic, Known: part.Known(s, now), Strength: Readiness(part, s, now)}
	t.Begun = t.Known.New < len(part)
	weight := 0.0
	for _, e := range part {
		weight += e.Weight()
	}
	mean := weight / float64(len(part))
	switch {
	case mean >= 2.5:
		t.Asked = lessons.Often
	case mean >= 1.5:
		t.Asked = lessons.Sometimes
	default:
		t.Asked = lessons.Rarely
	}
	t.Return = mean * (1 - t.Strength)
	return t
}
