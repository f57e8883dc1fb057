package vfs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/vfs"
)

// layer is a layer of names: "dir/" is a directory, "link -> target" a symbolic link, "-name" a whiteout, anything else
// a file whose content is its own name.
func layer(t *testing.T, names ...string) *vfs.Layer {
	t.Helper()
	b := vfs.NewBuilder()
	for _, n := range names {
		e := vfs.Entry{Path: n, Mode: vfs.S_IFREG | 0o644, Content: vfs.Text(n), Mtime: 1e9}
		if name, target, ok := strings.Cut(n, " -> "); ok {
			e = vfs.Entry{Path: name, Mode: vfs.S_IFLNK | 0o777, Target: target}
		} else if dir, ok := strings.CutSuffix(n, "/"); ok {
			e = vfs.Entry{Path: dir, Mode: vfs.S_IFDIR | 0o755, Mtime: 1e9}
		} else if gone, ok := strings.CutPrefix(n, "-"); ok {
			e = vfs.Entry{Path: gone, Whiteout: true}
		}
		if err := b.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	return b.Layer()
}

func imageOf(layers ...*vfs.Layer) *vfs.Image {
	m := new(vfs.Image)
	for _, l := range layers {
		m = m.With(l)
	}
	return m
}

// container is a container, a view of it, and one of its upper directory.
type container struct {
	*vfs.Container
	v, raw *vfs.View
}

func start(t *testing.T, d *vfs.Disk, m *vfs.Image) container {
	t.Helper()
	c, err := d.NewContainer(m, "web")
	if err != nil {
		t.Fatal(err)
	}
	return container{c, vfs.NewMounts(c.FS, 0).View(vfs.Root()), vfs.NewMounts(c.Upper(), 0).View(vfs.Root())}
}

func newDisk() *vfs.Disk {
	now := int64(2e18)
	return vfs.NewDisk(vfs.Config{Now: func() int64 { now++; return now }})
}

func names(t *testing.T, v *vfs.View, path string) string {
	t.Helper()
	entries, err := v.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name)
	}
	return strings.Join(out, " ")
}

