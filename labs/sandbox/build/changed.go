package build

import (
	"path"
	"slices"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// changed is a layer without what lies in base just so.
func (b *builder) changed(l *vfs.Layer, base *vfs.Image) (*vfs.Layer, error) {
	return Changed(l, base, b.w.Disk)
}

// Changed is a layer without what the image has just so: files that were written as they were, and directories that
// were copied up for nothing.
func Changed(l *vfs.Layer, base *vfs.Image, disk *vfs.Disk) (*vfs.Layer, error) {
	below := vfs.NewMounts(disk.ImageFS(base, "below"), vfs.MS_RDONLY).View(vfs.Root())
	entries := slices.Collect(l.Entries())
	keep := map[string]bool{"": true}
	for _, e := range entries {
		if e.Link != "" {
			keep[e.Link] = true
		}
	}
	for _, e := range slices.Backward(entries) {
		if !keep[e.Path] && same(e, below) {
			continue
		}
		for p := e.Path; p != "." && p != "/"; p = path.Dir(p) {
			keep[p] = true
		}
	}
	var kept []vfs.Entry
	for _, e := range entries {
		if keep[e.Path] {
			kept = append(kept, e)
		}
	}
	return image.LayerOf(kept)
}

// same reports whether an entry says nothing new. The time of a directory does not count. buildkit:
// util/overlay/overlay_linux.go, sameDirent
func same(e vfs.Entry, below *vfs.View) bool {
	st, err := below.Lstat("/" + e.Path)
	if err != nil || e.Whiteout || e.Opaque {
		return e.Whiteout && err != nil
	}
	if st.Mode != e.Mode || st.UID != e.UID || st.GID != e.GID || st.Mtime != e.Mtime && !e.Mode.IsDir() {
		return false
	}
	switch {
	case e.Mode.IsDir():
		return true
	case e.Mode.IsSymlink():
		target, err := below.Readlink("/" + e.Path)
		return err == nil && target == e.Target
	case !e.Mode.IsRegular() || e.Content == nil || e.Content.Size() != st.Size:
		return e.Mode.IsRegular() && e.Content == nil && st.Size == 0
	}
	content, err := below.ReadFile("/" + e.Path)
	return err == nil && string(content) == string(image.ReadAll(e.Content))
}
