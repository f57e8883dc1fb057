package shell

import (
	"slices"
	"strconv"
	"strings"
)

// This file is the builtins and variables that only bash has.

// bashVars sets the variables that bash begins with.
func (s *Shell) bashVars() {
	put := func(name, value string) { s.vars.put(name, variable{value: value, set: true}) }
	put("BASH", "/bin/bash")
	put("BASH_VERSION", "5.2.15(1)-release")
	put("HOSTTYPE", "x86_64")
	put("MACHTYPE", "x86_64-pc-linux-gnu")
	put("OSTYPE", "linux-gnu")
	if _, set := s.vars.get("TERM"); !set {
		put("TERM", "dumb")
	}
	version := newList(false)
	for i, v := range []string{"5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"} {
		version.set(strconv.Itoa(i), v)
	}
	s.vars.put("BASH_VERSINFO", variable{list: version, set: true, readonly: true})
}

// setPipeStatus sets PIPESTATUS after a pipeline.
func (s *Shell) setPipeStatus(j *job) {
	if s.cfg.Flavour != Bash {
		return
	}
	l := newList(false)
	for i, p := range j.procs {
		l.set(strconv.Itoa(i), strconv.Itoa(int(p.status.Code())))
	}
	s.vars.put("PIPESTATUS", variable{list: l, set: true})
}

// notePipeStatus sets PIPESTATUS after a command that was no pipeline.
func (s *Shell) notePipeStatus() {
	if s.cfg.Flavour != Bash {
		return
	}
	x, ok := s.vars.m["PIPESTATUS"]
	now := strconv.Itoa(s.status)
	if !ok || x.list == nil || len(x.list.keys) == 1 && x.list.at["0"] == now {
		return
	}
	l := newList(false)
	l.set("0", now)
	s.vars.put("PIPESTATUS", variable{list: l, set: true})
}

func biBuiltin(s *Shell, a []string) int {
	if len(a) == 1 {
		return 0
	}
	b, ok := s.builtinNamed(a[1])
	if !ok {
		s.complain("%s: not a shell builtin", a[1])
		return 1
	}
	return s.runBuiltin(b, a[1:])
}

func biDeclare(s *Shell, a []string) int { return s.declare(a, s.funcDepth > 0) }

// attributes is what declare's options ask for.
type attributes struct {
	on, off           map[byte]bool
	list, funcs, glob bool
	names             bool
}

// declare is declare, typeset and bash's local.
func (s *Shell) declare(a []string, local bool) int {
	at := attributes{on: map[byte]bool{}, off: map[byte]bool{}}
	args := a[1:]
	for len(args) > 0 && len(args[0]) > 1 && (args[0][0] == '-' || args[0][0] == '+') {
		word := args[0]
		args = args[1:]
		if word == "--" {
			break
		}
		for i := 1; i < len(word); i++ {
			if !at.take(word[i], word[0] == '-') {
				s.complain("-%c: invalid option", word[i])
				return 2
			}
		}
	}
	if at.on['n'] {
		s.complain("-n: namerefs are not simulated")
		return 2
	}
	if at.funcs {
		return s.declareFunctions(args, at)
	}
	if at.list || len(args) == 0 {
		return s.showDeclared(args)
	}
	status := 0
	for _, arg := range args {
		if !s.declareOne(arg, at, local && !at.glob) {
			status = 1
		}
	}
	return status
}

func (at *attributes) take(letter byte, on bool) bool {
	switch letter {
	case 'p':
		at.list = true
	case 'f':
		at.funcs = true
	case 'F':
		at.funcs, at.names = true, true
	case 'g':
		at.glob = true
	case 'a', 'A', 'i', 'l', 'u', 'r', 'x', 'n', 't', 'I':
		if on {
			at.on[letter] = true
		} else {
			at.off[letter] = true
		}
	default:
		return false
	}
	return true
}

func (s *Shell) declareFunctions(args []string, at attributes) int {
	if len(args) == 0 {
		args = s.functionNames()
	}
	for _, name := range args {
		if s.funcs[name] == nil {
			return 1
		}
		if at.names {
			s.print("declare -f " + name + "\n")
		} else {
			s.print(s.functionText(name))
		}
	}
	return 0
}

func (s *Shell) declareOne(arg string, at attributes, local bool) bool {
	name, value, set := strings.Cut(arg, "=")
	name, add := strings.CutSuffix(name, "+")
	base, index, element := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	if !isName(base) {
		s.complain("`%s': not a valid identifier", arg)
		return false
	}
	if local {
		if s.vars.m[base].readonly && !s.isLocal(base) {
			s.complain("%s: readonly variable", base)
			return false
		}
		s.makeLocal(base)
	}
	x := s.vars.m[base]
	s.setAttributes(&x, at)
	s.vars.put(base, x)
	switch {
	case set && element:
		s.setElement(base, s.textKey(x.list, base, index), value)
	case set:
		if add {
			value = s.appended(base, value)
		}
		s.setVar(base, value)
	}
	if at.on['r'] {
		x = s.vars.m[base]
		x.readonly = true
		s.vars.put(base, x)
	}
	return true
}

func (s *Shell) setAttributes(x *variable, at attributes) {
	if (at.on['a'] || at.on['A']) && x.list == nil {
		x.list = newList(at.on['A'])
		if x.set {
			x.list.set("0", x.value)
		}
	}
	// any order: each letter sets a flag of its own
	for letter, flag := range map[byte]*bool{'x': &x.exported, 'i': &x.integer, 'l': &x.lower, 'u': &x.upper} {
		if at.on[letter] {
			*flag = true
		}
		if at.off[letter] {
			*flag = false
		}
	}
	s.vars.env = nil
}

