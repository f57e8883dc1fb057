package engine_test

import (
	"slices"
	"testing"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/engine/enginetest"
)

// step is docker run --rm -v …/--mount … busybox sh -c LINE, with what came of it.
type step struct {
	binds  []string
	mounts []api.Mount
	line   string
	out    string
	errs   string
	refuse string
}

func (s step) run(t *testing.T, m *enginetest.Machine) {
	t.Helper()
	r := m.RunWith(api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", s.line}},
		api.HostConfig{AutoRemove: true, Binds: s.binds, Mounts: s.mounts})
	why := ""
	if r.Err != nil {
		why = hideID(r.Err.Error(), r.ID)
	}
	if r.Stdout != s.out || r.Stderr != s.errs || why != s.refuse {
		t.Errorf("%v %v %q:\nout %q want %q\nerr %q want %q\nrefused %q\nwant    %q",
			s.binds, s.mounts, s.line, r.Stdout, s.out, r.Stderr, s.errs, why, s.refuse)
	}
}

const ociMount = "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create " +
	"failed: unable to start container process: error during container init: error mounting "

const kindClash = "not a directory: Are you trying to mount a directory onto a file (or vice-versa)? " +
	"Check if the specified host path exists and is the expected type"

func TestMountsAsRecorded(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.Host.MkdirAll("/root/lab/src", 0o755)
	m.Host.WriteFile("/root/lab/src/f", []byte("host\n"), 0o644)
	m.Host.WriteFile("/root/lab/afile", []byte("file\n"), 0o644)
	vol := func(src, dst string) api.Mount { return api.Mount{Type: api.MountVolume, Source: src, Target: dst} }
	bind := func(src, dst string) api.Mount { return api.Mount{Type: api.MountBind, Source: src, Target: dst} }
	sub := func(p string) api.Mount {
		v := vol("sub", "/data")
		v.VolumeOptions = &api.VolumeOptions{Subpath: p}
		return v
	}
	readOnly := func(mt api.Mount) api.Mount {
		mt.ReadOnly = true
		return mt
	}
	create := bind("/root/lab/missing3", "/data")
	create.BindOptions = &api.BindOptions{CreateMountpoint: true}
	for _, s := range []step{
		{binds: []string{"data:/data"}, line: "echo kept > /data/f"},
		{binds: []string{"data:/data"}, line: "cat /data/f", out: "kept\n"},
		{
			binds: []string{"data:/data:ro"}, line: "cat /data/f; echo 2 > /data/f; mkdir /data/d; rm /data/f", out: "kept\n",
			errs: "sh: can't create /data/f: Read-only file system\nmkdir: can't create directory '/data/d': Read-only file system\n" +
				"rm: can't remove '/data/f': Read-only file system\n",
		},
		{binds: []string{"/root/lab/src:/data"}, line: "cat /data/f; echo written > /data/g", out: "host\n"},
		{binds: []string{"/root/lab/missing:/data"}, line: "ls -ld /data | cut -c1-10", out: "drwxr-xr-x\n"},
		{
			mounts: []api.Mount{bind("/root/lab/missing2", "/data")},
			refuse: `invalid mount config for type "bind": bind source path does not exist: /root/lab/missing2`,
		},
		{mounts: []api.Mount{create}, line: "ls -d /data", out: "/data\n"},
		{
			mounts: []api.Mount{bind("missing", "/data")},
			refuse: `invalid mount config for type "bind": invalid mount path: 'missing' mount path must be absolute`,
		},
		{mounts: []api.Mount{bind("/x", "")}, refuse: `invalid mount config for type "bind": field Target must not be empty`},
		{mounts: []api.Mount{bind("", "/data")}, refuse: `invalid mount config for type "bind": field Source must not be empty`},
		{mounts: []api.Mount{{Type: "nope", Source: "a", Target: "/data"}}, refuse: `invalid mount config for type "nope": mount type unknown`},
		{
			mounts: []api.Mount{{Type: "tmpfs", Source: "x", Target: "/data"}},
			refuse: `invalid mount config for type "tmpfs": field Source must not be specified`,
		},
		{
			mounts: []api.Mount{vol("vol", "data")},
			refuse: `invalid mount config for type "volume": invalid mount path: 'data' mount path must be absolute`,
		},
		{mounts: []api.Mount{readOnly(vol("vol", "/data"))}, line: "touch /data/y", errs: "touch: /data/y: Read-only file system\n"},
		{mounts: []api.Mount{vol("sub", "/data")}, line: "mkdir /data/inner"},
		{mounts: []api.Mount{sub("inner")}, line: "ls -d /data", out: "/data\n"},
		{mounts: []api.Mount{sub("nope")}, refuse: "cannot access path /var/lib/docker/volumes/sub/_data/nope: " +
			"lstat /var/lib/docker/volumes/sub/_data/nope: no such file or directory"},
		{mounts: []api.Mount{{Type: api.MountImage, Source: "alpine", Target: "/img"}}, line: "cat /img/etc/alpine-release", out: "3.20.6\n"},
		{
			mounts: []api.Mount{{Type: api.MountImage, Source: "alpine", Target: "/img"}}, line: "touch /img/x",
			errs: "touch: /img/x: Read-only file system\n",
		},
		{binds: []string{"/root/lab/afile:/etc/motd"}, line: "cat /etc/motd", out: "file\n"},
		{binds: []string{"/root/lab/afile:/etc"}, refuse: ociMount + `"/root/lab/afile" to rootfs at "/etc": ` +
			`mount src=/root/lab/afile, dst=/etc, dstFd=/proc/thread-self/fd/14, flags=MS_BIND|MS_REC: ` + kindClash},
		{binds: []string{"/root/lab/src:/etc/passwd"}, refuse: ociMount + `"/root/lab/src" to rootfs at "/etc/passwd": ` +
			`mount src=/root/lab/src, dst=/etc/passwd, dstFd=/proc/thread-self/fd/14, flags=MS_BIND|MS_REC: ` + kindClash},
		{binds: []string{"data:/data:nope"}, refuse: "invalid mode: nope"},
		{binds: []string{"data:relative"}, refuse: `invalid volume specification: 'data:relative': invalid mount config for type "volume": ` +
			`invalid mount path: 'relative' mount path must be absolute`},
		{binds: []string{"data:/"}, refuse: `invalid volume specification: 'data:/': invalid mount config for type "volume": ` +
			`invalid specification: destination can't be '/'`},
		{binds: []string{"a:b:c:d"}, refuse: "invalid volume specification: 'a:b:c:d'"},
		{binds: []string{"bad name:/data"}, refuse: `create bad name: "bad name" includes invalid characters for a local volume name, ` +
			`only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`},
		{binds: []string{"data:/data", "other:/data"}, refuse: "Duplicate mount point: /data"},
		{binds: []string{"outer:/o", "inner:/o/i"}, line: "echo in > /o/i/f; ls /o; grep -c ' /o' /proc/mounts", out: "i\n2\n"},
		{binds: []string{"outer:/o"}, line: "ls -A /o /o/i", out: "/o:\ni\n\n/o/i:\n"},
		{binds: []string{"outer:/o:ro", "inner2:/o/new"}, refuse: ociMount + `"/var/lib/docker/volumes/inner2/_data" to rootfs at "/o/new": ` +
			`create mountpoint for /o/new mount: make mountpoint "/o/new": mkdirat /var/lib/docker/rootfs/overlayfs/ID/o/new: read-only file system`},
		{
			binds: []string{"/etc/hostname:/data/h:ro"}, line: "cat /data/h; echo x > /data/h", out: "docker-host\n",
			errs: "sh: can't create /data/h: Read-only file system\n",
		},
	} {
		s.run(t, m)
	}
	if got, _ := m.Host.ReadFile("/root/lab/src/g"); string(got) != "written\n" {
		t.Errorf("the host sees %q", got)
	}
}

