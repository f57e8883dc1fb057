package shell

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// variable is a shell variable. Values are replaced, never changed in place, so that a subshell can share them.
type variable struct {
	value    string
	list     *list // bash's arrays; value is then unused
	set      bool
	exported bool
	readonly bool
	integer  bool
	lower    bool
	upper    bool
	seq      int32 // order of appearance, for the environment
}

// list is an array: by number, or by key when assoc.
type list struct {
	assoc bool
	keys  []string // in order; numbers in decimal
	at    map[string]string
}

// variables is a shell's variables and the marks of the functions that run.
type variables struct {
	m      map[string]variable
	scopes []scope
	seq    int32
	env    []string // what children get, nil when it has to be made again
}

// scope is what a function's local variables hid.
type scope struct {
	hidden map[string]variable
	order  []string
	opts   *options // local -
}

func newVariables() variables { return variables{m: map[string]variable{}} }

func (v *variables) clone() variables {
	c := *v
	c.m = maps.Clone(v.m)
	// any order: each entry is replaced by itself
	for name, x := range c.m {
		if x.list != nil {
			x.list = x.list.clone()
			c.m[name] = x
		}
	}
	c.scopes = make([]scope, len(v.scopes))
	for i := range v.scopes {
		c.scopes[i] = scope{
			hidden: maps.Clone(v.scopes[i].hidden),
			order:  slices.Clone(v.scopes[i].order),
			opts:   v.scopes[i].opts,
		}
	}
	return c
}

// imports takes the environment in.
func (v *variables) imports(environ []string) {
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if isName(name) {
			v.seq++
			v.m[name] = variable{value: value, set: true, exported: true, seq: v.seq}
		}
	}
}

// get is a variable's value; for an array, that of element 0.
func (v *variables) get(name string) (string, bool) {
	x, ok := v.m[name]
	if !ok {
		return "", false
	}
	if x.list != nil {
		val, ok := x.list.at["0"]
		return val, ok
	}
	return x.value, x.set
}

// put stores a variable, whatever it is, and forgets the environment if it could change.
func (v *variables) put(name string, x variable) {
	if x.seq == 0 {
		v.seq++
		x.seq = v.seq
	}
	if x.exported || v.m[name].exported {
		v.env = nil
	}
	v.m[name] = x
}

// environ is what children get: NAME=VALUE in the order of appearance.
func (v *variables) environ() []string {
	if v.env != nil {
		return v.env
	}
	names := make([]string, 0, 16)
	// any order: sorted below
	for name, x := range v.m {
		if x.exported && x.set && x.list == nil {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(v.m[a].seq, v.m[b].seq) })
	env := make([]string, len(names))
	for i, name := range names {
		env[i] = name + "=" + v.m[name].value
	}
	v.env = env
	return env
}

