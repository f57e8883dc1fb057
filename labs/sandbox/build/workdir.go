package build

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dockerlearn/labs/sandbox/vfs"
)

func (s *stage) workdir(c command, w *instructions.WorkdirCommand) error {
	dir := s.absolute(w.Path)
	s.doc.Config.WorkingDir = dir
	if dir != "/" {
		s.add(&todo{dir: dir, user: s.doc.Config.User, name: s.titled(c, w.String(), s.p.lex), at: c.Location()})
	}
	return s.history("WORKDIR "+dir, dir != "/")
}

// makeDir is what a WORKDIR makes.
func (b *builder) makeDir(t *todo, base *vfs.Image) (*vfs.Layer, error) {
	root, err := b.w.Disk.NewContainer(base, "workdir")
	if err != nil {
		return nil, err
	}
	defer root.Destroy()
	v := vfs.NewMounts(root.FS, 0).View(vfs.Root())
	uid, gid := uint32(0), uint32(0)
	if user, _, _ := strings.Cut(t.user, ":"); user != "" {
		if uid, gid, err = account(v, "/etc/passwd", user); err != nil {
			return nil, err
		}
	}
	var missing []string
	for dir := t.dir; dir != "/"; dir = path.Dir(dir) {
		if _, err := v.Stat(dir); err == nil {
			break
		}
		missing = append(missing, dir)
	}
	for _, dir := range slices.Backward(missing) {
		if err := v.Mkdir(dir, 0o755); err != nil {
			return nil, err
		}
		if err := v.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
	}
	return b.changed(root.Seal(), base)
}
