// Package transcript is one format for what was typed at a shell and what came back. Tests, lessons, labs and the
// recordings of a real engine use it:
//
//	# a comment, copied as it is
//	$ docker run --rm alpine sh -c 'echo out; echo err >&2; exit 3'
//	out
//	2| err
//	[exit 3 after 2s]
//
// A line that begins with "$ " is a command, "> " continues it. Standard output follows as it is, then standard error with
// "2| " before each line, then the exit status, with the time it took from a second on. A line
// "[no newline at the end]" says that the stream above it does not end in one.
//
// A lesson's console block is the same without statuses, and with both streams in one (see ParseConsole). In what is
// expected, {{any}} stands for any text within a line, {{id}} for a container's or image's id, {{ip}} for an address.
//
// Laws: what Write wrote, Parse reads back the same; a comparison names the first line that differs; nothing here runs
// anything: commands are run by the Runner that is given.
package transcript

import "time"

// Transcript is comments and commands in order.
type Transcript struct {
	Entries []Entry
}

// Entry is a comment or a command.
type Entry struct {
	Comment string   // with its "#"; empty for a command
	Command *Command // nil for a comment
}

// Command is a typed command and what came back.
type Command struct {
	Line   string // several lines are parted by \n, without prompts
	Result Result
	At     int // its line in the file, counted from 1; 0 if it was not parsed
}

// Result is what came back.
type Result struct {
	Stdout, Stderr string
	Exit           int
	After          time.Duration // how long it took
}

// Commands returns the commands without the comments.
func (t Transcript) Commands() []*Command {
	var all []*Command
	for _, e := range t.Entries {
		if e.Command != nil {
			all = append(all, e.Command)
		}
	}
	return all
}
