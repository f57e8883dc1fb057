package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dockerlearn/labs/sandbox/proc"
)

// stmts runs a list of commands. tail says that the shell has nothing to do afterwards: its last command may take its
// place.
func (s *Shell) stmts(list []*syntax.Stmt, tail bool) {
	for i, st := range list {
		s.stmt(st, tail && i == len(list)-1)
		if s.ctl != onward {
			return
		}
	}
}

// stmt runs one command with its redirections, and what comes after each command: traps, set -e.
func (s *Shell) stmt(st *syntax.Stmt, tail bool) {
	s.sys.Step(1)
	s.line = s.lineOf(st)
	if st.Background {
		s.background(st)
		return
	}
	if st.Coprocess || st.Disown {
		s.fatalf(2, "coprocesses are not simulated")
	}
	if st.Negated {
		s.tested++
		s.redirected(st, false)
		s.tested--
		s.status = int(truth(s.status == 0))
	} else {
		s.redirected(st, tail && s.mayBeReplaced())
		s.errexit(st)
	}
	s.runTraps()
}

// within notes that a command runs inside of one that bash counts lines by.
func (s *Shell) within(c syntax.Node) (leave func()) {
	was := s.around
	s.around = int(c.Pos().Line())
	if s.script != nil {
		s.around += s.script.first
	}
	return func() { s.around = was }
}

// lineOf is where a command begins. Lines count from 1 in the text that is being executed.
func (s *Shell) lineOf(st *syntax.Stmt) int {
	n := int(st.Pos().Line())
	if s.script != nil {
		n += s.script.first
	}
	return n
}

// mayBeReplaced reports whether nothing of this shell is needed after its last command.
func (s *Shell) mayBeReplaced() bool {
	return !s.opts.interactive && !s.traps.any() && s.sourced == 0 && s.funcDepth == 0
}

// errexit is set -e: a command that failed where nobody asked ends the shell.
func (s *Shell) errexit(st *syntax.Stmt) {
	if s.status == 0 || s.tested > 0 || s.ctl != onward {
		return
	}
	switch c := st.Cmd.(type) {
	case *syntax.BinaryCmd:
		if c.Op == syntax.AndStmt || c.Op == syntax.OrStmt {
			return // the last command in the list has answered already
		}
	case *syntax.IfClause, *syntax.WhileClause, *syntax.ForClause, *syntax.CaseClause, *syntax.Block:
		return // what failed inside has answered already
	}
	s.trapERR()
	if s.opts.errexit {
		panic(shellExit{s.status})
	}
}

// redirected runs a command with its redirections in force, and takes them back.
func (s *Shell) redirected(st *syntax.Stmt, tail bool) {
	if len(st.Redirs) == 0 {
		s.command(st.Cmd, tail)
		return
	}
	if call, ok := st.Cmd.(*syntax.CallExpr); ok {
		s.call(call, st.Redirs, tail)
		return
	}
	if decl := s.declCall(st.Cmd); decl != nil {
		s.call(decl, st.Redirs, tail)
		return
	}
	if sub, ok := st.Cmd.(*syntax.Subshell); ok && !tail {
		s.redirectedSubshell(sub, st)
		return
	}
	undo, err := s.redirect(st.Redirs, true)
	defer undo()
	if err != nil {
		s.redirectError(err)
		return
	}
	if st.Cmd == nil {
		s.status = s.afterSubst()
		return
	}
	s.command(st.Cmd, tail)
}

// command runs a command without its redirections.
func (s *Shell) command(cmd syntax.Command, tail bool) {
	s.deeper()
	defer func() { s.depth-- }()
	switch c := cmd.(type) {
	case nil:
	case *syntax.CallExpr:
		s.call(c, nil, tail)
	case *syntax.BinaryCmd:
		s.binary(c, tail)
	case *syntax.Block:
		s.stmts(c.Stmts, tail && s.cfg.Flavour != Bash)
	case *syntax.Subshell:
		s.subshellCmd(c, tail)
	case *syntax.IfClause:
		s.ifClause(c, tail)
	case *syntax.WhileClause:
		s.whileClause(c)
	case *syntax.ForClause:
		s.forClause(c)
	case *syntax.CaseClause:
		s.caseClause(c, tail)
	case *syntax.FuncDecl:
		s.funcDecl(c, tail)
	case *syntax.ArithmCmd:
		s.arithmCmd(c)
	case *syntax.TestClause:
		s.status = s.testClause(c)
	case *syntax.DeclClause, *syntax.LetClause:
		s.call(s.declCall(c), nil, tail)
	case *syntax.TimeClause:
		s.timeClause(c)
	case *syntax.CoprocClause:
		s.fatalf(2, "coproc is not simulated")
	default:
		s.fatalf(2, "this construct is not simulated")
	}
}

