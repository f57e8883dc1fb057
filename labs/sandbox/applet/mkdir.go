package applet

import (
	"strings"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

func mkdirCmd(c *call) proc.ExitCode {
	o := c.getopt("m:pv", "mode=m", "parents=p", "verbose=v")
	if len(o.args) == 0 {
		c.missing("")
	}
	mode, given := vfs.Mode(0o777), false
	if m, ok := o.value('m'); ok {
		if mode, given = parseMode(m, 0o777, c.FS().Umask()); !given {
			c.die("invalid mode '%s'", m)
		}
	}
	for _, path := range o.args {
		if o.has('p') {
			c.makeParents(path, o.has('v'))
		} else if err := c.FS().Mkdir(path, mode); err != nil {
			c.notMade(path, err)
			continue
		} else if o.has('v') {
			c.madeDirectory(path)
		}
		if given {
			c.FS().Chmod(path, mode)
		}
	}
	return c.failed
}

func (c *call) notMade(path string, err error) {
	if c.gnu() {
		c.warn("cannot create directory '%s': %s", path, c.text(err))
		return
	}
	c.warn("can't create directory '%s': %s", path, c.text(err))
}

func (c *call) madeDirectory(path string) {
	if c.gnu() {
		c.printf("%s: created directory '%s'\n", c.name, path)
	} else {
		c.printf("created directory: '%s'\n", path)
	}
}

// makeParents makes a directory and those above it. What is there already is fine if it is a directory.
func (c *call) makeParents(path string, verbose bool) bool {
	for i := 1; i <= len(path); i++ {
		if i < len(path) && path[i] != '/' || path[i-1] == '/' {
			continue
		}
		part := path[:i]
		if i < len(path) && !c.gnu() {
			part = path[:i+1]
		}
		c.Step(1)
		err := c.FS().Mkdir(part, 0o777)
		if err == nil {
			if verbose {
				c.madeDirectory(part)
			}
			continue
		}
		if st, statErr := c.FS().Stat(part); statErr == nil && (st.IsDir() || i < len(path)) {
			if st.IsDir() {
				continue
			}
			c.notMade(part, proc.ENOTDIR)
			return false
		}
		c.notMade(part, c.parentError(part, err))
		return false
	}
	return true
}

// parentError is why a parent cannot be used: busybox says of a file in the way that it is no directory.
func (c *call) parentError(part string, err error) error {
	if err == proc.EEXIST && strings.HasSuffix(part, "/") {
		return proc.ENOTDIR
	}
	return err
}

func rmdirCmd(c *call) proc.ExitCode {
	o := c.getopt("pv☆", "parents=p", "verbose=v", "ignore-fail-on-non-empty=☆")
	if len(o.args) == 0 {
		c.missing("")
	}
	for _, path := range o.args {
		c.removeEmpty(path, o)
	}
	return c.failed
}

func (c *call) removeEmpty(path string, o *options) {
	for {
		if o.has('v') {
			c.printf("%s: removing directory, '%s'\n", c.name, path)
		}
		if err := c.FS().Rmdir(path); err != nil {
			if err == proc.ENOTEMPTY && o.has('☆') {
				return
			}
			if c.gnu() {
				c.warn("failed to remove '%s': %s", path, c.text(err))
			} else {
				c.warn("'%s': %s", path, c.text(err))
			}
			return
		}
		i := strings.LastIndexByte(strings.TrimRight(path, "/"), '/')
		if !o.has('p') || i <= 0 {
			return
		}
		path = strings.TrimRight(path[:i], "/")
	}
}
