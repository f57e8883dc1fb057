package vfs_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

// op is one operation of a sequence that is run on the model and on Linux. The recorded corpus has the same form.
type op struct {
	K string // kind
	P string // path
	Q string `json:",omitempty"` // second path, or an attribute's value
	M uint32 `json:",omitempty"` // mode, or user
	U uint32 `json:",omitempty"` // who acts
	N int64  `json:",omitempty"` // a number: offset, size, group, time
	S string `json:",omitempty"` // a text
}

func (o op) String() string {
	b, _ := json.Marshal(o)
	return string(b)
}

// model is a container of ours that operations are run on.
type model struct {
	disk  *vfs.Disk
	c     *vfs.Container
	v     *vfs.View
	clock int64
	fds   [4]*vfs.File
}

func newModel() *model {
	m := &model{clock: 1e15}
	m.disk = vfs.NewDisk(vfs.Config{Now: func() int64 { m.clock++; return m.clock }})
	m.start(new(vfs.Image))
	return m
}

func (m *model) start(image *vfs.Image) {
	c, err := m.disk.NewContainer(image, "c")
	if err != nil {
		panic(err)
	}
	m.c = c
	m.v = vfs.NewMounts(c.FS, 0).View(vfs.Root())
}

// rotate makes the upper a layer and goes on with an empty one.
func (m *model) rotate() { m.start(m.c.Image().With(m.c.Seal())) }

func asErrno(err error) vfs.Errno {
	if err == nil {
		return 0
	}
	return err.(vfs.Errno)
}

func credOf(uid uint32) vfs.Cred {
	if uid == 0 {
		return vfs.Root()
	}
	return vfs.User(uid, uid)
}

// nodeKinds are what the operation mknod makes.
var nodeKinds = []struct {
	mode vfs.Mode
	dev  vfs.Dev
}{{vfs.S_IFIFO, 0}, {vfs.S_IFCHR, 0}, {vfs.S_IFCHR, vfs.MakeDev(1, 3)}, {vfs.S_IFSOCK, 0}}

// do runs an operation. The answer is what it read, if it is one that reads.
func (m *model) do(o op) (errno vfs.Errno, answer string) {
	if o.K == "rotate" {
		m.closeAll()
		m.rotate()
		return 0, ""
	}
	m.v.SetCred(credOf(o.U))
	if run := modelFileOps[o.K]; run != nil {
		if m.fds[o.slot()] == nil {
			return vfs.EBADF, ""
		}
		answer, err := run(m.fds[o.slot()], o)
		return asErrno(err), answer
	}
	run := modelOps[o.K]
	if run == nil {
		panic("unknown operation " + o.K)
	}
	return asErrno(run(m, o)), ""
}

// slot is which of the open files an operation is about.
func (o op) slot() int64 { return o.N % int64(len(model{}.fds)) }

func (m *model) closeAll() {
	for i := range m.fds {
		m.closeFD(int64(i))
	}
}

func (m *model) closeFD(slot int64) error {
	f := m.fds[slot]
	m.fds[slot] = nil
	if f == nil {
		return vfs.EBADF
	}
	return f.Close()
}

// openFD keeps a regular file or a directory open.
func (m *model) openFD(o op) error {
	m.closeFD(o.slot())
	f, err := m.v.Open(o.P, vfs.Flags(o.M), 0o644)
	if err != nil {
		return err
	}
	switch mode := f.Stat().Mode; {
	case mode.Type() == vfs.S_IFSOCK, mode.Type() == vfs.S_IFIFO && o.M&3 == uint32(vfs.O_WRONLY):
		f.Close()
		return vfs.ENXIO
	case !mode.IsRegular() && !mode.IsDir():
		return f.Close()
	}
	m.fds[o.slot()] = f
	return nil
}

