// Package shell is sh as learners meet it: busybox's ash, dash and bash, evaluated over proc.Sys.
//
// The text is parsed by mvdan.cc/sh/v3/syntax; everything else is here, because a shell in a container is mostly
// processes, descriptors and signals: pipelines and subshells are processes of the sandbox, jobs are process groups,
// a trap on PID 1 is what `docker stop` meets.
//
// Laws:
//   - The flavour follows the binary: busybox's sh is Ash, Debian's is Dash. Messages and exit codes are theirs.
//   - Nothing that a script can make long runs without Sys.Step, nothing that it can make large without Sys.Alloc.
//   - What a flavour has and we do not is refused by name, never ignored.
//
// Oracle: testdata/scripts, whose answers in testdata/golden are the real shells'; testdata/exceptions.txt names where
// ours differs. With DOCKERLEARN_LIVE_SHELL=1 the real shells are asked again, and about random scripts.
//
// Left out: in ash and dash, locale; in bash, coproc, select, namerefs, {fd}>file, shopt beyond a few names, DEBUG and
// RETURN traps, functions in the environment, programmable completion, history expansion. An alias cannot be half a
// construct. Jobs of the parent are not listed in a subshell. `\r` is an ordinary character, as in the real shells.
package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// Config is a shell as asked for.
type Config struct {
	Flavour Flavour
	Musl    bool // the image's C library is musl (alpine), whose error texts differ from GNU's
	Sleeps  bool // sleep is a builtin, as in busybox since 1.36
	// NewLineReader makes the line editor for an interactive shell on a terminal; nil reads lines as the terminal
	// gives them.
	NewLineReader func(proc.Sys, Completer) LineReader
	// Suggest is asked about a command that was not found, and may answer with a line to print after the message.
	Suggest func(name string) string
	// Watch says who watches an interactive shell; nil, or an answer of nil, is nobody.
	Watch func(proc.Sys) Watcher

	builtins map[string]*builtin
}

// Program is sh as a program to be started by its binary.
func Program(c Config) proc.Program {
	c.builtins = c.Flavour.builtins()
	return func(sys proc.Sys) proc.ExitCode {
		sh := newShell(sys, c)
		return sh.main(sys.Args())
	}
}

// Shell is a shell as it runs: one process's. A subshell is another Shell with copies of what this one knows.
type Shell struct {
	sys proc.Sys
	cfg Config
	traits

	opts    options
	name    string   // $0
	prefix  string   // what messages begin with
	args    []string // $1 …
	vars    variables
	funcs   functions
	aliases map[string]string
	traps   traps
	jobs    jobTable
	hashed  map[string]string
	getopts getoptsState
	dirs    []string

	status    int    // $?
	lastArg   string // $_
	lastBG    proc.PID
	pid       proc.PID    // $$, the same in subshells
	started   int64       // for SECONDS, in virtual nanoseconds
	begun     sim.EventID // what the shell itself follows from
	substCode int         // status of the last command substitution of the command, -1 if there was none
	line      int         // $LINENO
	script    *script     // whose text is being executed
	builtin   string      // whose code runs, for messages

	ctl       control // a jump that is under way
	ctlLevels int     // for break and continue
	loops     int     // loops around
	funcDepth int     // functions around
	sourced   int     // sourced files around
	depth     int     // evaluations around, of all kinds
	tested    int     // > 0: set -e does not count here
	subshell  bool
	held      int64

	named       bool   // -c came with a name for $0
	fromFile    bool   // runs a script file
	sourcedName string // the file that . is running
	noProfile   bool
	inSpecial   int               // special builtins around, whose errors end the shell
	calls       []string          // names of the functions around
	lineAliases map[string]string // as they were when the command being run was read
	expanding   map[string]bool   // aliases that are being expanded
	cutDocument bool              // the here-document to come has no newline at its end
	inputGiven  bool              // standard input is a pipeline's: bash leaves it to commands in the background
	openSubsts  []int             // descriptors of <(…) that the command uses
	around      int               // the line of the command around, which bash names when a program was killed
	substDepth  int               // command substitutions around, for bash's set -x
	aside       []string          // arithmetic that the parser could not read
	cwd         string            // what pwd says; "" is not known yet
	out         []byte            // printed by a builtin and not yet written
	outErr      error
	tracing     bool // assignments of one command are being collected for set -x
	assigned    []string
	keptErr     int // where the standard error of before a command's redirections is, 0 if it was not redirected

	watcher  Watcher // of an interactive shell
	editor   LineReader
	ttyFD    int           // the terminal for job control, -1 if there is none
	ttyModes *proc.Termios // how the terminal was when the shell began
	leaving  bool          // the user was warned of stopped jobs
	session  bool          // the shell of a Session: ^C throws it back to its next command
	atPrompt bool          // someone types the commands, here or in the shell that this is a subshell of
	ended    bool          // ^D was typed
	typed    int           // lines so far
}

