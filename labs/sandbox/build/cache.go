package build

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/image"
)

// Cache is what a builder remembers: the steps that were done, by what they depend on, and the directories of
// --mount=type=cache.
type Cache struct {
	results map[image.Digest]*cachedLayer
	last    map[string]seen // what a line of a Dockerfile came to when it was last built
	bases   map[image.Digest]bool
	sent    map[string]string // what a context's files were when they were last sent
	mounts  map[string]*cacheMount
	made    int // how many layers were ever kept
}

// NewCache is empty.
func NewCache() *Cache {
	return &Cache{
		results: map[image.Digest]*cachedLayer{}, last: map[string]seen{}, bases: map[image.Digest]bool{},
		sent: map[string]string{}, mounts: map[string]*cacheMount{},
	}
}

// cachedLayer is what a step came to.
type cachedLayer struct {
	layer     *image.Layer
	number    int // layers that were made later have higher ones
	name      string
	made, hot time.Time
	hits      int
}

func (l *cachedLayer) hit(now time.Time) { l.hits, l.hot = l.hits+1, now }

func (c *Cache) keep(key image.Digest, layer *image.Layer, name string, now time.Time) *cachedLayer {
	c.made++
	l := &cachedLayer{layer: layer, number: c.made, name: name, made: now, hot: now, hits: 1}
	c.results[key] = l
	return l
}

// seen is what a step depended on.
type seen struct{ parent, words, files image.Digest }

func (s seen) key() image.Digest {
	return image.NameDigest(string(s.parent), string(s.words), string(s.files))
}

// Record is one thing that a builder remembers.
type Record struct {
	ID          string
	Kind        string // "regular" or "exec.cachemount"
	Description string
	Size        int64
	Made, Used  time.Time
	Uses        int
	Shared      bool // an image has the layer, too
	InUse       bool
}

// Records lists what is remembered, the newest first. used tells which layers images have.
func (c *Cache) Records(used func(*image.Layer) bool) []Record {
	var list []Record
	for _, l := range c.layers() {
		list = append(list, Record{
			ID: image.NameDigest("cache", fmt.Sprint(l.number), string(l.layer.DiffID)).Hex()[:25], Kind: "regular",
			Description: "mount / from exec " + l.name, Size: l.layer.Usage(), Made: l.made, Used: l.hot, Uses: l.hits,
			Shared: used(l.layer),
		})
	}
	for _, name := range sortedKeys(c.mounts) {
		m := c.mounts[name]
		bytes, _ := m.fs.Used()
		list = append(list, Record{
			ID: image.NameDigest("mount", name).Hex()[:25], Kind: "exec.cachemount",
			Description: "cached mount " + name, Size: bytes, Made: m.made, Used: m.used, Uses: m.uses, InUse: m.users > 0,
		})
	}
	return list
}

// layers are the layers, the newest first.
func (c *Cache) layers() []*cachedLayer {
	return slices.SortedFunc(maps.Values(c.results), func(a, b *cachedLayer) int { return cmp.Compare(b.number, a.number) })
}

// Prune forgets what nothing uses, and lists it. Without all it keeps the layers that images have.
func (c *Cache) Prune(all bool, used func(*image.Layer) bool) []Record {
	var gone []Record
	left := &Cache{results: map[image.Digest]*cachedLayer{}, mounts: map[string]*cacheMount{}}
	drop := &Cache{results: map[image.Digest]*cachedLayer{}, mounts: map[string]*cacheMount{}}
	for key, l := range c.results { // any order: each goes its own way
		if all || !used(l.layer) {
			drop.results[key] = l
		} else {
			left.results[key] = l
		}
	}
	for name, m := range c.mounts { // any order: each goes its own way
		if m.users > 0 {
			left.mounts[name] = m
		} else {
			drop.mounts[name] = m
		}
	}
	gone = drop.Records(used)
	for _, m := range drop.mounts { // any order: each is a file system of its own
		m.fs.Destroy()
	}
	c.results, c.mounts = left.results, left.mounts
	if all {
		c.bases, c.sent = map[image.Digest]bool{}, map[string]string{}
	}
	return gone
}

// why says why a step is not in the cache: what differs from when the same line was last built. at is its place in the
// Dockerfile.
func (c *Cache) why(at string, now seen, off bool) string {
	before, known := c.last[at]
	switch {
	case off:
		return "--no-cache was given"
	case !known:
		return "no step like it was ever built here"
	case before.words != now.words:
		return "its instruction, or a variable in it, changed"
	case before.files != now.files:
		return "the files that it copies changed"
	case before.parent != now.parent:
		return "a step before it was built anew"
	}
	return "its result was pruned"
}

// place names a step of a Dockerfile.
func place(name string, stage, index int) string {
	return fmt.Sprintf("%s stage %d step %d", name, stage, index)
}
