// Package screen is what all screens have in common: the interface by which the app shows them, what they are told
// about their surroundings, what they may ask the app for, and their keys as data.
//
// The laws of a screen:
//   - Update does no I/O. A Cmd is one call into study (or one drawing) and returns a message of a type private to
//     the screen, which carries what it answers.
//   - A Cmd changes no model.
//   - View is cheap and pure: it is called after every message.
//   - A screen knows no other screen. It asks for one with a request of this package (see Env.Ask).
//   - What a key does stands in one table (see Act); the help line, the list of keys and the README are made from it.
package screen

import (
	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/theme"
	"dockerlearn/lessons"
)

// Screen is one level of the stack. Only the top one gets keys, pastes and the mouse; every other message goes to all.
type Screen interface {
	// Init returns what to do when the screen is opened.
	Init(Env) tea.Cmd
	// Update takes a message in. Changed, Shown and private messages come here as well as input.
	Update(Env, tea.Msg) tea.Cmd
	// View draws the screen.
	View(Env) View
	// Keys returns what can be pressed now, the most useful first.
	Keys(Env) []Binding
}

// Typist is a screen with a line to type into: letters belong to it, not to the keys that work everywhere.
type Typist interface {
	Typing() bool
}

// Owner is a screen to which every key belongs as long as it says so, ctrl+c and ctrl+z too.
type Owner interface {
	Owns() bool
}

// Env is a screen's surroundings at this moment.
type Env struct {
	Lang  lessons.Lang
	Theme theme.Theme
	W, H  int  // columns and rows of the body, between header and help line
	Links bool // the terminal understands hyperlinks
	Short bool // the window has few rows: leave out what is nice to have

	asked *[]tea.Msg // where requests go
}

// Asking returns the surroundings in which requests are collected in a list.
func (e Env) Asking(requests *[]tea.Msg) Env {
	e.asked = requests
	return e
}

// Ask hands a request of this package to the app, which answers it before the next message comes in: whoever types ahead
// types into the screen that was asked for. It returns nothing to do; that makes it a handy last line of an Act.
func (e Env) Ask(request tea.Msg) tea.Cmd {
	if e.asked == nil {
		return Ask(request)
	}
	*e.asked = append(*e.asked, request)
	return nil
}

// Wide reports whether two columns fit, with both languages side by side.
func (e Env) Wide() bool { return e.W >= 100 }

// Huge reports whether a third column fits.
func (e Env) Huge() bool { return e.W >= 140 }

// Say returns the words in the learner's language.
func (e Env) Say(s Say) string { return s.In(e.Lang) }

// View is a drawn screen.
type View struct {
	Title  string   // of the header, at the left
	Status string   // of the header, at the right; may be styled
	Body   []string // Env.H lines of Env.W columns each; for a popup, the lines of its box
	Cursor *Cursor  // where one types; nil hides the cursor
	Popup  bool     // the body is a box to be laid over the screen below
	Select bool     // the mouse is left to the terminal, so that text can be selected
}

// Cursor is a place in a View's body.
type Cursor struct{ X, Y int }

// Say is a sentence or word of the program's own in both languages.
type Say struct{ EN, ZH string }

// In returns the words in a language.
func (s Say) In(l lessons.Lang) string {
	if l == lessons.ZH {
		return s.ZH
	}
	return s.EN
}

// Changed tells every screen that the size, the language or the theme is another one now.
type Changed struct{}

// Shown tells a screen that it is on top again, after what was above it closed.
type Shown struct{}
