package shell

import "dockerlearn/labs/sandbox/proc"

// Session is a shell without a terminal that is given one command after the other, as somebody would type them:
// variables, functions, the working directory and jobs live on from one to the next.
type Session struct {
	// Next waits for a command: one or more lines. ok is false at the end.
	Next func(proc.Sys) (command string, ok bool)
	// Done is told that a command has ended, all of its output written, and its status.
	Done func(proc.ExitCode)
}

// SessionProgram is a shell that runs a session instead of a script.
func SessionProgram(c Config, x Session) proc.Program {
	c.builtins = c.Flavour.builtins()
	return func(sys proc.Sys) proc.ExitCode {
		s := newShell(sys, c)
		s.name = sys.Args()[0]
		s.prefix = baseName(s.name)
		s.vars.imports(sys.Environ())
		return s.run(func() {
			s.startup()
			s.session = true
			s.sys.Signal(proc.SIGINT, s.disposition(proc.SIGINT))
			for {
				command, ok := x.Next(sys)
				if !ok {
					return
				}
				s.given(command)
				x.Done(proc.ExitCode(s.status & 0xff))
			}
		})
	}
}

// given runs one command. What ends a script ends only the command, but exit ends the session.
func (s *Shell) given(command string) {
	once := false
	lines := func(bool) (string, bool) {
		if once {
			return "", false
		}
		once = true
		return command + "\n", true
	}
	s.guardCommand(func() { s.execute(&script{kind: fromStdin}, lines, false) })
	s.ctl = onward
	s.flush()
}
