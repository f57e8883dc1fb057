package image

import (
	"maps"
	"slices"

	"dockerlearn/labs/sandbox/vfs"
)

// Unpack makes an image's files ready for containers, layer over layer. What is unpacked already is shared. The
// error is the disk's: ENOSPC.
func (s *Store) Unpack(i *Image) (*vfs.Image, error) {
	merged := &vfs.Image{}
	parent := Digest("")
	for n, chain := range i.Chain() {
		snap := s.snapshots[chain]
		if snap == nil {
			snap = &snapshot{chain: chain, parent: parent, layer: i.Layers[n]}
			files := snap.layer.Files()
			if s.c.Disk != nil {
				if err := s.c.Disk.Keep(files); err != nil {
					return nil, err
				}
			}
			snap.merged = merged.With(files)
			s.snapshots[chain] = snap
		}
		merged, parent = snap.merged, chain
	}
	return merged, nil
}

// Merged is an image's files as Unpack gives them, without anything being unpacked.
func (s *Store) Merged(i *Image) *vfs.Image {
	merged := &vfs.Image{}
	for n, chain := range i.Chain() {
		if snap := s.snapshots[chain]; snap != nil {
			merged = snap.merged
		} else {
			merged = merged.With(i.Layers[n].Files())
		}
	}
	return merged
}

// Unpacked reports whether a stack of layers is ready.
func (s *Store) Unpacked(chain Digest) bool { return s.snapshots[chain] != nil }

// Removed is one step of a removal. One of the two is "".
type Removed struct{ Untagged, Deleted string }

// Freed is what Collect took away.
type Freed struct {
	Blobs []*Blob
	Bytes int64 // blobs and unpacked layers
}

// Collect takes away the content and the unpacked layers that no name leads to and nobody holds. inUse are stacks of layers that
// containers lie over.
func (s *Store) Collect(inUse ...Digest) Freed {
	keep := map[Digest]bool{}
	chains := map[Digest]bool{}
	for _, r := range s.Records() {
		s.content.Walk(r.Target, func(d Descriptor) bool {
			keep[d.Digest] = true
			if i, err := s.content.open(r.Target, d); d.MediaType == MediaTypeManifest && err == nil {
				s.mark(chains, i.Chain()...)
			}
			return true
		})
	}
	s.mark(chains, inUse...)
	var f Freed
	for _, b := range s.content.All() {
		if !keep[b.Digest] && s.held[b.Digest] == 0 {
			s.content.Remove(b.Digest)
			f.Blobs, f.Bytes = append(f.Blobs, b), f.Bytes+b.Size
		}
	}
	f.Bytes += s.dropSnapshots(chains)
	return f
}

// mark notes stacks and all that is below them.
func (s *Store) mark(chains map[Digest]bool, stacks ...Digest) {
	for _, c := range stacks {
		for c != "" && !chains[c] {
			chains[c] = true
			if snap := s.snapshots[c]; snap != nil {
				c = snap.parent
			}
		}
	}
}

func (s *Store) dropSnapshots(keep map[Digest]bool) int64 {
	freed := int64(0)
	for _, chain := range slices.Sorted(maps.Keys(s.snapshots)) {
		if keep[chain] {
			continue
		}
		snap := s.snapshots[chain]
		if s.c.Disk != nil {
			s.c.Disk.Drop(snap.layer.Files())
		}
		freed += snap.layer.Usage()
		delete(s.snapshots, chain)
	}
	return freed
}

// Sizes is what an image, or one of its manifests, takes up. An index itself does not count: the real engine adds up
// what the manifests have.
type Sizes struct {
	Content  int64 // documents and packed layers: CONTENT SIZE
	Unpacked int64 // files of the layers that are unpacked
	Total    int64 // both: DISK USAGE
}

// Sizes adds up what an image takes up, whoever else uses it.
func (s *Store) Sizes(id Digest) Sizes {
	var z Sizes
	for d, b := range s.tree(id) { // any order: a sum
		if b.MediaType == MediaTypeIndex {
			continue
		}
		z.Content += b.Size
		if b.MediaType == MediaTypeManifest {
			z.Unpacked += s.unpackedOf(d)
		}
	}
	z.Total = z.Content + z.Unpacked
	return z
}

// ContentSize is Size in docker image inspect: the content of one platform, and the index that lists it.
func (s *Store) ContentSize(i *Image) int64 {
	n := s.ManifestSizes(i.Descriptor).Content
	if i.Target.Digest != i.Descriptor.Digest {
		n += i.Target.Size
	}
	return n
}

// ManifestSizes is that of one manifest of an index.
func (s *Store) ManifestSizes(d Descriptor) Sizes {
	var z Sizes
	s.content.Walk(d, func(d Descriptor) bool {
		if b := s.content.Get(d.Digest); b != nil {
			z.Content += b.Size
		}
		return true
	})
	z.Unpacked = s.unpackedOf(d.Digest)
	z.Total = z.Content + z.Unpacked
	return z
}

func (s *Store) unpackedOf(manifest Digest) int64 {
	b := s.content.Get(manifest)
	if b == nil {
		return 0
	}
	d := Descriptor{MediaType: b.MediaType, Digest: b.Digest, Size: b.Size}
	i, err := s.content.open(d, d)
	if err != nil {
		return 0
	}
	n := int64(0)
	for at, chain := range i.Chain() {
		if s.Unpacked(chain) {
			n += i.Layers[at].Usage()
		}
	}
	return n
}

// tree is the blobs of an image that are there, each once.
func (s *Store) tree(id Digest) map[Digest]*Blob {
	found := map[Digest]*Blob{}
	b := s.content.Get(id)
	if b == nil {
		return found
	}
	s.content.Walk(Descriptor{MediaType: b.MediaType, Digest: id, Size: b.Size}, func(d Descriptor) bool {
		if b := s.content.Get(d.Digest); b != nil {
			found[d.Digest] = b
		}
		return true
	})
	return found
}

// Shared is how much of an image's total other images have too.
func (s *Store) Shared(id Digest) int64 {
	blobs, chains := map[Digest]bool{}, map[Digest]bool{}
	for _, other := range s.IDs() {
		if other != id {
			s.note(other, blobs, chains)
		}
	}
	n := int64(0)
	for d, b := range s.tree(id) { // any order: a sum
		if blobs[d] {
			n += b.Size
		}
	}
	own := map[Digest]bool{}
	s.note(id, map[Digest]bool{}, own)
	for chain := range own { // any order: a sum
		if snap := s.snapshots[chain]; snap != nil && chains[chain] {
			n += snap.layer.Usage()
		}
	}
	return n
}

// note collects the blobs and unpacked stacks of an image.
func (s *Store) note(id Digest, blobs, chains map[Digest]bool) {
	for d, b := range s.tree(id) { // any order: into sets
		blobs[d] = true
		if desc := (Descriptor{MediaType: b.MediaType, Digest: d}); b.MediaType == MediaTypeManifest {
			if i, err := s.content.open(desc, desc); err == nil {
				s.mark(chains, i.Chain()...)
			}
		}
	}
}

// TotalSize is what all images take up together: LayersSize of docker system df.
func (s *Store) TotalSize() int64 {
	n := s.content.Size()
	for _, snap := range s.snapshots { // any order: a sum
		n += snap.layer.Usage()
	}
	return n
}
