package engine_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/engine/enginetest"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// pack makes a tar file of names and contents; a name that ends in a slash is a directory, "a -> b" a link.
func pack(t *testing.T, files ...string) vfs.Blob {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		h := &tar.Header{Name: files[i], Mode: 0o644, Size: int64(len(files[i+1])), Typeflag: tar.TypeReg}
		if name, target, link := strings.Cut(files[i], " -> "); link {
			h.Name, h.Linkname, h.Typeflag, h.Size = name, target, tar.TypeSymlink, 0
		} else if strings.HasSuffix(name, "/") {
			h.Typeflag, h.Mode = tar.TypeDir, 0o755
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, files[i+1])
	}
	w.Close()
	return vfs.Bytes(b.Bytes())
}

// names are the names in a tar file, in order, with the content of small ones.
func names(t *testing.T, b vfs.Blob) []string {
	t.Helper()
	var list []string
	for r := tar.NewReader(bytes.NewReader(image.ReadAll(b))); ; {
		h, err := r.Next()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(r)
		if len(text) > 0 && len(text) < 20 {
			list = append(list, h.Name+"="+string(text))
		} else {
			list = append(list, h.Name)
		}
	}
}

func TestCopyOut(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.StartWith(
		"c1",
		api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}},
		api.HostConfig{Binds: []string{"data:/data"}},
	)
	m.Exec(
		"c1",
		"sh",
		"-c",
		"mkdir -p /tmp/d/e; echo 1 > /tmp/d/one; ln -s d /tmp/l; echo v > /data/f; ln /tmp/d/one /tmp/d/two",
	)
	for _, row := range []struct{ path, want, err string }{
		{"/tmp/d/one", "one=1\n", ""},
		{"/tmp/d", "d/ d/e/ d/one=1\n d/two", ""},
		{"/tmp/d/", "d/ d/e/ d/one=1\n d/two", ""},
		{"/tmp/d/.", "./ e/ one=1\n two", ""},
		{"tmp/d/one", "one=1\n", ""},
		{"/tmp/l", "l", ""},
		{"/tmp/l/", "l/ l/e/ l/one=1\n l/two", ""},
		{"/data/f", "f=v\n", ""},
		{"/tmp/nope", "", "Could not find the file /tmp/nope in container c1"},
		{"/tmp/d/one/", "", "Could not find the file /tmp/d/one/ in container c1"},
	} {
		b, _, err := m.Engine.ContainerCopyFrom(api.Caller{}, "c1", row.path)
		got, why := "", ""
		if err != nil {
			why = err.Error()
		} else {
			got = strings.Join(names(t, b), " ")
		}
		if got != row.want || why != row.err {
			t.Errorf("%s: %q %q, want %q %q", row.path, got, why, row.want, row.err)
		}
	}
	st, err := m.Engine.ContainerStatPath(api.Caller{}, "c1", "/tmp/l")
	if err != nil || st.LinkTarget != "/tmp/d" || st.Name != "l" || st.Mode != 1<<27|0o777 {
		t.Errorf("%+v, %v", st, err)
	}
}

// An archive cannot reach out of the container, whatever its names and links say.
func TestCopyIn(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.Start("c1", "sleep", "300")
	put := func(dir string, o api.CopyToOptions, files ...string) string {
		return say(m, "", func(c api.Caller) error { return m.Engine.ContainerCopyTo(c, "c1", dir, pack(t, files...), o) })
	}
	for _, row := range []struct {
		dir   string
		o     api.CopyToOptions
		files []string
		err   string
	}{
		{"/tmp", api.CopyToOptions{}, []string{"d/", "", "d/one", "1"}, ""},
		{"/tmp", api.CopyToOptions{}, []string{"../../../../etc/evil", "outside"}, ""},
		{"/tmp", api.CopyToOptions{}, []string{"up -> ../../../../..", "", "up/root/evil", "through a link"}, ""},
		{"/nope", api.CopyToOptions{}, []string{"f", "1"}, "Could not find the file /nope in container c1"},
		{"/etc/passwd", api.CopyToOptions{}, []string{"f", "1"}, "extraction point is not a directory"},
		{
			"/tmp",
			api.CopyToOptions{NoOverwriteDirNonDir: true},
			[]string{"d", "file"},
			`cannot overwrite directory "/tmp/d" with non-directory "/tmp"`,
		},
		{
			"/tmp/d",
			api.CopyToOptions{NoOverwriteDirNonDir: true},
			[]string{"one/", ""},
			`cannot overwrite non-directory "/tmp/d/one" with directory "/tmp/d"`,
		},
	} {
		if got := put(row.dir, row.o, row.files...); got != row.err {
			t.Errorf("%v into %s: %q, want %q", row.files, row.dir, got, row.err)
		}
	}
	if r := m.Exec("c1", "sh", "-c", "cat /tmp/d/one /tmp/etc/evil /root/evil"); r.Stdout != "1outsidethrough a link" {
		t.Errorf("%+v", r)
	}
	for _, p := range []string{"/etc/evil", "/root/evil"} {
		if _, err := m.Host.Stat(p); err == nil {
			t.Errorf("%s is on the host", p)
		}
	}
}

