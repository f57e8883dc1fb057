package build

import (
	"fmt"

	"dockerlearn/labs/sandbox/image"
)

// Cache is the steps that were done, by what they depend on. The zero Cache is empty and ready.
type Cache struct {
	results map[image.Digest]*image.Layer
	last    map[string]seen // what a line of a Dockerfile came to when it was last built
	bases   map[image.Digest]bool
	sent    map[string]string // what a context's files were when they were last sent
}

// NewCache is empty.
func NewCache() *Cache {
	return &Cache{
		results: map[image.Digest]*image.Layer{}, last: map[string]seen{}, bases: map[image.Digest]bool{},
		sent: map[string]string{},
	}
}

// seen is what a step depended on.
type seen struct{ parent, words, files image.Digest }

func (s seen) key() image.Digest {
	return image.NameDigest(string(s.parent), string(s.words), string(s.files))
}

// Size is what the cached layers take up.
func (c *Cache) Size() int64 {
	n := int64(0)
	for _, l := range c.results { // any order: a sum
		n += l.Usage()
	}
	return n
}

// Prune forgets the steps, and returns what they took up. Without all it keeps those that used reports.
func (c *Cache) Prune(all bool, used func(*image.Layer) bool) (freed int64) {
	for key, l := range c.results { // any order: a sum
		if all || !used(l) {
			freed += l.Usage()
			delete(c.results, key)
		}
	}
	return freed
}

// why says why a step is not in the cache. at is its place in the Dockerfile.
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
