package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dockerlearn/labs/sandbox/proc"
)

// function is a function's body and the text that it came from.
type function struct {
	body   *syntax.Stmt
	script *script
}

type functions map[string]*function

func (f functions) clone() functions {
	c := make(functions, len(f))
	for k, v := range f {
		c[k] = v
	}
	return c
}

// call runs a simple command: assignments, words, redirections.
func (s *Shell) call(c *syntax.CallExpr, redirs []*syntax.Redirect, tail bool) {
	if text, alias, ok := s.aliased(c, redirs); ok {
		s.runAlias(text, alias, tail)
		return
	}
	s.substCode = -1
	openSubsts := len(s.openSubsts)
	args := s.arguments(c)
	if len(args) == 0 {
		s.bare(c, redirs)
		return
	}
	s.dispatch(c, args, redirs, tail)
	s.notePipeStatus()
	if n := args[len(args)-1]; s.cfg.Flavour != Dash {
		s.lastArg = n
	}
	for len(s.openSubsts) > openSubsts {
		n := len(s.openSubsts) - 1
		s.sys.Close(s.openSubsts[n])
		s.openSubsts = s.openSubsts[:n]
	}
}

// arguments expands a command's words. The arguments of export and its like that are assignments are not split.
func (s *Shell) arguments(c *syntax.CallExpr) []string {
	if len(c.Args) > 1 && isDeclaring(c.Args[0].Lit()) {
		args := []string{c.Args[0].Lit()}
		for _, w := range c.Args[1:] {
			if isAssignment(w) {
				args = append(args, s.one(w, true))
			} else {
				args = s.wordFields(args, w)
			}
		}
		return args
	}
	return s.fields(c.Args)
}

func isDeclaring(name string) bool {
	switch name {
	case "export", "readonly", "local", "declare", "typeset", "alias":
		return true
	}
	return false
}

func isAssignment(w *syntax.Word) bool {
	if len(w.Parts) == 0 {
		return false
	}
	lit, ok := w.Parts[0].(*syntax.Lit)
	if !ok {
		return false
	}
	name, _, found := strings.Cut(lit.Value, "=")
	return found && isName(name)
}

// bare is a command of assignments and redirections only.
func (s *Shell) bare(c *syntax.CallExpr, redirs []*syntax.Redirect) {
	undo, err := s.redirect(redirs, true)
	defer undo()
	if err != nil {
		s.redirectError(err)
		return
	}
	s.traceBare(func() {
		for _, a := range c.Assigns {
			s.assign(a)
		}
	})
	s.status = s.afterSubst()
}

// assign is name=value among a command's words.
func (s *Shell) assign(a *syntax.Assign) {
	name := a.Name.Value
	if s.cfg.Flavour == Bash {
		if a.Array != nil {
			s.setArray(name, a.Array, a.Append)
			return
		}
		if a.Index != nil {
			s.assignElement(a)
			return
		}
	}
	value := s.one(a.Value, true)
	if a.Append {
		value = s.appended(name, value)
	}
	s.traceAssign(name, value)
	s.setVar(name, value)
}

func (s *Shell) appended(name, value string) string {
	old, _ := s.vars.get(name)
	if s.vars.m[name].integer {
		return formatInt(s.arithValue(old) + s.arithValue(value))
	}
	return old + value
}

func (s *Shell) assignElement(a *syntax.Assign) {
	name := a.Name.Value
	key := s.indexKey(name, a.Index)
	value := s.one(a.Value, true)
	if x := s.vars.m[name]; a.Append && x.list != nil {
		value = x.list.at[key] + value
	}
	s.setElement(name, key, value)
}

// dispatch finds out what a command's name means, and runs it.
func (s *Shell) dispatch(c *syntax.CallExpr, args []string, redirs []*syntax.Redirect, tail bool) {
	name := args[0]
	b, isBuiltin := s.builtinNamed(name)
	fn := s.funcs[name]
	switch {
	case isBuiltin && b.special && (fn == nil || s.cfg.Flavour != Bash):
		s.special(c, b, args, redirs)
	case fn != nil:
		s.withAssigns(c, args, redirs, func() { s.callFunction(name, fn, args[1:]) })
	case isBuiltin:
		s.withAssigns(c, args, redirs, func() { s.status = s.runBuiltin(b, args) })
	default:
		s.external(c, args, redirs, tail)
	}
}

