package vfs

import (
	"cmp"
	"iter"
	"slices"
)

// chunkMax is how many entries of a table are copied for one change to a shared one.
const chunkMax = 64

// table is a sorted map that can be forked in no time: two forks share chunks until one of them writes. Directories
// and the pages of files are tables. A btree.Map of tidwall/btree would do, but its Copy writes to the map it copies,
// and layers are shared between worlds that know nothing of each other.
type table[K cmp.Ordered, V any] struct {
	chunks []*chunk[K, V]
	size   int
	owner  *owner
}

// chunk is a run of entries. Only the table with the same owner may change it.
type chunk[K cmp.Ordered, V any] struct {
	owner *owner
	ents  []entry[K, V]
}

type entry[K cmp.Ordered, V any] struct {
	key K
	val V
}

// owner is an identity. It has a size, so that two are never at one address.
type owner struct{ _ byte }

// find is the chunk and the place in it where key is or belongs.
func (t *table[K, V]) find(key K) (c, i int, ok bool) {
	lo, hi := 0, len(t.chunks)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if t.chunks[mid].ents[0].key <= key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return 0, 0, false
	}
	ents := t.chunks[lo-1].ents
	a, b := 0, len(ents)
	for a < b {
		mid := int(uint(a+b) >> 1)
		if ents[mid].key < key {
			a = mid + 1
		} else {
			b = mid
		}
	}
	return lo - 1, a, a < len(ents) && ents[a].key == key
}

func (t *table[K, V]) len() int {
	if t == nil {
		return 0
	}
	return t.size
}

func (t *table[K, V]) get(key K) (v V, ok bool) {
	if t == nil || t.size == 0 {
		return v, false
	}
	c, i, ok := t.find(key)
	if !ok {
		return v, false
	}
	return t.chunks[c].ents[i].val, true
}

// floor is the entry with the greatest key that is not above key.
func (t *table[K, V]) floor(key K) (at K, v V, ok bool) {
	if t.len() == 0 || t.chunks[0].ents[0].key > key {
		return at, v, false
	}
	c, i, ok := t.find(key)
	if !ok {
		i--
	}
	e := t.chunks[c].ents[i]
	return e.key, e.val, true
}

// ceiling is the entry with the least key that is not below key.
func (t *table[K, V]) ceiling(key K) (at K, v V, ok bool) {
	if t.len() == 0 {
		return at, v, false
	}
	c, i, _ := t.find(key)
	if i == len(t.chunks[c].ents) {
		if c, i = c+1, 0; c == len(t.chunks) {
			return at, v, false
		}
	}
	e := t.chunks[c].ents[i]
	return e.key, e.val, true
}

func (t *table[K, V]) set(key K, val V) {
	if len(t.chunks) == 0 {
		t.chunks = append(t.chunks, &chunk[K, V]{t.owner, []entry[K, V]{{key, val}}})
		t.size = 1
		return
	}
	c, i, ok := t.find(key)
	own := t.own(c)
	if ok {
		own.ents[i].val = val
		return
	}
	t.size++
	if len(own.ents) < chunkMax {
		own.ents = slices.Insert(own.ents, i, entry[K, V]{key, val})
		return
	}
	if c == len(t.chunks)-1 && i == chunkMax { // in order: leave full chunks behind
		t.chunks = append(t.chunks, &chunk[K, V]{t.owner, []entry[K, V]{{key, val}}})
		return
	}
	const half = chunkMax / 2
	right := &chunk[K, V]{t.owner, slices.Clone(own.ents[half:])}
	clear(own.ents[half:])
	own.ents = own.ents[:half]
	if i > half {
		right.ents = slices.Insert(right.ents, i-half, entry[K, V]{key, val})
	} else {
		own.ents = slices.Insert(own.ents, i, entry[K, V]{key, val})
	}
	t.chunks = slices.Insert(t.chunks, c+1, right)
}

func (t *table[K, V]) remove(key K) (v V, ok bool) {
	if t.len() == 0 {
		return v, false
	}
	c, i, ok := t.find(key)
	if !ok {
		return v, false
	}
	own := t.own(c)
	v = own.ents[i].val
	own.ents = slices.Delete(own.ents, i, i+1)
	if t.size--; len(own.ents) == 0 {
		t.chunks = slices.Delete(t.chunks, c, c+1)
	}
	return v, true
}

// own makes a chunk the table's own.
func (t *table[K, V]) own(c int) *chunk[K, V] {
	ch := t.chunks[c]
	if ch.owner != t.owner {
		ch = &chunk[K, V]{t.owner, slices.Clone(ch.ents)}
		t.chunks[c] = ch
	}
	return ch
}

// fork is a table with the same entries that can be changed on its own. The one that is forked is not written to; if
// it is to be changed later, disown it first.
func (t *table[K, V]) fork() *table[K, V] {
	if t == nil {
		return nil
	}
	return &table[K, V]{slices.Clone(t.chunks), t.size, new(owner)}
}

// disown makes the table treat its chunks as shared from now on.
func (t *table[K, V]) disown() {
	if t != nil {
		t.owner = new(owner)
	}
}

// all walks the entries in order. The table must not change meanwhile.
func (t *table[K, V]) all() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if t == nil {
			return
		}
		for _, c := range t.chunks {
			for i := range c.ents {
				if !yield(c.ents[i].key, c.ents[i].val) {
					return
				}
			}
		}
	}
}
