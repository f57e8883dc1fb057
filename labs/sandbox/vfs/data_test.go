package vfs

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// fileModel is a file as plain bytes, and which of its pages take up space.
type fileModel struct {
	bytes []byte
	pages map[int64]bool
}

func (m *fileModel) write(b []byte, off int64) {
	end := off + int64(len(b))
	for int64(len(m.bytes)) < end {
		m.bytes = append(m.bytes, 0)
	}
	copy(m.bytes[off:], b)
	m.allocate(off, end)
}

func (m *fileModel) allocate(off, end int64) {
	for k := off / pageSize; k*pageSize < end; k++ {
		m.pages[k] = true
	}
}

func (m *fileModel) truncate(size int64) {
	if grow := size - int64(len(m.bytes)); grow > 0 {
		m.bytes = append(m.bytes, make([]byte, grow)...)
		return
	}
	m.bytes = m.bytes[:size]
	for k := range m.pages {
		if k >= pagesOf(size) {
			delete(m.pages, k)
		}
	}
}

// punch clears bytes, and frees the pages that are cleared whole.
func (m *fileModel) punch(off, end int64) {
	size := int64(len(m.bytes))
	end = min(end, size)
	if off < end {
		clear(m.bytes[off:end])
	}
	to := end / pageSize
	if end == size {
		to = pagesOf(size)
	}
	for k := pagesOf(off); k < to; k++ {
		delete(m.pages, k)
	}
}

// What a file reads as, where its holes are and what it costs is the same as for plain bytes, whatever is done to it,
// on an image's file and on an empty one, and also after a copy was sealed away.
func TestFileIsBytesWithHoles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := Blob(Random{Seed: 1, Len: rapid.Int64Range(0, 5*pageSize).Draw(t, "base")})
		b := NewBuilder()
		if err := b.Add(Entry{Path: "f", Mode: S_IFREG | 0o644, Content: base}); err != nil {
			t.Fatal(err)
		}
		d := NewDisk(Config{})
		c, err := d.NewContainer(new(Image).With(b.Layer()), "")
		if err != nil {
			t.Fatal(err)
		}
		f, err := NewMounts(c.FS, 0).View(Root()).Open("/f", O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		m := &fileModel{bytes: make([]byte, base.Size()), pages: map[int64]bool{}}
		base.ReadAt(m.bytes, 0)
		m.write(bytes.Clone(m.bytes), 0)
		var sealed *Layer
		var before []byte
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			stepFile(t, f, m)
			compareFile(t, f, m)
			if rapid.IntRange(0, 9).Draw(t, "seal") == 0 {
				sealed, before = c.Seal(), bytes.Clone(m.bytes)
			}
		}
		if sealed != nil {
			compareSealed(t, sealed, before)
		}
		f.Close()
		c.Destroy()
		if d.quota != (quota{}) {
			t.Fatalf("left on the disk: %+v", d.quota)
		}
	})
}

func stepFile(t *rapid.T, f *File, m *fileModel) {
	off := rapid.Int64Range(0, 8*pageSize).Draw(t, "off")
	n := rapid.Int64Range(1, 3*pageSize).Draw(t, "n")
	if rapid.Bool().Draw(t, "aligned") {
		off, n = off/pageSize*pageSize, pagesOf(n)*pageSize
	}
	var err error
	switch rapid.IntRange(0, 7).Draw(t, "what") {
	case 0, 1:
		b := bytes.Repeat([]byte{byte(off) | 1}, int(n))
		m.write(b, off)
		_, err = f.Pwrite(b, off)
	case 2:
		m.write(make([]byte, n), off)
		_, err = f.Pwrite(make([]byte, n), off)
	case 3:
		m.truncate(off)
		err = f.Truncate(off)
	case 4:
		m.punch(off, off+n)
		err = f.PunchHole(off, n)
	case 5:
		m.allocate(off, off+n)
		err = f.Allocate(off, n, true)
	case 6:
		m.allocate(off, off+n)
		if int64(len(m.bytes)) < off+n {
			m.bytes = append(m.bytes, make([]byte, off+n-int64(len(m.bytes)))...)
		}
		err = f.Allocate(off, n, false)
	case 7:
		b := append(make([]byte, n), 1)
		m.write(b, off)
		_, err = f.Pwrite(b, off)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func compareFile(t *rapid.T, f *File, m *fileModel) {
	s := f.Stat()
	if s.Size != int64(len(m.bytes)) || s.Blocks*512 != int64(len(m.pages))*pageSize {
		t.Fatalf("size %d, %d blocks; not %d, %d pages", s.Size, s.Blocks, len(m.bytes), len(m.pages))
	}
	got := make([]byte, s.Size+10)
	n, err := f.Pread(got, 0)
	if err != nil || !bytes.Equal(got[:n], m.bytes) {
		t.Fatalf("reads %d bytes, %v, and not the right ones", n, err)
	}
	at := rapid.Int64Range(0, 8*pageSize).Draw(t, "at")
	hole, r := f.seek(at, SEEK_HOLE)
	if at >= s.Size {
		if r == nil {
			t.Fatal("a hole behind the end")
		}
		return
	}
	want := at
	for want < s.Size && m.pages[want/pageSize] {
		want = min((want/pageSize+1)*pageSize, s.Size)
	}
	if hole != want {
		t.Fatalf("from %d the next hole is at %d, not %d", at, hole, want)
	}
}

func compareSealed(t *rapid.T, l *Layer, want []byte) {
	for e := range l.Entries() {
		if e.Path == "f" {
			got := make([]byte, e.Content.Size())
			e.Content.ReadAt(got, 0)
			if !bytes.Equal(got, want) {
				t.Fatal("a sealed file changed")
			}
		}
	}
}

// A terabyte of zeros is a number.
func TestZerosCostNothing(t *testing.T) {
	d := NewDisk(Config{})
	v := NewMounts(d.Tree("", ""), 0).View(Root())
	f, err := v.Open("/f", O_CREAT|O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 1000 {
		if _, err := f.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	s := f.Stat()
	if s.Size != 1000<<20 || s.Blocks*512 != 1000<<20 || f.at.n.up.data.memory != 0 || f.at.n.up.data.over.len() != 1 {
		t.Fatalf("%+v, %d bytes of memory, %d spans", s, f.at.n.up.data.memory, f.at.n.up.data.over.len())
	}
}
