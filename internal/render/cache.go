package render

import (
	"container/list"
	"sync"

	"dockerlearn/internal/mdoc"
)

// Cache keeps drawn pages, the most recently used first, up to a number of bytes. The zero Cache is ready and keeps
// DefaultCacheSize. It may be used from many goroutines.
type Cache struct {
	Size int // bytes of text to keep; 0 means DefaultCacheSize; not to be changed after the first use

	mu    sync.Mutex
	pages map[cacheKey]*list.Element
	order list.List // of *cached, the most recently used first
	used  int
}

// DefaultCacheSize holds about a thousand screens.
const DefaultCacheSize = 4 << 20

type cacheKey struct {
	id  string
	opt Options
}

type cached struct {
	key  cacheKey
	page Page
	size int
}

// Render returns the page of a fragment as Render draws it. The id stands for the fragment: the same id must always
// come with the same fragment, in each language.
func (c *Cache) Render(id string, f mdoc.Fragment, o Options) Page {
	key := cacheKey{id, o.withDefaults()}
	if page, ok := c.get(key); ok {
		return page
	}
	page := Render(f, o) // outside the lock: two that miss at once draw the same page
	c.put(key, page)
	return page
}

func (c *Cache) get(key cacheKey) (Page, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.pages[key]
	if !ok {
		return Page{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).page, true
}

func (c *Cache) put(key cacheKey, page Page) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.pages[key]; ok {
		return
	}
	if c.pages == nil {
		c.pages = make(map[cacheKey]*list.Element)
	}
	entry := &cached{key, page, page.bytes()}
	c.pages[key] = c.order.PushFront(entry)
	c.used += entry.size
	limit := c.Size
	if limit == 0 {
		limit = DefaultCacheSize
	}
	for c.used > limit {
		c.dropLast()
	}
}

func (c *Cache) dropLast() {
	last := c.order.Back()
	entry := c.order.Remove(last).(*cached)
	delete(c.pages, entry.key)
	c.used -= entry.size
}

// bytes estimates what a page occupies.
func (p Page) bytes() int {
	const header = 32 // a string or a small struct
	n := 4 * header
	for _, l := range p.Lines {
		n += len(l) + header
	}
	for _, b := range p.Blocks {
		n += len(b.Text) + len(b.Commands) + 3*header
	}
	for _, a := range p.Anchors {
		n += len(a.Text) + 2*header
	}
	return n
}
