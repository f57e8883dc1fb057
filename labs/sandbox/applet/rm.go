package applet

import (
	"strings"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// remover removes files and trees.
type remover struct {
	*call
	recurse, force, ask, verbose bool
	empty                        bool // directories too, if they are empty
}

func rmCmd(c *call) proc.ExitCode {
	o := c.getopt("firRdv★☆", "recursive=r", "force=f", "interactive=i", "verbose=v", "dir=d", "preserve-root=★",
		"no-preserve-root=☆")
	r := &remover{call: c, recurse: o.has('r') || o.has('R'), verbose: o.has('v'), empty: o.has('d')}
	r.force, r.ask = o.last("fi") == 'f', o.last("fi") == 'i'
	if len(o.args) == 0 {
		if r.force {
			return 0
		}
		c.missing("")
	}
	for _, name := range o.args {
		switch base := lastPart(name); {
		case c.gnu() && c.FS().Abs(name) == "/" && r.recurse && o.last("★☆") != '☆':
			c.warn("it is dangerous to operate recursively on '/'\n%s: use --no-preserve-root to override this failsafe", c.name)
		case base == "." || base == "..":
			if c.gnu() && !r.recurse {
				c.cannot("remove", name, proc.EISDIR)
			} else if c.gnu() {
				c.warn("refusing to remove '.' or '..' directory: skipping '%s'", name)
			} else {
				c.warn("can't remove '.' or '..'")
			}
		default:
			r.remove(name)
		}
	}
	return c.failed
}

func (r *remover) remove(path string) bool {
	r.Step(1)
	st, err := r.FS().Lstat(path)
	switch {
	case err == proc.ENOENT && r.force:
		return true
	case err != nil:
		r.cannot("remove", path, err)
		return false
	case st.IsDir():
		return r.directory(path)
	case r.wantsToKnow(st, path) && !r.question("remove", path, st):
		return true
	}
	return r.done(path, r.FS().Unlink(path), "removed '")
}

func (r *remover) directory(path string) bool {
	if !r.recurse && r.empty {
		return r.done(path, r.FS().Rmdir(path), "removed directory: '")
	}
	if !r.recurse {
		if r.gnu() {
			r.warn("cannot remove '%s': %s", path, r.text(proc.EISDIR))
		} else {
			r.warn("'%s' is a directory", path)
		}
		return false
	}
	if r.ask && !r.asks(r.name+": descend into directory '"+path+"'? ") {
		return true
	}
	names, err := r.FS().ReadDir(path)
	if err != nil {
		if r.gnu() {
			r.warn("cannot remove '%s': %s", path, r.text(err))
		} else {
			r.warn("can't open '%s': %s", path, r.text(err))
		}
		return false
	}
	good := true
	for _, n := range names {
		if !r.remove(joinPath(path, n.Name)) {
			good = false
		}
	}
	if !good && r.gnu() {
		return false
	}
	if r.ask && !r.asks(r.name+": remove directory '"+path+"'? ") {
		return good
	}
	return r.done(path, r.FS().Rmdir(path), "removed directory: '") && good
}

// wantsToKnow says whether to ask: with -i, or when the file is read-only and someone is there.
func (r *remover) wantsToKnow(st vfs.Stat, path string) bool {
	return r.ask || !r.force && !st.Mode.IsSymlink() && r.IsTerminal(0) && r.Access(path, proc.W_OK) != nil
}

func (r *remover) question(what, path string, st vfs.Stat) bool {
	if r.gnu() {
		kind := "regular file"
		if st.Size == 0 {
			kind = "regular empty file"
		}
		if r.Access(path, proc.W_OK) != nil {
			kind = "write-protected " + kind
		}
		return r.asks(r.name + ": " + what + " " + kind + " '" + path + "'? ")
	}
	return r.asks(r.name + ": " + what + " '" + path + "'? ")
}

func (r *remover) done(path string, err error, said string) bool {
	if err != nil {
		r.cannot("remove", path, err)
		return false
	}
	if r.verbose {
		if r.gnu() {
			said = strings.Replace(said, ":", "", 1)
		}
		r.print(said + path + "'\n")
	}
	return true
}
