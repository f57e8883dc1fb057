package shell

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// value is what a parameter stands for: one string, or the elements of $@, $* or an array.
type value struct {
	text string
	set  bool
	list []string
	all  byte // '@' or '*' when it is a list, else 0
}

// param expands $x and ${x…}.
func (e *expander) param(p *syntax.ParamExp) {
	if p.Param != nil && strings.HasPrefix(p.Param.Value, arithPrefix) {
		e.add(formatInt(e.s.arithValue(e.s.expandText(e.s.setAside(p.Param.Value, arithPrefix)))), true)
		return
	}
	if p.Param != nil && strings.HasPrefix(p.Param.Value, badPrefix) {
		e.s.badSubstitution(e.s.setAside(p.Param.Value, badPrefix))
	}
	if p.Short || plainParam(p) {
		e.emit(e.s.lookup(p.Param.Value, nil), p)
		return
	}
	e.s.checkParam(p)
	switch {
	case p.Excl:
		e.indirect(p)
	case p.Length:
		e.add(strconv.Itoa(e.s.length(p)), true)
	case p.Slice != nil:
		e.emit(e.s.slice(e.s.lookup(p.Param.Value, p.Index), p), p)
	case p.Repl != nil:
		e.emit(e.s.replaceIn(e.s.lookup(p.Param.Value, p.Index), p.Repl), p)
	case p.Exp != nil:
		e.operator(p)
	default:
		e.emit(e.s.lookup(p.Param.Value, p.Index), p)
	}
}

// setAside is a text that the parser could not read, by the name that stands for it.
func (s *Shell) setAside(name, prefix string) string {
	n, err := strconv.Atoi(strings.TrimPrefix(name, prefix))
	if err != nil || n >= len(s.aside) {
		return ""
	}
	return s.aside[n]
}

func plainParam(p *syntax.ParamExp) bool {
	return !p.Excl && !p.Length && p.Index == nil && p.Slice == nil && p.Repl == nil && p.Exp == nil && p.Names == 0 &&
		p.Param != nil && p.NestedParam == nil
}

// emit adds a value, as fields of their own where it is a list.
func (e *expander) emit(v value, p *syntax.ParamExp) {
	e.checkUnset(v, p)
	if v.all == 0 {
		if v.set {
			e.add(v.text, true)
		} else if e.dq {
			e.quoted("")
		}
		return
	}
	if v.all == '*' && (e.dq || e.assign) {
		e.add(strings.Join(v.list, e.s.joiner()), false)
		return
	}
	if len(v.list) > 64 {
		e.s.sys.Step(len(v.list) / 64)
		e.s.passing(len(v.list) * 4 * perField)
	}
	for i, el := range v.list {
		if i > 0 {
			e.brk()
		}
		e.add(el, true)
	}
}

func (e *expander) checkUnset(v value, p *syntax.ParamExp) {
	if e.s.opts.nounset && !v.set && v.all == 0 {
		e.s.unsetError(p.Param.Value, "")
	}
}

// joiner is what stands between the elements of "$*".
func (s *Shell) joiner() string {
	ifs, set := s.vars.get("IFS")
	if !set {
		return " "
	}
	if ifs == "" {
		return ""
	}
	_, n := utf8.DecodeRuneInString(ifs)
	return ifs[:n]
}

// lookup finds a parameter's value.
func (s *Shell) lookup(name string, index syntax.ArithmExpr) value {
	if index != nil {
		return s.element(name, index)
	}
	switch c := name[0]; {
	case len(name) == 1 && (c == '@' || c == '*'):
		return value{list: s.args, all: c, set: len(s.args) > 0 || s.cfg.Flavour != Bash}
	case isDigit(c):
		return s.positional(name)
	case len(name) == 1 && !isNameByte(c):
		return s.specialParam(c)
	}
	if x, ok := s.vars.m[name]; ok && (x.set || x.list != nil) {
		if x.list != nil {
			text, set := x.list.at["0"]
			return value{text: text, set: set}
		}
		return value{text: x.value, set: true}
	}
	text, set := s.dynamic(name)
	return value{text: text, set: set}
}

func (s *Shell) positional(name string) value {
	n, err := strconv.Atoi(name)
	if err != nil || n > len(s.args) {
		return value{}
	}
	if n == 0 {
		return value{text: s.name, set: true}
	}
	return value{text: s.args[n-1], set: true}
}

func (s *Shell) specialParam(c byte) value {
	v := value{set: true}
	switch c {
	case '?':
		v.text = strconv.Itoa(s.status)
	case '$':
		v.text = strconv.Itoa(int(s.pid))
	case '#':
		v.text = strconv.Itoa(len(s.args))
	case '-':
		v.text = s.opts.letters(s)
	case '!':
		v.set = s.lastBG != 0
		if v.set {
			v.text = strconv.Itoa(int(s.lastBG))
		}
	default:
		v.set = false
	}
	return v
}

