package shell

import (
	"fmt"
	"maps"
	"slices"

	"dockerlearn/labs/sandbox/proc"
)

// traps is what a shell does with signals. Signal 0 is the end of the shell.
type traps struct {
	actions    map[proc.Signal]string // "" is ignored
	err        string                 // bash: ERR
	hasERR     bool
	ignored    proc.SignalSet // from the start: cannot be trapped
	running    bool
	exiting    bool                   // in trap … EXIT
	exitStatus int                    // what the shell ended with before
	outer      map[proc.Signal]string // in a subshell: the parent's
	shown      map[proc.Signal]string // in a command substitution: the parent's, for trap to print
}

func (t *traps) init() { t.actions = map[proc.Signal]string{} }

func (t *traps) any() bool { return len(t.actions) > 0 || t.hasERR }

// forSubshell is the traps of a subshell: ignored signals stay ignored, the others are forgotten, though trap still
// prints them.
func (t *traps) forSubshell() traps {
	c := traps{actions: map[proc.Signal]string{}, ignored: t.ignored, outer: t.actions}
	// any order: into a map
	for sig, action := range t.actions {
		if action == "" {
			c.actions[sig] = ""
		}
	}
	return c
}

// resetSignals makes the process's dispositions fit its traps.
func (t *traps) resetSignals(s *Shell) {
	// any order: each signal has a disposition of its own
	for sig := range t.outer {
		if sig == 0 {
			continue
		}
		if _, kept := t.actions[sig]; !kept {
			s.sys.Signal(sig, proc.Default)
		}
	}
}

// defaultKeys gives a job the keyboard's signals, which an interactive shell keeps from itself.
func (t *traps) defaultKeys(s *Shell) {
	for _, sig := range []proc.Signal{proc.SIGINT, proc.SIGQUIT, proc.SIGTERM} {
		if action, ok := t.actions[sig]; ok && action == "" {
			continue
		}
		s.sys.Signal(sig, proc.Default)
	}
}

// setTrap sets what is done at a signal; reset brings its default back.
func (s *Shell) setTrap(sig proc.Signal, action string, reset bool) {
	if s.traps.shown != nil {
		s.traps.shown = nil
	}
	if s.traps.ignored.Has(sig) && sig != 0 && !s.opts.interactive {
		return
	}
	if reset {
		delete(s.traps.actions, sig)
	} else {
		s.traps.actions[sig] = action
	}
	if sig == 0 {
		return
	}
	s.sys.Signal(sig, s.disposition(sig))
}

// disposition is what the process does with a signal, by its traps and by what an interactive shell does anyway.
func (s *Shell) disposition(sig proc.Signal) proc.Action {
	action, ok := s.traps.actions[sig]
	switch {
	case ok && action == "":
		return proc.Ignore
	case ok:
		return proc.Catch
	case s.session && sig == proc.SIGINT:
		return proc.Catch
	case !s.opts.interactive:
		return proc.Default
	}
	switch sig {
	case proc.SIGINT:
		return proc.Catch
	case proc.SIGQUIT, proc.SIGTERM, proc.SIGTSTP, proc.SIGTTIN, proc.SIGTTOU:
		return proc.Ignore
	}
	return proc.Default
}

// runTraps runs the traps of signals that came. It is called between commands.
func (s *Shell) runTraps() {
	if s.traps.running {
		return
	}
	for {
		sig, ok := s.sys.Caught()
		if !ok {
			return
		}
		s.runTrap(sig)
	}
}

func (s *Shell) runTrap(sig proc.Signal) {
	action, ok := s.traps.actions[sig]
	if !ok {
		if sig == proc.SIGINT && (s.opts.interactive || s.session) {
			if s.opts.interactive {
				s.warn("")
			}
			panic(abort{status: 130})
		}
		return
	}
	if action == "" {
		return
	}
	status, ctl := s.status, s.ctl
	s.ctl = onward
	s.traps.running = true
	s.evalText(action, fromTrap)
	s.traps.running = false
	if s.ctl == onward {
		s.ctl = ctl
		s.status = status
	}
}

// exitTrap runs trap … EXIT, once.
func (s *Shell) exitTrap() {
	action, ok := s.traps.actions[0]
	if !ok || action == "" {
		return
	}
	delete(s.traps.actions, 0)
	status := s.status
	s.ctl, s.loops, s.funcDepth, s.traps.running = onward, 0, 0, false
	s.tested = 0
	s.traps.exiting, s.traps.exitStatus = true, status
	s.evalText(action, fromTrap)
	s.status = status
}

// trapERR runs bash's trap … ERR.
func (s *Shell) trapERR() {
	if !s.traps.hasERR || s.traps.running || s.funcDepth > 0 && !s.opts.errtrace {
		return
	}
	status := s.status
	s.traps.running = true
	s.evalText(s.traps.err, fromTrap)
	s.traps.running = false
	s.status = status
}

func biTrap(s *Shell, a []string) int {
	args := a[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 || args[0] == "-p" && s.cfg.Flavour == Bash {
		s.printTraps()
		return 0
	}
	if args[0] == "-l" && s.cfg.Flavour == Bash {
		return s.listSignals()
	}
	action, reset := args[0], false
	switch {
	case len(args) == 1 && s.cfg.Flavour == Bash && !isSignal(action) && action != "-":
		s.usage()
		return 2
	case len(args) == 1:
		reset = true
	case action == "-" || isNumber(action):
		reset = true
		if action == "-" {
			args = args[1:]
		}
	default:
		args = args[1:]
	}
	status := 0
	for _, name := range args {
		if !s.trapOne(name, action, reset) {
			status = 1
		}
	}
	return status
}

func isSignal(name string) bool {
	_, ok := proc.SignalNamed(name)
	return ok || name == "EXIT" || name == "ERR" || name == "DEBUG" || name == "RETURN"
}

func (s *Shell) trapOne(name, action string, reset bool) bool {
	if name == "EXIT" || name == "0" {
		s.setTrap(0, action, reset)
		return true
	}
	if s.cfg.Flavour == Bash {
		switch name {
		case "ERR":
			s.traps.err, s.traps.hasERR = action, !reset
			return true
		case "DEBUG", "RETURN":
			s.complain("%s: this trap is not simulated", name)
			return false
		}
	}
	sig, ok := proc.SignalNamed(name)
	if !ok || sig == 0 || s.cfg.Flavour == Dash && len(name) > 3 && name[:3] == "SIG" {
		if s.cfg.Flavour == Dash {
			s.warn("trap: " + name + ": bad trap")
		} else {
			s.complain("%s: invalid signal specification", name)
		}
		return false
	}
	s.setTrap(sig, action, reset)
	return true
}

func (s *Shell) printTraps() {
	actions := s.traps.actions
	if s.traps.shown != nil {
		actions = s.traps.shown
	}
	for _, sig := range slices.Sorted(maps.Keys(actions)) {
		name := sig.String()
		switch {
		case sig == 0:
			name = "EXIT"
		case s.cfg.Flavour == Bash:
			name = "SIG" + name
		}
		s.print(fmt.Sprintf("trap -- %s %s\n", s.quote(actions[sig]), name))
	}
}
