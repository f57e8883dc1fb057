package shell

import (
	"errors"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// LineReader is a line editor on a terminal: it shows a prompt, reads a line with the editing that it offers, and
// remembers what was typed.
type LineReader interface {
	// ReadLine returns a line without its newline. ErrEnd: ^D on an empty line; ErrInterrupt: ^C.
	ReadLine(prompt string) (string, error)
	// History is the lines that were read, oldest first.
	History() []string
}

// Completer answers the Tab key.
type Completer interface {
	// Complete offers words for the one that ends at place at of the line, and says where that begins.
	Complete(line string, at int) (from int, words []string)
}

var (
	// ErrEnd is a LineReader's end of input.
	ErrEnd = errors.New("end of input")
	// ErrInterrupt is a LineReader's ^C.
	ErrInterrupt = errors.New("interrupted")
)

// interact reads commands from the terminal and runs them until the end.
func (s *Shell) interact() {
	s.atPrompt = true
	s.opts.monitor = true
	s.takeSignals()
	s.monitorChanged()
	if s.cfg.NewLineReader != nil {
		s.editor = s.cfg.NewLineReader(s.sys, completer{s})
	}
	s.watcher = s.watched()
	defer s.watcher.Leaves()
	for !s.ended {
		s.guardCommand(func() {
			sc := &script{kind: fromStdin, first: s.typed}
			s.execute(sc, s.typedLines, false)
			if s.ctl == returning || s.ctl == onward {
				s.ctl = onward
			}
		})
	}
	if s.cfg.Flavour == Bash || s.cfg.Flavour == Ash {
		s.flush()
	}
}

// guardCommand runs a command and takes what throws the shell back to its prompt.
func (s *Shell) guardCommand(f func()) {
	defer func() {
		switch why := recover().(type) {
		case nil:
		case abort:
			s.status = why.status
			s.script = nil
			s.toPrompt()
			s.flush()
		default:
			panic(why)
		}
	}()
	f()
}

// toPrompt forgets what was under way.
func (s *Shell) toPrompt() {
	s.ctl, s.loops, s.tested, s.funcDepth, s.inSpecial, s.depth, s.sourced = onward, 0, 0, 0, 0, 0, 0
	s.builtin, s.sourcedName, s.calls = "", "", nil
	s.traps.running = false
	for len(s.vars.scopes) > 0 {
		s.popScope()
	}
}

// takeSignals is what an interactive shell does with the keyboard's signals.
func (s *Shell) takeSignals() {
	for _, sig := range append([]proc.Signal{proc.SIGINT, proc.SIGQUIT, proc.SIGTERM}, signalsOfJobs...) {
		s.sys.Signal(sig, s.disposition(sig))
	}
}

// monitorChanged turns job control on or off: the shell becomes the leader of the foreground group.
func (s *Shell) monitorChanged() {
	if !s.opts.monitor {
		s.ttyFD = -1
		return
	}
	s.ttyFD = -1
	for _, fd := range []int{2, 0, 1} {
		if s.sys.IsTerminal(fd) {
			s.ttyFD = fd
			break
		}
	}
	if fd, err := s.sys.Open("/dev/tty", proc.O_RDWR, 0); s.ttyFD < 0 && err == nil {
		s.ttyFD = fd
	}
	if s.ttyFD < 0 {
		s.withoutTerminal()
		return
	}
	if high, err := s.sys.Dup(s.ttyFD, firstSaved, true); err == nil {
		s.ttyFD = high
	}
	for _, sig := range signalsOfJobs {
		s.sys.Signal(sig, proc.Ignore)
	}
	s.sys.Setpgid(0, 0)
	s.setForeground(s.sys.Getpgrp())
	if t, err := s.sys.Termios(s.ttyFD); err == nil {
		s.ttyModes = &t
	}
}

// withoutTerminal: dash and ash have no job control without a terminal. dash: jobs.c, setjobctl.
func (s *Shell) withoutTerminal() {
	if s.cfg.Flavour == Bash {
		return
	}
	s.opts.monitor = false
	s.complain("can't access tty; job control turned off")
}

// typedLines gives the lines that are typed, each behind its prompt. more: the command goes on.
func (s *Shell) typedLines(more bool) (string, bool) {
	s.flush()
	s.watcher.Asks(more, s.status&0xff)
	name := "PS1"
	if more {
		name = "PS2"
	} else {
		s.notices()
	}
	prompt, _ := s.vars.get(name)
	prompt = s.prompt(prompt)
	line, err := s.typedLine(prompt)
	switch err {
	case nil:
		s.watcher.Reads(line)
		s.typed++
		if words := strings.Fields(line); len(words) > 0 && words[0] != "exit" && !(words[0] == "jobs" && s.cfg.Flavour == Bash) {
			s.leaving = false
		}
		return line + "\n", true
	case ErrInterrupt:
		s.watcher.Forgets()
		s.status = 130
		panic(abort{status: 130})
	}
	if more { // the parser has to be told of the end
		return "", false
	}
	s.endOfTyping()
	return "", false
}

// endOfTyping is ^D at the prompt.
func (s *Shell) endOfTyping() {
	if s.opts.ignoreeof {
		if s.cfg.Flavour == Bash {
			s.warn("Use \"" + s.farewell() + "\" to leave the shell.")
		} else {
			s.warn("\nUse \"exit\" to leave shell.")
		}
		return
	}
	if !s.leaving && s.stoppedJobs() {
		s.leaving = true
		if s.cfg.Flavour == Bash {
			s.warn(s.farewell() + "\nThere are stopped jobs.")
		} else {
			s.warn("\nYou have stopped jobs.")
		}
		return
	}
	s.ended = true
	switch s.cfg.Flavour {
	case Dash:
		s.warn("")
	case Bash:
		s.warn(s.farewell())
	}
}

// typedLine reads one line with the editor, or as the terminal gives it.
func (s *Shell) typedLine(prompt string) (string, error) {
	if s.editor != nil {
		return s.editor.ReadLine(prompt)
	}
	s.sys.Write(2, []byte(prompt))
	var line []byte
	buf := make([]byte, 1)
	for {
		n, err := s.sys.Read(0, buf)
		if err == proc.EINTR {
			if sig, ok := s.sys.Caught(); ok {
				if _, trapped := s.traps.actions[sig]; !trapped && sig == proc.SIGINT {
					s.sys.Write(2, []byte("\n"))
					return "", ErrInterrupt
				}
				s.runTrap(sig)
			}
			continue
		}
		if n == 0 || err != nil {
			if len(line) > 0 {
				return string(line), nil
			}
			return "", ErrEnd
		}
		if buf[0] == '\n' {
			return string(line), nil
		}
		line = append(line, buf[0])
	}
}

// prompt expands a prompt's text.
func (s *Shell) prompt(text string) string {
	if s.cfg.Flavour != Dash {
		text = s.promptEscapes(text)
	}
	status := s.status
	text = s.expandText(text)
	s.status = status
	return text
}

// promptEscapes is \w and its like, which busybox and bash know.
func (s *Shell) promptEscapes(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch text[i] {
		case 'w', 'W':
			b.WriteString(s.promptDir(text[i] == 'W'))
		case '$':
			if s.sys.Creds().EUID == 0 {
				b.WriteByte('#')
			} else {
				b.WriteString(`\$`)
			}
		case 'u':
			b.WriteString(s.userName())
		case 'h':
			host, _, _ := strings.Cut(s.sys.Hostname(), ".")
			b.WriteString(host)
		case 'H':
			b.WriteString(s.sys.Hostname())
		case 's':
			b.WriteString(baseName(s.name))
		case 'v':
			b.WriteString("5.2")
		case 't':
			b.WriteString(s.sys.Now().Format("15:04:05"))
		case '[', ']': // around what takes no room
		case '\\':
			b.WriteString(`\\`)
		default:
			n, to, _ := escape(text[i-1:], escDollar, Bash)
			b.WriteString(to)
			i += n - 2
		}
	}
	return b.String()
}

func (s *Shell) promptDir(short bool) string {
	at := s.pwd()
	home, _ := s.vars.get("HOME")
	if rest, ok := strings.CutPrefix(at, home); ok && home != "" && home != "/" && (rest == "" || rest[0] == '/') {
		at = "~" + rest
	}
	if short && at != "/" {
		return baseName(at)
	}
	return at
}

// userName is who /etc/passwd says the user is.
func (s *Shell) userName() string {
	uid := strconv.Itoa(int(s.sys.Creds().EUID))
	text, _ := s.readFile("/etc/passwd")
	for line := range strings.SplitSeq(text, "\n") {
		if f := strings.Split(line, ":"); len(f) > 2 && f[2] == uid {
			return f[0]
		}
	}
	return uid
}
