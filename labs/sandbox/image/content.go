package image

import (
	"encoding/json"
	"maps"
	"slices"
)

// Content is documents and layers by digest: what is below the names of a store or a registry.
type Content struct{ blobs map[Digest]*Blob }

// Blob is one of them. Documents have bytes; layers are files that have not been packed.
type Blob struct {
	MediaType string
	Digest    Digest
	Size      int64
	Bytes     []byte
	Layer     *Layer

	decoded any // the document that Bytes are
}

// NewContent is empty.
func NewContent() *Content { return &Content{blobs: map[Digest]*Blob{}} }

// Get finds a blob, nil if it is not there.
func (c *Content) Get(d Digest) *Blob { return c.blobs[d] }

// Has reports whether a blob is there.
func (c *Content) Has(d Digest) bool { return c.blobs[d] != nil }

// Put adds a blob; one that is there stays.
func (c *Content) Put(b *Blob) {
	if !c.Has(b.Digest) {
		c.blobs[b.Digest] = b
	}
}

// Remove takes a blob away.
func (c *Content) Remove(d Digest) { delete(c.blobs, d) }

// All lists the blobs by digest.
func (c *Content) All() []*Blob {
	all := make([]*Blob, 0, len(c.blobs))
	for _, d := range slices.Sorted(maps.Keys(c.blobs)) {
		all = append(all, c.blobs[d])
	}
	return all
}

// Size is what all blobs take up.
func (c *Content) Size() int64 {
	n := int64(0)
	for _, b := range c.blobs { // any order: a sum
		n += b.Size
	}
	return n
}

// AddLayer adds a layer.
func (c *Content) AddLayer(l *Layer) Descriptor {
	d := l.Descriptor
	c.Put(&Blob{MediaType: d.MediaType, Digest: d.Digest, Size: d.Size, Layer: l})
	return d
}

// AddDocument adds an Index, a Manifest, a Document or anything else that is JSON, under the digest of its bytes.
func (c *Content) AddDocument(mediaType string, doc any) Descriptor {
	text := Marshal(doc)
	return c.AddNamed(Descriptor{MediaType: mediaType, Digest: DigestOf(text), Size: int64(len(text))}, text)
}

// AddNamed adds a document under a digest and size that are given: those of a recorded one, whose bytes are not known.
func (c *Content) AddNamed(d Descriptor, text []byte) Descriptor {
	c.Put(&Blob{MediaType: d.MediaType, Digest: d.Digest, Size: d.Size, Bytes: text})
	return Descriptor{MediaType: d.MediaType, Digest: d.Digest, Size: d.Size}
}

// Marshal is a document's bytes. The builder indents them by two spaces, so that is how most are.
func Marshal(doc any) []byte {
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(err) // documents are made of strings and numbers
	}
	return text
}

// decode reads a document that must be there. It is read once: nobody may change what it holds.
func decode[T any](c *Content, d Descriptor) (T, error) {
	var doc T
	b := c.Get(d.Digest)
	if b == nil || b.Bytes == nil {
		return doc, Refuse(ErrNotFound, "content digest %s: not found", d.Digest)
	}
	if doc, ok := b.decoded.(T); ok {
		return doc, nil
	}
	if err := json.Unmarshal(b.Bytes, &doc); err != nil {
		return doc, Refuse(ErrInvalid, "content digest %s: %v", d.Digest, err)
	}
	b.decoded = doc
	return doc, nil
}

// Children are what a document names, in its order; none for other content and for what is not there. They are not to
// be changed.
func (c *Content) Children(d Descriptor) []Descriptor {
	switch d.MediaType {
	case MediaTypeIndex:
		if x, err := decode[Index](c, d); err == nil {
			return x.Manifests
		}
	case MediaTypeManifest:
		if m, err := decode[Manifest](c, d); err == nil {
			return append([]Descriptor{m.Config}, m.Layers...)
		}
	}
	return nil
}

// Walk visits a tree of content, each blob once, what names before what is named. visit says whether to go on below.
func (c *Content) Walk(d Descriptor, visit func(Descriptor) bool) {
	c.walk(d, map[Digest]bool{}, visit)
}

func (c *Content) walk(d Descriptor, seen map[Digest]bool, visit func(Descriptor) bool) {
	if seen[d.Digest] {
		return
	}
	seen[d.Digest] = true
	if !visit(d) {
		return
	}
	for _, child := range c.Children(d) {
		c.walk(child, seen, visit)
	}
}

