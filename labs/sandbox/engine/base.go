package engine

import (
	"path"
	"strings"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// base is what containers of an image lie over: the image's files, and a layer with what every container finds, so
// that docker diff does not show it. moby: daemon/initlayer/setup_unix.go
type base struct {
	files *vfs.Image
	usage int64 // of all layers, in bytes on disk

	layers []baseLayer // the lowest first
}

// initEntries are what is made where the image has nothing of the name.
var initEntries = []vfs.Entry{
	{Path: ".dockerenv", Mode: vfs.S_IFREG | 0o755},
	{Path: "dev/console", Mode: vfs.S_IFREG | 0o755},
	{Path: "dev/pts", Mode: vfs.S_IFDIR | 0o755},
	{Path: "dev/shm", Mode: vfs.S_IFDIR | 0o755},
	{Path: "etc/hostname", Mode: vfs.S_IFREG | 0o755},
	{Path: "etc/hosts", Mode: vfs.S_IFREG | 0o755},
	{Path: "etc/mtab", Mode: vfs.S_IFLNK | 0o777, Target: "/proc/mounts"},
	{Path: "etc/resolv.conf", Mode: vfs.S_IFREG | 0o755},
	{Path: "proc", Mode: vfs.S_IFDIR | 0o755},
	{Path: "sys", Mode: vfs.S_IFDIR | 0o755},
}

// baseOf unpacks an image, once.
func (e *Engine) baseOf(i *image.Image) (*base, error) {
	chain := image.Digest("")
	if ids := i.Chain(); len(ids) > 0 {
		chain = ids[len(ids)-1]
	}
	if b := e.bases[chain]; b != nil && (chain == "" || e.images.Unpacked(chain)) {
		return b, nil
	}
	files, err := e.images.Unpack(i)
	if err != nil {
		return nil, refusal(err)
	}
	extra := e.initLayer(files)
	b := &base{files: files.With(extra), layers: baseLayers(i, extra)}
	for _, l := range append(i.Layers, image.NewLayer(extra)) {
		b.usage += l.Usage()
	}
	e.bases[chain] = b
	return b, nil
}

// initLayer is what the image lacks of initEntries, with the directories on the way as the image has them.
func (e *Engine) initLayer(files *vfs.Image) *vfs.Layer {
	v := vfs.NewMounts(e.disk.ImageFS(files, "init"), vfs.MS_RDONLY).View(vfs.Root())
	b := vfs.NewBuilder()
	now := e.now().UnixNano()
	made := map[string]bool{}
	for _, entry := range initEntries {
		if _, err := v.Lstat("/" + entry.Path); err == nil {
			continue
		}
		if dir := path.Dir(entry.Path); dir != "." && !made[dir] {
			made[dir] = true
			b.Add(dirLike(v, dir))
		}
		entry.Mtime = now
		b.Add(entry) // clean paths below directories: nothing to refuse
	}
	root := dirLike(v, "")
	b.Add(root)
	return b.Layer()
}

// dirLike is a directory as the image has it, or a new one.
func dirLike(v *vfs.View, dir string) vfs.Entry {
	st, err := v.Stat("/" + strings.TrimPrefix(dir, "/"))
	if err != nil || !st.IsDir() {
		return vfs.Entry{Path: dir, Mode: vfs.S_IFDIR | 0o755}
	}
	return vfs.Entry{Path: dir, Mode: st.Mode, UID: st.UID, GID: st.GID, Mtime: st.Mtime}
}
