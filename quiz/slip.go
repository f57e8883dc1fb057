package quiz

import (
	"slices"
	"time"

	"dockerlearn/lessons"
)

// Slip is a wrong belief that showed in a lab, and the question that speaks against it.
type Slip struct {
	Question  lessons.QuestionID `json:"question"`
	Lab       lessons.LabID      `json:"lab"`
	Condition string             `json:"condition"` // which of the lab's mistakes it was
	At        time.Time          `json:"at"`        // when it was noticed
}

// slipsADay is how many cards labs bring back on a day: more would make a punishment of trying things.
const slipsADay = 2

// slipped are the slips that are brought back today, by their questions: the newest of those whose question is in the
// deck, as many as the day has left.
func (day Daily) slipped(d Deck) map[lessons.QuestionID]*Slip {
	all := slices.Clone(day.Slips)
	slices.SortStableFunc(all, func(a, b Slip) int { return b.At.Compare(a.At) })
	known, back := d.byID(), map[lessons.QuestionID]*Slip{}
	for i, x := range all {
		if len(back) >= slipsADay-day.Spent.Slips {
			break
		}
		if known[x.Question].Question != nil && back[x.Question] == nil {
			back[x.Question] = &all[i]
		}
	}
	return back
}
