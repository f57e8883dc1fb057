package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// biExport is export and readonly.
func biExport(s *Shell, a []string) int {
	readonly := a[0] == "readonly"
	list, off, funcs := false, false, false
	letters := "p"
	switch {
	case s.cfg.Flavour == Bash && readonly:
		letters = "aAfp"
	case s.cfg.Flavour == Bash:
		letters = "fnp"
	case s.cfg.Flavour == Ash && !readonly:
		letters = "pn"
	}
	args, ok := s.flags(a, letters, func(c byte, _ string) {
		list, off, funcs = list || c == 'p', off || c == 'n', funcs || c == 'f'
	})
	if !ok {
		return 2
	}
	if funcs {
		return s.exportFunctions(args)
	}
	if len(args) == 0 || list && s.cfg.Flavour != Bash {
		s.listMarked(a[0])
		return 0
	}
	status := 0
	for _, arg := range args {
		if !s.mark(arg, readonly, off) {
			status = 1
		}
	}
	return status
}

// exportFunctions: functions do not travel through the environment here.
func (s *Shell) exportFunctions(names []string) int {
	for _, n := range names {
		if s.funcs[n] == nil {
			s.complain("%s: not a function", n)
			return 1
		}
	}
	return 0
}

// mark assigns to a variable and marks it.
func (s *Shell) mark(arg string, readonly, off bool) bool {
	name, value, set := strings.Cut(arg, "=")
	add := false
	if s.cfg.Flavour != Dash {
		if base, ok := strings.CutSuffix(name, "+"); ok && set {
			name, add = base, true
		}
	}
	if !isName(name) {
		if s.cfg.Flavour == Bash {
			s.complain("`%s': not a valid identifier", arg)
			return false
		}
		s.fatalf(2, "%s: bad variable name", name)
	}
	if set {
		if add {
			value = s.appended(name, value)
		}
		s.setVar(name, value)
	}
	x := s.vars.m[name]
	if readonly {
		x.readonly = true
	} else {
		if x.exported == off {
			s.vars.env = nil
		}
		x.exported = !off
	}
	s.vars.put(name, x)
	return true
}

// listMarked is export -p and readonly -p.
func (s *Shell) listMarked(word string) {
	readonly := word == "readonly"
	for _, name := range s.vars.names(func(x variable) bool { return readonly && x.readonly || !readonly && x.exported }) {
		x := s.vars.m[name]
		switch {
		case s.cfg.Flavour == Bash:
			s.print(s.declaration(name, x) + "\n")
		case x.set:
			s.print(word + " " + name + "=" + s.quote(x.value) + "\n")
		default:
			s.print(word + " " + name + "\n")
		}
	}
}

func biLocal(s *Shell, a []string) int {
	if s.funcDepth == 0 {
		if s.cfg.Flavour == Bash {
			s.complain("can only be used in a function")
			return 1
		}
		if s.cfg.Flavour == Dash {
			s.fatalf(2, "not in a function")
		}
		s.fatalf(2, "not in a function")
	}
	if s.cfg.Flavour == Bash {
		return s.declare(a, true)
	}
	for _, arg := range a[1:] {
		name, value, set := strings.Cut(arg, "=")
		if name == "-" && !set {
			s.localOptions()
			continue
		}
		if !isName(name) {
			s.fatalf(2, "%s: bad variable name", name)
		}
		s.makeLocal(name)
		switch {
		case set:
			s.setVar(name, value)
		case s.cfg.Flavour == Ash:
			x := s.vars.m[name]
			s.vars.put(name, variable{seq: x.seq, exported: x.exported})
		}
	}
	return 0
}

// localOptions is local -: the options come back when the function returns.
func (s *Shell) localOptions() {
	top := &s.vars.scopes[len(s.vars.scopes)-1]
	if top.opts == nil {
		o := s.opts
		top.opts = &o
	}
}

func biUnset(s *Shell, a []string) int {
	what := byte(0)
	letters := "vf"
	if s.cfg.Flavour == Bash {
		letters = "vfn"
	}
	args, ok := s.flags(a, letters, func(c byte, _ string) { what = c })
	if !ok {
		return 2
	}
	status := 0
	for _, name := range args {
		if !s.unsetOne(name, what) {
			status = 1
		}
	}
	return status
}

func (s *Shell) unsetOne(name string, what byte) bool {
	if what == 'f' {
		delete(s.funcs, name)
		return true
	}
	if s.cfg.Flavour == Bash {
		return s.bashUnset(name, what)
	}
	if !isName(name) {
		s.fatalf(2, "%s: bad variable name", name)
	}
	if s.vars.m[name].readonly {
		s.readonlyError(name)
	}
	s.unsetVar(name)
	return true
}