// special runs a special builtin: outside of bash its assignments stay, and an error ends the shell.
func (s *Shell) special(c *syntax.CallExpr, b *builtin, args []string, redirs []*syntax.Redirect) {
	if s.cfg.Flavour == Bash {
		if args[0] == "exec" {
			s.traceCall(c, args)
			s.execBuiltin(c, args, redirs)
			return
		}
		s.withAssigns(c, args, redirs, func() { s.status = s.runBuiltin(b, args) })
		return
	}
	if args[0] == "exec" {
		s.traceCall(c, args)
		s.execBuiltin(c, args, redirs)
		return
	}
	undo, err := s.redirect(redirs, true)
	defer undo()
	if err != nil {
		s.redirectError(err)
		panic(abort{status: s.status})
	}
	s.traceCall(c, args)
	for _, a := range c.Assigns {
		s.assign(a)
	}
	s.inSpecial++
	s.status = s.runBuiltin(b, args)
	s.inSpecial--
}

// withAssigns runs f with a command's assignments and redirections in force, and takes both back.
func (s *Shell) withAssigns(c *syntax.CallExpr, args []string, redirs []*syntax.Redirect, f func()) {
	if s.cfg.Flavour == Bash {
		if len(c.Assigns) > 0 {
			defer s.assignFor(c.Assigns)()
		}
		s.traceCall(c, args)
	}
	if len(redirs) > 0 {
		undo, err := s.redirect(redirs, true)
		defer undo()
		if err != nil {
			s.redirectError(err)
			return
		}
	}
	if s.cfg.Flavour != Bash {
		s.traceCall(c, args)
		if len(c.Assigns) > 0 {
			defer s.assignFor(c.Assigns)()
		}
	}
	f()
}

// assignFor makes the assignments before a command, exported, and returns what takes them back.
func (s *Shell) assignFor(assigns []*syntax.Assign) (undo func()) {
	type saved struct {
		name string
		old  variable
		was  bool
	}
	var olds []saved
	for _, a := range assigns {
		name := a.Name.Value
		old, was := s.vars.m[name]
		if !s.attempt(func() { s.assign(a) }) {
			continue
		}
		olds = append(olds, saved{name, old, was})
		x := s.vars.m[name]
		x.exported = true
		s.vars.put(name, x)
	}
	return func() {
		for i := len(olds) - 1; i >= 0; i-- {
			o := olds[i]
			s.vars.env = nil
			if !o.was {
				delete(s.vars.m, o.name)
				continue
			}
			s.vars.put(o.name, o.old)
			if o.name == "PATH" {
				clear(s.hashed)
			}
		}
	}
}

// callFunction runs a function's body with its own positional parameters and local variables.
func (s *Shell) callFunction(name string, fn *function, args []string) {
	if s.funcDepth >= 1000 && s.cfg.Flavour == Dash {
		s.fatalf(2, "Maximum function recursion depth (1000) reached")
	}
	oldArgs, oldScript, oldOpts, oldLoops := s.args, s.script, s.getopts, s.loops
	s.args, s.script = args, fn.script
	if s.cfg.Flavour != Ash {
		s.loops = 0 // in ash, break in a function reaches the caller's loop
	}
	if s.cfg.Flavour != Bash {
		s.getopts = newGetopts()
	}
	s.funcDepth++
	s.calls = append(s.calls, name)
	s.pushScope()
	s.deeper()
	leave := s.within(fn.body)
	defer func() {
		leave()
		s.depth--
		s.funcDepth--
		s.calls = s.calls[:len(s.calls)-1]
		s.popScope()
		s.args, s.script, s.loops = oldArgs, oldScript, oldLoops
		if s.cfg.Flavour != Bash {
			s.getopts = oldOpts
		}
	}()
	s.sys.Step(1)
	s.stmt(fn.body, false)
	if s.ctl == returning {
		s.ctl = onward
	}
}

