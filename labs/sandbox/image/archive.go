package image

import (
	"iter"
	"sort"
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

// Archive is a tar file that is computed when it is read: headers, and the contents of files as they are. It is a
// vfs.Blob, and may be large without being anywhere.
type Archive struct {
	parts []part
	size  int64
}

// part is a piece of an archive, beginning at off.
type part struct {
	off  int64
	blob vfs.Blob
}

// Style is how an archive says what a layer knows about the layers below.
type Style int

// The styles.
const (
	Flat      Style = iota // whiteouts are left out: docker export, docker cp
	Whiteouts              // as names that begin with .wh.: layers
)

const (
	whiteoutPrefix = ".wh."
	opaqueMark     = ".wh..wh..opq"
)

// NewArchive packs entries in their order. Entries of a layer come in the right one.
func NewArchive(entries iter.Seq[vfs.Entry], s Style) *Archive {
	a := &Archive{}
	for e := range entries {
		switch {
		case e.Path == "":
			if e.Opaque && s == Whiteouts {
				a.add(vfs.Entry{Path: opaqueMark, Mode: vfs.S_IFREG})
			}
		case e.Whiteout:
			if s == Whiteouts {
				dir, name := splitPath(e.Path)
				a.add(vfs.Entry{Path: joinPath(dir, whiteoutPrefix+name), Mode: vfs.S_IFREG})
			}
		default:
			a.add(e)
			if e.Opaque && s == Whiteouts {
				a.add(vfs.Entry{Path: joinPath(e.Path, opaqueMark), Mode: vfs.S_IFREG, Mtime: e.Mtime})
			}
		}
	}
	a.append(vfs.Zeros(2 * tarBlock))
	return a
}

func (a *Archive) add(e vfs.Entry) {
	if e.Mode.Type() == vfs.S_IFSOCK {
		return // sockets cannot be archived; moby leaves them out too
	}
	a.append(vfs.Bytes(header(e)))
	if n := contentSize(e); n > 0 {
		a.append(e.Content)
		if rest := n % tarBlock; rest != 0 {
			a.append(vfs.Zeros(tarBlock - rest))
		}
	}
}

func (a *Archive) append(b vfs.Blob) {
	a.parts = append(a.parts, part{a.size, b})
	a.size += b.Size()
}

func contentSize(e vfs.Entry) int64 {
	if e.Link != "" || !e.Mode.IsRegular() || e.Content == nil {
		return 0
	}
	return e.Content.Size()
}

// Size is the archive's length.
func (a *Archive) Size() int64 { return a.size }

// ReadAt computes a piece of the archive.
func (a *Archive) ReadAt(p []byte, off int64) int {
	n := 0
	at := sort.Search(len(a.parts), func(i int) bool { return a.parts[i].off+a.parts[i].blob.Size() > off })
	for ; at < len(a.parts) && n < len(p); at++ {
		part := a.parts[at]
		inside := off + int64(n) - part.off
		room := p[n:]
		if left := part.blob.Size() - inside; int64(len(room)) > left {
			room = room[:left]
		}
		n += part.blob.ReadAt(room, inside)
	}
	return n
}

// ReadAll is a blob's content.
func ReadAll(b vfs.Blob) []byte {
	if text, ok := b.(vfs.Bytes); ok {
		return text
	}
	p := make([]byte, b.Size())
	for n := 0; n < len(p); {
		got := b.ReadAt(p[n:], int64(n))
		if got == 0 {
			return p[:n]
		}
		n += got
	}
	return p
}

func splitPath(p string) (dir, name string) {
	at := strings.LastIndexByte(p, '/')
	return p[:max(at, 0)], p[at+1:]
}

func joinPath(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}
