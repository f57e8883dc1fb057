package vfs

import (
	"path"
	"slices"
	"strings"
)

// View is the files as one process sees them: a mount namespace, a root, a working directory, and who is asking. Its
// methods are the system calls on paths. Errors are Errno values.
type View struct {
	// Caller is whose view it is. Only the hooks of dynamic file systems look at it.
	Caller any

	mounts    *Mounts
	root, cwd spot
	cred      Cred
	umask     Mode
	call      string // being made, for events
}

// View is a view from the namespace's root, with umask 022.
func (ms *Mounts) View(c Cred) *View {
	root := ms.top(spot{m: ms.root, n: ms.root.root})
	return &View{mounts: ms, root: root, cwd: root, cred: c, umask: 0o022}
}

// Clone is a view of its own with the same namespace, root, directory, credentials and umask.
func (v *View) Clone() *View {
	c := *v
	return &c
}

// As is a clone with other credentials.
func (v *View) As(c Cred) *View {
	n := v.Clone()
	n.cred = c
	return n
}

// Mounts is the namespace.
func (v *View) Mounts() *Mounts { return v.mounts }

// Cred is who is asking.
func (v *View) Cred() Cred { return v.cred }

// SetCred changes who is asking.
func (v *View) SetCred(c Cred) { v.cred = c }

// Umask is the permissions that new files do not get.
func (v *View) Umask() Mode { return v.umask }

// SetUmask changes it, and returns the old one.
func (v *View) SetUmask(m Mode) (old Mode) {
	old, v.umask = v.umask, m&0o777
	return old
}

// Abs is a path made absolute and clean without looking at files: "..", of which links know better, takes a name away.
func (v *View) Abs(p string) string {
	if strings.HasPrefix(p, "/") {
		return path.Clean(p)
	}
	cwd, err := v.Getwd()
	if err != nil {
		return path.Clean(p)
	}
	return path.Join(cwd, p)
}

// Getwd is the working directory's path from the view's root. ENOENT: it was removed, or is out of reach, or its path
// is too long.
func (v *View) Getwd() (string, error) {
	v.call = "getcwd"
	if v.cwd.n.gone {
		return "", v.answer(refuse(ENOENT, RuleGone, v.cwd.n), ".")
	}
	p, ok := v.pathOf(v.cwd)
	if !ok {
		return "", v.answer(refuse(ENOENT, RuleInvalid, v.cwd.n), ".")
	}
	return p, nil
}

// pathOf is a place's path from the view's root, and whether it is below it and not too long.
func (v *View) pathOf(s spot) (string, bool) {
	var parts []string
	size := 0
	ok := true
	for ok && !(s.m == v.root.m && s.n == v.root.n) {
		if s.n == s.m.root {
			s, ok = s.m.up()
			continue
		}
		dir, name := s.named()
		parts = append(parts, name)
		size += len(name) + 1
		s, ok = s.m.spotOf(dir), size < PathMax
	}
	slices.Reverse(parts)
	return "/" + strings.Join(parts, "/"), ok
}

// named is the directory that a spot is in now, within its mount, and its name there. A file may have been moved since
// the spot was found, and of several names it keeps the one it was found by.
func (s spot) named() (dir *node, name string) {
	if s.dir != nil && !s.n.isDir() && s.dir.holds(s.name, s.n) {
		return s.dir, s.name
	}
	return s.n.parent, s.n.name
}

// spotOf is a directory of a mount as a spot.
func (m *Mount) spotOf(d *node) spot {
	if d == m.root {
		return spot{m: m, n: d}
	}
	return spot{m: m, n: d, dir: d.parent, name: d.name}
}

// inside is the path of a name in a directory, from the mount's root.
func (m *Mount) inside(dir *node, name string) string {
	if dir == nil {
		return "/"
	}
	parts := []string{name}
	for d := dir; d != m.root && d.parent != d; d = d.parent {
		parts = append(parts, d.name)
	}
	slices.Reverse(parts)
	return "/" + strings.Join(parts, "/")
}

// Chdir changes the working directory. ENOENT, ENOTDIR, EACCES.
func (v *View) Chdir(p string) error {
	v.call = "chdir"
	s, r := v.directory(p)
	if r == nil {
		v.cwd = s
	}
	return v.answer(r, p)
}

// directory is a directory that the view may search.
func (v *View) directory(p string) (spot, *refusal) {
	s, r := v.lookup(p, true)
	switch {
	case r != nil:
		return s, r
	case !s.n.isDir():
		return s, refuse(ENOTDIR, RuleKind, s.n)
	case !v.cred.allowed(s.n.i(), mayExec):
		return s, refuse(EACCES, RuleSearch, s.n)
	}
	return s, nil
}

// Chroot makes a directory the view's root. The working directory stays. EPERM: CAP_SYS_CHROOT is missing.
func (v *View) Chroot(p string) error {
	v.call = "chroot"
	s, r := v.directory(p)
	if r == nil && !v.cred.Has(CAP_SYS_CHROOT) {
		r = refuse(EPERM, RuleCapability, nil)
	}
	if r == nil {
		v.root = s
	}
	return v.answer(r, p)
}

// At is a view whose relative paths begin at an open directory: openat(2) and its kin.
func (v *View) At(dir *File) *View {
	c := v.Clone()
	c.cwd = dir.at
	return c
}

// Fchdir changes the working directory to an open one. ENOTDIR, EACCES.
func (v *View) Fchdir(f *File) error {
	v.call = "fchdir"
	n := f.at.n
	switch {
	case !n.isDir():
		return v.answer(refuse(ENOTDIR, RuleKind, n), f.name)
	case !v.cred.allowed(n.i(), mayExec):
		return v.answer(refuse(EACCES, RuleSearch, n), f.name)
	}
	v.cwd = f.at
	return nil
}
