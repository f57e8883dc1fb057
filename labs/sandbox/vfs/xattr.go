package vfs

import "strings"

// XattrFlags say whether an extended attribute must be new, or must be there. Linux: include/uapi/linux/xattr.h
type XattrFlags uint8

const (
	XATTR_CREATE  XattrFlags = 1 // EEXIST if it is there
	XATTR_REPLACE XattrFlags = 2 // ENODATA if it is not
)

// ownXattrs is what an overlay keeps for itself in its upper directory.
const (
	ownXattrs   = "trusted.overlay."
	opaqueXattr = "trusted.overlay.opaque"
)

// Getxattr is an extended attribute's value. ENODATA: there is none.
func (v *View) Getxattr(path, name string) (string, error) { return v.getXattrAt(path, name, true) }

// Lgetxattr is Getxattr of a symbolic link itself.
func (v *View) Lgetxattr(path, name string) (string, error) { return v.getXattrAt(path, name, false) }

// Listxattr is the names of a file's extended attributes in order, as far as the view may see them.
func (v *View) Listxattr(path string) ([]string, error) { return v.listXattrAt(path, true) }

// Llistxattr is Listxattr of a symbolic link itself.
func (v *View) Llistxattr(path string) ([]string, error) { return v.listXattrAt(path, false) }

// Setxattr sets an extended attribute. EPERM, EOPNOTSUPP, ENOSPC, ERANGE, EROFS.
func (v *View) Setxattr(path, name, value string, flags XattrFlags) error {
	return v.setXattrAt(path, name, &value, flags, true)
}

// Lsetxattr is Setxattr of a symbolic link itself.
func (v *View) Lsetxattr(path, name, value string, flags XattrFlags) error {
	return v.setXattrAt(path, name, &value, flags, false)
}

// Removexattr removes an extended attribute. ENODATA.
func (v *View) Removexattr(path, name string) error { return v.setXattrAt(path, name, nil, 0, true) }

// Lremovexattr is Removexattr of a symbolic link itself.
func (v *View) Lremovexattr(path, name string) error { return v.setXattrAt(path, name, nil, 0, false) }

func (v *View) getXattrAt(path, name string, follow bool) (string, error) {
	v.call = "getxattr"
	s, r := v.lookup(path, follow)
	if r == nil {
		r = v.mayXattr(s.n, name, false)
	}
	if r != nil {
		return "", v.answer(r, path)
	}
	if value, ok := s.n.xattr(name); ok {
		return value, nil
	}
	return "", v.answer(refuse(ENODATA, RuleMissing, s.n), path)
}

// xattr is an attribute as it shows: an overlay hides its own, and they show in its upper directory.
func (n *node) xattr(name string) (string, bool) {
	if name == opaqueXattr && n.marked() {
		return "y", true
	}
	value, ok := n.i().xattrs[name]
	return value, ok
}

// marked reports whether the node, in an upper directory or a layer, is marked as opaque.
func (n *node) marked() bool {
	if n.raw != nil {
		return n.raw.opaque
	}
	return n.fs.kind == kindSealed && n.fs.image == nil && n.lo.opaque
}

func (v *View) listXattrAt(path string, follow bool) ([]string, error) {
	v.call = "listxattr"
	s, r := v.lookup(path, follow)
	if r != nil {
		return nil, v.answer(r, path)
	}
	names := s.n.i().xattrNames()
	if s.n.marked() {
		names = append(names, opaqueXattr)
	}
	kept := names[:0]
	for _, name := range names {
		if !strings.HasPrefix(name, "trusted.") || v.cred.Has(CAP_SYS_ADMIN) {
			kept = append(kept, name)
		}
	}
	return kept, nil
}