var modelFileOps = map[string]func(f *vfs.File, o op) (string, error){
	"fdwrite": func(f *vfs.File, o op) (string, error) { _, err := f.Pwrite([]byte(o.S), int64(o.M)); return "", err },
	"fdtrunc": func(f *vfs.File, o op) (string, error) { return "", f.Truncate(int64(o.M)) },
	"fdalloc": func(f *vfs.File, o op) (string, error) { return "", f.Allocate(int64(o.M), 5000, o.U == 0) },
	"fdpunch": func(f *vfs.File, o op) (string, error) { return "", f.PunchHole(int64(o.M), 5000) },
	"fdholes": func(f *vfs.File, o op) (string, error) {
		if _, err := f.Pread(make([]byte, 1<<16), 0); err != nil {
			return "", err // on Linux space that was allocated is data once it was read
		}
		return runs(f.Seek), nil
	},
	"fdchmod": func(f *vfs.File, o op) (string, error) { return "", f.Chmod(vfs.Mode(o.M)) },
	"fdstat": func(f *vfs.File, o op) (string, error) {
		s := f.Stat()
		size := s.Size
		if s.IsDir() {
			size = 0
		}
		return fmt.Sprintf("%o %d:%d n%d s%d", s.Mode, s.UID, s.GID, s.Nlink, size), nil
	},
	"fdread": func(f *vfs.File, o op) (string, error) {
		b := make([]byte, 6000)
		n, err := f.Pread(b, int64(o.M))
		return string(b[:n]), err
	},
	"fdlist": func(f *vfs.File, o op) (string, error) {
		f.Seek(0, vfs.SEEK_SET)
		entries, err := f.ReadDir(0)
		var names []string
		for _, e := range entries {
			names = append(names, e.Name)
		}
		slices.Sort(names)
		return strings.Join(names, " "), err
	},
}

var modelOps = map[string]func(m *model, o op) error{
	"fdopen":    func(m *model, o op) error { return m.openFD(o) },
	"fdclose":   func(m *model, o op) error { return m.closeFD(o.slot()) },
	"create":    func(m *model, o op) error { return m.open(o, vfs.O_CREAT|vfs.O_EXCL|vfs.O_WRONLY, nil) },
	"opencreat": func(m *model, o op) error { return m.open(o, vfs.O_CREAT|vfs.O_WRONLY, nil) },
	"openw":     func(m *model, o op) error { return m.open(o, vfs.O_RDWR, nil) },
	"openr":     func(m *model, o op) error { return m.open(o, vfs.O_RDONLY, nil) },
	"opent":     func(m *model, o op) error { return m.open(o, vfs.O_WRONLY|vfs.O_TRUNC, nil) },
	"write": func(m *model, o op) error {
		return m.open(o, vfs.O_WRONLY, func(f *vfs.File) error { _, err := f.Pwrite([]byte(o.S), o.N); return err })
	},
	"append": func(m *model, o op) error {
		return m.open(o, vfs.O_WRONLY|vfs.O_APPEND, func(f *vfs.File) error {
			_, err := f.Write([]byte(o.S))
			return err
		})
	},
	"trunc":   func(m *model, o op) error { return m.v.Truncate(o.P, o.N) },
	"mkdir":   func(m *model, o op) error { return m.v.Mkdir(o.P, vfs.Mode(o.M)) },
	"rmdir":   func(m *model, o op) error { return m.v.Rmdir(o.P) },
	"unlink":  func(m *model, o op) error { return m.v.Unlink(o.P) },
	"rename":  func(m *model, o op) error { return m.v.Rename(o.P, o.Q) },
	"renamex": func(m *model, o op) error { return m.v.RenameNoReplace(o.P, o.Q) },
	"linkf":   func(m *model, o op) error { return m.v.LinkFollow(o.P, o.Q) },
	"chownf":  func(m *model, o op) error { return m.v.Chown(o.P, o.M, uint32(o.N)) },
	"touch":   func(m *model, o op) error { return m.v.Utimes(o.P, vfs.Omit(), vfs.TimeAt(o.N)) },
	"link":    func(m *model, o op) error { return m.v.Link(o.P, o.Q) },
	"symlink": func(m *model, o op) error { return m.v.Symlink(o.S, o.P) },
	"mknod": func(m *model, o op) error {
		k := nodeKinds[o.N]
		return m.v.Mknod(o.P, k.mode|vfs.Mode(o.M), k.dev)
	},
	"chmod": func(m *model, o op) error { return m.v.Chmod(o.P, vfs.Mode(o.M)) },
	"chown": func(m *model, o op) error { return m.v.Lchown(o.P, o.M, uint32(o.N)) },
	"setx":  func(m *model, o op) error { return m.v.Lsetxattr(o.P, o.S, o.Q, 0) },
	"rmx":   func(m *model, o op) error { return m.v.Lremovexattr(o.P, o.S) },
	"utime": func(m *model, o op) error {
		t := vfs.TimeAt(o.N)
		if o.N == -1 {
			t = vfs.Now()
		}
		return m.v.Lutimes(o.P, t, t)
	},
	"rmtree": func(m *model, o op) error {
		if !strings.HasSuffix(o.P, ".") && o.U == 0 {
			m.removeTree(strings.TrimRight(o.P, "/"))
		}
		return nil
	},
}

