package shell

import (
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// evalText runs a text as eval, a trap and the like do: in this shell.
func (s *Shell) evalText(text string, kind scriptKind) {
	s.deeper()
	defer func() { s.depth-- }()
	line := s.line
	sc := &script{kind: kind, first: max(line-1, 0)}
	if kind == fromTrap || s.script == nil || s.cfg.Flavour == Dash { // dash counts anew
		sc.first = 0
	}
	s.execute(sc, stringLines(text), false)
	s.line = line
}

func biEval(s *Shell, a []string) int {
	args := a[1:]
	if len(args) > 0 && args[0] == "--" && s.cfg.Flavour == Bash {
		args = args[1:]
	}
	if s.cfg.Flavour == Bash {
		s.builtin = ""
	}
	text := strings.Join(args, " ")
	s.status = 0
	if strings.TrimSpace(text) == "" {
		return 0
	}
	s.evalText(text, fromEval)
	return s.status
}

func biDot(s *Shell, a []string) int {
	args := a[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		switch s.cfg.Flavour {
		case Bash:
			s.complain("filename argument required")
			s.warn(a[0] + ": usage: " + a[0] + " filename [arguments]")
			return 2
		case Dash:
			s.fatalf(2, "filename argument required")
		}
		return 0
	}
	path := s.findSource(args[0])
	fd, err := s.sys.Open(path, proc.O_RDONLY|proc.O_CLOEXEC, 0)
	if err == nil && s.cfg.Flavour == Bash && s.isDir(path) {
		s.sys.Close(fd)
		err = proc.EISDIR
	}
	if err != nil {
		return s.cannotSource(path, err)
	}
	if high, err := s.sys.Dup(fd, firstSaved, true); err == nil {
		s.sys.Close(fd)
		fd = high
	}
	defer s.sys.Close(fd)
	args = args[1:]
	if s.cfg.Flavour == Dash {
		args = nil // dash passes none on
	}
	return s.runSource(path, fd, args)
}

// runSource runs a file's commands in this shell.
func (s *Shell) runSource(path string, fd int, args []string) int {
	oldArgs, oldBuiltin, oldLoops, oldName := s.args, s.builtin, s.loops, s.sourcedName
	if len(args) > 0 {
		s.args = args
	}
	s.builtin, s.sourcedName = "", path
	s.sourced++
	s.deeper()
	defer func() {
		s.depth--
		s.sourced--
		s.builtin, s.loops, s.sourcedName = oldBuiltin, oldLoops, oldName
		if len(args) > 0 {
			s.args = oldArgs
		}
	}()
	line := s.line
	s.status = 0
	s.execute(&script{kind: fromSource, name: path}, s.fdLines(fd, false), false)
	s.line = line
	if s.ctl == returning {
		s.ctl = onward
	}
	return s.status
}

// findSource looks for a file without a slash in PATH, and bash then here.
func (s *Shell) findSource(name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	path, _ := s.vars.get("PATH")
	for dir := range strings.SplitSeq(path, ":") {
		at := joinPath(dir, name)
		if s.isRegular(at) {
			return at
		}
	}
	if s.cfg.Flavour != Bash || s.opts.posix {
		s.fatalf(2, "%s: not found", name)
	}
	return name
}

func (s *Shell) cannotSource(path string, err error) int {
	switch s.cfg.Flavour {
	case Bash:
		name := s.builtin
		s.builtin = ""
		if err == proc.EISDIR {
			path = name + ": " + path
			err = proc.EISDIR
		}
		if err == proc.EISDIR {
			s.complain("%s: is a directory", path)
		} else {
			s.complain("%s: %s", path, s.errText(err))
		}
		return 1
	case Dash:
		s.fatalf(2, "cannot open %s: %s", path, s.openText(err, false))
	}
	s.fatalf(2, "can't open '%s': %s", path, s.errText(err))
	return 2
}

// biBreak is break and continue.
func biBreak(s *Shell, a []string) int {
	n := 1
	switch {
	case s.cfg.Flavour == Bash && s.loops == 0:
		s.complain("only meaningful in a `for', `while', or `until' loop")
		return 0
	case len(a) > 1:
		var ok bool
		if n, ok = s.levels(a[1]); !ok {
			return 1
		}
	}
	if s.loops == 0 {
		return 0
	}
	s.ctlLevels = min(n, s.loops)
	s.ctl = breaking
	if a[0] == "continue" {
		s.ctl = continuing
	}
	return 0
}

func (s *Shell) levels(text string) (int, bool) {
	n, ok := natural(text)
	switch {
	case ok && n > 0:
		return n, true
	case s.cfg.Flavour != Bash:
		s.fatalf(2, "Illegal number: %s", text)
	case !ok:
		s.complain("%s: numeric argument required", text)
		panic(shellExit{128})
	}
	s.complain("%s: loop count out of range", text)
	s.ctl, s.ctlLevels = breaking, s.loops
	return 0, false
}

func biReturn(s *Shell, a []string) int {
	status := s.status
	if len(a) > 1 {
		status = s.exitArgument(a[1])
	}
	if s.cfg.Flavour == Bash && s.funcDepth == 0 && s.sourced == 0 {
		s.complain("can only `return' from a function or sourced script")
		return 2
	}
	s.ctl = returning
	return status & s.statusMask()
}

// statusMask is what a status is cut down to; dash keeps what return was given.
func (s *Shell) statusMask() int {
	if s.cfg.Flavour != Dash {
		return 0xff
	}
	return -1
}

// exitArgument is the argument of exit and return.
func (s *Shell) exitArgument(text string) int {
	if s.cfg.Flavour != Bash {
		return s.number(text)
	}
	n, ok := natural(strings.TrimPrefix(strings.TrimPrefix(text, "-"), "+"))
	if !ok {
		s.complain("%s: numeric argument required", text)
		return 2
	}
	if strings.HasPrefix(text, "-") {
		n = -n
	}
	return n
}

// farewell is what bash says to somebody who leaves.
func (s *Shell) farewell() string {
	if s.opts.login {
		return "logout"
	}
	return "exit"
}

func biExit(s *Shell, a []string) int {
	status := s.status
	if s.traps.exiting {
		status = s.traps.exitStatus
	}
	if len(a) > 1 {
		status = s.exitArgument(a[1])
	}
	if s.opts.interactive && s.cfg.Flavour == Bash {
		s.flush()
		s.warn(s.farewell())
	}
	if s.opts.interactive && !s.leaving && s.stoppedJobs() {
		s.leaving = true
		if s.cfg.Flavour == Bash {
			s.warn("There are stopped jobs.")
		} else {
			s.warn("You have stopped jobs.")
		}
		return 1
	}
	s.flush()
	panic(shellExit{status & 0xff})
}

func biShift(s *Shell, a []string) int {
	n := 1
	if len(a) > 1 {
		if s.cfg.Flavour == Bash {
			var ok bool
			if n, ok = natural(a[1]); !ok {
				s.complain("%s: numeric argument required", a[1])
				return 1
			}
		} else {
			n = s.number(a[1])
		}
	}
	if n > len(s.args) {
		if s.cfg.Flavour == Dash {
			s.fatalf(2, "can't shift that many")
		}
		return 1
	}
	s.args = s.args[n:]
	return 0
}
