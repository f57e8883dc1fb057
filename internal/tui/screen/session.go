package screen

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Tick returns a Cmd that sends what the function makes of the time after a while: tea.Tick, or a test's own. Without one
// no time passes on a screen while nothing is pressed.
type Tick func(time.Duration, func(time.Time) tea.Msg) tea.Cmd

// Requests about sessions of questions.
type (
	// OpenBegin shows what can be practised, with the cursor on a mode; without one, on the first.
	OpenBegin struct{ Mode quiz.Mode }
	// OpenDrill begins a session and asks its questions. With Resume it goes on with the one that was begun; with
	// Questions it asks just these.
	OpenDrill struct {
		Wish      study.Wish
		Resume    bool
		Questions []lessons.QuestionID
	}
	// OpenDo opens the host at which a do question is answered.
	OpenDo struct{ Question lessons.QuestionID }
	// Did says what was done there: whoever asked is on display again then.
	Did struct {
		Question lessons.QuestionID
		Met      []bool // of its conditions
		Took     time.Duration
		Lines    []string // that were run
	}
	// OpenReport shows what a session came to. Again is what begins another one like it; Retry tries to store what could
	// not be stored yet.
	OpenReport struct {
		Finished study.Finished
		Again    OpenDrill
		Retry    func() (waiting int, err error)
	}
	// OpenStatistics shows what was learned and what will be forgotten.
	OpenStatistics struct{}
)