// dynamic is the variables that are computed when they are read.
func (s *Shell) dynamic(name string) (string, bool) {
	switch name {
	case "LINENO":
		return strconv.Itoa(s.line), s.cfg.Flavour != Dash
	case "PPID":
		return strconv.Itoa(int(s.sys.Getppid())), true
	case "_":
		return s.lastArg, s.cfg.Flavour != Dash
	}
	if s.random {
		switch name {
		case "RANDOM":
			return strconv.Itoa(s.sys.Rand().IntN(32768)), true
		case "EPOCHSECONDS":
			return strconv.FormatInt(s.sys.Now().Unix(), 10), true
		case "EPOCHREALTIME":
			return strconv.FormatFloat(float64(s.sys.Now().UnixMicro())/1e6, 'f', 6, 64), true
		}
	}
	if s.cfg.Flavour == Bash {
		return s.bashDynamic(name)
	}
	return "", false
}

func (s *Shell) bashDynamic(name string) (string, bool) {
	switch name {
	case "SECONDS":
		return strconv.FormatInt((s.sys.Now().UnixNano()-s.started)/1e9, 10), true
	case "BASHPID":
		return strconv.Itoa(int(s.sys.Getpid())), true
	case "UID":
		return strconv.Itoa(int(s.sys.Creds().UID)), true
	case "EUID":
		return strconv.Itoa(int(s.sys.Creds().EUID)), true
	case "HOSTNAME":
		return s.sys.Hostname(), true
	case "SRANDOM":
		return strconv.FormatUint(uint64(s.sys.Rand().Uint32()), 10), true
	case "FUNCNAME":
		if n := len(s.calls); n > 0 {
			return s.calls[n-1], true
		}
	case "BASH_SUBSHELL":
		return strconv.Itoa(int(truth(s.subshell))), true
	}
	return "", false
}

// length is ${#x}.
func (s *Shell) length(p *syntax.ParamExp) int {
	v := s.lookup(p.Param.Value, p.Index)
	if v.all != 0 && s.cfg.Flavour != Bash {
		return len(strings.Join(v.list, s.joiner()))
	}
	if v.all != 0 {
		return len(v.list)
	}
	if !v.set && s.opts.nounset {
		s.unsetError(p.Param.Value, "")
	}
	if !s.characters() {
		return len(v.text)
	}
	return utf8.RuneCountInString(v.text)
}

// operator is ${x-w}, ${x=w}, ${x?w}, ${x+w}, ${x#w}, ${x%w}, and bash's ${x^w} and ${x@Q}.
func (e *expander) operator(p *syntax.ParamExp) {
	s := e.s
	v := s.lookup(p.Param.Value, p.Index)
	here := v.set
	switch p.Exp.Op {
	case syntax.AlternateUnsetOrNull, syntax.DefaultUnsetOrNull, syntax.ErrorUnsetOrNull, syntax.AssignUnsetOrNull:
		here = here && !v.null()
	}
	switch p.Exp.Op {
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		if here {
			e.opWord(p.Exp.Word)
		} else if e.dq && v.all == 0 {
			e.quoted("")
		}
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull:
		if here {
			e.emit(v, p)
		} else {
			e.opWord(p.Exp.Word)
		}
	case syntax.AssignUnset, syntax.AssignUnsetOrNull:
		if !here {
			v = s.assignDefault(p)
		}
		e.emit(v, p)
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		if !here {
			s.paramError(p)
		}
		e.emit(v, p)
	default:
		e.checkUnset(v, p)
		e.emit(s.edit(v, p.Exp), p)
	}
}

// null reports whether a value that is set is empty.
func (v value) null() bool {
	if v.all != 0 {
		return len(v.list) == 0 || len(v.list) == 1 && v.list[0] == ""
	}
	return v.text == ""
}

// opWord expands the word of an operator in the quoting that is around it.
func (e *expander) opWord(w *syntax.Word) {
	if w == nil {
		if e.dq {
			e.quoted("")
		}
		return
	}
	was, braced := e.inWord, e.braced
	e.inWord, e.braced = !e.dq, true
	defer func() { e.braced = braced }()
	before := len(e.pieces)
	e.word(w)
	if e.dq && len(e.pieces) == before {
		e.quoted("")
	}
	e.inWord = was
}

func (s *Shell) assignDefault(p *syntax.ParamExp) value {
	name := p.Param.Value
	if !isName(name) {
		s.fatalf(s.unsetFails, "%s: %s", name, "bad variable name")
	}
	text := s.one(p.Exp.Word, false)
	if p.Index != nil {
		s.setElement(name, s.indexKey(name, p.Index), text)
	} else {
		s.setVar(name, text)
	}
	return value{text: text, set: true}
}

