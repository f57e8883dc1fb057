package build

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// copier is a COPY as it runs.
type copier struct {
	*copying
	to       *vfs.View
	tree     *tree
	owner    func(vfs.Stat) (uid, gid uint32)
	now      int64
	excluded *ignore
}

// copy does a COPY over the files of base.
func (b *builder) copy(c *copying, t *tree, base *vfs.Image) (*vfs.Layer, error) {
	if c.link {
		base = &vfs.Image{}
	}
	root, err := b.w.Disk.NewContainer(base, "copy")
	if err != nil {
		return nil, err
	}
	defer root.Destroy()
	k := &copier{copying: c, tree: t, to: vfs.NewMounts(root.FS, 0).View(vfs.Root()), now: b.w.Now().UnixNano()}
	if k.owner, err = owners(c.chown, k.to, t); err != nil {
		return nil, err
	}
	if k.excluded, err = c.exclusions(); err != nil {
		return nil, err
	}
	if err := k.all(); err != nil {
		return nil, err
	}
	return b.changed(root.Seal(), base)
}

func (c *copying) exclusions() (*ignore, error) {
	i, err := newPatterns(c.exclude)
	if err != nil {
		return nil, fmt.Errorf("invalid excludepatterns: %s: %w", c.exclude, err)
	}
	return i, nil
}

func (k *copier) all() error {
	for _, src := range k.SourcePaths {
		if k.parents {
			if err := k.withParents(src); err != nil {
				return err
			}
			continue
		}
		found, err := k.tree.match(src)
		if err != nil {
			return err
		}
		for _, from := range found {
			if err := k.one(from); err != nil {
				return err
			}
		}
	}
	for _, here := range k.SourceContents {
		dest := k.dest
		if k.isDirectory(dest) {
			dest = path.Join(dest, here.Path)
		}
		if err := k.write(dest, []byte(here.Data), 0o644, vfs.Stat{Mtime: k.now}); err != nil {
			return err
		}
	}
	return nil
}

func (k *copier) isDirectory(dest string) bool {
	if strings.HasSuffix(dest, "/") {
		return true
	}
	st, err := k.to.Stat(dest)
	return err == nil && st.IsDir()
}

