package vfs

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
)

// Image is a chain of layers as containers see it: merged once, so that looking a name up costs the same whatever the
// number of layers. Images share what they have in common. The zero Image has no layers.
type Image struct {
	layers []*Layer // the lowest first
	base   map[*Layer]Ino
	root   *inode
	next   Ino // numbers above are free
	chain  Digest
}

// Layers are the image's layers, the lowest first.
func (m *Image) Layers() []*Layer { return slices.Clone(m.layers) }

// Chain names the sequence of layers: equal chains, equal images.
func (m *Image) Chain() Digest { return m.chain }

// Size is the sum of the layers' sizes.
func (m *Image) Size() int64 {
	var n int64
	for _, l := range m.Layers() {
		n += l.size
	}
	return n
}

// position is where a layer is: 1 is the lowest, 0 is nowhere.
func (m *Image) position(l *Layer) int {
	for i := len(m.layers) - 1; i >= 0; i-- {
		if m.layers[i] == l {
			return i + 1
		}
	}
	return 0
}

// emptyRootIno is the number of the root directory of an image without layers.
const emptyRootIno = 1

// top is the merged root.
func (m *Image) top() *inode {
	if m.root == nil {
		i := emptyDir()
		i.ino, i.nlink = emptyRootIno, 2
		return i
	}
	return m.root
}

// With is the image with one more layer on top. It costs what the layer has in common with the image, not what
// either of them has.
func (m *Image) With(l *Layer) *Image {
	n := &Image{layers: append(slices.Clip(slices.Clone(m.layers)), l), base: maps.Clone(m.base), next: m.next}
	if n.base == nil {
		n.base = map[*Layer]Ino{}
		n.next = emptyRootIno
	}
	if _, ok := n.base[l]; !ok {
		n.base[l] = n.next
		n.next += Ino(l.inodes)
	}
	sum := sha256.Sum256([]byte(string(m.chain) + " " + string(l.digest)))
	n.chain = Digest("sha256:" + hex.EncodeToString(sum[:]))
	if m.root == nil {
		n.root = withoutWhiteouts(l.root)
	} else {
		n.root = merge(m.root, l.root)
	}
	return n
}

// merge lays a layer over a merged tree. Neither is changed; what only one of them has is shared.
func merge(below, above *inode) *inode {
	type pair struct{ out, above *inode }
	root := mergedDir(below, above)
	todo := []pair{{root, above}}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for name, i := range p.above.dir.all() {
			old, ok := p.out.dir.get(name)
			switch {
			case i.isWhiteout():
				p.out.dir.remove(name)
			case ok && old.Mode.IsDir() && i.Mode.IsDir() && !i.opaque:
				m := mergedDir(old, i)
				p.out.dir.set(name, m)
				todo = append(todo, pair{m, i})
			default:
				p.out.dir.set(name, withoutWhiteouts(i))
			}
		}
	}
	return root
}

// mergedDir is a directory that looks like the upper one, with the lower one's names in it. Linux does not count the
// links of such a directory.
func mergedDir(below, above *inode) *inode {
	d := *above
	d.merged, d.whites, d.opaque, d.nlink = true, false, false, 1
	if d.dir = below.dir.fork(); d.dir == nil {
		d.dir = newDir()
	}
	return &d
}

// withoutWhiteouts is a tree that has nothing below itself: what its whiteouts would hide is not there.
func withoutWhiteouts(i *inode) *inode {
	if !i.whites {
		return i
	}
	bare := func(i *inode) *inode {
		d := *i
		d.whites, d.dir = false, newDir()
		return &d
	}
	type pair struct{ out, from *inode }
	root := bare(i)
	todo := []pair{{root, i}}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for name, k := range p.from.dir.all() {
			switch {
			case k.isWhiteout():
				continue
			case k.whites:
				d := bare(k)
				todo = append(todo, pair{d, k})
				k = d
			}
			p.out.dir.set(name, k)
		}
	}
	return root
}

// ImageFS is an image to look at, as if it were mounted read-only.
func (d *Disk) ImageFS(m *Image, label string) *FS {
	f := &FS{Type: "overlay", Source: "overlay", Label: label, disk: d, quota: &d.quota, image: m, dev: d.newNoDev()}
	f.seal(m.top())
	return f
}

// LayerFS is a layer to look at as it lies on disk: whiteouts are devices with the number 0.
func (d *Disk) LayerFS(l *Layer, label string) *FS {
	f := &FS{Type: "ext4", Source: label, Label: label, disk: d, quota: &d.quota, dev: d.newNoDev()}
	f.seal(l.root)
	return f
}

func (f *FS) seal(root *inode) {
	f.kind = kindSealed
	f.root = &node{fs: f, lo: root}
	f.root.parent = f.root
}

// Where is what supplies a file.
type Where struct {
	FS    *FS
	Path  string // in FS
	Layer *Layer // nil: the upper, or a file system without layers
	Level int    // Layer's place in the image: 1 is the lowest
}

// Where says what supplies the file that a path leads to; a link at its end is not followed.
func (v *View) Where(path string) (Where, error) {
	v.call = "where"
	s, r := v.lookup(path, false)
	if r != nil {
		return Where{}, v.answer(r, path)
	}
	w := Where{FS: s.n.fs, Path: s.n.path(), Level: s.n.layer()}
	if w.Level > 0 {
		w.Layer = s.n.lo.of
	}
	return w, nil
}
