package vfs_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/vfs"
)

// What the levels have under a path, and which of it is seen.
func TestCopies(t *testing.T) {
	c := start(t, newDisk(), imageOf(
		layer(t, "etc/", "etc/conf", "etc/other", "opt/", "opt/d/", "opt/d/x", "a"),
		layer(t, "etc/", "etc/conf", "-a", "opt/", "-opt/d"),
	))
	ok(t, c.v.WriteFile("/etc/conf", []byte("new"), 0o644))
	ok(t, c.v.Unlink("/etc/other"))
	ok(t, c.v.Mkdir("/opt/d", 0o755))
	for _, x := range []struct{ path, want string }{
		{"/etc/conf", "0; 2 hidden by 0; 1 hidden by 0"},
		{"/etc/other", "0 whiteout; 1 hidden by 0"},
		{"/a", "2 whiteout; 1 hidden by 2"},
		{"/etc", "0; 2; 1"},
		{"/opt/d", "0; 2 whiteout; 1 hidden by 2"},
		{"/opt/d/x", "1 hidden by 2"},
		{"/none/x", ""},
	} {
		if got := shown(c.Copies(x.path)); got != x.want {
			t.Errorf("%s: %s, want %s", x.path, got, x.want)
		}
	}
	if got := strings.Join(c.Names("/"), " "); got != "a etc opt" {
		t.Errorf("names: %s", got)
	}
	buf := make([]byte, 100)
	for level, want := range []string{"new", "etc/conf", "etc/conf"} {
		if n := c.ReadLevel("/etc/conf", level, buf, 0); string(buf[:n]) != want {
			t.Errorf("level %d: %q", level, buf[:n])
		}
	}
	if n := c.ReadLevel("/etc", 1, buf, 0); n != -1 {
		t.Errorf("a directory was read: %d", n)
	}
}

func shown(all []vfs.Copy) string {
	var out []string
	for _, c := range all {
		s := fmt.Sprint(c.Level)
		if c.Whiteout {
			s += " whiteout"
		}
		if c.Hidden {
			s += fmt.Sprint(" hidden by ", c.By)
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// Whatever was done, the copies that are seen are what a process sees; and looking at all of it takes nothing.
func TestCopiesAreWhatIsSeen(t *testing.T) {
	for seed := range 150 {
		m := newModel()
		budget := &meter{limit: 1 << 40}
		m.disk = vfs.NewDisk(vfs.Config{Memory: budget})
		m.start(imageOf(layer(t, "a", "b/", "b/c", "b/d/", "d -> b", "e/", "e/f"), layer(t, "b/", "-b/d", "e/", "e/g")))
		before := ""
		for _, o := range randomOps(rand.New(rand.NewPCG(uint64(seed), 11)), 80) {
			o = m.resolveOp(o, before)
			before = o.P
			m.do(o)
		}
		held := budget.used
		got := seenCopies(m.c.FS, "/", nil)
		sights := seenSights(t, m.v.Mounts(), "/", nil)
		if budget.used != held {
			t.Errorf("seed %d: looking took %d bytes", seed, budget.used-held)
		}
		m.v.SetCred(vfs.Root())
		want := seenBy(t, m.v, "/", nil)
		slices.Sort(want)
		slices.Sort(got)
		slices.Sort(sights)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: copies\n%s", seed, difference(want, got))
		}
		if !slices.Equal(sights, want) {
			t.Fatalf("seed %d: sights\n%s", seed, difference(want, sights))
		}
	}
}

func seenCopies(f *vfs.FS, dir string, out []string) []string {
	for _, name := range f.Names(dir) {
		path := strings.TrimSuffix(dir, "/") + "/" + name
		for _, c := range f.Copies(path) {
			if c.Hidden || c.Whiteout {
				break
			}
			out = append(out, line(path, c.Mode, c.Size))
			if c.Mode.IsDir() {
				out = seenCopies(f, path, out)
			}
			break
		}
	}
	return out
}

func seenSights(t *testing.T, ms *vfs.Mounts, dir string, out []string) []string {
	t.Helper()
	for _, e := range must(ms.Sight(dir)).List() {
		path := strings.TrimSuffix(dir, "/") + "/" + e.Name
		st := must(ms.Sight(path)).Stat()
		out = append(out, line(path, st.Mode, st.Size))
		if st.IsDir() {
			out = seenSights(t, ms, path, out)
		}
	}
	return out
}

func seenBy(t *testing.T, v *vfs.View, dir string, out []string) []string {
	t.Helper()
	for _, e := range must(v.ReadDir(dir)) {
		path := strings.TrimSuffix(dir, "/") + "/" + e.Name
		st := must(v.Lstat(path))
		out = append(out, line(path, st.Mode, st.Size))
		if st.IsDir() {
			out = seenBy(t, v, path, out)
		}
	}
	return out
}

func line(path string, mode vfs.Mode, size int64) string {
	if mode.IsDir() {
		size = 0
	}
	return fmt.Sprintf("%s %o %d", path, mode, size)
}

// Sights follow links on the way and cross mounts.
func TestSight(t *testing.T) {
	d := newDisk()
	c := start(t, d, imageOf(layer(t, "etc/", "etc/conf", "run -> var/run", "var/", "var/run/", "loop -> loop", "data/")))
	ok(t, c.v.WriteFile("/var/run/pid", []byte("7"), 0o644))
	tmp := d.Tmpfs("t", vfs.TmpfsOptions{})
	must(c.v.Mount(tmp, "/data", 0))
	ok(t, c.v.WriteFile("/data/x", []byte("in memory"), 0o644))
	ms := c.v.Mounts()
	if s := must(ms.Sight("/run/../run/pid")); s.Stat().Size != 1 || s.FS() != c.FS || s.Path() != "/var/run/pid" {
		t.Errorf("through a link: %v %s", s.Stat(), s.Path())
	}
	x := must(ms.Sight("/data/x"))
	buf := make([]byte, 20)
	if n := x.ReadAt(buf, 3); x.FS() != tmp || string(buf[:n]) != "memory" {
		t.Errorf("in a mount: %q", buf[:n])
	}
	if s := must(ms.Sight("/run")); s.Target() != "var/run" {
		t.Errorf("a link at the end: %s", s.Target())
	}
	for path, want := range map[string]error{"/nx/y": vfs.ENOENT, "/etc/conf/x": vfs.ENOTDIR, "/loop/x": vfs.ELOOP} {
		if _, err := ms.Sight(path); err != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}