// funcDecl defines a function. The parser takes what follows behind && or | for a part of the body, which it is not.
func (s *Shell) funcDecl(c *syntax.FuncDecl, tail bool) {
	if list, ok := c.Body.Cmd.(*syntax.BinaryCmd); ok {
		s.command(outOfBody(list, declare(c)), tail)
		return
	}
	s.funcs[c.Name.Value] = &function{body: c.Body, script: s.script}
	s.status = 0
}

// declare makes a function's declaration out of its body alone.
func declare(c *syntax.FuncDecl) func(body *syntax.Stmt) syntax.Command {
	return func(body *syntax.Stmt) syntax.Command {
		decl := *c
		decl.Body = body
		return &decl
	}
}

// outOfBody puts what replace makes of the left end of a list, a function's body, in its place.
func outOfBody(list *syntax.BinaryCmd, replace func(body *syntax.Stmt) syntax.Command) *syntax.BinaryCmd {
	left := *list.X
	if inner, ok := left.Cmd.(*syntax.BinaryCmd); ok {
		left.Cmd = outOfBody(inner, replace)
	} else {
		left = syntax.Stmt{Position: list.X.Position, Cmd: replace(list.X)}
	}
	moved := *list
	moved.X = &left
	return &moved
}

// leftToRight mends a || f() { …; } && b, where the parser takes && b for a part of the function.
func leftToRight(c *syntax.BinaryCmd) *syntax.BinaryCmd {
	decl, ok := c.Y.Cmd.(*syntax.FuncDecl)
	if !ok {
		return c
	}
	list, ok := decl.Body.Cmd.(*syntax.BinaryCmd)
	if !ok || isPipe(list) {
		return c
	}
	return outOfBody(list, func(body *syntax.Stmt) syntax.Command {
		first := *c
		first.Y = &syntax.Stmt{Position: c.Y.Position, Cmd: declare(decl)(body)}
		return &first
	})
}

// binary is &&, || and |.
func (s *Shell) binary(c *syntax.BinaryCmd, tail bool) {
	if c.Op == syntax.Pipe || c.Op == syntax.PipeAll {
		s.pipeline(c)
		return
	}
	c = leftToRight(c)
	s.tested++
	s.stmt(c.X, false)
	s.tested--
	if s.ctl != onward || (s.status == 0) != (c.Op == syntax.AndStmt) {
		return
	}
	s.stmt(c.Y, tail)
}

// subshellCmd is ( … ): a process, except where this one has nothing else to do.
func (s *Shell) subshellCmd(c *syntax.Subshell, tail bool) {
	if tail {
		s.enterSubshell()
		s.subshell = true
		s.jobs = jobTable{}
		s.traps = s.traps.forSubshell()
		s.stmts(c.Stmts, true)
		panic(shellExit{s.status})
	}
	j := s.startJob(1, s.textOf(c))
	j.fork(s, nil, func(child *Shell) { child.stmts(c.Stmts, true) })
	s.finishForeground(j)
}

// redirectedSubshell is ( … ) >file. The process redirects, not the shell, which may have to tell how it died.
func (s *Shell) redirectedSubshell(c *syntax.Subshell, st *syntax.Stmt) {
	j := s.startJob(1, s.textOf(st))
	j.fork(s, nil, func(child *Shell) {
		if _, err := child.redirect(st.Redirs, false); err != nil {
			child.redirectError(err)
			panic(shellExit{child.status})
		}
		child.stmts(c.Stmts, true)
	})
	s.finishForeground(j)
}

func (s *Shell) ifClause(c *syntax.IfClause, tail bool) {
	for ; c != nil; c = c.Else {
		if !c.ThenPos.IsValid() { // else
			s.stmts(c.Then, tail)
			return
		}
		s.tested++
		s.stmts(c.Cond, false)
		s.tested--
		if s.ctl != onward {
			return
		}
		if s.status == 0 {
			s.stmts(c.Then, tail)
			return
		}
	}
	s.status = 0
}

func (s *Shell) whileClause(c *syntax.WhileClause) {
	status := 0
	s.loops++
	defer func() { s.loops-- }()
	for {
		s.tested++
		s.stmts(c.Cond, false)
		s.tested--
		if s.ctl != onward {
			if s.loopJump() {
				continue
			}
			break
		}
		if (s.status == 0) == c.Until {
			break
		}
		s.stmts(c.Do, false)
		status = s.status
		if s.ctl != onward && !s.loopJump() {
			break
		}
	}
	if s.ctl == onward {
		s.status = status
	}
}

// loopJump takes break and continue as far as they concern this loop, and reports whether it goes on.
func (s *Shell) loopJump() bool {
	switch s.ctl {
	case breaking:
		if s.ctlLevels--; s.ctlLevels <= 0 {
			s.ctl = onward
		}
	case continuing:
		if s.ctlLevels--; s.ctlLevels <= 0 {
			s.ctl = onward
			return true
		}
	}
	return false
}

