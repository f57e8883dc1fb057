package vfs

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A table is a sorted map, and a fork of it goes its own way.
func TestTableIsASortedMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tables := []*table[int64, int]{{owner: new(owner)}}
		models := []map[int64]int{{}}
		for step := range rapid.IntRange(1, 300).Draw(t, "steps") {
			i := rapid.IntRange(0, len(tables)-1).Draw(t, "which")
			tb, m := tables[i], models[i]
			k := rapid.Int64Range(0, 200).Draw(t, "key")
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0, 1, 2, 3, 4, 5:
				tb.set(k, step)
				m[k] = step
			case 6, 7:
				v, ok := tb.remove(k)
				if want, there := m[k]; ok != there || v != want {
					t.Fatalf("remove %d: %d %v", k, v, ok)
				}
				delete(m, k)
			case 8:
				for k := range rapid.Int64Range(0, 200).Draw(t, "many") {
					tb.set(k, step)
					m[k] = step
				}
			case 9:
				if len(tables) < 5 {
					tables, models = append(tables, tb.fork()), append(models, maps.Clone(m))
					tb.disown()
				}
			}
			checkNeighbours(t, tb, m, k)
		}
		for i, tb := range tables {
			checkTable(t, tb, models[i])
		}
	})
}

func checkTable(t *rapid.T, tb *table[int64, int], m map[int64]int) {
	keys := slices.Sorted(maps.Keys(m))
	if tb.len() != len(keys) {
		t.Fatalf("%d entries, not %d", tb.len(), len(keys))
	}
	at := 0
	for k, v := range tb.all() {
		if k != keys[at] || v != m[k] {
			t.Fatalf("entry %d is %d: %d", at, k, v)
		}
		at++
	}
	for _, c := range tb.chunks {
		if len(c.ents) == 0 || len(c.ents) > chunkMax {
			t.Fatalf("a chunk of %d", len(c.ents))
		}
	}
}

func checkNeighbours(t *rapid.T, tb *table[int64, int], m map[int64]int, k int64) {
	below, above := int64(-1), int64(1<<40)
	for x := range m {
		if x <= k {
			below = max(below, x)
		}
		if x >= k {
			above = min(above, x)
		}
	}
	if at, _, ok := tb.floor(k); ok != (below >= 0) || ok && at != below {
		t.Fatalf("floor of %d: %d %v, not %d", k, at, ok, below)
	}
	if at, _, ok := tb.ceiling(k); ok != (above < 1<<40) || ok && at != above {
		t.Fatalf("ceiling of %d: %d %v, not %d", k, at, ok, above)
	}
}
