package image

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"dockerlearn/labs/sandbox/vfs"
)

// Layer is a layer as images list it: files under two digests, that of the plain archive (DiffID) and that of the
// compressed one (Descriptor). It belongs to one goroutine; its files may be shared.
type Layer struct {
	Descriptor Descriptor
	DiffID     Digest

	files *vfs.Layer
	build func() *vfs.Layer
	usage int64
}

// LazyLayer is a layer whose files are made when they are first asked for. build's answer must be always the same.
func LazyLayer(d Descriptor, diffID Digest, build func() *vfs.Layer) *Layer {
	return &Layer{Descriptor: d, DiffID: diffID, build: build}
}

// reallyHashed is how large a layer may be to get the digests of its archive. Those of larger ones are made from the
// names and contents of the files, which vfs knows without reading them all.
const reallyHashed = 16 << 20

// NewLayer names files that were made here: by a commit, an import, a build. The digest of the packed archive is only
// as stable as Go's compress/flate.
func NewLayer(files *vfs.Layer) *Layer {
	l := &Layer{files: files}
	l.Descriptor.MediaType = MediaTypeLayerGzip
	if files.Size() > reallyHashed {
		l.DiffID = DigestOf([]byte("plain archive of " + string(files.Digest())))
		l.Descriptor.Digest = DigestOf([]byte("compressed archive of " + string(files.Digest())))
		l.Descriptor.Size = files.Size() / 3
		return l
	}
	plain := ReadAll(l.Archive())
	packed := compress(plain)
	l.DiffID = DigestOf(plain)
	l.Descriptor.Digest, l.Descriptor.Size = DigestOf(packed), int64(len(packed))
	return l
}

// Files is what the layer adds to an image.
func (l *Layer) Files() *vfs.Layer {
	if l.files == nil {
		l.files = l.build()
	}
	return l.files
}

// Usage is what the unpacked layer takes up of the disk.
func (l *Layer) Usage() int64 {
	if l.usage == 0 {
		l.usage = UsageOf(l.Files())
	}
	return l.usage
}

// Archive is the layer as a plain tar file, with whiteouts as names.
func (l *Layer) Archive() *Archive { return NewArchive(l.Files().Entries(), Whiteouts) }

// Packed is the layer as it travels: compressed, and as long as its descriptor says.
func (l *Layer) Packed() vfs.Blob {
	if l.Files().Size() > reallyHashed {
		return padded{vfs.Bytes(compress([]byte(largeMark + string(l.Descriptor.Digest)))), l.Descriptor.Size}
	}
	return padded{vfs.Bytes(compress(ReadAll(l.Archive()))), l.Descriptor.Size}
}

// largeMark begins what stands for a large layer's archive: whoever reads it back finds the layer by its digest.
const largeMark = "this layer is too large to be packed here: "

func compress(plain []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is one that exists
	z.Write(plain)                                  // a Buffer takes everything
	z.Close()
	return b.Bytes()
}

// padded is content with zeros behind it; gzip ignores them.
type padded struct {
	vfs.Blob
	size int64
}

func (p padded) Size() int64 { return max(p.size, p.Blob.Size()) }

func (p padded) ReadAt(b []byte, off int64) int {
	n := 0
	if off < p.Blob.Size() {
		n = p.Blob.ReadAt(b, off)
	}
	left := min(int64(len(b)), max(p.Size()-off, 0))
	if int64(n) < left {
		clear(b[n:left])
	}
	return int(max(left, int64(n)))
}

// UsageOf is what a layer's files take up on ext4: their blocks, and for directories that do not fit into one block
// the further ones and an index. Linux: fs/ext4/namei.c; leaves are about three quarters full after splitting.
func UsageOf(l *vfs.Layer) int64 {
	bytes, _ := l.DiskUsage()
	names := map[string]int64{}
	for e := range l.Entries() {
		if e.Path != "" {
			dir, name := splitPath(e.Path)
			names[dir] += int64(8 + (len(name)+3)/4*4)
		}
	}
	for _, n := range names { // any order: a sum
		if n > vfs.BlockSize {
			leaf := int64(vfs.BlockSize * 3 / 4)
			bytes += (n + leaf - 1) / leaf * vfs.BlockSize
		}
	}
	return bytes
}

// ChainIDs are the names of a stack of layers up to each of them. OCI image-spec: config.md, Layer ChainID
func ChainIDs(diffIDs []Digest) []Digest {
	ids := make([]Digest, len(diffIDs))
	for i, d := range diffIDs {
		if ids[i] = d; i > 0 {
			ids[i] = DigestOf([]byte(string(ids[i-1]) + " " + string(d)))
		}
	}
	return ids
}

// NameDigest is a digest for content that exists as a description only.
func NameDigest(parts ...string) Digest {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return Digest(digestPrefix + hex.EncodeToString(h.Sum(nil)))
}
