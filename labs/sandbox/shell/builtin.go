package shell

import (
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// builtin is a command that the shell runs itself.
type builtin struct {
	name    string
	special bool // one of POSIX's special builtins: outside of bash its errors end the shell
	run     func(s *Shell, args []string) int
}

// builtins is what a flavour runs itself, by name.
func (f Flavour) builtins() map[string]*builtin {
	table := map[string]*builtin{}
	add := func(special bool, list map[string]func(*Shell, []string) int) {
		for name, run := range list {
			table[name] = &builtin{name, special, run}
		}
	}
	add(true, map[string]func(*Shell, []string) int{
		":": biTrue, ".": biDot, "break": biBreak, "continue": biBreak, "eval": biEval, "exec": biTrue, "exit": biExit,
		"export": biExport, "readonly": biExport, "return": biReturn, "set": biSet, "shift": biShift,
		"times": biTimes, "trap": biTrap, "unset": biUnset, "local": biLocal,
	})
	add(false, map[string]func(*Shell, []string) int{
		"[": biTest, "alias": biAlias, "bg": biBg, "cd": biCd, "command": biCommand, "echo": biEcho, "false": biFalse,
		"fg": biFg, "getopts": biGetopts, "hash": biHash, "jobs": biJobs, "kill": biKill,
		"printf": biPrintf, "pwd": biPwd, "read": biRead, "test": biTest, "true": biTrue, "type": biType,
		"ulimit": biUlimit, "umask": biUmask, "unalias": biUnalias, "wait": biWait,
	})
	switch f {
	case Dash:
		table["chdir"] = &builtin{"chdir", false, biCd}
	case Ash:
		table["source"] = &builtin{"source", true, biDot}
		add(false, map[string]func(*Shell, []string) int{
			"[[": biTest, "chdir": biCd, "help": biHelp, "history": biHistory, "let": biLet, "sleep": biSleep,
		})
	case Bash:
		table["source"] = &builtin{"source", true, biDot}
		add(false, map[string]func(*Shell, []string) int{
			"builtin": biBuiltin, "declare": biDeclare, "dirs": biDirs, "disown": biDisown, "help": biHelp,
			"history": biHistory, "let": biLet, "logout": biExit, "mapfile": biMapfile, "popd": biPopd,
			"pushd": biPushd, "readarray": biMapfile, "shopt": biShopt, "typeset": biDeclare,
		})
	}
	return table
}

// builtinNamed finds a builtin of the flavour.
func (s *Shell) builtinNamed(name string) (*builtin, bool) {
	b, ok := s.cfg.builtins[name]
	if name == "sleep" && (s.opts.interactive || !s.cfg.Sleeps) {
		return nil, false // at a terminal a program can be stopped with ^Z, the shell cannot
	}
	return b, ok
}

// runBuiltin runs a builtin and sends off what it printed. Outside of bash an error in an ordinary builtin is its
// status; in a special one it ends the shell. POSIX: 2.8.1.
func (s *Shell) runBuiltin(b *builtin, args []string) (status int) {
	was := s.builtin
	s.builtin = args[0]
	defer func() { s.builtin = was }()
	defer func() {
		if err := s.flush(); err != nil {
			status = 1
			s.writeError(err)
		}
	}()
	special := b.special && s.inSpecial > 0
	if s.cfg.Flavour == Bash && !b.special {
		status = 1
		s.attempt(func() { status = b.run(s, args) })
		return status
	}
	if special {
		return b.run(s, args)
	}
	return s.ordinary(b, args)
}

// ordinary runs a builtin whose errors are no more than its status.
func (s *Shell) ordinary(b *builtin, args []string) (status int) {
	specials := s.inSpecial
	defer func() {
		switch why := recover().(type) {
		case nil:
		case abort:
			if s.opts.interactive && why.status > 128 {
				panic(why) // ^C
			}
			s.inSpecial = specials
			status = why.status
		default:
			panic(why)
		}
	}()
	return b.run(s, args)
}

// outputPortion is how much a builtin prints before it is written.
const outputPortion = 4096

// print is a builtin's output; it is written when the builtin is done.
func (s *Shell) print(text string) {
	s.out = append(s.out, text...)
	if len(s.out) >= outputPortion {
		if err := s.flush(); err != nil {
			s.outErr = err
		}
	}
}

// flush writes what was printed, and says why that failed, now or before.
func (s *Shell) flush() error {
	err := s.outErr
	s.outErr = nil
	if len(s.out) == 0 || s.sys.Leaving() {
		return err
	}
	out := s.out
	s.out = nil
	if _, e := s.sys.Write(1, out); e != nil && err == nil {
		err = e
	}
	if cap(out) <= outputPortion {
		s.out = out[:0]
	}
	return err
}

func (s *Shell) writeError(err error) {
	switch s.cfg.Flavour {
	case Dash:
		s.complain("%s: I/O error", s.builtin)
	case Bash:
		s.complain("write error: %s", s.errText(err))
	default:
		if s.builtin == "echo" { // the others only fail
			s.applet("write error: %s", s.errText(err))
		}
	}
}

// applet is a message of a builtin that busybox shares with its applets: the line is not told.
func (s *Shell) applet(format string, args ...any) {
	s.warn(s.prefix + ": " + fmt.Sprintf(format, args...))
}

// flags reads a builtin's options: letters, with a colon after those that take a value. found is called for each. The
// rest of the arguments comes back; ok is false after an error that has been reported.
func (s *Shell) flags(args []string, letters string, found func(letter byte, value string)) (rest []string, ok bool) {
	args = args[1:]
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		a := args[0]
		args = args[1:]
		if a == "--" {
			return args, true
		}
		for i := 1; i < len(a); i++ {
			at := strings.IndexByte(letters, a[i])
			if at < 0 || a[i] == ':' {
				s.illegalOption(a[i])
				return nil, false
			}
			if at+1 == len(letters) || letters[at+1] != ':' {
				found(a[i], "")
				continue
			}
			value := a[i+1:]
			if value == "" {
				if len(args) == 0 {
					s.noValue(a[i])
					return nil, false
				}
				value, args = args[0], args[1:]
			}
			found(a[i], value)
			break
		}
	}
	return args, true
}

