package applet

import (
	"path"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

func basenameCmd(c *call) proc.ExitCode {
	letters := "+as:"
	if c.gnu() {
		letters += "z"
	}
	o := c.getopt(letters, "multiple=a", "suffix=s", "zero=z")
	suffix, several := o.value('s')
	args := o.args
	if len(args) == 0 {
		c.missing("")
	}
	if !several && !o.has('a') {
		if len(args) > 2 {
			if c.gnu() {
				c.complain("extra operand '%s'", args[2])
			}
			c.usage()
		}
		if len(args) == 2 {
			suffix = args[1]
		}
		args = args[:1]
	}
	for _, a := range args {
		base := lastPart(a)
		if a == "" {
			base = ""
		}
		if cut := strings.TrimSuffix(base, suffix); cut != "" {
			base = cut
		}
		c.print(base + o.lineEnd())
	}
	return 0
}

func dirnameCmd(c *call) proc.ExitCode {
	letters := "+"
	if c.gnu() {
		letters += "z"
	}
	o := c.getopt(letters, "zero=z")
	if len(o.args) == 0 || len(o.args) > 1 && !c.gnu() {
		c.missing("")
	}
	for _, a := range o.args {
		c.print(dirName(a) + o.lineEnd())
	}
	return 0
}

// dirName is a path without its last part.
func dirName(path string) string {
	trimmed := strings.TrimRight(path, "/")
	if trimmed == "" && path != "" {
		return "/"
	}
	i := strings.LastIndexByte(trimmed, '/')
	if i < 0 {
		return "."
	}
	if dir := strings.TrimRight(trimmed[:i], "/"); dir != "" {
		return dir
	}
	return "/"
}

func readlinkCmd(c *call) proc.ExitCode {
	o := c.getopt("fnvemqsz", "canonicalize=f", "no-newline=n", "verbose=v", "quiet=q", "silent=s",
		"canonicalize-existing=e", "canonicalize-missing=m", "zero=z")
	if len(o.args) == 0 || len(o.args) > 1 && !c.gnu() {
		c.missing("")
	}
	for _, name := range o.args {
		c.readlink(name, o)
	}
	return c.failed
}

func (c *call) readlink(name string, o *options) {
	var text string
	var err error
	if how := o.last("fem"); how != 0 {
		text, err = c.resolve(name, map[rune]missing{'f': lastMayMiss, 'm': allMayMiss}[how])
	} else {
		text, err = c.FS().Readlink(name)
	}
	if err != nil {
		c.failed = 1
		switch verbose := o.last("vqs") == 'v'; {
		case !verbose:
		case c.gnu():
			c.warn("%s: %s", name, c.text(err))
		case err == proc.EINVAL:
			c.warn("%s: cannot read link: not a symlink", name)
		default:
			c.warn("%s: cannot read link: %s", name, c.text(err))
		}
		return
	}
	if !o.has('n') {
		text += o.lineEnd()
	}
	c.print(text)
}

func realpathCmd(c *call) proc.ExitCode {
	o := c.getopt("emsqz", "canonicalize-existing=e", "canonicalize-missing=m",
		"no-symlinks=s", "strip=s", "quiet=q", "zero=z")
	if len(o.args) == 0 {
		c.missing("")
	}
	may := noneMayMiss
	switch how := o.last("em"); {
	case how == 'm':
		may = allMayMiss
	case how == 0 && c.gnu():
		may = lastMayMiss
	}
	for _, name := range o.args {
		text, err := c.realpath(name, may, o.has('s'))
		if err != nil {
			c.failed = 1
			if !o.has('q') {
				c.complain("%s: %s", name, c.text(err))
			}
			continue
		}
		c.print(text + o.lineEnd())
	}
	return c.failed
}

// lineEnd is what ends a line of output: a zero byte with -z.
func (o *options) lineEnd() string {
	if o.has('z') {
		return "\x00"
	}
	return "\n"
}

// missing is which parts of a path need not be there.
type missing int

const (
	noneMayMiss missing = iota
	lastMayMiss
	allMayMiss
)

// realpath is resolve, or with asWritten a path whose links stay what they are.
func (c *call) realpath(name string, may missing, asWritten bool) (string, error) {
	if !asWritten || name == "" {
		return c.resolve(name, may)
	}
	at := name
	if name[0] != '/' {
		wd, err := c.FS().Getwd()
		if err != nil {
			return "", err
		}
		at = joinPath(wd, name)
	}
	at = path.Clean(at)
	need := map[missing]string{noneMayMiss: at, lastMayMiss: dirName(at), allMayMiss: "/"}[may]
	_, err := c.FS().Stat(need)
	return at, err
}

// resolve is realpath(3): a path without symbolic links and dots.
func (c *call) resolve(path string, may missing) (string, error) {
	if path == "" {
		return "", proc.ENOENT
	}
	at := "/"
	if path[0] != '/' {
		wd, err := c.FS().Getwd()
		if err != nil {
			return "", err
		}
		at = wd
	}
	todo := strings.Split(path, "/")
	for links := 0; len(todo) > 0; {
		part := todo[0]
		todo = todo[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			at = dirName(at)
			continue
		}
		next := joinPath(at, part)
		st, err := c.FS().Lstat(next)
		switch {
		case may == allMayMiss && (err == proc.ENOENT || err == proc.ENOTDIR):
			at = next
			continue
		case err == proc.ENOENT && may == lastMayMiss && c.gnu() && strings.Trim(strings.Join(todo, ""), "/") == "":
			return next, nil
		case err != nil:
			return "", err
		case !st.Mode.IsSymlink():
			if !st.IsDir() && len(todo) > 0 && may != allMayMiss {
				return "", proc.ENOTDIR
			}
			at = next
			continue
		}
		if links++; links > 40 {
			return "", proc.ELOOP
		}
		target, err := c.FS().Readlink(next)
		if err != nil {
			return "", err
		}
		if strings.HasPrefix(target, "/") {
			at = "/"
		}
		todo = append(strings.Split(target, "/"), todo...)
	}
	return at, nil
}
