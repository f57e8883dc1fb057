package quiz

import (
	"encoding/binary"
	"fmt"
	"time"

	"dockerlearn/lessons"
)

// ReviewID names one line of the log on every machine that it is ever copied to: 26 letters and digits, of which the
// first ten tell the millisecond, so ids sort by time.
type ReviewID string

// crockford are the digits of base 32 without I, L, O and U, in ascending order.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewReviewID makes an id from the time and eighty bits of chance.
func NewReviewID(at time.Time, chance [10]byte) ReviewID {
	var id [26]byte
	ms := uint64(at.UnixMilli()) & (1<<48 - 1)
	for i := 9; i >= 0; i-- {
		id[i] = crockford[ms&31]
		ms >>= 5
	}
	for half := range 2 { // forty bits are eight digits
		bits := uint64(binary.BigEndian.Uint32(chance[5*half:]))<<8 | uint64(chance[5*half+4])
		for i := 7; i >= 0; i-- {
			id[10+8*half+i] = crockford[bits&31]
			bits >>= 5
		}
	}
	return ReviewID(id[:])
}

// Valid reports whether this can be an id.
func (id ReviewID) Valid() bool {
	if len(id) != 26 {
		return false
	}
	for i := range len(id) {
		if digit32(id[i]) < 0 {
			return false
		}
	}
	return true
}

// Time is when the id was made.
func (id ReviewID) Time() time.Time {
	if !id.Valid() {
		return time.Time{}
	}
	var ms int64
	for i := range 10 {
		ms = ms<<5 | int64(digit32(id[i]))
	}
	return time.UnixMilli(ms)
}

func digit32(c byte) int {
	for i := range len(crockford) {
		if crockford[i] == c {
			return i
		}
	}
	return -1
}

// Event is what a line of the log tells. Nothing in the log is ever changed or deleted: what is taken back is taken
// back by another line.
type Event string

// The events.
const (
	Answered Event = "answer" // a question was answered
	Undid    Event = "undo"   // an earlier answer does not count
	Reset    Event = "reset"  // the question is new again ("start this topic over")
)

// Mode is the kind of session in which an answer was given.
type Mode string

// The modes.
const (
	Today     Mode = "review"
	Drill     Mode = "drill"
	Topic     Mode = "topic"
	Weak      Mode = "weak"
	Interview Mode = "interview"
	Exam      Mode = "exam"
	Lesson    Mode = "lesson" // a question answered at the end of its lesson
)

// Review is one line of the log. For an undo or a fresh start only the first block is filled.
type Review struct {
	ID       ReviewID
	Event    Event
	Undoes   ReviewID // of an undo: what does not count
	Question lessons.QuestionID
	At       time.Time // to the millisecond; its zone is kept
	Mode     Mode
	Session  string // which sitting, empty outside of one

	Rev        int // of the question, as it was asked
	Lang       lessons.Lang
	Seed       uint64 // the shuffle
	Answer     Answer
	Verdict    Verdict
	Score      float64
	Beliefs    []int // Grade.Beliefs
	Rating     Rating
	ByHand     bool // the learner chose the rating
	Confidence Confidence
	Hint       bool
	Slow       bool
	Elapsed    time.Duration // from question to answer, to the millisecond
}

// Check says what is wrong with a review that is about to be logged, or nil.
func (r Review) Check() error {
	switch {
	case !r.ID.Valid():
		return fmt.Errorf("review: %q is no review id", r.ID)
	case r.Question == "":
		return fmt.Errorf("review %s: no question", r.ID)
	case r.At.IsZero():
		return fmt.Errorf("review %s: no time", r.ID)
	}
	switch r.Event {
	case Answered:
		if r.Rating < Again || r.Rating > Easy {
			return fmt.Errorf("review %s: an answer without a rating", r.ID)
		}
		if r.Verdict < Wrong || r.Verdict > Right {
			return fmt.Errorf("review %s: an answer without a verdict", r.ID)
		}
	case Undid:
		if !r.Undoes.Valid() {
			return fmt.Errorf("review %s: an undo that does not say of what", r.ID)
		}
	case Reset:
	default:
		return fmt.Errorf("review %s: unknown event %q", r.ID, r.Event)
	}
	return nil
}
