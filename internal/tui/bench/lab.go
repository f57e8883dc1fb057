package bench

import (
	"time"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/pace"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/labs"
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
	Began() time.Duration // what time it was when the setup had run
	AtPrompt() bool       // between commands: conditions are decided now

	Check() []labs.Finding
	Why(check int) []labs.Link // from what is true now to what made it so
	Picture() labs.Picture
	Timeline() []labs.Step
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

func text(t lessons.Text, env screen.Env) string { return t.In(env.Lang) }