// Attestations are manifests in an index that say something about another one.
const (
	AnnotationKind    = "vnd.docker.reference.type"
	AnnotationFor     = "vnd.docker.reference.digest"
	KindAttestation   = "attestation-manifest"
	AnnotationName    = "io.containerd.image.name"
	AnnotationRefName = "org.opencontainers.image.ref.name"
	annotationSource  = "containerd.io/distribution.source."
	defaultOS         = "linux"
)

// AttestationFor is the manifest that the one described is about, if it is an attestation.
func AttestationFor(d Descriptor) (Digest, bool) {
	return Digest(d.Annotations[AnnotationFor]), d.Annotations[AnnotationKind] == KindAttestation
}

// Image is an image for one platform. What it holds is shared: take a copy before changing a map or a slice.
type Image struct {
	Target     Descriptor // what the name leads to; its digest is the image's id
	Descriptor Descriptor // the manifest, with its platform
	Manifest   Manifest
	Document   Document
	Layers     []*Layer
}

// Chain are the names of the image's layers as they are stacked.
func (i *Image) Chain() []Digest { return ChainIDs(i.Document.RootFS.DiffIDs) }

// Open reads the image that a descriptor leads to, for one platform. ErrNotFound: the platform is not offered, or some
// of its content is not there.
func (c *Content) Open(target Descriptor, p Platform) (*Image, error) {
	d, err := c.Choose(target, p)
	if err != nil {
		return nil, err
	}
	return c.open(target, d)
}

func (c *Content) open(target, d Descriptor) (*Image, error) {
	if d.MediaType != MediaTypeManifest {
		return nil, Refuse(ErrNotFound, "unexpected media type %s for %s: not found", d.MediaType, d.Digest)
	}
	i := &Image{Target: target, Descriptor: d}
	var err error
	if i.Manifest, err = decode[Manifest](c, d); err != nil {
		return nil, err
	}
	if i.Document, err = decode[Document](c, i.Manifest.Config); err != nil {
		return nil, err
	}
	i.Document.History = slices.Clip(i.Document.History) // so that appending to it makes a copy
	i.Document.RootFS.DiffIDs = slices.Clip(i.Document.RootFS.DiffIDs)
	i.Document.Config.Env = slices.Clip(i.Document.Config.Env)
	if i.Descriptor.Platform == nil {
		p := i.Document.platform()
		i.Descriptor.Platform = &p
	}
	i.Layers, err = c.layers(i.Manifest.Layers, i.Document.RootFS.DiffIDs)
	return i, err
}

// layers finds an image's layers, and checks that they are what the configuration says.
// containerd: core/unpack/unpacker.go
func (c *Content) layers(list []Descriptor, diffIDs []Digest) ([]*Layer, error) {
	if len(list) != len(diffIDs) {
		return nil, Refuse(ErrInvalid, "number of layers and diffIDs don't match: %d != %d", len(list), len(diffIDs))
	}
	layers := make([]*Layer, len(list))
	for n, d := range list {
		b := c.Get(d.Digest)
		switch {
		case b == nil || b.Layer == nil:
			return nil, Refuse(ErrNotFound, "content digest %s: not found", d.Digest)
		case b.Layer.DiffID != diffIDs[n]:
			return nil, Refuse(ErrInvalid, "wrong diff id calculated on extraction %q", b.Layer.DiffID)
		}
		layers[n] = b.Layer
	}
	return layers, nil
}

func (d *Document) platform() Platform {
	return Platform{OS: d.OS, Architecture: d.Architecture, Variant: d.Variant, OSVersion: d.OSVersion}
}

// Choose finds the manifest for a platform. A target that is a manifest is taken for what it is.
func (c *Content) Choose(target Descriptor, p Platform) (Descriptor, error) {
	if target.MediaType != MediaTypeIndex {
		return target, nil
	}
	for _, d := range c.Children(target) {
		if d.Platform != nil && d.Platform.Matches(p) {
			return d, nil
		}
	}
	return Descriptor{}, Refuse(ErrNotFound, "no match for platform in manifest: not found")
}

// Platforms are those that a target is offered for.
func (c *Content) Platforms(target Descriptor) []Platform {
	if target.MediaType != MediaTypeIndex {
		if i, err := c.open(target, target); err == nil {
			return []Platform{*i.Descriptor.Platform}
		}
		return nil
	}
	var all []Platform
	for _, d := range c.Children(target) {
		if _, about := AttestationFor(d); !about && d.Platform != nil {
			all = append(all, *d.Platform)
		}
	}
	return all
}

// Complete reports whether everything below a descriptor is there.
func (c *Content) Complete(d Descriptor) bool {
	whole := true
	c.Walk(d, func(d Descriptor) bool {
		whole = whole && c.Has(d.Digest)
		return whole
	})
	return whole
}
