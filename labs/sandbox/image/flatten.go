package image

import (
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

// merging is layers being laid over each other.
type merging struct{ at map[string]merged }

// merged is an entry, and the layer that it came from.
type merged struct {
	vfs.Entry
	layer int
}

func (m *merging) put(e vfs.Entry, layer int) {
	old, was := m.at[e.Path]
	switch {
	case !was:
	case !old.Mode.IsDir():
		delete(m.at, e.Path)
	case e.Whiteout || e.Opaque || !e.Mode.IsDir():
		m.cut(e.Path, layer)
	}
	if e.Whiteout {
		return
	}
	e.Opaque = false
	m.at[e.Path] = merged{e, layer}
}

// cut takes away what lower layers have in a directory, and the directory.
func (m *merging) cut(path string, layer int) {
	for p, e := range m.at { // any order: a set of paths goes
		if e.layer < layer && (p == path || path == "" || strings.HasPrefix(p, path+"/")) {
			delete(m.at, p)
		}
	}
}

// entry is what is at a path. A hard link to a name that another layer replaced, or that comes later, becomes a file
// of its own.
func (m *merging) entry(path string, before map[string]bool) vfs.Entry {
	e := m.at[path]
	for e.Link != "" {
		to, ok := m.at[e.Link]
		if ok && to.layer == e.layer && before[e.Link] {
			return e.Entry
		}
		if !ok || to.layer != e.layer {
			break
		}
		link := to.Link
		e.Entry, e.Link = to.Entry, link
		e.Path = path
	}
	e.Link = ""
	return e.Entry
}

// comparePaths orders a tree: a directory, what is in it, then what comes after it.
func comparePaths(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			switch {
			case a[i] == '/':
				return -1
			case b[i] == '/':
				return 1
			}
			return int(a[i]) - int(b[i])
		}
	}
	return len(a) - len(b)
}
