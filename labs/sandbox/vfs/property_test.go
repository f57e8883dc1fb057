package vfs_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/vfs"
)

// Whatever is done to a container, four things are so at any time: docker diff is what comparing both trees finds; the
// disk is charged what a walk over the upper counts; a sealed upper, taken apart and put together again, is the same
// layer; and the image with that layer is what the container shows.
func TestContainersStayTrue(t *testing.T) {
	sequences := 150
	if testing.Short() {
		sequences = 20
	}
	for seed := range sequences {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		m := newModel()
		before := ""
		for n, o := range randomOps(r, 60) {
			o = m.resolveOp(o, before)
			before = o.P
			m.do(o)
			if n%6 != 5 {
				continue
			}
			m.checkAll(t, fmt.Sprintf("seed %d, operation %d, %v", seed, n, o))
			if t.Failed() {
				return
			}
		}
	}
}

func (m *model) checkAll(t *testing.T, when string) {
	if d := difference(m.slowChanges(), m.changes()); d != "" {
		t.Errorf("%s: docker diff:\n%s", when, d)
	}
	layer := m.c.Seal()
	if got := rebuilt(t, layer); got.Digest() != layer.Digest() {
		t.Errorf("%s: the layer that was put together is another one", when)
	}
	image := m.c.Image().With(layer)
	if d := difference(naive(image), imageNames(m.disk, image)); d != "" {
		t.Errorf("%s: merged image:\n%s", when, d)
	}
	m.closeAll()
	bytes, inodes := m.c.Used()
	if b, i := m.count(); b != bytes || i != inodes {
		t.Errorf("%s: charged %d bytes and %d inodes, there are %d and %d", when, bytes, inodes, b, i)
	}
}

// When everything is removed and closed, everything is given back: disk, inodes, memory.
func TestNothingIsHeldInTheEnd(t *testing.T) {
	for seed := range 60 {
		m := newModel()
		budget := &meter{limit: 1 << 40}
		m.disk = vfs.NewDisk(vfs.Config{Memory: budget})
		m.start(imageOf(layer(t, "a", "b/", "b/c", "b/d/", "d -> b", "e/", "e/f")))
		held, before := budget.used, ""
		for _, o := range randomOps(rand.New(rand.NewPCG(uint64(seed), 3)), 120) {
			if o.K == "rotate" {
				continue
			}
			o = m.resolveOp(o, before)
			before = o.P
			m.do(o)
		}
		m.closeAll()
		m.v.SetCred(vfs.Root())
		for _, e := range must(m.v.ReadDir("/")) {
			m.removeTree("/" + e.Name)
		}
		for _, x := range must(m.v.Listxattr("/")) {
			ok(t, m.v.Removexattr("/", x))
		}
		bytes, inodes := m.c.Used()
		if budget.used != held || bytes != vfs.BlockSize || inodes != 1 {
			t.Fatalf("seed %d: %d bytes of memory, %d of disk, %d inodes", seed, budget.used-held, bytes, inodes)
		}
	}
}

// Worlds share images and know nothing of each other: the same sequence in each of them gives the same trees, errors
// and numbers, also when they run at the same time.
func TestWorldsShareImages(t *testing.T) {
	first := newModel()
	before := ""
	for _, o := range randomOps(rand.New(rand.NewPCG(1, 1)), 200) {
		o = first.resolveOp(o, before)
		before = o.P
		first.do(o)
	}
	first.do(op{K: "rotate"})
	image := first.c.Image()
	results := make(chan string)
	const worlds = 4
	for range worlds {
		go func() { results <- life(image) }()
	}
	want := <-results
	for range worlds - 1 {
		if got := <-results; got != want {
			t.Errorf("two worlds differ:\n%s\n%s", want, got)
		}
	}
}

// life is everything that can be seen of a container in which a sequence ran.
func life(image *vfs.Image) string {
	m := newModel()
	m.start(image)
	var out []string
	before := ""
	for _, o := range randomOps(rand.New(rand.NewPCG(2, 2)), 200) {
		o = m.resolveOp(o, before)
		before = o.P
		errno, answer := m.do(o)
		out = append(out, o.String()+" "+errno.Name()+" "+answer)
	}
	out = append(append(out, m.merged()...), m.upper()...)
	for p, s := range m.times() {
		out = append(out, fmt.Sprint(p, " ", s))
	}
	slices.Sort(out)
	return strings.Join(append(out, string(m.c.Seal().Digest())), "\n")
}

func difference(want, got []string) string {
	var out []string
	for _, l := range want {
		if !slices.Contains(got, l) {
			out = append(out, "  missing: "+l)
		}
	}
	for _, l := range got {
		if !slices.Contains(want, l) {
			out = append(out, "  too much: "+l)
		}
	}
	return strings.Join(out, "\n")
}

// rebuilt is a layer made of a layer's entries.
func rebuilt(t *testing.T, l *vfs.Layer) *vfs.Layer {
	b := vfs.NewBuilder()
	for e := range l.Entries() {
		if err := b.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	return b.Layer()
}

// naive lays the layers of an image over each other, name by name.
func naive(m *vfs.Image) []string {
	all := map[string]vfs.Mode{"": vfs.S_IFDIR}
	hide := func(path string, itself bool) {
		for p := range all {
			if itself && p == path || strings.HasPrefix(p, path+"/") {
				delete(all, p)
			}
		}
	}
	for _, l := range m.Layers() {
		for e := range l.Entries() {
			old, there := all[e.Path]
			switch {
			case e.Whiteout:
				hide(e.Path, true)
				continue
			case there && !(old.IsDir() && e.Mode.IsDir()):
				hide(e.Path, true)
			case e.Opaque && e.Path != "":
				hide(e.Path, false)
			}
			all[e.Path] = e.Mode
		}
	}
	var out []string
	for p, mode := range all {
		out = append(out, "/"+p+" "+mode.String())
	}
	return out
}

func imageNames(d *vfs.Disk, m *vfs.Image) []string {
	v := vfs.NewMounts(d.ImageFS(m, ""), 0).View(vfs.Root())
	var out []string
	for p, f := range factsOf(v) {
		out = append(out, p+" "+vfs.Mode(f.mode).String())
	}
	return out
}

// count walks the upper directory.
func (m *model) count() (bytes, inodes int64) {
	v := vfs.NewMounts(m.c.Upper(), 0).View(vfs.Root())
	files := map[vfs.Ino]int64{}
	for p := range factsOf(v) {
		s := must(v.Lstat(p))
		if s.Mode.Type() == vfs.S_IFCHR && s.Rdev == 0 {
			continue // all whiteouts are one inode
		}
		files[s.Ino] = s.Blocks * 512
	}
	for _, b := range slices.Collect(maps.Values(files)) {
		bytes += b
	}
	return bytes, int64(len(files))
}