// A fresh volume takes the image's files, with their owners, once; nocopy leaves it empty.
func TestAFreshVolumeIsFilledFromTheImage(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	run := func(bind string) string {
		r := m.RunWith(
			api.ContainerConfig{Image: "nginx", Entrypoint: []string{"sh"}, Cmd: []string{"-c", "ls /usr/share/nginx/html"}},
			api.HostConfig{AutoRemove: true, Binds: []string{bind}},
		)
		return r.Stdout
	}
	if got := run("web:/usr/share/nginx/html:ro"); got != "50x.html\nindex.html\n" {
		t.Errorf("%q", got)
	}
	if got := run("bare:/usr/share/nginx/html:nocopy"); got != "" {
		t.Errorf("nocopy: %q", got)
	}
	if names, err := m.Host.ReadDir("/var/lib/docker/volumes/web/_data"); err != nil || len(names) != 2 {
		t.Errorf("on the host: %v, %v", names, err)
	}
}

func TestVolumesFrom(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.StartWith("a1", api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}},
		api.HostConfig{Binds: []string{"data:/data", "/root/lab/b:/b"}})
	run := func(from, line string) enginetest.Result {
		return m.RunWith(api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", line}},
			api.HostConfig{AutoRemove: true, VolumesFrom: []string{from}})
	}
	if r := run("a1", "ls -d /b; echo 3 > /data/f"); r.Stdout != "/b\n" || r.Code != 0 {
		t.Errorf("%+v", r)
	}
	if r := run("a1:ro", "echo 4 > /data/f"); r.Stderr != "sh: can't create /data/f: Read-only file system\n" {
		t.Errorf("%+v", r)
	}
	for from, want := range map[string]string{"a1:nope": "invalid mode: nope", "nosuch": "No such container: nosuch"} {
		if r := run(from, "true"); r.Err == nil || r.Err.Error() != want {
			t.Errorf("%+v", r)
		}
	}
	id := m.Inspect("a1").ID
	if got := say(m, id, func(c api.Caller) error { return m.Engine.VolumeRemove(c, "data", true) }); got != "remove data: volume is in use - [ID]" {
		t.Error(got)
	}
}

