package labs

import (
	"time"

	"dockerlearn/lessons"
)

// State is how a condition stands.
type State string

// The states.
const (
	Waiting State = "waiting" // for one above it
	Unmet   State = "unmet"
	Met     State = "met"
)

// Finding is a condition and how it stands.
type Finding struct {
	State State
	Says  lessons.Text // what must be true
	Now   lessons.Text // what is true instead; nil where there is nothing to say
}

// Link is one of a chain of causes, from what is true now to what made it so.
type Link struct {
	Says    lessons.Text
	Command string           // the command line that began it, at the end of a chain
	Lesson  lessons.LessonID // that explains it; may be empty
}

// Step is a command line that was typed at the host's own prompt.
type Step struct {
	Line string
	Exit int
	At   time.Duration // since the setup had run, by the host's time
}
