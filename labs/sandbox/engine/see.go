package engine

import (
	"path"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/vfs"
)

// Seen is what a path of a container or an image leads to.
type Seen struct {
	vfs.Sight
	Path string // in the container, without symbolic links
	By   Source
	Name string // of the volume, or the host's path that is mounted
}

// Source is what answers when a file is read.
type Source string

// The sources.
const (
	ByUpper  Source = "upper" // the container's own layer
	ByImage  Source = "image" // Sight.Level says which layer
	ByVolume Source = "volume"
	ByBind   Source = "bind"
	ByTmpfs  Source = "tmpfs"
	ByKernel Source = "kernel" // /proc and its kin
)

// See is what a path of a container leads to, whether it runs or not. Nobody notices: it is no process that looks, and
// what is not there is not made. What was in memory is gone from one that does not run. ENOENT and other Errno values.
func (e *Engine) See(id, file string) (Seen, error) {
	ct, err := e.find(id)
	if err != nil {
		return Seen{}, err
	}
	at := ct.look
	if ct.run != nil {
		at = ct.lookLive
	}
	return follow(file, at)
}

// SeeHost is what a path of the host leads to.
func (e *Engine) SeeHost(file string) (Seen, error) { return SeeIn(e.host.Mounts(), file) }

// SeeIn is what a path of a mount namespace leads to.
func SeeIn(ms *vfs.Mounts, file string) (Seen, error) {
	return follow(file, func(p string) (Seen, error) {
		s, err := ms.Sight(p)
		return Seen{Sight: s}, err
	})
}

// SeeImage is what a path of an image leads to.
func (e *Engine) SeeImage(ref, file string) (Seen, error) {
	rec, err := e.images.Find(ref)
	if err != nil {
		return Seen{}, refusal(err)
	}
	img, err := e.images.Open(rec.Target.Digest, nil)
	if err != nil {
		return Seen{}, refusal(err)
	}
	ms := aside(e.images.Merged(img))
	return follow(file, func(p string) (Seen, error) {
		s, err := ms.Sight(p)
		return Seen{Sight: s, By: ByImage}, err
	})
}

// aside shows an image on a disk of its own: on the host's it would take a device number.
func aside(files *vfs.Image) *vfs.Mounts {
	return vfs.NewMounts(vfs.NewDisk(vfs.Config{}).ImageFS(files, ""), vfs.MS_RDONLY)
}

// maxLinks is how many symbolic links a path may lead through. Linux: include/linux/namei.h, MAXSYMLINKS
const maxLinks = 40

// follow goes down a path, through symbolic links too. at is given paths that have none on the way.
func follow(file string, at func(string) (Seen, error)) (Seen, error) {
	done, left := "/", file
	for links := 0; ; {
		name, rest, _ := strings.Cut(strings.TrimLeft(left, "/"), "/")
		if name == "" {
			seen, err := at(done)
			seen.Path = done
			return seen, err
		}
		next := path.Join(done, name)
		seen, err := at(next)
		switch {
		case err != nil:
			return seen, err
		case !seen.Stat().Mode.IsSymlink():
			done, left = next, rest
			continue
		}
		if links++; links > maxLinks {
			return Seen{}, vfs.ELOOP
		}
		left = seen.Target() + "/" + rest
		if strings.HasPrefix(left, "/") {
			done = "/"
		}
	}
}

// lookLive looks through what a running container has mounted.
func (ct *container) lookLive(file string) (Seen, error) {
	s, err := ct.run.mounts.Sight(file)
	if err != nil {
		return Seen{}, err
	}
	seen := Seen{Sight: s}
	m, _ := ct.mountOver(file)
	switch {
	case s.FS() == ct.root.FS:
		seen.own()
	case m != nil:
		seen.through(m)
	case s.FS().Type == "tmpfs":
		seen.By = ByTmpfs
	default:
		seen.By = ByKernel
	}
	return seen, nil
}

// look looks where what was asked for would be mounted.
func (ct *container) look(file string) (Seen, error) {
	m, rest := ct.mountOver(file)
	if m == nil {
		s, err := vfs.NewMounts(ct.root.FS, vfs.MS_RDONLY).Sight(file)
		if err != nil {
			return Seen{}, err
		}
		seen := Seen{Sight: s}
		seen.own()
		return seen, nil
	}
	seen, err := ct.lookMounted(m, rest)
	seen.through(m)
	return seen, err
}

func (ct *container) lookMounted(m *mountPoint, rest string) (Seen, error) {
	e := ct.e
	switch m.kind {
	case api.MountTmpfs:
		return Seen{}, vfs.ENOENT
	case api.MountImage:
		return e.SeeImage(m.source, path.Join("/", m.subpath, rest))
	}
	source, err := e.SeeHost(path.Join(m.source, m.subpath))
	if err != nil || rest == "" {
		return source, err
	}
	s, err := e.host.Mounts().Sight(path.Join(source.Path, rest))
	return Seen{Sight: s}, err
}

// mountOver is the innermost mount that a path lies in, and the path's rest in there. The files that describe the
// network are there once the container has been started.
func (ct *container) mountOver(file string) (over *mountPoint, rest string) {
	for _, m := range ct.given() {
		below, ok := strings.CutPrefix(file, strings.TrimSuffix(m.dest, "/"))
		if !ok || below != "" && below[0] != '/' {
			continue
		}
		if _, err := ct.e.SeeHost(m.source); err != nil && strings.HasPrefix(m.source, containersDir) {
			continue
		}
		over, rest = m, below
	}
	return over, rest
}

// own is for what no mount answers.
func (s *Seen) own() {
	if s.By = ByUpper; s.Level() > 0 {
		s.By = ByImage
	}
}

// through is for what a mount answers.
func (s *Seen) through(m *mountPoint) {
	s.By, s.Name = Source(m.kind), m.name
	if m.kind == api.MountBind {
		s.Name = m.source
	}
}
