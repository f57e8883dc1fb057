package engine

import (
	"errors"
	"iter"
	"path"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// ContainerStatPath describes a path in a container. moby: daemon/archive_unix.go, containerStatPath
func (e *Engine) ContainerStatPath(c api.Caller, id, p string) (api.PathStat, error) {
	_, v, abs, err := e.pathIn(id, p)
	if err != nil {
		return api.PathStat{}, err
	}
	return statPath(v, abs, p, id)
}

// pathIn prepares to look at a container's files. A path is always from the root.
func (e *Engine) pathIn(id, p string) (ct *container, v *vfs.View, abs string, err error) {
	if ct, err = e.find(id); err != nil {
		return nil, nil, "", err
	}
	if p == "" {
		return nil, nil, "", api.Errorf(api.InvalidParameter, "path cannot be empty")
	}
	if v, err = ct.filesMounted(); err != nil {
		return nil, nil, "", err
	}
	return ct, v, path.Clean("/" + p), nil
}

func noFile(p, id string) *api.Error {
	return api.Errorf(api.NotFound, "Could not find the file %s in container %s", p, id)
}

func statPath(v *vfs.View, abs, asked, id string) (api.PathStat, error) {
	st, err := v.Lstat(abs)
	if err != nil {
		return api.PathStat{}, noFile(asked, id)
	}
	if asksForDir(asked) && st.Mode.IsSymlink() {
		if st, err = v.Stat(abs); err != nil {
			return api.PathStat{}, noFile(asked, id)
		}
	}
	if asksForDir(asked) && !st.IsDir() {
		return api.PathStat{}, noFile(asked, id)
	}
	ps := api.PathStat{
		Name: path.Base(abs), Size: st.Size, Mode: goMode(st.Mode), Mtime: time.Unix(0, st.Mtime).UTC(),
	}
	if st.Mode.IsSymlink() {
		ps.LinkTarget = resolveLink(v, abs)
	}
	return ps, nil
}

// asksForDir: a path that ends in a slash, or in a dot, means a directory.
func asksForDir(p string) bool { return strings.HasSuffix(p, "/") || path.Base(p) == "." }

// resolveLink is where a link leads in the end, as a path from the container's root.
func resolveLink(v *vfs.View, p string) string {
	for range 40 {
		target, err := v.Readlink(p)
		if err != nil {
			return p
		}
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(p), target)
		}
		p = path.Clean(target)
	}
	return p
}

// goMode is a mode with the bits of io/fs.
func goMode(m vfs.Mode) uint32 {
	mode := uint32(m.Perm() & 0o777)
	for _, b := range []struct {
		linux vfs.Mode
		bit   uint32
	}{{vfs.S_ISUID, 1 << 23}, {vfs.S_ISGID, 1 << 22}, {vfs.S_ISVTX, 1 << 20}} {
		if m&b.linux != 0 {
			mode |= b.bit
		}
	}
	switch m.Type() {
	case vfs.S_IFDIR:
		mode |= 1 << 31
	case vfs.S_IFLNK:
		mode |= 1 << 27
	case vfs.S_IFBLK:
		mode |= 1 << 26
	case vfs.S_IFCHR:
		mode |= 1<<26 | 1<<21
	case vfs.S_IFIFO:
		mode |= 1 << 25
	case vfs.S_IFSOCK:
		mode |= 1 << 24
	}
	return mode
}

// ContainerCopyFrom packs a path of a container into an archive whose names begin with the path's last part. moby:
// daemon/archive_unix.go, containerArchivePath
func (e *Engine) ContainerCopyFrom(c api.Caller, id, p string) (vfs.Blob, api.PathStat, error) {
	ct, v, abs, err := e.pathIn(id, p)
	if err != nil {
		return nil, api.PathStat{}, err
	}
	st, err := statPath(v, abs, p, id)
	if err != nil {
		return nil, st, err
	}
	real := abs
	if asksForDir(p) {
		real = resolveLink(v, abs)
	}
	name := path.Base(abs)
	if path.Base(p) == "." || abs == "/" {
		name = "."
	}
	ct.logEvent("archive-path", nil, ct.because(c)...)
	return image.NewArchive(treeEntries(v, real, name), image.Flat), st, nil
}

