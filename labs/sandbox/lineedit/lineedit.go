// Package lineedit is the line editor of the sandbox's shells: what readline is to bash, and lineedit to busybox. It is
// part of the simulated machine: it reads keys from a simulated terminal, and what it draws are that terminal's bytes.
//
// Keys are those of readline's emacs mode that people use: moving by character and word, killing and yanking, history
// with the arrows and ^R, Tab. Characters may be wide; a line may be longer than the terminal.
//
// Laws: what is drawn depends on the line, the cursor and the terminal's width alone; a key that means nothing rings the
// bell; after ReadLine the terminal is as it was before.
//
// Left out: vi mode, macros, numeric arguments, ! expansion, a history file.
package lineedit

import (
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/shell"
)

// Editor reads lines from a process's terminal. It remembers them.
type Editor struct {
	sys      proc.Sys
	complete shell.Completer
	busybox  bool // not readline

	history []string
	killed  []rune // what ^Y brings back

	prompt string
	line   []rune
	at     int // the cursor, in runes
	drawn  drawn
	keys   keyReader

	recall int    // which line of the history is shown; len(history) is the one being typed
	typed  []rune // the line being typed while the history is looked at
	undo   []state
	tabbed bool // the last key was a Tab that led nowhere: the next one lists
}

// state is a line to which undo goes back.
type state struct {
	line []rune
	at   int
}

// New makes the editor of a shell: readline, as bash has it.
func New(sys proc.Sys, c shell.Completer) shell.LineReader {
	e := &Editor{sys: sys, complete: c, keys: keyReader{sys: sys}}
	e.keys.resized = e.redraw
	return e
}

// NewBusybox makes the editor of busybox's shell.
func NewBusybox(sys proc.Sys, c shell.Completer) shell.LineReader {
	e := New(sys, c).(*Editor)
	e.busybox = true
	return e
}

// History is the lines that were read, oldest first.
func (e *Editor) History() []string { return e.history }

const (
	in  = 0
	out = 2
)

// ReadLine shows a prompt and reads a line. shell.ErrEnd: ^D on an empty line, or the terminal is gone.
// shell.ErrInterrupt: ^C.
func (e *Editor) ReadLine(prompt string) (string, error) {
	was, err := e.sys.Termios(in)
	if err != nil {
		return "", shell.ErrEnd
	}
	if err := e.sys.SetTermios(in, raw(was), false); err != nil {
		return "", shell.ErrEnd
	}
	defer e.sys.SetTermios(in, was, false)
	if before, err := e.sys.Signal(proc.SIGWINCH, proc.Catch); err == nil {
		defer e.sys.Signal(proc.SIGWINCH, before) //nolint:errcheck // it can be caught
	}
	e.begin(prompt)
	return e.edit()
}

// raw is a terminal that gives every key as it comes and leaves signals and echo to the editor.
func raw(t proc.Termios) proc.Termios {
	t.Lflag &^= proc.ICANON | proc.ECHO | proc.ISIG | proc.IEXTEN
	t.Iflag &^= proc.IXON | proc.ICRNL | proc.INLCR
	t.CC[proc.VMIN], t.CC[proc.VTIME] = 1, 0
	return t
}

func (e *Editor) begin(prompt string) {
	e.prompt, e.line, e.at = prompt, nil, 0
	e.recall, e.typed, e.undo, e.tabbed = len(e.history), nil, nil, false
	e.drawn = drawn{}
	e.draw()
}

// edit takes keys until the line is done.
func (e *Editor) edit() (string, error) {
	for {
		e.sys.Step(1)
		k, ok := e.keys.next()
		if !ok {
			return "", shell.ErrEnd
		}
		tabbed := e.tabbed
		e.tabbed = false
		switch {
		case k.name == "enter":
			e.finish("\n")
			line := string(e.line)
			e.remember(line)
			return line, nil
		case k.name == "ctrl+c":
			e.finish("^C\n")
			return "", shell.ErrInterrupt
		case k.name == "ctrl+d" && len(e.line) == 0:
			return "", shell.ErrEnd
		case k.name == "tab":
			e.tab(tabbed)
		case k.name == "ctrl+r":
			if !e.search() {
				return "", shell.ErrEnd
			}
		default:
			e.press(k)
		}
	}
}

// finish leaves the cursor below the line.
func (e *Editor) finish(mark string) {
	e.at = len(e.line)
	e.draw()
	e.write(mark)
}

func (e *Editor) write(s string) {
	if s != "" {
		e.sys.Write(out, []byte(s))
	}
}

func (e *Editor) bell() { e.write("\a") }

// remember adds a line to the history, unless it is empty or the same as the last.
func (e *Editor) remember(line string) {
	if line == "" || len(e.history) > 0 && e.history[len(e.history)-1] == line {
		return
	}
	e.sys.Alloc(int64(len(line)))
	e.history = append(e.history, line)
}
