package bench

import (
	"time"

	"dockerlearn/internal/pace"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// Lab is a lab that somebody works at: a host's terminal, conditions, and a past that can be gone back to. Its calls
// never overlap. An error says that something could not be stored; the lab goes on nevertheless.
type Lab interface {
	labs.Looker

	// Output says who is given everything that the terminal shows. After Go, Reset, Fork and Swap that begins anew.
	Output(func([]byte))
	Type(keys []byte) error
	Resize(columns, rows int) error
	Skip(to time.Duration) error // lets the host's time jump, as AdvanceTo does, and remembers that

	pace.World
	Began() time.Duration // what time it was when the setup had run
	AtPrompt() bool       // between commands: conditions are decided now

	Check() ([]labs.Finding, error)
	Why(check int) []labs.Link                 // from what is true now to what made it so
	WhyLine(step int, line string) []labs.Link // the same of a line that a step printed
	Picture() labs.Picture
	Timeline() []labs.Step

	Go(step int) error   // to the moment before the step
	Reset() error        // to the beginning
	Fork(step int) error // goes on from before the step; what was done since stays as the other branch
	Swap() error         // goes on with the other branch, and keeps this one
	Forked() bool        // there is another branch
	Glance(step int) (Sight, error)

	// Parted reports, once, that another window has gone on with the same lab: from there on this one is kept on its own.
	Parted() bool
	Hinted(n int) error // so many hints were shown
	Solve() error       // every condition holds
	Close() error
}

// Sight is how a lab was, or is elsewhere.
type Sight = labs.Sight

func text(t lessons.Text, env screen.Env) string { return t.In(env.Lang) }
