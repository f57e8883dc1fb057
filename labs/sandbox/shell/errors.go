package shell

import (
	"fmt"
	"strconv"

	"dockerlearn/labs/sandbox/proc"
)

// warn prints a line on standard error as it is.
func (s *Shell) warn(text string) { s.sys.Write(2, []byte(text+"\n")) }

// complain prints a message with what the flavour puts before it: the shell, the line, the builtin.
func (s *Shell) complain(format string, args ...any) {
	s.warn(s.where() + fmt.Sprintf(format, args...))
}

// where is the beginning of a message.
func (s *Shell) where() string {
	line := strconv.Itoa(s.line)
	builtin := s.builtin
	switch s.cfg.Flavour {
	case Dash:
		text := s.prefix + ": " + line + ": "
		if s.sourcedName != "" && builtin == "" {
			text += s.sourcedName + ": "
		}
		if builtin != "" {
			text += builtin + ": "
		}
		return text
	case Bash:
		text := s.prefix + ": "
		switch {
		case s.script != nil && s.script.kind == fromSource:
			text = s.script.name + ": "
		case s.funcDepth > 0 && s.script != nil && s.script.kind == fromC:
			text = "environment: " // so bash 5.2 calls the place where such functions come from
		case s.funcDepth > 0 && s.script != nil && s.script.kind == fromStdin && !s.atPrompt:
			text = "main: "
		}
		if !s.atPrompt {
			text += "line " + line + ": "
		}
		if builtin != "" {
			text += builtin + ": "
		}
		return text
	}
	return s.ashWhere(builtin)
}

// ashWhere follows ash_vmsg of busybox: the line is told where a command's name is known, inside of builtins, files
// and -c with a name, and it is counted from 0 in -c.
func (s *Shell) ashWhere(builtin string) string {
	text := s.prefix + ": "
	file := s.sourcedName
	if file == "" && (s.named || s.fromFile) {
		file = s.prefix
	}
	switch {
	case builtin != "":
		text += builtin + ": "
	case file == "":
		return text
	case file != s.prefix:
		text += file + ": "
	}
	if s.opts.interactive && s.sourcedName == "" && !s.fromFile {
		return text
	}
	n := s.line
	if s.opts.commandC && !s.fromFile && s.script != nil && s.script.kind != fromSource {
		n--
	}
	return text + "line " + strconv.Itoa(n) + ": "
}

// fatalf prints a message and ends the shell, or what an interactive one was doing.
func (s *Shell) fatalf(status int, format string, args ...any) {
	s.complain(format, args...)
	s.status = status
	panic(abort{status: status, discard: s.cfg.Flavour == Bash})
}

func (s *Shell) readonlyError(name string) {
	if s.cfg.Flavour == Bash {
		builtin := s.builtin
		s.builtin = ""
		s.complain("%s: readonly variable", name)
		s.builtin = builtin
		s.status = 1
		panic(abort{status: 1, discard: true})
	}
	s.fatalf(2, "%s: is read only", name)
}

// attempt runs f and reports whether it came through; what bash gives up here, it gives up alone.
func (s *Shell) attempt(f func()) (ok bool) {
	if s.cfg.Flavour != Bash {
		f()
		return true
	}
	defer func() {
		switch why := recover().(type) {
		case nil:
		case abort:
			if !why.discard || s.opts.interactive && why.status > 128 {
				panic(why)
			}
			s.status = why.status
			ok = false
		default:
			panic(why)
		}
	}()
	f()
	return true
}

// unsetError is set -u.
func (s *Shell) unsetError(name, _ string) {
	if s.cfg.Flavour == Bash {
		if isNumber(name) {
			name = "$" + name
		}
		s.complain("%s: unbound variable", name)
		if s.opts.interactive {
			s.status = 1
			panic(abort{status: 1})
		}
		panic(shellExit{s.fatalStatus()})
	}
	s.fatalf(2, "%s: parameter not set", name)
}

// fatalStatus is what bash ends with when an expansion cannot be made.
func (s *Shell) fatalStatus() int {
	if s.subshell || s.opts.errexit {
		return 1
	}
	return 127
}

func (s *Shell) badSubstitution(text string) {
	switch s.cfg.Flavour {
	case Bash:
		s.fatalf(1, "%s: bad substitution", text)
	case Dash:
		s.fatalf(2, "Bad substitution")
	}
	s.fatalf(2, "syntax error: bad substitution")
}

// errText is an error's words, as the C library of the image has them: "No such file or directory".
func (s *Shell) errText(err error) string {
	if e, ok := err.(proc.Errno); ok && s.cfg.Musl {
		return e.Musl()
	}
	return err.Error()
}

// openText is how ash and dash word the errors of opening a file.
func (s *Shell) openText(err error, creating bool) string {
	if err == proc.ENOTDIR {
		err = proc.ENOENT // to them it is one
	}
	switch {
	case err == proc.ENOENT && creating && s.cfg.Flavour == Dash:
		return "Directory nonexistent"
	case err == proc.ENOENT && s.cfg.Flavour == Dash:
		return "No such file"
	case err == proc.ENOENT && creating:
		return "nonexistent directory"
	case err == proc.ENOENT:
		return "no such file"
	}
	return s.errText(err)
}
