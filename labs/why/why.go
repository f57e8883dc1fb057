// Package why answers "why?": from a line that the sandbox printed, or from a condition that does not hold, to what made
// it so, link by link, in plain English and Chinese.
//
// A chain begins with what happened last and ends with a command that somebody typed. It is read from the world's event
// log: each event there names what it follows from. This package adds the words (words*.go), decides which events are
// worth a sentence, and finds the event that stands behind a line (line.go) or a condition (condition.go).
//
// Laws:
//   - Looking changes nothing: no time passes and nothing is logged.
//   - A link says what is in the log or what the host's state shows, and nothing that only may be so. Where nothing is
//     known, there is no chain.
//   - Every rule that the sandbox logs has words here, or is listed as too small to tell; a test reads the sources.
package why

import (
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/lessons"
)

// Link is one of a chain of causes. It has the form of labs.Link.
type Link struct {
	Says    lessons.Text
	Command string           // the command line that this began with; empty if the next link's did, or nobody's
	Lesson  lessons.LessonID // that explains it; may be empty
}

// maxLinks is how long a chain may be: nobody reads more at a time.
const maxLinks = 6

// said is a sentence and the lesson that explains it. The zero value says nothing: a step too small to tell.
type said struct {
	text   lessons.Text
	lesson lessons.LessonID
}

// say is a sentence in both languages; both take the same arguments, by number where their order differs.
func say(en, zh string, args ...any) said {
	return said{text: lessons.Text{lessons.EN: fill(en, args), lessons.ZH: fill(zh, args)}}
}

// fill puts the arguments into a sentence; one that has no place for any takes none.
func fill(sentence string, args []any) string {
	if !strings.Contains(sentence, "%") {
		return sentence
	}
	return fmt.Sprintf(sentence, args...)
}

// see adds the lesson that explains it.
func (s said) see(id lessons.LessonID) said {
	s.lesson = id
	return s
}

// teller tells about one host.
type teller struct {
	host    *sandbox.Host
	log     *sim.Log
	phrases map[sim.Rule]phrase
}

func tell(h *sandbox.Host) *teller { return &teller{h, h.Log(), phrases()} }

// ForEvent is the chain of causes of an event.
func ForEvent(h *sandbox.Host, id sim.EventID) []Link { return tell(h).chain(id) }
