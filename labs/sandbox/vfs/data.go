package vfs

import "bytes"

// pageSize is the unit in which files are kept and disk space is given out.
const pageSize = 4096

// data is the content of a regular file: what is left of an immutable base, and over it what was written since. A
// copy shares everything until one of the two is written to, so a copy-up costs us next to nothing.
type data struct {
	size   int64
	base   Blob                // nil is none
	shown  int64               // bytes of the base that still count, from 0
	over   *table[int64, span] // by first page
	pages  int64               // that take up disk space
	memory int64               // bytes that we hold for it
}

// span is what lies over the base from a page on: one page that was written, or a run of pages of one kind.
type span struct {
	pages int64
	kind  runKind
	page  *page // of a runPage
}

// page is up to pageSize bytes; what is missing at its end is zero. Only data whose table has the same owner may
// write to it.
type page struct {
	owner *owner
	bytes []byte
}

// dataOf is a file whose content is b.
func dataOf(b Blob) *data {
	if b == nil || b.Size() == 0 {
		return nil
	}
	if f, ok := b.(frozen); ok { // it stays what it is: holes, and a base with a name
		return f.d.clone()
	}
	return &data{size: b.Size(), base: b, shown: b.Size(), pages: pagesOf(b.Size())}
}

// noPage is behind every page that a file may have.
const noPage = maxSize / pageSize

func pagesOf(size int64) int64 { return (size + pageSize - 1) / pageSize }

// clone is a copy that can be written to on its own. d must not be written to any more, or be frozen.
func (d *data) clone() *data {
	if d == nil {
		return nil
	}
	c := *d
	c.over, c.memory = d.over.fork(), 0
	return &c
}

// freeze makes d copy what it holds before it writes to it.
func (d *data) freeze() {
	if d != nil {
		d.over.disown()
	}
}

// runKind is what a run of bytes is.
type runKind uint8

const (
	runHole runKind = iota // reads as zeros
	runZero                // zeros that take up space
	runBase                // of the base
	runPage                // one page that was written
)

// run is what lies at off, and where it ends. Past everything it is a hole without end.
func (d *data) run(off int64) (kind runKind, p *page, end int64) {
	k := off / pageSize
	at, s, ok := d.over.floor(k)
	if ok && k < at+s.pages {
		return s.kind, s.page, (at + s.pages) * pageSize
	}
	end = int64(1) << 62
	if next, _, ok := d.over.ceiling(k); ok {
		end = next * pageSize
	}
	if last := pagesOf(d.shown) * pageSize; off < last {
		return runBase, nil, min(end, last)
	}
	return runHole, nil, end
}

// readAt fills p with what there is from off on.
func (d *data) readAt(p []byte, off int64) int {
	if d == nil || off >= d.size {
		return 0
	}
	p = p[:min(int64(len(p)), d.size-off)]
	for done := 0; done < len(p); {
		at := off + int64(done)
		kind, pg, end := d.run(at)
		part := p[done:min(int64(len(p)), end-off)]
		n := 0
		switch kind {
		case runBase:
			n = d.base.ReadAt(part[:clampRead(part, d.shown, at)], at)
		case runPage:
			if in := int(at % pageSize); in < len(pg.bytes) {
				n = copy(part, pg.bytes[in:])
			}
		}
		clear(part[n:])
		done += len(part)
	}
	return len(p)
}

// allocated is how many of the pages from..to take up space.
func (d *data) allocated(from, to int64) int64 {
	var n int64
	for k := from; k < to; {
		kind, _, end := d.run(k * pageSize)
		next := min(end/pageSize, to)
		if kind != runHole {
			n += next - k
		}
		k = next
	}
	return n
}

// cut removes what lies over the pages from..to.
func (d *data) cut(from, to int64) {
	if at, s, ok := d.over.floor(from); ok && at < from && at+s.pages > from {
		end := at + s.pages
		d.over.set(at, span{from - at, s.kind, nil})
		if end > to {
			d.over.set(to, span{end - to, s.kind, nil})
		}
	}
	for {
		at, s, ok := d.over.ceiling(from)
		if !ok || at >= to {
			return
		}
		d.over.remove(at)
		if s.page != nil {
			d.forget(s.page)
		} else if end := at + s.pages; end > to {
			d.over.set(to, span{end - to, s.kind, nil})
		}
	}
}

// forget stops counting a page that is not used any more.
func (d *data) forget(p *page) {
	if p.owner == d.over.owner {
		d.memory -= p.memory()
	}
}

// lay puts a run of a kind over pages, joined with one that ends there.
func (d *data) lay(from, pages int64, kind runKind) {
	d.table()
	d.cut(from, from+pages)
	if at, s, ok := d.over.floor(from); ok && s.kind == kind && at+s.pages == from {
		d.over.set(at, span{s.pages + pages, kind, nil})
		return
	}
	d.over.set(from, span{pages, kind, nil})
}