func TestVolumesComeAndGo(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	e := m.Engine
	names := func(f api.Filters) (list []string) {
		got, err := e.VolumeList(api.Caller{}, f)
		if err != nil {
			return []string{err.Error()}
		}
		for _, v := range got.Volumes {
			list = append(list, v.Name[:min(12, len(v.Name))])
		}
		return list
	}
	create := func(name string, labels map[string]string) string {
		return say(m, "", func(c api.Caller) error {
			_, err := e.VolumeCreate(c, api.VolumeCreateOptions{Name: name, Labels: labels})
			return err
		})
	}
	for _, row := range [][2]string{
		{"named1", ""},
		{"named2", ""},
		{"named1", ""},
		{"a", "create a: volume name is too short, names should be at least two alphanumeric characters"},
	} {
		if got := create(row[0], nil); got != row[1] {
			t.Errorf("%s: %s", row[0], got)
		}
	}
	create("kept", map[string]string{"keep": "1"})
	// An anonymous volume goes with --rm and rm -v only.
	anon := m.RunWith(
		api.ContainerConfig{Image: "busybox", Cmd: []string{"true"}, Volumes: map[string]struct{}{"/anon": {}}},
		api.HostConfig{},
	)
	m.RunWith(
		api.ContainerConfig{Image: "busybox", Cmd: []string{"true"}, Volumes: map[string]struct{}{"/anon": {}}},
		api.HostConfig{AutoRemove: true},
	)
	if got := len(names(nil)); got != 4 {
		t.Errorf("%d volumes", got)
	}
	if i := m.Inspect(anon.ID).Mounts; len(i) != 1 || i[0].Mode != "" || i[0].Driver != "local" || !i[0].RW ||
		i[0].Destination != "/anon" {
		t.Errorf("%+v", i)
	}
	say(m, "", func(c api.Caller) error { return e.ContainerRemove(c, anon.ID, api.ContainerRemoveOptions{}) })
	prune := func(f api.Filters) []string {
		var p api.VolumesPruned
		m.Do(func(c api.Caller) { p, _ = e.VolumePrune(c, f) })
		return p.VolumesDeleted
	}
	if got := prune(nil); len(got) != 1 || len(got[0]) != 64 {
		t.Errorf("pruned %v", got)
	}
	if got := prune(api.Filters{"all": {"true"}, "label!": {"keep"}}); !slices.Equal(got, []string{"named1", "named2"}) {
		t.Errorf("pruned %v", got)
	}
	if got := names(api.Filters{"dangling": {"true"}}); !slices.Equal(got, []string{"kept"}) {
		t.Errorf("left %v", got)
	}
	if got := names(api.Filters{"nope": {"1"}}); got[0] != "invalid filter 'nope'" {
		t.Error(got)
	}
}

