package transcript

import (
	"errors"
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Script is what is to be typed.
type Script struct {
	Steps []Step
}

// Step is a comment to be copied, or a command.
type Step struct {
	Comment string
	Setup   []string // what is run before the command, unrecorded: the lines "#!setup CMD" above it
	Line    string   // several lines are parted by \n
}

const setupMark = "#!setup "

// ParseScript divides a shell script into the commands that a person would type: each ends where the shell would run
// it, so a here-document or an open quote belongs to its command.
func ParseScript(text string) (Script, error) {
	var s Script
	var setup []string
	lines := splitLines(text)
	for at := 0; at < len(lines); {
		line := lines[at]
		switch {
		case strings.TrimSpace(line) == "":
			at++
		case strings.HasPrefix(line, setupMark):
			setup = append(setup, strings.TrimPrefix(line, setupMark))
			at++
		case strings.HasPrefix(line, "#"):
			s.Steps = append(s.Steps, Step{Comment: line})
			at++
		default:
			n, err := commandLines(lines[at:])
			if err != nil {
				return s, Mistake{at + 1, err.Error()}
			}
			s.Steps = append(s.Steps, Step{Setup: setup, Line: strings.Join(lines[at:at+n], "\n")})
			setup = nil
			at += n
		}
	}
	return s, nil
}

// maxCommandLines bounds how far the end of a command is looked for.
const maxCommandLines = 2000

// commandLines is how many lines the shell reads before it can run the command that begins on the first. A line that
// is wrong at once is a command too: the shell says what is wrong with it.
func commandLines(lines []string) (int, error) {
	for n := 1; n <= min(len(lines), maxCommandLines); n++ {
		if !incomplete(strings.Join(lines[:n], "\n") + "\n") {
			return n, nil
		}
	}
	if len(lines) > maxCommandLines {
		return 0, fmt.Errorf("the command that begins here has no end within %d lines", maxCommandLines)
	}
	return len(lines), nil
}

// incomplete reports whether a shell would ask for another line.
func incomplete(text string) bool {
	_, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	var wrong syntax.ParseError
	if errors.As(err, &wrong) {
		// IsIncomplete does not know a here-document with a quoted end.
		return syntax.IsIncomplete(err) || strings.HasPrefix(wrong.Text, "unclosed here-document")
	}
	return strings.HasSuffix(text, "\\\n")
}
