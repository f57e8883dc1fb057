package applet

import (
	"dockerlearn/labs/sandbox/proc"
)

func lnCmd(c *call) proc.ExitCode {
	o := c.getopt("sfnbS:vTt:r", "symbolic=s", "force=f", "no-dereference=n", "backup=b", "suffix=S", "verbose=v",
		"no-target-directory=T")
	c.refuse(o, "tr")
	if len(o.args) == 0 {
		if c.gnu() {
			c.complain("missing file operand")
		}
		c.usage()
	}
	targets, last := o.args, lastPart(o.args[0])
	if len(targets) > 1 {
		last, targets = targets[len(targets)-1], targets[:len(targets)-1]
	} else if !o.has('T') {
		last = "./" + last
	}
	if len(targets) > 1 && o.has('T') {
		c.usage()
	}
	l := &linker{call: c, o: o}
	for _, t := range targets {
		l.link(t, last, len(targets) > 1)
	}
	return c.failed
}

// linker is an ln as it runs.
type linker struct {
	*call
	o *options
}

func (l *linker) link(target, path string, several bool) {
	st, err := l.FS().Stat(path)
	if l.o.has('n') || l.o.has('T') {
		st, err = l.FS().Lstat(path)
	}
	if err == nil && st.IsDir() && !l.o.has('T') {
		path = joinPath(path, lastPart(target))
	} else if several && l.gnu() {
		l.die("target '%s' is not a directory", path)
	}
	if !l.makeRoom(target, path) {
		return
	}
	make := l.FS().Link
	if l.o.has('s') {
		make = l.FS().Symlink
	} else if st, err := l.FS().Stat(target); err != nil {
		l.notLinked(target, path, err)
		return
	} else if st.IsDir() && l.gnu() {
		l.warn("%s: hard link not allowed for directory", target)
		return
	}
	if err := make(target, path); err != nil {
		l.notLinked(target, path, err)
		return
	}
	if l.o.has('v') {
		l.printf("'%s' -> '%s'\n", path, target)
	}
}

// makeRoom takes away what has the name, if that was asked for.
func (l *linker) makeRoom(target, path string) bool {
	to, err := l.FS().Lstat(path)
	if err != nil {
		return true
	}
	if from, err := l.FS().Stat(target); err == nil && !l.o.has('s') && from.ID() == to.ID() && l.o.has('f') && l.gnu() {
		l.warn("'%s' and '%s' are the same file", target, path)
		return false
	}
	if suffix := l.o.or('S', "~"); l.o.has('b') {
		if err := l.FS().Rename(path, path+suffix); err != nil && err != proc.ENOENT {
			l.about("", path, err)
			return false
		}
		return true
	}
	if l.o.has('f') && !to.IsDir() {
		l.FS().Unlink(path)
	}
	return true
}

func (l *linker) notLinked(target, path string, err error) {
	kind := "hard"
	if l.o.has('s') {
		kind = "symbolic"
	}
	switch {
	case l.gnu() && err == proc.ENOENT && kind == "hard" && !l.there(target):
		l.warn("failed to access '%s': %s", target, l.text(err))
	case l.gnu() && kind == "hard" && err != proc.EEXIST:
		l.warn("failed to create %s link '%s' => '%s': %s", kind, path, target, l.text(err))
	case l.gnu():
		l.warn("failed to create %s link '%s': %s", kind, path, l.text(err))
	case kind == "hard" && err == proc.ENOENT && !l.there(target):
		l.warn("%s: %s", target, l.text(err))
	default:
		l.warn("%s: %s", path, l.text(err))
	}
}
