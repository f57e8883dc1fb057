package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// docker cp: what it means depends on what source and destination are. moby: pkg/archive/copy.go

func (d *docker) cp(c *call) error {
	switch {
	case c.args[0] == "":
		return errors.New("source can not be empty")
	case c.args[1] == "":
		return errors.New("destination can not be empty")
	}
	from, source := containerPath(c.args[0])
	to, dest := containerPath(c.args[1])
	switch {
	case from != "" && to != "":
		return errors.New("copying between containers is not supported")
	case from != "":
		return d.copyFrom(c, from, source, dest)
	case to != "":
		return d.copyTo(c, to, source, dest)
	}
	return errors.New("must specify at least one container source")
}

// containerPath splits CONTAINER:PATH. A path of the machine with a colon in it begins with / or .
func containerPath(arg string) (box, file string) {
	box, file, ok := strings.Cut(arg, ":")
	if strings.HasPrefix(arg, "/") || !ok || strings.HasPrefix(box, ".") {
		return "", arg
	}
	return box, file
}

// end is one end of a copy.
type end struct {
	path   string
	exists bool
	isDir  bool
	rename string // the name that a followed link had
}

// splitEntry is a path's directory and last part; the last part of "a/." is ".".
func splitEntry(p string) (dir, base string) {
	clean := path.Clean(p)
	if path.Base(p) == "." || strings.HasSuffix(p, "/.") {
		if clean == "/" {
			return "/", "."
		}
		return clean, "."
	}
	return path.Dir(clean), path.Base(clean)
}

// saysDirectory reports whether a path is written as a directory's.
func saysDirectory(p string) bool {
	return strings.HasSuffix(p, "/") || strings.HasSuffix(p, "/.") || p == "."
}

// keepDot is abs with what p ends in: "/" or "/." means something.
func keepDot(abs, p string) string {
	switch {
	case abs == "/":
	case strings.HasSuffix(p, "/.") || p == ".":
		return abs + "/."
	case strings.HasSuffix(p, "/"):
		return abs + "/"
	}
	return abs
}

// place decides where an archive is unpacked, and what its first name becomes ("" leaves it).
// moby: pkg/archive/copy.go, PrepareArchiveCopy
func place(source, dest end) (dir, name string, err error) {
	parent, base := splitEntry(dest.path)
	switch {
	case dest.exists && dest.isDir:
		return dest.path, "", nil
	case dest.exists && source.isDir:
		return "", "", errors.New("cannot copy directory")
	case !dest.exists && !source.isDir && saysDirectory(dest.path):
		return "", "", errNoDirectory
	}
	return parent, base, nil
}

var errNoDirectory = errors.New("no such directory")

// renamed gives the archive's first name, from, another one. "." stands for what is in a directory.
func renamed(entries []vfs.Entry, from, to string) []vfs.Entry {
	if to == "" || to == "." {
		return entries
	}
	change := func(p string) string {
		switch rest, ok := strings.CutPrefix(p, from+"/"); {
		case from == "." || from == "/":
			return path.Join(to, p)
		case p == from:
			return to
		case ok:
			return to + "/" + rest
		}
		return p
	}
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i].Path = change(entries[i].Path)
		if entries[i].Link != "" {
			entries[i].Link = change(entries[i].Link)
		}
	}
	return entries
}

// copyTo is docker cp FILE CONTAINER:PATH.
func (d *docker) copyTo(c *call, box, source, dest string) error {
	to := d.destination(box, dest)
	o := api.CopyToOptions{CopyUIDGID: c.on("archive")}
	if source == "-" {
		if !to.isDir {
			return fmt.Errorf("destination \"%s:%s\" must be a directory", box, dest)
		}
		tar, err := d.readAll(0)
		if err != nil {
			return err
		}
		return d.engine.ContainerCopyTo(d.caller(), box, to.path, vfs.Bytes(tar), o)
	}
	from, err := d.localSource(source, c.on("follow-link"))
	if err != nil {
		return err
	}
	dir, name, err := place(from, to)
	if err != nil {
		if err == errNoDirectory { // the packer notices that nobody reads any more
			d.warnf("time=%q level=error msg=\"Can't add file %s to tar: io: read/write on closed pipe\"\n",
				d.sys.Now().UTC().Format("2006-01-02T15:04:05Z"), from.path)
		}
		return err
	}
	_, base := splitEntry(from.path)
	entries, size, err := d.pack(from.path, base)
	if err != nil {
		return err
	}
	entries = renamed(entries, base, from.rename)
	if from.rename != "" {
		base = from.rename
	}
	tar := image.NewArchive(slices.Values(renamed(entries, base, name)), image.Flat)
	if err := d.engine.ContainerCopyTo(d.caller(), box, dir, tar, o); err != nil {
		return err
	}
	d.copied(c, size, tar.Size(), box+":"+to.path)
	return nil
}

