package build

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/image"
)

// Cache is what a builder remembers: the steps that were done, by what they depend on, and the directories of
// --mount=type=cache.
type Cache struct {
	results map[image.Digest]*cachedLayer
	last    map[string]image.Digest // the key of a line of a Dockerfile when it was last built
	bases   map[image.Digest]*cachedBase
	sent    map[string]string // what a context's files were when they were last sent
	sources map[string]*cachedSource
	mounts  map[string]*cacheMount
	made    int // how many layers were ever kept
}

// NewCache is empty.
func NewCache() *Cache {
	return &Cache{
		results: map[image.Digest]*cachedLayer{}, last: map[string]image.Digest{}, bases: map[image.Digest]*cachedBase{},
		sent: map[string]string{}, sources: map[string]*cachedSource{}, mounts: map[string]*cacheMount{},
	}
}

// cachedLayer is what a step came to.
type cachedLayer struct {
	was       seen
	layer     *image.Layer
	number    int // layers that were made later have higher ones
	name      string
	made, hot time.Time
	hits      int
}

func (l *cachedLayer) hit(now time.Time) { l.hits, l.hot = l.hits+1, now }

func (c *Cache) keep(was seen, layer *image.Layer, name string, now time.Time) *cachedLayer {
	c.made++
	l := &cachedLayer{was: was, layer: layer, number: c.made, name: name, made: now, hot: now, hits: 1}
	c.results[was.key()] = l
	return l
}

// cachedBase is an image that steps lie on.
type cachedBase struct {
	name       string
	layers     []*image.Layer
	made, used time.Time
	uses       int
	release    func() // lets go of what was fetched for builds alone; nil: nothing was
}

// holds is what lets go of an image that was fetched for builds alone; nil: there is no such image.
func (c *Cache) holds(i *image.Image) (release func()) {
	if b := c.bases[i.Target.Digest]; b != nil {
		return b.release
	}
	return nil
}

// base notes that an image is used.
func (c *Cache) base(i *image.Image, name string, now time.Time) *cachedBase {
	b := c.bases[i.Target.Digest]
	if b == nil {
		b = &cachedBase{name: name, layers: i.Layers, made: now}
		c.bases[i.Target.Digest] = b
	}
	b.used, b.uses = now, b.uses+1
	return b
}

// cachedSource is what was sent of a context, by what it was sent for and where it lay.
type cachedSource struct {
	bytes      int64
	made, used time.Time
	uses       int
}

// source notes that files were sent. They take up whole blocks, and so does their directory.
func (c *Cache) source(name string, content int64, now time.Time) {
	s := c.sources[name]
	if s == nil {
		s = &cachedSource{made: now}
		c.sources[name] = s
	}
	const block = 4096
	s.bytes = block + (content+block-1)/block*block
	s.used, s.uses = now, s.uses+1
}

// What a builder remembers at most. The original bounds it by the space that it takes up. buildkit:
// docs/buildkitd.toml.md, gcpolicy
const (
	maxLayers = 500
	maxNotes  = 100_000 // of other things, each of a few bytes
)

// collect forgets the steps that were used longest ago if there are too many, and names them.
func (c *Cache) collect() []string {
	var gone []string
	for len(c.results) > maxLayers {
		old := slices.MinFunc(c.layers(), func(a, b *cachedLayer) int {
			return cmp.Or(a.hot.Compare(b.hot), cmp.Compare(a.number, b.number))
		})
		gone = append(gone, old.name)
		delete(c.results, old.was.key())
	}
	if len(c.sent) > maxNotes {
		clear(c.sent)
	}
	if len(c.last) > maxNotes {
		clear(c.last)
	}
	if len(c.sources) > maxLayers {
		clear(c.sources)
	}
	return gone
}

// seen is what a step depended on.
type seen struct {
	parent, words image.Digest
	files         []fileMark
}

// fileMark is what counts of a file.
type fileMark struct {
	path   string
	digest image.Digest
}

func (s seen) key() image.Digest {
	words := []string{string(s.parent), string(s.words)}
	for _, f := range s.files {
		words = append(words, f.path, string(f.digest))
	}
	return image.NameDigest(words...)
}

// addFiles adds what is copied, or mounted.
func (s *seen) addFiles(t *tree, c *copying) error {
	files, err := t.files(c)
	s.files = append(s.files, files...)
	return err
}

// Record is one thing that a builder remembers.
type Record struct {
	ID          string
	Kind        string // "regular", "source.local" or "exec.cachemount"
	Description string
	Size        int64
	Made, Used  time.Time
	Uses        int
	Shared      bool // an image has the layer, too
	InUse       bool
}

