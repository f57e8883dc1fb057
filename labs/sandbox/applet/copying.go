package applet

import (
	"strings"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// copier copies files and trees: cp, and mv across file systems.
type copier struct {
	*call
	recurse   bool
	preserve  bool // owner, mode, times
	follow    bool // symbolic links below what is named
	followArg bool // symbolic links that are named
	force     bool
	ask       bool
	keep      bool // never overwrite
	newer     bool // overwrite only what is older
	link      bool // make hard links instead
	symlink   bool // make symbolic links instead
	verbose   bool
	whole     bool // -a: hard links stay hard links

	made  map[vfs.FileID]bool   // directories that this copy made: not to be copied into themselves
	links map[vfs.FileID]string // what was copied of files with several names
}

// copy copies one named file to its new name and reports whether all went well.
func (k *copier) copy(src, dst string) bool {
	k.made = map[vfs.FileID]bool{}
	if k.links == nil {
		k.links = map[vfs.FileID]string{}
	}
	return k.item(src, dst, k.followArg)
}

func (k *copier) item(src, dst string, follow bool) bool {
	k.Step(1)
	st, err := k.lookAt(src, follow)
	if err != nil {
		k.cannot("stat", src, err)
		return false
	}
	to, toErr := k.lookAt(dst, st.Mode.IsDir() || follow)
	if toErr != nil {
		to, toErr = k.FS().Lstat(dst)
	}
	if toErr != nil && toErr != proc.ENOENT {
		k.cannot("stat", dst, toErr)
		return false
	}
	exists := toErr == nil
	if exists && to.ID() == st.ID() && !k.link && !k.symlink {
		k.sameFile(src, dst)
		return false
	}
	if st.IsDir() {
		return k.tree(src, dst, st, to, exists)
	}
	if exists && to.IsDir() {
		k.overwritesDirectory(dst)
		return false
	}
	if exists && (k.keep || k.newer && to.Mtime >= st.Mtime) {
		return true
	}
	if exists && k.ask && !k.asks(k.name+": overwrite '"+dst+"'? ") {
		return true
	}
	if k.verbose {
		k.tell(src, dst)
	}
	return k.file(src, dst, st, exists)
}

func (k *copier) tell(src, dst string) { k.print("'" + src + "' -> '" + dst + "'\n") }

func (k *copier) lookAt(path string, follow bool) (vfs.Stat, error) {
	if follow {
		return k.FS().Stat(path)
	}
	return k.FS().Lstat(path)
}

func (k *copier) sameFile(src, dst string) {
	k.warn("'%s' and '%s' are the same file", src, dst)
}

func (k *copier) overwritesDirectory(dst string) {
	if k.gnu() {
		k.warn("cannot overwrite directory '%s' with non-directory", dst)
	} else {
		k.warn("'%s' is a directory", dst)
	}
}

// tree copies a directory and what is in it.
func (k *copier) tree(src, dst string, st, to vfs.Stat, exists bool) bool {
	switch {
	case !k.recurse && k.gnu():
		k.warn("-r not specified; omitting directory '%s'", src)
		return false
	case !k.recurse:
		k.warn("omitting directory '%s'", src)
		return false
	case exists && !to.IsDir() && k.gnu():
		k.warn("cannot overwrite non-directory '%s' with directory '%s'", dst, src)
		return false
	case exists && !to.IsDir():
		k.warn("target '%s' is not a directory", dst)
		return false
	case k.made[st.ID()] && k.gnu():
		k.warn("cannot copy a directory, '%s', into itself, '%s'", src, dst)
		return false
	case k.made[st.ID()]:
		k.warn("recursion detected, omitting directory '%s'", src)
		return false
	}
	if k.verbose && k.gnu() {
		k.tell(src, dst)
	}
	if !exists {
		if err := k.FS().Mkdir(dst, st.Mode.Perm()&0o777|0o700); err != nil {
			k.cannot("create directory", dst, err)
			return false
		}
	}
	if now, err := k.FS().Stat(dst); err == nil {
		k.made[now.ID()] = true
	}
	good := k.inside(src, dst)
	if !exists {
		k.finishDirectory(dst, st)
	}
	if k.verbose && !k.gnu() {
		k.tell(src, dst)
	}
	return good
}

func (k *copier) inside(src, dst string) bool {
	names, err := k.FS().ReadDir(src)
	if err != nil {
		if k.gnu() {
			k.warn("cannot access '%s': %s", src, k.text(err))
		} else {
			k.warn("can't open '%s': %s", src, k.text(err))
		}
		return false
	}
	good := true
	for _, n := range names {
		if !k.item(joinPath(src, n.Name), joinPath(dst, n.Name), k.follow) {
			good = false
		}
	}
	return good
}

func (k *copier) finishDirectory(dst string, st vfs.Stat) {
	if k.preserve {
		k.restore(dst, st)
		return
	}
	mode := st.Mode.Perm() &^ k.FS().Umask()
	if now, err := k.FS().Stat(dst); err == nil && now.Mode.Perm() != mode {
		k.FS().Chmod(dst, mode)
	}
}

// restore gives a copy the times, owner and mode of the original.
func (k *copier) restore(dst string, st vfs.Stat) {
	at, mt := vfs.TimeAt(st.Atime), vfs.TimeAt(st.Mtime)
	if st.Mode.IsSymlink() {
		k.FS().Lutimes(dst, at, mt)
		k.FS().Lchown(dst, st.UID, st.GID)
		return
	}
	mode := st.Mode.Perm()
	if err := k.FS().Utimes(dst, at, mt); err != nil {
		k.cannot("preserve times of", dst, err)
	}
	if err := k.FS().Chown(dst, st.UID, st.GID); err != nil {
		mode &^= vfs.S_ISUID | vfs.S_ISGID
		if !k.gnu() {
			k.complain("can't preserve ownership of '%s': %s", dst, k.text(err))
		}
	}
	if err := k.FS().Chmod(dst, mode); err != nil {
		k.cannot("preserve permissions of", dst, err)
	}
}

// file copies anything but a directory.
func (k *copier) file(src, dst string, st vfs.Stat, exists bool) bool {
	if k.whole && st.Nlink > 1 {
		if first, ok := k.links[st.ID()]; ok {
			return k.named(dst, exists, func() error { return k.FS().Link(first, dst) }, "create link")
		}
		k.links[st.ID()] = dst
	}
	switch {
	case k.link:
		return k.named(dst, exists, func() error { return k.FS().Link(src, dst) }, "create link")
	case k.symlink:
		return k.named(dst, exists, func() error { return k.FS().Symlink(src, dst) }, "create link")
	case st.Mode.IsSymlink():
		return k.copyLink(src, dst, st, exists)
	case st.Mode.IsRegular() || !k.recurse:
		return k.data(src, dst, st, exists)
	}
	ok := k.named(dst, exists, func() error { return k.FS().Mknod(dst, st.Mode, st.Rdev) }, "create")
	if ok && k.preserve {
		k.restore(dst, st)
	}
	return ok
}

// named makes a name, over what has it if that is wanted.
func (k *copier) named(dst string, exists bool, make func() error, what string) bool {
	err := make()
	if err == proc.EEXIST && exists && (k.force || k.whole || k.recurse) {
		if err = k.FS().Unlink(dst); err == nil {
			err = make()
		}
	}
	if err != nil {
		k.cannot(what, dst, err)
		return false
	}
	return true
}

func (k *copier) copyLink(src, dst string, st vfs.Stat, exists bool) bool {
	target, err := k.FS().Readlink(src)
	if err != nil {
		k.cannot("read link", src, err)
		return false
	}
	if exists {
		if err := k.FS().Unlink(dst); err != nil {
			k.cannot("remove", dst, err)
			return false
		}
	}
	if err := k.FS().Symlink(target, dst); err != nil {
		k.cannot("create symlink", dst, err)
		return false
	}
	if k.preserve {
		k.restore(dst, st)
	}
	return true
}

// data copies content. The new file gets the original's mode, cut by the umask.
func (k *copier) data(src, dst string, st vfs.Stat, exists bool) bool {
	in, err := k.Open(src, proc.O_RDONLY, 0)
	if err != nil {
		if k.gnu() {
			k.warn("cannot open '%s' for reading: %s", src, k.text(err))
		} else {
			k.warn("can't open '%s': %s", src, k.text(err))
		}
		return false
	}
	defer k.Close(in)
	out, err := k.create(dst, st, exists)
	if err != nil {
		if k.gnu() {
			k.warn("cannot create regular file '%s': %s", dst, k.text(err))
		} else {
			k.warn("can't create '%s': %s", dst, k.text(err))
		}
		return false
	}
	defer k.Close(out)
	if !k.pump(in, out, src, dst) {
		return false
	}
	if k.preserve {
		k.restore(dst, st)
	}
	return true
}

func (k *copier) create(dst string, st vfs.Stat, exists bool) (int, error) {
	mode := uint32(st.Mode & 0o777)
	if !exists {
		return k.Open(dst, proc.O_WRONLY|proc.O_CREAT|proc.O_EXCL, mode)
	}
	fd, err := k.Open(dst, proc.O_WRONLY|proc.O_TRUNC, mode)
	if err != nil && k.force {
		if err := k.FS().Unlink(dst); err != nil {
			return -1, err
		}
		return k.Open(dst, proc.O_WRONLY|proc.O_CREAT|proc.O_EXCL, mode)
	}
	return fd, err
}

// pump moves everything from one descriptor to another.
func (k *copier) pump(in, out int, src, dst string) bool {
	buf := make([]byte, bufferSize)
	for {
		n, err := k.read(in, buf)
		if err != nil {
			if k.gnu() {
				k.warn("error reading '%s': %s", src, k.text(err))
			} else {
				k.warn("read error: %s", k.text(err))
			}
			return false
		}
		if n == 0 {
			return true
		}
		if err := k.writeAll(out, buf[:n]); err != nil {
			if k.gnu() {
				k.warn("error writing '%s': %s", dst, k.text(err))
			} else {
				k.warn("write error: %s", k.text(err))
			}
			return false
		}
	}
}

// lastPart is the last part of a path, without slashes behind it.
func lastPart(path string) string {
	path = strings.TrimRight(path, "/")
	if path == "" {
		return "/"
	}
	return path[strings.LastIndexByte(path, '/')+1:]
}
