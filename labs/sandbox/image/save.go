package image

import (
	"maps"
	"slices"

	"dockerlearn/labs/sandbox/vfs"
)

// layoutFile is what says that an archive is an OCI image layout.
const layoutFile = `{"imageLayoutVersion":"1.0.0"}`

// savedImage is an entry of manifest.json, which older engines read.
type savedImage struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// Save makes an archive of images: an OCI layout, and Docker's own manifest.json beside it. An image that is named by
// its id is saved without names.
func (s *Store) Save(refs []string, platforms ...Platform) (*Archive, error) {
	w := saving{s: s, blobs: map[Digest]*Blob{}}
	for _, ref := range refs {
		rec, err := s.Find(ref)
		if err != nil {
			return nil, err
		}
		if err := w.add(rec, !meansID(rec.Target.Digest, ref), platforms); err != nil {
			return nil, err
		}
	}
	return w.archive(), nil
}

// saving is an archive in the making.
type saving struct {
	s      *Store
	blobs  map[Digest]*Blob
	index  Index
	legacy []savedImage
}

func (w *saving) add(rec *Record, named bool, platforms []Platform) error {
	p := w.s.c.Host
	target := rec.Target
	if len(platforms) > 0 {
		p = platforms[0]
		d, err := w.s.content.Choose(target, p)
		if err != nil {
			return err
		}
		target = d
	}
	i, err := w.s.content.Open(target, p)
	if err != nil {
		return err
	}
	w.s.content.Walk(target, func(d Descriptor) bool {
		if b := w.s.content.Get(d.Digest); b != nil {
			w.blobs[d.Digest] = b
		}
		return true
	})
	w.index.Manifests = append(w.index.Manifests, w.describe(rec, target, named))
	l := savedImage{Config: blobPath(i.Manifest.Config.Digest)}
	for _, layer := range i.Manifest.Layers {
		l.Layers = append(l.Layers, blobPath(layer.Digest))
	}
	if named {
		l.RepoTags = []string{rec.Reference().Familiar()}
	}
	w.legacy = append(w.legacy, l)
	return nil
}

func (w *saving) describe(rec *Record, target Descriptor, named bool) Descriptor {
	d := plainDescriptor(target)
	d.Annotations = map[string]string{}
	for _, source := range w.s.sources[rec.Target.Digest] {
		if r, err := ParseReference(source); err == nil {
			d.Annotations[annotationSource+r.Domain()] = r.Path()
		}
	}
	if named {
		d.Annotations[AnnotationName] = rec.Name
		d.Annotations[AnnotationRefName] = rec.Reference().Tag()
	}
	return d
}

func blobPath(d Digest) string { return "blobs/sha256/" + d.Hex() }

func (w *saving) archive() *Archive {
	w.index.SchemaVersion, w.index.MediaType = 2, MediaTypeIndex
	entries := []vfs.Entry{
		{Path: "blobs", Mode: vfs.S_IFDIR | 0o755},
		{Path: "blobs/sha256", Mode: vfs.S_IFDIR | 0o755},
	}
	for _, d := range slices.Sorted(maps.Keys(w.blobs)) {
		entries = append(entries, vfs.Entry{Path: blobPath(d), Mode: vfs.S_IFREG | 0o644, Content: w.s.pack(w.blobs[d])})
	}
	for _, f := range []struct {
		name string
		text []byte
	}{
		{"index.json", compact(w.index)},
		{"manifest.json", compact(w.legacy)},
		{"oci-layout", []byte(layoutFile)},
	} {
		entries = append(entries, vfs.Entry{Path: f.name, Mode: vfs.S_IFREG | 0o644, Content: vfs.Bytes(f.text)})
	}
	return NewArchive(slices.Values(entries), Flat)
}

// pack is a blob as it travels. Bytes that do not have the digest (of what is known by a description only) are
// remembered, so that the archive can be read back.
func (s *Store) pack(b *Blob) vfs.Blob {
	if b.Layer != nil {
		s.saved[b.Digest] = b
		return b.Layer.Packed()
	}
	if DigestOf(b.Bytes) != b.Digest {
		s.saved[b.Digest] = b
		return padded{vfs.Bytes(b.Bytes), b.Size}
	}
	return vfs.Bytes(b.Bytes)
}
