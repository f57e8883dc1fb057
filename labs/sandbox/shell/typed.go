package shell

import (
	"strings"

	"dockerlearn/labs/sandbox/sim"
)

// RuleCommand is the event of a command that somebody typed: its subject is the command. What the command does follows
// from it.
const RuleCommand sim.Rule = "shell.command"

// begins has what the shell does follow from the command that was read, if somebody typed it, until end is called. A
// shell that is thrown back to its prompt calls no end: the next command takes its place all the same.
func (s *Shell) begins(f *feed) (end func()) {
	typed := f.sc.kind == fromStdin && (s.opts.interactive || s.session)
	if !typed {
		return func() {}
	}
	command := strings.TrimSpace(plain(string(f.sc.text[f.command:])))
	s.sys.Follow(s.begun)
	s.sys.Follow(s.sys.Event(RuleCommand, command, nil))
	return func() { s.sys.Follow(s.begun) }
}
