package shell

import (
	"fmt"
	"strings"
	"time"

	"mvdan.cc/sh/v3/syntax"
)

// traceCall is set -x: a command before it runs. bash shows it before its redirections are made, behind its
// assignments, a line each; the others when they have been made, on the standard error of before.
func (s *Shell) traceCall(c *syntax.CallExpr, args []string) {
	if !s.opts.xtrace {
		return
	}
	words := make([]string, 0, len(args)+len(c.Assigns))
	if s.cfg.Flavour != Bash {
		for _, a := range c.Assigns {
			words = append(words, s.tracedAssign(a))
		}
	}
	for _, a := range args {
		words = append(words, s.traced(a))
	}
	s.trace(strings.Join(words, " "))
}

// traceHeader is set -x of a loop or case in bash: "for i in a b".
func (s *Shell) traceHeader(words func() string) {
	if s.opts.xtrace && s.cfg.Flavour == Bash {
		s.trace(words())
	}
}

// tracedAssign is an assignment before a command. It is expanded once more to be shown, without its side effects being
// repeated where that can be told: a value with a command substitution is shown as it is written.
func (s *Shell) tracedAssign(a *syntax.Assign) string {
	name := a.Name.Value
	if a.Append {
		name += "+"
	}
	for _, p := range valueParts(a.Value) {
		if _, ok := p.(*syntax.CmdSubst); ok {
			return name + "=" + s.script.slice(a.Value)
		}
	}
	return s.assignText(name, s.one(a.Value, true))
}

func valueParts(w *syntax.Word) []syntax.WordPart {
	if w == nil {
		return nil
	}
	return w.Parts
}

func (s *Shell) assignText(name, value string) string {
	if s.cfg.Flavour == Ash && value == "" {
		return name + "="
	}
	if s.cfg.Flavour == Bash && value == "" {
		return name + "="
	}
	return name + "=" + s.traced(value)
}

// traceAssign is set -x: an assignment. ash and dash show those of one command together, see bare.
func (s *Shell) traceAssign(name, value string) {
	if !s.opts.xtrace {
		return
	}
	if s.cfg.Flavour == Bash {
		s.trace(s.assignText(name, value))
		return
	}
	if s.tracing {
		s.assigned = append(s.assigned, s.assignText(name, value))
	}
}

// traceBare runs f and shows the assignments that it made on one line.
func (s *Shell) traceBare(f func()) {
	if !s.opts.xtrace || s.cfg.Flavour == Bash {
		f()
		return
	}
	s.tracing, s.assigned = true, nil
	f()
	s.tracing = false
	if len(s.assigned) > 0 {
		s.trace(strings.Join(s.assigned, " "))
	}
}

// trace prints a line behind $PS4.
func (s *Shell) trace(text string) {
	ps4, set := s.vars.get("PS4")
	if !set {
		ps4 = "+ "
	}
	s.opts.xtrace = false
	ps4 = s.expandText(ps4)
	s.opts.xtrace = true
	if s.cfg.Flavour == Bash && ps4 != "" {
		ps4 = strings.Repeat(ps4[:1], s.substDepth) + ps4
	}
	fd := 2
	if s.cfg.Flavour != Bash && s.keptErr > 0 {
		fd = s.keptErr
	}
	s.sys.Write(fd, []byte(ps4+text+"\n"))
}

// expandText expands a string as if it stood in double quotes: prompts, PS4.
func (s *Shell) expandText(text string) string {
	if !strings.ContainsAny(text, "$`\\") {
		return text
	}
	p := syntax.NewParser(syntax.Variant(s.cfg.Flavour.variant()))
	w, err := p.Document(strings.NewReader(coded(text)))
	if err != nil {
		return text
	}
	was := s.script
	s.script = &script{kind: fromEval, text: []byte(coded(text))}
	defer func() { s.script = was }()
	return s.document(w)
}

// biTimes prints the time that the shell and its children have worked.
func biTimes(s *Shell, _ []string) int {
	self, children := s.sys.CPUTime()
	format := func(d time.Duration) string {
		switch us := d.Microseconds(); s.cfg.Flavour {
		case Dash:
			return fmt.Sprintf("%dm%d.%06ds", us/60e6, us/1e6%60, us%1e6)
		default:
			return fmt.Sprintf("%dm%d.%03ds", us/60e6, us/1e6%60, us/1e3%1000)
		}
	}
	s.print(format(self) + " " + format(0) + "\n" + format(children) + " " + format(0) + "\n")
	return 0
}
