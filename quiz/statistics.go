package quiz

import "time"

// Statistics is everything that the statistics screen shows and `stats --json` prints. Times are in nanoseconds.
type Statistics struct {
	Window      Window          `json:"window"`
	Retention   Retention       `json:"retention"`
	Known       Known           `json:"known"`
	Calibration Calibration     `json:"calibration"`
	Curve       []Point         `json:"curve"`
	Topics      []Strength      `json:"topics"`
	Beliefs     []Belief        `json:"beliefs"`
	Calendar    []DayWork       `json:"calendar"`
	Streak      int             `json:"streak"`
	Due         []int           `json:"due"` // in the next days, today first
	Questions   []QuestionFacts `json:"questions"`
}

// dueDays is how many days Statistics.Due looks ahead.
const dueDays = 14

// Statistics brings what was tallied and the cards together.
func (t *Tally) Statistics(d Deck, s Scheduler, target float64, limits Limits, now time.Time) Statistics {
	return Statistics{
		Window: t.window, Retention: t.Retention(target), Known: d.Known(s, now), Calibration: t.Calibration(),
		Curve: t.Curve(), Topics: Strengths(d, s, now), Beliefs: t.Beliefs(),
		Calendar: t.Calendar(), Streak: t.Streak(), Due: Due(d, now, dueDays, limits), Questions: t.Questions(),
	}
}
