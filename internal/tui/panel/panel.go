// Package panel is what the screen of a lab lays over everything: layers, packets.
//
// Law: a panel asks nobody and stores nothing. What it needs it Wants; the lab's screen has that looked up when the lab
// does nothing else, and gives what came of it to Take.
package panel

import (
	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/screen"
	"dockerlearn/labs"
)

// Panel is laid over a lab until it is closed.
type Panel interface {
	// Wants is what is to be looked up next, away from the loop of the screens; nil is nothing. It is asked again after
	// each key and each Take, and says each thing once.
	Wants() func(labs.Looker) any
	// Take takes in what came of what was wanted.
	Take(any)
	// Key does what a key stands for, and reports whether that closed the panel.
	Key(screen.Env, tea.KeyPressMsg) (closed bool)
	// Keys are the keys of what is shown now, the most useful first.
	Keys() []screen.Binding
	Title(screen.Env) string
	Status(screen.Env) string
	// View is Env.H lines of Env.W columns.
	View(screen.Env) []string
}
