package quiz

import (
	"hash/fnv"
)

// Status says whether a line of the log counts.
type Status uint8

// The zero Status is a place in the log where nothing stands.
const (
	Counted Status = 1 + iota // an answer
	Undone                    // an answer that was taken back
	Other                     // an undo, a fresh start
)

// Class is how well a card was known before an answer.
type Class uint8

// The classes of cards.
const (
	ClassNew    Class = 1 + iota // first answer
	ClassSteps                   // within learning or relearning steps
	ClassYoung                   // interval below Mature
	ClassMature                  // interval of Mature days or more
)

// Fact is one line of the log, seen with the card as it was before it: all that statistics need, in a fixed size.
type Fact struct {
	Status     Status
	At         int64 // Unix milliseconds
	Day        Day
	Rating     Rating
	Verdict    Verdict
	Confidence Confidence
	Class      Class
	Mode       uint8 // index into Modes, 0 for another
	Hint, Slow bool
	Since      float32 // days since the answer before, in whole learner's days; -1 for a first answer
	Recall     float32 // what the model predicted for this moment, 0 for a first answer
	Millis     uint32  // to answer
	Beliefs    uint32  // bit i: the wrong option or named wrong answer i was given
	Sitting    uint32  // a hash of the session
}

// Modes are the kinds of sessions by their number in a fact.
func Modes() []Mode { return []Mode{"", Today, Drill, Topic, Weak, Interview, Exam, Lesson} }

func modeNumber(m Mode) uint8 {
	for i, other := range Modes() {
		if m == other {
			return uint8(i)
		}
	}
	return 0
}

// Tell makes the fact of a review from the card before it.
func Tell(s Scheduler, before Card, r Review) Fact {
	f := Fact{Status: Other, At: r.At.UnixMilli(), Day: DayOf(r.At)}
	if r.Event != Answered {
		return f
	}
	if r.Rev > before.Rev {
		before = Card{}
	}
	f.Status = Counted
	f.Rating, f.Verdict, f.Confidence = r.Rating, r.Verdict, r.Confidence
	f.Hint, f.Slow, f.Mode = r.Hint, r.Slow, modeNumber(r.Mode)
	f.Class = class(before)
	f.Since = -1
	if before.State != New {
		f.Since = float32(max(0, f.Day-before.LastDay))
		f.Recall = float32(s.Recall(before, r.At))
	}
	f.Millis = uint32(min(r.Elapsed.Milliseconds(), 1<<32-1))
	f.Beliefs = beliefBits(r.Beliefs)
	f.Sitting = sitting(r.Session)
	return f
}

func class(c Card) Class {
	switch {
	case c.State == New:
		return ClassNew
	case c.State != Reviewing:
		return ClassSteps
	case c.Days >= Mature:
		return ClassMature
	}
	return ClassYoung
}

func beliefBits(beliefs []int) uint32 {
	var bits uint32
	for _, b := range beliefs {
		if b >= 0 && b < 32 {
			bits |= 1 << b
		}
	}
	return bits
}

func sitting(session string) uint32 {
	if session == "" {
		return 0
	}
	h := fnv.New32a()
	h.Write([]byte(session))
	return h.Sum32()
}
