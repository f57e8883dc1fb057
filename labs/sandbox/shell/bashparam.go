package shell

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// This file is what only bash's parameters can do: arrays, indirection, transformations.

func indexIs(index syntax.ArithmExpr, what string) bool {
	w, ok := index.(*syntax.Word)
	return ok && w.Lit() == what
}

// element is ${a[i]}, or all elements for [@] and [*].
func (s *Shell) element(name string, index syntax.ArithmExpr) value {
	x := s.vars.m[name]
	if indexIs(index, "@") || indexIs(index, "*") {
		all := index.(*syntax.Word).Lit()[0]
		switch {
		case x.list != nil:
			return value{list: x.list.values(), all: all, set: len(x.list.keys) > 0}
		case x.set:
			return value{list: []string{x.value}, all: all, set: true}
		}
		return value{all: all}
	}
	key := s.indexKey(name, index)
	if x.list == nil {
		return value{text: x.value, set: x.set && key == "0"}
	}
	text, ok := x.list.at[key]
	return value{text: text, set: ok}
}

// indexKey is an index as the key it is stored under.
func (s *Shell) indexKey(name string, index syntax.ArithmExpr) string {
	x := s.vars.m[name]
	if x.list != nil && x.list.assoc {
		if w, ok := index.(*syntax.Word); ok {
			return s.one(w, false)
		}
		return s.script.inner(index.Pos(), index.End(), 0, 0)
	}
	return s.listIndex(x.list, s.arithExpr(index), name)
}

func (s *Shell) listIndex(l *list, n int64, name string) string {
	if n < 0 {
		if l != nil {
			n += int64(l.next())
		}
		if n < 0 {
			s.fatalf(1, "%s: bad array subscript", name)
		}
	}
	return strconv.FormatInt(n, 10)
}

func (s *Shell) setElement(name, key, value string) {
	x := s.vars.m[name]
	if x.readonly {
		s.readonlyError(name)
	}
	if x.list == nil {
		x.list = newList(false)
		if x.set {
			x.list.set("0", x.value)
		}
	}
	s.hold(len(key) + len(value) + 32)
	x.list.set(key, value)
	x.value, x.set = "", true
	s.vars.put(name, x)
}

// setArray is a=(…) and a+=(…).
func (s *Shell) setArray(name string, arr *syntax.ArrayExpr, add bool) {
	x := s.vars.m[name]
	if x.readonly {
		s.readonlyError(name)
	}
	assoc := x.list != nil && x.list.assoc
	l := newList(assoc)
	if add && x.list != nil {
		l = x.list.clone()
	} else if add && x.set {
		l.set("0", x.value)
	}
	next := l.next()
	for _, el := range arr.Elems {
		if el.Index != nil {
			next = s.setIndexed(l, name, el, next)
			continue
		}
		for _, v := range s.fields([]*syntax.Word{el.Value}) {
			s.sys.Step(1)
			s.hold(len(v) + 32)
			l.set(strconv.Itoa(next), v)
			next++
		}
	}
	x.list, x.value, x.set = l, "", true
	s.vars.put(name, x)
}

func (s *Shell) setIndexed(l *list, name string, el *syntax.ArrayElem, next int) int {
	v := s.one(el.Value, true)
	if l.assoc {
		key := s.script.inner(el.Index.Pos(), el.Index.End(), 0, 0)
		if w, ok := el.Index.(*syntax.Word); ok {
			key = s.one(w, false)
		}
		l.set(key, v)
		return next
	}
	key := s.listIndex(l, s.arithExpr(el.Index), name)
	l.set(key, v)
	n, _ := strconv.Atoi(key)
	return n + 1
}

// indirect is ${!x}, ${!x*} and ${!a[@]}.
func (e *expander) indirect(p *syntax.ParamExp) {
	s := e.s
	switch {
	case p.Names != 0:
		names := s.vars.names(func(x variable) bool { return x.set || x.list != nil })
		var list []string
		for _, n := range names {
			if strings.HasPrefix(n, p.Param.Value) {
				list = append(list, n)
			}
		}
		e.emit(value{list: list, all: p.Names.String()[0], set: true}, p)
	case indexIs(p.Index, "@") || indexIs(p.Index, "*"):
		v := value{all: '@', set: true}
		if x := s.vars.m[p.Param.Value]; x.list != nil {
			v.list = x.list.keys
		} else if x.set {
			v.list = []string{"0"}
		}
		e.emit(v, p)
	default:
		name := s.lookup(p.Param.Value, p.Index).text
		if !isName(name) && !(len(name) == 1 && strings.Contains("@*#?-$!", name)) && !isNumber(name) {
			s.fatalf(1, "%s: invalid variable name", name)
		}
		q := *p
		q.Excl, q.Index = false, nil
		q.Param = &syntax.Lit{ValuePos: p.Param.ValuePos, ValueEnd: p.Param.ValueEnd, Value: name}
		e.param(&q)
	}
}

func isNumber(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// transform is ${x@Q} and its like.
func (s *Shell) transform(v value, op string) value {
	return v.each(func(text string) string {
		switch op {
		case "Q":
			if !v.set {
				return ""
			}
			return quoteAlways(text)
		case "U":
			return strings.ToUpper(text)
		case "L":
			return strings.ToLower(text)
		case "u":
			r, n := utf8.DecodeRuneInString(text)
			if n == 0 {
				return text
			}
			return string(unicode.ToUpper(r)) + text[n:]
		case "E":
			return dollarQuoted(text)
		}
		s.fatalf(1, "${…@%s}: this transformation is not simulated", op)
		return ""
	})
}

// checkParam refuses what a flavour does not know.
func (s *Shell) checkParam(p *syntax.ParamExp) {
	bad := p.Param == nil || p.NestedParam != nil
	switch s.cfg.Flavour {
	case Dash:
		bad = bad || p.Excl || p.Index != nil || p.Slice != nil || p.Repl != nil || p.Names != 0
	case Ash:
		bad = bad || p.Excl || p.Index != nil || p.Names != 0
	}
	if p.Exp != nil && s.cfg.Flavour != Bash {
		switch p.Exp.Op {
		case syntax.UpperFirst, syntax.UpperAll, syntax.LowerFirst, syntax.LowerAll, syntax.OtherParamOps:
			bad = true
		}
	}
	if bad {
		s.badSubstitution(s.script.slice(p))
	}
}