// treeEntries is a file, or a directory with everything below it, under a name. Mounts are crossed.
func treeEntries(v *vfs.View, p, name string) iter.Seq[vfs.Entry] {
	return func(yield func(vfs.Entry) bool) {
		w := walk{v: v, yield: yield, seen: map[vfs.FileID]string{}}
		w.visit(p, name)
	}
}

type walk struct {
	v     *vfs.View
	yield func(vfs.Entry) bool
	seen  map[vfs.FileID]string // files with several names
}

func (w *walk) visit(p, name string) bool {
	st, err := w.v.Lstat(p)
	if err != nil {
		return true // it went away
	}
	if !w.yield(w.entry(p, name, st)) {
		return false
	}
	if !st.IsDir() {
		return true
	}
	names, _ := w.v.ReadDir(p)
	for _, n := range names {
		if !w.visit(path.Join(p, n.Name), strings.TrimPrefix(path.Join(name, n.Name), "./")) {
			return false
		}
	}
	return true
}

func (w *walk) entry(p, name string, st vfs.Stat) vfs.Entry {
	e := vfs.Entry{Path: name, Mode: st.Mode, UID: st.UID, GID: st.GID, Rdev: st.Rdev, Mtime: st.Mtime}
	switch {
	case st.Mode.IsSymlink():
		e.Target, _ = w.v.Readlink(p)
	case st.Mode.IsRegular():
		if st.Nlink > 1 {
			if first, ok := w.seen[st.ID()]; ok {
				e.Link = first
				return e
			}
			w.seen[st.ID()] = name
		}
		e.Content = contentOf(w.v, p, st.Size)
	}
	return e
}

// contentOf is a file's content now. Files that somebody computes are read at once, others when they are needed.
func contentOf(v *vfs.View, p string, size int64) vfs.Blob {
	f, err := v.Open(p, vfs.O_RDONLY, 0)
	if err != nil {
		return vfs.Bytes(nil)
	}
	return &fileBlob{f, size}
}

// fileBlob is an open file as a blob. What becomes shorter meanwhile reads as zeros.
type fileBlob struct {
	f    *vfs.File
	size int64
}

func (b *fileBlob) Size() int64 { return b.size }

func (b *fileBlob) ReadAt(p []byte, off int64) int {
	p = p[:max(0, min(int64(len(p)), b.size-off))]
	n, _ := b.f.Pread(p, off)
	clear(p[n:])
	return len(p)
}

// ContainerCopyTo unpacks an archive into a directory of a container. moby: daemon/archive_unix.go,
// containerExtractToDir
func (e *Engine) ContainerCopyTo(c api.Caller, id, dir string, tar vfs.Blob, o api.CopyToOptions) error {
	ct, v, abs, err := e.pathIn(id, dir)
	if err != nil {
		return err
	}
	st, err := v.Stat(abs)
	if err != nil {
		return noFile(dir, id)
	}
	if !st.IsDir() {
		return api.Errorf(api.InvalidParameter, "extraction point is not a directory")
	}
	if ct.readOnlyAt(abs) {
		return api.Errorf(api.Forbidden, "container rootfs is marked read-only")
	}
	entries, err := image.Unpack(tar, e.limits(e.fileLimit()))
	if err != nil {
		return refusal(err)
	}
	u := unpacking{v: v, dir: abs, o: o}
	if o.CopyUIDGID {
		if u.owner, err = lookUser(v, ct.config.User, nil); err != nil {
			return api.Errorf(api.InvalidParameter, "%s", err)
		}
	}
	if err := u.all(entries); err != nil {
		return err
	}
	ct.logEvent("extract-to-dir", nil, ct.because(c)...)
	return nil
}

// readOnlyAt reports whether a path cannot be written from outside: on the root of a read-only container, or in a
// volume that is read-only there.
func (ct *container) readOnlyAt(p string) bool {
	for at := p; at != "/"; at = path.Dir(at) {
		if m := ct.mountAt(at); m != nil {
			return m.readOnly
		}
	}
	return ct.host.ReadonlyRootfs
}

