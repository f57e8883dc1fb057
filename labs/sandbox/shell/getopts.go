package shell

import "strconv"

// getoptsState is where getopts is: the argument that OPTIND names, and the place within it.
type getoptsState struct {
	index int // of the next argument, from 1
	char  int // within a group of letters; 0 is a new argument
}

func newGetopts() getoptsState { return getoptsState{index: 1} }

// reset is an assignment to OPTIND.
func (g *getoptsState) reset(value string) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		n = 1
	}
	*g = getoptsState{index: n}
}

func biGetopts(s *Shell, a []string) int {
	args := a[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) < 2 {
		return s.getoptsUsage()
	}
	letters, name := args[0], args[1]
	args = args[2:]
	if len(args) == 0 {
		args = s.args
	}
	silent := letters != "" && letters[0] == ':'
	letter, ok := s.nextOption(args)
	if !ok {
		return s.endOfOptions(name)
	}
	at := indexOption(letters, letter)
	switch {
	case at < 0:
		s.unknownOption(name, letter, args, silent)
	case at+1 < len(letters) && letters[at+1] == ':':
		s.optionValue(name, letter, args, silent)
	default:
		if s.cfg.Flavour == Bash {
			s.unsetVar("OPTARG")
		} else {
			s.setVar("OPTARG", "")
		}
		s.setOption(name, string(letter))
		s.leaveGroup(args)
	}
	return 0
}

func (s *Shell) getoptsUsage() int {
	switch s.cfg.Flavour {
	case Bash:
		s.usage()
		return 2
	case Dash:
		s.fatalf(2, "Usage: getopts optstring var [arg...]")
	}
	s.fatalf(2, "usage: getopts optstring var [arg]")
	return 2
}

func indexOption(letters string, c byte) int {
	for i := range len(letters) {
		if letters[i] == c && c != ':' {
			return i
		}
	}
	return -1
}

// nextOption steps to the next letter.
func (s *Shell) nextOption(args []string) (byte, bool) {
	g := &s.getopts
	if g.index < 1 {
		g.index = 1
	}
	if g.char == 0 {
		if g.index > len(args) {
			return 0, false
		}
		arg := args[g.index-1]
		if len(arg) < 2 || arg[0] != '-' {
			return 0, false
		}
		if arg == "--" {
			g.index++
			return 0, false
		}
		g.char = 1
	}
	if g.index > len(args) || g.char >= len(args[g.index-1]) {
		g.char = 0
		return 0, false
	}
	c := args[g.index-1][g.char]
	g.char++
	return c, true
}

// leaveGroup goes on to the next argument after a group's last letter.
func (s *Shell) leaveGroup(args []string) {
	if g := &s.getopts; g.char >= len(args[g.index-1]) {
		g.index++
		g.char = 0
	}
	s.setOptind()
}

func (s *Shell) setOptind() {
	g := s.getopts
	shown := g.index
	if g.char > 0 && s.cfg.Flavour != Bash {
		shown++ // ash and dash count the argument as soon as they have begun it
	}
	s.setVar("OPTIND", strconv.Itoa(shown))
	s.getopts = g
}

func (s *Shell) setOption(name, value string) {
	if !isName(name) {
		if s.cfg.Flavour == Bash {
			s.complain("`%s': not a valid identifier", name)
			return
		}
		s.fatalf(2, "%s: bad variable name", name)
	}
	s.setVar(name, value)
}

func (s *Shell) endOfOptions(name string) int {
	s.setOptind()
	s.unsetVar("OPTARG")
	s.setOption(name, "?")
	return 1
}

func (s *Shell) unknownOption(name string, letter byte, args []string, silent bool) {
	if silent {
		s.setVar("OPTARG", string(letter))
	} else {
		s.unsetVar("OPTARG")
		s.optionError("Illegal option -"+string(letter), "illegal option -- "+string(letter))
	}
	s.setOption(name, "?")
	s.leaveGroup(args)
}

func (s *Shell) optionError(posix, bash string) {
	if v, ok := s.vars.get("OPTERR"); ok && v == "0" && s.cfg.Flavour == Bash {
		return
	}
	if s.cfg.Flavour == Bash {
		s.warn(s.name + ": " + bash)
		return
	}
	s.warn(posix)
}

// optionValue takes an option's value: the rest of its argument or the next one.
func (s *Shell) optionValue(name string, letter byte, args []string, silent bool) {
	g := &s.getopts
	rest := args[g.index-1][g.char:]
	g.index++
	g.char = 0
	switch {
	case rest != "":
	case g.index <= len(args):
		rest = args[g.index-1]
		g.index++
	default:
		s.noOptionValue(name, letter, silent)
		return
	}
	s.setOptind()
	s.setVar("OPTARG", rest)
	s.setOption(name, string(letter))
}

func (s *Shell) noOptionValue(name string, letter byte, silent bool) {
	s.setOptind()
	if silent {
		s.setVar("OPTARG", string(letter))
		s.setOption(name, ":")
		return
	}
	s.unsetVar("OPTARG")
	s.optionError("No arg for -"+string(letter)+" option", "option requires an argument -- "+string(letter))
	s.setOption(name, "?")
}