// Records lists what is remembered. used tells which layers images have.
func (c *Cache) Records(used func(*image.Layer) bool) []Record {
	list := c.baseRecords(used)
	for _, l := range c.layers() {
		list = append(list, Record{
			ID: recordID("cache", fmt.Sprint(l.number), string(l.layer.DiffID)), Kind: "regular",
			Description: "mount / from exec " + l.name, Size: l.layer.Usage() + l.layer.Descriptor.Size,
			Made: l.made, Used: l.hot, Uses: l.hits, Shared: used(l.layer),
		})
	}
	for _, name := range sortedKeys(c.sources) {
		s := c.sources[name]
		list = append(list, Record{
			ID: recordID("source", name), Kind: "source.local", Description: "local source for " + name,
			Size: s.bytes, Made: s.made, Used: s.used, Uses: s.uses,
		})
	}
	for _, name := range sortedKeys(c.mounts) {
		m := c.mounts[name]
		bytes, _ := m.fs.Used()
		list = append(list, Record{
			ID: recordID("mount", name), Kind: "exec.cachemount", Description: "cached mount " + name,
			Size: bytes, Made: m.made, Used: m.used, Uses: m.uses, InUse: m.users > 0,
		})
	}
	return list
}

// baseRecords are the layers that steps lie on. What is unpacked of them is the image store's.
func (c *Cache) baseRecords(used func(*image.Layer) bool) []Record {
	var list []Record
	for _, digest := range slices.Sorted(maps.Keys(c.bases)) {
		base := c.bases[digest]
		for n, l := range base.layers {
			list = append(list, Record{
				ID: recordID("base", string(digest), fmt.Sprint(n)), Kind: "regular",
				Description: "pulled from " + base.name, Size: l.Descriptor.Size, Made: base.made, Used: base.used,
				Uses: base.uses, Shared: used(l),
			})
		}
	}
	return list
}

// recordID is a name as BuildKit gives them: 25 small letters and digits. buildkit: identity/randomid.go
func recordID(words ...string) string {
	n, _ := new(big.Int).SetString(image.NameDigest(words...).Hex(), 16) // it is one
	return fmt.Sprintf("%025s", n.Text(36))[:25]
}

// layers are the layers, the newest first.
func (c *Cache) layers() []*cachedLayer {
	newer := func(a, b *cachedLayer) int { return cmp.Compare(b.number, a.number) }
	return slices.SortedFunc(maps.Values(c.results), newer)
}

// Prune says what is to be forgotten. The zero Prune is what no image has.
type Prune struct {
	All    bool      // also the layers that images have, and what steps lie on
	Before time.Time // only what was used before; zero: whenever
}

func (p Prune) covers(used time.Time) bool { return p.Before.IsZero() || used.Before(p.Before) }

// Prune forgets what nothing uses, and lists it. used tells which layers images have.
func (c *Cache) Prune(p Prune, used func(*image.Layer) bool) []Record {
	gone := NewCache()
	for key, l := range c.results { // any order: each goes its own way
		if p.covers(l.hot) && (p.All || !used(l.layer)) {
			gone.results[key] = l
			delete(c.results, key)
		}
	}
	for name, s := range c.sources { // any order: each goes its own way
		if p.covers(s.used) {
			gone.sources[name] = s
			delete(c.sources, name)
		}
	}
	for name, m := range c.mounts { // any order: each goes its own way
		if m.users == 0 && p.covers(m.used) {
			gone.mounts[name] = m
			delete(c.mounts, name)
		}
	}
	for digest, b := range c.bases { // any order: each goes its own way
		if p.All && p.covers(b.used) {
			gone.bases[digest] = b
			delete(c.bases, digest)
		}
	}
	if p.All && p.Before.IsZero() {
		clear(c.sent)
	}
	records := gone.Records(used)
	gone.free()
	return records
}

// free gives back what was held for builds alone.
func (c *Cache) free() {
	for _, m := range c.mounts { // any order: each is a file system of its own
		m.fs.Destroy()
	}
	for _, b := range c.bases { // any order: each holds its own
		if b.release != nil {
			b.release()
		}
	}
}

// why says why a step is not in the cache: what differs from the step that is most like it. after says that a step
// before it is the reason. at is its place in the Dockerfile.
func (c *Cache) why(at string, now seen, off bool) (text string, after bool) {
	if off {
		return "--no-cache was given", false
	}
	if c.last[at] == now.key() {
		return "its result was pruned", false
	}
	for _, l := range c.layers() {
		was := l.was
		file, changed := changedFile(was.files, now.files)
		switch words, parent := was.words == now.words, was.parent == now.parent; {
		case words && parent:
			return "the files that it takes changed: " + file, false
		case words && !changed:
			return "what it lies on changed", true
		case parent && !changed && c.last[at] == was.key():
			return "its instruction, or a variable in it, changed: it was " + l.name, false
		}
	}
	return "no step like it was ever built here", false
}

// changedFile is the first file in which two lists, both in order, differ.
func changedFile(was, now []fileMark) (string, bool) {
	for n := range max(len(was), len(now)) {
		switch {
		case n >= len(was):
			return now[n].path + " is new", true
		case n >= len(now):
			return was[n].path + " is gone", true
		case was[n] == now[n]:
		case was[n].path == now[n].path:
			return now[n].path, true
		case was[n].path < now[n].path:
			return was[n].path + " is gone", true
		default:
			return now[n].path + " is new", true
		}
	}
	return "", false
}

// place names a step of a Dockerfile.
func place(name string, stage, index int) string {
	return fmt.Sprintf("%s stage %d step %d", name, stage, index)
}