// names lists the variables that a condition chooses, sorted.
func (v *variables) names(want func(variable) bool) []string {
	var list []string
	// any order: sorted below
	for name, x := range v.m {
		if want(x) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// setVar assigns to a variable from a script: it may be read-only, charged, special.
func (s *Shell) setVar(name, value string) {
	x := s.vars.m[name]
	if x.readonly {
		s.readonlyError(name)
	}
	if x.integer {
		value = strconv.FormatInt(s.arithValue(value), 10)
	}
	switch {
	case x.lower:
		value = strings.ToLower(value)
	case x.upper:
		value = strings.ToUpper(value)
	}
	s.hold(len(value) - len(x.value))
	x.set = true
	if x.list != nil {
		x.list.set("0", value)
	} else {
		x.value = value
	}
	if s.opts.allexport {
		x.exported = true
	}
	s.vars.put(name, x)
	s.noticeVar(name, value)
}

// noticeVar does what assignments to some variables mean.
func (s *Shell) noticeVar(name, value string) {
	switch name {
	case "PATH":
		clear(s.hashed)
	case "OPTIND":
		s.getopts.reset(value)
	case "RANDOM":
		delete(s.vars.m, name)
	case "SECONDS":
		n, _ := strconv.ParseInt(value, 10, 64)
		s.started = s.sys.Now().UnixNano() - n*1e9
		delete(s.vars.m, name)
	}
}

// unsetVar removes a variable.
func (s *Shell) unsetVar(name string) {
	x, ok := s.vars.m[name]
	if !ok {
		return
	}
	s.hold(-len(x.value))
	if x.exported {
		s.vars.env = nil
	}
	if s.isLocal(name) { // stays local, without a value
		s.vars.put(name, variable{seq: x.seq})
		return
	}
	if s.cfg.Flavour != Bash && x.exported && isShellVar(name) {
		s.vars.put(name, variable{exported: true, seq: x.seq})
		return
	}
	delete(s.vars.m, name)
}

// isShellVar reports whether ash and dash keep a place for a variable, and its marks with it.
func isShellVar(name string) bool {
	switch name {
	case "PATH", "IFS", "PS1", "PS2", "PS4", "OPTIND", "MAIL", "MAILPATH":
		return true
	}
	return false
}

func (s *Shell) isLocal(name string) bool {
	if n := len(s.vars.scopes); n > 0 {
		_, ok := s.vars.scopes[n-1].hidden[name]
		return ok
	}
	return false
}

// makeLocal hides a variable until the function returns. ash and dash let the new one begin with the old value; in
// bash it begins unset.
func (s *Shell) makeLocal(name string) {
	top := &s.vars.scopes[len(s.vars.scopes)-1]
	if _, ok := top.hidden[name]; ok {
		return
	}
	if top.hidden == nil {
		top.hidden = map[string]variable{}
	}
	old := s.vars.m[name]
	top.hidden[name] = old
	top.order = append(top.order, name)
	if s.cfg.Flavour == Bash {
		s.vars.put(name, variable{exported: old.exported, seq: old.seq})
	}
}

func (s *Shell) pushScope() { s.vars.scopes = append(s.vars.scopes, scope{}) }

// popScope brings back what the function hid.
func (s *Shell) popScope() {
	n := len(s.vars.scopes) - 1
	top := s.vars.scopes[n]
	s.vars.scopes = s.vars.scopes[:n]
	for _, name := range slices.Backward(top.order) {
		old := top.hidden[name]
		if old == (variable{}) {
			delete(s.vars.m, name)
			s.vars.env = nil
			continue
		}
		s.vars.put(name, old)
		if name == "OPTIND" {
			s.getopts.reset(old.value)
		}
	}
	if top.opts != nil {
		s.opts = *top.opts
	}
}

func newList(assoc bool) *list { return &list{assoc: assoc, at: map[string]string{}} }

func (l *list) clone() *list {
	return &list{l.assoc, slices.Clone(l.keys), maps.Clone(l.at)}
}

// set stores an element. Indexed arrays keep their keys in numeric order.
func (l *list) set(key, value string) {
	if _, ok := l.at[key]; !ok {
		l.insert(key)
	}
	l.at[key] = value
}

func (l *list) insert(key string) {
	if l.assoc {
		l.keys = append(l.keys, key)
		return
	}
	n, _ := strconv.Atoi(key)
	i, _ := slices.BinarySearchFunc(l.keys, n, func(k string, n int) int {
		kn, _ := strconv.Atoi(k)
		return cmp.Compare(kn, n)
	})
	l.keys = slices.Insert(l.keys, i, key)
}

func (l *list) remove(key string) {
	if i := slices.Index(l.keys, key); i >= 0 {
		l.keys = slices.Delete(l.keys, i, i+1)
		delete(l.at, key)
	}
}

func (l *list) values() []string {
	out := make([]string, len(l.keys))
	for i, k := range l.keys {
		out[i] = l.at[k]
	}
	return out
}

// next is the number after the last.
func (l *list) next() int {
	if len(l.keys) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(l.keys[len(l.keys)-1])
	return n + 1
}
