package applet

import (
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

func mvCmd(c *call) proc.ExitCode {
	o := c.getopt("finTt:vu", "force=f", "interactive=i", "no-clobber=n", "verbose=v", "no-target-directory=T",
		"target-directory=t", "update=u")
	for _, pair := range c.destinations(o, c.movesTo) {
		c.move(o, pair[0], pair[1])
	}
	return c.failed
}

// movesTo says whether a single source becomes dst itself.
func (c *call) movesTo(_, dst string) bool {
	st, err := c.FS().Stat(dst)
	return err != nil || !st.IsDir()
}

func (c *call) move(o *options, src, dst string) {
	to, err := c.FS().Lstat(dst)
	exists := err == nil
	if exists && o.last("fin") == 'n' {
		return
	}
	if exists && o.last("fin") != 'f' && c.wantsToKnow(o, dst) && !c.asks(c.name+": overwrite '"+dst+"'? ") {
		return
	}
	if st, err := c.FS().Stat(src); !c.gnu() && o.has('T') && exists && to.IsDir() && err == nil && !st.IsDir() {
		c.warn("'%s' is a directory", dst)
		return
	}
	if c.gnu() && exists {
		if st, err := c.FS().Lstat(src); err == nil && st.ID() == to.ID() {
			c.warn("'%s' and '%s' are the same file", src, dst)
			return
		}
		if st, err := c.FS().Lstat(src); err == nil && st.IsDir() && !to.IsDir() {
			c.warn("cannot overwrite non-directory '%s' with directory '%s'", dst, src)
			return
		}
	}
	if from, err := c.FS().Lstat(src); o.has('u') && exists && err == nil && from.Mtime <= to.Mtime {
		return
	}
	switch err := c.FS().Rename(src, dst); {
	case err == nil:
		if o.has('v') {
			c.moved(src, dst)
		}
	case err == proc.EXDEV:
		c.moveAcross(o, src, dst)
	case c.gnu() && err == proc.ENOENT && !c.there(src):
		c.warn("cannot stat '%s': %s", src, c.text(err))
	case c.gnu() && err == proc.EINVAL:
		c.warn("cannot move '%s' to a subdirectory of itself, '%s'", src, dst)
	case c.gnu():
		c.warn("cannot move '%s' to '%s': %s", src, dst, c.text(err))
	default:
		c.warn("can't rename '%s': %s", src, c.text(err))
	}
}

func (c *call) there(path string) bool {
	_, err := c.FS().Lstat(path)
	return err == nil
}

// wantsToKnow says whether to ask before a file is replaced: with -i, or when it is read-only and someone is there.
func (c *call) wantsToKnow(o *options, dst string) bool {
	return o.last("fin") == 'i' || c.IsTerminal(0) && c.Access(dst, proc.W_OK) != nil
}

func (c *call) moved(src, dst string) {
	if c.gnu() {
		c.print("renamed '" + src + "' -> '" + dst + "'\n")
	} else {
		c.print("'" + src + "' -> '" + dst + "'\n")
	}
}

// moveAcross moves to another file system, or a directory of an overlay's image: it copies and deletes.
func (c *call) moveAcross(o *options, src, dst string) {
	st, err := c.FS().Lstat(src)
	if err != nil {
		c.cannot("stat", src, err)
		return
	}
	if to, err := c.FS().Lstat(dst); err == nil {
		switch {
		case st.IsDir() && !to.IsDir():
			c.warn("can't overwrite non-directory with directory")
			return
		case !st.IsDir() && to.IsDir():
			c.warn("can't overwrite directory with non-directory")
			return
		}
		if err := c.replace(dst, to.IsDir()); err != nil {
			c.cannot("remove", dst, err)
			return
		}
	}
	if strings.HasPrefix(c.FS().Abs(dst)+"/", c.FS().Abs(src)+"/") {
		c.warn("can't rename '%s': %s", src, c.text(proc.EINVAL))
		return
	}
	k := &copier{call: c, recurse: true, preserve: true, force: true, whole: true}
	if !k.copy(src, dst) {
		return
	}
	r := &remover{call: c, recurse: true, force: true}
	if r.remove(src) && o.has('v') {
		c.moved(src, dst)
	}
}

func (c *call) replace(path string, dir bool) error {
	if dir {
		return c.FS().Rmdir(path)
	}
	return c.FS().Unlink(path)
}
