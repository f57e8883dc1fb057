package applet

import (
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

func touchCmd(c *call) proc.ExitCode {
	o := c.getopt("chamd:t:r:f", "no-create=c", "no-dereference=h", "date=d", "reference=r")
	if len(o.args) == 0 {
		if c.gnu() {
			c.complain("missing file operand")
		}
		c.usage()
	}
	at, mt := c.touchTimes(o)
	if o.has('a') && !o.has('m') {
		mt = vfs.Omit()
	}
	if o.has('m') && !o.has('a') {
		at = vfs.Omit()
	}
	for _, name := range o.args {
		c.touch(name, o, at, mt)
	}
	return c.failed
}

// touchTimes is what -r, -d and -t ask for: the present, if nothing.
func (c *call) touchTimes(o *options) (at, mt vfs.TimeArg) {
	if ref, ok := o.value('r'); ok {
		st, err := c.FS().Stat(ref)
		if err != nil && c.gnu() {
			c.die("failed to get attributes of '%s': %s", ref, c.text(err))
		}
		if err != nil {
			c.die("can't stat '%s': %s", ref, c.text(err))
		}
		return vfs.TimeAt(st.Atime), vfs.TimeAt(st.Mtime)
	}
	letter := o.last("dt")
	if letter == 0 {
		return vfs.Now(), vfs.Now()
	}
	text, _ := o.value(letter)
	t, ok := c.parseDateIn(text, c.Now().In(c.zone()))
	if !ok && c.gnu() {
		c.die("invalid date format '%s'", text)
	}
	if !ok {
		c.die("invalid date '%s'", text)
	}
	return vfs.TimeAt(t.UnixNano()), vfs.TimeAt(t.UnixNano())
}

func (c *call) touch(name string, o *options, at, mt vfs.TimeArg) {
	set := c.FS().Utimes
	if o.has('h') {
		set = c.FS().Lutimes
	}
	err := set(name, at, mt)
	if err == proc.ENOENT && o.has('c') {
		return
	}
	if err == proc.ENOENT && !o.has('h') {
		var fd int
		if fd, err = c.Open(name, proc.O_WRONLY|proc.O_CREAT, 0o666); err == nil {
			c.Close(fd)
			if o.has('d') || o.has('t') || o.has('r') {
				err = set(name, at, mt)
			}
		}
	}
	if err != nil && c.gnu() {
		c.warn("cannot touch '%s': %s", name, c.text(err))
	} else if err != nil {
		c.warn("%s: %s", name, c.text(err))
	}
}
