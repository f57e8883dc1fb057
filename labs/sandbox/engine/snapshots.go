package engine

import (
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// Where the layers are, on the host: each unpacked layer and each container's own layer has a numbered directory, and
// the whole of a container that runs is mounted where the daemon keeps it. containerd: plugins/snapshots/overlay;
// moby: daemon/containerd/mount.go
const (
	snapshotsDir = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots"
	rootsDir     = dataRoot + "/rootfs/overlayfs"
)

func snapshotDir(n int) string { return fmt.Sprintf("%s/%d/fs", snapshotsDir, n) }

// show puts a file system into the next directory.
func (e *Engine) show(f *vfs.FS, flags vfs.MountFlags) int {
	e.snapshots++
	f.Type, f.Source = "overlay", "overlay"
	if e.host.MkdirAll(snapshotDir(e.snapshots), 0o755) == nil {
		e.host.Mount(f, snapshotDir(e.snapshots), flags)
	}
	return e.snapshots
}

// hide takes it away.
func (e *Engine) hide(n int) {
	e.host.Unmount(snapshotDir(n), true)
	removeTree(e.host, strings.TrimSuffix(snapshotDir(n), "/fs"))
}

// showBase shows the layers that containers lie over, once, and returns their directories, the lowest first.
func (e *Engine) showBase(b *base) []string {
	var dirs []string
	for i, l := range b.layers {
		if e.shown[l.chain] == 0 {
			e.shown[l.chain] = e.show(e.disk.LayerFS(l.files, string(l.chain)), vfs.MS_RDONLY)
		}
		dirs = append(dirs, snapshotDir(e.shown[b.layers[i].chain]))
	}
	return dirs
}

// baseLayer is a layer of a base, and the name of the stack up to it.
type baseLayer struct {
	chain image.Digest
	files *vfs.Layer
}

func baseLayers(i *image.Image, extra *vfs.Layer) []baseLayer {
	var list []baseLayer
	chain := image.Digest("")
	for n, c := range i.Chain() {
		list, chain = append(list, baseLayer{c, i.Layers[n].Files()}), c
	}
	return append(list, baseLayer{chain + "-init", extra})
}

// showRoot shows a container's files on the host, and says in its mount options where they lie.
func (ct *container) showRoot() {
	e := ct.e
	if ct.snapshot == 0 {
		lower := e.showBase(ct.base)
		slices.Reverse(lower)
		ct.snapshot = e.show(ct.root.Upper(), 0)
		upper := snapshotDir(ct.snapshot)
		work := strings.TrimSuffix(upper, "fs") + "work"
		e.host.Mkdir(work, 0o711)
		ct.root.Options = "lowerdir=" + strings.Join(lower, ":") + ",upperdir=" + upper + ",workdir=" + work
	}
	dir := rootsDir + "/" + ct.id
	if e.host.MkdirAll(dir, 0o710) == nil {
		e.host.Mount(ct.root.FS, dir, 0)
	}
}

// hideRoot takes away what a container that runs has there.
func (ct *container) hideRoot() {
	dir := rootsDir + "/" + ct.id
	ct.e.host.Unmount(dir, true)
	ct.e.host.Rmdir(dir)
}

// forgetLayers takes away the directories of layers that are not unpacked any more.
func (e *Engine) forgetLayers() {
	for _, chain := range sortedDigests(e.shown) {
		if !e.images.Unpacked(image.Digest(strings.TrimSuffix(string(chain), "-init"))) {
			e.hide(e.shown[chain])
			delete(e.shown, chain)
		}
	}
}

func sortedDigests(m map[image.Digest]int) []image.Digest {
	var list []image.Digest
	for d := range m { // any order: sorted below
		list = append(list, d)
	}
	slices.Sort(list)
	return list
}