// external runs a program in a process of its own; in this one, if the shell has nothing else to do. dash and ash
// redirect before they fork, so that what they say of its death goes where its own messages go.
func (s *Shell) external(c *syntax.CallExpr, args []string, redirs []*syntax.Redirect, tail bool) {
	if tail {
		s.becomeCommand(c, args, redirs)
	}
	if len(c.Assigns) == 0 {
		s.find(args[0]) // so that this shell remembers where it is
	}
	text := args[0]
	if s.opts.monitor || s.cfg.Flavour == Bash {
		text = s.textOf(c)
	}
	if s.cfg.Flavour != Bash {
		undo, err := s.redirect(redirs, true)
		defer undo()
		if err != nil {
			s.redirectError(err)
			return
		}
		redirs = nil
	} else if len(redirs) > 0 {
		text = s.script.commandText(&syntax.Stmt{Cmd: c, Redirs: redirs})
	}
	j := s.startJob(1, text)
	j.fork(s, nil, func(child *Shell) {
		child.becomeCommand(c, args, redirs)
	})
	s.finishForeground(j)
}

// becomeCommand replaces the shell by a program, or ends it with the reason why not.
func (s *Shell) becomeCommand(c *syntax.CallExpr, args []string, redirs []*syntax.Redirect) {
	if s.cfg.Flavour == Bash {
		s.assignFor(c.Assigns)
		s.traceCall(c, args)
	}
	if _, err := s.redirect(redirs, s.opts.xtrace); err != nil {
		s.redirectError(err)
		panic(shellExit{s.status})
	}
	if s.cfg.Flavour != Bash {
		s.traceCall(c, args)
		s.assignFor(c.Assigns)
	}
	s.exec(args, s.vars.environ(), "")
}

// exec replaces the shell, or ends it with what real shells say.
func (s *Shell) exec(args, env []string, builtin string) { s.execAs("", args, env, builtin) }

// execAs is exec under another name, unless that is "".
func (s *Shell) execAs(as string, args, env []string, builtin string) {
	path, err := s.find(args[0])
	if err == nil {
		argv := args
		if as != "" {
			argv = append([]string{as}, args[1:]...)
		}
		err = s.sys.Exec(path, argv, env)
		if err == proc.ENOEXEC {
			s.interpret(path, args)
		}
	}
	if builtin != "" {
		s.builtin = builtin
	}
	panic(shellExit{s.execFailed(args[0], path, err)})
}

// execFailed says why a program could not be started, and returns the exit status that means it.
func (s *Shell) execFailed(name, path string, err error) int {
	status := 126
	slash := strings.Contains(name, "/")
	text := s.errText(err)
	if err == proc.ENOTDIR && s.cfg.Flavour != Bash {
		err = proc.ENOENT
	}
	switch {
	case err == proc.ENOENT && slash && s.cfg.Flavour == Bash && s.exists(path):
		text, status = "cannot execute: required file not found", 127
	case err == proc.ENOENT && slash && s.cfg.Flavour == Bash:
		status = 127
	case err == proc.ENOENT && s.cfg.Flavour == Bash && s.emptyPath():
		status = 127
	case name == "" && s.cfg.Flavour != Bash:
		text, status = s.errText(proc.EACCES), 127
	case err == proc.ENOENT && s.builtin == "exec":
		text, status = "not found", 127
	case err == proc.ENOENT:
		text, status = s.notFoundWhat, 127
	case err == proc.EACCES && s.cfg.Flavour == Bash && s.isDir(path):
		text = "Is a directory"
	}
	s.complain("%s: %s", name, text)
	if status == 127 && s.cfg.Suggest != nil && !slash {
		if line := s.cfg.Suggest(name); line != "" {
			s.warn(line)
		}
	}
	return status
}

func (s *Shell) emptyPath() bool {
	path, set := s.vars.get("PATH")
	return set && path == ""
}

// find is where a command is: by its path, or by PATH.
func (s *Shell) find(name string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil
	}
	if path, ok := s.hashed[name]; ok {
		return path, nil
	}
	path, set := s.vars.get("PATH")
	if !set {
		path = proc.DefaultPath
	}
	at, err := s.sys.LookPath(name, path)
	if err == nil && strings.HasPrefix(at, "/") {
		s.hashed[name] = at
	}
	return at, err
}