// control is a jump out of the ordinary course of commands.
type control int

const (
	onward control = iota
	breaking
	continuing
	returning
)

// exit unwinds a shell to its end. abort unwinds it to the next command of an interactive shell, and is an exit
// elsewhere.
type (
	shellExit struct{ status int }
	abort     struct {
		status  int
		discard bool // bash: only the line is lost, a script goes on with the next
	}
)

// maxDepth bounds functions that call themselves, eval in eval, and the like. A real shell runs out of stack.
const maxDepth = 6000

func newShell(sys proc.Sys, c Config) *Shell {
	s := &Shell{
		sys: sys, cfg: c, traits: c.Flavour.traits(),
		vars: newVariables(), funcs: functions{}, aliases: map[string]string{}, hashed: map[string]string{},
		pid: sys.Getpid(), substCode: -1, ttyFD: -1,
	}
	s.traps.init()
	s.started, s.begun = sys.Now().UnixNano(), sys.Process().Cause()
	return s
}

// fork starts a child that is a copy of this shell and runs body; the child's exit status is what body leaves in
// status.
func (s *Shell) fork(body func(*Shell)) (proc.PID, error) {
	child := s.clone()
	return s.sys.Fork(func(sys proc.Sys) proc.ExitCode {
		child.sys = sys
		child.enterSubshell()
		return child.run(func() { body(child) })
	})
}

// clone copies what a subshell may change. It is cheap: values are not changed in place.
func (s *Shell) clone() *Shell {
	c := *s
	c.vars = s.vars.clone()
	c.funcs = s.funcs.clone()
	c.hashed = cloneMap(s.hashed)
	c.jobs = jobTable{} // they are not its children
	c.traps = s.traps.forSubshell()
	c.calls = slices.Clip(c.calls)
	c.aside = slices.Clip(c.aside)
	c.dirs = slices.Clip(c.dirs)
	c.openSubsts = nil
	c.out = nil
	c.subshell = true
	if s.cfg.Flavour == Bash {
		c.traps.shown = c.traps.outer
	}
	c.opts.interactive = false
	c.opts.monitor = false
	c.session = false
	return &c
}

func cloneMap(m map[string]string) map[string]string {
	c := make(map[string]string, len(m))
	for k, v := range m {
		c[k] = v
	}
	return c
}

// run is a shell's process from here to its end: the exit trap included.
func (s *Shell) run(body func()) proc.ExitCode {
	s.guard(body)
	s.flush()
	s.guard(s.exitTrap)
	s.flush()
	return proc.ExitCode(s.status & 0xff)
}

// guard runs f and takes what ends the shell.
func (s *Shell) guard(f func()) {
	defer func() {
		switch why := recover().(type) {
		case nil:
		case shellExit:
			s.status = why.status
		case abort:
			s.status = why.status
		default:
			panic(why)
		}
	}()
	f()
}

// deeper counts nested evaluations; the caller calls the result when it is done.
func (s *Shell) deeper() {
	if s.depth++; s.depth > maxDepth {
		s.tooDeep()
	}
}

// tooDeep is what a real shell does that calls itself without end: it runs into the end of its stack.
func (s *Shell) tooDeep() {
	if s.cfg.Flavour == Bash && s.funcDepth > 0 {
		s.sys.Write(2, []byte("bash: warning: shell level too high\n"))
	}
	s.sys.Kill(s.sys.Getpid(), proc.SIGSEGV)
	panic(shellExit{139})
}

// hold charges memory that the shell keeps, in portions.
func (s *Shell) hold(n int) {
	s.held += int64(n)
	if s.held >= 4096 || s.held <= -65536 {
		n := s.held
		s.held = 0
		s.charge(n)
	}
}

func (s *Shell) charge(n int64) {
	if n > 0 {
		s.sys.Alloc(n)
	} else {
		s.sys.Free(-n)
	}
}

// main is the program from its command line on.
func (s *Shell) main(argv []string) proc.ExitCode {
	s.name = argv[0]
	s.prefix = argv[0]
	s.vars.imports(s.sys.Environ())
	return s.run(func() {
		start, ok := s.parseCommandLine(argv)
		if !ok {
			return
		}
		if s.opts.interactive && s.cfg.Flavour == Bash {
			s.prefix = baseName(s.name)
		}
		s.startup()
		start()
	})
}

func baseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// textOf is a command as jobs shows it: as it was written, on one line, or as bash lays it out.
func (s *Shell) textOf(n syntax.Node) string {
	if s.cfg.Flavour == Bash {
		return s.script.commandText(n)
	}
	return strings.Join(strings.Fields(s.script.slice(n)), " ")
}
