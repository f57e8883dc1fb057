package screen

import (
	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/theme"
	"dockerlearn/lessons"
)

// Requests are messages that only the app answers. A screen hands them over with Env.Ask, or a Cmd of its returns one.
type (
	// Home closes everything above the home screen.
	Home struct{}
	// Back closes the top screen.
	Back struct{}
	// Quit ends the program.
	Quit struct{}

	// OpenTopic shows the lessons of a topic.
	OpenTopic struct{ Topic lessons.TopicID }
	// OpenLesson shows a lesson at one of its screens, or with Resume where it was left, or at a question at its end.
	OpenLesson struct {
		Lesson   lessons.LessonID
		Screen   int
		Resume   bool
		Question lessons.QuestionID
	}
	// OpenSearch shows the search, with something to look for already.
	OpenSearch struct{ Query string }
	// OpenBookmarks shows the bookmarked screens.
	OpenBookmarks struct{}
	// OpenPalette shows all commands.
	OpenPalette struct{}
	// OpenKeys shows the keys of the top screen.
	OpenKeys struct{}

	// OpenLabs shows the labs.
	OpenLabs struct{}
	// OpenLab goes on with a lab, or begins it anew. Without a lab it is the next of a lesson's.
	OpenLab struct {
		Lab    lessons.LabID
		Lesson lessons.LessonID
		Fresh  bool
	}

	// Try types lines at a simulated host, and leaves the learner there.
	Try struct{ Lines []string }

	// Press presses a key: how a list of keys runs one.
	Press struct{ Key string }
	// Replace closes the top screen and then does what Then asks for, or nothing more.
	Replace struct{ Then tea.Msg }

	// SetLang changes the language.
	SetLang struct{ Lang lessons.Lang }
	// SetLook changes the theme.
	SetLook struct{ Look theme.Look }

	// Notice shows a sentence in the bar until the next key.
	Notice struct{ Text Say }
	// Saved says how saving went: an error stays in the bar until the next saving that went well.
	Saved struct{ Err error }
)

// Ask returns the Cmd that sends a request, where no Env is at hand. Input may overtake it.
func Ask(request tea.Msg) tea.Cmd {
	return func() tea.Msg { return request }
}
