package engine

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/vfs"
)

// makeMounts finds out what is mounted where: --volumes-from first, then -v, then --mount. moby: daemon/volumes.go,
// registerMountPoints
func (ct *container) makeMounts() error {
	at := map[string]*mountPoint{}
	for _, step := range []func(map[string]*mountPoint) error{ct.fromOthers, ct.fromBinds, ct.fromMounts} {
		if err := step(at); err != nil {
			return invalid(err)
		}
	}
	for _, dest := range slices.Sorted(maps.Keys(at)) {
		ct.mounts = append(ct.mounts, at[dest])
	}
	for _, m := range ct.mounts {
		if err := ct.useVolume(m); err != nil {
			return err
		}
	}
	return nil
}

// invalid makes an error of a parser one of the API.
func invalid(err error) error {
	var known *api.Error
	if errors.As(err, &known) {
		return err
	}
	return api.Errorf(api.InvalidParameter, "%s", err)
}

func (ct *container) fromOthers(at map[string]*mountPoint) error {
	for _, spec := range ct.host.VolumesFrom {
		id, mode, err := parseFrom(spec)
		if err != nil {
			return err
		}
		other, err := ct.e.find(id)
		if err != nil {
			return api.Errorf(api.InvalidParameter, "%s", err)
		}
		for _, m := range other.mounts {
			c := *m
			c.readOnly = c.readOnly || modeHas(mode, "ro")
			c.mode = either(c.mode, mode)
			c.noCopy, c.anonymous = true, false
			at[c.dest] = &c
		}
	}
	return nil
}

func (ct *container) fromBinds(at map[string]*mountPoint) error {
	own := map[string]bool{}
	for _, raw := range ct.host.Binds {
		m, err := parseBind(raw, ct.host.VolumeDriver)
		if err != nil {
			return err
		}
		if _, tmpfs := ct.host.Tmpfs[m.dest]; own[m.dest] || tmpfs {
			return duplicate(m.dest)
		}
		own[m.dest] = true
		at[m.dest] = m
	}
	return nil
}

func duplicate(dest string) error {
	return api.Errorf(api.InvalidParameter, "Duplicate mount point: %s", dest)
}

func (ct *container) fromMounts(at map[string]*mountPoint) error {
	for _, spec := range ct.host.Mounts {
		m, err := parseMount(spec)
		if err != nil {
			return err
		}
		if old := at[m.dest]; old != nil && slices.Contains(ct.host.Binds, old.dest) {
			return duplicate(spec.Target)
		}
		if _, tmpfs := ct.host.Tmpfs[m.dest]; tmpfs || at[m.dest] != nil {
			return duplicate(spec.Target)
		}
		if err := ct.checkSource(m); err != nil {
			return err
		}
		at[m.dest] = m
	}
	return nil
}

func (ct *container) checkSource(m *mountPoint) error {
	e := ct.e
	switch {
	case m.kind == api.MountBind && m.mustExist:
		if _, err := e.host.Stat(m.source); err != nil {
			return api.Errorf(api.InvalidParameter,
				`invalid mount config for type "bind": bind source path does not exist: %s`, m.source).With(e.whyFiles())
		}
	case m.kind == api.MountImage:
		if _, err := e.images.Find(m.source); err != nil {
			return refusal(err)
		}
	}
	return nil
}

// useVolume makes the volume of a mount, if it is one.
func (ct *container) useVolume(m *mountPoint) error {
	if m.kind != api.MountVolume {
		return nil
	}
	o := api.VolumeCreateOptions{Name: m.name, Driver: m.driver}
	if vo := m.spec.VolumeOptions; vo != nil {
		o.Labels = vo.Labels
		if vo.DriverConfig != nil {
			o.DriverOpts = vo.DriverConfig.Options
		}
	}
	vol, err := ct.e.makeVolume(o, ct.cause)
	if err != nil {
		return err
	}
	vol.users[ct] = true
	m.name, m.driver, m.source = vol.name, vol.driver, vol.dir()
	if !m.anonymous {
		m.mode = either(m.mode, "z")
	}
	return nil
}

// makeAnonymous makes the volumes of VOLUME instructions and of -v PATH where nothing else is mounted, and then fills
// those volumes that are new. moby: daemon/create_unix.go
func (ct *container) makeAnonymous() error {
	for _, dest := range sortedKeys(ct.config.Volumes) {
		dest = path.Clean(dest)
		if ct.mountAt(dest) != nil || ct.hasTmpfs(dest) {
			continue
		}
		if st, err := ct.files().Stat(dest); err == nil && !st.IsDir() {
			return api.Errorf(api.Internal, "cannot mount volume over existing file, file exists %s", ct.rootPath(dest))
		}
		m := &mountPoint{kind: api.MountVolume, dest: dest, driver: ct.host.VolumeDriver, anonymous: true}
		if err := ct.useVolume(m); err != nil {
			return err
		}
		ct.mounts = append(ct.mounts, m)
	}
	for _, m := range ct.mounts {
		if err := ct.populate(m); err != nil {
			return err
		}
	}
	return nil
}

func (ct *container) mountAt(dest string) *mountPoint {
	for _, m := range ct.mounts {
		if m.dest == dest {
			return m
		}
	}
	return nil
}

func (ct *container) hasTmpfs(dest string) bool {
	_, ok := ct.host.Tmpfs[dest]
	return ok
}

