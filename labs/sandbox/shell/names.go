package shell

import (
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dockerlearn/labs/sandbox/proc"
)

// meaning is what a command's name stands for.
type meaning int

const (
	nothing meaning = iota
	keyword
	aliasName
	functionName
	builtinName
	program
)

// meaningOf finds out what a name stands for; for a program it tells the path, for an alias the text.
func (s *Shell) meaningOf(name string) (meaning, string) {
	if isReserved(name) || name == "in" && s.cfg.Flavour == Bash || s.extraKeyword(name) {
		return keyword, ""
	}
	if v, ok := s.aliases[name]; ok && (s.cfg.Flavour != Bash || s.opts.interactive || s.opts.expandAliases) {
		return aliasName, v
	}
	b, isBuiltin := s.builtinNamed(name)
	switch {
	case isBuiltin && b.special && s.cfg.Flavour != Bash:
		return builtinName, ""
	case s.funcs[name] != nil:
		return functionName, ""
	case isBuiltin:
		return builtinName, ""
	}
	hashed, known := s.hashed[name]
	at, err := s.find(name)
	if known {
		s.hashed[name] = hashed
	} else {
		delete(s.hashed, name)
	}
	if err == nil && s.mayRun(at) {
		return program, at
	}
	return nothing, ""
}

func (s *Shell) extraKeyword(name string) bool {
	switch name {
	case "[[", "function", "time", "select", "coproc":
		return s.cfg.Flavour == Bash || s.cfg.Flavour == Ash && name == "function"
	}
	return false
}

func (s *Shell) mayRun(path string) bool {
	st, err := s.sys.FS().Stat(path)
	return err == nil && (!st.IsDir() || s.cfg.Flavour != Bash) && s.sys.Access(path, proc.X_OK) == nil
}

func biType(s *Shell, a []string) int {
	args := a[1:]
	how := byte(0)
	if s.cfg.Flavour == Bash {
		var ok bool
		if args, ok = s.flags(a, "fptP", func(c byte, _ string) { how = c }); !ok {
			return 2
		}
	}
	status := 0
	for _, name := range args {
		if !s.typeOf(name, how) {
			status = 1
			if s.cfg.Flavour != Bash {
				status = 127
			}
		}
	}
	return status
}

func (s *Shell) typeOf(name string, how byte) bool {
	m, at := s.meaningOf(name)
	switch how {
	case 't':
		if m != nothing {
			s.print([...]string{"", "keyword", "alias", "function", "builtin", "file"}[m] + "\n")
		}
		return m != nothing
	case 'p', 'P':
		if m == program {
			s.print(at + "\n")
		}
		return m != nothing
	}
	return s.describe(name, m, at)
}

// describe is type's and command -V's sentence.
func (s *Shell) describe(name string, m meaning, at string) bool {
	bash := s.cfg.Flavour == Bash
	switch m {
	case keyword:
		s.print(name + " is a shell keyword\n")
	case aliasName:
		if bash {
			s.print(name + " is aliased to `" + at + "'\n")
		} else {
			s.print(name + " is an alias for " + at + "\n")
		}
	case functionName:
		if s.cfg.Flavour == Dash {
			s.print(name + " is a shell function\n")
		} else {
			s.print(name + " is a function\n")
		}
		if bash {
			s.print(s.functionText(name))
		}
	case builtinName:
		if b, _ := s.builtinNamed(name); !bash && b.special {
			s.print(name + " is a special shell builtin\n")
		} else {
			s.print(name + " is a shell builtin\n")
		}
	case program:
		if _, hashed := s.hashed[name]; hashed && !strings.Contains(name, "/") {
			s.describeHashed(name, at)
		} else {
			s.print(name + " is " + at + "\n")
		}
	default:
		if bash {
			s.complain("%s: not found", name)
		} else {
			s.print(name + ": not found\n")
		}
		return false
	}
	return true
}

func (s *Shell) describeHashed(name, at string) {
	switch s.cfg.Flavour {
	case Bash:
		s.print(name + " is hashed (" + at + ")\n")
	case Dash:
		s.print(name + " is a tracked alias for " + at + "\n")
	default:
		s.print(name + " is " + at + "\n")
	}
}

func (s *Shell) functionNames() []string { return slices.Sorted(maps.Keys(s.funcs)) }

// functionText is a function as bash prints it.
func (s *Shell) functionText(name string) string {
	fn := s.funcs[name]
	var b strings.Builder
	printer := syntax.NewPrinter(syntax.Indent(4), syntax.SpaceRedirects(true))
	body := fn.body
	if block, ok := body.Cmd.(*syntax.Block); ok {
		b.WriteString(name + " () \n{ \n")
		for i, st := range block.Stmts {
			var one strings.Builder
			if printer.Print(&one, st) != nil {
				continue
			}
			text := strings.ReplaceAll(strings.TrimRight(one.String(), "\n"), "\n", "\n    ")
			b.WriteString("    " + plain(text))
			if i < len(block.Stmts)-1 && !st.Background {
				b.WriteByte(';')
			}
			b.WriteByte('\n')
		}
		b.WriteString("}\n")
		return b.String()
	}
	b.WriteString(name + " () \n")
	printer.Print(&b, body)
	return plain(b.String()) + "\n"
}

