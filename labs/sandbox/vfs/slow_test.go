package vfs_test

import (
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

// facts is what moby's ChangesDirs compares of a file.
type facts struct {
	mode, uid, gid, rdev uint32
	mtime, size          int64
	dir                  bool
}

// slowChanges is docker diff as moby computes it: by walking all of both trees.
func slowChanges(old, now map[string]facts) []string {
	var out []string
	listed := map[string]bool{}
	add := func(kind, path string) {
		out = append(out, kind+" "+path)
		listed[path] = true
	}
	for path, n := range now {
		o, ok := old[path]
		if path == "/" {
			continue
		}
		if !ok {
			add("A", path)
		} else if differ(o, n) {
			add("C", path)
		}
	}
	for path := range old {
		parent := path[:strings.LastIndexByte(path, '/')]
		if parent == "" {
			parent = "/"
		}
		if _, ok := now[path]; !ok && now[parent].dir {
			add("D", path)
		}
	}
	for path := range listed {
		for i := strings.LastIndexByte(path, '/'); i > 0; i = strings.LastIndexByte(path[:i], '/') {
			if dir := path[:i]; !listed[dir] {
				add("C", dir)
			}
		}
	}
	slices.Sort(out)
	return out
}

func differ(o, n facts) bool {
	if o.mode != n.mode || o.uid != n.uid || o.gid != n.gid || o.rdev != n.rdev {
		return true
	}
	return !n.dir && (!sameTime(o.mtime, n.mtime) || o.size != n.size)
}

func sameTime(a, b int64) bool {
	return a == b || a/1e9 == b/1e9 && (a%1e9 == 0 || b%1e9 == 0)
}

// factsOf is all that can be seen in a view.
func factsOf(v *vfs.View) map[string]facts {
	v = v.As(vfs.Root())
	out := map[string]facts{}
	for todo := []string{"/"}; len(todo) > 0; {
		path := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		s := must(v.Lstat(path))
		out[path] = facts{uint32(s.Mode), s.UID, s.GID, uint32(s.Rdev), s.Mtime, s.Size, s.IsDir()}
		if !s.IsDir() {
			continue
		}
		for _, e := range must(v.ReadDir(path)) {
			todo = append(todo, strings.TrimSuffix(path, "/")+"/"+e.Name)
		}
	}
	return out
}

func (m *model) slowChanges() []string {
	image := vfs.NewMounts(m.disk.ImageFS(m.c.Image(), ""), 0).View(vfs.Root())
	return slowChanges(factsOf(image), factsOf(m.v))
}

// changes are the container's own changes, in the same form and order.
func (m *model) changes() []string {
	var out []string
	for _, c := range m.c.Changes() {
		out = append(out, c.String())
	}
	slices.Sort(out)
	return out
}