// runs tells data from holes.
func runs(seek func(off int64, whence int) (int64, error)) string {
	var out []string
	for at := int64(0); ; {
		data, err := seek(at, vfs.SEEK_DATA)
		if err != nil {
			return strings.Join(out, " ")
		}
		if at, err = seek(data, vfs.SEEK_HOLE); err != nil {
			return "no end"
		}
		out = append(out, fmt.Sprintf("%d-%d", data, at))
	}
}

// open opens with O_NONBLOCK, as far as that shows, and does something with a regular file.
func (m *model) open(o op, flags vfs.Flags, use func(*vfs.File) error) error {
	f, err := m.v.Open(o.P, flags, vfs.Mode(o.M))
	if err != nil {
		return err
	}
	defer f.Close()
	switch mode := f.Stat().Mode; {
	case mode.Type() == vfs.S_IFSOCK, mode.Type() == vfs.S_IFIFO && flags&3 == vfs.O_WRONLY:
		return vfs.ENXIO
	case use != nil && mode.IsRegular():
		return use(f)
	}
	return nil
}

func (m *model) removeTree(path string) {
	s, err := m.v.Lstat(path)
	if err != nil {
		return
	}
	if !s.IsDir() {
		m.v.Unlink(path)
		return
	}
	entries, _ := m.v.ReadDir(path)
	for _, e := range entries {
		m.removeTree(path + "/" + e.Name)
	}
	m.v.Rmdir(path)
}

// seen is one file as a dump shows it.
type seen struct {
	path           string
	mode, uid, gid uint32
	nlink          uint32
	rdev           uint64
	size           int64
	target, text   string
	xattrs         []string
}

func (s seen) String() string {
	return fmt.Sprintf("%s %o %d:%d n%d r%d s%d %s %q {%s}", s.path, s.mode, s.uid, s.gid, s.nlink, s.rdev, s.size,
		s.target, s.text, strings.Join(s.xattrs, ","))
}

// dump describes everything below the view's root.
func dump(v *vfs.View, upper bool, keep func(path, xattr string) bool) []string {
	v = v.As(vfs.Root())
	var out []string
	var walk func(path string)
	walk = func(path string) {
		shown := path
		if path == "" {
			shown = "/"
		}
		s := must(v.Lstat(shown))
		if upper && s.Mode.Type() == vfs.S_IFCHR && s.Rdev == 0 {
			out = append(out, "W "+shown)
			return
		}
		e := seen{path: shown, mode: uint32(s.Mode), uid: s.UID, gid: s.GID, nlink: s.Nlink}
		switch s.Mode.Type() {
		case vfs.S_IFREG:
			e.size, e.text = s.Size, string(must(v.ReadFile(shown)))
		case vfs.S_IFLNK:
			e.target = must(v.Readlink(shown))
		case vfs.S_IFCHR, vfs.S_IFBLK:
			e.rdev = uint64(s.Rdev.Major()<<8 | s.Rdev.Minor())
		}
		if upper && s.IsDir() {
			e.nlink = 0
		}
		for _, x := range must(v.Llistxattr(shown)) {
			if keep == nil || keep(shown, x) {
				e.xattrs = append(e.xattrs, x+"="+must(v.Lgetxattr(shown, x)))
			}
		}
		slices.Sort(e.xattrs)
		out = append(out, e.String())
		if s.IsDir() {
			for _, d := range must(v.ReadDir(shown)) {
				walk(path + "/" + d.Name)
			}
		}
	}
	walk("")
	slices.Sort(out)
	return out
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (m *model) merged() []string { return dump(m.v, false, nil) }

// upper is the upper directory. Whether a directory is marked opaque is told only where that hides something: Linux
// marks others too, on other occasions than we do.
func (m *model) upper() []string {
	raw := vfs.NewMounts(m.c.Upper(), 0).View(vfs.Root())
	return dump(raw, true, func(path, xattr string) bool { return xattr != opaque || m.opaqueMatters(raw, path) })
}

const opaque = "trusted.overlay.opaque"

// opaqueMatters reports whether the image has the path, and nothing above it hides that.
func (m *model) opaqueMatters(raw *vfs.View, path string) bool {
	image := vfs.NewMounts(m.disk.ImageFS(m.c.Image(), ""), 0).View(vfs.Root())
	if _, err := image.Lstat(path); err != nil || path == "/" {
		return false
	}
	for i := 1; i < len(path); i++ {
		if path[i] == '/' {
			if _, err := raw.Lgetxattr(path[:i], opaque); err == nil {
				return false
			}
		}
	}
	return true
}