// rootPath is where moby sees a path of the container on the host.
func (ct *container) rootPath(p string) string {
	return dataRoot + "/rootfs/overlayfs/" + ct.id + "/" + strings.TrimPrefix(p, "/")
}

// Populated is the detail of docker.volume.populate: whose files, at which place, an empty volume was given.
type Populated struct{ Container, At string }

// Place is whose image has the files, and where.
func (p Populated) Place() (container, at string) { return p.Container, p.At }

func (p Populated) String() string { return "what " + p.Container + " has at " + p.At }

// populate copies what the image has at a mount's place into its volume, if that is empty. moby:
// container_unix.go, CopyImagePathContent
func (ct *container) populate(m *mountPoint) error {
	if m.kind != api.MountVolume || m.noCopy || m.subpath != "" {
		return nil
	}
	from := ct.files()
	if st, err := from.Stat(m.dest); err != nil || !st.IsDir() {
		return nil
	}
	vol := ct.e.volumes[m.name]
	if err := ct.e.mountOptions(vol); err != nil {
		return nil // it is told when the container starts
	}
	vol.active++
	defer ct.e.leaveVolume(vol)
	to := ct.e.host
	if names, err := to.ReadDir(m.source); err != nil || len(names) > 0 {
		return nil
	}
	ct.e.sim.Log.Add("docker.volume.populate", m.name, Populated{ct.name, m.dest}, ct.cause, vol.made)
	if err := copyTree(from, m.dest, to, m.source); err != nil {
		return api.Errorf(api.Internal, "failed to populate volume: error copying %s: %s", m.source, goWords(err)).
			With(ct.e.whyFiles())
	}
	return nil
}

// copyTree makes one directory like another, of the same disk or not: content, links, owners, modes, times.
func copyTree(from *vfs.View, src string, to *vfs.View, dst string) error {
	names, err := from.ReadDir(src)
	if err != nil {
		return err
	}
	for _, n := range names {
		if err := copyEntry(from, path.Join(src, n.Name), to, path.Join(dst, n.Name)); err != nil {
			return err
		}
	}
	st, err := from.Stat(src)
	if err != nil {
		return err
	}
	return errors.Join(to.Chown(dst, st.UID, st.GID), to.Chmod(dst, st.Mode.Perm()),
		to.Utimes(dst, vfs.TimeAt(st.Atime), vfs.TimeAt(st.Mtime)))
}

func copyEntry(from *vfs.View, src string, to *vfs.View, dst string) error {
	st, err := from.Lstat(src)
	if err != nil {
		return err
	}
	switch {
	case st.IsDir():
		if err := to.Mkdir(dst, st.Mode.Perm()); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return copyTree(from, src, to, dst)
	case st.Mode.IsSymlink():
		target, err := from.Readlink(src)
		if err != nil {
			return err
		}
		return errors.Join(to.Symlink(target, dst), to.Lchown(dst, st.UID, st.GID))
	case st.Mode.IsRegular():
		err = copyContent(from, src, to, dst, st.Size)
	default:
		err = to.Mknod(dst, st.Mode, st.Rdev)
	}
	return errors.Join(err, to.Chown(dst, st.UID, st.GID), to.Chmod(dst, st.Mode.Perm()),
		to.Utimes(dst, vfs.TimeAt(st.Atime), vfs.TimeAt(st.Mtime)))
}

func copyContent(from *vfs.View, src string, to *vfs.View, dst string, size int64) error {
	in, err := from.Open(src, vfs.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := to.Open(dst, vfs.O_WRONLY|vfs.O_CREAT|vfs.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	return copyFile(in, out, size)
}

// copyFile copies the parts that are not holes.
func copyFile(in, out *vfs.File, size int64) error {
	buf := make([]byte, 64<<10)
	for off := int64(0); off < size; {
		data, err := in.Seek(off, vfs.SEEK_DATA)
		if err != nil {
			break // a hole up to the end
		}
		end, err := in.Seek(data, vfs.SEEK_HOLE)
		if err != nil {
			end = size
		}
		for off = data; off < end; {
			n, err := in.Pread(buf[:min(int64(len(buf)), end-off)], off)
			if n == 0 || err != nil {
				return err
			}
			if _, err := out.Pwrite(buf[:n], off); err != nil {
				return err
			}
			off += int64(n)
		}
	}
	return out.Truncate(size)
}

// removeTree removes a directory with everything in it. It does not matter if it is not there.
func removeTree(v *vfs.View, dir string) {
	names, err := v.ReadDir(dir)
	if err != nil {
		return
	}
	for _, n := range names {
		p := path.Join(dir, n.Name)
		if n.Type.IsDir() {
			removeTree(v, p)
		} else {
			v.Unlink(p)
		}
	}
	v.Rmdir(dir)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// releaseVolumes gives the container's volumes back, and removes those that only it had, if asked to. moby:
// daemon/mounts.go, removeMountPoints
func (ct *container) releaseVolumes(removeAnonymous bool) {
	for _, m := range ct.mounts {
		vol := ct.e.volumes[m.name]
		if m.kind != api.MountVolume || vol == nil {
			continue
		}
		delete(vol.users, ct)
		if removeAnonymous && m.anonymous && len(vol.users) == 0 {
			ct.e.dropVolume(vol, ct.cause)
		}
	}
}