// withParents is --parents: what matches keeps the directories that it is in, those behind a /./ if there is one.
// buildkit: dockerfile2llb, dispatchCopy
func (k *copier) withParents(src string) error {
	from, found, err := k.tree.matchBelow(src)
	if err != nil {
		return err
	}
	for _, p := range found {
		dest := path.Join(k.dest, strings.TrimPrefix(p, from))
		if err := k.directories(from, path.Dir(p)); err != nil {
			return err
		}
		st, err := k.tree.view.Lstat(p)
		if err != nil {
			return err
		}
		if st.IsDir() {
			err = k.inside(p, dest, strings.TrimPrefix(p, from))
		} else if !k.excluded.file(strings.TrimPrefix(p, from)) {
			err = k.file(p, dest, st)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// directories makes the directories between from and dir as they are there.
func (k *copier) directories(from, dir string) error {
	if len(dir) <= len(from) {
		return nil
	}
	if err := k.directories(from, path.Dir(dir)); err != nil {
		return err
	}
	return k.mkdir(path.Join(k.dest, strings.TrimPrefix(dir, from)), dir)
}

// one copies one source: a file to the destination or into it, what is in a directory into it.
func (k *copier) one(from string) error {
	st, err := k.tree.view.Stat(from)
	if err != nil {
		return k.tree.missing(from)
	}
	if st.IsDir() {
		return k.inside(from, path.Clean(k.dest), "")
	}
	if k.excluded.file(path.Base(from)) {
		return nil
	}
	if k.unpack {
		if done, err := k.extract(from); done || err != nil {
			return err
		}
	}
	dest := path.Clean(k.dest)
	if k.isDirectory(k.dest) {
		dest = path.Join(dest, path.Base(from))
	}
	return k.file(from, dest, st)
}

// inside copies what is in a directory. rel is the directory as --exclude speaks of it.
func (k *copier) inside(from, dest, rel string) error {
	if err := k.mkdir(dest, from); err != nil {
		return err
	}
	names, err := k.tree.list(from)
	if err != nil {
		return err
	}
	for _, name := range names {
		at, to, rel := path.Join(from, name), path.Join(dest, name), path.Join(rel, name)
		st, err := k.tree.view.Lstat(at)
		if err != nil || k.excluded.file(rel) {
			continue
		}
		if st.IsDir() {
			err = k.inside(at, to, rel)
		} else {
			err = k.file(at, to, st)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mkdir makes a directory like another; one that is there keeps its owner.
func (k *copier) mkdir(dest, like string) error {
	if st, err := k.to.Stat(dest); err == nil {
		if !st.IsDir() {
			return fmt.Errorf("cannot copy to non-directory: %s", dest)
		}
		return nil
	}
	if err := k.parent(dest); err != nil {
		return err
	}
	st, err := k.tree.view.Stat(like)
	if err != nil {
		return err
	}
	if err := k.to.Mkdir(dest, 0o755); err != nil {
		return err
	}
	return k.describe(dest, st)
}

func (k *copier) parent(dest string) error {
	dir := path.Dir(dest)
	if _, err := k.to.Stat(dir); err == nil {
		return nil
	}
	if err := k.parent(dir); err != nil {
		return err
	}
	if err := k.to.Mkdir(dir, 0o755); err != nil {
		return err
	}
	uid, gid := k.owner(vfs.Stat{})
	return k.to.Lchown(dir, uid, gid)
}

// describe gives a file its mode, owner and time.
func (k *copier) describe(dest string, like vfs.Stat) error {
	uid, gid := k.owner(like)
	if err := k.to.Lchown(dest, uid, gid); err != nil {
		return err
	}
	if !like.Mode.IsSymlink() {
		mode := like.Mode & 0o7777
		if k.chmod != "" {
			n, _ := strconv.ParseUint(k.chmod, 8, 32) // checked when it was read
			mode = vfs.Mode(n)
		}
		if err := k.to.Chmod(dest, mode); err != nil {
			return err
		}
	}
	return k.to.Lutimes(dest, vfs.TimeAt(like.Mtime), vfs.TimeAt(like.Mtime))
}

func (k *copier) file(from, dest string, st vfs.Stat) error {
	switch {
	case st.Mode.IsSymlink():
		target, err := k.tree.view.Readlink(from)
		if err != nil {
			return err
		}
		return k.put(dest, st, func() error { return k.to.Symlink(target, dest) })
	case !st.Mode.IsRegular():
		return nil // sockets, devices and pipes stay where they are
	}
	content, err := k.tree.view.ReadFile(from)
	if err != nil {
		return err
	}
	return k.write(dest, content, st.Mode, st)
}

func (k *copier) write(dest string, content []byte, mode vfs.Mode, like vfs.Stat) error {
	like.Mode = vfs.S_IFREG | mode&0o7777
	return k.put(dest, like, func() error { return k.to.WriteFile(dest, content, 0o644) })
}

// put replaces what is at dest.
func (k *copier) put(dest string, like vfs.Stat, make func() error) error {
	if err := k.parent(dest); err != nil {
		return err
	}
	if st, err := k.to.Lstat(dest); err == nil {
		if st.IsDir() {
			return fmt.Errorf("cannot copy to directory: %s", dest)
		}
		if err := k.to.Unlink(dest); err != nil {
			return err
		}
	}
	if err := make(); err != nil {
		return err
	}
	return k.describe(dest, like)
}

// extract unpacks a tar file, compressed or not. It reports whether it is one.
func (k *copier) extract(from string) (bool, error) {
	content, err := k.tree.view.ReadFile(from)
	if err != nil {
		return false, err
	}
	gz := len(content) > 2 && content[0] == 0x1f && content[1] == 0x8b
	if !gz && (len(content) < 512 || string(content[257:262]) != "ustar") {
		return false, nil
	}
	entries, err := image.Unpack(vfs.Bytes(content), image.DefaultLimits())
	if err != nil {
		return false, nil // compressed, but no archive
	}
	if err := k.to.MkdirAll(path.Clean(k.dest), 0o755); err != nil {
		return true, err
	}
	for _, e := range entries {
		if err := k.entry(e); err != nil {
			return true, err
		}
	}
	return true, nil
}

func (k *copier) entry(e vfs.Entry) error {
	dest := path.Join(k.dest, e.Path)
	st := vfs.Stat{Mode: e.Mode, UID: e.UID, GID: e.GID, Mtime: e.Mtime}
	switch {
	case e.Link != "":
		return k.put(dest, st, func() error { return k.to.Link(path.Join(k.dest, e.Link), dest) })
	case e.Mode.IsDir():
		if err := k.to.MkdirAll(dest, 0o755); err != nil {
			return err
		}
		return k.describe(dest, st)
	case e.Mode.IsSymlink():
		return k.put(dest, st, func() error { return k.to.Symlink(e.Target, dest) })
	case e.Mode.IsRegular():
		var content []byte
		if e.Content != nil {
			content = image.ReadAll(e.Content)
		}
		return k.put(dest, st, func() error { return k.to.WriteFile(dest, content, 0o644) })
	}
	return k.put(dest, st, func() error { return k.to.Mknod(dest, e.Mode, e.Rdev) })
}

// owners is whose the copied files are going to be. What comes from the context is root's.
func owners(chown string, to *vfs.View, t *tree) (func(vfs.Stat) (uid, gid uint32), error) {
	if chown == "" {
		return func(st vfs.Stat) (uid, gid uint32) {
			if t.outside {
				return 0, 0
			}
			return st.UID, st.GID
		}, nil
	}
	user, group, grouped := strings.Cut(chown, ":")
	uid, gid, err := account(to, "/etc/passwd", user)
	if err != nil {
		return nil, err
	}
	if grouped {
		if gid, _, err = account(to, "/etc/group", group); err != nil {
			return nil, err
		}
	}
	return func(vfs.Stat) (uint32, uint32) { return uid, gid }, nil
}

// account looks a name up in a table of users or groups: its number, and the number behind that.
func account(v *vfs.View, file, name string) (id, next uint32, err error) {
	text, _ := v.ReadFile(file) // an image without one has no names
	for line := range strings.SplitSeq(string(text), "\n") {
		f := strings.Split(line, ":")
		if len(f) < 4 || f[0] != name && f[2] != name {
			continue
		}
		n, errN := strconv.ParseUint(f[2], 10, 32)
		m, _ := strconv.ParseUint(f[3], 10, 32) // of a group: members, not a number
		if errN == nil {
			return uint32(n), uint32(m), nil
		}
	}
	n, err := strconv.ParseUint(name, 10, 32)
	if err != nil {
		return 0, 0, fmt.Errorf("invalid user index: -1")
	}
	return uint32(n), uint32(n), nil
}
