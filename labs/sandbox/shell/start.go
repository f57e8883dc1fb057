package shell

import (
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// parseCommandLine reads the shell's own arguments and returns what it is to do. ok is false after an error that has
// been reported.
func (s *Shell) parseCommandLine(argv []string) (start func(), ok bool) {
	s.opts.braceexpand = s.cfg.Flavour == Bash
	s.opts.hashall = s.cfg.Flavour == Bash
	s.opts.login = strings.HasPrefix(argv[0], "-")
	s.opts.posix = s.cfg.Flavour == Bash && baseName(argv[0]) == "sh"
	args, stop := s.longOptions(argv[1:])
	if stop {
		return nil, false
	}
	rest, given, err := s.setOptions(args, true)
	if err != nil {
		return nil, s.badStartOption(err.Error())
	}
	if !given {
		rest = nil
	}
	if s.opts.interactive {
		defer s.monitorChanged()
	}
	switch {
	case s.opts.commandC:
		return s.startCommand(rest)
	case len(rest) > 0 && !s.opts.stdin:
		return s.startFile(rest)
	}
	s.args = rest
	if len(rest) == 0 {
		s.opts.stdin = true
	}
	if s.sys.IsTerminal(0) && s.sys.IsTerminal(2) {
		s.opts.interactive = true
	}
	return s.startStdin, true
}

// longOptions takes away bash's words that begin with two dashes. stop: the shell has answered and is done.
func (s *Shell) longOptions(args []string) (rest []string, stop bool) {
	if s.cfg.Flavour == Ash {
		for len(args) > 0 && args[0] == "--login" {
			s.opts.login = true
			args = args[1:]
		}
		return args, false
	}
	if s.cfg.Flavour != Bash {
		return args, false
	}
	for len(args) > 0 && len(args[0]) > 2 && strings.HasPrefix(args[0], "--") {
		switch args[0] {
		case "--login":
			s.opts.login = true
		case "--posix":
			s.opts.posix = true
		case "--norc", "--noprofile", "--noediting":
			s.noProfile = true
		case "--version":
			s.print("GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n")
			s.flush()
			return nil, true
		default:
			s.warn(s.prefix + ": " + args[0] + ": invalid option")
			s.status = 2
			return nil, true
		}
		args = args[1:]
	}
	return args, false
}

func (s *Shell) badStartOption(text string) bool {
	name, named := strings.CutPrefix(text[1:], "o ")
	s.status = 2
	switch s.cfg.Flavour {
	case Dash:
		s.warn(s.prefix + ": 0: Illegal option " + text)
	case Bash:
		if named {
			s.warn(s.prefix + ": line 0: " + s.prefix + ": " + name + ": invalid option name")
			break
		}
		s.warn(s.prefix + ": " + text + ": invalid option")
	default:
		s.warn(s.prefix + ": illegal option " + text)
	}
	return false
}

func (s *Shell) startCommand(rest []string) (func(), bool) {
	if len(rest) == 0 {
		s.status = 2
		switch s.cfg.Flavour {
		case Dash:
			s.warn(s.prefix + ": 0: -c requires an argument")
		case Bash:
			s.warn(s.prefix + ": -c: option requires an argument")
		default:
			s.warn(s.prefix + ": -c requires an argument")
		}
		return nil, false
	}
	text := rest[0]
	if len(rest) > 1 {
		s.name = rest[1]
		s.prefix = rest[1]
		s.named = true
		s.args = rest[2:]
	}
	return func() {
		s.execute(&script{kind: fromC}, stringLines(text), true)
	}, true
}

func (s *Shell) startFile(rest []string) (func(), bool) {
	path := rest[0]
	fd, err := s.sys.Open(path, proc.O_RDONLY|proc.O_CLOEXEC, 0)
	if err != nil && s.cfg.Flavour == Bash && !strings.Contains(path, "/") {
		if at, e := s.sys.LookPath(path, s.pathVar()); e == nil {
			path = at
			fd, err = s.sys.Open(path, proc.O_RDONLY|proc.O_CLOEXEC, 0)
		}
	}
	if err != nil {
		s.cannotStart(rest[0], err)
		return nil, false
	}
	if s.isDir(path) && s.cfg.Flavour == Bash {
		s.warn(rest[0] + ": " + rest[0] + ": Is a directory")
		s.status = 126
		return nil, false
	}
	if high, err := s.sys.Dup(fd, firstSaved, true); err == nil {
		s.sys.Close(fd)
		fd = high
	}
	s.name, s.prefix, s.args, s.fromFile = rest[0], rest[0], rest[1:], true
	return func() {
		s.execute(&script{kind: fromFile, name: rest[0]}, s.fdLines(fd, false), false)
	}, true
}

func (s *Shell) pathVar() string {
	path, set := s.vars.get("PATH")
	if !set {
		return proc.DefaultPath
	}
	return path
}

func (s *Shell) cannotStart(path string, err error) {
	switch s.cfg.Flavour {
	case Dash:
		s.warn(s.prefix + ": 0: cannot open " + path + ": " + s.openText(err, false))
		s.status = 2
	case Bash:
		s.warn(s.prefix + ": " + path + ": " + s.errText(err))
		s.status = 127
		if err != proc.ENOENT {
			s.status = 126
		}
	default:
		s.warn(s.prefix + ": can't open '" + path + "': " + s.errText(err))
		s.status = 2
	}
}

// startStdin reads commands from standard input: with a prompt if someone sits there.
func (s *Shell) startStdin() {
	if s.opts.interactive {
		s.interact()
		return
	}
	// ash and dash read ahead, so that commands cannot read what follows them; bash leaves it to them
	s.execute(&script{kind: fromStdin}, s.fdLines(0, s.cfg.Flavour == Bash), false)
}

// startup sets the variables that a shell begins with, takes note of ignored signals, and reads profiles.
func (s *Shell) startup() {
	for sig := proc.Signal(1); sig.Valid(); sig++ {
		if s.sys.SignalAction(sig) == proc.Ignore {
			s.traps.ignored |= proc.Signals(sig)
		}
	}
	s.startVars()
	if s.opts.login && !s.noProfile {
		s.readProfile("/etc/profile")
		if home, ok := s.vars.get("HOME"); ok {
			s.readProfile(joinPath(home, ".profile"))
		}
	}
	s.startFileOf()
}

// startVars sets what is not in the environment.
func (s *Shell) startVars() {
	s.getopts = newGetopts()
	defaults := [][2]string{{"IFS", " \t\n"}, {"OPTIND", "1"}, {"PS1", "$ "}, {"PS2", "> "}, {"PS4", "+ "}}
	switch {
	case s.cfg.Flavour == Bash && !s.opts.interactive:
		defaults = [][2]string{{"IFS", " \t\n"}, {"OPTIND", "1"}, {"PS4", "+ "}}
	case s.cfg.Flavour == Bash:
		defaults[2][1] = `\s-\v\$ `
	case s.cfg.Flavour == Ash:
		defaults[2][1] = `\w \$ `
	case s.sys.Creds().EUID == 0:
		defaults[2][1] = "# "
	}
	for _, d := range defaults {
		if _, set := s.vars.get(d[0]); !set || d[0] == "IFS" {
			s.vars.put(d[0], variable{value: d[1], set: true})
		}
	}
	if _, set := s.vars.get("PATH"); !set {
		s.vars.put("PATH", variable{value: proc.DefaultPath, set: true})
	}
	pwd := s.vars.m["PWD"]
	pwd.value, pwd.set, pwd.exported = s.pwd(), true, true
	s.vars.put("PWD", pwd)
	if s.cfg.Flavour != Dash {
		level, _ := s.vars.get("SHLVL")
		n, _ := strconv.Atoi(level)
		x := s.vars.m["SHLVL"]
		x.value, x.set, x.exported = strconv.Itoa(max(n, 0)+1), true, true
		s.vars.put("SHLVL", x)
	}
	if s.cfg.Flavour == Bash {
		s.bashVars()
	}
}

func (s *Shell) readProfile(path string) {
	fd, err := s.sys.Open(path, proc.O_RDONLY|proc.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer s.sys.Close(fd)
	s.status = s.runSource(path, fd, nil)
}

// startFileOf reads the file of interactive shells: $ENV, or bash's ~/.bashrc.
func (s *Shell) startFileOf() {
	if !s.opts.interactive || s.noProfile {
		return
	}
	path, _ := s.vars.get("ENV")
	if s.cfg.Flavour == Bash && !s.opts.posix {
		home, _ := s.vars.get("HOME")
		path = joinPath(home, ".bashrc")
	}
	if path != "" {
		s.readProfile(s.expandText(path))
	}
}