func (s *Shell) forClause(c *syntax.ForClause) {
	defer s.within(c)()
	if c.Select {
		s.fatalf(2, "select is not simulated")
	}
	if loop, ok := c.Loop.(*syntax.CStyleLoop); ok {
		s.arithFor(c, loop)
		return
	}
	iter := c.Loop.(*syntax.WordIter)
	items := s.args
	if iter.InPos.IsValid() {
		items = s.fields(iter.Items)
	}
	if !isName(iter.Name.Value) {
		s.fatalf(1, "`%s': not a valid identifier", iter.Name.Value)
	}
	s.loops++
	defer func() { s.loops-- }()
	status := 0
	for _, item := range items {
		s.traceHeader(func() string { return "for " + iter.Name.Value + " in " + s.tracedWords(iter.Items) })
		if !s.attempt(func() { s.setVar(iter.Name.Value, item) }) {
			return
		}
		s.sys.Step(1)
		s.stmts(c.Do, false)
		status = s.status
		if s.ctl != onward && !s.loopJump() {
			break
		}
	}
	if s.ctl == onward {
		s.status = status
	}
}

// arithFor is bash's for ((a; b; c)).
func (s *Shell) arithFor(c *syntax.ForClause, loop *syntax.CStyleLoop) {
	if loop.Init != nil {
		s.arithExpr(loop.Init)
	}
	s.loops++
	defer func() { s.loops-- }()
	status := 0
	for loop.Cond == nil || s.arithExpr(loop.Cond) != 0 {
		s.sys.Step(1)
		s.stmts(c.Do, false)
		status = s.status
		if s.ctl != onward && !s.loopJump() {
			break
		}
		if loop.Post != nil {
			s.arithExpr(loop.Post)
		}
	}
	if s.ctl == onward {
		s.status = status
	}
}

func (s *Shell) caseClause(c *syntax.CaseClause, tail bool) {
	defer s.within(c)()
	word := s.one(c.Word, false)
	s.traceHeader(func() string { return "case " + s.script.slice(c.Word) + " in" })
	s.status = 0
	m := s.matcher()
	fall := false
	for _, item := range c.Items {
		if !fall && !s.caseMatches(m, item, word) {
			continue
		}
		s.stmts(item.Stmts, tail && item.Op == syntax.Break)
		if s.ctl != onward {
			return
		}
		switch item.Op {
		case syntax.Fallthrough:
			fall = true
		case syntax.Resume:
			fall = false
		default:
			return
		}
	}
}

func (s *Shell) tracedWords(words []*syntax.Word) string {
	var list []string
	for _, w := range words {
		list = append(list, s.script.slice(w))
	}
	return strings.Join(list, " ")
}

func (s *Shell) caseMatches(m *matcher, item *syntax.CaseItem, word string) bool {
	for _, w := range item.Patterns {
		if m.match(s.pattern(w), word) {
			return true
		}
	}
	return false
}

// background runs a command in a process that nobody waits for.
func (s *Shell) background(st *syntax.Stmt) {
	fg := *st
	fg.Background = false
	fg.Semicolon = syntax.Pos{}
	j := s.startJob(pipelineLength(&fg), s.backgroundText(st))
	if c, ok := fg.Cmd.(*syntax.BinaryCmd); ok && c.Op == syntax.Pipe && !fg.Negated && len(fg.Redirs) == 0 {
		s.startPipeline(j, c, true)
	} else {
		j.fork(s, &forkOptions{background: true}, func(child *Shell) { child.stmt(&fg, true) })
	}
	s.jobs.announce(s, j)
	s.status = 0
}

func (s *Shell) backgroundText(st *syntax.Stmt) string {
	return trimJobText(s.textOf(st))
}

// timeClause is the reserved word time.
func (s *Shell) timeClause(c *syntax.TimeClause) {
	began := s.sys.Now()
	self, kids := s.sys.CPUTime()
	if c.Stmt != nil {
		s.stmt(c.Stmt, false)
	}
	self2, kids2 := s.sys.CPUTime()
	s.reportTime(spent{real: s.sys.Now().Sub(began), user: self2 - self + kids2 - kids}, c.PosixFormat)
}

// enterSubshell is what a shell does that has just become a process of its own.
func (s *Shell) enterSubshell() {
	if s.sys.SignalAction(proc.SIGINT) == proc.Catch { // an interactive shell's, or a session's
		s.sys.Signal(proc.SIGINT, s.disposition(proc.SIGINT))
	}
	s.traps.resetSignals(s)
	s.held = 0
}

// signalsOfJobs are the signals that an interactive shell ignores and its jobs do not.
var signalsOfJobs = []proc.Signal{proc.SIGTSTP, proc.SIGTTIN, proc.SIGTTOU}
