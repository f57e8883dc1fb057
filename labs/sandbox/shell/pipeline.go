package shell

import (
	"bytes"

	"mvdan.cc/sh/v3/syntax"

	"dockerlearn/labs/sandbox/proc"
)

// stages is the commands of a pipeline from left to right. The parser nests them to the left.
func stages(c *syntax.BinaryCmd) (list []*syntax.Stmt, ops []syntax.BinCmdOperator) {
	x := c.X
	if inner, ok := x.Cmd.(*syntax.BinaryCmd); ok && isPipe(inner) && len(x.Redirs) == 0 && !x.Negated {
		list, ops = stages(inner)
	} else {
		list = []*syntax.Stmt{x}
	}
	return append(list, c.Y), append(ops, c.Op)
}

func isPipe(c *syntax.BinaryCmd) bool { return c.Op == syntax.Pipe || c.Op == syntax.PipeAll }

func pipelineLength(st *syntax.Stmt) int {
	if c, ok := st.Cmd.(*syntax.BinaryCmd); ok && isPipe(c) {
		list, _ := stages(c)
		return len(list)
	}
	return 1
}

// pipeline runs a | b | c: a process each, and waits for all.
func (s *Shell) pipeline(c *syntax.BinaryCmd) {
	list, _ := stages(c)
	j := s.startJob(len(list), s.textOf(c))
	s.startPipeline(j, c, false)
	s.finishForeground(j)
}

func (s *Shell) startPipeline(j *job, c *syntax.BinaryCmd, background bool) {
	list, ops := stages(c)
	if s.cfg.Flavour == Bash || s.opts.monitor {
		for _, st := range list {
			j.stages = append(j.stages, s.textOf(st))
		}
	}
	in := -1
	for i, st := range list {
		out, next := -1, -1
		if i < len(list)-1 {
			r, w, err := s.sys.Pipe()
			if err != nil {
				s.fatalf(2, "%s", s.pipeText(err))
			}
			out, next = w, r
		}
		both := i < len(ops) && ops[i] == syntax.PipeAll
		j.fork(s, &forkOptions{background: background, in: in, out: out, other: next, both: both, piped: true},
			func(child *Shell) {
				if _, simple := st.Cmd.(*syntax.CallExpr); simple || s.cfg.Flavour == Ash {
					child.jobs = s.jobs.inherited(s.cfg.Flavour)
				}
				child.stmt(st, true)
			})
		s.closeFD(in)
		s.closeFD(out)
		in = next
	}
}

func (s *Shell) closeFD(fd int) {
	if fd >= 0 {
		s.sys.Close(fd)
	}
}

func (s *Shell) pipeText(err error) string {
	if s.cfg.Flavour == Bash {
		return "pipe error: " + s.errText(err)
	}
	if s.cfg.Flavour == Dash {
		return "Pipe call failed"
	}
	return "can't create pipe: " + s.errText(err)
}

// connect gives a stage of a pipeline its ends.
func (o *forkOptions) connect(sys proc.Sys) {
	if !o.piped {
		return
	}
	if o.other >= 0 {
		sys.Close(o.other)
	}
	if o.in >= 0 {
		sys.Dup2(o.in, 0)
		sys.Close(o.in)
	}
	if o.out >= 0 {
		sys.Dup2(o.out, 1)
		if o.both {
			sys.Dup2(o.out, 2)
		}
		sys.Close(o.out)
	}
}

// commandSubst is $(…): what the commands print, without the newlines at the end.
func (s *Shell) commandSubst(c *syntax.CmdSubst) string {
	if c.TempFile || c.ReplyVar {
		s.fatalf(2, "${ …; } is not simulated")
	}
	if file := s.onlyInput(c); file != nil {
		return s.fileSubst(file)
	}
	r, w, err := s.sys.Pipe()
	if err != nil {
		s.fatalf(2, "%s", s.pipeText(err))
	}
	s.deeper()
	pid, err := s.fork(func(child *Shell) {
		child.sys.Close(r)
		child.sys.Dup2(w, 1)
		child.sys.Close(w)
		if child.cfg.Flavour == Bash && !child.opts.posix {
			child.opts.errexit = false
		}
		child.jobs = s.jobs.inherited(s.cfg.Flavour)
		child.tested = 0
		child.substDepth++
		if child.cfg.Flavour != Dash {
			child.traps.shown = child.traps.outer
		}
		if child.cfg.Flavour == Ash {
			child.opts.errexit = false
		}
		child.stmts(c.Stmts, true)
	})
	s.depth--
	s.sys.Close(w)
	if err != nil {
		s.sys.Close(r)
		s.forkError(err)
	}
	text := s.readAll(r)
	s.sys.Close(r)
	s.substCode = s.waitPID(pid)
	return text
}

