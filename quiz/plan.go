package quiz

import (
	"fmt"
	"hash/fnv"
	"time"

	"dockerlearn/lessons"
)

// Plan is what a session is going to ask, decided before it begins: a pure function of the deck, the time and a seed.
// It is plain data, to be stored when the session starts: with the session's reviews it gives the session back.
type Plan struct {
	Start
	Mode    Mode          `json:"mode"`
	Asks    []Ask         `json:"asks"`
	Budget  time.Duration `json:"budget,omitempty"` // the session ends after this time; 0: when all was asked
	NoHints bool          `json:"noHints,omitempty"`
	Sealed  bool          `json:"sealed,omitempty"`  // verdicts are told at the end
	Returns bool          `json:"returns,omitempty"` // what was wrong comes back in the same session
	Level   lessons.Level `json:"level,omitempty"`   // of an interview
	Moved   []Moved       `json:"moved,omitempty"`   // of today's review: what the daily cap pushed to a later day
}

// Start is what makes a session one of its kind.
type Start struct {
	Session string    `json:"session"` // its id, Review.Session
	At      time.Time `json:"at"`
	Seed    uint64    `json:"seed"`
}

// Ask is one question to be asked.
type Ask struct {
	Question lessons.QuestionID `json:"question"`
	Why      Why                `json:"why"`
	Seed     uint64             `json:"seed"`             // of the shuffle
	Card     Card               `json:"card"`             // as it was when the session was planned
	After    lessons.QuestionID `json:"after,omitempty"`  // of a follow-up: the question before it
	Points   []int              `json:"points,omitempty"` // of a follow-up: the points of the rubric that were not said
	Slip     *Slip              `json:"slip,omitempty"`   // that brought it back
}

// Why says why a question is asked.
type Why string

// The reasons.
const (
	IsDue       Why = "due"
	IsNew       Why = "new"
	CameBack    Why = "came back" // answered wrong in this session
	IsFading    Why = "fading"    // would be forgotten by the day of the interview
	IsWeak      Why = "weak"
	IsInTopic   Why = "topic"
	IsAsked     Why = "asked" // interviews and exams ask it
	FollowsUp   Why = "follow-up"
	HasSlipped  Why = "slip"      // a wrong belief of which it speaks showed in a lab
	IsRehearsed Why = "rehearsed" // a drill has time left
)

// Moved is a card that is due and waits, because a day has a limit.
type Moved struct {
	Question lessons.QuestionID `json:"question"`
	To       Day                `json:"to"`
}

func (s Start) ask(e Entry, why Why) Ask {
	return Ask{Question: e.Question.ID, Why: why, Seed: s.seedOf(e.Question.ID, 0), Card: e.Card}
}

// seedOf is the seed of a question's shuffle when the session asks it for the n-th time, from 0.
func (s Start) seedOf(q lessons.QuestionID, n int) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%s/%d", s.Seed, q, n)
	return mix(h.Sum64())
}

// asks turns entries into asks, one for each.
func (s Start) asks(entries []Entry, why func(Entry) Why) []Ask {
	all := make([]Ask, 0, len(entries))
	for _, e := range entries {
		all = append(all, s.ask(e, why(e)))
	}
	return all
}
