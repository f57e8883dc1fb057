package image

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"slices"

	"dockerlearn/labs/sandbox/vfs"
)

func compact(doc any) []byte {
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // documents are made of strings and numbers
	}
	return text
}

// Loaded is an image that an archive held. Name is the zero Reference if it had none.
type Loaded struct {
	Name   Reference
	Target Descriptor
}

// Load takes in the images of an archive that Save or another engine made. Nothing is taken in if any of it is wrong.
func (s *Store) Load(b vfs.Blob, l Limits) ([]Loaded, error) {
	entries, err := Unpack(b, l)
	if err != nil {
		return nil, err
	}
	r := loading{s: s, limits: l, files: map[string]vfs.Blob{}, into: NewContent()}
	for _, e := range entries {
		if e.Mode.IsRegular() && e.Content != nil {
			r.files[e.Path] = e.Content
		}
	}
	loaded, err := r.read()
	if err != nil {
		return nil, err
	}
	for _, blob := range r.into.All() {
		s.content.Put(blob)
	}
	for _, one := range loaded {
		if one.Name.IsNameOnly() {
			s.PutDangling(one.Target)
		} else {
			s.Tag(one.Name, one.Target)
		}
	}
	return loaded, nil
}

// loading is an archive being read.
type loading struct {
	s      *Store
	limits Limits
	files  map[string]vfs.Blob
	into   *Content
}

const maxDocument = 4 << 20

func (r *loading) read() ([]Loaded, error) {
	text := r.files["index.json"]
	if text == nil || r.files["oci-layout"] == nil {
		return nil, Refuse(ErrInvalid, "unrecognized image format")
	}
	var x Index
	if err := r.json(text, &x); err != nil {
		return nil, err
	}
	var loaded []Loaded
	for _, d := range x.Manifests {
		if err := r.take(d, 0); err != nil {
			return nil, err
		}
		one := Loaded{Target: plainDescriptor(d)}
		if name := d.Annotations[AnnotationName]; name != "" {
			ref, err := ParseReference(name)
			if err != nil {
				return nil, err
			}
			one.Name = ref.TagOrLatest()
		}
		loaded = append(loaded, one)
	}
	return loaded, nil
}

func (r *loading) json(b vfs.Blob, into any) error {
	if b.Size() > maxDocument {
		return Refuse(ErrInvalid, "document is larger than %d bytes", maxDocument)
	}
	if err := json.Unmarshal(ReadAll(b), into); err != nil {
		return Refuse(ErrInvalid, "invalid document: %v", err)
	}
	return nil
}

const maxNesting = 8

// take reads a blob and all below it. Parts of an image that are not in the archive are left out, as long as there is
// a manifest.
func (r *loading) take(d Descriptor, depth int) error {
	if depth > maxNesting {
		return Refuse(ErrInvalid, "index is nested too deeply")
	}
	if r.into.Has(d.Digest) {
		return nil
	}
	b, err := r.blob(d)
	if err != nil {
		return err
	}
	if b == nil {
		if depth == 0 {
			return Refuse(ErrNotFound, "content digest %s: not found", d.Digest)
		}
		return nil
	}
	r.into.Put(b)
	for _, child := range r.into.Children(d) {
		if err := r.take(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (r *loading) blob(d Descriptor) (*Blob, error) {
	if !d.Digest.Valid() {
		return nil, Refuse(ErrInvalid, "invalid checksum digest format")
	}
	file := r.files[blobPath(d.Digest)]
	if file == nil {
		return nil, nil
	}
	if known := r.known(d.Digest); known != nil {
		return known, nil
	}
	content := ReadAll(file)
	if got := DigestOf(content); got != d.Digest {
		return nil, Refuse(ErrInvalid, "unexpected commit digest %s, expected %s: failed precondition", got, d.Digest)
	}
	b := &Blob{MediaType: d.MediaType, Digest: d.Digest, Size: int64(len(content))}
	switch d.MediaType {
	case MediaTypeLayer, MediaTypeLayerGzip:
		layer, err := r.layer(d, content)
		if err != nil {
			return nil, err
		}
		b.Layer = layer
	default:
		if len(content) > maxDocument {
			return nil, Refuse(ErrInvalid, "document is larger than %d bytes", maxDocument)
		}
		b.Bytes = content
	}
	return b, nil
}

// known finds what is here already, or was once saved here.
func (r *loading) known(d Digest) *Blob {
	if b := r.s.content.Get(d); b != nil {
		return b
	}
	if b := r.s.saved[d]; b != nil {
		return b
	}
	if r.s.c.Known != nil {
		return r.s.c.Known(d)
	}
	return nil
}

func (r *loading) layer(d Descriptor, packed []byte) (*Layer, error) {
	unpacked := packed
	if bytes.HasPrefix(packed, gzipMagic) {
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, Refuse(ErrInvalid, "%v", err)
		}
		z.Multistream(false)
		if unpacked, err = io.ReadAll(&bounded{z, r.limits.Bytes}); err != nil {
			return nil, Refuse(ErrInvalid, "%v", err)
		}
	}
	files, err := LayerFromArchive(vfs.Bytes(unpacked), r.limits)
	if err != nil {
		return nil, err
	}
	return &Layer{Descriptor: plainDescriptor(d), DiffID: DigestOf(unpacked), files: files}, nil
}

// Import makes an image of one layer of an archive of files, without a name.
func (s *Store) Import(b vfs.Blob, doc Document, l Limits) (Descriptor, error) {
	files, err := LayerFromArchive(b, l)
	if err != nil {
		return Descriptor{}, err
	}
	return s.Make(doc, []*Layer{NewLayer(files)}, ""), nil
}

// Flatten merges layers into one without whiteouts: what docker export packs. A directory comes before what is in it.
func Flatten(layers ...*vfs.Layer) []vfs.Entry {
	m := merging{at: map[string]merged{}}
	for n, l := range layers {
		for e := range l.Entries() {
			m.put(e, n)
		}
	}
	paths := make([]string, 0, len(m.at))
	for p := range m.at { // any order: sorted below
		paths = append(paths, p)
	}
	slices.SortFunc(paths, comparePaths)
	first := map[string]bool{}
	out := make([]vfs.Entry, 0, len(paths))
	for _, p := range paths {
		out = append(out, m.entry(p, first))
		first[p] = true
	}
	return out
}
