package applet

import (
	"dockerlearn/labs/sandbox/proc"
)

func cpCmd(c *call) proc.ExitCode {
	o := c.getopt("arRdPLHpfilsTut:nvx", "recursive=R", "archive=a", "force=f", "interactive=i", "no-clobber=n",
		"verbose=v", "no-target-directory=T", "target-directory=t", "no-dereference=P", "dereference=L", "link=l",
		"symbolic-link=s", "update=u", "preserve=p")
	c.refuse(o, "x")
	k := &copier{call: c, recurse: o.has('r') || o.has('R') || o.has('a'), preserve: o.has('p') || o.has('a')}
	k.force, k.ask, k.keep, k.newer = o.has('f'), o.has('i'), o.has('n'), o.has('u')
	k.link, k.symlink, k.verbose, k.whole = o.has('l'), o.has('s'), o.has('v'), o.has('a') || o.has('d')
	k.follow = o.has('L') || !k.recurse && !o.has('P') && !o.has('d')
	k.followArg = k.follow || o.has('H')
	for _, pair := range c.destinations(o, k.copiesTo) {
		k.copy(pair[0], pair[1])
	}
	return c.failed
}

// copiesTo says whether a single source becomes dst itself. If not, it goes below dst, even if that is no directory:
// the message about it follows from trying.
func (k *copier) copiesTo(src, dst string) bool {
	from, err := k.FS().Stat(src)
	if err != nil {
		return true
	}
	to, err := k.FS().Stat(dst)
	return !from.IsDir() && (err != nil || !to.IsDir()) || k.recurse && err != nil
}

// destinations is what goes where, for cp, mv and install: SOURCE DEST, or SOURCE... DIRECTORY.
func (c *call) destinations(o *options, itself func(src, dst string) bool) [][2]string {
	dir, inDir := o.value('t')
	sources := o.args
	if !inDir {
		c.needsTwo(sources)
		dir, sources = sources[len(sources)-1], sources[:len(sources)-1]
		st, err := c.FS().Stat(dir)
		inDir = err == nil && st.IsDir() && !o.has('T')
		switch {
		case len(sources) > 1 && o.has('T'):
			c.usage()
		case !c.gnu():
			inDir = !o.has('T') && (len(sources) > 1 || !itself(sources[0], dir))
		case len(sources) > 1 && !inDir && c.gnu() && err == nil:
			c.die("target '%s': %s", dir, c.text(proc.ENOTDIR))
		case len(sources) > 1 && !inDir && c.gnu():
			c.die("target '%s': %s", dir, c.text(err))
		}
	}
	var pairs [][2]string
	for _, s := range sources {
		to := dir
		if inDir {
			to = joinPath(dir, lastPart(s))
		}
		pairs = append(pairs, [2]string{s, to})
	}
	return pairs
}

func (c *call) needsTwo(args []string) {
	if len(args) >= 2 {
		return
	}
	if c.gnu() && len(args) == 1 {
		c.complain("missing destination file operand after '%s'", args[0])
	} else if c.gnu() {
		c.complain("missing file operand")
	}
	c.usage()
}