func (d *data) table() {
	if d.over == nil {
		d.over = &table[int64, span]{owner: new(owner)}
	}
}

// writable is page k as something that may be written up to `end`.
func (d *data) writable(k int64, end int) *page {
	d.table()
	kind, p, _ := d.run(k * pageSize)
	if kind == runPage && p.owner == d.over.owner {
		d.memory -= p.memory()
	} else {
		fresh := &page{owner: d.over.owner}
		switch kind {
		case runPage:
			fresh.bytes = append(fresh.bytes, p.bytes...)
		case runBase:
			fresh.bytes = make([]byte, min(pageSize, d.shown-k*pageSize))
			d.base.ReadAt(fresh.bytes, k*pageSize)
		}
		p = fresh
		d.cut(k, k+1)
		d.over.set(k, span{1, runPage, p})
	}
	p.grow(end)
	d.memory += p.memory()
	return p
}

// memory is what we hold for a page.
func (p *page) memory() int64 { return pageMemory + int64(cap(p.bytes)) }

// grow makes a page at least end bytes long.
func (p *page) grow(end int) {
	if end <= len(p.bytes) {
		return
	}
	if end > cap(p.bytes) {
		size := min(pageSize, max(end, 2*cap(p.bytes)))
		p.bytes = append(make([]byte, 0, size), p.bytes...)
	}
	old := len(p.bytes)
	p.bytes = p.bytes[:end]
	clear(p.bytes[old:])
}

// writePage writes b, which ends within the page of off.
func (d *data) writePage(b []byte, off int64) {
	in := int(off % pageSize)
	p := d.writable(off/pageSize, in+len(b))
	copy(p.bytes[in:], b)
	d.size = max(d.size, off+int64(len(b)))
}

// zeroPages is how many whole pages at the beginning of b are zero.
func zeroPages(b []byte) int64 {
	n := int64(0)
	for ; len(b) >= pageSize && allZero(b[:pageSize]); b = b[pageSize:] {
		n++
	}
	return n
}

// allZero compares b with itself, moved by one: memcmp is fast.
func allZero(b []byte) bool { return len(b) == 0 || b[0] == 0 && bytes.Equal(b[1:], b[:len(b)-1]) }

// truncate changes the size. What is cut off is gone, and with it what was allocated behind the end; what is added is a
// hole. Linux: fs/ext4/inode.c, ext4_setattr.
func (d *data) truncate(size int64) {
	if size <= d.size {
		last := pagesOf(size)
		d.pages -= d.allocated(last, noPage)
		d.cut(last, noPage)
		d.shown = min(d.shown, size)
		if in := int(size % pageSize); in > 0 {
			d.trim(size/pageSize, in)
		}
	}
	d.size = size
}

// trim removes what page k has from `in` on.
func (d *data) trim(k int64, in int) {
	if kind, p, _ := d.run(k * pageSize); kind == runPage && len(p.bytes) > in {
		own := d.writable(k, in)
		own.bytes = own.bytes[:in]
	}
}

// fill lays zeros over the holes among pages.
func (d *data) fill(from, to int64) {
	for k := from; k < to; {
		kind, _, end := d.run(k * pageSize)
		next := min(end/pageSize, to)
		if kind == runHole {
			d.lay(k, next-k, runZero)
			d.pages += next - k
		}
		k = next
	}
}

// copyChunk is how much is copied up at a time. Linux: OVL_COPY_UP_CHUNK_SIZE
const copyChunk = 1 << 20

// copied is a copy as copying up makes it: a hole is skipped only where a chunk would begin, and nothing behind the end
// is copied. Linux: fs/overlayfs/copy_up.c, ovl_copy_up_file.
func (d *data) copied() *data {
	c := d.clone()
	if c == nil || c.pages == pagesOf(c.size) && c.over.len() == 0 {
		return c
	}
	end := pagesOf(c.size)
	c.pages -= c.allocated(end, noPage)
	c.cut(end, noPage)
	for off := c.nextData(0); off < c.size; off = c.nextData(off) {
		next := min(off+copyChunk, end*pageSize)
		c.fill(off/pageSize, next/pageSize)
		off = next
	}
	return c
}

// nextData is where the next byte is that is not in a hole, from off on; the size if there is none.
func (d *data) nextData(off int64) int64 {
	for off < d.size {
		kind, _, end := d.run(off)
		if kind != runHole {
			return off
		}
		off = end
	}
	return d.size
}

// frozen is data as a Blob.
type frozen struct{ d *data }

func (f frozen) Size() int64                    { return f.d.size }
func (f frozen) ReadAt(p []byte, off int64) int { return f.d.readAt(p, off) }

// blob is d, which does not change any more, as a Blob.
func (d *data) blob() Blob {
	switch {
	case d == nil:
		return Text("")
	case d.over.len() == 0 && d.base != nil && d.shown == d.size && d.base.Size() == d.size:
		return d.base
	}
	return frozen{d}
}