// A bind pins what was there when the container started, not the name.
func TestABoundFileIsAnInode(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.Host.WriteFile("/root/lab/f", []byte("one\n"), 0o644)
	m.StartWith(
		"c1",
		api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}},
		api.HostConfig{Binds: []string{"/root/lab/f:/f"}},
	)
	m.Host.WriteFile("/root/lab/f.new", []byte("four\n"), 0o644)
	m.Host.Rename("/root/lab/f.new", "/root/lab/f")
	if r := m.Exec("c1", "cat", "/f"); r.Stdout != "one\n" {
		t.Errorf("%+v", r)
	}
	if r := m.Exec("c1", "rm", "/f"); r.Stderr != "rm: can't remove '/f': Resource busy\n" {
		t.Errorf("%+v", r)
	}
	say(m, "", func(c api.Caller) error { return m.Engine.ContainerRestart(c, "c1", api.StopOptions{Timeout: ptr(0)}) })
	if r := m.Exec("c1", "cat", "/f"); r.Stdout != "four\n" {
		t.Errorf("after a restart: %+v", r)
	}
}

func TestALocalVolumeOfTmpfs(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.Do(func(c api.Caller) {
		m.Engine.VolumeCreate(
			c,
			api.VolumeCreateOptions{
				Name:       "small",
				DriverOpts: map[string]string{"type": "tmpfs", "device": "tmpfs", "o": "size=1m"},
			},
		)
	})
	step{
		binds: []string{"small:/s"},
		line:  `grep " /s " /proc/mounts; dd if=/dev/zero of=/s/f bs=1M count=2 2>&1 | head -1`,
		out:   "tmpfs /s tmpfs rw,relatime,size=1024k 0 0\ndd: error writing '/s/f': No space left on device\n",
	}.run(
		t,
		m,
	)
}

// A local volume that leads to a directory of the host leaves it alone when it goes; one to nowhere fails at the start.
func TestALocalVolumeOfABind(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.Host.MkdirAll("/srv/data", 0o755)
	m.Host.WriteFile("/srv/data/f", []byte("kept\n"), 0o644)
	create := func(name, device string) {
		say(m, "", func(c api.Caller) error {
			_, err := m.Engine.VolumeCreate(c, api.VolumeCreateOptions{
				Name: name, DriverOpts: map[string]string{"type": "none", "o": "bind", "device": device},
			})
			return err
		})
	}
	create("led", "/srv/data")
	step{binds: []string{"led:/d"}, line: "cat /d/f", out: "kept\n"}.run(t, m)
	if got := say(m, "", func(c api.Caller) error { return m.Engine.VolumeRemove(c, "led", false) }); got != "" {
		t.Error(got)
	}
	if b, err := m.Host.ReadFile("/srv/data/f"); string(b) != "kept\n" {
		t.Errorf("%q, %v", b, err)
	}
	create("nowhere", "/srv/nope")
	step{
		binds: []string{"nowhere:/d"},
		refuse: "failed to mount local volume: mount /srv/nope:/var/lib/docker/volumes/nowhere/_data, " +
			"flags: 0x1000: no such file or directory",
	}.run(
		t,
		m,
	)
}
