package applet

import (
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

func chmodCmd(c *call) proc.ExitCode {
	c.protectMode()
	o := c.getopt("Rcvf", "recursive=R", "changes=c", "verbose=v", "silent=f", "quiet=f")
	args := o.args
	if len(args) > 0 && strings.HasPrefix(args[0], "\x00") {
		args[0] = args[0][1:]
	}
	if len(args) < 2 {
		if c.gnu() && len(args) == 1 {
			c.complain("missing operand after '%s'", args[0])
		} else if c.gnu() {
			c.complain("missing operand")
		}
		c.usage()
	}
	if _, ok := parseMode(args[0], 0, 0); !ok {
		if c.gnu() {
			c.complain("invalid mode: '%s'", args[0])
			c.usage()
		}
		c.die("invalid mode '%s'", args[0])
	}
	for _, path := range args[1:] {
		c.walkChange(path, o.has('R'), func(path string, st vfs.Stat) { c.chmod(path, args[0], st, o) })
	}
	return c.failed
}

// protectMode hides a mode such as -w from the option reader: a zero byte, which no argument has, goes in front.
func (c *call) protectMode() {
	args := append([]string(nil), c.args...)
	for i, a := range args {
		if a == "--" {
			break
		}
		if len(a) > 1 && a[0] == '-' && strings.ContainsRune("rwxXstugo=", rune(a[1])) {
			args[i] = "\x00" + a
			break
		}
	}
	c.args = args
}

func (c *call) chmod(path, mode string, st vfs.Stat, o *options) {
	old := st.Mode.Perm()
	to, _ := parseMode(mode, st.Mode, c.FS().Umask())
	if st.IsDir() && mode[0] >= '0' && mode[0] <= '7' && len(mode) < 5 {
		to |= old & (vfs.S_ISUID | vfs.S_ISGID) * boolMode(c.gnu())
	}
	if err := c.FS().Chmod(path, to); err != nil {
		if !o.has('f') {
			c.notChanged("changing permissions of", path, err)
		}
		c.failed = 1
		return
	}
	if o.has('v') || o.has('c') && to != old {
		c.printChange(path, old, to)
	}
}

func boolMode(b bool) vfs.Mode {
	if b {
		return 1
	}
	return 0
}

func (c *call) printChange(path string, old, to vfs.Mode) {
	switch {
	case !c.gnu():
		c.printf("mode of '%s' changed to %04o (%s)\n", path, to, to.String()[1:])
	case old == to:
		c.printf("mode of '%s' retained as %04o (%s)\n", path, to, to.String()[1:])
	default:
		c.printf("mode of '%s' changed from %04o (%s) to %04o (%s)\n", path, old, old.String()[1:], to, to.String()[1:])
	}
}

func (c *call) notChanged(doing, path string, err error) {
	if c.gnu() {
		c.warn("%s '%s': %s", doing, path, c.text(err))
	} else {
		c.warn("%s: %s", path, c.text(err))
	}
}

// walkChange calls f with a file, and with -R with all below it; symbolic links below are left alone.
func (c *call) walkChange(path string, recurse bool, f func(string, vfs.Stat)) {
	st, err := c.FS().Stat(path)
	if err != nil {
		c.cannotAccess(path, err)
		return
	}
	c.walkFrom(path, st, recurse, f)
}

func (c *call) cannotAccess(path string, err error) {
	if c.gnu() {
		c.warn("cannot access '%s': %s", path, c.text(err))
	} else {
		c.warn("%s: %s", path, c.text(err))
	}
}

func (c *call) walkFrom(path string, st vfs.Stat, recurse bool, f func(string, vfs.Stat)) {
	f(path, st)
	if !recurse || !st.IsDir() {
		return
	}
	names, err := c.FS().ReadDir(path)
	if err != nil {
		c.notChanged("cannot read directory", path, err)
		return
	}
	for _, n := range names {
		c.Step(1)
		below := joinPath(path, n.Name)
		if st, err := c.FS().Lstat(below); err == nil && !st.Mode.IsSymlink() {
			c.walkFrom(below, st, true, f)
		}
	}
}

func chownCmd(c *call) proc.ExitCode {
	o := c.getopt("RhLHPcvfδ", "recursive=R", "no-dereference=h", "changes=c", "verbose=v", "silent=f", "dereference=δ")
	if len(o.args) < 2 {
		if c.gnu() && len(o.args) == 1 {
			c.complain("missing operand after '%s'", o.args[0])
		} else if c.gnu() {
			c.complain("missing operand")
		}
		c.usage()
	}
	uid, gid := c.ownerAndGroup(o.args[0])
	h := &owning{call: c, o: o, uid: uid, gid: gid}
	for _, path := range o.args[1:] {
		h.path(path)
	}
	return c.failed
}

func chgrpCmd(c *call) proc.ExitCode {
	o := c.getopt("RhLHPcvf", "recursive=R", "no-dereference=h")
	if len(o.args) < 2 {
		c.usage()
	}
	h := &owning{call: c, o: o, uid: vfs.KeepID, gid: c.gidOrDie(o.args[0])}
	for _, path := range o.args[1:] {
		h.path(path)
	}
	return c.failed
}

// ownerAndGroup reads USER, USER:GROUP, USER: or :GROUP.
func (c *call) ownerAndGroup(s string) (uid, gid uint32) {
	uid, gid = vfs.KeepID, vfs.KeepID
	name, groupName, colon := strings.Cut(s, ":")
	if !colon {
		if n, g, dot := strings.Cut(s, "."); dot && !c.gnu() {
			if _, ok := c.accounts().UID(s); !ok {
				name, groupName, colon = n, g, true
			}
		}
	}
	a := c.accounts()
	if name != "" {
		var ok bool
		if uid, ok = a.UID(name); !ok {
			if c.gnu() {
				c.die("invalid user: '%s'", s)
			}
			c.die("unknown user %s", name)
		}
	}
	switch {
	case groupName != "":
		var ok bool
		if gid, ok = a.GID(groupName); !ok && c.gnu() {
			c.die("invalid group: '%s'", s)
		} else if !ok {
			c.die("unknown user/group %s", s)
		}
	case colon && name != "":
		if u, ok := a.User(uid); ok {
			gid = u.GID
		}
	}
	return uid, gid
}

func (c *call) gidOrDie(name string) uint32 {
	gid, ok := c.accounts().GID(name)
	if !ok {
		if c.gnu() {
			c.die("invalid group: '%s'", name)
		}
		c.die("unknown group %s", name)
	}
	return gid
}

// owning is a chown as it runs.
type owning struct {
	*call
	o        *options
	uid, gid uint32
}

func (h *owning) path(path string) {
	follow := h.o.last("hδ") != 'h' && !h.o.has('R') || h.o.has('H') || h.o.has('L')
	st, err := h.FS().Lstat(path)
	if follow && err == nil {
		st, err = h.FS().Stat(path)
	}
	if err != nil {
		if !h.o.has('f') {
			h.cannotAccess(path, err)
		}
		h.failed = 1
		return
	}
	h.one(path, st)
	if !h.o.has('R') || !st.IsDir() {
		return
	}
	names, err := h.FS().ReadDir(path)
	if err != nil {
		h.notChanged("cannot read directory", path, err)
		return
	}
	for _, n := range names {
		h.Step(1)
		h.path(joinPath(path, n.Name))
	}
}

func (h *owning) one(path string, st vfs.Stat) {
	set := h.FS().Chown
	if h.o.last("hδ") == 'h' || st.Mode.IsSymlink() {
		set = h.FS().Lchown
	}
	if err := set(path, h.uid, h.gid); err != nil {
		if !h.o.has('f') {
			h.notChanged("changing ownership of", path, err)
		}
		h.failed = 1
		return
	}
	if h.o.has('v') || h.o.has('c') && (h.uid != vfs.KeepID && h.uid != st.UID || h.gid != vfs.KeepID && h.gid != st.GID) {
		now, _ := h.FS().Lstat(path)
		a := h.accounts()
		if h.gnu() {
			h.printf("changed ownership of '%s' from %s:%s to %s\n", path, a.UserName(st.UID), a.GroupName(st.GID),
				fmt.Sprintf("%s:%s", a.UserName(now.UID), a.GroupName(now.GID)))
		} else {
			h.printf("changed ownership of '%s' to %d:%d\n", path, now.UID, now.GID)
		}
	}
}
