package vfs_test

import (
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/vfs"
)

// host is a machine's own files.
func host(t *testing.T) (*vfs.Disk, *vfs.View) {
	t.Helper()
	d := newDisk()
	v := vfs.NewMounts(d.Tree("/dev/sda1", "host"), 0).View(vfs.Root())
	for _, dir := range []string{"/mnt", "/srv/data", "/tmp"} {
		ok(t, v.MkdirAll(dir, 0o755))
	}
	ok(t, v.WriteFile("/srv/data/file", []byte("host"), 0o644))
	return d, v
}

func targets(v *vfs.View) string {
	var out []string
	for _, m := range v.Mounts().All() {
		out = append(out, m.Target()+":"+m.FS.Type)
	}
	return strings.Join(out, " ")
}

func TestMountsHideAndStack(t *testing.T) {
	d, v := host(t)
	for _, name := range []string{"one", "two"} {
		must(v.Mount(d.Tmpfs(name, vfs.TmpfsOptions{}), "/mnt", 0))
		ok(t, v.WriteFile("/mnt/"+name, nil, 0o644))
	}
	if got := names(t, v, "/mnt"); got != "two" {
		t.Errorf("/mnt has %s", got)
	}
	ok(t, v.Chdir("/mnt"))
	if got := must(v.Getwd()); got != "/mnt" {
		t.Errorf("we are in %s", got)
	}
	if got := names(t, v, ".."); got != "mnt srv tmp" {
		t.Errorf("above is %s", got)
	}
	wantErr(t, v.Unmount("/mnt", false), vfs.EBUSY) // we are in it
	ok(t, v.Chdir("/"))
	ok(t, v.Unmount("/mnt", false))
	if got := names(t, v, "/mnt"); got != "one" {
		t.Errorf("/mnt has %s", got)
	}
	if got := targets(v); got != "/:ext4 /mnt:tmpfs" {
		t.Errorf("mounts: %s", got)
	}
	wantErr(t, v.Rmdir("/mnt"), vfs.EBUSY)
	wantErr(t, v.Rename("/mnt", "/other"), vfs.EBUSY)
	wantErr(t, v.Rename("/srv/data/file", "/mnt/file"), vfs.EXDEV)
	wantErr(t, v.Link("/srv/data/file", "/mnt/file"), vfs.EXDEV)
	f := must(v.Open("/mnt/one", vfs.O_RDONLY, 0))
	wantErr(t, v.Unmount("/mnt", false), vfs.EBUSY)
	ok(t, f.Close())
	ok(t, v.Unmount("/mnt", false))
	wantErr(t, v.Unmount("/mnt", false), vfs.EINVAL)
	_, err := v.As(vfs.User(1, 1)).Mount(d.Tmpfs("", vfs.TmpfsOptions{}), "/mnt", 0)
	wantErr(t, err, vfs.EPERM)
}

func TestBindMountsAreTheSameFiles(t *testing.T) {
	_, v := host(t)
	must(v.Bind("/srv/data", "/mnt", 0, false))
	ok(t, v.WriteFile("/mnt/new", []byte("x"), 0o644))
	if a, b := must(v.Stat("/mnt/new")), must(v.Stat("/srv/data/new")); a != b {
		t.Errorf("%+v and %+v", a, b)
	}
	wantErr(t, v.Rename("/mnt/new", "/srv/data/other"), vfs.EXDEV)
	_, err := v.Bind("/srv/data/file", "/tmp", 0, false)
	wantErr(t, err, vfs.ENOTDIR)
	ok(t, v.WriteFile("/tmp/hosts", nil, 0o644))
	must(v.Bind("/srv/data/file", "/tmp/hosts", vfs.MS_RDONLY, false))
	if got := string(must(v.ReadFile("/tmp/hosts"))); got != "host" {
		t.Errorf("the file has %q", got)
	}
	wantErr(t, v.WriteFile("/tmp/hosts", nil, 0), vfs.EROFS)
	wantErr(t, v.Unlink("/tmp/hosts"), vfs.EBUSY)
	ok(t, v.WriteFile("/srv/data/file", []byte("changed"), 0))
	if got := string(must(v.ReadFile("/tmp/hosts"))); got != "changed" {
		t.Errorf("the file has %q", got)
	}
}