// readAll reads a descriptor to its end, and leaves out NULs and the last newlines.
func (s *Shell) readAll(fd int) string {
	var text []byte
	var charged int64
	nuls := false
	buf := make([]byte, 4096)
	for {
		n, err := s.sys.Read(fd, buf)
		if err == proc.EINTR {
			continue // the trap runs after the command
		}
		if n == 0 || err != nil {
			break
		}
		part := buf[:n]
		s.sys.Step(n / takenPerStep)
		if bytes.IndexByte(part, 0) >= 0 {
			nuls = true
			part = withoutNuls(part)
		}
		text = append(text, part...)
		if n := 2 * int64(cap(text)); n > charged+4096 {
			s.sys.Alloc(n - charged)
			charged = n
		}
	}
	s.sys.Free(charged)
	if nuls && s.cfg.Flavour == Bash {
		s.complain("warning: command substitution: ignored null byte in input")
	}
	for len(text) > 0 && text[len(text)-1] == '\n' {
		text = text[:len(text)-1]
	}
	return string(text)
}

// onlyInput is the redirection of bash's $(<file).
func (s *Shell) onlyInput(c *syntax.CmdSubst) *syntax.Redirect {
	if s.cfg.Flavour != Bash || len(c.Stmts) != 1 {
		return nil
	}
	st := c.Stmts[0]
	if st.Cmd != nil || len(st.Redirs) != 1 || st.Redirs[0].Op != syntax.RdrIn {
		return nil
	}
	return st.Redirs[0]
}

func (s *Shell) fileSubst(r *syntax.Redirect) string {
	undo, err := s.redirect([]*syntax.Redirect{r}, true)
	defer undo()
	if err != nil {
		s.redirectError(err)
		s.substCode = 1
		return ""
	}
	s.substCode = 0
	return s.readAll(0)
}

// afterSubst is the status of a command that has no name: that of the last command substitution in it.
func (s *Shell) afterSubst() int {
	code := max(s.substCode, 0)
	s.substCode = -1
	return code
}

// processSubst is <(…) and >(…): the name of a descriptor that leads to the commands.
func (s *Shell) processSubst(p *syntax.ProcSubst) string {
	if s.cfg.Flavour == Dash {
		s.fatalf(2, "Syntax error: \"(\" unexpected")
	}
	r, w, err := s.sys.Pipe()
	if err != nil {
		s.fatalf(2, "%s", s.pipeText(err))
	}
	mine, theirs, std := r, w, 1
	if p.Op == syntax.CmdOut {
		mine, theirs, std = w, r, 0
	}
	pid, err := s.fork(func(child *Shell) {
		child.sys.Close(mine)
		child.sys.Dup2(theirs, std)
		child.sys.Close(theirs)
		child.stmts(p.Stmts, true)
	})
	s.sys.Close(theirs)
	if err != nil {
		s.forkError(err)
	}
	s.jobs.helper(pid)
	fd, err := s.sys.Dup(mine, 60, false)
	if err != nil {
		fd = mine
	} else {
		s.sys.Close(mine)
	}
	s.openSubsts = append(s.openSubsts, fd)
	return "/dev/fd/" + formatInt(int64(fd))
}

// takenPerStep is how many bytes of a command's output a shell takes in a step: it looks at each of them.
const takenPerStep = 128

// withoutNuls takes the zero bytes out, in place: a stretch at a time, as there may be many and nothing else.
func withoutNuls(b []byte) []byte {
	kept := b[:0]
	for len(b) > 0 {
		b = bytes.TrimLeft(b, "\x00")
		n := bytes.IndexByte(b, 0)
		if n < 0 {
			n = len(b)
		}
		kept = append(kept, b[:n]...)
		b = b[n:]
	}
	return kept
}