// edit removes prefixes and suffixes, changes case, or quotes: of each element where there are several.
func (s *Shell) edit(v value, x *syntax.Expansion) value {
	if x.Op == syntax.OtherParamOps {
		return s.transform(v, s.one(x.Word, false))
	}
	p := s.pattern(x.Word)
	if x.Word == nil && x.Op != syntax.UpperFirst && x.Op != syntax.UpperAll && x.Op != syntax.LowerFirst &&
		x.Op != syntax.LowerAll {
		return v
	}
	m := s.matcher()
	return v.each(func(text string) string {
		switch x.Op {
		case syntax.RemSmallPrefix:
			return m.trimPrefix(p, text, false)
		case syntax.RemLargePrefix:
			return m.trimPrefix(p, text, true)
		case syntax.RemSmallSuffix:
			return m.trimSuffix(p, text, false)
		case syntax.RemLargeSuffix:
			return m.trimSuffix(p, text, true)
		case syntax.UpperFirst, syntax.UpperAll:
			return m.changeCase(p, text, unicode.ToUpper, x.Op == syntax.UpperAll)
		default:
			return m.changeCase(p, text, unicode.ToLower, x.Op == syntax.LowerAll)
		}
	})
}

func (v value) each(f func(string) string) value {
	if v.all == 0 {
		v.text = f(v.text)
		return v
	}
	out := make([]string, len(v.list))
	for i, el := range v.list {
		out[i] = f(el)
	}
	v.list = out
	return v
}

func (s *Shell) matcher() *matcher {
	return &matcher{extended: s.opts.extglob, bytes: !s.characters(), work: s.sys.Step}
}

// characters reports whether the locale makes the shell count characters: otherwise, as in most containers, and
// always in dash, a Chinese character is three bytes.
func (s *Shell) characters() bool {
	if s.cfg.Flavour == Dash {
		return false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v, _ := s.vars.get(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}

func (m *matcher) changeCase(p pattern, text string, to func(rune) rune, all bool) string {
	var b strings.Builder
	for i, r := range text {
		if (i == 0 || all) && (p == "" || m.at(string(p), string(r))) {
			r = to(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// replaceIn is ${x/pattern/text}.
func (s *Shell) replaceIn(v value, r *syntax.Replace) value {
	p := s.pattern(r.Orig)
	with := s.one(r.With, false)
	anchor := byte(0)
	if !r.All && len(p) > 0 && (p[0] == '#' || p[0] == '%') && s.cfg.Flavour == Bash {
		anchor = p[0]
		p = p[1:]
	}
	m := s.matcher()
	return v.each(func(text string) string {
		switch anchor {
		case '#':
			if rest := m.trimPrefix(p, text, true); len(rest) < len(text) || p == "" {
				return with + rest
			}
			return text
		case '%':
			if rest := m.trimSuffix(p, text, true); len(rest) < len(text) || p == "" {
				return rest + with
			}
			return text
		}
		return s.replaceFound(m, p, text, with, r.All)
	})
}

func (s *Shell) replaceFound(m *matcher, p pattern, text, with string, all bool) string {
	if p == "" {
		return text
	}
	var b strings.Builder
	at, charged := 0, 4096
	for at < len(text) {
		start, end, ok := m.find(p, text, at)
		if !ok {
			break
		}
		b.WriteString(text[at:start])
		b.WriteString(with)
		at = end
		if b.Len() >= charged {
			s.passing(b.Len())
			charged = b.Len() + 4096
		}
		if !all {
			break
		}
	}
	b.WriteString(text[at:])
	return b.String()
}

// slice is ${x:offset:length}.
func (s *Shell) slice(v value, p *syntax.ParamExp) value {
	offset := s.arithExpr(p.Slice.Offset)
	if v.all != 0 {
		return s.sliceList(v, offset, p)
	}
	if !s.characters() {
		start, end := s.sliceBounds(offset, int64(len(v.text)), p)
		v.text = v.text[start:max(start, end)]
		return v
	}
	runes := []rune(v.text)
	start, end := s.sliceBounds(offset, int64(len(runes)), p)
	v.text = string(runes[start:max(start, end)])
	return v
}

func (s *Shell) sliceList(v value, offset int64, p *syntax.ParamExp) value {
	list := v.list
	if p.Index == nil && offset <= 0 { // ${@:0} begins with $0
		if offset == 0 {
			list = append([]string{s.name}, list...)
		}
	} else if p.Index == nil {
		offset--
	}
	start, end := s.sliceBounds(offset, int64(len(list)), p)
	if start >= end {
		return value{all: v.all}
	}
	return value{list: list[start:end], all: v.all, set: true}
}

func (s *Shell) sliceBounds(offset, n int64, p *syntax.ParamExp) (start, end int64) {
	start, end = offset, n
	if start < 0 {
		start += n
	}
	if start < 0 || start > n {
		return 0, 0
	}
	if p.Slice.Length != nil {
		length := s.arithExpr(p.Slice.Length)
		switch {
		case length < 0 && n+length < start:
			s.fatalf(
				1,
				"%s: substring expression < 0",
				s.script.inner(p.Slice.Length.Pos(), p.Slice.Length.End(), 0, 0),
			)
		case length < 0:
			end = n + length
		default:
			end = min(start+length, n)
		}
	}
	return start, end
}
