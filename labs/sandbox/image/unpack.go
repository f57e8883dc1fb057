package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"path"
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

// Limits bound what an archive may make of us: a bomb ends in an error, not in memory.
type Limits struct {
	Bytes   int64 // contents of all files, and of the unpacked archive
	Entries int
}

// DefaultLimits are more than any honest archive here needs.
func DefaultLimits() Limits { return Limits{Bytes: 1 << 30, Entries: 200_000} }

// Unpack reads a tar file, plain or compressed with gzip. Paths are made clean; what would lie outside is put inside,
// as a root directory's ".." is the root itself. Whiteouts are told as such.
func Unpack(b vfs.Blob, l Limits) ([]vfs.Entry, error) {
	r, err := plain(b, l)
	if err != nil {
		return nil, err
	}
	var entries []vfs.Entry
	left := l.Bytes
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if err == io.EOF {
			return entries, nil
		}
		if err != nil {
			return nil, tarError(err)
		}
		if len(entries) >= l.Entries {
			return nil, Refuse(ErrInvalid, "archive has more than %d entries", l.Entries)
		}
		if left -= h.Size; left < 0 {
			return nil, Refuse(ErrInvalid, "archive is larger than %d bytes unpacked", l.Bytes)
		}
		e, ok := entryOf(h)
		if !ok {
			continue
		}
		if e.Mode.IsRegular() && e.Link == "" && h.Size > 0 {
			if e.Content, err = contentOf(t, h.Size); err != nil {
				return nil, tarError(err)
			}
		}
		entries = append(entries, e)
	}
}

// tarError has the words that dockerd's client reports for what is no archive.
func tarError(err error) error {
	if err == tar.ErrHeader {
		return Refuse(ErrInvalid, "archive/tar: invalid tar header")
	}
	return Refuse(ErrInvalid, "%v", err)
}

var gzipMagic = []byte{0x1f, 0x8b}

// plain undoes gzip, as moby does by looking at the first bytes.
func plain(b vfs.Blob, l Limits) (io.Reader, error) {
	src := &blobReader{b: b}
	head := make([]byte, 2)
	if b.ReadAt(head, 0) < 2 || !bytes.Equal(head, gzipMagic) {
		return src, nil
	}
	z, err := gzip.NewReader(src)
	if err != nil {
		return nil, Refuse(ErrInvalid, "%v", err)
	}
	z.Multistream(false) // zeros may follow
	return &bounded{z, l.Bytes + int64(l.Entries)*2*tarBlock}, nil
}

// blobReader reads a blob from its beginning.
type blobReader struct {
	b   vfs.Blob
	off int64
}

func (r *blobReader) Read(p []byte) (int, error) {
	if r.off >= r.b.Size() {
		return 0, io.EOF
	}
	n := r.b.ReadAt(p, r.off)
	r.off += int64(n)
	return n, nil
}

// ReadByte lets gzip read no more than its own stream.
func (r *blobReader) ReadByte() (byte, error) {
	var p [1]byte
	if n, err := r.Read(p[:]); n == 0 {
		return 0, err
	}
	return p[0], nil
}

// bounded is a reader that gives up.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, Refuse(ErrInvalid, "archive is too large unpacked")
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// contentOf reads a file. Long runs of zeros, as simulated disks have many of, are not kept.
func contentOf(r io.Reader, size int64) (vfs.Blob, error) {
	var text bytes.Buffer
	zeros := int64(0)
	chunk := make([]byte, 64<<10)
	for done := int64(0); done < size; {
		n, err := io.ReadFull(r, chunk[:min(int64(len(chunk)), size-done)])
		if err != nil {
			return nil, err
		}
		done += int64(n)
		if isZero(chunk[:n]) {
			zeros += int64(n)
			continue
		}
		text.Write(make([]byte, zeros))
		zeros = 0
		text.Write(chunk[:n])
	}
	if zeros == 0 {
		return vfs.Bytes(text.Bytes()), nil
	}
	if text.Len() == 0 {
		return vfs.Zeros(size), nil
	}
	return padded{vfs.Bytes(text.Bytes()), size}, nil
}

func isZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// entryOf reads a header; ok is false for what is no file.
func entryOf(h *tar.Header) (e vfs.Entry, ok bool) {
	e = vfs.Entry{
		Path: inside(h.Name), Mode: vfs.Mode(h.Mode) & vfs.PermMask, UID: uint32(h.Uid), GID: uint32(h.Gid),
		Mtime: h.ModTime.UnixNano(), Xattrs: xattrs(h.PAXRecords),
	}
	if e.Path != "" && whiteout(&e) {
		return e, e.Path != "" || e.Opaque
	}
	switch h.Typeflag {
	case tar.TypeReg, '\x00', tar.TypeGNUSparse, tar.TypeCont:
		e.Mode |= vfs.S_IFREG
	case tar.TypeLink:
		e.Mode, e.Link = e.Mode|vfs.S_IFREG, inside(h.Linkname)
	case tar.TypeSymlink:
		e.Mode, e.Target = vfs.S_IFLNK|0o777, h.Linkname
	case tar.TypeDir:
		e.Mode |= vfs.S_IFDIR
	case tar.TypeChar, tar.TypeBlock:
		e.Mode |= map[byte]vfs.Mode{tar.TypeChar: vfs.S_IFCHR, tar.TypeBlock: vfs.S_IFBLK}[h.Typeflag]
		e.Rdev = vfs.MakeDev(uint32(h.Devmajor), uint32(h.Devminor))
	case tar.TypeFifo:
		e.Mode |= vfs.S_IFIFO
	default:
		return e, false
	}
	return e, e.Path != "" || e.Mode.IsDir()
}

// inside is a path below the root, whatever the archive says.
func inside(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }

// whiteout turns the names that mean "this is gone" into entries that say so.
func whiteout(e *vfs.Entry) bool {
	dir, name := splitPath(e.Path)
	switch {
	case name == opaqueMark:
		*e = vfs.Entry{Path: dir, Mode: vfs.S_IFDIR | 0o755, Opaque: true}
		return true
	case strings.HasPrefix(name, whiteoutPrefix+whiteoutPrefix):
		*e = vfs.Entry{} // aufs's own notes
		return true
	case strings.HasPrefix(name, whiteoutPrefix) && name != whiteoutPrefix:
		*e = vfs.Entry{Path: joinPath(dir, strings.TrimPrefix(name, whiteoutPrefix)), Whiteout: true}
		return true
	}
	return false
}

func xattrs(records map[string]string) map[string]string {
	var found map[string]string
	for key, value := range records { // any order: into a map
		if name, ok := strings.CutPrefix(key, paxXattr); ok {
			if found == nil {
				found = map[string]string{}
			}
			found[name] = value
		}
	}
	return found
}

// LayerFromArchive makes the files of a layer from a tar file.
func LayerFromArchive(b vfs.Blob, l Limits) (*vfs.Layer, error) {
	entries, err := Unpack(b, l)
	if err != nil {
		return nil, err
	}
	return LayerOf(entries)
}

// LayerOf makes a layer of entries in order. A directory that was made opaque before or after it was described keeps
// both.
func LayerOf(entries []vfs.Entry) (*vfs.Layer, error) {
	opaque := map[string]bool{}
	for _, e := range entries {
		if e.Opaque {
			opaque[e.Path] = true
		}
	}
	b := vfs.NewBuilder()
	made := map[string]bool{}
	for _, e := range entries {
		if e.Opaque && made[e.Path] {
			continue
		}
		if e.Mode.IsDir() {
			made[e.Path], e.Opaque = true, opaque[e.Path]
		}
		if err := b.Add(e); err != nil {
			return nil, Refuse(ErrInvalid, "%v", err)
		}
	}
	return b.Layer(), nil
}
