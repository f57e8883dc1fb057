package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dockerlearn/labs/sandbox/proc"
)

// redirError is why a redirection failed, in the shell's words.
type redirError struct{ text string }

func (e redirError) Error() string { return e.text }

// savedFD is a descriptor that a redirection hid: where it is kept, -1 if it was closed.
type savedFD struct{ fd, kept int }

// redirect puts redirections into force, from left to right. With save they can be taken back.
func (s *Shell) redirect(list []*syntax.Redirect, save bool) (undo func(), err error) {
	if len(list) == 0 {
		return func() {}, nil
	}
	var saved []savedFD
	was := s.keptErr
	undo = func() {
		s.keptErr = was
		s.restore(saved)
	}
	for _, r := range list {
		if err := s.redirectOne(r, save, &saved); err != nil {
			return undo, err
		}
	}
	return undo, nil
}

func (s *Shell) restore(saved []savedFD) {
	if s.sys.Leaving() {
		return
	}
	for i := len(saved) - 1; i >= 0; i-- {
		v := saved[i]
		if v.kept < 0 {
			s.sys.Close(v.fd)
			continue
		}
		s.sys.Dup2(v.kept, v.fd)
		s.sys.Close(v.kept)
	}
}

// firstSaved is where shells keep descriptors that nobody else should see.
const firstSaved = 10

func (s *Shell) saveFD(fd int, saved *[]savedFD) {
	kept, err := s.sys.Dup(fd, firstSaved, true)
	if err != nil {
		kept = -1
	}
	if fd == 2 {
		s.keptErr = kept
	}
	*saved = append(*saved, savedFD{fd, kept})
}

func (s *Shell) redirectOne(r *syntax.Redirect, save bool, saved *[]savedFD) error {
	fd, err := s.targetFD(r)
	if err != nil {
		return err
	}
	from, err := s.source(r, fd)
	if err != nil {
		return err
	}
	if save && from.fd != fd {
		s.saveFD(fd, saved)
		if from.both {
			s.saveFD(2, saved)
		}
	}
	switch {
	case from.fd < 0:
		s.sys.Close(fd)
		return nil
	case from.fd != fd:
		if err := s.sys.Dup2(from.fd, fd); err != nil {
			return redirError{strconv.Itoa(fd) + ": " + s.errText(err)}
		}
	}
	if from.opened && from.fd != fd {
		s.sys.Close(from.fd)
	}
	if from.both {
		s.sys.Dup2(fd, 2)
	}
	return nil
}

// origin is the descriptor that a redirection takes its file from: -1 closes.
type origin struct {
	fd     int
	opened bool // for this redirection only
	both   bool // standard error goes there too
}

// targetFD is the descriptor that is redirected.
func (s *Shell) targetFD(r *syntax.Redirect) (int, error) {
	if r.N != nil {
		if strings.HasPrefix(r.N.Value, "{") {
			return 0, redirError{r.N.Value + ": descriptors in variables are not simulated"}
		}
		fd, err := strconv.Atoi(r.N.Value)
		if err != nil || fd > 1<<20 {
			return 0, redirError{r.N.Value + ": " + s.errText(proc.EBADF)}
		}
		return fd, nil
	}
	switch r.Op {
	case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
		return 0, nil
	}
	return 1, nil
}

// source opens or finds what a redirection refers to.
func (s *Shell) source(r *syntax.Redirect, fd int) (origin, error) {
	switch r.Op {
	case syntax.Hdoc, syntax.DashHdoc:
		text := s.hereDocument(r)
		if s.cutDocument {
			text = strings.TrimSuffix(text, "\n")
			s.cutDocument = false
		}
		return s.documentFD(text)
	case syntax.WordHdoc:
		return s.documentFD(s.one(r.Word, false) + "\n")
	case syntax.DplIn, syntax.DplOut:
		return s.duplicate(r, fd)
	}
	name, err := s.redirectName(r.Word)
	if err != nil {
		return origin{}, err
	}
	both := r.Op == syntax.RdrAll || r.Op == syntax.AppAll
	o, err := s.openFor(r.Op, name)
	o.both = both
	return o, err
}

// redirectName expands the word after an operator. Only bash splits it, and insists on one field.
func (s *Shell) redirectName(w *syntax.Word) (string, error) {
	if s.cfg.Flavour != Bash {
		return s.one(w, false), nil
	}
	f := s.wordFields(nil, w)
	if len(f) != 1 {
		return "", redirError{s.script.slice(w) + ": ambiguous redirect"}
	}
	return f[0], nil
}