func wantErr(t *testing.T, err error, want vfs.Errno) {
	t.Helper()
	if asErrno(err) != want {
		t.Errorf("got %v, want %v", err, want)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func changesOf(c *vfs.Container) string {
	var out []string
	for _, x := range c.Changes() {
		out = append(out, x.String())
	}
	return strings.Join(out, ", ")
}

func TestTheImageShowsThrough(t *testing.T) {
	m := imageOf(layer(t, "etc/", "etc/hosts", "etc/motd", "old/", "old/x"), layer(t, "etc/motd", "etc/new", "-old"))
	c := start(t, newDisk(), m)
	if got := names(t, c.v, "/"); got != "etc" {
		t.Errorf("/ has %s", got)
	}
	if got := names(t, c.v, "/etc"); got != "hosts motd new" {
		t.Errorf("/etc has %s", got)
	}
	for path, level := range map[string]int{"/etc/hosts": 1, "/etc/motd": 2, "/etc/new": 2} {
		if w := must(c.v.Where(path)); w.Level != level || w.Layer != m.Layers()[level-1] {
			t.Errorf("%s comes from layer %d, not %d", path, w.Level, level)
		}
	}
	_, err := c.v.Stat("/old/x")
	wantErr(t, err, vfs.ENOENT)
	if got := changesOf(c.Container); got != "" {
		t.Errorf("an untouched container changed: %s", got)
	}
}

func TestCopyUpIsOfTheWholeFile(t *testing.T) {
	b := vfs.NewBuilder()
	const size = 100 << 20
	ok(t, b.Add(vfs.Entry{Path: "opt/big", Mode: vfs.S_IFREG | 0o644, Content: vfs.Random{Seed: 1, Len: size}}))
	m := imageOf(b.Layer())
	for name, change := range map[string]func(v *vfs.View) error{
		"chmod":  func(v *vfs.View) error { return v.Chmod("/opt/big", 0o600) },
		"chown":  func(v *vfs.View) error { return v.Chown("/opt/big", 1, 1) },
		"touch":  func(v *vfs.View) error { return v.Utimes("/opt/big", vfs.Now(), vfs.Now()) },
		"link":   func(v *vfs.View) error { return v.Link("/opt/big", "/opt/other") },
		"rename": func(v *vfs.View) error { return v.Rename("/opt/big", "/opt/other") },
		"xattr":  func(v *vfs.View) error { return v.Setxattr("/opt/big", "user.a", "1", 0) },
		"open":   func(v *vfs.View) error { f, err := v.Open("/opt/big", vfs.O_WRONLY, 0); f.Close(); return err },
		"empty":  func(v *vfs.View) error { return v.Truncate("/opt/big", 1) },
	} {
		c := start(t, newDisk(), m)
		before, _ := c.Used()
		var events []vfs.Event
		c.Disk().Observe(func(e vfs.Event) vfs.EventID { events = append(events, e); return 7 }, vfs.WatchChanges)
		ok(t, change(c.v))
		after, _ := c.Used()
		want := int64(size + vfs.BlockSize) // and its directory
		if name == "empty" {
			want = 2 * vfs.BlockSize
		}
		if after-before != want {
			t.Errorf("%s took %d bytes of the disk, not %d", name, after-before, want)
		}
		i := slices.IndexFunc(events, func(e vfs.Event) bool {
			return e.Path == "/opt/big" && e.Rule == vfs.RuleCopyUp
		})
		if i < 0 || events[i].Bytes != size || events[i].Layer != 1 || events[i].By != c.v || events[i].Call == "" {
			t.Errorf("%s: %v", name, events)
		}
		if c.Disk().LastEvent() != 7 {
			t.Errorf("%s: the last event is %d", name, c.Disk().LastEvent())
		}
	}
}

// What a container's files are told to have gone through.
func TestEventsOfChanges(t *testing.T) {
	for _, x := range []struct {
		name string
		do   func(v *vfs.View) error
		want string
	}{
		{"append", func(v *vfs.View) error {
			f, err := v.Open("/d/f", vfs.O_WRONLY|vfs.O_APPEND, 0)
			if err == nil {
				f.Write([]byte("abc"))
				f.Write([]byte("de"))
				f.Close()
			}
			return err
		}, "copyup /d 0; copyup /d/f 3; wrote /d/f 5"},
		{
			"replace", func(v *vfs.View) error { return v.WriteFile("/d/f", []byte("new"), 0o644) },
			"copyup /d 0; copyup /d/f 0; wrote /d/f 3",
		},
		{"make", func(v *vfs.View) error { return v.WriteFile("/n", []byte("n"), 0o644) }, "made /n 0; wrote /n 1"},
		{"nothing written", func(v *vfs.View) error { return v.WriteFile("/n", nil, 0o644) }, "made /n 0"},
		{"directory", func(v *vfs.View) error { return v.Mkdir("/n", 0o755) }, "made /n 0"},
		{"remove", func(v *vfs.View) error { return v.Unlink("/d/f") }, "copyup /d 0; whiteout /d/f 0"},
		{
			"move", func(v *vfs.View) error { return v.Rename("/d/f", "/g") },
			"copyup /d 0; copyup /d/f 3; whiteout /d/f 0; moved /g 0",
		},
		{"move over", func(v *vfs.View) error {
			if err := v.WriteFile("/d/t", []byte("t"), 0o644); err != nil {
				return err
			}
			return v.Rename("/d/t", "/d/f")
		}, "copyup /d 0; made /d/t 0; wrote /d/t 1; removed /d/t 0; removed /d/f 0; moved /d/f 0"},
	} {
		c := start(t, newDisk(), imageOf(layer(t, "d/", "d/f")))
		var got []string
		c.Disk().Observe(func(e vfs.Event) vfs.EventID {
			got = append(got, fmt.Sprintf("%s %s %d", strings.TrimPrefix(string(e.Rule), "vfs."), e.Path, e.Bytes))
			return 1
		}, vfs.WatchChanges)
		ok(t, x.do(c.v))
		if s := strings.Join(got, "; "); s != x.want {
			t.Errorf("%s: %s, want %s", x.name, s, x.want)
		}
	}
}

func TestOpeningWithTruncLeavesTheDataBehind(t *testing.T) {
	c := start(t, newDisk(), imageOf(layer(t, "a")))
	var copied vfs.Event
	c.Disk().Observe(func(e vfs.Event) vfs.EventID { copied = e; return 1 }, vfs.WatchChanges)
	f, err := c.v.Open("/a", vfs.O_WRONLY|vfs.O_TRUNC, 0)
	ok(t, err)
	defer f.Close()
	if copied.Rule != vfs.RuleCopyUp || copied.Bytes != 0 {
		t.Errorf("%v", copied)
	}
	if s := must(c.raw.Stat("/a")); s.Size != 0 || s.Blocks != 0 {
		t.Errorf("%+v", s)
	}
}

func TestADirectoryOfTheImageCannotBeRenamed(t *testing.T) {
	c := start(t, newDisk(), imageOf(layer(t, "d/", "d/f")))
	wantErr(t, c.v.Rename("/d", "/e"), vfs.EXDEV)
	ok(t, c.v.Mkdir("/own", 0o755))
	ok(t, c.v.Rename("/own", "/e"))
	ok(t, c.v.WriteFile("/d/f", nil, 0)) // now it is merged
	wantErr(t, c.v.Rename("/d", "/f"), vfs.EXDEV)
}

func TestWhiteoutsAndOpaqueDirectoriesLieInTheUpper(t *testing.T) {
	c := start(t, newDisk(), imageOf(layer(t, "d/", "d/f", "d/g", "x")))
	ok(t, c.v.Unlink("/x"))
	s := must(c.raw.Lstat("/x"))
	if s.Mode.Type() != vfs.S_IFCHR || s.Rdev != 0 {
		t.Errorf("instead of x there is %v %v", s.Mode, s.Rdev)
	}
	ok(t, c.v.Unlink("/d/f"))
	ok(t, c.v.Unlink("/d/g"))
	ok(t, c.v.Rmdir("/d"))
	ok(t, c.v.Mkdir("/d", 0o755))
	if got := must(c.raw.Getxattr("/d", "trusted.overlay.opaque")); got != "y" {
		t.Errorf("the new directory is marked %q", got)
	}
	_, err := c.v.Getxattr("/d", "trusted.overlay.opaque")
	wantErr(t, err, vfs.EOPNOTSUPP)
	if got := names(t, c.v, "/d"); got != "" {
		t.Errorf("the new directory has %s", got)
	}
	if got := changesOf(c.Container); got != "C /d, D /d/f, D /d/g, D /x" {
		t.Errorf("docker diff: %s", got)
	}
	wantErr(t, c.raw.Mkdir("/new", 0o755), vfs.EROFS)
	wantErr(t, c.v.Mknod("/w", vfs.S_IFCHR, 0), vfs.EPERM)
}

func TestDiffLeavesOutWhatIsAsBefore(t *testing.T) {
	c := start(t, newDisk(), imageOf(layer(t, "d/", "d/f", "e")))
	ok(t, c.v.Chmod("/d/f", 0o644)) // copied up, and the same
	if got := changesOf(c.Container); got != "" {
		t.Errorf("docker diff: %s", got)
	}
	ok(t, c.v.Chmod("/d/f", 0o600))
	if got := changesOf(c.Container); got != "C /d, C /d/f" {
		t.Errorf("docker diff: %s", got)
	}
	ok(t, c.v.Chmod("/d/f", 0o644))
	ok(t, c.v.Truncate("/d/f", 1))
	ok(t, c.v.Utimes("/d/f", vfs.Now(), vfs.TimeAt(1e9))) // only the size is left to tell
	if got := changesOf(c.Container); got != "C /d, C /d/f" {
		t.Errorf("docker diff: %s", got)
	}
	ok(t, c.v.Unlink("/e"))
	ok(t, c.v.Mkdir("/e", 0o755))
	if got := changesOf(c.Container); got != "C /d, C /d/f, C /e" {
		t.Errorf("docker diff: %s", got)
	}
}

func TestCopyUpAndTimes(t *testing.T) {
	c := start(t, newDisk(), imageOf(layer(t, "d/", "d/f")))
	ok(t, c.v.WriteFile("/d/own", nil, 0o644)) // the directory is in the upper already
	dir, file := must(c.v.Stat("/d")), must(c.v.Stat("/d/f"))
	f := must(c.v.Open("/d/f", vfs.O_RDWR, 0))
	defer f.Close()
	d, g := must(c.v.Stat("/d")), f.Stat()
	if d.Mtime != dir.Mtime || d.Ctime == dir.Ctime {
		t.Errorf("the directory's times were %d %d and are %d %d", dir.Mtime, dir.Ctime, d.Mtime, d.Ctime)
	}
	if g.Mtime != file.Mtime || g.Ctime == file.Ctime {
		t.Errorf("the file's times were %d %d and are %d %d", file.Mtime, file.Ctime, g.Mtime, g.Ctime)
	}
}

func TestCopyUpBreaksHardLinks(t *testing.T) {
	b := vfs.NewBuilder()
	ok(t, b.Add(vfs.Entry{Path: "a", Mode: vfs.S_IFREG | 0o644, Content: vfs.Text("one")}))
	ok(t, b.Add(vfs.Entry{Path: "b", Link: "a"}))
	ok(t, b.Add(vfs.Entry{Path: "c", Mode: vfs.S_IFREG | 0o644}))
	c := start(t, newDisk(), imageOf(b.Layer()))
	a, single := must(c.v.Stat("/a")), must(c.v.Stat("/c"))
	if a.Nlink != 2 || a.ID() != must(c.v.Stat("/b")).ID() {
		t.Errorf("before: %+v", a)
	}
	ok(t, c.v.WriteFile("/a", []byte("two"), 0))
	ok(t, c.v.Chmod("/c", 0o600))
	if s := must(c.v.Stat("/a")); s.Nlink != 1 || s.Ino == a.Ino {
		t.Errorf("a after: %+v", s)
	}
	if got := string(must(c.v.ReadFile("/b"))); got != "one" {
		t.Errorf("b is %q", got)
	}
	if s := must(c.v.Stat("/c")); s.Ino != single.Ino {
		t.Errorf("c had inode %d and has %d", single.Ino, s.Ino)
	}
}

// Found by random sequences on Linux 6.18: a file of the image that was removed while it was open cannot be copied up,
// because the whiteout is in its place.
func TestARemovedFileOfTheImageCannotBeChanged(t *testing.T) {
	c := start(t, newDisk(), imageOf(layer(t, "a", "d/", "d/b")))
	f := must(c.v.Open("/a", vfs.O_RDONLY, 0))
	ok(t, c.v.Unlink("/a"))
	wantErr(t, f.Chmod(0o600), vfs.EEXIST)
	b := make([]byte, 9)
	if n, err := f.Read(b); string(b[:n]) != "a" || err != nil {
		t.Errorf("read %q, %v", b[:n], err)
	}
	g := must(c.v.Open("/d/b", vfs.O_RDONLY, 0))
	ok(t, c.v.Unlink("/d/b"))
	ok(t, c.v.Rmdir("/d"))
	wantErr(t, g.Chmod(0o600), vfs.ENOENT)
}

// Found by random sequences on Linux 6.18 with ext4: a rename that fails because the new directory is not empty
// touches the old one all the same, if a whiteout would have been left there.
func TestAFailedRenameTouchesTheDirectory(t *testing.T) {
	c := start(t, newDisk(), imageOf(layer(t, "b")))
	ok(t, c.v.Unlink("/b"))
	ok(t, c.v.Mkdir("/b", 0o755))
	ok(t, c.v.Mkdir("/own", 0o755))
	ok(t, c.v.MkdirAll("/full/x", 0o755))
	before := must(c.v.Stat("/")).Mtime
	wantErr(t, c.v.Rename("/own", "/full"), vfs.ENOTEMPTY)
	if got := must(c.v.Stat("/")).Mtime; got != before {
		t.Error("there is nothing to hide, and the directory was touched")
	}
	wantErr(t, c.v.Rename("/b", "/full"), vfs.ENOTEMPTY)
	if got := must(c.v.Stat("/")).Mtime; got == before {
		t.Error("the directory was not touched")
	}
}

// Found by random sequences on Linux 6.18: O_CREAT does not open another user's socket in a sticky directory.
func TestOthersSocketsInAStickyDirectory(t *testing.T) {
	c := start(t, newDisk(), new(vfs.Image))
	ok(t, c.v.Chmod("/", 0o1777))
	ok(t, c.v.As(vfs.User(1001, 1001)).Mknod("/s", vfs.S_IFSOCK|0o666, 0))
	_, err := c.v.Open("/s", vfs.O_RDWR|vfs.O_CREAT, 0)
	wantErr(t, err, vfs.EACCES)
	_, err = c.v.Open("/s", vfs.O_RDWR, 0)
	ok(t, err)
	ok(t, c.v.Chmod("/", 0o777))
	_, err = c.v.Open("/s", vfs.O_RDWR|vfs.O_CREAT, 0)
	ok(t, err)
}

// Found by random sequences on Linux 6.18: a copy-up skips a hole only where it begins to copy a chunk of 1 MiB.
func TestCopyUpFillsSmallHoles(t *testing.T) {
	c := start(t, newDisk(), new(vfs.Image))
	f := must(c.v.Open("/f", vfs.O_RDWR|vfs.O_CREAT, 0o644))
	must(f.Pwrite([]byte("x"), 2<<20))
	ok(t, f.Truncate(5<<20))
	ok(t, f.Allocate(4<<20, 1<<20, false))
	if got := runs(f.Seek); got != "2097152-2101248 4194304-5242880" || f.Stat().Blocks != 8+2048 {
		t.Errorf("at first: %s, %d blocks", got, f.Stat().Blocks)
	}
	again := start(t, c.Disk(), c.Image().With(c.Seal()))
	ok(t, again.v.Chmod("/f", 0o600))
	g := must(again.v.Open("/f", vfs.O_RDONLY, 0))
	if got := runs(g.Seek); got != "2097152-3145728 4194304-5242880" || g.Stat().Blocks != 2048+2048 {
		t.Errorf("the copy: %s, %d blocks", got, g.Stat().Blocks)
	}
}

// Found by random sequences on Linux 6.18 with ext4.
func TestTruncatingToTheSameSizeGivesSpaceBack(t *testing.T) {
	c := start(t, newDisk(), new(vfs.Image))
	f := must(c.v.Open("/f", vfs.O_RDWR|vfs.O_CREAT, 0o644))
	ok(t, f.Allocate(0, 8192, true))
	if s := f.Stat(); s.Size != 0 || s.Blocks != 16 {
		t.Errorf("allocated: %+v", s)
	}
	ok(t, f.Truncate(0))
	if s := f.Stat(); s.Blocks != 0 {
		t.Errorf("truncated: %+v", s)
	}
}

func TestAReaderSeesTheCopyThatWasMade(t *testing.T) {
	c := start(t, newDisk(), imageOf(layer(t, "a")))
	f := must(c.v.Open("/a", vfs.O_RDONLY, 0))
	ok(t, c.v.WriteFile("/a", []byte("new"), 0))
	b := make([]byte, 9)
	if n, _ := f.Read(b); string(b[:n]) != "new" {
		t.Errorf("read %q", b[:n])
	}
}

func TestDirectoriesListTheImageFirst(t *testing.T) {
	c := start(t, newDisk(), imageOf(layer(t, "d/", "d/m", "d/z"), layer(t, "d/b")))
	ok(t, c.v.WriteFile("/d/a", nil, 0o644))
	ok(t, c.v.WriteFile("/d/m", []byte("up"), 0o644))
	f := must(c.v.Open("/d", vfs.O_RDONLY, 0))
	first := must(f.ReadDir(1))
	ok(t, c.v.WriteFile("/d/c", nil, 0o644))
	got := first[0].Name
	for _, e := range must(f.ReadDir(0)) {
		got += " " + e.Name
	}
	if got != "b m z a" {
		t.Errorf("the names as they were when reading began: %s", got)
	}
	if got := names(t, c.v, "/d"); got != "b m z a c" {
		t.Errorf("the names now: %s", got)
	}
}

func TestACommittedLayerStaysAsItWas(t *testing.T) {
	d := newDisk()
	c := start(t, d, imageOf(layer(t, "a", "b")))
	ok(t, c.v.WriteFile("/a", []byte("first"), 0o644))
	ok(t, c.v.Unlink("/b"))
	l := c.Seal()
	ok(t, c.v.WriteFile("/a", []byte("second"), 0o644))
	again := start(t, d, c.Image().With(l))
	if got := string(must(again.v.ReadFile("/a"))); got != "first" {
		t.Errorf("the layer has %q", got)
	}
	_, err := again.v.Stat("/b")
	wantErr(t, err, vfs.ENOENT)
	if l.Digest() == c.Seal().Digest() {
		t.Error("different content, one digest")
	}
	raw := vfs.NewMounts(d.LayerFS(l, "layer"), 0).View(vfs.Root())
	if s := must(raw.Lstat("/b")); s.Mode.Type() != vfs.S_IFCHR {
		t.Errorf("in the layer b is %v", s.Mode)
	}
}

func TestEqualLayersHaveOneName(t *testing.T) {
	c := start(t, newDisk(), new(vfs.Image))
	ok(t, c.v.Mkdir("/d", 0o755))
	f := must(c.v.Open("/d/f", vfs.O_CREAT|vfs.O_WRONLY, 0o644))
	for _, s := range []string{"con", "te", "nt"} { // in pieces
		_, err := f.Write([]byte(s))
		ok(t, err)
	}
	ok(t, f.Close())
	for _, p := range []string{"/d/f", "/d", "/"} {
		ok(t, c.v.Utimes(p, vfs.TimeAt(5), vfs.TimeAt(5)))
	}
	b := vfs.NewBuilder()
	ok(t, b.Add(vfs.Entry{Path: "d/f", Mode: vfs.S_IFREG | 0o644, Mtime: 5, Content: vfs.Text("content")}))
	ok(t, b.Add(vfs.Entry{Path: "d", Mode: vfs.S_IFDIR | 0o755, Mtime: 5}))
	ok(t, b.Add(vfs.Entry{Path: "", Mode: vfs.S_IFDIR | 0o755, Mtime: 5}))
	if got, want := c.Seal().Digest(), b.Layer().Digest(); got != want {
		t.Errorf("%s and %s", got, want)
	}
}

func TestTakingALayerApartKeepsItsName(t *testing.T) {
	b := vfs.NewBuilder()
	for _, name := range []string{"written", "cut", "punched", "same"} {
		content := vfs.Random{Seed: 3, Len: 10 << 20}
		ok(t, b.Add(vfs.Entry{Path: name, Mode: vfs.S_IFREG | 0o644, Content: content}))
	}
	c := start(t, newDisk(), imageOf(b.Layer()))
	open := func(name string) *vfs.File { return must(c.v.Open(name, vfs.O_RDWR, 0)) }
	must(open("/written").Pwrite([]byte("x"), 5<<20))
	ok(t, open("/cut").Truncate(5000))
	ok(t, open("/punched").PunchHole(4096, 1<<20))
	ok(t, c.v.Chmod("/same", 0o600))
	l := c.Seal()
	again := rebuilt(t, l)
	if again.Digest() != l.Digest() {
		t.Errorf("%s became %s", l.Digest(), again.Digest())
	}
	if a, b := both(l.DiskUsage()), both(again.DiskUsage()); a != b {
		t.Errorf("it took %v and takes %v", a, b)
	}
}

func both(a, b int64) [2]int64 { return [2]int64{a, b} }

func TestAnImagesFilesKeepTheirNumbersInLaterImages(t *testing.T) {
	d := newDisk()
	base := imageOf(layer(t, "a", "b"))
	more := base.With(layer(t, "c", "d/", "d/e"))
	seen := map[vfs.Ino]string{}
	v := vfs.NewMounts(d.ImageFS(more, ""), 0).View(vfs.Root())
	for p := range factsOf(v) {
		ino := must(v.Stat(p)).Ino
		if seen[ino] != "" {
			t.Errorf("%s and %s are inode %d", p, seen[ino], ino)
		}
		seen[ino] = p
	}
	below := vfs.NewMounts(d.ImageFS(base, ""), 0).View(vfs.Root())
	if a, b := must(v.Stat("/a")).Ino, must(below.Stat("/a")).Ino; a != b {
		t.Errorf("a is %d and %d", a, b)
	}
	c := start(t, d, more)
	ok(t, c.v.WriteFile("/new", nil, 0o644))
	if p := seen[must(c.v.Stat("/new")).Ino]; p != "" {
		t.Errorf("the new file has the number of %s", p)
	}
}

func TestRefusalsSayWhy(t *testing.T) {
	c := start(t, newDisk(), imageOf(layer(t, "a", "d/", "d/f", "bad -> nowhere")))
	ok(t, c.v.Unlink("/a"))
	ok(t, c.v.Chmod("/d", 0o700))
	var last vfs.Event
	c.Disk().Observe(func(e vfs.Event) vfs.EventID { last = e; return 1 }, vfs.WatchRefusals)
	user := c.v.As(vfs.User(1000, 1000))
	_, hidden := c.v.Stat("/a")
	check := func(err error, errno vfs.Errno, rule vfs.Rule, path string) {
		t.Helper()
		wantErr(t, err, errno)
		if last.Rule != rule || last.Path != path || last.Errno != errno {
			t.Errorf("%v", last)
		}
	}
	check(hidden, vfs.ENOENT, vfs.RuleHidden, "/a")
	_, err := c.v.Stat("/nothing")
	check(err, vfs.ENOENT, vfs.RuleMissing, "/nothing")
	_, err = c.v.Stat("bad")
	check(err, vfs.ENOENT, vfs.RuleDangling, "/nowhere")
	_, err = user.Stat("/d/f")
	check(err, vfs.EACCES, vfs.RuleSearch, "/d")
	check(user.Mkdir("/x", 0o755), vfs.EACCES, vfs.RuleDirWrite, "/")
	check(c.v.Rename("/d", "/e"), vfs.EXDEV, vfs.RuleLowerDir, "/d")
	check(c.v.Rmdir("/d"), vfs.ENOTEMPTY, vfs.RuleNotEmpty, "/d")
}

func TestLookupsCanBeWatched(t *testing.T) {
	c := start(t, newDisk(), imageOf(layer(t, "a/", "a/b/"), layer(t, "a/b/c")))
	var got []string
	c.Disk().Observe(func(e vfs.Event) vfs.EventID { got = append(got, e.String()); return 1 }, vfs.WatchLookups)
	must(c.v.Stat("/a/b/c"))
	want := "vfs.lookup /a layer 2 by stat|vfs.lookup /a/b layer 2 by stat|vfs.lookup /a/b/c layer 2 by stat"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("%s, not %s", s, want)
	}
}