// unpacking puts an archive's entries into a directory. Whatever links there are, nothing leaves the container's root:
// the view has no other files.
type unpacking struct {
	v     *vfs.View
	dir   string
	o     api.CopyToOptions
	owner account
}

func (u *unpacking) all(entries []vfs.Entry) error {
	type dirTime struct {
		path string
		at   int64
	}
	var dirs []dirTime
	for _, e := range entries {
		p := path.Join(u.dir, e.Path)
		if err := u.put(p, e); err != nil {
			var refused *api.Error
			if errors.As(err, &refused) {
				return err
			}
			return api.Errorf(api.Internal, "%s", goWords(err))
		}
		if e.Mode.IsDir() {
			dirs = append(dirs, dirTime{p, e.Mtime})
		}
	}
	for _, d := range dirs {
		u.v.Utimes(d.path, vfs.TimeAt(d.at), vfs.TimeAt(d.at))
	}
	return nil
}

func (u *unpacking) put(p string, e vfs.Entry) error {
	if err := u.makeRoom(p, e); err != nil {
		return err
	}
	uid, gid := e.UID, e.GID
	if u.o.CopyUIDGID {
		uid, gid = u.owner.uid, u.owner.gid
	}
	switch {
	case e.Link != "":
		return u.v.Link(path.Join(u.dir, e.Link), p)
	case e.Mode.IsDir():
		if st, err := u.v.Stat(p); err != nil || !st.IsDir() {
			if err := u.v.MkdirAll(p, 0o755); err != nil {
				return err
			}
		}
	case e.Mode.IsSymlink():
		return errors.Join(u.v.Symlink(e.Target, p), u.v.Lchown(p, uid, gid))
	case e.Mode.IsRegular():
		if err := u.write(p, e.Content); err != nil {
			return err
		}
	default:
		if err := u.v.Mknod(p, e.Mode, e.Rdev); err != nil {
			return err
		}
	}
	return errors.Join(
		u.v.Chown(p, uid, gid),
		u.v.Chmod(p, e.Mode.Perm()),
		u.v.Utimes(p, vfs.TimeAt(e.Mtime), vfs.TimeAt(e.Mtime)),
	)
}

// makeRoom takes away what is in the way, and makes the directories above. moby: pkg archive, Untar
func (u *unpacking) makeRoom(p string, e vfs.Entry) error {
	st, err := u.v.Lstat(p)
	if err != nil {
		return u.v.MkdirAll(path.Dir(p), 0o755)
	}
	isDir := st.IsDir()
	if u.o.NoOverwriteDirNonDir && isDir != e.Mode.IsDir() {
		if isDir {
			return api.Errorf(api.InvalidParameter, "cannot overwrite directory %q with non-directory %q", p, path.Dir(p))
		}
		return api.Errorf(api.InvalidParameter, "cannot overwrite non-directory %q with directory %q", p, path.Dir(p))
	}
	if isDir && e.Mode.IsDir() {
		return nil
	}
	if p == u.dir {
		return nil
	}
	if isDir {
		removeTree(u.v, p)
		return nil
	}
	return u.v.Unlink(p)
}

func (u *unpacking) write(p string, content vfs.Blob) error {
	f, err := u.v.Open(p, vfs.O_WRONLY|vfs.O_CREAT|vfs.O_TRUNC, 0o600)
	if err != nil || content == nil {
		return err
	}
	defer f.Close()
	buf := make([]byte, 64<<10)
	for off := int64(0); off < content.Size(); {
		n := content.ReadAt(buf, off)
		if n == 0 {
			break
		}
		if _, err := f.Pwrite(buf[:n], off); err != nil {
			return err
		}
		off += int64(n)
	}
	return f.Truncate(content.Size())
}

// ContainerExport packs all of a container's own files. moby: daemon/export.go
func (e *Engine) ContainerExport(c api.Caller, id string) (vfs.Blob, error) {
	ct, err := e.find(id)
	if err != nil {
		return nil, err
	}
	ct.logEvent("export", nil, ct.because(c)...)
	return image.NewArchive(treeEntries(ct.files(), "/", "."), image.Flat), nil
}
