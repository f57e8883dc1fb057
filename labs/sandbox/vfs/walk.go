package vfs

import "strings"

// lastKind is what a path ends in. Linux: fs/namei.c, LAST_NORM and the like.
type lastKind uint8

const (
	lastName lastKind = iota
	lastDot
	lastDotDot
	lastRoot // there is nothing but slashes
)

// walk is a path being resolved.
type walk struct {
	v     *View
	at    spot   // reached so far
	rest  string // still to go
	links int    // followed so far
}

// last is what a walk stops before: the directory and the name in it.
type last struct {
	dir   spot
	name  string
	kind  lastKind
	slash bool // slashes follow the name
}

func (v *View) walk(path string) (walk, *refusal) {
	w := walk{v: v, at: v.cwd, rest: path}
	switch {
	case path == "":
		return w, refuse(ENOENT, RuleName, nil)
	case len(path) >= PathMax:
		return w, refuse(ENAMETOOLONG, RuleName, nil)
	case path[0] == '/':
		w.at = v.root
	}
	return w, nil
}

// toLast goes to the directory that the path's last name is in, following links on the way.
func (w *walk) toLast() (last, *refusal) {
	for {
		w.rest = strings.TrimLeft(w.rest, "/")
		if w.rest == "" {
			return last{dir: w.at, kind: lastRoot, slash: true}, nil
		}
		if r := w.mayLookUp(); r != nil {
			return last{}, r
		}
		name, rest := w.rest, ""
		if i := strings.IndexByte(w.rest, '/'); i >= 0 {
			name, rest = w.rest[:i], w.rest[i:]
		}
		if !strings.HasPrefix(rest, "/") || onlySlashes(rest) {
			return last{w.at, name, kindOf(name), rest != ""}, nil
		}
		s, r := w.step(name)
		if r != nil {
			return last{}, r
		}
		w.rest = rest
		if s.n.i().Mode.IsSymlink() {
			if r := w.follow(s); r != nil {
				return last{}, r
			}
			continue
		}
		w.at = s
	}
}

func onlySlashes(s string) bool {
	for i := range len(s) {
		if s[i] != '/' {
			return false
		}
	}
	return true
}

func kindOf(name string) lastKind {
	switch name {
	case ".":
		return lastDot
	case "..":
		return lastDotDot
	}
	return lastName
}

// mayLookUp says whether names may be looked up in where the walk is.
func (w *walk) mayLookUp() *refusal {
	n := w.at.n
	if !n.isDir() {
		return refuse(ENOTDIR, RuleKind, n)
	}
	if !w.v.cred.allowed(n.i(), mayExec) {
		return refuse(EACCES, RuleSearch, n)
	}
	return nil
}

// step is what a name in the directory leads to. With ENOENT, nothing has the name.
func (w *walk) step(name string) (spot, *refusal) {
	switch name {
	case ".":
		return w.at, nil
	case "..":
		return w.v.dotdot(w.at), nil
	}
	return w.v.childAt(w.at, name)
}

// childAt looks a name up in a directory, and crosses into what is mounted there.
func (v *View) childAt(dir spot, name string) (spot, *refusal) {
	if len(name) > NameMax {
		return spot{}, refuse(ENAMETOOLONG, RuleName, nil)
	}
	n := dir.n.child(v, name)
	if n == nil {
		return spot{}, &refusal{ENOENT, dir.n.hides(name), dir.n, name}
	}
	if v.watches(WatchLookups) {
		v.tell(Event{Rule: RuleLookup, FS: n.fs, Path: dir.n.below(name), Layer: n.layer()})
	}
	s := spot{dir.m, n, dir.n, name}
	if n.mounted == 0 {
		return s, nil
	}
	top := v.mounts.top(s)
	if top.m != s.m && v.watches(WatchLookups) {
		v.tell(Event{Rule: RuleMount, FS: top.m.FS, Path: dir.n.below(name), Mount: top.m})
	}
	return top, nil
}

// dotdot is the directory above, which a root is to itself.
func (v *View) dotdot(s spot) spot {
	for {
		if s.m == v.root.m && s.n == v.root.n {
			return s
		}
		if s.n != s.m.root {
			return v.mounts.top(s.m.spotOf(s.n.parent))
		}
		on, ok := s.m.up()
		if !ok {
			return s
		}
		s = on
	}
}

// follow goes on with what a symbolic link says.
func (w *walk) follow(s spot) *refusal {
	if w.links++; w.links > maxLinks {
		return refuse(ELOOP, RuleLoop, s.n)
	}
	if d := s.n.dyn; d != nil && d.Jump != nil {
		to, err := d.Jump(w.v)
		if err == nil && to.spot.n == nil {
			err = ENOENT
		}
		if err != nil {
			return &refusal{errnoOf(err), RuleDynamic, s.n, ""}
		}
		w.at = to.spot
		return nil
	}
	target, r := w.v.targetOf(s.n)
	if r != nil {
		return r
	}
	if target == "" {
		return refuse(ENOENT, RuleDangling, s.n)
	}
	s.accessed()
	if target[0] == '/' {
		w.at = w.v.root
	}
	w.rest = target + w.rest
	return nil
}

// targetOf is what a symbolic link says.
func (v *View) targetOf(n *node) (string, *refusal) {
	if d := n.dyn; d != nil && d.Link != nil {
		t, err := d.Link(v)
		if err != nil {
			return "", &refusal{errnoOf(err), RuleDynamic, n, ""}
		}
		return t, nil
	}
	return n.i().target, nil
}

// lookup is what a path leads to. follow says whether a link at its end is followed.
func (v *View) lookup(path string, follow bool) (spot, *refusal) {
	w, r := v.walk(path)
	if r != nil {
		return spot{}, r
	}
	for {
		l, r := w.toLast()
		if r != nil {
			return spot{}, r
		}
		if l.kind == lastRoot {
			return l.dir, nil
		}
		s, r := w.step(l.name)
		if r != nil {
			return spot{}, w.dangling(r)
		}
		if s.n.i().Mode.IsSymlink() && (follow || l.slash) {
			jumped, r := w.followLast(s, l.slash)
			if r != nil {
				return spot{}, r
			}
			if !jumped {
				continue
			}
			s = w.at
		}
		if l.slash && !s.n.isDir() {
			return spot{}, refuse(ENOTDIR, RuleKind, s.n)
		}
		return s, nil
	}
}

// followLast follows a link at a path's end. It says whether the link led to a place at once.
func (w *walk) followLast(s spot, slash bool) (jumped bool, r *refusal) {
	jumped = s.n.dyn != nil && s.n.dyn.Jump != nil
	if w.rest = ""; slash {
		w.rest = "/"
	}
	return jumped, w.follow(s)
}

// dangling turns a missing name into a link that leads nowhere, if a link led there.
func (w *walk) dangling(r *refusal) *refusal {
	if r.is(ENOENT) && r.rule == RuleMissing && w.links > 0 {
		r.rule = RuleDangling
	}
	return r
}

// parent is the directory that a path's last name is in, and the name.
func (v *View) parent(path string) (last, *refusal) {
	w, r := v.walk(path)
	if r != nil {
		return last{}, r
	}
	return w.toLast()
}