// interpret runs a text file without #! in this very process, as shells do.
func (s *Shell) interpret(path string, args []string) {
	fd, err := s.sys.Open(path, proc.O_RDONLY|proc.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	fresh := newShell(s.sys, s.cfg)
	fresh.vars.imports(s.vars.environ())
	fresh.name, fresh.prefix, fresh.fromFile = args[0], args[0], true
	fresh.args = args[1:]
	fresh.startup()
	code := fresh.run(func() {
		fresh.execute(&script{kind: fromFile, name: path}, fresh.fdLines(fd, false), false)
	})
	panic(shellExit{int(code)})
}

// execBuiltin is exec: with a command it replaces the shell, without one its redirections stay.
func (s *Shell) execBuiltin(c *syntax.CallExpr, args []string, redirs []*syntax.Redirect) {
	if _, err := s.redirect(redirs, false); err != nil {
		s.redirectError(err)
		if s.cfg.Flavour != Bash {
			panic(abort{status: s.status})
		}
		return
	}
	for _, a := range c.Assigns {
		s.assign(a)
		x := s.vars.m[a.Name.Value]
		x.exported = true
		s.vars.put(a.Name.Value, x)
	}
	args, name := s.execArguments(args[1:])
	s.status = s.afterSubst()
	if len(args) == 0 {
		return
	}
	s.leaveSignals()
	s.execAs(name, args, s.vars.environ(), "exec")
}

// execArguments takes exec's options: -a NAME, which dash does not have.
func (s *Shell) execArguments(args []string) (rest []string, name string) {
	for len(args) > 0 {
		switch {
		case args[0] == "--":
			return args[1:], name
		case args[0] == "-a" && len(args) > 1 && s.cfg.Flavour != Dash:
			name, args = args[1], args[2:]
		default:
			return args, name
		}
	}
	return nil, name
}

// leaveSignals undoes what an interactive shell did to its signals, for a program that takes its place.
func (s *Shell) leaveSignals() {
	if !s.opts.interactive {
		return
	}
	for _, sig := range append([]proc.Signal{proc.SIGINT, proc.SIGQUIT, proc.SIGTERM}, signalsOfJobs...) {
		if a, ok := s.traps.actions[sig]; !ok || a != "" {
			s.sys.Signal(sig, proc.Default)
		}
	}
}

// declCall turns a declaration clause, which the parser knows in bash's language, back into a command.
func (s *Shell) declCall(cmd syntax.Command) *syntax.CallExpr {
	switch c := cmd.(type) {
	case *syntax.DeclClause:
		if s.cfg.Flavour == Bash && hasArray(c) {
			s.declareArrays(c)
		}
		call := &syntax.CallExpr{Args: []*syntax.Word{litWord(c.Variant)}}
		for _, a := range c.Args {
			if w := s.assignWord(a); w != nil {
				call.Args = append(call.Args, w)
			}
		}
		return call
	case *syntax.LetClause:
		call := &syntax.CallExpr{Args: []*syntax.Word{litWord(&syntax.Lit{ValuePos: c.Let, Value: "let"})}}
		for _, x := range c.Exprs {
			call.Args = append(call.Args, s.exprWord(x))
		}
		return call
	}
	return nil
}

func litWord(l *syntax.Lit) *syntax.Word { return &syntax.Word{Parts: []syntax.WordPart{l}} }

// assignWord is an argument of a declaration as the word that it was.
func (s *Shell) assignWord(a *syntax.Assign) *syntax.Word {
	if a.Name == nil {
		return a.Value
	}
	if a.Array != nil {
		return litWord(&syntax.Lit{ValuePos: a.Name.ValuePos, ValueEnd: a.Name.ValueEnd, Value: a.Name.Value})
	}
	text := a.Name.Value
	if a.Index != nil {
		text += "[" + s.script.slice(a.Index) + "]"
	}
	switch {
	case a.Append:
		text += "+="
	case !a.Naked:
		text += "="
	}
	w := litWord(&syntax.Lit{ValuePos: a.Name.ValuePos, ValueEnd: a.Name.ValueEnd, Value: text})
	if a.Value != nil {
		w.Parts = append(w.Parts, a.Value.Parts...)
	}
	return w
}

// exprWord is an argument of let as a word; its expansions were expanded by the shell before let sees it.
func (s *Shell) exprWord(x syntax.ArithmExpr) *syntax.Word {
	if w, ok := x.(*syntax.Word); ok {
		return w
	}
	return &syntax.Word{
		Parts: []syntax.WordPart{
			&syntax.SglQuoted{Left: x.Pos(), Right: x.End(), Value: s.arithText(x, x.Pos(), x.End())},
		},
	}
}
