package engine

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// ociError is a refusal of runc: what it says behind "unable to start container process". The daemon notes a code for
// some of them. moby: daemon/errors.go, translateContainerdStartErr
type ociError struct{ why string }

func (e *ociError) Error() string { return e.why }

func ociErrorf(format string, args ...any) error { return &ociError{fmt.Sprintf(format, args...)} }

// files is the container's own files without anything mounted on them.
func (ct *container) files() *vfs.View {
	return vfs.NewMounts(ct.root.FS, 0).View(vfs.Root())
}

// filesMounted is what docker cp sees: the container's files with its volumes and binds, whether it runs or not.
// moby: daemon/containerfs_linux.go
func (ct *container) filesMounted() (*vfs.View, error) {
	v := ct.files()
	for _, m := range ct.given() {
		if _, err := ct.e.host.Stat(m.source); m.kind == api.MountTmpfs || strings.HasPrefix(m.dest, "/etc/") && err != nil {
			continue // what is in memory is gone, and what was never started has no network
		}
		if err := ct.mountOne(v, m, nil); err != nil {
			return nil, api.Errorf(api.Internal, "%s", err)
		}
	}
	return v, nil
}

// buildRoot mounts everything that the container's processes see.
func (ct *container) buildRoot(r *running) error {
	return ct.rootWith(r, func(v *vfs.View) error {
		for _, m := range ct.given() {
			if err := ct.mountOne(v, m, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// rootWith mounts what the kernel shows, what mount mounts, and what hides things from processes.
// opencontainers/runc: libcontainer/rootfs_linux.go
func (ct *container) rootWith(r *running, mount func(*vfs.View) error) error {
	v := ct.files()
	r.mounts = v.Mounts()
	ct.mountKernel(v, r)
	if err := mount(v); err != nil {
		return err
	}
	if err := ct.devices(v); err != nil {
		return err
	}
	if err := ct.sysctls(v); err != nil {
		return err
	}
	for _, p := range ct.host.ReadonlyPaths {
		if _, err := v.Stat(p); err == nil {
			v.Bind(p, p, vfs.MS_RDONLY, true)
		}
	}
	for _, p := range ct.host.MaskedPaths {
		ct.mask(v, p)
	}
	if ct.host.ReadonlyRootfs {
		return v.Remount("/", vfs.MS_RDONLY)
	}
	return nil
}

// mask puts nothing over a path: /dev/null over a file, an empty directory over one.
func (ct *container) mask(v *vfs.View, p string) {
	st, err := v.Stat(p)
	switch {
	case err != nil:
	case st.IsDir():
		v.Mount(ct.e.disk.Tmpfs("masked", vfs.TmpfsOptions{Mode: 0o755}), p, vfs.MS_RDONLY)
	default:
		v.Bind("/dev/null", p, 0, false)
	}
}

const noExec = vfs.MS_NOSUID | vfs.MS_NODEV | vfs.MS_NOEXEC

// mountKernel mounts what the kernel shows of itself. moby: daemon/pkg/oci/defaults.go, defaultMounts
func (ct *container) mountKernel(v *vfs.View, r *running) {
	e := ct.e
	dev := e.disk.Tmpfs("dev", vfs.TmpfsOptions{Mode: 0o755, Size: 64 << 20})
	dev.Options = "size=65536k,mode=755"
	r.temps = append(r.temps, dev)
	sys := vfs.MountFlags(noExec | vfs.MS_RDONLY)
	if ct.host.Privileged {
		sys = noExec
	}
	v.Mount(e.kernel.ProcFS(e.disk, r.ns.PID), "/proc", noExec)
	v.Mount(dev, "/dev", vfs.MS_NOSUID)
	v.MkdirAll("/dev/pts", 0o755)
	v.MkdirAll("/dev/mqueue", 0o755)
	v.MkdirAll("/dev/shm", 0o755)
	v.Mount(r.pts.FS(e.disk), "/dev/pts", vfs.MS_NOSUID|vfs.MS_NOEXEC)
	v.Mount(e.sysFS(), "/sys", sys)
	mqueue := e.disk.Tmpfs("mqueue", vfs.TmpfsOptions{})
	mqueue.Type, mqueue.Source = "mqueue", "mqueue"
	v.Mount(mqueue, "/dev/mqueue", noExec)
	v.Mount(ct.shm(r), "/dev/shm", noExec)
	proc.DeviceNodes(v, "/dev")
	if _, err := v.Stat("/proc/kcore"); err != nil {
		v.Unlink("/dev/core")
	}
}

// shm is the container's shared memory, or that of the one whose IPC namespace it is in.
func (ct *container) shm(r *running) *vfs.FS {
	if other, ok := ct.host.IpcMode.Container(); ok {
		if with, err := ct.e.find(other); err == nil && with.run != nil {
			for _, m := range with.run.mounts.All() {
				if m.Target() == "/dev/shm" {
					return m.FS
				}
			}
		}
	}
	f := ct.e.disk.Tmpfs("shm", vfs.TmpfsOptions{Size: ct.host.ShmSize})
	f.Source, f.Options = "shm", fmt.Sprintf("size=%dk", ct.host.ShmSize/1024)
	r.temps = append(r.temps, f)
	return f
}

// given is every mount that was asked for, and the files that describe the network, in the order in which they can be
// made: outer ones before those inside of them. moby: daemon/oci_linux.go, withMounts
func (ct *container) given() []*mountPoint {
	all := slices.Clone(ct.mounts)
	for _, dest := range sortedKeys(ct.host.Tmpfs) {
		all = append(all, &mountPoint{kind: api.MountTmpfs, dest: path.Clean(dest), mode: ct.host.Tmpfs[dest]})
	}
	for _, f := range netFiles {
		source := ct.netDir() + "/" + f
		if ct.mountAt("/etc/"+f) == nil {
			all = append(all, &mountPoint{
				kind: api.MountBind, source: source, dest: "/etc/" + f, mustExist: true, readOnly: ct.host.ReadonlyRootfs,
			})
		}
	}
	slices.SortStableFunc(all, func(a, b *mountPoint) int {
		return strings.Count(a.dest, "/") - strings.Count(b.dest, "/")
	})
	return all
}

var netFiles = []string{"resolv.conf", "hostname", "hosts"}

func (ct *container) mountTmpfs(v *vfs.View, m *mountPoint, r *running) error {
	options := m.mode
	if m.spec.Type == api.MountTmpfs {
		options = tmpfsOptions(m.spec)
	}
	t, err := parseTmpfs(options)
	if err != nil {
		return err
	}
	if err := ct.makePoint(v, "tmpfs", m.dest, true); err != nil {
		return err
	}
	f := ct.e.disk.Tmpfs("tmpfs", t.TmpfsOptions)
	f.Options = t.shown
	r.temps = append(r.temps, f)
	if _, err := v.Mount(f, m.dest, t.flags); err != nil {
		return ociErrorf("error mounting \"tmpfs\" to rootfs at %q: %s", m.dest, goWords(err))
	}
	return nil
}

// tmpfsOptions is a mount's options in the words of mount(8). moby: linux_parser.go, ConvertTmpfsOptions
func tmpfsOptions(m api.Mount) string {
	var words []string
	if m.ReadOnly {
		words = append(words, "ro")
	}
	if o := m.TmpfsOptions; o != nil {
		if o.SizeBytes != 0 {
			words = append(words, fmt.Sprintf("size=%d", o.SizeBytes))
		}
		if o.Mode != 0 {
			words = append(words, fmt.Sprintf("mode=%o", o.Mode))
		}
		for _, kv := range o.Options {
			words = append(words, strings.Join(kv, "="))
		}
	}
	return strings.Join(words, ",")
}

// mountOne makes one mount.
func (ct *container) mountOne(v *vfs.View, m *mountPoint, r *running) error {
	flags := vfs.MountFlags(0)
	if m.readOnly {
		flags = vfs.MS_RDONLY
	}
	switch m.kind {
	case api.MountBind:
		return ct.mountBind(v, m, flags)
	case api.MountVolume:
		return ct.mountVolume(v, m, flags, r)
	case api.MountImage:
		return ct.mountImage(v, m)
	}
	return ct.mountTmpfs(v, m, r)
}

func (ct *container) mountBind(v *vfs.View, m *mountPoint, flags vfs.MountFlags) error {
	host := ct.e.host
	if _, err := host.Stat(m.source); err != nil {
		if m.mustExist {
			return api.Errorf(api.InvalidParameter,
				`invalid mount config for type "bind": bind source path does not exist: %s`, m.source).With(ct.e.whyFiles())
		}
		if err := host.MkdirAll(m.source, 0o755); err != nil {
			return fmt.Errorf("error while creating mount source path '%s': mkdir %s: %s", m.source, m.source, goWords(err))
		}
		ct.e.sim.Log.Add("docker.bind.create", m.source, sim.Text(ct.name), ct.cause)
	}
	return ct.bind(v, m.source, m.dest, flags)
}

// place is where a path of the host leads now: a mount pins what is there, whatever becomes of the name.
func place(host *vfs.View, p string) (vfs.Place, bool, error) {
	st, err := host.Stat(p)
	if err != nil {
		return vfs.Place{}, false, err
	}
	if st.IsDir() {
		v := host.Clone()
		err := v.Chdir(p)
		return v.Cwd(), true, err
	}
	f, err := host.Open(p, vfs.O_RDONLY, 0)
	if err != nil {
		return vfs.Place{}, false, err
	}
	defer f.Close()
	return f.Place(), false, nil
}

func (ct *container) bind(v *vfs.View, source, dest string, flags vfs.MountFlags) error {
	at, dir, err := place(ct.e.host, source)
	if err != nil {
		return ociErrorf("error mounting %q to rootfs at %q: stat %s: %s", source, dest, source, goWords(err))
	}
	if err := ct.makePoint(v, source, dest, dir); err != nil {
		return err
	}
	if _, err := v.BindPlace(at, dest, flags, true); err != nil {
		why := goWords(err)
		if err == vfs.ENOTDIR {
			why += ": Are you trying to mount a directory onto a file (or vice-versa)? " +
				"Check if the specified host path exists and is the expected type"
		}
		return ociErrorf(
			"error mounting %q to rootfs at %q: mount src=%s, dst=%s, dstFd=/proc/thread-self/fd/14, flags=MS_BIND|MS_REC: %s",
			source,
			dest,
			source,
			dest,
			why,
		)
	}
	return nil
}

// makePoint makes the place where something is going to be mounted, if it is not there.
func (ct *container) makePoint(v *vfs.View, source, dest string, dir bool) error {
	if _, err := v.Stat(dest); err == nil {
		return nil
	}
	parent := path.Dir(dest)
	if dir {
		parent = dest
	}
	err := v.MkdirAll(parent, 0o755)
	if err == nil && !dir {
		err = v.WriteFile(dest, nil, 0o755)
	}
	if err != nil {
		return ociErrorf(
			"error mounting %q to rootfs at %q: create mountpoint for %s mount: make mountpoint %q: mkdirat %s: %s",
			source,
			dest,
			dest,
			dest,
			ct.rootPath(dest),
			goWords(err),
		)
	}
	return nil
}

func (ct *container) mountVolume(v *vfs.View, m *mountPoint, flags vfs.MountFlags, r *running) error {
	e := ct.e
	vol := e.volumes[m.name]
	if vol == nil {
		return fmt.Errorf("get %s: no such volume", m.name)
	}
	if err := e.mountOptions(vol); err != nil {
		return err
	}
	vol.active++
	if r != nil {
		r.volumes = append(r.volumes, vol)
	} else {
		defer e.leaveVolume(vol) // docker cp looks once
	}
	source := m.source
	if m.subpath != "" {
		source = path.Join(source, m.subpath)
		if _, err := e.host.Lstat(source); err != nil {
			return fmt.Errorf("cannot access path %s: lstat %s: %s", source, source, goWords(err))
		}
	}
	return ct.bind(v, source, m.dest, flags)
}

// mountOptions mounts on a volume's directory what its options say. moby: daemon/volume/local/local_linux.go, mount
func (e *Engine) mountOptions(vol *volume) error {
	if len(vol.options) == 0 || vol.active > 0 {
		return nil
	}
	device, dir := vol.options["device"], vol.dir()
	if vol.options["type"] == "tmpfs" {
		t, err := parseTmpfs(vol.options["o"])
		if err != nil {
			return err
		}
		f := e.disk.Tmpfs(vol.name, t.TmpfsOptions)
		f.Options = t.shown
		vol.mounted = f
		_, err = e.host.Mount(f, dir, 0)
		return err
	}
	if _, err := e.host.Bind(device, dir, 0, false); err != nil {
		return fmt.Errorf("failed to mount local volume: mount %s:%s, flags: 0x1000: %s", device, dir, goWords(err))
	}
	vol.bound = true
	return nil
}

// unmountOptions takes it away again. What was in memory is gone.
func (e *Engine) unmountOptions(vol *volume) {
	if vol.mounted == nil && !vol.bound {
		return
	}
	e.host.Unmount(vol.dir(), true)
	if vol.mounted != nil && vol.active == 0 {
		vol.mounted.Destroy()
	}
	vol.mounted, vol.bound = nil, false
}

// leaveVolume is a container that does not use a volume any more.
func (e *Engine) leaveVolume(vol *volume) {
	if vol.active--; vol.active == 0 {
		e.unmountOptions(vol)
	}
}

func (ct *container) mountImage(v *vfs.View, m *mountPoint) error {
	e := ct.e
	rec, err := e.images.Find(m.source)
	if err != nil {
		return refusal(err)
	}
	img, err := e.images.Open(rec.Target.Digest, nil)
	if err != nil {
		return refusal(err)
	}
	files, err := e.images.Unpack(img)
	if err != nil {
		return refusal(err)
	}
	if err := ct.makePoint(v, m.source, m.dest, true); err != nil {
		return err
	}
	f := e.disk.ImageFS(files, m.source)
	if m.subpath == "" {
		_, err = v.Mount(f, m.dest, vfs.MS_RDONLY)
		return err
	}
	at, _, err := place(vfs.NewMounts(f, vfs.MS_RDONLY).View(vfs.Root()), "/"+m.subpath)
	if err != nil {
		return fmt.Errorf("cannot access path %s: %s", m.subpath, goWords(err))
	}
	_, err = v.BindPlace(at, m.dest, vfs.MS_RDONLY, false)
	return err
}

// devices makes the nodes that --device asked for, or all of the host's for a privileged container.
func (ct *container) devices(v *vfs.View) error {
	for _, d := range ct.host.Devices {
		st, err := ct.e.host.Stat(d.PathOnHost)
		if err == nil && !st.Mode.IsDevice() {
			return fmt.Errorf(
				"error gathering device information while adding custom device %q: not a device node",
				d.PathOnHost,
			)
		}
		if err != nil {
			return fmt.Errorf("error gathering device information while adding custom device %q: %s", d.PathOnHost, goWords(err))
		}
		at := either(d.PathInContainer, d.PathOnHost)
		v.MkdirAll(path.Dir(at), 0o755)
		v.Unlink(at)
		if err := v.Mknod(at, st.Mode, st.Rdev); err != nil {
			return ociErrorf("error creating device nodes: mknod %s: %s", at, goWords(err))
		}
		v.Chmod(at, st.Mode.Perm())
	}
	return nil
}

func (ct *container) sysctls(v *vfs.View) error {
	for _, name := range sortedKeys(ct.host.Sysctls) {
		if strings.HasPrefix(name, "net.") {
			if err := ct.netSysctl(name, ct.host.Sysctls[name]); err != nil {
				return err
			}
			continue
		}
		p := "/proc/sys/" + strings.ReplaceAll(name, ".", "/")
		if err := v.WriteFile(p, []byte(ct.host.Sysctls[name]), 0o644); err != nil {
			return ociErrorf("open %s: %s", p, goWords(err))
		}
	}
	return nil
}