func biCommand(s *Shell, a []string) int {
	how, defaultPath := byte(0), false
	args, ok := s.commandFlags(a, &how, &defaultPath)
	if !ok {
		return 2
	}
	if len(args) == 0 {
		return 0
	}
	if how == 0 {
		return s.runPlain(args, defaultPath)
	}
	status := 0
	for _, name := range args {
		m, at := s.meaningOf(name)
		switch {
		case how == 'V' && m == nothing && s.cfg.Flavour == Bash:
			s.complain("%s: not found", name)
		case how == 'V':
			s.describe(name, m, at)
		case m == aliasName:
			s.print("alias " + name + "=" + quoteAlways(at) + "\n")
		case m == program:
			s.print(at + "\n")
		case m != nothing:
			s.print(name + "\n")
		}
		if m == nothing {
			status = 127
			if s.cfg.Flavour == Bash {
				status = 1
			}
		}
		if s.cfg.Flavour == Ash || s.cfg.Flavour == Dash {
			break // they look at the first name only
		}
	}
	return status
}

func (s *Shell) commandFlags(a []string, how *byte, defaultPath *bool) ([]string, bool) {
	return s.flags(a, "pvV", func(c byte, _ string) {
		if c == 'p' {
			*defaultPath = true
		} else {
			*how = c
		}
	})
}

// runPlain runs a command that is no function: what command does.
func (s *Shell) runPlain(args []string, defaultPath bool) int {
	if b, ok := s.builtinNamed(args[0]); ok {
		was := s.inSpecial
		s.inSpecial = 0
		defer func() { s.inSpecial = was }()
		s.flush()
		if args[0] == "exec" {
			return s.commandExec(args)
		}
		return s.runBuiltin(b, args)
	}
	if defaultPath {
		path, err := s.sys.LookPath(args[0], proc.DefaultPath)
		if err == nil {
			return s.runFile(path, args)
		}
	}
	return s.runFile("", args)
}

// commandExec is command exec with a program.
func (s *Shell) commandExec(args []string) int {
	if len(args) == 1 {
		return 0
	}
	s.leaveSignals()
	s.exec(args[1:], s.vars.environ(), "exec")
	return 0
}

// runFile runs a program in a process of its own, found in PATH if no path is given.
func (s *Shell) runFile(path string, args []string) int {
	builtin := s.builtin
	s.builtin = ""
	defer func() { s.builtin = builtin }()
	s.flush()
	j := s.startJob(1, strings.Join(args, " "))
	j.fork(s, nil, func(child *Shell) {
		if path != "" {
			child.hashed[args[0]] = path
		}
		child.exec(args, child.vars.environ(), "")
	})
	s.finishForeground(j)
	return s.status
}

func biHash(s *Shell, a []string) int {
	forget := false
	letters := "r"
	if s.cfg.Flavour == Bash {
		letters = "rlt"
	}
	args, ok := s.flags(a, letters, func(c byte, _ string) { forget = forget || c == 'r' })
	if !ok {
		return 2
	}
	if forget {
		clear(s.hashed)
		return 0
	}
	if len(args) == 0 {
		s.listHashed()
		return 0
	}
	status := 0
	for _, name := range args {
		delete(s.hashed, name)
		if _, isBuiltin := s.builtinNamed(name); isBuiltin || s.funcs[name] != nil {
			continue
		}
		if _, err := s.find(name); err != nil {
			s.complain("%s: not found", name)
			status = 1
		}
	}
	return status
}

func (s *Shell) listHashed() {
	names := slices.Sorted(maps.Keys(s.hashed))
	if s.cfg.Flavour == Bash {
		if len(names) == 0 {
			s.print("hash: hash table empty\n")
			return
		}
		s.print("hits\tcommand\n")
	}
	for _, name := range names {
		if s.cfg.Flavour == Bash {
			s.print("   1\t")
		}
		s.print(s.hashed[name] + "\n")
	}
}

// biHelp lists the builtins.
func biHelp(s *Shell, _ []string) int {
	s.print("Built-in commands:\n------------------\n")
	line := "\t"
	for _, name := range slices.Sorted(maps.Keys(s.cfg.builtins)) {
		if len(line)+len(name) > 64 {
			s.print(strings.TrimRight(line, " ") + "\n")
			line = "\t"
		}
		line += name + " "
	}
	s.print(strings.TrimRight(line, " ") + "\n\n")
	return 0
}

// biHistory prints the lines that were typed.
func biHistory(s *Shell, _ []string) int {
	if s.editor == nil {
		return 0
	}
	for i, line := range s.editor.History() {
		s.print(padLeft(i, 5) + " " + line + "\n")
	}
	return 0
}

func padLeft(n, width int) string {
	text := formatInt(int64(n))
	return strings.Repeat(" ", max(width-len(text), 0)) + text
}
