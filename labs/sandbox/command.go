package sandbox

import (
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/sim"
)

// Command is a command line that a terminal's login shell was given, as it reports it itself: what a program on the
// terminal reads, an inner shell too, is no command of its own.
type Command struct {
	Line         string // several lines are parted by \n
	Exit         int    // once it has ended
	Began, Ended time.Duration
	Running      bool
	After, Last  sim.EventID // what happened meanwhile came after the one, and up to the other
	From, To     int         // which of the keys that were typed it is made of
}

// Commands are the command lines that the login shell was given, oldest first. Empty ones, and those that ^C threw away
// while they were typed, are none.
func (t *Terminal) Commands() []Command {
	all := slices.Clone(t.watch.commands)
	if n := len(all); n > 0 && t.shell.Done() && t.watch.left {
		all[n-1].Exit = int(t.shell.Status().Code())
	}
	return all
}

// Ended is how many of Commands have ended.
func (t *Terminal) Ended() int {
	if t.watch.open {
		return len(t.watch.commands) - 1
	}
	return len(t.watch.commands)
}

// Idle reports whether the login shell waits for a command: AtPrompt, and none is begun.
func (t *Terminal) Idle() bool { return t.AtPrompt() && t.watch.idle }

// Before has f called whenever the login shell is about to run a command line. f must only look.
func (t *Terminal) Before(f func()) { t.watch.before = f }

// watch takes down what a login shell reports.
type watch struct {
	host     *Host
	tty      *proc.TTY
	before   func()
	commands []Command
	lines    []string // of the command that is being typed, or runs
	from     int
	idle     bool
	open     bool // the last of commands has not ended
	left     bool // the shell ended with the last of commands
}

var _ shell.Watcher = (*watch)(nil)

func (w *watch) Asks(more bool, status int) {
	if more {
		w.drop() // it was not complete
		return
	}
	w.end(status)
	w.lines, w.from, w.idle = nil, w.tty.Taken(), true
}

func (w *watch) Reads(line string) {
	w.lines, w.idle = append(w.lines, line), false
	if !slices.ContainsFunc(w.lines, says) {
		return
	}
	if w.before != nil {
		w.before()
	}
	w.open = true
	w.commands = append(w.commands, Command{
		Line: strings.Join(w.lines, "\n"), Began: w.host.world.Elapsed(), Running: true,
		After: w.host.world.sim.Log.Last(), From: w.from, To: w.tty.Taken(),
	})
}

// says reports whether a line is neither empty nor a comment.
func says(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && line[0] != '#'
}

func (w *watch) Forgets() { w.lines = nil }

func (w *watch) Leaves() {
	w.left = w.open
	w.end(0)
}

func (w *watch) end(status int) {
	if !w.open {
		return
	}
	c := &w.commands[len(w.commands)-1]
	c.Exit, c.Ended, c.Running, c.Last = status, w.host.world.Elapsed(), false, w.host.world.sim.Log.Last()
	w.open = false
}

// drop takes the last command back.
func (w *watch) drop() {
	if w.open {
		w.commands, w.open = w.commands[:len(w.commands)-1], false
	}
}
