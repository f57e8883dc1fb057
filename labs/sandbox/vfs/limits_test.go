package vfs_test

import (
	"fmt"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/vfs"
)

// meter is a budget.
type meter struct{ used, limit int64 }

func (m *meter) Take(n int64) bool {
	if m.used+n > m.limit {
		return false
	}
	m.used += n
	return true
}

func (m *meter) Give(n int64) { m.used -= n }

func TestAFullDiskRefuses(t *testing.T) {
	d := vfs.NewDisk(vfs.Config{Size: 1 << 20})
	b := vfs.NewBuilder()
	ok(t, b.Add(vfs.Entry{Path: "big", Mode: vfs.S_IFREG | 0o644, Content: vfs.Zeros(600 << 10)}))
	m := imageOf(b.Layer())
	ok(t, d.Keep(m.Layers()[0]))
	ok(t, d.Keep(m.Layers()[0])) // costs nothing more
	c := start(t, d, m)
	var last vfs.Event
	d.Observe(func(e vfs.Event) vfs.EventID { last = e; return 1 }, vfs.WatchRefusals)
	wantErr(t, c.v.Chmod("/big", 0o600), vfs.ENOSPC) // the copy does not fit
	if last.Rule != vfs.RuleSpace {
		t.Errorf("%v", last)
	}
	if s := must(c.v.Stat("/big")); s.Mode.Perm() != 0o644 {
		t.Errorf("%v", s.Mode)
	}
	if got := names(t, c.raw, "/"); got != "" {
		t.Errorf("the upper has %s", got)
	}
	f := must(c.v.Open("/new", vfs.O_CREAT|vfs.O_WRONLY, 0o644))
	n, err := f.Write(make([]byte, 1<<20))
	if err != vfs.ENOSPC || n == 0 || n%vfs.BlockSize != 0 {
		t.Errorf("wrote %d, %v", n, err)
	}
	if bytes, _ := d.Used(); bytes != 1<<20 {
		t.Errorf("%d bytes are in use", bytes)
	}
	d.Drop(m.Layers()[0])
	d.Drop(m.Layers()[0])
	c.Destroy()
	if bytes, inodes := d.Used(); bytes != 0 || inodes != 0 {
		t.Errorf("left: %d bytes, %d inodes", bytes, inodes)
	}
}

func TestMemoryIsABudget(t *testing.T) {
	for name, fill := range map[string]func(v *vfs.View, n int) error{
		"files": func(v *vfs.View, n int) error {
			return v.WriteFile(fmt.Sprintf("/f%d", n), []byte("x"), 0o644)
		},
		"directories": func(v *vfs.View, n int) error { return v.Mkdir(fmt.Sprintf("/d%d", n), 0o755) },
		"content": func(v *vfs.View, n int) error {
			f := must(v.Open("/f", vfs.O_CREAT|vfs.O_WRONLY|vfs.O_APPEND, 0o644))
			defer f.Close()
			_, err := f.Write([]byte(strings.Repeat("yes\n", 1<<12)))
			return err
		},
		"links": func(v *vfs.View, n int) error { return v.Symlink(strings.Repeat("x", 4000), fmt.Sprintf("/l%d", n)) },
		"attributes": func(v *vfs.View, n int) error {
			name := fmt.Sprintf("/x%d", n)
			if err := v.WriteFile(name, nil, 0o644); err != nil {
				return err
			}
			return v.Setxattr(name, "user.a", strings.Repeat("x", 4000), 0)
		},
		"sparse": func(v *vfs.View, n int) error {
			f := must(v.Open("/f", vfs.O_CREAT|vfs.O_WRONLY, 0o644))
			defer f.Close()
			_, err := f.Pwrite([]byte("x"), int64(n)<<13)
			return err
		},
		"deep": func(v *vfs.View, n int) error {
			if err := v.Mkdir("d", 0o755); err != nil {
				return err
			}
			return v.Chdir("d")
		},
	} {
		m := &meter{limit: 16 << 20}
		d := vfs.NewDisk(vfs.Config{Memory: m})
		c, err := d.NewContainer(new(vfs.Image), "")
		ok(t, err)
		v := vfs.NewMounts(c.FS, 0).View(vfs.Root())
		n := 0
		held := heap(func() any {
			for ; err == nil && n < 1_000_000; n++ {
				err = fill(v, n)
			}
			return v
		})
		if err != vfs.ENOSPC {
			t.Errorf("%s: after %d: %v", name, n, err)
		}
		if held > 1.25*float64(m.limit) {
			t.Errorf("%s: %d bytes were charged, %.0f are held", name, m.used, held)
		}
		c.Seal()
		c.Changes()
		c.Destroy()
		if m.used != 0 {
			t.Errorf("%s: %d bytes of memory are left", name, m.used)
		}
	}
}

