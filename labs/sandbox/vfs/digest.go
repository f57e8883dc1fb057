package vfs

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
)

// sum names a layer by everything in it: directories in the order in which they are found, from the root down, and in
// them names in order. Times of access and change do not count; a hard link is told by the number of its first name.
func (l *Layer) sum() Digest {
	s := summer{h: sha256.New(), links: map[*inode]int64{}}
	s.inode(l.root)
	dirs := []*inode{l.root}
	for at := 0; at < len(dirs); at++ {
		s.number(int64(dirs[at].dir.len()))
		for name, i := range dirs[at].dir.all() {
			s.text(name)
			s.inode(i)
			if i.Mode.IsDir() {
				dirs = append(dirs, i)
			}
		}
	}
	return Digest("sha256:" + hex.EncodeToString(s.h.Sum(nil)))
}

// summer writes values so that no two different sequences of them are the same bytes.
type summer struct {
	h     hash.Hash
	links map[*inode]int64
	names int64
	buf   [8]byte
}

func (s *summer) number(n int64) {
	binary.BigEndian.PutUint64(s.buf[:], uint64(n))
	s.h.Write(s.buf[:])
}

func (s *summer) text(t string) {
	s.number(int64(len(t)))
	s.h.Write([]byte(t))
}

func (s *summer) flag(b bool) {
	if b {
		s.number(1)
	} else {
		s.number(0)
	}
}

func (s *summer) inode(i *inode) {
	s.names++
	if i.nlink > 1 && !i.Mode.IsDir() {
		first := s.links[i]
		s.number(first)
		if first > 0 {
			return
		}
		s.links[i] = s.names
	}
	for _, n := range []uint32{uint32(i.Mode), i.UID, i.GID, uint32(i.rdev)} {
		s.number(int64(n))
	}
	s.number(i.mtime)
	s.text(i.target)
	s.flag(i.opaque)
	s.number(int64(len(i.xattrs)))
	for _, name := range slices.Sorted(maps.Keys(i.xattrs)) {
		s.text(name)
		s.text(i.xattrs[name])
	}
	if i.Mode.IsRegular() {
		s.content(i.data)
	}
}

// content sums what a file reads as: every page that is not all zeros. A Named base is not read: its name counts, and
// what was written over it.
func (s *summer) content(d *data) {
	if d == nil {
		d = &data{}
	}
	s.number(d.size)
	named, _ := d.base.(Named)
	if named != nil && d.shown > 0 {
		s.text(named.BlobName())
		s.number(d.shown)
	}
	var buf [pageSize]byte
	for off := int64(0); off < d.size; {
		kind, _, end := d.run(off)
		end = min(end, d.size)
		switch {
		case kind == runBase && named != nil:
		case kind == runBase, kind == runPage:
			s.pages(d, off, end, &buf)
		case named != nil && off < d.shown: // zeros and holes over the base
			s.number(clearedRun)
			s.number(off)
			s.number(end)
		}
		off = end
	}
	s.number(noRun)
}

// What comes next in a file's sum.
const (
	noRun = iota
	pageRun
	clearedRun
)

// pages sums the pages that a run touches.
func (s *summer) pages(d *data, off, end int64, buf *[pageSize]byte) {
	for k := off / pageSize; k*pageSize < end; k++ {
		n := d.readAt(buf[:], k*pageSize)
		clear(buf[n:])
		if !allZero(buf[:]) {
			s.number(pageRun)
			s.number(k)
			s.h.Write(buf[:])
		}
	}
}
