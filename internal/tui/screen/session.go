package screen

import (
	"dockerlearn/internal/study"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

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
	// OpenReport shows what a session came to. Again is what begins another one like it.
	OpenReport struct {
		Finished study.Finished
		Again    OpenDrill
	}
	// OpenStatistics shows what was learned and what will be forgotten.
	OpenStatistics struct{}
)