func (s *Shell) bashUnset(name string, what byte) bool {
	base, index, element := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	x, there := s.vars.m[base]
	if x.readonly {
		s.complain("%s: cannot unset: readonly variable", base)
		return false
	}
	switch {
	case element && x.list != nil && index != "@" && index != "*":
		l := x.list.clone()
		l.remove(s.textKey(l, base, index))
		x.list = l
		s.vars.put(base, x)
	case there:
		s.unsetVar(base)
	case what == 0:
		delete(s.funcs, name)
	}
	return true
}

func biSet(s *Shell, a []string) int {
	if len(a) == 1 {
		s.listVars()
		return 0
	}
	rest, setArgs, err := s.setOptions(a[1:], false)
	if err != nil {
		return s.badSetOption(err.Error())
	}
	if setArgs {
		s.hold(len(rest)*perField - len(s.args)*perField)
		s.args = rest
	}
	return 0
}

func (s *Shell) badSetOption(text string) int {
	letter, named := strings.CutPrefix(text[1:], "o ")
	switch {
	case s.cfg.Flavour == Bash && named:
		s.complain("%s: invalid option name", letter)
		return 2
	case s.cfg.Flavour == Bash:
		s.complain("%s: invalid option", text)
		s.usage()
		return 2
	case s.cfg.Flavour == Dash:
		s.fatalf(2, "Illegal option %s", text)
	case named:
		s.complain("illegal option %s", text)
		return 1
	}
	s.fatalf(2, "illegal option %s", text)
	return 2
}

// listVars is set without arguments.
func (s *Shell) listVars() {
	for _, name := range s.vars.names(func(x variable) bool { return x.set }) {
		x := s.vars.m[name]
		switch {
		case x.list != nil:
			s.print(name + "=" + s.arrayText(x.list) + "\n")
		case s.cfg.Flavour == Bash:
			s.print(name + "=" + bashQuotedOrEmpty(x.value) + "\n")
		default:
			s.print(name + "=" + s.quote(x.value) + "\n")
		}
	}
	if s.cfg.Flavour == Bash && !s.opts.posix {
		for _, name := range s.functionNames() {
			s.print(s.functionText(name))
		}
	}
}

func bashQuotedOrEmpty(text string) string {
	if text == "" {
		return ""
	}
	return bashQuoted(text)
}

func biLet(s *Shell, a []string) int {
	if len(a) == 1 {
		if s.cfg.Flavour == Bash {
			s.complain("expression expected")
			return 1
		}
		s.fatalf(2, "expression expected")
	}
	v := int64(0)
	for _, arg := range a[1:] {
		v = s.arithValue(arg)
	}
	return int(truth(v == 0))
}

// hasArray reports whether a declaration assigns an array.
func hasArray(c *syntax.DeclClause) bool {
	for _, a := range c.Args {
		if a.Array != nil {
			return true
		}
	}
	return false
}

// declareArrays makes the arrays of declare a=(…); the builtin then sees the names alone.
func (s *Shell) declareArrays(c *syntax.DeclClause) {
	assoc := false
	for _, a := range c.Args {
		if a.Name == nil && a.Value != nil && strings.HasPrefix(a.Value.Lit(), "-") {
			assoc = assoc || strings.Contains(a.Value.Lit(), "A")
		}
		if a.Array == nil {
			continue
		}
		name := a.Name.Value
		if s.funcDepth > 0 && c.Variant.Value != "export" && c.Variant.Value != "readonly" {
			s.makeLocal(name)
		}
		if x := s.vars.m[name]; assoc && x.list == nil {
			x.list = newList(true)
			s.vars.put(name, x)
		}
		s.setArray(name, a.Array, a.Append)
	}
}

// paramError is ${x?words}.
func (s *Shell) paramError(p *syntax.ParamExp) {
	text := ""
	if p.Exp.Word != nil {
		text = s.one(p.Exp.Word, false)
	}
	name := p.Param.Value
	if p.Index != nil {
		name += "[" + s.script.slice(p.Index) + "]"
	}
	switch {
	case text != "":
	case s.cfg.Flavour == Bash && p.Exp.Op == syntax.ErrorUnsetOrNull:
		text = "parameter null or not set"
	case s.cfg.Flavour == Bash, p.Exp.Op == syntax.ErrorUnset:
		text = "parameter not set"
	default:
		text = "parameter not set or null"
	}
	if s.cfg.Flavour == Bash {
		s.complain("%s: %s", name, text)
		if s.opts.interactive {
			panic(abort{status: 1})
		}
		panic(shellExit{s.fatalStatus()})
	}
	s.fatalf(2, "%s: %s", name, text)
}
