package shell

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dockerlearn/labs/sandbox/proc"
)

// arithPart is a piece of an arithmetic expression: text as written, or something to be expanded.
type arithPart struct {
	text string
	exp  syntax.WordPart
}

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

// arithExp computes $((…)).
func (s *Shell) arithExp(p *syntax.ArithmExp) int64 {
	before := len("$((")
	if p.Bracket {
		before = len("$[")
	}
	if p.X == nil {
		return s.arithValue(s.script.inner(p.Left, p.Right, before, 0))
	}
	parts, ok := s.script.arith[p]
	if !ok {
		start, end := int(p.Left.Offset())+before, int(p.Right.Offset())
		parts = s.script.cut(p.X, start, end)
		if s.script.arith == nil {
			s.script.arith = map[*syntax.ArithmExp][]arithPart{}
		}
		s.script.arith[p] = parts
	}
	return s.arithValue(s.arithJoin(parts))
}

// cut takes an expression apart into text and expansions. Shells expand first and read the expression afterwards.
func (sc *script) cut(x syntax.Node, start, end int) []arithPart {
	var exps []syntax.WordPart
	syntax.Walk(x, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ParamExp:
			if !n.Dollar.IsValid() {
				return true // a[i] without a dollar
			}
			exps = append(exps, n)
			return false
		case *syntax.CmdSubst:
			exps = append(exps, n)
			return false
		case *syntax.ArithmExp:
			exps = append(exps, n)
			return false
		case *syntax.DblQuoted:
			exps = append(exps, n)
			return false
		}
		return true
	})
	slices.SortFunc(exps, func(a, b syntax.WordPart) int { return int(a.Pos().Offset()) - int(b.Pos().Offset()) })
	var parts []arithPart
	at := start
	for _, e := range exps {
		a, b := int(e.Pos().Offset()), int(e.End().Offset())
		if a < at || b > end {
			continue
		}
		parts = append(parts, arithPart{text: plain(string(sc.text[at:a]))}, arithPart{exp: e})
		at = b
	}
	return append(parts, arithPart{text: plain(string(sc.text[at:max(at, min(end, len(sc.text)))]))})
}

func (s *Shell) arithJoin(parts []arithPart) string {
	if len(parts) == 1 {
		return parts[0].text
	}
	var b strings.Builder
	for _, p := range parts {
		if p.exp == nil {
			b.WriteString(p.text)
			continue
		}
		if dq, ok := p.exp.(*syntax.DblQuoted); ok && s.cfg.Flavour != Bash {
			b.WriteString(s.script.slice(dq))
			continue
		}
		e := &expander{s: s, dq: true}
		if dq, ok := p.exp.(*syntax.DblQuoted); ok {
			for _, part := range dq.Parts {
				e.part(part)
			}
		} else {
			e.part(p.exp)
		}
		b.WriteString(s.join(e.pieces))
	}
	return b.String()
}

// arithText is an expression's text with everything expanded.
func (s *Shell) arithText(x syntax.ArithmExpr, from, to syntax.Pos) string {
	return s.arithJoin(s.script.cut(x, int(from.Offset()), int(to.Offset())))
}

// arithExpr computes an expression of the syntax tree.
func (s *Shell) arithExpr(x syntax.ArithmExpr) int64 {
	return s.arithValue(s.arithText(x, x.Pos(), x.End()))
}

// arithValue computes an expression in which everything has been expanded.
func (s *Shell) arithValue(text string) int64 {
	s.sys.Step(1 + len(text)/64)
	v, err := evalArith(text, s.cfg.Flavour, s, 0)
	if err != nil {
		s.arithFatal(err)
	}
	return v
}

func (s *Shell) arithGet(name, index string) string {
	if index != "" {
		return s.lookupKey(name, index)
	}
	v := s.lookup(name, nil)
	if !v.set && s.opts.nounset && s.cfg.Flavour == Bash {
		s.unsetError(name, "")
	}
	return v.text
}

func (s *Shell) lookupKey(name, index string) string {
	x := s.vars.m[name]
	if x.list == nil {
		if s.arithValue(index) == 0 {
			return x.value
		}
		return ""
	}
	return x.list.at[s.textKey(x.list, name, index)]
}

func (s *Shell) textKey(l *list, name, index string) string {
	if l != nil && l.assoc {
		return index
	}
	return s.listIndex(l, s.arithValue(index), name)
}

func (s *Shell) arithSet(name, index string, v int64) {
	if index != "" {
		s.setElement(name, s.textKey(s.vars.m[name].list, name, index), formatInt(v))
		return
	}
	s.setVar(name, formatInt(v))
}

// arithFatal reports an expression without a value, in the flavour's words.
func (s *Shell) arithFatal(e *arithError) {
	switch s.cfg.Flavour {
	case Bash:
		s.fatalf(1, "%s", e.bash())
	case Dash:
		if e.kind == badNumber {
			s.fatalf(2, "Illegal number: %s", e.text)
		}
		if e.kind == overflowTrap {
			s.sys.Kill(s.sys.Getpid(), proc.SIGFPE)
		}
		s.fatalf(2, "arithmetic expression: %s: \"%s\"", e.dash(), e.text)
	}
	s.fatalf(2, "%s", e.ash())
}

func (e *arithError) ash() string {
	switch e.kind {
	case zeroDivision:
		return "divide by zero"
	case negativeExponent:
		return "exponent less than 0"
	case wantColon:
		return "malformed ?: operator"
	case tooDeep:
		return "expression recursion loop detected"
	}
	return "arithmetic syntax error"
}

func (e *arithError) dash() string {
	switch e.kind {
	case zeroDivision:
		return "division by zero"
	case wantColon:
		return "expecting ':'"
	case wantClose:
		return "expecting ')'"
	case wantPrimary:
		return "expecting primary"
	}
	return "expecting EOF"
}

func (e *arithError) bash() string {
	what := ""
	switch e.kind {
	case zeroDivision:
		what = "division by 0"
		e.token = strings.TrimLeft(strings.TrimLeft(e.token, "/%="), " ")
	case negativeExponent:
		what = "exponent less than 0"
		e.token = strings.TrimLeft(e.token, "*- ")
	case badDigit:
		what = "value too great for base"
	case wantColon:
		what = "`:' expected for conditional expression"
		if i := strings.LastIndexAny(e.text, "? "); i >= 0 {
			e.token = e.text[i+1:]
		}
	case wantClose:
		what = "missing `)'"
	case badOperator:
		what = "syntax error: invalid arithmetic operator"
	case badAssignment:
		what = "attempted assignment to non-variable"
	case tooDeep:
		what = "expression recursion level exceeded"
	case wantPrimary:
		what = "syntax error: operand expected"
		if e.token == "" {
			e.token = lastOperator(e.text)
		}
	default:
		what = "syntax error in expression"
	}
	return e.text + ": " + what + ` (error token is "` + e.token + `")`
}

func lastOperator(text string) string {
	text = strings.TrimRight(text, " ")
	if text == "" {
		return ""
	}
	return text[len(text)-1:]
}

// arithmCmd is bash's ((…)). ash and dash see a subshell in a subshell.
func (s *Shell) arithmCmd(c *syntax.ArithmCmd) {
	if s.cfg.Flavour != Bash {
		text := s.script.inner(c.Left, c.Right, len("(("), 0)
		s.runAlias("( ("+text+") )", "((", false)
		return
	}
	s.builtin = "(("
	v := s.arithExpr(c.X)
	s.builtin = ""
	s.status = int(truth(v == 0))
}