func (s *Shell) showDeclared(args []string) int {
	status := 0
	names := args
	if len(args) == 0 {
		names = s.vars.names(func(variable) bool { return true })
	}
	for _, name := range names {
		x, ok := s.vars.m[name]
		if !ok {
			s.complain("%s: not found", name)
			status = 1
			continue
		}
		s.print(s.declaration(name, x) + "\n")
	}
	return status
}

// declaration is a variable as declare -p prints it.
func (s *Shell) declaration(name string, x variable) string {
	flags := ""
	for _, f := range []struct {
		on     bool
		letter string
	}{
		{x.list != nil && !x.list.assoc, "a"},
		{x.list != nil && x.list.assoc, "A"},
		{x.integer, "i"},
		{x.lower, "l"},
		{x.readonly, "r"},
		{x.upper, "u"},
		{x.exported, "x"},
	} {
		if f.on {
			flags += f.letter
		}
	}
	if flags == "" {
		flags = "-"
	}
	text := "declare -" + flags + " " + name
	switch {
	case x.list != nil:
		return text + "=" + s.arrayText(x.list)
	case x.set:
		return text + "=" + doubleQuoted(x.value)
	}
	return text
}

func (s *Shell) arrayText(l *list) string {
	var b strings.Builder
	b.WriteByte('(')
	for i, k := range l.keys {
		if i > 0 && !l.assoc {
			b.WriteByte(' ')
		}
		b.WriteString("[" + k + "]=" + doubleQuoted(l.at[k]))
		if l.assoc {
			b.WriteByte(' ')
		}
	}
	return b.String() + ")"
}

func doubleQuoted(text string) string {
	if hasControl(text) {
		return dollarQuote(text)
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(text) + `"`
}

// shopts is the options of shopt that mean something here.
func (s *Shell) shopts() map[string]*bool {
	o := &s.opts
	return map[string]*bool{
		"nullglob": &o.nullglob, "dotglob": &o.dotglob, "extglob": &o.extglob, "nocasematch": &o.nocasematch,
		"expand_aliases": &o.expandAliases, "failglob": &o.failglob, "globstar": &o.globstar,
	}
}

func biShopt(s *Shell, a []string) int {
	set, unset, quiet := false, false, false
	args, ok := s.flags(a, "supqo", func(c byte, _ string) {
		set, unset, quiet = set || c == 's', unset || c == 'u', quiet || c == 'q'
	})
	if !ok {
		return 2
	}
	known := s.shopts()
	if len(args) == 0 {
		// any order: sorted below
		for name := range known {
			args = append(args, name)
		}
		slices.Sort(args)
		if set || unset {
			return 0
		}
	}
	status := 0
	for _, name := range args {
		flag := known[name]
		switch {
		case flag == nil:
			s.complain("%s: invalid shell option name", name)
			status = 1
		case set || unset:
			*flag = set
		default:
			if !quiet {
				s.print(padRight(name, 15) + "\t" + onOff(*flag) + "\n")
			}
			if !*flag {
				status = 1
			}
		}
	}
	return status
}

func padRight(text string, n int) string { return text + strings.Repeat(" ", max(n-len(text), 0)) }

// biMapfile reads lines into an array.
func biMapfile(s *Shell, a []string) int {
	trim := false
	fd, limit := 0, 0
	args, ok := s.flags(a, "td:n:O:s:u:C:c:", func(c byte, v string) {
		switch c {
		case 't':
			trim = true
		case 'u':
			fd, _ = strconv.Atoi(v)
		case 'n':
			limit, _ = strconv.Atoi(v)
		}
	})
	if !ok {
		return 2
	}
	name := "MAPFILE"
	if len(args) > 0 {
		name = args[0]
	}
	l := newList(false)
	next := s.fdLines(fd, true)
	for i := 0; limit == 0 || i < limit; i++ {
		line, ok := next(false)
		if !ok {
			break
		}
		if trim {
			line = strings.TrimSuffix(line, "\n")
		}
		s.hold(len(line) + 32)
		l.keys = append(l.keys, strconv.Itoa(i))
		l.at[strconv.Itoa(i)] = line
	}
	x := s.vars.m[name]
	x.list, x.set, x.value = l, true, ""
	s.vars.put(name, x)
	return 0
}

func biPushd(s *Shell, a []string) int {
	here := s.pwd()
	if len(a) == 1 {
		if len(s.dirs) == 0 {
			s.complain("no other directory")
			return 1
		}
		top := s.dirs[0]
		if _, err := s.changeDir(top, false); err != nil {
			return s.cannotCd(top, err)
		}
		s.dirs = append([]string{here}, s.dirs[1:]...)
	} else {
		if _, err := s.changeDir(a[1], false); err != nil {
			return s.cannotCd(a[1], err)
		}
		s.dirs = append([]string{here}, s.dirs...)
	}
	return biDirs(s, []string{"dirs"})
}

func biPopd(s *Shell, _ []string) int {
	if len(s.dirs) == 0 {
		s.complain("directory stack empty")
		return 1
	}
	top := s.dirs[0]
	if _, err := s.changeDir(top, false); err != nil {
		return s.cannotCd(top, err)
	}
	s.dirs = s.dirs[1:]
	return biDirs(s, []string{"dirs"})
}

func biDirs(s *Shell, a []string) int {
	if len(a) > 1 && a[1] == "-c" {
		s.dirs = nil
		return 0
	}
	home, _ := s.vars.get("HOME")
	var list []string
	for _, d := range append([]string{s.pwd()}, s.dirs...) {
		if rest, ok := strings.CutPrefix(d, home); ok && home != "" && (rest == "" || rest[0] == '/') {
			d = "~" + rest
		}
		list = append(list, d)
	}
	s.print(strings.Join(list, " ") + "\n")
	return 0
}
