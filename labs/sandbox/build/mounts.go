package build

import (
	"fmt"
	"path"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dockerlearn/labs/sandbox/vfs"
)

// Mount is what a RUN sees besides the files of its stage.
type Mount struct {
	Target   string
	FS       *vfs.FS
	Source   string // a path in FS
	ReadOnly bool
}

// mounter makes the mounts of one RUN. buildkit: solver/llbsolver/mounts/mount.go
type mounter struct {
	b      *builder
	temps  []*vfs.FS     // gone when the RUN is over
	caches []*cacheMount // in use until then
}

func (m *mounter) leave() {
	for _, f := range m.temps {
		f.Destroy()
	}
	for _, c := range m.caches {
		c.users--
	}
}

func (m *mounter) all(r *running, p *Process) error {
	for _, want := range r.mounts {
		if err := m.one(want, p); err != nil {
			return err
		}
	}
	if r.script == nil {
		return nil
	}
	f, err := m.holding(r.script.name, []byte(r.script.text), vfs.Stat{Mode: 0o755})
	p.Mounts = append(p.Mounts, Mount{Target: scripts, FS: f, Source: "/", ReadOnly: true})
	return err
}

func (m *mounter) one(want *mount, p *Process) error {
	to := Mount{Target: want.target, ReadOnly: want.ReadOnly, Source: "/"}
	var err error
	switch want.Type {
	case instructions.MountTypeTmpfs:
		to.FS = m.temp(m.b.w.Disk.Tmpfs("tmpfs", vfs.TmpfsOptions{Size: want.SizeLimit}))
	case instructions.MountTypeSecret:
		return m.secret(want, p)
	case instructions.MountTypeCache:
		to.FS, err = m.cache(want)
	default:
		to.Source = path.Join("/", want.Source)
		to.FS, err = m.bind(want)
	}
	p.Mounts = append(p.Mounts, to)
	return err
}

func (m *mounter) temp(f *vfs.FS) *vfs.FS {
	m.temps = append(m.temps, f)
	return f
}

// holding is a file system in memory with one file in it.
func (m *mounter) holding(name string, text []byte, st vfs.Stat) (*vfs.FS, error) {
	f := m.temp(m.b.w.Disk.Tmpfs("tmpfs", vfs.TmpfsOptions{Mode: 0o755}))
	v := vfs.NewMounts(f, 0).View(vfs.Root())
	at := "/" + name
	if err := v.WriteFile(at, text, 0o600); err != nil {
		return nil, err
	}
	if err := v.Chown(at, st.UID, st.GID); err != nil {
		return nil, err
	}
	return f, v.Chmod(at, st.Mode)
}

// secret shows a process a secret, as a file or as a variable.
func (m *mounter) secret(want *mount, p *Process) error {
	text, known := m.b.r.Secrets[want.secret]
	if !known {
		if want.Required {
			return fmt.Errorf("secret %s: not found", want.secret)
		}
		return nil
	}
	if want.Env != nil {
		name := *want.Env
		if name == "" {
			name = want.secret
		}
		p.Env = append(p.Env, name+"="+string(text))
	}
	if want.target == "" {
		return nil
	}
	st := vfs.Stat{Mode: 0o400}
	if want.Mode != nil {
		st.Mode = vfs.Mode(*want.Mode)
	}
	st.UID, st.GID = owner(want.Mount)
	name := path.Base(want.target)
	f, err := m.holding(name, text, st)
	p.Mounts = append(p.Mounts, Mount{Target: want.target, FS: f, Source: "/" + name, ReadOnly: want.ReadOnly})
	return err
}

func owner(m *instructions.Mount) (uid, gid uint32) {
	if m.UID != nil {
		uid = uint32(*m.UID)
	}
	if m.GID != nil {
		gid = uint32(*m.GID)
	}
	return uid, gid
}

// bind is the files of a stage, of an image or of the context. What a RUN writes there is nowhere afterwards.
func (m *mounter) bind(want *mount) (*vfs.FS, error) {
	files := &vfs.Image{}
	if want.source != nil {
		files = merged(m.b.resultOf(want.source).layers)
	} else if m.b.context.view != nil {
		c := &copying{verb: "COPY", dest: path.Join("/", want.Source)}
		c.SourcePaths = []string{c.dest}
		layer, err := m.b.copy(c, m.b.context, files)
		if err != nil {
			return nil, err
		}
		files = files.With(layer)
	}
	root, err := m.b.w.Disk.NewContainer(files, "mount")
	if err != nil {
		return nil, err
	}
	return m.temp(root.FS), nil
}

// cacheMount is a directory that outlives builds.
type cacheMount struct {
	fs         *vfs.FS
	users      int // RUNs that have it now
	uses       int
	made, used time.Time
}

// waitForCache is how often a RUN looks whether the one that has locked its cache is done.
const waitForCache = 100 * time.Millisecond

// cache is the directory of a cache's name. Whoever wants it alone waits for it, or gets another one.
func (m *mounter) cache(want *mount) (*vfs.FS, error) {
	all := m.b.w.Cache.mounts
	name := want.CacheID
	for n := 0; ; {
		c := all[name]
		switch {
		case c == nil:
			c = m.newCache(want)
			all[name] = c
		case c.users > 0 && want.CacheSharing == instructions.MountSharingPrivate:
			n++
			name = fmt.Sprintf("%s %d", want.CacheID, n)
			continue
		case c.users > 0 && want.CacheSharing == instructions.MountSharingLocked:
			if err := m.b.w.Wait(waitForCache); err != nil {
				return nil, err
			}
			continue
		}
		c.users, c.uses, c.used = c.users+1, c.uses+1, m.b.w.Now()
		m.caches = append(m.caches, c)
		return c.fs, nil
	}
}

// newCache is empty, and belongs to whom the mount says. buildkit: dockerfile2llb, setCacheUIDGID
func (m *mounter) newCache(want *mount) *cacheMount {
	c := &cacheMount{fs: m.b.w.Disk.Tree("buildkit", "cache mount "+want.CacheID), made: m.b.w.Now()}
	v := vfs.NewMounts(c.fs, 0).View(vfs.Root())
	if want.Mode != nil {
		v.Chmod("/", vfs.Mode(*want.Mode)) //nolint:errcheck // root may
	}
	uid, gid := owner(want.Mount)
	v.Chown("/", uid, gid) //nolint:errcheck // root may
	return c
}