func (s *Shell) illegalOption(letter byte) {
	switch s.cfg.Flavour {
	case Bash:
		s.complain("-%c: invalid option", letter)
		s.usage()
	case Dash:
		s.fatalf(2, "Illegal option -%c", letter)
	default:
		s.fatalf(2, "illegal option -%c", letter)
	}
}

func (s *Shell) noValue(letter byte) {
	switch s.cfg.Flavour {
	case Bash:
		s.complain("-%c: option requires an argument", letter)
		s.usage()
	case Dash:
		s.fatalf(2, "No arg for -%c option", letter)
	default:
		s.fatalf(2, "no arg for -%c option", letter)
	}
}

// usage prints how one of bash's builtins is called.
func (s *Shell) usage() {
	if u := bashUsage(s.builtin); u != "" {
		s.warn(s.builtin + ": usage: " + u)
	}
}

// bashUsage is the arguments that a builtin of bash takes, in its own notation.
func bashUsage(name string) string {
	switch name {
	case "cd":
		return "cd [-L|[-P [-e]] [-@]] [dir]"
	case "command":
		return "command [-pVv] command [arg ...]"
	case "getopts":
		return "getopts optstring name [arg ...]"
	case "kill":
		return "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]"
	case "printf":
		return "printf [-v var] format [arguments]"
	case "pwd":
		return "pwd [-LP]"
	case "read":
		return "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]"
	case "set":
		return "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]"
	case "trap":
		return "trap [-lp] [[arg] signal_spec ...]"
	case "ulimit":
		return "ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]"
	case "unalias":
		return "unalias [-a] name [name ...]"
	case "unset":
		return "unset [-f] [-v] [-n] [name ...]"
	}
	return ""
}

// number reads an argument that must be a natural number, as ash and dash do.
func (s *Shell) number(text string) int {
	n, ok := natural(text)
	if !ok {
		s.fatalf(2, "Illegal number: %s", text)
	}
	return n
}

// natural reads a number without a sign, up to what fits in 31 bits.
func natural(text string) (int, bool) {
	if !isNumber(text) {
		return 0, false
	}
	n := 0
	for i := range len(text) {
		if n = n*10 + int(text[i]-'0'); n > 1<<31-1 {
			return 0, false
		}
	}
	return n, true
}

func biTrue(*Shell, []string) int  { return 0 }
func biFalse(*Shell, []string) int { return 1 }

// readFile is a small text file's content.
func (s *Shell) readFile(path string) (string, error) {
	fd, err := s.sys.Open(path, proc.O_RDONLY|proc.O_CLOEXEC, 0)
	if err != nil {
		return "", err
	}
	defer s.sys.Close(fd)
	return s.readAll(fd), nil
}