// An archive has no holes: a copied file of zeros takes up as much of the disk as any other.
func TestCopyInTakesRoom(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.Start("c1", "sleep", "300")
	before := *m.Inspect("c1").SizeRw
	blank := pack(t, "blank", strings.Repeat("\x00", 1<<20))
	if err := m.Engine.ContainerCopyTo(api.Caller{}, "c1", "/tmp", blank, api.CopyToOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := *m.Inspect("c1").SizeRw - before; got < 1<<20 {
		t.Errorf("a file of 1 MiB took up %d bytes", got)
	}
}

func TestDiffAndSizes(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.StartWith("c1", api.ContainerConfig{Image: "alpine", Cmd: []string{"sleep", "300"}}, api.HostConfig{})
	diff := func(id string) (list []string) {
		changes, err := m.Engine.ContainerDiff(api.Caller{}, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			list = append(list, c.Kind.String()+" "+c.Path)
		}
		return enginetest.Sorted(list)
	}
	if got := diff("c1"); len(got) > 0 {
		t.Errorf("a new container: %v", got)
	}
	if i := m.Inspect("c1"); *i.SizeRw != 4096 || *i.SizeRootFs != 1351680 {
		t.Errorf("%d, %d; recorded 4096, 1351680", *i.SizeRw, *i.SizeRootFs)
	}
	m.Exec("c1", "sh", "-c", "echo more >> /etc/motd; rm /etc/alpine-release; mkdir -p /srv/app; echo x > /srv/app/f")
	if i := m.Inspect("c1"); *i.SizeRw != 7*4096 { // four directories, two files, and a block for attributes of /etc
		t.Errorf("%d", *i.SizeRw)
	}
	want := []string{"A /srv/app", "A /srv/app/f", "C /etc", "C /etc/motd", "C /srv", "D /etc/alpine-release"}
	if got := diff("c1"); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	m.RunWith(
		api.ContainerConfig{
			Image: "alpine",
			Cmd:   []string{"sh", "-c", "echo 1 > /data/f; echo 2 > /t/f; echo 3 > /etc/resolv.conf"},
		},
		api.HostConfig{Binds: []string{"vol:/data"}, Tmpfs: map[string]string{"/t": ""}},
	)
	list, _ := m.Engine.ContainerList(api.Caller{}, api.ContainerListOptions{Latest: true})
	if got := diff(list[0].ID); !slices.Equal(got, []string{"A /data", "A /t"}) {
		t.Errorf("with mounts: %v", got)
	}
}

func TestCommitAndExport(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	r := m.RunWith(api.ContainerConfig{Image: "alpine", Cmd: []string{"sh", "-c", "echo v1 > /version"}}, api.HostConfig{})
	commit := func(id, ref string, changes ...string) (string, string) {
		made, err := m.Engine.ContainerCommit(
			api.Caller{},
			id,
			api.CommitOptions{Reference: ref, Comment: "second", Changes: changes},
		)
		if err != nil {
			return "", err.Error()
		}
		return made.ID, ""
	}
	commit(r.ID, "app:v1")
	commit(r.ID, "app:v3", `CMD ["cat", "/version"]`, "ENV A=1", "LABEL x=y")
	if _, why := commit(r.ID, "app:v4", "RUN nope"); why != "RUN is not a valid change command" {
		t.Error(why)
	}
	if _, why := commit(r.ID, "Bad:Name"); why != "invalid reference format: repository name (library/Bad) must be lowercase" {
		t.Error(why)
	}
	if r := m.RunWith(api.ContainerConfig{Image: "app:v3"}, api.HostConfig{AutoRemove: true}); r.Stdout != "v1\n" {
		t.Errorf("%+v", r)
	}
	h, err := m.Engine.ImageHistory(api.Caller{}, "app:v3", nil)
	if err != nil || len(h) != 3 || h[0].CreatedBy != "sh -c echo v1 > /version" || h[0].Size != 8192 ||
		h[0].Comment != "second" {
		t.Errorf("%+v, %v", h, err)
	}
	same := m.RunWith(api.ContainerConfig{Image: "alpine", Cmd: []string{"true"}}, api.HostConfig{})
	commit(same.ID, "same")
	if i, err := m.Engine.ImageInspect(api.Caller{}, "same", api.ImageInspectOptions{}); err != nil ||
		len(i.RootFS.Layers) != 1 {
		t.Errorf("%+v, %v", i, err)
	}
	b, err := m.Engine.ContainerExport(api.Caller{}, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	got := names(t, b)
	for _, want := range []string{"version=v1\n", ".dockerenv", "etc/alpine-release=3.20.6\n", "bin/busybox"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not in the export", want)
		}
	}
	m.Do(func(c api.Caller) {
		s, err := m.Engine.ImageImport(
			c,
			b,
			api.ImportOptions{Reference: "flat:2", Changes: []string{`CMD ["cat", "/etc/alpine-release"]`}},
		)
		if err != nil {
			t.Fatal(err)
		}
		enginetest.Drain(c, s)
	})
	if r := m.RunWith(api.ContainerConfig{Image: "flat:2"}, api.HostConfig{AutoRemove: true}); r.Stdout != "3.20.6\n" {
		t.Errorf("%+v", r)
	}
}

// Where the layers are: the mount options of a container lead to directories of the host, with whiteouts as devices.
func TestLayersOnTheHost(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.StartWith("c1", api.ContainerConfig{Image: "alpine", Cmd: []string{"sleep", "300"}}, api.HostConfig{})
	m.Exec("c1", "sh", "-c", "echo b > /root/b; rm /etc/alpine-release")
	r := m.Exec("c1", "sh", "-c", `grep " / " /proc/mounts | sed -E 's/.*upperdir=([^,]*).*/\1/'`)
	upper := strings.TrimSpace(r.Stdout)
	if b, err := m.Host.ReadFile(upper + "/root/b"); string(b) != "b\n" {
		t.Errorf("%q in %s: %v", b, upper, err)
	}
	if st, err := m.Host.Stat(upper + "/etc/alpine-release"); err != nil || st.Mode.Type() != vfs.S_IFCHR || st.Rdev != 0 {
		t.Errorf("the whiteout: %+v, %v", st, err)
	}
	lower := strings.TrimSpace(
		m.Exec("c1", "sh", "-c", `grep " / " /proc/mounts | sed -E 's/.*lowerdir=([^,]*).*/\1/'`).Stdout,
	)
	if list := strings.Split(lower, ":"); len(list) != 2 {
		t.Errorf("%v", list)
	} else if b, err := m.Host.ReadFile(list[1] + "/etc/alpine-release"); string(b) != "3.20.6\n" {
		t.Errorf("%q in %s: %v", b, list[1], err)
	}
	whole := "/var/lib/docker/rootfs/overlayfs/" + m.Inspect("c1").ID
	if _, err := m.Host.Stat(whole + "/root/b"); err != nil {
		t.Error(err)
	}
	say(m, "", func(c api.Caller) error {
		return m.Engine.ContainerRemove(c, "c1", api.ContainerRemoveOptions{Force: true})
	})
	for _, p := range []string{upper, whole} {
		if _, err := m.Host.Stat(p); err == nil {
			t.Errorf("%s is still there", p)
		}
	}
}

// A bomb is refused before it fills our memory, and layers that were committed count against the world's.
func TestBombs(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{Limits: sim.Limits{Bytes: 8 << 20}})
	m.Start("c1", "sleep", "300")
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	w.WriteHeader(&tar.Header{Name: "bomb", Mode: 0o644, Size: 64 << 20, Typeflag: tar.TypeReg})
	for range 64 {
		w.Write(bytes.Repeat([]byte("x"), 1<<20))
	}
	w.Close()
	z.Close()
	bomb := vfs.Bytes(b.Bytes())
	const want = "archive is larger than 8388608 bytes unpacked"
	if got := say(m, "", func(c api.Caller) error {
		return m.Engine.ContainerCopyTo(c, "c1", "/tmp", bomb, api.CopyToOptions{})
	}); got != want {
		t.Error(got)
	}
	if got := shown(m, func(c api.Caller) (api.Stream[api.Progress], error) {
		return m.Engine.ImageImport(c, bomb, api.ImportOptions{Reference: "bomb"})
	}); got[0] != "! "+want {
		t.Error(got)
	}
	commits := 0
	for ; commits < 100; commits++ {
		m.Exec("c1", "sh", "-c", "dd if=/dev/urandom of=/f bs=1M count=1")
		if _, err := m.Engine.ContainerCommit(api.Caller{}, "c1", api.CommitOptions{}); err != nil {
			break
		}
	}
	if commits < 3 || commits > 8 {
		t.Errorf("%d commits of a megabyte fit into 8", commits)
	}
}
