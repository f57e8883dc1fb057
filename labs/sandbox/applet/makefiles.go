package applet

import (
	"strings"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

func truncateCmd(c *call) proc.ExitCode {
	o := c.getopt("cs:", "no-create=c", "size=s")
	text, ok := o.value('s')
	if !ok || len(o.args) == 0 {
		if c.gnu() && !ok {
			c.complain("you must specify either '--size' or '--reference'")
		}
		c.usage()
	}
	relative := byte(0)
	if c.gnu() && text != "" && strings.IndexByte("+-<>/%", text[0]) >= 0 {
		relative, text = text[0], text[1:]
	}
	n := c.number(text, sizeSuffixes())
	flags := proc.O_WRONLY
	if !o.has('c') {
		flags |= proc.O_CREAT
	}
	for _, name := range o.args {
		fd, err := c.Open(name, flags|proc.O_NONBLOCK, 0o666)
		if err == proc.ENOENT && o.has('c') {
			continue
		}
		if err != nil {
			c.truncateFailed("open", name, err)
			continue
		}
		f, err := c.File(fd)
		if err == nil {
			err = f.Truncate(newSize(f.Stat().Size, n, relative))
		}
		if err != nil {
			c.truncateFailed("truncate", name, err)
		}
		c.Close(fd)
	}
	return c.failed
}

func newSize(old, n int64, relative byte) int64 {
	switch relative {
	case '+':
		return old + n
	case '-':
		return max(0, old-n)
	case '<':
		return min(old, n)
	case '>':
		return max(old, n)
	}
	return n
}

func (c *call) truncateFailed(what, name string, err error) {
	if c.gnu() && what == "open" {
		c.warn("cannot open '%s' for writing: %s", name, c.text(err))
	} else if c.gnu() {
		c.warn("failed to truncate '%s': %s", name, c.text(err))
	} else {
		c.warn("%s: %s: %s", name, what, c.text(err))
	}
}

func mktempCmd(c *call) proc.ExitCode {
	o := c.getopt("dqtp:u", "directory=d", "quiet=q", "tmpdir=p", "dry-run=u")
	template := "tmp.XXXXXX"
	if c.gnu() {
		template = "tmp.XXXXXXXXXX"
	}
	dir, inDir := o.value('p')
	if !inDir {
		if dir = c.Getenv("TMPDIR"); dir == "" {
			dir = "/tmp"
		}
	}
	inDir = inDir || o.has('t') || len(o.args) == 0
	switch {
	case len(o.args) > 1:
		c.usage()
	case len(o.args) == 1:
		template = o.args[0]
	}
	if inDir {
		template = joinPath(dir, template)
	}
	stem := strings.TrimRight(template, "X")
	if n := len(template) - len(stem); n < 6 && !c.gnu() || n < 3 {
		c.mktempFailed(o, template, proc.EINVAL)
	}
	c.makeTemporary(stem, len(template)-len(stem), o)
	return 0
}

func (c *call) mktempFailed(o *options, template string, err error) {
	if o.has('q') {
		c.Exit(1)
	}
	switch {
	case c.gnu() && err == proc.EINVAL:
		c.die("too few X's in template '%s'", template)
	case c.gnu() && o.has('d'):
		c.die("failed to create directory via template '%s': %s", template, c.text(err))
	case c.gnu():
		c.die("failed to create file via template '%s': %s", template, c.text(err))
	}
	c.die("(null): %s", c.text(err))
}

func (c *call) makeTemporary(stem string, n int, o *options) {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for {
		b := make([]byte, n)
		for i := range b {
			b[i] = letters[c.Rand().IntN(len(letters))]
		}
		path := stem + string(b)
		var err error
		switch {
		case o.has('u'):
		case o.has('d'):
			err = c.FS().Mkdir(path, 0o700)
		default:
			var fd int
			if fd, err = c.Open(path, proc.O_RDWR|proc.O_CREAT|proc.O_EXCL, 0o600); err == nil {
				c.Close(fd)
			}
		}
		if err == proc.EEXIST {
			continue
		}
		if err != nil {
			c.mktempFailed(o, stem+strings.Repeat("X", n), err)
		}
		c.print(path + "\n")
		return
	}
}

func mkfifoCmd(c *call) proc.ExitCode {
	o := c.getopt("m:", "mode=m")
	if len(o.args) == 0 {
		c.missing("")
	}
	mode := c.nodeMode(o)
	for _, name := range o.args {
		if err := c.node(name, vfs.S_IFIFO, mode, 0, o); err != nil {
			if c.gnu() {
				c.warn("cannot create fifo '%s': %s", name, c.text(err))
			} else {
				c.warn("%s: %s", name, c.text(err))
			}
		}
	}
	return c.failed
}

func (c *call) nodeMode(o *options) vfs.Mode {
	text, ok := o.value('m')
	if !ok {
		return 0o666
	}
	mode, ok := parseMode(text, 0o666, c.FS().Umask())
	if !ok {
		c.die("invalid mode '%s'", text)
	}
	return mode
}

func (c *call) node(name string, kind, mode vfs.Mode, dev vfs.Dev, o *options) error {
	err := c.FS().Mknod(name, kind|mode, dev)
	if err == nil && o.has('m') {
		err = c.FS().Chmod(name, mode)
	}
	return err
}

func mknodCmd(c *call) proc.ExitCode {
	o := c.getopt("m:", "mode=m")
	kinds := map[string]vfs.Mode{"p": vfs.S_IFIFO, "b": vfs.S_IFBLK, "c": vfs.S_IFCHR, "u": vfs.S_IFCHR}
	if len(o.args) < 2 {
		c.missing("")
	}
	kind, ok := kinds[o.args[1]]
	if !ok {
		c.usage()
	}
	dev := vfs.Dev(0)
	switch {
	case o.args[1] != "p" && len(o.args) == 4:
		dev = vfs.MakeDev(uint32(c.number(o.args[2], nil)), uint32(c.number(o.args[3], nil)))
	case o.args[1] != "p" || len(o.args) != 2:
		c.usage()
	}
	if err := c.node(o.args[0], kind, c.nodeMode(o), dev, o); err != nil {
		c.warn("%s: %s", o.args[0], c.text(err))
	}
	return c.failed
}

func syncCmd(c *call) proc.ExitCode {
	o := c.getopt("df")
	for _, name := range o.args {
		fd, err := c.Open(name, proc.O_RDONLY|proc.O_NONBLOCK, 0)
		if err != nil {
			if c.gnu() {
				c.warn("error opening '%s': %s", name, c.text(err))
			} else {
				c.warn("can't open '%s': %s", name, c.text(err))
			}
			continue
		}
		c.Close(fd)
	}
	return c.failed
}

func installCmd(c *call) proc.ExitCode {
	o := c.getopt("cdDpsg:m:o:t:vT", "directory=d", "mode=m", "owner=o", "group=g", "target-directory=t", "verbose=v")
	c.refuse(o, "Ts")
	mode := vfs.Mode(0o755)
	if text, ok := o.value('m'); ok {
		if mode, ok = parseMode(text, 0, 0); !ok {
			c.die("invalid mode '%s'", text)
		}
	}
	uid, gid := uint32(vfs.KeepID), uint32(vfs.KeepID)
	if v, ok := o.value('o'); ok {
		uid, _ = c.ownerAndGroup(v)
	}
	if v, ok := o.value('g'); ok {
		gid = c.gidOrDie(v)
	}
	finish := func(path string) {
		if err := c.FS().Chmod(path, mode); err != nil {
			c.cannot("change permissions of", path, err)
		}
		if uid != vfs.KeepID || gid != vfs.KeepID {
			if err := c.FS().Chown(path, uid, gid); err != nil {
				c.cannot("change ownership of", path, err)
			}
		}
	}
	if o.has('d') {
		if len(o.args) == 0 {
			c.missing("")
		}
		for _, dir := range o.args {
			if c.makeParents(dir, o.has('v')) {
				finish(dir)
			}
		}
		return c.failed
	}
	k := &copier{call: c, force: true, follow: true, followArg: true, preserve: o.has('p'), verbose: o.has('v')}
	for _, pair := range c.destinations(o, c.movesTo) {
		if o.has('D') && !c.makeParents(dirName(pair[1]), false) {
			continue
		}
		c.FS().Unlink(pair[1])
		if k.copy(pair[0], pair[1]) {
			finish(pair[1])
		}
	}
	return c.failed
}
