package vfs

import "encoding/binary"

// Blob is content that never changes. ReadAt fills p from off on as far as there is content; it never fails and always
// answers the same. A Blob may be read by several worlds at a time.
type Blob interface {
	Size() int64
	ReadAt(p []byte, off int64) int
}

// Named is a Blob that can be told from others without being read: equal names, equal content. Layers hash the name
// instead of the bytes.
type Named interface {
	Blob
	BlobName() string
}

// Text is content that is a string.
type Text string

func (t Text) Size() int64 { return int64(len(t)) }

func (t Text) ReadAt(p []byte, off int64) int {
	if off >= int64(len(t)) {
		return 0
	}
	return copy(p, t[off:])
}

// Bytes is content that is a slice, which must not be changed any more.
type Bytes []byte

func (b Bytes) Size() int64 { return int64(len(b)) }

func (b Bytes) ReadAt(p []byte, off int64) int {
	if off >= int64(len(b)) {
		return 0
	}
	return copy(p, b[off:])
}

// Zeros is that many zero bytes which take up the simulated disk, as dd from /dev/zero leaves them.
type Zeros int64

func (z Zeros) Size() int64 { return int64(z) }

func (z Zeros) ReadAt(p []byte, off int64) int {
	n := clampRead(p, int64(z), off)
	clear(p[:n])
	return n
}

func (z Zeros) BlobName() string { return "zeros" }

// Random is Len bytes that look like a compiled program or an archive: different for every seed, not compressible.
type Random struct {
	Seed uint64
	Len  int64
}

func (r Random) Size() int64 { return r.Len }

func (r Random) ReadAt(p []byte, off int64) int {
	n := clampRead(p, r.Len, off)
	var word [8]byte
	for i := 0; i < n; {
		at := off + int64(i)
		binary.LittleEndian.PutUint64(word[:], scramble(r.Seed, uint64(at)/8))
		i += copy(p[i:n], word[at%8:])
	}
	return n
}

func (r Random) BlobName() string {
	return string(binary.BigEndian.AppendUint64([]byte("random "), r.Seed))
}

// scramble is splitmix64's finalizer over a counter: any place can be had without the places before it.
func scramble(seed, n uint64) uint64 {
	z := seed + (n+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Repeat is Len bytes of the same text again and again: a log, a word list.
type Repeat struct {
	Text string
	Len  int64
}

func (r Repeat) Size() int64 { return r.Len }

func (r Repeat) ReadAt(p []byte, off int64) int {
	n := clampRead(p, r.Len, off)
	if r.Text == "" {
		clear(p[:n])
		return n
	}
	for i := 0; i < n; {
		i += copy(p[i:n], r.Text[(off+int64(i))%int64(len(r.Text)):])
	}
	return n
}

func (r Repeat) BlobName() string { return "repeat " + r.Text }

// Padded is a text and zeros behind it, Len bytes together: a program, of which only the beginning matters.
type Padded struct {
	Text string
	Len  int64
}

func (b Padded) Size() int64 { return b.Len }

func (b Padded) ReadAt(p []byte, off int64) int {
	n := clampRead(p, b.Len, off)
	clear(p[:n])
	if off < int64(len(b.Text)) {
		copy(p[:n], b.Text[off:])
	}
	return n
}

func (b Padded) BlobName() string { return "padded " + b.Text }

func clampRead(p []byte, size, off int64) int {
	return int(max(0, min(int64(len(p)), size-off)))
}