// A container gets a volume: a directory of the host, at a place in the container's namespace.
func TestAVolumeIsOutsideOfTheContainer(t *testing.T) {
	d, h := host(t)
	c := start(t, d, imageOf(layer(t, "data/", "data/inside")))
	ok(t, h.Chdir("/srv/data"))
	must(c.v.BindPlace(h.Cwd(), "/data", 0, true))
	ok(t, c.v.WriteFile("/data/from-container", []byte("x"), 0o644))
	if got := names(t, h, "/srv/data"); got != "file from-container" {
		t.Errorf("the host sees %s", got)
	}
	if got := changesOf(c.Container); got != "" {
		t.Errorf("docker diff: %s", got)
	}
	ok(t, c.v.Chdir("/data"))
	if got := must(c.v.Getwd()); got != "/data" {
		t.Errorf("the container is in %s", got)
	}
	ok(t, c.v.Chdir("../../.."))
	if got := must(c.v.Getwd()); got != "/" {
		t.Errorf("the container came out at %s", got)
	}
	c.v.Mounts().Close()
	if got := targets(c.v); got != "/:overlay" {
		t.Errorf("mounts in the end: %s", got)
	}
}

func TestRecursiveBindsTakeWhatIsMountedBelow(t *testing.T) {
	d, v := host(t)
	ok(t, v.Mkdir("/srv/data/sub", 0o755))
	must(v.Mount(d.Tmpfs("", vfs.TmpfsOptions{}), "/srv/data/sub", 0))
	ok(t, v.WriteFile("/srv/data/sub/x", nil, 0o644))
	must(v.Bind("/srv/data", "/mnt", 0, false))
	if got := names(t, v, "/mnt/sub"); got != "" {
		t.Errorf("without recursion: %s", got)
	}
	ok(t, v.Unmount("/mnt", false))
	must(v.Bind("/srv", "/mnt", vfs.MS_RDONLY, true))
	if got := names(t, v, "/mnt/data/sub"); got != "x" {
		t.Errorf("with recursion: %s", got)
	}
	wantErr(t, v.WriteFile("/mnt/data/sub/y", nil, 0o644), vfs.EROFS)
	if got := targets(v); got != "/:ext4 /srv/data/sub:tmpfs /mnt:ext4 /mnt/data/sub:tmpfs" {
		t.Errorf("mounts: %s", got)
	}
	wantErr(t, v.Unmount("/mnt", false), vfs.EBUSY)
	ok(t, v.Unmount("/mnt", true))
	if got := targets(v); got != "/:ext4 /srv/data/sub:tmpfs" {
		t.Errorf("mounts: %s", got)
	}
}

func TestNamespacesGoTheirOwnWays(t *testing.T) {
	d, v := host(t)
	must(v.Mount(d.Tmpfs("", vfs.TmpfsOptions{}), "/tmp", 0))
	ok(t, v.Chdir("/tmp"))
	w := v.Clone()
	w.Unshare()
	must(w.Mount(d.Tmpfs("", vfs.TmpfsOptions{}), "/mnt", 0))
	if got := targets(w); got != "/:ext4 /tmp:tmpfs /mnt:tmpfs" {
		t.Errorf("mounts: %s", got)
	}
	if got := targets(v); got != "/:ext4 /tmp:tmpfs" {
		t.Errorf("mounts of the first: %s", got)
	}
	if got := must(w.Getwd()); got != "/tmp" {
		t.Errorf("the clone is in %s", got)
	}
	ok(t, w.Unmount("/mnt", false))
	must(w.Mount(d.Tmpfs("", vfs.TmpfsOptions{}), "/mnt", 0))
	ok(t, w.WriteFile("/mnt/there", nil, 0o644))
	ok(t, v.Rmdir("/mnt")) // nothing is mounted on it here, and there the mount is gone with it
	ok(t, v.Mkdir("/mnt", 0o755))
	if got := names(t, w, "/mnt"); got != "" {
		t.Errorf("the new directory shows %s", got)
	}
}

func TestMountsDoNotFollowNames(t *testing.T) {
	d, v := host(t)
	ok(t, v.Mkdir("/b", 0o755))
	w := v.Clone()
	w.Unshare()
	for _, at := range []string{"/mnt", "/b"} {
		must(w.Mount(d.Tmpfs("", vfs.TmpfsOptions{}), at, 0))
		ok(t, w.WriteFile(at+"/x", nil, 0o644))
	}
	ok(t, v.Rename("/mnt", "/old")) // a mount point elsewhere only: there the mounts come off
	ok(t, v.Rename("/b", "/mnt"))
	if got := names(t, w, "/mnt") + names(t, w, "/old"); got != "" {
		t.Errorf("moved mount points show %s", got)
	}
}

