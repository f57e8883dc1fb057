package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// layout writes commands as bash shows them in its lists of jobs: words as they were typed, everything else in bash's
// own fashion. bash: print_cmd.c. What it has no rule for stands as it was typed, on one line.
type layout struct {
	script *script
	indent int
	b      strings.Builder
}

// commandText is a command as bash shows it.
func (sc *script) commandText(n syntax.Node) string {
	l := &layout{script: sc}
	switch n := n.(type) {
	case *syntax.Stmt:
		l.stmt(n)
	case syntax.Command:
		l.command(n)
	}
	return l.b.String()
}

func (l *layout) put(parts ...string) {
	for _, p := range parts {
		l.b.WriteString(p)
	}
}

func (l *layout) newline() { l.put("\n", strings.Repeat(" ", l.indent)) }

func (l *layout) stmt(st *syntax.Stmt) {
	if st.Negated {
		l.put("! ")
	}
	if st.Cmd != nil {
		l.command(st.Cmd)
	}
	for i, r := range st.Redirs {
		if i > 0 || st.Cmd != nil {
			l.put(" ")
		}
		l.redirection(r)
	}
}

func (l *layout) command(c syntax.Command) {
	switch c := c.(type) {
	case *syntax.CallExpr:
		l.words(c)
	case *syntax.Subshell:
		l.put("( ")
		l.list(c.Stmts)
		l.put(" )")
	case *syntax.Block:
		l.put("{ ")
		l.body(c.Stmts)
		l.newline()
		l.put("}")
	case *syntax.BinaryCmd:
		l.stmt(c.X)
		l.put(" ", c.Op.String(), " ")
		l.stmt(c.Y)
	case *syntax.WhileClause:
		l.loop(c)
	case *syntax.ForClause:
		l.forLoop(c)
	case *syntax.IfClause:
		l.condition(c)
	default:
		l.put(strings.Join(strings.Fields(l.script.slice(c)), " "))
	}
}

func (l *layout) words(c *syntax.CallExpr) {
	var words []string
	for _, a := range c.Assigns {
		words = append(words, l.script.slice(a))
	}
	for _, w := range c.Args {
		words = append(words, l.script.slice(w))
	}
	l.put(strings.Join(words, " "))
}

// redirection has a space before its file; descriptors are joined: 2> f, 2>&1.
func (l *layout) redirection(r *syntax.Redirect) {
	if r.N != nil {
		l.put(r.N.Value)
	}
	op, word := r.Op.String(), l.script.slice(r.Word)
	switch r.Op {
	case syntax.DplIn, syntax.DplOut, syntax.Hdoc, syntax.DashHdoc:
		l.put(op, word)
	default:
		l.put(op, " ", word)
	}
}

// list is commands on one line.
func (l *layout) list(stmts []*syntax.Stmt) {
	for i, st := range stmts {
		l.stmt(st)
		switch {
		case st.Background && i < len(stmts)-1:
			l.put(" & ")
		case st.Background:
			l.put(" &")
		case i < len(stmts)-1:
			l.put("; ")
		}
	}
}

// body is commands on lines of their own, each with its semicolon.
func (l *layout) body(stmts []*syntax.Stmt) {
	l.indent += 4
	for _, st := range stmts {
		l.newline()
		l.stmt(st)
		if st.Background {
			l.put(" &")
		} else {
			l.put(";")
		}
	}
	l.indent -= 4
}

func (l *layout) loop(c *syntax.WhileClause) {
	if c.Until {
		l.put("until ")
	} else {
		l.put("while ")
	}
	l.list(c.Cond)
	l.put("; do")
	l.body(c.Do)
	l.newline()
	l.put("done")
}

func (l *layout) forLoop(c *syntax.ForClause) {
	iter, ok := c.Loop.(*syntax.WordIter)
	if !ok {
		l.put(strings.Join(strings.Fields(l.script.slice(c)), " "))
		return
	}
	l.put("for ", iter.Name.Value, " in ")
	for i, w := range iter.Items {
		if i > 0 {
			l.put(" ")
		}
		l.put(l.script.slice(w))
	}
	if !iter.InPos.IsValid() {
		l.put(`"$@"`)
	}
	l.put(";")
	l.newline()
	l.put("do")
	l.body(c.Do)
	l.newline()
	l.put("done")
}

func (l *layout) condition(c *syntax.IfClause) {
	l.put("if ")
	l.list(c.Cond)
	l.put("; then")
	l.body(c.Then)
	if c.Else != nil {
		l.newline()
		l.otherwise(c.Else)
	}
	l.newline()
	l.put("fi")
}

// otherwise: an elif is an if inside of the else.
func (l *layout) otherwise(c *syntax.IfClause) {
	l.put("else")
	if !c.ThenPos.IsValid() {
		l.body(c.Then)
		return
	}
	l.indent += 4
	l.newline()
	l.condition(c)
	l.put(";")
	l.indent -= 4
}
