package bench

import (
	"time"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/pace"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
)

// Lab is a lab that somebody works at: a host's terminal, conditions, and a past that can be gone back to. Its calls
// never overlap. An error says that something could not be stored; the lab goes on nevertheless.
type Lab interface {
	// Output says who is given everything that the terminal shows. After Go and Reset that begins anew.
	Output(func([]byte))
	Type(keys []byte) error
	Resize(columns, rows int) error
	Skip(to time.Duration) error // lets the host's time jump, as AdvanceTo does, and remembers that

	pace.World
	AtPrompt() bool // between commands: conditions are decided now

	Check() []Finding
	Why(check int) []Link // from what is true now to what made it so
	Picture() Picture
	Timeline() []Step
	Go(step int) error // to the moment before the step
	Reset() error
	Close()
}

// Task is what a lab asks for. It does not change.
type Task struct {
	ID      string
	Title   lessons.Text
	Story   map[lessons.Lang]mdoc.Fragment
	Hints   map[lessons.Lang][]mdoc.Fragment
	Debrief map[lessons.Lang]mdoc.Fragment
}

// State is how a condition stands.
type State string

// The states.
const (
	Waiting State = "waiting" // for the one above it
	Unmet   State = "unmet"
	Met     State = "met"
)

// Finding is a condition and how it stands.
type Finding struct {
	State State
	Says  lessons.Text // what must be true
	Now   lessons.Text // what is true instead; nil where there is nothing to say
}

// Link is one of a chain of causes.
type Link struct{ Says lessons.Text }

// Step is a command line that was typed.
type Step struct {
	Line string
	Exit int
	At   time.Duration
}

// Change is what a step did to something.
type Change string

// The changes.
const (
	Same    Change = ""
	Added   Change = "+"
	Altered Change = "~"
)

// Picture is what there is on a host.
type Picture struct {
	Networks []Network   // each with the containers that are on it
	Apart    []Container // those on no network: stopped, or made without
	Volumes  []Thing
	Images   []Thing
	Gone     []string // what the last step removed
}

// Network is a network and who is on it.
type Network struct {
	Name, Driver, Subnet string
	Change               Change
	Containers           []Container
}

// Container is a container as a network sees it.
type Container struct {
	Name, Image, State, Address string
	Ports                       []string
	Change                      Change
}

// Thing is something that has no more to show than a name.
type Thing struct {
	Name   string
	Change Change
}

func text(t lessons.Text, env screen.Env) string { return t.In(env.Lang) }