func TestMountFlags(t *testing.T) {
	d, v := host(t)
	must(v.Mount(d.Tmpfs("", vfs.TmpfsOptions{}), "/mnt", vfs.MS_NOEXEC|vfs.MS_NODEV|vfs.MS_NOSUID))
	ok(t, v.WriteFile("/mnt/prog", []byte("#!/bin/sh"), 0o755))
	ok(t, v.Mknod("/mnt/null", vfs.S_IFCHR|0o666, vfs.MakeDev(1, 3)))
	_, err := v.OpenExec("/mnt/prog")
	wantErr(t, err, vfs.EACCES)
	wantErr(t, v.Access("/mnt/prog", 1), vfs.EACCES)
	_, err = v.Open("/mnt/null", vfs.O_RDONLY, 0)
	wantErr(t, err, vfs.EACCES)
	ok(t, v.Remount("/mnt", vfs.MS_RDONLY))
	must(v.OpenExec("/mnt/prog"))
	wantErr(t, v.Chmod("/mnt/prog", 0o700), vfs.EROFS)
	wantErr(t, v.Unlink("/mnt/nothing"), vfs.EROFS)
	wantErr(t, v.Mkdir("/mnt/prog", 0o755), vfs.EEXIST)
	wantErr(t, v.Remount("/srv", 0), vfs.EINVAL)
	if got := v.Mounts().All()[1].Flags.String(); got != "ro,relatime" {
		t.Errorf("flags: %s", got)
	}
}

func TestChrootIsTheRoot(t *testing.T) {
	_, v := host(t)
	ok(t, v.Symlink("/srv", "/srv/data/link"))
	wantErr(t, v.As(vfs.User(1, 1)).Chroot("/srv"), vfs.EPERM)
	ok(t, v.Chroot("/srv"))
	ok(t, v.Chdir("/data"))
	if got := must(v.Getwd()); got != "/data" {
		t.Errorf("we are in %s", got)
	}
	if got := names(t, v, "../../.."); got != "data" {
		t.Errorf("above the root: %s", got)
	}
	_, err := v.Stat("link")
	wantErr(t, err, vfs.ENOENT) // /srv in /srv
	if got := v.Abs("../x/./y"); got != "/x/y" {
		t.Errorf("absolute: %s", got)
	}
}

func TestARemovedWorkingDirectory(t *testing.T) {
	_, v := host(t)
	ok(t, v.Mkdir("/tmp/d", 0o755))
	ok(t, v.Chdir("/tmp/d"))
	ok(t, v.Rmdir("/tmp/d"))
	_, err := v.Getwd()
	wantErr(t, err, vfs.ENOENT)
	wantErr(t, v.WriteFile("x", nil, 0o644), vfs.ENOENT)
	_, err = v.Stat(".")
	ok(t, err)
	if got := names(t, v, ".."); got != "" {
		t.Errorf("above: %s", got)
	}
}

func TestTmpfsHasASize(t *testing.T) {
	d, v := host(t)
	before, _ := d.Used()
	must(v.Mount(d.Tmpfs("", vfs.TmpfsOptions{Size: 64 << 10, Inodes: 3}), "/mnt", 0))
	f := must(v.Open("/mnt/f", vfs.O_CREAT|vfs.O_WRONLY, 0o644))
	n, err := f.Write([]byte(strings.Repeat("x", 100<<10)))
	if n != 64<<10 || err != vfs.ENOSPC {
		t.Errorf("wrote %d, %v", n, err)
	}
	if s := must(v.StatFS("/mnt")); s.Type != "tmpfs" || s.Size != 64<<10 || s.Free != 0 || s.FreeInodes != 1 {
		t.Errorf("%+v", s)
	}
	ok(t, v.Mkdir("/mnt/d", 0o755))
	wantErr(t, v.Mkdir("/mnt/e", 0o755), vfs.ENOSPC)
	ok(t, v.Unlink("/mnt/f"))
	if s := must(v.StatFS("/mnt")); s.Free != 0 {
		t.Errorf("an open file that was removed took its space with it: %+v", s)
	}
	ok(t, f.Close())
	if s := must(v.StatFS("/mnt")); s.Free != 64<<10 || s.FreeInodes != 1 {
		t.Errorf("after closing: %+v", s)
	}
	if after, _ := d.Used(); after != before {
		t.Errorf("the disk has %d bytes more", after-before)
	}
}

func TestAnOpenFileKnowsItsNameNow(t *testing.T) {
	_, v := host(t)
	f := must(v.Open("/srv/data/file", vfs.O_RDONLY, 0))
	ok(t, v.Link("/srv/data/file", "/tmp/second"))
	if got := f.Path(); got != "/srv/data/file" {
		t.Errorf("with two names: %s", got)
	}
	ok(t, v.Rename("/srv/data", "/srv/moved"))
	if got := f.Path(); got != "/srv/moved/file" {
		t.Errorf("its directory moved: %s", got)
	}
	ok(t, v.Unlink("/tmp/second"))
	ok(t, v.Rename("/srv/moved/file", "/tmp/third"))
	if got := f.Path(); got != "/tmp/third" {
		t.Errorf("it moved: %s", got)
	}
	ok(t, v.Unlink("/tmp/third"))
	if got := f.Path(); got != "/tmp/third (deleted)" {
		t.Errorf("it is gone: %s", got)
	}
}