// copied tells how much was copied, on a terminal.
func (d *docker) copied(c *call, size, moved int64, dest string) {
	if c.on("quiet") || !d.sys.IsTerminal(1) {
		return
	}
	text := "Successfully copied " + humanSize(float64(size), 3)
	if size != moved {
		text += " (transferred " + humanSize(float64(moved), 3) + ")"
	}
	d.warnf("%s to %s\n", text, dest)
}

// destination is what a container's path is. What cannot be found may come to be.
func (d *docker) destination(box, dest string) end {
	to := end{path: dest}
	if dest == "" {
		to.path = "/"
	}
	st, err := d.engine.ContainerStatPath(d.caller(), box, to.path)
	if err == nil && fs.FileMode(st.Mode)&fs.ModeSymlink != 0 {
		target := st.LinkTarget
		if !strings.HasPrefix(target, "/") {
			parent, _ := splitEntry(to.path)
			target = path.Join(parent, target)
		}
		to.path = target
		st, err = d.engine.ContainerStatPath(d.caller(), box, target)
	}
	if err == nil {
		to.exists, to.isDir = true, fs.FileMode(st.Mode).IsDir()
	}
	return to
}

// localSource is what a path of the machine is.
func (d *docker) localSource(source string, follow bool) (end, error) {
	view := d.sys.FS()
	from := end{path: keepDot(view.Abs(source), source), exists: true}
	st, err := view.Lstat(from.path)
	if err != nil {
		return from, fmt.Errorf("lstat %s: %s", from.path, why(err))
	}
	if follow && st.Mode.IsSymlink() {
		target, err := view.Readlink(from.path)
		if err != nil {
			return from, fmt.Errorf("readlink %s: %s", from.path, why(err))
		}
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(from.path), target)
		}
		from.rename, from.path = path.Base(from.path), target
		if st, err = view.Stat(target); err != nil {
			return from, fmt.Errorf("lstat %s: %s", target, why(err))
		}
	}
	from.isDir = st.IsDir()
	return from, nil
}

// pack makes an archive's entries of a file or a whole directory. size is that of the contents.
func (d *docker) pack(file, name string) (entries []vfs.Entry, size int64, err error) {
	d.sys.Step(1)
	view := d.sys.FS()
	st, err := view.Lstat(file)
	if err != nil {
		return nil, 0, fmt.Errorf("lstat %s: %s", file, why(err))
	}
	e := vfs.Entry{
		Path: strings.TrimPrefix(path.Clean("/"+name), "/"), Mode: st.Mode, UID: st.UID, GID: st.GID,
		Rdev: st.Rdev, Mtime: st.Mtime,
	}
	switch {
	case st.Mode.IsSymlink():
		e.Target, err = view.Readlink(file)
	case st.Mode.IsRegular():
		var content []byte
		content, err = view.ReadFile(file)
		d.sys.Alloc(int64(len(content)))
		e.Content, size = vfs.Bytes(content), int64(len(content))
	case st.IsDir():
		return d.packDir(e, file)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("open %s: %s", file, why(err))
	}
	return []vfs.Entry{e}, size, nil
}

func (d *docker) packDir(e vfs.Entry, dir string) (entries []vfs.Entry, size int64, err error) {
	list, err := d.sys.FS().ReadDir(dir)
	if err != nil {
		return nil, 0, fmt.Errorf("open %s: %s", dir, why(err))
	}
	slices.SortFunc(list, func(a, b vfs.DirEntry) int { return strings.Compare(a.Name, b.Name) })
	entries = []vfs.Entry{e}
	for _, f := range list {
		if f.Name == "." || f.Name == ".." {
			continue
		}
		more, n, err := d.pack(path.Join(dir, f.Name), path.Join(e.Path, f.Name))
		if err != nil {
			return nil, 0, err
		}
		entries, size = append(entries, more...), size+n
	}
	return entries, size, nil
}