// mayXattr is who may read or write which attribute. Linux: fs/xattr.c, xattr_permission.
func (v *View) mayXattr(n *node, name string, write bool) *refusal {
	i := n.i()
	space, rest, _ := strings.Cut(name, ".")
	switch {
	case name == "" || len(name) > NameMax:
		return refuse(ERANGE, RuleInvalid, nil)
	case n.fs.kind == kindDyn, rest == "":
		return refuse(EOPNOTSUPP, RuleUnsupported, n)
	case n.fs.kind == kindOverlay && strings.HasPrefix(name, ownXattrs):
		return refuse(EOPNOTSUPP, RuleXattr, n)
	}
	switch space {
	case "trusted":
		return v.mayTrusted(n, write)
	case "security":
		if write && !v.cred.Has(CAP_SYS_ADMIN) && !(name == fileCaps && v.cred.Has(CAP_SETFCAP)) {
			return refuse(EPERM, RuleXattr, n)
		}
		return nil
	case "user":
		return v.mayUserXattr(n, i, write)
	}
	return refuse(EOPNOTSUPP, RuleUnsupported, n)
}

func (v *View) mayTrusted(n *node, write bool) *refusal {
	switch {
	case v.cred.Has(CAP_SYS_ADMIN):
		return nil
	case write:
		return refuse(EPERM, RuleXattr, n)
	}
	return refuse(ENODATA, RuleXattr, n)
}

func (v *View) mayUserXattr(n *node, i *inode, write bool) *refusal {
	want := mayRead
	if write {
		want = mayWrite
	}
	switch {
	case !i.Mode.IsRegular() && !i.Mode.IsDir() && write:
		return refuse(EPERM, RuleXattr, n)
	case !i.Mode.IsRegular() && !i.Mode.IsDir():
		return refuse(ENODATA, RuleXattr, n)
	case write && i.Mode.IsDir() && i.Mode&S_ISVTX != 0 && !v.cred.owns(i):
		return refuse(EPERM, RuleSticky, n)
	case !v.cred.allowed(i, want):
		return refuse(EACCES, RuleMode, n)
	}
	return nil
}

// setXattrAt sets an attribute; a nil value removes it.
func (v *View) setXattrAt(path, name string, value *string, flags XattrFlags, follow bool) error {
	if v.call = "setxattr"; value == nil {
		v.call = "removexattr"
	}
	s, r := v.lookup(path, follow)
	if r == nil {
		r = s.writable()
	}
	if r == nil {
		r = v.mayXattr(s.n, name, true)
	}
	if r == nil {
		r = v.setXattr(s.n, name, value, flags)
	}
	return v.answer(r, path)
}

func (v *View) setXattr(n *node, name string, value *string, flags XattrFlags) *refusal {
	old, there := n.i().xattrs[name]
	switch {
	case there && flags&XATTR_CREATE != 0:
		return refuse(EEXIST, RuleExists, n)
	case !there && (flags&XATTR_REPLACE != 0 || value == nil):
		return refuse(ENODATA, RuleMissing, n)
	}
	if r := n.xattrRoom(name, value); r != nil {
		return r
	}
	if r := n.copyUp(v, true); r != nil {
		return r
	}
	if value != nil && there && old == *value {
		return nil // ext4: the same value changes nothing
	}
	before := n.up.xattrBytes()
	if value == nil {
		n.up.removeXattr(name)
	} else if r := n.fs.takeMemory(xattrMemory(name, *value)); r != nil {
		return r
	} else {
		n.up.setXattr(name, *value)
		before += xattrMemory(name, *value)
	}
	n.fs.giveMemory(before - n.up.xattrBytes())
	n.up.ctime = n.fs.disk.now()
	return nil
}

// xattrRoom says whether all of a file's attributes fit. Linux: fs/ext4/xattr.c
func (n *node) xattrRoom(name string, value *string) *refusal {
	if value == nil {
		return nil
	}
	if len(*value) > xattrMax {
		return refuse(E2BIG, RuleTooBig, n)
	}
	total := len(name) + len(*value)
	for k, x := range n.i().xattrs { // any order: it is a sum
		if k != name {
			total += len(k) + len(x)
		}
	}
	if total > xattrTotal {
		return refuse(ENOSPC, RuleTooBig, n)
	}
	return nil
}