func (s *Shell) openFor(op syntax.RedirOperator, name string) (origin, error) {
	flags := proc.O_WRONLY | proc.O_CREAT | proc.O_TRUNC
	switch op {
	case syntax.RdrIn:
		flags = proc.O_RDONLY
	case syntax.AppOut, syntax.AppAll:
		flags = proc.O_WRONLY | proc.O_CREAT | proc.O_APPEND
	case syntax.RdrInOut:
		flags = proc.O_RDWR | proc.O_CREAT
	case syntax.RdrOut, syntax.RdrAll:
		if s.opts.noclobber && s.isRegular(name) {
			return origin{}, redirError{s.clobberText(name)}
		}
	}
	fd, err := s.sys.Open(name, flags, 0o666)
	if err != nil {
		return origin{}, redirError{s.openError(name, err, flags&proc.O_CREAT != 0)}
	}
	return origin{fd: fd, opened: true}, nil
}

func (s *Shell) clobberText(name string) string {
	switch s.cfg.Flavour {
	case Bash:
		return name + ": cannot overwrite existing file"
	case Dash:
		return "cannot create " + name + ": File exists"
	}
	return "can't create " + name + ": File exists"
}

func (s *Shell) openError(name string, err error, creating bool) string {
	verb := "open"
	if creating {
		verb = "create"
	}
	switch s.cfg.Flavour {
	case Bash:
		return name + ": " + s.errText(err)
	case Dash:
		return "cannot " + verb + " " + name + ": " + s.openText(err, creating)
	}
	return "can't " + verb + " " + name + ": " + s.openText(err, creating)
}

// duplicate is n>&m, n>&-, and where a flavour has it >&file.
func (s *Shell) duplicate(r *syntax.Redirect, fd int) (origin, error) {
	text := s.one(r.Word, false)
	if text == "-" {
		return origin{fd: -1}, nil
	}
	move := false
	if s.cfg.Flavour == Bash && strings.HasSuffix(text, "-") {
		text, move = strings.TrimSuffix(text, "-"), true
	}
	if !isNumber(text) {
		if r.Op == syntax.DplOut && r.N == nil && s.cfg.Flavour != Dash {
			o, err := s.openFor(syntax.RdrAll, text)
			o.both = true
			return o, err
		}
		switch s.cfg.Flavour {
		case Dash:
			s.fatalf(2, "Syntax error: Bad fd number")
		case Bash:
			return origin{}, redirError{text + ": ambiguous redirect"}
		}
		s.fatalf(2, "syntax error: bad fd number")
	}
	from, err := strconv.Atoi(text)
	if err != nil || !s.isOpen(from) {
		return origin{}, redirError{text + ": " + s.errText(proc.EBADF)}
	}
	return origin{fd: from, opened: move && from != fd}, nil
}

func (s *Shell) isOpen(fd int) bool {
	if fd >= firstSaved && s.cfg.Flavour != Bash {
		// ash and dash keep their own descriptors there; what a script opened is there too
		_, err := s.sys.Description(fd)
		return err == nil
	}
	_, err := s.sys.Description(fd)
	return err == nil
}

func (s *Shell) hereDocument(r *syntax.Redirect) string {
	if quotedDelimiter(r.Word) {
		if r.Hdoc == nil {
			return ""
		}
		var b strings.Builder
		for _, p := range r.Hdoc.Parts {
			if lit, ok := p.(*syntax.Lit); ok {
				b.WriteString(plain(lit.Value))
			}
		}
		return s.untabbed(r, b.String())
	}
	if r.Op == syntax.DashHdoc {
		return s.document(withoutTabs(r.Hdoc))
	}
	return s.document(r.Hdoc)
}

func (s *Shell) untabbed(r *syntax.Redirect, text string) string {
	if r.Op != syntax.DashHdoc {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimLeft(lines[i], "\t")
	}
	return strings.Join(lines, "")
}

// withoutTabs takes the leading tabs off the lines of a <<- document, before anything is expanded.
func withoutTabs(w *syntax.Word) *syntax.Word {
	if w == nil {
		return nil
	}
	out := &syntax.Word{}
	start := true
	for _, p := range w.Parts {
		lit, ok := p.(*syntax.Lit)
		if !ok {
			out.Parts = append(out.Parts, p)
			start = false
			continue
		}
		lines := strings.SplitAfter(lit.Value, "\n")
		for i := range lines {
			if i > 0 || start {
				lines[i] = strings.TrimLeft(lines[i], "\t")
			}
		}
		c := *lit
		c.Value = strings.Join(lines, "")
		start = strings.HasSuffix(c.Value, "\n")
		out.Parts = append(out.Parts, &c)
	}
	return out
}

// quotedDelimiter reports whether any part of <<'EOF' is quoted: nothing is expanded then.
func quotedDelimiter(w *syntax.Word) bool {
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
			return true
		case *syntax.Lit:
			if strings.Contains(p.Value, `\`) {
				return true
			}
		}
	}
	return false
}

func (s *Shell) documentFD(text string) (origin, error) {
	fd, err := s.sys.Document([]byte(text))
	if err != nil {
		return origin{}, redirError{s.errText(err)}
	}
	return origin{fd: fd, opened: true}, nil
}

// redirectError reports a redirection that failed; the command does not run.
func (s *Shell) redirectError(err error) {
	s.complain("%s", err.Error())
	s.status = s.redirectFails
}