// copyFrom is docker cp CONTAINER:PATH FILE.
func (d *docker) copyFrom(c *call, box, source, dest string) error {
	view := d.sys.FS()
	if dest != "-" {
		dest = keepDot(view.Abs(dest), dest)
		if dir := path.Dir(path.Clean(dest)); dir != "." {
			if _, err := view.Stat(dir); err != nil {
				return fmt.Errorf("invalid output path: directory %q does not exist", dir)
			}
		}
	}
	from := end{path: source, exists: true}
	if c.on("follow-link") {
		d.followInside(box, &from)
	}
	tar, st, err := d.engine.ContainerCopyFrom(d.caller(), box, from.path)
	if err != nil {
		return err
	}
	if dest == "-" {
		return d.writeBlob(tar, "")
	}
	from.isDir = fs.FileMode(st.Mode).IsDir()
	entries, err := image.Unpack(tar, image.DefaultLimits())
	if err != nil {
		return err
	}
	_, base := splitEntry(from.path)
	entries = renamed(entries, base, from.rename)
	if from.rename != "" {
		base = from.rename
	}
	to, err := d.localDestination(dest)
	if err != nil {
		return err
	}
	dir, name, err := place(from, to)
	if err != nil {
		return err
	}
	size := int64(0)
	for _, e := range renamed(entries, base, name) {
		n, err := d.unpack(dir, e)
		if err != nil {
			return err
		}
		size += n
	}
	d.copied(c, size, tar.Size(), dest)
	return nil
}

// followInside replaces a link in a container by what it points at.
func (d *docker) followInside(box string, from *end) {
	st, err := d.engine.ContainerStatPath(d.caller(), box, from.path)
	if err != nil || fs.FileMode(st.Mode)&fs.ModeSymlink == 0 {
		return
	}
	parent, base := splitEntry(from.path)
	target := st.LinkTarget
	if !strings.HasPrefix(target, "/") {
		target = path.Join(parent, target)
	}
	from.path, from.rename = target, base
}

// localDestination is what a path of the machine is, or may come to be.
func (d *docker) localDestination(dest string) (end, error) {
	view := d.sys.FS()
	to := end{path: dest}
	if st, err := view.Stat(dest); err == nil {
		to.exists, to.isDir = true, st.IsDir()
		return to, nil
	}
	if target, err := view.Readlink(strings.TrimSuffix(dest, "/")); err == nil { // a link to nothing yet
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(path.Clean(dest)), target)
		}
		to.path = target
	}
	parent, _ := splitEntry(to.path)
	st, err := view.Stat(parent)
	switch {
	case err != nil:
		return to, fmt.Errorf("stat %s: %s", parent, why(err))
	case !st.IsDir():
		return to, errors.New("not a directory")
	}
	return to, nil
}

// unpack writes one entry of an archive below dir. Owners are the user's own, as with the real one.
func (d *docker) unpack(dir string, e vfs.Entry) (size int64, err error) {
	d.sys.Step(1)
	view := d.sys.FS()
	file := path.Join(dir, e.Path)
	if e.Path == "" {
		return 0, nil
	}
	if st, err := view.Lstat(file); err == nil && !(st.IsDir() && e.Mode.IsDir()) {
		switch {
		case st.IsDir():
			return 0, fmt.Errorf("cannot overwrite directory %q with non-directory %q", file, dir)
		case e.Mode.IsDir():
			return 0, fmt.Errorf("cannot overwrite non-directory %q with directory %q", file, dir)
		}
		view.Unlink(file) //nolint:errcheck // making it anew says what is wrong
	}
	switch {
	case e.Link != "":
		err = view.Link(path.Join(dir, e.Link), file)
	case e.Mode.IsDir():
		err = view.MkdirAll(file, e.Mode.Perm())
	case e.Mode.IsSymlink():
		err = view.Symlink(e.Target, file)
	case e.Mode.IsRegular():
		size, err = d.unpackFile(file, e)
	default:
		err = view.Mknod(file, e.Mode, e.Rdev)
	}
	if err != nil {
		return 0, fmt.Errorf("open %s: %s", file, why(err))
	}
	if e.Link == "" && !e.Mode.IsSymlink() {
		view.Chmod(file, e.Mode.Perm()) //nolint:errcheck // it was made just now
	}
	view.Lutimes(file, vfs.TimeAt(e.Mtime), vfs.TimeAt(e.Mtime)) //nolint:errcheck // it was made just now
	return size, nil
}

func (d *docker) unpackFile(file string, e vfs.Entry) (int64, error) {
	if err := d.sys.FS().WriteFile(file, nil, e.Mode.Perm()); err != nil {
		return 0, err
	}
	if e.Content == nil {
		return 0, nil
	}
	return e.Content.Size(), d.writeBlob(e.Content, file)
}