func TestHostilePaths(t *testing.T) {
	_, v := host(t)
	wantErr(t, v.Mkdir(strings.Repeat("a/", 1<<19), 0o755), vfs.ENAMETOOLONG)
	wantErr(t, v.Mkdir(strings.Repeat("a", 256), 0o755), vfs.ENAMETOOLONG)
	wantErr(t, v.Mkdir("", 0o755), vfs.ENOENT)
	wantErr(t, v.Symlink(strings.Repeat("x", 4096), "/l"), vfs.ENAMETOOLONG)
	ok(t, v.Symlink("loop", "/loop"))
	_, err := v.Stat("/loop")
	wantErr(t, err, vfs.ELOOP)
	_, err = v.Open("/loop/x", vfs.O_CREAT|vfs.O_WRONLY, 0o644)
	wantErr(t, err, vfs.ELOOP)
	ok(t, v.Symlink(strings.Repeat("./", 2000)+"again", "/again"))
	_, err = v.Stat("/again")
	wantErr(t, err, vfs.ELOOP)
	ok(t, v.Symlink("/", "/self"))
	_, err = v.Stat("/" + strings.Repeat("self/", 40))
	ok(t, err)
	_, err = v.Stat("/" + strings.Repeat("self/", 41))
	wantErr(t, err, vfs.ELOOP)
}

func TestLimitsOfFiles(t *testing.T) {
	_, v := host(t)
	const largest = 1<<44 - 4096
	f := must(v.Open("/f", vfs.O_CREAT|vfs.O_RDWR, 0o644))
	_, err := f.Pwrite([]byte("x"), largest)
	wantErr(t, err, vfs.EFBIG)
	_, err = f.Pwrite([]byte("x"), -1)
	wantErr(t, err, vfs.EINVAL)
	wantErr(t, f.Truncate(largest+1), vfs.EFBIG)
	wantErr(t, f.Allocate(1<<62, 1<<62, false), vfs.EFBIG)
	ok(t, f.Truncate(largest))
	n, err := f.Pwrite([]byte("end"), largest-2)
	if n != 2 || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	if s := f.Stat(); s.Size != largest || s.Blocks != 8 {
		t.Errorf("%+v", s)
	}
	ok(t, f.Close())
	wantErr(t, f.Close(), vfs.EBADF)
	_, err = v.ReadFile("/f")
	wantErr(t, err, vfs.EFBIG)
	wantErr(t, v.Setxattr("/f", "user.a", strings.Repeat("x", 70_000), 0), vfs.E2BIG)
	wantErr(t, v.Setxattr("/f", "user.a", strings.Repeat("x", 5_000), 0), vfs.ENOSPC)
	wantErr(t, v.Setxattr("/f", "nothing", "x", 0), vfs.EOPNOTSUPP)
	_, err = v.Open("/f", vfs.O_RDONLY|0o20000000, 0) // O_PATH or a part of O_TMPFILE
	wantErr(t, err, vfs.EINVAL)
	_, err = v.Open("/new", vfs.O_CREAT|vfs.O_DIRECTORY, 0o644)
	wantErr(t, err, vfs.EINVAL)
}

func TestBuildersRefuseNonsense(t *testing.T) {
	b := vfs.NewBuilder()
	ok(t, b.Add(vfs.Entry{Path: "f", Mode: vfs.S_IFREG}))
	for _, e := range []vfs.Entry{
		{Path: "../x", Mode: vfs.S_IFREG},
		{Path: "/x", Mode: vfs.S_IFREG},
		{Path: "x/", Mode: vfs.S_IFREG},
		{Path: "a//b", Mode: vfs.S_IFREG},
		{Path: "f/x", Mode: vfs.S_IFREG},
		{Path: "x"},
		{Path: "", Mode: vfs.S_IFREG},
		{Path: "x", Link: "nothing"},
		{Path: "x", Mode: vfs.S_IFCHR},
		{Path: strings.Repeat("a/", 1<<19), Mode: vfs.S_IFREG},
		{Path: strings.Repeat("a", 300), Mode: vfs.S_IFREG},
	} {
		if err := b.Add(e); err == nil {
			t.Errorf("%.40q was taken", e.Path)
		}
	}
	n := 0
	for range b.Layer().Entries() {
		n++
	}
	if n != 2 {
		t.Errorf("%d entries", n)
	}
}
